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

engine_option = click.option(
    "--engine", default="compact", show_default=True, help="compact, lexicon, textblob or transformer."
)
model_option = click.option(
    "--model",
    type=click.Path(path_type=Path, exists=True),
    help="A file of `sentinel train`, for the engine compact; a folder with model.onnx, for transformer.",
)


def scorer_of(engine: str, model: Path | None) -> Scorer:
    """The engine, with a model of the user's own if one is given. Raises click.UsageError with the mend."""
    from sentinel.scoring import registry  # noqa: PLC0415  # heavy: only when a verb runs

    if engine not in registry.engines():
        raise click.UsageError(unknown("engine", engine, registry.engines()))
    if model is not None and engine not in {"compact", "transformer"}:
        raise click.UsageError(f"the engine {engine} takes no --model: that is for compact or transformer")
    if model is None and engine == "transformer":
        raise click.UsageError("the engine transformer needs --model FOLDER, one that holds model.onnx")
    options = (
        registry.Options(transformer=model) if engine == "transformer" else registry.Options(model=model)
    )
    try:
        return registry.scorer(engine, options)
    except ValueError as broken:
        raise click.UsageError(str(broken)) from broken
    except OSError as refused:
        raise click.UsageError(f"{model}: {refused.strerror}") from refused
