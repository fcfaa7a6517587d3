"""What cases give to the reports: every feed against a recomputation from the logs; limits that can be counted."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.reader.excel import load_workbook

from db import case_numbers as numbers
from db import cases as records
from db.staff import Staff, put
from frontdesk.cases import recording, service
from frontdesk.cases.definition.model import Definition, Feed, Label
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.clocks import every_clock
from frontdesk.cases.engine.rules import Event, Standing
from frontdesk.cases.evidence import write_evidence
from frontdesk.cases.number_words import figure_lines
from frontdesk.cases.numbers import figures_of
from frontdesk.cases.papers.importing import import_register
from frontdesk.cases.rows import log_event, row_of
from frontdesk.cases.timing import keep_limits, limits_astray
from frontdesk.cli import run
from frontdesk.context import Context
from tests.desks import new_desk
from tests.feed_indicators import FILE, fed, written
from tests.unit.test_case_engine import DEFINITIONS, MOVING, lives

FED = [code for code in MOVING if DEFINITIONS[code].feeds]
TODAY = datetime(2026, 12, 10, 4, 0, tzinfo=UTC)
DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 31))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """A centre whose records each example puts in and takes back."""
    context = new_desk(tmp_path_factory.mktemp("numbers") / "home")
    with context.database.write() as connection:
        put(connection, Staff(no="W002", name="李四", kind="", role="operator"))
    context.clock = lambda: TODAY
    yield context
    context.database.close()


@contextmanager
def kept(desk: Context, definition: Definition, logs: Sequence[Sequence[Event]]) -> Iterator[sqlite3.Connection]:
    """Records of a definition with these logs, each written event by event as the use cases do; gone afterwards."""
    connection = desk.database.connection
    connection.execute("BEGIN")
    try:
        for place, events in enumerate(logs):
            clear: Standing | None = None
            now: Standing | None = None
            row = None
            for position, event in enumerate(events, 1):
                told = rules.told(definition, clear, event)
                clear = rules.opened(definition, told) if clear is None else rules.step(definition, clear, told)
                said = replace(told, values=recording.hidden(definition, told.values))
                now = rules.opened(definition, said) if now is None else rules.step(definition, now, said)
                if row is None:
                    row = row_of(desk, definition, 0, f"N{place:04d}", now)
                    row = row._replace(id=records.insert(connection, row))
                row = row_of(desk, definition, row.id, row.number, now)
                records.save(connection, row)
                log_event(desk, connection, row.id, position, said)
                keep_limits(desk, connection, definition, row.id)
        yield connection
    finally:
        connection.rollback()


def every_feed(definition: Definition) -> Definition:
    """The definition with its own feeds and one of every other kind."""
    name = Label(zh_CN="数")
    feeds = [Feed(code=f"f_{kind}", name=name, counts=kind) for kind in ("opened", "ended", "open_at_end")]
    for one in definition.deadlines:
        feeds += [
            Feed(code=f"{kind}_{one.code}", name=name, counts=kind, deadline=one.code)
            for kind in ("in_time", "overdue")
        ]
    feeds += [Feed(code=f"s_{one.code}", name=name, counts="step", step=one.code) for one in definition.transitions]
    return definition.model_copy(update={"feeds": (*definition.feeds, *feeds)})


def plain_count(
    definition: Definition, feed: Feed, rows: list[tuple[Standing, list[Event], list[Any]]], first: str, last: str
) -> dict[str, int]:
    """A feed by reading every log from its beginning."""
    found: Counter[str] = Counter()
    for now, events, limits in rows:
        if feed.states and now.state not in feed.states:
            continue
        many = _times(feed, now, events, limits, first, last)
        held = now.values.get(feed.by or "", "") if feed.by else now.level if feed.by_level else ""
        key = str(int(held) if isinstance(held, bool) else held)
        if feed.adds:
            amount = now.values.get(feed.adds, 0)
            assert isinstance(amount, int)
            if feed.counts == "step":
                taken = [one.day for one in events if one.kind == "moved" and one.step == feed.step]
                many = int(bool(taken) and first <= taken[-1] <= last)
            if many:
                found[key] += amount * many
        elif many:
            found[key] += many
    return dict(found)


def _times(feed: Feed, now: Standing, events: list[Event], limits: list[Any], first: str, last: str) -> int:
    is_brought = events[0].step.startswith("@")
    if feed.counts == "opened" and is_brought:
        return 0
    if feed.counts == "ended" and is_brought:
        # It ended here where something was done to it by then.
        done_here = [one.day for one in events if one.kind == "moved" and one.day <= (now.ended_on or "")]
        return int(bool(done_here) and first <= str(now.ended_on) <= last)
    if feed.counts == "opened":
        return int(first <= events[0].day <= last)
    if feed.counts == "step":
        return sum(one.kind == "moved" and one.step == feed.step and first <= one.day <= last for one in events)
    if feed.counts == "ended":
        return int(now.ended_on is not None and first <= now.ended_on <= last)
    if feed.counts == "open_at_end":
        return int(events[0].day <= last and (now.ended_on is None or now.ended_on > last))
    found = 0
    for code, due, stopped in limits:
        if code != feed.deadline or due is None:
            continue
        if feed.counts == "in_time":
            found += stopped is not None and stopped <= due and first <= stopped <= last
        else:
            found += (stopped or "2026-12-10") > due and first <= due <= last
    return found


@pytest.mark.parametrize("code", FED)
@settings(max_examples=3)
@given(data=st.data())
def test_every_feed_is_what_the_logs_tell(desk: Context, code: str, data: st.DataObject) -> None:
    feeds_are_what_logs_tell(desk, code, data)


@pytest.mark.slow
@pytest.mark.parametrize("code", FED)
@settings(max_examples=40)
@given(data=st.data())
def test_every_feed_is_what_many_logs_tell(desk: Context, code: str, data: st.DataObject) -> None:
    feeds_are_what_logs_tell(desk, code, data)


def feeds_are_what_logs_tell(desk: Context, code: str, data: st.DataObject) -> None:
    """Some records of a definition live as they may: each of its feeds, over any days, is what reading them gives."""
    definition = every_feed(DEFINITIONS[code])
    some = st.booleans().flatmap(lambda brought: lives(definition, brought=brought))
    logs = data.draw(st.lists(some, min_size=1, max_size=4))
    first = data.draw(DAYS)
    last = first + timedelta(days=data.draw(st.integers(0, 40)))
    with kept(desk, definition, logs) as connection:
        rows = []
        for row, log in records.logs(connection):
            events = [recording.event_of(one) for one in log]
            assert not limits_astray(desk, connection, definition, row.id, log)
            limits = [(one.code, one.due_on, one.stopped_on) for one in numbers.limits_of(connection, row.id)]
            rows.append((rules.replayed(definition, events), events, limits))
        told = {one.feed.code: one.value for one in figures_of(connection, definition, first, last, desk.today())}
        for feed in definition.feeds:
            plain = plain_count(definition, feed, rows, first.isoformat(), last.isoformat())
            if feed.by or feed.by_level:
                plain = {key: many for key, many in plain.items() if many} | {
                    key: 0 for key in plain if feed.adds and not plain[key]
                }
            assert told[feed.code] == (plain if feed.by or feed.by_level else plain.get("", 0)), feed.code


LIMITED = [code for code in MOVING if DEFINITIONS[code].deadlines]


@pytest.mark.parametrize("code", LIMITED)
@settings(max_examples=5)
@given(data=st.data())
def test_the_last_clock_of_each_limit_is_the_one_of_the_record(code: str, data: st.DataObject) -> None:
    clocks_are_of_the_record(code, data)


@pytest.mark.slow
@pytest.mark.parametrize("code", LIMITED)
@settings(max_examples=200)
@given(data=st.data())
def test_the_last_clock_of_each_limit_is_the_one_of_many_records(code: str, data: st.DataObject) -> None:
    clocks_are_of_the_record(code, data)


def clocks_are_of_the_record(code: str, data: st.DataObject) -> None:
    definition = DEFINITIONS[code]
    now, clocks = every_clock(definition, data.draw(lives(definition)))
    assert {one.code: one._replace(day=None) for one in clocks} == {one.code: one for one in now.clocks}
    # Of one limit only the last can still run, and only what is over keeps the day that it had.
    before = [one for one in clocks if one._replace(day=None) not in now.clocks]
    assert all(one.stopped_on is not None for one in before)
    assert all(one.stopped_on is not None for one in clocks if one.day is not None)


def turn_to(desk: Context, day: int, month: int = 12) -> None:
    at = datetime(2026, month, day, 4, 0, tzinfo=UTC)
    desk.clock = lambda: at


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    turn_to(context, 1)
    yield context
    context.database.close()


def value(desk: Context, code: str, first: str, last: str) -> Any:
    found = service.figures(desk, date.fromisoformat(first), date.fromisoformat(last), unused=True)
    return next(one.value for one in found if one.code == code)


def test_a_limit_that_began_anew_is_counted_again_and_the_first_stays_kept(own_desk: Context) -> None:
    found = service.open_case(own_desk, "first_contact", {"matter": "医保"})
    service.take_step(own_desk, found.row.id, "answer_now", {"answer": "在二楼"})
    turn_to(own_desk, 10)
    service.take_step(own_desk, found.row.id, "reopen", {}, "又来问")
    assert value(own_desk, "first_contact.in_time", "2026-12-01", "2026-12-05") == 1
    limits = numbers.limits_of(own_desk.database.connection, found.row.id)
    assert [(one.started_on, one.stopped_on) for one in limits if one.code == limits[0].code] == [
        ("2026-12-01", "2026-12-01"),
        ("2026-12-10", None),
    ]


def test_what_the_calendar_says_later_does_not_change_what_was_in_time(own_desk: Context) -> None:
    found = service.open_case(own_desk, "first_contact", {"matter": "医保"})
    connection = own_desk.database.connection
    due = numbers.limits_of(connection, found.row.id)[0].due_on
    assert due == "2026-12-02"
    turn_to(own_desk, 2)
    service.take_step(own_desk, found.row.id, "answer_now", {"answer": "在二楼"})
    with own_desk.database.write() as writing:
        writing.execute("UPDATE case_limit SET due_on = '2026-12-05'")
    service.add_note(own_desk, found.row.id, "补一句")
    assert numbers.limits_of(connection, found.row.id)[0].due_on == "2026-12-05"
    service.set_dates_again(own_desk)
    assert service.cases_astray(own_desk, connection) == []
    with own_desk.database.write() as writing:
        writing.execute("UPDATE case_limit SET stopped_on = NULL")
    assert service.cases_astray(own_desk, connection) == [found.row.number]


def test_a_centre_is_not_told_the_numbers_of_what_it_never_used(own_desk: Context) -> None:
    span = (date(2026, 12, 1), date(2026, 12, 31))
    assert service.figures(own_desk, *span) == []
    service.open_case(own_desk, "first_contact", {"matter": "医保"})
    assert {one.definition.code for one in service.figures(own_desk, *span)} == {"first_contact"}
    assert service.figures(own_desk, date(2026, 11, 1), date(2026, 11, 30)) == []


def test_what_a_sheet_brought_in_is_counted_from_what_is_done_here_and_the_figures_say_how_many(
    own_desk: Context, tmp_path: Path
) -> None:
    names = {one.code: str(one.name) for one in service.definitions(own_desk)["repair"].states}
    rows = [
        ("灯不亮", "verified", "100"),
        ("门坏了", "fixed", "50"),
        ("窗坏了", "not_needed", ""),
        ("墙裂了", "found", ""),
    ]
    lines = ["坏了什么,状态,费用", *(f"{what},{names[state]},{cost}" for what, state, cost in rows)]
    sheet = tmp_path / "旧.csv"
    sheet.write_text("\n".join(lines), encoding="utf-8-sig")
    assert import_register(own_desk, "repair", sheet).added == 4
    days = (date(2026, 12, 1), date(2026, 12, 31))

    def told() -> dict[str, object]:
        return {one.feed.code: one.value for one in service.figures(own_desk, *days)}

    assert {code: told()[code] for code in ("found", "verified", "in_time", "cost")} == {
        "found": 1,
        "verified": 0,
        "in_time": 0,
        "cost": 0,
    }
    assert {one.brought for one in service.figures(own_desk, *days)} == {3}
    assert service.opened_and_ended(own_desk, *days) == {"报修": (1, 0)}
    assert [one.number for one in service.cases_of_period(own_desk, *days, 50)] == ["BX2026-0004"]
    # What is done to one from now on counts, whenever it was begun.
    turn_to(own_desk, 2)
    fixed = next(one for one in service.register(own_desk, "repair") if one.title == "门坏了")
    service.take_step(own_desk, fixed.id, "verify", {"verifier": "王阿姨"})
    assert told() | {"verified": 1, "cost": 5000} == told()
    assert service.opened_and_ended(own_desk, *days) == {"报修": (1, 1)}
    assert [one.ended for one in service.cases_of_period(own_desk, *days, 50)] == [True, False]
    said = "\n".join(figure_lines(service.figures(own_desk, *days)))
    assert "另有 3 条是从表格带着状态导入的" in said
    out = tmp_path / "evidence.xlsx"
    write_evidence(own_desk, *days, out, ["repair"])
    sheets = load_workbook(out)
    figures = {row[1]: row[2] for row in sheets["数字"].iter_rows(min_row=4, values_only=True)}
    registered = sheets["报修"].max_row - 3
    brought = next(many for name, many in figures.items() if name and "带着状态导入" in str(name))
    # Who counts the rows of the register comes to what the figures say.
    assert registered == 4 == int(str(figures["报修件数"])) + int(str(brought))


def test_figures_by_command(own_desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    service.open_case(own_desk, "first_contact", {"matter": "医保", "channel": "来电"})
    own_desk.database.close()
    monkeypatch.setenv("FRONTDESK_HOME", str(own_desk.home.path))
    said = StringIO()
    with redirect_stdout(said):
        assert run(["case", "figures", "--first", "2026-12-01", "--last", "2026-12-31", "--json"]) == 0
    found = json.loads(said.getvalue())
    assert {"definition": "first_contact", "feed": "received", "value": {"phone": 1}}.items() <= found[0].items()


PLANNED = {
    "opened": "case_record_of",
    "step": "case_log_step",
    "ended": "case_record_ended",
    "open_at_end": "case_record_open",
    "in_time": "case_limit_stopped",
    "overdue": "case_limit_due",
}


@pytest.mark.parametrize("counts", sorted(PLANNED))
def test_every_count_goes_by_an_index(desk: Context, counts: str) -> None:
    names = ("definition", "code", "first", "last", "today", "adds", "by", "states")
    asked = dict.fromkeys(names, "[]") | {"adds": "$.z", "by": "$.z"}
    for adds, of_states in product((False, True), repeat=2):
        for key in ("", numbers.BY_FIELD, numbers.BY_LEVEL):
            sql = numbers.statement(counts, adds=adds, key=key, of_states=of_states)
            plan = [row[3] for row in desk.database.connection.execute(f"EXPLAIN QUERY PLAN {sql}", asked)]
            assert any(PLANNED[counts] in line for line in plan), plan
            scanned = [line for line in plan if line.startswith("SCAN")]
            assert set(scanned) <= {"SCAN r", "SCAN json_each VIRTUAL TABLE INDEX 1:"}, plan


def test_the_indicators_of_mechanisms_follow_from_the_definitions() -> None:
    """Else run `python -m tests.feed_indicators`."""
    assert FILE.read_text(encoding="utf-8") == written()
    assert {one.definition.code for one in fed()} > {"first_contact", "complaint", "deliberation", "self_gov_fund"}
