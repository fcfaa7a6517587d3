"""Ratings go in without a key of their own: equal ones each count, a file twice counts once, no order leaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.activities.service import import_sessions
from frontdesk.context import Context
from frontdesk.feedback.capture.recording import remove_entry, workable
from frontdesk.feedback.service import import_ratings
from frontdesk.imports.service import describe
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.table import read_table
from tests.desks import contents, counts, new_desk, passing_desk, rejections, sheet

HEADINGS = "日期 对象 满意度 意见 实名"
ONE = ["2026/11/09", "综合服务台", 4, "很好", "否"]


def take(desk: Context, folder: Path, *rows: Sequence[object], dry_run: bool = False) -> ImportOutcome:
    return import_ratings(desk, sheet(folder, HEADINGS, rows), dry_run=dry_run)


def make_session(desk: Context, folder: Path) -> None:
    plan = [["HD011", "2026-11-09", "09:00-10:00", "书法", "教育", 20]]
    import_sessions(desk, sheet(folder, "活动编号 日期 时间 活动名称 服务类别 名额", plan, "活动.csv"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    make_session(context, tmp_path)
    yield context
    context.database.close()


def test_equal_anonymous_ratings_each_count_and_the_same_file_again_adds_none(desk: Context, tmp_path: Path) -> None:
    assert counts(take(desk, tmp_path, ONE, ONE, ONE)) == (3, 0, 0)
    before = contents(desk)
    assert counts(take(desk, tmp_path, ONE, ONE, ONE)) == (0, 0, 3)
    assert contents(desk) == before
    assert counts(take(desk, tmp_path, ONE, ONE, ONE, ONE)) == (1, 0, 3)


def test_another_sheet_with_the_same_single_answer_counts_it_once_and_says_so(desk: Context, tmp_path: Path) -> None:
    take(desk, tmp_path, ONE)
    assert counts(take(desk, tmp_path, ONE, [*ONE[:2], 5, "", "否"])) == (1, 0, 1)


def test_a_new_file_says_in_words_how_many_of_its_ratings_were_there_already(desk: Context, tmp_path: Path) -> None:
    def noted(*rows: Sequence[object], dry_run: bool = False) -> list[str]:
        outcome = take(desk, tmp_path, *rows, dry_run=dry_run)
        assert set(outcome.as_json()) == {"read", "added", "changed", "unchanged", "rejected"}
        return describe(outcome, dry_run=dry_run)[1:]

    other = [*ONE[:2], 5, "", "否"]
    assert noted(ONE) == []
    assert noted(ONE) == []
    for dry_run in (True, False):
        (note,) = noted(ONE, other, dry_run=dry_run)
        assert "1" in note and "{" not in note
    assert noted(ONE, other) == []


def test_comments_stay_text_exactly(desk: Context, tmp_path: Path) -> None:
    comments = ["=cmd|' /C calc'!A0", "老师讲得清楚,谢谢", "第一行\n第二行", "（甲）①𬭎", '说"好"']
    take(desk, tmp_path, *([*ONE[:3], comment, "是"] for comment in comments))
    stored = desk.database.connection.execute("SELECT comment, named, channel FROM rating").fetchall()
    assert {row["comment"] for row in stored} == set(comments)
    assert {(row["named"], row["channel"]) for row in stored} == {(1, "import")}


@pytest.mark.parametrize("about", ["活动:HD011", "活动：ｈｄ０１１", "活动: HD011"])
def test_a_session_is_named_by_its_code_and_anything_else_is_a_service(
    desk: Context, tmp_path: Path, about: str
) -> None:
    take(desk, tmp_path, ["2026/11/09", about, 5, "", "否"], ["2026/11/09", "活动室", 5, "", "否"])
    stored = desk.database.connection.execute("SELECT subject_kind, subject FROM rating").fetchall()
    assert {tuple(row) for row in stored} == {("session", "HD011"), ("service", "活动室")}


def test_cases_and_what_volunteers_did_are_rated_in_a_sheet_as_they_are_typed(desk: Context, tmp_path: Path) -> None:
    with desk.change("test.assignment", "1") as connection:
        connection.execute(
            "INSERT INTO assignment (id, title, day, starts_at, ends_at) VALUES (7, '护河巡查', '2026-11-06', 0, 1)"
        )
    about = ("工单：2026-15", "服务安排:007", "服务:为老服务")
    assert counts(take(desk, tmp_path, *(["2026/11/06", one, 5, "", "否"] for one in about))) == (3, 0, 0)
    stored = desk.database.connection.execute("SELECT subject_kind, subject FROM rating").fetchall()
    assert {tuple(row) for row in stored} == {("case", "2026-15"), ("volunteer", "7"), ("service", "为老服务")}
    services = [row[0] for row in desk.database.connection.execute("SELECT name FROM rating_service ORDER BY position")]
    assert services == ["综合服务台", "为老服务"]
    wrong = [["2026/11/06", one, 5, "", "否"] for one in ("服务安排:8", "服务安排:", "工单:", "服务：")]
    assert [one[1:] for one in rejections(take(desk, tmp_path, *wrong))] == [
        ("对象", "服务安排:8", "unknown_assignment"),
        ("对象", "服务安排:", "bad_code"),
        ("对象", "工单:", "bad_code"),
        ("对象", "服务：", "bad_code"),
    ]


def test_what_is_wrong_is_named_and_nothing_is_written(desk: Context, tmp_path: Path) -> None:
    before = contents(desk, audit=True)
    outcome = take(
        desk,
        tmp_path,
        ONE,
        ["2026/11/09", "活动:HD999", 4, "", "否"],
        ["2026/11/09", "活动:", 4, "", "否"],
        ["2026/11/09", "综合服务台", 6, "", "否"],
        ["昨天", "综合服务台", 5, "", "不详"],
    )
    assert rejections(outcome) == [
        (3, "对象", "活动:HD999", "unknown_session"),
        (4, "对象", "活动:", "bad_code"),
        (5, "满意度", "6", "out_of_range"),
        (6, "日期", "昨天", "bad_date"),
        (6, "实名", "不详", "not_one_of"),
    ]
    assert contents(desk, audit=True) == before


@pytest.mark.parametrize("day", ["1900-01-01", "2099-11-09"])
def test_a_slip_of_the_year_is_named_with_the_days_that_can_be(desk: Context, tmp_path: Path, day: str) -> None:
    refused = take(desk, tmp_path, [day, *ONE[1:]])
    assert rejections(refused) == [(2, "日期", day, "out_of_range")]
    assert "2000-01-01" in refused.rejected[0].words() and "2027-11-10" in refused.rejected[0].words()


def test_the_audit_entry_holds_numbers_and_a_keyed_hash_of_the_file(desk: Context, tmp_path: Path) -> None:
    take(desk, tmp_path, ONE)
    entry = desk.database.connection.execute("SELECT * FROM audit ORDER BY id DESC").fetchone()
    assert (entry["action"], entry["operator_no"]) == ("imported.ratings", "M001")
    assert re.fullmatch("[0-9a-f]{32}", entry["subject"])
    assert json.loads(entry["detail"]) == {"read": 1, "added": 1, "changed": 0}
    take(desk, tmp_path, ONE, ONE)
    other = desk.database.connection.execute("SELECT subject FROM audit ORDER BY id DESC").fetchone()
    assert other["subject"] != entry["subject"]


def test_the_name_of_a_file_which_may_be_a_persons_is_kept_nowhere(desk: Context, tmp_path: Path) -> None:
    import_ratings(desk, sheet(tmp_path, HEADINGS, [ONE], "张三报名.csv"))
    assert "张三" not in str(contents(desk, audit=True))


def test_the_hash_in_the_audit_chain_is_of_the_rows_that_were_taken_though_the_file_changes_meanwhile(
    desk: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def last_entry() -> tuple[Any, ...]:
        return tuple(desk.database.connection.execute("SELECT subject, detail FROM audit ORDER BY id DESC").fetchone())

    take(desk, tmp_path, ONE)
    take(desk, tmp_path, ONE)
    wanted = last_entry()

    def read_then_change(path: Path, *arguments: Any, **options: Any) -> Any:
        table = read_table(path, *arguments, **options)
        path.write_text("something else", encoding="utf-8")
        return table

    monkeypatch.setattr("frontdesk.sheets.importing.read_table", read_then_change)
    assert counts(take(desk, tmp_path, ONE)) == (0, 0, 1)
    assert last_entry() == wanted


RATINGS = st.lists(
    st.tuples(
        st.sampled_from(["2026-11-09", "2026-11-10"]),
        st.sampled_from(["综合服务台", "活动:HD011"]),
        st.integers(1, 5),
        st.sampled_from(["", "很好", "=1+1"]),
        st.sampled_from(["是", "否"]),
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=40)
@given(RATINGS, RATINGS, st.randoms(use_true_random=False))
def test_a_longer_version_in_any_order_adds_only_what_is_new_and_leaves_no_order(
    rows: list[tuple[object, ...]], more: list[tuple[object, ...]], random: st.DataObject
) -> None:
    with passing_desk() as (desk, folder):
        make_session(desk, folder)
        assert counts(take(desk, folder, *rows, dry_run=True)) == (len(rows), 0, 0)
        assert counts(take(desk, folder, *rows)) == (len(rows), 0, 0)
        longer = [*rows, *more]
        random.shuffle(longer)  # type: ignore[attr-defined]
        assert counts(take(desk, folder, *longer)) == (len(more), 0, len(rows))
        after = contents(desk)
        assert len(after["rating"]) == len(longer)
        random.shuffle(longer)  # type: ignore[attr-defined]
        assert counts(take(desk, folder, *longer)) == (0, 0, len(longer))
        assert contents(desk) == after


def test_ratings_are_written_in_the_order_of_their_keys(desk: Context, tmp_path: Path) -> None:
    written: list[str] = []
    desk.database.connection.set_trace_callback(written.append)
    rows = [["2026/11/06", ONE[1], level, f"意见{place}", "否"] for place, level in enumerate([5, 1, 4, 2, 3] * 4)]
    take(desk, tmp_path, *rows)
    desk.database.connection.set_trace_callback(None)
    inserts = [line.partition("VALUES (")[2] for line in written if "INSERT INTO rating" in line]
    assert len(inserts) == 20 and inserts == sorted(inserts)


def test_what_a_manager_took_out_stays_out_when_its_sheet_comes_again(desk: Context, tmp_path: Path) -> None:
    twice = ["2026/11/06", "综合服务台", 2, "录了两遍", "否"]
    assert counts(take(desk, tmp_path, twice, twice, ONE)) == (3, 0, 0)
    doubled = [one.rating.key for one in workable(desk, date(2026, 11, 6), date(2026, 11, 6))]
    remove_entry(desk, min(doubled), "录重了")
    assert counts(take(desk, tmp_path, twice, twice, ONE)) == (0, 0, 3)
    assert counts(take(desk, tmp_path, twice, twice, ONE, [*ONE[:2], 5, "", "否"])) == (1, 0, 3)
    fuller = [[*row, "5"] for row in (twice, twice, ONE)]
    outcome = import_ratings(desk, sheet(tmp_path, f"{HEADINGS} 服务态度", fuller))
    assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 2, 1)
