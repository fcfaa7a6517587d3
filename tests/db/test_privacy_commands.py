"""Personal data on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frontdesk import cli
from frontdesk.residents import service as residents
from tests.desks import new_desk

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with --json as the manager; its answer."""
    monkeypatch.delenv("FRONTDESK_PIN", raising=False)
    desk = new_desk(tmp_path / "home")
    residents.add(desk, {"name": "王小芳", "phone": "15400001111", "birth": "1960"})
    desk.database.close()

    def run(*arguments: str, code: int = 0) -> Any:
        assert cli.run(["--home", str(tmp_path / "home"), "--as", "M001", *arguments, "--json"]) == code
        shown = capsys.readouterr()
        return json.loads(shown.out if code == 0 else shown.out or shown.err)

    return run


def test_a_person_is_found_shown_handed_over_and_erased(run: Run, tmp_path: Path) -> None:
    assert [one["person"] for one in run("person", "find", "王小芳")] == ["resident/1"]
    assert run("person", "show", "王小芳")["name"] == "王*芳"
    assert run("person", "show", "1", "--clear")["phone"] == "15400001111"
    out = tmp_path / "本人.xlsx"
    assert run("person", "export", "1", "--out", str(out), "--reason", "本人要求") == [
        str(out),
        str(out.with_suffix(".json")),
    ]
    told = run("person", "erase", "1")
    assert told[0]["first"] == [] and told[0]["name"] == "王*芳"
    done = run("person", "erase", "1", "--yes")
    assert done[0]["clean"] and done[0]["emptied"]["resident"] == 1
    assert [one["ref"] for one in run("privacy", "tombstones")] == ["1"]
    assert run("person", "find", "王小芳") == []


def test_a_notice_is_drafted_edited_published_and_printed_and_consent_is_noted(run: Run, tmp_path: Path) -> None:
    words = tmp_path / "告知书.txt"
    run("privacy", "notice", "draft", "--out", str(words))
    assert words.read_text("utf-8").startswith("个人信息告知书\n")
    assert run("privacy", "notice", "publish", "2026-1", "--file", str(words))["version"] == "2026-1"
    assert run("privacy", "notice", "list") == [{"version": "2026-1", "in_force": True, "consents": 0}]
    assert "六、" in run("privacy", "notice", "show")["body"]
    assert run("privacy", "notice", "print", "--out", str(tmp_path / "a.txt"))["kind"] == "txt"
    assert run("privacy", "consent", "give", "1", "--purpose", "contact")["purposes"] == ["contact"]
    assert not run("privacy", "consent", "withdraw", "1")["given"]
    assert run("privacy", "consent", "keep", "1", "--reason", "会计凭证")["person"] == "resident/1"
    assert [one["event"] for one in run("privacy", "consent", "show", "1")["log"]] == ["kept", "withdrawn", "given"]


def test_what_is_due_is_listed_and_purged_only_with_yes(run: Run) -> None:
    assert run("privacy", "due", "--list")[0]["kind"] == "resident"
    assert run("privacy", "purge", "resident")["count"] == 0
    assert run("privacy", "purge", "resident", "--yes") == {
        "kind": "resident",
        "done": 0,
        "held": 0,
        "stopped": False,
        "clean": True,
    }
    assert run("privacy", "settle") == {"clean": True}
