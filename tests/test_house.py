"""The house keeps its order: who may import whom, and no room leans back on the one that leans on it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sentinel

ROOT = Path(sentinel.__file__).parent

# A room, and the rooms it may import; what is not named is forbidden, and why stands beside each row.
ALLOWED: dict[str, tuple[set[str], str]] = {
    "model": (set(), "the nouns know nothing of the house"),
    "errors": ({"model"}, "errors carry nouns (problems) and nothing else"),
    "clock": (set(), "time is a value"),
    "remembered": (set(), "answers worth keeping, whoever gives them"),
    "folding": ({"remembered"}, "one spelling for what people write in many, whoever compares words"),
    "net": (
        {"model", "errors"},
        "the one way to the outside is shared by sources and channels, and owned by neither",
    ),
    "sources": (
        {"net", "model", "errors"},
        "a connector knows its site and the contract, never rules or the store",
    ),
    "scoring": ({"folding", "remembered", "model", "errors"}, "a scorer judges texts, whoever asks"),
    "channels": ({"net", "model", "errors"}, "a channel says messages, whatever they are about"),
    "store": ({"model", "errors"}, "the store keeps nouns and decides nothing"),
    "rulebook": ({"model", "errors"}, "what analysts wrote does not depend on what is done with it"),
    "config": (
        {"sources", "channels", "rulebook", "model", "errors"},
        "options are typed by the contracts of sources and channels, and read by the rulebook's reader of YAML",
    ),
    "detect": ({"rulebook", "folding", "model"}, "judgment is pure: no I/O, no clock, no logger"),
    "respond": ({"rulebook", "model"}, "deciding who is told is pure: no I/O, no clock, no logger"),
    "outbox": (
        {"channels", "store", "model", "errors"},
        "it carries messages from the store to the channels",
    ),
    "decide": (
        {"respond", "rulebook", "channels", "store", "model"},
        "where looks and people's acts end alike: messages due, nothing sent",
    ),
    "sights": (
        {"detect", "rulebook", "store", "model"},
        "what the store knows of coverage, as detection wants it",
    ),
    "walk": (
        {"detect", "respond", "model"},
        "judgments and lives, moment by moment: pure, the store is asked through a function",
    ),
    "rejudge": (
        {"walk", "detect", "respond", "model"},
        "a walk held against what was recorded: pure as well",
    ),
    "flow": (
        {"detect", "respond", "decide", "rejudge", "sights", "rulebook", "outbox", "store", "model"},
        "the flow knows contracts, never a concrete source, channel or store",
    ),
    "recount": ({"detect", "store"}, "stored posts under changed rules"),
    "desk": (
        {"decide", "respond", "rulebook", "channels", "store", "model", "errors"},
        "a person's act ends like a look",
    ),
    "plan": (
        {"flow", "recount", "outbox", "detect", "config", "rulebook", "scoring", "store", "model"},
        "what people wrote, ready to build from",
    ),
    "polling": ({"sources", "store", "model", "errors"}, "one source's life, by the contracts"),
    "service": (
        {"flow", "sights", "outbox", "polling", "tenancy", "sources", "store", "clock", "model", "errors"},
        "when things happen, not what",
    ),
    "tenancy": ({"store", "errors"}, "one service on a store"),
    "house": (
        {
            "service",
            "flow",
            "desk",
            "outbox",
            "plan",
            "tenancy",
            "web",
            "respond",
            "rulebook",
            "sources",
            "channels",
            "store",
            "clock",
            "model",
            "errors",
        },
        "the running service by its contracts: which sources, channels and stores they are is app's to know",
    ),
    "examples": ({"detect", "rulebook", "model"}, "what rule files show, as posts and counts: pure"),
    "rehearse": (
        {
            "examples",
            "flow",
            "outbox",
            "plan",
            "detect",
            "channels",
            "rulebook",
            "store",
            "clock",
            "model",
            "errors",
        },
        "the same flow on a stepped clock: no concrete source, channel or store",
    ),
    "web": (
        {"store", "rulebook", "model", "errors"},
        "pages read the view and the store, and decide nothing",
    ),
    "logs": (set(), "how logs look"),
}
EVERYTHING = {"app", "cli", "__main__", "__init__"}
CONTRACTS_ONLY = {
    "flow",
    "sights",
    "decide",
    "recount",
    "outbox",
    "desk",
    "plan",
    "house",
    "tenancy",
    "polling",
    "service",
    "rehearse",
    "config",
    "web",
}
SEAMS = {"sources", "channels", "store", "scoring"}


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def files() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def imports(path: Path) -> list[str]:
    """Modules of ours that a file imports, at any depth, also those only for types."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in found if name.startswith("sentinel.") and name != "sentinel.__version__"]


def room(path: Path) -> str:
    inside = path.relative_to(ROOT)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


ROOMS = sorted({room(path) for path in files()} - EVERYTHING)


def inside(here: str) -> list[Path]:
    return [path for path in files() if room(path) == here]


@pytest.mark.parametrize("here", ROOMS)
def test_a_room_imports_only_what_the_table_allows(here: str) -> None:
    assert here in ALLOWED, f"{here} is a new room: give it a row and a reason"
    allowed, why = ALLOWED[here]
    wrong = {
        f"{path.name} → {name}"
        for path in inside(here)
        for name in imports(path)
        if room_of(name) not in allowed | {here}
    }
    assert not wrong, f"{sorted(wrong)}, but {why}"


@pytest.mark.parametrize("here", sorted(CONTRACTS_ONLY & set(ROOMS)))
def test_only_app_and_cli_know_concrete_sources_channels_scorers_and_stores(here: str) -> None:
    wrong = {
        f"{path.name} → {name}"
        for path in inside(here)
        for name in imports(path)
        if room_of(name) in SEAMS - {here} and name.split(".")[2:3] != ["contract"]
    }
    assert not wrong, f"reaches past a contract: {sorted(wrong)}"


@pytest.mark.parametrize("here", [here for here in ROOMS if here != "clock"])
def test_a_room_is_told_the_time_and_never_asks_for_it(here: str) -> None:
    wrong = {
        f"{path.name}:{node.lineno}"
        for path in inside(here)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in {"datetime.now", "datetime.utcnow", "time.time"}
    }
    assert not wrong, f"asks for the time itself: {sorted(wrong)}"


@pytest.mark.parametrize("banned", ["utils", "helpers", "manager", "processor", "misc", "common"])
def test_no_room_has_a_name_that_says_nothing(banned: str) -> None:
    assert [path for path in files() if banned in path.stem] == []
