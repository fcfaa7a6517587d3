"""The fewest changes by parts: the disturbed roles first, and what their edge shows to be needed, until it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from frontdesk.planning import highs
from frontdesk.planning.abcost import Holders
from frontdesk.planning.abpart import PartModel, Place, edge
from frontdesk.planning.abstate import AbState

ANSWER_SECONDS = 0.22
"""Within so many seconds an answer is wanted."""

QUALITY_SECONDS = 0.1
"""The most for the best of the rosters with the fewest changes; the fewest are proven before."""

WHOLE_ROLES = 320
"""Up to so many roles the whole takes no longer than its larger half: 12 people and 4 weeks have 280."""

FAR_REACHING = 3
"""So many roles given up beside the disturbed ones show that the next part would not hold either: it is passed over."""

PROVING: dict[str, bool | int | float | str] = {
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_detect_symmetry": False,
}
"""HiGHS without what took up to half of a replan's time and found nothing: no two people here are alike."""


@dataclass(frozen=True)
class Mended:
    """A roster with proven the fewest vacancies and, with these, changes; the first and the last day looked at."""

    holders: list[Holders]
    days: tuple[int, int]


def mend(state: AbState, seconds: float, should_stop: Callable[[], bool] | None = None) -> Mended | None:
    """Fill the vacancies of a state that holds all of a published roster that can stay.

    None where time was too short, and where parts do not apply: shortest runs and gaps bind days together that no edge
    names, and of roles that break a rule together it is not said which one changes.
    """
    seeds = state.vacancies()
    if any(person.min_run > 1 or person.min_days_off > 1 for person in state.people) or not _all_lost(state, seeds):
        return None
    return _Mending(state, seeds, seconds, should_stop).run()


def _all_lost(state: AbState, seeds: Sequence[Place]) -> bool:
    """Whether every vacant role was vacant before or has a holder who cannot be there at all."""
    index = state.problem.person_index
    for slot, role in seeds:
        holder = state.problem.slots[slot].holders[role]
        if holder is not None and index.get(holder, -1) in state.able[slot]:
            return False
    return True


class _Mending:
    """The parts, each larger than the one before."""

    def __init__(
        self, state: AbState, seeds: list[Place], seconds: float, should_stop: Callable[[], bool] | None
    ) -> None:
        self.state, self.seeds, self.should_stop = state, seeds, should_stop
        self.began = monotonic()
        self.until = self.began + seconds

    def run(self) -> Mended | None:
        """The first part that needs nothing of its edge; None when time was too short."""
        places = set(self.seeds)
        while monotonic() < self.until:
            part = PartModel(self.state, places, edge(self.state, places))
            values = self._fewest(part)
            if values is None:
                return None
            needed = sum(values[column] > 0.5 for column in part.given_up.values())
            if not needed:
                return Mended(self._holders(part, self._best_quality(part, values)), self._days(places))
            first = len(places) == len(self.seeds)
            places = self._grown(places | part.around)
            if first and needed >= FAR_REACHING:
                places = self._grown(places | edge(self.state, places))
        return None

    def _grown(self, places: set[Place]) -> set[Place]:
        """The next part: all roles at once where these are few and most are in it anyway."""
        state = self.state
        fixed = state.locked | state.closed_roles
        slots = range(len(state.problem.slots))
        every = {(slot, role) for slot in slots for role in range(state.width)} - fixed
        return every if len(every) <= WHOLE_ROLES and len(every) < 2 * len(places) else places

    # --- solves -----------------------------------------------------------------------------------------------------

    def _fewest(self, part: PartModel) -> Sequence[float] | None:
        """As few empty roles as possible, then as few changes; None without proof."""
        kept = part.kept()
        standby = 1.0 + len(kept)
        acting = standby * (1 + len(self.seeds))
        scales = (acting, standby, 0.0) if self.state.width < 3 else (acting * (1 + len(self.seeds)), acting, standby)
        costs = [(column, scales[role]) for (_, role), column in part.vacant.items()]
        solution = highs.solve(
            part.model.costed([*costs, *((column, -1.0) for column in kept)]),
            seconds=max(0.05, self.until - monotonic()),
            step=1.0,
            should_stop=self.should_stop,
            options=PROVING,
        )
        return solution.values if solution.status == "optimal" else None

    def _best_quality(self, part: PartModel, values: Sequence[float]) -> Sequence[float]:
        """The best roster of the part with as few vacancies and changes as the values have."""
        left = min(QUALITY_SECONDS, ANSWER_SECONDS - (monotonic() - self.began))
        if left <= 0:
            return values
        kept = part.kept()
        part.model.add_row([(column, 1.0) for column in kept], lower=sum(round(values[column]) for column in kept))
        for column in part.given_up.values():
            part.model.upper[column] = 0.0
        for role in range(self.state.width):
            columns = [column for (_, held), column in part.vacant.items() if held == role]
            part.model.add_row([(column, 1.0) for column in columns], upper=sum(round(values[c]) for c in columns))
        solution = highs.solve(
            part.model,
            seconds=left,
            step=1.0,
            start=part.with_deviations(values),
            should_stop=self.should_stop,
            options=PROVING,
        )
        return solution.values if len(solution.values) else values

    # --- reading ----------------------------------------------------------------------------------------------------

    def _holders(self, part: PartModel, values: Sequence[float]) -> list[Holders]:
        """The whole roster with the free roles as the values say."""
        ids = [person.id for person in self.state.people]
        found = [list(given) for given in self.state.holders()]
        for (slot, role), number in part.chosen(values).items():
            found[slot][role] = None if number is None else ids[number]
        return [(acting, standby, second) for acting, standby, second in found]

    def _days(self, places: set[Place]) -> tuple[int, int]:
        days = [self.state.problem.slots[slot].day for slot, _ in places]
        return min(days), max(days)
