"""Several threads, several processes, and one that is killed: all on the same file."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sentinel.errors import Fenced
from sentinel.model.incident import State
from sentinel.store.contract import Outcome
from sentinel.store.open import open_store
from tests.store.making import FEED, NOON, after, incident, page, post, posts_in, sums_in, sums_of

if TYPE_CHECKING:
    from sentinel.model.post import Post

HERE = Path(__file__).parents[2]
PAGES, SIZE = 60, 25

READER = """
import sys
from pathlib import Path
from sentinel.model.post import Cursor
from sentinel.store.open import open_store
from tests.store.making import FEED, page
from tests.store.test_together import PAGES, posts_of

store = open_store("sqlite:///s.db", Path(sys.argv[1]))
for number in range(int(store.cursor(FEED) or 0), PAGES):
    store.keep(page(*posts_of(number), cursor=Cursor(str(number + 1))))
    print(number, flush=True)
store.close()
"""

PERSON = """
import sys
from pathlib import Path
from sentinel.model.incident import State
from sentinel.store.contract import Outcome
from sentinel.store.open import open_store
from tests.store.making import HOUR, NOON, incident

store = open_store("sqlite:///s.db", Path(sys.argv[1]))
assert store.lease("service", "second", HOUR, NOON) is None
store.save(Outcome([incident(version=2, state=State.ACKNOWLEDGED)]))
store.close()
"""


def posts_of(number: int) -> list[Post]:
    """A page that also looks again at posts of the page before it."""
    first = number * SIZE - SIZE // 2
    texts = ("miramar is bad", "acme is bad", "miramar")
    return [
        post(str(name), texts[(name + number) % 3], at=name % 50, seen=number)
        for name in range(max(first, 0), first + SIZE * 3 // 2)
    ]


def program(text: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-c", text, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )


def test_killed_at_random_it_goes_on_where_it_was_with_nothing_lost_or_counted_twice(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311  # no secret is made of it
    for _ in range(2):
        reader = program(READER, tmp_path)
        assert reader.stdout is not None
        for _ in range(chance.randint(1, PAGES // 3)):
            reader.stdout.readline()
        reader.kill()
        reader.communicate()
        store = open_store("sqlite:///s.db", tmp_path)
        assert sums_in(store) == sums_of(posts_in(store))
        assert int(store.cursor(FEED) or 0) > 0
        store.close()
    with program(READER, tmp_path) as reader:
        reader.communicate()
    assert reader.returncode == 0
    newest = {one.id: one for number in range(PAGES) for one in posts_of(number)}
    store = open_store("sqlite:///s.db", tmp_path)
    assert sums_in(store) == sums_of(newest.values())
    store.close()


def test_a_person_at_another_terminal_is_let_in_and_a_second_service_is_not(tmp_path: Path) -> None:
    store = open_store("sqlite:///s.db", tmp_path)
    epoch = store.lease("service", "first", timedelta(hours=1), NOON)
    store.save(Outcome([incident()]), epoch)
    with program(PERSON, tmp_path) as person:
        person.communicate()
    assert person.returncode == 0
    assert [one.state for one in store.incidents()] == [State.ACKNOWLEDGED]
    store.close()


def test_a_service_that_lost_its_lease_writes_no_more(tmp_path: Path) -> None:
    old, new = open_store("sqlite:///s.db", tmp_path), open_store("sqlite:///s.db", tmp_path)
    epoch = old.lease("service", "old", timedelta(minutes=1), NOON)
    assert new.lease("service", "new", timedelta(minutes=1), after(2)) == 2
    with pytest.raises(Fenced):
        old.keep(page(post()), epoch)
    old.close()
    new.close()


@pytest.mark.parametrize("url", ["sqlite:///s.db", "sqlite:///:memory:"])
def test_threads_write_and_read_at_once(url: str, tmp_path: Path) -> None:
    store = open_store(url, tmp_path)

    def work(number: int) -> bool:
        store.keep(page(*posts_of(number)))
        return bool(sums_in(store))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(24)))
    assert sums_in(store) == sums_of(posts_in(store))
    store.close()
