"""What each change was before and after: triggers of one connection see it, the audit entry of the change keeps it.

The triggers are temporary ones, made when somebody who is signed in changes something for the first time on a
connection: opening the file and scanning cards pay nothing for them. What they see waits in a temporary table, in
memory only, and goes into `audit_change` with the next entry of the same transaction.

How a value is written: a number or NULL as it is; a text as it is, with "=" before it where it begins with "#", "=" or
"~"; bytes as "~" and hexadecimal digits. What says something about a person (db/personal.py) is written as "#" and a
keyed hash under the salt of its row, which compares and tells nothing; '' stays ''. A row that was added leaves out
what is empty in it.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Literal, NamedTuple

from db.personal import COLUMNS, is_hidden

Operation = Literal["insert", "update", "delete"]
Value = str | int | float | bytes | None
Written = str | int | float | None

_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
SALT_BYTES = 16
HASH_BYTES = 16

_DERIVED = "made from other columns and tables again at any time"
_LOG = "a log that is only added to and tells everything itself"
_ANONYMOUS = "nothing may tell when or in which order an anonymous answer was given"
_COUNTER = "counts tries, whoever makes them; no change by anybody"
_OWN_ENTRY = "each has an entry of its own that says all of it"
_TRAVELS = "what travels to and from the district is signed, only added to, and compared by the check"

LEFT_OUT: Mapping[str, str] = {
    "_sqlite_migrations": _LOG,
    "sqlite_sequence": _DERIVED,
    "audit": _LOG,
    "audit_change": _LOG,
    "audit_salt": "salts are made and forgotten together with what they hide",
    "audit_words": "words of the log itself",
    "approval_decision": _LOG,
    "approval_request": _LOG,
    "approval_use": _LOG,
    "case_adoption": _LOG,
    "case_dating": _DERIVED,
    "case_edition": "follows from the definitions in force when records were begun",
    "case_draft": "a form that nobody has saved yet",
    "case_handed": "follows from the log of cases and from who has opened which",
    "case_limit": "follows from the log of cases and the calendar",
    "case_link": _LOG,
    "case_log": _LOG,
    "case_person": "said again in no log: its field in the log of cases tells that it was said",
    "cleaning_owed": "says what is still to be done to the file, which is nobody's change",
    "case_row_person": "said again in no log: its list in the log of cases tells that it was said",
    "case_record": "follows from the log of cases, which the check compares it with",
    "consent_event": _LOG,
    "privacy_notice": _LOG,
    "tombstone": _LOG,
    "department_review": _ANONYMOUS,
    "rating": _ANONYMOUS,
    "rating_rater": "stands under the key of its rating, beside anonymous ones",
    "rating_tag": _ANONYMOUS,
    "review_used": _ANONYMOUS,
    "review_wrong": _COUNTER,
    "follow_up": "stands under the key of a rating; its log tells every step",
    "follow_up_log": _LOG,
    "duty_event": _LOG,
    "fee_line": _LOG,
    "info_report_log": _LOG,
    "monthly_list_change": _LOG,
    "monthly_list_line": _LOG,
    "period_closing": _LOG,
    "registration_log": _LOG,
    "scan": _LOG,
    "visit": "follows from the log of scans, which the check compares it with",
    "search_term": _DERIVED,
    "backup": _OWN_ENTRY,
    "field_key": _OWN_ENTRY,
    "number_floor": _DERIVED,
    "recovery_key": _OWN_ENTRY,
    "restoration": _OWN_ENTRY,
    "kiosk_sign_in_failure": _COUNTER,
    "sign_in_debt": _COUNTER,
    "sign_in_failure": _COUNTER,
    "district_document": _TRAVELS,
    "document_reading": _TRAVELS,
    "enrolment": _TRAVELS,
    "key_rotation": _TRAVELS,
    "outbox": _TRAVELS,
    "outbox_attempt": _TRAVELS,
    "pinned_key": _TRAVELS,
    "receipt": _TRAVELS,
    "sealed_report": _TRAVELS,
    "skipped_document": _TRAVELS,
}
"""The tables whose rows are not compared before and after, with the reason."""


class Change(NamedTuple):
    """One row that was changed."""

    table: str
    row_key: str
    operation: Operation
    detail: str
    """JSON: by column what was there before and after."""

    @property
    def values(self) -> dict[str, tuple[Written, Written]]:
        """By column what was there before and after, as it is written."""
        return {column: (before, after) for column, (before, after) in json.loads(self.detail).items()}


class _Shape(NamedTuple):
    columns: tuple[str, ...]
    keys: tuple[int, ...]
    hidden: frozenset[int]


def watched() -> tuple[str, ...]:
    """The tables whose changes are kept."""
    return tuple(table for table in COLUMNS if table not in LEFT_OUT)


def is_watching(connection: sqlite3.Connection) -> bool:
    """Whether the changes made on this connection are being seen."""
    try:
        connection.execute("SELECT 1 FROM temp.audit_seen LIMIT 0")
    except sqlite3.OperationalError as failure:
        if "no such table" not in str(failure):
            raise
        return False
    return True


def watch(connection: sqlite3.Connection, saw: Callable[[str], None] = lambda _: None) -> None:
    """See, from now on, every change that this connection makes; once is enough, a second time costs a look.

    Where a transaction is running it is part of it: rolled back, it has to be done again. `saw` is told "insert",
    "update" or "delete" of every row that is seen and "forgotten" of every salt that goes: who was told nothing has
    nothing to take or to settle, so that a scan after a change in the same window costs no statement more.
    """
    if is_watching(connection):
        return

    def told(what: str) -> str:
        saw(what)
        return what

    connection.create_function("audit_saw", 1, told)
    shapes = {table: _SHAPES.setdefault(table, _shape(connection, table)) for table in watched()}
    most = 2 * max(len(shape.columns) for shape in shapes.values())
    values = ", ".join(f"v{place}" for place in range(most))
    connection.execute(f"CREATE TEMP TABLE audit_seen (id INTEGER PRIMARY KEY, tab TEXT, operation TEXT, {values})")
    connection.execute("CREATE TEMP TABLE audit_forgotten (tab TEXT, row_key TEXT, PRIMARY KEY (tab, row_key))")
    for table, shape in shapes.items():
        for statement in _triggers(table, shape.columns):
            connection.execute(statement)


def take(connection: sqlite3.Connection, key: bytes) -> list[Change]:
    """What was seen since it was last taken, in order; from now on it counts as told. `key` is that of the hashes.

    Nothing where `watch` was never called, or in a transaction that was rolled back.
    """
    try:
        # Few columns at first: to describe them all takes longer than to find out that nothing was seen.
        rows = connection.execute("SELECT id, tab, operation FROM temp.audit_seen ORDER BY id").fetchall()
    except sqlite3.OperationalError:
        if is_watching(connection):
            raise
        return []
    if not rows:
        return []
    values: dict[int, tuple[Value, ...]] = {}
    for table in dict.fromkeys(row[1] for row in rows):
        columns = ", ".join(f"v{place}" for place in range(2 * len(_SHAPES[table].columns)))
        wide = connection.execute(f"SELECT id, {columns} FROM temp.audit_seen WHERE tab = ?", (table,))
        values.update((row[0], tuple(row[1:])) for row in map(tuple, wide))
    connection.execute("DELETE FROM temp.audit_seen")
    found = (_change(connection, key, row[1], row[2], values[row[0]]) for row in rows)
    return [change for change in found if change is not None]


def pass_over(connection: sqlite3.Connection) -> None:
    """Let what was seen since it was last taken count as told: nobody's change."""
    if is_watching(connection):
        connection.execute("DELETE FROM temp.audit_seen")


def settle(connection: sqlite3.Connection) -> None:
    """What was to be forgotten in this transaction is forgotten: it ends."""
    if is_watching(connection) and connection.execute("SELECT 1 FROM temp.audit_forgotten LIMIT 1").fetchone():
        connection.execute("DELETE FROM temp.audit_forgotten")


def forget_salts(connection: sqlite3.Connection, table: str, row_key: str | int) -> None:
    """Let what the record of changes keeps of one row tell nothing any more, whoever has the keys.

    Called for every row that a person is erased from, in the transaction that empties it, before or after. `row_key` is
    the row's primary key as text; of several columns a JSON list of them, see `row_key_of`.
    """
    found = (table, str(row_key))
    connection.execute("DELETE FROM audit_salt WHERE tab = ? AND row_key = ?", found)
    if is_watching(connection):
        connection.execute("INSERT OR IGNORE INTO temp.audit_forgotten VALUES (?, ?)", found)
        connection.execute("SELECT audit_saw('forgotten')")


def row_key_of(values: Sequence[Value]) -> str:
    """How the record of changes names a row by the values of its primary key."""
    if len(values) == 1:
        one = values[0]
        return one.hex() if isinstance(one, bytes) else str(one)
    return _written([written(value) for value in values])


def written(value: Value) -> Written:
    """A value as the record of changes has it."""
    if isinstance(value, str):
        return f"={value}" if value[:1] in ("#", "=", "~") and value else value
    return f"~{value.hex()}" if isinstance(value, bytes) else value


def hidden(value: Value, key: bytes, salt: bytes) -> Written:
    """What stands for a value that says something about a person."""
    if value is None or value == "":
        return value
    if isinstance(value, bytes):
        said = b"b" + value
    else:
        said = (b"t" if isinstance(value, str) else b"n") + str(value).encode("utf-8", "surrogatepass")
    return "#" + blake2b(said, key=key, salt=salt, digest_size=HASH_BYTES).hexdigest()


def digest(changes: Iterable[Change]) -> str:
    """The hash over the rows of one entry, in hex; '' for none."""
    state, any_row = blake2b(digest_size=32), False
    for change in changes:
        any_row = True
        state.update("".join(f"{len(part)}:{part}" for part in change).encode("utf-8", "surrogatepass"))
    return state.hexdigest() if any_row else ""


def keep(connection: sqlite3.Connection, entry: int, changes: Iterable[Change]) -> None:
    """Write the rows of one entry."""
    connection.executemany(
        "INSERT INTO audit_change (entry, position, tab, row_key, operation, detail) VALUES (?, ?, ?, ?, ?, ?)",
        ((entry, position, *change) for position, change in enumerate(changes)),
    )


def of_entry(connection: sqlite3.Connection, entry: int) -> list[Change]:
    """What one entry changed, in order."""
    rows = connection.execute(
        "SELECT tab, row_key, operation, detail FROM audit_change WHERE entry = ? ORDER BY position", (entry,)
    )
    return [Change(*row) for row in rows]


def by_entry(connection: sqlite3.Connection) -> Iterator[tuple[int, Change]]:
    """Every change with the id of its entry, in order."""
    rows = connection.execute(
        "SELECT entry, tab, row_key, operation, detail FROM audit_change ORDER BY entry, position"
    )
    return ((row[0], Change(*row[1:])) for row in map(tuple, rows))


def _change(
    connection: sqlite3.Connection, key: bytes, table: str, operation: Operation, values: tuple[Value, ...]
) -> Change | None:
    """What was seen of one row; None where nothing is different."""
    shape = _SHAPES[table]
    count = len(shape.columns)
    first, second = values[:count], values[count:]
    nothing: tuple[Value, ...] = (None,) * count
    before, after = (nothing, first) if operation == "insert" else (first, nothing if operation == "delete" else second)
    if operation == "update":
        places = [place for place in range(count) if _differ(before[place], after[place])]
        if not places:
            return None
    else:
        empty = (None, "") if operation == "insert" else (None,)
        places = [place for place in range(count) if first[place] not in empty]
    row_key = row_key_of([first[place] for place in shape.keys])
    moved = row_key_of([second[place] for place in shape.keys]) if operation == "update" else row_key
    salt = b""
    # Under another key a row goes on with the same salt, or what it was could not be compared any more.
    if not shape.hidden.isdisjoint(places) or (moved != row_key and shape.hidden):
        salt = _salt(connection, table, row_key)
        if moved != row_key:
            _keep_salt(connection, table, moved, salt)
    detail = {}
    for place in places:
        if place in shape.hidden:
            pair = [hidden(before[place], key, salt), hidden(after[place], key, salt)]
        else:
            pair = [written(before[place]), written(after[place])]
        detail[shape.columns[place]] = pair
    return Change(table, row_key, operation, _written(detail))


def _differ(one: Value, other: Value) -> bool:
    return one != other or type(one) is not type(other)


def _salt(connection: sqlite3.Connection, table: str, row_key: str) -> bytes:
    """The salt of a row, made where there is none yet; a passing one where it is being forgotten."""
    found = connection.execute("SELECT salt FROM audit_salt WHERE tab = ? AND row_key = ?", (table, row_key)).fetchone()
    if found is not None:
        return bytes(found[0])
    salt = secrets.token_bytes(SALT_BYTES)
    gone = connection.execute(
        "SELECT 1 FROM temp.audit_forgotten WHERE tab = ? AND row_key = ?", (table, row_key)
    ).fetchone()
    if gone is None:
        _keep_salt(connection, table, row_key, salt)
    return salt


def _keep_salt(connection: sqlite3.Connection, table: str, row_key: str, salt: bytes) -> None:
    connection.execute(
        "INSERT INTO audit_salt (tab, row_key, salt) VALUES (?, ?, ?) "
        "ON CONFLICT (tab, row_key) DO UPDATE SET salt = excluded.salt",
        (table, row_key, salt),
    )


_SHAPES: dict[str, _Shape] = {}
"""By table; the same for every file of this schema, and read from the first one that is watched."""


def _shape(connection: sqlite3.Connection, table: str) -> _Shape:
    """The columns of a table that are kept, which of them are its key, and which are hidden."""
    columns = tuple(column for column, kind in COLUMNS[table].items() if kind != "derived")
    keys = connection.execute(f"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk")
    return _Shape(
        columns,
        tuple(columns.index(key[0]) for key in keys),
        frozenset(place for place, column in enumerate(columns) if is_hidden(table, column)),
    )


def _triggers(table: str, columns: Sequence[str]) -> Iterator[str]:
    """One trigger for each way to change a row. TEMP, so that they are this connection's alone."""
    old, new = ", ".join(f"OLD.{one}" for one in columns), ", ".join(f"NEW.{one}" for one in columns)
    single = ", ".join(f"v{place}" for place in range(len(columns)))
    double = ", ".join(f"v{place}" for place in range(2 * len(columns)))
    for operation, happens, places, values in (
        ("insert", "INSERT", single, new),
        ("delete", "DELETE", single, old),
        ("update", f"UPDATE OF {', '.join(columns)}", double, f"{old}, {new}"),
    ):
        yield (
            f"CREATE TEMP TRIGGER audit_{table}_{operation} AFTER {happens} ON main.{table} "
            f"BEGIN INSERT INTO audit_seen (tab, operation, {places}) "
            f"VALUES ('{table}', audit_saw('{operation}'), {values}); END"
        )
