"""The AB roster as a linear model: each person's duty is the stretch flow, roles hang below their presence.

A person's presence in a window of a day is the duty column of the flow (`stretch.add_person`), so rest, runs, hours
and leave hold for acting and standing by alike: when the standby steps in nothing new can become illegal. That makes
every roster survive any single absence by construction. With a second standby nobody backs more than one slot of a
window in either role, so that any two absences are survived as well.

Cover is elastic: each role has a column for staying vacant, which counts far more than anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import gcd, inf

from frontdesk.planning.abcost import Holders, counted, measured, presence, shares
from frontdesk.planning.abfacts import NEUTRAL, Facts, facts_of, flow_person
from frontdesk.planning.abflow import Presence, add_presence
from frontdesk.planning.abproblem import MEASURE_COST, RANK_COST, WISH_COST, AbPerson, AbProblem
from frontdesk.planning.linear import LinearModel
from frontdesk.planning.problem import Problem, Shift

Terms = list[tuple[int, float]]
ACTING, STANDBY, SECOND = 0, 1, 2


@dataclass(frozen=True)
class Loosened:
    """What may give way at a price, and then has a column of its own; nothing by default.

    `trainings` are (person, post) pairs, `hours` people whose weekly and monthly minutes may be passed, `leave_days`
    (person, day) pairs of leave that may be moved.
    """

    trainings: frozenset[tuple[int, str]] = frozenset()
    hours: frozenset[int] = frozenset()
    leave_days: frozenset[tuple[int, int]] = frozenset()


class AbModel:
    """The model and its columns.

    `roles[role][(person, slot)]` and `vacant[role][slot]`, roles in the order acting, standby, second; `over` and
    `under` by (measure, person); `training` by (person, post), `moved` by (person, day) and `extra` by (person, first
    day of the week) are the columns of what was loosened. `quality` and `vacancies` are two sets of costs.
    """

    def __init__(self, problem: AbProblem, loosened: Loosened | None = None, *, fair: bool = True) -> None:
        self.problem, self.loosened = problem, loosened or Loosened()
        self.facts: Facts = facts_of(problem)
        self.model = LinearModel()
        self.people: list[Presence] = []
        self.roles: tuple[dict[tuple[int, int], int], ...] = ({}, {}, {})
        self.vacant: tuple[list[int], ...] = ([], [], [])
        self.over: dict[tuple[str, int], int] = {}
        self.under: dict[tuple[str, int], int] = {}
        self.training: dict[tuple[int, str], int] = {}
        self.moved: dict[tuple[int, int], int] = {}
        self.extra: dict[tuple[int, int], int] = {}
        self.impossible_locks = 0
        self._barred_pairs = problem.second_day_barred
        self._flow = self._flow_problem()
        for pair in sorted(self.loosened.trainings):
            self.training[pair] = self.model.add_column(0.0)
        for number, person in enumerate(problem.people):
            self._add_person(number, person)
        self._add_cover()
        self._fix_locks()
        if fair:
            self._add_wishes()
            self._add_shares()

    # --- people -------------------------------------------------------------------------------------------------

    def _flow_problem(self) -> Problem:
        problem = self.problem
        shifts = [
            Shift(str(number), window.minutes, frozenset(str(later) for later in problem.followers_barred[number]))
            for number, window in enumerate(problem.windows)
        ]
        return Problem(
            days=problem.days + self.facts.tail,
            shifts=(*shifts, Shift(NEUTRAL, 0)),
            people=(),
            first_weekday=problem.first.weekday(),
        )

    def _may(self, number: int, person: AbPerson, slot: int) -> bool:
        """Whether the person could stand in the slot, if need be with a training."""
        at = self.problem.slots[slot]
        return person.qualified(at.post, at.day) or (number, at.post) in self.loosened.trainings

    def _add_person(self, number: int, person: AbPerson) -> None:
        problem, facts = self.problem, self.facts
        taken, near = facts.taken[person.id], facts.barred[person.id]
        possible: dict[tuple[int, int], list[int]] = {}
        for key, slots in problem.in_window.items():
            day, _ = key
            loose = (number, day) in self.loosened.leave_days
            free = key not in person.closed and (loose or key not in person.away)
            if day in taken or key in near or not free:
                continue
            able = [slot for slot in slots if self._may(number, person, slot)]
            if able:
                possible[key] = able
        weekends = self._weekends(person)
        saturdays = sorted({saturday for open_ones, _ in weekends for saturday in open_ones})
        flow = flow_person(problem, facts, person, possible)
        columns = add_presence(self.model, self._flow, flow, saturdays, taken)
        self.people.append(columns)
        neutral = len(problem.windows)
        for day in taken:
            column = columns.duty[day][neutral]
            if column is not None:
                self.model.lower[column] = 1.0
        for day in range(problem.days, problem.days + facts.tail):
            if day not in taken:
                for column in columns.duty[day]:
                    if column is not None:
                        self.model.upper[column] = 0.0
        for key, able in possible.items():
            self._add_roles(number, key, able)
        self._add_leave(number, person)
        self._add_hours(number, person)
        for open_ones, left in weekends:
            touched = [(columns.touched[day], 1.0) for day in open_ones if day in columns.touched]
            if left < len(touched):
                self.model.add_row(touched, -inf, left)
        self._add_far_rest(columns)

    def _add_roles(self, number: int, key: tuple[int, int], able: Sequence[int]) -> None:
        """The roles of one person in one window, below the person's presence."""
        model, problem = self.model, self.problem
        there = self.people[number].duty[key[0]][key[1]]
        if there is None:
            return
        at_post = {slot: problem.slots[slot].post for slot in able}
        acting: Terms = []
        backing: Terms = []
        alone: Terms = []
        for slot in able:
            for role in range(len(problem.roles)):
                column = self.roles[role][number, slot] = model.add_column(0.0)
                (acting if role == ACTING else backing).append((column, 1.0))
                if role != ACTING and not problem.posts[at_post[slot]]:
                    alone.append((column, 1.0))
        if len(able) == 1:
            model.add_row([*acting, *backing, (there, -1.0)], 0, 0)
        else:
            model.add_row([*acting, (there, -1.0)], -inf, 0)
            model.add_row([*backing, (there, -1.0)], -inf, 0)
            model.add_row([*acting, *backing, (there, -1.0)], 0, inf)
            if alone:
                model.add_row([*acting, *alone, (there, -1.0)], -inf, 0)
            for slot in able:
                if problem.posts[at_post[slot]]:
                    here = [(self.roles[role][number, slot], 1.0) for role in range(len(problem.roles))]
                    model.add_row([*here, (there, -1.0)], -inf, 0)
        for slot in able:
            trained = self.training.get((number, at_post[slot]))
            person = problem.people[number]
            if trained is not None and not person.qualified(at_post[slot], key[0]):
                here = [(self.roles[role][number, slot], 1.0) for role in range(len(problem.roles))]
                model.add_row([*here, (trained, -1.0)], -inf, 0)

    def _add_leave(self, number: int, person: AbPerson) -> None:
        """Duty on a day of leave only where that day is moved."""
        for who, day in sorted(self.loosened.leave_days):
            if who != number:
                continue
            duty = [
                (column, 1.0)
                for window in range(len(self.problem.windows))
                if (day, window) in person.away and (column := self.people[number].duty[day][window]) is not None
            ]
            if duty:
                self.moved[number, day] = self.model.add_column(0.0)
                self.model.add_row([*duty, (self.moved[number, day], -1.0)], -inf, 0)

    def _add_hours(self, number: int, person: AbPerson) -> None:
        """Minutes of each week and month, less those worked outside; facts that pass the limit leave nothing."""
        problem = self.problem
        for first, last in problem.weeks:
            used = problem.minutes_outside(person, problem.week_days(first))
            loose = []
            if number in self.loosened.hours:
                self.extra[number, first] = self.model.add_column(0.0, 0.0, 7.0 * 1440, integer=False)
                loose.append(self.extra[number, first])
            self._add_minutes(number, first, last, person.weekly_minutes - used, loose)
        if person.monthly_minutes is None:
            return
        for first, last in problem.calendar_months:
            used = problem.minutes_outside(person, problem.month_days(first))
            weeks = [week for week, end in problem.weeks if end >= first and week <= last]
            relief = [self.extra[number, week] for week in weeks if (number, week) in self.extra]
            self._add_minutes(number, first, last, person.monthly_minutes - used, relief)

    def _add_minutes(self, number: int, first: int, last: int, left: int, loose: Sequence[int]) -> None:
        unit = gcd(*(window.minutes for window in self.problem.windows)) or 1
        duty = [
            (column, window.minutes / unit)
            for row in self.people[number].duty[first : last + 1]
            for column, window in zip(row, self.problem.windows, strict=False)
            if column is not None
        ]
        most = max((window.minutes for window in self.problem.windows), default=0) * (last - first + 1)
        if duty and (most > left or loose):
            relief = [(column, -1.0 / unit) for column in loose]
            # With relief every minute counts, without it only whole steps of the windows' lengths.
            self.model.add_row([*duty, *relief], -inf, max(0, left) / unit if loose else max(0, left) // unit)

    def _weekends(self, person: AbPerson) -> list[tuple[list[int], int]]:
        """For each month the Saturdays whose weekends are open, and how many of them may have duty.

        A weekend belongs to the month of its Saturday; one with duty outside the slots has been counted.
        """
        if person.max_weekends is None:
            return []
        problem = self.problem
        by_month: dict[tuple[int, int], set[int]] = {}
        given: dict[tuple[int, int], set[int]] = {}
        for saturday in range(problem.week(0) - 2, problem.days, 7):
            by_month.setdefault(problem.month(saturday), set()).add(saturday)
        for day in person.outside:
            if problem.weekday(day) >= 5:
                saturday = problem.week(day) + 5
                given.setdefault(problem.month(saturday), set()).add(saturday)
        found = []
        for month, saturdays in by_month.items():
            counted_already = given.get(month, set())
            open_ones = sorted(day for day in saturdays - counted_already if day + 1 >= 0)
            found.append((open_ones, max(0, person.max_weekends - len(counted_already))))
        return found

    def _add_far_rest(self, columns: Presence) -> None:
        """Rest across a whole day between, where a window ends late on the day after its own."""
        for early, late in self._barred_pairs:
            for day in range(self.problem.days - 2):
                one, other = columns.duty[day][early], columns.duty[day + 2][late]
                if one is not None and other is not None:
                    self.model.add_row([(one, 1.0), (other, 1.0)], -inf, 1)

    # --- slots --------------------------------------------------------------------------------------------------

    def _add_cover(self) -> None:
        """One holder for each role of each slot, or the column of its vacancy."""
        by_slot: list[list[Terms]] = [[[], [], []] for _ in self.problem.slots]
        for role, columns in enumerate(self.roles):
            for (_, slot), column in columns.items():
                by_slot[slot][role].append((column, 1.0))
        for role in range(len(self.problem.roles)):
            for slot in range(len(self.problem.slots)):
                vacant = self.model.add_column(0.0, integer=False)
                self.vacant[role].append(vacant)
                self.model.add_row([*by_slot[slot][role], (vacant, 1.0)], 1, 1)

    def _fix_locks(self) -> None:
        """Roles that are locked; one that the model has no column for is counted as impossible."""
        for lock in self.facts.locks:
            column = self.roles[lock.role].get((self.problem.person_index[lock.person], lock.slot))
            if column is None:
                self.impossible_locks += 1
            else:
                self.model.lower[column] = 1.0
        for number, slot in enumerate(self.problem.slots):
            for role in range(min(2, len(self.problem.roles))):
                if slot.locked and slot.holders[role] is None:
                    self.model.lower[self.vacant[role][number]] = 1.0

    # --- quality ------------------------------------------------------------------------------------------------

    def _add_wishes(self) -> None:
        model, problem = self.model, self.problem
        for person, columns in zip(problem.people, self.people, strict=True):
            for wish in person.wishes:
                cost = WISH_COST * wish.weight
                if wish.wanted:
                    model.offset += cost
                fact = person.outside.get(wish.day)
                if fact is not None and (wish.code is None or problem.windows[fact].code == wish.code):
                    model.offset += -cost if wish.wanted else cost
                for window, column in zip(problem.windows, columns.duty[wish.day], strict=False):
                    if column is not None and (wish.code is None or window.code == wish.code):
                        model.add_cost(column, -cost if wish.wanted else cost)

    def _add_shares(self) -> None:
        """Deviations outside floor and ceiling of each share, and the costs of ranks."""
        model, problem = self.model, self.problem
        for role, name in enumerate(problem.roles):
            for (number, slot), column in self.roles[role].items():
                rank = problem.people[number].ranks.get(problem.slots[slot].post, 2)
                model.add_cost(column, RANK_COST[name][rank])
        for measure, fair in shares(problem).items():
            for number in range(len(problem.people)):
                terms = self._measure_terms(measure, number)
                share = fair[number]
                over = self.over[measure, number] = model.add_column(MEASURE_COST[measure], 0.0, inf, integer=False)
                under = self.under[measure, number] = model.add_column(MEASURE_COST[measure], 0.0, inf, integer=False)
                if terms or share.floor:
                    model.add_row([*terms, (over, -1.0)], -inf, share.ceiling)
                    model.add_row([*terms, (under, 1.0)], share.floor, inf)

    def _measure_terms(self, measure: str, number: int) -> Terms:
        if measure in ("acting", "standby"):
            return self._role_terms[measure == "standby"].get(number, [])
        return [
            (column, 1.0)
            for (day, window) in self.problem.in_window
            if counted(self.problem, measure, day, window)  # type: ignore[arg-type]
            and (column := self.people[number].duty[day][window]) is not None
        ]

    @property
    def _role_terms(self) -> tuple[dict[int, Terms], dict[int, Terms]]:
        if not hasattr(self, "_by_person"):
            self._by_person: tuple[dict[int, Terms], dict[int, Terms]] = ({}, {})
            for role in (ACTING, STANDBY):
                for (number, _), column in self.roles[role].items():
                    self._by_person[role].setdefault(number, []).append((column, 1.0))
        return self._by_person

    # --- in and out ---------------------------------------------------------------------------------------------

    def holders(self, values: Sequence[float]) -> list[Holders]:
        """Who has the roles of each slot, as the values say."""
        found: list[list[str | None]] = [[None, None, None] for _ in self.problem.slots]
        for role, columns in enumerate(self.roles):
            for (person, slot), column in columns.items():
                if values[column] > 0.5:
                    found[slot][role] = self.problem.people[person].id
        return [(acting, standby, second) for acting, standby, second in found]

    def start(self, holders: Sequence[Holders]) -> list[float] | None:
        """The values of all columns that a roster says; None when it is not a roster of this model."""
        problem = self.problem
        values = [0.0] * self.model.columns
        for role in range(len(problem.roles)):
            for slot, given in enumerate(holders):
                holder = given[role]
                if holder is None:
                    values[self.vacant[role][slot]] = 1.0
                    continue
                column = self.roles[role].get((problem.person_index[holder], slot))
                if column is None:
                    return None
                values[column] = 1.0
        there = presence(problem, holders)
        neutral = len(problem.windows)
        for person, columns in zip(problem.people, self.people, strict=True):
            taken = dict.fromkeys(self.facts.taken[person.id], neutral)
            worked = {**taken, **there[person.id]}
            try:
                columns.assign(worked, values)
            except KeyError:
                return None
        if self.over:
            fair = shares(problem)
            for measure, amounts in measured(problem, holders).items():
                for number, amount in enumerate(amounts):
                    share = fair[measure][number]
                    values[self.over[measure, number]] = float(max(0, amount - share.ceiling))
                    values[self.under[measure, number]] = float(max(0, share.floor - amount))
        return values

    def costed(self, costs: Iterable[tuple[int, float]]) -> LinearModel:
        """The same columns and rows under other costs; what is not named costs nothing."""
        return self.model.costed(costs)

    def vacancy_costs(self, acting: float, standby: float, second: float) -> list[tuple[int, float]]:
        """Costs of vacant roles."""
        scales = (acting, standby, second)
        return [(column, scale) for columns, scale in zip(self.vacant, scales, strict=True) for column in columns]
