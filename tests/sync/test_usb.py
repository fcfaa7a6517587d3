"""A stick instead of a network: the same bytes both ways, whole files or none, and the same answer twice is one."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db import outbox
from frontdesk.context import Context
from frontdesk.district.documents.locking import lock_period
from frontdesk.district.usb.service import take_usb
from frontdesk.errors import CodedError, DeskError
from frontdesk.sync import wire
from frontdesk.sync.service import (
    UsbRead,
    acknowledge,
    enrol,
    find_usb,
    notices,
    read_usb,
    retry_refused,
    rotate_key,
    sync_all,
    sync_astray,
    sync_status,
    write_usb,
)
from tests.disks import Disk, small_disk
from tests.sync.ends import (
    CENTRE,
    DISTRICT_SEED,
    Clock,
    RunningDistrict,
    assert_delivered_once,
    enrolled,
    new_centre,
    notify,
    point_at,
    state_of,
    submit,
)

OFFLINE = "http://127.0.0.1:1"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The folder of a stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def far_centre(centre: Context, district: RunningDistrict) -> Context:
    """A centre that the district's file has reached and that never has a network."""
    assert not enrol(centre, district.enrolment(url=OFFLINE)).registered
    return centre


def answered(district: RunningDistrict, up: Path, name: str = "") -> Path:
    """The district's answer to a centre's file, on the same stick."""
    taken = take_usb(district.district, up.read_bytes(), district.clock.ms)
    down = up.with_name(name or taken.name)
    down.write_bytes(taken.answer)
    return down


def carry(context: Context, district: RunningDistrict, stick: Path) -> UsbRead:
    """There and back."""
    return read_usb(context, answered(district, write_usb(context, stick).path))


def standing(context: Context, report_id: str) -> str:
    """Where a report stands, as people are told."""
    return next(one.state for one in sync_status(context).reports if one.report_id == report_id)


def everything(context: Context) -> list[tuple[object, ...]]:
    """Every row that a sync writes, audit included."""
    tables = ("outbox", "outbox_attempt", "receipt", "district_document", "document_reading", "enrolment", "audit")
    return [tuple(row) for table in tables for row in context.database.connection.execute(f"SELECT * FROM {table}")]


def test_a_centre_without_a_network_enrols_reports_reads_and_changes_its_key_by_stick_alone(
    far_centre: Context, district: RunningDistrict, stick: Path
) -> None:
    document_id = notify(district)
    submitted = [submit(far_centre, week=week) for week in range(3)]
    written = write_usb(far_centre, stick)
    assert (written.reports, written.has_enrolment, written.left) == (3, True, 0)
    assert {standing(far_centre, one.report_id) for one in submitted} == {"sent"}
    read = read_usb(far_centre, answered(district, written.path))
    assert (read.received, read.refused, read.registered, read.problem) == (3, 0, True, "")
    assert [one.document_id for one in read.arrived] == [document_id]
    for one in submitted:
        assert_delivered_once(far_centre, district, one.report_id)
        assert standing(far_centre, one.report_id) == "received"
    acknowledge(far_centre, document_id)
    rotation = rotate_key(far_centre)
    second = carry(far_centre, district, stick)
    assert (second.told, second.key_changed) == (1, True)
    present = outbox.enrolment(far_centre.database.connection)
    assert present is not None
    assert present.centre_key_id == rotation.new_key_id
    later = submit(far_centre, week=4)
    assert carry(far_centre, district, stick).received == 1
    assert_delivered_once(far_centre, district, later.report_id)
    assert sync_astray(far_centre.database.connection) == []


def test_the_key_changes_after_all_that_the_old_one_sealed(
    enrolled_centre: Context, district: RunningDistrict, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frontdesk.sync.usb.MOST_REPORTS", 1)
    rotate_key(enrolled_centre)
    submitted = [submit(enrolled_centre, week=week) for week in range(2)]
    first = write_usb(enrolled_centre, stick)
    assert (first.reports, first.left, first.has_rotation) == (1, 1, False)
    assert read_usb(enrolled_centre, answered(district, first.path, "first.fdd")).received == 1
    second = write_usb(enrolled_centre, stick)
    assert (second.reports, second.left, second.has_rotation) == (1, 0, True)
    # The answer is lost on its way; whatever brings the report once more finds the old key out of use.
    answered(district, second.path, "second.fdd").unlink()
    sync_all(enrolled_centre)
    assert sync_status(enrolled_centre).rotation is None
    for one in submitted:
        assert_delivered_once(enrolled_centre, district, one.report_id)


def test_a_change_of_the_key_waits_for_an_enrolment_that_is_not_confirmed_yet(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path
) -> None:
    rotate_key(enrolled_centre)
    file = wire.read_enrolment_file(district.enrolment()).model_copy(update={"url": "http://127.0.0.1:1"})
    assert enrol(enrolled_centre, file.to_bytes()).problem == "unreachable"
    written = write_usb(enrolled_centre, tmp_path)
    assert (written.has_enrolment, written.has_rotation) == (True, False)
    # The answer on the stick is still on its way when the network is back.
    take_usb(district.district, written.path.read_bytes(), district.clock.ms)
    point_at(enrolled_centre, district.url)
    result = sync_all(enrolled_centre)
    assert (result.problem, result.rotated) == (None, True)


def test_the_same_answer_twice_changes_nothing(
    enrolled_centre: Context, district: RunningDistrict, stick: Path
) -> None:
    notify(district)
    submit(enrolled_centre)
    down = answered(district, write_usb(enrolled_centre, stick).path)
    assert read_usb(enrolled_centre, down).is_new
    before = everything(enrolled_centre)
    for path in (down, stick):
        again = read_usb(enrolled_centre, path)
        assert (again.is_new, again.known, again.problem) == (False, 1, "")
    assert everything(enrolled_centre) == before


def test_sent_both_ways_a_report_arrives_once_and_either_answer_will_do(
    enrolled_centre: Context, district: RunningDistrict, stick: Path
) -> None:
    first, second = submit(enrolled_centre), submit(enrolled_centre, week=1)
    up = write_usb(enrolled_centre, stick).path
    sync_all(enrolled_centre)
    read = read_usb(enrolled_centre, answered(district, up))
    assert (read.received, read.known) == (0, 2)
    for one in (first, second):
        assert_delivered_once(enrolled_centre, district, one.report_id)


def test_a_refusal_travels_back_and_an_old_answer_refuses_nothing_again(
    enrolled_centre: Context, district: RunningDistrict, stick: Path
) -> None:
    lock_period(district.district, "2026-W46", "已汇总", who="D01", now_ms=district.clock.ms)
    locked, fine = submit(enrolled_centre), submit(enrolled_centre, week=1)
    down = answered(district, write_usb(enrolled_centre, stick).path)
    read = read_usb(enrolled_centre, down)
    assert (read.received, read.refused) == (1, 1)
    (refused,) = sync_status(enrolled_centre).in_state("refused")
    assert (refused.report_id, refused.code) == (locked.report_id, "period_locked")
    assert refused.message
    assert_delivered_once(enrolled_centre, district, fine.report_id)
    retry_refused(enrolled_centre)
    assert standing(enrolled_centre, locked.report_id) == "unsent"
    write_usb(enrolled_centre, stick)
    assert not read_usb(enrolled_centre, down).is_new
    assert standing(enrolled_centre, locked.report_id) == "sent"


def test_a_receipt_counts_although_the_report_was_refused_on_another_way(
    enrolled_centre: Context, district: RunningDistrict, stick: Path
) -> None:
    submitted = submit(enrolled_centre)
    down = answered(district, write_usb(enrolled_centre, stick).path)
    with enrolled_centre.database.write() as connection:
        outbox.set_state(connection, submitted.report_id, "refused", 1, '{"code": "revoked_key", "message": "x"}')
    assert read_usb(enrolled_centre, down).received == 1
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def test_the_newest_of_several_answers_may_be_read_first(
    enrolled_centre: Context, district: RunningDistrict, stick: Path, clock: Clock
) -> None:
    for week in range(3):
        submit(enrolled_centre, week=week)
        notify(district, f"第 {week}")
        answered(district, write_usb(enrolled_centre, stick).path, f"answer-{9 - week}.fdd")
        district.clock.now = district.clock.now.replace(minute=week + 1)
    found = find_usb(enrolled_centre, stick)
    assert [one.path.name for one in found if one.direction == "down"] == [f"answer-{n}.fdd" for n in (9, 8, 7)]
    newest = read_usb(enrolled_centre, stick / "answer-7.fdd")
    assert (newest.received, len(newest.arrived)) == (3, 3)
    assert not read_usb(enrolled_centre, stick).is_new
    assert len(notices(enrolled_centre)) == 3


def test_an_answer_to_a_file_that_a_restored_backup_does_not_know_brings_receipts_but_no_documents(
    enrolled_centre: Context, district: RunningDistrict, stick: Path
) -> None:
    submitted = submit(enrolled_centre)
    notify(district)
    down = answered(district, write_usb(enrolled_centre, stick).path)
    # As in a backup of before the file was written.
    enrolled_centre.database.connection.execute("DELETE FROM audit WHERE action = 'sync.usb_written'")
    read = read_usb(enrolled_centre, down)
    assert (read.received, read.arrived, read.strange) == (1, [], 1)
    assert state_of(enrolled_centre, submitted.report_id) == "sent"


def code_of(use_case: Callable[[], object]) -> str:
    with pytest.raises(CodedError) as caught:
        use_case()
    return caught.value.code


def test_a_file_that_was_copied_by_half_at_any_byte_is_refused_and_named(
    enrolled_centre: Context, district: RunningDistrict, stick: Path
) -> None:
    submit(enrolled_centre)
    up = write_usb(enrolled_centre, stick).path
    down = answered(district, up)
    whole = down.read_bytes()
    before = everything(enrolled_centre)
    for size in (*range(0, len(whole), 13), len(whole) - 1):
        down.write_bytes(whole[:size])
        assert code_of(lambda: read_usb(enrolled_centre, down)) == "half_copied"
        with pytest.raises(wire.WireFault) as caught:
            take_usb(district.district, up.read_bytes()[:size], district.clock.ms)
        assert caught.value.code in ("half_copied", "truncated")
    assert everything(enrolled_centre) == before
    (found,) = [one for one in find_usb(enrolled_centre, stick) if one.direction == "down"]
    assert found.problem == "half_copied"


def test_a_wrong_file_is_refused_by_what_it_is(
    enrolled_centre: Context, district: RunningDistrict, stick: Path, tmp_path: Path, clock: Clock
) -> None:
    other = new_centre(tmp_path / "other", clock, "310114-902")
    enrolled(other, district.enrolment("310114-902"))
    theirs = answered(district, write_usb(other, stick).path)
    assert code_of(lambda: read_usb(enrolled_centre, theirs)) == "other_centre"
    own = write_usb(enrolled_centre, stick).path
    assert code_of(lambda: read_usb(enrolled_centre, own)) == "usb_own_file"
    letter = stick / "letter.fdd"
    letter.write_text("信", encoding="utf-8")
    assert code_of(lambda: read_usb(enrolled_centre, letter)) == "not_ours"
    big = stick / "big.fdd"
    with big.open("wb") as file:
        file.truncate(wire.MAX_USB + 1)
    assert code_of(lambda: read_usb(enrolled_centre, big)) == "file_too_large"
    assert code_of(lambda: read_usb(enrolled_centre, stick / "gone.fdd")) == "usb_gone"
    forged = stick / "forged.fdd"
    seed = bytes(reversed(DISTRICT_SEED))
    forged.write_bytes(wire.make_usb_down(centre=CENTRE, bundle_id=None, made_at=1, seed=seed, parts=[]))
    assert code_of(lambda: read_usb(enrolled_centre, forged)) == "unknown_key"
    problems = {one.path.name: one.problem for one in find_usb(enrolled_centre, stick) if one.direction == "down"}
    assert problems == {
        theirs.name: "other_centre",
        "letter.fdd": "not_ours",
        "big.fdd": "file_too_large",
        "forged.fdd": "unknown_key",
    }
    assert code_of(lambda: read_usb(enrolled_centre, stick)) == "not_ours"
    for one in (letter, big, forged):
        one.unlink()
    assert code_of(lambda: read_usb(enrolled_centre, stick)) == "other_centre"
    theirs.unlink()
    assert code_of(lambda: read_usb(enrolled_centre, stick)) == "usb_nothing_found"
    other.database.close()


def test_links_and_pipes_on_a_stick_are_not_followed(
    enrolled_centre: Context, district: RunningDistrict, stick: Path, tmp_path: Path
) -> None:
    submit(enrolled_centre)
    down = answered(district, write_usb(enrolled_centre, tmp_path).path)
    link, pipe = stick / "a.fdd", stick / "b.fdd"
    link.symlink_to(down)
    os.mkfifo(pipe)
    (stick / "c.fdd").mkdir()
    assert find_usb(enrolled_centre, stick) == []
    assert code_of(lambda: read_usb(enrolled_centre, link)) == "not_a_file"
    assert code_of(lambda: read_usb(enrolled_centre, pipe)) == "not_a_file"
    (stick / wire.usb_name(CENTRE, "up", enrolled_centre.local(enrolled_centre.now_ms()))).symlink_to("/nowhere")
    written = write_usb(enrolled_centre, stick)
    assert written.path.stem.endswith("-2")
    assert not written.path.is_symlink()


def test_files_of_one_minute_stand_beside_each_other(enrolled_centre: Context, stick: Path) -> None:
    names = [write_usb(enrolled_centre, stick).path.name for _ in range(3)]
    assert names[0] == f"frontdesk-{CENTRE}-up-20261121-1700.fdu"
    assert len(set(names)) == 3
    assert sorted(one.name for one in stick.iterdir()) == sorted(names)


def test_a_folder_that_is_gone_or_none_is_said_to_be(enrolled_centre: Context, stick: Path) -> None:
    submitted = submit(enrolled_centre)
    file = stick / "file"
    file.write_text("x", encoding="utf-8")
    assert code_of(lambda: write_usb(enrolled_centre, stick / "gone")) == "usb_gone"
    assert code_of(lambda: write_usb(enrolled_centre, file)) == "usb_no_folder"
    assert code_of(lambda: find_usb(enrolled_centre, stick / "gone")) == "usb_gone"
    assert code_of(lambda: find_usb(enrolled_centre, file)) == "usb_no_folder"
    assert standing(enrolled_centre, submitted.report_id) == "unsent"


FAULTS = {
    errno.ENOSPC: "usb_full",
    errno.EROFS: "usb_read_only",
    errno.EACCES: "usb_read_only",
    errno.EIO: "usb_gone",
    errno.ENOENT: "usb_gone",
    errno.EINVAL: "usb_failed",
}


@pytest.mark.parametrize("step", ["os.fsync", "db.newfile.take_name"])
def test_whatever_breaks_while_writing_leaves_no_file_and_nothing_counts_as_sent(
    enrolled_centre: Context, stick: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    submitted = submit(enrolled_centre)
    for number, code in FAULTS.items():

        def broken(*_: object, number: int = number) -> None:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as breaking:
            breaking.setattr(step, broken)
            assert code_of(lambda: write_usb(enrolled_centre, stick)) == code
        assert list(stick.iterdir()) == []
        assert standing(enrolled_centre, submitted.report_id) == "unsent"


def test_a_stick_that_gives_back_something_else_is_faulty(
    enrolled_centre: Context, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(enrolled_centre)
    with monkeypatch.context() as faulty:
        faulty.setattr("frontdesk.sync.usb._read_back", lambda part, size: part.read_bytes()[:-1] + b"?")
        assert code_of(lambda: write_usb(enrolled_centre, stick)) == "usb_unlike"
    assert list(stick.iterdir()) == []


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """A real stick as far as the system is concerned."""
    with small_disk(tmp_path_factory.mktemp("disks") / "stick", 1) as made:
        if made is None:
            pytest.skip("this system mounts no disk for a test")
        yield made


def test_a_full_or_write_protected_stick_is_said_to_be_and_works_afterwards(
    enrolled_centre: Context, district: RunningDistrict, disk: Disk
) -> None:
    submitted = submit(enrolled_centre)
    disk.fill(free_bytes=0)
    assert code_of(lambda: write_usb(enrolled_centre, disk.seen)) == "usb_full"
    assert disk.files() == {}
    disk.empty()
    disk.write_protect()
    assert code_of(lambda: write_usb(enrolled_centre, disk.seen)) == "usb_read_only"
    disk.write_protect(False)
    written = write_usb(enrolled_centre, disk.seen)
    assert list(disk.files()) == [written.path.name]
    disk.fill(free_bytes=0)
    assert find_usb(enrolled_centre, disk.seen)[0].direction == "up"
    disk.empty()
    assert read_usb(enrolled_centre, answered(district, written.path)).received == 1
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def test_a_file_holds_the_oldest_and_says_what_is_left(
    enrolled_centre: Context, district: RunningDistrict, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = [submit(enrolled_centre, week=week) for week in range(5)]
    monkeypatch.setattr("frontdesk.sync.usb.MOST_REPORTS", 2)
    counts = []
    for _ in range(3):
        written = write_usb(enrolled_centre, stick)
        counts.append((written.reports, written.left))
        read_usb(enrolled_centre, answered(district, written.path))
    assert counts == [(2, 3), (2, 1), (1, 0)]
    for one in submitted:
        assert_delivered_once(enrolled_centre, district, one.report_id)


def test_who_may_not_write_carries_no_stick(enrolled_centre: Context, stick: Path) -> None:
    enrolled_centre.operator = None
    for use_case in (write_usb, read_usb):
        with pytest.raises(DeskError) as caught:
            use_case(enrolled_centre, stick)
        assert caught.value.code == "operator_required"
    assert list(stick.iterdir()) == []


def test_a_centre_that_is_not_enrolled_has_nothing_to_carry(centre: Context, stick: Path) -> None:
    assert code_of(lambda: write_usb(centre, stick)) == code_of(lambda: read_usb(centre, stick)) == "not_enrolled"


def test_a_centre_that_holds_a_used_code_is_told_that_the_district_did_not_enrol_it(
    centre: Context, district: RunningDistrict, stick: Path
) -> None:
    file = district.enrolment(url=OFFLINE)
    district.enrolment(url=OFFLINE)
    enrol(centre, file)
    read = carry(centre, district, stick)
    assert (read.registered, read.problem) == (False, "enrolment_refused")
    assert read.message
