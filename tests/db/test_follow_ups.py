"""Following up bad ratings: who may do what and when, by which day, in which traces, and what leaves the centre."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook

from db import feedback, residents
from db import follow_ups as records
from db.residents import Resident
from frontdesk.calendar.service import import_calendar
from frontdesk.check.service import look_over
from frontdesk.context import Context, open_context
from frontdesk.errors import DeskError
from frontdesk.feedback import service as ratings
from frontdesk.feedback.followup import service
from frontdesk.feedback.followup.exporting import export_ledger
from frontdesk.feedback.followup.ledger import ledger
from frontdesk.feedback.followup.rules import ALLOWED, MANAGERS, EventKind
from frontdesk.home import Home
from frontdesk.locale import use_language
from frontdesk.today.service import today
from tests.desks import NOON, contents, new_desk, sheet
from tests.followups import DESK_HAND, MANAGER, as_staff, hire, noon, rated

pytestmark = pytest.mark.usefixtures("chinese")

TUESDAY, WEDNESDAY = date(2026, 11, 10), date(2026, 11, 11)
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
PHONE = "15410000001"
LOGGED = "(no, at, day, event, operator_no)"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    hire(context)
    yield as_staff(context, DESK_HAND)
    context.database.close()


def refused(code: str, do: Any, *arguments: Any, **options: Any) -> None:
    with pytest.raises(DeskError) as caught:
        do(*arguments, **options)
    assert caught.value.code == code


def does(context: Context, key: bytes, *steps: str | tuple[str, str]) -> None:
    """Take steps one after the other, a manager's as the manager."""
    for one in steps:
        kind, value = (one, "") if isinstance(one, str) else one
        context.operator = MANAGER if kind in MANAGERS else DESK_HAND
        service.act(context, key, kind, value=value, note="查过了")  # type: ignore[arg-type]
    context.operator = DESK_HAND


def line(context: Context, key: bytes) -> records.BadRating:
    found = records.of_key(context.database.connection, key)
    assert found is not None
    return found


def due(context: Context) -> list[tuple[str, bool]]:
    shown = today(context).due
    return [(one.kind.removeprefix("follow_up_"), one.pressing) for one in shown if one.kind.startswith("follow_up_")]


def the_only(context: Context) -> service.Listed:
    (one,) = service.open_follow_ups(context)
    return one


def test_giving_a_bad_rating_writes_nothing_but_the_rating(desk: Context) -> None:
    before = contents(desk, audit=True)
    ratings.rate(desk, 1)
    after = contents(desk, audit=True)
    assert [name for name in after if before.get(name) != after[name]] == ["rating"]


def test_anonymous_ratings_wait_for_the_next_day_and_named_ones_do_not(desk: Context) -> None:
    nobody, somebody = rated(desk, 1), rated(desk, 2, named=True)
    assert [one.rating.key for one in service.open_follow_ups(desk)] == [somebody]
    assert ratings.follow_up_counts(desk).open == 1
    assert [one.open for one in ratings.open_follow_ups_between(desk, *NOVEMBER)] == [1]
    before = contents(desk, audit=True)
    refused("not_workable", service.story, desk, nobody)
    for kind in ALLOWED:
        desk.operator = MANAGER
        value = service.VALUES.get(kind, ("M001",))[0]
        refused("not_workable", service.act, desk, nobody, kind, value=value, note="看看")
    refused("unknown", service.find, desk, nobody.hex())
    assert contents(desk, audit=True) == before
    assert len(ledger(desk, *NOVEMBER).lines) == 1
    noon(desk, TUESDAY)
    assert {one.rating.key for one in service.open_follow_ups(desk)} == {nobody, somebody}
    does(desk, nobody, "verified")
    assert line(desk, nobody).no == "CP2026-0001"


def test_it_goes_its_way_to_the_end_and_each_step_is_in_the_log(desk: Context) -> None:
    key = rated(desk, 1, phone=PHONE)
    does(desk, key, "verified", ("assigned", "M001"), ("complexity", "complex"), ("result", "rectified"))
    refused("call_back_first", does, desk, key, "closed")
    does(desk, key, ("called_back", "unreached"), ("called_back", "satisfied"), "closed")
    done = line(desk, key)
    assert (done.state, done.outcome, done.ended, done.excluded) == ("closed", "satisfied", 1, 0)
    assert (done.responsible_name, done.ended_on) == ("王五", "2026-11-09")
    story = service.story(desk, key)
    assert [one.event for one in story.log] == [
        "opened", "verified", "assigned", "complexity", "result", "called_back", "called_back", "closed",
    ]  # fmt: skip
    assert story.possible == ("reopened",) and service.open_follow_ups(desk) == []
    assert [one.rating.key for one in service.ended_follow_ups(desk)] == [key]
    refused("ended", does, desk, key, "verified")


def test_whoever_is_not_satisfied_has_it_done_once_more_with_its_time_running_anew(desk: Context) -> None:
    key = rated(desk, 1, phone=PHONE)
    does(desk, key, "verified", ("result", "explained"))
    noon(desk, date(2026, 11, 20))
    does(desk, key, ("called_back", "unsatisfied"))
    again = the_only(desk)
    assert (again.rating.state, again.rating.ended) == ("handling", 0)
    assert again.limit is not None and again.limit.due == date(2026, 11, 27)
    does(desk, key, ("result", "rectified"), ("called_back", "unsatisfied"))
    ended = line(desk, key)
    assert (ended.state, ended.outcome, ended.ended) == ("closed", "unsatisfied", 1)


def test_an_appeal_is_upheld_by_a_manager_with_a_reason_and_the_rating_stays_seen_as_excluded(desk: Context) -> None:
    key = rated(desk, 1, named=True)
    does(desk, key, "appealed")
    for kind in ("appeal_upheld", "appeal_rejected"):
        desk.operator = DESK_HAND
        refused("manager_required", service.act, desk, key, kind, note="误按")
        # A manager at the sign-in who is none any more by now.
        desk.operator = replace(DESK_HAND, role="manager")
        refused("manager_required", service.act, desk, key, kind, note="误按")
        desk.operator = MANAGER
        refused("missing_note", service.act, desk, key, kind, note="  ")
    does(desk, key, "appeal_upheld")
    assert (line(desk, key).excluded, line(desk, key).ended) == (1, 1)
    made = ledger(desk, *NOVEMBER)
    assert (made.excluded, len(made.lines), made.lines[0].state) == (1, 1, "申诉成立")
    (kept,) = ratings.ratings(desk, *NOVEMBER)
    assert (kept.level, kept.excluded) == (1, 1)
    does(desk, key, "reopened")
    assert (line(desk, key).excluded, line(desk, key).ended) == (0, 0)
    refused("appealed_before", does, desk, key, "appealed")


def test_only_a_manager_ends_or_reopens_one_without_its_way(desk: Context) -> None:
    key = rated(desk, 1, named=True)
    for kind in ("withdrawn", "settled"):
        refused("manager_required", service.act, desk, key, kind, note="旧账")
    does(desk, key, "withdrawn")
    refused("manager_required", service.act, desk, key, "reopened", note="再办")
    desk.operator = replace(DESK_HAND, role="auditor")
    refused("auditor_reads_only", service.act, desk, key, "verified", note="属实")
    desk.operator = None
    refused("operator_required", service.act, desk, key, "verified", note="属实")


def test_of_two_windows_the_second_is_told_and_nothing_is_doubled(desk: Context, tmp_path: Path) -> None:
    key = rated(desk, 1, named=True)
    other = open_context(Home(tmp_path / "home"), source="desk", clock=lambda: NOON, operator=MANAGER)
    seen, seen_there = the_only(desk).rating.revision, the_only(other).rating.revision
    service.act(desk, key, "verified", note="属实", revision=seen)
    refused("changed_meanwhile", service.act, other, key, "verified", note="也看了", revision=seen_there)
    refused("changed_meanwhile", service.act, other, key, "appealed", note="误按", revision=seen_there)
    refused("not_now", service.act, other, key, "verified", note="也看了")
    seen = the_only(other).rating.revision
    service.act(other, key, "result", value="rectified", note="已改", revision=seen)
    refused("changed_meanwhile", service.act, desk, key, "result", value="explained", note="解释", revision=seen)
    assert [one.event for one in service.story(desk, key).log] == ["opened", "verified", "result"]
    other.database.close()


def test_of_many_windows_at_the_same_moment_one_takes_the_step(desk: Context, tmp_path: Path) -> None:
    key, came, barrier = rated(desk, 1, named=True), list[str](), threading.Barrier(4)

    def window() -> None:
        context = open_context(Home(tmp_path / "home"), source="desk", clock=lambda: NOON, operator=MANAGER)
        barrier.wait()
        try:
            service.act(context, key, "verified", note="属实", revision=0)
            came.append("")
        except DeskError as refusal:
            came.append(refusal.code)
        finally:
            context.database.close()

    threads = [threading.Thread(target=window) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(came) == ["", *["changed_meanwhile"] * 3]
    assert line(desk, key).no == "CP2026-0001" and len(records.log_of(desk.database.connection, "CP2026-0001")) == 2


def test_numbers_begin_anew_each_year_and_go_past_four_digits(desk: Context) -> None:
    keys = [rated(desk, number, named=True) for number in range(1, 4)]
    does(desk, keys[0], "verified")
    with desk.database.write() as connection:
        connection.execute("UPDATE follow_up SET no = 'CP2026-9999'")
    does(desk, keys[1], "verified")
    assert line(desk, keys[1]).no == "CP2026-10000"
    noon(desk, date(2027, 1, 4))
    does(desk, keys[2], "verified")
    assert line(desk, keys[2]).no == "CP2027-0001"


@pytest.mark.parametrize(
    ("known_on", "first", "result"),
    [
        # 2026 as the State Council arranged it: Sunday 20 September and Saturday 10 October are worked.
        (date(2026, 9, 18), date(2026, 9, 20), date(2026, 9, 24)),
        (date(2026, 9, 24), date(2026, 9, 28), date(2026, 10, 9)),
        (date(2026, 9, 30), date(2026, 10, 8), date(2026, 10, 13)),
        (date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 15)),
    ],
)
def test_limits_go_by_the_known_calendar_of_2026(desk: Context, known_on: date, first: date, result: date) -> None:
    key = rated(desk, 1, day=known_on, named=True)
    noon(desk, known_on)
    one = the_only(desk)
    assert one.limit is not None and (one.limit.due, one.limit.unknown_years) == (first, ())
    does(desk, key, "verified")
    one = the_only(desk)
    assert one.limit is not None and one.limit.due == result


def test_across_new_year_into_an_unknown_year_monday_to_friday_count_and_it_is_said_until_its_list_is_taken_in(
    desk: Context, tmp_path: Path
) -> None:
    key = rated(desk, 1, day=date(2026, 12, 31), named=True)
    noon(desk, date(2026, 12, 31))
    one = the_only(desk)
    assert one.limit is not None and (one.limit.due, one.limit.unknown_years) == (date(2027, 1, 1), (2027,))
    does(desk, key, "verified")
    assert ledger(desk, date(2026, 12, 1), date(2026, 12, 31)).lines[0].due == date(2027, 1, 7)
    rows = [
        ["2027-01-01", "休", "元旦"],
        ["2027-10-01", "休", "国庆节"],
        ["2027-01-04", "休", "元旦"],
        ["2027-01-09", "班", ""],
    ]
    desk.operator = MANAGER
    import_calendar(desk, sheet(tmp_path, "日期 类型 名称", rows))
    one = the_only(desk)
    # 5, 6, 7, 8 and the make-up Saturday 9 January.
    assert one.limit is not None and (one.limit.due, one.limit.unknown_years) == (date(2027, 1, 9), ())


def test_today_tells_of_limits_before_they_run_out_and_a_manager_of_appeals(desk: Context) -> None:
    key = rated(desk, 1, named=True)
    assert due(desk) == [("soon", False)]
    noon(desk, WEDNESDAY)
    assert due(desk) == [("overdue", True)]
    does(desk, key, "verified")
    assert due(desk) == []
    noon(desk, date(2026, 11, 13))
    assert due(desk) == [("soon", False)]
    does(desk, key, "appealed")
    desk.operator = MANAGER
    assert due(desk) == [("soon", False), ("appeal", False)]
    does(desk, key, "appeal_upheld")
    assert due(desk) == []


def test_old_ones_are_settled_at_once_by_a_manager_and_say_so(desk: Context) -> None:
    old = [rated(desk, number, day=date(2025, 3, number)) for number in (1, 2, 3)]
    fresh = rated(desk, 9, named=True)
    before = contents(desk)
    refused("manager_required", service.settle_old, desk, date(2026, 1, 1), "旧账")
    desk.operator = MANAGER
    refused("missing_note", service.settle_old, desk, date(2026, 1, 1), "")
    assert service.settle_old(desk, date(2026, 1, 1), "旧账", dry_run=True) == 3
    assert contents(desk) == before
    assert service.settle_old(desk, date(2026, 1, 1), "旧账") == 3
    assert service.settle_old(desk, date(2026, 1, 1), "旧账") == 0
    assert [line(desk, key).outcome for key in old] == ["settled"] * 3
    assert the_only(desk).rating.key == fresh
    assert [one.state for one in ledger(desk, date(2025, 3, 1), date(2025, 3, 31)).lines] == ["批量了结"] * 3


def test_the_audit_log_has_each_step_and_neither_words_nor_names(desk: Context) -> None:
    key = rated(desk, 1, phone=PHONE, comment="王大妈态度很差")
    first = desk.database.connection.execute("SELECT max(id) FROM audit").fetchone()[0] or 0
    does(desk, key, "verified", ("result", "rectified"))
    assert service.contact(desk, key) == ("赵一", PHONE)
    does(desk, key, ("called_back", "satisfied"), "closed")
    rows = desk.database.connection.execute("SELECT * FROM audit WHERE id > ? ORDER BY id", (first,)).fetchall()
    assert [(row["action"], row["subject"], row["operator_no"]) for row in rows] == [
        ("follow_up.verified", "CP2026-0001", "S001"),
        ("follow_up.result", "CP2026-0001", "S001"),
        ("follow_up.contact_shown", "CP2026-0001", "S001"),
        ("follow_up.called_back", "CP2026-0001", "S001"),
        ("follow_up.closed", "CP2026-0001", "S001"),
    ]
    said = json.dumps([tuple(row)[1:7] for row in rows], ensure_ascii=False, default=str)
    assert not any(words in said for words in ("查过了", "态度", "赵一", PHONE, "王大妈"))


def test_nobody_is_called_who_left_no_phone_and_a_resident_by_that_of_the_register(desk: Context) -> None:
    nameless, named = rated(desk, 1, day=date(2026, 11, 6)), rated(desk, 2, named=True)
    does(desk, named, "verified", ("result", "explained"))
    refused("nobody_to_call", does, desk, named, ("called_back", "satisfied"))
    refused("nobody_to_call", service.contact, desk, nameless)
    does(desk, named, "closed")
    assert line(desk, named).outcome == "not_called"
    known = rated(desk, 3)
    with desk.database.write() as connection:
        person = Resident(
            name="钱二", phone_key=b"k" * 16, phone_tail_key=b"t" * 16, phone_cipher=desk.keys.seal(PHONE)
        )
        number = residents.insert(connection, person)
        connection.execute("UPDATE rating SET named = 1 WHERE key = ?", (known,))
        connection.execute("INSERT INTO rating_rater (key, resident_id) VALUES (?, ?)", (known, number))
    assert service.contact(desk, known) == ("钱二", PHONE)
    does(desk, known, "verified", ("result", "explained"))
    refused("call_back_first", does, desk, known, "closed")


def test_a_correction_at_the_desk_goes_along(desk: Context) -> None:
    key = rated(desk, 1, named=True, channel="paper")
    does(desk, key, "verified")

    def correct(level: int) -> None:
        with desk.database.write() as connection:
            before = line(desk, key).level
            feedback.set_level(connection, key, level)
            service.level_corrected(desk, connection, key, before, level, "输错了")

    correct(4)
    assert (line(desk, key).state, line(desk, key).ended) == ("withdrawn", 1)
    desk.operator = MANAGER
    refused("not_bad", service.act, desk, key, "reopened", note="再办")
    noon(desk, WEDNESDAY)
    correct(2)
    assert (line(desk, key).state, line(desk, key).reopened_on, line(desk, key).ended) == ("handling", "2026-11-11", 0)


def test_a_rating_that_turns_out_to_be_bad_is_known_from_that_day_on(desk: Context) -> None:
    key = rated(desk, 1, level=4, named=True)
    noon(desk, date(2026, 11, 20))
    with desk.database.write() as connection:
        feedback.set_level(connection, key, 1)
        service.level_corrected(desk, connection, key, 4, 1, "输错了")
    one = the_only(desk)
    assert one.limit is not None and (one.rating.no, one.limit.due, one.pace) == ("", date(2026, 11, 23), "soon")


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE follow_up SET state = 'closed'",
        "UPDATE follow_up SET responsible = 'M001'",
        "UPDATE follow_up SET revision = revision + 1",
        "DELETE FROM follow_up",
        "UPDATE rating SET ended = 1",
        "UPDATE rating SET excluded = 1",
        f"INSERT INTO follow_up_log {LOGGED} VALUES ('CP2026-0001', 0, '2026-11-09', 'x', '1')",
        f"INSERT INTO follow_up_log {LOGGED} VALUES ('CP2026-7', 0, '2026-11-09', 'closed', '1')",
    ],
)
def test_the_check_finds_what_was_changed_past_the_program(desk: Context, tampering: str) -> None:
    key = rated(desk, 1, named=True)
    does(desk, key, "verified", ("result", "rectified"))
    assert look_over(desk).is_sound
    with desk.database.write() as connection:
        connection.execute(tampering)
    number = "CP2026-7" if "CP2026-7" in tampering else "CP2026-0001"
    assert astray(desk) == [(1, {"number": number})]


def astray(desk: Context) -> list[tuple[int, Mapping[str, object]]]:
    """How many follow-ups a look at the file finds astray, and the first of them."""
    return [(one.count, one.first) for one in look_over(desk).findings if one.key == "feedback.follow_ups_astray"]


def test_a_rating_that_says_it_has_ended_without_a_follow_up_is_found(desk: Context) -> None:
    key = rated(desk, 1)
    with desk.database.write() as connection:
        connection.execute("UPDATE rating SET ended = 1")
    assert astray(desk) == [(1, {"number": key.hex()})]


def test_the_log_is_only_added_to(desk: Context) -> None:
    does(desk, rated(desk, 1, named=True), "verified")
    for statement in ("UPDATE follow_up_log SET note = ''", "DELETE FROM follow_up_log"):
        with pytest.raises(Exception, match="only added to"), desk.database.write() as connection:
            connection.execute(statement)


def test_the_ledger_masks_who_rated_and_withholds_what_tells_of_few(desk: Context, tmp_path: Path) -> None:
    for number in range(100, 106):
        rated(desk, number, level=5, day=date(2026, 11, 3))
    for number in range(200, 206):
        rated(desk, number, level=5, day=date(2026, 11, 3), subject="为老服务")
    many = rated(desk, 1, day=date(2026, 11, 3), comment="没人接 13812345678")
    few = rated(desk, 2, day=date(2026, 11, 4), subject="棋牌室", comment="棋牌室的灯坏了")
    beside = rated(desk, 3, day=date(2026, 11, 4), subject="为老服务", comment="空调太冷")
    named = rated(desk, 4, phone=PHONE, subject="棋牌室", comment="等太久")
    for key in (many, few, beside, named):
        does(desk, key, "verified")
    # While its week goes on nothing of it is shown.
    noon(desk, date(2026, 11, 8))
    assert [one.is_withheld for one in ledger(desk, *NOVEMBER).lines] == [True, True, True, False]
    noon(desk, date(2026, 11, 9))
    one, two, three, four = ledger(desk, *NOVEMBER).lines
    assert (one.subject, one.comment, one.is_withheld) == ("综合服务台", "没人接 ***5678", False)
    assert (one.day, one.due, one.rater) == (None, None, "匿名")
    # Three rated the games room: without the next larger group they would be what is left of the whole.
    for hidden in (two, three):
        assert (hidden.subject, hidden.day, hidden.due, hidden.is_withheld) == ("其他对象", None, None, True)
        assert (hidden.comment, hidden.verified) == ("", "") and hidden.no
    assert (four.subject, four.rater, four.comment) == ("棋牌室", "实名 赵*", "等太久")
    out = tmp_path / "台账.xlsx"
    export_ledger(desk, *NOVEMBER, out)
    cells = [cell for row in load_workbook(out).worksheets[0].iter_rows(values_only=True) for cell in row if cell]
    said = "\n".join(map(str, cells))
    assert not any(words in said for words in ("赵一", PHONE, "13812345678", "灯坏了", "空调", "2026-11-04"))


def test_the_ledger_counts_what_was_in_time_and_who_was_called_back(desk: Context, tmp_path: Path) -> None:
    quick, slow, open_one = rated(desk, 1, phone=PHONE), rated(desk, 2, named=True), rated(desk, 3, named=True)
    does(desk, quick, "verified", ("result", "rectified"), ("called_back", "satisfied"), "closed")
    does(desk, slow, "verified")
    noon(desk, date(2026, 11, 17))
    does(desk, slow, ("result", "explained"), "closed")
    made = ledger(desk, *NOVEMBER)
    assert (len(made.lines), made.ended, made.in_time, made.late) == (3, 2, 1, 2)
    assert (made.to_call, made.called, made.excluded) == (1, 1, 0)
    assert [one.in_time for one in made.lines] == ["yes", "late", "late"] and made.lines[2].no == ""
    assert line(desk, open_one).state == "new"
    for language in ("zh_CN", "en"):
        use_language(language)
        paper = export_ledger(desk, *NOVEMBER, tmp_path / f"{language}.pdf")
        assert paper.pages == 1
    refused("unknown_ending", export_ledger, desk, *NOVEMBER, tmp_path / "台账.docx")
    refused("write_failed", export_ledger, desk, *NOVEMBER, tmp_path / "none" / "台账.xlsx")


def test_many_on_paper_take_as_many_pages_as_they_need(desk: Context, tmp_path: Path) -> None:
    for number in range(1, 30):
        rated(desk, number, named=True, comment="意见" * 60)
    rated(desk, 40, named=True, comment="长" * 2000)
    assert (export_ledger(desk, *NOVEMBER, tmp_path / "台账.pdf").pages or 0) >= 4


@pytest.mark.parametrize(
    ("kind", "value", "note", "code"),
    [
        ("result", "ignored", "已改", "bad_value"),
        ("called_back", "", "已改", "bad_value"),
        ("called_back", "unsatisfied", " ", "missing_note"),
        ("verified", "", "", "missing_note"),
        ("verified", "", "一" * 501, "bad_note"),
        ("verified", "", "一\n二", "bad_note"),
        ("verified", "", "身份证 31011419900101123X", "long_number"),
        ("assigned", "S999", "", "unknown_staff"),
    ],
)
def test_what_cannot_be_written_down_is_refused_and_nothing_happens(
    desk: Context, kind: EventKind, value: str, note: str, code: str
) -> None:
    key = rated(desk, 1, named=True)
    before = contents(desk, audit=True)
    refused(code, service.act, desk, key, kind, value=value, note=note)
    assert contents(desk, audit=True) == before


def test_one_is_found_by_its_number_or_by_the_beginning_of_its_key(desk: Context) -> None:
    first, second = rated(desk, 0xABCDEF12 << 96, named=True), rated(desk, 0xABCDEF13 << 96, named=True)
    assert service.find(desk, "abcdef13") == second
    does(desk, first, "verified")
    assert service.find(desk, " cp2026-0001 ") == first
    for text in ("abcdef1", "CP2026-0002", "", "xyz", "abcdef15"):
        refused("unknown", service.find, desk, text)
    refused("unknown", service.act, desk, b"\0" * 16, "verified", note="属实")


def test_of_thousands_of_open_ones_today_reads_no_more_than_their_days(desk: Context) -> None:
    noon(desk, WEDNESDAY)
    first = date(2025, 1, 1).toordinal()
    days = [date.fromordinal(first + number % 600).isoformat() for number in range(20_000)]
    with desk.database.write() as connection:
        connection.executemany(
            "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, channel) "
            "VALUES (?, ?, ?, 'service', '综合服务台', 1, 'kiosk')",
            [(number.to_bytes(16, "big"), day, day) for number, day in enumerate(days)],
        )
    assert ratings.follow_up_counts(desk).open == 20_000
    groups = records.open_groups(desk.database.connection, "2026-11-11")
    assert len(groups) == 600
