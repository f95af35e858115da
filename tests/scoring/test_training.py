"""Fitting a model to posts of invented words, so that nothing but the fit can know what they mean."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sentinel.model.mention import Text
from sentinel.scoring.compact_engine import CompactScorer
from sentinel.scoring.features import NAMES
from sentinel.scoring.labelled import Labelled
from sentinel.scoring.model import Model, mark, probability
from sentinel.scoring.model_file import read_model, write_model
from sentinel.scoring.reading import read
from sentinel.scoring.training import FOLDS, HEADS, Fitted, Recipe, _raw, _rows, fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sentinel.scoring.labelled import Verdict

RECIPE = Recipe(buckets=2**12, grams=3.0, freedom=1.0)
BAD, GOOD, PLAIN = (
    ("zorgle", "mirkat", "plonx"),
    ("flimpo", "daxter", "wibbel"),
    ("brosk", "tundel", "quiff", "nolpe", "rindo"),
)


def posts(
    count: int, *, bad: Sequence[str] = BAD, good: Sequence[str] = GOOD, source: str = "made", seed: int = 7
) -> list[Labelled]:
    """Every third of them negative, every third positive: by one word each, among others that say nothing."""
    dice = random.Random(seed)  # noqa: S311  # repeatable, not secret
    telling: dict[Verdict, Sequence[str]] = {"neg": bad, "neu": PLAIN, "pos": good}
    made = []
    for number in range(count):
        verdict: Verdict = ("neg", "neu", "pos")[number % 3]
        words = [dice.choice(telling[verdict]), *dice.choices(PLAIN, k=dice.randint(1, 8))]
        dice.shuffle(words)
        made.append(Labelled(" ".join(words), verdict, "en", source))
    return made


def model(fitted: Fitted) -> Model:
    return Model("fitted", fitted.heads, fitted.met, {})


def labels(fitted: Fitted, texts: Iterable[str]) -> list[str]:
    scores = CompactScorer(model=model(fitted)).score([Text(text, "en") for text in texts])
    return [score.label for score in scores]


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit(posts(300), RECIPE)


def test_a_few_hundred_posts_teach_what_words_mean(fitted: Fitted) -> None:
    said = labels(fitted, ("tundel zorgle quiff", "quiff daxter", "tundel quiff rindo", "unheard ofword"))
    assert said == ["neg", "pos", "neu", "unknown"]


def test_the_figures_are_of_all_posts_held_out(fitted: Fitted) -> None:
    assert fitted.whole.posts == 300
    assert fitted.whole.negative == pytest.approx(1 / 3)
    assert fitted.whole.auc is not None
    assert fitted.whole.auc > 0.95
    assert fitted.whole.ece < 0.1
    assert fitted.by_source == {"made": fitted.whole}


def test_the_same_posts_give_the_same_model(fitted: Fitted) -> None:
    assert fit(posts(300), RECIPE) == fitted


def test_noise_teaches_nothing_and_says_so() -> None:
    dice = random.Random(1)  # noqa: S311  # repeatable, not secret
    noise = [Labelled(" ".join(dice.choices(PLAIN, k=5)), each.verdict, "en") for each in posts(300)]
    whole = fit(noise, RECIPE).whole
    assert whole.auc is not None
    assert whole.auc < 0.65


def test_a_model_that_was_fitted_can_be_written_and_read(fitted: Fitted, tmp_path: Path) -> None:
    write_model(tmp_path / "own.npz", model(fitted))
    again = read_model(tmp_path / "own.npz")
    for each in posts(30, seed=8):
        found = read(Text(each.text, "en")).signs
        assert again.raw(found) == pytest.approx(model(fitted).raw(found), abs=1e-4)


def test_words_that_stand_in_two_posts_are_met(fitted: Fitted) -> None:
    assert fitted.met == {mark(word) for word in (*BAD, *GOOD, *PLAIN)}
    lone = fit([*posts(300), Labelled("hapax", "neu", "en")], RECIPE)
    assert mark("hapax") not in lone.met


def test_the_brand_s_name_teaches_nothing() -> None:
    named = [
        Labelled(f"{each.text} Grumbix" if each.verdict == "neg" else each.text, each.verdict, "en", "", ("Grumbix",))
        for each in posts(300)
    ]  # fmt: skip
    assert mark("grumbix") not in fit(named, RECIPE).met


# Sources.


def odd_posts(count: int) -> list[Labelled]:
    """Of a source that says it in words of its own."""
    return posts(count, bad=("fruntle", "scabbo"), good=("lumosa", "perkin"), source="odd")


def test_with_three_sources_each_is_judged_by_a_model_that_has_not_seen_it() -> None:
    many = [
        *posts(150, source="one"),
        *posts(150, source="two"),
        *odd_posts(150),
    ]
    by_source = fit(many, RECIPE).by_source
    assert {name: each.posts for name, each in by_source.items()} == {"one": 150, "two": 150, "odd": 150}
    assert (by_source["one"].auc or 0) > 0.95
    assert (by_source["odd"].auc or 0) < 0.7


def test_with_two_sources_posts_of_both_are_in_every_part() -> None:
    by_source = fit([*posts(150, source="one"), *odd_posts(150)], RECIPE).by_source
    assert all((each.auc or 0) > 0.95 for each in by_source.values())


def test_sources_of_one_verdict_each_are_parted_by_posts() -> None:
    sorted_ = [replace(each, source=f"{each.verdict}.csv") for each in posts(300)]
    whole = fit(sorted_, RECIPE).whole
    assert (whole.auc or 0) > 0.95


@pytest.mark.parametrize("neutrals", [0, 1, FOLDS - 1])
def test_hardly_any_neutral_posts_are_enough(neutrals: int) -> None:
    few = [each for each in posts(300) if each.verdict != "neu"]
    neutral = [each for each in posts(300) if each.verdict == "neu"][:neutrals]
    assert (fit([*few, *neutral], RECIPE).whole.auc or 0) > 0.95


# A model to start from.


@pytest.fixture(scope="module")
def base(fitted: Fitted) -> Model:
    return model(fitted)


def test_what_the_first_model_knew_is_kept_where_the_posts_say_nothing_of_it(base: Model) -> None:
    few = posts(60, bad=("zorgle",), good=("daxter",), seed=9)
    onwards, alone = fit(few, RECIPE, base), fit(few, RECIPE)
    assert labels(onwards, ("tundel mirkat", "quiff wibbel")) == ["neg", "pos"]
    assert labels(alone, ("tundel mirkat", "quiff wibbel")) == ["neu", "neu"]
    assert onwards.met >= base.met
    assert not alone.met >= base.met


def test_new_words_are_learned_on_top(base: Model) -> None:
    onwards = fit(posts(150, bad=("zorgle", "fruntle"), good=("daxter", "lumosa")), RECIPE, base)
    assert labels(onwards, ("tundel fruntle", "quiff lumosa", "tundel mirkat")) == ["neg", "pos", "neg"]


def test_where_only_wordings_are_learned_the_rest_keeps_its_proportions(base: Model) -> None:
    recipe = Recipe(buckets=2**12, learns="wordings")
    onwards = fit(posts(150), recipe, base)
    for place in range(len(HEADS)):
        before, after = (
            np.array([each.dense[NAMES.index(name)] for name in ("length", "short", "nothing")])
            for each in (base.head(place), onwards.heads[place])
        )
        assert np.all(before != 0)
        assert after / before == pytest.approx(np.full(3, after[0] / before[0]))


# Numbers.


def test_single_bytes_change_answers_by_little() -> None:
    many = posts(300)
    rows = _rows(many, RECIPE, None)
    rounded = model(fit(many, RECIPE))
    exact = [_raw(rows, head, place, RECIPE, None).logits(rows) for place, head in enumerate(HEADS)]
    for row, each in enumerate(many):
        answers = rounded.raw(read(Text(each.text, "en")).signs)
        for place in range(len(HEADS)):
            assert probability(answers[place]) == pytest.approx(probability(exact[place][row]), abs=0.03)


def test_without_buckets_there_are_no_grams() -> None:
    praise = [("awful", "neg"), ("great", "pos"), ("table", "neu")]
    texts = [Labelled(f"the {word} {n}", _verdict(said), "en") for n in range(30) for word, said in praise]
    found = fit(texts, Recipe(buckets=0))
    assert [each.grams for each in found.heads] == [b"", b""]
    assert found.met == frozenset()
    assert labels(found, ("an awful chair", "a great chair")) == ["neg", "pos"]


def _verdict(said: str) -> Verdict:
    return "neg" if said == "neg" else "pos" if said == "pos" else "neu"


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        pytest.param([], "0 of 0 are neg", id="no posts"),
        pytest.param(["neg"] * 20, "20 of 20 are neg", id="nothing but negatives"),
        pytest.param(["pos"] * 20, "0 of 20 are neg", id="nothing but positives"),
        pytest.param(["neg"] * (FOLDS - 1) + ["pos"] * 20, f"{FOLDS - 1} of 24 are neg", id="four negatives"),
        pytest.param(["neg"] * 10 + ["neu"] * 10, "0 of 20 are pos", id="no positives"),
        pytest.param(
            ["pos"] * (FOLDS - 1) + ["neg"] * 20, "20 of 24 are neg", id="four that are not negative"
        ),
    ],
)
def test_too_few_posts_are_told(verdicts: list[Verdict], told: str) -> None:
    few = [Labelled(f"post {number}", verdict, "en") for number, verdict in enumerate(verdicts)]
    with pytest.raises(ValueError, match=f"too few posts to learn from: {told}"):
        fit(few, RECIPE)
