"""What the commands about backups answer and how they end."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db import staff as staff_records
from db.staff import Staff
from frontdesk.backup.recovery import make_key
from frontdesk.backup.service import make_now
from frontdesk.settings.service import set_setting
from frontdesk.staff.service import set_pin
from frontdesk.volunteers.cards.code import make_code
from tests.programs import Ended, ended_here, run_here
from tests.safe_backups import KEY, LI, lively_desk

LONG_AGO = datetime(2024, 5, 6, 4, 0, tzinfo=UTC)
"""Commands go by the computer's clock, whatever it shows."""


def answer(ended: Ended) -> Any:
    """The one thing that a command answered, which went well."""
    assert ended.code == 0, ended
    [found] = ended.answers
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    lively_desk(tmp_path / "home", now=LONG_AGO).database.close()
    (tmp_path / "key.txt").write_text(" ".join(KEY.groups))
    return tmp_path / "home"


def test_a_key_is_made_shown_once_proved_and_told(tmp_path: Path) -> None:
    lively_desk(tmp_path / "home", keyed=False, now=LONG_AGO).database.close()
    home, out, typed = tmp_path / "home", tmp_path / "key.pdf", tmp_path / "typed.txt"
    assert run_here(home, "backup", "recovery-key", "status").code == 1
    assert run_here(home, "backup", "daily").error == "no_recovery_key"
    made = run_here(home, "backup", "recovery-key", "new", "--out", str(out))
    [shown] = made.answers
    assert len(shown["groups"]) == 8 and out.read_bytes().startswith(b"%PDF")
    told = run_here(home, "backup", "recovery-key", "status")
    assert (told.code, told.answers[0]["confirmed_at"]) == (1, None)
    typed.write_text(make_key().digits)
    assert run_here(home, "backup", "recovery-key", "confirm", "--key-file", str(typed)).error == "key_unknown"
    typed.write_text("  ".join(shown["groups"]))
    assert run_here(home, "backup", "recovery-key", "confirm", "--key-file", str(typed)).code == 0
    assert run_here(home, "backup", "recovery-key", "status").code == 0


def test_backups_are_made_listed_verified_and_restored(home: Path, tmp_path: Path) -> None:
    key, stick, new = tmp_path / "key.txt", tmp_path / "stick", tmp_path / "new"
    stick.mkdir()
    assert run_here(home, "backup", "daily").answers[0]["kind"] == "daily"
    assert run_here(home, "backup", "daily").answers == [{"made": None}]
    [made] = run_here(home, "backup", "usb", str(stick)).answers
    assert [one["kind"] for one in answer(run_here(home, "backup", "list"))] == ["usb", "daily"]
    file = made["path"]
    assert run_here(home, "backup", "verify", file).answers[0]["opened"] is False
    [found] = run_here(new, "backup", "verify", file, "--key-file", str(key)).answers
    assert (found["opened"], found["tables"]["volunteer"]) == (True, 3)
    assert run_here(new, "restore", file).error == "key_required"
    [rehearsed] = run_here(home, "restore", file, "--rehearse", "--key-file", str(key)).answers
    assert rehearsed["lost"]["same_centre"] and not new.exists()
    [restored] = run_here(new, "restore", file, "--key-file", str(key)).answers
    assert restored["home"] == str(new) and (new / "centre.db").exists()
    assert run_here(home, "restore", file, "--key-file", str(key)).error == "centre_here"
    # A command of a process of its own has closed the file; those that were run here are closed with their contexts.
    gc.collect()
    [replaced] = run_here(home, "restore", file, "--key-file", str(key), "--force-replace").answers
    assert Path(replaced["before"]).exists() and replaced["put_aside"] is None
    assert answer(run_here(home, "backup", "list"))[0]["kind"] == "before_restore"


def test_replacing_by_command_takes_another_managers_number_and_pin_where_the_setting_asks(tmp_path: Path) -> None:
    desk, key = lively_desk(tmp_path / "home", now=LONG_AGO), tmp_path / "key.txt"
    key.write_text(KEY.digits)
    staff_records.put(desk.database.connection, Staff(no="M002", name="赵六", kind="", role="manager"))
    staff_records.set_role(desk.database.connection, "M002", "manager")
    for no in ("M001", "M002"):
        set_pin(desk, no, "8642")
    set_setting(desk, "approve_restore", "1")
    file = make_now(desk).path
    desk.database.close()
    as_manager = ("--home", str(desk.home.path), "--as", "M001")
    line = [*as_manager, "restore", str(file), "--key-file", str(key), "--force-replace", "--json"]
    own, both = {"FRONTDESK_PIN": "8642"}, {"FRONTDESK_PIN": "8642", "FRONTDESK_APPROVER_PIN": "8642"}
    assert ended_here(*line, environment=own).error == "approval_required"
    assert ended_here(*line, "--approved-by", "M002", environment=own).error == "approver_pin_required"
    gc.collect()
    replaced = ended_here(*line, "--approved-by", "M002", environment=both)
    assert replaced.code == 0, replaced
    listed = ["audit", "list", "--text", "approved_by", "--json"]
    [told] = answer(ended_here(*as_manager, *listed, environment=own))
    assert (told["action"], told["detail"]["approved_by"]) == ("centre.restored", "M002")


def test_parked_cards_are_listed_taken_in_and_rejected(home: Path, tmp_path: Path) -> None:
    key, new = tmp_path / "key.txt", tmp_path / "new"
    file = run_here(home, "backup", "now").answers[0]["path"]
    run_here(new, "restore", file, "--key-file", str(key))
    card = (new / "keys" / "card.key").read_bytes()
    assert answer(run_here(new, "backup", "parked", "list")) == []
    for no, serial in ((LI, 2), ("0310004", 1)):
        scanned = run_here(new, "scan", given=make_code(card, no, serial) + "\n")
        assert [one["reason"] for one in scanned.answers if "reason" in one] == ["parked_card"], scanned
    waiting = answer(run_here(new, "backup", "parked", "list"))
    assert {one["volunteer"] for one in waiting} == {LI, "0310004"} and len(waiting[0]["attempts"]) == 1
    assert run_here(new, "backup", "parked", "adopt", "0310004", "1").error == "parked_name_needed"
    assert run_here(new, "backup", "parked", "adopt", "0310004", "1", "--name", "周末来").code == 0
    assert run_here(new, "backup", "parked", "reject", LI, "2").code == 0
    assert answer(run_here(new, "backup", "parked", "list")) == []
    assert len(answer(run_here(new, "backup", "parked", "list", "--all"))) == 2
