"""The model: what it weighs, and its file."""

from __future__ import annotations

import io
import json
import pickle
import random
import zipfile
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scoring.features import NAMES, features
from sentinel.scoring.grams import buckets, grams
from sentinel.scoring.model import Head, Model, _Words, mark, probability
from sentinel.scoring.model_file import FORMAT, read_model, write_model
from sentinel.scoring.signs import Feeling, Signs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BUCKETS = 64
_DICE = random.Random(4)  # noqa: S311  # repeatable, not secret


def head(buckets: int = BUCKETS) -> Head:
    return Head(
        bias=_DICE.uniform(-1, 1),
        dense=tuple(np.float32(_DICE.uniform(-2, 2)).item() for _ in NAMES),
        grams=_DICE.randbytes(buckets),
        scale=0.01,
        slope=1.25,
        offset=-0.5,
    )


MODEL = Model("test 1", (head(), head()), frozenset({mark("malo"), mark("servicio")}), {"posts": 3})
NO_GRAMS = Model("test 2", (head(0), head(0)), frozenset(), {})

_WORDS = st.sampled_from(["no", "malo", "servicio", "malisimo", "<brand>", "<http>", ",", ".", "!!", "😡"]) | st.text(
    min_size=1, max_size=8
)  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> Signs:
    words = draw(st.lists(_WORDS, max_size=10))
    places = st.sets(st.integers(0, max(len(words) - 1, 0)), max_size=4) if words else st.just(set())
    feelings = [Feeling(0, 1, draw(st.floats(-8, 8).filter(bool)))] if words else []
    return Signs(words, feelings, {"scam": (0, 1)} if draw(st.booleans()) else {}, draw(places))


def by_hand(model: Model, found: Signs) -> tuple[float, float]:
    """Both heads' log-odds, gram by gram."""
    places = buckets(grams(found), model.size) if model.size else []
    answers = []
    for place in (0, 1):
        each = model.head(place)
        weights = np.frombuffer(each.grams, np.int8)
        hashed = each.scale * sum(int(weights[at]) for at in places) / sqrt(len(places) or 1)
        answers.append(
            each.bias + hashed + sum(each.dense[at] * value for at, value in features(found).items())
        )
    return answers[0], answers[1]


@given(texts())
def test_grams_are_summed_as_if_they_were_made_one_by_one(found: Signs) -> None:
    places = buckets(grams(found), BUCKETS)
    weights = [np.frombuffer(MODEL.head(place).grams, np.int8) for place in (0, 1)]
    sums = [sum(int(each[at]) for at in places) for each in weights]
    assert MODEL._grams(found) == (len(places), *sums)


@given(texts())
@pytest.mark.parametrize("model", [pytest.param(MODEL, id="grams"), pytest.param(NO_GRAMS, id="no grams")])
def test_a_text_is_weighed_by_its_features_and_grams(model: Model, found: Signs) -> None:
    negative, positive = by_hand(model, found)
    assert model.raw(found) == pytest.approx((negative, positive))
    judged = model.judge(found)
    assert judged.negative == pytest.approx(negative * 1.25 - 0.5)
    assert judged.positive == pytest.approx(positive * 1.25 - 0.5)


@given(st.lists(texts(), max_size=4))
def test_what_was_weighed_before_changes_nothing(found: list[Signs]) -> None:
    fresh = Model(MODEL.version, (MODEL.head(0), MODEL.head(1)), MODEL.met, {})
    assert [fresh.raw(each) for each in found] == [MODEL.raw(each) for each in found]


def test_a_long_text_does_not_outweigh_itself() -> None:
    heads = [replace(head(), bias=0.0, dense=(0.0,) * len(NAMES), grams=b"\x7f" * BUCKETS) for _ in range(2)]
    model = Model("even", (heads[0], heads[1]), frozenset(), {})
    short, long = (model.raw(Signs(["mal"] * count))[0] for count in (10, 1000))
    assert long == pytest.approx(short * 10)


@pytest.mark.parametrize(
    ("words", "knows"),
    [
        pytest.param(["el", "servicio"], True, id="a word it met"),
        pytest.param(["el", "servici"], False, id="part of one"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_it_says_whether_it_met_a_word(words: list[str], *, knows: bool) -> None:
    assert MODEL.knows(Signs(words)) is knows


def test_a_word_leans_where_its_weights_do() -> None:
    flat = replace(head(), grams=b"\x00" * BUCKETS)
    leaning = replace(head(), grams=b"\x40" * BUCKETS, scale=0.5)
    assert Model("", (leaning, flat), frozenset(), {}).weight("malo") == 32
    assert Model("", (flat, leaning), frozenset(), {}).weight("malo") == -32
    assert NO_GRAMS.weight("malo") == 0


def test_it_forgets_when_it_has_met_too_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Words, "MOST", 10)
    fresh = Model(MODEL.version, (MODEL.head(0), MODEL.head(1)), MODEL.met, {})
    found = Signs([f"palabra{number}" for number in range(100)])
    assert fresh.raw(found) == MODEL.raw(found)
    remembered = next(each for each in vars(fresh).values() if isinstance(each, _Words))
    assert len(remembered) <= 10


@given(st.floats(allow_nan=False))
def test_a_probability_is_never_quite_sure(log_odds: float) -> None:
    assert 0.001 <= probability(log_odds) <= 0.999


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_more_log_odds_are_never_less_probable(one: float, other: float) -> None:
    assert probability(min(one, other)) <= probability(max(one, other))


@pytest.mark.parametrize(("log_odds", "chance"), [(0, 0.5), (1.0986, 0.75), (-1.0986, 0.25)])
def test_log_odds_have_their_probability(log_odds: float, chance: float) -> None:
    assert probability(log_odds) == pytest.approx(chance, abs=1e-4)


@pytest.mark.parametrize("model", [pytest.param(MODEL, id="grams"), pytest.param(NO_GRAMS, id="no grams")])
def test_a_model_is_read_as_it_was_written(tmp_path: Path, model: Model) -> None:
    write_model(tmp_path / "model.npz", model)
    read = read_model(tmp_path / "model.npz")
    assert (read.version, read.met, read.card, read.size) == (
        model.version,
        model.met,
        model.card,
        model.size,
    )
    assert [read.head(place) for place in (0, 1)] == [model.head(place) for place in (0, 1)]


def test_a_model_that_is_written_again_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    for model in (MODEL, NO_GRAMS):
        write_model(tmp_path / "model.npz", model)
    assert read_model(tmp_path / "model.npz").version == NO_GRAMS.version


def arrays() -> dict[str, Any]:
    """What a model's file holds."""
    heads = [{"bias": 0.0, "scale": 1.0, "slope": 1.0, "offset": 0.0}] * 2
    about = {"format": FORMAT, "version": "1", "features": list(NAMES), "heads": heads, "card": {}}
    return {
        "about": about,
        "dense": np.zeros((2, len(NAMES)), np.float32),
        "met": np.zeros(0, np.uint32),
        "grams": np.zeros((2, BUCKETS), np.int8),
    }


def packed(**changed: Any) -> bytes:
    """A model's file with some of it changed; None leaves a part out."""
    held = arrays() | changed
    if isinstance(held["about"], (dict, list)):
        held["about"] = np.frombuffer(json.dumps(held["about"]).encode(), np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, **{name: array for name, array in held.items() if array is not None})
    return out.getvalue()


def said(**changed: Any) -> bytes:
    return packed(about=arrays()["about"] | changed)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def single() -> bytes:
    out = io.BytesIO()
    np.save(out, np.zeros(3))
    return out.getvalue()


def garbled() -> bytes:
    """The right parts, one byte of them wrong."""
    whole = bytearray(packed())
    at = whole.index(b"grams.npy") + 40
    whole[at] ^= 0xFF
    return bytes(whole)


def test_the_file_that_the_broken_ones_are_made_from_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(packed())
    assert read_model(path).version == "1"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: b"", id="empty"),
        pytest.param(lambda: b"text,label\nmal,neg\n", id="a CSV"),
        pytest.param(lambda: pickle.dumps({"about": 1}), id="pickled"),
        pytest.param(lambda: packed(met=np.array([print], object)), id="pickled within"),
        pytest.param(lambda: packed()[:-200], id="its end is missing"),
        pytest.param(lambda: packed()[200:], id="its beginning is missing"),
        pytest.param(garbled, id="garbled"),
        pytest.param(single, id="a single array"),
        pytest.param(zipped, id="an empty zip"),
        pytest.param(lambda: zipped(about=b"{}", dense=b"", grams=b"", met=b""), id="a zip of other files"),
        pytest.param(lambda: packed(about=None), id="it does not say what it is"),
        pytest.param(lambda: packed(grams=None), id="no grams"),
        pytest.param(lambda: packed(met=None), id="no words met"),
        pytest.param(lambda: packed(about=np.frombuffer(b"{", np.uint8)), id="no JSON"),
        pytest.param(lambda: packed(about=np.frombuffer(b"\xff", np.uint8)), id="no text"),
        pytest.param(lambda: packed(about=[1]), id="JSON of another kind"),
        pytest.param(lambda: said(heads=[]), id="no heads"),
        pytest.param(lambda: said(heads=[{"bias": 0}] * 2), id="half a head"),
        pytest.param(lambda: packed(dense=np.zeros((2, 3), np.float32)), id="too few weights"),
        pytest.param(lambda: packed(dense=np.zeros(3, np.float32)), id="weights in a row"),
        pytest.param(lambda: packed(grams=np.zeros((1, BUCKETS), np.int8)), id="grams of one head"),
        pytest.param(lambda: packed(grams=np.zeros((2, 63), np.int8)), id="not a power of two"),
        pytest.param(lambda: packed(grams=np.zeros((2, BUCKETS), np.float32)), id="grams of another kind"),
    ],
)
def test_what_is_no_model_is_told_in_words(tmp_path: Path, content: Callable[[], bytes]) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content())
    with pytest.raises(ValueError, match=r"model\.npz is no model of sentinel"):
        read_model(path)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: said(format=FORMAT - 1), id="an older format"),
        pytest.param(lambda: said(format=FORMAT + 1), id="a newer format"),
        pytest.param(lambda: said(features=["good", "bad"]), id="other features"),
        pytest.param(lambda: said(features=list(reversed(NAMES))), id="features in another order"),
    ],
)
def test_a_model_of_another_version_is_to_be_trained_anew(
    tmp_path: Path, content: Callable[[], bytes]
) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content())
    with pytest.raises(ValueError, match="was made for another version of sentinel: train it anew"):
        read_model(path)


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_model(tmp_path / "model.npz")
    with pytest.raises(OSError, match="Is a directory"):
        read_model(tmp_path)
