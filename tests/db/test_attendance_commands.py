"""The commands of attendance: what they answer in JSON and in words, and how they end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from db import centre as centres
from frontdesk.activities.attendance.tickets import ticket_code
from frontdesk.activities.service import registrations
from frontdesk.cli_main import cli
from frontdesk.context import Context
from frontdesk.errors import CodedError
from tests.db.test_attendance_marks import fill, put_session
from tests.desks import new_desk

DAY = "2024-11-11"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    put_session(context, "HD001", DAY)
    fill(context, "HD001", 3, 1, 2)
    yield context
    context.database.close()


def run(desk: Context, *arguments: str, words: bool = False) -> tuple[int, Any]:
    """The exit code and what a command answers; a refusal as its code."""
    line = ["--home", str(desk.home.path), "--as", "M001", "attendance", *arguments]
    ended = CliRunner().invoke(cli, line if words else [*line, "--json"])
    if isinstance(ended.exception, CodedError):
        return 1, ended.exception.code
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return ended.exit_code, ended.output if words or ended.exit_code == 2 else json.loads(ended.stdout)


def test_marking_by_number_the_rest_and_walk_ins_is_what_the_list_then_says(desk: Context) -> None:
    code, answer = run(desk, "mark", "HD001", "attended", "1", "--seats", "2")
    assert code == 0
    assert [(one["before"], one["after"]) for one in answer["marked"]] == [(None, {"status": "attended", "seats": 2})]
    assert run(desk, "mark", "HD001", "no-show", "--rest")[0] == 0
    assert run(desk, "mark", "HD001", "none", "3")[0] == 0
    assert run(desk, "walk-ins", "HD001", "4")[1] == {"session": "HD001", "walk_ins": 4, "before": 0}
    listed = run(desk, "list", "HD001")[1]
    assert [(one["status"], one["came"]) for one in listed["parties"]] == [
        ("attended", 2),
        ("no_show", None),
        (None, None),
    ]
    assert listed["walk_ins"] == 4
    shown = run(desk, "list", "HD001", words=True)[1]
    assert registrations(desk, "HD001")[0].name not in shown and "赵*" in shown


def test_who_was_not_told_of_the_seat_is_left_open_by_number_for_people_and_for_scripts(desk: Context) -> None:
    desk.database.connection.execute("UPDATE registration SET tell = 'seat' WHERE seq_no IN (1, 3)")
    answer = run(desk, "mark", "HD001", "no-show", "--rest")[1]
    assert (len(answer["marked"]), answer["untold"]) == (1, [1, 3])
    assert "1, 3" in run(desk, "mark", "HD001", "no-show", "--rest", words=True)[1]
    assert run(desk, "mark", "HD001", "attended", "--rest")[1]["untold"] == []


def test_wrong_usage_and_wrong_numbers_are_said(desk: Context) -> None:
    assert run(desk, "mark", "HD001", "attended")[0] == 2
    assert run(desk, "mark", "HD001", "attended", "1", "--rest")[0] == 2
    assert run(desk, "mark", "HD001", "attended", "77") == (1, "no_such_number")
    assert run(desk, "walk-ins", "HD404", "4") == (1, "unknown_session")
    assert run(desk, "figures", "2024-13") == (1, "bad_period")


def test_papers_are_written_and_a_ticket_of_another_day_is_refused_with_a_code(desk: Context, tmp_path: Path) -> None:
    for name, more in (("s.pdf", ["--columns", "number,name,qr"]), ("s.xlsx", ["--blank-rows", "9"])):
        code, answer = run(desk, "sheet", "HD001", "--out", str(tmp_path / name), *more)
        assert code == 0 and Path(answer["out"]).exists()
    assert run(desk, "sheet", "HD001", "--out", str(tmp_path / "x.pdf"), "--columns", "birth") == (1, "unknown_column")
    assert run(desk, "tickets", "HD001", "2", "--out", str(tmp_path / "t.pdf"))[1]["pages"] == 1
    party = registrations(desk, "HD001")[1].id
    code, answer = run(desk, "scan", ticket_code(desk.keys.card, party))
    assert (code, answer["result"], answer["reason"]) == (1, "refused", "wrong_session_today")
    assert (answer["session"], answer["number"]) == ("HD001", 2)


def test_three_numbers_are_three_numbers(desk: Context) -> None:
    run(desk, "mark", "HD001", "attended", "1", "2")
    run(desk, "walk-ins", "HD001", "5")
    answer = run(desk, "figures", "2024-11", "--by", "month")[1]
    assert answer["total"] == {"sessions": 1, "person_times": 9, "persons": 2}
    assert answer["rows"] == [{"value": "2024-11", "sessions": 1, "person_times": 9, "persons": 2}]
    assert "人次 9" in run(desk, "figures", "2024-11", words=True)[1]


def test_a_penalty_is_listed_explained_waived_and_comes_back(desk: Context) -> None:
    with desk.change("test.settings", "centre") as connection:
        centres.set_setting(connection, "no_show_limit", 1)
        centres.set_setting(connection, "no_show_days", 366)
        centres.set_setting(connection, "penalty_days", 366)
    assert run(desk, "mark", "HD001", "no-show", "1")[0] == 0
    resident = str(registrations(desk, "HD001")[0].resident_id)
    found = run(desk, "penalties", resident)[1]
    assert [(one["session"], one["kind"]) for one in found["counts"]] == [("HD001", "no_show")]
    assert [one["first"] for one in found["penalties"]] == [DAY]
    waiver = run(desk, "waive", resident, "--reason", "住院")[1]["waiver"]
    assert run(desk, "penalties", resident)[1]["penalties"] == []
    assert run(desk, "waive", resident, "--reason", "住院") == (1, "nothing_to_waive")
    assert run(desk, "waive", resident, "--annul", str(waiver))[1]["annulled"] == waiver
    assert run(desk, "penalties", resident)[1]["penalties"]
    assert run(desk, "penalties", "999") == (1, "unknown_resident")
