"""The record of changes: it leads back to every earlier state, gives nobody away, and whatever is done to it shows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import audit, changes
from db.changes import Change, hidden, row_key_of, written
from db.connection import open_database
from db.personal import COLUMNS, is_hidden
from db.volunteer_records import Slot
from frontdesk.activities.rooms import keeping as rooms
from frontdesk.activities.rooms.rules import RoomFields
from frontdesk.calendar.service import set_day
from frontdesk.context import Context, open_context
from frontdesk.errors import CodedError, DeskError
from frontdesk.residents import service as residents
from frontdesk.settings.service import reset, set_setting
from frontdesk.staff.service import set_pin
from frontdesk.volunteers.register import editing as register
from frontdesk.volunteers.register import records as profiles
from frontdesk.volunteers.register.service import set_state
from tests.desks import passing_desk

Row = dict[str, changes.Value]
State = dict[str, dict[str, Row]]


def keys_of(connection: sqlite3.Connection, table: str) -> list[str]:
    rows = connection.execute(f"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk")
    return [row[0] for row in rows]


def state_of(connection: sqlite3.Connection) -> State:
    """Every row of every table that is watched, by its key."""
    found: State = {}
    for table in changes.watched():
        keys = keys_of(connection, table)
        kept = [column for column, kind in COLUMNS[table].items() if kind != "derived"]
        rows = [
            dict(zip(kept, row, strict=True)) for row in connection.execute(f"SELECT {', '.join(kept)} FROM {table}")
        ]
        found[table] = {row_key_of([row[key] for key in keys]): row for row in rows}
    return found


class Salts:
    """What every row was hidden under."""

    def __init__(self, context: Context) -> None:
        self._key = context.keys.audit
        rows = context.database.connection.execute("SELECT tab, row_key, salt FROM audit_salt")
        self._salts = {(row[0], row[1]): bytes(row[2]) for row in rows}

    def told(self, table: str, row_key: str, column: str, value: changes.Value) -> changes.Written:
        if not is_hidden(table, column):
            return written(value)
        return hidden(value, self._key, self._salts.get((table, row_key), b""))


def as_told(state: State, salts: Salts) -> dict[str, dict[str, dict[str, changes.Written]]]:
    """A state as the record of changes would write it: what speaks of people by its hashes."""
    return {
        table: {
            row_key: {column: salts.told(table, row_key, column, value) for column, value in row.items()}
            for row_key, row in rows.items()
        }
        for table, rows in state.items()
    }


def back(
    state: dict[str, dict[str, dict[str, changes.Written]]], change: Change, connection: sqlite3.Connection
) -> None:
    """Take one change back."""
    rows, said = state[change.table], change.values
    if change.operation == "insert":
        gone = rows.pop(change.row_key)
        assert all(gone[column] == after for column, (_, after) in said.items())
        return
    if change.operation == "delete":
        kept = [column for column, kind in COLUMNS[change.table].items() if kind != "derived"]
        rows[change.row_key] = {column: said[column][0] if column in said else None for column in kept}
        return
    keys = keys_of(connection, change.table)
    moved = [key for key in keys if key in said]
    if moved:
        now = next(one for one, row in rows.items() if all(row[key] == said[key][1] for key in moved))
    else:
        now = change.row_key
    row = rows.pop(now)
    for column, (before, after) in said.items():
        assert row[column] == after, (change, column)
        row[column] = before
    rows[change.row_key] = row


NAMES = ("张秀英", "李建国", "王子轩")
WORDS = st.text(alphabet="#=~听说电话'\"{}a1 ", max_size=6)
Step = tuple[str, int, str]
USE_CASES = (
    "resident resident_edit tags merge household volunteer volunteer_edit state skill availability record "
    "room room_edit room_gone order day day_gone setting setting_back pin refused batch"
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(USE_CASES.split()),
        st.integers(0, 2),
        WORDS,
    ),
    min_size=1,
    max_size=8,
)


def step(context: Context, what: str, which: int, words: str) -> None:
    """One use case, which may refuse."""
    name, phone, no = NAMES[which], f"1381234000{which}", f"000000{which + 1}"
    room, day = f"{which}{words.strip()}室", date(2026, 11, 10 + which)
    cases: dict[str, Callable[[], object]] = {
        "resident": lambda: residents.add(context, {"name": name, "phone": phone, "note": words}),
        "resident_edit": lambda: residents.change(context, which + 1, {"note": words, "name": name + "阿"}),
        "tags": lambda: residents.set_tags(context, which + 1, context.settings.audience_tags[:which]),
        "merge": lambda: residents.merge(context, which + 1, 1),
        "household": lambda: residents.set_household(context, [1, which + 1]),
        "volunteer": lambda: register.add(context, {"name": name, "phone": phone, "note": words}),
        "volunteer_edit": lambda: register.change(context, no, {"note": words, "team": words}),
        "state": lambda: set_state(context, no, "suspended", words or "理由"),
        "skill": lambda: profiles.set_skill(context, no, "剪纸", note=words),
        "availability": lambda: profiles.set_availability(context, no, [Slot(which + 1, "morning")]),
        "record": lambda: profiles.add_record(context, no, "training", day="2026-11-01", title=words or "课"),
        "room": lambda: rooms.add_room(context, RoomFields(name=f"{which}室", capacity=10 + which, note=words)),
        "room_edit": lambda: rooms.change_room(context, f"{which}室", RoomFields(name=room, capacity=5, note=words)),
        "room_gone": lambda: rooms.remove_room(context, f"{which}室"),
        "order": lambda: rooms.order_rooms(context, [one.name for one in rooms.rooms(context)][::-1]),
        "day": lambda: set_day(context, day, "holiday", words),
        "day_gone": lambda: set_day(context, day, None),
        "setting": lambda: set_setting(context, "same_scan_seconds", str(10 + which)),
        "setting_back": lambda: reset(context, "same_scan_seconds"),
        "pin": lambda: set_pin(context, "M001", f"73915{which}"),
        "refused": lambda: _refused(context, words),
        "batch": lambda: _batch(context, which, words),
    }
    with suppress(CodedError):
        cases[what]()


def _refused(context: Context, words: str) -> None:
    with context.change("test.refused", "") as connection:
        connection.execute("INSERT INTO setting (key, value) VALUES ('x', ?)", (words,))
        raise DeskError("operator_required")


def _batch(context: Context, which: int, words: str) -> None:
    """Several entries in one transaction, and something after the last of them."""
    with context.database.write() as connection:
        context.confirm_operator(connection)
        connection.execute("DELETE FROM workday_override WHERE day = ?", (f"2026-10-0{which + 1}",))
        context.note(connection, "test.first", "1")
        connection.execute("UPDATE staff SET certificate = ?, weekly_hours = ? WHERE no = 'M001'", (words, which))
        context.note(connection, "test.second", "2")
        connection.execute("INSERT OR IGNORE INTO setting (key, value) VALUES (?, ?)", (f"y{which}", words))


def lead_back(steps: list[Step]) -> None:
    """Take the steps, then take every change back, and compare at each step with what stood there then."""
    with passing_desk() as (context, _):
        connection = context.database.connection
        states: list[tuple[int, State]] = []
        for what, which, words in steps:
            states.append((audit.count(connection), state_of(connection)))
            step(context, what, which, words)
        assert audit.first_broken(connection) is None
        salts, told = Salts(context), list(changes.by_entry(connection))
        now = as_told(state_of(connection), salts)
        for entries, earlier in reversed(states):
            while told and told[-1][0] > entries:
                back(now, told.pop()[1], connection)
            assert now == as_told(earlier, salts)


@settings(max_examples=12)
@given(STEPS)
def test_taken_back_one_by_one_the_changes_lead_to_every_earlier_state(steps: list[Step]) -> None:
    lead_back(steps)


@pytest.mark.slow
@settings(max_examples=300)
@given(STEPS)
def test_taken_back_one_by_one_they_do_so_for_many_more(steps: list[Step]) -> None:
    lead_back(steps)


def test_what_is_kept_of_people_are_hashes_that_only_compare(desk: Context) -> None:
    made = residents.add(desk, {"name": "张秀英", "phone": "13812340001", "note": "听力不好"})
    residents.change(desk, made.id, {"name": "张绣英"})
    residents.change(desk, made.id, {"name": "张秀英"})
    connection = desk.database.connection
    kept = "".join(row[0] for row in connection.execute("SELECT detail FROM audit_change"))
    assert not any(secret in kept for secret in ("张秀英", "13812340001", "听力", "0001"))
    names = [change.values["name"] for _, change in changes.by_entry(connection) if change.table == "resident"]
    assert names[0][1] == names[1][0] == names[2][1] != names[1][1] == names[2][0]
    other = residents.add(desk, {"name": "张秀英", "phone": "13812340002"})
    last = changes.of_entry(connection, audit.count(connection))
    found = next(change for change in last if change.row_key == str(other.id))
    assert found.values["name"][1] != names[0][1]


def test_of_a_forgotten_row_even_the_change_that_empties_it_tells_nothing(desk: Context) -> None:
    made = residents.add(desk, {"name": "张秀英", "phone": "13812340001"})
    connection = desk.database.connection
    before = Salts(desk).told("resident", str(made.id), "name", "张秀英")
    for first in (True, False):
        with desk.change("test.erased", str(made.id)) as writing:
            if first:
                changes.forget_salts(writing, "resident", made.id)
            writing.execute("UPDATE resident SET name = '' WHERE id = ?", (made.id,))
            if not first:
                changes.forget_salts(writing, "resident", str(made.id))
        assert connection.execute("SELECT 1 FROM audit_salt WHERE tab = 'resident'").fetchone() is None
        with desk.change("test.named", str(made.id)) as writing:
            writing.execute("UPDATE resident SET name = '张秀英' WHERE id = ?", (made.id,))
    told = [change.values["name"] for _, change in changes.by_entry(connection) if "name" in change.values]
    assert told[0][1] == before and len({*(str(one) for pair in told for one in pair)}) == 7
    assert audit.first_broken(connection) is None


TAMPERED = {
    "an entry goes": "DELETE FROM audit WHERE id = 3",
    "the last entry goes": "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)",
    "an entry says something else": "UPDATE audit SET subject = '9' WHERE id = 3",
    "an entry was made elsewhere": "UPDATE audit SET place = 'x' WHERE id = 3",
    "an entry claims to be older than the changes": "UPDATE audit SET place = '', changes = '' WHERE id = 3",
    "two entries change places": "UPDATE audit SET id = 107 - id WHERE id IN (3, 4)",
    "a change goes": "DELETE FROM audit_change WHERE entry = 3 AND position = 0",
    "all changes of an entry go": "DELETE FROM audit_change WHERE entry = 3",
    "a change says something else": "UPDATE audit_change SET detail = '{}' WHERE entry = 3",
    "a change is of another row": "UPDATE audit_change SET row_key = '9' WHERE entry = 3",
    "a change is added": "INSERT INTO audit_change VALUES (2, 7, 'setting', 'x', 'delete', '{}')",
    "a change without an entry is added": "INSERT INTO audit_change VALUES (99, 0, 'setting', 'x', 'delete', '{}')",
    "a change goes to another entry": "UPDATE audit_change SET entry = 2, position = 9 WHERE entry = 3",
}


@pytest.mark.parametrize("how", TAMPERED)
def test_whatever_is_done_to_the_record_past_the_program_shows(desk: Context, how: str) -> None:
    for name in NAMES:
        residents.add(desk, {"name": name})
    connection = desk.database.connection
    assert audit.first_broken(connection) is None
    connection.execute("PRAGMA foreign_keys = OFF")
    for trigger in ("audit_change_never_changes", "audit_change_never_deleted"):
        connection.execute(f"DROP TRIGGER {trigger}")
    assert connection.execute(TAMPERED[how]).rowcount > 0
    assert audit.first_broken(connection) is not None


def test_the_entries_of_older_files_verify_as_before(desk: Context) -> None:
    connection = desk.database.connection
    with desk.database.write() as writing:
        audit.append(writing, 1, "M001", "desk", "old.one", "7", "{}")
    row = connection.execute("SELECT * FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert (row["place"], row["changes"]) == ("", "")
    residents.add(desk, {"name": "张秀英"})
    assert audit.first_broken(connection) is None


def test_the_record_refuses_to_be_rewritten_by_the_program_itself(desk: Context) -> None:
    residents.add(desk, {"name": "张秀英"})
    for statement in ("UPDATE audit_change SET detail = ''", "DELETE FROM audit_change"):
        with pytest.raises(sqlite3.IntegrityError, match="only added"):
            desk.database.connection.execute(statement)


def test_opening_and_scanning_make_no_triggers_and_nothing_of_ratings_is_watched(desk: Context) -> None:
    other = open_context(desk.home, source="kiosk")
    assert not changes.is_watching(other.database.connection)
    other.database.close()
    assert not {table for table in changes.watched() if table in ("rating", "rating_tag", "review_used")}
    assert set(changes.LEFT_OUT) <= set(COLUMNS) and all(changes.LEFT_OUT.values())


def test_no_statement_of_ours_replaces_a_row_unseen(desk: Context) -> None:
    """REPLACE deletes without a trigger, so no table that is watched may be written with it."""
    found = []
    for path in Path(changes.__file__).parent.glob("*.py"):
        for table in changes.watched():
            if f"REPLACE INTO {table} " in path.read_text(encoding="utf-8"):
                found.append((path.name, table))
    assert found == []


def test_a_transaction_that_is_rolled_back_takes_the_triggers_with_it_and_the_next_makes_them_again(
    tmp_path: Path,
) -> None:
    with open_database(tmp_path / "centre.db", create=True) as database:
        with suppress(ValueError), database.write() as connection:
            changes.watch(connection)
            raise ValueError
        assert not changes.is_watching(database.connection) and changes.take(database.connection, b"k") == []
        with database.write() as connection:
            changes.watch(connection)
            connection.execute("INSERT INTO setting (key, value) VALUES ('a', 'b')")
            assert [one.table for one in changes.take(connection, b"k")] == ["setting"]
