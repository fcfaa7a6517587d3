"""The commands of check-in: what they answer, in JSON and in words, and how they end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from db import audit, staff
from db import centre as centres
from db.volunteers import Volunteer
from frontdesk.activities.attendance.tickets import ticket_code
from frontdesk.cli import run as run_command
from frontdesk.cli_main import cli
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import use_language
from frontdesk.volunteers import service
from tests.desks import new_desk

LI, WANG = "0310001", "0310002"
DAY = "2024-11-11"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    with context.change("test.filled", "centre") as connection:
        for no, name in ((LI, "李小明"), (WANG, "王芳")):
            service.store(context, connection, Volunteer(no=no, name=name, team="护河队"), "")
    service.issue_cards(context)
    yield context
    assert list(service.visits_astray(context.database.connection)) == []
    context.database.close()


def run(desk: Context, *arguments: str, words: bool = False, given: str = "") -> tuple[int, Any]:
    """The exit code and what a command answers: one value, or as many as it answered; a refusal as its code."""
    group = [] if arguments[0] == "scan" else ["checkin"]
    line = ["--home", str(desk.home.path), "--as", "M001", *group, *arguments]
    ended = CliRunner().invoke(cli, line if words else [*line, "--json"], input=given)
    if isinstance(ended.exception, CodedError):
        return 1, ended.exception.code
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    if words or ended.exit_code == 2:
        return ended.exit_code, ended.output
    answers = [json.loads(one) for one in ended.stdout.splitlines()]
    return ended.exit_code, answers[0] if len(answers) == 1 else answers


def add(desk: Context, no: str = LI, *more: str) -> tuple[int, Any]:
    """A visit of an hour and a half, long ago."""
    return run(desk, "add", no, DAY, "--from", "9:00", "--to", "1030", "--reason", "忘带卡", *more)


def test_in_again_out_and_undo(desk: Context) -> None:
    code, answers = run(desk, "in", LI, WANG)
    assert (code, [one["result"] for one in answers]) == (0, ["entered", "entered"])
    assert answers[0]["name_masked"] == "李*明"
    assert run(desk, "in", LI)[1]["result"] == "same_scan"
    code, answer = run(desk, "undo", LI, "--reason", "刷错人")
    assert (code, answer["undone"], answer["number"]) == (0, "entered", 1)
    assert run(desk, "undo", LI) == (1, "nothing_to_undo")
    assert run(desk, "out", LI)[1]["result"] == "left_only"
    code, answer = run(desk, "review")
    assert (code, answer["pending"], answer["exits"][0]["volunteer"]) == (0, [], LI)
    exit_id = str(answer["exits"][0]["id"])
    assert run(desk, "settle", exit_id, "--reason", "路过") == (0, {"exit": int(exit_id), "set_aside": True})
    assert run(desk, "settle", exit_id, "--from", "0:00", "--reason", "路过") == (1, "unknown_exit")


def test_a_given_time_needs_a_reason_and_is_kept(desk: Context) -> None:
    assert run(desk, "in", LI, "--at", f"{DAY} 08:05") == (1, "reason_required")
    code, answer = run(desk, "in", LI, "--at", f"{DAY} 08:05", "--reason", "没带卡")
    assert (code, answer["at"]) == (0, f"{DAY}T08:05:00+08:00")
    assert run(desk, "in", LI, "--at", "soon", "--reason", "x")[0] == 2
    code, answer = run(desk, "in", LI, "--at", f"{DAY} 09:00", "--reason", "没带卡")
    assert (code, answer["reason"], answer["limit"]) == (1, "already_in", "08:05")
    code, rows = run(desk, "log", "--volunteer", LI)
    assert (code, rows[1]["words"], rows[1]["given_time"], "nonce" in rows[1]) == (0, "没带卡", True, False)
    assert [row["result"] for row in rows] == ["refused", "entered"]


def test_add_correct_credit_and_annul(desk: Context) -> None:
    code, made = add(desk)
    assert (code, made["entered"], made["left"], made["basis"]) == (
        0,
        f"{DAY}T09:00:00+08:00",
        f"{DAY}T10:30:00+08:00",
        "corrected",
    )
    assert add(desk) == (1, "overlaps")
    key = (LI, DAY, "1")
    code, made = run(desk, "correct", *key, "--from", "9:30", "--to", "10:00", "--reason", "看过登记本")
    assert (code, made["entered"]) == (0, f"{DAY}T09:30:00+08:00")
    assert run(desk, "correct", *key, "--from", "9:30", "--to", "25:00", "--reason", "x")[0] == 2
    assert run(desk, "correct", *key, "--from", "23:00", "--to", "1:00", "--reason", "x") == (1, "past_midnight")
    assert run(desk, "credit", *key, "--assignment", "9") == (1, "unknown_assignment")
    assert run(desk, "credit", *key)[0] == 2
    assert run(desk, "credit", *key, "--general")[1]["credited_to"] is None
    assert run(desk, "annul", *key, "--reason", "记错人")[1]["annulled"] is True
    assert run(desk, "annul", *key, "--reason", "记错人") == (1, "visit_annulled")
    assert add(desk)[1]["number"] == 2


def test_days_are_closed_and_reviewed(desk: Context) -> None:
    run(desk, "in", LI, WANG, "--at", f"{DAY} 08:00", "--reason", "没带卡")
    assert run(desk, "close-day", DAY) == (0, {"inferred": 2})
    assert run(desk, "close-day") == (0, {"inferred": 0})
    assert run(desk, "close-day", "2199-01-01") == (1, "day_not_over")
    answer = run(desk, "review")[1]
    assert [(one["volunteer"], one["left"]) for one in answer["pending"]] == [
        (LI, f"{DAY}T12:00:00+08:00"),
        (WANG, f"{DAY}T12:00:00+08:00"),
    ]
    assert run(desk, "review", LI, DAY, "1", "--accept")[1]["credit_seconds"] == 14_400
    assert run(desk, "review", WANG, DAY, "1", "--refuse", "--reason", "没来")[1]["review"] == "refused"
    assert run(desk, "review", WANG, DAY, "1", "--accept") == (1, "not_pending")
    assert run(desk, "review", WANG)[0] == 2


def test_a_team_comes_and_goes(desk: Context) -> None:
    assert run(desk, "group") == (0, [{"team": "护河队", "members": 2}])
    code, answers = run(desk, "group", "护河队", "--in", "--only", WANG)
    assert (code, answers["volunteer"]) == (0, WANG)
    assert run(desk, "group", "护河队", "--in")[1]["volunteer"] == LI
    code, members = run(desk, "group", "护河队")
    assert all(one["here_since"] for one in members)
    assert [one["result"] for one in run(desk, "group", "护河队", "--out")[1]] == ["same_scan", "same_scan"]
    assert run(desk, "group", "护河队", "--in", "--only", "9999999")[0] == 2
    assert run(desk, "group", "没有这队", "--in")[0] == 2


def test_a_ticket_for_an_activity_is_told_apart_from_half_a_card_with_where_it_is_taken(desk: Context) -> None:
    ticket = ticket_code(desk.keys.card, 7)
    assert run(desk, "scan", given=ticket)[1]["reason"] == "activity_ticket"
    assert run(desk, "scan", given=ticket[:19])[1]["reason"] == "malformed"
    assert "frontdesk attendance scan" in run(desk, "scan", words=True, given=ticket)[1]
    assert "活动报名票" in run(desk, "log", words=True)[1]


def test_a_scan_has_a_direction_and_may_be_forced_with_a_reason(desk: Context) -> None:
    code = dict(service.issue_cards(desk))[LI]
    lines = f"{code}\t{DAY}T08:00:00+08:00\n{code}\t{DAY}T09:00:00+08:00\n"
    ended, answers = run(desk, "scan", "--direction", "in", "--reason", "补录", given=lines)
    assert (ended, [one["reason"] for one in answers]) == (0, [None, "already_in"])
    with desk.change("test.expired", LI) as connection:
        connection.execute("UPDATE card SET valid_until = '2024-11-01'")
    late = f"{code}\t{DAY}T10:00:00+08:00\n"
    assert run(desk, "scan", given=late)[1]["result"] == "left"
    late = f"{code}\t{DAY}T11:00:00+08:00\n"
    assert run(desk, "scan", given=late)[1]["reason"] == "card_expired"
    assert run(desk, "scan", "--force", "--reason", "换卡中", given=late)[1]["forced"] is True


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_answer_is_said_in_words_with_the_names_masked(desk: Context, language: str) -> None:
    commands = [
        ["in", LI, WANG],
        ["in", LI],
        ["undo", LI],
        ["out", LI],
        ["group"],
        ["group", "护河队"],
        ["review"],
        ["log"],
        ["close-day"],
        ["add", LI, DAY, "--from", "9:00", "--to", "10:30", "--reason", "忘带卡"],
        ["correct", LI, DAY, "1", "--from", "9:00", "--to", "10:00", "--reason", "改"],
        ["in", WANG, "--at", f"{DAY} 08:00", "--reason", "没带卡"],
        ["close-day", DAY],
        ["review"],
        ["review", WANG, DAY, "1", "--accept"],
        ["credit", LI, DAY, "1", "--general"],
        ["annul", LI, DAY, "1", "--reason", "错"],
        ["log"],
    ]
    try:
        for arguments in commands:
            use_language(language)
            code, said = run(desk, *arguments, words=True)
            assert code in (0, 1), (arguments, said)
            assert said.strip(), arguments
            assert "checkin." not in said, arguments
            assert "{" not in said, arguments
            assert "李小明" not in said
            assert "王芳" not in said
    finally:
        use_language(None)


def test_a_reader_that_stays_connected_takes_up_a_changed_setting(
    desk: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = {volunteer.no: code for volunteer, code in service.valid_cards(desk, [LI, WANG])}

    def lines() -> Iterator[str]:
        yield codes[LI] + "\n"
        with desk.change("test.setting", "consent_notice_version") as connection:
            centres.set_setting(connection, "consent_notice_version", "2026-12")
        yield codes[WANG] + "\n"

    monkeypatch.setattr("sys.stdin", lines())
    assert run_command(["--home", str(desk.home.path), "--as", "M001", "scan", "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["reason"] for one in answers] == [answers[0]["reason"], "incomplete"]
    assert answers[0]["result"] == "entered"


def test_a_reader_that_stays_connected_stops_when_its_operator_may_write_no_more(
    desk: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = {volunteer.no: code for volunteer, code in service.valid_cards(desk, [LI, WANG])}

    def lines() -> Iterator[str]:
        yield codes[LI] + "\n"
        with desk.change("test.role", "M001") as connection:
            staff.set_role(connection, "M001", "auditor")
        yield codes[WANG] + "\n"

    monkeypatch.setattr("sys.stdin", lines())
    assert run_command(["--home", str(desk.home.path), "--as", "M001", "scan", "--json"]) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers[0]["result"] == "entered"
    assert answers[1]["error"]["code"] == "auditor_reads_only"
    assert len(answers) == 2


def test_what_has_waited_for_long_is_refused_in_one_go_each_with_an_entry_of_its_own(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frontdesk.volunteers.checkin.closing.OLD_AT_ONCE", 2)
    for days in (300, 200, 160, 140, 120, 20):
        service.check_in(desk, LI, at=desk.now() - timedelta(days=days), words="忘带卡")
    service.close_past_days(desk)
    before = service.review_count(desk)
    old = ("review", "--refuse", "--older-than", "99")
    assert run(desk, *old) == (1, "reason_required")
    assert run(desk, "review", "--older-than", "99", "--reason", "年久")[0] == 2
    assert run(desk, "review", LI, "--refuse", "--older-than", "99", "--reason", "年久")[0] == 2
    assert service.review_count(desk) == before
    assert run(desk, *old, "--reason", "年久无法核实") == (0, {"refused": 5})
    assert run(desk, *old, "--reason", "年久无法核实") == (0, {"refused": 0})
    assert service.review_count(desk) == before - 5
    entries = audit.entries_of(desk.database.connection, ("visit.reviewed",))
    assert [entry.subject for entry in entries] == [LI] * 5
