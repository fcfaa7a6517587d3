"""The measuring command measures: every ratio comes out, whatever its value on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from frontdesk.cases import service
from tests.bench.cases import cases_ratios, make_more, measured
from tests.bench.crowd import crowd_ratios
from tests.bench.ratings import ratings_ratios
from tests.bench.ratio import Ratio
from tests.bench.reports import report_ratios
from tests.desks import new_desk
from tests.programs import ROOT


def test_one_run_of_each_prints_every_ratio_with_its_target() -> None:
    command = [sys.executable, "-m", "tests.bench", "--runs", "1", "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    ratios = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [(one["name"], one["target"]) for one in ratios] == [
        ("durable scan, FULL", 1.5),
        ("durable scan, OFF", 4.0),
        ("first paint", 1.5),
        ("frontdesk --help", 4.0),
    ]
    for one in ratios:
        assert one["ratio"] == one["ours"] / one["yardstick"] > 0
        assert one["met"] is (one["ratio"] <= one["target"])


def test_a_grown_centre_is_measured_by_the_same_ratios_however_large_it_is() -> None:
    found = crowd_ratios(60, 3, "OFF")
    assert [one.name for one in found] == [
        "search, 60 people",
        "keystroke p99 of a frame",
        "opening p99 of a frame",
        "list page, 60 people",
        "scan, 60 to 10 people",
    ]
    assert all(one.ratio > 0 and one.runs > 0 for one in found)


def test_statistics_are_measured_against_a_query_by_hand() -> None:
    (found,) = ratings_ratios(2_000, 3)
    assert found.name == "month among 2,000 ratings"
    assert found.ratio == found.ours / found.yardstick > 0


def test_a_reports_workbook_is_measured_against_its_cells_alone() -> None:
    (found,) = report_ratios(60, 1)
    assert found.name == "workbook of 60 rows"
    assert found.ratio == found.ours / found.yardstick > 0


def test_cases_are_measured_against_the_bare_rows(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    for number in range(6):
        said = {"what": f"灯{number}", "urgency": "danger", "place": "三楼"}
        service.open_case(desk, "repair", said)
        contact = service.open_case(desk, "first_contact", {"matter": f"医保{number}"})
        service.take_step(desk, contact.row.id, "answer_now", {"answer": "在二楼"})
    make_more(desk, 200)
    assert_measured(list(measured(desk, 200, 3)))
    desk.database.close()


@pytest.mark.slow
def test_cases_of_the_made_up_centre_are_measured_against_the_bare_rows() -> None:
    assert_measured(list(cases_ratios(400, 3)))


def assert_measured(found: Sequence[Ratio]) -> None:
    """Every ratio of cases came out."""
    assert [one.name.split(",")[0] for one in found] == [
        "work list",
        "work list as the desk draws it",
        "work list as the desk loads it",
        "work of one definition",
        "register",
        "found by name",
        "one record whole",
        "one record as the desk shows it",
        "record with steps",
    ]
    assert all(one.ratio == one.ours / one.yardstick > 0 for one in found)
