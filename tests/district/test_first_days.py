"""A centre is expected to report from the period on in which it enrolled, unless the register says otherwise."""

from __future__ import annotations

from frontdesk.district.keys import District
from frontdesk.district.reports.service import accept_report, completeness
from frontdesk.district.store.migrations import m0004_first_days
from tests.district.centres import ENROLLED_MS, NOW_MS, PERIOD, enrolled


def expected(district: District, *periods: str) -> list[int]:
    """How many centres are expected in each week."""
    with district.store.reading() as session:
        return [completeness(session, "weekly", period).whole.expected for period in periods]


def first_days(district: District) -> dict[str, str | None]:
    """The first day of each centre."""
    with district.store.reading() as session:
        return {row["code"]: row["since"] for row in session.rows("SELECT code, since FROM centre")}


def test_a_centre_is_expected_from_the_week_of_its_enrolment_on(district: District) -> None:
    enrolled(district)
    assert first_days(district) == {"310114-901": "2026-01-25"}
    assert expected(district, "2026-W03", "2026-W04", PERIOD) == [0, 1, 1]


def test_a_first_day_that_the_register_tells_stays(district: District) -> None:
    with district.store.writing() as session:
        for code, since, until in (("310114-901", "2025-06-01", None), ("310114-902", None, "2025-12-31")):
            session.know_centre(code, 1)
            session.execute("UPDATE centre SET since = ?, until = ? WHERE code = ?", (since, until, code))
    for number in (1, 2):
        enrolled(district, f"310114-90{number}", number)
    assert first_days(district) == {"310114-901": "2025-06-01", "310114-902": None}


def test_an_older_store_counts_from_the_enrolment_or_the_first_report(district: District) -> None:
    early = enrolled(district, "310114-901", 1)
    enrolled(district, "310114-902", 2)
    accept_report(district, early.seal(period="2025-W50"), NOW_MS)
    with district.store.writing() as session:
        session.know_centre("310114-903", ENROLLED_MS)
        session.execute("UPDATE centre SET since = NULL")
        m0004_first_days.migrate(session)
    assert first_days(district) == {"310114-901": "2025-12-08", "310114-902": "2026-01-25", "310114-903": None}
