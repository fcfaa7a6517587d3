"""Where a report stands is told from its receipt and its attempts, in five words, whatever the clocks said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import outbox
from db.outbox import Attempt, Channel, OutboxEntry, State
from frontdesk.context import Context
from frontdesk.sync.service import (
    REPORT_STATES,
    ReportStanding,
    refused_count,
    retry_refused,
    sync_all,
    sync_status,
    unsent_count,
)
from frontdesk.sync.status import MAY_HAVE_ARRIVED, NOT_ARRIVED, standings
from tests.sync.ends import Clock, Cut, RunningDistrict, cable_to, point_at, submit
from tests.sync.strangers import Stranger, answering
from tests.sync.test_sending import take_revision

REASON = json.dumps({"code": "revision_taken", "message": "已被占用", "details": {"next": 2}})


def entry(report_id: str = "a", revision: int = 1, state: State = "unsent", at: int = 10) -> OutboxEntry:
    return OutboxEntry(
        position=revision,
        report_id=report_id,
        kind="weekly",
        period="2026-W46",
        revision=revision,
        body=b"",
        body_hash="",
        state=state,
        submitted_at=5,
        state_at=at,
        refusal=REASON if state == "refused" else "",
    )


def tried(*outcomes: str, channel: Channel = "network") -> list[Attempt]:
    return [Attempt(report_id="a", at=100 + at, channel=channel, outcome=one) for at, one in enumerate(outcomes)]


def stands(one: OutboxEntry, attempts: Sequence[Attempt] = (), *others: OutboxEntry) -> ReportStanding:
    return standings([one, *others], {one.report_id: attempts}, {})[0]


@pytest.mark.parametrize(
    ("attempts", "state", "since"),
    [
        ([], "unsent", 10),
        (tried("cut_off"), "sent", 100),
        (tried("too_slow", "stopped"), "sent", 100),
        (tried("", channel="usb"), "sent", 100),
        (tried("not_the_district"), "unsent", 10),
        (tried("redirected", "cut_off"), "sent", 101),
        ([*tried("", channel="usb"), *tried("not_the_district")], "sent", 100),
        (tried("cut_off", "revision_taken"), "unsent", 10),
        (tried("revision_taken", "cut_off"), "sent", 101),
    ],
)
def test_a_report_without_an_answer_is_unsent_or_on_its_way(attempts: list[Attempt], state: str, since: int) -> None:
    found = stands(entry(), attempts)
    assert (found.state, found.since) == (state, since)


def test_a_later_revision_that_was_received_supersedes_all_before_it() -> None:
    later = entry("b", 2, "sent", at=77)
    for state in ("unsent", "refused", "sent"):
        assert (stands(entry(state=state), (), later).state, stands(entry(state=state), (), later).since) == (
            "superseded",
            77,
        )
    assert stands(entry("a", 3), (), later).state == "unsent"
    assert stands(entry(), (), entry("b", 2, "refused")).state == "unsent"


def test_a_refusal_is_told_with_its_reason() -> None:
    found = stands(entry(state="refused"), tried("revision_taken"))
    assert (found.state, found.since, found.code, found.message) == ("refused", 10, "revision_taken", "已被占用")
    assert found.details == {"next": 2}


def test_what_was_put_back_after_a_refusal_tells_of_no_failure() -> None:
    assert stands(entry(), tried("period_locked")).problem == ""
    assert stands(entry(), tried("period_locked", "unreachable")).problem == "unreachable"


outcomes = st.sampled_from(sorted(MAY_HAVE_ARRIVED | NOT_ARRIVED | {"revision_taken", "received"}))
channels = st.sampled_from(get_args(Channel))


@given(
    st.sampled_from(get_args(State)),
    st.lists(st.tuples(outcomes, channels, st.integers()), max_size=6),
    st.integers(),
)
def test_no_instant_decides_a_state(state: State, attempts: list[tuple[str, Channel, int]], at: int) -> None:
    def made(shift: int) -> list[Attempt]:
        return [Attempt(report_id="a", at=at + shift, channel=way, outcome=one) for one, way, at in attempts]

    found = stands(entry(state=state, at=at), made(0))
    assert found.state in REPORT_STATES
    assert found.state == stands(entry(state=state, at=0), made(-999)).state
    # Only a receipt makes a report received, and nothing but a receipt takes it out of the unsent and the refused.
    assert (found.state == "received") == (state == "sent")
    assert (found.state == "refused") == (state == "refused")


def test_every_state_is_seen_on_the_way(enrolled_centre: Context, district: RunningDistrict, clock: Clock) -> None:
    def state(report_id: str) -> tuple[str, int]:
        found = next(one for one in sync_status(enrolled_centre).reports if one.report_id == report_id)
        return found.state, found.since

    first = submit(enrolled_centre)
    assert state(first.report_id) == ("unsent", clock.ms)
    with answering(Stranger(status=200, content=b"<html>")) as portal:
        point_at(enrolled_centre, portal.url)
        sync_all(enrolled_centre)
    assert state(first.report_id) == ("unsent", clock.ms)
    left = clock.now = datetime(2026, 11, 21, 10, tzinfo=UTC)
    with cable_to(enrolled_centre, district, Cut(down=0)):
        for hour in (10, 11, 12):
            clock.now = clock.now.replace(hour=hour)
            sync_all(enrolled_centre)
    assert state(first.report_id) == ("sent", round(left.timestamp() * 1000))
    clock.now = datetime(1971, 1, 1, tzinfo=UTC)
    assert sync_all(enrolled_centre).problem is None
    assert state(first.report_id) == ("received", clock.ms)
    take_revision(enrolled_centre, district, week=0, revision=2)
    second = submit(enrolled_centre, ratings=4)
    sync_all(enrolled_centre)
    assert (state(second.report_id)[0], refused_count(enrolled_centre)) == ("refused", 1)
    third = submit(enrolled_centre, ratings=4)
    sync_all(enrolled_centre)
    states = [state(one.report_id)[0] for one in (first, second, third)]
    assert (states, refused_count(enrolled_centre)) == (["superseded", "superseded", "received"], 0)
    assert retry_refused(enrolled_centre) == 0


def test_a_district_that_keeps_failing_leaves_one_attempt_however_often_it_is_tried(enrolled_centre: Context) -> None:
    submit(enrolled_centre)
    with answering(Stranger(status=500)) as failing:
        point_at(enrolled_centre, failing.url)
        for _ in range(4):
            sync_all(enrolled_centre)
    (attempts,) = outbox.attempts(enrolled_centre.database.connection).values()
    assert [one.outcome for one in attempts] == ["district_failed"]


def test_no_attempt_is_kept_of_what_never_left(enrolled_centre: Context) -> None:
    submit(enrolled_centre)
    point_at(enrolled_centre, "http://127.0.0.1:1")
    sync_all(enrolled_centre)
    assert outbox.attempts(enrolled_centre.database.connection) == {}
    assert (sync_status(enrolled_centre).in_state("unsent")[0].problem, unsent_count(enrolled_centre)) == ("", 1)
