from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from sentinel.rulebook.fingerprint import fingerprint
from sentinel.rulebook.names import Known
from sentinel.rulebook.read import read_book

KEEP = [
    ("} quejas", "} muchas quejas"),
    ("6 posts", "7 posts"),
    ("window: 2 hours", "window: 3 hours"),
    ("severity: warning", "severity: critical"),
    ("status: live", "status: trial"),
    ('[limpieza, sucio, "dirty"]', "[dirty, limpieza, sucio]"),
    ("languages: [es, en]", "languages: [en, es]"),
]
CHANGE = [
    ("[limpieza, ", "[limpiezas, "),
    ('"we are hiring"', "hiring"),
    ("at most 2", "at most 3"),
    ("below -0.25", "below -0.3"),
    ("below -0.25", "above -0.25"),
    ("vergüenza", "verguenza"),
    ("group_by: [brand]", "group_by: [brand, source]"),
    ("sources: [x, tripadvisor]", "sources: [x]"),
    ("  list: rules/lists/cleaning.yaml\n", ""),
]


def _prints(good: Path, folder: Path, old: str, new: str) -> tuple[str, str]:
    rules = Path(shutil.copytree(good / "rules", folder / "rules"))
    before = fingerprint(read_book(rules, Known())[0].rules[0])
    text = (rules / "limpieza.yaml").read_text()
    assert old in text
    (rules / "limpieza.yaml").write_text(text.replace(old, new, 1))
    return before, fingerprint(read_book(rules, Known())[0].rules[0])


@pytest.mark.parametrize(("old", "new"), KEEP, ids=[new for _, new in KEEP])
def test_a_change_of_words_thresholds_or_order_keeps_history(
    good: Path, tmp_path: Path, old: str, new: str
) -> None:
    before, after = _prints(good, tmp_path, old, new)
    assert before == after


@pytest.mark.parametrize(("old", "new"), CHANGE, ids=[new or "without the list" for _, new in CHANGE])
def test_a_change_of_what_counts_makes_another_history(
    good: Path, tmp_path: Path, old: str, new: str
) -> None:
    before, after = _prints(good, tmp_path, old, new)
    assert before != after


def test_a_change_inside_a_word_list_makes_another_history(good: Path, tmp_path: Path) -> None:
    rules = Path(shutil.copytree(good / "rules", tmp_path / "rules"))
    before = fingerprint(read_book(rules, Known())[0].rules[0])
    (rules / "lists/cleaning.yaml").write_text("- roach\n")
    assert fingerprint(read_book(rules, Known())[0].rules[0]) != before


def test_it_is_twelve_hex_digits_and_the_same_in_every_version(good: Path) -> None:
    told = fingerprint(read_book(good / "rules", Known())[0].rules[1])
    assert re.fullmatch(r"[0-9a-f]{12}", told)
    assert told == "7fc4c8993f09"
