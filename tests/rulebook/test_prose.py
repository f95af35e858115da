from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sentinel.rulebook.prose import explain
from sentinel.rulebook.read import read_book, read_rule_text

if TYPE_CHECKING:
    from pathlib import Path

    from sentinel.rulebook.names import Known

PROSE = """\
Quejas de limpieza en los hoteles (rules/limpieza.yaml; live, owned by community-team)

Why: A cluster of complaints about dirty rooms usually means one hotel has lost its cleaning crew.
An answer within the hour keeps it local.

It looks at posts about miramar that contain “limpieza”, “sucio”, “dirty”, “cucaracha” or “filthy”,
but not “se busca personal” or “we are hiring”, written in es or en, from x or tripadvisor.

A post is negative if its sentiment is below -0.25, it gives at most 2 stars or it says “nunca más”
or “vergüenza”.

It is a spike when 2 hours bring at least 6 negative posts from at least 5 authors, rarer by chance
than once a month, and at least 2 times what is usual for the same hour of the week over the last 4
weeks. It must hold for 5 minutes before anybody is told. It is over after 2 hours of calm.

Then it opens an incident of severity warning, one for each brand, labelled team operations, with
the runbook https://wiki.example/comms/limpieza.

It climbs the ladder 'Community team': team at once; on_call and lead_by_mail after 15 minutes,
unless acknowledged; head_of_comms after 45 minutes, unless acknowledged, only if critical.
Reminders come every 2 hours, at most 3 times. In nights (22:00 to 07:30, Europe/Madrid) notice and
warning wait.

Known false alarms: In August volume doubles and complaints with it."""

SKETCH = """\
A first sketch (rules/sketch.yaml; a draft: checked, never judged)

Why: To see that a draft needs little.

It looks at posts about any brand.

A post is negative if it gives at most 1 star.

It is a spike when 2 hours bring at least 4 negative posts from at least 1 author, rarer by chance
than once a month, and more than what is usual for the same hour of the week over the last 4 weeks.
It is over after 2 hours of calm.

Then it opens an incident of severity warning, one for each brand.

It climbs the ladder 'community'.

Known false alarms: Old reviews are imported at once now and then."""


def test_a_full_rule_reads_as_prose(good: Path, known: Known) -> None:
    book, _ = read_book(good / "rules", known)
    assert explain(book.rules[0], book.ladders["community"]) == PROSE


def test_a_bare_rule_without_its_ladder_reads_as_prose(good: Path, known: Known) -> None:
    book, _ = read_book(good / "rules", known)
    assert explain(book.rules[1], None) == SKETCH


def test_a_long_list_of_words_is_cut_with_how_many_are_left(good: Path, known: Known) -> None:
    book, _ = read_book(good / "rules", known)
    rule = book.rules[0]
    words = tuple(f"w{number}" for number in range(40))
    longer = rule.model_copy(update={"watch": rule.watch.model_copy(update={"any_of": words})})
    assert "“w11” or one of 28 more" in explain(longer, None)


@pytest.mark.parametrize(
    ("judgment", "prose"),
    [
        pytest.param(
            "negative: {stars: at most 2}\nshare: {at_least: 20 posts, from: 5 authors, above: 40%, hold: 5 minutes}\n",
            "It is a rise of the share when 6 hours bring at least 20 posts about the brand, negative or not, the negative "
            "ones from at least 5 authors, more than 40% of them negative, and a share so far above that of the last 4 weeks "
            "is rarer by chance than once a month. It must hold for 5 minutes before anybody is told. "
            "It is over after 2 hours of calm.",
            id="share",
        ),
        pytest.param(
            "stars: {at_least: 5 reviews, below_usual: 0.5 stars}\n",
            "A post is negative if it gives at most 2 stars. Reviews have dropped when 1 week brings at least 5 reviews with "
            "stars, on average at least 0.5 stars below those of the last 12 weeks, and so few stars, drawn by chance from "
            "the reviews of the last 12 weeks, are rarer than once a quarter. It is over after 1 day of calm.",
            id="stars",
        ),
        pytest.param(
            "crisis: {says: [demanda], list: poison}\n",
            "It is a crisis at once when 1 hour brings at least 1 post from at least 1 author with “demanda” or one of the "
            "list 'poison', whatever is usual. It is over after 2 hours of calm.",
            id="crisis",
        ),
        pytest.param(
            "silence: {window: 6 hours}\n",
            "It is a silence when 6 hours, read without a gap, bring so few posts beside the same hour of the week over the "
            "last 4 weeks that chance alone would do it less often than once a month. Until a week has been read it judges "
            "nothing. It is over after 1 hour of calm.",
            id="silence",
        ),
    ],
)
def test_every_judgment_reads_as_prose(judgment: str, prose: str, known: Known) -> None:
    text = f"rule: r\nwhy: w\n{judgment}then: {{escalate: community}}\nnoise: [holidays]\n"
    rule, _ = read_rule_text(text, "rules/r.yaml", known)
    assert prose in " ".join(explain(rule, None).split())


def test_a_quiet_source_reads_as_prose(known: Known) -> None:
    watch = "watch: {quiet_source: 3 hours}\n"
    text = f"rule: r\nwhy: w\n{watch}silence: {{}}\nthen: {{escalate: community}}\nnoise: [holidays]\n"
    rule, _ = read_rule_text(text, "rules/r.yaml", known)
    assert (
        "If one of its sources is read and brings 3 hours without a single post, ops are told."
        in " ".join(explain(rule, None).split())
    )
