from __future__ import annotations

import re
from pathlib import Path

import pytest

from sentinel.rehearse import try_examples
from sentinel.rulebook.names import Known
from sentinel.rulebook.prose import explain
from sentinel.rulebook.read import read_rule_text
from sentinel.rulebook.reference import reference
from tests.stand.hotel import plan

DOCS = Path(__file__).parents[2] / "docs"


def test_the_reference_in_docs_is_what_the_program_says_of_itself() -> None:
    written = (DOCS / "rule-reference.md").read_text()
    assert written == reference(), "python -m sentinel.rulebook.reference > docs/rule-reference.md"


def test_the_first_rule_of_the_lesson_is_sound_and_with_its_examples_may_live() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (DOCS / "writing-rules.md").read_text(), re.DOTALL)
    draft, warnings = read_rule_text(blocks[0], "rules/late-breakfast.yaml", Known())
    assert (draft.status, warnings) == ("draft", ())
    live, warnings = read_rule_text(
        f"status: live\n{blocks[0]}{blocks[1]}", "rules/late-breakfast.yaml", Known()
    )
    assert (live.status, warnings) == ("live", ())
    assert "late-breakfast" in explain(live, None)


def lesson(kind: str) -> str:
    """The whole rule of the page that is judged so."""
    blocks: list[str] = re.findall(r"```yaml\n(.*?)```", (DOCS / "writing-rules.md").read_text(), re.DOTALL)
    return next(block for block in blocks if f"\n{kind}:\n" in block)


@pytest.mark.parametrize("kind", ["share", "stars", "crisis", "silence"])
def test_every_other_judgment_has_a_lesson_that_is_sound_and_comes_out_as_written(
    kind: str, tmp_path: Path
) -> None:
    rule, warnings = read_rule_text(lesson(kind), f"rules/{kind}.yaml", Known())
    assert (rule.judgment.key, warnings) == (kind, ())
    outcomes = try_examples(plan(tmp_path), rule)
    assert len(outcomes) >= 2
    assert [outcome for outcome in outcomes if not outcome.passed] == []


@pytest.mark.parametrize("page", ["rule-reference.md", "writing-rules.md"])
def test_links_between_the_pages_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", (DOCS / page).read_text())
    assert links
    assert [link for link in links if not (DOCS / link).exists()] == []
