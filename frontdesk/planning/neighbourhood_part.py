"""A part of a problem as a problem of its own: some people over some days, everything else as a roster has it.

What surrounds the part becomes each person's history and following stretch, what is used up outside shrinks the limits,
and what the others work shrinks the demand. So a legal row of the part is legal in the whole, and the part's cost
differs from the whole cost by a constant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from frontdesk.planning.problem import Cover, Following, History, Person, Problem, Request, Roster, Window

SUNDAY = 6


class Parts:
    """Cuts parts out of one problem."""

    def __init__(self, problem: Problem) -> None:
        """Keeps the wishes by person and the demand by day at hand."""
        self.problem = problem
        self.requests: dict[str, list[Request]] = defaultdict(list)
        for request in problem.requests:
            self.requests[request.person].append(request)
        self.covers: dict[int, list[Cover]] = defaultdict(list)
        for cover in problem.covers:
            self.covers[cover.day].append(cover)

    def aligned(self, span: range) -> range:
        """The span moved so that it parts no weekend: it neither begins nor ends on a Sunday inside the horizon."""
        first, end = span.start, span.stop
        if first > 0 and self._weekday(first) == SUNDAY:
            first -= 1
        if end < self.problem.days and self._weekday(end) == SUNDAY:
            end += 1
        return range(first, end)

    def _weekday(self, day: int) -> int:
        return (self.problem.first_weekday + day) % 7

    def cut(self, roster: Roster, people: Sequence[int], span: range) -> Problem:
        """The part of these people on these days; the span must part no weekend."""
        problem = self.problem
        first, end = span.start, span.stop
        chosen = set(people)
        present: dict[tuple[int, int], int] = defaultdict(int)
        for number, row in enumerate(roster):
            if number not in chosen:
                for day in span:
                    shift = row[day]
                    if shift is not None:
                        present[day, shift] += 1
        covers = [
            replace(each, day=day - first, need=each.need - present[day, problem.shift_index[each.shift]])
            for day in span
            for each in self.covers[day]
        ]
        requests = [
            replace(each, day=each.day - first)
            for number in people
            for each in self.requests[problem.people[number].id]
            if first <= each.day < end
        ]
        return Problem(
            days=len(span),
            shifts=problem.shifts,
            people=tuple(self._person(problem.people[number], roster[number], span) for number in people),
            requests=tuple(requests),
            covers=tuple(covers),
            first_weekday=self._weekday(first),
        )

    def _person(self, person: Person, row: Sequence[int | None], span: range) -> Person:
        problem = self.problem
        if len(span) == problem.days:
            return person
        first, end = span.start, span.stop
        outside = [(day, shift) for day, shift in enumerate(row) if shift is not None and not first <= day < end]
        limits = dict(person.max_shifts)
        for _, shift in outside:
            name = problem.shifts[shift].id
            if name in limits:
                limits[name] -= 1
        windows = []
        for window in person.windows:
            if window.last < first or window.first >= end:
                continue
            spent = sum(problem.shifts[s].minutes for day, s in outside if window.first <= day <= window.last)
            windows.append(
                Window(
                    max(0, window.first - first),
                    min(end, window.last + 1) - 1 - first,
                    window.minimum - spent,
                    window.maximum - spent,
                )
            )
        weekends = person.max_weekends
        if weekends is not None:
            worked = {day for day, _ in outside}
            weekends -= sum(any(day in worked for day in weekend) for weekend in problem.weekends)
        return replace(
            person,
            max_shifts=limits,
            windows=tuple(windows),
            max_weekends=weekends,
            days_off=frozenset(day - first for day in person.days_off if first <= day < end),
            barred=frozenset((day - first, shift) for day, shift in person.barred if first <= day < end),
            history=self._history(person, row, first) if first > 0 else person.history,
            following=self._following(person, row, end) if end < problem.days else person.following,
        )

    def _history(self, person: Person, row: Sequence[int | None], first: int) -> History:
        """The stretch that ends before day `first`, with the person's own history when it reaches back so far."""
        before = row[first - 1]
        length = 0
        while length < first and (row[first - 1 - length] is None) == (before is None):
            length += 1
        reaches = length == first
        own = person.history if reaches else None
        settled = reaches and (own is None or own.settled)
        if before is None:
            return History(days_off=length + (own.days_off if own is not None else 0), settled=settled)
        name = self.problem.shifts[before].id
        return History(run=length + (own.run if own is not None else 0), last_shift=name, settled=settled)

    def _following(self, person: Person, row: Sequence[int | None], end: int) -> Following:
        """The stretch that begins on day `end`, with what follows the horizon when it reaches so far."""
        after = row[end]
        length = 0
        while end + length < len(row) and (row[end + length] is None) == (after is None):
            length += 1
        reaches = end + length == len(row)
        own = person.following if reaches else None
        settled = reaches and (own is None or own.settled)
        if after is None:
            return Following(days_off=length + (own.days_off if own is not None else 0), settled=settled)
        name = self.problem.shifts[after].id
        return Following(run=length + (own.run if own is not None else 0), first_shift=name, settled=settled)
