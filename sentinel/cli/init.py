"""`sentinel init`: a first sentinel.yaml, a first rule and a first ladder."""

from __future__ import annotations

import json
import unicodedata
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from sentinel.cli.screen import fail

_RULES = ("rules/negative-spike.yaml", "rules/ladders/community.yaml")
_LONGEST_TERM = 200
_LONGEST_TAG = 40


@click.command("init")
@click.argument("brand", default="Your Brand")
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Where to."
)
def verb(brand: str, folder: Path) -> int:
    """Write a first sentinel.yaml, a rule and a ladder for BRAND (its name as people write it).

    What it writes is sound and needs no account: `sentinel check`, `test` and `run` work at once. No file is overwritten.
    """
    if not brand.strip() or len(brand) > _LONGEST_TERM:
        raise click.UsageError(
            f"BRAND is the brand's name as people write it, at most {_LONGEST_TERM} characters"
        )
    first = files("sentinel.cli") / "first"
    texts = {path: (first / Path(path).name).read_text(encoding="utf-8") for path in _RULES}
    texts["sentinel.yaml"] = _config((first / "sentinel.yaml").read_text(encoding="utf-8"), brand)
    if there := [str(folder / path) for path in texts if (folder / path).exists()]:
        return fail(f"{', '.join(there)} there already; nothing was written")
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        click.echo(f"wrote {folder / path}")
    click.echo("next: sentinel check, sentinel test, sentinel run")
    return 0


def _config(template: str, brand: str) -> str:
    words = " ".join(brand.split())
    tag = plain(words).replace("-", "")[:_LONGEST_TAG] or "brand"
    return Template(template).substitute(name=tag, term=json.dumps(words, ensure_ascii=False), tag=tag)


def plain(text: str) -> str:
    """Lower case, without accents, words joined by hyphens: for names of files, brands and tags."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(ch if ch.isalnum() else " " for ch in letters).split())
