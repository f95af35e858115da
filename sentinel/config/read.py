"""From `sentinel.yaml` to a `Config`: every mistake with its place, secrets referred to and never shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel

from sentinel.config.masking import masked, unprintable, unprintable_unread
from sentinel.config.secrets import Secrets
from sentinel.config.types import Config
from sentinel.errors import ProblemsFound, Refused
from sentinel.model.phrase import shown
from sentinel.model.secret import SecretRef
from sentinel.rulebook.document import path_words, read_document
from sentinel.rulebook.keys import nearest
from sentinel.rulebook.problems import Section, build, raise_errors
from sentinel.rulebook.read import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from sentinel.channels.contract import ChannelOptions
    from sentinel.model.problem import Problem
    from sentinel.rulebook.document import Document, KeyPath
    from sentinel.sources.contract import SourceOptions

_NAME = re.compile(r"\w(?:[\w .@+-]{0,62}\w)?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SQLITE = re.compile(r"sqlite:///\S.*")
_POSTGRES = re.compile(r"postgresql(?:\+[a-z0-9]+)?://\S+")
_PASSWORD = re.compile(r"://[^/@]*:[^/@]*@|[?&]password=")
_LISTEN = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):(?P<port>[0-9]{1,5})")
_HIGHEST_PORT = 65535


Mistake: TypeAlias = "tuple[KeyPath, str, str]"
"""Where it stands, what is wrong, how to mend it."""


def _no_mistakes(_: Config) -> tuple[Mistake, ...]:
    return ()


@dataclass(slots=True)
class _Reading:
    """One reading of one file: the document, the kinds that may stand in it, and what was found wrong."""

    document: Document
    kinds: Mapping[str, Mapping[str, type[BaseModel]]]
    problems: list[Problem] = field(default_factory=list)
    built: dict[KeyPath, BaseModel] = field(default_factory=dict)

    def options(self) -> dict[KeyPath, type[BaseModel]]:
        """Which options stand at which path, for every entry whose kind is known."""
        return {
            (part, name): self.kinds[part][kind]
            for part in self.kinds
            for name in self._names(part)
            if isinstance(kind := self.document.value((part, name, "kind")), str) and kind in self.kinds[part]
        }

    def entries(self, part: str) -> dict[str, Any]:
        """The entries of `sources` or `channels`: built where they are sound, as written where they are no section."""
        entries: dict[str, Any] = {}
        for name in self._names(part):
            entry = self.document.value((part, name))
            if not isinstance(entry, dict):
                entries[name] = entry
            elif (options := self._kind((part, name))) is not None:
                self._build(dict(entry), Section(self.document, options, "", (part, name)))
        return entries | {str(path[1]): each for path, each in self.built.items() if path[0] == part}

    def _build(self, plain: dict[str, Any], section: Section) -> None:
        try:
            self.built[section.at] = build(section.model, plain, section)
        except ProblemsFound as found:
            self.problems.extend(found.problems)

    def _kind(self, path: tuple[str, str]) -> type[BaseModel] | None:
        known = self.kinds[path[0]]
        kind = self.document.value((*path, "kind"))
        if isinstance(kind, str) and kind in known:
            return known[kind]
        names = ", ".join(sorted(known))
        if kind is None:
            says = f"{path_words(path)}: kind is missing"
            self.problems.append(
                self.document.problem(path, says, f"add 'kind: …', one of {names}", at_key=True)
            )
        else:
            near = nearest(str(kind), known)
            says = f"{path_words((*path, 'kind'))}: {shown(kind)} is not one of {names}"
            hint = f"did you mean '{near}'?" if near else ""
            self.problems.append(self.document.problem((*path, "kind"), says, hint))
        return None

    def _names(self, part: str) -> list[str]:
        section = self.document.value((part,))
        return list(section) if isinstance(section, dict) else []


def read_config(  # noqa: PLR0913  # what each seam knows, named
    path: Path,
    *,
    source_options: Mapping[str, type[SourceOptions]],
    channel_options: Mapping[str, type[ChannelOptions]],
    environ: Mapping[str, str],
    check_secrets: bool = True,
    mistakes: Callable[[Config], Iterable[Mistake]] = _no_mistakes,
) -> Config:
    """The file at `path`, checked as a whole. Raises `ProblemsFound` with all of its mistakes.

    The two tables say which options each kind takes, `mistakes` what only those who use a config can find in it. Every
    secret that is referred to must be there, unless `check_secrets` is False. Problems never show a secret that was
    written into the file by mistake.
    """
    file = str(path)
    try:
        document = read_document(read_bytes(path, file), file)
    except ProblemsFound as found:
        raise ProblemsFound(unprintable_unread(found.problems)) from None  # the cause holds the raw lines
    kinds: dict[str, Mapping[str, type[BaseModel]]] = {"sources": source_options, "channels": channel_options}
    reading = _Reading(document, kinds)
    reading.document, secrets = masked(document, reading.options())
    config = _config(reading, path)
    for at, says, hint in mistakes(config) if config is not None else ():
        reading.problems.append(reading.document.problem(at, says, hint))
    if check_secrets:
        reading.problems.extend(_missing_secrets(reading, Secrets(environ, _folder(path))))
    raise_errors(unprintable(reading.problems, secrets))
    if config is None:  # no config without an error, so this cannot be
        raise ProblemsFound(unprintable(reading.problems, secrets))
    return config


def _config(reading: _Reading, path: Path) -> Config | None:
    document = reading.document
    if not isinstance(document.plain, dict):
        reading.problems.append(document.problem((), "the file consists of 'key: value' lines"))
        return None
    reading.problems.extend(_wrong_forms(document))
    plain = {key: value for key, value in document.plain.items() if key != "folder"}
    if "folder" in document.plain:
        reading.problems.append(
            document.problem(("folder",), "'folder' is no key of sentinel.yaml", at_key=True)
        )
    for part in ("sources", "channels"):
        if isinstance(plain.get(part), dict):
            plain[part] = reading.entries(part)
    plain["folder"] = _folder(path)
    try:
        return build(Config, plain, Section(document, Config, "sentinel.yaml"))
    except ProblemsFound as found:
        reading.problems.extend(found.problems)
        return None


def _folder(path: Path) -> Path:
    return path.absolute().parent  # links are not resolved: a mounted file may be one that moves


def _wrong_forms(document: Document) -> Iterator[Problem]:
    """Names, addresses and the like, checked where they stand even if the rest is broken."""
    for part in ("brands", "sources", "channels"):
        section = document.value((part,))
        for name in section if isinstance(section, dict) else ():
            if not _NAME.fullmatch(name):
                says = f"{part}: {shown(name)} is no good name"
                yield document.problem(
                    (part, name), says, "letters, digits and - _ . @ +, at most 64", at_key=True
                )
    if isinstance(store := document.value(("store",)), str) and (mistake := _store_mistake(store)):
        yield document.problem(("store",), f"store: {mistake[0]}", mistake[1])
    listen = document.value(("web", "listen"))
    if isinstance(listen, str | int) and not _listens(str(listen)):
        says = f"web.listen: {shown(listen)} is not an address and a port"
        yield document.problem(("web", "listen"), says, 'write it like "127.0.0.1:8080"')


def _store_mistake(store: str) -> tuple[str, str] | None:
    if _PASSWORD.search(store):
        return (
            "a password never stands here",
            "leave it out and use PGPASSWORD or a password file (~/.pgpass)",
        )
    if _SQLITE.fullmatch(store) or _POSTGRES.fullmatch(store):
        return None
    return (
        f"{shown(store)} is not a store",
        "write it like 'sqlite:///var/sentinel.db' or 'postgresql+psycopg://…'",
    )


def _listens(listen: str) -> bool:
    found = _LISTEN.fullmatch(listen)
    return found is not None and int(found["port"]) <= _HIGHEST_PORT


def _missing_secrets(reading: _Reading, secrets: Secrets) -> Iterator[Problem]:
    for entry, options in reading.built.items():
        for path, ref in _references(options, entry):
            if says := _unavailable(ref, secrets):
                at = (*path, "env" if ref.env is not None else "file")
                message = f"{path_words(path)}: {says}"
                yield reading.document.problem(at, message, "set it, or comment the entry out")


def _unavailable(ref: SecretRef, secrets: Secrets) -> str:
    if ref.env is not None and not _VARIABLE.fullmatch(ref.env):
        return "env takes the name of an environment variable, nothing else"
    try:
        secrets.reveal(ref)
    except Refused as refused:
        return str(refused)
    return ""


def _references(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, SecretRef]]:
    """Every secret that options refer to, with the path it is written at."""
    if isinstance(value, SecretRef):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from _references(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _references(each, (*path, key))
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield from _references(each, (*path, index))
