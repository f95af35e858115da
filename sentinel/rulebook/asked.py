"""What a rule's judgment asks for, as prose: a sentence for each kind, and one for when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.model.phrase import say_duration, say_rarity
from sentinel.rulebook.judgments import Crisis, Share, Silence, Spike, Stars
from sentinel.rulebook.saying import joined, many, quoted, stars

if TYPE_CHECKING:
    from datetime import timedelta

    from sentinel.rulebook.judgments import Judgment, Usual


def asked(judgment: Judgment) -> str:
    """When the alert is raised, and when it is over."""
    return (
        f"{_asked(judgment)} {_hold(judgment)}It is over after {say_duration(judgment.calm_after)} of calm."
    )


def _asked(judgment: Judgment) -> str:
    match judgment:
        case Spike():
            return _spike(judgment)
        case Share():
            return _share(judgment)
        case Stars():
            return _stars(judgment)
        case Crisis():
            return _crisis(judgment)
        case Silence():
            return _silence(judgment)


def _hold(judgment: Judgment) -> str:
    return f"It must hold for {say_duration(judgment.hold)} before anybody is told. " if judgment.hold else ""


def _spike(spike: Spike) -> str:
    above = f"at least {spike.above_usual:g} times " if spike.above_usual else "more than "
    return (
        f"It is a spike when {_bring(spike.window)} at least {many(spike.at_least, 'negative post')} "
        f"from at least {many(spike.from_authors, 'author')}, "
        f"rarer by chance than {say_rarity(spike.rarer_than)}, and {above}what is usual for {_usual(spike.usual)}."
    )


def _share(share: Share) -> str:
    return joined(
        f"It is a rise of the share when {_bring(share.window)} at least "
        f"{many(share.at_least, 'post')} about the brand, negative or not",
        f"the negative ones from at least {many(share.from_authors, 'author')}",
        share.above is not None and f"more than {100 * share.above:.4g}% of them negative",
        share.above_usual and f"at least {share.above_usual:g} times the usual share",
        f"and a share so far above that of {_usual(share.usual)} is rarer by chance than "
        f"{say_rarity(share.rarer_than)}",
    )


def _stars(asks: Stars) -> str:
    return joined(
        f"Reviews have dropped when {_bring(asks.window)} at least {many(asks.at_least, 'review')} with stars",
        asks.from_authors > 1 and f"the bad ones from at least {many(asks.from_authors, 'author')}",
        asks.below_usual is not None
        and f"on average at least {stars(asks.below_usual)} below those of {_usual(asks.usual)}",
        f"and so few stars, drawn by chance from the reviews of {_usual(asks.usual)}, are rarer than "
        f"{say_rarity(asks.rarer_than)}",
    )


def _crisis(crisis: Crisis) -> str:
    more = [f"one of the list '{name}'" for name in crisis.lists]
    says = " or ".join([quoted(crisis.says), *more] if crisis.says else more)
    return (
        f"It is a crisis at once when {_bring(crisis.window)} at least {many(crisis.at_least, 'post')} "
        f"from at least {many(crisis.from_authors, 'author')} with {says}, whatever is usual."
    )


def _silence(silence: Silence) -> str:
    return (
        f"It is a silence when {say_duration(silence.window)}, read without a gap, bring so few posts beside "
        f"{_usual(silence.usual)} that chance alone would do it less often than {say_rarity(silence.rarer_than)}. "
        "Until a week has been read it judges nothing."
    )


def _bring(window: timedelta) -> str:
    span = say_duration(window)
    return f"{span} brings" if span.startswith("1 ") else f"{span} bring"


def _usual(usual: Usual) -> str:
    weeks = f"{usual.weeks} weeks" if usual.weeks > 1 else "week"
    return f"the same hour of the week over the last {weeks}" if usual.same_hour else f"the last {weeks}"
