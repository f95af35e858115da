"""Everything people wrote, read and sound: what a house is built from, live or rehearsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.detect.attention import Attention, BrandWords
from sentinel.flow import Flow, no_epoch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sentinel.channels.contract import Channel
    from sentinel.config.types import Config
    from sentinel.model.problem import Problem
    from sentinel.rulebook.types import Book
    from sentinel.scoring.contract import Scorer
    from sentinel.store.contract import Epoch, Store


@dataclass(frozen=True, slots=True)
class Plan:
    """The files as types, the scorer they chose, and how to make the store of a rehearsal."""

    config: Config
    book: Book
    warnings: tuple[Problem, ...]
    scorer: Scorer
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
                frozenset(account.lower() for account in brand.own_accounts),
            )
            for name, brand in self.config.brands.items()
        }

    def attention(self) -> Attention:
        """What this plan makes us look for."""
        return Attention(self.book, self.brands, self.kinds, self.scorer.score)

    def flow(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        at: datetime,
        epoch: Callable[[], Epoch | None] = no_epoch,
    ) -> Flow:
        """The flow of this plan on a store."""
        return Flow(
            book=self.book,
            attention=self.attention(),
            store=store,
            channels=channels,
            kinds=self.kinds,
            at=at,
            epoch=epoch,
        )
