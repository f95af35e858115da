"""Which part of a text is about the brand that is asked about, where it speaks of another brand as well.

A clause belongs to the brand it names; one that names none goes on about the brand before it; what stands before any
brand is said of both. A clause that names both is cut at the `and` or `but` between them. Where one is compared with
the other ("better than …"), what is said is said of the first, and its contrary of the second.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sentinel.folding import folded
from sentinel.scoring.tokens import LONGEST, finder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sentinel.model.mention import Text

_CLAUSE_END = re.compile(
    r"(?<=[.!?;,:…])\s+|(?<=\n)|(?<!\s)\s+(?=(?:pero|aunque|mientras|but|while|whereas|however|although|porém|tandis|aber|"
    r"während|ma|mentre|però)\s)",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"\s(?:y|e|and|et|und|pero|but|mas|mais|aber|ma|en cambio|not|no como|unlike|a diferencia de)\s",
    re.IGNORECASE,
)
"""`mas` and `mais` are `but` here and `more` there: they part only what names both brands and does not compare them."""
_MOST_JOINTS = 12
"""Where a clause with more of them is to be cut, nobody can tell; it bounds the time."""
_ARTICLE = r"(?:(?:the|la|el|los|las|o|a|os|as|le|les|die|der|das|dem|den|il|lo|con)\s+)?\Z"
_COMPARED = re.compile(
    r"\b(?:than|que|q|do que|als|di|del|della|de|prefiero|prefer|rather than|over|antes que|frente a|vs\.?|nada que ver con)"
    rf"\s+{_ARTICLE}"
)
_PREFERRED = re.compile(r"\bpref[ei]r\w*|\bprefier\w*")
_TO = re.compile(rf"\b(?:to|a)\s+{_ARTICLE}")
_PREFERENCE = re.compile(
    r"\b(?:better|worse|prefer\w*|prefier\w*|mejor\w*|peor\w*|melhor\w*|pior\w*|mieux|meilleur\w*|pire|besser|"
    r"schlechter|lieber|meglio|miglior\w*|peggio\w*|prefiro|more|less|mas|menos|mais|plus|moins|mehr|weniger|piu|meno)\b"
)
"""Like the two above, looked for in folded text."""


class About(NamedTuple):
    """What to read; `turned` when the brand is the one that loses by comparison, so that what is read turns round."""

    text: str
    turned: bool = False


def towards(asked: Text) -> About:
    """The part of the text about the asked brand: all of it when it speaks of no other."""
    if not asked.others or not asked.names:
        return About(asked.text)
    own, others = finder(asked.names), finder(asked.others)
    text, plain = asked.text, folded(asked.text)
    if own is None or others is None or not others.search(plain) or not own.search(plain):
        return About(text)
    mine, turned = _mine(_clauses(text, own, others), own, others)
    return About(" ".join(mine), turned) if mine else About(text)


def _clauses(text: str, own: re.Pattern[str], others: re.Pattern[str]) -> Iterator[str]:
    for clause in _CLAUSE_END.split(text):
        plain = folded(clause)
        here, there = own.search(plain), others.search(plain)
        if here and there and not (_compared(plain, here, there) or _compared(plain, there, here)):
            yield from _cut(clause, own, others)
        else:
            yield clause


def _cut(clause: str, own: re.Pattern[str], others: re.Pattern[str]) -> Iterator[str]:
    """A clause that names both, in two where an `and` parts them; what cannot be parted stays whole."""
    joints = islice(_JOINT.finditer(clause), _MOST_JOINTS) if len(clause) <= LONGEST else ()
    for joint in joints:
        left, right = folded(clause[: joint.start()]), folded(clause[joint.end() :])
        if (own.search(left) and others.search(right) and not others.search(left)) or (
            others.search(left) and own.search(right) and not own.search(left)
        ):
            yield clause[: joint.start()]
            yield clause[joint.end() :]
            return
    yield clause


def _mine(clauses: Iterable[str], own: re.Pattern[str], others: re.Pattern[str]) -> tuple[list[str], bool]:
    """The clauses that speak of the asked brand, and whether it is the one compared with."""
    mine: list[str] = []
    turned, speaking_of_other = False, False
    for clause in clauses:
        plain = folded(clause)
        here, there = own.search(plain), others.search(plain)
        if here and there:
            turned = turned or _compared(plain, here, there)
        if here or there:
            speaking_of_other = not here
        if not speaking_of_other:
            mine.append(clause)
    return mine, turned


def _compared(plain: str, here: re.Match[str], there: re.Match[str]) -> bool:
    """Whether the brand found at `here` is the one that the other is held against."""
    if here.start() < there.start() or _PREFERENCE.search(plain) is None:
        return False
    before = plain[: here.start()]
    return _COMPARED.search(before) is not None or (
        _PREFERRED.search(before) is not None and _TO.search(before) is not None
    )
