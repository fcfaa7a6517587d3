"""Rooms and bookings: who is where and when, what is refused and by what, what is written and read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from db import audit_words
from db import rooms as records
from db.activities import Session
from frontdesk.activities.rooms import service
from frontdesk.activities.rooms.errors import RoomError
from frontdesk.activities.rooms.files import write_bookings, write_calendar
from frontdesk.activities.rooms.importing import import_bookings
from frontdesk.activities.rooms.rules import BookingFields, RoomFields
from frontdesk.activities.rooms.service import Booked, Override
from frontdesk.activities.rooms.utilisation import span_of, write_utilisation
from frontdesk.activities.rooms.words import instant, minute_on
from frontdesk.activities.sessions.storing import store_session
from frontdesk.context import Context, Operator, to_ms
from frontdesk.errors import DeskError
from frontdesk.imports.service import preview_lines, run_import
from tests.desks import new_desk, passing_desk, rejections

DAY = date(2026, 11, 20)
A, B = "书画室", "多功能厅"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    furnish(context)
    yield context
    context.database.close()


def furnish(context: Context) -> None:
    """Two rooms, the second with time to set up and to clear."""
    service.add_room(context, RoomFields(A, capacity=20, opens=510, closes=1260))
    service.add_room(context, RoomFields(B, capacity=80, setup_minutes=30, clearing_minutes=15))


def said(room: str = A, day: date = DAY, starts: int = 840, ends: int = 900, **more: Any) -> BookingFields:
    return BookingFields(room, day, starts, ends, more.pop("purpose", "事宜讨论"), **more)


def put_session(context: Context, code: str, room: str, day: date, starts: int, ends: int, **more: Any) -> Session:
    """A session as the office's plan brings it, whatever else is in its room."""
    values = {"name": f"活动{code}", "category": "文体服务", "capacity": 10, **more}
    session = Session(
        code=code,
        day=day.isoformat(),
        starts_at=to_ms(instant(context, day, starts)),
        ends_at=to_ms(instant(context, day, ends)),
        room=room,
        **values,
    )
    with context.change("test.session", code) as connection:
        return store_session(context, connection, None, session, "测试", force_room=True).session


def refused(context: Context, case: Any) -> RoomError:
    with pytest.raises(RoomError) as caught:
        case()
    from frontdesk.locale import words_for

    assert "{" not in words_for(caught.value)
    assert context.database.connection.in_transaction is False
    return caught.value


def test_a_taken_room_is_refused_with_what_takes_it_until_when_with_clearing_and_the_next_free_time(
    desk: Context,
) -> None:
    put_session(desk, "HD009", B, DAY, 840, 900, setup_minutes=15, clearing_minutes=20)
    wrong = refused(desk, lambda: service.book(desk, said(B, starts=900, ends=960)))
    assert (wrong.code, wrong.details) == (
        "room_taken",
        {
            "field": "times",
            "room": B,
            "words": "活动HD009",
            "ref": "HD009",
            "start": "13:45",
            "end": "15:20",
            # 20 minutes of clearing, then 30 of setting up.
            "free": "15:50-21:00",
        },
    )
    assert service.book(desk, said(B, starts=950, ends=1010)).booking.state == "held"
    assert refused(desk, lambda: service.book(desk, said(B, starts=800, ends=820))).details["ref"] == "HD009"
    full = replace(said(A, starts=510, ends=1260), purpose="2")
    assert service.book(desk, full).booking.purpose == "公共事务商议"
    assert refused(desk, lambda: service.book(desk, said(A))).details["free"] == "当天没有空档"


def test_only_a_manager_overrides_gives_a_reason_and_it_is_logged(desk: Context) -> None:
    first = service.book(desk, said()).booking
    assert refused(desk, lambda: service.book(desk, said(), override=Override(" "))).code == "reason_needed"
    done = service.book(desk, said(), override=Override("两个小组合用"))
    assert [one.ref for one in done.clashes] == [str(first.id)]
    logged = desk.database.connection.execute("SELECT id, detail FROM audit WHERE action = 'booking.forced'").fetchall()
    (entry,) = (audit_words.told(desk.database.connection, row["id"], row["detail"], "-") for row in logged)
    assert "两个小组合用" in entry and f'"{first.id}"' in entry
    with desk.change("test.staff", "S101") as connection:
        connection.execute("INSERT INTO staff (no, name, kind) VALUES ('S101', '李磊', '专职')")
    desk.operator = Operator("S101", "李磊", "operator")
    with pytest.raises(DeskError) as caught:
        service.book(desk, said(), override=Override("想用"))
    assert caught.value.code == "manager_required"
    assert service.book(desk, said(starts=900, ends=930)).booking.operator_no == "S101"


def test_a_booking_goes_from_held_to_used_and_what_it_was_is_never_lost(desk: Context) -> None:
    desk.operator = Operator("M001", "王五", "manager")
    earlier = desk.today() - timedelta(days=1)
    number = service.book(desk, said(day=earlier)).booking.id
    assert service.confirm(desk, number).state == "confirmed"
    assert refused(desk, lambda: service.confirm(desk, number)).code == "not_held"
    assert service.mark_no_show(desk, number).state == "no_show"
    assert service.book(desk, said(day=earlier, starts=870, ends=930)).booking.id == number + 1
    assert refused(desk, lambda: service.mark_used(desk, number)).code == "room_taken"
    assert refused(desk, lambda: service.cancel(desk, number, "不来")).code == "not_open"
    assert refused(desk, lambda: service.cancel(desk, number + 1, "")).code == "reason_needed"
    assert service.cancel(desk, number + 1, "改天").reason == "改天"
    assert service.mark_used(desk, number).revision == 3
    coming = service.book(desk, said(), confirmed=True).booking
    assert refused(desk, lambda: service.mark_used(desk, coming.id)).code == "not_begun"
    assert refused(desk, lambda: service.mark_used(desk, 99)).code == "unknown_booking"


def test_moving_frees_the_old_time_and_takes_the_new_rooms_minutes(desk: Context) -> None:
    one = service.book(desk, said(phone="021 5957 1234", booked_by="读书会")).booking
    moved = service.move(desk, one.id, room=B, times=(960, 1020)).booking
    assert (moved.room, moved.setup_minutes, moved.clearing_minutes) == (B, 30, 15)
    assert minute_on(desk, DAY, moved.starts_at) == 960
    assert service.book(desk, said()).warnings == ()
    # Nothing but what was said is different, the sealed phone least of all.
    assert moved.phone_cipher == one.phone_cipher
    assert service.contact(desk, one.id) == ("读书会", "02159571234")
    other = service.book(desk, said(B, starts=1065, ends=1125)).booking
    assert refused(desk, lambda: service.move(desk, other.id, times=(1050, 1110))).details["ref"] == str(one.id)
    seen = service.fields_of(desk, moved)
    assert service.change(desk, one.id, replace(seen, phone="02159571234")).booking == moved
    assert service.change(desk, one.id, replace(seen, phone="")).booking.phone_cipher is None
    stale = refused(desk, lambda: service.change(desk, one.id, seen, seen=moved.revision))
    assert stale.code == "changed_meanwhile"


def test_whoever_is_to_be_in_two_places_at_once_is_named_in_a_warning(desk: Context) -> None:
    put_session(desk, "HD009", B, DAY, 840, 900, lead="陈老师")
    first = service.book(desk, said(starts=870, ends=930, booked_by="陈老师", phone="13800001111", head_count=21))
    assert [one.code for one in first.warnings] == ["over_capacity", "leads_elsewhere"]
    service.add_room(desk, RoomFields("阅览室"))
    other = service.book(desk, said("阅览室", starts=900, ends=1300, phone="138 0000 1111"))
    assert [one.code for one in other.warnings] == ["outside_opening", "booked_elsewhere"]
    assert all("{" not in one.words() for one in (*first.warnings, *other.warnings))
    assert service.book(desk, said("阅览室", starts=810, ends=870, phone="13800001111")).warnings == ()


def test_a_weekly_booking_shows_its_dates_before_and_leaves_the_taken_ones_out(desk: Context) -> None:
    taken = service.book(desk, said(day=DAY + timedelta(weeks=2))).booking
    until = DAY + timedelta(weeks=4, days=3)
    planned = service.preview_weekly(desk, said(), until)
    assert [(one.day, [other.ref for other in one.clashes]) for one in planned] == [
        (DAY + timedelta(weeks=week), [str(taken.id)] if week == 2 else []) for week in range(5)
    ]
    done = service.book_weekly(desk, said(), until, confirmed=True)
    assert ([one.day for one in done.left_out], len(done.booked)) == ([DAY + timedelta(weeks=2)], 4)
    # Each is its own: one is moved, one is called off, the others stay.
    service.move(desk, done.booked[0].booking.id, times=(600, 660))
    service.cancel(desk, done.booked[1].booking.id, "放假")
    states = [one.state for one in service.bookings(desk, DAY, until)]
    assert states == ["confirmed", "cancelled", "held", "confirmed", "confirmed"]
    assert refused(desk, lambda: service.book_weekly(desk, said(), DAY - timedelta(days=1))).code == "unread_until"
    again = refused(desk, lambda: service.book_weekly(desk, said(day=DAY + timedelta(weeks=3)), until))
    assert again.code == "none_free"


def test_a_renamed_room_takes_sessions_and_bookings_along_and_one_with_history_is_closed_not_removed(
    desk: Context,
) -> None:
    put_session(desk, "HD009", A, DAY, 600, 660)
    number = service.book(desk, said()).booking.id
    renamed = replace(service.room_fields(service.room(desk, A)), name="翰墨轩")
    service.change_room(desk, A, renamed)
    assert service.booking(desk, number).room == "翰墨轩"
    assert desk.database.connection.execute("SELECT room, revision FROM session").fetchone()[:] == ("翰墨轩", 1)
    assert refused(desk, lambda: service.change_room(desk, B, renamed)).code == "room_exists"
    assert refused(desk, lambda: service.remove_room(desk, "翰墨轩")).code == "room_has_history"
    service.close_room(desk, "翰墨轩", "漏水")
    assert refused(desk, lambda: service.book(desk, said("翰墨轩", starts=1000, ends=1020))).code == "room_closed"
    # What stands in it may still be changed where it is.
    assert service.move(desk, number, times=(1000, 1060)).booking.revision == 2
    service.remove_room(desk, B)
    assert [one.name for one in service.rooms(desk)] == ["翰墨轩"]
    assert refused(desk, lambda: service.room(desk, B)).code == "unknown_room"


def test_a_room_that_is_renamed_is_a_change_line_of_every_session_of_a_published_list_also_of_those_that_are_over(
    desk: Context,
) -> None:
    put_session(desk, "HD007", A, DAY - timedelta(days=60), 600, 660)
    put_session(desk, "HD008", A, desk.today() - timedelta(days=1), 600, 660)
    put_session(desk, "HD009", A, DAY, 600, 660)
    with desk.change("test.list", "2026-11") as connection:
        connection.execute("INSERT INTO monthly_list (month, state) VALUES ('2026-11', 'published')")
    service.change_room(desk, A, replace(service.room_fields(service.room(desk, A)), name="翰墨轩"))
    lines = desk.database.connection.execute("SELECT session_code, after, reason FROM monthly_list_change").fetchall()
    assert sorted((row[0], "翰墨轩" in row[1], row[2]) for row in lines) == [
        ("HD008", True, "场地改名"),
        ("HD009", True, "场地改名"),
    ]
    assert desk.database.connection.execute("SELECT count(*) FROM session WHERE room = '翰墨轩'").fetchone()[0] == 3


def test_rooms_that_a_plan_names_become_rooms_at_the_end_of_the_list(desk: Context) -> None:
    put_session(desk, "HD009", "阅览室", DAY, 600, 660)
    put_session(desk, "HD010", "", DAY, 600, 660)
    assert [(one.name, one.position) for one in service.rooms(desk)] == [(A, 1), (B, 2), ("阅览室", 3)]
    service.order_rooms(desk, ["阅览室", B])
    assert [one.name for one in service.rooms(desk)] == ["阅览室", B, A]
    service.shift_room(desk, A, -1)
    service.shift_room(desk, "阅览室", -1)
    assert [one.name for one in service.rooms(desk)] == ["阅览室", A, B]


def test_an_exported_sheet_taken_in_again_changes_nothing_and_an_edited_one_just_what_was_edited(
    desk: Context, tmp_path: Path
) -> None:
    first = service.book(desk, said(booked_by="张三丰", phone="13800001111", head_count=5, note="带投影")).booking
    second = service.book(desk, said(starts=1300, ends=1500, purpose="电影夜")).booking
    gone = service.book(desk, said(starts=600, ends=660)).booking
    service.cancel(desk, gone.id, "改天")
    out = tmp_path / "预约.xlsx"
    for full in (False, True):
        assert write_bookings(desk, out, DAY, DAY, full_names=full) == 3
        before = service.bookings(desk, DAY, DAY)
        outcome = import_bookings(desk, out)
        assert (outcome.unchanged, outcome.rejected) == (3, ())
        assert service.bookings(desk, DAY, DAY) == before
    from openpyxl.reader.excel import load_workbook

    write_bookings(desk, out, DAY, DAY)
    book = load_workbook(out)
    rows = {str(row[0].value): row for row in book.active.iter_rows(min_row=4)}
    assert (rows[str(first.id)][5].value, rows[str(first.id)][6].value) == ("张*丰", "***1111")
    # The two change places, one is confirmed, the other has more people.
    rows[str(first.id)][3].value, rows[str(second.id)][3].value = "21:40-25:00", "14:00-15:00"
    rows[str(first.id)][10].value = "已确认"
    rows[str(second.id)][7].value = 40
    book.active.append([None, B, DAY, "9:00-10:00", "邻里聚会"])
    book.save(out)
    outcome = import_bookings(desk, out)
    assert rejections(outcome) == []
    assert (outcome.added, outcome.changed, outcome.unchanged) == (1, 2, 1)
    after = service.booking(desk, first.id)
    assert (after.state, after.booked_by, after.phone_cipher) == ("confirmed", "张三丰", first.phone_cipher)
    assert service.booking(desk, second.id).head_count == 40
    assert import_bookings(desk, out).unchanged == 4


def test_a_row_whose_room_is_taken_is_rejected_by_row_column_value_and_reason_and_nothing_is_written(
    desk: Context, tmp_path: Path
) -> None:
    put_session(desk, "HD009", A, DAY, 840, 900)
    service.book(desk, said(starts=960, ends=1020))
    out = tmp_path / "预约.xlsx"
    write_bookings(desk, out, DAY, DAY)
    from openpyxl.reader.excel import load_workbook

    book = load_workbook(out)
    book.active.append([None, A, DAY, "14:30-15:30", "会议"])
    book.active.append([None, "没有的", DAY, "8:30-9:00", "会议"])
    book.active.append([77, A, DAY, "8:30-9:00", "会议"])
    book.active.append([None, A, DAY, "8:30-9:00", "会议", None, "123"])
    book.active["K4"].value = "已使用"
    book.save(out)
    found = rejections(import_bookings(desk, out))
    assert [(row, column, reason) for row, column, _, reason in found] == [
        (4, "状态", "state_on_screen"),
        (5, "时间", "room_taken"),
        (6, "场地", "unknown_room"),
        (7, "预约编号", "unknown_booking"),
        (8, "电话", "bad_phone"),
    ]
    assert len(service.bookings(desk, DAY, DAY)) == 1


def test_a_sheet_changes_what_shares_its_room_by_a_managers_word_but_does_not_move_it_into_a_taken_one(
    desk: Context, tmp_path: Path
) -> None:
    service.book(desk, said())
    shared = service.book(desk, said(starts=870, ends=930), override=Override("两个小组合用")).booking
    out = tmp_path / "预约.xlsx"
    write_bookings(desk, out, DAY, DAY)
    from openpyxl.reader.excel import load_workbook

    book = load_workbook(out)
    book.active["L5"].value = "带投影"
    book.save(out)
    assert import_bookings(desk, out).changed == 1
    assert service.booking(desk, shared.id).note == "带投影"
    book.active["D5"].value = "14:30-15:15"
    book.active["M5"].value = service.booking(desk, shared.id).revision
    book.save(out)
    assert [one[3] for one in rejections(import_bookings(desk, out))] == ["room_taken"]


def test_a_sheet_from_before_a_room_was_renamed_is_refused_with_the_rooms_name_now(
    desk: Context, tmp_path: Path
) -> None:
    service.book(desk, said())
    out = tmp_path / "预约.xlsx"
    write_bookings(desk, out, DAY, DAY)
    service.change_room(desk, A, replace(service.room_fields(service.room(desk, A)), name="翰墨轩"))
    from openpyxl.reader.excel import load_workbook

    book = load_workbook(out)
    book.active.append([None, A, DAY, "8:30-9:00", "会议"])
    book.save(out)
    outcome = import_bookings(desk, out)
    assert [one[3] for one in rejections(outcome)] == ["other_room", "unknown_room"]
    assert "改成“翰墨轩”" in outcome.rejected[0].words()
    assert f"现有：翰墨轩、{B}" in outcome.rejected[1].words()
    # What is advised is enough.
    book.active["B4"].value = "翰墨轩"
    book.active.delete_rows(5)
    book.save(out)
    assert import_bookings(desk, out).unchanged == 1


def test_a_sheet_of_bookings_is_tried_row_by_row_on_the_imports_screen_and_an_empty_one_adds(
    desk: Context, tmp_path: Path
) -> None:
    out = tmp_path / "预约.xlsx"
    assert write_bookings(desk, out, DAY, DAY) == 0
    from openpyxl.reader.excel import load_workbook

    book = load_workbook(out)
    assert run_import(desk, "bookings", out, dry_run=True).read == 0
    for place, value in enumerate((None, A, DAY, "14:00-15:00", "读书会", "张三丰", "13800001111", 5), 1):
        book.active.cell(4, place).value = value
    book.save(out)
    trial = run_import(desk, "bookings", out, dry_run=True)
    (line,) = preview_lines(trial)
    assert line.startswith(f"第 4 行，新增 {A} {DAY}：场地 {A}；") and "张*丰" in line and "13800001111" not in line
    assert run_import(desk, "bookings", out, dry_run=False).added == 1
    assert run_import(desk, "bookings", out, dry_run=False).unchanged == 1
    write_bookings(desk, out, DAY, DAY)
    book = load_workbook(out)
    book.active["D4"].value, book.active["K4"].value = "15:00-16:00", "已确认"
    book.save(out)
    trial = run_import(desk, "bookings", out, dry_run=True)
    assert preview_lines(trial) == [
        "第 4 行，更改 预约编号 1：时间：14:00-15:00 改为 15:00-16:00；状态：暂留 改为 已确认"
    ]
    assert service.booking(desk, 1).state == "held"


def test_an_older_sheet_takes_nothing_back_that_was_changed_since(desk: Context, tmp_path: Path) -> None:
    one = service.book(desk, said()).booking
    other = service.book(desk, said(B)).booking
    out = tmp_path / "预约.xlsx"
    write_bookings(desk, out, DAY, DAY)
    service.move(desk, one.id, times=(960, 1020))
    before = service.bookings(desk, DAY, DAY)
    assert [one[3] for one in rejections(import_bookings(desk, out))] == ["changed_meanwhile"]
    assert service.bookings(desk, DAY, DAY) == before
    write_bookings(desk, out, DAY, DAY)
    service.confirm(desk, other.id)
    service.move(desk, other.id, times=(600, 660))
    service.cancel(desk, other.id, "改天")
    assert [one[3] for one in rejections(import_bookings(desk, out))] == ["changed_meanwhile"]


def test_the_calendar_of_a_room_keeps_its_uids_counts_changes_and_tells_what_was_called_off(
    desk: Context, tmp_path: Path
) -> None:
    put_session(desk, "HD009", A, DAY, 600, 660)
    one = service.book(desk, said(booked_by="张三丰")).booking
    out = tmp_path / "场地.ics"
    assert write_calendar(desk, out, A, DAY, DAY) == 2
    first = out.read_text(encoding="utf-8")
    service.move(desk, one.id, times=(1000, 1060))
    service.cancel(desk, one.id, "改天")
    write_calendar(desk, out, A, DAY, DAY)
    second = out.read_text(encoding="utf-8")
    uids = [[line for line in text.splitlines() if line.startswith("UID:")] for text in (first, second)]
    assert uids[0] == uids[1]
    assert "SEQUENCE:2" in second and "STATUS:CANCELLED" in second and "STATUS:CANCELLED" not in first
    assert "张" not in first.replace("张三丰", "!") and "张三丰" not in first


class Bookings(RuleBasedStateMachine):
    """Whatever is booked, changed, marked and called off in whichever order."""

    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self._desk = passing_desk()
        self.context, _ = self._desk.__enter__()
        furnish(self.context)
        self.forced: set[int] = set()

    def teardown(self) -> None:
        self._desk.__exit__(None, None, None)

    def _try(self, case: Any) -> Any:
        try:
            return case()
        except RoomError:
            return None

    @rule(
        target=made,
        room=st.sampled_from([A, B]),
        days=st.integers(-1, 0),
        starts=st.integers(38, 47).map(lambda half: half * 30),
        length=st.integers(1, 6).map(lambda half: half * 30),
        around=st.sampled_from([0, 0, 30]),
        force=st.booleans(),
    )
    def book(self, room: str, days: int, starts: int, length: int, around: int, force: bool) -> int:
        day = self.context.today() + timedelta(days=days)
        wish = said(room, day, starts, starts + length, setup_minutes=around, clearing_minutes=around)
        override = Override("测试") if force and starts % 60 == 0 else None
        done: Booked | None = self._try(lambda: service.book(self.context, wish, override=override))
        if done is None:
            return 0
        self._force(done)
        return done.booking.id

    def _force(self, done: Booked) -> None:
        if done.clashes:
            self.forced |= {done.booking.id, *(int(one.ref) for one in done.clashes)}

    @rule(number=made, hours=st.integers(-2, 2), room=st.sampled_from([A, B]))
    def move(self, number: int, hours: int, room: str) -> None:
        def case() -> None:
            kept = service.booking(self.context, number)
            fields = service.fields_of(self.context, kept)
            times = (fields.starts + 60 * hours, fields.ends + 60 * hours)
            self._force(service.move(self.context, number, room=room, times=times))

        self._try(case)

    @rule(number=made, step=st.sampled_from(["confirm", "mark_used", "mark_no_show", "cancel"]))
    def mark(self, number: int, step: str) -> None:
        more = ("测试",) if step == "cancel" else ()
        self._try(lambda: getattr(service, step)(self.context, number, *more))

    @invariant()
    def no_room_has_two_things_at_once_unless_a_manager_wanted_it(self) -> None:
        found = records.occupations(self.context.database.connection, "2026-01-01", "2027-01-01")
        for place, one in enumerate(found):
            for other in found[place + 1 :]:
                if one.room == other.room and not {int(one.ref), int(other.ref)} <= self.forced:
                    assert one.taken_until <= other.taken_from or other.taken_until <= one.taken_from

    @invariant()
    def free_times_are_free(self) -> None:
        day = self.context.today()
        for free in service.free_times(self.context, A, day, 60):
            assert 510 <= free.starts <= free.ends - 60 <= 1200


def test_no_room_has_two_things_at_once_whatever_is_done() -> None:
    run_state_machine_as_test(
        Bookings,
        settings=settings(max_examples=40, stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )


SPANS = st.tuples(st.integers(0, 37), st.integers(0, 95), st.integers(1, 40), st.sampled_from("sbhcn"))


@settings(max_examples=20)
@given(st.lists(SPANS, max_size=12))
def test_utilisation_equals_a_sum_minute_by_minute(spans: list[tuple[int, int, int, str]]) -> None:
    """s session, b booking that is confirmed, h held, c cancelled, n no-show."""
    month = date(2026, 10, 1)
    used: dict[str, int] = {}
    minutes: set[tuple[int, int]] = set()
    with passing_desk() as (context, folder):
        furnish(context)
        for number, (days, starts, length, kind) in enumerate(spans):
            day = month + timedelta(days=days)
            first, last = starts * 15, min(starts + length, 96 + 20) * 15
            if kind == "s":
                put_session(context, f"HD{number:03}", A, day, first, last)
            else:
                wish = said(day=day, starts=first, ends=last, head_count=3, purpose="愿景共商")
                one = service.book(context, wish, confirmed=kind != "h", override=Override("测试")).booking
                if kind == "c":
                    service.cancel(context, one.id, "测试")
                elif kind == "n":
                    service.mark_no_show(context, one.id)
            if kind in "sb" and day.month == 10:
                used[kind] = used.get(kind, 0) + last - first
                minutes |= {(day.day, minute) for minute in range(first, last) if 510 <= minute < 1260}
        found, other = service.utilisation(context, month)
        assert (found.open, found.used, found.within) == (31 * 750, sum(used.values()), len(minutes))
        assert found.permille == 1000 * len(minutes) // (31 * 750)
        got = {"s" if purpose == "session" else "b": total for purpose, (total, _) in found.by_purpose.items()}
        assert got == used
        assert (other.used, other.open) == (0, 31 * 750)
        assert write_utilisation(context, folder / "use.xlsx", month) == 2
    assert span_of(month) == (date(2026, 10, 1), date(2026, 10, 31))
