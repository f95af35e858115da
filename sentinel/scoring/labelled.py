"""Posts that a person has labelled: what a model is fitted to and measured on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Verdict = Literal["neg", "neu", "pos"]
VERDICTS: tuple[Verdict, ...] = ("neg", "neu", "pos")

_SPELLINGS: dict[str, Verdict] = {
    "neg": "neg", "negative": "neg", "negativo": "neg", "negativa": "neg", "n": "neg", "-1": "neg",
    "neu": "neu", "neutral": "neu", "neutro": "neu", "neutra": "neu", "u": "neu", "0": "neu",
    "pos": "pos", "positive": "pos", "positivo": "pos", "positiva": "pos", "p": "pos", "1": "pos",
}  # fmt: skip
_NAME = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and what a person says of it. `source` tells sets apart; `names` are those of the brand it is about.

    `weight` is how much it counts at fit beside others.
    """

    text: str
    verdict: Verdict
    lang: str | None = None
    source: str = ""
    names: tuple[str, ...] = ()
    stars: float | None = None
    weight: float = 1.0


def verdict(written: str) -> Verdict | None:
    """A label as people write them (`neg`, `Negative`, `n`, `-1`), or None for what is none."""
    return _SPELLINGS.get(written.strip().lower())


def read_corpus(folder: Path) -> Iterator[Labelled]:
    """The posts written for this project: `corpus/LL/GENRE.tsv`, lines of label, tab, text; a brand's name in braces.

    ValueError names the file and line of what is no post.
    """
    for path in sorted(folder.glob("*/*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("# "):
                continue
            label, tab, text = line.partition("\t")
            if not tab or label not in VERDICTS or not text.strip():
                raise ValueError(f"{path}:{number}: a line is a label (neg, neu, pos), a tab and a text")
            post = Labelled(
                text, verdict(label) or "neu", path.parent.name, f"{path.parent.name}/{path.stem}"
            )
            yield named(post)


def named(post: Labelled) -> Labelled:
    """The post with its braces taken off and what stood in them as the brand's names."""
    names = tuple(_NAME.findall(post.text))
    return replace(post, text=_NAME.sub(r"\1", post.text), names=names) if names else post
