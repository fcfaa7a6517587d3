"""A centre's day, end to end: the office's files, scans typed into the program, cards, the week at the district."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from textual import events

from frontdesk.context import Operator
from frontdesk.home import Home
from frontdesk.sheets.textfile import decode_text
from frontdesk.shell.app import FrontdeskApp
from frontdesk.volunteers.checkin.clock import accept_clock
from tests.idle import short_waits
from tests.programs import ended_here
from tests.test_centre_a import (
    EXPECTED,
    OFFICE,
    PIN,
    ROOT,
    assert_as_reckoned,
    frontdesk,
    frontdesk_here,
    import_all,
    replay_scans,
    reports,
)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre with the office's sheets in it and no scan yet."""
    folder = tmp_path_factory.mktemp("day") / "home"
    named = ("--name", EXPECTED["name"], "--street", "安亭镇", "--district", "嘉定区")
    manager = ("--manager-no", "M001", "--manager-name", "王五")
    frontdesk_here(folder, "init", "--code", EXPECTED["centre"], *named, *manager)
    import_all(folder, frontdesk_here)
    return folder


@pytest.fixture
def home(imported: Path, tmp_path: Path) -> Path:
    """A copy of that centre for one test."""
    import shutil

    return Path(shutil.copytree(imported, tmp_path / "home"))


@pytest.mark.slow
async def test_the_figures_are_right_with_the_scans_typed_into_the_running_program(home: Path) -> None:
    codes = {line["volunteer"]: line["code"] for line in frontdesk(home, "card", "issue", "--all")}
    lines = decode_text((OFFICE / "志愿者刷卡.tsv").read_bytes()).splitlines()
    scans = [line.split("\t") for line in lines if line and not line.startswith("#")]
    now = [datetime.fromisoformat(scans[0][1]).astimezone(UTC)]
    app = FrontdeskApp(
        Home(home),
        clock=lambda: now[0],
        centre=(EXPECTED["name"], "Asia/Shanghai"),
        demo_operator=Operator("M001", "王五", "manager"),
    )
    with short_waits():
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            # The cards were issued by the clock of the computer that runs the tests, which is later than the scans.
            await app.desk.run(lambda context: accept_clock(context, "换了电脑"))
            for number, at in scans:
                now[0] = datetime.fromisoformat(at).astimezone(UTC)
                for key in codes[number]:
                    app.post_message(events.Key(key, key))
                app.post_message(events.Key("enter", "\r"))
                await pilot.pause()
                await app.desk.run(lambda _: None)
    app.desk.close()
    assert_as_reckoned(reports(home))


def test_every_printed_card_is_read_by_a_foreign_decoder_and_names_the_right_volunteer(
    home: Path, tmp_path: Path
) -> None:
    chosen = [f"{310000 + number:07d}" for number in range(1, 25)]
    options = [word for no in chosen for word in ("--volunteer", no)]
    codes = {line["volunteer"]: line["code"] for line in frontdesk(home, "card", "issue", *options)}
    out = tmp_path / "cards.pdf"
    assert frontdesk(home, "card", "print", "--out", str(out))[0]["cards"] == len(chosen)
    read = []
    for page in pypdfium2.PdfDocument(out):
        picture = page.render(scale=300 / 72).to_pil()
        read += [found.text for found in zxingcpp.read_barcodes(picture)]
    assert sorted(read) == sorted(codes.values())
    answers = frontdesk(home, "scan", given="".join(f"{code}\t2026-11-20T09:00:00+08:00\n" for code in codes.values()))
    assert [answer["volunteer"] for answer in answers] == list(codes)
    assert {answer["result"] for answer in answers} == {"entered"}


@pytest.fixture
def district(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A district that serves on the loopback: its store and its address."""
    store = f"sqlite:///{tmp_path}/district.db"
    district_command(store, "init")
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(
        [sys.executable, "-m", "frontdesk", "--lang", "en", "district", "--store", store, "serve", "--port", "0"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert server.stderr is not None
    line = server.stderr.readline()
    address = re.search(r"http://[0-9.]+:[0-9]+", line)
    assert address, line
    yield store, address[0]
    server.terminate()
    assert server.wait(20) == 0
    server.stderr.close()


def district_command(store: str, *arguments: str) -> Any:
    """What a district command answers as JSON; it must succeed."""
    run = subprocess.run(
        [sys.executable, "-m", "frontdesk", "district", "--store", store, *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return json.loads(run.stdout) if run.stdout.startswith(("{", "[")) else run.stdout


def test_the_week_s_report_stands_at_the_district_and_a_second_sync_sends_nothing(
    home: Path, tmp_path: Path, district: tuple[str, str]
) -> None:
    store, address = district
    replay_scans(home, frontdesk_here)
    for week in EXPECTED["weeks"]:
        assert frontdesk(home, "report", "submit", week)[0]["new"] is True
        assert frontdesk_here(home, "report", "submit", week)[0]["new"] is False
    enrolment = tmp_path / "enrolment.json"
    district_command(store, "enrol", "--centre", EXPECTED["centre"], "--url", address, "--out", str(enrolment))
    frontdesk(home, "sync", "enrol", str(enrolment))
    assert frontdesk(home, "sync")[0]["sent"] == 2
    assert frontdesk(home, "sync")[0]["sent"] == 0
    status = frontdesk(home, "sync", "status")[0]
    assert [entry["period"] for entry in status["received"]] == list(EXPECTED["weeks"])
    assert status["unsent"] == status["sent"] == status["refused"] == []
    for week, figures in EXPECTED["weeks"].items():
        shown = district_command(store, "show", EXPECTED["centre"], week, "--json")
        assert {key: shown["figures"].get(key) for key in figures} == figures
        assert len(shown["revisions"]) == 1
    assert len(district_command(store, "status", "--json")["centres"]) == 1


def test_pin_and_operator_are_asked_of_every_command_that_writes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in os.environ if one.startswith("FRONTDESK_")]:
        monkeypatch.delenv(name)

    def code_of(*arguments: str, pin: str | None) -> str:
        environment = {} if pin is None else {"FRONTDESK_PIN": pin}
        return ended_here("--home", str(home), *arguments, environment=environment).error

    staff = str(OFFICE / "工作人员.xlsx")
    for writing in (["import", "staff", staff, "--json"], ["card", "issue", "--all"], ["report", "submit", "2026-W46"]):
        assert code_of(*writing, pin=PIN) == "operator_required"
        assert code_of("--as", "M001", *writing, pin=None) == "pin_required"
        assert code_of("--as", "S101", *writing, pin="1234") == "pin_not_set"
    refused = subprocess.run(
        [sys.executable, "-m", "frontdesk", "--home", str(home), "--as", "M001", "card", "issue", "--all"],
        cwd=ROOT,
        env={**os.environ, "FRONTDESK_PIN": "999999", "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert json.loads(refused.stdout)["error"]["code"] == "sign_in_refused"
