"""What would fill a roster that cannot be filled: the cheapest set of remedies, and a few others.

One elastic model with a column for everything that may give way at a price: training somebody for a post, extra hours
of a person in a week, moving a day of leave, an additional person. All roles must be filled in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from time import monotonic
from typing import Literal

from frontdesk.planning import highs
from frontdesk.planning.abmodel import AbModel, Loosened
from frontdesk.planning.abproblem import AbPerson, AbProblem
from frontdesk.planning.abreplan import restricted

TRAINING_COST, HOUR_COST, LEAVE_DAY_COST, PERSON_COST, VACANT_COST = 20.0, 2.0, 12.0, 70.0, 1000.0
"""How unwelcome each remedy is. Extra hours are the easiest, a new person the hardest; a vacant role is no remedy."""

NEWCOMER = "+1"
"""The id of the additional person, who is qualified for every post."""

NEWCOMER_MINUTES = 40 * 60
WHOLE_UP_TO = 35
"""Up to so many days the whole horizon is looked at; of a longer one the weeks with vacant roles."""

ALTERNATIVES = 3

StepKind = Literal["training", "hours", "leave", "person"]


@dataclass(frozen=True, order=True)
class Step:
    """One thing to do: train `person` for `post`; let `person` work so many more `minutes` in the week that begins on
    `day`; move the leave of `person` on `day`; or take on one more person who can stand at `post` (one step a post).
    """

    kind: StepKind
    person: str = ""
    post: str = ""
    day: int = -1
    minutes: int = 0


@dataclass(frozen=True)
class Remedy:
    """Steps that together fill the roster, but for `vacant` roles that nothing can fill.

    `proven`: no cheaper set exists (of those that leave the other weeks as they are, in a long roster).
    """

    steps: tuple[Step, ...]
    cost: int
    vacant: int
    proven: bool


def remedies(
    problem: AbProblem,
    *,
    seconds: float = 9.0,
    should_stop: Callable[[], bool] | None = None,
) -> list[Remedy]:
    """The cheapest remedy first, then others that share no main step with it; nothing where no role is vacant.

    `problem.slots` hold the best roster there is. Without highspy nothing can be said: the answer is empty.
    """
    vacant = [slot.day for slot in problem.slots if None in slot.holders[: len(problem.roles)] and not slot.locked]
    if not vacant or not highs.available():
        return []
    until = monotonic() + seconds
    begin, end = 0, problem.days - 1
    if problem.days > WHOLE_UP_TO:
        begin = max(0, problem.week(min(vacant)) - 3)
        end = min(problem.days - 1, problem.week(max(vacant)) + 9)
        problem = restricted(problem, begin, end)
    search = _Search(problem)
    found: list[Remedy] = []
    while len(found) < ALTERNATIVES:
        left = until - monotonic()
        if left < 0.2 or (should_stop is not None and should_stop()):
            break
        share = left if not found else left / 2
        next_one = search.cheapest(share, should_stop)
        if next_one is None or (found and next_one.vacant > found[0].vacant):
            break
        found.append(_dated(next_one, begin))
        if not next_one.steps:
            break
        search.exclude(next_one)
    return found


def _dated(remedy: Remedy, begin: int) -> Remedy:
    """The days of a part's remedy in the whole."""
    return replace(
        remedy, steps=tuple(replace(step, day=step.day + begin) if step.day != -1 else step for step in remedy.steps)
    )


class _Search:
    """The elastic model, solved again with what was found excluded."""

    def __init__(self, problem: AbProblem) -> None:
        newcomer = AbPerson(NEWCOMER, NEWCOMER_MINUTES, ranks=dict.fromkeys(problem.posts, 2))
        self.problem = replace(
            problem,
            people=(*problem.people, newcomer),
            slots=tuple(slot if slot.locked else replace(slot, holders=(None, None, None)) for slot in problem.slots),
        )
        used_posts = {slot.post for slot in problem.slots}
        days = {slot.day for slot in problem.slots}
        own = range(len(problem.people))
        self.whole = AbModel(
            self.problem,
            Loosened(
                trainings=frozenset(
                    (number, post) for number in own for post in used_posts if post not in problem.people[number].ranks
                ),
                hours=frozenset(own),
                leave_days=frozenset(
                    (number, day) for number in own for day, _ in problem.people[number].away if day in days
                ),
            ),
            fair=False,
        )
        model = self.whole.model
        self.hired = model.add_column(0.0)
        self.posts = {post: model.add_column(0.0) for post in sorted(used_posts)}
        for column in self.posts.values():
            model.add_row([(column, 1.0), (self.hired, -1.0)], -inf, 0)
        for columns in self.whole.roles:
            for (number, slot), column in columns.items():
                if number == len(problem.people):
                    model.add_row([(column, 1.0), (self.posts[problem.slots[slot].post], -1.0)], -inf, 0)
        self.extra_used = {key: model.add_column(0.0) for key in self.whole.extra}
        for key, column in self.whole.extra.items():
            model.add_row([(column, 1.0), (self.extra_used[key], -7.0 * 1440)], -inf, 0)

    def _costs(self) -> list[tuple[int, float]]:
        whole = self.whole
        costs = [(column, TRAINING_COST) for column in whole.training.values()]
        costs += [(column, HOUR_COST / 60) for column in whole.extra.values()]
        costs += [(column, 1.0) for column in self.extra_used.values()]
        costs += [(column, LEAVE_DAY_COST) for column in whole.moved.values()]
        costs += [(self.hired, PERSON_COST), *((column, 1.0) for column in self.posts.values())]
        return costs + whole.vacancy_costs(VACANT_COST, VACANT_COST, VACANT_COST)

    def cheapest(self, seconds: float, should_stop: Callable[[], bool] | None) -> Remedy | None:
        """The cheapest set of remedies that is not excluded; None where none was found."""
        if self.whole.impossible_locks:
            return None
        solution = highs.solve(
            self.whole.costed(self._costs()), seconds=seconds, gap=0.0, step=0.5, should_stop=should_stop
        )
        if not len(solution.values):
            return None
        vacant = sum(1 for columns in self.whole.vacant for column in columns if solution.values[column] > 0.5)
        cost = round(solution.objective - VACANT_COST * vacant)
        return Remedy(tuple(self._steps(solution.values)), cost, vacant, solution.status == "optimal")

    def _steps(self, values: Sequence[float]) -> list[Step]:
        whole, people = self.whole, self.problem.people
        steps = [
            Step("training", people[number].id, post)
            for (number, post), column in whole.training.items()
            if values[column] > 0.5
        ]
        steps += [
            Step("hours", people[number].id, day=week, minutes=round(values[column]))
            for (number, week), column in whole.extra.items()
            if values[column] > 0.5
        ]
        steps += [
            Step("leave", people[number].id, day=day)
            for (number, day), column in whole.moved.items()
            if values[column] > 0.5
        ]
        steps += [Step("person", NEWCOMER, post) for post, column in self.posts.items() if values[column] > 0.5]
        return sorted(steps)

    def exclude(self, remedy: Remedy) -> None:
        """Look for other steps from now on: at least one of these must be missing."""
        index = {person.id: number for number, person in enumerate(self.problem.people)}
        columns = []
        for step in remedy.steps:
            number = index[step.person]
            if step.kind == "training":
                columns.append(self.whole.training[number, step.post])
            elif step.kind == "hours":
                columns.append(self.extra_used[number, step.day])
            elif step.kind == "leave":
                columns.append(self.whole.moved[number, step.day])
            else:
                columns.append(self.posts[step.post])
        self.whole.model.add_row([(column, 1.0) for column in columns], -inf, len(columns) - 1)
