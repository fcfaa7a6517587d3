"""A centre that no file reaches enrols by a code that somebody types; the code knows the district's key."""

from __future__ import annotations

import pytest

from frontdesk.context import Context
from frontdesk.district.enrolling import issue_typed_code
from frontdesk.errors import CodedError, DeskError
from frontdesk.sync import wire
from frontdesk.sync.enrolling import is_address
from frontdesk.sync.service import enrol, enrol_by_code, submit_report, sync_all, sync_status
from tests.sync.ends import CENTRE, Cut, RunningDistrict, assert_delivered_once, body, cable_to, submit
from tests.sync.strangers import Stranger, answering


def code_for(district: RunningDistrict, centre: str = CENTRE) -> str:
    return issue_typed_code(district.district, centre=centre, now_ms=district.clock.ms).code


def refused(context: Context, url: str, typed: str) -> str:
    """The code of why it is refused; nothing is kept of it."""
    with pytest.raises(CodedError) as caught:
        enrol_by_code(context, url, typed)
    assert sync_status(context).enrolment is None
    return caught.value.code


def test_a_typed_code_enrols_however_it_is_spaced_and_cased(centre: Context, district: RunningDistrict) -> None:
    typed = f" {code_for(district).lower().replace('-', ' ')} "
    result = enrol_by_code(centre, f"127.0.0.1:{district.port}/", typed)
    assert result.registered
    assert (result.enrolment.url, result.enrolment.district_key_id) == (district.url, district.district.key_id)
    submitted = submit_report(centre, lambda: body(centre))
    sync_all(centre)
    assert_delivered_once(centre, district, submitted.report_id)


def test_whoever_has_another_key_is_not_the_district_of_this_code(centre: Context, district: RunningDistrict) -> None:
    theirs = wire.make_district_key(wire.verify_key_of(bytes(range(1, 33)))).to_bytes()
    with answering(Stranger(status=200, content=theirs)) as elsewhere:
        assert refused(centre, elsewhere.url, code_for(district)) == "other_district_key"


def test_only_a_districts_key_is_taken_for_one(centre: Context, district: RunningDistrict) -> None:
    typed = code_for(district)
    strangers = [
        (Stranger(status=200, content=b"<html>"), "not_the_district"),
        (Stranger(status=200, content=b"{}"), "not_the_district"),
        (Stranger(status=200, content=bytes(wire.MAX_ANSWER + 1)), "not_the_district"),
        (Stranger(status=404), "not_the_district"),
        (Stranger(status=307), "redirected"),
        (Stranger(raw=b""), "cut_off"),
    ]
    for stranger, code in strangers:
        with answering(stranger) as elsewhere:
            assert refused(centre, elsewhere.url, typed) == code
    assert refused(centre, "http://127.0.0.1:1", typed) == "unreachable"


def test_a_slip_in_the_code_is_found_before_anybody_is_asked(centre: Context, district: RunningDistrict) -> None:
    typed = code_for(district)
    for place, one in enumerate(typed):
        if one == "-":
            continue
        slipped = typed[:place] + ("7" if one != "7" else "8") + typed[place + 1 :]
        with pytest.raises(wire.WireFault) as caught:
            wire.read_typed_code(slipped)
        assert caught.value.code == "mistyped_code"
    assert refused(centre, "http://127.0.0.1:1", typed[:-1]) == "mistyped_code"


@pytest.mark.parametrize("url", ["", "ftp://a", "http://", "http://a b", "http://a:0x", "http://u@a", "http://a?b"])
def test_what_is_no_address_is_asked_of_nobody(centre: Context, district: RunningDistrict, url: str) -> None:
    assert not is_address(url)
    assert refused(centre, url, code_for(district)) == "bad_address"


def test_a_code_of_another_centre_or_a_used_one_registers_nobody(centre: Context, district: RunningDistrict) -> None:
    for typed in (code_for(district, "310114-902"), code_for(district)):
        secret = wire.read_typed_code(typed).secret
        stolen = wire.make_enrolment_request(centre=CENTRE, code=secret, seed=b"x" * 32)
        district.post(stolen, "/v1/enrol")
        with pytest.raises(CodedError) as caught:
            enrol_by_code(centre, district.url, typed)
        assert caught.value.code == "enrolment_refused"
    assert enrol_by_code(centre, district.url, code_for(district)).registered


def test_a_cable_that_is_pulled_leaves_a_code_that_still_enrols(centre: Context, district: RunningDistrict) -> None:
    typed = code_for(district)
    with cable_to(centre, district, Cut(down=20)) as cable:
        assert refused(centre, cable.url, typed) == "cut_off"
    with cable_to(centre, district, Cut(down=500)) as cable:
        enrolled = enrol_by_code(centre, cable.url, typed)
    assert enrolled.registered or enrolled.problem == "cut_off"
    assert enrol_by_code(centre, district.url, typed).registered


def test_who_may_not_write_enrols_nobody(centre: Context, district: RunningDistrict) -> None:
    centre.operator = None
    with pytest.raises(DeskError) as caught:
        enrol_by_code(centre, district.url, code_for(district))
    assert caught.value.code == "operator_required"


def test_a_centre_that_is_enrolled_may_take_a_new_code_of_the_same_district(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    before = sync_status(enrolled_centre).enrolment
    submit(enrolled_centre)
    assert enrol_by_code(enrolled_centre, district.url, code_for(district)).registered
    after = sync_status(enrolled_centre).enrolment
    assert before is not None and after is not None
    assert before.centre_key_id == after.centre_key_id
    assert enrol(enrolled_centre, district.enrolment()).registered
