"""The centre's end against a real district and all else that answers: lines 16-18 and 20-22."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from db import outbox
from frontdesk.context import Context, Operator, open_context
from frontdesk.district.service import revoke_key
from frontdesk.errors import DeskError
from frontdesk.sync import wire
from frontdesk.sync.errors import SyncError
from frontdesk.sync.sealing import centre_key_path
from frontdesk.sync.service import Handled, retry_refused, sync_all
from tests.sync.ends import (
    Clock,
    Cut,
    RunningDistrict,
    assert_delivered_once,
    body,
    cable_to,
    enrolled,
    in_pieces,
    new_centre,
    own_key,
    point_at,
    sealed_bytes,
    state_of,
    stored_receipt,
    submit,
)
from tests.sync.strangers import Stranger, answering


def test_reports_go_oldest_first_and_a_second_sync_sends_nothing(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    submitted = [submit(enrolled_centre, week=week) for week in (2, 0, 1)]
    told: list[Handled] = []
    result = sync_all(enrolled_centre, progress=told.append)
    assert [one.report_id for one in told] == [one.report_id for one in submitted]
    assert [(one.done, one.total, one.state) for one in told] == [(n, 3, "sent") for n in (1, 2, 3)]
    assert (result.count("sent"), result.unsent, result.problem) == (3, 0, None)
    assert sync_all(enrolled_centre).handled == []
    for one in submitted:
        assert_delivered_once(enrolled_centre, district, one.report_id)


def test_a_refused_report_does_not_stop_the_others_and_is_kept_with_its_reason(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    first, second, third = (submit(enrolled_centre, week=week) for week in (0, 1, 2))
    take_revision(enrolled_centre, district, week=1, revision=1)
    result = sync_all(enrolled_centre)
    assert [one.state for one in result.handled] == ["sent", "refused", "sent"]
    (entry,) = outbox.entries(enrolled_centre.database.connection, "refused")
    refusal = json.loads(entry.refusal)
    assert (entry.report_id, refusal["code"]) == (second.report_id, "revision_taken")
    assert refusal["message"]
    assert sync_all(enrolled_centre).handled == []
    assert_delivered_once(enrolled_centre, district, first.report_id)
    assert_delivered_once(enrolled_centre, district, third.report_id)


def take_revision(context: Context, district: RunningDistrict, week: int, revision: int) -> None:
    """Let the district hold a revision that the outbox does not know of, as after a restored backup."""
    raw = wire.seal(
        body(context, week, ratings=99).to_bytes(),
        seed=centre_key_path(context).read_bytes(),
        recipient=district.district.key_id,
        report_id=f"elsewhere-{revision}",
        revision=revision,
    )
    assert district.post(raw).status_code == 200


def test_a_refused_report_is_corrected_by_the_revision_that_the_district_named(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    submit(enrolled_centre)
    for revision in (1, 2, 3):
        take_revision(enrolled_centre, district, week=0, revision=revision)
    sync_all(enrolled_centre)
    corrected = submit(enrolled_centre)
    assert (corrected.new, corrected.revision) == (True, 4)
    sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, corrected.report_id)
    assert district.revisions("2026-W46") == [4, 3, 2, 1]


def test_a_refused_report_can_be_retried_with_the_same_bytes(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    submitted = submit(enrolled_centre)
    sealed = sealed_bytes(enrolled_centre, submitted.report_id)
    key_id = own_key_id(enrolled_centre)
    revoke_key(district.district, key_id, district.clock.ms)
    sync_all(enrolled_centre)
    assert state_of(enrolled_centre, submitted.report_id) == "refused"
    with district.district.store.writing() as session:
        connection: sqlite3.Connection = session._connection  # type: ignore[attr-defined]
        connection.execute("UPDATE centre_key SET revoked_at = NULL")
    assert retry_refused(enrolled_centre) == 1
    sync_all(enrolled_centre)
    assert sealed_bytes(enrolled_centre, submitted.report_id) == sealed
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def own_key_id(context: Context) -> str:
    return wire.key_id_of(own_key(context).verify_key)


def test_only_a_refused_report_can_be_retried(enrolled_centre: Context) -> None:
    submitted = submit(enrolled_centre)
    with pytest.raises(SyncError) as caught:
        retry_refused(enrolled_centre, submitted.report_id)
    assert caught.value.code == "no_such_refused"


def test_an_auditor_sends_nothing_rather_than_lose_the_receipt(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    submitted = submit(enrolled_centre)
    manager, enrolled_centre.operator = enrolled_centre.operator, Operator("A01", "钱审", "auditor")
    with pytest.raises(DeskError) as caught:
        sync_all(enrolled_centre)
    assert caught.value.code == "auditor_reads_only"
    assert district.revisions("2026-W46") == []
    enrolled_centre.operator = manager
    sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


@pytest.mark.parametrize(
    ("stranger", "problem"),
    [
        (Stranger(status=200, content=b"<html>Log in to the network</html>"), "not_the_district"),
        (Stranger(status=200), "not_the_district"),
        (Stranger(status=204), "not_the_district"),
        (Stranger(status=200, content=bytes(wire.MAX_ANSWER + 1)), "not_the_district"),
        (Stranger(status=403, content=b'{"error": {"code": "revoked_key"}}'), "not_the_district"),
        (Stranger(status=404, content=b"<html>not found</html>"), "not_the_district"),
        (Stranger(status=409, content=b'{"error": {"code": "report_conflict"}}'), "not_the_district"),
        (Stranger(status=503, content=b"try later"), "district_failed"),
        (Stranger(status=200, content=b"half", promised=400), "cut_off"),
        (Stranger(raw=b"SSH-2.0-OpenSSH_9.6\r\n"), "cut_off"),
        (Stranger(raw=b"HTTP/1.1 200 OK\r\nContent-Length: banana\r\n\r\n"), "cut_off"),
        (Stranger(raw=b""), "cut_off"),
    ],
)
def test_only_a_valid_signed_receipt_marks_a_report_as_delivered(
    enrolled_centre: Context, district: RunningDistrict, stranger: Stranger, problem: str
) -> None:
    submitted = submit(enrolled_centre)
    with answering(stranger) as elsewhere:
        point_at(enrolled_centre, elsewhere.url)
        result = sync_all(enrolled_centre)
    assert (result.problem, result.unsent) == (problem, 1)
    assert state_of(enrolled_centre, submitted.report_id) == "unsent"
    assert stored_receipt(enrolled_centre, submitted.report_id) is None
    point_at(enrolled_centre, district.url)
    sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def test_a_refusal_of_what_the_district_never_read_refuses_no_report(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    submitted = submit(enrolled_centre)
    claimed = {"Frontdesk-Content-Hash": wire.content_hash(sealed_bytes(enrolled_centre, submitted.report_id))}
    signed = httpx.get(district.url + "/nowhere", headers=claimed, trust_env=False)
    replayed = Stranger(
        status=404,
        content=signed.content,
        headers={wire.SIGNATURE_HEADER: signed.headers[wire.SIGNATURE_HEADER]},
    )
    with answering(replayed) as elsewhere:
        point_at(enrolled_centre, elsewhere.url)
        assert sync_all(enrolled_centre).problem == "refused_unread"
    assert state_of(enrolled_centre, submitted.report_id) == "unsent"
    point_at(enrolled_centre, district.url)
    sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def test_an_address_that_the_district_does_not_have_keeps_the_report_unsent(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    submitted = submit(enrolled_centre)
    point_at(enrolled_centre, district.url + "/old")
    assert sync_all(enrolled_centre).problem == "refused_unread"
    assert state_of(enrolled_centre, submitted.report_id) == "unsent"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_even_to_the_district_itself(
    enrolled_centre: Context, district: RunningDistrict, status: int
) -> None:
    submitted = submit(enrolled_centre)
    location = {"Location": district.url + "/v1/reports"}
    with answering(Stranger(status=status, headers=location)) as elsewhere:
        point_at(enrolled_centre, elsewhere.url)
        assert sync_all(enrolled_centre).problem == "redirected"
    assert state_of(enrolled_centre, submitted.report_id) == "unsent"
    assert district.revisions("2026-W46") == []


def test_a_real_receipt_for_another_report_does_not_deliver_this_one(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    submit(enrolled_centre, week=0)
    sync_all(enrolled_centre)
    (sent,) = outbox.entries(enrolled_centre.database.connection, "sent")
    receipt = stored_receipt(enrolled_centre, sent.report_id)
    assert receipt is not None
    second = submit(enrolled_centre, week=1)
    with answering(Stranger(status=200, content=receipt)) as elsewhere:
        point_at(enrolled_centre, elsewhere.url)
        assert sync_all(enrolled_centre).problem == "not_the_district"
    assert state_of(enrolled_centre, second.report_id) == "unsent"


def test_an_answer_that_never_ends_is_given_up(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = submit(enrolled_centre)
    with monkeypatch.context() as impatient:
        impatient.setattr("frontdesk.sync.client.ANSWER_SECONDS", -1.0)
        assert sync_all(enrolled_centre).problem == "too_slow"
    assert state_of(enrolled_centre, submitted.report_id) == "unsent"
    sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def test_a_proxy_of_the_environment_is_left_aside(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    submitted = submit(enrolled_centre)
    assert sync_all(enrolled_centre).problem is None
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def pull_the_cable(context: Context, district: RunningDistrict, cuts: Iterable[Cut]) -> None:
    """At each cut one report is on its way; afterwards it is there once."""
    for ratings, cut in enumerate(cuts):
        submitted = submit(context, ratings=ratings)
        with cable_to(context, district, cut):
            sync_all(context)
        sync_all(context)
        assert_delivered_once(context, district, submitted.report_id)


def test_a_cable_pulled_at_any_byte_leaves_one_copy_and_one_receipt(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    cuts = [*(Cut(up=n) for n in range(0, 1600, 67)), *(Cut(down=n) for n in range(0, 700, 41))]
    pull_the_cable(enrolled_centre, district, cuts)


@pytest.mark.slow
def test_a_cable_pulled_at_every_single_byte_leaves_one_copy_and_one_receipt(tmp_path: Path) -> None:
    in_pieces(tmp_path, [*(Cut(up=n) for n in range(1600)), *(Cut(down=n) for n in range(700))], pull_the_cable)


def test_an_answer_that_was_lost_is_given_again_later(enrolled_centre: Context, district: RunningDistrict) -> None:
    submitted = submit(enrolled_centre)
    with cable_to(enrolled_centre, district, Cut(down=0)):
        assert sync_all(enrolled_centre).problem == "cut_off"
    assert district.revisions("2026-W46") == [1]
    assert state_of(enrolled_centre, submitted.report_id) == "unsent"
    sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def test_a_district_that_is_away_keeps_everything_unsent(enrolled_centre: Context, district: RunningDistrict) -> None:
    submitted = [submit(enrolled_centre, week=week) for week in range(3)]
    with answering(Stranger()) as gone:
        url = gone.url
    point_at(enrolled_centre, url)
    result = sync_all(enrolled_centre)
    assert (result.problem, result.unsent, len(result.handled)) == ("unreachable", 3, 1)
    point_at(enrolled_centre, district.url)
    sync_all(enrolled_centre)
    for one in submitted:
        assert_delivered_once(enrolled_centre, district, one.report_id)


def test_a_district_that_keeps_failing_is_asked_three_times_and_no_more(enrolled_centre: Context) -> None:
    for week in range(5):
        submit(enrolled_centre, week=week)
    with answering(Stranger(status=500)) as failing:
        point_at(enrolled_centre, failing.url)
        result = sync_all(enrolled_centre)
    assert (len(result.handled), result.unsent) == (3, 5)


def test_two_windows_that_sync_at_once_leave_one_receipt(enrolled_centre: Context, district: RunningDistrict) -> None:
    submitted = submit(enrolled_centre)
    sent_by_the_other: list[int] = []

    def other_window() -> None:
        if sent_by_the_other:
            return
        sent_by_the_other.append(0)
        other = open_context(enrolled_centre.home, source="desk", operator=enrolled_centre.operator, synchronous="OFF")
        sent_by_the_other.append(sync_all(other).count("sent"))
        other.database.close()

    with cable_to(enrolled_centre, district) as cable:
        cable.on_answer = other_window
        assert sync_all(enrolled_centre).unsent == 0
    assert sent_by_the_other == [0, 1]
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


@pytest.mark.parametrize("year", [1971, 2099])
def test_a_wrong_clock_changes_nothing_in_order_or_acceptance(
    enrolled_centre: Context, district: RunningDistrict, clock: Clock, year: int
) -> None:
    first = submit(enrolled_centre, week=0)
    clock.now = datetime(year, 1, 1, tzinfo=UTC)
    second = submit(enrolled_centre, week=1)
    result = sync_all(enrolled_centre)
    assert [one.report_id for one in result.handled] == [first.report_id, second.report_id]
    assert result.unsent == 0
    for one in (first, second):
        receipt = outbox.receipt(enrolled_centre.database.connection, one.report_id)
        assert receipt is not None
        assert receipt.received_at == district.clock.ms


def test_stopping_leaves_the_rest_unsent(enrolled_centre: Context, district: RunningDistrict) -> None:
    submitted = [submit(enrolled_centre, week=week) for week in range(3)]
    told: list[Handled] = []
    result = sync_all(enrolled_centre, progress=told.append, should_stop=lambda: len(told) == 1)
    assert (result.stopped, result.count("sent"), result.unsent) == (True, 1, 2)
    assert [state_of(enrolled_centre, one.report_id) for one in submitted] == ["sent", "unsent", "unsent"]
    sync_all(enrolled_centre)
    for one in submitted:
        assert_delivered_once(enrolled_centre, district, one.report_id)


def test_a_screen_that_has_gone_leaves_nothing_in_doubt(enrolled_centre: Context, district: RunningDistrict) -> None:
    submitted = [submit(enrolled_centre, week=week) for week in range(3)]

    def gone(_: Handled) -> None:
        raise RuntimeError("the screen has gone")

    with pytest.raises(RuntimeError, match="the screen has gone"):
        sync_all(enrolled_centre, progress=gone)
    assert not enrolled_centre.database.connection.in_transaction
    assert_delivered_once(enrolled_centre, district, submitted[0].report_id)
    assert [state_of(enrolled_centre, one.report_id) for one in submitted] == ["sent", "unsent", "unsent"]
    sync_all(enrolled_centre)
    for one in submitted:
        assert_delivered_once(enrolled_centre, district, one.report_id)


def test_a_sync_of_nothing_needs_no_network(enrolled_centre: Context) -> None:
    point_at(enrolled_centre, "http://127.0.0.1:1")
    result = sync_all(enrolled_centre)
    assert (result.handled, result.problem, result.unsent) == ([], None, 0)


def test_every_change_leaves_one_audit_entry(enrolled_centre: Context) -> None:
    submit(enrolled_centre)
    sync_all(enrolled_centre)
    sync_all(enrolled_centre)
    rows = enrolled_centre.database.connection.execute("SELECT action FROM audit ORDER BY id")
    assert [row["action"] for row in rows] == [
        "centre.set_up",
        "sync.enrolled",
        "sync.registered",
        "report.submitted",
        "sync.delivered",
    ]


def test_two_centres_report_to_one_district(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path, clock: Clock
) -> None:
    other = new_centre(tmp_path / "other", clock, "310114-902")
    enrolled(other, district.enrolment("310114-902"))
    for context in (enrolled_centre, other):
        submit(context)
        assert sync_all(context).unsent == 0
    assert district.revisions("2026-W46") == district.revisions("2026-W46", "310114-902") == [1]
    other.database.close()
