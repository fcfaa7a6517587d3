"""A centre that could not hear of its district's next key takes it from a manager who compared it; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from db import outbox, sync_keys
from frontdesk.context import Context
from frontdesk.district.documents.issuing import rotate_key
from frontdesk.district.enrolling import issue_typed_code
from frontdesk.district.service import District
from frontdesk.district.store import open_store
from frontdesk.sync import wire
from frontdesk.sync.errors import SyncError
from frontdesk.sync.sealing import centre_key_path
from frontdesk.sync.service import (
    Enrolled,
    enrol,
    enrol_by_code,
    fetch,
    notices,
    sync_all,
    sync_astray,
    sync_status,
    write_usb,
)
from tests.sync.ends import (
    CENTRE,
    Clock,
    RunningDistrict,
    assert_delivered_once,
    listening,
    notify,
    point_at,
    sealed_bytes,
    state_of,
    submit,
)

By = Callable[[Context, RunningDistrict, str], Enrolled]


def by_file(context: Context, district: RunningDistrict, key: str) -> Enrolled:
    return enrol(context, district.enrolment(), accepted_key=key)


def by_code(context: Context, district: RunningDistrict, key: str) -> Enrolled:
    code = issue_typed_code(district.district, centre=CENTRE, now_ms=district.clock.ms).code
    return enrol_by_code(context, district.url, code, accepted_key=key)


@pytest.mark.parametrize("by", [by_file, by_code])
def test_a_centre_that_lost_its_key_comes_back_to_a_district_that_changed_its_own(
    enrolled_centre: Context, district: RunningDistrict, by: By
) -> None:
    before = notify(district, "旧密钥")
    received, waiting = submit(enrolled_centre), submit(enrolled_centre, week=1)
    fetch(enrolled_centre)
    sealed = sealed_bytes(enrolled_centre, waiting.report_id)
    new_key_id = rotate_key(district.district, who="D01", now_ms=district.clock.ms)
    after = notify(district, "新密钥")
    centre_key_path(enrolled_centre).unlink()
    unsealed = submit(enrolled_centre, week=2)
    assert not unsealed.sealed
    with pytest.raises(SyncError) as caught:
        by(enrolled_centre, district, "")
    assert caught.value.code == "already_enrolled"
    assert by(enrolled_centre, district, new_key_id[-6:]).registered
    assert sync_keys.pinned(enrolled_centre.database.connection)[0].key_id == new_key_id
    # What was sealed for the earlier key by the lost one travels as it is, and the district takes it.
    assert sync_all(enrolled_centre).unsent == 0
    assert sealed_bytes(enrolled_centre, waiting.report_id) == sealed
    for one in (received, waiting, unsealed):
        assert_delivered_once(enrolled_centre, district, one.report_id)
    found = outbox.sealed(enrolled_centre.database.connection, unsealed.report_id)
    assert found is not None and found.recipient == new_key_id
    assert [one.document_id for one in notices(enrolled_centre)] == [after, before]
    assert sync_astray(enrolled_centre.database.connection) == []


def test_what_a_district_without_its_earlier_key_refuses_is_submitted_as_a_new_revision(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path, clock: Clock
) -> None:
    received = submit(enrolled_centre)
    sync_all(enrolled_centre)
    waiting = submit(enrolled_centre, week=1)
    sealed = sealed_bytes(enrolled_centre, waiting.report_id)
    # Its disk is new and the key with it; the store came from a backup.
    seed = bytes(range(100, 132))
    store = open_store(f"sqlite:///{tmp_path / 'district.db'}")
    key_file = tmp_path / "fresh.key"
    key_file.write_bytes(seed)
    fresh = District(store, seed, district.district.limits, key_file)
    with listening(fresh, district.clock) as port:
        running = RunningDistrict(fresh, port, district.clock)
        assert by_file(enrolled_centre, running, fresh.key_id).registered
        (handled,) = sync_all(enrolled_centre).handled
        assert (handled.state, state_of(enrolled_centre, waiting.report_id)) == ("refused", "refused")
        assert sealed_bytes(enrolled_centre, waiting.report_id) == sealed
        again = submit(enrolled_centre, week=1)
        assert (again.period, again.revision, again.new) == (waiting.period, 2, True)
        assert sync_all(enrolled_centre).count("sent") == 1
        for one in (received, again):
            assert_delivered_once(enrolled_centre, running, one.report_id)
        assert [one.revision for one in sync_status(enrolled_centre).in_state("superseded")] == [1]
        assert sync_astray(enrolled_centre.database.connection) == []
    store.close()


def test_an_accepted_key_that_cannot_be_asked_yet_is_asked_by_the_next_sync_and_by_a_stick(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path
) -> None:
    new_key_id = rotate_key(district.district, who="D01", now_ms=district.clock.ms)
    file = wire.read_enrolment_file(district.enrolment()).model_copy(update={"url": "http://127.0.0.1:1"})
    submitted = submit(enrolled_centre)
    result = enrol(enrolled_centre, file.to_bytes(), accepted_key=new_key_id[-6:])
    assert (result.registered, result.problem) == (False, "unreachable")
    assert write_usb(enrolled_centre, tmp_path).has_enrolment
    point_at(enrolled_centre, district.url)
    assert sync_all(enrolled_centre).unsent == 0
    assert_delivered_once(enrolled_centre, district, submitted.report_id)
