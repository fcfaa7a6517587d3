"""A centre's file from a stick at the district: the way of the network, and one file that answers all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.register import Centre as Entry
from frontdesk.district.register import put_centre
from frontdesk.district.service import (
    UsbTaken,
    accept_report,
    issue_enrolment,
    lock_period,
    readers,
    revoke_key,
    send_notice,
    show_report,
    take_usb,
)
from frontdesk.district.zone import ZONE
from frontdesk.sync import wire
from tests.district.api import exchange_request, rotation_request
from tests.district.centres import NOW_MS, PERIOD, Centre, enrolled

CODE = "310114-901"


def bundle(centre: Centre, district: District, *reports: bytes, **others: bytes) -> bytes:
    """A file of the centre with these parts."""
    return wire.make_usb_up(
        seed=centre.seed,
        centre=centre.code,
        district_key=district.verify_key,
        bundle_id="b1",
        made_at=NOW_MS,
        reports=reports,
        **others,
    )


def opened(district: District, taken: UsbTaken) -> wire.UsbAnswer:
    return wire.open_usb_down(taken.answer, [district.verify_key])


def test_everything_in_a_file_is_taken_in_and_answered(district: District) -> None:
    centre = enrolled(district, CODE)
    document = send_notice(district, title="会", text="会", who="lin", now_ms=NOW_MS).document_id
    reports = [centre.seal(report_id="r1"), centre.seal(report_id="r2", revision=2)]
    request = exchange_request(centre, read=((document, 7),))
    raw = bundle(centre, district, *reports, exchange=request, rotation=rotation_request(centre))
    taken = take_usb(district, raw, NOW_MS, who="lin")
    answer = opened(district, taken)
    assert (answer.header.centre, answer.header.bundle_id) == (CODE, "b1")
    for sealed, receipt in zip(reports, answer.receipts, strict=True):
        assert wire.verify_receipt(receipt, sealed=sealed, district_key=district.verify_key).received_at == NOW_MS
    (exchange,) = answer.exchanges
    found = wire.verify_exchange_answer(exchange, request=request, district_keys=[district.verify_key])
    assert wire.open_document(found.documents[0], [district.verify_key]).title == "会"
    assert readers(district, document)[0].read_at == 7
    (confirmation,) = answer.confirmations
    new_key = wire.key_id_of(wire.verify_key_of(b"n" * 32))
    assert wire.verify_confirmation(confirmation, district_key=district.verify_key).key_id == new_key
    assert (answer.refusals, taken.reports, taken.refused) == ((), 2, ())
    assert show_report(district, CODE, PERIOD).visible.channel == "usb"


def test_the_file_has_a_name_that_tells_whose_it_is(district: District) -> None:
    centre = enrolled(district, CODE)
    taken = take_usb(district, bundle(centre, district, centre.seal()), NOW_MS)
    local = datetime.fromtimestamp(NOW_MS / 1000, ZONE)
    assert taken.name == f"frontdesk-{CODE}-down-{local:%Y%m%d-%H%M}.fdd"


def test_the_same_file_again_gets_the_same_receipts_whichever_way_the_report_came_first(district: District) -> None:
    centre = enrolled(district, CODE)
    sealed = centre.seal()
    receipt = accept_report(district, sealed, NOW_MS)
    raw = bundle(centre, district, sealed)
    for later in (NOW_MS + 5, NOW_MS + 9):
        assert opened(district, take_usb(district, raw, later)).receipts == (receipt,)
    assert [one.channel for one in show_report(district, CODE, PERIOD).revisions] == ["network"]


def test_what_is_refused_is_answered_with_what_the_network_would_have_said(district: District) -> None:
    centre = enrolled(district, CODE)
    accept_report(district, centre.seal(), NOW_MS)
    lock_period(district, "2026-W47", "", who="lin", now_ms=NOW_MS)
    taken_revision, locked = centre.seal(report_id="r9"), centre.seal(report_id="r3", period="2026-W47")
    good = centre.seal(report_id="r4", revision=2)
    taken = take_usb(district, bundle(centre, district, taken_revision, locked, good), NOW_MS)
    answer = opened(district, taken)
    refusals = [wire.open_refusal(one, district_keys=[district.verify_key]) for one in answer.refusals]
    assert [(one.content, one.status) for one in refusals] == [
        (wire.content_hash(taken_revision), 409),
        (wire.content_hash(locked), 423),
    ]
    assert b'"next": 2' in refusals[0].answer
    assert [(one.kind, one.code) for one in taken.refused] == [
        ("report", "revision_taken"),
        ("report", "period_locked"),
    ]
    assert all(one.message for one in taken.refused)
    assert wire.verify_receipt(answer.receipts[0], sealed=good, district_key=district.verify_key).revision == 2


def test_a_file_of_a_revoked_key_is_answered_with_refusals(district: District) -> None:
    centre = enrolled(district, CODE)
    raw = bundle(centre, district, centre.seal(), exchange=exchange_request(centre))
    revoke_key(district, centre.key_id, NOW_MS)
    answer = opened(district, take_usb(district, raw, NOW_MS))
    refused = [wire.open_refusal(one, district_keys=[district.verify_key]) for one in answer.refusals]
    assert [one.status for one in refused] == [403, 403]
    assert (answer.receipts, answer.exchanges) == ((), ())


def test_a_centre_that_never_had_a_network_enrols_by_the_same_file(district: District) -> None:
    file = issue_enrolment(district, centre=CODE, url="https://district.example", now_ms=NOW_MS)
    centre = Centre(CODE, b"c" * 32, file.district_key_id)
    request = wire.make_enrolment_request(centre=CODE, code=file.code, seed=centre.seed)
    taken = take_usb(district, bundle(centre, district, centre.seal(), enrolment=request), NOW_MS)
    answer = opened(district, taken)
    assert (len(answer.confirmations), len(answer.receipts), taken.refused) == (1, 1, ())


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda raw: raw[: len(raw) // 2], "half_copied"),
        (lambda raw: raw[:-1], "half_copied"),
        (lambda raw: b"PK\x03\x04" + raw[4:], "not_ours"),
        (lambda raw: raw[:40] + bytes([raw[40] ^ 1]) + raw[41:], "half_copied"),
        (lambda raw: b"", "half_copied"),
    ],
)
def test_a_file_that_cannot_be_opened_is_named_and_changes_nothing(
    district: District, spoil: object, code: str
) -> None:
    centre = enrolled(district, CODE)
    raw = bundle(centre, district, centre.seal())
    with pytest.raises(wire.WireFault) as caught:
        take_usb(district, spoil(raw), NOW_MS)  # type: ignore[operator]
    assert caught.value.code == code
    with pytest.raises(DistrictError):
        show_report(district, CODE, PERIOD)


def test_a_file_by_a_stranger_or_for_another_district_is_not_opened(district: District) -> None:
    centre = enrolled(district, CODE)
    stranger = replace(centre, seed=b"s" * 32)
    elsewhere = District(district.store, b"e" * 32)
    for raw, code in (
        (bundle(stranger, district, centre.seal()), "unknown_key"),
        (bundle(centre, elsewhere, centre.seal()), "other_recipient"),
        (bundle(replace(enrolled(district, "310114-902", 2), code=CODE), district), "wrong_centre"),
    ):
        with pytest.raises(wire.WireFault) as caught:
            take_usb(district, raw, NOW_MS)
        assert caught.value.code == code


def test_another_centres_report_in_the_file_is_taken_for_that_centre_only(district: District) -> None:
    centre, other = enrolled(district, CODE), enrolled(district, "310114-902", 2)
    forged = replace(centre, code=other.code).seal()
    taken = take_usb(district, bundle(centre, district, forged), NOW_MS)
    assert [one.code for one in taken.refused] == ["wrong_centre"]


def test_a_street_takes_in_files_of_its_own_centres_only(district: District) -> None:
    centre = enrolled(district, CODE)
    put_centre(district, Entry(CODE, "中心", "安亭镇"), who="lin", now_ms=NOW_MS)
    raw = bundle(centre, district, centre.seal())
    with pytest.raises(DistrictError) as caught:
        take_usb(district, raw, NOW_MS, street="江桥镇")
    assert caught.value.code == "no_such_centre"
    assert take_usb(district, raw, NOW_MS, street="安亭镇").reports == 1
    with district.store.reading() as session:
        rows = session.rows("SELECT centre, subject FROM audit WHERE action = 'usb.taken'")
    assert [dict(row) for row in rows] == [{"centre": CODE, "subject": "b1"}]


def test_a_file_that_changes_the_key_again_gets_the_same_receipts_and_nothing_new_comes_by_the_old_key(
    district: District,
) -> None:
    centre = enrolled(district, CODE)
    raw = bundle(centre, district, centre.seal(), rotation=rotation_request(centre))
    first, again = (opened(district, take_usb(district, raw, NOW_MS + late)) for late in (0, 5))
    assert (again.receipts, again.confirmations, again.refusals) == (first.receipts, first.confirmations, ())
    assert accept_report(district, centre.seal(), NOW_MS + 9) == first.receipts[0]
    for late in (centre.seal(report_id="r2", revision=2), centre.seal(report_id="r1", figures={"person_times": 4})):
        with pytest.raises(wire.WireFault) as caught:
            accept_report(district, late, NOW_MS + 9)
        assert caught.value.code == "revoked_key"


def test_what_a_key_sealed_that_the_district_took_out_of_use_is_refused(district: District) -> None:
    centre = enrolled(district, CODE)
    accept_report(district, centre.seal(), NOW_MS)
    revoke_key(district, centre.key_id, NOW_MS)
    with pytest.raises(wire.WireFault) as caught:
        accept_report(district, centre.seal(), NOW_MS)
    assert caught.value.code == "revoked_key"
