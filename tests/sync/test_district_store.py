"""What the district keeps: on which disk, through which restart, and in which file it is refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from db.errors import DatabaseError
from frontdesk.context import Context
from frontdesk.district.errors import DistrictError
from frontdesk.district.service import show_report, status
from frontdesk.district.store import open_store
from tests.sync.ends import (
    CENTRE,
    RunningDistrict,
    running_district,
    sealed_bytes,
    submit,
)
from tests.sync.posting import refused, seal


def test_a_store_that_cannot_write_asks_the_centre_to_come_back(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path
) -> None:
    raw = seal(enrolled_centre, district)
    with sqlite3.connect(tmp_path / "district.db") as foreign:
        foreign.execute("CREATE TRIGGER full BEFORE INSERT ON report BEGIN SELECT RAISE(ABORT, 'full'); END")
    refused(district.post(raw), 503, "store_unavailable")
    with sqlite3.connect(tmp_path / "district.db") as foreign:
        foreign.execute("DROP TRIGGER full")
    assert district.post(raw).status_code == 200


def test_status_says_how_far_each_centre_has_come(enrolled_centre: Context, district: RunningDistrict) -> None:
    district.enrolment("310114-902")
    district.post(seal(enrolled_centre, district, week=1, report_id="r2"))
    district.post(seal(enrolled_centre, district, week=0, report_id="r1"))
    first, second = status(district.district)
    assert (first.centre, first.reports, first.latest_period) == (CENTRE, 2, "2026-W47")
    assert first.enrolled_at == district.clock.ms
    assert (second.centre, second.reports, second.enrolled_at) == ("310114-902", 0, None)


def test_what_was_accepted_survives_a_restart_and_cannot_be_changed(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path
) -> None:
    submitted = submit(enrolled_centre)
    raw = sealed_bytes(enrolled_centre, submitted.report_id)
    receipt = district.post(raw).content
    with running_district(tmp_path / "district.db") as again:
        assert again.post(raw).content == receipt
        assert show_report(again.district, CENTRE, "2026-W46").visible.sealed == raw
    file = sqlite3.connect(tmp_path / "district.db")
    for statement in ("DELETE FROM report", "UPDATE report SET revision = 9"):
        with pytest.raises(sqlite3.IntegrityError):
            file.execute(statement)
    file.close()


@pytest.mark.parametrize("url", ["mysql://host/name", "district.db", "sqlite:///", ""])
def test_a_store_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(DistrictError) as caught:
        open_store(url)
    assert caught.value.code == "unknown_store"


def test_a_missing_or_foreign_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    with pytest.raises(DistrictError) as missing:
        open_store(f"sqlite:///{tmp_path}/none.db")
    assert missing.value.code == "no_store"
    assert not (tmp_path / "none.db").exists()
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as other:
        other.execute("CREATE TABLE theirs (a)")
    text = tmp_path / "text.db"
    text.write_text("not a database " * 50, encoding="utf-8")
    for path in (foreign, text):
        before = path.read_bytes()
        with pytest.raises(DatabaseError) as caught:
            open_store(f"sqlite:///{path}", create=True)
        assert caught.value.code == "not_ours"
        assert path.read_bytes() == before
