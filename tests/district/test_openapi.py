"""The description of the API holds what the API does: schemathesis makes requests of it and judges the answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from starlette.applications import Starlette

from frontdesk.district.api.app import create_app
from frontdesk.district.api.openapi import document
from frontdesk.district.api.rate import RateLimit
from frontdesk.district.keys import District
from frontdesk.district.refusals import STATUS
from frontdesk.district.service import issue_enrolment
from frontdesk.district.store import open_store
from frontdesk.sync import wire
from tests.district.api import exchange_request, rotation_request, still
from tests.district.centres import NOW_MS, enrolled

SCHEMA = schemathesis.openapi.from_dict(document())
UNFIT: list[Any] = [check for check in CHECKS.get_all() if check.__name__ == "positive_data_acceptance"]
"""That any bytes are taken: no schema says which ones are signed."""
OPERATIONS = sorted(f"{method.upper()} {path}" for path, ways in document()["paths"].items() for method in ways)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """A district on a file."""
    path: Path = tmp_path_factory.mktemp("openapi") / "district.db"
    with closing(open_store(f"sqlite:///{path}", create=True)) as store:
        yield District(store, bytes(range(32)))


@pytest.fixture(scope="module")
def app(district: District) -> Starlette:
    """The whole application."""
    return create_app(district, still, RateLimit(burst=10**9))


def call_and_judge(app: Starlette, operation: str, examples: int) -> None:
    method, _, path = operation.partition(" ")

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=SCHEMA[path][method].as_strategy())
    def judge(case: Any) -> None:
        case.call_and_validate(app=app, checks=CHECKS.get_all(), excluded_checks=UNFIT if method == "POST" else [])

    judge()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_api_answers_as_it_is_described(app: Starlette, operation: str) -> None:
    call_and_judge(app, operation, 4)


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_api_answers_as_it_is_described_at_length(app: Starlette, operation: str) -> None:
    call_and_judge(app, operation, 500)


def test_what_is_taken_in_is_answered_as_it_is_described(app: Starlette, district: District) -> None:
    centre = enrolled(district)
    file = issue_enrolment(district, centre="310114-902", url="https://district.example", now_ms=NOW_MS)
    bodies = {
        "/v1/reports": centre.seal(),
        "/v1/exchange": exchange_request(centre),
        "/v1/enrol": wire.make_enrolment_request(centre=file.centre, code=file.code, seed=b"e" * 32),
        "/v1/rotate": rotation_request(centre),
    }
    for path, body in bodies.items():
        for headers in ({wire.PROTOCOL_HEADER: "1"}, {wire.PROTOCOL_HEADER: "9"}):
            case = SCHEMA[path]["POST"].Case(body=body, headers=headers, media_type="application/octet-stream")
            answer = case.call(app=app)
            case.validate_response(answer, excluded_checks=UNFIT)
            assert answer.status_code == (200 if headers[wire.PROTOCOL_HEADER] == "1" else 400)


def test_everything_under_v1_is_described(app: Starlette) -> None:
    served = {
        (method, route.path)  # type: ignore[attr-defined]
        for route in app.routes
        if route.path.startswith("/v1")  # type: ignore[attr-defined]
        for method in route.methods - {"HEAD"}  # type: ignore[attr-defined]
    }
    assert {tuple(one.split(" ")) for one in OPERATIONS} == served


def test_every_status_of_a_refusal_is_described() -> None:
    described = {
        status for path in document()["paths"].values() for way in path.values() for status in way["responses"]
    }
    assert {str(status) for status in STATUS.values()} <= described


def test_the_headers_are_those_of_the_wire() -> None:
    named = {one["name"] for one in document()["components"]["parameters"].values()}
    assert named == {wire.PROTOCOL_HEADER, wire.RECIPIENT_HEADER, wire.TRIAL_HEADER}
