"""Small turns of phrase that prose is put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FEW = 12


def joined(*parts: object) -> str:
    """The parts that say something, with commas."""
    return f"{', '.join(str(part) for part in parts if part)}."


def words(each: Sequence[str], last: str) -> str:
    """`a, b or c`."""
    if len(each) <= 1:
        return "".join(each)
    return f"{', '.join(each[:-1])} {last} {each[-1]}"


def quoted(each: Iterable[str]) -> str:
    """Words in quotes; a long list is cut, with how many are left."""
    every = [f"“{word}”" for word in each]
    if len(every) <= _FEW:
        return words(every, "or")
    return f"{', '.join(every[:_FEW])} or one of {len(every) - _FEW} more"


def many(count: int, what: str) -> str:
    """`1 post`, `6 posts`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def stars(number: float) -> str:
    """`1 star`, `0.5 stars`."""
    return "1 star" if number == 1 else f"{number:g} stars"
