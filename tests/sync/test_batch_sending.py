"""A centre that comes back sends what waited in few requests: whatever befalls one of them, each arrives once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db import outbox
from frontdesk.context import Context
from frontdesk.district.api import posting
from frontdesk.sync import wire
from frontdesk.sync.line import Answer, Failed, Line, Question
from frontdesk.sync.service import Handled, SyncStop, sync_all, sync_status
from tests.sync.ends import (
    Clock,
    Cut,
    RunningDistrict,
    assert_delivered_once,
    cable_to,
    cuts_of,
    enrolled,
    in_pieces,
    new_centre,
    running_district,
    state_of,
    submit,
)
from tests.sync.posting import seal

Turn = Callable[[Question], Answer | Failed | None]
"""What stands in the place of an answer; None for the district's own."""


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch, turn: Turn = lambda _: None) -> Iterator[list[str]]:
    """The addresses that are asked during the block; `turn` may answer instead of the district."""
    asked: list[str] = []
    ask = Line.ask

    def watching(line: Line, question: Question, **how: float | None) -> Answer | Failed:
        asked.append(question.url.partition("/v1/")[2])
        return turn(question) or ask(line, question, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as during:
        during.setattr(Line, "ask", watching)
        yield asked


def waiting(context: Context, count: int) -> list[str]:
    """So many reports that wait; their ids."""
    return [submit(context, week=week, ratings=week).report_id for week in range(count)]


def test_what_waited_goes_in_two_requests_oldest_first(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = waiting(enrolled_centre, 6)
    told: list[Handled] = []
    with watched(monkeypatch) as asked:
        result = sync_all(enrolled_centre, progress=told.append)
    assert asked == ["reports", "reports/batch", "exchange"]
    assert [(one.done, one.total, one.report_id, one.state) for one in told] == [
        (number, 6, report_id, "sent") for number, report_id in enumerate(ids, 1)
    ]
    assert (result.unsent, result.problem) == (0, None)
    for one in ids:
        assert_delivered_once(enrolled_centre, district, one)


def test_one_report_never_travels_as_a_batch(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(enrolled_centre, 1)
    with watched(monkeypatch) as asked:
        sync_all(enrolled_centre)
    assert asked == ["reports", "exchange"]


def test_a_district_that_does_not_know_batches_gets_one_by_one(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(posting.TAKES_BATCHES, wire.BATCH_HEADER)
    ids = waiting(enrolled_centre, 4)
    with watched(monkeypatch) as asked:
        sync_all(enrolled_centre)
    assert asked == ["reports"] * 4 + ["exchange"]
    for one in ids:
        assert_delivered_once(enrolled_centre, district, one)


@pytest.mark.parametrize("said", ["", "many", "-3", "0", "1", "9" * 40, "２"])
def test_whatever_a_district_says_of_batches_everything_arrives(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    ids = waiting(enrolled_centre, 3)

    def turn(question: Question) -> Answer | None:
        if not question.url.endswith("/v1/reports"):
            return None
        answer = district.post(question.content)
        return Answer(answer.status_code, {wire.BATCH_HEADER: said}, answer.content)

    with watched(monkeypatch, turn):
        sync_all(enrolled_centre)
    for one in ids:
        assert_delivered_once(enrolled_centre, district, one)


def test_requests_have_no_more_reports_and_bytes_than_they_may(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = waiting(enrolled_centre, 7)
    sizes: list[int] = []

    def turn(question: Question) -> None:
        if question.url.endswith("batch"):
            sizes.append(len(wire.open_batch(question.content)))

    monkeypatch.setattr(wire, "MAX_BATCH", 4)
    with watched(monkeypatch, turn):
        sync_all(enrolled_centre)
    assert sizes == [4, 2]
    more = [submit(enrolled_centre, week=week, ratings=50).report_id for week in range(6)]
    monkeypatch.setattr(wire, "MAX_BATCH_BYTES", 1500)
    with watched(monkeypatch, turn):
        sync_all(enrolled_centre)
    assert sizes[2:] == [2, 2]
    for one in (*ids, *more):
        assert state_of(enrolled_centre, one) == "sent"


def test_a_refused_report_does_not_stop_those_that_travel_with_it(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    ids = waiting(enrolled_centre, 4)
    taken = seal(enrolled_centre, district, week=2, ratings=99, report_id="elsewhere")
    assert district.post(taken).status_code == 200
    result = sync_all(enrolled_centre)
    assert [one.state for one in result.handled] == ["sent", "sent", "refused", "sent"]
    (entry,) = outbox.entries(enrolled_centre.database.connection, "refused")
    assert (entry.report_id, json.loads(entry.refusal)["code"]) == (ids[2], "revision_taken")
    for one in (ids[0], ids[1], ids[3]):
        assert_delivered_once(enrolled_centre, district, one)


def genuine(district: RunningDistrict, question: Question) -> list[bytes]:
    """What the district answers to each report of a batch."""
    return wire.open_batch_answer(district.post(question.content, "/v1/reports/batch").content)


def framed(answers: Iterable[bytes]) -> Answer:
    """An answer with these parts."""
    return Answer(200, {}, wire.make_batch_answer(list(answers)))


LIES: dict[str, Callable[[RunningDistrict, Question], Answer | Failed]] = {
    "a portal's page": lambda *_: Answer(200, {}, b"<html>Log in to the network</html>"),
    "a redirect": lambda *_: Answer(307, {"Location": "http://elsewhere/"}, b""),
    "a proxy's cap": lambda *_: Answer(413, {}, b"too large"),
    "no such address": lambda *_: Answer(404, {}, b"not found"),
    "a failure": lambda *_: Answer(502, {}, b""),
    "nothing in time": lambda *_: Failed("too_slow", left=True),
    "no answers": lambda *_: framed([]),
    "too few answers": lambda district, question: framed(genuine(district, question)[:-1]),
    "answers in another order": lambda district, question: framed(genuine(district, question)[::-1]),
    "the same answer for all": lambda district, question: framed([genuine(district, question)[0]] * 3),
    "half an answer": lambda district, question: framed(one[:-1] for one in genuine(district, question)),
    "answers with a bit changed": lambda district, question: framed(
        one[:-1] + bytes([one[-1] ^ 1]) for one in genuine(district, question)
    ),
    "trials instead of receipts": lambda district, question: framed(
        wire.open_batch_answer(district.post(question.content, "/v1/reports/batch", Frontdesk_Dry_Run="1").content)
    ),
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_only_signed_receipts_for_the_very_bytes_deliver(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch, lie: str
) -> None:
    ids = waiting(enrolled_centre, 4)

    def turn(question: Question) -> Answer | Failed | None:
        if question.url.endswith("/batch"):
            return LIES[lie](district, question)
        # Nor does anything get through that goes alone: what is delivered then was delivered by the lie.
        return None if len(asked) == 1 else Failed("unreachable", offline=True)

    with watched(monkeypatch, turn) as asked:
        result = sync_all(enrolled_centre)
    assert [one.state for one in result.handled if one.report_id == ids[0]] == ["sent"]
    right = {ids[1]} if lie == "the same answer for all" else {ids[2]} if lie == "answers in another order" else set()
    assert {one for one in ids[1:] if state_of(enrolled_centre, one) == "sent"} == right
    assert sync_all(enrolled_centre).unsent == 0
    for one in ids:
        assert_delivered_once(enrolled_centre, district, one)


def test_what_stands_in_the_way_of_many_lets_them_through_alone(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = waiting(enrolled_centre, 4)
    with watched(monkeypatch, lambda asked: Answer(413, {}, b"") if asked.url.endswith("batch") else None) as asked:
        assert sync_all(enrolled_centre).problem is None
    assert asked == ["reports", "reports/batch", *["reports"] * 3, "exchange"]
    for one in ids:
        assert_delivered_once(enrolled_centre, district, one)


def test_reports_that_left_in_a_request_without_an_answer_are_told_as_sent(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(enrolled_centre, 4)

    def turn(question: Question) -> Failed | None:
        if question.url.endswith("/batch"):
            district.post(question.content, "/v1/reports/batch")
            return Failed("cut_off", left=True)
        return None if len(asked) == 1 else Failed("unreachable", offline=True)

    with watched(monkeypatch, turn) as asked:
        sync_all(enrolled_centre)
    assert [one.state for one in sync_status(enrolled_centre).reports] == ["received", "sent", "sent", "sent"]
    sync_all(enrolled_centre)
    assert {one.state for one in sync_status(enrolled_centre).reports} == {"received"}


def test_a_sync_that_is_stopped_while_many_are_under_way_leaves_them_unsent(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    ids = waiting(enrolled_centre, 4)
    stop = SyncStop()

    def stop_at_the_second() -> None:
        if sum(len(district.revisions(f"2026-W{week}")) for week in range(46, 50)) == 4:
            stop.stop()

    with cable_to(enrolled_centre, district) as cable:
        cable.on_answer = stop_at_the_second
        result = sync_all(enrolled_centre, should_stop=stop)
    assert result.stopped
    assert [state_of(enrolled_centre, one) for one in ids] == ["sent", "unsent", "unsent", "unsent"]
    assert [one.report_id for one in result.handled] == ids[:1]
    sync_all(enrolled_centre)
    for one in ids:
        assert_delivered_once(enrolled_centre, district, one)


def pull_the_cable(context: Context, district: RunningDistrict, cuts: Iterable[Cut]) -> None:
    """At each cut four reports are on their way; afterwards each is there once."""
    for number, cut in enumerate(cuts):
        ids = [submit(context, week=week, ratings=number).report_id for week in range(4)]
        with cable_to(context, district, cut):
            sync_all(context)
        sync_all(context)
        for one in ids:
            assert_delivered_once(context, district, one)


@pytest.fixture(scope="module")
def a_whole_sync(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, int], list[Cut]]:
    """The cuts of a sync of four reports, at every so many bytes and around every end of a piece."""
    folder = tmp_path_factory.mktemp("whole")
    with running_district(folder / "district.db") as district:
        context = new_centre(folder / "centre", Clock())
        enrolled(context, district.enrolment())
        for week in range(4):
            submit(context, week=week, ratings=100)
        with cable_to(context, district) as cable:
            sync_all(context)
        context.database.close()
    return lambda step, around: cuts_of(cable, step, around)


def test_a_cable_pulled_anywhere_leaves_each_report_once(
    enrolled_centre: Context, district: RunningDistrict, a_whole_sync: Callable[[int, int], list[Cut]]
) -> None:
    pull_the_cable(enrolled_centre, district, a_whole_sync(499, 1))


@pytest.mark.slow
def test_a_cable_pulled_at_every_single_byte_leaves_each_report_once(
    tmp_path: Path, a_whole_sync: Callable[[int, int], list[Cut]]
) -> None:
    in_pieces(tmp_path, a_whole_sync(1, 1), pull_the_cable, 40)
