"""Options and arguments that several verbs share, so that they are called the same everywhere."""

from __future__ import annotations

from pathlib import Path

import click

config_option = click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("sentinel.yaml"),
    show_default=True,
    help="The configuration file.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
files_argument = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
table_type = click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)
"""The type of an argument that is a CSV; `-` is stdin."""
