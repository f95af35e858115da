"""What a person types: one small file a verb; it prints, it never decides.

Every verb prints for people on stdout, with `--json` for machines; logs go to stderr. Exit status: 0 fine, 1 problems
found, 2 wrong usage. A verb's file is imported only when it is typed, so that `--help` answers at once.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from sentinel import __version__

VERBS = {
    "run": "The service.",
    "check": "Every problem of rules and config, with its place and the mend.",
    "test": "The examples inside the rule files.",
    "explain": "A rule as prose; why a post counts; which clause held at a time.",
    "replay": "Recorded posts through the whole house, channels included.",
    "backtest": "What would have been raised; no channel is touched.",
    "score": "How negative texts are.",
    "detect": "Spikes in a plain series of counts.",
    "poll": "One source, read once; nothing is stored.",
    "convert": "A CSV of posts as JSON lines.",
    "incidents": "List, show, acknowledge, close, annotate.",
    "status": "Health and lag.",
    "init": "A first sentinel.yaml.",
    "new": "A draft rule from a sentence.",
}


class _Verbs(click.Group):
    """Knows the verbs by name and imports one only when it is asked for."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"sentinel.cli.{cmd_name}").verb
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sentinel")
def cli() -> None:
    """See viral complaints about a brand early, and reach a person who answers."""


def main() -> None:
    """The command `sentinel`: no traceback ever reaches a person for what a person can mend."""
    from sentinel.cli.screen import fail, show_problems  # noqa: PLC0415  # keeps `--help` light
    from sentinel.errors import ProblemsFound, SentinelError  # noqa: PLC0415  # the same

    try:
        result: Any = cli(standalone_mode=False)
    except ProblemsFound as found:
        sys.exit(show_problems(found.problems))
    except SentinelError as error:
        sys.exit(fail(str(error)))
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:  # the reader of our pipe has gone: that is its right
        sys.stderr.close()
        sys.exit(0)
    sys.exit(result if isinstance(result, int) else 0)
