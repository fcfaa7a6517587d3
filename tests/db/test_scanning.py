"""Scans as they are decided and recorded: entry and exit, the same scan twice, midnight, and who may record them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import audit
from db.volunteers import Volunteer
from frontdesk.context import Context, Operator, to_ms
from frontdesk.errors import DeskError
from frontdesk.volunteers import service
from tests.desks import NOON, contents, passing_desk

NUMBERS = ("0310001", "0310002")
AUDITOR = Operator("S009", "孙七", "auditor")


def enrol(context: Context) -> dict[str, str]:
    """Two volunteers with cards; their codes by number."""
    with context.change("test.filled", "centre") as connection:
        for no in NUMBERS:
            service.store(context, connection, Volunteer(no=no, name=f"张{no[-1]}"), "")
    return dict(service.issue_cards(context))


@dataclass
class Person:
    """What decides a person's next scan, kept the plain way: every accepted scan, and every visit."""

    accepted: list[int] = field(default_factory=list)
    visits: list[tuple[str, int, int | None]] = field(default_factory=list)

    def scan(self, at: int, day: str, within: int) -> tuple[str, str]:
        """Result and reason."""
        if any(abs(at - earlier) <= within for earlier in self.accepted):
            return "same_scan", ""
        today = [visit for visit in self.visits if visit[0] == day]
        if today and at < (today[-1][2] or today[-1][1]):
            return "refused", "earlier_than_last"
        self.accepted.append(at)
        if not today or today[-1][2] is not None:
            self.visits.append((day, at, None))
            return "entered", ""
        self.visits[self.visits.index(today[-1])] = (day, today[-1][1], at)
        return "left", ""


MIDNIGHT = datetime.fromisoformat("2026-11-10T00:00:00+08:00")
SECONDS = st.one_of(st.integers(-40, 40), st.integers(-90_000, 90_000))


@given(st.lists(st.tuples(st.sampled_from(NUMBERS), SECONDS), max_size=25))
def test_scans_at_any_times_in_any_order_are_decided_as_their_history_says(scans: list[tuple[str, int]]) -> None:
    people = {no: Person() for no in NUMBERS}
    with passing_desk() as (context, _):
        codes = enrol(context)
        within = context.settings.same_scan_seconds * 1000
        for no, seconds in scans:
            at = MIDNIGHT + timedelta(seconds=seconds)
            outcome = service.scan(context, codes[no], at=at)
            assert (outcome.result, outcome.reason) == people[no].scan(to_ms(at), at.date().isoformat(), within)
        found = contents(context)
        visits = [(day, no, came, left) for no, day, _, came, left, *_ in found["visit"]]
        wanted = [(day, no, came, left) for no in NUMBERS for day, came, left in people[no].visits]
        assert sorted(visits) == sorted(wanted)
        assert len(found["scan"]) == len(scans)
        assert audit.first_broken(context.database.connection) is None


def test_a_card_held_twice_across_midnight_is_one_scan(desk: Context) -> None:
    code = enrol(desk)[NUMBERS[0]]
    before, after = MIDNIGHT - timedelta(seconds=4), MIDNIGHT + timedelta(seconds=4)
    assert service.scan(desk, code, at=before).result == "entered"
    assert service.scan(desk, code, at=after).result == "same_scan"
    assert service.scan(desk, code, at=after + timedelta(seconds=10)).result == "entered"


def test_the_same_nonce_again_answers_the_same_and_records_nothing(desk: Context) -> None:
    code = enrol(desk)[NUMBERS[0]]
    first = service.scan(desk, code, at=NOON, nonce="n1")
    before = contents(desk, audit=True)
    again = service.scan(desk, code, at=NOON + timedelta(hours=1), nonce="n1")
    assert (again.result, again.at, again.name) == (first.result, first.at, first.name)
    assert contents(desk, audit=True) == before


def test_each_kind_of_scan_leaves_its_row_visit_and_audit_entry(desk: Context) -> None:
    code = enrol(desk)[NUMBERS[0]]
    entries = len(contents(desk, audit=True)["audit"])
    assert service.scan(desk, code, at=NOON).result == "entered"
    left = service.scan(desk, code, at=NOON + timedelta(hours=2))
    assert (left.result, left.stayed_seconds) == ("left", 7200)
    assert service.scan(desk, "110101199003077758").result == "refused"
    found = contents(desk, audit=True)
    assert [row[4] for row in found["scan"]] == ["entered", "left", "refused"]
    assert [row[:5] for row in found["visit"]] == [(NUMBERS[0], "2026-11-09", 1, to_ms(NOON), to_ms(NOON) + 7_200_000)]
    assert [row[4] for row in found["audit"][entries:]] == ["volunteer.entered", "volunteer.left"]


def test_an_auditor_can_neither_scan_nor_issue_nor_replace_cards(desk: Context) -> None:
    code = enrol(desk)[NUMBERS[0]]
    looking = replace(desk, operator=AUDITOR)
    before = contents(desk, audit=True)
    for attempt in (
        lambda: service.scan(looking, code),
        lambda: service.check_in(looking, NUMBERS[0]),
        lambda: service.issue_cards(looking),
        lambda: service.replace_card(looking, NUMBERS[0]),
    ):
        with pytest.raises(DeskError) as refused:
            attempt()
        assert refused.value.code == "auditor_reads_only"
    assert contents(desk, audit=True) == before
    kiosk = replace(looking, source="kiosk", operator=None)
    assert service.scan(kiosk, code).result == "entered"


def test_cards_that_are_no_longer_good_are_refused_with_their_reason(desk: Context) -> None:
    codes = enrol(desk)
    old = codes[NUMBERS[0]]
    new = service.replace_card(desk, NUMBERS[0])
    assert service.scan(desk, old).reason == "card_replaced"
    assert service.scan(desk, new).result == "entered"
    service.set_state(desk, NUMBERS[1], "suspended")
    assert service.scan(desk, codes[NUMBERS[1]]).reason == "volunteer_suspended"
    service.revoke_card(desk, NUMBERS[1])
    refused = service.scan(desk, codes[NUMBERS[1]])
    assert (refused.reason, refused.volunteer_no) == ("card_revoked", NUMBERS[1])
    assert [row[:5] for row in contents(desk)["visit"]] == [(NUMBERS[0], "2026-11-09", 1, to_ms(NOON), None)]


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_at_the_end_of_the_calendar_is_refused_like_any_that_cannot_be(desk: Context, year: int) -> None:
    code = enrol(desk)[NUMBERS[0]]
    month, day = (1, 1) if year == 1 else (12, 31)
    outcome = service.scan(desk, code, at=datetime(year, month, day, 12, tzinfo=UTC))
    assert (outcome.result, outcome.reason) == ("refused", "time_out_of_range")
