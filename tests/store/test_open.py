from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from sentinel.errors import StoreBroken, StoreTooNew
from sentinel.store import dialect, migrations, versions
from sentinel.store.doors import Doors
from sentinel.store.open import open_store
from sentinel.store.schema import VERSIONS, metadata
from sentinel.store.sql import SqlStore
from tests.store.making import page, post, posts_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Doors]:
    url = dialect.parse("sqlite:///empty.db", tmp_path)
    doors = Doors(dialect.engines(url), str(url))
    yield doors
    doors.close()


def shape(conn: Connection) -> dict[str, object]:
    """All tables as the database itself describes them."""
    rows = conn.exec_driver_sql("select name, sql from sqlite_master where sql is not null")
    return {name: sorted(re.findall(r"\w+", sql)) for name, sql in rows}


WRITTEN_UNDER_0001 = """
insert into posts (row, source, post_id, feed, seen_at, looked_at, published_at, text, stars, deleted) values
    (1, 'x', 'a', 'press', 0, 0, 420000000, 'miramar is bad', 1.0, 0),
    (2, 'x', 'b', 'press', 0, 0, 420000000, 'miramar is bad', 0.0, 0),
    (3, 'x', 'c', 'press', 0, 0, 420000000, 'miramar', null, 0),
    (4, 'x', 'd', 'press', 0, 0, 480000000, 'miramar', 4.5, 0);
insert into series (id, fingerprint, rule, grouped) values (1, 'part-1', 'dirty-rooms', '[["brand","miramar"]]');
insert into counts (series, minute, post, negative, voice, why) values
    (1, 7, 1, 1, 'a', 'stars'), (1, 7, 2, 1, 'b', 'stars'), (1, 7, 3, 0, 'c', ''), (1, 8, 4, 0, 'd', '');
insert into tallies (series, minute, source, mentions, negatives) values (1, 7, 'x', 3, 2), (1, 8, 'x', 1, 0);
insert into health (source, state, at, failures, says, posts, skipped) values ('press', 'ok', 0, 0, '', 4, 0)
"""


class TestMigrations:
    def test_they_end_in_the_same_schema_that_a_fresh_store_is_made_with(self, empty: Doors) -> None:
        with empty.writing() as conn:
            versions.migrate(conn)
            assert versions.stored(conn) == VERSIONS[-1]
            assert (
                compare_metadata(
                    MigrationContext.configure(conn, opts={"version_table": versions.TABLE}), metadata
                )
                == []
            )

    def test_table_for_table_word_for_word(self, empty: Doors, tmp_path: Path) -> None:
        with empty.writing() as conn:
            versions.migrate(conn)
            migrated = shape(conn)
        open_store("sqlite:///fresh.db", tmp_path).close()
        fresh = Doors(dialect.engines(dialect.parse("sqlite:///fresh.db", tmp_path)), "fresh")
        with fresh.reading() as conn:
            assert shape(conn) == migrated
        fresh.close()

    def test_every_version_is_listed_in_order(self) -> None:
        folder = ScriptDirectory(str(Path(migrations.__file__).parent))
        assert tuple(script.revision for script in folder.walk_revisions())[::-1] == VERSIONS

    def test_an_old_store_is_brought_up(self, empty: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
        brought: list[str] = []
        versions.bring_up(empty)
        monkeypatch.setattr(versions, "VERSIONS", (*VERSIONS, "9999"))
        monkeypatch.setattr(versions, "migrate", lambda conn: brought.append(versions.stored(conn) or ""))
        versions.bring_up(empty)
        assert brought == [VERSIONS[-1]]

    def test_a_store_written_before_reviews_were_counted_by_their_stars_is_brought_up(
        self, empty: Doors
    ) -> None:
        with empty.writing() as conn:
            versions.migrate(conn, "0001")
            for statement in WRITTEN_UNDER_0001.split(";"):
                conn.exec_driver_sql(statement)
        versions.bring_up(empty)
        with empty.reading() as conn:
            rated = conn.exec_driver_sql(
                "select series, minute, source, stars, reviews from ratings"
            ).fetchall()
            counted = conn.exec_driver_sql("select post, stars from counts order by post").fetchall()
        assert sorted(map(tuple, rated)) == [(1, 7, "x", 1, 2), (1, 8, "x", 5, 1)]
        assert list(map(tuple, counted)) == [(1, 1), (2, 1), (3, None), (4, 5)]
        store = SqlStore(empty)
        found = list(store.tallies("part-1", 0, 99))
        assert [(one.mentions, one.negatives, one.stars) for one in found] == [
            (3, 2, (2, 0, 0, 0, 0)),
            (1, 0, (0, 0, 0, 0, 1)),
        ]
        assert [(one.source, one.newest) for one in store.health()] == [("press", None)]

    def test_a_migration_that_fails_leaves_the_store_as_it_was(self, empty: Doors) -> None:
        def fail_after(conn: Connection) -> None:
            versions.migrate(conn)
            raise RuntimeError

        with pytest.raises(RuntimeError), empty.writing() as conn:
            fail_after(conn)
        with empty.reading() as conn:
            assert inspect(conn).get_table_names() == []

    def test_a_store_at_its_version_is_opened_without_alembic(self, tmp_path: Path) -> None:
        program = (
            "import sys; from pathlib import Path; from sentinel.store.open import open_store\n"
            "for _ in range(2): open_store('sqlite:///s.db', Path(sys.argv[1])).close()\n"
            "sys.exit('alembic' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False).returncode == 0  # noqa: S603  # our own program


class TestOpen:
    def test_a_relative_file_lies_in_the_folder_which_is_made(self, tmp_path: Path) -> None:
        store = open_store("sqlite:///var/deep/sentinel.db", tmp_path)
        store.keep(page(post()))
        store.close()
        assert (tmp_path / "var/deep/sentinel.db").is_file()
        again = open_store(f"sqlite:///{tmp_path}/var/deep/sentinel.db", Path("/nowhere"))
        assert posts_in(again) == [post()]
        again.close()

    @pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
    def test_stores_in_memory_are_strangers(self, url: str, tmp_path: Path) -> None:
        one, other = open_store(url, tmp_path), open_store(url, tmp_path)
        one.keep(page(post()))
        assert posts_in(other) == []
        assert list(tmp_path.iterdir()) == []
        one.close()
        other.close()

    def test_a_committed_page_survives_a_power_cut(self, tmp_path: Path) -> None:
        url = dialect.parse("sqlite:///s.db", tmp_path)
        doors = Doors(dialect.engines(url), "s")
        with doors.reading() as conn:
            found = [
                conn.exec_driver_sql(f"pragma {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
        doors.close()
        assert found == ["wal", 2, 1]

    def test_a_newer_store_is_refused(self, tmp_path: Path) -> None:
        open_store("sqlite:///s.db", tmp_path).close()
        with sqlite3.connect(tmp_path / "s.db") as conn:
            conn.execute("update schema_version set version_num = '0815'")
        conn.close()
        with pytest.raises(StoreTooNew, match=r"by a newer sentinel \(schema 0815.* install that version"):
            open_store("sqlite:///s.db", tmp_path)

    @pytest.mark.parametrize(
        ("url", "says"),
        [
            ("var/sentinel.db", "write it like sqlite:///var/sentinel.db"),
            ("mysql://root:hunter2@db/x", "cannot be 'mysql'; write sqlite:///"),
            ("sqlite:///folder", "cannot be opened; check that the path is a file"),
            ("sqlite:///plain.txt", "is not a database; move the file away"),
            ("sqlite:///plain.txt/s.db", "its folder cannot be made"),
            ("sqlite:///foreign.db", "holds tables of another program"),
            ("sqlite:///file:foreign.db?mode=ro&uri=true", "is read-only; let this user write"),
        ],
    )
    def test_a_store_that_cannot_be_used_is_told_with_its_mend(
        self, url: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "folder").mkdir()
        (tmp_path / "plain.txt").write_text("no database" * 100)
        with sqlite3.connect(tmp_path / "foreign.db") as conn:
            conn.execute("create table posts (a)")
        conn.close()
        with pytest.raises(StoreBroken) as caught:
            open_store(url, tmp_path)
        assert says in str(caught.value)
        assert "hunter2" not in str(caught.value)

    def test_a_damaged_file_is_told(self, tmp_path: Path) -> None:
        store = open_store("sqlite:///s.db", tmp_path)
        store.keep(page(*(post(str(number)) for number in range(2000))))
        store.close()
        whole = (tmp_path / "s.db").read_bytes()
        (tmp_path / "s.db").write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
        with pytest.raises(StoreBroken, match="damaged; restore a backup"):
            open_store("sqlite:///s.db", tmp_path)
