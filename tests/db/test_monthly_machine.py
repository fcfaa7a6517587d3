"""A monthly list in any order of steps and changes: what its sessions say follows from it at every moment."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from db import monthly as records
from frontdesk.activities import service as activities
from frontdesk.activities.monthly import service
from frontdesk.activities.service import lists_astray, signups_astray
from frontdesk.activities.sessions.service import add_session
from frontdesk.errors import DeskError
from tests.desks import passing_desk
from tests.monthdesks import DECEMBER, change, made, states, stored

FIRST = date(2026, 12, 1)


class ListMachine(RuleBasedStateMachine):
    """Whatever is done in whichever order: only the steps of the list lead from state to state, sessions go along, what
    was published stays as it was, and every later change is one line.
    """

    def __init__(self) -> None:
        super().__init__()
        self._entered = passing_desk()
        self.context, _ = self._entered.__enter__()
        self.state: str | None = None
        self.made = 0
        self.editions: list[dict[str, dict[str, object]]] = []
        self.lines = 0
        self.signed_up = False

    def teardown(self) -> None:
        assert signups_astray(self.context.database.connection) == []
        assert lists_astray(self.context.database.connection) == []
        self._entered.__exit__(None, None, None)

    def codes(self) -> list[str]:
        return [one.code for one in service.month_view(self.context, DECEMBER).sessions]

    def does(self, do: Callable[..., object], *arguments: object, **options: object) -> str:
        try:
            do(self.context, DECEMBER, *arguments, **options)
        except DeskError as refusal:
            return refusal.code
        return ""

    @rule()
    def add(self) -> None:
        self.made += 1
        day = FIRST + timedelta(days=self.made % 20)
        wanted = made(f"S{self.made}", day, room=f"房{self.made}", state="published")
        code = add_session(self.context, wanted).session.code
        is_planning = self.state in ("draft", "approved")
        assert stored(self.context, code).state == ("draft" if is_planning else "published")
        self.lines += self.state == "published"

    @rule()
    def begin(self) -> None:
        service.begin(self.context, DECEMBER)
        self.state = self.state or "draft"

    @rule()
    def approve(self) -> None:
        drafts = any(state == "draft" for state in states(self.context).values())
        refused = self.does(service.approve)
        if self.state == "published":
            assert refused == "already_published"
        elif not self.codes():
            assert refused == "empty_list"
        elif self.state == "approved" and not drafts:
            assert refused == "nothing_to_approve"
        else:
            assert refused == ""
            self.state = "approved"

    @rule()
    def publish(self) -> None:
        drafts = any(state == "draft" for state in states(self.context).values())
        refused = self.does(service.publish)
        if self.state != "approved":
            assert refused == ("already_published" if self.state == "published" else "not_approved")
        elif drafts:
            assert refused == "drafts_left"
        else:
            assert refused == ""
            self.state, self.lines = "published", 0
            self.editions.append(service.frozen(self.context, DECEMBER))

    @rule()
    def withdraw(self) -> None:
        refused = self.does(service.withdraw, "再看看")
        if self.state in (None, "draft"):
            assert refused == "nothing_to_withdraw"
        elif self.state == "published" and self.signed_up:
            assert refused == "signed_up"
        else:
            assert refused == ""
            self.state = "approved" if self.state == "published" else "draft"

    @precondition(lambda self: self.made)
    @rule(which=st.integers(0, 99), name=st.sampled_from(["一", "二", "三"]))
    def rename(self, which: int, name: str) -> None:
        codes = self.codes()
        code = codes[which % len(codes)]
        changes = stored(self.context, code).name != name
        change(self.context, code, "改名", name=name)
        self.lines += self.state == "published" and changes

    @precondition(lambda self: self.state == "published" and self.made)
    @rule(which=st.integers(0, 99))
    def sign_up(self, which: int) -> None:
        codes = self.codes()
        code = codes[which % len(codes)]
        try:
            activities.sign_up(self.context, code, "赵一", "15410000001", 1)
        except DeskError as refusal:
            assert refusal.code in ("already_signed_up", "collides")
            return
        self.signed_up = True

    @invariant()
    def sessions_go_along_with_their_list(self) -> None:
        kept = service.month_view(self.context, DECEMBER).kept
        assert (kept.state if kept else None) == self.state
        if self.state == "published":
            assert set(states(self.context).values()) <= {"published"}
            assert len(service.month_view(self.context, DECEMBER).changes) == self.lines

    @invariant()
    def every_edition_stays_as_it_was(self) -> None:
        for edition, said in enumerate(self.editions, 1):
            lines = records.lines(self.context.database.connection, "2026-12", edition)
            assert {code: json.loads(one) for code, one in lines.items()} == said


TestListMachine = ListMachine.TestCase
TestListMachine.settings = settings(max_examples=12, stateful_step_count=15)
