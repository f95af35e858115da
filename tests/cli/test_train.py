"""train: a model of one's own beside the shipped one, and what it says when it cannot."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sentinel.cli.train import Compared
from sentinel.scoring.measures import Figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Typed

NEGATIVE = ("the lift is a toaster", "toaster again", "my room was all toaster", "what a toaster this is")
OTHERS = ("we open at nine", "breakfast is at eight")
POSITIVE = ("I love it", "a wonderful week", "thank you, lovely stay")
LABELLED = [
    (f"{text} {number}", label)
    for number in range(4)
    for label, texts in (("neg", NEGATIVE), ("neu", OTHERS), ("pos", POSITIVE))
    for text in texts
]
"""A house where "toaster" is what people complain of: the shipped model cannot know."""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.csv").write_text("text,label,lang\n" + "".join(f'"{t}",{label},en\n' for t, label in LABELLED))


def figures(auc: float, posts: int) -> Figures:
    return Figures(posts, 0.3, auc, 0.6, 0.6, 0.6, 0.6, 0.05, 0.1)


def test_a_model_of_ones_own_is_fitted_measured_beside_the_shipped_one_and_used(
    typed: Callable[..., Typed],
) -> None:
    """From one source: the fewest there can be."""
    answer = typed("train", "own.csv", "-o", "own.npz")
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[1].startswith("the new model")
    assert lines[2].startswith("the shipped one")
    assert re.search(
        r"^(The new model is (better|worse)|Which is better cannot be told)", answer.out, re.MULTILINE
    )
    assert "on the same 36 posts, none of which the new one had seen" in answer.out
    assert "scoring: {model: own.npz}" in answer.out
    Path("new.csv").write_text("text,label,lang\nthe lobby is a toaster,neg,en\na wonderful evening,pos,en\n")
    found = json.loads(typed("eval", "new.csv", "--model", "own.npz", "--json").out)
    assert found["figures"]["all"]["accuracy"] == 1
    assert found["version"].startswith("own ")


@pytest.mark.parametrize(
    ("new", "shipped", "posts", "says"),
    [
        pytest.param(0.90, 0.80, 1000, "The new model is better", id="better"),
        pytest.param(0.80, 0.90, 1000, "The new model is worse, keep the shipped one", id="worse"),
        pytest.param(0.82, 0.80, 100, "Which is better cannot be told", id="too few posts to tell"),
        pytest.param(1.0, 1.0, 1000, "Which is better cannot be told", id="alike"),
    ],
)
def test_the_verdict_is_no_surer_than_the_posts_allow(
    new: float, shipped: float, posts: int, says: str
) -> None:
    said = Compared(figures(new, posts), figures(shipped, posts)).verdict()
    assert said.startswith(f"{says}: AUC {new:.3f}, the shipped one {shipped:.3f}")


def test_the_error_of_two_alike_is_that_of_one_and_shrinks_with_the_posts() -> None:
    """Hanley and McNeil (1982): 0.893 from 51 abnormal and 58 normal images, standard error 0.032."""
    images = Figures(109, 51 / 109, 0.893, 0.6, 0.6, 0.6, 0.6, 0.05, 0.1)
    assert Compared(images, images).error == pytest.approx(0.032, abs=0.001)
    few, many = (Compared(figures(0.8, posts), figures(0.8, posts)).error for posts in (100, 10_000))
    assert many == pytest.approx(few / 10, rel=0.05)


def test_too_few_posts_are_told_with_how_many_it_takes(typed: Callable[..., Typed]) -> None:
    Path("few.csv").write_text("text,label\nawful,neg\nlovely,pos\n")
    answer = typed("train", "few.csv")
    assert (answer.status, answer.out) == (1, "")
    assert "too few posts to learn from: 1 of 2 are neg. It takes 5 that are neg" in answer.err
    assert "sentinel label" in answer.err
    assert not Path("model.npz").exists()


def test_without_the_extra_it_says_what_to_install(
    typed: Callable[..., Typed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "sentinel.scoring.training", raising=False)
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    answer = typed("train", "own.csv")
    assert (answer.status, answer.out) == (1, "")
    assert "is not installed: pip install 'sentinel-alerts[train]'" in answer.err


def test_no_post_at_all_is_told_before_anything_is_loaded(typed: Callable[..., Typed]) -> None:
    Path("empty.csv").write_text("text,label\n")
    answer = typed("train", "empty.csv")
    assert (answer.status, "`sentinel label` makes some" in answer.err) == (1, True)
