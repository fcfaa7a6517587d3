"""The report of a period as files: filled from the records, the same for the same data, names asked for and logged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook
from pypdfium2 import PdfDocument

from db import duty, staff
from db.duty import DutySlot
from db.staff import Staff
from frontdesk.activities.service import mark_attendance, set_walk_ins
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from frontdesk.locale import use_language, words_for
from frontdesk.reports import service as reports
from frontdesk.reports.exporting import export_workbook
from frontdesk.reports.filling import report_of
from frontdesk.reports.pdf import export_pdf
from frontdesk.reports.service import period_named
from frontdesk.reports.templates.kept import (
    drop_template,
    keep_template,
    kept_path,
    template_in_force,
    write_template,
)
from frontdesk.reports.templates.model import BUILT_IN
from tests.desks import NOON, new_desk
from tests.signups import enter, session_at

WEEK = period_named("2026-W47")
"""16 to 22 November; the desk is opened in the week before."""
MONDAY = date(2026, 11, 16)
NAMES = ("赵一", "王芳", "李静", "张三")
TEMPLATE = '[[sheets]]\nsheet = "sessions"\ntitle = "活动台账"\ncolumns = ["session"]\n'


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A week that is over, with a session, its attendance, a visit, a roster with a gap, and a room."""
    use_language("zh_CN")
    context = new_desk(tmp_path / "home")
    session_at(context, day=MONDAY, name="=书法", lead="王芳", capacity=20)
    signed = [enter(context, 0, 2), enter(context, 1)]
    context.clock = lambda: NOON + timedelta(days=7)
    mark_attendance(context, signed[0].registration_id, "attended")
    mark_attendance(context, signed[1].registration_id, "no_show")
    set_walk_ins(context, "HD001", 3)
    context.clock = lambda: NOON + timedelta(days=14)
    with context.database.write() as connection:
        connection.execute("INSERT INTO volunteer (no, name) VALUES ('0310001', '张三')")
        at = context.midnight(MONDAY) + 9 * 3_600_000
        connection.execute(
            "INSERT INTO visit (volunteer_no, day, number, entered_at, left_at) VALUES ('0310001', ?, 1, ?, ?)",
            (MONDAY.isoformat(), at, at + 3_600_000),
        )
        for no, name, ab in (("S1", "王芳", "A"), ("S2", "李静", "B")):
            staff.put(connection, Staff(no=no, name=name, kind="专职"))
            staff.assign_post(connection, no, "综合接待", ab)
        _put_roster(connection)
    yield context
    context.database.close()
    use_language("zh_CN")


def _put_roster(connection: Any) -> None:
    """The week's Monday as it is worked: nobody in the first shift, somebody else in the second."""
    plan = connection.execute(
        "INSERT INTO roster_plan (first_day, last_day, state, made_at, made_by, status) "
        "VALUES ('2026-11-16', '2026-11-22', 'published', 1, 'M001', 'x')"
    ).lastrowid
    for shift, starts, acting in (("早", 480, None), ("晚", 960, "S2")):
        duty.put_slot(
            connection,
            DutySlot(
                day=MONDAY.isoformat(),
                post="综合接待",
                shift=shift,
                starts=starts,
                ends=starts + 480,
                acting=acting,
                planned_acting="S1",
                plan_id=plan,
            ),
        )


def cells(out: Path, title: str) -> list[list[Any]]:
    """The rows of a sheet under its headings."""
    return [[cell.value for cell in row] for row in load_workbook(out)[title].iter_rows(min_row=4)]


def logged(desk: Context, action: str) -> list[tuple[str, dict[str, Any]]]:
    found = desk.database.connection.execute(
        "SELECT subject, detail FROM audit WHERE action = ? ORDER BY id", (action,)
    )
    return [(row[0], json.loads(row[1])) for row in found]


def test_attendance_and_the_roster_stand_in_it_line_by_line_with_masked_names(desk: Context, tmp_path: Path) -> None:
    out = export_workbook(desk, WEEK, tmp_path / "week.xlsx")
    assert [row[4:] for row in cells(out, "签到")] == [
        [1, "赵*", "到场", "名单", 2],
        [2, "赵*", "缺席", "名单", 1],
        [None, "", "散客", "名单", 3],
    ]
    assert [row[2:] for row in cells(out, "值守排班")] == [
        ["08:00-16:00", "早", "综合接待", "", "", "空岗（原定 王*）"],
        ["16:00-24:00", "晚", "综合接待", "李*", "", "顶岗（原定 王*）  无备班"],
    ]
    assert cells(out, "志愿时长")[0][:2] == ["0310001", "张*"]


def test_rooms_are_counted_over_the_days_of_the_period(desk: Context, tmp_path: Path) -> None:
    with desk.database.write() as connection:
        connection.execute("INSERT INTO room (name, position, opens, closes) VALUES ('书画室', 1, '08:00', '20:00')")
        connection.execute("UPDATE session SET room = '书画室'")
    (row,) = cells(export_workbook(desk, WEEK, tmp_path / "week.xlsx"), "场地使用")
    assert row == ["书画室", 7 * 12, 2, pytest.approx(2 / 84), 1, 5, 0]


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_the_same_period_and_data_give_the_same_bytes_whenever_they_are_asked_for(
    desk: Context, tmp_path: Path, kind: str
) -> None:
    export = export_workbook if kind == "xlsx" else export_pdf
    export(desk, WEEK, tmp_path / f"first.{kind}")
    desk.clock = lambda: NOON + timedelta(days=90, hours=5)
    export(desk, WEEK, tmp_path / f"second.{kind}")
    assert (tmp_path / f"first.{kind}").read_bytes() == (tmp_path / f"second.{kind}").read_bytes()
    mark = desk.database.connection.execute("SELECT id FROM registration WHERE seq_no = 2").fetchone()[0]
    mark_attendance(desk, mark, "attended", reason="补记")
    export(desk, WEEK, tmp_path / f"third.{kind}")
    assert (tmp_path / f"first.{kind}").read_bytes() != (tmp_path / f"third.{kind}").read_bytes()


def test_full_names_of_everybody_are_exported_on_demand_and_logged_with_their_numbers(
    desk: Context, tmp_path: Path
) -> None:
    out = export_workbook(desk, WEEK, tmp_path / "week.xlsx", with_names=True)
    text = "\n".join(str(value) for sheet in load_workbook(out).worksheets for row in sheet.values for value in row)
    assert [name for name in NAMES if name not in text] == []
    export_pdf(desk, WEEK, tmp_path / "week.pdf", with_names=True)
    counts = {"sessions": 1, "posts": 1, "volunteers": 1, "participants": 2}
    assert logged(desk, "report.exported_with_names") == [
        ("2026-W47", {"kind": "xlsx", **counts}),
        ("2026-W47", {"kind": "pdf", **counts}),
    ]


def test_a_pdf_is_masked_and_full_names_in_it_need_somebody_who_may_write(desk: Context, tmp_path: Path) -> None:
    out = tmp_path / "week.pdf"
    written = export_pdf(desk, WEEK, out)
    text = "".join(page.get_textpage().get_text_bounded() for page in PdfDocument(out))
    assert (written.kind, written.pages) == ("pdf", len(PdfDocument(out)))
    assert [name for name in NAMES if name in text] == []
    with pytest.raises(DeskError) as caught:
        export_pdf(replace(desk, operator=None), WEEK, tmp_path / "other.pdf", with_names=True)
    assert caught.value.code == "operator_required"
    assert not (tmp_path / "other.pdf").exists()


def test_of_a_closed_period_the_frozen_figures_stand_in_it_with_what_was_amended(desk: Context, tmp_path: Path) -> None:
    closing = reports.close_period(desk, WEEK)
    first = load_workbook(export_workbook(desk, WEEK, tmp_path / "first.xlsx"))["封面"]
    assert first["A3"].value == f"已结账：第 1 版，2026-11-23，校验码 {closing.digest.hex()[:16]}"
    set_walk_ins(desk, "HD001", 4, reason="补数")
    shown = {row[0].value: row[1].value for row in load_workbook(tmp_path / "first.xlsx")["封面"].iter_rows(min_row=6)}
    again = load_workbook(export_workbook(desk, WEEK, tmp_path / "again.xlsx"))["封面"]
    assert {row[0].value: row[1].value for row in again.iter_rows(min_row=6)} == shown
    desk.clock = lambda: NOON + timedelta(days=15)
    reports.amend(desk, WEEK, "散客少数了一人")
    for week in (WEEK, WEEK.following()):
        rows = [row[3:] for row in cells(export_workbook(desk, week, tmp_path / "amended.xlsx"), "更正")]
        assert rows[0] == ["活动人次（人次）", 5, 6, "散客少数了一人"]
        assert ["散客人次（人次）", 3, 4, "散客少数了一人"] in rows
        assert ["活动人次（按活动类型）（人次）（未填）", 5, 6, "散客少数了一人"] in rows


def test_a_manager_keeps_a_template_and_every_report_follows_it(desk: Context, tmp_path: Path) -> None:
    (tmp_path / "街道.toml").write_text(TEMPLATE, encoding="utf-8")
    assert template_in_force(desk) == BUILT_IN
    kept = keep_template(desk, tmp_path / "街道.toml")
    assert template_in_force(desk) == kept
    book = load_workbook(export_workbook(desk, WEEK, tmp_path / "week.xlsx"))
    assert book.sheetnames == ["活动台账"]
    assert [cell.value for cell in book["活动台账"]["A"]][2:] == ["活动名称", "=书法"]
    write_template(desk, tmp_path / "again.toml")
    assert "活动台账" in (tmp_path / "again.toml").read_text(encoding="utf-8")
    drop_template(desk)
    drop_template(desk)
    assert template_in_force(desk) == BUILT_IN
    ((subject, detail),) = logged(desk, "report.template_kept")
    assert (subject, detail["sheets"], len(detail["digest"])) == ("report-template.toml", 1, 64)
    assert len(logged(desk, "report.template_dropped")) == 1


def test_only_managers_keep_a_template_and_a_faulty_one_changes_nothing(desk: Context, tmp_path: Path) -> None:
    good, faulty = tmp_path / "good.toml", tmp_path / "faulty.toml"
    good.write_text(TEMPLATE, encoding="utf-8")
    faulty.write_text(TEMPLATE.replace("sessions", "session"), encoding="utf-8")
    staff_member = replace(desk, operator=Operator("S1", "王芳", "operator"))
    for act in (lambda: keep_template(staff_member, good), lambda: drop_template(staff_member)):
        with pytest.raises(DeskError) as caught:
            act()
        assert caught.value.code == "manager_required"
    keep_template(desk, good)
    with pytest.raises(DeskError) as caught:
        keep_template(desk, faulty)
    assert caught.value.code == "template_unknown_sheet"
    assert kept_path(desk).read_text(encoding="utf-8") == TEMPLATE


def test_a_kept_template_that_was_edited_wrongly_says_where_and_how_to_go_on(desk: Context, tmp_path: Path) -> None:
    kept_path(desk).write_text(TEMPLATE.replace("title", "titel"), encoding="utf-8")
    with pytest.raises(DeskError) as caught:
        export_workbook(desk, WEEK, tmp_path / "week.xlsx")
    assert caught.value.code == "template_kept_faulty"
    said = words_for(caught.value)
    assert "第 3 行 sheets[1].titel" in said
    assert "report template --reset" in said
    assert not (tmp_path / "week.xlsx").exists()


def test_what_a_report_reads_grows_with_its_days_and_not_with_the_years(desk: Context) -> None:
    connection = desk.database.connection
    run: list[str] = []
    connection.set_trace_callback(run.append)
    report_of(desk, WEEK)
    connection.set_trace_callback(None)
    asked = [one for one in run if any(table in one for table in ("FROM session s", "duty_slot d", "follow_up_log"))]
    assert len(asked) >= 3
    for one in asked:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
        assert [step for step in plan if step.startswith("SCAN") and "json_each" not in step] == [], one
