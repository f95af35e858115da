"""`sentinel.yaml` as types. The descriptions here are what editors and the reference show.

Sources and channels stand here as they were written (`kind` and the rest): which options a kind takes is the
business of its own file, and `config.read` is handed the table of kinds by `app`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sentinel.channels.contract import ChannelOptions
from sentinel.rulebook.part import Sentence, Word
from sentinel.rulebook.types import Language
from sentinel.sources.contract import SourceOptions


def _as_list(written: object) -> object:
    return written if isinstance(written, list | tuple | dict) else (written,)


EngineNames = Annotated[tuple[Word, ...], BeforeValidator(_as_list), Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """The base of every section: frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Brand(Part):
    """What a brand is called, and what only looks like it."""

    terms: tuple[Word, ...] = Field(
        min_length=1, description='Names and handles, e.g. ["Hotel Miramar", "@hotelmiramar"].'
    )
    exclusions: tuple[Word, ...] = Field(
        (), alias="not", description="Phrases that look like the brand and are not."
    )
    languages: tuple[Language, ...] = Field((), description="Languages its public writes, e.g. [es, en].")
    own_accounts: tuple[Word, ...] = Field(
        (), description="The brand's own accounts; what they write never counts."
    )


class Web(Part):
    """The one port for health, metrics and pages."""

    listen: str = Field("127.0.0.1:8080", description="Address and port; loopback unless told otherwise.")


class Transformer(Part):
    """A classifier of the user's own, asked about what the engine is not sure of."""

    model: Path = Field(description="A folder with model.onnx, tokenizer.json and config.json.")
    between: tuple[Share, Share] = Field(
        (0.35, 0.65), description="It is asked where the probability of a negative lies between these."
    )
    at_most: int = Field(50, ge=1, le=10_000, description="Posts of a page that it is asked about.")


class Scoring(Part):
    """Which engine judges texts."""

    engine: EngineNames = Field(
        ("compact",), description="The scorer, or several: the next is asked where one knows nothing."
    )
    model: Path | None = Field(
        None, description="A model of `sentinel train`, for the engine compact to use in place of its own."
    )
    transformer: Transformer | None = Field(None, description="A slow engine for doubtful posts.")


class Config(Part):
    """All of sentinel.yaml. `folder` is where the file stands: relative paths are relative to it."""

    folder: Path
    brands: dict[str, Brand] = Field(min_length=1, description="Brands by their short names.")
    sources: dict[str, SourceOptions] = Field({}, description="Where posts come from.")
    channels: dict[str, ChannelOptions] = Field({}, description="Where people are told.")
    store: str = Field("sqlite:///var/sentinel.db", description="Where everything is kept.")
    web: Web | None = Field(Web(), description="The status page, or null for none.")
    rules: Sentence = Field("rules/", description="The folder of rules.")
    scoring: Scoring = Field(Scoring(), description="Which engine judges texts.")
    log: Literal["auto", "json", "console"] = Field(
        "auto", description="How logs look; auto: JSON when not a terminal."
    )
