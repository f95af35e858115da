"""The reference of rules, ladders and word lists, grown from the descriptions of the types.

`python -m sentinel.rulebook.reference > docs/rule-reference.md` writes it; a test holds the file to it.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticUndefined

from sentinel.model.phrase import Rarity, say_duration, say_rarity
from sentinel.rulebook.fields import FIELDS, REPLY_FIELDS
from sentinel.rulebook.judgments import Crisis, Share, Silence, Spike, Stars, Usual
from sentinel.rulebook.keys import keys_of
from sentinel.rulebook.lists import WordList
from sentinel.rulebook.types import (
    Example,
    Examples,
    Ladder,
    Negative,
    QuietHours,
    Rule,
    Say,
    Step,
    Then,
    Timeline,
    Watch,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

_HEAD = """\
# Rule reference

Every key of a rule, a ladder and a word list. This page is grown from the program itself
(`python -m sentinel.rulebook.reference`); to learn by doing, begin with [writing rules](writing-rules.md).
"""

_PHRASES = """\
## Phrases

| what | how it is written |
|---|---|
| a length of time | `30 minutes`, `2 hours`, `1 day`, `4 weeks` |
| a count | `6 posts`, `5 authors`, `50_000 people`: the word behind it is yours |
| a factor | `2 times`, `1.5 times` |
| a rarity | `once a month`, `twice a week`, `3 times a year` |
| a rate | `2 per hour`, `12 posts a day` |
| a threshold of sentiment | `below -0.25`, `above 0.7`; sentiment runs from -1 to 1 |
| stars | `at most 2`; so many of them: `0.5 stars` |
| a share | `40%` |
| a time of day | `"22:00"` |

A word that YAML elsewhere takes for something else is a plain word here: `no`, `on`, `22:00`. A text that holds
`: ` or ` #`, or begins with `{`, `[`, `*`, `&`, `!`, `@`, `%` or a quote, stands in quotes.
"""

_SECTIONS: tuple[tuple[str, type[BaseModel], str], ...] = (
    (
        "A rule: `rules/NAME.yaml`",
        Rule,
        "One rule a file; the file's name is its id. Keys stand in this order.",
    ),
    ("watch", Watch, "Which posts are looked at. Whatever is left out means: all."),
    ("negative", Negative, "What makes a post a negative one. Any one suffices; at least one is given."),
    (
        "spike",
        Spike,
        "When negative posts are too many. Everything that is asked for must hold together. A rule has one of these five.",
    ),
    ("share", Share, "When too great a share of the posts is negative, be they many or few."),
    (
        "stars",
        Stars,
        "When reviews give fewer stars than usual. Without `negative`, one with at most 2 stars is a bad review.",
    ),
    (
        "crisis",
        Crisis,
        "Words that open an incident at the next look. Nothing is usual for them; `negative` is not asked.",
    ),
    (
        "silence",
        Silence,
        "When a brand that is always talked of is not. Every post counts; `negative` is not asked.",
    ),
    ("then", Then, "What happens."),
    ("say", Say, "The words of the alert, with {fields}."),
    (
        "examples",
        Examples,
        "The rule's own tests (`sentinel test`). A trial or live rule shows at least one of each.",
    ),
    ("examples.catches and examples.ignores", Example, "An entry is a bare text, or these keys."),
    ("examples.timelines", Timeline, ""),
    ("A ladder: `rules/ladders/NAME.yaml`", Ladder, "Who is told, in which order, until a person answers."),
    ("steps", Step, "`after` counts from the incident's opening; steps stand in the order of their times."),
    ("quiet_hours", QuietHours, "Each has a name of yours. Rules refer to it with `then.quiet`."),
    (
        "A word list: `rules/lists/NAME.yaml`",
        WordList,
        "A bare list of words, or these keys. Rules refer to it with `watch.list`.",
    ),
)


_SAYERS: dict[type, Callable[[Any], str]] = {
    Usual: lambda usual: f"{'same hour of the week, ' if usual.same_hour else ''}last {usual.weeks} weeks",
    timedelta: say_duration,
    Rarity: say_rarity,
    Enum: lambda each: str(each.value),
    tuple: lambda every: f"[{', '.join(_as_written(each) for each in every)}]",
    str: str,
    int: str,
}


def reference() -> str:
    """The whole page, as Markdown."""
    sections = [_section(*section) for section in _SECTIONS]
    return "\n".join([_HEAD, *sections, _fields(), _PHRASES])


def _section(title: str, model: type[BaseModel], says: str) -> str:
    level = "##" if ":" in title else "###"
    intro = f"{says}\n\n" if says else ""
    rows = "\n".join(
        f"| `{key}` | {_cell(info)} | {_default(info)} |" for key, info in keys_of(model).items()
    )
    return f"{level} {title}\n\n{intro}| key | what it is | if left out |\n|---|---|---|\n{rows}\n"


def _cell(info: FieldInfo) -> str:
    return (info.description or "").rstrip(".").replace("|", "\\|")


def _default(info: FieldInfo) -> str:
    """What holds when the key is left out, as it would be written."""
    if info.default is PydanticUndefined:
        return "**required**"
    said = _as_written(info.default)
    return f"`{said}`" if said else "none"


def _as_written(value: object) -> str:
    for kind, say in _SAYERS.items():
        if isinstance(value, kind):
            return say(value) if value else ""
    return ""


def _fields() -> str:
    rows = "\n".join(f"| `{{{name}}}` | {says} |" for name, says in REPLY_FIELDS.items() if name in FIELDS)
    only = "\n".join(
        f"| `{{{name}}}` | {says}; in `say.reply` only |"
        for name, says in REPLY_FIELDS.items()
        if name not in FIELDS
    )
    return f"## Fields of `say`\n\n| field | what is put in |\n|---|---|\n{rows}\n{only}\n"


if __name__ == "__main__":
    sys.stdout.write(reference())
