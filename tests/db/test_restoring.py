"""A centre comes back from a backup: on a new computer, in place of another, or not at all."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db import audit
from db import staff as staff_records
from db.connection import SCHEMA_VERSION, open_database
from db.staff import Staff
from frontdesk.access.service import decide, request_approval, requests
from frontdesk.audit import service as audit_log
from frontdesk.audit.service import Filter
from frontdesk.backup import service as backup
from frontdesk.backup import settling, unpacking
from frontdesk.backup.recovery import RecoveryKey
from frontdesk.context import Context, Operator, open_context
from frontdesk.errors import CodedError
from frontdesk.home import Home
from frontdesk.locale import words_for
from frontdesk.privacy.service import LEDGER_NAME, erase_again
from frontdesk.settings.service import set_setting
from frontdesk.sync import wire
from frontdesk.sync.sealing import centre_key_path
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.register import editing
from tests.desks import NOON, contents, new_desk, set_own_pin
from tests.safe_backups import KEY, LI, PEOPLE, WANG, cards, files_below, handmade, lively_desk

WEEK_LATER = NOON + timedelta(days=7)
MANAGER = Operator("M001", "王五", "manager")
CARRIED = ("backup", "restoration", "number_floor", "sqlite_sequence")
"""What a restored file has besides what the backup has."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = lively_desk(tmp_path / "home")
    yield context
    context.database.close()


@pytest.fixture
def file(desk: Context) -> Path:
    return backup.make_now(desk).path


def refusal(action: Callable[[], object]) -> CodedError:
    with pytest.raises(CodedError) as found:
        action()
    assert "{" not in words_for(found.value)
    return found.value


def opened(home: Home, *, source: Any = "desk") -> Context:
    return open_context(home, source=source, operator=MANAGER, clock=lambda: WEEK_LATER, synchronous="OFF")


def restored_into(folder: Path, file: Path) -> Context:
    backup.restore(Home(folder), file, KEY, clock=lambda: WEEK_LATER)
    return opened(Home(folder))


def test_on_a_new_computer_cards_scan_phones_unseal_and_reports_are_signed(
    desk: Context, file: Path, tmp_path: Path
) -> None:
    before, seed = contents(desk), centre_key_path(desk).read_bytes()
    codes = cards(desk)
    new = restored_into(tmp_path / "new", file)
    after = contents(new)
    assert {name for name in before if before[name] != after[name]} <= {*CARRIED, "audit_change", "audit_salt"}
    for no, (_, phone) in PEOPLE.items():
        volunteer = volunteers.get(new, no)
        assert volunteer is not None and volunteer.phone_cipher is not None
        assert new.keys.unseal(volunteer.phone_cipher) == phone
        assert volunteers.scan(new, codes[no]).result == "entered"
    assert [one.no for one in volunteers.find(new, "8001")] == [LI]
    assert wire.verify_key_of(centre_key_path(new).read_bytes()) == wire.verify_key_of(seed)
    assert audit.first_broken(new.database.connection) is None
    restored = new.database.connection.execute("SELECT backup_name, replaced, restored_by FROM restoration").fetchall()
    assert [tuple(row) for row in restored] == [(file.name, 0, None)]
    new.database.close()
    keys = {f"keys/{path.name}" for path in desk.home.keys.iterdir()}
    assert files_below(tmp_path / "new") == {"centre.db", "backup.lock", *keys}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "new").rglob("*"))


def test_a_rehearsal_tells_all_and_changes_nothing(desk: Context, file: Path, tmp_path: Path) -> None:
    editing.add(desk, {"name": "周末来"})
    before = contents(desk, audit=True)
    rehearsal = backup.rehearse(desk.home, file, KEY, clock=lambda: WEEK_LATER)
    assert (rehearsal.centre, rehearsal.tables["volunteer"], rehearsal.clock_is_behind) == (desk.centre.name, 3, False)
    assert rehearsal.lost is not None and rehearsal.lost.is_same_centre and rehearsal.lost.changes >= 2
    assert ("volunteer", 3, 4) in rehearsal.lost.differences
    assert contents(desk, audit=True) == before and not (desk.home.path / "scratch").exists()
    elsewhere = backup.rehearse(Home(tmp_path / "new"), file, KEY, clock=lambda: NOON - timedelta(days=1))
    assert elsewhere.lost is None and elsewhere.clock_is_behind
    assert not (tmp_path / "new").exists()


def test_numbers_that_a_lost_file_may_have_given_out_stay_free(desk: Context, file: Path, tmp_path: Path) -> None:
    lost = [editing.add(desk, {"name": f"新来的{name}"}).no for name in "甲乙丙"]
    new = restored_into(tmp_path / "new", file)
    added = editing.add(new, {"name": "恢复后"}).no
    assert added > max(lost) and added == "0310201"
    with new.database.write() as connection:
        from db import certificates, fees, follow_ups
        from db.activities import highest_number

        assert certificates.last_number(connection, 2026) == "2026002000"
        assert fees.last_number(connection, 2026) == "2026-000200"
        assert follow_ups.last_number(connection, "CP2026-") == "CP2026-0200"
        assert highest_number(connection, "HD") == 200
        assert fees.last_number(connection, 2025) == ""
    new.database.close()


def test_a_stick_knows_whom_its_earlier_backups_are_to_forget_and_whose_numbers_they_are(
    desk: Context, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    before = backup.make_usb(desk, stick).path
    assert not (stick / LEDGER_NAME).exists()
    assert erase_again(desk, [json.dumps({"table": "volunteer", "id": WANG})]) == 1
    strangers = json.dumps({"centre": "another", "erased_at": 1, "id": LI, "table": "volunteer"})
    (stick / LEDGER_NAME).write_text(strangers + "\n")
    backup.make_usb(desk, stick)
    listed = (stick / LEDGER_NAME).read_text()
    assert strangers in listed and WANG in listed and not any(name in listed for name, _ in PEOPLE.values())
    # A new computer has nothing but the stick.
    new = restored_into(tmp_path / "new", before)
    assert PEOPLE[WANG][0] not in str(contents(new, audit=True)) and PEOPLE[LI][0] in str(contents(new))
    new.database.close()


def test_a_list_of_the_erased_that_means_harm_is_passed_over_line_by_line(
    desk: Context, file: Path, tmp_path: Path
) -> None:
    numbers = ("9" * 30, "9" * 5000, "-1", "1e400", "٣", "", "\x00", "' OR 1", "../x")
    lines = [
        "[" * 100_000,
        '{"table": ' * 5_000,
        "NaN",
        *(json.dumps({"table": kind, "id": one}) for one in numbers for kind in ("resident", "volunteer", "booking")),
        json.dumps({"table": "volunteer", "id": WANG, "erased_at": "9" * 400}),
    ]
    (file.parent / LEDGER_NAME).write_text("\n".join(lines))
    result = backup.restore(Home(tmp_path / "new"), file, KEY, clock=lambda: WEEK_LATER)
    assert result.rehearsal.erased == 1
    (file.parent / LEDGER_NAME).unlink()
    (file.parent / LEDGER_NAME).symlink_to(desk.home.database)
    backup.make_now(desk)
    assert erase_again(desk, [json.dumps({"table": "volunteer", "id": WANG})]) == 1
    assert desk.home.database.stat().st_size > 100_000 and not (file.parent / LEDGER_NAME).is_symlink()


def test_whoever_was_erased_after_the_backup_is_erased_once_more(desk: Context, file: Path, tmp_path: Path) -> None:
    line = json.dumps({"table": "volunteer", "id": WANG, "erased_at": 1})
    (file.parent / "erased.jsonl").write_text(line + "\nnot a line\n")
    result = backup.restore(Home(tmp_path / "new"), file, KEY, clock=lambda: WEEK_LATER)
    assert result.rehearsal.erased == 1
    new = opened(Home(tmp_path / "new"))
    assert PEOPLE[WANG][0] not in str(contents(new, audit=True))
    assert PEOPLE[LI][0] in str(contents(new))
    new.database.close()
    raw = (tmp_path / "new" / "centre.db").read_bytes()
    assert PEOPLE[WANG][0].encode() not in raw and PEOPLE[LI][0].encode() in raw


def test_a_centre_that_is_here_is_replaced_only_by_its_manager_and_kept_sealed(
    desk: Context, file: Path, tmp_path: Path
) -> None:
    later = editing.add(desk, {"name": "周末来"}).no
    assert refusal(lambda: backup.restore(desk.home, file, KEY)).code == "centre_here"
    assert refusal(lambda: backup.restore(desk.home, file, KEY, force=True)).code == "centre_here"
    operator = replace(desk, operator=Operator("1002", "赵六", "operator"))
    assert refusal(lambda: backup.restore(desk.home, file, KEY, replacing=operator)).code == "manager_required"
    result = backup.restore(desk.home, file, KEY, replacing=desk, clock=lambda: WEEK_LATER)
    assert result.before is not None and result.put_aside is None and result.rehearsal.lost is not None
    now = opened(desk.home)
    assert not any(one.no == later for one in volunteers.find(now, "周末来"))
    # What the replaced file knew of backups is still known, and its own backup brings everybody back.
    kinds = [one.row.kind for one in backup.backups(now)]
    assert kinds == ["before_restore", "manual"] and backup.backups(now)[0].presence == "here"
    assert backup.status(now).key == "proved"
    # That the log of the replaced file went on elsewhere is no sign of anybody's having cut this one off.
    assert audit_log.verify(now).is_sound and audit_log.verify(now).anchors == 2
    heads = [one.row.audit_head for one in backup.backups(now)]
    assert heads[0] is None and heads[1] is not None
    now.database.close()
    back = restored_into(tmp_path / "back", result.before)
    assert [one.no for one in volunteers.find(back, "周末来")] == [later]
    back.database.close()


def test_where_the_setting_asks_a_second_person_agrees_to_this_very_file(desk: Context, file: Path) -> None:
    staff_records.put(desk.database.connection, Staff(no="M002", name="赵六", kind="", role="manager"))
    staff_records.set_role(desk.database.connection, "M002", "manager")
    set_own_pin(desk, "M002", "8642")
    set_setting(desk, "approve_restore", "1")
    at_work, before = desk.home, contents(desk)
    assert refusal(lambda: backup.restore(at_work, file, KEY, replacing=desk)).code == "approval_required"
    request_approval(desk, "restore", f"restore/{file.name} {file.read_bytes()[-32:].hex()[:16]}")
    decide(replace(desk, operator=Operator("M002", "赵六", "manager")), 1, granted=True)
    other = RecoveryKey(bytes(16))
    assert refusal(lambda: backup.restore(at_work, file, other, replacing=desk)).code == "other_key"
    assert [one.used_at for one in requests(desk)] == [None]
    assert contents(desk)["backup"] == before["backup"]
    backup.restore(at_work, file, KEY, replacing=desk, clock=lambda: WEEK_LATER)
    now = opened(at_work)
    [restored] = [one for one in audit_log.entries(now, Filter(), 0, 9) if one.action == "centre.restored"]
    said = json.loads(restored.detail)
    assert (said["by"], said["approved_by"]) == ("M001", "M002")
    now.database.close()


def test_nothing_is_replaced_while_another_window_is_open(desk: Context, file: Path) -> None:
    window = open_context(desk.home, source="kiosk")
    assert refusal(lambda: backup.restore(desk.home, file, KEY, replacing=desk)).code == "home_in_use"
    assert volunteers.scan(window, cards(window)[LI]).result == "entered"
    window.database.close()


@pytest.mark.parametrize("stays", [True, False])
def test_what_another_window_writes_while_the_backup_is_unpacked_is_not_lost(
    desk: Context, file: Path, stays: bool
) -> None:
    windows: list[Context] = []

    def opened_meanwhile(step: backup.Step) -> None:
        if step.stage == "restoring" and not windows:
            windows.append(open_context(desk.home, source="desk", operator=MANAGER, clock=lambda: WEEK_LATER))
            editing.add(windows[0], {"name": "刚来的"})
            if not stays:
                windows[0].database.close()

    def case() -> backup.Restored:
        return backup.restore(desk.home, file, KEY, replacing=desk, clock=lambda: WEEK_LATER, progress=opened_meanwhile)

    if stays:
        assert refusal(case).code == "home_in_use"
        assert [one.name for one in volunteers.find(windows[0], "刚来的")] == ["刚来的"]
        windows[0].database.close()
        return
    result = case()
    assert result.before is not None and result.put_aside is not None
    with closing(sqlite3.connect(result.put_aside / "centre.db")) as kept:
        assert ("刚来的",) in kept.execute("SELECT name FROM volunteer").fetchall()


def test_a_centre_without_a_recovery_key_is_put_aside_whole(desk: Context, file: Path, tmp_path: Path) -> None:
    other = new_desk(tmp_path / "other")
    editing.add(other, {"name": "没有密钥"})
    result = backup.restore(other.home, file, KEY, replacing=other, clock=lambda: WEEK_LATER)
    assert result.before is None and result.put_aside is not None
    with closing(sqlite3.connect(result.put_aside / "centre.db")) as kept:
        assert kept.execute("SELECT name FROM volunteer").fetchall() == [("没有密钥",)]
    assert (result.put_aside / "keys" / "field.key").exists()


def test_a_file_that_cannot_be_opened_any_more_gives_way_by_force(desk: Context, file: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "broken")
    home.path.mkdir()
    home.database.write_bytes(b"\xff" * 9000)
    assert refusal(lambda: backup.restore(home, file, KEY)).code == "centre_here"
    result = backup.restore(home, file, KEY, force=True, clock=lambda: WEEK_LATER)
    assert result.put_aside is not None and (result.put_aside / "centre.db").read_bytes() == b"\xff" * 9000
    assert result.rehearsal.lost is not None and not result.rehearsal.lost.is_readable
    opened(home).database.close()


class Killed(BaseException):
    """What nothing catches."""


@pytest.mark.parametrize("calls", range(1, 8))
def test_killed_while_it_takes_its_place_the_next_start_has_the_one_or_the_other_whole(
    desk: Context, file: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    later, left = editing.add(desk, {"name": "周末来"}).no, [calls]
    rename = Path.rename

    def killed(path: Path, target: Path) -> Path:
        left[0] -= 1
        if not left[0]:
            raise Killed
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", killed)
    with suppress(Killed):
        backup.restore(desk.home, file, KEY, replacing=desk, clock=lambda: WEEK_LATER)
    monkeypatch.setattr(Path, "rename", rename)
    now = opened(desk.home)
    is_restored = bool(now.database.connection.execute("SELECT count(*) FROM restoration").fetchone()[0])
    assert is_restored == (calls > 2)
    assert [one.no for one in volunteers.find(now, "周末来")] == ([] if is_restored else [later])
    for no, (_, phone) in PEOPLE.items():
        volunteer = volunteers.get(now, no)
        assert volunteer.phone_cipher is not None and now.keys.unseal(volunteer.phone_cipher) == phone
    assert not (desk.home.path / "scratch").exists() and not (desk.home.path / settling.RESTORED).exists()
    assert now.database.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    now.database.close()


def old_file(folder: Path, schema: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A centre as a program of an earlier schema left it."""
    import db.migrations as migrations

    with monkeypatch.context() as then:
        then.setattr(migrations, "MODULES", migrations.MODULES[:schema])
        then.setattr(migrations, "SCHEMA_VERSION", schema)
        then.setattr("db.connection.SCHEMA_VERSION", schema)
        with open_database(folder / "old.db", create=True, synchronous="OFF") as database:
            database.connection.execute(
                "INSERT INTO centre VALUES (1, '310114-901', '安亭示范邻里中心', '街', '区', 'Asia/Shanghai', 1)"
            )
            database.connection.execute("INSERT INTO volunteer (no, name) VALUES ('0310001', '李念慈')")
            database.fold()
    return folder / "old.db"


@pytest.mark.parametrize("schema", [pytest.param(6, marks=pytest.mark.slow), 12])
def test_a_backup_of_an_earlier_schema_is_migrated(
    desk: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schema: int
) -> None:
    keys = {path.name: path.read_bytes() for path in desk.home.keys.iterdir()}
    file = handmade(tmp_path / "old.fdbackup", old_file(tmp_path, schema, monkeypatch), keys)
    new = restored_into(tmp_path / "new", file)
    assert new.database.connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    assert volunteers.get(new, LI) is not None and backup.status(new).key == "none"
    new.database.close()
    assert "backups" not in {path.name for path in (tmp_path / "new").iterdir()}


def test_a_backup_of_a_newer_schema_is_refused_and_leaves_nothing(desk: Context, tmp_path: Path) -> None:
    desk.database.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    desk.database.close()
    shutil.copy(desk.home.database, tmp_path / "new.db")
    keys = {path.name: path.read_bytes() for path in desk.home.keys.iterdir()}
    file = handmade(tmp_path / "new.fdbackup", tmp_path / "new.db", keys)
    assert refusal(lambda: backup.restore(Home(tmp_path / "new"), file, KEY)).code == "newer_backup"
    assert not (tmp_path / "new").exists()


def test_keys_that_do_not_open_the_data_are_told_before_anything_takes_its_place(desk: Context, tmp_path: Path) -> None:
    desk.database.close()
    shutil.copy(desk.home.database, tmp_path / "data.db")
    keys = {path.name: bytes(32) for path in desk.home.keys.iterdir()}
    file = handmade(tmp_path / "odd.fdbackup", tmp_path / "data.db", keys)
    assert refusal(lambda: backup.restore(Home(tmp_path / "new"), file, KEY)).code == "keys_unlike"
    assert not (tmp_path / "new").exists()


def test_a_damaged_or_foreign_backup_leaves_no_home(desk: Context, file: Path, tmp_path: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    (tmp_path / "bad.fdbackup").write_bytes(raw)
    for path, key in ((tmp_path / "bad.fdbackup", KEY), (file, backup.RecoveryKey(bytes(16)))):
        code = refusal(lambda path=path, key=key: backup.restore(Home(tmp_path / "new"), path, key)).code  # type: ignore[misc]
        assert code == ("other_key" if path == file else "file_damaged")
        assert not (tmp_path / "new").exists()


def test_a_wrong_bit_in_the_digest_at_the_end_is_damage_to_restore_and_rehearse(file: Path, tmp_path: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[-2] ^= 1
    file.write_bytes(raw)
    assert refusal(lambda: backup.rehearse(Home(tmp_path / "new"), file, KEY)).code == "file_damaged"
    assert refusal(lambda: backup.restore(Home(tmp_path / "new"), file, KEY)).code == "file_damaged"
    assert not (tmp_path / "new").exists()


def test_too_little_room_to_unpack_asks_for_no_other_backup(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "SPARE_BYTES", 1 << 60)
    refused = refusal(lambda: backup.restore(Home(tmp_path / "new"), file, KEY))
    assert refused.code == "no_room_to_unpack"


def test_backups_are_found_on_a_stick_and_in_the_folder_of_a_home(desk: Context, file: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    made = backup.make_usb(desk, stick)
    (stick / "holiday.fdbackup").write_bytes(b"something else")
    found = [one for one in backup.found_backups([stick, desk.home.path]) if one.path.is_relative_to(tmp_path)]
    assert {one.path for one in found} == {made.path, file}
    assert all(one.key_id == KEY.key_id and not one.is_opened for one in found)
