"""Whatever happens in whatever order: nobody in two places, no empty post unseen, the log tells the whole story."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db import leave as leaves
from db import swap as swaps
from frontdesk.errors import DeskError
from frontdesk.roster import day
from frontdesk.roster.day.working import begins_at, ends_at, local_minute
from frontdesk.roster.legality import violations
from frontdesk.roster.model import RoleInSlot, SlotKey, away_of
from frontdesk.roster.situation import load
from frontdesk.today.service import today
from tests.desks import contents, passing_desk
from tests.duties import MONDAY, NAMES, POSTS, folded, log, set_up, slot, worked
from tests.naive_roster import HARD, breaches

DAYS = 8
PEOPLE = [*NAMES, "M001"]
OPEN = (0, 1, 2, 3, 4, 7)
"""Monday to Friday, and the next Monday."""
PLACES = [(number, post, shift) for number in OPEN for post in POSTS for shift in ("早", "晚")]

places = st.sampled_from(PLACES)
people = st.sampled_from(PEOPLE)
roles: st.SearchStrategy[RoleInSlot] = st.sampled_from(["acting", "standby"])


def planned(_: int, post: str, shift: str) -> tuple[str | None, str | None]:
    """A legal roster: three people in every early shift, the other three in the late one; one standby is missing."""
    team = ("S1", "S2", "S3") if shift == "早" else ("S4", "S5", "S6")
    place = list(POSTS).index(post)
    return team[place], None if post == "财务" else team[(place + 1) % 2]


class RosterMachine(RuleBasedStateMachine):
    """The use cases of the roster's day on a real file."""

    @initialize()
    def open(self) -> None:
        self._desk = passing_desk()
        self.context, _ = self._desk.__enter__()
        self.hands = set_up(self.context, {place: planned(*place) for place in PLACES})

    def teardown(self) -> None:
        if hasattr(self, "_desk"):
            self._desk.__exit__(None, None, None)

    def attempt(self, case: Any, *arguments: Any, **options: Any) -> Any:
        """Run a use case; one that is refused changes nothing."""
        before = contents(self.context)
        try:
            return case(self.context, *arguments, **options)
        except DeskError as refusal:
            assert refusal.area == "roster", refusal.code
            assert contents(self.context) == before
            return None

    @rule(
        no=people,
        first=st.integers(0, DAYS - 1),
        length=st.integers(0, 3),
        bounds=st.sampled_from([(None, None)] * 3 + [(720, None), (None, 780)]),
    )
    def absent(self, no: str, first: int, length: int, bounds: tuple[int | None, int | None]) -> None:
        begins = MONDAY + timedelta(days=first)
        span = {"from_minute": bounds[0], "until_minute": bounds[1]}
        done = self.attempt(day.report_absent, no, begins, begins + timedelta(days=length), **span)
        again = self.attempt(day.report_absent, no, begins, begins + timedelta(days=length), **span)
        assert again.leave_id == done.leave_id
        assert again.changes == ()
        empty = {gap.slot for gap in done.gaps}
        assert all(worked(self.context)[one].acting is None for one in empty)

    @rule(no=people, hours=st.sampled_from([0, 0, 0, 10, 30]))
    def back(self, no: str, hours: int) -> None:
        self.attempt(day.report_back, no, self.context.now() + timedelta(hours=hours))

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        known = self._leaves()
        if known:
            self.attempt(day.withdraw_absence, data.draw(st.sampled_from(known)))

    @rule(place=places, role=roles, no=st.one_of(st.none(), people), override=st.booleans())
    def edit(self, place: tuple[int, str, str], role: RoleInSlot, no: str | None, override: bool) -> None:
        self.attempt(day.assign, slot(*place), role, no, "因公", override=override)

    @rule(place=places, locked=st.booleans())
    def lock(self, place: tuple[int, str, str], locked: bool) -> None:
        self.attempt(day.lock, slot(*place), locked)

    @rule(data=st.data(), exchange=st.booleans(), anybody=st.booleans())
    def ask_swap(self, data: st.DataObject, exchange: bool, anybody: bool) -> None:
        held = [(key, role, no) for key, one in worked(self.context).items()
                for role, no in (("acting", one.acting), ("standby", one.standby)) if no]  # fmt: skip
        if not held:
            return
        key, role, no = data.draw(st.sampled_from(held))
        if anybody:
            self.attempt(day.ask_swap, key, role, asked_by=no)
            return
        other_key, other_role, other_no = data.draw(st.sampled_from(held))
        other = (other_key, other_role) if exchange else None
        self.attempt(day.ask_swap, key, role, asked_by=no, with_staff=other_no, other=other)

    @rule(data=st.data(), taker=people)
    def agree(self, data: st.DataObject, taker: str) -> None:
        waiting = [one.id for one in swaps.waiting(self.context.database.connection, "2000-01-01")]
        if waiting:
            chosen = data.draw(st.sampled_from(waiting))
            self.attempt(day.swap_findings, chosen, taker)
            self.attempt(day.agree_swap, chosen, taker)

    @rule(data=st.data(), taker=people)
    def take(self, data: st.DataObject, taker: str) -> None:
        offered = [one for one in day.open_shifts(self.context) if one.swap_id is None]
        if offered:
            one = data.draw(st.sampled_from(offered))
            self.attempt(day.take_open, one.slot, one.role, taker)

    @rule(no=people, first=st.integers(0, DAYS - 1), length=st.integers(0, 2), covering=st.sampled_from([None, "M001"]))
    def leave(self, no: str, first: int, length: int, covering: str | None) -> None:
        begins = MONDAY + timedelta(days=first)
        asked = self.attempt(day.ask_leave, no, begins, begins + timedelta(days=length))
        if asked is not None:
            self.attempt(day.approve_leave, asked.leave_id, covering=covering, reason="批准")

    @precondition(lambda self: local_minute(self.context.now()) < (MONDAY + timedelta(days=3)).toordinal() * 1440)
    @rule(hours=st.sampled_from([2, 7, 13]))
    def time_passes(self, hours: int) -> None:
        self.hands.forward(hours)

    def _leaves(self) -> list[int]:
        return [one.id for one in leaves.touching(self.context.database.connection, "2000-01-01", "2999-12-31")]

    @invariant()
    def nobody_has_both_roles(self) -> None:
        assert all(one.acting is None or one.acting != one.standby for one in worked(self.context).values())

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        acting = defaultdict(list)
        for one in worked(self.context).values():
            if one.acting:
                acting[one.acting].append(one)
        for slots in acting.values():
            for one, other in combinations(slots, 2):
                apart = ends_at(one) <= begins_at(other) or ends_at(other) <= begins_at(one)
                covers = any(POSTS[each.post] and each.acting != each.planned_acting for each in (one, other))
                assert apart or (begins_at(one) == begins_at(other) and covers)
            starts = [begins_at(one) for one in slots]
            assert all(starts.count(begin) <= 2 for begin in starts)

    @invariant()
    def legality_hides_nothing(self) -> None:
        situation, roster = load(self.context, MONDAY, MONDAY + timedelta(days=DAYS - 1))
        said = {(one.staff_no, one.code) for one in violations(situation, roster) if one.code in HARD}
        assert said == {(no, code) for no, code, _ in breaches(situation, roster) if code in HARD}

    @invariant()
    def today_shows_every_gap(self) -> None:
        now = local_minute(self.context.now().astimezone(self.context.zone))
        empty = {
            (one.day[5:], one.post, one.shift)
            for one in worked(self.context).values()
            if one.acting is None and ends_at(one) > now
        }
        shown = {
            (str(due.values["day"]), due.values["post"], due.values["shift"])
            for due in today(self.context).due
            if due.kind == "gap_ahead"
        }
        assert shown == empty

    @invariant()
    def the_log_over_the_plan_is_the_roster_as_worked(self) -> None:
        slots = worked(self.context)
        state = folded(slots.values(), log(self.context))
        assert state == {key: (one.acting, one.standby) for key, one in slots.items()}

    @invariant()
    def nobody_stands_anywhere_while_away(self) -> None:
        now = local_minute(self.context.now().astimezone(self.context.zone))
        every = leaves.between(self.context.database.connection, "2000-01-01", "2999-12-31")
        for key, one in worked(self.context).items():
            if ends_at(one) > now:
                for leave in every:
                    if leave.staff_no in (one.acting, one.standby):
                        assert not away_of(leave).touches(key.day, one.starts, one.ends)


class TestRosterMachine(RosterMachine.TestCase):  # type: ignore[misc, valid-type]
    settings = settings(max_examples=8, stateful_step_count=25)


@pytest.mark.slow
class TestRosterMachineForLonger(RosterMachine.TestCase):  # type: ignore[misc, valid-type]
    settings = settings(max_examples=100, stateful_step_count=25)


def test_the_published_roster_of_the_machine_is_legal() -> None:
    with passing_desk() as (context, _):
        set_up(context, {place: planned(*place) for place in PLACES})
        situation, roster = load(context, MONDAY, MONDAY + timedelta(days=DAYS - 1))
        assert [one for one in violations(situation, roster) if one.hard] == []
        assert SlotKey(date(2026, 11, 9), "窗口", "早") in roster
