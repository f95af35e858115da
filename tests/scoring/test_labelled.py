"""Posts with labels, as people and the corpus write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scoring.labelled import VERDICTS, Labelled, Verdict, named, read_corpus, verdict

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("neg", "neg"), ("Negative", "neg"), ("NEGATIVO", "neg"), ("negativa", "neg"), ("n", "neg"), ("-1", "neg"),
        ("neu", "neu"), ("neutral", "neu"), ("Neutro", "neu"), ("neutra", "neu"), ("u", "neu"), ("0", "neu"),
        ("pos", "pos"), ("positive", "pos"), ("Positivo", "pos"), ("positiva", "pos"), ("p", "pos"), ("1", "pos"),
        (" neg\t", "neg"),
    ],
)  # fmt: skip
def test_a_label_is_understood_as_people_write_it(written: str, said: Verdict) -> None:
    assert verdict(written) == said


@pytest.mark.parametrize("written", ["", " ", "bad", "2", "+1", "negs", "neg pos", "unknown", "None"])
def test_what_is_no_label_is_none(written: str) -> None:
    assert verdict(written) is None


@given(st.text())
def test_any_label_is_one_of_three_or_none(written: str) -> None:
    assert verdict(written) in {*VERDICTS, None}


@pytest.mark.parametrize(
    ("written", "text", "names"),
    [
        pytest.param("{Miramar} fatal", "Miramar fatal", ("Miramar",), id="a name"),
        pytest.param("{Miramar} y {@miramar}", "Miramar y @miramar", ("Miramar", "@miramar"), id="two names"),
        pytest.param(
            "{Hotel Miramar}, fatal", "Hotel Miramar, fatal", ("Hotel Miramar",), id="a name of two words"
        ),
        pytest.param("fatal", "fatal", (), id="none"),
        pytest.param("{fatal", "{fatal", (), id="a brace that is not closed"),
        pytest.param("fatal}", "fatal}", (), id="a brace that is not opened"),
        pytest.param("{{Miramar}}", "{Miramar}", ("Miramar",), id="braces in braces"),
    ],
)
def test_a_brand_s_name_stands_in_braces(written: str, text: str, names: tuple[str, ...]) -> None:
    post = Labelled(written, "neg", "es", "here", stars=2)
    assert named(post) == Labelled(text, "neg", "es", "here", names, 2)


def written(folder: Path, content: str, name: str = "es/tweets.tsv") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    return folder


def test_a_corpus_is_read_with_language_and_source(tmp_path: Path) -> None:
    written(tmp_path, "# about it\n\nneg\t{Miramar} fatal\npos\tgenial\t😍\n")
    written(tmp_path, "neu\tit opens at ten\n", "en/places.tsv")
    written(tmp_path, "neg\tno post\n", "notes.tsv")
    assert list(read_corpus(tmp_path)) == [
        Labelled("it opens at ten", "neu", "en", "en/places"),
        Labelled("Miramar fatal", "neg", "es", "es/tweets", ("Miramar",)),
        Labelled("genial\t😍", "pos", "es", "es/tweets"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("fatal", id="no label"),
        pytest.param("neg fatal", id="no tab"),
        pytest.param("negative\tfatal", id="another spelling"),
        pytest.param("bad\tfatal", id="no such label"),
        pytest.param("neg\t ", id="no text"),
        pytest.param("\tfatal", id="an empty label"),
    ],
)
def test_a_line_that_is_no_post_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match=r"es/tweets\.tsv:2: a line is a label"):
        list(read_corpus(written(tmp_path, f"neg\tfatal\n{line}\n")))


def test_an_empty_folder_holds_no_posts(tmp_path: Path) -> None:
    assert list(read_corpus(tmp_path)) == []


def test_the_corpus_of_the_project_can_be_read() -> None:
    posts = list(read_corpus(CORPUS))
    assert {post.verdict for post in posts} == set(VERDICTS)
    assert {post.lang for post in posts} >= {"es", "en"}
    assert not any("{" in name or not name.strip() for post in posts for name in post.names)
