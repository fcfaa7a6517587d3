"""The statements for whoever runs the database: those that partition the reports work on a real server."""

from __future__ import annotations

from importlib.resources import files

from frontdesk.district.keys import District
from frontdesk.district.reports.service import accept_report, completeness
from frontdesk.district.store import open_store
from frontdesk.district.store.migrations import m0005_by_indicator, m0006_unpacked
from frontdesk.errors import CodedError
from tests.district.centres import NOW_MS, PERIOD, enrolled
from tests.district.engines import run_on


def test_reports_that_are_partitioned_by_year_are_taken_in_and_told_apart(postgresql_url: str) -> None:
    script = files("frontdesk.district.store").joinpath("citus.sql").read_text(encoding="utf-8")
    _, begin, rest = script.partition("BEGIN;")
    run_on(postgresql_url, begin + rest.partition("COMMIT;")[0] + "COMMIT;")
    store = open_store(postgresql_url)
    try:
        district = District(store, bytes(range(32)))
        centre = enrolled(district)
        raw = centre.seal()
        receipt = accept_report(district, raw, NOW_MS)
        assert accept_report(district, raw, NOW_MS + 1) == receipt
        assert accept_report(district, centre.seal(period="2027-W05", report_id="r2"), NOW_MS)
        assert accept_report(district, centre.seal(period="2025-W46", report_id="r3"), NOW_MS)
        codes = []
        for other in (centre.seal(figures={"person_times": 9}), centre.seal(report_id="r4")):
            try:
                accept_report(district, other, NOW_MS)
            except CodedError as failure:
                codes.append(failure.code)
        assert codes == ["report_conflict", "revision_taken"]
        with store.reading() as session:
            assert completeness(session, "weekly", PERIOD).whole.received == 1
            (plan, *_) = session.rows("EXPLAIN SELECT 1 FROM report WHERE last_day = '2026-11-15'")
            assert "report_2026" in str(plan)
        with store.writing() as session:
            # An older program's partitions: each of them hears of what came with a newer one.
            session.execute("ALTER TABLE report ALTER COLUMN figures SET STORAGE EXTENDED")
            m0005_by_indicator.migrate(session)
            m0006_unpacked.migrate(session)
            rows = session.rows(
                "SELECT a.attstorage AS storage FROM pg_partition_tree('report') p "
                "JOIN pg_attribute a ON a.attrelid = p.relid AND a.attname = 'figures'"
            )
            assert [one["storage"] for one in rows] == ["e"] * 4
    finally:
        store.close()
