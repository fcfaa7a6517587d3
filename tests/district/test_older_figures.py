"""The values of reports as the store keeps them: as they are, and added up as before where an older one did."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from db.errors import DatabaseError
from frontdesk.district.keys import District
from frontdesk.district.reports.service import Totals, accept_report, totals
from frontdesk.district.store import open_store
from frontdesk.district.store.migrations import m0005_by_indicator
from frontdesk.sync import wire
from tests.district.centres import NOW_MS, PERIOD, enrolled

OLD = [
    {"i": "person_times", "v": 7},
    {"i": "ratings", "v": None},
    {"i": "good_rate", "n": 3, "d": 4},
    {"i": "ratings_by_level", "c": "5", "v": 3},
    {"i": "ratings_by_level", "c": '很"好"\\\n', "v": None},
]
FIGURES: dict[str, int | dict[str, int | None] | None] = {
    "person_times": 7,
    "ratings": None,
    "good_rate": {"numerator": 3, "denominator": 4},
    "ratings_by_level": {"5": 3, '很"好"\\\n': None},
}


def added_up(district: District) -> Totals:
    with district.store.reading() as session:
        return totals(session, "weekly", PERIOD)


def test_values_that_stood_one_by_one_stand_by_indicator(district: District) -> None:
    centre = enrolled(district)
    accept_report(district, centre.seal(figures=FIGURES), NOW_MS)
    accept_report(district, centre.seal(figures={"ratings": 1}, period="2026-W45", report_id="r2"), NOW_MS)
    before = added_up(district)
    found = {(one.indicator, one.category): (one.centres, one.unknown, one.value) for one in before.whole}
    assert found["person_times", None] == (1, 0, 7)
    assert found["ratings", None] == (1, 1, None)
    assert found["ratings_by_level", "5"] == (1, 0, 3)
    assert found["ratings_by_level", '很"好"\\\n'] == (1, 1, None)
    assert [(one.numerator, one.denominator) for one in before.whole if one.indicator == "good_rate"] == [(3, 4)]
    kept = "SELECT report_id, CAST(figures AS TEXT) AS figures FROM report ORDER BY report_id"
    with district.store.writing() as session:
        as_now = session.rows(kept)
        is_sqlite = session.dialect == "sqlite"
        # As an older program would have written the first one; the other is from a store of version 1.
        session.execute("DROP TRIGGER report_never_changes" if is_sqlite else "ALTER TABLE report DISABLE TRIGGER USER")
        session.execute("UPDATE report SET figures = ? WHERE report_id = ?", (json.dumps(OLD), as_now[0]["report_id"]))
        session.execute(
            m0005_by_indicator.NEVER_CHANGES if is_sqlite else "ALTER TABLE report ENABLE TRIGGER USER",
        )
        m0005_by_indicator.migrate(session)
    with district.store.reading() as session:
        assert [(one["report_id"], json.loads(one["figures"])) for one in session.rows(kept)] == [
            (one["report_id"], json.loads(one["figures"])) for one in as_now
        ]
    assert added_up(district) == before
    with pytest.raises(DatabaseError), district.store.writing() as session:
        session.execute("UPDATE report SET figures = '{}'")


def test_postgresql_spends_no_time_on_packing_what_a_report_says(postgresql_url: str) -> None:
    figures: dict[str, int | dict[str, int | None] | None] = {
        code: 1_234 for code, rule in wire.indicator_rules().items() if rule.leaves and rule.shape == "count"
    }
    with closing(open_store(postgresql_url, create=True)) as store:
        district = District(store, bytes(range(32)))
        accept_report(district, enrolled(district).seal(figures=figures), NOW_MS)
        with store.reading() as session:
            kept = session.one("SELECT length(figures) AS written, pg_column_size(figures) AS kept FROM report")
    assert kept is not None and 2_000 < kept["written"] == kept["kept"]
