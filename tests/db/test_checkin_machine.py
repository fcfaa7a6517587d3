"""Whatever is scanned, undone, closed, reviewed, corrected, supplemented, annulled, credited or planned anew, in any
order: the hours hold.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from db import activities, assignments, audit, checkin_log, hours, visits
from db.activities import Session
from db.assignments import Assignment
from db.hours import Part
from db.visits import VisitRow
from db.volunteers import Volunteer
from frontdesk.context import Operator, Settings, open_context, to_ms
from frontdesk.errors import CodedError
from frontdesk.home import Home
from frontdesk.volunteers import service
from frontdesk.volunteers.assignments import service as planning
from frontdesk.volunteers.cards.code import make_code, read_code
from frontdesk.volunteers.checkin import closing, correcting, undoing
from frontdesk.volunteers.checkin.replay import VisitState, replay
from frontdesk.volunteers.hours import supplements
from tests.desks import NOON, new_desk

NUMBERS = ("0310001", "0310002")
MANAGER = Operator("M001", "王五", "manager")
WRITTEN = ("scan", "visit", "day_closing", "supplement", "assignment", "audit")
SESSION = "HD1"
MIDNIGHT = datetime.fromisoformat("2026-11-10T00:00:00+08:00")

# Mostly one person, so that visits meet.
numbers = st.sampled_from([NUMBERS[0], NUMBERS[0], NUMBERS[0], NUMBERS[1]])
beside = st.sampled_from([-5400, -1800, -600, -60, -1, 0, 0, 1, 60, 600, 1800, 5400]).map(
    lambda one: timedelta(seconds=one)
)
lengths = st.sampled_from([10, 30, 90, 120, 240, 480]).map(lambda one: timedelta(minutes=one))
directions = st.sampled_from(["auto", "auto", "auto", "in", "out"])
reasons = st.sampled_from(["", "忘了签退", "记错了"])
starts = st.sampled_from([-12.0, -1.0, 1.0, 2.5, 12.0, 34.0])
"""Hours after the midnight that the machine turns about."""


@cache
def prepared() -> Path:
    """A centre with two volunteers, their cards, a session and assignments, two of them over midnight, to be copied."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    home = Path(folder.name) / "home"
    context = new_desk(home)
    with context.change("test.filled", "centre") as connection:
        for no in NUMBERS:
            service.store(context, connection, Volunteer(no=no, name=f"张{no[-1]}"), "")
        begins = to_ms(MIDNIGHT + timedelta(hours=-12))
        activities.put(
            connection,
            Session(
                code=SESSION,
                day="2026-11-09",
                starts_at=begins,
                ends_at=begins + 3 * 3_600_000,
                name="书法沙龙",
                category="文体服务",
                capacity=20,
            ),
        )
        for title, hour, length, code in (
            ("夜巡", -2, 4, None),
            ("晚班", -4.5, 4, None),
            ("再夜巡", 22, 3, None),
            ("布置", -12, 2, SESSION),
        ):
            starts = MIDNIGHT + timedelta(hours=hour)
            new = Assignment(
                day=starts.date().isoformat(),
                title=title,
                starts_at=to_ms(starts),
                ends_at=to_ms(starts + timedelta(hours=length)),
                session_code=code,
            )
            made = new.model_copy(update={"id": assignments.put(connection, new)})
            assignments.sign(connection, made, NUMBERS[0], to_ms(NOON), "signed")
    assert all(read_code(context.keys.card, code).serial == 1 for _, code in service.issue_cards(context))
    context.database.close()
    return home


class CheckinMachine(RuleBasedStateMachine):
    """The use cases of check-in on a real file, with a clock that only these rules move."""

    @initialize(
        credit=st.integers(0, 1),
        exit=st.sampled_from(["assignment_end", "maximum"]),
        maximum=st.sampled_from([120, 240, 1440]),
        day=st.sampled_from([120, 480]),
        start=starts,
    )
    def open(self, credit: int, exit: str, maximum: int, day: int, start: float) -> None:
        self._folder = tempfile.TemporaryDirectory()
        home = Home(shutil.copytree(prepared(), Path(self._folder.name) / "home"))
        self.context = open_context(home, source="desk", operator=MANAGER, synchronous="OFF")
        self.now = MIDNIGHT + timedelta(hours=start)
        self.context.clock = lambda: self.now
        self.context.settings = Settings.of(
            {
                "forgotten_credit": credit,
                "forgotten_exit": exit,
                "forgotten_maximum_minutes": maximum,
                "supplement_day_minutes": day,
            }
        )
        self.codes = {no: make_code(self.context.keys.card, no, 1) for no in NUMBERS}

    def teardown(self) -> None:
        if hasattr(self, "context"):
            self.context.database.close()
            self._folder.cleanup()

    def kept(self) -> list[list[tuple[Any, ...]]]:
        """Every row of what these use cases may write."""
        execute = self.context.database.connection.execute
        return [[tuple(row) for row in execute(f"SELECT * FROM {name}")] for name in WRITTEN]

    def attempt(self, case: Any, *arguments: Any, **options: Any) -> Any:
        """Run a use case; one that is refused changes nothing."""
        before = self.kept()
        try:
            return case(self.context, *arguments, **options)
        except CodedError as refusal:
            assert refusal.area in ("checkin", "volunteers", "hours", "assignments"), refusal.code
            assert self.kept() == before
            return None

    @property
    def table(self) -> list[VisitRow]:
        return list(visits.by_volunteer(self.context.database.connection))

    @property
    def assignments(self) -> list[assignments.AssignmentLine]:
        return assignments.lines(self.context.database.connection, "2000-01-01", "2999-12-31")

    def credit_to(self, data: st.DataObject) -> dict[str, Any]:
        """What something is credited to."""
        one = data.draw(st.sampled_from([None, None, SESSION, *(one.id for one in self.assignments)]))
        return {"session_code": one} if one == SESSION else {"assignment_id": one}

    def parts(self, no: str) -> list[Part]:
        """All that one person's hours are made of."""
        return hours.parts(self.context.database.connection, no, "2000-01-01", "2999-12-31")

    def moment(self, data: st.DataObject) -> datetime:
        """A moment at which something begins or ends, or is now, or one beside it."""
        ends = {at for one in self.table for at in (one.entered_at, one.left_at) if at is not None}
        ends |= {at for one in self.assignments for at in (one.starts_at, one.ends_at)}
        chosen = data.draw(st.sampled_from([to_ms(self.now), *[to_ms(MIDNIGHT)] * 3, *sorted(ends)]))
        return self.context.local(chosen) + data.draw(beside)

    def visit(self, data: st.DataObject) -> VisitRow | None:
        """One of the visits, mostly one that counts."""
        counted = [one for one in self.table if not one.annulled]
        return data.draw(st.sampled_from(counted * 3 + self.table)) if self.table else None

    @rule(minutes=st.sampled_from([1, 5, 15, 60, 170, 480, 900]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(no=numbers, direction=directions, by_hand=st.booleans(), force=st.booleans())
    def scan_now(self, no: str, direction: Any, by_hand: bool, force: bool) -> None:
        if by_hand:
            self.attempt(service.check_in, no, direction=direction, force=force)
        else:
            self.attempt(service.scan, self.codes[no], direction=direction, force=force)

    @rule(no=numbers, data=st.data(), direction=directions)
    def scan_with_a_given_time(self, no: str, data: st.DataObject, direction: Any) -> None:
        at = self.moment(data)
        outcome = self.attempt(service.scan, self.codes[no], at=at, direction=direction)
        if outcome.result == "entered":
            key = (no, outcome.day, outcome.number)
            (made,) = (one for one in self.table if (one.volunteer_no, one.day, one.number) == key)
            assert made.entered_at == to_ms(at)

    @rule(no=numbers, data=st.data(), length=lengths)
    def stay(self, no: str, data: st.DataObject, length: timedelta) -> None:
        at = self.moment(data)
        if self.attempt(service.check_in, no, at=at, words="补").result == "entered":
            self.attempt(service.check_in, no, at=at + length, words="补")

    @rule(no=numbers, reason=reasons)
    def undo(self, no: str, reason: str) -> None:
        self.attempt(undoing.undo, no, reason=reason)

    @rule(day=st.integers(-2, 2))
    def close_a_day(self, day: int) -> None:
        self.attempt(closing.close_day, (MIDNIGHT + timedelta(days=day)).date())

    @rule()
    def somebody_signs_in(self) -> None:
        self.attempt(closing.close_past_days)
        last = (self.now.astimezone(self.context.zone).date() - timedelta(days=1)).isoformat()
        late = self.context.settings.late_minutes * 60_000
        running = {one.id for one in self.assignments if one.ends_at + late > to_ms(self.now)}
        left = visits.left_open(self.context.database.connection, "2000-01-01", last)
        assert {one.assignment_id for one in left} <= running

    @rule(data=st.data(), accepted=st.booleans())
    def review(self, data: st.DataObject, accepted: bool) -> None:
        waiting = closing.reviews(self.context)
        one = data.draw(st.sampled_from(waiting)) if waiting else self.visit(data)
        if one is not None:
            self.attempt(closing.review_visit, one.volunteer_no, one.day, one.number, accepted)

    @rule(data=st.data(), shift=beside, length=lengths, reason=reasons)
    def correct(self, data: st.DataObject, shift: timedelta, length: timedelta, reason: str) -> None:
        one = self.visit(data)
        if one is not None:
            entered = self.context.local(one.entered_at) + shift
            left = entered + length if data.draw(st.booleans()) else self.moment(data)
            key = (one.volunteer_no, one.day, one.number)
            self.attempt(correcting.correct_visit, *key, entered=entered, left=left, reason=reason or "改")

    @rule(no=numbers, length=lengths, data=st.data())
    def add(self, no: str, length: timedelta, data: st.DataObject) -> None:
        entered = self.moment(data)
        credit = self.credit_to(data)
        self.attempt(correcting.add_visit, no, entered=entered, left=entered + length, reason="补", **credit)

    @rule(data=st.data(), seldom=st.sampled_from([False, False, False, True]))
    def annul(self, data: st.DataObject, seldom: bool) -> None:
        one = self.visit(data)
        if one is not None and seldom:
            self.attempt(correcting.annul_visit, one.volunteer_no, one.day, one.number, "错的")

    @rule(data=st.data())
    def credit(self, data: st.DataObject) -> None:
        one = self.visit(data)
        if one is not None:
            self.attempt(correcting.credit_visit, one.volunteer_no, one.day, one.number, **self.credit_to(data))

    @rule(no=numbers, data=st.data(), minutes=st.sampled_from([1, 30, 60, 120, 240, 480, 1440]), day=st.integers(-1, 1))
    def supplement(self, no: str, data: st.DataObject, minutes: int, day: int) -> None:
        when = (MIDNIGHT + timedelta(days=day)).date()
        case = supplements.add_supplement
        added = self.attempt(case, no, minutes=minutes, reason="忘带卡", day=when, **self.credit_to(data))
        if added is not None:
            assert added.displaced == 0
            assert not any(one.may_end for one in self.parts(no) if one.day == added.day)

    @rule(data=st.data())
    def annul_a_supplement(self, data: st.DataObject) -> None:
        kept = hours.all_supplements(self.context.database.connection)
        if kept:
            self.attempt(supplements.annul_supplement, data.draw(st.sampled_from(kept)).id, "记错")

    @rule(data=st.data(), longer=st.sampled_from([-120, -60, 30, 120]), later=st.sampled_from([0, 0, 0, 1]))
    def plan_anew(self, data: st.DataObject, longer: int, later: int) -> None:
        one = data.draw(st.sampled_from(self.assignments))
        said = planning.fields_of(self.context, one)
        said = replace(said, ends=said.ends + longer, day=said.day + timedelta(days=later))
        self.attempt(planning.change, one.id, said)

    @rule(data=st.data(), length=st.one_of(st.none(), lengths))
    def settle(self, data: st.DataObject, length: timedelta | None) -> None:
        waiting = closing.open_exits(self.context)
        if waiting:
            one = data.draw(st.sampled_from(waiting))
            entered = None if length is None else self.context.local(one.at) - length
            self.attempt(correcting.settle_exit, one.id, entered=entered, reason="补")

    @invariant()
    def no_visit_is_negative_or_counts_more_than_it_lasted(self) -> None:
        for one in self.table:
            if one.left_at is not None:
                assert one.entered_at <= one.left_at
                assert 0 <= (one.credit_seconds or 0) * 1000 <= one.left_at - one.entered_at

    @invariant()
    def no_two_visits_of_a_person_overlap(self) -> None:
        for no in NUMBERS:
            spans = sorted(
                (one.entered_at, one.left_at)
                for one in self.table
                if one.volunteer_no == no and not one.annulled and one.left_at is not None
            )
            assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans))

    @invariant()
    def no_visit_runs_past_midnight_unless_its_assignment_does(self) -> None:
        ends = {one.id: one.ends_at for one in self.assignments}
        grace = self.context.settings.late_minutes * 60_000
        for one in self.table:
            assert self.context.local_day(one.entered_at) == one.day
            if one.left_at is None or one.annulled:
                continue
            midnight = to_ms(
                datetime.combine(datetime.fromisoformat(one.day), datetime.min.time(), self.context.zone)
                + timedelta(days=1)
            )
            until = ends.get(one.assignment_id or 0, 0)
            assert one.left_at <= (until + grace if until > midnight else midnight)

    def beside(self, one: Part, parts: list[Part]) -> tuple[int, list[Part]]:
        """The seconds that were planned for what a part is credited to, and the parts that use them, itself included:
        what was put in for the same, and what was measured for that, its session or in that day.
        """
        if one.assignment_id is not None:
            (job,) = (each for each in self.assignments if each.id == one.assignment_id)
            session = job.session_code or "-"
            taken = [each for each in parts if each.session_code == session and each.assignment_id is None]
            planned = (job.ends_at - job.starts_at) // 1000
        elif one.session_code is not None:
            taken = [each for each in parts if each.session_code == one.session_code]
            planned = 3 * 3600
        else:
            taken = [each for each in parts if each.day == one.day]
            planned = self.context.settings.supplement_day_minutes * 60
        taken = [each for each in taken if each.measured and each.heading != one.heading]
        same_day = {one.day} if one.heading is None else {each.day for each in parts}
        return planned, taken + [each for each in parts if each.heading == one.heading and each.day in same_day]

    @invariant()
    def what_is_put_in_never_leads_above_the_plan(self) -> None:
        """Measured time may be longer than planned; what is put in never lifts both together above that, and counts as
        long as it does not.
        """
        for no in NUMBERS:
            parts = self.parts(no)
            for one in parts:
                assert 0 <= one.displaced <= one.put_in
                if not one.put_in:
                    continue
                of_day = [each for each in parts if each.day == one.day]
                planned, taken = self.beside(one, parts)
                if one.counted:
                    assert sum(each.counted for each in of_day) <= 24 * 3600
                    assert sum(each.counted for each in taken) <= planned
                if one.displaced:
                    is_full = sum(each.counted for each in taken) >= planned
                    assert is_full or sum(each.counted for each in of_day) >= 24 * 3600

    @invariant()
    def the_table_and_the_hours_follow_from_the_log(self) -> None:
        connection = self.context.database.connection
        told = replay(sorted(checkin_log.log_entries(connection), key=lambda entry: entry.id))
        assert told == {
            (one.volunteer_no, one.day, one.number): VisitState(*(getattr(one, name) for name in VisitState._fields))
            for one in self.table
        }
        for no in NUMBERS:
            counts = [counted(state) for (whose, _, _), state in told.items() if whose == no]
            kept = hours.supplement_lines(connection, no, "2000-01-01", "2999-12-31")
            added = sum(one.seconds for one in kept if one.annulled_at is None)
            less = sum(one.displaced for one in self.parts(no))
            wanted = (sum(each[0] for each in counts), sum(each[1] for each in counts) + added - less)
            assert hours.of_volunteer(connection, no, "2000-01-01", "2999-12-31") == wanted

    @invariant()
    def a_check_finds_every_mark_of_what_is_displaced_right(self) -> None:
        assert service.displaced_astray(self.context, self.context.database.connection) == []

    @invariant()
    def the_audit_chain_holds(self) -> None:
        assert audit.first_broken(self.context.database.connection) is None


def counted(state: VisitState) -> tuple[int, int]:
    """Seconds measured and supplemented of one visit, by the rule in words (mechanisms.md §8.5)."""
    if state.annulled or state.left_at is None:
        return 0, 0
    if state.basis == "inferred":
        return 0, state.credit_seconds or 0
    seconds = (state.left_at - state.entered_at) // 1000
    return (seconds, 0) if state.basis == "measured" else (0, seconds)


class TestCheckinMachine(CheckinMachine.TestCase):  # type: ignore[misc, valid-type]
    settings = settings(max_examples=25, stateful_step_count=40)


@pytest.mark.slow
class TestCheckinMachineForLonger(CheckinMachine.TestCase):  # type: ignore[misc, valid-type]
    settings = settings(max_examples=300, stateful_step_count=40)
