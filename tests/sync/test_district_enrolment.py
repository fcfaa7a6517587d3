"""Codes, keys and requests to enrol at the district's end."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from frontdesk.sync import frames, wire
from tests.sync.ends import (
    CENTRE,
    RunningDistrict,
)
from tests.sync.posting import refused


def request_of(district: RunningDistrict, seed: bytes, raw_file: bytes, centre: str = CENTRE) -> bytes:
    return wire.make_enrolment_request(centre=centre, code=json.loads(raw_file)["code"], seed=seed)


def test_a_code_works_once_and_its_repeat_answers_the_same(district: RunningDistrict) -> None:
    file = district.enrolment()
    request = request_of(district, b"a" * 32, file)
    first = district.post(request, "/v1/enrol")
    district.clock.now += timedelta(hours=1)
    assert first.status_code == 200
    assert district.post(request, "/v1/enrol").content == first.content
    refused(district.post(request_of(district, b"b" * 32, file), "/v1/enrol"), 409, "code_used")


def test_a_code_is_for_one_centre_only(district: RunningDistrict) -> None:
    request = request_of(district, b"a" * 32, district.enrolment(), "310114-902")
    refused(district.post(request, "/v1/enrol"), 403, "unknown_code")


def test_a_newer_code_withdraws_an_unused_older_one(district: RunningDistrict) -> None:
    old, new = district.enrolment(), district.enrolment()
    refused(district.post(request_of(district, b"a" * 32, old), "/v1/enrol"), 403, "code_withdrawn")
    assert district.post(request_of(district, b"a" * 32, new), "/v1/enrol").status_code == 200


def test_a_key_belongs_to_one_centre(district: RunningDistrict) -> None:
    assert district.post(request_of(district, b"a" * 32, district.enrolment()), "/v1/enrol").status_code == 200
    other = request_of(district, b"a" * 32, district.enrolment("310114-902"), "310114-902")
    refused(district.post(other, "/v1/enrol"), 409, "key_taken")


def test_a_request_to_enrol_without_the_key_is_401(district: RunningDistrict) -> None:
    request = request_of(district, b"a" * 32, district.enrolment())
    stolen = request[:5] + wire.verify_key_of(b"b" * 32) + request[5 + frames.KEY_SIZE :]
    refused(district.post(stolen, "/v1/enrol"), 401, "bad_signature")


def test_codes_are_not_in_the_store(district: RunningDistrict, tmp_path: Path) -> None:
    code = json.loads(district.enrolment())["code"].encode()
    files = [path.read_bytes() for path in tmp_path.glob("district.db*")]
    assert files
    assert not any(code in content for content in files)
