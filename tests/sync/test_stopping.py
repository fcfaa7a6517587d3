"""A sync is stopped at any moment, also while an answer is being waited for, and leaves nothing in doubt."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from db import outbox
from frontdesk.context import Context
from frontdesk.sync import wire
from frontdesk.sync.errors import SyncError
from frontdesk.sync.service import (
    Handled,
    SyncStop,
    acknowledge,
    enrol_by_code,
    fetch,
    rotate_key,
    sync_all,
    sync_status,
)
from tests.sync.ends import (
    DISTRICT_SEED,
    RunningDistrict,
    assert_delivered_once,
    cable_to,
    notify,
    point_at,
    state_of,
    submit,
)

HELD = "127.0.0.1"


@contextmanager
def silence(begun: threading.Event) -> Iterator[str]:
    """Somebody who takes a connection and all that comes, and says nothing; `begun` is set when the headers have come,
    and some of the content where there is any: before that nothing is said to have left.
    """
    listener = socket.create_server((HELD, 0))

    def listen() -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                threading.Thread(target=swallow, args=(near,), daemon=True).start()

    def swallow(near: socket.socket) -> None:
        heard = b""
        with near, suppress(OSError):
            while piece := near.recv(65_536):
                heard += piece
                head, end, content = heard.partition(b"\r\n\r\n")
                if content or (end and head.startswith(b"GET")):
                    begun.set()

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield f"http://{HELD}:{listener.getsockname()[1]}"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@contextmanager
def deaf() -> Iterator[str]:
    """An address that nobody answers, not even with a refusal: connecting to it takes as long as one has patience."""
    listener = socket.socket()
    listener.bind((HELD, 0))
    listener.listen(0)
    waiting = []
    for _ in range(4):
        # Once its queue is full the system passes over what else wants to connect.
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(listener.getsockname())
        waiting.append(one)
    try:
        yield f"http://{HELD}:{listener.getsockname()[1]}"
    finally:
        for one in (*waiting, listener):
            one.close()


def stop_when(begun: threading.Event, stop: SyncStop) -> threading.Thread:
    """Stop from another thread as soon as something is under way."""

    def wait() -> None:
        assert begun.wait(30)
        stop.stop()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_sync_that_waits_for_an_answer_ends_when_it_is_stopped(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    submitted = [submit(enrolled_centre, week=week) for week in range(3)]
    begun, stop = threading.Event(), SyncStop()
    with silence(begun) as url:
        point_at(enrolled_centre, url)
        stopping = stop_when(begun, stop)
        result = sync_all(enrolled_centre, should_stop=stop)
        stopping.join()
    assert (result.stopped, result.problem, result.unsent, result.handled) == (True, None, 3, [])
    assert [one.state for one in sync_status(enrolled_centre).reports] == ["sent", "unsent", "unsent"]
    point_at(enrolled_centre, district.url)
    sync_all(enrolled_centre)
    for one in submitted:
        assert_delivered_once(enrolled_centre, district, one.report_id)


def test_stopped_when_the_district_has_it_already_the_report_arrives_once(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    submitted = submit(enrolled_centre)
    stop = SyncStop()
    with cable_to(enrolled_centre, district) as cable:
        cable.on_answer = stop.stop
        result = sync_all(enrolled_centre, should_stop=stop)
    assert result.stopped
    assert district.revisions("2026-W46") == [1]
    sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def test_a_stop_while_a_report_is_kept_leaves_the_rest_unsent(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    submitted = [submit(enrolled_centre, week=week) for week in range(3)]
    stop = SyncStop()

    def one_is_enough(_: Handled) -> None:
        stop.stop()

    result = sync_all(enrolled_centre, one_is_enough, stop)
    assert (result.stopped, result.count("sent"), result.unsent, result.fetched) == (True, 1, 2, None)
    assert [state_of(enrolled_centre, one.report_id) for one in submitted] == ["sent", "unsent", "unsent"]
    assert sync_all(enrolled_centre, should_stop=stop).stopped
    assert district.revisions(submitted[1].period) == []


def test_a_fetch_that_waits_ends_when_it_is_stopped(enrolled_centre: Context, district: RunningDistrict) -> None:
    first = notify(district)
    fetch(enrolled_centre)
    acknowledge(enrolled_centre, first)
    begun, stop = threading.Event(), SyncStop()
    with silence(begun) as url:
        point_at(enrolled_centre, url)
        stopping = stop_when(begun, stop)
        assert fetch(enrolled_centre, stop).problem == "stopped"
        stopping.join()
    point_at(enrolled_centre, district.url)
    assert fetch(enrolled_centre).told == 1


def test_a_change_of_the_key_that_is_stopped_is_asked_for_again(
    enrolled_centre: Context, district: RunningDistrict
) -> None:
    new = rotate_key(enrolled_centre).new_key_id
    stop = SyncStop()
    answers: list[int] = []
    with cable_to(enrolled_centre, district) as cable:

        def second_answer() -> None:
            # The first is that of the exchange, in head and content.
            answers.append(1)
            if len(answers) > 2:
                stop.stop()

        cable.on_answer = second_answer
        sync_all(enrolled_centre, should_stop=stop)
    submitted = submit(enrolled_centre)
    sync_all(enrolled_centre)
    present = outbox.enrolment(enrolled_centre.database.connection)
    assert present is not None
    assert present.centre_key_id == new
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def test_an_enrolment_by_code_that_waits_ends_when_it_is_stopped(centre: Context) -> None:
    begun, stop = threading.Event(), SyncStop()
    code = wire.make_typed_code(bytes(wire.SECRET_BYTES), wire.verify_key_of(DISTRICT_SEED))
    with silence(begun) as url:
        stopping = stop_when(begun, stop)
        with pytest.raises(SyncError) as caught:
            enrol_by_code(centre, url, code, stop)
        stopping.join()
    assert caught.value.code == "stopped"


def test_connecting_ends_when_it_is_stopped(enrolled_centre: Context) -> None:
    submit(enrolled_centre)
    stop = SyncStop()
    with deaf() as url:
        point_at(enrolled_centre, url)
        timer = threading.Timer(0.05, stop.stop)
        timer.start()
        result = sync_all(enrolled_centre, should_stop=stop)
        timer.join()
    assert (result.stopped, result.problem, result.unsent) == (True, None, 1)
    assert outbox.attempts(enrolled_centre.database.connection) == {}


def test_a_sync_of_nothing_waits_for_no_connection(enrolled_centre: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontdesk.sync.client.QUICK_SECONDS", 0.05)
    with deaf() as url:
        point_at(enrolled_centre, url)
        result = sync_all(enrolled_centre)
    assert result.fetched is not None
    assert (result.problem, result.handled, result.fetched.problem) == (None, [], "unreachable")


def test_an_answer_that_only_drips_is_given_up(
    enrolled_centre: Context, district: RunningDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = submit(enrolled_centre)
    begun = threading.Event()
    with monkeypatch.context() as impatient, silence(begun) as url:
        impatient.setattr("frontdesk.sync.client.ANSWER_SECONDS", 0.05)
        point_at(enrolled_centre, url)
        assert sync_all(enrolled_centre).problem == "too_slow"
    point_at(enrolled_centre, district.url)
    sync_all(enrolled_centre)
    assert_delivered_once(enrolled_centre, district, submitted.report_id)


def test_a_stop_can_be_asked_for_twice_and_before_anything_runs(enrolled_centre: Context) -> None:
    submit(enrolled_centre)
    stop = SyncStop()
    stop.stop()
    stop.stop()
    result = sync_all(enrolled_centre, should_stop=stop)
    assert (result.stopped, result.unsent, result.handled) == (True, 1, [])
