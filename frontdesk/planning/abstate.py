"""A roster in the making: who stands where, what each person may still take, and what a move would cost. Plain Python.

Everything that may stop a person is counted per person, so that one move is looked at in microseconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from frontdesk.planning.abcost import Holders, Share, counted, shares
from frontdesk.planning.abfacts import facts_of
from frontdesk.planning.abproblem import MEASURE_COST, RANK_COST, WISH_COST, AbProblem

ACTING, STANDBY, SECOND = 0, 1, 2


class AbState:
    """Holders of every role, kept legal by every move; shortest runs and gaps are seen to by `tidy`."""

    def __init__(self, problem: AbProblem) -> None:
        self.problem = problem
        self.facts = facts_of(problem)
        self.people = problem.people
        self.count = len(problem.people)
        self.width = len(problem.roles)
        self.holder: list[list[int | None]] = [[None] * self.width for _ in problem.slots]
        self.window: list[dict[int, int]] = [dict(person.outside) for person in problem.people]
        self.held: list[dict[int, list[tuple[int, int]]]] = [{} for _ in problem.people]
        self.fair: dict[str, tuple[Share, ...]] = {str(measure): fair for measure, fair in shares(problem).items()}
        self.amount: dict[str, list[int]] = {measure: [0] * self.count for measure in self.fair}
        self.locked = {(lock.slot, lock.role) for lock in self.facts.locks}
        self.closed_roles = {
            (number, role)
            for number, slot in enumerate(problem.slots)
            if slot.locked
            for role in range(min(2, self.width))
            if slot.holders[role] is None
        }
        self.week_minutes: list[dict[int, int]] = [{} for _ in problem.people]
        self.month_minutes: list[dict[tuple[int, int], int]] = [{} for _ in problem.people]
        for number, person in enumerate(problem.people):
            for day, window in person.outside.items():
                self._count_minutes(number, day, problem.windows[window].minutes)
        self.wishes: list[dict[int, list[tuple[str | None, bool, int]]]] = []
        for person in problem.people:
            by_day: dict[int, list[tuple[str | None, bool, int]]] = {}
            for wish in person.wishes:
                by_day.setdefault(wish.day, []).append((wish.code, wish.wanted, WISH_COST * wish.weight))
            self.wishes.append(by_day)
        self.counts: dict[tuple[int, int], tuple[str, ...]] = {
            (day, window): tuple(
                measure for measure in ("evenings", "weekends", "holidays") if counted(problem, measure, day, window)
            )
            for day, window in problem.in_window
        }
        self.able: list[list[int]] = [
            [
                number
                for number, person in enumerate(problem.people)
                if person.qualified(slot.post, slot.day)
                and person.free(slot.day, slot.window)
                and (slot.day, slot.window) not in self.facts.barred[person.id]
                and slot.day not in self.facts.taken[person.id]
            ]
            for slot in problem.slots
        ]
        self._able_sets = [frozenset(numbers) for numbers in self.able]

    def _count_minutes(self, number: int, day: int, minutes: int) -> None:
        week, month = self.problem.week(day), self.problem.month(day)
        self.week_minutes[number][week] = self.week_minutes[number].get(week, 0) + minutes
        self.month_minutes[number][month] = self.month_minutes[number].get(month, 0) + minutes

    # --- what is possible -----------------------------------------------------------------------------------------

    def may_hold(self, number: int, slot: int, role: int) -> bool:
        """Whether a person could take an empty role, everything else staying as it is."""
        at = self.problem.slots[slot]
        if number not in self._able_sets[slot] or number in self.holder[slot] or (slot, role) in self.closed_roles:
            return False
        present = self.window[number].get(at.day)
        if present is not None:
            if present != at.window:
                return False
            for other, held in self.held[number].get(at.day, ()):
                if (held == ACTING) == (role == ACTING):
                    return False
                backed = slot if role != ACTING else other
                if not self.problem.posts[self.problem.slots[backed].post]:
                    return False
            return True
        return self.may_work(number, at.day, at.window)

    def may_work(self, number: int, day: int, window: int) -> bool:
        """Whether a person could be on duty on a day that is still free."""
        problem, person, worked = self.problem, self.people[number], self.window[number]
        barred = problem.followers_barred
        before, after = worked.get(day - 1), worked.get(day + 1)
        if before is not None and window in barred[before]:
            return False
        if after is not None and after in barred[window]:
            return False
        for early, late in problem.second_day_barred:
            if (worked.get(day - 2) == early and window == late) or (window == early and worked.get(day + 2) == late):
                return False
        first = last = day
        while first - 1 in worked:
            first -= 1
        while last + 1 in worked:
            last += 1
        if last - first + 1 > person.max_run:
            return False
        minutes = problem.windows[window].minutes
        if self.week_minutes[number].get(problem.week(day), 0) + minutes > person.weekly_minutes:
            return False
        monthly = person.monthly_minutes
        if monthly is not None and self.month_minutes[number].get(problem.month(day), 0) + minutes > monthly:
            return False
        if person.min_days_off > 1:
            for step in range(2, person.min_days_off + 1):
                if first - step in worked or last + step in worked:
                    return False
        return person.max_weekends is None or self._weekend_left(number, day)

    def _weekend_left(self, number: int, day: int) -> bool:
        problem, worked = self.problem, self.window[number]
        if problem.weekday(day) < 5:
            return True
        saturday = problem.week(day) + 5
        if saturday in worked or saturday + 1 in worked:
            return True
        month = problem.month(saturday)
        weekends = {problem.week(each) + 5 for each in worked if problem.weekday(each) >= 5}
        of_month = sum(1 for each in weekends if problem.month(each) == month)
        return of_month < (self.people[number].max_weekends or 0)

    # --- moves ----------------------------------------------------------------------------------------------------

    def put(self, number: int, slot: int, role: int) -> None:
        """Give an empty role to a person."""
        at = self.problem.slots[slot]
        self.holder[slot][role] = number
        self.held[number].setdefault(at.day, []).append((slot, role))
        if at.day not in self.window[number]:
            self.window[number][at.day] = at.window
            self._count_minutes(number, at.day, self.problem.windows[at.window].minutes)
            for measure in self.counts[at.day, at.window]:
                self.amount[measure][number] += 1
        if role != SECOND:
            self.amount[_LOADS[role]][number] += 1

    def take(self, slot: int, role: int) -> int | None:
        """Empty a role; who had it."""
        number = self.holder[slot][role]
        if number is None:
            return None
        at = self.problem.slots[slot]
        self.holder[slot][role] = None
        roles = self.held[number][at.day]
        roles.remove((slot, role))
        if not roles:
            del self.held[number][at.day]
            del self.window[number][at.day]
            self._count_minutes(number, at.day, -self.problem.windows[at.window].minutes)
            for measure in self.counts[at.day, at.window]:
                self.amount[measure][number] -= 1
        if role != SECOND:
            self.amount[_LOADS[role]][number] -= 1
        return number

    def gain(self, number: int, slot: int, role: int) -> int:
        """What it costs to give a role to a person: rank, shares, wishes."""
        at = self.problem.slots[slot]
        rank = self.people[number].ranks.get(at.post, 2)
        cost = RANK_COST[self.problem.roles[role]][rank]
        if role != SECOND:
            cost += self._one_more(_LOADS[role], number)
        if at.day not in self.window[number]:
            for measure in self.counts[at.day, at.window]:
                cost += self._one_more(measure, number)
            code = self.problem.windows[at.window].code
            for wish_code, wanted, weight in self.wishes[number].get(at.day, ()):
                if wish_code is None or wish_code == code:
                    cost += -weight if wanted else weight
        return cost

    def _one_more(self, measure: str, number: int) -> int:
        share, amount = self.fair[measure][number], self.amount[measure][number]
        price = MEASURE_COST[measure]  # type: ignore[index]
        return price if amount >= share.ceiling else -price if amount < share.floor else 0

    # --- the whole ------------------------------------------------------------------------------------------------

    def holders(self) -> list[Holders]:
        """Who has the roles of each slot."""
        ids = [person.id for person in self.people]
        found: list[Holders] = []
        for given in self.holder:
            names = [None if number is None else ids[number] for number in given] + [None] * (3 - self.width)
            found.append((names[0], names[1], names[2]))
        return found

    def load(self, holders: Sequence[Holders]) -> None:
        """Take over a roster, as far as each role is legal with what was taken over before."""
        order = [(slot, role) for slot in range(len(holders)) for role in range(self.width)]
        order.sort(key=lambda place: place not in self.locked)
        for slot, role in order:
            holder = holders[slot][role]
            number = None if holder is None else self.problem.person_index.get(holder)
            if number is not None and self.holder[slot][role] is None and self.may_hold(number, slot, role):
                self.put(number, slot, role)

    def vacancies(self) -> list[tuple[int, int]]:
        """Empty roles that may be filled, acting first."""
        return [
            (slot, role)
            for role in range(self.width)
            for slot, given in enumerate(self.holder)
            if given[role] is None and (slot, role) not in self.closed_roles
        ]

    def tidy(self) -> bool:
        """Take people off runs that are shorter than theirs may be; whether anything was taken."""
        changed = False
        for number, person in enumerate(self.people):
            if person.min_run <= 1:
                continue
            worked = self.window[number]
            for day in sorted(self.held[number]):
                if day not in worked:
                    continue
                first = last = day
                while first - 1 in worked:
                    first -= 1
                while last + 1 in worked:
                    last += 1
                edges = (first <= 0 and -1 not in person.outside and not any(d < 0 for d in person.outside)) or (
                    last >= self.problem.days + self.facts.tail - 1
                )
                roles = [role for each in range(first, last + 1) for role in self.held[number].get(each, ())]
                if last - first + 1 >= person.min_run or edges or any(role in self.locked for role in roles):
                    continue
                for slot, role in roles:
                    self.take(slot, role)
                    changed = True
        return changed


_LOADS = ("acting", "standby")
