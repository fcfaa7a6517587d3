"""Figures of the staff beside those of what they did: nothing about few people follows from both together."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.feedback.statistics.groups import above
from frontdesk.feedback.statistics.suppression import Path, Shown, hidden_beside, shown_in_month
from tests.recovering import Sums, small_sets

Cell = tuple[int, Path, str]

STAFF = ("", "S1", "S2", "S3", "S4")
LEAVES: tuple[Path, ...] = (
    ("service", "", "counter"),
    ("service", "meals", "canteen"),
    ("session", "sport", "tai chi", "HD001"),
    ("session", "sport", "tai chi", "HD002"),
    ("case",),
)
CELLS = st.dictionaries(
    st.tuples(st.integers(0, 3), st.sampled_from(LEAVES), st.sampled_from(STAFF)),
    st.sampled_from((1, 1, 2, 3, 4, 5, 6, 8, 12, 30)),
    min_size=3,
    max_size=9,
)


def shown_of(cells: dict[Cell, int], minimum: int) -> Shown:
    pieces: list[Counter[Path]] = [Counter() for _ in range(4)]
    for (place, leaf, _), count in cells.items():
        pieces[place][leaf] += count
    return shown_in_month(pieces, minimum, len(pieces))


def staff_shown(cells: dict[Cell, int], shown: Shown, minimum: int) -> set[str]:
    """Who is shown, by the same sums as the ledger knows."""
    tables: list[defaultdict[str, Counter[tuple[int, Path]]]] = [defaultdict(Counter), defaultdict(Counter)]
    for (place, leaf, no), count in cells.items():
        group = next((path for path in reversed(above(leaf)) if path in shown.groups), ())
        is_shown = (place, leaf) in shown.cells
        tables[0][no][(place, leaf) if is_shown else (-1, group)] += count
        tables[1][no][(place, leaf) if is_shown else (place, ())] += count
    return tables[0].keys() - hidden_beside(tables, minimum) - {""}


@settings(max_examples=400)
@given(CELLS, st.sampled_from((2, 3, 5)), st.booleans())
def test_nothing_about_fewer_than_the_minimum_follows_from_staff_beside_groups_or_beside_weeks(
    cells: dict[Cell, int], minimum: int, by_week: bool
) -> None:
    """Held against the groups of the month, or against the centre's totals of weeks, with all weeks that are shown."""
    shown = shown_of(cells, minimum)
    known = [{cell for cell in cells if cell[:2] == one} for one in shown.cells]
    known += [{cell for cell in cells if cell[2] == no} for no in staff_shown(cells, shown, minimum)]
    if by_week:
        known += [{cell for cell in cells if cell[0] == place} for place in range(4)]
    else:
        known += [{cell for cell in cells if cell[1][: len(group)] == group} for group in (*shown.groups, ())]
    sums = Sums(list(cells), known)
    told = [members for members in small_sets(cells, minimum) if sums.tell(members)]
    assert [members for members in told if not is_total(members, cells)] == []


def is_total(members: tuple[Cell, ...], cells: dict[Cell, int]) -> bool:
    """Whether these are all the cells of some weeks: the centre's totals are exact by design."""
    places = {place for place, _, _ in members}
    return set(members) == {cell for cell in cells if cell[0] in places}


def test_who_led_a_session_that_is_shown_and_one_that_is_not_stays_hidden() -> None:
    """Ten of S1 less the seven of the first are the three of the second."""
    sport, craft = ("session", "sport", "a", "HD1"), ("session", "sport", "b", "HD2")
    parts: dict[str, dict[Path, int]] = {
        "S1": {sport: 7, ("session", "sport"): 3},
        "S2": {("session", "sport"): 3},
        "S3": {craft: 6},
        "": {("service",): 50},
    }
    assert "S1" in hidden_beside([parts], 5)
    del parts["S1"][("session", "sport")]
    parts["S2"][("session", "sport")] = 6
    assert hidden_beside([parts], 5) == set()
