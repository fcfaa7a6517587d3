"""Fields of records as commands name them: by code or name, those that there are, and all that is missing at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from frontdesk.cases import service
from frontdesk.cases.errors import CaseError
from frontdesk.cli import run
from frontdesk.context import Context, open_context
from frontdesk.locale import words_for
from tests.desks import new_desk

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre on Monday 9 November 2026."""
    context = new_desk(tmp_path / "home")
    yield context
    context.database.close()


@pytest.fixture
def command(desk: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `frontdesk case ...` as the manager: the exit code, and what was said."""
    monkeypatch.setattr("frontdesk.context.open_context", partial(open_context, clock=desk.clock))
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))

    def said(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = run(["--as", "M001", "case", *words])
        return code, "".join(capsys.readouterr())

    return said


def error(command: Command, *words: str) -> dict[str, Any]:
    """What a refused command says to a script."""
    code, out = command(*words, "--json")
    assert code == 1
    told: dict[str, Any] = json.loads(out)["error"]
    return told


def test_an_unknown_field_is_answered_with_those_that_there_are(command: Command) -> None:
    code, said = command("open", "complaint", "--set", "finding=x")
    assert code == 1
    assert "finding" in said and "核实情况（found）" in said and "事由（matter）" in said
    assert "case check" not in said


def test_a_field_is_typed_by_its_name_too_and_emptied_by_nothing(desk: Context, command: Command) -> None:
    assert command("open", "complaint", "--set", "事由=路灯不亮", "--set", "Committee area=东村")[0] == 0
    one = service.find(desk, "路灯")[0]
    assert service.view(desk, one.id).now.values["area"] == "东村"
    assert command("correct", one.number, "--set", "居委/片区=", "--reason", "写错了")[0] == 0
    assert "area" not in service.view(desk, one.id).now.values


def test_all_that_is_missing_is_named_at_once(desk: Context, command: Command) -> None:
    told = error(command, "open", "self_gov_fund", "--set", "lead=M001")
    assert all(name in told["message"] for name in ("项目", "申请方", "哪次会议议的", "做什么、为谁", "预算"))
    assert told["key"] == "project"
    with pytest.raises(CaseError, match="missing") as refused:
        service.open_case(desk, "self_gov_fund", {"project": "楼道灯", "applicant": "东村居委", "aim": "亮起来"})
    assert "哪次会议议的、预算" in words_for(refused.value)


def test_an_error_for_scripts_has_nothing_empty_in_it(command: Command) -> None:
    for words in (
        ("open", "complaint"),
        ("open", "complaint", "--set", "matter=x", "--set", "channel=nowhere"),
        ("open", "complaint", "--set", "matter=x", "--set", "finding=x"),
        ("open", "complaint", "--set", "matter=x", "--set", "handler=W999"),
    ):
        told = error(command, *words)
        assert "" not in told.values() and "row" not in told


def test_a_code_instead_of_a_file_explains_the_definition_in_force(command: Command, tmp_path: Path) -> None:
    code, said = command("check", "whistle")
    assert code == 0 and "一键吹哨" in said and "(whistle)" in said
    told = json.loads(command("check", "whistle", "--json")[1])
    assert told["valid"] and told["definition"]["code"] == "whistle"
    code, wrong = command("check", "wistle")
    assert code == 1 and "wistle" in wrong
    assert command("check", str(tmp_path / "loan.toml"))[0] == 1


def test_the_first_day_of_evidence_is_said_to_be_needed(command: Command, tmp_path: Path) -> None:
    _, said = command("evidence", "--help")
    assert "不写就从头" not in said.split("--last")[0]
    assert command("evidence", "--out", str(tmp_path / "x.xlsx"))[0] == 2
