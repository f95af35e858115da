"""Texts that the internet sends, each with a word that must stay readable."""

from __future__ import annotations

HOSTILE: dict[str, tuple[str, str]] = {
    "slack commands and links": (
        "<!channel> @here <https://evil.test|click> <@U1> <!everyone> dirty",
        "dirty",
    ),
    "slack formatting": ("*bold* _it_ ~no~ `code` ```block``` > quote &lt;!channel&gt; dirty", "dirty"),
    "a mail header": ("dirty\r\nBcc: everybody@evil.test\r\n\r\nbody", "dirty"),
    "a dot on its own line": ("dirty\r\n.\r\nMAIL FROM:<a@evil.test>\r\n", "dirty"),
    "a script": ("<script>alert(1)</script><img src=x onerror=alert(1)> dirty", "dirty"),
    "a template": ("{{ 7*7 }} {% raw %} ${7*7} dirty", "dirty"),
    "right-to-left override": ("\u202eytrid\u202c \u2066x\u2069 \u200f dirty", "dirty"),
    "40,000 characters": ("dirty " + "a" * 40_000 + " end", "dirty"),
    "40,000 angle brackets": ("dirty " + "<&>" * 13_333, "dirty"),
    "zalgo": ("d" + "\u0315\u0301\u0489" * 2_000 + "irty and dirty", "dirty"),
    "NULs and bells": ("di\x00rty \x07\x1b[31mred\x1b[0m\x08 dirty\x00", "dirty"),
    "lone surrogates": ("dirty \ud83d \udc00 \udfff", "dirty"),
    "emoji": ("dirty 👩‍👩‍👧‍👦🏳️‍🌈🇪🇸 " + "🪳" * 3_000, "dirty"),
    "zero width": ("d\u200bi\u200cr\u2060t\ufeffy dirty", "dirty"),
    "line separators": ("dirty\u2028X-Injected: yes\u2029\x85\x0b\x0cend", "dirty"),
    "blank": ("dirty \u3164\u2800\u115f" + "\n" * 500, "dirty"),
    "nothing at all": ("", ""),
    "only what is stripped": ("\u202e\x00\u200b", ""),
}
