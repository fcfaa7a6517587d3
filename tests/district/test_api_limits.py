"""What the API limits, counts and logs: per key, in words that name nobody, and without ever stopping for its log."""

from __future__ import annotations

import io
import json
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.district.api.rate import RateLimit
from frontdesk.district.keys import District
from frontdesk.district.logs import REQUESTS, WAITING, QueuedStream, json_logs
from frontdesk.district.store import open_store
from frontdesk.sync import wire
from tests.district.api import Api, serving
from tests.district.centres import enrolled


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """A district on a file."""
    with closing(open_store(f"sqlite:///{tmp_path}/district.db", create=True)) as store:
        yield District(store, bytes(range(32)))


@pytest.fixture
def api(district: District) -> Iterator[Api]:
    """The district's API."""
    with serving(district) as found:
        yield found


class Seconds:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_up_again() -> None:
    seconds = Seconds()
    limit = RateLimit(burst=3, per_second=0.5, now=seconds)
    for _ in range(3):
        assert limit.wait("a") == 0
        limit.take("a")
    assert limit.wait("a") == 2
    assert limit.wait("b") == 0
    seconds.now = 1.0
    assert limit.wait("a") == 1
    seconds.now = 2.0
    assert limit.wait("a") == 0


@given(
    st.integers(1, 20),
    st.floats(0.1, 50),
    st.lists(st.floats(0, 3), max_size=60),
)
def test_no_more_than_burst_and_rate_allow_get_through(burst: int, rate: float, pauses: list[float]) -> None:
    seconds = Seconds()
    limit = RateLimit(burst, rate, seconds)
    taken = 0
    for pause in pauses:
        seconds.now += pause
        if limit.wait("a") == 0:
            limit.take("a")
            taken += 1
        else:
            # Whoever waits as long as was said gets through.
            seconds.now += limit.wait("a")
            assert limit.wait("a") == 0
    assert taken <= burst + seconds.now * rate + 1e-6


def test_the_buckets_take_no_ever_growing_memory() -> None:
    limit = RateLimit(now=Seconds())
    for number in range(20_100):
        limit.take(f"{number}")
    assert len(limit._spent) <= 20_000


def test_a_key_that_asks_too_often_waits_and_no_other_does(district: District) -> None:
    centre, other = enrolled(district), enrolled(district, "310114-902", 2)
    seconds = Seconds()
    with serving(district, RateLimit(burst=2, per_second=0.1, now=seconds)) as api:
        for revision in (1, 2):
            assert api.post("reports", centre.seal(report_id=f"r{revision}", revision=revision)).status_code == 200
        error = api.refusal("reports", centre.seal(report_id="r3", revision=3), 429, "too_many_requests")
        assert error["seconds"] == 10
        answer = api.post("exchange", wire.REPORT_MAGIC + bytes([1]) + bytes.fromhex(centre.key_id))
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
        assert api.post("reports", other.seal()).status_code == 200
        seconds.now = 10.0
        assert api.post("reports", centre.seal(report_id="r3", revision=3)).status_code == 200


def test_nobody_uses_up_what_is_anothers(district: District) -> None:
    centre = enrolled(district)
    sealed = centre.seal()
    forged = sealed[:-1] + bytes([sealed[-1] ^ 1])
    with serving(district, RateLimit(burst=2, per_second=0.001, now=Seconds())) as api:
        for raw in (forged, sealed[:-70], sealed + b"x", forged, forged):
            assert api.post("reports", raw).status_code in (400, 401)
        assert api.post("reports", sealed).status_code == 200


def samples(api: Api) -> dict[str, float]:
    """The metrics by name and labels."""
    answer = api.get("metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_the_metrics_count_what_was_accepted_and_why_something_was_refused(api: Api, district: District) -> None:
    centre = enrolled(district)
    for _ in range(2):
        api.post("reports", centre.seal())
    api.post("reports", b"junk")
    api.request("GET", "/centre/310114-901")
    found = samples(api)
    assert found['frontdesk_district_accepted_total{endpoint="/v1/reports"}'] == 2
    assert found['frontdesk_district_refused_total{code="not_ours",endpoint="/v1/reports"}'] == 1
    assert found['frontdesk_district_requests_total{endpoint="/v1/reports",status="200"}'] == 2
    assert found['frontdesk_district_request_seconds_count{endpoint="/v1/reports"}'] == 3
    assert found['frontdesk_district_requests_total{endpoint="other",status="404"}'] == 1
    # No label tells one centre from another.
    assert centre.code not in api.get("metrics").text
    assert centre.key_id not in api.get("metrics").text


def test_the_metrics_show_the_pool_of_postgresql(postgresql_url: str) -> None:
    with closing(open_store(postgresql_url)) as store, serving(District(store, bytes(range(32)))) as api:
        assert samples(api)['frontdesk_district_store_pool{figure="pool_max"}'] >= 1


def logged(api: Api, *requests: tuple[str, str, bytes]) -> list[dict[str, object]]:
    """The log's lines for these requests."""
    stream = io.StringIO()
    with json_logs(("uvicorn.error",), requests=True, stream=stream):
        for method, path, content in requests:
            api.request(method, path, content=content, headers={wire.PROTOCOL_HEADER: "1"})
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_one_line_that_names_no_person(api: Api, district: District) -> None:
    centre = enrolled(district)
    sealed = centre.seal(name="安亭示范邻里中心")
    lines = logged(
        api,
        ("POST", "/v1/reports", sealed),
        ("POST", "/v1/reports", b"junk"),
        ("GET", "/centre?code=310114-901&q=%E7%8E%8B%E6%98%8E", b""),
        ("GET", "/wangming/13800138000", b""),
    )
    assert [(one["endpoint"], one["status"], one.get("code")) for one in lines] == [
        ("/v1/reports", 200, None),
        ("/v1/reports", 400, "not_ours"),
        ("/centre", lines[2]["status"], None),
        ("other", 404, "no_such_address"),
    ]
    assert (lines[0]["key_id"], lines[0]["read_bytes"]) == (centre.key_id, len(sealed))
    assert "key_id" not in lines[1]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(one["time"])) for one in lines)
    text = json.dumps(lines, ensure_ascii=False)
    assert not any(piece in text for piece in ("王明", "wangming", "13800138000", "310114-901", "安亭", "127.0.0.1"))


def test_a_failure_is_logged_by_kind_and_place_without_its_words() -> None:
    stream = io.StringIO()
    log = logging.getLogger("uvicorn.error")
    with json_logs(("uvicorn.error",), requests=False, stream=stream):
        try:
            raise ValueError("王明 13800138000")
        except ValueError:
            log.exception("Exception in ASGI application\n")
        logging.getLogger(REQUESTS).info("request")
    (line,) = [json.loads(one) for one in stream.getvalue().splitlines()]
    assert (line["level"], line["failure"]) == ("error", "ValueError")
    assert "test_api_limits.py" in line["where"][0]
    assert "王明" not in stream.getvalue()


class Stuck(io.StringIO):
    """A log that nobody reads, until somebody does."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = threading.Event()

    def write(self, text: str) -> int:
        self.reader.wait()
        return super().write(text)


def test_a_log_that_nobody_reads_stops_nothing_and_tells_later_what_was_lost() -> None:
    stream = Stuck()
    handler = QueuedStream(stream)
    handler.setFormatter(logging.Formatter("%(message)s %(fields)s", defaults={"fields": ""}))
    record = logging.LogRecord("x", logging.INFO, "", 0, "line", (), None)
    for _ in range(WAITING + 500):
        handler.emit(record)
    stream.reader.set()
    # The queue has room again once its first half is written.
    while handler._lines.qsize() > WAITING // 2:
        threading.Event().wait(0.001)
    handler.emit(logging.LogRecord("x", logging.INFO, "", 0, "last", (), None))
    handler.close()
    assert re.search(r"last \{'dropped_lines': (499|500)\}", stream.getvalue())
