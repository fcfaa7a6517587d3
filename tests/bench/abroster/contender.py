"""A plain CP-SAT model as in the OR-tools shift example, with two roles: a boolean per person, slot and role.

Runs in a process of its own (`python -m tests.bench.abroster.contender`), because ortools and highspy crash each other:
the problem as JSON on stdin, the seconds as its argument, the holders as JSON on stdout.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from frontdesk.planning.abcost import Share, counted, shares
from frontdesk.planning.abproblem import MEASURE_COST, RANK_COST, WISH_COST, AbProblem, from_json


def solve(problem: AbProblem, seconds: float) -> tuple[list[list[str | None]], str, float]:
    """The holders of each slot, the solver's status and its bound."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    at: dict[tuple[int, int, int], Any] = {}
    for number, person in enumerate(problem.people):
        for place, slot in enumerate(problem.slots):
            for role in (0, 1):
                if person.qualified(slot.post, slot.day) and person.free(slot.day, slot.window):
                    at[number, place, role] = model.new_bool_var("")
    cost: list[Any] = []
    for place in range(len(problem.slots)):
        for role, weight in ((0, 1_000_000), (1, 10_000)):
            empty = model.new_bool_var("")
            model.add_exactly_one([*(v for (_, p, r), v in at.items() if (p, r) == (place, role)), empty])
            cost.append(weight * empty)
    for number in range(len(problem.people)):
        _person(model, problem, number, {key[1:]: v for key, v in at.items() if key[0] == number}, cost)
    for (number, place, role), taken in at.items():
        rank = problem.people[number].ranks[problem.slots[place].post]
        cost.append(RANK_COST["acting" if role == 0 else "standby"][rank] * taken)
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.status_name(solver.solve(model))
    holders: list[list[str | None]] = [[None, None, None] for _ in problem.slots]
    if status in ("OPTIMAL", "FEASIBLE"):
        for (number, place, role), taken in at.items():
            if solver.value(taken):
                holders[place][role] = problem.people[number].id
    return holders, status, solver.best_objective_bound


def _person(model: Any, problem: AbProblem, number: int, at: dict[tuple[int, int], Any], cost: list[Any]) -> None:
    """One person's rules, day by day and week by week, as a plain model states them."""
    person = problem.people[number]
    there: dict[tuple[int, int], Any] = {}
    for key, places in problem.in_window.items():
        acting = [at[p, 0] for p in places if (p, 0) in at]
        backing = [at[p, 1] for p in places if (p, 1) in at]
        if not acting:
            continue
        present = there[key] = model.new_bool_var("")
        model.add(sum(acting) <= 1)
        model.add(sum(backing) <= 1)
        model.add_max_equality(present, [*acting, *backing])
        for p in places:
            if (p, 0) in at:
                model.add(at[p, 0] + at[p, 1] <= 1)
                if not problem.posts[problem.slots[p].post]:
                    model.add(at[p, 1] + sum(acting) <= 1)
    days = {d: [v for (day, _), v in there.items() if day == d] for d in range(problem.days)}
    for d in range(problem.days):
        model.add(sum(days[d]) <= 1)
        run = range(d, d + person.max_run + 1)
        if run[-1] < problem.days:
            model.add(sum(v for each in run for v in days[each]) <= person.max_run)
    for (d, window), v in there.items():
        for later in problem.followers_barred[window]:
            if (d + 1, later) in there:
                model.add(v + there[d + 1, later] <= 1)
    for spans, most in ((problem.weeks, person.weekly_minutes), (problem.calendar_months, person.monthly_minutes)):
        for first, last in spans:
            if most is not None:
                minutes = [problem.windows[w].minutes * v for (d, w), v in there.items() if first <= d <= last]
                model.add(sum(minutes) <= most)
    if person.max_weekends is not None:
        _weekends(model, problem, person.max_weekends, days)
    for wish in person.wishes:
        kept = [v for (d, w), v in there.items() if d == wish.day and wish.code in (None, problem.windows[w].code)]
        price = WISH_COST * wish.weight
        cost.append(price - price * sum(kept) if wish.wanted else price * sum(kept))
    for measure, fair in shares(problem).items():
        amount: Any
        if measure in ("acting", "standby"):
            amount = sum(v for (_, role), v in at.items() if role == (measure == "standby"))
        else:
            amount = sum(v for (d, w), v in there.items() if counted(problem, measure, d, w))
        _deviation(model, amount, fair[number], MEASURE_COST[measure], cost)


def _deviation(model: Any, amount: Any, share: Share, price: int, cost: list[Any]) -> None:
    off = model.new_int_var(0, 1000, "")
    model.add(off >= amount - share.ceiling)
    model.add(off >= share.floor - amount)
    cost.append(price * off)


def _weekends(model: Any, problem: AbProblem, most: int, days: dict[int, list[Any]]) -> None:
    by_month: dict[tuple[int, int], list[Any]] = {}
    for saturday in range(problem.week(0) + 5, problem.days, 7):
        both = [*days.get(saturday, []), *days.get(saturday + 1, [])]
        if both:
            touched = model.new_bool_var("")
            model.add_max_equality(touched, both)
            by_month.setdefault(problem.month(saturday), []).append(touched)
    for weekends in by_month.values():
        model.add(sum(weekends) <= most)


def main() -> None:
    """Solve the problem on stdin."""
    holders, status, bound = solve(from_json(json.load(sys.stdin)), float(sys.argv[1]))
    print(json.dumps({"holders": holders, "status": status, "bound": bound}))


if __name__ == "__main__":
    main()
