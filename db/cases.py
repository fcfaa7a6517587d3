"""Cases and registers: the records, their log, what they say of people, and how they are linked."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from db import backups


class CaseRow(NamedTuple):
    """One record of a definition, as it follows from its log. `said` is JSON of its values without what tells of
    people; days are local, ISO; `due_code` is the time limit that `due_on` belongs to; `emptied_on` is when what it
    says of people and in free words was taken away because it is kept no longer. It is a light tuple, in the order of
    the columns: lists have a hundred of them a page.
    """

    id: int
    definition: str
    edition: int
    number: str
    title: str
    state: str
    level: int
    responsible: str
    opened_on: str
    due_on: str | None
    due_code: str
    ended_on: str | None
    is_paused: bool
    said: str
    revision: int
    emptied_on: str | None = None

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> CaseRow:
        """The record for one row that has its columns, whatever else is in it."""
        return cls._make(row[name] for name in cls._fields)


class CaseLogEntry(NamedTuple):
    """Something that happened to a record: who (staff number), when (UTC milliseconds, and the local day), what was
    said (JSON; of a field about people only that it was said), in which words.
    """

    case_id: int
    position: int
    at: int
    day: str
    operator_no: str
    kind: str
    step: str = ""
    said: str = "{}"
    reason: str = ""
    id: int = 0


Other = Literal["case", "demand", "session", "follow_up", "letter"]
"""What a record may be linked to."""


class CaseLink(NamedTuple):
    """A record that belongs to something: another record (`ref` is its id), a demand or letter (its number), a session
    (its code), a follow-up (its number); what it is to it, when that was noted and by whom.
    """

    case_id: int
    other: Other
    ref: str
    kind: str
    at: int
    operator_no: str


SEARCH_KIND = "case"

_SAVED = tuple(name for name in CaseRow._fields if name != "id")
_LOGGED = tuple(name for name in CaseLogEntry._fields if name != "id")
COLUMNS = ", ".join(CaseRow._fields)
"""What is read of `case_record`, in the order of `CaseRow`."""
_LOG_COLUMNS = ", ".join(CaseLogEntry._fields)
_LINK_COLUMNS = ", ".join(CaseLink._fields)
_INSERT = f"INSERT INTO case_record ({', '.join(_SAVED)}) VALUES ({', '.join('?' * len(_SAVED))})"
_UPDATE = f"UPDATE case_record SET {', '.join(f'{name} = ?' for name in _SAVED)} WHERE id = ?"
_LENGTHS = "lengths (digits) AS (SELECT 18 UNION ALL SELECT digits - 1 FROM lengths WHERE digits > 1)"
"""How many digits a number may have, the most first: each fits into what SQLite counts with."""
# What a record is read by is put together once: it is asked for with every record that is opened.
_GET = f"SELECT {COLUMNS} FROM case_record WHERE id = ?"
# One seek for each, without a table of the ids that is made and thrown away.
_BY_IDS = (
    f"SELECT {', '.join(f'r.{name}' for name in CaseRow._fields)} FROM json_each(?) AS asked "
    "CROSS JOIN case_record AS r ON r.id = asked.value"
)
_LOG_OF = f"SELECT {_LOG_COLUMNS} FROM case_log WHERE case_id = ? ORDER BY position"
_LINKS_OF = (
    f"SELECT {_LINK_COLUMNS} FROM case_link WHERE case_id = ?1 UNION ALL "
    f"SELECT {_LINK_COLUMNS} FROM case_link WHERE other = 'case' AND ref = CAST(?1 AS TEXT)"
)
_LOG = f"INSERT INTO case_log ({', '.join(_LOGGED)}) VALUES ({', '.join('?' * len(_LOGGED))})"


def plain(connection: sqlite3.Connection, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
    """What a statement reads, each row as a plain tuple: lists have many."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(statement, values)


def select(connection: sqlite3.Connection, rest: str, values: Sequence[object] = ()) -> list[CaseRow]:
    """The records that the rest of a statement, from its WHERE on, names."""
    return list(map(_row, plain(connection, f"SELECT {COLUMNS} FROM case_record {rest}", values)))


_when_noted = itemgetter(*map(CaseLink._fields.index, ("at", "case_id", "other", "ref")))
# What `_make` does, without a call of Python for each of a list's rows.
_row: Callable[[Sequence[Any]], CaseRow] = partial(tuple.__new__, CaseRow)
_entry: Callable[[Sequence[Any]], CaseLogEntry] = partial(tuple.__new__, CaseLogEntry)


def insert(connection: sqlite3.Connection, row: CaseRow) -> int:
    """Add a record; returns the id."""
    cursor = connection.execute(_INSERT, [getattr(row, name) for name in _SAVED])
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def save(connection: sqlite3.Connection, row: CaseRow) -> None:
    """Overwrite a record with what its log has made of it."""
    connection.execute(_UPDATE, [*(getattr(row, name) for name in _SAVED), row.id])


def get(connection: sqlite3.Connection, case_id: int) -> CaseRow | None:
    """The record with this id; None if there is none."""
    found = plain(connection, _GET, (case_id,)).fetchone()
    return None if found is None else _row(found)


def by_number(connection: sqlite3.Connection, definition: str, number: str) -> CaseRow | None:
    """The record of a definition with this number; None if there is none."""
    return next(iter(select(connection, "WHERE definition = ? AND number = ?", (definition, number))), None)


def numbered(connection: sqlite3.Connection, number: str) -> list[CaseRow]:
    """The records with this number, of whichever definition."""
    return select(connection, "WHERE number = ? ORDER BY id", (number,))


def titled(connection: sqlite3.Connection, words: str, limit: int) -> list[int]:
    """The ids of at most `limit` records with these words in their titles, the latest first."""
    escaped = re.sub(r"([%_\\])", r"\\\1", words)
    # By the index on titles, which is read as a whole, and not in the order of the table.
    found = plain(
        connection,
        "SELECT id FROM case_record WHERE title LIKE ? ESCAPE '\\' ORDER BY +id DESC LIMIT ?",
        (f"%{escaped}%", limit),
    )
    return [row[0] for row in found]


def latest_titles(connection: sqlite3.Connection, most: int) -> list[tuple[int, str]]:
    """The ids and titles of the `most` latest records, the latest first; those without a title left out."""
    found = plain(connection, "SELECT id, title FROM case_record WHERE title != '' ORDER BY id DESC LIMIT ?", (most,))
    return [(row[0], row[1]) for row in found]


def saying(connection: sqlite3.Connection, definition: str, field: str, words: str, limit: int) -> list[int]:
    """The ids of at most `limit` records of a definition with these words in one of its fields, the latest first. It
    reads all of them: for registers that are looked things up in.
    """
    found = plain(
        connection,
        "SELECT id FROM case_record WHERE definition = ? AND instr(json_extract(said, ?), ?) "
        "ORDER BY opened_on DESC, id DESC LIMIT ?",
        (definition, f"$.{field}", words, limit),
    )
    return [row[0] for row in found]


def by_ids(connection: sqlite3.Connection, ids: Sequence[int]) -> list[CaseRow]:
    """The records with these ids in the order asked for; unknown ids are left out."""
    if not ids:
        return []
    wanted = list(dict.fromkeys(ids))
    rows = list(map(_row, plain(connection, _BY_IDS, (json.dumps(wanted),))))
    if [one[0] for one in rows] == wanted:
        return rows
    # Some are unknown; nor does SQLite promise an order.
    found = {one[0]: one for one in rows}
    return [found[one] for one in wanted if one in found]


def last_number(connection: sqlite3.Connection, definition: str, beginning: str) -> str:
    """The highest number of a definition that begins like this, the longer the higher, or one that a lost file may have
    given out; '' before the first.
    """
    # One seek in the index on numbers for each length: of a year there are tens of thousands.
    row = connection.execute(
        f"WITH RECURSIVE {_LENGTHS} SELECT found FROM (SELECT (SELECT max(number) FROM case_record "
        "WHERE definition = :definition AND length(number) = digits + :begins AND number >= :first AND number < :last) "
        "AS found FROM lengths) WHERE found IS NOT NULL LIMIT 1",
        {
            "definition": definition,
            "begins": len(beginning),
            "first": beginning,
            "last": beginning + "\U0010ffff",
        },
    ).fetchone()
    kept_free = backups.case_floor(connection, beginning)
    if kept_free and (row is None or int(row[0].removeprefix(beginning)) < kept_free):
        return f"{beginning}{kept_free}"
    return row[0] if row else ""


def append(connection: sqlite3.Connection, entry: CaseLogEntry) -> None:
    """Add to the log of a record."""
    connection.execute(_LOG, [getattr(entry, name) for name in _LOGGED])


def log_of(connection: sqlite3.Connection, case_id: int) -> list[CaseLogEntry]:
    """The log of a record, oldest first."""
    return list(map(_entry, plain(connection, _LOG_OF, (case_id,))))


def logs(connection: sqlite3.Connection) -> Iterator[tuple[CaseRow, list[CaseLogEntry]]]:
    """Every record with its log, by id. It reads everything: for checks only."""
    for row in plain(connection, f"SELECT {COLUMNS} FROM case_record ORDER BY id"):
        record = CaseRow._make(row)
        yield record, log_of(connection, record.id)


def set_person(
    connection: sqlite3.Connection, case_id: int, field: str, cipher: bytes | None, resident_id: int | None = None
) -> None:
    """Keep what a field of a record says of people, sealed, and who of the register that is; None for nothing any
    more.
    """
    if cipher is None:
        connection.execute("DELETE FROM case_person WHERE case_id = ? AND field = ?", (case_id, field))
    else:
        connection.execute(
            "INSERT INTO case_person (case_id, field, phone_cipher, resident_id) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (case_id, field) DO UPDATE SET phone_cipher = excluded.phone_cipher, "
            "resident_id = excluded.resident_id",
            (case_id, field, cipher, resident_id),
        )


def people_of(connection: sqlite3.Connection, case_id: int) -> dict[str, bytes]:
    """What the fields of a record say of people, by field, sealed."""
    rows = connection.execute("SELECT field, phone_cipher FROM case_person WHERE case_id = ?", (case_id,))
    return {row[0]: row[1] for row in rows}


def people_and_residents(connection: sqlite3.Connection, case_id: int) -> list[tuple[str, bytes, int | None]]:
    """Each field of a record that says something of people, what it says, sealed, and who of the register it names."""
    statement = "SELECT field, phone_cipher, resident_id FROM case_person WHERE case_id = ?"
    return plain(connection, statement, (case_id,)).fetchall()


def begun_from(connection: sqlite3.Connection, ids: Sequence[int]) -> list[tuple[int, int]]:
    """The records that these are linked to by links of their own, each pair by ids."""
    statement = (
        "SELECT case_id, CAST(ref AS INTEGER) FROM case_link WHERE other = 'case' "
        "AND case_id IN (SELECT value FROM json_each(?))"
    )
    return [(row[0], row[1]) for row in connection.execute(statement, (json.dumps(list(ids)),))]


def link(connection: sqlite3.Connection, one: CaseLink) -> None:
    """Note that a record belongs to something."""
    connection.execute(
        "INSERT INTO case_link (case_id, other, ref, kind, at, operator_no) VALUES (?, ?, ?, ?, ?, ?)",
        (one.case_id, one.other, one.ref, one.kind, one.at, one.operator_no),
    )


def unlink(connection: sqlite3.Connection, one: CaseLink) -> None:
    """Take a link back."""
    connection.execute(
        "DELETE FROM case_link WHERE case_id = ? AND other = ? AND ref = ?", (one.case_id, one.other, one.ref)
    )


def links_of(connection: sqlite3.Connection, case_id: int) -> list[CaseLink]:
    """The links from a record, and those of other records to it, in the order in which they were noted."""
    found = list(map(CaseLink._make, plain(connection, _LINKS_OF, (case_id,))))
    # Sorted here: most records have no link, and SQLite would prepare to sort for each of the two directions.
    found.sort(key=_when_noted)
    return found


def linked_to(connection: sqlite3.Connection, other: Other, refs: Iterable[str]) -> list[CaseLink]:
    """The links of records to things of one kind, in the order in which they were noted."""
    found = plain(
        connection,
        f"SELECT {_LINK_COLUMNS} FROM case_link WHERE other = ? AND ref IN (SELECT value FROM json_each(?)) "
        "ORDER BY at, case_id",
        (other, json.dumps(list(refs))),
    )
    return list(map(CaseLink._make, found))


def work(
    connection: sqlite3.Connection,
    limit: int,
    *,
    definition: str = "",
    responsible: str = "",
    after: tuple[str, int] = ("", 0),
) -> list[CaseRow]:
    """At most `limit` records that have not ended, what is due first, without a limit last; of one definition or one
    responsible person only where they are named. `after` is the last one seen: `due_on` or '9999', and the id.
    """
    # Said in two parts: of a pair SQLite would read the index from its beginning.
    wheres = ["ended_on IS NULL", "coalesce(due_on, '9999') >= ?", "(coalesce(due_on, '9999') > ? OR id > ?)"]
    values: list[Any] = [after[0], *after]
    for name, wanted in (("definition", definition), ("responsible", responsible)):
        if wanted:
            wheres.append(f"{name} = ?")
            values.append(wanted)
    where = " AND ".join(wheres)
    return select(connection, f"WHERE {where} ORDER BY coalesce(due_on, '9999'), id LIMIT ?", [*values, limit])


def register(connection: sqlite3.Connection, definition: str, limit: int, before: tuple[str, int]) -> list[CaseRow]:
    """At most `limit` records of a definition, the latest first, that were opened before a day and id."""
    earlier = "WHERE definition = ? AND (opened_on, id) < (?, ?) ORDER BY opened_on DESC, id DESC LIMIT ?"
    return select(connection, earlier, (definition, *before, limit))


def open_of(connection: sqlite3.Connection, definition: str) -> list[CaseRow]:
    """Every record of a definition that has not ended, by id."""
    return select(connection, "WHERE definition = ? AND ended_on IS NULL ORDER BY id", (definition,))


def open_with(connection: sqlite3.Connection, definition: str, field: str, value: object, but: int) -> str | None:
    """The number of a record of a definition that has not ended, other than one by its id, of which a field holds just
    this text or number; None if there is none.
    """
    row = connection.execute(
        "SELECT number FROM case_record WHERE definition = ? AND ended_on IS NULL AND id <> ? "
        "AND json_extract(said, ?) = ? LIMIT 1",
        (definition, but, f"$.{field}", value),
    ).fetchone()
    return None if row is None else str(row[0])


def ended_of(connection: sqlite3.Connection, definition: str) -> list[CaseRow]:
    """Every record of a definition that has ended, by id."""
    return select(connection, "WHERE definition = ? AND ended_on IS NOT NULL ORDER BY id", (definition,))


def touched(connection: sqlite3.Connection, definition: str, first: str, last: str) -> list[CaseRow]:
    """The records of a definition to which anything happened in a span of local days, opening and ending with it, the
    eldest first.
    """
    return select(
        connection,
        "WHERE definition = ? AND opened_on <= ? AND EXISTS (SELECT 1 FROM case_log l "
        "WHERE l.case_id = case_record.id AND l.day BETWEEN ? AND ?) ORDER BY opened_on, id",
        (definition, last, first, last),
    )


def counts(connection: sqlite3.Connection, today: str) -> dict[str, tuple[int, int]]:
    """By definition how many records have not ended, and how many of these are overdue."""
    # Asked as the index has it, which alone is read then.
    found = connection.execute(
        "SELECT definition, count(*), sum(coalesce(due_on, '9999') < ?) FROM case_record "
        "WHERE ended_on IS NULL GROUP BY definition",
        (today,),
    )
    return {row[0]: (row[1], row[2]) for row in found}


def every_open(connection: sqlite3.Connection) -> Iterable[CaseRow]:
    """Every record that has not ended, by id, one after the other."""
    yield from map(
        CaseRow._make, plain(connection, f"SELECT {COLUMNS} FROM case_record WHERE ended_on IS NULL ORDER BY id")
    )


def set_due(connection: sqlite3.Connection, case_id: int, due_on: str | None, due_code: str, is_paused: bool) -> None:
    """Keep by when a record is due after the calendar or a setting has changed."""
    connection.execute(
        "UPDATE case_record SET due_on = ?, due_code = ?, is_paused = ? WHERE id = ?",
        (due_on, due_code, is_paused, case_id),
    )


def put_draft(
    connection: sqlite3.Connection, operator_no: str, definition: str, case_id: int, step: str, cipher: bytes, at: int
) -> None:
    """Keep a form as far as it is filled in, sealed; `case_id` 0 and `step` '' for a new record."""
    connection.execute(
        "INSERT INTO case_draft (operator_no, definition, case_id, step, phone_cipher, saved_at) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (operator_no, definition, case_id, step) "
        "DO UPDATE SET phone_cipher = excluded.phone_cipher, saved_at = excluded.saved_at",
        (operator_no, definition, case_id, step, cipher, at),
    )


def draft(
    connection: sqlite3.Connection, operator_no: str, definition: str, case_id: int, step: str
) -> tuple[bytes, int] | None:
    """A form that somebody began, sealed, and when it was kept (UTC milliseconds); None if there is none."""
    row = connection.execute(
        "SELECT phone_cipher, saved_at FROM case_draft WHERE operator_no = ? AND definition = ? AND case_id = ? "
        "AND step = ?",
        (operator_no, definition, case_id, step),
    ).fetchone()
    return (row[0], row[1]) if row else None


def drop_draft(connection: sqlite3.Connection, operator_no: str, definition: str, case_id: int, step: str) -> None:
    """Forget a form that was saved or given up."""
    connection.execute(
        "DELETE FROM case_draft WHERE operator_no = ? AND definition = ? AND case_id = ? AND step = ?",
        (operator_no, definition, case_id, step),
    )
