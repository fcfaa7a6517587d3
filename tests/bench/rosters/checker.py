"""Checks a roster of a published instance against the text of the instance itself, and says what it costs.

Written apart from the planning engine, sharing no line with it: it reads the instance format and the roster's CSV (one
row per person: id, then one cell per day with the shift or nothing) by itself. The rules are those of Curtois & Qu
(2014): the last day before the horizon counts as a day off for the longest run, while runs and gaps that touch the
first or the last day are never too short.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path


@dataclass
class Rules:
    """An instance as the checker understands it: plain tables straight from the text."""

    days: int = 0
    minutes: dict[str, int] = field(default_factory=dict)
    not_after: dict[str, set[str]] = field(default_factory=dict)
    staff: dict[str, list[str]] = field(default_factory=dict)
    away: dict[str, set[int]] = field(default_factory=dict)
    wanted: list[tuple[str, int, str, int]] = field(default_factory=list)
    unwanted: list[tuple[str, int, str, int]] = field(default_factory=list)
    demand: list[tuple[int, str, int, int, int]] = field(default_factory=list)


@dataclass
class Verdict:
    """What the checker found: the broken rules in words (none for a legal roster) and the cost."""

    faults: list[str]
    cost: int


def load_rules(text: str) -> Rules:
    """The tables of an instance."""
    rules = Rules()
    section = ""
    for raw in text.replace("\ufeff", "").split("\n"):
        line = raw.partition("#")[0].strip()
        if line.startswith("SECTION_"):
            section = line
        elif line:
            _take(rules, section, [cell.strip() for cell in line.split(",")])
    return rules


def _take(rules: Rules, section: str, cells: list[str]) -> None:
    if section == "SECTION_HORIZON":
        rules.days = int(cells[0])
    elif section == "SECTION_SHIFTS":
        rules.minutes[cells[0]] = int(cells[1])
        rules.not_after[cells[0]] = {each.strip() for each in cells[2].split("|")} - {""} if len(cells) > 2 else set()
    elif section == "SECTION_STAFF":
        rules.staff[cells[0]] = cells[1:]
    elif section == "SECTION_DAYS_OFF":
        rules.away.setdefault(cells[0], set()).update(int(cell) for cell in cells[1:] if cell)
    elif section == "SECTION_SHIFT_ON_REQUESTS":
        rules.wanted.append((cells[0], int(cells[1]), cells[2], int(cells[3])))
    elif section == "SECTION_SHIFT_OFF_REQUESTS":
        rules.unwanted.append((cells[0], int(cells[1]), cells[2], int(cells[3])))
    elif section == "SECTION_COVER":
        rules.demand.append((int(cells[0]), cells[1], int(cells[2]), int(cells[3]), int(cells[4])))
    else:
        raise ValueError(f"no such section: {section!r}")


def load_roster(text: str) -> dict[str, list[str]]:
    """The cells of each person, by id. ValueError when somebody stands there twice."""
    roster: dict[str, list[str]] = {}
    for row in csv.reader(text.splitlines()):
        if not row:
            continue
        if row[0] in roster:
            raise ValueError(f"{row[0]} stands there twice")
        roster[row[0]] = [cell.strip() for cell in row[1:]]
    return roster


def check(instance_text: str, roster_text: str) -> Verdict:
    """The verdict on a roster; a person or day too many or too few is a fault as well."""
    rules, roster = load_rules(instance_text), load_roster(roster_text)
    faults = [f"{name} is not on the staff" for name in roster if name not in rules.staff]
    faults += [f"{name} has no row" for name in rules.staff if name not in roster]
    for name, cells in roster.items():
        if len(cells) != rules.days:
            faults.append(f"{name} has {len(cells)} days instead of {rules.days}")
        faults += [f"{name}: no such shift {cell!r}" for cell in cells if cell and cell not in rules.minutes]
    if faults:
        return Verdict(faults, 0)
    for name, cells in roster.items():
        faults += _faults_of(name, cells, rules)
    return Verdict(faults, _cost(rules, roster))


def _faults_of(name: str, cells: list[str], rules: Rules) -> list[str]:
    """The hard rules that one person's row breaks."""
    limits, most, least, longest, shortest, gap, weekends = rules.staff[name][:7]
    faults = []
    for part in filter(None, limits.split("|")):
        shift, allowed = part.split("=")
        if cells.count(shift.strip()) > int(allowed):
            faults.append(f"{name}: {cells.count(shift.strip())} times {shift}, at most {allowed}")
    total = sum(rules.minutes[cell] for cell in cells if cell)
    if not int(least) <= total <= int(most):
        faults.append(f"{name}: {total} minutes, not between {least} and {most}")
    for day, (today, tomorrow) in enumerate(pairwise(cells)):
        if today and tomorrow in rules.not_after[today]:
            faults.append(f"{name}: {tomorrow} on day {day + 1} after {today}")
    faults += [f"{name}: works on day {day} of leave" for day in rules.away.get(name, ()) if cells[day]]
    worked_weekends = sum(1 for saturday in range(5, rules.days, 7) if any(cells[saturday : saturday + 2]))
    if worked_weekends > int(weekends):
        faults.append(f"{name}: {worked_weekends} weekends, at most {weekends}")
    day = 0
    for working, stretch in groupby(cells, key=bool):
        length = len(list(stretch))
        touches_an_edge = day == 0 or day + length == rules.days
        if working and length > int(longest):
            faults.append(f"{name}: {length} days of work from day {day}, at most {longest}")
        if working and length < int(shortest) and not touches_an_edge:
            faults.append(f"{name}: {length} days of work from day {day}, at least {shortest}")
        if not working and length < int(gap) and not touches_an_edge:
            faults.append(f"{name}: {length} days off from day {day}, at least {gap}")
        day += length
    return faults


def _cost(rules: Rules, roster: dict[str, list[str]]) -> int:
    """Refused wishes and the deviations from the demand."""
    cost = sum(weight for name, day, shift, weight in rules.wanted if roster[name][day] != shift)
    cost += sum(weight for name, day, shift, weight in rules.unwanted if roster[name][day] == shift)
    for day, shift, need, under, over in rules.demand:
        present = sum(1 for cells in roster.values() if cells[day] == shift)
        cost += (need - present) * under if present < need else (present - need) * over
    return cost


def main(arguments: list[str]) -> int:
    """`python -m tests.bench.rosters.checker INSTANCE.txt ROSTER.csv`: prints faults and cost; 1 when illegal."""
    verdict = check(Path(arguments[0]).read_text("utf-8"), Path(arguments[1]).read_text("utf-8"))
    for fault in verdict.faults:
        print(fault)
    print("cost", verdict.cost)
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
