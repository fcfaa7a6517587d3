"""The commands of ratings: what a script gets, what is refused, and what leaves the centre."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook

from db import feedback as records
from db.errors import CodedError
from db.feedback import Rating
from frontdesk.common.periods import month_of
from frontdesk.context import Context, Operator
from frontdesk.feedback import service
from frontdesk.feedback.capture.exporting import export_ratings
from frontdesk.feedback.capture.rating import new_key
from frontdesk.feedback.service import Entry, import_ratings, record
from tests.desks import counts, new_desk, sheet
from tests.programs import Ended, run_here

OCTOBER = month_of(date(2026, 10, 1))
HEADINGS = "日期 对象 满意度 意见 实名 服务效率 服务水平 服务态度 标签 姓名 电话 经办人"
PLAIN = "日期 对象 满意度 意见 实名"


@pytest.fixture
def desk(tmp_path: Path) -> Context:
    return new_desk(tmp_path / "home")


def test_ratings_are_added_listed_and_refused_in_words(desk: Context, tmp_path: Path) -> None:
    home = desk.home.path
    desk.database.close()
    day = "昨天"
    added = run_here(
        home, "rating", "add", "2", "--day", day, "--aspects", "5-4", "--tag", "等候太久", "--comment", "慢"
    )
    assert added.answers == [{"recorded": 1, "level": 2, "subject": "综合服务台"}]
    assert run_here(home, "rating", "add", "5", "--day", day, "--count", "3").code == 0
    named = run_here(
        home, *("rating", "add", "1", "工单:15", "--channel", "phone", "--name", "陈静", "--phone", "13812345678")
    )
    assert named.code == 0
    listed = listing(run_here(home, "rating", "list"))
    assert Counter(one["level"] for one in listed) == {5: 3, 2: 1, 1: 1}
    first = listed[0]
    assert (first["name"], first["phone"], first["subject_kind"], first["channel"]) == (
        "陈*",
        "***5678",
        "case",
        "phone",
    )
    assert not any("key" in one for one in listed)
    bad = next(one for one in listed if one["level"] == 2)
    assert (bad["efficiency"], bad["competence"], bad["attitude"], bad["tags"]) == (5, None, 4, ["等候太久"])
    for wrong, code in (
        (["add", "6"], "bad_level"),
        (["add", "5", "没有的服务"], "unknown_service"),
        (["add", "5", "--count", "2", "--name", "陈静"], "names_need_one"),
        (["add", "5", "--day", "32"], "unread_day"),
        (["add", "5", "--comment", "310114199003078812"], "long_number"),
        (["export", "2026", "--out", str(tmp_path / "x.xlsx")], "not_a_month"),
        (["export", "2099-01", "--out", str(tmp_path / "x.xlsx")], "month_runs"),
        (["export", "2026-01", "--out", str(tmp_path / "x.doc")], "unknown_ending"),
        (["service", "set", "没有的", "--up"], "unknown_service"),
    ):
        ended = run_here(home, "rating", *wrong)
        assert ended.code == 1 and code in str(ended), (wrong, ended)


def test_services_by_command(desk: Context) -> None:
    home = desk.home.path
    desk.database.close()
    assert run_here(home, "rating", "service", "add", "为老服务").code == 0
    assert run_here(home, "rating", "service", "set", "为老服务", "--up").code == 0
    assert run_here(home, "rating", "service", "set", "综合服务台", "--withdrawn").code == 0
    found = listing(run_here(home, "rating", "service", "list"))
    assert [(one["name"], one["offered"]) for one in found] == [("为老服务", 1), ("综合服务台", 0)]
    assert run_here(home, "rating", "service", "remove", "综合服务台").code == 0


def listing(ended: Ended) -> list[dict[str, Any]]:
    """The list that a command answered with."""
    found: Any = ended.answers[0]
    assert isinstance(found, list)
    return found


def give(desk: Context, number: int, subject: str, level: int = 4, comment: str = "", day: str = "2026-10-12") -> None:
    with desk.database.write() as connection:
        for _ in range(number):
            rating = Rating(
                key=new_key(),
                day=day,
                known_on=day,
                subject_kind="service",
                subject=subject,
                level=level,
                comment=comment,
                channel="kiosk",
            )
            records.put(connection, rating)


def test_an_export_names_subjects_with_enough_answers_and_tells_nothing_of_days(desk: Context, tmp_path: Path) -> None:
    give(desk, 6, "甲", 5, day="2026-10-05")
    give(desk, 1, "甲", 1, "电话 13812345678 找我", day="2026-10-08")
    give(desk, 5, "乙", 3, "=HYPERLINK(1)")
    give(desk, 3, "丙", 2)
    give(desk, 4, "丁", 2)
    done = export_ratings(desk, OCTOBER, tmp_path / "十月.xlsx")
    assert (done.shown, done.others, done.left_out, done.named) == (12, 7, 0, 0)
    lines = list(load_workbook(done.out).worksheets[0].iter_rows(min_row=4, values_only=True))
    assert Counter(str(row[1]) for row in lines) == {"甲": 7, "乙": 5, "（其他）": 7}
    assert {row[0] for row in lines} == {"2026-10"}
    shown = "\n".join(str(cell) for row in lines for cell in row)
    assert "13812345678" not in shown and "2026-10-" not in shown and "丙" not in shown
    export_ratings(desk, OCTOBER, tmp_path / "十月.csv")
    with (tmp_path / "十月.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert len(table) == 20 and not any(cell.startswith("=") for row in table for cell in row)


def test_too_few_answers_are_left_out_and_a_running_month_is_not_exported(desk: Context, tmp_path: Path) -> None:
    give(desk, 2, "丙", 2)
    done = export_ratings(desk, OCTOBER, tmp_path / "a.xlsx")
    assert (done.shown, done.others, done.left_out) == (0, 0, 2)


def test_names_go_out_only_for_a_manager_and_it_is_logged(desk: Context, tmp_path: Path) -> None:
    slip = Entry(day=date(2026, 10, 12), kind="service", subject="综合服务台", level=1)
    record(desk, replace(slip, name="陈静", phone="13812345678"))
    done = export_ratings(desk, OCTOBER, tmp_path / "a.xlsx", with_names=True)
    named = list(load_workbook(done.out).worksheets[1].iter_rows(min_row=4, values_only=True))
    assert [row[-2:] for row in named] == [("陈静", "13812345678")] and done.named == 1
    actions = [row[0] for row in desk.database.connection.execute("SELECT action FROM audit ORDER BY id")]
    assert actions[-1] == "rating.exported_with_names"
    desk.operator = Operator("S101", "李磊", "operator")
    with pytest.raises(CodedError) as refused:
        export_ratings(desk, OCTOBER, tmp_path / "b.xlsx", with_names=True)
    assert refused.value.code == "manager_required"
    assert not (tmp_path / "b.xlsx").exists()


# Sheets with more columns.


def test_a_sheet_says_aspects_tags_and_who_rated(desk: Context, tmp_path: Path) -> None:
    rows = [
        ["2026-11-08", "咨询窗口", 2, "慢", "是", 2, "", 3, "等候太久，态度不好", "陈静", "138 1234 5678", "M001"],
        ["2026-11-08", "咨询窗口", 5, "", "否", "", "", "", "", "", "", ""],
    ]
    path = sheet(tmp_path, HEADINGS, rows)
    assert counts(import_ratings(desk, path)) == (2, 0, 0)
    assert counts(import_ratings(desk, path)) == (0, 0, 2)
    good, bad = sorted(service.ratings(desk, date(2026, 11, 8), date(2026, 11, 8)), key=lambda one: -one.level)
    assert (bad.efficiency, bad.competence, bad.attitude, bad.staff_no, bad.named) == (2, None, 3, "M001", 1)
    rater = records.rater(desk.database.connection, bad.key)
    assert rater is not None and rater.name == "陈静" and records.rater(desk.database.connection, good.key) is None
    assert records.tags(desk.database.connection, [bad.key]) == {bad.key: ("态度不好", "等候太久")}
    known = {row["name"]: row["offered"] for row in desk.database.connection.execute("SELECT * FROM rating_service")}
    assert known == {"综合服务台": 1, "咨询窗口": 0}


def test_a_sheet_that_went_in_before_its_further_columns_were_read_gets_them_and_counts_once(
    desk: Context, tmp_path: Path
) -> None:
    old = ["2026-11-08", "综合服务台", 2, "慢", "是"]
    assert counts(import_ratings(desk, sheet(tmp_path, PLAIN, [old, old]))) == (2, 0, 0)
    more = [[*old, 1, "", "", "", "", "", ""], [*old, "", "", "", "", "", "", ""]]
    assert counts(import_ratings(desk, sheet(tmp_path, HEADINGS, more))) == (0, 1, 1)
    assert counts(import_ratings(desk, sheet(tmp_path, HEADINGS, more))) == (0, 0, 2)
    assert counts(import_ratings(desk, sheet(tmp_path, PLAIN, [old, old]))) == (0, 0, 2)


def test_rows_that_contradict_themselves_are_refused(desk: Context, tmp_path: Path) -> None:
    base = ["2026-11-08", "综合服务台", 2, "慢"]
    rows = [
        [*base, "否", "", "", "", "", "陈静", "", ""],
        [*base, "是", "", "", "", "", "", "12", ""],
        [*base, "是", "", "", "", "", "", "", "S999"],
        [*base, "是", 6, "", "", "", "", "", ""],
    ]
    outcome = import_ratings(desk, sheet(tmp_path, HEADINGS, rows))
    assert [one.reason for one in outcome.rejected] == [
        "rater_of_anonymous",
        "bad_phone",
        "unknown_staff",
        "out_of_range",
    ]
    assert service.ratings(desk, date(2026, 11, 8), date(2026, 11, 8)) == []
