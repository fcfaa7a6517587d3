"""Taking the order of writing out of the pages of the file.

A page of SQLite keeps its rows sorted by their key, but lays their bytes down in the order in which they were written:
whoever reads the raw page, or that of an index, sees which of two rows came first. Rows of which nobody is to know that
are taken out and written again in a random order whenever one is added or changed (mechanisms §12).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from random import SystemRandom

MOST_MIXED = 300
"""More rows than a centre gets in a day; of a longer list so many are drawn, so that no key waits for it."""

_chance = SystemRandom()


def mix(
    connection: sqlite3.Connection,
    table: str,
    condition: str,
    values: Sequence[object] = (),
    *,
    key: str = "key",
    parts: Sequence[str] = (),
    fresh: Sequence[object] = (),
) -> None:
    """Write the rows of `table` that meet a condition anew, in a random order, inside a running transaction.

    `key` is the column by which a row is known; `parts` are tables of which rows go with it by ON DELETE CASCADE, found
    by the same column. `fresh` are the keys just written, which are never left out of a long list. The rows say
    afterwards what they said before.
    """
    keys = [row[0] for row in connection.execute(f"SELECT {key} FROM {table} WHERE {condition}", values)]
    if len(keys) < 2:
        return
    if len(keys) > MOST_MIXED:
        drawn = _chance.sample(keys, MOST_MIXED)
        keys = list({*drawn, *(one for one in fresh if one in set(keys))})
    kept = {name: _rows(connection, name, key, keys) for name in (table, *parts)}
    connection.executemany(f"DELETE FROM {table} WHERE {key} = ?", [(one,) for one in keys])
    for name, rows in kept.items():
        _chance.shuffle(rows)
        if rows:
            connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _rows(connection: sqlite3.Connection, table: str, key: str, keys: Sequence[object]) -> list[tuple[object, ...]]:
    """Every row of a table with one of these keys, all columns in their order."""
    wanted = f"SELECT * FROM {table} WHERE {key} IN ({', '.join('?' * len(keys))})"
    return [tuple(row) for row in connection.execute(wanted, keys)]
