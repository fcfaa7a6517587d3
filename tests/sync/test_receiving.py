"""Reports arrive at the district over real HTTP: lines 1-7, 11 and 14 of the acceptance list for the sync."""

from __future__ import annotations

import hashlib
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from frontdesk.context import Context
from frontdesk.district.service import figures_of, open_district, revoke_key, rotate_key, show_report
from frontdesk.sync import frames, wire
from frontdesk.sync.body import SCHEMAS
from frontdesk.sync.client import Delivered, DistrictClient, Refused
from tests.sync.ends import (
    CENTRE,
    RunningDistrict,
    body,
    enrolled,
    listening,
    new_centre,
)
from tests.sync.posting import header_of, refused, seal, seed_of, signed


@pytest.mark.parametrize("protocol", ["", "0", "2", "banana"])
@pytest.mark.parametrize("path", ["/v1/reports", "/v1/enrol"])
def test_an_unknown_protocol_version_is_told_the_supported_ones(
    district: RunningDistrict, protocol: str, path: str
) -> None:
    error = refused(district.post(b"x", path, Frontdesk_Protocol=protocol), 400, "unknown_protocol")
    assert error["supported"] == ["1"]


def test_no_protocol_version_is_told_the_supported_ones(district: RunningDistrict) -> None:
    answer = httpx.post(district.url + "/v1/reports", content=b"x", trust_env=False)
    assert refused(answer, 400, "unknown_protocol")["supported"] == ["1"]


def test_a_report_without_a_signature_is_401(enrolled_centre: Context, district: RunningDistrict) -> None:
    raw = seal(enrolled_centre, district)
    refused(district.post(raw[: -frames.SIGNATURE_SIZE]), 401, "no_signature")


def test_a_report_with_a_wrong_signature_is_401(enrolled_centre: Context, district: RunningDistrict) -> None:
    raw = seal(enrolled_centre, district)
    refused(district.post(raw[:-1] + bytes([raw[-1] ^ 1])), 401, "bad_signature")


def test_a_report_by_an_unknown_key_is_403(enrolled_centre: Context, district: RunningDistrict) -> None:
    raw = wire.seal(
        body(enrolled_centre).to_bytes(),
        seed=bytes(32),
        recipient=district.district.key_id,
        report_id="r1",
        revision=1,
    )
    refused(district.post(raw), 403, "unknown_key")


def test_a_report_by_a_revoked_key_is_403_even_when_it_was_accepted_before(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    raw = seal(enrolled_centre, district)
    assert district.post(raw).status_code == 200
    key_id = wire.key_id_of(wire.verify_key_of(seed_of(enrolled_centre)))
    revoke_key(district.district, key_id, district.clock.ms)
    refused(district.post(raw), 403, "revoked_key")
    refused(district.post(seal(enrolled_centre, district, week=1, report_id="r2")), 403, "revoked_key")


@pytest.mark.parametrize("kept", [0, 1, 4, 5, 20, 30, 200, -65, -1])
def test_a_truncated_report_is_400(enrolled_centre: Context, district: RunningDistrict, kept: int) -> None:
    refused(district.post(seal(enrolled_centre, district)[:kept]), 400, "truncated")


@pytest.mark.parametrize(
    ("raw", "code"), [(b"<html>hello</html>", "not_ours"), (b"FDSR\x09" + bytes(200), "unknown_format")]
)
def test_what_is_no_report_is_400(district: RunningDistrict, raw: bytes, code: str) -> None:
    refused(district.post(raw), 400, code)


def test_a_signed_report_that_cannot_be_parsed_is_400(enrolled_centre: Context, district: RunningDistrict) -> None:
    good = header_of(seal(enrolled_centre, district))
    refused(district.post(signed(enrolled_centre, {}, b"")), 400, "bad_header")
    refused(district.post(signed(enrolled_centre, good, b"junk")), 400, "bad_compression")
    other = zlib.compress(b"{}")
    refused(district.post(signed(enrolled_centre, good, other)), 400, "bad_body_hash")
    good["body_hash"] = hashlib.sha256(b"{}").hexdigest()
    refused(district.post(signed(enrolled_centre, good, other)), 400, "bad_body")


def test_an_oversized_report_is_413_and_one_that_hides_its_length_is_not_read(district: RunningDistrict) -> None:
    big = bytes(district.district.limits.sealed + 1)
    refused(district.post(big), 413, "too_large")
    chunks = (big[start : start + 65_536] for start in range(0, len(big), 65_536))
    headers = {wire.PROTOCOL_HEADER: "1"}
    try:
        answer = httpx.post(district.url + "/v1/reports", content=chunks, headers=headers, trust_env=False)
    except (httpx.WriteError, httpx.ReadError):
        # The district answered and hung up while we were still sending.
        return
    assert (answer.status_code, answer.content) == (411, b"")


def test_a_bomb_is_413(enrolled_centre: Context, district: RunningDistrict) -> None:
    header = header_of(seal(enrolled_centre, district))
    bomb = zlib.compress(bytes(district.district.limits.body + 1), 9)
    refused(district.post(signed(enrolled_centre, header, bomb)), 413, "inflates_past_cap")


def test_a_forged_bomb_is_refused_for_its_signature(enrolled_centre: Context, district: RunningDistrict) -> None:
    header = header_of(seal(enrolled_centre, district))
    bomb = signed(enrolled_centre, header, zlib.compress(bytes(district.district.limits.body + 1), 9))
    refused(district.post(bomb[:-1] + bytes([bomb[-1] ^ 1])), 401, "bad_signature")


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"kind": "hourly"}, "unknown_kind"), ({"schema_version": 99}, "unknown_schema")],
)
def test_an_unknown_kind_or_schema_is_404_naming_it(
    enrolled_centre: Context, district: RunningDistrict, changed: dict[str, object], code: str
) -> None:
    header = header_of(seal(enrolled_centre, district))
    raw = signed(enrolled_centre, {**header, **changed}, zlib.compress(body(enrolled_centre).to_bytes()))
    error = refused(district.post(raw), 404, code)
    ((name, value),) = changed.items()
    assert error[name] == value


def test_an_older_schema_is_accepted_and_kept_under_its_version(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    assert max(SCHEMAS) > 1
    assert district.post(seal(enrolled_centre, district)).status_code == 200
    shown = show_report(district.district, CENTRE, "2026-W46")
    assert shown.visible.schema_version == 1
    assert figures_of(shown.visible)["ratings"] == 3


def test_the_same_bytes_again_give_the_very_same_receipt(enrolled_centre: Context, district: RunningDistrict) -> None:
    raw = seal(enrolled_centre, district)
    first = district.post(raw)
    district.clock.now += timedelta(days=3)
    again = district.post(raw)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert district.revisions("2026-W46") == [1]


def test_eight_at_once_give_one_copy_and_one_receipt(enrolled_centre: Context, district: RunningDistrict) -> None:
    raw = seal(enrolled_centre, district)
    together = threading.Barrier(8)

    def send(_: int) -> httpx.Response:
        together.wait()
        return district.post(raw)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert district.revisions("2026-W46") == [1]


def test_eight_different_reports_for_one_revision_leave_one(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    raws = [seal(enrolled_centre, district, ratings=n, report_id=f"r{n}") for n in range(8)]
    together = threading.Barrier(8)

    def send(raw: bytes) -> int:
        together.wait()
        return district.post(raw).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, raws))
    assert statuses == [200] + [409] * 7
    assert district.revisions("2026-W46") == [1]


def test_the_same_identity_with_different_bytes_is_409(enrolled_centre: Context, district: RunningDistrict) -> None:
    assert district.post(seal(enrolled_centre, district)).status_code == 200
    changed = seal(enrolled_centre, district, ratings=4)
    assert refused(district.post(changed), 409, "report_conflict")["report_id"] == "r1"
    assert district.revisions("2026-W46") == [1]


def test_a_revision_that_is_taken_is_409_naming_the_next(enrolled_centre: Context, district: RunningDistrict) -> None:
    for revision in (1, 4):
        raw = seal(enrolled_centre, district, revision=revision, report_id=f"r{revision}")
        assert district.post(raw).status_code == 200
    taken = seal(enrolled_centre, district, revision=4, report_id="other", ratings=9)
    assert refused(district.post(taken), 409, "revision_taken")["next"] == 5


def test_a_lower_revision_that_arrives_late_is_kept_and_never_shown(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    late = seal(enrolled_centre, district, revision=1, report_id="r1", ratings=3)
    district.post(seal(enrolled_centre, district, revision=2, report_id="r2", ratings=7))
    receipt = wire.verify_receipt(district.post(late).content, sealed=late, district_key=district.district.verify_key)
    assert receipt.revision == 1
    shown = show_report(district.district, CENTRE, "2026-W46")
    assert (shown.visible.revision, figures_of(shown.visible)["ratings"]) == (2, 7)
    assert [(one.revision, figures_of(one)["ratings"]) for one in shown.revisions] == [(2, 7), (1, 3)]


def test_the_receivers_clock_decides_when_a_report_was_received(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    raw = seal(enrolled_centre, district)
    receipt = wire.verify_receipt(district.post(raw).content, sealed=raw, district_key=district.district.verify_key)
    assert receipt.received_at == district.clock.ms


def test_a_centre_cannot_report_for_another(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path
) -> None:
    other = new_centre(tmp_path / "other", district.clock, "310114-902")
    enrolled(other, district.enrolment("310114-902"))
    own = seal(enrolled_centre, district)
    assert district.post(own).status_code == 200
    for_another = {**header_of(own), "key_id": wire.key_id_of(wire.verify_key_of(seed_of(other)))}
    raw = signed(other, for_another, zlib.compress(body(enrolled_centre).to_bytes()))
    refused(district.post(raw), 403, "wrong_centre")
    same_identity = seal(other, district)
    assert district.post(same_identity).status_code == 200
    assert district.revisions("2026-W46") == [1]
    assert district.revisions("2026-W46", "310114-902") == [1]
    other.database.close()


def test_a_report_for_another_district_is_403(enrolled_centre: Context, district: RunningDistrict) -> None:
    raw = wire.seal(
        body(enrolled_centre).to_bytes(),
        seed=seed_of(enrolled_centre),
        recipient="0" * 32,
        report_id="r1",
        revision=1,
    )
    refused(district.post(raw), 403, "wrong_recipient")


@pytest.mark.parametrize("path", ["/v1/reports/", "/v1/enrol/", "/v1/health/"])
def test_a_trailing_slash_is_a_signed_refusal_and_no_redirect(district: RunningDistrict, path: str) -> None:
    answer = district.post(b"report", path, Host="elsewhere.example")
    refused(answer, 404, "no_such_address")
    assert wire.is_genuine_refusal(
        answer.headers[wire.SIGNATURE_HEADER],
        district_key=district.district.verify_key,
        content=wire.UNREAD,
        status=404,
        answer=answer.content,
    )


def test_other_addresses_and_methods_are_coded_json(district: RunningDistrict) -> None:
    refused(district.post(b"", "/v1/nothing"), 404, "no_such_address")
    refused(httpx.get(district.url + "/v1/reports", trust_env=False), 405, "no_such_method")
    health = httpx.get(district.url + "/v1/health", trust_env=False)
    assert health.json() == {"service": "frontdesk-district", "protocols": ["1"]}


def test_a_refusal_is_signed_by_the_district(enrolled_centre: Context, district: RunningDistrict) -> None:
    raw = seal(enrolled_centre, district)[:-1]
    answer = district.post(raw)
    assert wire.is_genuine_refusal(
        answer.headers[wire.SIGNATURE_HEADER],
        district_key=district.district.verify_key,
        content=wire.content_hash(raw),
        status=answer.status_code,
        answer=answer.content,
    )


@pytest.mark.parametrize(
    ("method", "path", "headers", "http_status"),
    [
        ("GET", "/nowhere", {}, 404),
        ("POST", "/v1/nowhere", {}, 404),
        ("GET", "/v1/reports", {}, 405),
        ("POST", "/v1/reports", {wire.PROTOCOL_HEADER: "9"}, 400),
        ("POST", "/v1/reports", {wire.PROTOCOL_HEADER: "1"}, 413),
    ],
)
def test_no_refusal_is_signed_for_bytes_that_were_not_read(
    enrolled_centre: Context,
    district: RunningDistrict,
    method: str,
    path: str,
    headers: dict[str, str],
    http_status: int,
) -> None:
    content = wire.content_hash(seal(enrolled_centre, district))
    claimed = {"Frontdesk-Content-Hash": content, **headers}
    sent = bytes(district.district.limits.sealed + 1 if http_status == 413 else 0)
    answer = httpx.request(method, district.url + path, content=sent, headers=claimed, trust_env=False)
    assert answer.status_code == http_status

    def is_signed_for(address: str) -> bool:
        return wire.is_genuine_refusal(
            answer.headers[wire.SIGNATURE_HEADER],
            district_key=district.district.verify_key,
            content=address,
            status=answer.status_code,
            answer=answer.content,
        )

    assert not is_signed_for(content)
    assert is_signed_for(wire.UNREAD)


def test_a_refusal_holds_for_a_centre_that_has_not_heard_of_the_districts_next_key(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    before = district.district
    key_id = rotate_key(before, who="lin", now_ms=district.clock.ms)
    assert before.key_file is not None
    # The program was started anew and has the next key; the centre has pinned the first one only.
    later = open_district(before.store, before.key_file)
    assert later.key_id == key_id
    with (
        listening(later, district.clock) as port,
        DistrictClient(f"http://127.0.0.1:{port}", [before.verify_key]) as client,
    ):
        outcome = client.send_report(seal(enrolled_centre, district)[:-1])
        accepted = client.send_report(seal(enrolled_centre, district))
    assert isinstance(outcome, Refused)
    assert outcome.code == "truncated"
    assert isinstance(accepted, Delivered)
