"""Every endpoint that takes bytes is tried without a key, with a wrong one, with another centre's, a revoked one, for
another district, and again: one centre can neither read nor write what is another's, nor learn whether it exists.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from frontdesk.district.keys import District
from frontdesk.district.service import issue_enrolment, revoke_key, send_notice, show_report
from frontdesk.district.store import open_store
from frontdesk.sync import frames, wire
from tests.district.api import Api, exchange_request, rotation_request, serving
from tests.district.centres import NOW_MS, PERIOD, Centre, enrolled
from tests.district.engines import copied_database

Make = Callable[[Centre], bytes]

MADE: dict[str, Make] = {
    "reports": lambda centre: centre.seal(),
    "exchange": exchange_request,
    "rotate": lambda centre: rotation_request(centre, bytes(reversed(centre.seed))),
}
"""What a centre posts to each endpoint that asks for a key which the district knows."""

ENDPOINTS = pytest.mark.parametrize("name", sorted(MADE))
ALL_ENDPOINTS = pytest.mark.parametrize("name", [*sorted(MADE), "enrol"])


_numbers = itertools.count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def district(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """A district for all tests of this file, on each engine: every test has centres of its own."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('doors')}/district.db"
        else:
            address = request.getfixturevalue("postgresql_server")
            template = request.getfixturevalue("postgresql_template")
            url = stack.enter_context(copied_database(address, template))
        store = stack.enter_context(closing(open_store(url, create=True)))
        yield District(store, bytes(range(32)))


@pytest.fixture(scope="module")
def api(district: District) -> Iterator[Api]:
    """The district's API."""
    with serving(district) as found:
        yield found


@pytest.fixture
def centre(district: District) -> Centre:
    """A centre that the district knows."""
    return another(district)


def another(district: District) -> Centre:
    number = next(_numbers)
    return enrolled(district, f"310114-{number:03}", number)


def request_to(name: str, centre: Centre) -> bytes:
    if name == "enrol":
        return wire.make_enrolment_request(centre=centre.code, code="x" * 30, seed=centre.seed)
    return MADE[name](centre)


def everything(district: District) -> list[object]:
    """All that requests could change."""
    with district.store.reading() as session:
        tables = ("report", "centre_key", "document_reading", "audit")
        return [list(map(dict, session.rows(f"SELECT * FROM {table} ORDER BY 1, 2"))) for table in tables]


@ALL_ENDPOINTS
@pytest.mark.parametrize("protocol", ["", "0", "2", "1.0"])
def test_an_unknown_protocol_is_refused_and_told_the_known_ones(
    api: Api, centre: Centre, name: str, protocol: str
) -> None:
    error = api.refusal(name, request_to(name, centre), 400, "unknown_protocol", Frontdesk_Protocol=protocol)
    assert error["supported"] == ["1"]


@ALL_ENDPOINTS
def test_without_a_signature_nothing_is_taken(api: Api, district: District, centre: Centre, name: str) -> None:
    raw = request_to(name, centre)
    before = everything(district)
    api.refusal(name, b"", 400, "truncated")
    api.refusal(name, b"<html>", 400, "not_ours")
    api.refusal(name, raw[:-1], 400, "truncated")
    api.refusal(name, raw + b"x", 400, "trailing_bytes")
    api.refusal(name, raw[: -frames.SIGNATURE_SIZE], 401, "no_signature")
    api.refusal(name, raw[:-1] + bytes([raw[-1] ^ 1]), 401, "bad_signature")
    assert everything(district) == before


@ENDPOINTS
def test_a_key_that_nobody_enrolled_is_403(api: Api, district: District, centre: Centre, name: str) -> None:
    before = everything(district)
    api.refusal(name, MADE[name](replace(centre, seed=b"s" * 32)), 403, "unknown_key")
    assert everything(district) == before


@ENDPOINTS
def test_the_key_of_another_centre_is_403_and_tells_nothing(
    api: Api, district: District, centre: Centre, name: str
) -> None:
    thief = another(district)
    forged = MADE[name](replace(thief, code=centre.code))
    before = everything(district)
    first = api.refusal(name, forged, 403, "wrong_centre")
    assert everything(district) == before
    # It is the same whether or not there is something to find.
    assert api.post("reports", centre.seal()).status_code == 200
    send_notice(district, title="会", text="会", who="lin", now_ms=NOW_MS)
    assert api.refusal(name, forged, 403, "wrong_centre") == first


@ENDPOINTS
def test_a_stolen_frame_with_the_thiefs_key_id_is_401(api: Api, district: District, centre: Centre, name: str) -> None:
    thief = another(district)
    raw = MADE[name](centre)
    swapped = raw[:5] + bytes.fromhex(thief.key_id) + raw[21:]
    api.refusal(name, swapped, 401, "bad_signature")


@ENDPOINTS
def test_a_revoked_key_is_403(api: Api, district: District, centre: Centre, name: str) -> None:
    revoke_key(district, centre.key_id, NOW_MS)
    before = everything(district)
    api.refusal(name, MADE[name](centre), 403, "revoked_key")
    assert everything(district) == before


@ENDPOINTS
def test_what_is_for_another_district_is_403(api: Api, district: District, centre: Centre, name: str) -> None:
    before = everything(district)
    api.refusal(name, MADE[name](replace(centre, recipient="0" * 32)), 403, "wrong_recipient")
    assert everything(district) == before


@ENDPOINTS
def test_what_is_replayed_is_answered_alike_and_changes_nothing(
    api: Api, district: District, centre: Centre, name: str
) -> None:
    send_notice(district, title="会", text="会", who="lin", now_ms=NOW_MS)
    raw = MADE[name](centre)
    first = api.post(name, raw)
    before = everything(district)
    again = api.post(name, raw)
    assert (first.status_code, first.content) == (200, again.content)
    assert everything(district) == before


@ALL_ENDPOINTS
def test_what_is_made_for_one_endpoint_is_refused_at_the_others(api: Api, centre: Centre, name: str) -> None:
    for other in MADE:
        if other != name:
            api.refusal(name, MADE[other](centre), 400, "not_ours")


@ALL_ENDPOINTS
def test_a_body_past_the_cap_is_413_however_its_length_is_told(api: Api, district: District, name: str) -> None:
    cap = {"reports": district.limits.sealed, "exchange": wire.MAX_EXCHANGE_REQUEST}.get(name, wire.MAX_ANSWER)
    told = api.post(name, bytes(cap + 1))
    assert (told.status_code, told.json()["error"]["code"]) == (413, "too_large")

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(cap // 65_536 + 1):
            yield bytes(65_536)

    untold = api.request("POST", f"/v1/{name}", content=pieces(), headers={wire.PROTOCOL_HEADER: "1"})
    assert (untold.status_code, untold.json()["error"]["code"]) == (413, "too_large")


def test_a_dry_run_is_answered_alike_and_stores_nothing(api: Api, district: District, centre: Centre) -> None:
    before = everything(district)
    sealed = centre.seal()
    answer = api.post("reports", sealed, Frontdesk_Dry_Run="1")
    assert answer.status_code == 200
    assert wire.verify_trial_answer(answer.content, sealed=sealed, district_key=district.verify_key)
    with pytest.raises(wire.WireFault):
        wire.verify_receipt(answer.content, sealed=sealed, district_key=district.verify_key)
    unknown = centre.seal(figures={"no_such": 1})
    error = api.refusal("reports", unknown, 422, "unknown_indicator", Frontdesk_Dry_Run="1")
    assert error == api.refusal("reports", unknown, 422, "unknown_indicator")
    for said in ("0", "yes", ""):
        api.refusal("reports", sealed, 400, "bad_trial_header", Frontdesk_Dry_Run=said)
    assert everything(district) == before


def test_a_code_is_no_way_into_another_centre(api: Api, district: District) -> None:
    file = issue_enrolment(district, centre="310114-901", url="https://district.example", now_ms=NOW_MS)
    before = everything(district)
    stolen = wire.make_enrolment_request(centre="310114-902", code=file.code, seed=b"s" * 32)
    guessed = wire.make_enrolment_request(centre="310114-902", code="g" * 30, seed=b"s" * 32)
    # A code of another centre is refused as one that there is not.
    assert api.refusal("enrol", stolen, 403, "unknown_code") == api.refusal("enrol", guessed, 403, "unknown_code")
    assert everything(district) == before


def test_a_report_of_another_centre_is_not_told_apart_from_none(api: Api, district: District, centre: Centre) -> None:
    other = another(district)
    assert api.post("reports", centre.seal(report_id="r1")).status_code == 200
    # The same identity and revision of another centre conflict with nothing.
    assert api.post("reports", other.seal(report_id="r1")).status_code == 200
    for code in (centre.code, other.code):
        assert show_report(district, code, PERIOD).visible.report_id == "r1"


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/centres", "/v1/reports/310114-901", "/v2/reports", "/%2e%2e/v1/key"]
)
def test_there_is_no_address_to_read_from(api: Api, centre: Centre, path: str) -> None:
    assert api.post("reports", centre.seal()).status_code == 200
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = api.request(method, path, headers={wire.PROTOCOL_HEADER: "1"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_address")


@ALL_ENDPOINTS
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_405(api: Api, name: str, method: str) -> None:
    answer = api.request(method, f"/v1/{name}")
    assert answer.status_code == 405
    assert wire.SIGNATURE_HEADER in answer.headers
