"""A few roles of a roster, free to change, with the edge around them: small to build and solve, and still a proof.

The *edge* are roles that people of the part may have to give up for one of its roles: those of the same day, or of a
run, a week, a month or a rest with it. An edge role is kept or given up, at the price of one change, and whoever takes
it then is not asked. So the part with its edge costs no more than the whole roster does, and a solution that gives
up nothing of the edge is a roster of the whole: then nothing cheaper exists. Roles beyond the edge cannot matter:
put all of them back that such a roster changed, and each rule of each person sees either only what was published or
only what the part allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

from frontdesk.planning.abproblem import MEASURE_COST, RANK_COST
from frontdesk.planning.abstate import ACTING, AbState
from frontdesk.planning.linear import LinearModel

Place = tuple[int, int]
"""A role: the position of its slot, and acting, standby or second."""

LOADS = ("acting", "standby")


# --- the edge -----------------------------------------------------------------------------------------------------


def edge(state: AbState, places: Iterable[Place]) -> set[Place]:
    """The roles beside the places that may have to be given up when people take some of these."""
    free = set(places)
    days: list[dict[int, set[int]]] = [{} for _ in state.people]
    for slot, _ in free:
        at = state.problem.slots[slot]
        for number in state.able[slot]:
            days[number].setdefault(at.day, set()).add(at.window)
    found: set[Place] = set()
    for number, wanted in enumerate(days):
        if wanted:
            held = state.held[number]
            for day in _in_the_way(state, number, wanted):
                found.update(held.get(day, ()))
    return found - free - state.locked


def _in_the_way(state: AbState, number: int, wanted: dict[int, set[int]]) -> set[int]:
    """The days of a person that may have to be freed for windows wanted by day."""
    problem, worked = state.problem, state.window[number]
    barred = problem.followers_barred
    days = set(wanted)
    for day, windows in wanted.items():
        for window in windows:
            if day - 1 in worked and window in barred[worked[day - 1]]:
                days.add(day - 1)
            if day + 1 in worked and worked[day + 1] in barred[window]:
                days.add(day + 1)
        if problem.second_day_barred:
            days.update((day - 2, day + 2))
    minutes = [window.minutes for window in problem.windows]
    seen: set[tuple[int, int, int]] = set()
    for day, windows in wanted.items():
        # A longer window on a day with duty uses up hours like a new day.
        if day in worked and max(minutes[window] for window in windows) <= minutes[worked[day]]:
            continue
        for limit, counts, span in _limits(state, number, day):
            key = (limit, span[0], span[-1])
            if key not in seen:
                seen.add(key)
                if sum(_most(one, wanted, worked, counts) for one in span) > limit:
                    days.update(one for one in span if one in worked)
    return days


def _most(day: int, wanted: dict[int, set[int]], worked: dict[int, int], counts: Sequence[int]) -> int:
    """The most that a day can count, as it stands or with a window that is wanted."""
    wished = max((counts[window] for window in wanted[day]), default=0) if day in wanted else 0
    return max(wished, counts[worked[day]]) if day in worked else wished


def _limits(state: AbState, number: int, day: int) -> Iterable[tuple[int, Sequence[int], Sequence[int]]]:
    """The rules that count a day: what they allow, what a window counts, and the days that they look at."""
    problem, person = state.problem, state.people[number]
    minutes = [window.minutes for window in problem.windows]
    ones = [1] * len(minutes)
    for first in range(day - person.max_run, day + 1):
        yield person.max_run, ones, range(first, first + person.max_run + 1)
    yield person.weekly_minutes, minutes, problem.week_days(day)
    if person.monthly_minutes is not None:
        yield person.monthly_minutes, minutes, problem.month_days(day)
    if person.max_weekends is not None and problem.weekday(day) >= 5:
        month = problem.month(problem.week(day) + 5)
        saturdays = [
            one for one in range(day - 37, day + 38) if problem.weekday(one) == 5 and problem.month(one) == month
        ]
        yield 0, ones, [each + step for each in saturdays for step in (0, 1)]


# --- the model ------------------------------------------------------------------------------------------------------


class PartModel:
    """The free roles of a roster and the edge around them, with all others as they are.

    `roles[(person, slot, role)]` are columns, `vacant[(slot, role)]` those of free roles that stay empty, `given_up`
    those of edge roles that are given up. The costs are those of quality: ranks, wishes and shares, without an edge
    exact for the whole roster apart from a constant.
    """

    def __init__(self, state: AbState, places: Iterable[Place], around: Iterable[Place] = ()) -> None:
        self.state, self.around = state, set(around)
        self.places = sorted(self.around.union(places))
        self.free = set(self.places)
        self.model = LinearModel()
        self.roles: dict[tuple[int, int, int], int] = {}
        self.vacant: dict[Place, int] = {}
        self.given_up: dict[Place, int] = {}
        self.deviations: list[tuple[int, list[tuple[int, float]], int]] = []
        self._people: dict[int, dict[tuple[int, int], list[Place]]] = {}
        for slot, role in self.places:
            at = state.problem.slots[slot]
            holder = state.holder[slot][role]
            for number in state.able[slot] if (slot, role) not in self.around or holder is None else (holder,):
                of_person = self._people.setdefault(number, {})
                of_person.setdefault((at.day, at.window), []).append((slot, role))
        for number, wanted in self._people.items():
            _PersonRows(self, number, wanted)
        by_place: dict[Place, list[tuple[int, float]]] = {place: [] for place in self.places}
        for (_, slot, role), column in self.roles.items():
            by_place[slot, role].append((column, 1.0))
        for place, terms in by_place.items():
            nobody = self.model.add_column(0.0, integer=False)
            (self.given_up if place in self.around else self.vacant)[place] = nobody
            self.model.add_row([*terms, (nobody, 1.0)], 1, 1)

    def kept(self) -> list[int]:
        """The columns that say that a role stays with its holder."""
        holder = self.state.holder
        held = ((holder[slot][role], slot, role) for slot, role in self.places)
        return [self.roles[number, slot, role] for number, slot, role in held if number is not None]

    def chosen(self, values: Sequence[float]) -> dict[Place, int | None]:
        """Who has each role, as the values say."""
        found: dict[Place, int | None] = dict.fromkeys(self.places)
        for (number, slot, role), column in self.roles.items():
            if values[column] > 0.5:
                found[slot, role] = number
        return found

    def with_deviations(self, values: Sequence[float]) -> list[float]:
        """The same values with the deviations from shares as small as these roles allow."""
        found = list(values)
        for column, terms, constant in self.deviations:
            found[column] = max(0.0, constant + sum(sign * values[one] for one, sign in terms))
        return found


class _PersonRows:
    """The columns and rows of one person in a part."""

    def __init__(self, part: PartModel, number: int, wanted: dict[tuple[int, int], list[Place]]) -> None:
        self.part, self.state, self.number = part, part.state, number
        self.model, self.problem = part.model, part.state.problem
        self.person = self.state.people[number]
        held, free = self.state.held[number], part.free
        self.stays = {day: left for day, roles in held.items() if (left := [one for one in roles if one not in free])}
        worked = self.state.window[number]
        self.fixed = {day: window for day, window in worked.items() if day in self.stays or day not in held}
        self.days: dict[int, dict[int, int]] = {}
        self.loads: dict[str, list[tuple[int, float]]] = {}
        for (day, window), places in sorted(wanted.items()):
            self._add_window(day, window, places)
        for there in self.days.values():
            if len(there) > 1:
                self.model.add_row([(column, 1.0) for column in there.values()], -inf, 1)
        self._add_rest()
        self._add_runs()
        self._add_hours()
        self._add_weekends()
        self._add_shares()

    def _add_window(self, day: int, window: int, places: list[Place]) -> None:
        """The roles of one window, and the presence that they need where the day is not fixed."""
        if day in self.fixed:
            if self.fixed[day] == window:
                places = [place for place in places if self._beside(day, place)]
                self._add_roles(places, None)
            return
        if not self._open(day, window):
            return
        there = self.model.add_column(float(self._presence_cost(day, window)))
        self.days.setdefault(day, {})[window] = there
        self._add_roles(places, there)
        for measure in self.state.counts[day, window]:
            self.loads.setdefault(measure, []).append((there, 1.0))

    def _add_roles(self, places: list[Place], there: int | None) -> None:
        model, posts = self.model, self.problem.posts
        acting: list[tuple[int, float]] = []
        backing: list[tuple[int, float]] = []
        alone: list[tuple[int, float]] = []
        in_slot: dict[int, list[tuple[int, float]]] = {}
        for slot, role in places:
            post = self.problem.slots[slot].post
            rank = self.person.ranks.get(post, 2)
            column = model.add_column(float(RANK_COST[self.problem.roles[role]][rank]))
            self.part.roles[self.number, slot, role] = column
            (acting if role == ACTING else backing).append((column, 1.0))
            in_slot.setdefault(slot, []).append((column, 1.0))
            if role != ACTING and not posts[post]:
                alone.append((column, 1.0))
            if role < len(LOADS):
                self.loads.setdefault(LOADS[role], []).append((column, 1.0))
        most = [] if there is None else [(there, -1.0)]
        limit = 1.0 if there is None else 0.0
        if there is not None:
            model.add_row([*acting, *backing, *most], 0, inf)
        for group in (acting, backing, [*acting, *alone] if alone else [], *in_slot.values()):
            if len(group) > 1 or (group and there is not None):
                model.add_row([*group, *most], -inf, limit)

    def _beside(self, day: int, place: Place) -> bool:
        """Whether a role can be had beside those of the same window that stay."""
        slot, role = place
        posts, slots = self.problem.posts, self.problem.slots
        for other, held in self.stays.get(day, ()):
            if other == slot or (held == ACTING) == (role == ACTING):
                return False
            if not posts[slots[slot if role != ACTING else other].post]:
                return False
        return day in self.stays

    def _open(self, day: int, window: int) -> bool:
        """Whether a window leaves enough rest to the fixed days around it."""
        barred, fixed = self.problem.followers_barred, self.fixed
        if day - 1 in fixed and window in barred[fixed[day - 1]]:
            return False
        if day + 1 in fixed and fixed[day + 1] in barred[window]:
            return False
        return not any(
            (fixed.get(day - 2) == early and window == late) or (window == early and fixed.get(day + 2) == late)
            for early, late in self.problem.second_day_barred
        )

    def _presence_cost(self, day: int, window: int) -> int:
        code = self.problem.windows[window].code
        return sum(
            -cost if wanted else cost
            for wished, wanted, cost in self.state.wishes[self.number].get(day, ())
            if wished is None or wished == code
        )

    # --- rules ------------------------------------------------------------------------------------------------------

    def _add_rest(self) -> None:
        for day, there in self.days.items():
            after = self.days.get(day + 1, {})
            for window, column in there.items():
                barred = [after[late] for late in self.problem.followers_barred[window] if late in after]
                if barred:
                    self.model.add_row([(one, 1.0) for one in (column, *barred)], -inf, 1)
            behind = self.days.get(day + 2, {})
            for early, late in self.problem.second_day_barred:
                if early in there and late in behind:
                    self.model.add_row([(there[early], 1.0), (behind[late], 1.0)], -inf, 1)

    def _add_runs(self) -> None:
        starts = sorted({first for day in self.days for first in range(day - self.person.max_run, day + 1)})
        for first in starts:
            self._at_most(range(first, first + self.person.max_run + 1), self.person.max_run)

    def _at_most(self, span: range, most: int) -> None:
        """At most so many days with duty in a span."""
        free = [day for day in span if day in self.days]
        left = max(0, most - sum(1 for day in span if day in self.fixed))
        if free and left < len(free):
            self.model.add_row([(column, 1.0) for day in free for column in self.days[day].values()], -inf, left)

    def _add_hours(self) -> None:
        problem = self.problem
        for week in sorted({problem.week(day) for day in self.days}):
            self._at_most_minutes(range(week, week + 7), self.person.weekly_minutes)
        if self.person.monthly_minutes is not None:
            for month in {problem.month(day): problem.month_days(day) for day in sorted(self.days)}.values():
                self._at_most_minutes(month, self.person.monthly_minutes)

    def _at_most_minutes(self, span: range, most: int) -> None:
        minutes = [window.minutes for window in self.problem.windows]
        left = max(0, most - sum(minutes[self.fixed[day]] for day in span if day in self.fixed))
        unit = min(minutes) or 1
        duty = [(column, minutes[window] / unit) for day in span for window, column in self.days.get(day, {}).items()]
        if duty and sum(max(minutes[w] for w in self.days[day]) for day in span if day in self.days) > left:
            self.model.add_row(duty, -inf, left / unit)

    def _add_weekends(self) -> None:
        """At most so many weekends with duty in the month of their Saturday."""
        if self.person.max_weekends is None:
            return
        problem = self.problem
        given = {problem.week(day) + 5 for day in self.fixed if problem.weekday(day) >= 5}
        by_month: dict[tuple[int, int], list[int]] = {}
        for saturday in sorted({problem.week(day) + 5 for day in self.days if problem.weekday(day) >= 5} - given):
            by_month.setdefault(problem.month(saturday), []).append(saturday)
        for month, saturdays in by_month.items():
            left = max(0, self.person.max_weekends - sum(1 for each in given if problem.month(each) == month))
            if left >= len(saturdays):
                continue
            touched = []
            for saturday in saturdays:
                column = self.model.add_column(0.0)
                touched.append((column, 1.0))
                for day in (saturday, saturday + 1):
                    duty = [(one, 1.0) for one in self.days.get(day, {}).values()]
                    if duty:
                        self.model.add_row([*duty, (column, -1.0)], -inf, 0)
            self.model.add_row(touched, -inf, left)

    def _add_shares(self) -> None:
        """What this person has above or below a fair share, with what stays counted."""
        state, gone = self.state, self._given_up()
        for measure, terms in self.loads.items():
            share = state.fair[measure][self.number]
            has = state.amount[measure][self.number] - gone.get(measure, 0)
            price = float(MEASURE_COST[measure])  # type: ignore[index]
            if has + len(terms) > share.ceiling:
                over = self.model.add_column(price, 0.0, inf, integer=False)
                self.model.add_row([*terms, (over, -1.0)], -inf, share.ceiling - has)
                self.part.deviations.append((over, terms, has - share.ceiling))
            if has < share.floor:
                under = self.model.add_column(price, 0.0, inf, integer=False)
                self.model.add_row([*terms, (under, 1.0)], share.floor - has, inf)
                self.part.deviations.append((under, [(one, -1.0) for one, _ in terms], share.floor - has))

    def _given_up(self) -> dict[str, int]:
        """How much of each measure lies in free roles that this person has so far."""
        found: dict[str, int] = {}
        for day, roles in self.state.held[self.number].items():
            for place in roles:
                if place in self.part.free and place[1] < len(LOADS):
                    found[LOADS[place[1]]] = found.get(LOADS[place[1]], 0) + 1
            if day not in self.stays:
                for measure in self.state.counts[day, self.state.window[self.number][day]]:
                    found[measure] = found.get(measure, 0) + 1
        return found
