"""What the district reads of a report: in the centres' words, exact, and with no rate standing alone."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from frontdesk.context import Context
from frontdesk.district.commands import district_group
from frontdesk.district.service import key_path, show_report
from frontdesk.district.showing import as_json, figure_lines
from tests.sync.ends import CENTRE, DISTRICT_SEED, RunningDistrict
from tests.sync.posting import seal

pytestmark = pytest.mark.usefixtures("chinese")


def test_show_names_every_figure_in_words(enrolled_centre: Context, district: RunningDistrict) -> None:
    assert district.post(seal(enrolled_centre, district, ratings=10)).status_code == 200
    store = enrolled_centre.home.path.parent / "district.db"
    key_path(store).write_bytes(DISTRICT_SEED)
    run = CliRunner().invoke(district_group, ["--store", f"sqlite:///{store}", "show", CENTRE, "2026-W46"])
    assert run.exit_code == 0, run.output
    assert "  评价数: 10" in run.output
    assert "    为老服务: 5" in run.output
    assert "    非常满意: 10" in run.output
    assert "  好评率: 10/10 = 100.0%" in run.output
    assert "72.2% - 100.0%" in run.output
    assert "ratings" not in run.output and "good_rate" not in run.output


def test_the_json_of_a_period_is_exact(enrolled_centre: Context, district: RunningDistrict) -> None:
    district.post(seal(enrolled_centre, district, ratings=3))
    shown = as_json(show_report(district.district, CENTRE, "2026-W46"))
    assert shown["figures"] == {
        "ratings": 3,
        "ratings_by_level": {"5": 3},
        "sessions_by_category": {"为老服务": 5},
        "good_rate": 1.0,
        "good_rate_interval95": [0.438503, 1.0],
    }


def test_a_figure_of_a_newer_program_is_shown_by_its_code() -> None:
    assert figure_lines({"robots": 2, "visits_left_open": None}) == ["  robots: 2", "  未签退: -"]
    assert figure_lines({"volunteer_seconds_measured": 5400}) == ["  志愿服务时长: 1.50 小时"]
