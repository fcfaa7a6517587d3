"""The centre's calendar: seeded, imported, corrected, exported, and in a file that was made before there was one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import pytest
import sqlite_utils
from click.testing import CliRunner
from sqlite_utils.migrations import Migrations

from db import calendar as records
from db.calendar import WorkdayOverride
from db.connection import APPLICATION_ID, SCHEMA_VERSION, open_database
from db.migrations import MODULES
from frontdesk.calendar import package
from frontdesk.calendar import service as calendar
from frontdesk.calendar.service import CalendarError, SpecialDay, calendar_for, import_calendar, set_day
from frontdesk.cli_main import cli
from frontdesk.context import Context, Operator, open_context
from frontdesk.errors import DeskError
from frontdesk.home import Home
from frontdesk.imports.service import describe
from frontdesk.today.service import today
from tests.desks import NOON, contents, counts, new_desk, rejections, sheet

HEADINGS = "日期 类型 名称"
NOTICE_2027 = [
    ["2027-01-01", "休", "元旦"],
    ["2027年1月2日", "休", "元旦"],
    ["2027/1/3", "放假", "元旦"],
    ["20270206", "休", "春节"],
    ["2027-02-20", "班", "春节"],
    ["2027-10-01", "休", "国庆节"],
]
"""Made up: there was no notice for 2027 yet."""


def state(context: Context) -> dict[str, list[tuple[object, ...]]]:
    """What the centre holds of its calendar."""
    held = contents(context)
    return {name: held[name] for name in ("workday_override", "calendar_year")}


def unknown(context: Context, first: int, last: int) -> tuple[int, ...]:
    return calendar.unknown_years(context, date(first, 1, 1), date(last, 12, 31))


def test_a_new_centre_knows_the_years_of_the_package_in_its_own_table(desk: Context) -> None:
    assert [known.year for known in calendar.known_years(desk)] == list(range(2004, 2027))
    stored = records.between(desk.database.connection, "2026-01-01", "2026-12-31")
    assert [one.day for one in stored if one.kind == "makeup"] == [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ]
    with desk.database.write() as connection:
        assert calendar.seed_years(desk, connection) == ()


def test_a_calendar_across_new_year_into_an_unknown_year_says_so_and_never_fails(desk: Context) -> None:
    across = calendar_for(desk, date(2026, 12, 28), date(2027, 1, 8))
    assert across.unknown_years == (2027,)
    assert across.add_working_days(date(2026, 12, 31), 2) == date(2027, 1, 4)
    assert across.name(date(2026, 10, 1)) == "国庆节" and across.name(date(2027, 1, 1)) == ""
    assert calendar_for(desk, date(1900, 1, 1), date(2199, 12, 31)).unknown_years[-1] == 2199


def test_an_imported_list_makes_its_year_known(desk: Context, tmp_path: Path) -> None:
    assert counts(import_calendar(desk, sheet(tmp_path, HEADINGS, NOTICE_2027))) == (6, 0, 0)
    across = calendar_for(desk, date(2026, 12, 28), date(2027, 2, 28))
    assert across.unknown_years == ()
    # Monday the 4th comes first after three days off.
    assert across.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert across.day_kind(date(2027, 2, 20)) == "makeup"


def test_the_same_list_again_changes_nothing(desk: Context, tmp_path: Path) -> None:
    path = sheet(tmp_path, HEADINGS, NOTICE_2027)
    import_calendar(desk, path)
    before = state(desk)
    desk.clock = lambda: datetime(2026, 12, 1, tzinfo=UTC)
    assert counts(import_calendar(desk, path)) == (0, 0, 6)
    assert state(desk) == before


def test_a_corrected_list_takes_away_what_it_no_longer_has_but_not_what_a_manager_put_in(
    desk: Context, tmp_path: Path
) -> None:
    import_calendar(desk, sheet(tmp_path, HEADINGS, NOTICE_2027))
    set_day(desk, date(2027, 3, 7), "makeup", "迎检")
    outcome = import_calendar(
        desk, sheet(tmp_path, HEADINGS, [*NOTICE_2027[:4], ["2027-02-21", "班", ""], NOTICE_2027[5]])
    )
    assert counts(outcome) == (1, 0, 5)
    assert [(remark.code, remark.details) for remark in outcome.remarks] == [("calendar_removed", {"count": 1})]
    assert "1" in describe(outcome, dry_run=False)[-1]
    now = calendar_for(desk, date(2027, 1, 1), date(2027, 12, 31))
    assert [now.day_kind(date(2027, *day)) for day in ((2, 20), (2, 21), (3, 7))] == ["sat", "makeup", "makeup"]


def test_part_of_a_list_keeps_its_days_and_leaves_its_year_unknown(desk: Context, tmp_path: Path) -> None:
    outcome = import_calendar(desk, sheet(tmp_path, HEADINGS, NOTICE_2027[3:5]))
    assert counts(outcome) == (2, 0, 0)
    assert outcome.as_json()["remarks"] == [{"code": "calendar_incomplete", "year": 2027}]
    assert unknown(desk, 2026, 2027) == (2027,)
    assert calendar_for(desk, date(2027, 2, 20), date(2027, 2, 20)).is_working_day(date(2027, 2, 20))


def test_single_days_of_a_known_year_leave_the_rest_of_it_alone(desk: Context, tmp_path: Path) -> None:
    before = len(records.plain_days(desk.database.connection))
    # A holiday that begins before New Year.
    rows = [["2026-12-31", "休", "元旦"], *NOTICE_2027]
    outcome = import_calendar(desk, sheet(tmp_path, HEADINGS, rows))
    assert (counts(outcome), outcome.remarks) == ((7, 0, 0), ())
    assert len(records.plain_days(desk.database.connection)) == before + 7
    assert {known.year: known.source for known in calendar.known_years(desk)}[2026] == "package"


def test_a_blank_name_leaves_the_stored_one(desk: Context, tmp_path: Path) -> None:
    assert counts(import_calendar(desk, sheet(tmp_path, "日期 类型", [["2026-10-10", "班"]]))) == (0, 0, 1)
    assert calendar_for(desk, date(2026, 10, 10), date(2026, 10, 10)).name(date(2026, 10, 10)) == "国庆节"


def test_every_fault_of_a_list_is_named_and_nothing_of_it_is_written(desk: Context, tmp_path: Path) -> None:
    rows = [
        ["2027-01-01", "休", "元旦"],
        ["1月2日", "休", "元旦"],
        ["2027-02-20", "调休", "春节"],
        ["2027-02-22", "班", "春节"],
        ["", "休", ""],
        ["2027-01-01", "休", "元旦"],
        ["2072-10-01", "休", "国庆节"],
        ["2027-10-02", "休", "国" * 51],
    ]
    before = contents(desk, audit=True)
    outcome = import_calendar(desk, sheet(tmp_path, HEADINGS, rows))
    assert rejections(outcome) == [
        (3, "日期", "1月2日", "bad_date"),
        (4, "类型", "调休", "not_one_of"),
        (5, "日期", "2027-02-22", "makeup_on_weekday"),
        (6, "日期", "", "missing"),
        (7, "日期", "2027-01-01", "duplicate_in_file"),
        (8, "日期", "2072-10-01", "out_of_range"),
        (9, "名称", "国" * 51, "too_long"),
    ]
    assert contents(desk, audit=True) == before


def test_a_trial_writes_nothing(desk: Context, tmp_path: Path) -> None:
    before = contents(desk, audit=True)
    assert counts(import_calendar(desk, sheet(tmp_path, HEADINGS, NOTICE_2027), dry_run=True)) == (6, 0, 0)
    assert contents(desk, audit=True) == before


def test_what_is_exported_can_be_imported_elsewhere_and_changes_nothing_here(desk: Context, tmp_path: Path) -> None:
    import_calendar(desk, sheet(tmp_path, HEADINGS, [*NOTICE_2027, ["2027-05-01", "休", "=1+1"]]))
    set_day(desk, date(2026, 12, 26), "makeup", "盘点")
    out = tmp_path / "放假安排.xlsx"
    first, last = date(2026, 1, 1), date(2031, 12, 31)
    written = calendar.export_calendar(desk, first, last, out)
    before = state(desk)
    assert counts(import_calendar(desk, out)) == (0, 0, written)
    assert state(desk) == before
    other = new_desk(tmp_path / "other")
    try:
        assert counts(import_calendar(other, out)) == (8, 0, written - 8)
        ours, theirs = (calendar_for(context, first, last) for context in (desk, other))
        assert theirs.unknown_years == ours.unknown_years
        assert [(day, one.kind, one.name) for day, one in theirs.special_days(first, last)] == [
            (day, one.kind, one.name) for day, one in ours.special_days(first, last)
        ]
    finally:
        other.database.close()


def test_a_file_that_cannot_be_written_is_said(desk: Context, tmp_path: Path) -> None:
    with pytest.raises(CalendarError) as refused:
        calendar.export_calendar(desk, date(2026, 1, 1), date(2026, 12, 31), tmp_path / "nowhere" / "a.xlsx")
    assert refused.value.code == "export_failed"


def test_a_manager_corrects_a_day_and_takes_it_back(desk: Context) -> None:
    day = date(2026, 12, 26)
    set_day(desk, day, "makeup", "盘点")
    assert calendar_for(desk, day, day).day_kind(day) == "makeup"
    set_day(desk, day, None)
    assert calendar_for(desk, day, day).day_kind(day) == "sat"
    set_day(desk, date(2026, 10, 10), "holiday")
    assert calendar_for(desk, day, day).name(date(2026, 10, 10)) == "国庆节"
    assert unknown(desk, 2026, 2027) == (2027,)


@pytest.mark.parametrize(
    ("day", "kind", "name", "code"),
    [
        (date(2027, 2, 22), "makeup", "", "makeup_on_weekday"),
        (date(2072, 2, 20), "makeup", "", "day_out_of_range"),
        (date(1999, 1, 1), None, "", "day_out_of_range"),
        (date(2027, 2, 20), "makeup", "春\n节", "bad_name"),
        (date(2027, 2, 20), "makeup", "春" * 51, "bad_name"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    desk: Context, day: date, kind: records.OverrideKind | None, name: str, code: str
) -> None:
    before = contents(desk, audit=True)
    with pytest.raises(CalendarError) as refused:
        set_day(desk, day, kind, name)
    assert refused.value.code == code
    assert contents(desk, audit=True) == before


def test_only_a_manager_corrects_a_day_by_the_role_that_is_stored_now(desk: Context) -> None:
    with desk.database.write() as connection:
        connection.execute("UPDATE staff SET role = 'operator' WHERE no = 'M001'")
    for _ in range(2):
        with pytest.raises(DeskError) as refused:
            set_day(desk, date(2026, 12, 26), "makeup")
        assert refused.value.code == "manager_required"
    assert records.get(desk.database.connection, "2026-12-26") is None


def due(context: Context) -> list[tuple[object, bool]]:
    return [(one.values["year"], one.pressing) for one in today(context).due if one.kind == "calendar"]


def test_today_says_which_year_is_missing_until_it_is_imported(desk: Context, tmp_path: Path) -> None:
    desk.clock = lambda: datetime(2026, 11, 1, 16, tzinfo=UTC)
    assert due(desk) == [("2027", False)]
    desk.clock = lambda: datetime(2026, 11, 1, 15, 59, tzinfo=UTC)
    assert due(desk) == []
    desk.clock = lambda: datetime(2027, 3, 1, tzinfo=UTC)
    assert due(desk) == [("2027", True)]
    desk.clock = lambda: datetime(2027, 12, 1, tzinfo=UTC)
    assert due(desk) == [("2027-2028", True)]
    import_calendar(desk, sheet(tmp_path, HEADINGS, NOTICE_2027))
    assert due(desk) == [("2028", False)]


def version_3(path: Path) -> None:
    """A file as the program before the calendar made it, with the centre and its manager in it."""
    new = new_desk(path.parent)
    new.database.close()
    with open_database(path) as database:
        rows = {
            name: [dict(row) for row in database.connection.execute(f"SELECT * FROM {name}")]
            for name in ("centre", "staff")
        }
    path.unlink()
    old = sqlite_utils.Database(path)
    migrations = Migrations("frontdesk")
    for name in MODULES[:3]:
        migrations(name=name)(import_module(f"db.migrations.{name}").migrate)
    migrations.apply(old)
    for name, kept in rows.items():
        table = old.table(name)
        table.insert_all({key: row[key] for key in table.columns_dict} for row in kept)
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.execute("PRAGMA user_version = 3")
    old.conn.commit()
    old.close()


@pytest.fixture
def earlier(tmp_path: Path) -> Iterator[Context]:
    """A centre that was made before there was a calendar, opened by this program."""
    home = Home(tmp_path / "earlier")
    version_3(home.database)
    context = open_context(home, source="cli", clock=lambda: NOON, operator=Operator("M001", "王五", "manager"))
    yield context
    context.database.close()


def test_a_centre_made_earlier_has_its_calendar_at_once_and_keeps_it_with_the_first_write(earlier: Context) -> None:
    version = earlier.database.connection.execute("PRAGMA user_version").fetchone()[0]
    assert version == SCHEMA_VERSION
    assert state(earlier) == {"workday_override": [], "calendar_year": []}
    across = calendar_for(earlier, date(2025, 12, 30), date(2027, 1, 4))
    assert across.unknown_years == (2027,)
    assert across.day_kind(date(2026, 10, 10)) == "makeup"
    assert due(earlier) == [("2027", False)]
    set_day(earlier, date(2026, 10, 10), None)
    assert [known.year for known in calendar.known_years(earlier)] == list(range(2004, 2027))
    assert calendar_for(earlier, date(2026, 1, 1), date(2026, 12, 31)).day_kind(date(2026, 10, 10)) == "sat"


def test_the_first_import_into_a_centre_made_earlier_keeps_all_years(earlier: Context, tmp_path: Path) -> None:
    assert counts(import_calendar(earlier, sheet(tmp_path, HEADINGS, NOTICE_2027))) == (6, 0, 0)
    assert [known.year for known in calendar.known_years(earlier)] == list(range(2004, 2028))


def test_seeding_leaves_what_somebody_put_in(earlier: Context) -> None:
    with earlier.database.write() as connection:
        records.put(connection, WorkdayOverride(day="2026-10-10", kind="holiday", name="自定", source="manual"))
        assert calendar.seed_years(earlier, connection) == tuple(range(2004, 2027))
    kept = records.get(earlier.database.connection, "2026-10-10")
    assert kept is not None and (kept.kind, kept.name) == ("holiday", "自定")


def test_a_year_that_a_newer_package_knows_is_known_before_it_is_written(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_2027 = {date(2027, 1, 1): SpecialDay("holiday", "元旦", "package")}
    monkeypatch.setattr(package, "package_days", lambda: of_2027)
    monkeypatch.setattr(package, "package_years", lambda: frozenset({2027}))
    assert due(desk) == []
    assert calendar_for(desk, date(2027, 1, 1), date(2027, 1, 1)).day_kind(date(2027, 1, 1)) == "holiday"
    set_day(desk, date(2026, 12, 26), "makeup")
    assert [known.year for known in calendar.known_years(desk)] == list(range(2004, 2028))


def run(home: Path, *arguments: str) -> tuple[int, str]:
    ended = CliRunner().invoke(cli, ["--home", str(home), "--as", "M001", *arguments])
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return ended.exit_code, ended.stdout


def test_the_commands_show_set_import_and_export(desk: Context, tmp_path: Path) -> None:
    home = tmp_path / "home"
    code, shown = run(home, "calendar", "show", "2026-10", "--json")
    answer = json.loads(shown)
    assert (code, answer["working_days"], answer["unknown_years"]) == (0, 18, [])
    assert answer["days"][-1] == {"day": "2026-10-10", "kind": "makeup", "name": "国庆节", "source": "package"}
    assert "2027" in run(home, "calendar", "show", "2027")[1].splitlines()[0]
    assert json.loads(run(home, "calendar", "show", "2027", "--json")[1])["unknown_years"] == [2027]
    path = sheet(tmp_path, HEADINGS, NOTICE_2027)
    assert json.loads(run(home, "import", "calendar", str(path), "--json")[1])["added"] == 6
    assert json.loads(run(home, "calendar", "show", "2027", "--json")[1])["unknown_years"] == []
    code, changed = run(home, "calendar", "set", "2027-02-21", "makeup", "--name", "春节", "--json")
    assert (code, json.loads(changed)["kind"]) == (0, "makeup")
    out = tmp_path / "out.xlsx"
    assert json.loads(run(home, "calendar", "export", str(out), "--period", "2027", "--json")[1])["days"] == 7
    assert json.loads(run(home, "import", "calendar", str(out), "--json")[1])["unchanged"] == 7
    assert json.loads(run(home, "calendar", "set", "2027-02-21", "clear", "--json")[1])["kind"] == "sun"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "2026-13"), "bad_period"),
        (("show", "next"), "bad_period"),
        (("set", "2027-02-30", "holiday"), "bad_day"),
        (("set", "+99999999999", "holiday"), "bad_day"),
        (("set", "2027-02-22", "makeup"), "makeup_on_weekday"),
    ],
)
def test_a_mistyped_command_is_refused_with_its_code(
    desk: Context, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    with pytest.raises(CalendarError) as refused:
        run(tmp_path / "home", "calendar", *arguments)
    assert refused.value.code == code


def test_an_auditor_imports_no_list(desk: Context, tmp_path: Path) -> None:
    path = sheet(tmp_path, HEADINGS, NOTICE_2027)
    with desk.database.write() as connection:
        connection.execute("UPDATE staff SET role = 'auditor' WHERE no = 'M001'")
    with pytest.raises(DeskError) as refused:
        import_calendar(desk, path)
    assert refused.value.code == "auditor_reads_only"
    assert unknown(desk, 2027, 2027) == (2027,)
