"""Backups are made, read back, kept, rotated, and refused in words."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from db import audit
from db import backups as records
from db.backup import copy_before_migration, digests, snapshot
from db.connection import SCHEMA_VERSION
from frontdesk.backup import making
from frontdesk.backup import service as backup
from frontdesk.backup.lock import alone
from frontdesk.backup.recovery import make_key
from frontdesk.context import Context, open_context
from frontdesk.errors import CodedError
from frontdesk.home import Home
from frontdesk.locale import catalogue, words_for
from frontdesk.volunteers import service as volunteers
from tests.desks import NOON
from tests.disks import small_disk
from tests.programs import ROOT
from tests.safe_backups import KEY, LI, PEOPLE, cards, files_below, lively_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = lively_desk(tmp_path / "home")
    yield context
    context.database.close()


def refusal(action: Callable[[], object]) -> CodedError:
    with pytest.raises(CodedError) as found:
        action()
    words = words_for(found.value)
    assert "{" not in words and not words.startswith(("backup.", "db."))
    return found.value


def now_home(desk: Context) -> set[str]:
    return {name for name in files_below(desk.home.path) if not name.startswith("keys/")}


def test_a_backup_is_read_back_recorded_and_leaves_no_clear_copy(desk: Context) -> None:
    made = backup.make_now(desk)
    assert made.path.parent == desk.home.path / "backups"
    assert made.path.name == "frontdesk-310114-901-20261109-120000.fdbackup"
    assert now_home(desk) == {"backup.lock", "centre.db", f"backups/{made.path.name}"}
    assert not (desk.home.path / "scratch").exists()
    if os.name == "posix":
        assert made.path.stat().st_mode & 0o777 == 0o600
    [row] = records.good(desk.database.connection)
    assert (row.kind, row.name, row.size, row.digest) == (
        "manual",
        made.path.name,
        made.path.stat().st_size,
        made.path.read_bytes()[-32:],
    )
    assert audit.first_broken(desk.database.connection) is None
    found = backup.verify(made.path, KEY, home=desk.home)
    assert (found.is_opened, found.centre_code, found.tables["volunteer"]) == (True, "310114-901", 3)
    assert backup.verify(made.path).tables == {} and not (desk.home.path / "scratch").exists()


def test_without_the_recovery_key_a_backup_gives_nothing_away(desk: Context, tmp_path: Path) -> None:
    made = backup.make_usb(desk, tmp_path)
    raw = made.path.read_bytes()
    secrets = [desk.centre.name, desk.centre.street, KEY.digits, *KEY.groups, "SQLite format 3"]
    secrets += [word for person in PEOPLE.values() for word in person]
    keys = [path.read_bytes() for path in desk.home.keys.iterdir()]
    assert len(keys) >= 3
    planted = [*(word.encode() for word in secrets), *(word.encode("utf-16-le") for word in secrets), KEY.bits, *keys]
    found = [secret for secret in planted if secret in raw]
    assert found == []
    # Nor do the record and the audit log know the digits.
    assert not any(group.encode() in desk.home.database.read_bytes() for group in KEY.groups)


def test_one_daily_backup_a_local_day_and_a_failure_waits_an_hour(desk: Context, tmp_path: Path) -> None:
    now = [NOON]
    desk.clock = lambda: now[0]
    assert backup.due(desk) and backup.status(desk).is_due
    assert backup.make_daily(desk) is not None
    assert not backup.due(desk) and backup.make_daily(desk) is None
    now[0] += timedelta(hours=12)
    assert backup.due(desk)
    desk.settings = desk.settings.__class__(backup_folder=str(tmp_path / "unplugged"))
    assert refusal(lambda: backup.make_daily(desk)).code == "folder_gone"
    status = backup.status(desk)
    assert (status.problem, status.is_late, status.is_due, status.age_days) == ("folder_gone", True, False, 1)
    now[0] += timedelta(minutes=61)
    assert backup.due(desk)
    (tmp_path / "unplugged").mkdir()
    assert backup.make_daily(desk) is not None
    status = backup.status(desk)
    assert (status.problem, status.is_late, status.age_days, status.key) == ("", False, 0, "proved")


def test_every_problem_that_today_may_tell_has_short_words() -> None:
    for language in ("zh_CN", "en"):
        words = catalogue(language, "backup")
        told = {"no_recovery_key", "already_running", "stopped", "builder_died"}
        codes = {key.removeprefix("error.") for key in words if key.startswith(("error.folder_", "error.keys_"))}
        codes |= {"no_room", "copy_unsound", "unlike", "disk_full", "disk_fault", "read_only", "damaged", "busy"}
        assert {code for code in codes if f"problem.{code}" not in words} == {"keys_unlike"}
        assert all(f"error.{code}" in words for code in told)


def test_a_clock_that_was_ahead_does_not_hide_that_a_backup_is_due(desk: Context) -> None:
    desk.clock = lambda: NOON + timedelta(days=4000)
    assert backup.make_daily(desk) is not None
    desk.clock = lambda: NOON
    status = backup.status(desk)
    assert (status.is_due, status.is_late, status.age_days) == (True, True, None)
    assert backup.make_daily(desk) is not None


def test_without_a_recovery_key_nothing_is_made_and_today_is_told(tmp_path: Path) -> None:
    context = lively_desk(tmp_path / "home", keyed=False)
    assert not backup.due(context) and backup.status(context).key == "none" and backup.status(context).is_late
    assert refusal(lambda: backup.make_now(context)).code == "no_recovery_key"
    assert refusal(lambda: backup.seal_for_recovery(context, b"1")).code == "no_recovery_key"
    context.database.close()


def test_a_new_key_takes_over_once_its_paper_is_proved_and_old_backups_ask_for_the_old_one(desk: Context) -> None:
    old = backup.make_now(desk)
    key = backup.new_recovery_key(desk)
    assert backup.status(desk).waiting_key == key.key_id
    assert backup.make_now(desk).row.key_id == KEY.key_id
    assert refusal(lambda: backup.confirm_groups(desk, key, {0: key.groups[0]})).code == "key_too_little"
    wrong = refusal(lambda: backup.confirm_groups(desk, key, {0: key.groups[0], 4: "000000"}))
    assert (wrong.code, wrong.details["group"]) == ("key_group", 5)
    assert backup.confirm_groups(desk, key, {0: key.groups[0], 4: key.groups[4]}).waiting == ""
    new = backup.make_now(desk)
    assert new.row.key_id == key.key_id
    assert refusal(lambda: backup.verify(new.path, KEY, home=desk.home)).code == "other_key"
    assert backup.verify(new.path, key, home=desk.home).is_opened
    assert backup.verify(old.path, KEY, home=desk.home).is_opened
    assert [one.is_own_key for one in backup.backups(desk)] == [True, False, False]
    assert refusal(lambda: backup.confirm_recovery_key(desk, make_key().digits)).code == "key_unknown"


def test_small_things_are_sealed_for_the_recovery_key(desk: Context) -> None:
    sealed = backup.seal_for_recovery(desk, b"the keys")
    assert backup.unseal_with_recovery(sealed, KEY) == b"the keys" and b"the keys" not in sealed
    assert refusal(lambda: backup.unseal_with_recovery(sealed, make_key())).code == "other_key"
    assert refusal(lambda: backup.unseal_with_recovery(sealed[:-1] + b"x", KEY)).code == "sealed_damaged"
    assert refusal(lambda: backup.unseal_with_recovery(b"x" * 90, KEY)).code == "not_sealed"


@pytest.mark.slow
def test_a_key_is_printed_on_one_page(desk: Context, tmp_path: Path) -> None:
    """That it is printed at all the command's test sees: the font alone takes seconds."""
    written = backup.print_recovery_key(desk, KEY, tmp_path / "key.pdf")
    assert written.path.read_bytes().startswith(b"%PDF") and written.pages == 1
    if os.name == "posix":
        assert written.path.stat().st_mode & 0o777 == 0o600


def test_a_key_is_printed_for_who_has_it_and_only_one_of_this_centre(desk: Context, tmp_path: Path) -> None:
    assert refusal(lambda: backup.print_recovery_key(desk, make_key(), tmp_path / "no.pdf")).code == "key_unknown"
    assert not (tmp_path / "no.pdf").exists()
    desk.operator = None
    for case in (
        lambda: backup.new_recovery_key(desk),
        lambda: backup.confirm_recovery_key(desk, KEY.digits),
        lambda: backup.print_recovery_key(desk, KEY, tmp_path / "no.pdf"),
        lambda: backup.make_now(desk),
        lambda: backup.make_usb(desk, tmp_path),
    ):
        assert refusal(case).code == "operator_required"


def test_rotation_takes_only_its_own_files_and_never_the_last_good_one(desk: Context) -> None:
    desk.settings = desk.settings.__class__(backup_keep_daily=2, backup_keep_weekly=1, backup_keep_monthly=1)
    made = []
    for day in range(6):
        desk.clock = lambda day=day: NOON + timedelta(days=day)  # type: ignore[misc]
        daily = backup.make_daily(desk)
        assert daily is not None
        made.append(daily)
        if day == 0:
            (daily.path.parent / "frontdesk-310114-901-20200101-000000.fdbackup").write_bytes(b"a person put it here")
            made[0].path.with_suffix(".txt").write_text("notes")
        if day == 2:
            # Somebody has put a link in the place of one of ours.
            made[2].path.unlink()
            made[2].path.symlink_to(desk.home.database)
    left = {path.name for path in made[0].path.parent.iterdir()}
    assert {"frontdesk-310114-901-20200101-000000.fdbackup", made[0].path.with_suffix(".txt").name} <= left
    assert made[2].path.is_symlink() and desk.home.database.exists()
    assert [one.path.exists() for one in made if one is not made[2]] == [False, False, False, True, True]
    assert {one.presence for one in backup.backups(desk)} == {"here", "changed"}


def test_a_link_under_the_name_of_a_backup_is_neither_followed_nor_replaced(desk: Context, tmp_path: Path) -> None:
    stick, target = tmp_path / "stick", tmp_path / "precious.txt"
    stick.mkdir()
    target.write_text("precious")
    (stick / "frontdesk-310114-901-20261109-120000.fdbackup").symlink_to(target)
    (stick / "frontdesk-310114-901-20261109-120000-2.fdbackup").symlink_to(tmp_path / "nowhere")
    made = backup.make_usb(desk, stick)
    assert made.path.name == "frontdesk-310114-901-20261109-120000-3.fdbackup" and not made.path.is_symlink()
    assert target.read_text() == "precious" and not (tmp_path / "nowhere").exists()


def test_a_full_or_locked_stick_is_named_and_keeps_no_half_backup(desk: Context, tmp_path: Path) -> None:
    with small_disk(tmp_path / "stick", 1) as disk:
        if disk is None:
            pytest.skip("this system gives tests no disk of their own")
        making.SPARE_BYTES, spare = 0, making.SPARE_BYTES
        try:
            disk.fill(20_000)
            assert refusal(lambda: backup.make_usb(desk, disk.seen)).code in ("folder_full", "no_room")
            assert set(disk.files()) == set()
            disk.empty()
            disk.write_protect()
            assert refusal(lambda: backup.make_usb(desk, disk.seen)).code == "folder_read_only"
            disk.write_protect(False)
            made = backup.make_usb(desk, disk.seen)
        finally:
            making.SPARE_BYTES = spare
        assert set(disk.files()) == {made.path.name}
    assert not (desk.home.path / "scratch").exists()
    assert [one.presence for one in backup.backups(desk)] == ["elsewhere"]


def test_too_little_room_is_told_before_anything_is_written(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "SPARE_BYTES", 1 << 60)
    assert refusal(lambda: backup.make_now(desk)).code == "no_room"
    assert now_home(desk) == {"backup.lock", "centre.db"}


def test_a_disk_that_gives_back_other_bytes_makes_no_good_backup(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = making._written

    def damaged(part: Path, *others: object) -> tuple[bytes, bytes]:
        found = written(part, *others)  # type: ignore[arg-type]
        with part.open("rb+") as file:
            file.seek(5000)
            byte = file.read(1)
            file.seek(5000)
            file.write(bytes([byte[0] ^ 4]))
        return found

    monkeypatch.setattr(making, "_written", damaged)
    assert refusal(lambda: backup.make_now(desk)).code == "unlike"
    assert now_home(desk) == {"backup.lock", "centre.db"} and backup.backups(desk) == []
    assert backup.status(desk).problem == "unlike"


@pytest.mark.parametrize("stage", ["sealing", "verifying", "checking"])
def test_a_stick_that_is_pulled_out_is_named_and_the_next_backup_is_good(
    desk: Context, tmp_path: Path, stage: str
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()

    def pulled(step: backup.Step) -> None:
        if step.stage == stage and (stage != "checking" or list(stick.glob("*.new"))):
            shutil.rmtree(stick, ignore_errors=True)

    assert refusal(lambda: making.make(desk, "usb", stick, pulled)).code == "folder_gone"
    assert backup.backups(desk) == [] and not (desk.home.path / "scratch").exists()
    stick.mkdir()
    assert backup.make_usb(desk, stick).path.exists()


def test_data_that_is_damaged_is_never_taken_for_a_good_backup(desk: Context) -> None:
    connection = desk.database.connection
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM volunteer WHERE no = ?", (LI,))
    # The check tells of it; a backup is made all the same.
    backup.make_now(desk).path.unlink()
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_schema WHERE name = 'scan_beside'")
    connection.execute("PRAGMA writable_schema = OFF")
    assert refusal(lambda: backup.make_now(desk)).code == "copy_unsound"
    assert now_home(desk) == {"backup.lock", "centre.db"}


@pytest.mark.parametrize("stage", ["copying", "checking", "sealing", "verifying"])
def test_a_backup_that_is_stopped_leaves_nothing_and_is_no_failure(desk: Context, stage: str) -> None:
    reached: list[str] = []
    stopped = refusal(
        lambda: making.make(desk, "manual", None, lambda step: reached.append(step.stage), lambda: stage in reached)
    )
    assert stopped.code == "stopped" and reached[-1] == stage
    assert now_home(desk) == {"backup.lock", "centre.db"} and not (desk.home.path / "scratch").exists()
    assert backup.status(desk).problem == ""


def test_only_one_backup_is_made_at_a_time(desk: Context) -> None:
    with alone(desk.home):
        assert refusal(lambda: backup.make_now(desk)).code == "already_running"
        assert backup.make_daily(desk) is None
    assert backup.make_daily(desk) is not None


def test_a_start_removes_the_clear_copies_of_a_killed_backup_but_not_those_of_a_running_one(desk: Context) -> None:
    left = desk.home.path / "scratch" / "4711-abc" / "copy.db"
    left.parent.mkdir(parents=True)
    with alone(desk.home):
        left.parent.mkdir(parents=True)
        left.write_bytes(b"clear")
        open_context(desk.home, source="kiosk").database.close()
        assert left.exists()
    left.parent.mkdir(parents=True)
    left.write_bytes(b"clear")
    open_context(desk.home, source="kiosk").database.close()
    assert not left.exists() and not left.parents[1].exists()


def test_what_is_written_during_a_backup_waits_for_nothing_and_the_backup_is_of_one_moment(desk: Context) -> None:
    codes, moments, ended = cards(desk), [0], threading.Event()
    faults: list[BaseException] = []

    def visitors() -> None:
        context = open_context(Home(desk.home.path), source="kiosk", synchronous="OFF")
        try:
            while not ended.is_set():
                moments[0] += 1
                at = NOON + timedelta(hours=moments[0])
                context.clock = lambda at=at: at  # type: ignore[misc]
                volunteers.scan(context, codes[LI])
        except (CodedError, sqlite3.Error, AssertionError) as failure:
            faults.append(failure)
        finally:
            context.database.close()

    thread = threading.Thread(target=visitors)
    thread.start()
    try:
        made = [backup.make_now(desk) for _ in range(2)]
    finally:
        ended.set()
        thread.join()
    assert faults == [] and moments[0] > 4
    counted = [backup.verify(one.path, KEY, home=desk.home).tables["scan"] for one in made]
    assert counted == sorted(counted) and counted[-1] > counted[0]


def test_a_snapshot_is_whole_and_compares_equal_to_its_source(desk: Context, tmp_path: Path) -> None:
    with snapshot(desk.home.database) as moment:
        desk.ids()
        with desk.change("test.later", "centre"):
            pass
        moment.copy_to(tmp_path / "copy.db")
        tables = digests(moment.connection)
    with snapshot(tmp_path / "copy.db") as copy:
        assert digests(copy.connection) == tables
    with snapshot(desk.home.database) as later:
        changed = {name for name, one in digests(later.connection).items() if one != tables[name]}
    assert "audit" in changed and "volunteer" not in changed
    assert not (tmp_path / "copy.db-wal").exists()


def test_a_clear_copy_from_before_an_upgrade_is_the_owners_and_is_sealed_with_the_next_backup(desk: Context) -> None:
    copy = copy_before_migration(desk.home.database, SCHEMA_VERSION)
    again = copy_before_migration(desk.home.database, SCHEMA_VERSION)
    assert copy == again and copy.parent == desk.home.path / "backups"
    if os.name == "posix":
        assert copy.stat().st_mode & 0o077 == 0
    assert backup.status(desk).plain_copies == 1
    made = backup.make_now(desk)
    assert len(made.sealed_copies) == 1 and not copy.exists()
    assert {one.row.kind for one in backup.backups(desk)} == {"manual", "before_upgrade"}
    assert all(backup.verify(one.path, KEY, home=desk.home).is_opened for one in backup.backups(desk))
    assert backup.status(desk).plain_copies == 0 and backup.before_upgrade(desk) == []


def test_a_window_has_it_made_by_a_process_of_its_own_and_can_stop_it(desk: Context) -> None:
    desk.source = "desk"
    stages: list[str] = []
    made = backup.make_now(desk, progress=lambda step: stages.append(step.stage))
    assert made.path.exists() and list(dict.fromkeys(stages)) == ["copying", "checking", "sealing", "verifying"]
    assert [one.row.operator_no for one in backup.backups(desk)] == ["M001"]
    before = files_below(desk.home.path)
    assert refusal(lambda: backup.make_now(desk, stop=lambda: True)).code == "stopped"
    assert refusal(lambda: backup.make_now(desk, desk.home.path / "gone")).code == "folder_gone"
    assert files_below(desk.home.path) == before


KILLED_AT = """
import os, signal, sys
from pathlib import Path
from frontdesk.backup import making
from frontdesk.context import open_context
from frontdesk.home import Home

def told(step):
    if step.stage == sys.argv[2] and step.done:
        os.kill(os.getpid(), signal.SIGKILL)

making.make(open_context(Home(Path(sys.argv[1])), source="cli"), "daily", None, told)
"""


@pytest.mark.skipif(os.name != "posix", reason="this system has no SIGKILL")
@pytest.mark.parametrize("stage", ["sealing", pytest.param("verifying", marks=pytest.mark.slow)])
def test_killed_at_work_it_leaves_no_good_backup_and_the_next_start_no_clear_copy(desk: Context, stage: str) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED_AT, str(desk.home.path), stage], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert (desk.home.path / "scratch").exists()
    open_context(desk.home, source="kiosk").database.close()
    assert not (desk.home.path / "scratch").exists()
    assert backup.backups(desk) == [] and list((desk.home.path / "backups").glob("*.fdbackup")) == []
    made = backup.make_daily(desk)
    assert made is not None
    assert {path.name for path in (desk.home.path / "backups").iterdir()} == {made.path.name}
