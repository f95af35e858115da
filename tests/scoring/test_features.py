"""The numbers that both scorers of our own weigh."""

from __future__ import annotations

import pytest

from sentinel.scoring.features import NAMES, features
from sentinel.scoring.reading import lens
from sentinel.scoring.signs import Signs, signs
from sentinel.scoring.tokens import tokens


def of(text: str, language: str = "es") -> dict[str, float]:
    found = features(signs(tokens(text), lens((language,))))
    return {NAMES[place]: value for place, value in found.items() if value}


def test_no_two_features_share_a_name() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_nothing_is_found_in_nothing() -> None:
    assert set(features(Signs([]))) == {NAMES.index("nothing"), NAMES.index("length"), NAMES.index("short")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("un asco", {"blame", "worst"}, id="blame"),
        pytest.param("una maravilla", {"praise", "best"}, id="praise"),
        pytest.param("no es una maravilla", {"negated good", "negations"}, id="negated"),
        pytest.param("me cobraron dos veces", {"money", "complaints"}, id="a family"),
        pytest.param("gracias, me cobraron dos veces", {"praise for trouble"}, id="praise for trouble"),
        pytest.param("¿en serio?!", {"?!"}, id="marks"),
        pytest.param("😡😡", {"bad face"}, id="a face"),
        pytest.param("NUNCA MAS", {"shouted"}, id="capitals"),
        pytest.param("maloooo", {"stretched"}, id="stretched"),
    ],
)
def test_what_a_text_shows_has_its_feature(text: str, found: set[str]) -> None:
    assert found <= of(text).keys()


def test_praise_for_trouble_is_none_behind_a_but() -> None:
    assert "praise for trouble" not in of("me cobraron dos veces pero gracias, todo resuelto")


def test_marks_come_in_one_order_so_that_sums_are_the_same_in_every_process() -> None:
    found = features(Signs(["<haha>", "<0>", "…", "?!", "<http>", "!!", "?", "<at>", "!"]))
    marks = [
        place
        for place in found
        if NAMES[place] in {*"!?…", "!!", "?!", "address", "mention", "number", "laughter"}
    ]
    assert len(marks) == 9
    assert marks == sorted(marks)
