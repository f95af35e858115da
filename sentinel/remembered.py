"""A dictionary that answers for what it has not met, and remembers the answer: most words are met again."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(dict[K, V]):
    """What `look` says of a key, looked up once; emptied when it holds `MOST`: somebody sends all words there are."""

    MOST = 20_000

    def __missing__(self, key: K) -> V:
        value = self.look(key)
        if len(self) >= self.MOST:
            self.clear()
        self[key] = value
        return value

    def look(self, key: K) -> V:
        """The answer for a key that is not remembered."""
        raise NotImplementedError
