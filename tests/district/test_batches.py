"""Several reports in one request are taken in, refused, counted and answered as if each had come alone."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest

from frontdesk.district.api.rate import RateLimit
from frontdesk.district.documents.service import lock_period
from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.logs import json_logs
from frontdesk.district.refusals import refusal_json, status_of
from frontdesk.district.reports import accepting
from frontdesk.district.reports.service import accept_report, accept_reports
from frontdesk.district.service import revoke_key
from frontdesk.district.store import Store, open_store
from frontdesk.errors import CodedError
from frontdesk.sync import wire
from tests.district.api import Api, serving
from tests.district.centres import NOW_MS, Centre, enrolled

LOCKED = "2026-W40"


def prepared(store: Store) -> tuple[District, list[Centre]]:
    """A district with two centres, of which the second one's key is revoked, and a locked period."""
    district = District(store, bytes(range(32)))
    centres = [enrolled(district, f"310114-90{number}", number) for number in (1, 2)]
    lock_period(district, LOCKED, "", who="lisi", now_ms=NOW_MS)
    accept_report(district, centres[0].seal(report_id="here", revision=9), NOW_MS)
    revoke_key(district, centres[1].key_id, NOW_MS)
    return district, centres


def of_all_kinds(centres: list[Centre]) -> list[bytes]:
    """Reports that are taken in, between some of each kind that is not."""
    good, revoked = centres
    sound = good.seal(report_id="a", revision=1)
    return [
        sound,
        sound[:-1],
        sound[:-1] + bytes([sound[-1] ^ 1]),
        b"",
        b"noise",
        good.seal(report_id="b", revision=2),
        Centre("310114-777", b"x" * 32, good.recipient).seal(),
        revoked.seal(report_id="c"),
        good.seal(report_id="d", period=LOCKED),
        good.seal(report_id="e", revision=3, figures={"no_such_indicator": 3}),
        good.seal(report_id="f", revision=9),
        good.seal(report_id="here", revision=4),
        sound,
        Centre(good.code, good.seed, "0" * 32).seal(report_id="g", revision=5),
        good.seal(report_id="h", revision=6),
    ]


def told(answers: list[bytes | CodedError]) -> list[bytes]:
    """Receipts, or refusals as they are told."""
    return [one if isinstance(one, bytes) else b"%d " % status_of(one) + refusal_json(one) for one in answers]


def one_by_one(district: District, raws: list[bytes]) -> list[bytes | CodedError]:
    """What each is answered with alone."""
    found: list[bytes | CodedError] = []
    for raw in raws:
        try:
            found.append(accept_report(district, raw, NOW_MS))
        except CodedError as failure:
            found.append(failure)
    return found


def held(district: District) -> list[object]:
    """All that reports change."""
    with district.store.reading() as session:
        reports = session.rows(
            "SELECT centre, report_id, revision, received_at, sealed, receipt FROM report ORDER BY 1, 2"
        )
        entries = session.rows(
            "SELECT at, who, action, centre, subject FROM audit WHERE action = 'report_accepted' ORDER BY 4, 5"
        )
    return [list(map(dict, reports)), list(map(dict, entries))]


def test_each_is_answered_and_kept_as_if_it_had_come_alone(store: Store, tmp_path: Path) -> None:
    district, centres = prepared(store)
    raws = of_all_kinds(centres)
    with closing(open_store(f"sqlite:///{tmp_path}/alone.db", create=True)) as other:
        alone, _ = prepared(other)
        expected, holding = told(one_by_one(alone, raws)), held(alone)
    answers = told(accept_reports(district, raws, NOW_MS))
    # What number comes next is told when the others of the request stand too.
    assert [b'"next"' in one for one in answers] == [b'"next"' in one for one in expected]
    assert answers == expected
    assert held(district) == holding
    assert told(accept_reports(district, raws, NOW_MS + 5)) == expected
    assert held(district) == holding


def test_what_the_engine_cannot_keep_is_refused_alone(store: Store) -> None:
    district = District(store, bytes(range(32)))
    centre = enrolled(district)
    sound = [centre.seal(report_id=f"s{number}", revision=number) for number in (2, 3)]
    first, odd, last = accept_reports(district, [sound[0], centre.seal_first_version({"a\0b": 3}), sound[1]], NOW_MS)
    assert isinstance(first, bytes)
    assert isinstance(last, bytes)
    # SQLite keeps such a text.
    assert isinstance(odd, bytes) or odd.code == "conflict"


def send_at_once(district: District, orders: Sequence[Sequence[bytes]]) -> list[dict[bytes, bytes]]:
    """Send each of the batches at the same moment; what each of their reports is answered with."""
    together = threading.Barrier(len(orders))

    def send(turn: int) -> dict[bytes, bytes]:
        together.wait()
        return dict(zip(orders[turn], told(accept_reports(district, orders[turn], NOW_MS + turn)), strict=True))

    with ThreadPoolExecutor(len(orders)) as pool:
        return list(pool.map(send, range(len(orders))))


def assert_kept_once(district: District, answers: list[dict[bytes, bytes]]) -> None:
    """Every sender has the same receipts, and there is one entry for each report."""
    assert all(one == answers[0] for one in answers)
    for raw, receipt in answers[0].items():
        wire.verify_receipt(receipt, sealed=raw, district_key=district.verify_key)
    with district.store.reading() as session:
        found = session.one("SELECT count(*) AS n FROM audit WHERE action = 'report_accepted'")
    assert found == {"n": len(answers[0])}


def of_two_centres(district: District) -> list[bytes]:
    """Seven reports of each."""
    centres = [enrolled(district, f"310114-90{number}", number) for number in (1, 2)]
    return [one.seal(report_id=f"r{number}", revision=number) for number in range(1, 8) for one in centres]


def test_the_same_batch_sent_eight_times_at_once_is_kept_once(store: Store) -> None:
    district = District(store, bytes(range(32)))
    assert_kept_once(district, send_at_once(district, [of_two_centres(district)] * 8))


@pytest.mark.slow
def test_batches_that_wait_for_each_other_are_kept_once(store: Store) -> None:
    district = District(store, bytes(range(32)))
    raws = of_two_centres(district)
    assert_kept_once(district, send_at_once(district, [raws, raws[::-1]] * 4))


def batch_answers(api: Api, raws: list[bytes], **headers: str) -> list[bytes]:
    """What the API answers to a batch."""
    answer = api.post("reports/batch", wire.make_batch(raws), **headers)
    assert answer.status_code == 200, answer.content
    return wire.open_batch_answer(answer.content)


@pytest.fixture
def district_on_file(tmp_path: Path) -> District:
    """A district on a file."""
    return District(open_store(f"sqlite:///{tmp_path}/district.db", create=True), bytes(range(32)))


def test_a_batch_waits_for_the_one_that_is_read_before_it_but_not_for_ever(store: Store) -> None:
    district = District(store, bytes(range(32)))
    centre = enrolled(district)
    raws = [centre.seal(report_id=f"r{number}", revision=number) for number in (1, 2)]
    with patch.object(accepting, "PATIENCE", 0.01), accepting._turn:
        assert all(isinstance(one, bytes) for one in accept_reports(district, raws, NOW_MS))
        # Whose turn it was not does not end it.
        assert accepting._turn.locked()
    with ThreadPoolExecutor(1) as pool:
        accepting._turn.acquire()
        waiting = pool.submit(accept_reports, district, raws, NOW_MS)
        accepting._turn.release()
        assert all(isinstance(one, bytes) for one in waiting.result())
    gone = DistrictError("store_unavailable")
    with pytest.raises(DistrictError), patch.object(accepting, "_opened", side_effect=gone):
        accept_reports(district, raws, NOW_MS)
    assert not accepting._turn.locked()


def test_receipts_and_signed_refusals_stand_in_the_order_of_the_reports(district_on_file: District) -> None:
    centre = enrolled(district_on_file)
    keys = [district_on_file.verify_key]
    good, bad, again = centre.seal(), centre.seal(report_id="r2"), centre.seal(report_id="r3", revision=2)
    with serving(district_on_file) as api:
        first, refused, last = batch_answers(api, [good, bad, again])
        for receipt, raw in ((first, good), (last, again)):
            wire.verify_receipt(receipt, sealed=raw, district_keys=keys)
        refusal = wire.refusal_of(refused, keys)
        assert refusal is not None
        assert (refusal.content, refusal.status) == (wire.content_hash(bad), 409)
        assert json.loads(refusal.answer)["error"]["code"] == "revision_taken"
        alone = api.post("reports", good)
        assert (alone.content, alone.headers[wire.BATCH_HEADER]) == (first, str(wire.MAX_BATCH))
        assert wire.BATCH_HEADER in api.post("reports", bad).headers


def test_a_frame_that_is_none_is_refused_whole_and_nothing_is_kept(district_on_file: District) -> None:
    raw = wire.make_batch([enrolled(district_on_file).seal()])
    with serving(district_on_file) as api:
        api.refusal("reports/batch", raw[:-1], 400, "truncated")
        api.refusal("reports/batch", raw + b"x", 400, "trailing_bytes")
        api.refusal("reports/batch", raw[4:], 400, "not_ours")
        api.refusal("reports/batch", raw, 400, "unknown_protocol", Frontdesk_Protocol="9")
        api.refusal("reports/batch", wire.BATCH_MAGIC + b"\1\xff\xff", 400, "too_many_parts")
        too_large = api.post("reports/batch", bytes(wire.MAX_BATCH_CONTENT + 1))
        assert (too_large.status_code, too_large.json()["error"]["code"]) == (413, "too_large")
    with district_on_file.store.reading() as session:
        assert session.one("SELECT count(*) AS n FROM report") == {"n": 0}


def test_a_batch_that_is_tried_stores_nothing_and_gives_no_receipt(district_on_file: District) -> None:
    centre = enrolled(district_on_file)
    raws = [centre.seal(), centre.seal(report_id="r2", revision=2)]
    with serving(district_on_file) as api:
        for answer, raw in zip(batch_answers(api, raws, Frontdesk_Dry_Run="1"), raws, strict=True):
            wire.verify_trial_answer(answer, sealed=raw, district_key=district_on_file.verify_key)
    with district_on_file.store.reading() as session:
        assert session.one("SELECT count(*) AS n FROM report") == {"n": 0}


def test_every_report_counts_against_its_own_key(district_on_file: District) -> None:
    busy, other = (enrolled(district_on_file, f"310114-90{number}", number) for number in (1, 2))
    raws = [busy.seal(report_id=f"r{number}", revision=number) for number in range(1, 5)]
    forged = raws[0][:-1] + bytes([raws[0][-1] ^ 1])
    limit = RateLimit(burst=3, per_second=0.001, now=lambda: 0.0)
    with serving(district_on_file, limit) as api:
        # What others send in somebody's name uses up nothing of it.
        batch_answers(api, [forged, forged, forged])
        codes = codes_of(api, batch_answers(api, [*raws, other.seal()]))
        assert codes == ["", "", "", "too_many_requests", ""]
        assert codes_of(api, batch_answers(api, raws[:1])) == ["too_many_requests"]
        api.refusal("reports", raws[3], 429, "too_many_requests")


def codes_of(api: Api, answers: list[bytes]) -> list[str]:
    """The code of each refusal; "" for a receipt."""
    refusals = [wire.refusal_of(one, [api.district.verify_key]) for one in answers]
    return ["" if one is None else json.loads(one.answer)["error"]["code"] for one in refusals]


def test_the_log_and_the_counters_tell_how_many_came_and_name_nobody(district_on_file: District) -> None:
    centre = enrolled(district_on_file)
    raws = [centre.seal(), centre.seal(report_id="r2"), centre.seal(report_id="r3", revision=2)]
    written = io.StringIO()
    with serving(district_on_file) as api:
        with json_logs((), requests=True, stream=written):
            batch_answers(api, raws)
        counters = api.get("metrics").text
    (line,) = map(json.loads, written.getvalue().splitlines())
    assert (line["endpoint"], line["reports"], line["refused"]) == ("/v1/reports/batch", 3, {"revision_taken": 1})
    assert centre.code not in written.getvalue()
    assert 'frontdesk_district_accepted_total{endpoint="/v1/reports/batch"} 2.0' in counters
    assert 'refused_total{code="revision_taken",endpoint="/v1/reports/batch"} 1.0' in counters
