"""The monthly list and demands on the command line, with JSON for other programs and words for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from frontdesk import cli
from frontdesk.locale import use_language
from tests.desks import sheet
from tests.monthdesks import made, month_desk, weekly

FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)
Run = Callable[..., Any]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("FRONTDESK_PIN", raising=False)
    monkeypatch.delenv("FRONTDESK_AS", raising=False)
    context = month_desk(tmp_path / "home", made("A", FIRST, room=""), made("B", SECOND, room="大厅"))
    # Dates that are long over the day the test is run on, or far ahead of it, are no part of what is tested.
    weekly(context, date(2098, 12, 1), date(2098, 12, 31), 1)
    context.database.close()
    yield tmp_path / "home"
    use_language("zh_CN")


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with --json as the manager; its answer, or the code of what was refused."""

    def case(*arguments: str, code: int = 0) -> Any:
        assert cli.run(["--home", str(home), "--as", "M001", *arguments, "--json"]) == code
        printed = capsys.readouterr()
        return json.loads(printed.out or printed.err.splitlines()[-1])

    return case


def test_a_list_goes_its_whole_way_on_the_command_line(run: Run, tmp_path: Path) -> None:
    assert run("monthly", "show", "2026-12")["state"] is None
    assert run("monthly", "approve", "2026-12")["approved"] == 2
    assert run("monthly", "publish", "2026-12", code=1)["error"]["code"] == "lacking"
    published = run("monthly", "publish", "2026-12", "--accept-lacking")
    assert (published["state"], published["number"]) == ("published", "310114-901-202612-1")
    run("activity", "change", "B", "--room", "书画室")
    (change,) = run("monthly", "changes", "2026-12")
    assert (change["kind"], change["before"]["room"], change["after"]["room"]) == ("moved", "大厅", "书画室")
    poster = run("monthly", "print", "2026-12", "--out", str(tmp_path / "海报.pdf"), "--paper", "A3")
    assert (tmp_path / "海报.pdf").exists() and poster["pages"] == 2
    run("monthly", "print", "2026-12", "--out", str(tmp_path / "通知.pdf"), "--notice")
    run("monthly", "export", "2026-12", "--out", str(tmp_path / "清单.xlsx"))
    assert run("import", "sessions", str(tmp_path / "清单.xlsx"))["unchanged"] == 2
    (written,) = run("monthly", "ics", "2026-12", "--room", "书画室", "--out", str(tmp_path / "书画室.ics"))
    assert written["entries"] == 1
    assert len(run("monthly", "ics", "2026-12", "--all-into", str(tmp_path))) == 3
    assert run("monthly", "withdraw", "2026-12", "--reason", "还要改")["state"] == "approved"
    assert run("monthly", "close", "2026-12", code=1)["error"]["code"] == "not_published"
    run("monthly", "note", "2026-12", "请拨打中心电话报名")


def test_calendars_of_nobody_are_wrong_usage(home: Path) -> None:
    for options in ((), ("--room", "大厅"), ("--room", "大厅", "--lead", "李B", "--out", "x.ics")):
        assert cli.run(["--home", str(home), "monthly", "ics", "2026-12", *options]) == 2


def test_planning_from_series_is_seen_before_it_is_done(run: Run) -> None:
    plan = run("monthly", "plan", "2098-12", "--dry-run")
    assert (len(plan["dates"]), plan["created"], plan["unknown_years"]) == (5, [], [2098])
    assert len(run("monthly", "plan", "2098-12")["created"]) == 5
    assert run("monthly", "plan", "2098-12")["created"] == []
    assert {one["state"] for one in run("monthly", "show", "2098-12")["sessions"]} == {"draft"}


def test_demands_go_their_whole_way_on_the_command_line(run: Run, tmp_path: Path) -> None:
    first = run("demand", "add", "手机课", "--category", "教育", "--count", "12", "--source", "问卷")["number"]
    second = run("demand", "add", "微信课")["number"]
    assert run("demand", "merge", str(second), str(first))["merged_into"] == first
    assert run("demand", "reopen", str(second))["state"] == "new"
    assert run("demand", "decline", str(second), "--reason", "已有类似课程")["state"] == "declined"
    assert run("demand", "accept", str(first))["state"] == "accepted"
    assert run("demand", "link", str(first), "--session", "A")["led_to"] == "书法A"
    assert [one["number"] for one in run("demand", "list", "--since", "2000-1-1")] == [first]
    assert run("demand", "import", str(sheet(tmp_path, "需求 人数", [["游泳", 4]])))["added"] == 1
    assert run("demand", "import", str(sheet(tmp_path, "需求 人数", [["游泳", "多"]])), code=1)["rejected"]
    planned = run("demand", "plan", "3", "--category", "文体", "--day", "+30", "--times", "9-10", "--capacity", "8")
    assert (planned["state"], planned["led_to"]) == ("planned", "游泳")
    run("demand", "export", "--out", str(tmp_path / "需求.xlsx"))
    for group, command in (("demand", "accept"), ("series", "show")):
        refused = run(group, command, "99", code=1)["error"]
        assert refused["code"] == f"unknown_{group}" and f"frontdesk {group} list" in refused["message"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_for_people_are_complete(home: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    def said(*arguments: str) -> str:
        assert cli.run(["--home", str(home), "--as", "M001", "--lang", language, *arguments]) == 0
        words = capsys.readouterr().out
        assert "{" not in words and "monthly." not in words
        return words

    assert "frontdesk demand add" in said("demand", "list")
    assert "frontdesk resident add" in said("resident", "list")
    said("demand", "add", "手机课")
    assert "手机课" in said("demand", "list")
    said("monthly", "plan", "2098-12", "--dry-run")
    said("monthly", "approve", "2026-12")
    said("monthly", "publish", "2026-12", "--accept-lacking")
    said("activity", "cancel", "A", "停电")
    assert "停电" in said("monthly", "changes", "2026-12")
    assert "书法B" in said("monthly", "show", "2026-12")
