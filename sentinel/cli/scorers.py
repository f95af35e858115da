"""The scorer a verb was asked to use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sentinel.cli.plans import unknown

if TYPE_CHECKING:
    from sentinel.scoring.contract import Scorer

UNREAD = 0.3
"""P(negative) where an engine knows nothing: about the share of negatives among posts at large. Scripts that rank need a number."""

model_type = click.Path(path_type=Path, exists=True, dir_okay=False)
engine_option = click.option(
    "--engine", default="compact", show_default=True, help="Which scorer: compact, lexicon or textblob."
)
model_option = click.option(
    "--model", type=model_type, help="A model of `sentinel train`, for the engine compact."
)


def scorer_of(engine: str, model: Path | None) -> Scorer:
    """The engine, with a model of the user's own if one is given. Raises click.UsageError with the mend."""
    from sentinel.scoring import registry  # noqa: PLC0415  # heavy: only when a verb runs

    if engine not in registry.engines():
        raise click.UsageError(unknown("engine", engine, registry.engines()))
    if model is not None and engine != registry.DEFAULT:
        raise click.UsageError(f"--model is a model for the engine {registry.DEFAULT}, not for {engine}")
    try:
        return registry.scorer(engine, registry.Options(model=model))
    except ValueError as broken:
        raise click.UsageError(str(broken)) from broken
