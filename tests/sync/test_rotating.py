"""The centre changes its key: nothing is lost on the way, whatever breaks, and only one key counts in the end."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from db import outbox
from frontdesk.context import Context
from frontdesk.district.service import revoke_key
from frontdesk.errors import DeskError
from frontdesk.sync.errors import SyncError
from frontdesk.sync.rotating import leaving
from frontdesk.sync.sealing import centre_key_path, find_centre_key
from frontdesk.sync.service import enrol, rotate_key, sync_all, sync_astray, sync_status
from tests.sync.ends import (
    CENTRE,
    Cut,
    RunningDistrict,
    assert_delivered_once,
    cable_to,
    cuts_of,
    in_pieces,
    point_at,
    state_of,
    submit,
)
from tests.sync.strangers import Stranger, answering


def key_id(context: Context) -> str:
    """The key that this centre seals with."""
    present = outbox.enrolment(context.database.connection)
    assert present is not None
    return present.centre_key_id


def keys_in_use(district: RunningDistrict, *key_ids: str) -> list[str]:
    """Those of the keys that the district takes."""
    with district.district.store.reading() as session:
        known = [session.find_key(one) for one in key_ids]
    return [one.key_id for one in known if one is not None and one.revoked_at is None]


def assert_changed(context: Context, district: RunningDistrict, old: str, new: str) -> None:
    """The new key counts at both ends, the old one at none, and nothing is amiss."""
    assert (key_id(context), keys_in_use(district, old, new)) == (new, [new])
    assert centre_key_path(context).read_bytes() == find_centre_key(context, new)
    assert find_centre_key(context, old) is not None
    assert sync_status(context).rotation is None
    assert sync_astray(context.database.connection) == []


def test_the_next_sync_has_the_new_key_confirmed(enrolled_centre: Context, district: RunningDistrict) -> None:
    first = submit(enrolled_centre)
    sync_all(enrolled_centre)
    old = key_id(enrolled_centre)
    rotation = rotate_key(enrolled_centre)
    assert (rotation.old_key_id, key_id(enrolled_centre)) == (old, old)
    second = submit(enrolled_centre, week=1)
    result = sync_all(enrolled_centre)
    assert (result.rotated, result.rotation_problem) == (True, "")
    assert_changed(enrolled_centre, district, old, rotation.new_key_id)
    third = submit(enrolled_centre, week=2)
    sync_all(enrolled_centre)
    for one in (first, second, third):
        assert_delivered_once(enrolled_centre, district, one.report_id)


def test_asking_twice_is_one_change(enrolled_centre: Context) -> None:
    assert rotate_key(enrolled_centre) == rotate_key(enrolled_centre)
    rotations = enrolled_centre.database.connection.execute("SELECT count(*) FROM key_rotation").fetchone()
    assert rotations[0] == 1


def test_what_is_unsent_is_sent_first(enrolled_centre: Context, district: RunningDistrict) -> None:
    submit(enrolled_centre)
    with pytest.raises(SyncError) as caught:
        rotate_key(enrolled_centre)
    assert (caught.value.code, caught.value.details["unsent"]) == ("send_first", 1)
    sync_all(enrolled_centre)
    rotate_key(enrolled_centre)


def test_who_is_not_registered_changes_no_key(centre: Context, district: RunningDistrict) -> None:
    with pytest.raises(SyncError) as caught:
        rotate_key(centre)
    assert caught.value.code == "not_enrolled"
    enrol(centre, district.enrolment(url="http://127.0.0.1:1"))
    with pytest.raises(SyncError) as caught:
        rotate_key(centre)
    assert caught.value.code == "not_registered"
    centre.operator = None
    with pytest.raises(DeskError) as refused:
        rotate_key(centre)
    assert refused.value.code == "operator_required"


def pull_the_cable(context: Context, district: RunningDistrict, cuts: Iterable[Cut]) -> None:
    """At each cut a change of the key is on its way; a report that is submitted meanwhile arrives once."""
    for number, cut in enumerate(cuts):
        old = key_id(context)
        new = rotate_key(context).new_key_id
        with cable_to(context, district, cut):
            sync_all(context)
            submitted = submit(context, week=number % 40, ratings=number)
            sync_all(context)
        while sync_status(context).rotation is not None:
            assert sync_all(context).problem is None
        sync_all(context)
        assert_delivered_once(context, district, submitted.report_id)
        assert_changed(context, district, old, new)


def cuts_of_a_change(context: Context, district: RunningDistrict, step: int, around: int) -> list[Cut]:
    """Where a cable can be pulled while the centre asks for documents and has a new key confirmed."""
    rotate_key(context)
    with cable_to(context, district) as cable:
        assert sync_all(context).rotated
    return cuts_of(cable, step, around)


def test_a_cable_pulled_at_any_border_leaves_one_key_and_every_report_once(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    pull_the_cable(enrolled_centre, district, cuts_of_a_change(enrolled_centre, district, step=500, around=1))


@pytest.mark.slow
def test_a_cable_pulled_at_every_single_byte_leaves_one_key_and_every_report_once(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path
) -> None:
    cuts = cuts_of_a_change(enrolled_centre, district, step=1, around=1)
    assert len(cuts) > 1_500
    in_pieces(tmp_path, cuts, pull_the_cable, size=30)


def test_a_portal_changes_no_key(enrolled_centre: Context, district: RunningDistrict) -> None:
    old, new = key_id(enrolled_centre), rotate_key(enrolled_centre).new_key_id
    for stranger in (
        Stranger(status=200, content=b"<html>"),
        Stranger(status=302, headers={"Location": district.url}),
        Stranger(status=403, content=b'{"error": {"code": "revoked_key"}}'),
        Stranger(status=503),
    ):
        with answering(stranger) as elsewhere:
            point_at(enrolled_centre, elsewhere.url)
            assert not sync_all(enrolled_centre).rotated
        assert key_id(enrolled_centre) == old
    point_at(enrolled_centre, district.url)
    assert sync_all(enrolled_centre).rotated
    assert_changed(enrolled_centre, district, old, new)


def test_nothing_is_sealed_while_the_request_may_have_arrived(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    rotation = rotate_key(enrolled_centre)
    leaving(enrolled_centre, rotation, "network")
    # The program is killed here; the district knows the new key, as far as anybody can tell.
    assert district.post(rotation.request, "/v1/rotate").status_code == 200
    submitted = submit(enrolled_centre)
    assert not submitted.sealed
    result = sync_all(enrolled_centre)
    assert (result.rotated, result.unsent) == (True, 0)
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def test_killed_between_the_key_files_and_the_record_it_is_done_again(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = key_id(enrolled_centre), rotate_key(enrolled_centre).new_key_id

    def killed(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as dying, pytest.raises(RuntimeError, match="killed"):
        dying.setattr("db.sync_keys.mark_confirmed", killed)
        sync_all(enrolled_centre)
    assert key_id(enrolled_centre) == old
    assert find_centre_key(enrolled_centre, old) is not None
    sync_all(enrolled_centre)
    assert_changed(enrolled_centre, district, old, new)


def test_a_refused_change_is_given_up_and_the_centre_comes_back_with_a_new_file(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    old = key_id(enrolled_centre)
    rotate_key(enrolled_centre)
    revoke_key(district.district, old, district.clock.ms)
    result = sync_all(enrolled_centre)
    assert result.fetched is not None
    assert result.fetched.problem == "exchange_refused"
    enrol(enrolled_centre, district.enrolment())
    assert keys_in_use(district, key_id(enrolled_centre)) == [key_id(enrolled_centre)]
    submitted = submit(enrolled_centre)
    sync_all(enrolled_centre)
    assert state_of(enrolled_centre, submitted.report_id) == "sent"


def test_the_new_key_is_for_its_owner_only(enrolled_centre: Context) -> None:
    new = rotate_key(enrolled_centre).new_key_id
    aside = enrolled_centre.keys.folder / f"centre-signing-{new}.key"
    assert stat_of(aside) == "600"
    assert CENTRE not in aside.name


def stat_of(path: Path) -> str:
    return oct(path.stat().st_mode)[-3:]
