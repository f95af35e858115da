from __future__ import annotations

import pytest

from sentinel.rulebook.fields import FIELDS, REPLY_FIELDS, field_mistakes


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("{brand}: {negatives} in {window}", []),
        ("no fields, 100 %", []),
        ("{negativs} and {brnd}", ["{negativs}", "{brnd}"]),
        ("{ brand }", ["{ brand }"]),
        ("{brand.__class__.__mro__}", ["{brand.__class__.__mro__}"]),
        ("{0} {} {brand!r} {brand:>9}", ["{0}", "{}", "{brand!r}", "{brand:>9}"]),
        ("{{brand}}", ["{{brand}}"]),
        ("open { and on\nnext", ["{ and on"]),
        ("{author}", ["{author}"]),
    ],
)
def test_only_named_fields_are_fields(text: str, pieces: list[str]) -> None:
    assert [piece for piece, _ in field_mistakes(text, FIELDS)] == pieces


def test_the_author_is_known_in_the_reply_only() -> None:
    assert list(field_mistakes("{author}", REPLY_FIELDS)) == []
    ((_, (_, hint)),) = field_mistakes("{author}", FIELDS)
    assert hint == "{author} is only known in say.reply; here {top_post.author} may be meant"
