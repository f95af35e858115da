"""A house for the benches: many brands, one live rule over all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.detect.attention import Attention, BrandWords
from sentinel.flow import Flow
from sentinel.model.phrase import Threshold
from sentinel.outbox import Outbox
from sentinel.rulebook.judgments import Spike
from sentinel.rulebook.types import Book, Ladder, Negative, Rule, Status, Step, Then
from sentinel.scoring.textblob_engine import TextBlobScorer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sentinel.store.contract import Store

RULE = Rule(
    id="bad-words",
    file="bad-words.yaml",
    rule="Too many bad words about a brand",
    status=Status.LIVE,
    why="The bench measures how long this takes.",
    negative=Negative(
        sentiment=Threshold("below", -0.2),
        stars=2,
        says=("never again", "money back", "lost our bags", "waited two hours"),
    ),
    spike=Spike(at_least=12, from_authors=8, above_usual=2),
    then=Then(escalate="desk"),
    noise=("There is none.",),
)
LADDER = Ladder(id="desk", file="desk.yaml", ladder="The desk", steps=(Step(tell=("screen",), at="once"),))


def flow(store: Store, names: Iterable[str], at: datetime) -> Flow:
    """A flow over brands that are called by their names and speak English or Spanish, judged as the plain program judges."""
    words = {name: BrandWords((name,), languages=("en", "es")) for name in names}
    book = Book(rules=(RULE,), ladders={"desk": LADDER})
    attention = Attention(book, words, {}, TextBlobScorer())
    return Flow(book=book, attention=attention, store=store, outbox=Outbox(store, {}), kinds={}, at=at)
