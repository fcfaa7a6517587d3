"""Sessions and series on the command line, with JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frontdesk import cli
from frontdesk.activities.series.commands import OWN, SHARED
from frontdesk.activities.series.typed import SERIES_FIELDS
from frontdesk.activities.sessions.commands import FIELDS, TERMS
from frontdesk.activities.sessions.typed import SESSION_FIELDS, TERM_FIELDS
from tests.desks import new_desk

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `frontdesk` with --json as the manager; its answer."""
    monkeypatch.delenv("FRONTDESK_PIN", raising=False)
    new_desk(tmp_path / "home").database.close()

    def runs(*arguments: str, code: int = 0) -> Any:
        assert cli.run(["--home", str(tmp_path / "home"), "--as", "M001", *arguments, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return runs


def test_what_can_be_typed_in_forms_can_be_said_on_the_command_line() -> None:
    assert (FIELDS, TERMS) == (SESSION_FIELDS, TERM_FIELDS)
    assert {*OWN, *SHARED} == {*SERIES_FIELDS, *TERM_FIELDS}


NEW = ("--name", "书法沙龙", "--day", "2027-01-01", "--times", "9:00-10:30", "--category", "文体", "--capacity", "12")


def test_a_session_is_put_on_changed_cancelled_with_its_notice_and_restored(run: Run, tmp_path: Path) -> None:
    assert run("activity", "add", "--name", "书法沙龙", code=1)["error"]["code"] == "missing_field"
    added = run("activity", "add", *NEW, "--room", "书画室", "--ages", "60-", "--opens", "3 8:00", "--fee", "12.5")
    assert (added["code"], added["state"], added["category"], added["fee_fen"]) == (
        "HD001",
        "published",
        "文体服务",
        1250,
    )
    taken = run("activity", "add", *NEW, "--room", "书画室", code=1)["error"]
    assert taken["code"] == "room_taken"
    assert run("activity", "add", *NEW, "--room", "书画室", "--force-room", code=1)["error"]["code"] == "missing_reason"
    forced = run("activity", "add", *NEW, "--room", "书画室", "--force-room", "--reason", "分两边用")
    assert forced["clashes"] == [{"kind": "session", "ref": "HD001"}]
    changed = run("activity", "change", "HD001", "--times", "14-1530", "--tags", "老年人、新居民")
    assert (changed["starts"], changed["ends"], changed["day"]) == ("14:00", "15:30", "2027-01-01")
    terms = run("activity", "show", "HD001")["terms"]
    assert (terms["age_from"], terms["opens_days_before"], terms["tags"]) == (60, 3, ["老年人", "新居民"])
    paper = tmp_path / "通知.pdf"
    cancelled = run("activity", "cancel", "HD001", "停电", "--notice", str(paper))
    assert cancelled["notice"]["pages"] == 1 and paper.read_bytes().startswith(b"%PDF")
    assert run("activity", "cancel", "HD001", "停电", code=1)["error"]["code"] == "already_cancelled"
    assert run("activity", "restore", "HD001")["state"] == "published"
    assert run("activity", "close", "HD001", code=1)["error"]["code"] == "not_over"
    assert [one["code"] for one in run("activity", "month", "2027-01")] == ["HD002", "HD001"]
    assert [one["code"] for one in run("activity", "list", "2027-01-01")] == ["HD002", "HD001"]


COURSE = ("--name", "合唱", "--times", "14:00-16:00", "--category", "4", "--capacity", "30")


def test_a_series_is_previewed_made_split_and_ended(run: Run) -> None:
    dates = ("--pattern", "每周五", "--first-day", "2026-12-18", "--last-day", "5次", "--without", "2027-01-08")
    skipping = run("series", "preview", *COURSE, *dates)
    assert [one["day"] for one in skipping["dates"] if one["why"] == "holiday_skipped"] == [None]
    kept = (*dates, "--on-holiday", "keep")
    seen = run("series", "preview", *COURSE, *kept)
    assert seen["unknown_years"] == [2027] and seen["held"] == 4
    assert [one["day"] for one in seen["dates"]] == ["2026-12-18", "2026-12-25", "2027-01-01", None, "2027-01-15"]
    assert run("activity", "month", "2026-12") == []
    made = run("series", "create", *COURSE, *kept)
    assert made["created"] == ["HD001", "HD002", "HD003", "HD004"]
    looked = run("series", "change", "1", "--capacity", "40", "--preview")
    assert (looked["changed"], looked["unchanged"]) == (made["created"], 0)
    split = run("series", "split", "1", "2027-01-01", "--times", "15:00-17:00")
    assert (split["series_id"], split["changed"]) == (2, ["HD003", "HD004"])
    assert run("series", "end", "2", "2027-01-01", code=1)["error"]["code"] == "missing_reason"
    assert run("series", "end", "2", "2027-01-01", "--reason", "讲师离沪")["cancelled"] == ["HD004"]
    assert {one["id"]: one["state"] for one in run("series", "list", "--all")} == {1: "ended", 2: "ended"}
    assert [one["code"] for one in run("series", "show", "2")["sessions"]] == ["HD003", "HD004"]


def test_a_room_that_a_command_adds_to_the_list_is_said_with_those_most_like_it(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("activity", "add", *NEW, "--room", "书画室")
    for number, words in enumerate((("change", "HD001"), ("add", *NEW))):
        arguments = ["--home", str(tmp_path / "home"), "--as", "M001", "activity", *words, "--room", f"书画{number}室"]
        assert cli.run(arguments) == 0
        assert f"“书画{number}室”是新场地" in (said := capsys.readouterr().err) and "书画室" in said
    assert cli.run([*arguments[:4], "activity", "change", "HD001", "--room", "书画室"]) == 0
    assert capsys.readouterr().err == ""
