from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.rulebook.prose import explain
from sentinel.rulebook.read import read_book

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
