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
