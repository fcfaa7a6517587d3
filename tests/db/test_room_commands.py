"""Rooms, bookings and fees on the command line, with JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frontdesk import cli
from frontdesk.activities import service as activities
from tests.db.test_fees import DAY as FEE_DAY
from tests.db.test_fees import furnish as charge
from tests.desks import new_desk

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with --json as the manager, in the test's folder; its answer."""
    monkeypatch.delenv("FRONTDESK_PIN", raising=False)
    monkeypatch.chdir(tmp_path)
    new_desk(tmp_path / "home").database.close()

    def command(*arguments: str, code: int = 0) -> Any:
        line = ["--home", str(tmp_path / "home"), "--as", "M001", *arguments, "--json"]
        assert cli.run(line) == code
        return json.loads(capsys.readouterr().out)

    return command


def test_a_room_is_added_booked_moved_marked_and_written(run: Run, tmp_path: Path) -> None:
    assert run("room", "add", "书画室", "--capacity", "20", "--opening", "9-21", "--setup", "15")["opens"] == "09:00"
    run("room", "add", "议事厅")
    assert run("room", "order", "议事厅") == ["议事厅", "书画室"]
    assert run("room", "change", "书画室", "--name", "翰墨轩", "--zone", "二楼")["setup_minutes"] == 15
    made = run("room", "book", "翰墨轩", "2026-12-01", "14-1530", "2", "--by", "张三丰", "--phone", "13800001111")
    assert (made["booked_by"], made["phone"], made["state"], made["purpose"]) == (
        "张*丰",
        "***1111",
        "held",
        "公共事务商议",
    )
    taken = run("room", "book", "翰墨轩", "2026-12-01", "1530-16", "1", code=1)["error"]
    assert (taken["code"], taken["free"]) == ("room_taken", "15:45-21:00")
    forced = run("room", "book", "翰墨轩", "2026-12-01", "1530-16", "1", "--override", "合用")
    assert [one["ref"] for one in forced["clashes"]] == ["1"]
    assert run("room", "free", "翰墨轩", "2026-12-01", "60") == ["09:00-13:45", "16:15-21:00"]
    weekly = ("room", "book", "议事厅", "2026-12-01", "9-10", "读书会", "--weekly-until", "2026-12-20")
    assert [one["day"] for one in run(*weekly, "--dry-run")] == ["2026-12-01", "2026-12-08", "2026-12-15"]
    assert len(run(*weekly, "--confirmed")["booked"]) == 3
    assert run("room", "move", "1", "--room", "议事厅", "--times", "11-12")["setup_minutes"] == 0
    assert run("room", "confirm", "1")["state"] == "confirmed"
    assert run("room", "confirm", "1", code=1)["error"]["code"] == "not_held"
    assert run("room", "cancel", "1", "--reason", "改期")["revision"] == 3
    assert len(run("room", "bookings", "--from", "2026-12-01", "--to", "2026-12-31")) == 5
    used = run("room", "utilisation", "2026-12")["rooms"]
    assert [(one["room"], one["used_minutes"], one["open_minutes"]) for one in used] == [
        ("议事厅", 180, 31 * 750),
        ("翰墨轩", 0, 31 * 720),
    ]
    for arguments in (
        ("sheet", "议事厅", "--out", "门.pdf", "--day", "2026-12-01", "--week", "--paper", "a3"),
        ("ics", "--out", "室.ics", "议事厅"),
        ("export", "--out", "约.xlsx", "--from", "2026-12-01", "--to", "2026-12-31"),
        # As it was written before.
        ("sheet", "议事厅", "门二.pdf", "--day", "2026-12-01"),
        ("export", "约二.xlsx"),
        ("utilisation", "2026-12", "--out", "用.xlsx"),
    ):
        assert (tmp_path / run("room", *arguments)["out"]).stat().st_size > 100
    assert run("room", "import", "约.xlsx")["unchanged"] == 5
    assert run("room", "sheet", "议事厅", "门.txt", code=1)["error"]["code"] == "unknown_ending"
    assert run("room", "close", "议事厅", "--note", "漏水")["bookable"] is False
    assert run("room", "close", "议事厅", "--remove", code=1)["error"]["code"] == "room_has_history"
    assert run("room", "list")[0]["note"] == "漏水"


def test_a_fee_is_taken_refunded_listed_and_written(run: Run, tmp_path: Path) -> None:
    context = new_desk(tmp_path / "other")
    charge(context)
    number = str(activities.sign_up(context, "HD001", "赵一民", "13800000001", 2).registration_id)
    context.database.close()

    def other(*arguments: str, code: int = 0) -> Any:
        return run("--home", str(tmp_path / "other"), "fee", *arguments, code=code)

    owing = other("unpaid", "--session", "HD001")
    assert [(one["owed_fen"], one["name"]) for one in owing["unpaid"]] == [(6000, "赵*民")]
    taken = other("take", number, "--amount", "４０.5", "--means", "微信", "--out", "收据.pdf")
    assert (taken["amount_fen"], taken["means"], (tmp_path / "收据.pdf").exists()) == (4050, "wechat", True)
    assert other("take", number, "--amount", "4.567", code=1)["error"]["code"] == "bad_amount"
    back = other("refund", taken["number"], "--reason", "少一人", "--amount", "10")
    assert (back["refunds"], back["amount_fen"]) == (taken["number"], 1000)
    shown = other("list", "HD001/1")
    assert (shown["owed_fen"], shown["left_fen"]) == (2950, {taken["number"]: 3050})
    assert [one["net_fen"] for one in other("day", taken["day"])["totals"]] == [-1000, 4050]
    assert other("export", "月.xlsx", "--month", taken["day"][:7])["lines"] == 2
    assert other("print", back["number"], "退.pdf")["kind"] == "refund"
    assert FEE_DAY.isoformat() == owing["unpaid"][0]["day"]
