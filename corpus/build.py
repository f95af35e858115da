"""Makes the models that ship: `make model`. From the posts in this folder and VADER's ground truth, into `sentinel/scoring/models`.

The ground truth (MIT) comes from the source package of vaderSentiment on PyPI. The same files give the same models.
"""

from __future__ import annotations

import io
import sys
import tarfile
from dataclasses import asdict, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from sentinel.scoring.labelled import Labelled, Verdict, read_corpus
from sentinel.scoring.model import Head, Model
from sentinel.scoring.model_file import write_model
from sentinel.scoring.training import Recipe, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
MODELS = HERE.parent / "sentinel" / "scoring" / "models"
WORDS = HERE.parent / "sentinel" / "scoring"
REVISION = "1"
"""Grows when the model changes though neither posts nor word lists did."""

GROUND_TRUTH = {
    "vader_tweets": "hutto_ICWSM_2014/tweets_GroundTruth.txt",
    "vader_products": "hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt",
}
CLEAR = 0.5
"""Mean of twenty raters' valences from which a text is positive, or negative."""

WEIGHT = 0.7
"""Of a post of our own beside one of the ground truth. They bring words, and ways of complaining; but they are wittier than
posts at large, so what marks and valences weigh is learned from the ground truth alone (`docs/model-card.md`)."""

SHRINK, SHIFT = 0.85, 0.15
"""Of the negative head's log-odds: elsewhere the model is a little less sure than the ground truth makes it, and negatives are
more. Chosen in steps of .05 on sets that it is not fitted to."""

TONE = Recipe(buckets=0, learns="tone")
RECIPES = {
    "compact": Recipe(learns="wordings"),
    "lexicon": Recipe(buckets=0, learns="wordings"),
}


def main(vader: Path) -> None:
    """Fit both models. `vader` is the source package of vaderSentiment, or a folder that holds it."""
    truth = list(_vader(vader))
    posts = [*(replace(post, weight=WEIGHT) for post in read_corpus(HERE)), *truth]
    tone = _model("tone", truth, TONE)
    MODELS.mkdir(exist_ok=True)
    for name, recipe in RECIPES.items():
        write_model(MODELS / f"{name}.npz", _model(name, posts, recipe, tone))


def _model(name: str, posts: list[Labelled], recipe: Recipe, base: Model | None = None) -> Model:
    fitted = fit(posts, recipe, base)
    print(f"{name}: {len(posts)} posts, {fitted.whole}")  # noqa: T201  # that is what it is run for
    card = {"posts": len(posts), "figures": asdict(fitted.whole)}
    return Model(f"{REVISION}.{mark()}", (_cautious(fitted.heads[0]), fitted.heads[1]), fitted.met, card)


def _cautious(head: Head) -> Head:
    return replace(head, slope=head.slope * SHRINK, offset=head.offset * SHRINK + SHIFT)


def mark() -> str:
    """A mark of everything that is ours and goes into a model: posts and word lists."""
    digest = blake2b(digest_size=4)
    for path in sorted([*HERE.glob("*/*.tsv"), *WORDS.glob("lexicons/*"), *WORDS.glob("families/*")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _vader(where: Path) -> Iterator[Labelled]:
    package = next(where.glob("vader*.tar.gz")) if where.is_dir() else where
    with tarfile.open(package) as outer:
        inner = next(one for one in outer.getmembers() if one.name.endswith("hutto_ICWSM_2014.tar.gz"))
        packed = outer.extractfile(inner)
        with tarfile.open(fileobj=io.BytesIO(packed.read() if packed else b"")) as archive:
            for source, name in GROUND_TRUTH.items():
                file = archive.extractfile(name)
                text = file.read().decode("utf-8", "replace") if file else ""
                yield from (_rated(line, source) for line in text.splitlines() if line.count("\t") > 1)


def _rated(line: str, source: str) -> Labelled:
    _, rating, text = line.split("\t", 2)
    valence = float(rating)
    said: Verdict = "neg" if valence <= -CLEAR else "pos" if valence >= CLEAR else "neu"
    return Labelled(text, said, "en", source)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
