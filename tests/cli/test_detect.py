"""`sentinel detect`: a table of counts in, the same rows with their answers out, whatever is in it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from sentinel.cli import detect
from sentinel.detect import series as engine
from sentinel.model.phrase import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.cli.conftest import Typed

NEVER = "-9"
START = datetime(2026, 1, 1, tzinfo=UTC)
LIVELY = [2, 3, 1, 2] * 100
UNSEEN = "taken for unseen, not for none"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rows(answer: Typed) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.out)))


def column(answer: Typed, name: str) -> list[str]:
    return [row[name] for row in rows(answer)]


def alerts(answer: Typed) -> list[int]:
    return [place for place, mark in enumerate(column(answer, "alert")) if mark == "1"]


def at(step: float, minutes: int = 30) -> str:
    return f"{START + timedelta(minutes=minutes * step):%Y-%m-%d %H:%M:%S}"


def table(*pairs: tuple[str, object]) -> str:
    return "timestamp,value\n" + "".join(f"{stamp},{value}\n" for stamp, value in pairs)


def series(values: Sequence[object], minutes: int = 30) -> str:
    return table(*((at(k, minutes), value) for k, value in enumerate(values)))


@pytest.fixture
def detected(typed: Callable[..., Typed]) -> Callable[..., Typed]:
    """What the verb says of a file `c.csv` with this content."""

    def run(content: str, *options: str) -> Typed:
        Path("c.csv").write_text(content)
        return typed("detect", "c.csv", *options)

    return run


def test_every_row_comes_back_with_its_answer_and_a_storm_alerts_once(detected: Callable[..., Typed]) -> None:
    values: Sequence[object] = [*LIVELY, 60, 80, 70, *[2, 3] * 4]
    answer = detected(series(values))
    assert (answer.status, answer.err) == (0, "")
    assert list(rows(answer)[0]) == ["timestamp", "value", "usual", "score", "alert"]
    assert column(answer, "value") == [str(value) for value in values]
    assert column(answer, "timestamp") == [at(k) for k in range(len(values))]
    assert alerts(answer) == [400]


def test_an_answer_rests_on_its_row_and_the_ones_before(detected: Callable[..., Typed]) -> None:
    values: Sequence[object] = [*LIVELY[:200], 60, 80]
    assert rows(detected(series(values)))[:150] == rows(detected(series(values[:150])))


def test_the_options_stand_for_what_the_engine_takes_by_itself() -> None:
    defaults = {option.name: option.default for option in detect.verb.params}
    assert parse_duration(defaults["window"]) == engine.LONGEST
    assert defaults["at_least"] == engine.LEAST


@pytest.mark.parametrize(
    ("options", "found"),
    [
        pytest.param((), [400], id="as it comes"),
        pytest.param(("--at-least", "60"), [401], id="a spike is bigger"),
        pytest.param(("--at-least", "400"), [], id="a spike is bigger than that"),
        pytest.param(("--window", "30 minutes", "--at-least", "45"), [], id="looked through shortly"),
    ],
)
def test_what_a_spike_is_can_be_asked(
    detected: Callable[..., Typed], options: tuple[str, ...], found: list[int]
) -> None:
    assert alerts(detected(series([*LIVELY, 30, 40, 2, 3]), *options)) == found


def test_a_promise_that_is_stricter_tells_less(detected: Callable[..., Typed]) -> None:
    mild = series([*LIVELY, 9, 8, 2, 1])
    assert alerts(detected(mild, "--rarer-than", "1 a day"))
    assert not alerts(detected(mild, "--rarer-than", "1 a year"))


def test_several_files_are_answered_into_a_folder_under_the_same_names(typed: Callable[..., Typed]) -> None:
    for name in ("a.csv", "b.csv"):
        Path(name).write_text(series([1, 2, 3]))
    answer = typed("detect", "a.csv", "b.csv", "--out", "answers")
    assert (answer.status, answer.out) == (0, "")
    assert Path("answers/a.csv").read_text() == typed("detect", "a.csv").out
    assert Path("answers/b.csv").exists()


def test_a_file_that_cannot_be_judged_leaves_no_answer(typed: Callable[..., Typed]) -> None:
    Path("a.csv").write_text("timestamp,value\nayer,1\n")
    assert typed("detect", "a.csv", "--out", "answers").status == 1
    assert not list(Path("answers").iterdir())


@pytest.mark.parametrize("out", [".", "x/.."])
def test_no_answer_overwrites_its_question(typed: Callable[..., Typed], out: str) -> None:
    Path("x").mkdir()
    Path("a.csv").write_text(series([1]))
    answer = typed("detect", "a.csv", "--out", out)
    assert (answer.status, "overwrite" in answer.err) == (2, True)
    assert Path("a.csv").read_text() == series([1])


# ── values ─────────────────────────────────────────────────────────────────────────────────────────────────

NO_COUNTS = ["", -4, "nan", "inf", "many", "1e400", "-0.1"]


def test_what_is_no_count_is_unseen_and_not_zero(detected: Callable[..., Typed]) -> None:
    answer = detected(series([*LIVELY, *NO_COUNTS, 2]))
    odd = slice(400, 400 + len(NO_COUNTS))
    assert answer.status == 0
    assert answer.err == f"c.csv: 7 rows without a count (empty, negative or no number): {UNSEEN}\n"
    assert column(answer, "value")[odd] == [str(value) for value in NO_COUNTS]
    assert set(column(answer, "score")[odd]) == {NEVER}
    assert not alerts(answer)
    unseen, silent = (
        float(column(detected(series([*LIVELY, *[value] * 96, *LIVELY[:20]])), "usual")[-1])
        for value in ("", 0)
    )
    assert silent < 0.8 * unseen


@pytest.mark.parametrize("value", [0, 0.4, 10**9, 10**30])
def test_counts_of_every_size_are_answered(detected: Callable[..., Typed], value: float) -> None:
    answer = detected(series([value] * 100))
    assert (answer.status, answer.err, alerts(answer)) == (0, "", [])


def test_fractions_are_judged_as_they_are(detected: Callable[..., Typed]) -> None:
    usual = [float(column(detected(series([value] * 400)), "usual")[-1]) for value in (2, 2.4, 3)]
    assert usual[0] < usual[1] < usual[2]


# ── times ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_that_is_missing_is_a_step_nobody_saw(detected: Callable[..., Typed]) -> None:
    values = [*LIVELY[:300], *[""] * 48, *LIVELY[:52]]
    empty = detected(series(values))
    missing = detected(table(*((at(k), value) for k, value in enumerate(values) if value != "")))
    assert missing.err == f"c.csv: 48 steps without a row: {UNSEEN}\n"
    assert not alerts(missing)
    assert column(missing, "score") == [
        score for score, value in zip(column(empty, "score"), values, strict=True) if value != ""
    ]


def test_rows_off_the_even_steps_count_in_the_nearest(detected: Callable[..., Typed]) -> None:
    shaken = [k + (0.3 if k % 100 == 50 else -0.02 if k % 7 == 3 else 0) for k in range(400)]
    answer = detected(table(*((at(step), value) for step, value in zip(shaken, LIVELY, strict=True))))
    assert answer.err == "c.csv: 4 rows off the even steps: counted in the nearest\n"
    assert column(answer, "score") == column(detected(series(LIVELY)), "score")


def test_rows_with_several_times_in_one_step_add_up(detected: Callable[..., Typed]) -> None:
    parts = [(at(400.1), 20), (at(400.2), 25), (at(400.1), 1)]
    answer = detected(table(*((at(k), value) for k, value in enumerate(LIVELY)), *parts))
    whole = [detected(series([*LIVELY, value])) for value in (20, 45, 26)]
    assert column(answer, "score")[400:] == [column(one, "score")[-1] for one in whole]


def test_a_second_row_for_a_time_takes_the_place_of_the_first(detected: Callable[..., Typed]) -> None:
    pairs = [(at(k), value) for k, value in enumerate([*LIVELY, 60])]
    answer = detected(table(*pairs, (at(400), 2), (at(400), ""), (at(401), 3)))
    assert "c.csv: 2 rows for a time that had one: taken for a newer look at it" in answer.err
    assert alerts(answer) == [400]
    plain = column(detected(series([*LIVELY, 2, 3])), "score")
    assert column(answer, "score")[401:] == [plain[400], NEVER, plain[401]]


def test_a_row_out_of_order_counts_for_those_after_it(detected: Callable[..., Typed]) -> None:
    pairs = [(at(k), value) for k, value in enumerate(LIVELY)]
    late = [*pairs[:-5], *pairs[-4:-1], pairs[-5], pairs[-1]]
    answer, whole = detected(table(*late)), detected(table(*pairs))
    assert answer.err == "c.csv: 1 row out of order: counted in place for the rows after, not judged\n"
    assert rows(answer)[-2] == {
        "timestamp": at(395),
        "value": "2",
        "usual": "0",
        "score": NEVER,
        "alert": "0",
    }
    assert rows(answer)[-1] == rows(whole)[-1]
    assert rows(answer)[:-2] == rows(detected(table(*late[:-2])))


def test_rows_from_before_the_first_are_left_out(detected: Callable[..., Typed]) -> None:
    answer = detected(table((at(5), 1), (at(4), 1), (at(3), 1), (at(2), 1)))
    assert "c.csv: 3 rows out of order, from before the first row: left out" in answer.err
    assert column(answer, "alert") == ["0"] * 4


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%S+00:00", "%Y-%m-%d %H:%M", "%Y%m%dT%H%M%SZ"])
def test_times_are_read_in_every_usual_form(detected: Callable[..., Typed], form: str) -> None:
    pairs = [((START + timedelta(hours=k)).strftime(form), 5) for k in range(100)]
    assert column(detected(table(*pairs)), "score") == column(detected(series([5] * 100, 60)), "score")


def local(zone: str, first: datetime, hours: int, *, aware: bool) -> list[str]:
    """Hour after hour as a clock on a wall shows it."""
    moments = [(first + timedelta(hours=k)).astimezone(ZoneInfo(zone)) for k in range(hours)]
    return [moment.isoformat() if aware else f"{moment:%Y-%m-%d %H:%M}" for moment in moments]


SPRING, AUTUMN = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "aware", "says"),
    [
        pytest.param(SPRING, True, "", id="a day of 23 hours with its zone"),
        pytest.param(AUTUMN, True, "", id="a day of 25 hours with its zone"),
        pytest.param(SPRING, False, f"c.csv: 1 step without a row: {UNSEEN}\n", id="a day of 23 hours"),
        pytest.param(
            AUTUMN,
            False,
            "c.csv: 1 row for a time that had one: taken for a newer look at it\n",
            id="of 25 hours",
        ),
    ],
)
def test_a_daylight_saving_day_is_no_spike(
    detected: Callable[..., Typed], first: datetime, says: str, *, aware: bool
) -> None:
    stamps = local("Europe/Madrid", first, 24 * 14, aware=aware)
    answer = detected(table(*((stamp, 40) for stamp in stamps)))
    assert (answer.status, answer.err, alerts(answer)) == (0, says, [])
    assert float(column(answer, "usual")[-1]) == pytest.approx(240, rel=0.02)


def test_a_repeated_hour_of_many_steps_does_not_count_twice(detected: Callable[..., Typed]) -> None:
    clock = [*range(300), *range(288, 400)]
    answer = detected(table(*((at(k, 5), 9) for k in clock)))
    assert "c.csv: 12 rows for a time that had one" in answer.err
    assert not alerts(answer)
    assert column(answer, "score")[312:] == column(detected(series([9] * 400, 5)), "score")[300:]


# ── files ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_file_of_hardly_a_row_is_answered(detected: Callable[..., Typed], count: int) -> None:
    answer = detected(series([5] * count))
    assert (answer.status, answer.err, column(answer, "alert")) == (0, "", ["0"] * count)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            "\ufeffTimestamp;Value\r\n2026-01-01;5\r\n", id="semicolons, capitals, a byte order mark"
        ),
        pytest.param("id\tvalue\ttimestamp\n1\t5\t2026-01-01\n", id="tabs and a column more"),
        pytest.param("timestamp,value\n\n2026-01-01,5\n\n", id="empty lines"),
        pytest.param("value,timestamp,value\n4,2026-01-01,5\n", id="a column twice: the last holds"),
    ],
)
def test_a_table_is_read_as_people_have_it(detected: Callable[..., Typed], content: str) -> None:
    answer = detected(content)
    assert (answer.status, answer.err) == (0, "")
    assert [(row["timestamp"], row["value"]) for row in rows(answer)] == [("2026-01-01", "5")]


def test_a_ragged_row_has_no_count(detected: Callable[..., Typed]) -> None:
    answer = detected("timestamp,value\n2026-01-01 00:00\n2026-01-01 01:00,1,2,3\n")
    assert (column(answer, "value"), "1 row without a count" in answer.err) == (["", "1"], True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("", "no column 'timestamp'", id="nothing"),
        pytest.param("timestamp,count\n", "no column 'value'", id="no column of counts"),
        pytest.param("timestamp,value\nayer,1\n", "c.csv:2: 'ayer' is no time", id="no time"),
        pytest.param("timestamp,value\n\x1b[2J,1\n", "c.csv:2: ' [2J' is no time", id="a terminal's command"),
        pytest.param("\x7fELF\x02", "no column 'timestamp'", id="no text"),
        pytest.param(
            series([1] * 9, 10_080), "c.csv: a row every 7 days: the longest step is a day", id="weeks"
        ),
        pytest.param(
            table(*((at(k / 180), 1) for k in range(9))),
            "c.csv: a row every 10 seconds: the shortest",
            id="seconds",
        ),
        pytest.param(
            series([1] * 9) + "9026-01-01,1\n",
            "122,721,456 steps from the first row to '9026-01-01'",
            id="a far year",
        ),
    ],
)
def test_what_is_no_series_is_told(detected: Callable[..., Typed], content: str, says: str) -> None:
    answer = detected(content)
    assert (answer.status, answer.out) == (1, "")
    assert says in answer.err


def test_a_window_longer_than_the_engine_looks_is_wrong_usage(detected: Callable[..., Typed]) -> None:
    answer = detected(series([1]), "--window", "5 weeks")
    assert (answer.status, "--window: at most 4 weeks" in answer.err) == (2, True)
