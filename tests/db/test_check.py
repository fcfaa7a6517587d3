"""Whatever the look at the whole file is to find, it finds: each of its invariants is broken past the program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from db import invariants as stated
from db import personal
from db import staff as staff_records
from db.staff import Staff
from frontdesk.activities.service import sign_up
from frontdesk.check import words
from frontdesk.check.file import QUICK_ENTRIES
from frontdesk.check.service import full_look, invariants, is_due, last_look, look_over, quick_look
from frontdesk.checking import Finding, Watch
from frontdesk.context import Context, open_context
from frontdesk.locale import LANGUAGES, catalogue, t
from frontdesk.settings import service as settings
from frontdesk.staff import service as staff
from tests.damages import CASES, SESSION, VOLUNTEER, Case
from tests.desks import NOON, new_desk

APART = ("disk", "backup")
"""Areas of what stands around the file, with tests of their own."""

ELSEWHERE = {
    ("file", "page_faults"),
    ("file", "not_looked_at"),
    ("cases", "definition_wrong"),
    ("cases", "edition_damaged"),
    ("cases", "edition_unraised"),
    ("cases", "people_in_clear"),
}
"""Found in files of their own: below, in tests/db/test_case_safety.py, test_case_editions.py and
test_case_shown.py, in tests/test_commands.py.
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    context = new_desk(tmp_path_factory.mktemp("check") / "home")
    context.home.database.chmod(0o600)
    yield context
    context.database.close()


@pytest.fixture
def spoilt(desk: Context) -> Iterator[sqlite3.Connection]:
    """The file inside a transaction that is undone."""
    connection = desk.database.connection
    connection.execute("BEGIN")
    yield connection
    connection.execute("ROLLBACK")


def found_by(context: Context, area: str) -> dict[str, Finding]:
    """What the invariants of an area find, by code."""
    connection = context.database.connection
    found = [one.look(context, connection, Watch()) for one in invariants() if one.area == area]
    return {one.code: one for one in found if one is not None}


def test_a_new_centre_is_sound(desk: Context) -> None:
    look = look_over(desk)
    assert look.is_sound
    # Its recovery key is the last step of setting up.
    assert [one.key for one in look.findings] == ["backup.no_key"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.area}.{case.code}")
def test_it_is_found_with_the_first_of_it_and_words_that_say_what_to_do(
    desk: Context, spoilt: sqlite3.Connection, case: Case
) -> None:
    assert case.code not in found_by(desk, case.area)
    for statement in case.statements:
        spoilt.execute(statement)
    found = found_by(desk, case.area)[case.code]
    assert (found.area, found.severity, found.count >= 1) == (case.area, case.severity, True)
    assert case.first.items() <= dict(found.first).items()
    for said in (words.what(found), words.means(found), words.todo(found)):
        assert said and "{" not in said and not said.startswith("check.")


def test_nothing_is_looked_for_that_no_test_breaks() -> None:
    looked_for = {(one.area, one.code) for one in invariants() if one.area not in APART and one.code != "phones"}
    assert looked_for <= {(case.area, case.code) for case in CASES} | ELSEWHERE
    every = {(area, code) for area in stated.AREAS for code in stated.statements(area)}
    assert every <= looked_for


def test_every_sealed_phone_of_the_file_is_looked_at() -> None:
    broken = " ".join(statement for case in CASES for statement in case.statements if case.code == "phone_unreadable")
    sealed = [(table, column) for table, column in personal.columns_of("phone_cipher")]
    assert sealed
    for table, column in sealed:
        assert table in broken and column in broken


def test_every_finding_has_words_in_every_language_and_none_is_left_over() -> None:
    keys = {f"{case.area}.{case.code}" for case in CASES}
    for language in LANGUAGES:
        known = catalogue(language, "check")
        assert keys <= known.keys()
        assert {f"means.{remedy}" for remedy in words.REMEDIES.values()} <= known.keys()
        assert {f"do.{remedy}" for remedy in words.REMEDIES.values()} <= known.keys()
        assert words.REMEDIES.keys() <= known.keys()


def test_a_gap_that_a_restoration_left_is_none(desk: Context, spoilt: sqlite3.Connection) -> None:
    for statement in next(case.statements for case in CASES if case.code == "receipt_gap"):
        spoilt.execute(statement)
    spoilt.execute(
        "INSERT INTO restoration (backup_name, backup_made_at, restored_at, schema, replaced) VALUES ('b', 1, 2, 16, 1)"
    )
    assert "receipt_gap" not in found_by(desk, "activities")


def test_bookings_that_cross_with_a_managers_word_are_none(desk: Context, spoilt: sqlite3.Connection) -> None:
    for statement in next(case.statements for case in CASES if case.code == "bookings_cross"):
        spoilt.execute(statement)
    desk.note(spoilt, "booking.forced", "2", reason="-")
    assert "bookings_cross" not in found_by(desk, "activities")


def test_a_role_a_pin_and_a_setting_that_nobody_set_are_found_until_they_are_set_anew(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    with desk.change("test.added", "S1") as connection:
        staff_records.put(connection, Staff(no="S1", name="赵六", kind=""))
    staff.set_pin(desk, "M001", "8642")
    settings.set_setting(desk, "approve_erase", "1")

    def found() -> set[str]:
        return found_by(desk, "staff").keys() | found_by(desk, "settings").keys()

    assert found() == set()
    connection = desk.database.connection
    (pin,) = connection.execute("SELECT pin_hash FROM staff WHERE no = 'M001'").fetchone()
    # Past the program: no trigger of this connection tells of it.
    with closing(sqlite3.connect(desk.home.database)) as other:
        for statement, column in (
            ("UPDATE staff SET role = 'manager' WHERE no = 'S1'", "role"),
            (f"UPDATE staff SET role = 'operator', pin_hash = '{pin}' WHERE no = 'S1'", "pin_hash"),
        ):
            other.execute(statement)
            other.commit()
            assert found_by(desk, "staff")["rights_past_program"].first == {"no": "S1", "column": column}
        other.execute("UPDATE setting SET value = '0' WHERE key = 'approve_erase'")
        other.commit()
        assert found() == {"rights_past_program", "changed_past_program"}
        other.execute("DELETE FROM setting")
        other.commit()
    assert found() == {"rights_past_program", "changed_past_program"}
    settings.set_setting(desk, "approve_erase", "1")
    staff.set_pin(desk, "S1", "9753")
    assert found() == set()
    desk.database.close()


def test_phones_that_were_changed_past_the_program_are_not_found_by_their_hash(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    with desk.change("session.added", "HD001") as connection:
        connection.execute(SESSION)
    sign_up(desk, "HD001", "赵一", "13800001234", 1)
    assert found_by(desk, "residents") == {}
    connection = desk.database.connection
    connection.execute("UPDATE resident SET phone_cipher = ?", (desk.keys.seal("13900001234"),))
    assert found_by(desk, "residents")["phone_unfound"].first == {"resident": "1"}
    connection.execute("UPDATE resident SET phone_cipher = NULL, name = '钱二'")
    assert found_by(desk, "residents").keys() == {"not_found_by_name", "phone_unfound"}
    desk.database.close()


@pytest.mark.parametrize("root", ["2", "(SELECT rootpage FROM sqlite_schema WHERE name = 'staff')"])
def test_crossed_pages_are_found_and_rows_are_not_compared_then(tmp_path: Path, root: str) -> None:
    home = new_desk(tmp_path / "home").home
    with closing(sqlite3.connect(home.database)) as other:
        other.executescript(
            f"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = {root} WHERE name = 'scan'"
        )
        other.commit()
    desk = open_context(home, source="cli", clock=lambda: NOON)
    look = look_over(desk)
    assert not look.is_sound
    assert {one.key for one in look.findings} & {"file.page_faults", "file.not_looked_at"}
    assert {one.area for one in look.findings} <= {"file"}
    desk.database.close()


def test_what_cannot_be_looked_at_is_said_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    desk.database.connection.execute("PRAGMA foreign_keys = OFF")
    desk.database.connection.execute("DROP TABLE info_report")
    look = look_over(desk)
    unread = [one.first["what"] for one in look.findings if one.code == "not_looked_at"]
    assert unread == ["cases.linked_nowhere", "reports.letters_astray"]
    assert look.looked_at == len(invariants())
    (desk.home.keys / "field.key").unlink()
    assert "disk.key_missing" in {one.key for one in look_over(desk).findings}
    desk.database.close()


def test_a_quick_look_finds_the_newest_entry_cut_off_by_what_it_changed(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    settings.set_setting(desk, "approve_erase", "1")
    assert quick_look(desk).is_sound
    with closing(sqlite3.connect(desk.home.database)) as other:
        triggers = other.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'")
        made = triggers.fetchall()
        for name, _ in made:
            other.execute(f"DROP TRIGGER {name}")
        other.execute("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
        for _, statement in made:
            other.execute(statement)
        other.commit()
    assert [one.key for one in quick_look(desk).findings] == ["audit.chain_broken"]
    desk.database.close()


def test_a_quick_look_reads_no_table_whole_and_finds_what_stands_in_the_schema(desk: Context) -> None:
    asked = list[str]()
    connection = desk.database.connection
    connection.execute("BEGIN")
    connection.execute("DROP TRIGGER scan_never_changes")
    connection.set_trace_callback(asked.append)
    look = quick_look(desk)
    connection.set_trace_callback(None)
    plans = [
        str(row[3])
        for statement in asked
        if statement.startswith(("SELECT", "WITH"))
        for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]
    connection.execute("ROLLBACK")
    assert [(one.key, one.first["name"]) for one in look.findings] == [("file.schema_missing", "scan_never_changes")]
    assert look.quick and plans
    scanned = {plan for plan in plans if plan.startswith("SCAN") and "CONSTANT" not in plan}
    # A query of the newest entries is said to scan the log, and ends after two hundred.
    assert scanned <= {
        "SCAN sqlite_schema",
        "SCAN setting",
        "SCAN _sqlite_migrations",
        "SCAN audit",
        "SCAN (subquery-1)",
        # One row, and whether there is any row at all.
        "SCAN field_key",
        "SCAN audit_words",
        "SCAN audit_change USING COVERING INDEX audit_change_row",
    }


def test_a_quick_look_follows_the_newest_entries_of_the_chain(desk: Context, spoilt: sqlite3.Connection) -> None:
    for number in range(QUICK_ENTRIES + 50):
        desk.note(spoilt, "staff.sign_in", str(number))
    assert quick_look(desk).findings == ()
    spoilt.execute("UPDATE audit SET subject = 'x' WHERE id = 20")
    assert quick_look(desk).findings == ()
    assert found_by(desk, "audit")["chain_broken"].first["entry"] == 20
    spoilt.execute("UPDATE audit SET subject = 'x' WHERE id = 200")
    assert [(one.key, one.first["entry"]) for one in quick_look(desk).findings] == [("audit.chain_broken", 200)]
    spoilt.execute("DELETE FROM audit WHERE id > 3")
    spoilt.execute("DELETE FROM audit WHERE id = 1")
    assert [one.key for one in quick_look(desk).findings] == ["audit.chain_broken"]


def test_a_look_tells_how_far_it_is_and_can_be_ended(desk: Context) -> None:
    told = list[tuple[str, int, int]]()
    look = look_over(desk, progress=lambda *said: told.append(said))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert {total for _, _, total in told} == {len(invariants())} == {look.looked_at}
    told.clear()
    ended = look_over(desk, progress=lambda *said: told.append(said), stop=lambda: bool(told) and told[-1][1] > 5)
    assert ended.stopped and ended.looked_at in (6, 7)


def test_the_last_full_look_is_kept_and_asked_for_again_after_a_month(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    assert (last_look(desk), is_due(desk)) == (None, False)
    desk.clock = lambda: NOON + timedelta(days=32)
    assert is_due(desk)
    desk.database.connection.execute("CREATE TABLE strange (x)")
    quick_look(desk)
    assert last_look(desk) is None
    look = full_look(desk)
    assert not look.is_sound or look.findings
    assert last_look(desk) == look and not is_due(desk)
    full_look(desk, stop=lambda: True)
    assert last_look(desk) == look
    (desk.home.path / "check.json").write_text("{", encoding="utf-8")
    assert last_look(desk) is None
    assert [one.name for one in desk.home.path.iterdir() if one.name.endswith(".new")] == []
    desk.database.close()


def test_the_result_as_text_has_every_finding_with_what_to_do(desk: Context, spoilt: sqlite3.Connection) -> None:
    spoilt.execute("DROP INDEX visit_day")
    spoilt.execute("UPDATE staff SET role = 'auditor'")
    lines = words.as_text(look_over(desk), lambda at: str(at))
    text = "\n".join(lines)
    assert "visit_day" in text and t("check.do.manager") in text and t("check.do.schema") in text
    assert "1." in text and "2." in text


def test_a_value_that_no_program_writes_stops_the_look_at_one_thing_and_is_not_repeated(
    desk: Context, spoilt: sqlite3.Connection
) -> None:
    spoilt.execute(VOLUNTEER)
    spoilt.execute(
        "INSERT INTO supplement (volunteer_no, day, seconds, reason, operator_no, at) "
        "VALUES ('0310001', '张三的一天', 60, '-', 'M001', 0)"
    )
    look = look_over(desk)
    found = [one for one in look.findings if one.key == "file.not_looked_at"]
    assert [one.first["what"] for one in found] == ["volunteers.displaced_astray"]
    assert t("check.no_value") in words.what(found[0]) and "张三" not in str(look.as_json()["findings"])
    assert look.looked_at == len(invariants())


def test_a_backup_that_is_missing_old_or_failed_is_found(desk: Context, spoilt: sqlite3.Connection) -> None:
    spoilt.execute(
        "INSERT INTO recovery_key (key_id, public_key, made_at, confirmed_at) VALUES ('k', zeroblob(32), 1, 2)"
    )
    assert found_by(desk, "backup").keys() == {"none_good"}
    made = (
        "INSERT INTO backup (kind, state, problem, made_at, day, name, digest, key_id) "
        "VALUES ('daily', ?, ?, ?, ?, 'b', zeroblob(32), 'k')"
    )
    now = desk.now_ms()
    for days, state, problem, codes in (
        (9, "good", "", {"too_old"}),
        (1, "good", "", set[str]()),
        (0, "failed", "disk_full", {"last_failed"}),
    ):
        at = now - days * 86_400_000
        spoilt.execute(made, (state, problem, at, desk.local_day(at)))
        found = found_by(desk, "backup")
        assert found.keys() == codes
        assert all("{" not in words.what(one) + words.todo(one) for one in found.values())
