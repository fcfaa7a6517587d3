"""Single commands as processes: hostile input, what they leave in the audit chain, whether the file is whole."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.programs import ROOT, centre_with_cards, command, rows, run_here

NO = "0310001"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def answers_to(home: Path, given: bytes) -> list[str]:
    """The results of the scans of these bytes; the command must end well."""
    ended = subprocess.run(
        [*command(home, "scan"), "--json"], cwd=ROOT, input=given, capture_output=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    lines = [json.loads(line) for line in ended.stdout.decode().splitlines()]
    return [line["reason"] or line["result"] for line in lines]


def test_a_line_that_is_no_text_is_refused_and_the_next_is_taken(home: Path) -> None:
    code = centre_with_cards(home, 1)[NO].encode()
    assert answers_to(home, b"\xff\xfe\x80\n" + code + b"\n")[-1] == "entered"


def test_a_byte_order_mark_costs_no_scan(home: Path) -> None:
    code = centre_with_cards(home, 1)[NO].encode()
    assert answers_to(home, b"\xef\xbb\xbf" + code + b"\r\n") == ["entered"]


def test_printing_cards_needs_an_operator_and_stands_in_the_audit_chain(home: Path, tmp_path: Path) -> None:
    centre_with_cards(home, 3)
    out = tmp_path / "cards.pdf"
    nobody = subprocess.run(
        [sys.executable, "-m", "frontdesk", "--home", str(home), "card", "print", "--out", str(out), "--json"],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "FRONTDESK_AS"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert json.loads(nobody.stdout)["error"]["code"] == "operator_required"
    assert not out.exists()
    assert run_here(home, "card", "print", "--out", str(out)).answers[0]["cards"] == 3
    assert out.exists()
    printed = "SELECT operator_no, detail FROM audit WHERE action = 'card.printed'"
    assert rows(home / "centre.db", printed) == [("M001", '{"cards": 3, "layout": "cards"}')]


def test_cards_that_cannot_be_printed_leave_no_entry(home: Path, tmp_path: Path) -> None:
    centre_with_cards(home, 1)
    assert run_here(home, "card", "print", "--out", str(tmp_path / "missing" / "cards.pdf")).error == "print_failed"
    assert rows(home / "centre.db", "SELECT 1 FROM audit WHERE action = 'card.printed'") == []


def test_a_command_says_when_what_it_confirms_may_be_lost_with_the_power(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre_with_cards(home, 1)
    assert run_here(home, "staff", "list").said == ""
    monkeypatch.setenv("FRONTDESK_SYNCHRONOUS", "OFF")
    assert "FRONTDESK_SYNCHRONOUS=OFF" in run_here(home, "staff", "list").said


def test_a_whole_file_is_said_to_be_whole_by_anybody_who_asks(home: Path) -> None:
    centre_with_cards(home, 2)
    ended = run_here(home, "check")
    entries = rows(home / "centre.db", "SELECT count(*) FROM audit")[0][0]
    assert (ended.code, ended.said) == (0, "")
    answer = ended.answers[0]
    assert (answer["sound"], answer["quick"], answer["stopped"]) == (True, False, False)
    assert answer["audit_entries"] == entries
    # Nothing but that it cannot be backed up yet.
    assert [(one["area"], one["code"], one["severity"]) for one in answer["findings"]] == [
        ("backup", "no_key", "warning")
    ]


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE audit SET operator_no = 'M002' WHERE id = 2", ("audit", "chain_broken", {"entry": 2})),
        ("DELETE FROM audit WHERE id = 2", ("audit", "chain_broken", {"entry": 3})),
        ("DELETE FROM volunteer", ("file", "broken_references", {"table": "card", "refers_to": "volunteer"})),
        (
            "INSERT INTO visit (volunteer_no, day, number, entered_at) VALUES ('0310001', '2026-11-09', 1, 0)",
            ("volunteers", "visits_astray", {"no": "0310001", "day": "2026-11-09", "number": 1}),
        ),
        (
            "INSERT INTO supplement (volunteer_no, day, seconds, reason, operator_no, at) "
            "VALUES ('0310001', '2026-11-09', 3600, '-', 'M001', 0)",
            ("volunteers", "supplements_astray", {"id": 1}),
        ),
        ("INSERT INTO setting VALUES ('undo_minutes', '\"abc\"')", ("settings", "damaged", {"name": "undo_minutes"})),
        (
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'scan'",
            ("file", "page_faults", {}),
        ),
    ],
    ids=[
        "an entry changed",
        "an entry removed",
        "people removed",
        "a visit added",
        "a supplement added",
        "a setting damaged",
        "pages crossed",
    ],
)
def test_what_was_changed_past_the_program_is_found(
    home: Path, statement: str, finding: tuple[str, str, dict[str, object]]
) -> None:
    centre_with_cards(home, 2)
    with closing(sqlite3.connect(home / "centre.db")) as connection:
        connection.executescript(statement)
        connection.commit()
    ended = run_here(home, "check")
    assert ended.code == 1
    area, code, first = finding
    (found,) = [one for one in ended.answers[0]["findings"] if (one["area"], one["code"]) == (area, code)]
    assert first.items() <= found["first"].items()
    assert (found["severity"], ended.answers[0]["sound"]) == ("broken", False)
