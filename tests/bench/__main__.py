"""`python -m tests.bench`: the program's times, each as a ratio to a yardstick measured in the same run.

Ratios, because seconds say more about the machine than about the program: a slow disk slows a bare insert as well.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from itertools import chain

from tests.bench.backups import backup_ratios
from tests.bench.cases import cases_ratios
from tests.bench.crowd import crowd_ratios
from tests.bench.district import district_ratios
from tests.bench.indicators import indicators_ratios
from tests.bench.ratings import ratings_ratios
from tests.bench.ratio import Ratio
from tests.bench.reports import report_ratios
from tests.bench.scanning import scan_ratio
from tests.bench.starting import first_paint_ratio, help_ratio
from tests.bench.weeks import week_ratios
from tests.bench.years import years_ratios

RUNS = 15
SCANS_PER_RUN = 40

MEASUREMENTS: tuple[Callable[[int], Ratio], ...] = (
    lambda runs: scan_ratio("FULL", 1.5, runs * SCANS_PER_RUN),
    lambda runs: scan_ratio("OFF", 4.0, runs * SCANS_PER_RUN),
    lambda runs: first_paint_ratio(1.5, runs),
    lambda runs: help_ratio(4.0, runs),
)
"""Each with its target; what it is given is the number of runs."""


def main() -> None:
    """Measure everything and print a line for each ratio."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=RUNS, help=f"starts of each program; {SCANS_PER_RUN} scans for each"
    )
    parser.add_argument(
        "--crowd", action="store_true", help="measure among 100,000 volunteers and 2,000,000 visits instead (minutes)"
    )
    parser.add_argument(
        "--years", action="store_true", help="measure activities after ten years against one year instead (a minute)"
    )
    parser.add_argument(
        "--ratings", action="store_true", help="measure a month's statistics among 500,000 ratings instead (a minute)"
    )
    parser.add_argument(
        "--indicators", action="store_true", help="measure a week's figures after ten years instead (two minutes)"
    )
    parser.add_argument(
        "--reports",
        action="store_true",
        help="measure a workbook of 20,000 rows, a week after ten years, and scans beside it instead (three minutes)",
    )
    parser.add_argument(
        "--district",
        action="store_true",
        help="measure the district on PostgreSQL instead: reports taken in, a week of 100,000 centres (two minutes)",
    )
    parser.add_argument(
        "--backups", action="store_true", help="measure a backup and scans beside one instead (two minutes)"
    )
    parser.add_argument(
        "--cases", action="store_true", help="measure lists and one record among 200,000 cases instead (a minute)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document a line")
    given = parser.parse_args()
    if given.runs < 1:
        parser.error("--runs is at least 1")
    ratios: Iterable[Ratio] = (measure(given.runs) for measure in MEASUREMENTS)
    if given.crowd:
        ratios = crowd_ratios(100_000, 20, "FULL")
    elif given.years:
        ratios = years_ratios()
    elif given.ratings:
        ratios = ratings_ratios()
    elif given.reports:
        ratios = chain(report_ratios(), week_ratios())
    elif given.indicators:
        ratios = indicators_ratios()
    elif given.district:
        ratios = district_ratios()
    elif given.backups:
        ratios = backup_ratios()
    elif given.cases:
        ratios = cases_ratios()
    for ratio in ratios:
        print(json.dumps(ratio.as_json(), ensure_ascii=False) if given.json else ratio.line(), flush=True)


if __name__ == "__main__":
    main()
