"""Whatever is scanned, undone, closed, reviewed, corrected, annulled or credited, in any order: the hours hold."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from db import assignments, audit, hours, visits
from db.assignments import Assignment
from db.visits import VisitRow
from db.volunteers import Volunteer
from frontdesk.context import Operator, Settings, open_context, to_ms
from frontdesk.errors import CodedError
from frontdesk.home import Home
from frontdesk.volunteers import service
from frontdesk.volunteers.cards.code import make_code, read_code
from frontdesk.volunteers.checkin import closing, correcting, undoing
from frontdesk.volunteers.checkin.replay import VisitState, replay
from tests.desks import NOON, new_desk

NUMBERS = ("0310001", "0310002")
MANAGER = Operator("M001", "王五", "manager")
WRITTEN = ("scan", "visit", "day_closing", "audit")
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
    """A centre with two volunteers, their cards, and assignments, two of them over midnight, to be copied."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    home = Path(folder.name) / "home"
    context = new_desk(home)
    with context.change("test.filled", "centre") as connection:
        for no in NUMBERS:
            service.store(context, connection, Volunteer(no=no, name=f"张{no[-1]}"), "")
        for title, hour, length in (("夜巡", -2, 4), ("晚班", -4.5, 4), ("再夜巡", 22, 3)):
            starts = MIDNIGHT + timedelta(hours=hour)
            new = Assignment(
                day=starts.date().isoformat(),
                title=title,
                starts_at=to_ms(starts),
                ends_at=to_ms(starts + timedelta(hours=length)),
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
        connection = self.context.database.connection
        self.assignments = assignments.lines(connection, "2000-01-01", "2999-12-31")
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
            assert refusal.area in ("checkin", "volunteers"), refusal.code
            assert self.kept() == before
            return None

    @property
    def table(self) -> list[VisitRow]:
        return list(visits.by_volunteer(self.context.database.connection))

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
        running = {one.id for one in self.assignments if one.ends_at > to_ms(self.now)}
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
        credit = data.draw(st.sampled_from([None, None, *(one.id for one in self.assignments)]))
        self.attempt(
            correcting.add_visit, no, entered=entered, left=entered + length, assignment_id=credit, reason="补"
        )

    @rule(data=st.data(), seldom=st.sampled_from([False, False, False, True]))
    def annul(self, data: st.DataObject, seldom: bool) -> None:
        one = self.visit(data)
        if one is not None and seldom:
            self.attempt(correcting.annul_visit, one.volunteer_no, one.day, one.number, "错的")

    @rule(data=st.data())
    def credit(self, data: st.DataObject) -> None:
        one = self.visit(data)
        if one is not None:
            credit = data.draw(st.sampled_from([None, *(each.id for each in self.assignments)]))
            self.attempt(correcting.credit_visit, one.volunteer_no, one.day, one.number, assignment_id=credit)

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

    @invariant()
    def what_is_put_in_never_exceeds_the_plan(self) -> None:
        planned = {one.id: (one.ends_at - one.starts_at) // 1000 for one in self.assignments}
        put_in: defaultdict[tuple[object, ...], int] = defaultdict(int)
        for one in self.table:
            if not one.annulled and one.basis != "measured":
                seconds = counted(VisitState(*(getattr(one, name) for name in VisitState._fields)))[1]
                put_in[one.volunteer_no, one.assignment_id, "" if one.assignment_id else one.day] += seconds
        for (_, assignment_id, _), seconds in put_in.items():
            allowed = planned.get(assignment_id, self.context.settings.supplement_day_minutes * 60)  # type: ignore[call-overload]
            assert seconds <= allowed

    @invariant()
    def the_table_and_the_hours_follow_from_the_log(self) -> None:
        connection = self.context.database.connection
        told = replay(sorted(visits.log_entries(connection), key=lambda entry: entry.id))
        assert told == {
            (one.volunteer_no, one.day, one.number): VisitState(*(getattr(one, name) for name in VisitState._fields))
            for one in self.table
        }
        for no in NUMBERS:
            parts = [counted(state) for (whose, _, _), state in told.items() if whose == no]
            wanted = (sum(part[0] for part in parts), sum(part[1] for part in parts))
            assert hours.of_volunteer(connection, no, "2000-01-01", "2999-12-31") == wanted

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


CheckinMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestCheckinMachine = CheckinMachine.TestCase
