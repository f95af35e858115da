from __future__ import annotations

import traceback
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import Field

from sentinel.channels.contract import ChannelOptions
from sentinel.config.read import read_config
from sentinel.errors import ProblemsFound
from sentinel.model.secret import SecretRef
from sentinel.sources.contract import SourceOptions

if TYPE_CHECKING:
    from pathlib import Path


class FeedOptions(SourceOptions):
    url: str = Field(description="Where the feed is.")


class SlackOptions(ChannelOptions):
    token: SecretRef = Field(description="The bot token.")
    channel: str = Field(min_length=1, description="The channel.")


GOOD = """\
brands:
  miramar: {terms: ["Hotel Miramar", 404], not: ["Miramar, Florida"], languages: [es, no]}
sources:
  press: {kind: feed, url: "https://example/rss.xml", every: 10 minutes}
channels:
  team: {kind: slack, token: {env: TOKEN}, channel: "#community"}
"""


def _read(
    folder: Path, text: str, environ: dict[str, str] | None = None, *, check_secrets: bool = True
) -> object:
    path = folder / "sentinel.yaml"
    path.write_text(text)
    return read_config(
        path,
        source_options={"feed": FeedOptions},
        channel_options={"slack": SlackOptions},
        environ={"TOKEN": "invented"} if environ is None else environ,
        check_secrets=check_secrets,
    )


def _mistakes(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ProblemsFound) as caught:
        _read(folder, text, environ)
    return [problem.message for problem in caught.value.problems]


def test_a_good_file_becomes_a_config(tmp_path: Path) -> None:
    path = tmp_path / "sentinel.yaml"
    path.write_text(GOOD)
    config = read_config(
        path,
        source_options={"feed": FeedOptions},
        channel_options={"slack": SlackOptions},
        environ={"TOKEN": "invented"},
    )
    assert config.folder == tmp_path
    assert config.brands["miramar"].terms == ("Hotel Miramar", "404")
    assert config.brands["miramar"].languages == ("es", "no")
    assert config.brands["miramar"].exclusions == ("Miramar, Florida",)
    assert config.sources["press"] == FeedOptions(
        kind="feed", url="https://example/rss.xml", every=timedelta(minutes=10)
    )
    assert config.channels["team"] == SlackOptions(
        kind="slack", token=SecretRef(env="TOKEN"), channel="#community"
    )
    assert config.store == "sqlite:///var/sentinel.db"
    assert config.web is not None
    assert config.web.listen == "127.0.0.1:8080"


def test_the_status_page_can_be_switched_off(tmp_path: Path) -> None:
    config = _read(tmp_path, f"{GOOD}web: null\n")
    assert getattr(config, "web", "missing") is None


@pytest.mark.parametrize("listen", ["0.0.0.0:80", '"[::1]:8080"', "localhost:0", "sentinel.example.org:443"])
def test_an_address_to_listen_on(listen: str, tmp_path: Path) -> None:
    assert _read(tmp_path, f"{GOOD}web:\n  listen: {listen}\n")


@pytest.mark.parametrize(
    "listen", ["8080", ":8080", "localhost", "a b:80", "localhost:99999", "http://x:80", "::1:80"]
)
def test_no_address_to_listen_on(listen: str, tmp_path: Path) -> None:
    (told,) = _mistakes(tmp_path, f'{GOOD}web:\n  listen: "{listen}"\n')
    assert told == f"web.listen: '{listen}' is not an address and a port"


@pytest.mark.parametrize(
    "store",
    ["sqlite:////var/lib/sentinel.db", "postgresql+psycopg://db/sentinel", "postgresql://me@db:5432/s"],
)
def test_a_store(store: str, tmp_path: Path) -> None:
    assert _read(tmp_path, f"{GOOD}store: {store}\n")


@pytest.mark.parametrize(
    "store", ["postgresql://me:pw@db/s", "postgresql://db/s?user=me&password=pw", "postgresql://:pw@db/s"]
)
def test_a_store_with_a_password_is_refused_and_not_repeated(store: str, tmp_path: Path) -> None:
    assert _mistakes(tmp_path, f"{GOOD}store: {store}\n") == ["store: a password never stands here"]


def test_a_missing_secret_is_a_mistake_unless_secrets_are_not_asked_for(tmp_path: Path) -> None:
    assert _mistakes(tmp_path, GOOD, {}) == ["channels.team.token: the environment variable TOKEN is not set"]
    assert _read(tmp_path, GOOD, {}, check_secrets=False)


def test_all_mistakes_are_told_at_once_in_order(tmp_path: Path) -> None:
    text = (
        GOOD.replace("[es, no]", "[spanish]")
        .replace("kind: feed", "kind: fed")
        .replace("{env: TOKEN}", "{env: NO}")
    )
    assert _mistakes(tmp_path, f"{text}log: loud\n") == [
        "brands.miramar.languages[1]: 'spanish' is not a language's two-letter code",
        "sources.press.kind: 'fed' is not one of feed",
        "channels.team.token: the environment variable NO is not set",
        "log: 'loud' is not one of auto, json, console",
    ]


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("{env: TOKEN}", "hidden-value"),
        GOOD.replace("{env: TOKEN}", '"hidden-value'),
        GOOD.replace("{env: TOKEN}", "{env: hidden-value}"),
        GOOD.replace("{env: TOKEN}", "[hidden-value]"),
        GOOD.replace("{env: TOKEN}", "{value: hidden-value}"),
        GOOD.replace("kind: slack, token: {env: TOKEN}", "kind: slak, token: hidden-value"),
        GOOD.replace("kind: slack, token: {env: TOKEN}", "knd: slack, api_key: hidden-value"),
        GOOD.replace('{kind: slack, token: {env: TOKEN}, channel: "#community"}', "\n    kind: slack\n    token: |\n      hidden-value\n    x: y"),
        f"{GOOD}store: mysql://me:hidden-value@db/x\n",
        f"{GOOD}store: postgresql://me:hidden-value@db/x\n",
        f"{GOOD}x: y\ntoken: : hidden-value\n",
    ],
)  # fmt: skip
def test_a_secret_written_by_mistake_is_in_no_problem_and_no_traceback(text: str, tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound) as caught:
        _read(tmp_path, text)
    told = "\n".join(problem.render() for problem in caught.value.problems)
    assert told
    assert "hidden-value" not in told
    assert "hidden-value" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("- a\n", "the file consists of 'key: value' lines"),
        ("text\n", "the file consists of 'key: value' lines"),
        (f"{GOOD}folder: /tmp\n", "'folder' is no key of sentinel.yaml"),
        (GOOD.replace("sources:", "sources: [a]\nsourcez:"), "sources: keys belong here, not a list"),
    ],
)
def test_a_file_of_another_build_is_told(text: str, says: str, tmp_path: Path) -> None:
    assert says in _mistakes(tmp_path, text)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound) as caught:
        read_config(tmp_path / "sentinel.yaml", source_options={}, channel_options={}, environ={})
    assert [problem.message for problem in caught.value.problems] == ["there is no such file"]


def test_a_config_behind_a_link_counts_paths_from_the_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/sentinel.yaml").write_text(GOOD)
    (tmp_path / "sentinel.yaml").symlink_to(tmp_path / "real/sentinel.yaml")
    config = read_config(
        tmp_path / "sentinel.yaml",
        source_options={"feed": FeedOptions},
        channel_options={"slack": SlackOptions},
        environ={"TOKEN": "invented"},
    )
    assert config.folder == tmp_path
