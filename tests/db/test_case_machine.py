"""Records of every definition under whatever a desk does, in two windows: what its log tells is what stands there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db import audit
from db import cases as records
from db.connection import open_database
from frontdesk.cases import service
from frontdesk.cases.definition.model import Transition
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.errors import CaseError
from frontdesk.cases.service import CaseView, LinkTarget
from tests import casenaive
from tests.casewalks import DEPUTY, MANAGER, MANAGERS, OTHER, SECOND, Walker
from tests.desks import contents, passing_desk

CODES = sorted(code for code, one in own_definitions().items() if one.kind != "duty")
PEOPLE = st.sampled_from([MANAGER, DEPUTY, SECOND, OTHER])
ANY = st.integers(0, 10**6)
ON_THE_WAY = {"unknown_case", "too_many_opened"}


class Desk(RuleBasedStateMachine):
    """Some people at two windows of one centre; records of all definitions."""

    @initialize(codes=st.lists(st.sampled_from(CODES), min_size=3, max_size=6, unique=True))
    def begin(self, codes: list[str]) -> None:
        self._desk = passing_desk()
        context, _ = self._desk.__enter__()
        self.walker = Walker(context)
        self.codes = codes
        self._second = open_database(context.home.database)
        self.window = replace(context, database=self._second.__enter__())
        self.windows = [context, self.window]

    def teardown(self) -> None:
        if not hasattr(self, "_desk"):
            return
        try:
            self.everything_is_as_its_log_tells()
        finally:
            self._second.__exit__(None, None, None)
            self._desk.__exit__(None, None, None)

    def at(self, no: str, window: int) -> Any:
        """Somebody signed in at one of the windows; both go by one clock."""
        context = self.windows[window % 2]
        context.clock = self.walker.desk.clock
        return replace(context, operator=self.walker.of(no).operator)

    def view(self, place: int) -> CaseView:
        ids = self.all_ids()
        return service.view(self.walker.of(MANAGER), ids[place % len(ids)])

    def all_ids(self) -> list[int]:
        rows = self.walker.desk.database.connection.execute("SELECT id FROM case_record ORDER BY id")
        return [row[0] for row in rows]

    def attempt(self, case: Any, *arguments: Any, **options: Any) -> CaseView | None:
        """Do something; what is refused changes nothing."""
        before = contents(self.walker.desk)
        try:
            done: CaseView = case(*arguments, **options)
        except CaseError as refused:
            assert refused.area == "cases" and refused.code not in ON_THE_WAY
            assert contents(self.walker.desk) == before, refused.code
            return None
        return done

    @rule(place=ANY, no=PEOPLE, window=ANY)
    def open(self, place: int, no: str, window: int) -> None:
        definition = self.walker.definition(self.codes[place % len(self.codes)])
        fields = [one for one in definition.fields if one.at_opening and (one.required or place % 2)]
        fields = [one for one in fields if one.kind != "reference" or one.of != definition.code]
        typed = self.walker.values(definition, fields)
        self.attempt(service.open_case, self.at(no, window), definition.code, typed)

    @precondition(lambda self: self.all_ids())
    @rule(place=ANY, step=ANY, no=PEOPLE, window=ANY, days=st.integers(0, 3), reason=st.sampled_from(["", "有原因"]))
    def step(self, place: int, step: int, no: str, window: int, days: int, reason: str) -> None:
        view = self.view(place)
        self.walker.later(days)
        steps = [
            one for one in view.definition.transitions if view.row.state in one.from_
        ] or view.definition.transitions
        one = steps[step % len(steps)]
        asked = [view.definition.field(ask.field) for ask in one.asks if ask.required or step % 3]
        typed = self.walker.values(view.definition, [field for field in asked if field is not None])
        after = self.attempt(service.take_step, self.at(no, window), view.row.id, one.code, typed, reason)
        if after is not None:
            self.was_allowed(view, one, no, reason, typed)
            assert after.row.state == (one.to or view.row.state)

    def was_allowed(self, before: CaseView, one: Transition, no: str, reason: str, typed: Mapping[str, object]) -> None:
        """Who took a step might, in that state, with the words it asks for."""
        now = casenaive.replayed(before.definition, before.log)
        assert now.state in one.from_ and (one.reason != "required" or reason)
        is_outside = bool(one.outside) and all(typed.get(code) for code in one.outside)
        assert "another" not in one.who or now.moved_by != no or is_outside
        told = [who for who in one.who if who != "another"]
        responsible = before.row.responsible == no
        assert not told or "operator" in told or no in MANAGERS or ("responsible" in told and responsible)
        assert 1 <= now.level + (one.level or 0) <= 3

    @precondition(lambda self: self.all_ids())
    @rule(place=ANY, which=ANY, no=PEOPLE, window=ANY)
    def correct(self, place: int, which: int, no: str, window: int) -> None:
        view = self.view(place)
        fields = [one for one in view.definition.fields if one.kind != "reference"]
        one = fields[which % len(fields)]
        typed: object = "" if which % 5 == 0 else self.walker.typed(view.definition, one)
        done = self.attempt(service.correct, self.at(no, window), view.row.id, {one.code: typed}, "写错了")
        if done is not None:
            assert done.row.state == view.row.state and (view.row.ended_on is None or no in MANAGERS)

    @precondition(lambda self: self.all_ids())
    @rule(place=ANY, words=st.sampled_from(["", "又来问了一次"]), no=PEOPLE, window=ANY)
    def note(self, place: int, words: str, no: str, window: int) -> None:
        view = self.view(place)
        done = self.attempt(service.add_note, self.at(no, window), view.row.id, words)
        assert (done is not None) == bool(words)

    @precondition(lambda self: self.all_ids())
    @rule(place=ANY, other=ANY, back=st.booleans(), no=PEOPLE, window=ANY)
    def link(self, place: int, other: int, back: bool, no: str, window: int) -> None:
        ids, view = self.all_ids(), self.view(place)
        target = (
            LinkTarget("case", str(ids[other % len(ids)])) if other % 3 else LinkTarget("session", self.walker.session)
        )
        if back:
            self.attempt(service.unlink, self.at(no, window), view.row.id, target, "挂错了")
        else:
            self.attempt(service.link, self.at(no, window), view.row.id, target)

    @precondition(lambda self: self.all_ids())
    @rule(place=ANY)
    def two_windows(self, place: int) -> None:
        """What one window has seen is old once the other has written."""
        view = self.view(place)
        service.add_note(self.at(SECOND, 0), view.row.id, "这边写了")
        with pytest.raises(CaseError, match="seen_before"):
            service.correct(self.at(MANAGER, 1), view.row.id, {}, "那边还没看到", revision=view.row.revision)

    @invariant()
    def the_work_list_has_what_is_open_by_its_due_day(self) -> None:
        if not hasattr(self, "walker"):
            return
        rows = self.walker.desk.database.connection.execute("SELECT id, due_on, ended_on FROM case_record")
        wanted = sorted((due or "9999", case_id) for case_id, due, ended in rows if ended is None)
        assert [one.id for one in service.work_list(self.window, 1000)] == [case_id for _, case_id in wanted]

    def everything_is_as_its_log_tells(self) -> None:
        connection = self.walker.desk.database.connection
        for row, log in list(records.logs(connection)):
            self.walker.compare(service.view(self.walker.of(MANAGER), row.id))
            assert json.loads(row.said) == casenaive.replayed(self.walker.definition(row.definition), log).values
        assert service.set_dates_again(self.walker.of(MANAGER)) == 0
        assert service.cases_astray(self.walker.desk, connection) == []
        assert audit.first_broken(connection) is None


class TestCases(Desk.TestCase):  # type: ignore[misc, valid-type]
    settings = settings(max_examples=8, stateful_step_count=25)


@pytest.mark.slow
class TestCasesForLonger(Desk.TestCase):  # type: ignore[misc, valid-type]
    settings = settings(max_examples=60, stateful_step_count=40)
