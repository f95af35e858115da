"""What a person types: one small file a verb; it prints, it never decides.

Every verb prints what it was asked for on stdout (for people, or with `--json` for machines); notes, logs and trouble go
to stderr. Exit status: 0 fine, 1 problems found, 2 wrong usage. A verb's file is imported only when it is typed, and the
house behind it only when the verb runs, so that every `--help` answers at once.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sentinel import __version__
from sentinel.errors import ProblemsFound, SentinelError

if TYPE_CHECKING:
    from types import TracebackType

VERBS = {
    "run": "The service: reads, judges and tells until it is stopped.",
    "check": "Every problem of rules and config, with its place and the mend.",
    "test": "The examples inside the rule files.",
    "explain": "A rule as prose; why a post counts; which clause held at a time.",
    "replay": "Recorded posts through the whole house, channels included.",
    "backtest": "What would have been raised; no channel is touched.",
    "score": "How negative texts are.",
    "eval": "How good a scorer is on labelled posts, and where it errs worst.",
    "label": "Posts one by one: negative, neutral or positive.",
    "train": "A model of one's own, from labelled posts.",
    "detect": "Spikes in a plain series of counts.",
    "poll": "One source, read once; nothing is stored.",
    "convert": "A CSV of posts as JSON lines.",
    "incidents": "List, show, acknowledge, close, annotate.",
    "status": "Health and lag.",
    "init": "A first sentinel.yaml with a rule and a ladder.",
    "new": "A draft rule from a sentence.",
}
_DEBUG = "SENTINEL_DEBUG"


class _Verbs(click.Group):
    """Knows the verbs by name and imports one only when it is asked for."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"sentinel.cli.{cmd_name}").verb
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS:
            near = difflib.get_close_matches(args[0], VERBS, 1)
            meant = f"did you mean '{near[0]}'?" if near else "sentinel --help lists the verbs"
            ctx.fail(f"there is no verb '{args[0]}': {meant}")
        return super().resolve_command(ctx, args)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sentinel")
@click.option("--debug", is_flag=True, help=f"Show the traceback of what nobody foresaw (or set {_DEBUG}=1).")
def cli(*, debug: bool) -> None:
    """See viral complaints about a brand early, and reach a person who answers.

    \b
    A first look:   sentinel init "Your Brand"; sentinel check; sentinel run
    Rules:          sentinel new "A sentence"; check; test; explain; backtest
    An alert came:  sentinel incidents show ID; sentinel incidents ack ID
    Is it well:     sentinel status

    Exit status: 0 fine, 1 problems found, 2 wrong usage. Every verb has its own --help.
    """  # noqa: D301  # click's own sign: the lines of this part stay as they are
    if debug:
        os.environ[_DEBUG] = "1"


def main() -> None:
    """The command `sentinel`: whatever happens, a person reads a sentence; a traceback only when asked for."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal that cannot show a letter must not end a verb
    sys.exit(_status())


def _status() -> int:
    try:
        result: Any = cli(prog_name="sentinel", standalone_mode=False)
        sys.stdout.flush()
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:  # the reader of our pipe has gone: that is its right
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  # the last net
        return _told(error)
    return result if isinstance(result, int) else 0


def _told(error: Exception) -> int:
    """Say what happened and whose it is; the exit status."""
    from sentinel.cli.screen import fail, show_problems  # noqa: PLC0415  # keeps `--help` light

    match error:
        case ProblemsFound():
            return show_problems(error.problems)
        case click.UsageError():
            error.show()
            return 2
        case click.ClickException():
            return fail(error.format_message())
        case SentinelError():
            return fail(str(error))
        case OSError():
            return fail(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
        case _:
            return fail(_unforeseen(error))


def _unforeseen(error: Exception) -> str:
    if os.environ.get(_DEBUG, "0") != "0":
        return "".join(traceback.format_exception(error))
    return (
        f"a mistake of sentinel's own: {type(error).__name__}: {error} ({_where(error.__traceback__)});"
        f" {_DEBUG}=1 shows all of it, please report it"
    )


def _where(trace: TracebackType | None) -> str:
    """The innermost line of our own."""
    ours = [frame for frame in traceback.extract_tb(trace) if f"{os.sep}sentinel{os.sep}" in frame.filename]
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "outside"
