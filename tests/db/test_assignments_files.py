"""Assignments from an office's sheet, on paper, in calendars and by command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook

from db import audit, visits
from db.volunteers import Volunteer
from frontdesk import cli
from frontdesk.common.text import display_width
from frontdesk.context import Context, open_context
from frontdesk.errors import DeskError
from frontdesk.staff.service import set_pin
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.assignments import service
from frontdesk.volunteers.assignments.exporting import write_calendar, write_sheet
from frontdesk.volunteers.assignments.importing import import_assignments
from frontdesk.volunteers.assignments.rules import Fields
from tests.desks import NOON, contents, counts, new_desk, rejections, sheet

TODAY = NOON.date()
HEADS = "日期 时间 服务内容 地点 需要人数 志愿者"
PIN = "246813"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    with context.change("test.filled", "centre") as connection:
        for number, name in ((1, "张三"), (2, "李四"), (3, "王五"), (4, "王五"), (5, "=赵六")):
            phone = f"1540000{number:04d}"
            volunteer = Volunteer(no=f"{number:07d}", name=name, team="护河队", phone_cipher=context.keys.seal(phone))
            volunteers.store(context, connection, volunteer, phone)
    yield context
    context.database.close()


def planned(context: Context) -> list[tuple[str, str, int, list[str]]]:
    """Day, title, people needed and who is signed up, of every assignment."""
    found = service.assignments(context, TODAY.replace(year=2000), TODAY.replace(year=2100))
    return [
        (
            one.day,
            one.title,
            one.needed,
            [s.volunteer_no for s in service.signed(context, one.id) if s.state == "signed"],
        )
        for one in found
    ]


def test_a_plan_is_taken_in_and_again_changes_nothing(desk: Context, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["2026-11-20", "9:00-11:30", "便民服务台", "大厅", 3, "张三、0000003"],
        ["2026-11-20", "9:00～11:30", "便民服务台", "", "", "李四"],
        ["2026年11月21日", "22:00-次日2:00", "夜巡", "", 2, ""],
    ]
    path = sheet(tmp_path, HEADS, rows)
    before = contents(desk)
    assert counts(import_assignments(desk, path, dry_run=True)) == (2, 1, 0)
    assert contents(desk) == before
    assert counts(import_assignments(desk, path)) == (2, 1, 0)
    expected = [
        ("2026-11-20", "便民服务台", 3, ["0000001", "0000002", "0000003"]),
        ("2026-11-21", "夜巡", 2, []),
    ]
    assert [(*one[:3], sorted(one[3])) for one in planned(desk)] == expected
    taken = contents(desk)
    assert counts(import_assignments(desk, path)) == (0, 0, 3)
    assert contents(desk) == taken


def test_who_withdrew_and_what_was_called_off_stay_so_when_the_plan_comes_again(desk: Context, tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        HEADS,
        [["2026-11-20", "9-11", "便民服务台", "", "", "张三 李四"], ["2026-11-20", "14-16", "护河", "", "", "李四"]],
    )
    import_assignments(desk, path)
    first, second = service.assignments(desk, TODAY, TODAY.replace(day=30))
    service.withdraw(desk, first.id, "0000001")
    service.cancel(desk, second.id, "下雨")
    before = contents(desk)
    assert counts(import_assignments(desk, path)) == (0, 0, 2)
    assert contents(desk) == before


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (["2026-11-20", "9-11", "便民服务台", "", "", "王五"], "志愿者", "ambiguous_volunteer"),
        (["2026-11-20", "9-11", "便民服务台", "", "", "陌生人"], "志愿者", "unknown_volunteer"),
        (["2026-11-20", "9-11", "便民服务台", "", "", "李四"], "志愿者", "not_serving"),
        (["2036-11-20", "9-11", "便民服务台", "", "", ""], "日期", "bad_day"),
        (["soon", "9-11", "便民服务台", "", "", ""], "日期", "bad_date"),
        (["2026-11-20", "soon", "便民服务台", "", "", ""], "时间", "bad_time_span"),
        (["2026-11-20", "10:00-10:00", "便民服务台", "", "", ""], "时间", "bad_times"),
        (["2026-11-20", "22:00-21:59", "便民服务台", "", "", ""], "时间", "bad_times"),
        (["2026-11-20", "9-11", "", "", "", ""], "服务内容", "missing"),
        (["2026-11-20", "9-11", "便民服务台", "", "many", ""], "需要人数", "bad_number"),
        (["2026-11-19", "9-11", "便民服务台", "二楼", "", ""], "地点", "contradicts_row"),
    ],
)
def test_one_bad_row_keeps_the_whole_file_out(
    desk: Context, tmp_path: Path, row: list[str], column: str, reason: str
) -> None:
    volunteers.set_state(desk, "0000002", "suspended")
    before = contents(desk, audit=True)
    path = sheet(tmp_path, HEADS, [["2026-11-19", "9-11", "便民服务台", "大厅", 2, "张三"], row])
    outcome = import_assignments(desk, path)
    assert [(one[0], one[1], one[3]) for one in rejections(outcome)] == [(3, column, reason)]
    assert contents(desk, audit=True) == before


def test_an_import_never_cuts_off_visits_that_ran_past_midnight(desk: Context, tmp_path: Path) -> None:
    number = service.add(desk, Fields(TODAY, "夜巡", 0, 900))
    line = service.get(desk, number)
    service.change(desk, number, Fields(TODAY, "夜巡", 600, 1500))
    line = service.get(desk, number)
    with desk.database.write() as connection:
        visit = visits.VisitRow(
            volunteer_no="0000001",
            day=TODAY.isoformat(),
            number=1,
            entered_at=line.starts_at,
            left_at=line.ends_at,
            assignment_id=number,
        )
        visits.put(connection, visit)
    path = sheet(tmp_path, HEADS, [[TODAY.isoformat(), "10:00-12:00", "夜巡", "", "", ""]])
    assert [(one[1], one[3]) for one in rejections(import_assignments(desk, path))] == [("时间", "already_served")]


def test_sign_ups_that_overlap_or_are_too_many_are_made_and_remarked_on(desk: Context, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["2026-11-20", "9-11", "便民服务台", "", 1, "张三 李四"],
        ["2026-11-20", "10-12", "护河", "", "", "张三"],
    ]
    outcome = import_assignments(desk, sheet(tmp_path, HEADS, rows))
    assert [remark.code for remark in outcome.remarks] == ["assignments_doubtful"]
    assert "2" in outcome.remarks[0].words()
    assert [len(one[3]) for one in planned(desk)] == [2, 1]


def test_the_sheet_has_a_row_for_everybody_masked_and_says_whom_it_lacks(desk: Context, tmp_path: Path) -> None:
    number = service.add(desk, Fields(TODAY, "便民服务台", 540, 690, "大厅", None, 3))
    service.sign_up_several(desk, number, ["0000001", "0000005"])
    off = service.add(desk, Fields(TODAY, "护河", 600, 1500))
    service.cancel(desk, off, "下雨")
    out = tmp_path / "list.xlsx"
    assert write_sheet(desk, out, TODAY, TODAY) == 2
    rows = [[cell.value for cell in row] for row in load_workbook(out).active.iter_rows(min_row=3)]
    assert rows[0][:4] == ["日期", "时间", "服务内容", "地点"]
    assert [row[4:8] for row in rows[1:3]] == [
        ["0000001", "张*", "护河队", "***0001"],
        ["0000005", "=***", "护河队", "***0005"],
    ]
    assert rows[3][-1] == "缺 1 人"
    assert (rows[4][1], rows[4][-1]) == ("10:00-次日01:00", "已取消 下雨")
    before = len(contents(desk, audit=True)["audit"])
    write_sheet(desk, out, TODAY, TODAY, full_names=True)
    rows = [[cell.value for cell in row] for row in load_workbook(out).active.iter_rows(min_row=4)]
    assert [row[5] for row in rows[:2]] == ["张三", "=赵六"]
    assert len(contents(desk, audit=True)["audit"]) == before + 1


def test_a_sheet_that_cannot_be_written_leaves_no_trace(desk: Context, tmp_path: Path) -> None:
    before = contents(desk, audit=True)
    with pytest.raises(DeskError) as refused:
        write_sheet(desk, tmp_path / "missing" / "list.xlsx", TODAY, TODAY, full_names=True)
    assert refused.value.code == "export_failed"
    assert contents(desk, audit=True) == before


def test_a_calendar_keeps_its_entries_and_corrects_itself(desk: Context, tmp_path: Path) -> None:
    number = service.add(desk, Fields(TODAY, "便民服务台", 540, 690, "大厅", None, 3, "带红马甲, 戴工作牌"))
    service.sign_up(desk, number, "0000001")
    out = tmp_path / "one.ics"

    def written() -> dict[str, str]:
        assert write_calendar(desk, out, "0000001", TODAY, TODAY) == 1
        text = out.read_bytes().decode("utf-8").replace("\r\n ", "")
        assert all(len(line.encode()) <= 75 for line in out.read_bytes().decode().split("\r\n"))
        return dict(re.findall(r"^([A-Z]+):(.*?)\r$", text, flags=re.MULTILINE))

    first = written()
    assert (first["SUMMARY"], first["LOCATION"]) == ("便民服务台", "大厅")
    assert (first["DTSTART"], first["DTEND"]) == ("20261109T010000Z", "20261109T033000Z")
    assert first["DESCRIPTION"] == "带红马甲\\, 戴工作牌"
    service.change(desk, number, Fields(TODAY, "便民服务台", 600, 690))
    second = written()
    service.withdraw(desk, number, "0000001")
    third = written()
    service.sign_up(desk, number, "0000001")
    service.cancel(desk, number, "下雨")
    fourth = written()
    assert {one["UID"] for one in (first, second, third, fourth)} == {first["UID"]}
    assert [one["STATUS"] for one in (first, second, third, fourth)] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
        "CANCELLED",
    ]
    numbers = [int(one["SEQUENCE"]) for one in (first, second, third, fourth)]
    assert numbers == sorted(set(numbers))


def run(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> tuple[int, Any]:
    """The exit code of a command and what it printed as JSON (of a failure: its code)."""
    code = cli.run(["--home", str(home), "--as", "M001", *arguments, "--json"])
    printed = capsys.readouterr()
    lines = [line for line in (printed.out or printed.err).splitlines() if line.startswith(("{", "["))]
    return code, json.loads(lines[-1]) if lines else printed.err


def test_everything_can_be_done_by_command(
    desk: Context, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pin(desk, "M001", PIN)
    monkeypatch.setenv("FRONTDESK_PIN", PIN)
    home = desk.home.path
    code, added = run(capsys, home, "assignment", "add", "tomorrow", "900-1130", "便民服务台", "--needed", "2")
    assert (code, added["lacking"]) == (0, 2)
    number = str(added["id"])
    code, done = run(capsys, home, "assignment", "sign", number, "--team", "护河队")
    assert code == 1
    assert (len(done["signed"]), len(done["doubtful"])) == (2, 3)
    assert run(capsys, home, "assignment", "withdraw", number, "0000001")[0] == 0
    assert run(capsys, home, "assignment", "change", number, "--times", "10-12", "--place", "大厅")[0] == 0
    assert run(capsys, home, "assignment", "copy", number, "--weeks", "2")[1]["added"]
    code, listed = run(capsys, home, "assignment", "list", "--lacking")
    assert [(one["place"], one["signed"]) for one in listed] == [("大厅", 1), ("大厅", 0)]
    out = tmp_path / "one.ics"
    assert run(capsys, home, "assignment", "export", str(out), "--volunteer", "0000002")[0] == 0
    assert out.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert run(capsys, home, "assignment", "export", str(tmp_path / "list.pdf"))[0] == 1
    assert run(capsys, home, "assignment", "cancel", number, "--reason", "下雨")[1]["state"] == "cancelled"
    path = sheet(tmp_path, HEADS, [["2026-11-20", "9-11", "护河", "", "", "张三"]])
    assert run(capsys, home, "assignment", "import", str(path))[1]["added"] == 1
    for arguments in (("sign", number), ("copy", number)):
        assert cli.run(["--home", str(home), "--as", "M001", "assignment", *arguments]) == 2


@pytest.mark.parametrize("weekday", range(7))
def test_a_weekday_typed_for_a_new_assignment_is_never_in_the_past(
    desk: Context, capsys: pytest.CaptureFixture[str], weekday: int
) -> None:
    typed = f"周{'一二三四五六日'[weekday]}"
    before = open_context(desk.home, source="cli").today()
    code, added = run(capsys, desk.home.path, "assignment", "add", typed, "900-1130", "护河")
    day = date.fromisoformat(added["day"])
    assert code == 0 and day.weekday() == weekday and before <= day <= before + timedelta(days=7)


def test_a_calendar_of_nothing_is_not_written(
    desk: Context, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service.sign_up(desk, service.add(desk, Fields(TODAY, "便民服务台", 540, 690)), "0000001")
    out, day = tmp_path / "one.ics", TODAY.isoformat()
    before = contents(desk, audit=True)
    for no, first in (("0000002", day), ("0000001", (TODAY + timedelta(days=1)).isoformat())):
        span = ("--from", first, "--to", (TODAY + timedelta(days=9)).isoformat())
        code, said = run(capsys, desk.home.path, "assignment", "export", str(out), "--volunteer", no, *span)
        assert (code, said["error"]["code"]) == (1, "nothing_to_export")
    assert not out.exists() and contents(desk, audit=True) == before


def test_the_words_of_a_list_fit_a_terminal(
    desk: Context, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service.sign_up(desk, service.add(desk, Fields(TODAY, "便民服务台", 540, 690)), "0000001")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert cli.run(["--home", str(desk.home.path), "assignment", "list", "--from", TODAY.isoformat()]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert "便民服务台" in printed[0]
    assert "张*" in printed[1]
    assert max(display_width(line) for line in printed) <= 80


def test_settings_are_listed_set_and_reset_by_command(
    desk: Context, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pin(desk, "M001", PIN)
    monkeypatch.setenv("FRONTDESK_PIN", PIN)
    home = desk.home.path
    code, listed = run(capsys, home, "settings", "list", "undo_minutes")
    assert code == 0
    assert [(one["value"], one["default"], one["most"]) for one in listed] == [(10, 10, 1440)]
    assert run(capsys, home, "settings", "set", "undo_minutes", "25") == (0, {"name": "undo_minutes", "value": 25})
    assert run(capsys, home, "settings", "reset", "undo_minutes")[1] == {"name": "undo_minutes", "value": 10}
    assert run(capsys, home, "settings", "set", "undo_minutes", "soon")[0] == 1
    assert run(capsys, home, "settings", "list", "colour")[0] == 1


def test_who_is_signed_up_stands_in_the_log_only_where_somebody_was(desk: Context) -> None:
    fields = Fields(desk.today() + timedelta(days=1), "门岗", 9 * 60, 10 * 60, needed=1)
    number = service.add(desk, fields)
    service.sign_up(desk, number, "0000001")
    before = audit.count(desk.database.connection)
    service.sign_up(desk, number, "0000001")
    with pytest.raises(DeskError) as refused:
        service.sign_up(desk, number, "0000002")
    assert refused.value.code == "is_full"
    assert service.copy(desk, [number], [7]) != []
    again = service.copy(desk, [number], [7])
    assert again == []
    assert audit.count(desk.database.connection) == before + 1
