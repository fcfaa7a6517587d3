"""The real programs, started, killed and started again: line 18, and the command line of both ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from frontdesk.context import Context
from frontdesk.district.documents.listing import readers
from frontdesk.district.service import District, issue_enrolment, key_path, read_key, show_report
from frontdesk.district.store import open_store
from frontdesk.staff import service as staff
from frontdesk.sync import wire
from frontdesk.sync.service import acknowledge, fetch, notices, rotate_key, sync_all, sync_astray, sync_status
from tests.programs import ended_here
from tests.sync.ends import (
    CENTRE,
    Cable,
    Clock,
    Cut,
    RunningDistrict,
    assert_delivered_once,
    cable_to,
    enrolled,
    new_centre,
    notify,
    point_at,
    sealed_bytes,
    state_of,
    stored_receipt,
    submit,
)

PIN = "483920"


def program(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Start `frontdesk` with these arguments."""
    return subprocess.Popen(
        [sys.executable, "-m", "frontdesk", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "FRONTDESK_LANG": "en", "PYTHONIOENCODING": "utf-8", **(environment or {})},
    )


def answer_of(*arguments: str, code: int = 0, environment: dict[str, str] | None = None) -> dict[str, object]:
    """The JSON that a command answers; it is run here, for only what is killed or serves has to be a process."""
    ended = ended_here(*arguments, environment=environment)
    assert ended.code == code, ended
    (answer,) = ended.answers
    return answer


@dataclass
class Serving:
    """A district's end in a process of its own."""

    store: str
    process: subprocess.Popen[str]
    line: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.line.rsplit(":", 1)[1])


@contextmanager
def serving(store: str, *options: str) -> Iterator[Serving]:
    process = program("district", "--store", store, "serve", "--port", "0", *options)
    assert process.stderr is not None
    line = process.stderr.readline()
    try:
        yield Serving(store, process, line.strip())
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def store(tmp_path: Path) -> str:
    """The address of a new district store."""
    url = f"sqlite:///{tmp_path}/district.db"
    assert answer_of("district", "--store", url, "init", "--json")["created"] is True
    return url


@contextmanager
def opened(store: str) -> Iterator[District]:
    path = Path(store.removeprefix("sqlite:///"))
    district = District(open_store(store), read_key(key_path(path)))
    try:
        yield district
    finally:
        district.store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre whose manager has a PIN, so that the command line can act in their name."""
    context = new_centre(tmp_path / "centre", Clock())
    staff.set_pin(context, "001", PIN)
    yield context
    context.database.close()


def acting(context: Context) -> tuple[list[str], dict[str, str]]:
    """The options and the environment of a command that acts for the manager."""
    return ["--home", str(context.home.path)], {"FRONTDESK_AS": "001", "FRONTDESK_PIN": PIN}


def enrol_at(context: Context, store: str, port: int) -> None:
    with opened(store) as district:
        file = issue_enrolment(district, centre=CENTRE, url=f"http://127.0.0.1:{port}", now_ms=0)
    enrolled(context, file.to_bytes())


def receipts_at(store: str, period: str) -> list[bytes]:
    with opened(store) as district:
        return [one.receipt for one in show_report(district, CENTRE, period).revisions]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_says_one_line_and_stops_cleanly(store: str, number: signal.Signals) -> None:
    with serving(store) as district:
        assert district.line.startswith("Listening on http://127.0.0.1:")
        district.process.send_signal(number)
        out, err = district.process.communicate(timeout=30)
    assert (district.process.returncode, out, err) == (0, "", "")


def test_serve_on_a_port_that_is_taken_says_so(store: str) -> None:
    with serving(store) as first:
        error = answer_of("district", "--store", store, "serve", "--port", str(first.port), code=1)["error"]
    assert isinstance(error, dict)
    assert (error["code"], error["port"]) == ("cannot_listen", first.port)


def test_a_district_killed_between_storing_and_answering_gives_the_same_receipt_later(
    desk: Context, store: str
) -> None:
    with serving(store) as district:
        enrol_at(desk, store, district.port)
        submitted = submit(desk)
        cable = Cable(district.port, Cut(down=0), on_answer=district.process.kill)
        point_at(desk, cable.url)
        assert sync_all(desk).problem == "cut_off"
        cable.close()
    (receipt,) = receipts_at(store, "2026-W46")
    assert state_of(desk, submitted.report_id) == "unsent"
    with serving(store) as district:
        point_at(desk, f"http://127.0.0.1:{district.port}")
        assert sync_all(desk).unsent == 0
    assert receipts_at(store, "2026-W46") == [receipt]
    assert stored_receipt(desk, submitted.report_id) == receipt


def counts_in(done: dict[str, object]) -> dict[str, object]:
    """How many reports a sync says it handled."""
    return {name: done[name] for name in ("sent", "refused", "unsent")}


def kill_when(desk: Context, district: RunningDistrict, is_done: Callable[[], bool]) -> None:
    """Run `frontdesk sync` and kill it at the first answer before which the district has done something, and of which
    no byte has passed.
    """
    options, environment = acting(desk)
    killed: list[subprocess.Popen[str]] = []

    def kill() -> None:
        if killed[0].returncode is None and is_done():
            killed[0].kill()
            killed[0].wait(timeout=60)

    with cable_to(desk, district) as cable:
        cable.on_answer = kill
        killed.append(program(*options, "sync", "--json", environment=environment))
        killed[0].communicate(timeout=60)
    assert killed[0].returncode == -signal.SIGKILL


@pytest.mark.parametrize(("held", "sent"), [(1, 0), (3, 1)], ids=["the first one", "the others, in one request"])
def test_a_centre_killed_before_it_keeps_a_receipt_gets_the_same_one_later(
    desk: Context, district: RunningDistrict, held: int, sent: int
) -> None:
    enrolled(desk, district.enrolment())
    submitted = [submit(desk, week=week) for week in range(3)]

    def has_kept() -> bool:
        with district.district.store.reading() as session:
            (centre,) = session.centres()
        return bool(centre.reports == held)

    kill_when(desk, district, has_kept)
    assert [state_of(desk, one.report_id) for one in submitted] == ["sent"] * sent + ["unsent"] * (3 - sent)
    kept = district.receipt(wire.content_hash(sealed_bytes(desk, submitted[sent].report_id)))
    assert kept is not None
    result = sync_all(desk)
    assert (result.count("sent"), result.unsent) == (3 - sent, 0)
    for one in submitted:
        assert_delivered_once(desk, district, one.report_id)
    assert stored_receipt(desk, submitted[sent].report_id) == kept


def test_a_centre_killed_in_the_exchange_has_every_document_and_tells_every_reading_once_later(
    desk: Context, district: RunningDistrict
) -> None:
    enrolled(desk, district.enrolment())
    first = notify(district, "第一件")
    fetch(desk)
    acknowledge(desk, first)
    second, report = notify(district, "第二件"), submit(desk)

    def told() -> list[str]:
        return [one.centre for one in readers(district.district, first) if one.read_at is not None]

    kill_when(desk, district, lambda: told() == [CENTRE])
    # The receipt came before; of the answer that held the document nothing is known here.
    assert state_of(desk, report.report_id) == "sent"
    assert [one.document_id for one in notices(desk)] == [first]
    assert sync_status(desk).untold_readings == 1
    assert sync_all(desk).problem is None
    assert [one.document_id for one in notices(desk)] == [second, first]
    assert (sync_status(desk).untold_readings, told()) == (0, [CENTRE])
    assert_delivered_once(desk, district, report.report_id)
    assert sync_astray(desk.database.connection) == []


def test_a_centre_killed_while_its_key_is_changed_has_one_key_and_every_report_once_later(
    desk: Context, district: RunningDistrict
) -> None:
    enrolled(desk, district.enrolment())
    rotation = rotate_key(desk)
    before = submit(desk)

    def is_changed() -> bool:
        with district.district.store.reading() as session:
            return session.find_key(rotation.new_key_id) is not None

    kill_when(desk, district, is_changed)
    # The district knows only the new key by now, and the centre knows nothing of that: it seals nothing meanwhile.
    present = sync_status(desk)
    assert present.enrolment is not None and present.rotation is not None
    assert present.enrolment.centre_key_id == rotation.old_key_id
    after = submit(desk, week=1)
    assert not after.sealed
    result = sync_all(desk)
    assert (result.rotated, result.unsent) == (True, 0)
    for one in (before, after):
        assert_delivered_once(desk, district, one.report_id)
    present = sync_status(desk)
    assert present.enrolment is not None and present.rotation is None
    assert present.enrolment.centre_key_id == rotation.new_key_id
    assert sync_astray(desk.database.connection) == []


def test_the_whole_way_by_the_command_line(desk: Context, store: str, tmp_path: Path) -> None:
    options, environment = acting(desk)
    submit(desk, ratings=3)
    at_district = ["district", "--store", store]
    file = tmp_path / "enrolment.json"
    with serving(store) as district:
        url = f"http://127.0.0.1:{district.port}"
        answer_of(*at_district, "enrol", "--centre", CENTRE, "--url", url, "--out", str(file), "--json")
        assert file.stat().st_mode & 0o777 == 0o600
        answer = answer_of(*options, "sync", "enrol", str(file), "--json", environment=environment)
        assert (answer["registered"], answer["problem"]) == (True, None)
        for sent in (1, 0):
            done = answer_of(*options, "sync", "--json", environment=environment)
            assert counts_in(done) == {"sent": sent, "refused": 0, "unsent": 0}
    state = answer_of(*options, "sync", "status", "--json")
    assert (state["enrolled"], state["registered"], state["unsent"], state["refused"]) == (True, True, [], [])
    assert (state["sent"], state["superseded"], state["rotation"], state["locks"]) == ([], [], None, [])
    assert isinstance(state["received"], list)
    assert (state["received"][0]["period"], state["received"][0]["revision"]) == ("2026-W46", 1)
    centres = answer_of(*at_district, "status", "--json")["centres"]
    assert isinstance(centres, list)
    row = centres[0]
    assert (row["centre"], row["reports"], row["latest_period"]) == (CENTRE, 1, "2026-W46")
    shown = answer_of(*at_district, "show", CENTRE, "2026-W46", "--json")
    assert shown["revision"] == 1
    assert isinstance(shown["figures"], dict)
    assert (shown["figures"]["ratings"], shown["figures"]["good_rate"]) == (3, 1.0)


def test_a_sync_that_cannot_reach_the_district_says_so_and_counts(desk: Context, store: str) -> None:
    options, environment = acting(desk)
    with serving(store) as district:
        enrol_at(desk, store, district.port)
    submit(desk)
    error = answer_of(*options, "sync", "--json", code=1, environment=environment)["error"]
    assert isinstance(error, dict)
    assert (error["code"], error["sent"], error["unsent"]) == ("unreachable", 0, 1)


def test_a_sync_without_an_operator_is_refused(desk: Context) -> None:
    environment = {"FRONTDESK_AS": "", "FRONTDESK_PIN": ""}
    error = answer_of("--home", str(desk.home.path), "sync", "--json", code=1, environment=environment)["error"]
    assert isinstance(error, dict)
    assert error["code"] == "operator_required"


def test_what_is_no_enrolment_file_is_refused_without_waiting_for_it(desk: Context, tmp_path: Path) -> None:
    options, environment = acting(desk)
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    large.write_bytes(b" " * 70_000)
    for path, code in ((pipe, "not_a_file"), (Path("/dev/null"), "not_a_file"), (large, "file_too_large")):
        error = answer_of(*options, "sync", "enrol", str(path), "--json", code=1, environment=environment)["error"]
        assert isinstance(error, dict)
        assert (error["code"], error["file"]) == (code, path.name)


def test_an_enrolment_file_is_not_written_over_another_file(store: str, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("dear district", encoding="utf-8")
    error = answer_of(
        "district", "--store", store, "enrol", "--centre", CENTRE, "--url", "http://x", "--out", str(file), code=1
    )["error"]
    assert isinstance(error, dict)
    assert error["code"] == "file_exists"
    assert file.read_text(encoding="utf-8") == "dear district"


def test_init_again_keeps_the_key_and_a_lost_key_is_not_replaced(store: str) -> None:
    key = key_path(Path(store.removeprefix("sqlite:///")))
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    assert answer_of("district", "--store", store, "init", "--json")["created"] is False
    assert key.read_bytes() == before
    key.unlink()
    error = answer_of("district", "--store", store, "init", "--json", code=1)["error"]
    assert isinstance(error, dict)
    assert error["code"] == "district_key_missing"
    assert not key.exists()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (":memory:", "store_not_a_file"),
        ("{folder}/:memory:", "store_not_a_file"),
        ("", "unknown_store"),
        (" ", "store_not_a_file"),
        ("{folder}", "store_not_a_file"),
        ("/", "store_not_a_file"),
        ("{folder}/missing/district.db", "no_folder"),
    ],
)
def test_init_makes_nothing_where_no_store_can_be_kept(tmp_path: Path, path: str, code: str) -> None:
    url = "sqlite:///" + path.format(folder=tmp_path)
    error = answer_of("district", "--store", url, "init", "--json", code=1)["error"]
    assert isinstance(error, dict)
    assert error["code"] == code
    assert list(tmp_path.iterdir()) == []
    assert not Path(":memory:.key").exists()


def test_what_stands_on_the_wire_is_read_without_a_network_library_or_a_screen() -> None:
    loaded = "import sys, frontdesk.sync.wire, frontdesk.sync.service, frontdesk.sync.commands; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert not {"httpx", "starlette", "uvicorn", "textual", "nacl"} & set(modules.split())
