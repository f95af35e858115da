"""Everything people wrote, read and sound: what a house is built from, live or rehearsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.detect.attention import Attention, BrandWords, countings
from sentinel.flow import Flow, no_epoch
from sentinel.outbox import Outbox
from sentinel.recount import bring_in_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sentinel.config.types import Config
    from sentinel.detect.counting import Counting
    from sentinel.model.problem import Problem
    from sentinel.rulebook.types import Book
    from sentinel.scoring.contract import Scorer
    from sentinel.store.contract import Epoch, Store


@dataclass(frozen=True, slots=True)
class Plan:
    """The files as types, the scorer they chose (`engine` makes another by name), and how to make the store of a rehearsal."""

    config: Config
    book: Book
    warnings: tuple[Problem, ...]
    scorer: Scorer
    engine: Callable[[str], Scorer]
    memory_store: Callable[[], Store]

    @property
    def kinds(self) -> dict[str, str]:
        """The connector behind each configured source."""
        return {name: options.kind for name, options in self.config.sources.items()}

    @property
    def brands(self) -> dict[str, BrandWords]:
        """The brands' words as detection wants them."""
        return {
            name: BrandWords(
                brand.terms,
                brand.exclusions,
                brand.languages,
                frozenset(brand.own_accounts),
            )
            for name, brand in self.config.brands.items()
        }

    def attention(self) -> Attention:
        """What this plan makes us look for."""
        return Attention(self.book, self.brands, self.kinds, self.scorer, self._asked_for())

    def countings(self) -> tuple[Counting, ...]:
        """What its rules count, without the words that are looked for: enough to ask what the store holds of them."""
        return countings(self.book, self.kinds, self.scorer, self._asked_for())

    def _asked_for(self) -> dict[str, Scorer]:
        """The engines that rules count by, where it is not the one of all."""
        counted = [rule.counted for rule in self.book.rules if rule.status.judges]
        names = {each.engine for each in counted if each.sentiment and each.engine}
        engines = {name: self.engine(name) for name in sorted(names)}
        return {name: engine for name, engine in engines.items() if engine.voices != self.scorer.voices}

    def flow(
        self,
        store: Store,
        outbox: Outbox,
        at: datetime,
        epoch: Callable[[], Epoch | None] = no_epoch,
    ) -> Flow:
        """The flow of this plan on a store, whose counts are first brought in line with this plan's rules."""
        attention = self.attention()
        bring_in_line(store, attention, at, epoch)
        return self._flow(store, attention, outbox, at, epoch)

    def onlooker(self, store: Store, at: datetime) -> Flow:
        """The flow as somebody asks about it beside a running service: nothing is counted anew, nothing forgotten."""
        return self._flow(store, self.attention(), Outbox(store, {}), at, no_epoch)

    def _flow(
        self,
        store: Store,
        attention: Attention,
        outbox: Outbox,
        at: datetime,
        epoch: Callable[[], Epoch | None],
    ) -> Flow:
        return Flow(
            book=self.book,
            attention=attention,
            store=store,
            outbox=outbox,
            kinds=self.kinds,
            at=at,
            epoch=epoch,
        )
