"""Every kind of channel, one line each. Heavy libraries are imported when a channel first sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sentinel.channels import console, email, slack, webhook
from sentinel.channels.contract import ChannelKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel.channels.contract import ChannelOptions

_KINDS: Final[Mapping[str, ChannelKind]] = {
    "slack": ChannelKind(
        slack.SlackOptions, slack.build, "a Slack channel; one message an incident, its news in the thread"
    ),
    "email": ChannelKind(
        email.EmailOptions, email.build, "mail through an SMTP server, threaded per incident"
    ),
    "webhook": ChannelKind(webhook.WebhookOptions, webhook.build, "signed JSON to an address of yours"),
    "console": ChannelKind(console.ConsoleOptions, console.build, "the terminal that sentinel runs in"),
}


def kind(name: str) -> ChannelKind:
    """The registry line of `kind: name`; raises KeyError when there is none."""
    return _KINDS[name]


def options_by_kind() -> dict[str, type[ChannelOptions]]:
    """What each kind may be told, for whoever reads `sentinel.yaml`."""
    return {name: line.options for name, line in _KINDS.items()}
