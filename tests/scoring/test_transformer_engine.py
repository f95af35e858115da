"""A sequence classifier of the user's own."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from sentinel.model.mention import Text
from sentinel.scoring.transformer_engine import BATCH, TransformerScorer
from tests.stand.classifier import classifier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sentinel.model.mention import Score


def answers(folder: Path, *texts: str | Text) -> list[Score]:
    asked = [text if isinstance(text, Text) else Text(text, lang="en") for text in texts]
    return TransformerScorer(folder).score(asked)


def labels(folder: Path, *texts: str | Text) -> list[str]:
    return [score.label for score in answers(folder, *texts)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return classifier(tmp_path_factory.mktemp("classifier"))


@pytest.mark.parametrize(
    "classes",
    [
        pytest.param(("negative", "neutral", "positive"), id="words"),
        pytest.param(("NEG", "NEU", "POS"), id="capitals"),
        pytest.param(("Negativo", "Neutro", "Positivo"), id="Spanish"),
        pytest.param(("1 star", "3 stars", "5 stars"), id="stars"),
    ],
)
def test_classes_are_known_by_name(tmp_path: Path, classes: Sequence[str]) -> None:
    assert labels(classifier(tmp_path, classes), "horrible", "wonderful") == ["neg", "pos"]


def test_the_order_of_classes_is_the_model_s_own(tmp_path: Path) -> None:
    reversed_ = classifier(tmp_path, ("positive", "neutral", "negative"))
    assert labels(reversed_, "horrible", "wonderful") == ["pos", "neg"]


def test_five_stars_are_three_verdicts(tmp_path: Path) -> None:
    folder = classifier(tmp_path, [f"{count} star{'s' if count > 1 else ''}" for count in range(1, 6)])
    horrible, late = answers(folder, "horrible", "late")
    assert horrible.label == "neg"
    assert horrible.negative is not None
    assert late.negative is not None
    assert late.negative < horrible.negative < 1


@pytest.mark.parametrize(
    ("config", "told"),
    [
        pytest.param({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}, "the class 'LABEL_0' is neither", id="no names"),
        pytest.param({"id2label": {"0": "negative", "1": "joy"}}, "the class 'joy' is neither", id="another kind of name"),
        pytest.param({"id2label": {"0": "6 stars"}}, "the class '6 stars' is neither", id="six stars"),
        pytest.param({"id2label": {}}, r"names no classes \(id2label\)", id="no classes"),
        pytest.param({"id2label": {"1": "negative"}}, r"names no classes \(id2label\)", id="they do not begin at 0"),
        pytest.param({"id2label": ["negative"]}, r"names no classes \(id2label\)", id="a list"),
        pytest.param({}, r"names no classes \(id2label\)", id="nothing of classes"),
        pytest.param([], r"names no classes \(id2label\)", id="no object"),
    ],
)  # fmt: skip
def test_classes_that_say_nothing_are_told(tmp_path: Path, config: object, told: str) -> None:
    classifier(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match=told):
        TransformerScorer(tmp_path)


def test_a_config_that_is_no_json_is_told(tmp_path: Path) -> None:
    classifier(tmp_path)
    (tmp_path / "config.json").write_bytes(b"\xff{")
    with pytest.raises(ValueError, match=r"config\.json names no classes"):
        TransformerScorer(tmp_path)


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    classifier(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(ValueError, match=f"holds no {missing}: export the model with"):
        TransformerScorer(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere holds no model\.onnx"):
        TransformerScorer(tmp_path / "nowhere")


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_an_extra_that_is_not_installed_is_told_at_once(
    folder: Path, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        ValueError, match=rf"{package} is not installed: pip install 'sentinel-alerts\[transformer\]'"
    ):
        TransformerScorer(folder)


def test_the_probabilities_are_those_of_the_model(folder: Path) -> None:
    score = answers(folder, "horrible wonderful")[0]
    assert score.negative == pytest.approx(403.43 / (2 * 403.43 + 1), abs=1e-4)
    assert score.polarity == pytest.approx(0)
    assert score.sure == pytest.approx(0, abs=0.01)


def test_texts_are_answered_in_their_order_over_many_batches(folder: Path) -> None:
    texts = ["horrible", "a wonderful wonderful day", "wonderful"] * BATCH
    assert labels(folder, *texts) == ["neg", "pos", "pos"] * BATCH


def test_a_text_has_the_same_answer_alone_and_beside_longer_ones(folder: Path) -> None:
    alone = answers(folder, "late")[0]
    beside = answers(folder, "late", "horrible " * 300)[0]
    assert alone.negative == pytest.approx(beside.negative)


@pytest.mark.parametrize("text", ["", " ", "😡", "10/10", "https://example.org/horrible", "@horrible"])
def test_a_text_without_a_word_is_unknown(folder: Path, text: str) -> None:
    score = answers(folder, text)[0]
    assert (score.label, score.negative, score.polarity, score.sure) == ("unknown", None, None, 0)


def test_lone_surrogates_reach_no_tokenizer(folder: Path) -> None:
    assert labels(folder, "horrible \ud83d") == ["neg"]


def test_stars_are_read_together_with_the_words(folder: Path) -> None:
    starred = [Text("horrible", "en", stars=5), Text("wonderful", "en", stars=1), Text("😡", stars=1)]
    assert labels(folder, *starred) == ["pos", "neg", "neg"]


def test_what_is_said_of_another_brand_is_not_read(folder: Path) -> None:
    def of(text: str) -> Text:
        return Text(text, "en", names=("Miramar",), others=("Bahia",))

    assert labels(
        folder,
        of("Miramar was horrible. Bahia was wonderful"),
        of("Miramar was wonderful. Bahia was horrible"),
    ) == ["neg", "pos"]


def test_the_one_that_loses_by_comparison_gets_the_contrary(folder: Path) -> None:
    text = "wonderful Bahia is so much better than Miramar"
    winner, loser = answers(
        folder, Text(text, "en", names=("Bahia",), others=("Miramar",)),
        Text(text, "en", names=("Miramar",), others=("Bahia",)),
    )  # fmt: skip
    assert (winner.label, loser.label) == ("pos", "neg")
    assert loser.negative == pytest.approx((winner.polarity or 0) + (winner.negative or 0))


def test_another_model_is_another_version(folder: Path, tmp_path: Path) -> None:
    other = classifier(tmp_path, ("1 star", "2 stars", "3 stars", "4 stars", "5 stars"))
    versions = {TransformerScorer(each).version for each in (folder, folder, other)}
    assert len(versions) == 2
    assert TransformerScorer(folder).voices == {("transformer", TransformerScorer(folder).version)}
