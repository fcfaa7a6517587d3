"""Killed, or on a full disk, while a register is sealed or taken in: all of it is there or nothing, and the next start
finishes it.

The ordinary run breaks each of them off at a few writes; `pytest -m slow` at many, and with thousands of records.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from db import case_editions
from frontdesk.cases import service
from frontdesk.cases.library import definition_of
from frontdesk.cases.papers.importing import import_register
from frontdesk.cases.working import open_in
from frontdesk.context import Context, Operator, open_context
from frontdesk.errors import CodedError
from frontdesk.home import Home
from frontdesk.privacy import service as privacy
from tests import safe_disk
from tests.db.test_case_editions import CLEAR, SEALED
from tests.db.test_case_folder import put
from tests.desks import DESK, NOON, new_desk, sheet
from tests.programs import ROOT, assert_sound
from tests.safe_disk import ALWAYS, ERRORS, FAIL, KILL_AFTER, KILL_BEFORE, KILL_TORN, Control

needs_shim = pytest.mark.skipif(bool(safe_disk.why_not()), reason=safe_disk.why_not())
POINTS = [4, pytest.param(16, marks=pytest.mark.slow)]
RECORDS = 60
DO = """
import sys
from pathlib import Path
from tests.test_cases_killed import opened, seal, take_in
from frontdesk.errors import CodedError

print("begun", flush=True)
try:
    {"seal": seal, "take_in": take_in}[sys.argv[2]](opened(Path(sys.argv[1])))
except CodedError as refused:
    print(refused.code, flush=True)
else:
    print("done", flush=True)
"""


def opened(home: Path) -> Context:
    """The centre with its manager signed in."""
    manager = Operator(DESK.manager_no, DESK.manager_name, "manager")
    return replace(open_context(Home(home), source="cli", clock=lambda: NOON), operator=manager)


def seal(desk: Context) -> None:
    """Begin a record by the definition as it stands in the folder now, and take the bytes out of the file."""
    service.open_case(desk, "lost_property", {"what": "书"})
    privacy.settle(desk)


def take_in(desk: Context) -> None:
    """Take in the sheet that lies in the centre's folder."""
    import_register(desk, "lost_property", desk.home.path / "表.csv")


def phone(place: int) -> str:
    """A made-up phone that stands nowhere else in the file."""
    return f"1390{place:07}"


def fill(desk: Context, count: int) -> None:
    """So many records that say in clear who found something."""
    put(desk, "lost_property", CLEAR)
    definition = definition_of(desk, "lost_property")
    with desk.change("case.opened", "") as connection:
        for place in range(count):
            said = {"what": f"伞{place}", "finder": f"甲乙{place}", "phone": phone(place)}
            open_in(desk, connection, definition, said, "")


def bytes_of(home: Path) -> bytes:
    """All that the centre's file and its journal hold."""
    paths = (home / "centre.db", home / "centre.db-wal")
    return b"".join(path.read_bytes() for path in paths if path.exists())


def clear_phones(home: Path, count: int) -> int:
    """Of how many records the phone can be read off the disk."""
    found = set(re.findall(rb"1390[0-9]{7}", bytes_of(home)))
    return len(found & {phone(place).encode() for place in range(count)})


def broken_off(home: Path, what: str, order: Callable[[Control], None]) -> tuple[list[str], int]:
    """Do something in a program of its own whose disk does as it is ordered; what it said, how many writes."""
    control = Control(home.with_suffix(".control"), home)
    order(control)
    done = subprocess.run(
        [sys.executable, "-c", DO, str(home), what],
        cwd=ROOT,
        env={**os.environ, **safe_disk.environment(control), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode in (0, -9), done.stderr
    return done.stdout.split(), control.counted


def ways(count: int, points: int) -> list[tuple[str, Callable[[Control], None]]]:
    """Killed before, in the midst of and after writes that lie evenly among all, and a disk that is full from there."""
    kinds = {"before": KILL_BEFORE, "full": FAIL, "torn": KILL_TORN, "after": KILL_AFTER}
    found: list[tuple[str, Callable[[Control], None]]] = []
    for turn, (name, kind) in zip(range(points), cycle(kinds.items())):
        at = 1 + turn * (count - 1) // (points - 1)

        def order(control: Control, at: int = at, kind: int = kind) -> None:
            control.order(kind, at, ALWAYS if kind == FAIL else at, ERRORS["full"] if kind == FAIL else 0)

        found.append((f"{name} {at}", order))
    return found


@needs_shim
@pytest.mark.parametrize("points", POINTS)
def test_broken_off_while_sealing_it_is_clear_by_the_old_definition_or_sealed_by_the_new_and_the_next_start_finishes(
    tmp_path: Path, points: int
) -> None:
    count = RECORDS if points == 4 else 3000
    with new_desk(tmp_path / "first").database:
        pass
    desk = opened(tmp_path / "first")
    with desk.database:
        (desk.home.path / "definitions").mkdir()
        fill(desk, count)
        put(desk, "lost_property", f"edition = 2\n{SEALED}")
    home = tmp_path / "counted"
    shutil.copytree(tmp_path / "first", home)
    said, writes = broken_off(home, "seal", lambda control: control.order(FAIL, ALWAYS))
    assert said == ["begun", "done"] and clear_phones(home, count) == 0
    outcomes = set()
    for name, order in ways(writes, points):
        shutil.rmtree(home)
        shutil.copytree(tmp_path / "first", home)
        said, _ = broken_off(home, "seal", order)
        assert_sound(home / "centre.db")
        desk = opened(home)
        with desk.database:
            rows = desk.database.connection.execute("SELECT said FROM case_record UNION ALL SELECT said FROM case_log")
            clear = sum('"phone":"1390' in row[0] for row in rows)
            editions = [one.edition for one in case_editions.every(desk.database.connection)]
            assert (clear, editions) in ((2 * count, [1]), (0, [1, 2])), name
            assert clear == 0 if said[-1:] == ["done"] else True, name
            outcomes.add((clear == 0, privacy.is_owed(desk)))
            seal(desk)
            assert not privacy.is_owed(desk), name
            assert service.cases_astray(desk, desk.database.connection) == [], name
            assert [service.view(desk, place).now.values["phone"] for place in (1, count)] == [
                phone(0),
                phone(count - 1),
            ]
        assert clear_phones(home, count) == 0, name
    # Broken off before, between the two, and after.
    assert (False, False) in outcomes and len(outcomes) == 3


@needs_shim
@pytest.mark.parametrize("points", POINTS)
def test_broken_off_while_a_register_is_taken_in_no_half_of_it_is_there_and_again_it_doubles_nothing(
    tmp_path: Path, points: int
) -> None:
    count = RECORDS if points == 4 else 3000
    with new_desk(tmp_path / "first").database:
        pass
    desk = opened(tmp_path / "first")
    with desk.database:
        (desk.home.path / "definitions").mkdir()
        put(desk, "lost_property", SEALED)
        lines = [(f"伞{place}", f"甲乙{place}", phone(place)) for place in range(count)]
        sheet(desk.home.path, "东西 谁捡的 电话", lines)
    home = tmp_path / "counted"
    shutil.copytree(tmp_path / "first", home)
    said, writes = broken_off(home, "take_in", lambda control: control.order(FAIL, ALWAYS))
    assert said == ["begun", "done"]
    outcomes = set()
    for name, order in ways(writes, points):
        shutil.rmtree(home)
        shutil.copytree(tmp_path / "first", home)
        said, _ = broken_off(home, "take_in", order)
        assert_sound(home / "centre.db")
        desk = opened(home)
        with desk.database:
            (there,) = desk.database.connection.execute("SELECT count(*) FROM case_record").fetchone()
            assert there in (0, count), name
            assert there == count or said[-1:] != ["done"], name
            assert there == 0 or said[-1:] in (["done"], ["begun"]), name
            outcomes.add(there)
            outcome = import_register(desk, "lost_property", home / "表.csv")
            assert (outcome.added, outcome.unchanged) == (count - there, there), name
            numbers = desk.database.connection.execute("SELECT count(DISTINCT number), count(*) FROM case_record")
            assert tuple(numbers.fetchone()) == (count, count), name
            assert service.cases_astray(desk, desk.database.connection) == [], name
        assert clear_phones(home, count) == 0, name
    assert outcomes == {0, count}


@needs_shim
def test_what_was_sealed_lies_in_no_backup_though_the_file_could_not_be_made_anew_yet(tmp_path: Path) -> None:
    count = RECORDS
    desk = new_desk(tmp_path / "home")
    with desk.database:
        (desk.home.path / "definitions").mkdir()
        fill(desk, count)
        put(desk, "lost_property", f"edition = 2\n{SEALED}")
        service.open_case(desk, "lost_property", {"what": "书"})
        assert privacy.is_owed(desk)
        from db.backup import snapshot

        with snapshot(desk.home.database) as copy:
            copy.copy_to(tmp_path / "copy.db")
        content = (tmp_path / "copy.db").read_bytes()
        assert not any(phone(place).encode() in content for place in range(count))
        # Somebody else reads on: then it stays owed.
        with opened(desk.home.path).database as other, other.reading() as connection:
            connection.execute("SELECT count(*) FROM case_record").fetchone()
            try:
                assert not privacy.settle(desk)
            except CodedError as refused:
                assert refused.code == "busy"
            assert privacy.is_owed(desk)
        assert privacy.settle(desk) and not privacy.is_owed(desk)
    assert clear_phones(desk.home.path, count) == 0
