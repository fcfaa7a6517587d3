"""A store on PostgreSQL that is brought up to date: killed in the midst, by two at once, beside who still writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from frontdesk.district.keys import District
from frontdesk.district.reports.service import accept_report
from frontdesk.district.store import open_store
from frontdesk.district.store.migrations import SCHEMA_VERSION
from tests.district.centres import NOW_MS, enrolled
from tests.district.engines import run_on
from tests.programs import ROOT

REPORTS = 40
BEFORE = 4
OPEN = """
import sys
from frontdesk.district.store import open_store
from frontdesk.district.store.migrations import m0005_by_indicator as step

written, left = step.written, [int(sys.argv[2])]

def slowly(values):
    left[0] -= 1
    if left[0] == 0:
        print("in the midst", flush=True)
        sys.stdin.readline()
    return written(values)

step.written = slowly
print("begun", flush=True)
open_store(sys.argv[1]).close()
print("done", flush=True)
"""


@contextmanager
def upgrading(url: str, stops_at: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A program that opens the store, which it brings up to date; it waits at a report for a line to go on."""
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN, url, str(stops_at)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == "begun\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def old_store(postgresql_url: str) -> str:
    """The address of a store of schema 4 with reports, as the programs before left it."""
    with closing(open_store(postgresql_url)) as store:
        district = District(store, bytes(range(32)))
        centre = enrolled(district)
        for number in range(1, REPORTS + 1):
            figures: dict[str, int | dict[str, int | None] | None] = {
                "ratings": number,
                "sessions_by_category": {"为老服务": number},
            }
            raw = centre.seal(revision=number, report_id=f"r{number}", figures=figures)
            accept_report(district, raw, NOW_MS + number)
    run_on(postgresql_url, "ALTER TABLE report DISABLE TRIGGER USER")
    for number in range(1, REPORTS + 1):
        run_on(postgresql_url, f"UPDATE report SET figures = '{as_before(number)}' WHERE report_id = 'r{number}'")
    run_on(
        postgresql_url,
        "ALTER TABLE report ENABLE TRIGGER USER",
        f"DELETE FROM frontdesk_district WHERE version > {BEFORE}",
    )
    return postgresql_url


def as_before(number: int) -> str:
    """The values of a report as schema 4 had them, one by one."""
    split = {"i": "sessions_by_category", "c": "为老服务", "v": number}
    return json.dumps([{"i": "ratings", "v": number}, split], ensure_ascii=False)


def asked(url: str, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def versions(url: str) -> list[int]:
    return [row[0] for row in asked(url, "SELECT version FROM frontdesk_district ORDER BY 1")]


def values(url: str) -> dict[str, Any]:
    return {name: json.loads(text) for name, text in asked(url, "SELECT report_id, figures FROM report")}


def assert_up_to_date(url: str, count: int = REPORTS) -> None:
    """All reports are kept by indicator, each step is noted once, and the guard stands again."""
    import psycopg

    wanted = {f"r{one}": {"ratings": one, "sessions_by_category": {"为老服务": one}} for one in range(1, count + 1)}
    assert versions(url) == list(range(1, SCHEMA_VERSION + 1)) and values(url) == wanted
    with pytest.raises(psycopg.Error):
        run_on(url, "UPDATE report SET revision = 99")


@pytest.mark.parametrize("at", [1, REPORTS // 2, REPORTS])
def test_killed_in_the_midst_it_is_the_store_of_before_and_the_next_start_brings_it_up_to_date(
    old_store: str, at: int
) -> None:
    before = values(old_store)
    with upgrading(old_store, at) as program:
        assert program.stdout is not None and program.stdout.readline() == "in the midst\n"
    # The server rolls back once it has seen that nobody is there any more.
    open_store(old_store).close()
    assert_up_to_date(old_store)
    assert all(isinstance(one, list) for one in before.values())


def test_until_a_killed_upgrade_is_repeated_all_of_it_is_as_before(old_store: str) -> None:
    with upgrading(old_store, REPORTS // 2) as program:
        assert program.stdout is not None and program.stdout.readline() == "in the midst\n"
        assert versions(old_store) == list(range(1, BEFORE + 1))
    ended = time.monotonic() + 30
    while asked(old_store, "SELECT 1 FROM pg_locks WHERE relation = 'report'::regclass AND mode LIKE '%Exclusive%'"):
        assert time.monotonic() < ended
        threading.Event().wait(0.02)
    assert versions(old_store) == list(range(1, BEFORE + 1))
    assert {name: json.dumps(one, ensure_ascii=False) for name, one in values(old_store).items()} == {
        f"r{number}": as_before(number) for number in range(1, REPORTS + 1)
    }


def test_two_programs_that_upgrade_at_once_do_it_once(old_store: str) -> None:
    with upgrading(old_store, 2) as first:
        assert first.stdout is not None and first.stdout.readline() == "in the midst\n"
        with upgrading(old_store) as second, upgrading(old_store) as third:
            assert second.poll() is None and third.poll() is None
            out, _ = first.communicate("go on\n", timeout=60)
            said = [out, *(one.communicate(timeout=60)[0] for one in (second, third))]
            assert said == ["done\n"] * 3 and [first.returncode, second.returncode, third.returncode] == [0, 0, 0]
    assert_up_to_date(old_store)


def test_a_report_that_is_just_being_kept_while_the_upgrade_begins_is_written_anew_too(old_store: str) -> None:
    import psycopg

    number = REPORTS + 1
    with psycopg.connect(old_store) as writer:
        # As a program of before does it, in a transaction beside others that write.
        columns = [row[0] for row in writer.execute(COLUMNS.encode()).fetchall()]
        said = {"report_id": f"'r{number}'", "revision": str(number), "figures": f"'{as_before(number)}'"}
        said |= {"content_hash": f"'{'e' * 64}'"}
        chosen = ", ".join(said.get(one, one) for one in columns)
        copy = f"INSERT INTO report ({', '.join(columns)}) SELECT {chosen} FROM report WHERE report_id = 'r1'"
        writer.execute(copy.encode())
        with upgrading(old_store) as program:
            ended = time.monotonic() + 60
            while not asked(old_store, "SELECT 1 FROM pg_locks WHERE NOT granted"):
                assert time.monotonic() < ended and program.poll() is None
                threading.Event().wait(0.02)
            writer.commit()
            assert program.communicate(timeout=60)[0] == "done\n"
    assert_up_to_date(old_store, number)


COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = 'report' ORDER BY ordinal_position"
