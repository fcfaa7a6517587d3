"""Submitting, sealing and enrolling at the centre."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

import pytest

from db import outbox
from frontdesk.context import Context, Operator
from frontdesk.district.documents.issuing import rotate_key
from frontdesk.district.service import revoke_key, status
from frontdesk.errors import DeskError
from frontdesk.sync import wire
from frontdesk.sync.errors import SyncError
from frontdesk.sync.sealing import centre_key_path, renew_centre_key
from frontdesk.sync.service import (
    enrol,
    retry_refused,
    submit_report,
    sync_all,
    sync_astray,
    sync_status,
    unsent_count,
)
from frontdesk.sync.words import advice, reason_words
from tests.sync.ends import (
    CENTRE,
    Cut,
    RunningDistrict,
    assert_delivered_once,
    body,
    cable_to,
    enrolled,
    own_key,
    point_at,
    sealed_bytes,
    submit,
)
from tests.sync.strangers import Stranger, answering


def test_submitting_unchanged_figures_is_nothing_new(centre: Context) -> None:
    first, again = submit(centre), submit(centre)
    assert (first.new, again.new) == (True, False)
    assert (again.report_id, again.revision) == (first.report_id, 1)
    assert unsent_count(centre) == 1


def test_submitting_changed_figures_is_the_next_revision(centre: Context) -> None:
    revisions = [submit(centre, ratings=ratings).revision for ratings in (3, 4, 3)]
    assert revisions == [1, 2, 3]


def test_submitting_needs_somebody_signed_in(centre: Context) -> None:
    centre.operator = None
    with pytest.raises(DeskError) as caught:
        submit(centre)
    assert caught.value.code == "operator_required"
    assert unsent_count(centre) == 0


@pytest.mark.parametrize("use_case", [submit, sync_all, retry_refused])
def test_who_was_made_an_auditor_in_another_window_writes_and_sends_nothing(
    enrolled_centre: Context, district: RunningDistrict, use_case: Callable[[Context], object]
) -> None:
    submit(enrolled_centre, week=1)
    enrolled_centre.database.connection.execute("UPDATE staff SET role = 'auditor'")
    with pytest.raises(DeskError) as caught:
        use_case(enrolled_centre)
    assert caught.value.code == "auditor_reads_only"
    assert unsent_count(enrolled_centre) == 1
    assert district.revisions("2026-W47") == []


def test_who_was_made_an_auditor_in_another_window_registers_no_key(centre: Context, district: RunningDistrict) -> None:
    file = district.enrolment(url="http://127.0.0.1:1")
    assert enrol(centre, file).problem == "unreachable"
    point_at(centre, district.url)
    centre.database.connection.execute("UPDATE staff SET role = 'auditor'")
    with pytest.raises(DeskError) as caught:
        enrol(centre, file)
    assert caught.value.code == "auditor_reads_only"
    assert status(district.district)[0].enrolled_at is None


def test_a_report_submitted_before_the_enrolment_is_sealed_once_by_the_first_sync(
    centre: Context, district: RunningDistrict
) -> None:
    early = submit(centre)
    assert not early.sealed
    enrolled(centre, district.enrolment())
    with answering(Stranger(status=503)) as elsewhere:
        point_at(centre, elsewhere.url)
        sync_all(centre)
    sealed = sealed_bytes(centre, early.report_id)
    point_at(centre, district.url)
    sync_all(centre)
    assert sealed_bytes(centre, early.report_id) == sealed
    assert_delivered_once(centre, district, early.report_id)


def test_a_report_submitted_after_the_enrolment_is_sealed_at_once(enrolled_centre: Context) -> None:
    submitted = submit(enrolled_centre)
    assert submitted.sealed
    raw = sealed_bytes(enrolled_centre, submitted.report_id)
    opened = wire.open_sealed(raw, lambda _: own_key(enrolled_centre))
    assert (opened.header.report_id, opened.header.revision) == (submitted.report_id, 1)
    assert opened.report == body(enrolled_centre)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM outbox",
        "UPDATE outbox SET body = x'00'",
        "UPDATE outbox SET state = 'sent'",
        "DELETE FROM sealed_report",
        "UPDATE sealed_report SET sealed = x'00'",
    ],
)
def test_nothing_unsent_can_be_deleted_or_changed_or_called_sent(enrolled_centre: Context, statement: str) -> None:
    submit(enrolled_centre)
    with pytest.raises(sqlite3.IntegrityError):
        enrolled_centre.database.connection.execute(statement)


def test_a_delivered_report_and_its_receipt_stay(enrolled_centre: Context) -> None:
    submit(enrolled_centre)
    sync_all(enrolled_centre)
    for statement in ("UPDATE outbox SET state = 'unsent'", "DELETE FROM receipt"):
        with pytest.raises(sqlite3.IntegrityError):
            enrolled_centre.database.connection.execute(statement)


def test_submit_refuses_the_report_of_another_centre(centre: Context) -> None:
    foreign = body(centre).model_copy(update={"centre": "310114-902"})
    with pytest.raises(SyncError) as caught:
        submit_report(centre, lambda: foreign)
    assert caught.value.code == "other_centre"


def test_enrolling_makes_a_key_that_only_its_owner_reads(centre: Context, district: RunningDistrict) -> None:
    result = enrolled(centre, district.enrolment())
    key = centre_key_path(centre)
    assert key.parent == centre.home.keys
    assert key.stat().st_mode & 0o777 == 0o600
    assert result.enrolment.centre_key_id == wire.key_id_of(wire.verify_key_of(key.read_bytes()))


def test_an_auditor_registers_no_key_that_the_centre_would_not_know_of(
    centre: Context, district: RunningDistrict
) -> None:
    file = district.enrolment(url="http://127.0.0.1:1")
    assert enrol(centre, file).problem == "unreachable"
    point_at(centre, district.url)
    manager, centre.operator = centre.operator, Operator("A01", "钱审", "auditor")
    with pytest.raises(DeskError) as caught:
        enrol(centre, file)
    assert caught.value.code == "auditor_reads_only"
    assert status(district.district)[0].enrolled_at is None
    centre.operator = manager
    assert enrol(centre, file).registered


def test_enrolling_with_the_same_file_again_changes_nothing(centre: Context, district: RunningDistrict) -> None:
    file = district.enrolment()
    first = enrolled(centre, file)
    key = centre_key_path(centre).read_bytes()
    assert enrol(centre, file) == first
    assert centre_key_path(centre).read_bytes() == key


def test_enrolling_without_a_network_registers_at_the_next_sync(centre: Context, district: RunningDistrict) -> None:
    with cable_to(centre, district, Cut(up=0)) as cable:
        result = enrol(centre, district.enrolment(url=cable.url))
        assert (result.registered, result.problem) == (False, "cut_off")
    submitted = submit(centre)
    point_at(centre, district.url)
    sync_all(centre)
    assert_delivered_once(centre, district, submitted.report_id)


def test_an_answer_to_the_enrolment_that_was_lost_is_asked_for_again(
    centre: Context, district: RunningDistrict
) -> None:
    with cable_to(centre, district, Cut(down=0)) as cable:
        assert not enrol(centre, district.enrolment(url=cable.url)).registered
    point_at(centre, district.url)
    assert sync_all(centre).problem is None
    status = sync_status(centre)
    assert status.enrolment is not None
    assert status.enrolment.registered_at is not None


def test_a_used_code_refuses_the_enrolment_and_a_new_file_mends_it(centre: Context, district: RunningDistrict) -> None:
    file = district.enrolment()
    code = json.loads(file)["code"]
    stolen = wire.make_enrolment_request(centre=CENTRE, code=code, seed=b"x" * 32)
    assert district.post(stolen, "/v1/enrol").status_code == 200
    with pytest.raises(SyncError) as caught:
        enrol(centre, file)
    assert (caught.value.code, caught.value.details["refusal"]) == ("enrolment_refused", "code_used")
    enrolled(centre, district.enrolment())


def test_a_file_for_another_centre_or_a_damaged_one_is_refused(centre: Context, district: RunningDistrict) -> None:
    with pytest.raises(SyncError) as caught:
        enrol(centre, district.enrolment("310114-902"))
    assert caught.value.code == "other_centre"
    with pytest.raises(wire.WireFault) as damaged:
        enrol(centre, district.enrolment()[:-40])
    assert damaged.value.code == "bad_enrolment_file"
    assert sync_status(centre).enrolment is None


def test_an_enrolled_centre_does_not_move_to_another_district(enrolled_centre: Context) -> None:
    key = wire.verify_key_of(b"z" * 32)
    file = wire.EnrolmentFile(
        centre=CENTRE,
        url="http://127.0.0.1:9",
        code="c" * 32,
        district_key=key.hex(),
        district_key_id=wire.key_id_of(key),
    )
    with pytest.raises(SyncError) as caught:
        enrol(enrolled_centre, file.to_bytes())
    assert caught.value.code == "already_enrolled"


def test_a_revoked_centre_takes_the_key_that_the_district_made_meanwhile_where_it_is_told_to(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    received = submit(enrolled_centre)
    sync_all(enrolled_centre)
    waiting = submit(enrolled_centre, week=1)
    revoke_key(district.district, key_id_in_use(enrolled_centre), district.clock.ms)
    early = district.enrolment()
    new_key_id = rotate_key(district.district, who="D01", now_ms=district.clock.ms)
    # Revoked, it is told nothing any more, of the new key neither.
    fetched = sync_all(enrolled_centre).fetched
    assert fetched is not None
    assert fetched.problem == "exchange_refused"
    file = district.enrolment()
    for typed, code in (("", "already_enrolled"), ("0" * 5, "key_not_compared"), (new_key_id[-5:], "key_not_compared")):
        with pytest.raises(SyncError) as caught:
            enrol(enrolled_centre, file, accepted_key=typed)
        assert caught.value.code == code
        # The end, which the district reads out, is not shown.
        assert new_key_id[-6:] not in str(caught.value.details)
        assert new_key_id.startswith(str(caught.value.details["key"]))
    connection = enrolled_centre.database.connection
    for role, code in (("operator", "manager_required"), ("manager", "key_not_compared")):
        connection.execute("UPDATE staff SET role = ? WHERE no = '001'", (role,))
        with pytest.raises(DeskError) as refused:
            enrol(enrolled_centre, file, accepted_key=new_key_id[-6:] + ("" if role == "operator" else "0"))
        assert refused.value.code == code
    assert enrol(enrolled_centre, file, accepted_key=f" {new_key_id[-6:-3].upper()} {new_key_id[-3:]} ").registered
    again = submit(enrolled_centre, week=1)
    assert (again.period, again.revision) == (waiting.period, 2)
    result = sync_all(enrolled_centre)
    assert (result.count("sent"), result.unsent, result.problem) == (1, 0, None)
    sealed = outbox.sealed(enrolled_centre.database.connection, again.report_id)
    assert sealed is not None
    assert sealed.recipient == new_key_id
    # What the earlier key signed is still good, and a file with it changes no key.
    for one in (received, again):
        assert_delivered_once(enrolled_centre, district, one.report_id)
    assert sync_astray(enrolled_centre.database.connection) == []
    with pytest.raises(SyncError) as caught:
        enrol(enrolled_centre, early)
    assert caught.value.details["refusal"] == "code_withdrawn"
    stored = sync_status(enrolled_centre).enrolment
    assert stored is not None
    assert stored.district_key_id == new_key_id


def test_without_an_enrolment_a_sync_says_what_to_do_and_keeps_the_reports(centre: Context) -> None:
    submit(centre)
    with pytest.raises(SyncError) as caught:
        sync_all(centre)
    assert caught.value.code == "not_enrolled"
    assert unsent_count(centre) == 1


def test_a_missing_key_stops_the_sync_but_not_the_submission(enrolled_centre: Context) -> None:
    centre_key_path(enrolled_centre).unlink()
    submitted = submit(enrolled_centre)
    assert (submitted.new, submitted.sealed) == (True, False)
    with pytest.raises(SyncError) as caught:
        sync_all(enrolled_centre)
    assert caught.value.code == "centre_key_missing"
    assert unsent_count(enrolled_centre) == 1


def key_id_in_use(context: Context) -> str:
    stored = sync_status(context).enrolment
    assert stored is not None
    return stored.centre_key_id


def test_a_centre_whose_key_was_revoked_comes_back_with_a_new_key_by_a_new_file(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    before, old_id = centre_key_path(enrolled_centre).read_bytes(), key_id_in_use(enrolled_centre)
    waiting = submit(enrolled_centre)
    sealed = sealed_bytes(enrolled_centre, waiting.report_id)
    revoke_key(district.district, old_id, district.clock.ms)
    enrolled(enrolled_centre, district.enrolment())
    kept = centre_key_path(enrolled_centre).with_name(f"centre-signing-{old_id}.key")
    assert kept.read_bytes() == before
    assert [path.stat().st_mode & 0o777 for path in (kept, centre_key_path(enrolled_centre))] == [0o600, 0o600]
    assert key_id_in_use(enrolled_centre) == wire.key_id_of(own_key(enrolled_centre).verify_key) != old_id
    assert [one.code for one in sync_all(enrolled_centre).handled] == ["revoked_key"]
    assert sealed_bytes(enrolled_centre, waiting.report_id) == sealed
    # The same bytes would be refused for ever: only a correction helps.
    for report_id in (None, waiting.report_id):
        with pytest.raises(SyncError) as caught:
            retry_refused(enrolled_centre, report_id)
        assert caught.value.code == "sealed_by_old_key"
    (standing,) = sync_status(enrolled_centre).reports
    assert standing.has_old_key and not standing.may_retry and "Ctrl+E" in advice(standing, is_enrolled=True)
    assert reason_words(standing).startswith(standing.period), "it has enrolled again already"
    again = submit(enrolled_centre)
    assert (again.revision, again.new) == (2, True)
    assert sync_all(enrolled_centre).count("sent") == 1
    assert_delivered_once(enrolled_centre, district, again.report_id)


def test_a_used_code_gives_a_revoked_centre_no_new_registration(centre: Context, district: RunningDistrict) -> None:
    file = district.enrolment()
    with cable_to(centre, district, Cut(down=0)) as cable:
        stored = wire.read_enrolment_file(file).model_copy(update={"url": cable.url})
        assert not enrol(centre, stored.to_bytes()).registered
    revoke_key(district.district, key_id_in_use(centre), district.clock.ms)
    with pytest.raises(SyncError) as caught:
        enrol(centre, file)
    assert caught.value.details["refusal"] == "code_used"
    assert status(district.district)[0].enrolled_at is None


def test_who_never_got_the_first_answer_enrols_by_a_file_of_the_districts_next_key(
    centre: Context, district: RunningDistrict
) -> None:
    file = wire.read_enrolment_file(district.enrolment())
    with cable_to(centre, district, Cut(down=0)) as cable:
        assert not enrol(centre, file.model_copy(update={"url": cable.url}).to_bytes()).registered
    rotate_key(district.district, who="D01", now_ms=district.clock.ms)
    again = district.enrolment()
    assert enrol(centre, again).problem is None
    submitted = submit(centre)
    assert sync_all(centre).unsent == 0
    assert_delivered_once(centre, district, submitted.report_id)
    assert sync_astray(centre.database.connection) == []


def test_a_renewal_that_was_cut_off_after_the_files_is_done_again(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    old_id = key_id_in_use(enrolled_centre)
    revoke_key(district.district, old_id, district.clock.ms)
    file = wire.read_enrolment_file(district.enrolment())
    unreachable = file.model_copy(update={"url": "http://127.0.0.1:1"})
    assert enrol(enrolled_centre, unreachable.to_bytes()).problem == "unreachable"
    renew_centre_key(enrolled_centre, old_id)
    point_at(enrolled_centre, district.url)
    assert enrol(enrolled_centre, file.to_bytes()).registered
    assert submit(enrolled_centre).sealed
    assert sync_all(enrolled_centre).count("sent") == 1
