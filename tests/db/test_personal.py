"""Every column of every table is classified, and the table names nothing that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from db.connection import open_database
from db.personal import COLUMNS, HIDDEN, columns_of, is_hidden


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    path: Path = tmp_path_factory.mktemp("personal") / "centre.db"
    with open_database(path, create=True) as database:
        connection = database.connection
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {table: [row[1] for row in connection.execute(f"PRAGMA table_info('{table}')")] for table in tables}


def test_every_column_of_every_table_is_classified(stored: Mapping[str, list[str]]) -> None:
    missing = [(table, one) for table, names in stored.items() for one in names if one not in COLUMNS.get(table, {})]
    assert missing == []


def test_nothing_is_classified_that_the_file_does_not_have(stored: Mapping[str, list[str]]) -> None:
    astray = [(table, one) for table, names in COLUMNS.items() for one in names if one not in stored.get(table, ())]
    assert astray == []


def test_what_is_sealed_or_keyed_or_a_name_is_hidden() -> None:
    by_name = ("_cipher", "_tail_key", "phone_key", "pin_hash", "guardian_name", "booked_by")
    named = [(table, one) for table, names in COLUMNS.items() for one in names if one.endswith(by_name)]
    assert named and all(is_hidden(table, one) for table, one in named)
    assert is_hidden("resident", "no_such_column") and not is_hidden("session", "capacity")
    assert ("resident", "name") in set(columns_of("name")) and "name" in HIDDEN
