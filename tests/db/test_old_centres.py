"""Centres that earlier programs wrote are sound after the upgrade and go on: the files are those programs' own work.

Each holds what `init`, the six imports (an extract of tests/data/centre-a), the cards and sixty scans left in a home.
"""

from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.connection import SCHEMA_VERSION
from frontdesk.check.service import look_over
from frontdesk.context import Operator, open_context
from frontdesk.home import Home
from frontdesk.volunteers import service as volunteers

OLD = Path(__file__).parents[1] / "data" / "old-centres"
USUAL = ("schema-02", "schema-12")
"""The others take the slow run: each takes a second."""

HELD = {"staff": 13, "volunteer": 12, "card": 12, "session": 6, "registration": 40, "attendance": 30, "rating": 20}
HELD |= {"visit": 28, "scan": 60}

LATER = datetime(2027, 1, 4, 4, 0, tzinfo=UTC)
"""After everything in the files."""


def versions() -> list[object]:
    return [
        pytest.param(path, id=path.name[:9], marks=() if path.name[:9] in USUAL else pytest.mark.slow)
        for path in sorted(OLD.glob("schema-*.tar.gz"))
    ]


@pytest.mark.parametrize("path", versions())
def test_a_centre_of_an_earlier_program_is_sound_after_the_upgrade_and_goes_on(path: Path, tmp_path: Path) -> None:
    with tarfile.open(path) as kept:
        kept.extractall(tmp_path, filter="data")
    home = Home(tmp_path)
    for folder in (home.path, home.keys):
        folder.chmod(0o700)
    before = counts(home)
    assert before == HELD
    manager = Operator("M001", "王五", "manager")
    context = open_context(home, source="cli", clock=lambda: LATER, operator=manager, synchronous="OFF")
    assert counts(home) == before
    assert context.database.connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    look = look_over(context)
    found = {one.key for one in look.findings} - {"backup.no_key"}
    # The first programs read fewer names in pinyin than this one: a search for the others finds nobody yet.
    assert look.is_sound and found <= {"volunteers.not_found_by_name"}, look.findings
    number = context.database.connection.execute("SELECT min(no) FROM volunteer").fetchone()[0]
    code = volunteers.replace_card(context, number)
    assert volunteers.scan(context, code).result == "entered"
    assert volunteers.find(context, number)[0].no == number
    assert look_over(context).is_sound
    context.database.close()


def counts(home: Home) -> dict[str, int]:
    with closing(sqlite3.connect(home.database)) as connection:
        return {table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in HELD}
