"""`frontdesk sync …`: every command says the same in words and in JSON, and what to do where it cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from frontdesk import cli
from frontdesk.context import Context
from frontdesk.district.documents.locking import lock_period
from frontdesk.district.enrolling import issue_typed_code
from frontdesk.district.service import revoke_key
from frontdesk.district.usb.service import take_usb
from frontdesk.locale import use_language
from frontdesk.staff.service import set_pin
from frontdesk.sync import wire
from tests.sync.ends import CENTRE, RunningDistrict, enrolled, notify, own_key, submit

PIN = "246810"


@dataclass(frozen=True)
class Desk:
    """A centre at the command line, its manager signed in by the environment."""

    context: Context
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """The exit code, what was answered and what was said beside it."""
        self.capsys.readouterr()
        code = cli.run(["--home", str(self.context.home.path), "--lang", "zh_CN", *arguments])
        out, beside = self.capsys.readouterr()
        return code, out, beside

    def said(self, *arguments: str) -> dict[str, Any]:
        """What a command that succeeds says in JSON."""
        code, out, beside = self.run(*arguments, "--json")
        assert code == 0, out + beside
        found: dict[str, Any] = json.loads(out)
        return found

    def words(self, *arguments: str) -> str:
        """What a command that succeeds says in words; no key of the catalogue is left in them."""
        code, out, beside = self.run(*arguments)
        assert code == 0, out + beside
        assert out.strip()
        assert "sync." not in out
        return out

    def error(self, *arguments: str) -> dict[str, Any]:
        """Why a command fails, in JSON."""
        code, out, beside = self.run(*arguments, "--json")
        assert code == 1, out + beside
        lines = [line for line in (out + beside).splitlines() if line.startswith("{")]
        return dict(json.loads(lines[-1])["error"])


@pytest.fixture
def desk(centre: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """A centre that is not enrolled, at the command line."""
    set_pin(centre, "001", PIN)
    monkeypatch.setenv("FRONTDESK_AS", "001")
    monkeypatch.setenv("FRONTDESK_PIN", PIN)
    yield Desk(centre, capsys)
    use_language("zh_CN")


def test_the_whole_way_by_code_notice_key_and_stick(desk: Desk, district: RunningDistrict, tmp_path: Path) -> None:
    code = issue_typed_code(district.district, centre=CENTRE, now_ms=district.clock.ms).code
    assert desk.said("sync", "enrol", "--url", district.url, "--code", code)["registered"] is True
    document_id = notify(district, "停水通知", "本周三停水。")
    lock_period(district.district, "2026-W44", "已汇总", who="D01", now_ms=district.clock.ms)
    first = desk.said("sync")
    assert [one["kind"] for one in first["documents"]] == ["notice", "period_lock"]
    assert "没有未送出" in desk.words("sync")
    assert desk.said("sync", "fetch")["documents"] == []
    assert "停水通知" in desk.words("sync", "notices")
    assert "本周三停水" in desk.words("sync", "notice", "show", "1")
    assert desk.said("sync", "notice", "show", document_id)["read_at"] is None
    assert desk.said("sync", "notice", "read", "1")["reader"] == "001"
    assert "2026-W44" in desk.words("sync", "status")
    status = desk.said("sync", "status")
    assert (status["untold_readings"], status["locks"][0]["in_force"]) == (1, True)
    submit(desk.context)
    rotation = desk.error("sync", "rotate")
    assert (rotation["code"], rotation["unsent"]) == ("send_first", 1)
    assert desk.said("sync")["told"] == 1
    desk.said("sync", "rotate")
    assert desk.said("sync", "status")["rotation"]["since"]
    assert desk.said("sync")["rotated"] is True
    stick = tmp_path / "stick"
    stick.mkdir()
    assert "报告期锁定" in desk.words("sync", "notices", "--all")
    submit(desk.context, week=1)
    written = desk.said("sync", "usb", "out", str(stick))
    assert (written["reports"], written["left"], written["enrolment"]) == (1, 0, False)
    assert desk.said("sync", "status")["sent"][0]["channel"] == "usb"
    taken = take_usb(district.district, Path(written["file"]).read_bytes(), district.clock.ms)
    (stick / taken.name).write_bytes(taken.answer)
    assert desk.said("sync", "usb", "in", str(stick))["received"] == 1
    assert "没有新内容" in desk.words("sync", "usb", "in", str(stick / taken.name))
    assert [one["period"] for one in desk.said("sync", "status")["received"]] == ["2026-W46", "2026-W47"]


def test_a_centre_that_the_district_turns_away_is_told_by_the_exit_code_and_comes_back_with_a_correction(
    desk: Desk, district: RunningDistrict
) -> None:
    enrolled(desk.context, district.enrolment())
    waiting = submit(desk.context)
    key_id = wire.key_id_of(own_key(desk.context).verify_key)
    revoke_key(district.district, key_id, district.clock.ms)
    assert desk.error("sync")["code"] == "some_refused"
    refused = desk.error("sync")
    assert refused["code"] == "exchange_refused" and "{" not in refused["message"]
    enrolled(desk.context, district.enrolment())
    assert "1 份被退回的报告等待更正" in desk.words("sync")
    assert desk.said("sync")["waiting_for_correction"] == 1
    assert desk.error("sync", "retry")["code"] == "sealed_by_old_key"
    assert submit(desk.context).revision == waiting.revision + 1
    assert "等待更正" not in desk.words("sync")


def test_a_locked_period_is_said_to_be_before_it_is_submitted(desk: Desk, district: RunningDistrict) -> None:
    typed = issue_typed_code(district.district, centre=CENTRE, now_ms=district.clock.ms).code
    desk.said("sync", "enrol", "--url", district.url, "--code", typed)
    lock_period(district.district, "2026-W46", "已汇总", who="D01", now_ms=district.clock.ms)
    desk.said("sync")
    code, _, beside = desk.run("report", "submit", "2026-W46")
    assert code == 0
    assert "已锁定" in beside
    assert "已汇总" in beside
    refused = desk.error("sync")
    assert (refused["code"], refused["reports"][0]["code"]) == ("some_refused", "period_locked")


def test_what_cannot_be_done_says_what_to_do(desk: Desk, tmp_path: Path) -> None:
    for arguments, code in (
        (("sync",), "not_enrolled"),
        (("sync", "fetch"), "not_enrolled"),
        (("sync", "rotate"), "not_enrolled"),
        (("sync", "usb", "out", str(tmp_path)), "not_enrolled"),
        (("sync", "usb", "in", str(tmp_path)), "not_enrolled"),
        (("sync", "notice", "read", "7"), "no_such_notice"),
        (("sync", "enrol", "--url", "127.0.0.1:1", "--code", "X"), "mistyped_code"),
    ):
        found = desk.error(*arguments)
        assert found["code"] == code
        assert found["message"] and "{" not in found["message"]
    assert desk.run("sync", "enrol")[0] == desk.run("sync", "enrol", "--url", "x")[0] == 2
