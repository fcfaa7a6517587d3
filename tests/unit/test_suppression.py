"""What stays hidden in one table of groups beside its total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.common.periods import SUNDAY, Period, PeriodKind, month_of, period_of
from frontdesk.feedback.statistics.ledger import Ledger
from frontdesk.feedback.statistics.suppression import Path, Shown, hidden_groups, pieces_of, shown_in_month
from tests.recovering import Sums, small_sets

COUNTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 12), max_size=9)
MINIMUM = st.integers(1, 8)


def test_a_single_small_group_takes_the_next_smallest_with_it() -> None:
    """The total less the two others would be what three people said."""
    assert hidden_groups({"counter": 40, "library": 3, "canteen": 9}, 5) == {"library", "canteen"}


def test_small_groups_that_are_enough_together_hide_nobody_else() -> None:
    assert hidden_groups({"counter": 40, "library": 3, "canteen": 2}, 5) == {"library", "canteen"}


def test_two_small_groups_that_are_too_few_together_take_a_third_with_them() -> None:
    assert hidden_groups({"counter": 40, "library": 1, "canteen": 2, "gym": 7}, 5) == {"library", "canteen", "gym"}


def test_a_group_without_answers_is_shown_and_protects_nobody() -> None:
    assert hidden_groups({"counter": 40, "library": 3, "canteen": 0}, 5) == {"counter", "library"}


def test_nothing_is_hidden_where_everybody_has_enough() -> None:
    assert hidden_groups({"counter": 5, "library": 6, "canteen": 0}, 5) == set()


@given(COUNTS, MINIMUM)
def test_what_is_hidden_is_never_one_group_nor_too_few_answers_unless_there_is_nothing_more(
    counts: dict[str, int], minimum: int
) -> None:
    hidden = hidden_groups(counts, minimum)
    answered = {name for name, count in counts.items() if count}
    assert {name for name in answered if counts[name] < minimum} <= hidden <= answered
    rest = sum(counts[name] for name in hidden)
    assert not hidden or hidden == answered or (rest >= minimum and len(hidden) >= 2)


@given(COUNTS, MINIMUM)
def test_no_group_is_hidden_without_need(counts: dict[str, int], minimum: int) -> None:
    """Showing the largest of those hidden besides the small ones would leave one group, or too few answers."""
    hidden = hidden_groups(counts, minimum)
    beside = sorted((counts[name], name) for name in hidden if counts[name] >= minimum)
    if beside:
        without = hidden - {beside[-1][1]}
        assert sum(counts[name] for name in without) < minimum or len(without) < 2


LEAVES: tuple[Path, ...] = (
    ("service", "", "counter"),
    ("service", "meals", "canteen"),
    ("session", "sport", "tai chi", "HD001"),
    ("session", "sport", "tai chi", "HD002"),
    ("session", "craft", "paper", "HD003"),
    ("volunteer", "walks"),
    ("case",),
)
MONTH = st.lists(
    st.dictionaries(st.sampled_from(LEAVES), st.sampled_from((1, 1, 2, 3, 4, 5, 6, 8, 12, 30)), max_size=5),
    min_size=4,
    max_size=6,
)


def known_of(pieces: list[dict[Path, int]], shown: Shown) -> list[set[tuple[int, Path]]]:
    """The sets of cells of which somebody knows the sum who has seen all that is shown, and the centre's totals."""
    known = [{(place, leaf) for leaf in LEAVES} for place in range(len(pieces))]
    known += [{cell} for cell in shown.cells]
    for group in shown.groups:
        under = [leaf for leaf in LEAVES if leaf[: len(group)] == group]
        known.append({(place, leaf) for place in range(len(pieces)) for leaf in under})
    return known


def recovered(pieces: list[dict[Path, int]], shown: Shown, minimum: int) -> list[tuple[tuple[int, Path], ...]]:
    """What can be worked out about fewer than the minimum by somebody who knows in which cells nobody answered."""
    counts = {(place, leaf): count for place, piece in enumerate(pieces) for leaf, count in piece.items()}
    cells = list(counts)
    sums = Sums(cells, [set(cells) & members for members in known_of(pieces, shown)])
    found = [members for members in small_sets(counts, minimum) if sums.tell(members)]
    return [members for members in found if not is_total(members, cells)]


def is_total(members: tuple[tuple[int, Path], ...], cells: list[tuple[int, Path]]) -> bool:
    """Whether these are all the cells of some pieces: the centre's totals are exact by design."""
    places = {place for place, _ in members}
    return set(members) == {cell for cell in cells if cell[0] in places}


@settings(max_examples=400)
@given(MONTH, st.sampled_from((2, 3, 5)))
def test_nothing_about_fewer_than_the_minimum_follows_from_all_that_is_shown_of_a_month(
    pieces: list[dict[Path, int]], minimum: int
) -> None:
    shown = shown_in_month(pieces, minimum, len(pieces))
    assert recovered(pieces, shown, minimum) == []


@settings(max_examples=150)
@given(MONTH, st.sampled_from((2, 3, 5)))
def test_nor_does_it_follow_whom_the_few_answers_of_a_week_are_about(
    pieces: list[dict[Path, int]], minimum: int
) -> None:
    """The centre's exact totals say that somebody answered; nothing may say about what, to whoever knows no more."""
    shown = shown_in_month(pieces, minimum, len(pieces))
    places = range(len(pieces))
    sums = Sums([(place, leaf) for place in places for leaf in LEAVES], known_of(pieces, shown))
    for leaf in LEAVES:
        for chosen in chain.from_iterable(combinations(places, size) for size in range(1, len(pieces) + 1)):
            if 0 < sum(pieces[place].get(leaf, 0) for place in chosen) < minimum:
                assert not sums.tell([(place, leaf) for place in chosen])


@settings(max_examples=200)
@given(MONTH)
def test_what_was_shown_while_the_month_ran_stays_shown(pieces: list[dict[Path, int]]) -> None:
    """So whoever looked every day knows no more than who looks at the end."""
    before: frozenset[tuple[int, Path]] = frozenset()
    for ended in range(len(pieces) + 1):
        seen = [piece if place < ended else {} for place, piece in enumerate(pieces)]
        cells = shown_in_month(seen, 5, ended).cells
        assert before <= cells
        before = cells


def test_a_busy_centre_shows_everything() -> None:
    pieces = [dict.fromkeys(LEAVES, 9) for _ in range(5)]
    shown = shown_in_month(pieces, 5, 5)
    assert len(shown.cells) == 5 * len(LEAVES)
    assert shown.groups >= {*LEAVES, (), ("service",), ("session", "sport", "tai chi")}


def test_a_small_group_has_its_month_and_a_large_one_its_weeks_at_once() -> None:
    counter, canteen, tai_chi = LEAVES[0], LEAVES[1], LEAVES[2]
    pieces = [{counter: 60, canteen: 2, tai_chi: 3} for _ in range(4)]
    assert {(place, counter) for place in range(3)} & shown_in_month(pieces, 5, 3).cells == {(0, counter), (1, counter)}
    shown = shown_in_month(pieces, 5, 4)
    assert {counter, canteen, tai_chi} <= shown.groups
    assert {(place, counter) for place in range(4)} == shown.cells


def test_the_weeks_of_a_month_are_cut_where_it_begins_and_ends() -> None:
    lengths = [(last - first).days + 1 for first, last in pieces_of(month_of(date(2026, 11, 5)))]
    assert lengths == [1, 7, 7, 7, 7, 1]
    assert [(last - first).days for first, last in pieces_of(month_of(date(2027, 2, 1)))] == [6, 6, 6, 6]


MONTHS = (month_of(date(2026, 10, 1)), month_of(date(2026, 11, 1)))
SPANS = [span for month in MONTHS for span in pieces_of(month)]
SPARSE = st.lists(
    st.dictionaries(st.sampled_from(LEAVES[:4]), st.sampled_from((1, 2, 3, 5, 8, 30)), max_size=3),
    min_size=len(SPANS),
    max_size=len(SPANS),
)


@settings(max_examples=60)
@given(SPARSE, st.sampled_from((2, 3, 5)))
def test_nothing_follows_from_running_months_quarters_and_years_looked_at_every_day(
    pieces: list[dict[Path, int]], minimum: int
) -> None:
    """Whoever keeps what was told on each day that follows the end of a week or a month, and all weeks and totals."""
    counts = {(place, leaf): count for place, piece in enumerate(pieces) for leaf, count in piece.items()}
    lines = [(str(SPANS[place][0]), leaf, (count, 0, 0, 0, 0, 0)) for (place, leaf), count in counts.items()]
    known = {frozenset((place, leaf) for leaf in LEAVES) for place in range(len(SPANS))}
    for _, last in SPANS:
        today = last + timedelta(days=1)
        ledger = Ledger(lines, minimum, today, SUNDAY)
        kinds: tuple[PeriodKind, ...] = ("week", "month", "quarter", "year")
        for period in {period_of(kind, day) for kind in kinds for day in (last, today, last - timedelta(days=31))}:
            known.update(told_by(ledger, period, counts))
    cells = list(counts)
    sums = Sums(cells, [members & set(cells) for members in known])
    found = [members for members in small_sets(counts, minimum) if sums.tell(members)]
    assert [members for members in found if not is_total(members, cells)] == []


def told_by(
    ledger: Ledger, period: Period, counts: Mapping[tuple[int, Path], int]
) -> Iterator[frozenset[tuple[int, Path]]]:
    """The sets of cells of which a period tells the sum."""
    span = ledger.told(period)
    for group, figures in ledger.groups(period).items():
        if figures is not None:
            assert span is not None
            places = [place for place, days in enumerate(SPANS) if span[0] <= days[0] and days[1] <= span[1]]
            members = {(place, leaf) for place in places for leaf in LEAVES if leaf[: len(group)] == group}
            assert figures.answers == sum(counts.get(cell, 0) for cell in members)
            yield frozenset(members)
