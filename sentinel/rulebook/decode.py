"""From the bytes of a file to text that may be parsed: bounded, UTF-8, and free of characters nobody can see.

Everything refused here would otherwise show up later as a riddle: a key that is not the key it looks like, a line
counted as two, a terminal that changes colour when a problem is printed.
"""

from __future__ import annotations

import re

from sentinel.errors import ProblemsFound
from sentinel.model.problem import Problem, printable

MAX_BYTES = 256 * 1024
"""No file that a person writes is larger."""

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_STRANGE_INDENT = re.compile("(?m)^ *([\u00a0\u2000-\u200b\u3000]+)[\\w\"'-]+ *:")
_NAMES = {
    0x00: "a NUL byte",
    0x85: "a line break of another kind (U+0085)",
    0x2028: "a line break of another kind (U+2028)",
    0x2029: "a line break of another kind (U+2029)",
    0xFEFF: "a byte order mark (U+FEFF)",
}
_CUT = 160


def checked_text(raw: bytes | str, file: str) -> str:
    """The text with plain line ends, without a byte order mark. Raises `ProblemsFound` (one problem)."""
    size = len(raw.encode("utf-8", "surrogatepass")) if isinstance(raw, str) else len(raw)
    if size > MAX_BYTES:
        says = f"the file is larger than {MAX_BYTES // 1024} KiB"
        raise ProblemsFound([Problem(file, 0, 0, says, hint="split it, or put long lists into rules/lists/")])
    text = (raw if isinstance(raw, str) else _decoded(raw, file)).removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_invisible(text, file)
    return text


def problem_at(
    file: str, lines: tuple[str, ...] | list[str], at: tuple[int, int], says: tuple[str, str]
) -> Problem:
    """A problem at (line, column), both from 1, that says (message, hint) and shows the line unless it is endless."""
    line, column = at
    message, hint = says
    source = printable(lines[line - 1]) if 0 < line <= len(lines) else ""
    if len(source) > _CUT:
        source = source[: _CUT - 1] + "…" if column < _CUT else ""
    return Problem(file, line, column, message, source_line=source, hint=hint)


def _decoded(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = raw.rfind(b"\n", 0, error.start) + 1
        line = raw.count(b"\n", 0, error.start) + 1
        column = len(raw[start : error.start].decode("utf-8", "replace")) + 1
        says = (f"this is not UTF-8 text (byte 0x{raw[error.start]:02x})", "save the file as UTF-8")
        lines = raw.decode("utf-8", "replace").split("\n")
        raise ProblemsFound([problem_at(file, lines, (line, column), says)]) from error


def _refuse_invisible(text: str, file: str) -> None:
    if found := _INVISIBLE.search(text):
        code = ord(found.group())
        name = _NAMES.get(code, f"a control character (U+{code:04X})")
        says = (f"{name} stands here", "delete it; it cannot be seen, so type the line anew if need be")
        raise ProblemsFound([_at_offset(text, found.start(), file, says)])
    if found := _STRANGE_INDENT.search(text):
        says = (
            "the indentation holds a space of another kind (often pasted from a web page or a letter)",
            "indent with ordinary spaces",
        )
        raise ProblemsFound([_at_offset(text, found.start(1), file, says)])


def _at_offset(text: str, offset: int, file: str, says: tuple[str, str]) -> Problem:
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    return problem_at(file, text.split("\n"), (line, column), says)
