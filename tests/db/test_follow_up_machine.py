"""Bad ratings in any order of events: each is in one state, its deadline follows the calendar, every end can be reached
and the table follows from the log.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db import feedback
from db import follow_ups as records
from db.follow_ups import BadRating
from frontdesk.calendar import service as calendar
from frontdesk.common.timelimits import PRESETS
from frontdesk.context import Operator
from frontdesk.errors import DeskError
from frontdesk.feedback.followup import service
from frontdesk.feedback.followup.checking import follow_ups_astray
from frontdesk.feedback.followup.counting import follow_up_counts
from frontdesk.feedback.followup.errors import FollowUpError
from frontdesk.feedback.followup.recording import follow_up_of
from frontdesk.feedback.followup.rules import ENDED, MANAGERS, Event, EventKind, Facts, FollowUp, possible, step
from tests.desks import passing_desk
from tests.followups import DESK_HAND, MANAGER, counted, hire, noon, rated

FIRST = date(2026, 9, 21)
"""Before it there is a make-up Sunday, after it the National Day with another: 20 September and 10 October 2026."""

KINDS = st.sampled_from([*sorted(service.VALUES), "verified", "assigned", "closed", "appealed", "withdrawn"])
DECISIONS = st.sampled_from(["appeal_upheld", "appeal_rejected", "reopened", "settled", "withdrawn"])
NAMED = st.sampled_from(["anonymous", "named", "phone"])


class FollowUpMachine(RuleBasedStateMachine):
    """A model beside the program: which ratings are bad, which have ended, how often somebody was not satisfied."""

    def __init__(self) -> None:
        super().__init__()
        self._entered = passing_desk()
        self.context, _ = self._entered.__enter__()
        hire(self.context)
        self.today = FIRST
        noon(self.context, FIRST)
        self.levels: dict[bytes, int] = {}
        self.acted: dict[bytes, int] = {}
        self.specials = {
            day: special.kind
            for day, special in calendar.calendar_for(self.context, FIRST, date(2026, 12, 31)).overrides.items()
        }

    def teardown(self) -> None:
        self.every_end_can_be_reached()
        self._entered.__exit__(None, None, None)

    def key(self, which: int) -> bytes:
        keys = list(self.levels)
        return keys[which % len(keys)]

    def does(self, who: Operator, do: Callable[..., Any], *arguments: Any, **options: Any) -> str:
        self.context.operator = who
        try:
            do(self.context, *arguments, **options)
        except DeskError as refusal:
            return refusal.code
        return ""

    def line(self, key: bytes) -> BadRating:
        found = records.of_key(self.context.database.connection, key)
        assert found is not None
        return found

    def listed(self) -> list[service.Listed]:
        return service.open_follow_ups(self.context)

    @initialize()
    def begin(self) -> None:
        for kind in ("anonymous", "named", "phone"):
            self.rate(2, kind, 1)

    @rule(level=st.sampled_from([1, 1, 2, 3]), kind=NAMED, ago=st.integers(0, 3))
    def rate(self, level: int, kind: str, ago: int) -> None:
        day = self.today - timedelta(days=ago)
        key = rated(
            self.context,
            len(self.levels) + 1,
            level=level,
            day=day,
            known_on=self.today,
            named=kind == "named",
            phone="15410000001" if kind == "phone" else "",
        )
        self.levels[key] = level

    @precondition(lambda self: self.levels)
    @rule(which=st.integers(0, 9), level=st.sampled_from([1, 2, 2, 4]))
    def correct(self, which: int, level: int) -> None:
        key = self.key(which)
        with self.context.database.write() as connection:
            feedback.set_level(connection, key, level)
            service.level_corrected(self.context, connection, key, self.levels[key], level, "输错了")
            self.acted[key] = follow_up_revision(connection, key)
        self.levels[key] = level

    @precondition(lambda self: self.levels)
    @rule(which=st.integers(0, 9), kind=KINDS, data=st.data())
    def act(self, which: int, kind: EventKind, data: st.DataObject) -> None:
        self.take(DESK_HAND, self.key(which), kind, data)

    @precondition(lambda self: self.levels)
    @rule(which=st.integers(0, 9), kind=DECISIONS, data=st.data())
    def decide(self, which: int, kind: EventKind, data: st.DataObject) -> None:
        self.take(MANAGER, self.key(which), kind, data)

    @precondition(lambda self: any(level <= 2 for level in self.levels.values()))
    @rule(which=st.integers(0, 9), steps=st.integers(2, 8), data=st.data())
    def go_on(self, which: int, steps: int, data: st.DataObject) -> None:
        """Some steps that can be taken, one after the other, a day between them now and then."""
        bad = [key for key, level in self.levels.items() if level <= 2]
        key = bad[which % len(bad)]
        for _ in range(steps):
            try:
                found = service.story(self.context, key)
            except FollowUpError as refusal:
                assert refusal.code == "not_workable"
                self.time_passes(1)
                continue
            further = [kind for kind in found.possible if kind not in ("settled", "withdrawn")] or found.possible
            kind = data.draw(st.sampled_from(further))
            self.take(MANAGER if kind in MANAGERS else DESK_HAND, key, kind, data)

    def take(self, who: Operator, key: bytes, kind: EventKind, data: st.DataObject) -> None:
        before = self.line(key)
        value = data.draw(st.sampled_from(service.VALUES[kind])) if kind in service.VALUES else ""
        value = "S001" if kind == "assigned" else value
        seen = before.revision - (1 if before.revision and data.draw(st.integers(0, 9)) == 0 else 0)
        code = self.does(who, service.act, key, kind, value=value, note="查过了", revision=seen)
        after = self.line(key)
        self.acted[key] = after.revision
        if code:
            assert after == before
            return
        assert seen == before.revision
        assert after.revision > before.revision
        assert before.named or before.day < self.today.isoformat()
        assert self.levels[key] <= 2
        if after.state == "appeal_upheld":
            assert who.role == "manager" and (after.excluded, after.ended) == (1, 1)
        if kind == "closed" and before.can_call:
            log = records.log_of(self.context.database.connection, before.no)
            last = max(place for place, one in enumerate(log) if one.event == "result")
            calls = [json.loads(one.detail)["value"] for one in log[last:] if one.event == "called_back"]
            assert "satisfied" in calls or calls.count("unreached") >= 3

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)
        noon(self.context, self.today)

    @rule(ahead=st.integers(-3, 20), kind=st.sampled_from(["holiday", "makeup", None]))
    def calendar_changes(self, ahead: int, kind: Any) -> None:
        day = self.today + timedelta(days=ahead)
        if self.does(MANAGER, calendar.set_day, day, kind):
            return
        self.specials.pop(day, None)
        if kind:
            self.specials[day] = kind

    @rule(preset=st.sampled_from(sorted(PRESETS)))
    def preset_changes(self, preset: str) -> None:
        self.context.settings = replace(self.context.settings, follow_up_preset=preset)

    @precondition(lambda self: len(self.levels) > 3)
    @rule(back=st.integers(3, 30))
    def settle_many(self, back: int) -> None:
        before = self.today - timedelta(days=back)
        ones = [one.rating for one in self.listed()]
        settled = {one.key for one in ones if (one.reopened_on or one.known_on) < before.isoformat()}
        assert self.does(DESK_HAND, service.settle_old, before, "旧账") == "manager_required"
        self.context.operator = MANAGER
        assert service.settle_old(self.context, before, "旧账") == len(settled)
        assert {one.rating.key for one in self.listed()} == {one.key for one in ones} - settled

    @invariant()
    def every_bad_rating_is_in_exactly_one_state(self) -> None:
        connection = self.context.database.connection
        opened = [one.rating.key for one in self.listed()]
        assert len(opened) == len(set(opened))
        ended = [one.rating.key for one in service.ended_follow_ups(self.context)]
        assert len(ended) == len(set(ended)) and not set(opened) & set(ended)
        for key, level in self.levels.items():
            line = self.line(key)
            assert (connection.execute("SELECT count(*) FROM follow_up WHERE key = ?", (key,)).fetchone()[0]) == bool(
                line.no
            )
            is_today = not line.named and line.day >= self.today.isoformat()
            if level <= 2 and not is_today:
                assert (key in opened) != (key in ended)
            assert line.ended == (line.state in ENDED) == (key in ended)
            assert line.excluded == (line.state == "appeal_upheld")
            if is_today:
                assert not line.no
            if not line.no:
                assert line.state == "new"
        counts = follow_up_counts(self.context)
        assert (counts.open, counts.overdue, counts.due_soon) == (
            len(opened),
            sum(one.pace in ("overdue", "notice") for one in self.listed()),
            sum(one.pace == "soon" for one in self.listed()),
        )

    @invariant()
    def deadlines_follow_the_calendar(self) -> None:
        holidays = {day for day, kind in self.specials.items() if kind == "holiday"}
        makeups = {day for day, kind in self.specials.items() if kind == "makeup"}
        for one in self.listed():
            line = one.rating
            preset = PRESETS[line.preset or self.context.settings.follow_up_preset]
            begins, days = line.reopened_on or line.known_on, preset.simple
            if line.state == "new":
                days = preset.first_contact if preset.first_contact is not None else days
            elif line.state == "result" and line.can_call and preset.call_back is not None:
                begins, days = line.result_on or "", preset.call_back
            elif line.complexity == "complex":
                days = preset.complex
            if days is None:
                assert one.limit is None and one.pace == "none"
                continue
            assert one.limit is not None
            due = counted(date.fromisoformat(begins), days, holidays, makeups)
            assert one.limit.due == due
            assert (one.pace in ("overdue", "notice")) == (self.today > due)

    @invariant()
    def the_table_follows_from_the_log(self) -> None:
        assert follow_ups_astray(self.context.database.connection) == []

    @invariant()
    def nothing_is_doubled(self) -> None:
        for key, revision in self.acted.items():
            line = self.line(key)
            assert line.revision >= revision
            log = records.log_of(self.context.database.connection, line.no) if line.no else []
            assert len(log) == line.revision
            assert sum(one.event == "opened" for one in log) == bool(log)

    def every_end_can_be_reached(self) -> None:
        for key, level in self.levels.items():
            line = self.line(key)
            if level > 2:
                continue
            log = records.log_of(self.context.database.connection, line.no) if line.no else []
            facts = Facts(level, is_workable=True, can_call=bool(line.can_call))
            now = follow_up_of(log)
            ends = {"closed", "withdrawn"}
            if now.appealed_from is None or now.state == "appealed":
                ends.add("appeal_upheld")
            assert now.has_ended or reachable(now, facts) >= ends


def follow_up_revision(connection: Any, key: bytes) -> int:
    found = records.get(connection, key)
    return found.revision if found else 0


def reachable(now: FollowUp, facts: Facts, depth: int = 6) -> set[str]:
    """The ends that the staff can bring this to without a manager's bulk settling, in so many steps."""
    ends: set[str] = set()
    frontier = [now]
    for _ in range(depth):
        following = []
        for one in frontier:
            if one.has_ended:
                ends.add(one.state)
                continue
            for kind in possible(one, facts):
                if kind in ("settled", "complexity", "assigned"):
                    continue
                for value in service.VALUES.get(kind, ("",)):
                    following.append(step(one, Event(kind, "2026-11-09", value)))
        frontier = list({replace(one, revision=0): one for one in following}.values())
    return ends | {one.state for one in frontier if one.has_ended}


TestFollowUpMachine = FollowUpMachine.TestCase
TestFollowUpMachine.settings = settings(
    max_examples=15, stateful_step_count=25, suppress_health_check=list(HealthCheck)
)
