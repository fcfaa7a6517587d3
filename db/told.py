"""What the record of changes says that rows of a table are now, and where they are not: changed past the program."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence

from db.changes import Value, Written, hidden, written
from db.personal import is_hidden

Kept = dict[str, Written]


def astray(connection: sqlite3.Connection, key: bytes, table: str, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The rows of a table with one column as key, and the first of these columns, that are not as they were last told.

    Only what was told is compared: rows of older files come in column by column as they change. A row that was told and
    is gone is named with the first column. `key` is that of the hashes; a hash whose salt is forgotten tells nothing.
    """
    (name,) = connection.execute(f"SELECT name FROM pragma_table_info('{table}') WHERE pk = 1").fetchone()
    found = connection.execute(f"SELECT {name}, {', '.join(columns)} FROM {table}")
    rows = {str(row[0]): tuple(row[1:]) for row in found}
    salts = dict(map(tuple, connection.execute("SELECT row_key, salt FROM audit_salt WHERE tab = ?", (table,))))
    for row_key, kept in _told(connection, table, columns).items():
        if row_key not in rows:
            yield row_key, columns[0]
            continue
        salt = salts.get(row_key)
        for one, value in zip(columns, rows[row_key], strict=True):
            if one in kept and not _is(value, kept[one], is_hidden(table, one), key, salt):
                yield row_key, one
                break


def _is(value: Value, kept: Written, hashed: bool, key: bytes, salt: bytes | None) -> bool:
    if value in (None, "") or kept in (None, ""):
        return value in (None, "") and kept in (None, "")
    if not hashed:
        return written(value) == kept
    return salt is None or hidden(value, key, bytes(salt)) == kept


def _told(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> dict[str, Kept]:
    """By row what was last told of each column; of a row that was added what was left out was empty."""
    found: dict[str, Kept] = {}
    rows = connection.execute(
        "SELECT row_key, operation, detail FROM audit_change WHERE tab = ? ORDER BY entry, position", (table,)
    )
    for row_key, operation, detail in map(tuple, rows):
        if operation == "delete":
            found.pop(row_key, None)
            continue
        told = json.loads(detail)
        kept = dict.fromkeys(columns) if operation == "insert" else found.get(row_key, {})
        found[row_key] = {**kept, **{one: told[one][1] for one in columns if one in told}}
    return found
