"""Series are looked at before they are made, and whoever signed up keeps the seat whatever becomes of the series."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db import activities as records
from db.activities import Session, SignUpTerms
from db.series import Pattern, Series
from frontdesk.activities import service as activities
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.series import service as series
from frontdesk.activities.series.errors import SeriesError
from frontdesk.activities.sessions import service as single
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from tests.desks import contents, passing_desk

TUESDAYS = Pattern(kind="weekly", weekdays=(2,))


def course(**said: Any) -> Series:
    """A course in calligraphy on Tuesdays from tomorrow to Christmas."""
    plain: dict[str, Any] = {
        "name": "书法班",
        "category": "文体服务",
        "room": "书画室",
        "lead": "武思嘉",
        "capacity": 3,
        "starts": "09:00",
        "ends": "10:30",
        "pattern": TUESDAYS,
        "first_day": "2026-11-10",
        "last_day": "2026-12-22",
    }
    return Series.model_validate(plain | said)


def days(context: Context, series_id: int) -> list[str]:
    return [one.day for one in series.sessions_of(context, series_id) if one.state != "cancelled"]


def test_every_date_is_shown_before_it_is_made_and_then_made_as_it_was_shown(desk: Context) -> None:
    wanted = course(first_day="2026-12-22", last_day="2027-01-05", pattern=Pattern(kind="weekly", weekdays=(2, 5)))
    seen = series.preview(desk, wanted)
    assert seen.unknown_years == (2027,)
    assert desk.database.connection.execute("SELECT count(*) FROM session").fetchone()[0] == 0
    done = series.create_series(desk, wanted)
    assert days(desk, done.series_id) == [one.planned.day.isoformat() for one in seen.coming if one.planned.day]
    assert days(desk, done.series_id) == ["2026-12-22", "2026-12-25", "2026-12-29", "2027-01-05"]
    first = records.get(desk.database.connection, done.created[0])
    assert first is not None and (first.code, first.state, first.name) == ("HD001", "published", "书法班")
    assert desk.local(first.starts_at).strftime("%F %R") == "2026-12-22 09:00"
    audit = desk.database.connection.execute("SELECT action, subject, detail FROM audit ORDER BY id DESC").fetchone()
    assert tuple(audit) == ("series.created", str(done.series_id), '{"sessions": 4}')


def test_a_taken_room_is_marked_in_the_preview_and_refused_unless_there_is_a_reason(desk: Context) -> None:
    series.create_series(desk, course(last_day="2026-11-17"))
    again = course(name="国画班", first_day="2026-11-17", last_day="2026-11-24", starts="10:00", ends="11:00")
    seen = series.preview(desk, again)
    assert [(bool(one.clashes), one.leads) for one in seen.coming] == [(True, ("书法班",)), (False, ())]
    with pytest.raises(ActivityError) as refused:
        series.create_series(desk, again)
    assert refused.value.code == "room_taken" and refused.value.details["words"] == "书法班"
    assert len(series.all_series(desk)) == 1
    with pytest.raises(SeriesError, match="missing_reason"):
        series.create_series(desk, again, force_room=True)
    done = series.create_series(desk, again, force_room=True, reason="分两半用")
    assert (len(done.created), done.clashes, done.elsewhere) == (2, 1, 1)


def test_sessions_wait_as_drafts_while_the_list_of_their_month_is_planned(desk: Context) -> None:
    with desk.change("test.list", "2026-12") as connection:
        connection.execute("INSERT INTO monthly_list (month, state) VALUES ('2026-12', 'draft')")
    done = series.create_series(desk, course(last_day="2026-12-08"), as_drafts=False)
    states = [one.state for one in series.sessions_of(desk, done.series_id)]
    assert states == ["published", "published", "published", "draft", "draft"] and done.drafts == 2
    stored = series.series(desk, done.series_id)
    gone = series.delete_drafts(desk, done.series_id, revision=stored.revision)
    assert len(gone.deleted) == 2 and len(series.sessions_of(desk, done.series_id)) == 3


def test_ending_early_deletes_drafts_and_cancels_what_was_announced_with_people_to_tell(desk: Context) -> None:
    done = series.create_series(desk, course())
    activities.sign_up(desk, done.created[-1], "张三", "15412345678", 1)
    stored = series.series(desk, done.series_id)
    with pytest.raises(SeriesError, match="missing_reason"):
        series.end_series(desk, done.series_id, date(2026, 12, 1), revision=stored.revision)
    ended = series.end_series(desk, done.series_id, date(2026, 12, 1), "讲师离沪", revision=stored.revision)
    assert ended.cancelled == done.created[-3:] and len(ended.to_tell) == 1
    assert days(desk, done.series_id) == ["2026-11-10", "2026-11-17", "2026-11-24", "2026-12-01"]
    with pytest.raises(SeriesError, match="changed_meanwhile"):
        series.end_series(desk, done.series_id, date(2026, 11, 17), "再早些", revision=stored.revision)


def test_a_series_that_has_ended_is_reopened_by_a_manager_with_a_reason_and_can_then_be_extended(desk: Context) -> None:
    done = series.create_series(desk, course())

    def revision() -> int:
        return series.series(desk, done.series_id).revision

    with pytest.raises(SeriesError, match="not_ended"):
        series.reopen_series(desk, done.series_id, "又有讲师了", revision=revision())
    series.end_series(desk, done.series_id, date(2026, 12, 8), "讲师离沪", revision=revision())
    with pytest.raises(SeriesError, match="no_reopen_reason"):
        series.reopen_series(desk, done.series_id, " ", revision=revision())
    manager = desk.operator
    desk.operator = Operator("W001", "武思嘉", "operator")
    with pytest.raises(DeskError, match="_required"):
        series.reopen_series(desk, done.series_id, "又有讲师了", revision=revision())
    desk.operator = manager
    series.reopen_series(desk, done.series_id, "又有讲师了", revision=revision())
    held = days(desk, done.series_id)
    wanted = series.series(desk, done.series_id)
    assert (wanted.state, wanted.last_day, held[-1]) == ("active", "2026-12-08", "2026-12-08")
    later = wanted.model_copy(update={"last_day": "2026-12-29"})
    # The dates of cancelled sessions are answered for: they are restored one by one.
    assert len(series.change_series(desk, done.series_id, later).created) == 1
    wanted = series.series(desk, done.series_id).model_copy(update={"capacity": 9})
    series.change_series(desk, done.series_id, wanted, following=date(2026, 11, 24))
    with pytest.raises(SeriesError, match="went_on"):
        series.reopen_series(desk, done.series_id, "再来", revision=revision())


def test_this_and_following_goes_on_in_a_successor_with_the_same_codes_and_sign_ups(desk: Context) -> None:
    done = series.create_series(desk, course())
    moved = done.created[3]
    sign_up = activities.sign_up(desk, moved, "张三", "15412345678", 1)
    wanted = series.series(desk, done.series_id).model_copy(
        update={
            "pattern": Pattern(kind="weekly", weekdays=(4,)),
            "room": "多功能厅",
            "starts": "14:00",
            "ends": "15:00",
            "last_day": "2026-12-24",
        }
    )
    from_day = date(2026, 12, 1)
    seen, change, unchanged = series.preview_change(desk, done.series_id, wanted, following=from_day)
    assert (
        [one.code for one in seen.coming] == done.created[3:]
        and not change.created
        and not change.left_over
        and unchanged == 0
    )
    after = series.change_series(desk, done.series_id, wanted, following=from_day)
    assert after.changed == done.created[3:] and len(after.to_tell) == 1
    assert days(desk, done.series_id) == ["2026-11-10", "2026-11-17", "2026-11-24"]
    assert days(desk, after.series_id)[:2] == ["2026-12-03", "2026-12-10"]
    old, new = series.series(desk, done.series_id), series.series(desk, after.series_id)
    assert (old.state, old.last_day, new.predecessor, new.room) == ("ended", "2026-11-30", old.id, "多功能厅")
    assert activities.registrations(desk, moved)[0].id == sign_up.registration_id


def test_a_change_that_is_tried_says_what_it_would_do_and_is_refused_alike_but_writes_nothing(desk: Context) -> None:
    done = series.create_series(desk, course())
    activities.sign_up(desk, done.created[-1], "张三", "15412345678", 1)
    before = contents(desk, audit=True)
    wanted = series.series(desk, done.series_id).model_copy(update={"last_day": "2026-12-15"})
    from_day = date(2026, 12, 1)
    with pytest.raises(SeriesError, match="missing_reason"):
        series.try_change(desk, done.series_id, wanted, following=from_day)
    seen = series.try_change(desk, done.series_id, wanted, following=from_day, reason="讲师离沪")
    assert contents(desk, audit=True) == before
    assert (len(seen.cancelled), len(seen.to_tell)) == (1, 1)
    after = series.change_series(desk, done.series_id, wanted, following=from_day, reason="讲师离沪")
    assert after == seen


def test_a_holiday_that_was_put_in_later_moves_only_what_is_still_to_come(desk: Context) -> None:
    from frontdesk.calendar.service import set_day

    done = series.create_series(desk, course(on_holiday="move", first_day="2026-11-03"))
    set_day(desk, date(2026, 11, 17), "holiday", "运动会")
    set_day(desk, date(2026, 11, 3), "holiday", "运动会")
    wanted = series.series(desk, done.series_id)
    after = series.change_series(desk, done.series_id, wanted)
    assert days(desk, done.series_id)[:3] == ["2026-11-03", "2026-11-10", "2026-11-18"]
    assert (after.kept, len(after.changed), after.created) == ({"begun": 1}, 1, [])


def test_every_session_may_move_to_where_the_next_one_was(desk: Context) -> None:
    done = series.create_series(
        desk, course(pattern=Pattern(kind="weekly", weekdays=(1, 2, 3, 4, 5)), last_day="2026-11-13")
    )
    wanted = series.series(desk, done.series_id).model_copy(
        update={"pattern": Pattern(kind="weekly", weekdays=(2, 3, 4, 5, 6)), "last_day": "2026-11-14"}
    )
    after = series.change_series(desk, done.series_id, wanted)
    assert len(after.created) == 1 and after.unchanged == 4
    shifted = series.series(desk, done.series_id).model_copy(update={"starts": "10:00", "ends": "11:30"})
    assert len(series.change_series(desk, done.series_id, shifted).changed) == 5


def test_a_session_that_stays_does_not_find_its_room_taken_by_itself(desk: Context) -> None:
    done = series.create_series(desk, course(first_day="2026-10-06"))
    single.cancel_session(desk, done.created[-1], "停电")
    seen, change, _ = series.preview_change(desk, done.series_id, series.series(desk, done.series_id))
    assert {why for _, why in change.kept} == {"begun", "cancelled"}
    assert seen.clashing == 0 and not any(one.leads for one in seen.coming)
    assert [one.code for one in seen.coming if one.planned.day] == done.created


def test_a_drawn_session_keeps_the_terms_it_was_drawn_on_and_goes_along_in_all_else(desk: Context) -> None:
    lottery = SignUpTerms(allocation="lottery", returning_first=True)
    done = series.create_series(desk, course(terms=lottery))
    drawn = done.created[1]
    activities.sign_up(desk, drawn, "张三", "15412345678", 1)
    activities.draw(desk, drawn, "abc", force=True, reason="提前抽签")
    before = single.session(desk, drawn)
    for said in ({"returning_first": False}, {"allocation": "first_come"}, {"draw_days_before": 3}):
        other = before.model_copy(update={"terms": lottery.model_copy(update=said)})
        with pytest.raises(ActivityError, match="drawn_terms"):
            single.change_session(desk, before, other)
    wanted = series.series(desk, done.series_id)
    wanted = wanted.model_copy(update={"terms": lottery.model_copy(update={"returning_first": False})})
    _, change, _ = series.preview_change(desk, done.series_id, wanted)
    assert [why for _, why in change.kept] == ["drawn"]
    after = series.change_series(desk, done.series_id, wanted)
    assert after.kept == {"drawn": 1} and drawn not in after.changed
    assert single.session(desk, drawn).terms == lottery
    wanted = series.series(desk, done.series_id).model_copy(update={"terms": lottery, "capacity": 9})
    assert drawn in series.change_series(desk, done.series_id, wanted).changed
    assert single.session(desk, drawn).capacity == 9


def test_every_other_week_goes_on_in_its_weeks_from_whatever_session_it_is_changed(desk: Context) -> None:
    every_tuesday = series.create_series(desk, course())
    stored = series.series(desk, every_tuesday.series_id)
    fortnightly = Pattern(kind="weekly", weekdays=(2,), every=2)
    thinned = series.change_series(
        desk, stored.id, stored.model_copy(update={"pattern": fortnightly}), reason="改为隔周"
    )
    assert days(desk, stored.id) == ["2026-11-10", "2026-11-24", "2026-12-08", "2026-12-22"]
    assert len(thinned.cancelled) == 3
    wanted = series.series(desk, stored.id).model_copy(update={"capacity": 9})
    after = series.change_series(desk, stored.id, wanted, following=date(2026, 11, 17))
    assert days(desk, after.series_id) == ["2026-11-24", "2026-12-08", "2026-12-22"]
    assert (len(after.changed), after.cancelled, after.kept) == (3, [], {"cancelled": 3})


class ChangingSeries(RuleBasedStateMachine):
    """Sessions are changed one by one, from one on and all at once; nobody who signed up is lost."""

    def __init__(self) -> None:
        super().__init__()
        self._desk = passing_desk()
        self.context, _ = self._desk.__enter__()
        self.signed: dict[int, str] = {}
        self.untouched: dict[str, Session] = {}

    def teardown(self) -> None:
        self._desk.__exit__(None, None, None)

    @initialize(days=st.sets(st.integers(1, 6), min_size=1, max_size=3), every=st.sampled_from([1, 2]))
    def made(self, days: set[int], every: int) -> None:
        pattern = Pattern(kind="weekly", weekdays=tuple(sorted(days)), every=every)
        self.current = series.create_series(self.context, course(pattern=pattern, first_day="2026-11-02")).series_id

    def sessions(self) -> list[Session]:
        return series.sessions_of(self.context, self.current)

    def open_sessions(self) -> list[Session]:
        return [one for one in self.sessions() if one.state == "published"]

    @precondition(lambda self: self.open_sessions())
    @rule(data=st.data())
    def somebody_signs_up(self, data: Any) -> None:
        chosen = data.draw(st.sampled_from(self.open_sessions()))
        if chosen.starts_at > self.context.now_ms():
            phone = f"154{len(self.signed):08}"
            done = activities.sign_up(self.context, chosen.code, f"张{chr(0x4E00 + len(self.signed))}", phone, 1)
            self.signed[done.registration_id] = chosen.code

    @precondition(lambda self: self.open_sessions())
    @rule(data=st.data(), capacity=st.integers(1, 6))
    def one_is_changed(self, data: Any, capacity: int) -> None:
        chosen = data.draw(st.sampled_from(self.open_sessions()))
        after = chosen.model_copy(update={"capacity": capacity, "note": "单独"})
        single.change_session(self.context, chosen, after)

    @precondition(lambda self: self.open_sessions())
    @rule(data=st.data())
    def one_is_cancelled(self, data: Any) -> None:
        activities.cancel_session(self.context, data.draw(st.sampled_from(self.open_sessions())).code, "停电")

    @precondition(lambda self: self.sessions())
    @rule(
        data=st.data(),
        weekdays=st.sets(st.integers(1, 7), min_size=1, max_size=3),
        weeks=st.integers(1, 8),
        hour=st.integers(8, 17),
        all_of_them=st.booleans(),
        on_holiday=st.sampled_from(["skip", "move", "keep"]),
    )
    def many_are_changed(
        self, data: Any, weekdays: set[int], weeks: int, hour: int, all_of_them: bool, on_holiday: str
    ) -> None:
        stored = series.series(self.context, self.current)
        chosen = date.fromisoformat(data.draw(st.sampled_from(self.sessions())).series_day)
        begins = date.fromisoformat(stored.first_day) if all_of_them else chosen
        update: dict[str, Any] = {
            "pattern": Pattern(kind="weekly", weekdays=tuple(sorted(weekdays))),
            "starts": f"{hour:02}:00",
            "ends": f"{hour + 1:02}:30",
            "last_day": (begins + timedelta(weeks=weeks)).isoformat(),
            "on_holiday": on_holiday,
        }
        wanted = Series.model_validate(stored.model_dump() | update)
        following = None if all_of_them else chosen
        now = self.context.now_ms()
        before = {one.code: one for one in self.sessions() if all_of_them or one.series_day >= chosen.isoformat()}
        stays = {
            code for code, one in before.items() if one.detached or one.state == "cancelled" or one.starts_at <= now
        }
        outcome = series.change_series(
            self.context, self.current, wanted, following=following, force_room=True, reason="换教室"
        )
        self.current = outcome.series_id
        after = {one.code: one for one in self.sessions()}
        assert sum(outcome.kept.values()) == len(stays) and not outcome.deleted
        same = ("day", "starts_at", "ends_at", "capacity", "note", "state", "revision")
        for code in stays:
            assert [getattr(after[code], name) for name in same] == [getattr(before[code], name) for name in same]
        for code in before.keys() - stays - set(outcome.cancelled):
            one = after[code]
            assert date.fromisoformat(one.series_day).isoweekday() in weekdays
            assert self.context.local(one.starts_at).hour == hour and one.state == "published"
        assert set(outcome.created).isdisjoint(before) and before.keys() <= after.keys()

    @invariant()
    def whoever_signed_up_is_where_they_were(self) -> None:
        rows = self.context.database.connection.execute("SELECT id, session_code FROM registration").fetchall()
        assert {row[0]: row[1] for row in rows} == self.signed

    @invariant()
    def no_date_has_two_sessions(self) -> None:
        if hasattr(self, "current"):
            dates = [one.series_day for one in self.sessions()]
            assert len(dates) == len(set(dates))
            moving = [one.day for one in self.sessions() if not one.detached and one.state == "published"]
            future = [day for day in moving if day > "2026-11-09"]
            assert len(future) == len(set(future))


TestChangingSeries = ChangingSeries.TestCase
TestChangingSeries.settings = settings(max_examples=25, stateful_step_count=12)
