"""A document that this program does not understand, or cannot verify, stands in no other's way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from db import audit, inbox
from db.outbox import Enrolment
from frontdesk.check.service import look_over
from frontdesk.context import Context
from frontdesk.sync import wire
from frontdesk.sync.command_words import fetched_lines
from frontdesk.sync.document_words import document_lines
from frontdesk.sync.fetching import MOST_TRIES, UNVERIFIED, exchange_request, keep_answer
from frontdesk.sync.service import (
    fetch,
    indicator_set,
    locks,
    notices,
    sync_all,
    sync_astray,
    sync_status,
    unread_count,
)
from tests.sync.ends import Clock, RunningDistrict, notify
from tests.sync.telling import asked_from, document, raw_document, told

NEXT_SEED = bytes(range(32, 64))


def test_what_a_later_program_says_more_stops_nothing_and_is_shown_by_its_texts(enrolled_centre: Context) -> None:
    later = raw_document(1, "notice", {"text": "正文", "colour": "red", "important": True})
    lock = raw_document(2, "period_lock", {"period": "2026-W46", "reason": "已汇总", "until": "2027-01-01"})
    wanted = wire.IndicatorSet(edition=1, indicators=[wire.AssignedIndicator(code="ratings")])
    unknown = raw_document(4, "indicator_set", {"edition": 2, "indicators": [], "weights": {}})
    documents = [later, lock, document(wanted, 3), unknown, document(wire.Notice(text="后面的"), 5)]
    kept = keep_answer(enrolled_centre, told(enrolled_centre, *documents), "network")
    assert ([one.number for one in kept.arrived], kept.problem) == ([1, 2, 3, 4, 5], None)
    shown = {one.number: one for one in notices(enrolled_centre, None)}
    assert (shown[1].is_known, sorted(shown[1].text.split("\n")), shown[1].is_important) == (
        False,
        ["red", "正文"],
        True,
    )
    assert "正文" in [words for words, _ in document_lines(shown[1], str)]
    assert (locks(enrolled_centre), indicator_set(enrolled_centre), unread_count(enrolled_centre)) == ([], wanted, 2)
    assert sync_astray(enrolled_centre.database.connection) == []


def test_a_document_that_nobody_trusted_signed_is_skipped_alone_told_of_and_asked_for_again(
    enrolled_centre: Context,
) -> None:
    said = wire.Notice(text="内容")
    documents = [document(said, 1), document(said, 2, NEXT_SEED), document(said, 3)]
    kept = keep_answer(enrolled_centre, told(enrolled_centre, *documents), "network")
    assert ([one.number for one in kept.arrived], kept.skipped, kept.problem) == ([1, 3], [2], UNVERIFIED)
    assert sync_status(enrolled_centre).skipped_documents == [2]
    assert asked_from(enrolled_centre) == 1
    look = look_over(enrolled_centre)
    assert look.is_sound
    (found,) = [one for one in look.findings if one.area == "sync"]
    assert (found.code, found.severity, found.first["numbers"]) == ("skipped_documents", "note", "2")
    # The district signs it anew, or a later program can read it.
    kept = keep_answer(enrolled_centre, told(enrolled_centre, document(said, 2)), "network")
    assert ([one.number for one in kept.arrived], kept.problem) == ([2], None)
    assert (sync_status(enrolled_centre).skipped_documents, asked_from(enrolled_centre)) == ([], 3)


def test_what_is_skipped_for_good_is_asked_for_some_times_and_then_once_a_day(
    enrolled_centre: Context, clock: Clock
) -> None:
    said, connection = wire.Notice(text="内容"), enrolled_centre.database.connection
    spoilt = document(said, 1, NEXT_SEED)
    keep_answer(enrolled_centre, told(enrolled_centre, spoilt, document(said, 2)), "network")
    for _ in range(MOST_TRIES + 3):
        keep_answer(enrolled_centre, told(enrolled_centre, spoilt), "network")
    entries = audit.count(connection)
    assert (inbox.skipped(connection)[0].tries, asked_from(enrolled_centre)) == (MOST_TRIES, 2)
    assert keep_answer(enrolled_centre, told(enrolled_centre, spoilt), "network").problem == UNVERIFIED
    assert audit.count(connection) == entries
    clock.now += timedelta(days=1)
    assert asked_from(enrolled_centre) == 0
    keep_answer(enrolled_centre, told(enrolled_centre, spoilt), "network")
    assert asked_from(enrolled_centre) == 2
    successor = wire.SuccessorKey(verify_key=wire.verify_key_of(NEXT_SEED).hex())
    keep_answer(enrolled_centre, told(enrolled_centre, document(successor, 3)), "network")
    assert asked_from(enrolled_centre) == 0
    arrived = keep_answer(enrolled_centre, told(enrolled_centre, spoilt), "network").arrived
    assert [one.number for one in arrived] == [1]


def test_an_exchange_asks_once_more_for_what_was_skipped_and_ends(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [notify(district, f"第 {number}") for number in range(4)]
    asked: list[int] = []

    def of_an_earlier_program(raw: bytes, keys: Sequence[bytes]) -> wire.DistrictDocument:
        if wire.claimed_number(raw) in (2, 3):
            raise wire.WireFault("bad_document", where="content")
        return open_document(raw, keys)

    def ask(context: Context, enrolled: Enrolment, since: int) -> bytes:
        asked.append(since)
        return exchange_request(context, enrolled, since)

    open_document = wire.open_document
    monkeypatch.setattr("frontdesk.sync.fetching.exchange_request", ask)
    with monkeypatch.context() as earlier:
        earlier.setattr("frontdesk.sync.wire.open_document", of_an_earlier_program)
        fetched = fetch(enrolled_centre)
        assert [one.number for one in fetched.arrived] == [1, 4]
        assert (fetched.problem, fetched.message, asked) == (UNVERIFIED, "2, 3", [0])
        result = sync_all(enrolled_centre)
        assert (result.problem, result.fetched and result.fetched.skipped, asked) == (None, [2, 3], [0, 4, 1])
        assert "2, 3" in fetched_lines(result.fetched)[0]
    fetched = fetch(enrolled_centre)
    assert ([one.number for one in fetched.arrived], fetched.problem, asked[3:]) == ([2, 3], None, [4, 1])
    assert [one.document_id for one in reversed(notices(enrolled_centre))] == sent
    assert sync_status(enrolled_centre).skipped_documents == []
    fetch(enrolled_centre)
    assert asked[5:] == [4]
