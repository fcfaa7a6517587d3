"""After a person was erased no byte of her is left, and no figure has moved."""

from __future__ import annotations

import os
import sqlite3
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from db import audit
from db.backup import snapshot
from db.erasing import ERASED
from db.privacy import owed
from frontdesk.access.errors import AccessError
from frontdesk.backup import service as backup
from frontdesk.check.service import full_look
from frontdesk.context import Context, open_context
from frontdesk.home import Home
from frontdesk.locale import words_for
from frontdesk.privacy import service as privacy
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.rules import Subject
from frontdesk.privacy.words import explanation_lines
from frontdesk.reports.closing.service import check_list, close_period, drifted
from frontdesk.reports.indicators.service import indicators, values
from frontdesk.reports.service import figures_to_show, period_named
from frontdesk.residents import service as residents
from frontdesk.settings.service import set_setting
from frontdesk.shell.desk import clear_what_was_left
from frontdesk.volunteers.hours.totals import totals as totals_of
from frontdesk.volunteers.register import service as register
from tests.followups import hire
from tests.hoursdesks import add_volunteer
from tests.safe_backups import KEY
from tests.safe_person import NAME, NUMBER, Planted, found_below, found_in, next_backup, plant
from tests.signups import enter, session_at


@pytest.fixture
def planted(desk: Context) -> Planted:
    return plant(desk, Random(5))


def test_nothing_is_left_of_an_erased_person_in_the_file_the_journal_or_the_next_backup(
    desk: Context, planted: Planted, tmp_path: Path
) -> None:
    desk.database.fold()
    before = found_below(desk.home.path, planted.secrets)
    # The trial itself finds every one of them as long as they are there; the guardian's phone is nowhere in clear.
    assert set(before["centre.db"]) == set(planted.secrets) - {"guardian's phone"}
    done = privacy.erase(desk, planted.subjects)
    assert [one.subject for one in done] == planted.subjects
    assert all(one.clean for one in done)
    assert found_below(desk.home.path, planted.secrets) == {}
    assert found_in(next_backup(desk, tmp_path), planted.secrets) == []


def test_the_list_of_the_erased_is_the_accounts_own_wherever_it_lies(desk: Context, planted: Planted) -> None:
    (desk.home.path / "backups").mkdir(mode=0o700)
    old = desk.home.path / "erased.jsonl"
    old.touch(0o644)
    privacy.erase(desk, planted.subjects)
    lists = [old, desk.home.path / "backups" / "erased.jsonl"]
    assert [bool(one.stat().st_mode & 0o077) for one in lists] == [os.name != "posix"] * 2


def test_half_a_list_of_the_erased_goes_with_the_next_start(desk: Context, planted: Planted) -> None:
    (desk.home.path / "backups").mkdir(mode=0o700)
    privacy.erase(desk, planted.subjects)
    halves = [desk.home.path / ".erased.jsonl.1.part", desk.home.path / "backups" / ".erased.jsonl.1.part"]
    for half in halves:
        half.write_text("half")
        os.utime(half, (0, 0))
    clear_what_was_left(desk)
    assert [half.exists() for half in halves] == [False, False]
    assert (desk.home.path / "erased.jsonl").exists()


@pytest.mark.parametrize("seed", [1, *(pytest.param(one, marks=pytest.mark.slow) for one in range(2, 8))])
def test_nothing_is_left_whatever_crowd_the_person_stands_in(desk: Context, tmp_path: Path, seed: int) -> None:
    planted = plant(desk, Random(seed))
    # One entry after the other, as somebody erases who was not told that they are one person.
    for subject in reversed(planted.subjects):
        privacy.erase(desk, [subject])
    desk.database.close()
    assert found_below(desk.home.path, planted.secrets) == {}


def everything_counted(desk: Context) -> dict[str, Any]:
    """Every figure of every week from October to November, of closed and open ones, and the totals of certificates."""
    connection = desk.database.connection
    found: dict[str, Any] = {}
    for week in range(40, 49):
        period = period_named(f"2026-W{week}", desk)
        found[period.key] = figures_to_show(desk, period)
        codes = [one.code for one in indicators()]
        found[f"{period.key} indicators"] = values(desk, codes, period.first, period.last)
    found["drifted"] = drifted(desk)
    for table in ("service_certificate", "visit", "supplement", "attendance", "fee_line", "booking", "demand", "scan"):
        found[table] = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    totals = "SELECT sum(measured_seconds), sum(supplemented_seconds) FROM service_certificate"
    found["certificates"] = tuple(connection.execute(totals).fetchone())
    found["hours"] = totals_of(desk, date(2026, 1, 1), date(2026, 12, 31), "team")
    found["told"] = sorted(map(str, full_look(desk).findings))
    return found


def test_no_figure_of_a_closed_or_open_period_and_no_total_of_certificates_moves(
    desk: Context, planted: Planted
) -> None:
    last_week = period_named("2026-W46", desk)
    close_period(desk, last_week, [one.code for one in check_list(desk, last_week)], "试一试")
    before = everything_counted(desk)
    told = privacy.explain_erasing(desk, planted.subjects[1])
    assert told.hours_seconds == 7200 + 3600
    privacy.erase(desk, planted.subjects)
    after = everything_counted(desk)
    assert after == before
    assert audit.first_broken(desk.database.connection) is None


def test_what_the_record_of_changes_keeps_of_an_erased_person_tells_nothing(desk: Context, planted: Planted) -> None:
    connection = desk.database.connection
    one = planted.subjects[0].ref
    held = "SELECT count(*) FROM audit_salt WHERE tab IN ('resident', 'volunteer') AND row_key IN (?, ?)"
    assert connection.execute(held, (one, NUMBER)).fetchone()[0] == 2
    privacy.erase(desk, planted.subjects)
    assert connection.execute(held, (one, NUMBER)).fetchone()[0] == 0


def test_while_another_window_reads_on_the_bytes_are_owed_and_taken_out_later(
    desk: Context, planted: Planted, tmp_path: Path
) -> None:
    other = open_context(desk.home, source="desk", clock=desk.clock)
    with other.database.reading() as connection:
        connection.execute("SELECT count(*) FROM resident").fetchone()
        done = privacy.erase(desk, planted.subjects)
        assert not done[0].clean and owed(desk.database.connection) == 4
        assert privacy.find(desk, NAME) == []
        # What is owed in the file is not carried into a backup that is made meanwhile.
        with snapshot(desk.database.path) as moment:
            moment.copy_to(tmp_path / "backup.db")
        assert found_in((tmp_path / "backup.db").read_bytes(), planted.secrets) == []
    assert privacy.settle(desk)
    assert owed(desk.database.connection) == 0
    other.database.close()
    desk.database.fold()
    assert found_below(desk.home.path, planted.secrets) == {}


def test_a_restored_backup_is_made_to_forget_again(desk: Context, planted: Planted, tmp_path: Path) -> None:
    copy = tmp_path / "restored"
    copy.mkdir()
    (copy / "keys").mkdir()
    for key in desk.home.keys.iterdir():
        (copy / "keys" / key.name).write_bytes(key.read_bytes())
    with sqlite3.connect(copy / "centre.db") as backup:
        desk.database.connection.backup(backup)
    backup.close()
    privacy.erase(desk, planted.subjects)
    lines = (desk.home.path / privacy.LEDGER_NAME).read_text("utf-8").splitlines()
    assert len(lines) == 4 and not found_in("\n".join(lines).encode(), planted.secrets)
    restored = open_context(Home(copy), source="cli", clock=desk.clock, synchronous="OFF")
    assert (
        privacy.erase_again(restored, [*lines, "nonsense", '{"table": "resident", "id": "99999", "erased_at": 1}']) >= 3
    )
    assert privacy.erase_again(restored, lines) == 0
    restored.database.close()
    assert found_below(copy, planted.secrets) == {}


def test_nobody_is_erased_while_something_is_open_and_it_is_said_what_to_do_first(desk: Context) -> None:
    session_at(desk)
    enter(desk, 1)
    with pytest.raises(PrivacyError) as refused:
        privacy.erase(desk, [Subject("resident", "1")])
    assert refused.value.code == "open_seat" and "书法HD001" in words_for(refused.value)
    with pytest.raises(PrivacyError, match="open_yourself"):
        privacy.erase(desk, [Subject("staff", "M001")])
    add_volunteer(desk, NUMBER)
    with pytest.raises(PrivacyError, match="open_active"):
        privacy.erase(desk, [Subject("volunteer", NUMBER)])
    assert privacy.tombstones(desk) == []


def test_whoever_stood_around_the_person_keeps_everything(desk: Context, planted: Planted) -> None:
    kept = residents.get(desk, planted.bystander)
    lines = residents.count(desk)
    privacy.erase(desk, planted.subjects)
    after = residents.get(desk, planted.bystander)
    # Words that speak of the person say it no more, and a household of one is none.
    same = {"note": kept.note, "household": kept.household, "revision": kept.revision}
    assert after.household is None and after.model_copy(update=same) == kept
    assert residents.count(desk) == lines - 1
    assert ERASED not in {one.name for one in residents.find(desk, "", -1)}
    stones = privacy.tombstones(desk)
    assert {one.kind for one in stones} == {"resident", "volunteer", "rater", "booking"}
    assert all(one.operator_no == "M001" and one.cleaned_at is not None for one in stones)
    with pytest.raises(PrivacyError, match="erased_already"):
        privacy.erase(desk, planted.subjects[:1])


def test_entries_of_the_same_person_are_offered_together(desk: Context, planted: Planted) -> None:
    told = privacy.explain_erasing(desk, planted.subjects[0])
    offered = {one.subject for one in told.same}
    assert {planted.subjects[1], planted.subjects[3]} <= offered
    assert all(NAME not in one.name and "*" in one.phone for one in told.same)


def test_an_erased_member_of_the_staff_cannot_sign_in_and_is_nobody_on_the_roster(desk: Context) -> None:
    hire(desk)
    with desk.change("test.pin", "S001") as connection:
        connection.execute("UPDATE staff SET pin_hash = 'x', certificate = '社工证 77' WHERE no = 'S001'")
    privacy.erase(desk, [Subject("staff", "S001")])
    row = desk.database.connection.execute("SELECT * FROM staff WHERE no = 'S001'").fetchone()
    assert (row["name"], row["pin_hash"], row["certificate"]) == (ERASED, None, ERASED)


def test_a_second_person_has_to_agree_where_the_setting_asks(desk: Context, planted: Planted) -> None:
    set_setting(desk, "approve_erase", "1")
    with pytest.raises(AccessError, match="approval_required"):
        privacy.erase(desk, planted.subjects)
    assert privacy.tombstones(desk) == []


@pytest.mark.slow
def test_a_real_backup_made_before_forgets_again_and_one_made_after_never_knew(
    desk: Context, planted: Planted, tmp_path: Path
) -> None:
    backup.keep_key(desk, KEY)
    backup.confirm_recovery_key(desk, KEY.digits)
    old = backup.make_now(desk).path
    privacy.erase(desk, planted.subjects)
    new = backup.make_now(desk).path
    assert found_below(desk.home.path, planted.secrets) == {}
    for name, made in (("old", old), ("new", new)):
        home = tmp_path / name
        backup.restore(Home(home), made, KEY, clock=desk.clock)
        assert found_below(home, planted.secrets) == {}, name
        context = open_context(Home(home), source="cli", clock=desk.clock)
        assert privacy.find(context, NAME) == []
        context.database.close()


def test_a_guardian_is_taken_out_of_the_rows_of_others_and_consent_is_asked_for_anew(desk: Context) -> None:
    parent = residents.add(desk, {"name": "皇甫若兰", "phone": "15422223333"})
    said = {"guardian_name": "皇甫若兰", "guardian_phone": "15422223333", "guardian_consent_on": "2026-11-01"}
    child = residents.add(desk, {"name": "上官小雨", "birth": "2018-05-06"} | said)
    other = residents.add(desk, {"name": "钱小雨", "birth": "2018-05-06"} | said | {"guardian_phone": "15499998888"})
    volunteer = register.add(desk, {"no": NUMBER, "name": "上官小风"} | said)
    one = Subject("resident", str(parent.id))
    wards = [Subject("resident", str(child.id)), Subject("volunteer", volunteer.no)]
    told = privacy.explain_erasing(desk, one)
    assert [found.subject for found in told.guarded] == wards
    assert any("上官小雨" not in line and "监护" in line for line in explanation_lines(told))
    assert residents.find(desk, "3333")
    privacy.erase(desk, [one])
    kept = residents.get(desk, child.id)
    assert (kept.name, kept.guardian_name, kept.guardian_phone_cipher, kept.guardian_consent_on) == (
        "上官小雨",
        "",
        None,
        "",
    )
    assert not residents.find(desk, "3333")
    assert residents.get(desk, other.id).guardian_name == "皇甫若兰"
    row = desk.database.connection.execute("SELECT * FROM volunteer WHERE no = ?", (NUMBER,)).fetchone()
    assert (row["guardian_name"], row["guardian_phone_cipher"], row["guardian_consent_on"]) == ("", None, "")


def test_a_guardian_stays_in_the_rows_of_others_where_mentions_are_kept(desk: Context) -> None:
    parent = residents.add(desk, {"name": "皇甫若兰", "phone": "15422223333"})
    child = residents.add(desk, {"name": "上官小雨", "guardian_name": "皇甫若兰", "guardian_phone": "15422223333"})
    privacy.erase(desk, [Subject("resident", str(parent.id))], with_mentions=False)
    assert residents.get(desk, child.id).guardian_name == "皇甫若兰"
