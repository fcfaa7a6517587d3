"""Sign-up on the command line, with JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frontdesk import cli
from frontdesk.activities.signup import commands
from tests.desks import new_desk
from tests.signups import session_at

Signup = Callable[..., Any]


@pytest.fixture
def signup(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Signup:
    """Runs `frontdesk signup` as the manager, with --json; its answer."""
    monkeypatch.delenv("FRONTDESK_PIN", raising=False)
    desk = new_desk(tmp_path / "home")
    far = {"offer_minutes": 5_000_000}
    # Commands go by the clock of the machine: the sessions are far ahead of it.
    day = desk.today().replace(year=2199)
    session_at(desk, "HD001", day=day, capacity=1, terms=far)
    session_at(desk, "HD002", day=day, hour=14, capacity=2, terms={"allocation": "lottery"})
    session_at(desk, "HD003", day=day, hour=18, capacity=2, terms={"age_from": 60})
    desk.database.close()

    def run(*arguments: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert cli.run(["--home", str(tmp_path / "home"), "--as", "M001", "signup", *arguments, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return run


def add(signup: Signup, session: str, number: int, *more: str, code: int = 0) -> Any:
    who = ("--name", f"赵{chr(0x4E00 + number)}", "--phone", f"1540000000{number}")
    return signup("add", session, *who, *more, code=code)


@pytest.mark.parametrize("command", ["list", "log", "public", "queue", "tell"])
def test_a_session_that_there_is_none_of_is_refused_not_empty(signup: Signup, command: str) -> None:
    assert signup(command, "nosuch", code=1)["error"]["code"] == "unknown_session"


def test_a_seat_goes_from_hand_to_hand(signup: Signup) -> None:
    assert add(signup, "HD001", 1)["state"] == "confirmed"
    assert add(signup, "HD001", 2)["place"] == 1
    add(signup, "HD001", 3, "--party", "2", "--least", "1")
    assert [one["seq_no"] for one in signup("queue", "HD001")] == [2, 3]
    assert [one["code"] for one in signup("queue", "HD001", "3")] == ["seats", "place", "before"]
    assert signup("give", "HD001", "3", code=1)["error"]["code"] == "missing_override_reason"
    assert signup("give", "HD001", "3", "--reason", "照顾")["place"] == 1
    assert signup("cancel", "HD001", "1") == {"moved_up": [3]}
    assert [(one["seq_no"], one["tell"]) for one in signup("tell")] == [(3, "offer")]
    signup("tell", "HD001", "3")
    assert signup("tell") == []
    signup("accept", "HD001", "3")
    assert signup("accept", "HD001", "3", code=1)["error"]["code"] == "no_offer"
    assert signup("party", "HD001", "3", "1") == {"moved_up": []}
    assert signup("move", "HD001", "3", "HD002")["state"] == "applied"
    assert signup("decline", "HD001", "2") == {"moved_up": []}
    assert [one["state"] for one in signup("list", "HD001")] == ["cancelled_by_resident", "dropped", *GONE]
    assert signup("public", "HD001") == []
    told = [one["event"] for one in signup("log", "HD001", "2")]
    assert told == ["applied", "became_waitlisted", "became_offered", "declined", "became_dropped"]
    every = signup("log", "HD001")
    assert [one for one in every if one["seq_no"] == 2] == signup("log", "HD001", "2")
    assert [one["event"] for one in every if one["seq_no"] is None] == ["created"]
    assert signup("cancel", "HD001", "9", code=1)["error"]["code"] == "unknown_registration"
    assert signup("list", "HD009", code=1)["error"]["code"] == "unknown_session"


GONE = ["cancelled_by_resident"]
DRAW = ["draw", "HD002", "--force", "--reason", "提前"]


def test_a_lottery_is_drawn_and_shown_and_an_exception_is_made(signup: Signup) -> None:
    for number in (1, 2, 3):
        add(signup, "HD002", number)
    drawn = signup(*DRAW, "--seed", "abc")
    assert (drawn["seed"], len(drawn["lines"])) == ("abc", 3)
    assert signup("draw", "HD002", "--show") == drawn
    assert [one["name"] for one in signup("list", "HD002")] == ["赵*"] * 3
    assert len(signup("public", "HD002")) == 3
    assert add(signup, "HD003", 1, code=1)["error"]["code"] == "birth_needed"
    made = add(signup, "HD003", 1, "--force", "--reason", "主任同意")
    assert (made["state"], made["warnings"]) == ("confirmed", [{"code": "birth_needed"}])


def test_what_people_read_has_words_for_everything(
    signup: Signup, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(signup, "HD001", 1)
    add(signup, "HD001", 2)
    add(signup, "HD002", 1)
    for arguments in (["queue", "HD001"], ["queue", "HD001", "2"], ["list", "HD001"], ["public", "HD001"]):
        said = in_words(tmp_path, capsys, *arguments)
        assert said and "signup." not in said and "{" not in said
    assert " 2 号" in in_words(tmp_path, capsys, "log", "HD001")
    for arguments in (DRAW, ["log", "HD001"], ["cancel", "HD001", "1"], ["tell"], ["queue", "HD002"]):
        said = in_words(tmp_path, capsys, *arguments)
        assert said and "signup." not in said and "{" not in said


def in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert cli.run(["--home", str(tmp_path / "home"), "--as", "M001", "signup", *arguments]) == 0
    return capsys.readouterr().out


def test_every_command_explains_itself() -> None:
    for name, command in commands.signup_group.commands.items():
        assert command.help and not command.help.startswith("signup."), name
