"""A centre that has grown: search, and a scan, among 100,000 volunteers with 2,000,000 visits.

A scan there is held against the same scan in a centre with ten volunteers, by turns in one run. Filling the file takes
minutes, so this is measured only when it is asked for: `python -m tests.bench --crowd`.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from db.volunteers import Volunteer
from frontdesk.context import Context, open_context
from frontdesk.volunteers import service
from tests.bench.ratio import Ratio, in_turns, of_medians
from tests.bench.scanning import scanner
from tests.bench.volunteers import fill, measured, new_centre, typed_texts

SEARCHES = 2_000
SCANS = 600
FEW = 10
SCANNED = 300
"""So many people scan, spread over all numbers."""

DAYS = (
    "WITH RECURSIVE past (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM past WHERE n < {count}), "
    "day (n, name, begins) AS (SELECT n, date('2026-11-01', '-' || (n * 37) || ' days'), "
    "1000 * unixepoch(date('2026-11-01', '-' || (n * 37) || ' days')) FROM past) "
)


def crowd_ratios(volunteers: int, visits_each: int, synchronous: str) -> list[Ratio]:
    """Search over the statement by hand, a keystroke over one frame, and a scan over that of a small centre."""
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        large, codes, people = _centre(Path(name) / "large", volunteers, visits_each, synchronous)
        small, few_codes, _ = _centre(Path(name) / "small", FEW, visits_each, synchronous)
        try:
            texts = typed_texts(people, SEARCHES)
            found = measured(large, texts, 3.0, 1.0, volunteers)
            among_many, among_few = scanner(large, codes, 1), scanner(small, few_codes, 1)
            in_turns(len(codes), among_many, among_few)
            mine, theirs = in_turns(SCANS, among_many, among_few)
            return [*found, of_medians(f"scan, {volunteers} to {FEW} people", 1.3, mine, theirs)]
        finally:
            large.database.close()
            small.database.close()


def _centre(
    path: Path, volunteers: int, visits_each: int, synchronous: str
) -> tuple[Context, list[str], list[Volunteer]]:
    """A centre with so many volunteers, each of whom came so often, opened as a window opens it."""
    made = new_centre(path)
    people = fill(made, volunteers)
    connection = made.database.connection
    days = DAYS.format(count=visits_each)
    with made.database.write():
        connection.execute(
            days + "INSERT INTO scan (at, volunteer_no, serial, result, source, visit_day, visit_number) "
            "SELECT day.begins + 3600000 * way.hour, v.no, 1, way.result, 'kiosk', day.name, 1 "
            "FROM day, volunteer v, (SELECT 1 AS hour, 'entered' AS result UNION ALL SELECT 3, 'left') way "
            "ORDER BY day.n DESC, way.hour"
        )
        connection.execute(
            days + "INSERT INTO visit (volunteer_no, day, number, entered_at, left_at) "
            "SELECT v.no, day.name, 1, day.begins + 3600000, day.begins + 10800000 FROM volunteer v, day "
            "ORDER BY v.no, day.name"
        )
    chosen = [one.no for one in people[:: max(1, volunteers // SCANNED)]][:SCANNED]
    codes = [code for _, code in service.issue_cards(made, chosen)]
    operator, home = made.operator, made.home
    made.database.close()
    return open_context(home, source="desk", operator=operator, synchronous=synchronous), codes, people
