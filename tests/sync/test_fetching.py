"""What the district sends down arrives once, verified; that it was read here is told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from db import inbox, outbox, sync_keys
from frontdesk.context import Context
from frontdesk.district.documents.issuing import rotate_key, send_services
from frontdesk.district.documents.listing import readers
from frontdesk.district.documents.locking import grant_exemption, lock_period, unlock_period
from frontdesk.errors import DeskError
from frontdesk.sync import frames, wire
from frontdesk.sync.errors import SyncError
from frontdesk.sync.fetching import exchange_request, keep_answer
from frontdesk.sync.service import (
    acknowledge,
    fetch,
    lock_of,
    locks,
    notice,
    notices,
    services,
    sync_all,
    sync_astray,
    sync_status,
    unread_count,
)
from tests.sync.ends import (
    CENTRE,
    DISTRICT_SEED,
    Clock,
    Cut,
    RunningDistrict,
    assert_delivered_once,
    cable_to,
    enrolled,
    in_pieces,
    new_centre,
    notify,
    point_at,
    submit,
)
from tests.sync.strangers import Stranger, answering
from tests.sync.telling import document, told

NEXT_SEED = bytes(range(32, 64))


def told_at_district(district: RunningDistrict, document_id: str) -> list[str]:
    """The centres that the district knows to have read a document."""
    return [one.centre for one in readers(district.district, document_id) if one.read_at is not None]


def test_a_sync_brings_what_is_new_after_the_reports_are_sent(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    submitted = submit(enrolled_centre)
    document_id = notify(district, "停水通知", "本周三停水。\n请转告居民。")
    result = sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, submitted.report_id)
    assert result.fetched is not None
    assert [(one.document_id, one.kind, one.title) for one in result.fetched.arrived] == [
        (document_id, "notice", "停水通知")
    ]
    (found,) = notices(enrolled_centre)
    assert (found.text, found.channel, found.read_at) == ("本周三停水。\n请转告居民。", "network", None)
    assert unread_count(enrolled_centre) == 1
    assert fetch(enrolled_centre).arrived == []


def test_a_reading_is_kept_once_and_told_once(
    enrolled_centre: Context, district: RunningDistrict, clock: Clock
) -> None:
    document_id = notify(district)
    fetch(enrolled_centre)
    first = acknowledge(enrolled_centre, document_id)
    clock.now = clock.now.replace(hour=10)
    again = acknowledge(enrolled_centre, str(first.number))
    assert (first.reader, first.read_at) == (again.reader, again.read_at) == ("001", again.read_at)
    assert told_at_district(district, document_id) == []
    assert fetch(enrolled_centre).told == 1
    assert told_at_district(district, document_id) == [CENTRE]
    assert fetch(enrolled_centre).told == 0
    assert notice(enrolled_centre, document_id).told_at == clock.ms
    assert sync_status(enrolled_centre).untold_readings == 0


def test_what_does_not_fit_into_one_answer_follows(enrolled_centre: Context, district: RunningDistrict) -> None:
    sent = [notify(district, f"通知 {number}") for number in range(120)]
    fetched = fetch(enrolled_centre)
    assert [one.document_id for one in fetched.arrived] == sent
    assert fetched.problem is None


def test_who_may_not_write_reads_nothing_for_the_centre(enrolled_centre: Context, district: RunningDistrict) -> None:
    document_id = notify(district)
    fetch(enrolled_centre)
    enrolled_centre.operator = None
    for use_case in (lambda: acknowledge(enrolled_centre, document_id), lambda: fetch(enrolled_centre)):
        with pytest.raises(DeskError) as caught:
            use_case()
        assert caught.value.code == "operator_required"


def test_a_document_that_is_not_here_is_said_to_be_none(enrolled_centre: Context) -> None:
    for wrong in ("", "1", "0" * 32, "9" * 40):
        with pytest.raises(SyncError) as caught:
            acknowledge(enrolled_centre, wrong)
        assert caught.value.code == "no_such_notice"


def test_a_locked_period_is_known_here_until_it_is_unlocked_or_excepted(
    enrolled_centre: Context, district: RunningDistrict, clock: Clock
) -> None:
    end, now_ms = district.district, district.clock.ms
    lock_period(end, "2026-W46", "已汇总", who="D01", now_ms=now_ms)
    lock_period(end, "2026-W45", "", who="D01", now_ms=now_ms)
    fetch(enrolled_centre)
    lock = lock_of(enrolled_centre, "2026-W46")
    assert lock is not None
    assert (lock.reason, lock_of(enrolled_centre, "2026-W47")) == ("已汇总", None)
    without = lock_of(enrolled_centre, "2026-W45")
    assert without is not None
    assert (lock.because, without.because) == ("（已汇总）", "")
    unlock_period(end, "2026-W45", who="D01", now_ms=now_ms)
    until = enrolled_centre.today()
    grant_exemption(end, CENTRE, "2026-W46", until, "网络故障", who="D01", now_ms=now_ms)
    fetch(enrolled_centre)
    assert lock_of(enrolled_centre, "2026-W46") is None
    assert [(one.period, one.exempt_until) for one in locks(enrolled_centre)] == [("2026-W46", until)]
    clock.now += timedelta(days=1)
    assert lock_of(enrolled_centre, "2026-W46") is not None


def test_the_newest_list_of_services_counts(enrolled_centre: Context, district: RunningDistrict) -> None:
    assert services(enrolled_centre) == []
    for name in ("助餐", "助浴"):
        item = {"code": "S1", "name": name, "description": "", "contact": "12345"}
        send_services(district.district, [item], who="D01", now_ms=district.clock.ms)
    fetch(enrolled_centre)
    assert [one.name for one in services(enrolled_centre)] == ["助浴"]


STRANGERS = {
    "not_the_district": [
        Stranger(status=200, content=b"<html>Log in to the network</html>"),
        Stranger(status=404, content=b"not found"),
    ],
    "redirected": [Stranger(status=302, headers={"Location": "http://127.0.0.1:9/"})],
    "district_failed": [Stranger(status=503)],
    "cut_off": [Stranger(status=200, content=b"half", promised=400), Stranger(raw=b"")],
}


def test_only_an_answer_that_the_district_signed_for_this_request_is_kept(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    document_id = notify(district)
    for problem, strangers in STRANGERS.items():
        for stranger in strangers:
            with answering(stranger) as elsewhere:
                point_at(enrolled_centre, elsewhere.url)
                result = sync_all(enrolled_centre)
            assert result.fetched is not None
            assert (result.problem, result.fetched.problem, notices(enrolled_centre)) == (None, problem, [])
    point_at(enrolled_centre, district.url)
    assert [one.document_id for one in fetch(enrolled_centre).arrived] == [document_id]


def test_the_answer_to_an_earlier_request_is_no_answer_to_this_one(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    notify(district)
    present = outbox.enrolment(enrolled_centre.database.connection)
    assert present is not None
    earlier = district.post(exchange_request(enrolled_centre, present), "/v1/exchange").content
    with answering(Stranger(status=200, content=earlier)) as elsewhere:
        point_at(enrolled_centre, elsewhere.url)
        assert fetch(enrolled_centre).problem == "not_the_district"
    assert notices(enrolled_centre) == []


def pull_the_cable(context: Context, district: RunningDistrict, cuts: Iterable[Cut]) -> None:
    """At each cut one document is on its way down and one reading up; afterwards both are there once."""
    sent = [notify(district, "最早")]
    fetch(context)
    for number, cut in enumerate(cuts):
        acknowledge(context, sent[-1])
        sent.append(notify(district, f"第 {number}"))
        with cable_to(context, district, cut):
            fetch(context)
        assert fetch(context).problem is None
        assert [one.document_id for one in reversed(notices(context))] == sent
        assert told_at_district(district, sent[-2]) == [CENTRE]
        assert inbox.untold(context.database.connection) == []
    assert sync_astray(context.database.connection) == []


def test_a_cable_pulled_at_any_byte_leaves_every_document_and_reading_once(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    cuts = [*(Cut(up=n) for n in range(0, 800, 97)), *(Cut(down=n) for n in range(0, 1100, 83))]
    pull_the_cable(enrolled_centre, district, cuts)


@pytest.mark.slow
def test_a_cable_pulled_at_every_single_byte_leaves_every_document_and_reading_once(tmp_path: Path) -> None:
    in_pieces(tmp_path, [*(Cut(up=n) for n in range(800)), *(Cut(down=n) for n in range(1100))], pull_the_cable)


def test_the_successor_of_the_districts_key_is_believed_by_the_present_keys_word(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    before = notify(district, "旧密钥")
    held_back = submit(enrolled_centre, week=1)
    new_key_id = rotate_key(district.district, who="D01", now_ms=district.clock.ms)
    after = notify(district, "新密钥")
    sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, held_back.report_id)
    assert {before, after} <= {one.document_id for one in notices(enrolled_centre)}
    assert sync_keys.pinned(enrolled_centre.database.connection)[0].key_id == new_key_id
    submitted = submit(enrolled_centre)
    sealed = outbox.sealed(enrolled_centre.database.connection, submitted.report_id)
    assert sealed is not None
    assert sealed.recipient == new_key_id
    sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, submitted.report_id)
    assert sync_astray(enrolled_centre.database.connection) == []


def test_a_centre_that_enrols_after_the_districts_key_was_changed_reads_what_was_said_before(
    enrolled_centre: Context, district: RunningDistrict, tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> None:
    sent = [notify(district, "第一把密钥")]
    fetch(enrolled_centre)
    for title in ("第二把密钥", "第三把密钥"):
        rotate_key(district.district, who="D01", now_ms=district.clock.ms)
        sent.append(notify(district, title))
    new = new_centre(tmp_path_factory.mktemp("new") / "centre", clock, "310114-902")
    enrolled(new, district.enrolment("310114-902"))
    for context in (enrolled_centre, new):
        assert fetch(context).problem is None
        assert [one.document_id for one in reversed(notices(context))] == sent
        assert sync_astray(context.database.connection) == []
    (only,) = sync_keys.pinned(new.database.connection)
    assert only.key_id == sync_keys.pinned(enrolled_centre.database.connection)[0].key_id
    new.database.close()


@pytest.fixture
def alone(centre: Context, district: RunningDistrict) -> Iterator[Context]:
    """A centre that is enrolled; what it is told is made by the test."""
    enrolled(centre, district.enrolment())
    yield centre


def test_a_kind_that_this_program_does_not_know_is_kept_by_its_title(alone: Context) -> None:
    said = {"document_id": "x1", "number": 1, "kind": "poster", "title": "海报", "issued_at": 1, "content": {"a": 1}}
    signer = bytes.fromhex(wire.key_id_of(wire.verify_key_of(DISTRICT_SEED)))
    raw = frames.pack(b"FDDO", signer, (frames.to_json(said),), DISTRICT_SEED)
    assert [one.kind for one in keep_answer(alone, told(alone, raw), "network").arrived] == ["poster"]
    (found,) = notices(alone, None)
    assert (found.title, found.is_known, found.text) == ("海报", False, "")
    assert acknowledge(alone, "x1").read_at is not None


def test_an_earlier_key_names_no_successor(alone: Context) -> None:
    third = bytes(range(64, 96))
    next_key = wire.SuccessorKey(verify_key=wire.verify_key_of(NEXT_SEED).hex())
    keep_answer(alone, told(alone, document(next_key, 1)), "network")
    theirs = wire.SuccessorKey(verify_key=wire.verify_key_of(third).hex())
    kept = keep_answer(alone, told(alone, document(theirs, 2)), "network")
    assert (kept.arrived, kept.problem) == ([], "unverified_document")
    good = document(wire.Notice(text="旧密钥签的也有效"), 2)
    assert [one.number for one in keep_answer(alone, told(alone, good, seed=NEXT_SEED), "network").arrived] == [2]
    pinned = sync_keys.pinned(alone.database.connection)
    assert [key.verify_key for key in pinned] == [wire.verify_key_of(NEXT_SEED), wire.verify_key_of(DISTRICT_SEED)]


def test_two_centres_are_told_the_same_and_each_reads_for_itself(
    enrolled_centre: Context, district: RunningDistrict, tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> None:
    other = new_centre(tmp_path_factory.mktemp("other") / "centre", clock, "310114-902")
    enrolled(other, district.enrolment("310114-902"))
    document_id = notify(district)
    for context in (enrolled_centre, other):
        fetch(context)
    acknowledge(other, document_id)
    fetch(other)
    assert told_at_district(district, document_id) == ["310114-902"]
    other.database.close()
