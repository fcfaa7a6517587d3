"""Which figures of a table stay hidden, so that nobody can work out what fewer than the minimum said. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import TypeVar

from frontdesk.common.periods import SUNDAY, Period

Group = TypeVar("Group", bound=Hashable)
Part = TypeVar("Part", bound=Hashable)


def hidden_groups(
    counts: Mapping[Group, int], minimum: int, rank: Callable[[Group], tuple[int, ...]] = lambda group: ()
) -> set[Group]:
    """The groups whose figures are not shown when those of the others and the total of all are (mechanisms §12).

    `counts` holds the answers of groups that do not overlap. A group with an answer but fewer than `minimum` is hidden.
    What is hidden is the total less what is shown: unless that is at least `minimum` answers of two groups or more,
    further groups are hidden, in the order of `rank`, then the smallest first, then by name. A group without answers
    is never hidden and hides no other. With fewer than `minimum` answers in all, the total itself must not be shown:
    that is the caller's part.
    """
    hidden = {group for group, count in counts.items() if 0 < count < minimum}
    rest = sum(counts[group] for group in hidden)
    if not hidden:
        return hidden
    others = (group for group, count in counts.items() if count >= minimum)
    for group in sorted(others, key=lambda one: (rank(one), counts[one], one)):
        if rest >= minimum and len(hidden) > 1:
            break
        hidden.add(group)
        rest += counts[group]
    return hidden


_MOST_TOGETHER = 3
"""So many groups at once are tried whether they give something away together."""


def hidden_beside(tables: Sequence[Mapping[str, Mapping[Part, int]]], minimum: int) -> set[str]:
    """The groups whose figures are not shown when those of the others, the total of all, and sums by something else are
    known: what the staff were given beside what was given to sessions.

    Each table holds the answers of the same groups by other sums to which they add; '' are those of no group. Nothing
    is to be left of some groups less the sums that lie in them, nor of the sums that they share in less the groups,
    that is an answer and fewer than `minimum`.
    """
    counts = {group: sum(part.values()) for group, part in tables[0].items()}
    hidden = hidden_groups(counts, minimum)
    while told := next(filter(None, (_told(table, hidden, minimum) for table in tables)), None):
        shown = counts.keys() - hidden
        hidden.add(min(told & shown or shown, key=lambda group: (counts[group], group)))
    return hidden


def _told(parts: Mapping[str, Mapping[Part, int]], hidden: Container[str], minimum: int) -> set[str] | None:
    """Groups that together give away too few answers, those that are hidden being one; None: there are none."""
    columns = [{group} for group in sorted(parts) if group not in hidden]
    rest = {group for group in parts if group in hidden}
    columns += [rest] if rest else []
    sums: Counter[Part] = Counter()
    shares: defaultdict[Part, int] = defaultdict(int)
    sizes = []
    for place, groups in enumerate(columns):
        sizes.append(sum(sum(parts[group].values()) for group in groups))
        for group in groups:
            for part, count in parts[group].items():
                if count:
                    sums[part] += count
                    shares[part] |= 1 << place
    by_share: Counter[int] = Counter()
    for part, share in shares.items():
        by_share[share] += sums[part]
    for many in range(1, min(_MOST_TOGETHER, len(columns)) + 1):
        for places in combinations(range(len(columns)), many):
            chosen = sum(1 << place for place in places)
            size = sum(sizes[place] for place in places)
            inside = sum(count for share, count in by_share.items() if share & ~chosen == 0)
            touched = sum(count for share, count in by_share.items() if share & chosen)
            if 0 < size - inside < minimum or 0 < touched - size < minimum:
                return {group for place in places for group in columns[place]}
    return None


_MOST_TRIED = 8

Path = tuple[str, ...]
"""A group by the names of all that it lies in, the widest first; () is the whole centre."""


def pieces_of(month: Period, week_ends: int = SUNDAY) -> list[tuple[date, date]]:
    """The weeks of a month, cut off where it begins and ends: first and last day of each. `week_ends` is the ISO
    weekday on which weeks end.
    """
    pieces, first = [], month.first
    while first <= month.last:
        last = min(first + timedelta(days=(week_ends - first.isoweekday()) % 7), month.last)
        pieces.append((first, last))
        first = last + timedelta(days=1)
    return pieces


@dataclass(frozen=True)
class Shown:
    """What of a month's answers may be shown: of each piece of it which leaves, and which groups of the whole month,
    () among them; none of these while the month runs.
    """

    cells: frozenset[tuple[int, Path]]
    groups: frozenset[Path]


def shown_in_month(pieces: Sequence[Mapping[Path, int]], minimum: int, ended: int) -> Shown:
    """What may be shown of a month of whose pieces so many have ended, and be seen together with all that was shown
    of it before, with every other month, and with the exact number of all answers of any day.

    `pieces` holds the answers of each leaf in each piece. What is shown of a month is settled by that month alone and
    never taken back: a piece is settled at its end, the last two with the month, and groups of the month after
    the pieces before. Nothing else is ever shown of a group in a week, a quarter or a year than sums of these.

    Of the leaves that are not shown in a piece the sum is known, the total less the others; of the groups of the month
    the part in pieces that are not shown. So the hidden answers lie in a table of which rows and columns are known,
    and every set of them that can be worked out is made of such that take up whole columns but for whole rows that lie
    in these. None of these may have an answer and fewer than `minimum`, even if everybody knows where nobody answered.
    """
    table = _Table(pieces, minimum)
    for place in range(min(ended, len(pieces) - 1)):
        table.settle_piece(place)
    if ended < len(pieces):
        return Shown(frozenset(table.cells), frozenset())
    groups = table.settle_month()
    table.settle_rest()
    return Shown(frozenset(table.cells), frozenset(groups))


class _Table:
    """The answers of a month, leaves by pieces, and what of them is shown so far."""

    def __init__(self, pieces: Sequence[Mapping[Path, int]], minimum: int) -> None:
        self.pieces = [{leaf: count for leaf, count in piece.items() if count} for piece in pieces]
        self.totals = [sum(piece.values()) for piece in self.pieces]
        self.month = Counter[Path]()
        for piece in self.pieces:
            self.month.update(piece)
        self.minimum = minimum
        self.cells: set[tuple[int, Path]] = set()
        self.rows: list[Sequence[Path]] = []

    def settle_piece(self, place: int) -> None:
        """Show what may be shown of a piece. Of the last but one whatever is needed to make up the minimum with what
        is hidden before stays hidden until the month has ended, else the month could not be shown.

        What is hidden for the sake of others is rather hidden before as well, or was there before: then the month has
        it all the same.
        """
        piece = self.pieces[place]

        def rank(leaf: Path) -> tuple[int, ...]:
            before = [earlier for earlier in range(place) if leaf in self.pieces[earlier]]
            is_hidden = any((earlier, leaf) not in self.cells for earlier in before)
            return -is_hidden, -bool(before)

        hidden = hidden_groups(piece, self.minimum, rank)
        is_late = place == len(self.pieces) - 2
        for leaf in piece:
            if leaf not in hidden and not (is_late and self._hidden_before(leaf, place) < self.minimum):
                self.cells.add((place, leaf))

    def _hidden_before(self, leaf: Path, place: int) -> int:
        return sum(self.pieces[before].get(leaf, 0) for before in range(place) if (before, leaf) not in self.cells)

    def settle_month(self) -> set[Path]:
        """The groups that may be shown of the whole month; sets `rows` to what is known of it, as sets of leaves."""
        if sum(self.totals) < self.minimum:
            self.rows = [tuple(self.month)]
            return set()
        kept_back: set[Path] = set()
        tree, exposed = self._with_groups(kept_back)
        while not tree.is_closed or exposed:
            ranked = self._ranked(tree, exposed)
            if not ranked:
                self.rows = [tuple(self.month)]
                return {()}
            best = ranked[0]
            for leaf in ranked[:_MOST_TRIED]:
                tree, exposed = self._with_groups({*kept_back, leaf})
                if tree.is_closed and not exposed:
                    best = leaf
                    break
            kept_back.add(best)
            tree, exposed = self._with_groups(kept_back)
        return tree.shown

    def _with_groups(self, kept_back: Container[Path]) -> tuple[GroupTree, int]:
        """The groups of the month without these, which become the rows, and the pieces that then tell too much."""
        tree = group_tree(self.month, self.minimum, kept_back)
        self.rows = tree.blocks
        return tree, self._exposed() if tree.is_closed else 0

    def _ranked(self, tree: GroupTree, exposed: int) -> list[Path]:
        """The shown leaves, first that whose hiding promises most: one that has hidden answers in the pieces that tell
        too much, under groups that are hidden anyway, small.
        """

        def cost(leaf: Path) -> tuple[bool, int, int, Path]:
            columns = self._columns((leaf,))
            is_apart = bool(exposed) and not columns & exposed
            above = sum(leaf[:length] in tree.shown for length in range(1, len(leaf)))
            return is_apart, above, self.month[leaf], leaf

        return sorted((leaf for leaf in self.month if leaf in tree.shown), key=cost)

    def settle_rest(self) -> None:
        """Show of all pieces what can be shown beside the groups of the month: all of it, or what goes piece by piece,
        or leaf by leaf.
        """
        more = [
            [
                (place, leaf)
                for leaf, count in piece.items()
                if count >= self.minimum and (place, leaf) not in self.cells
            ]
            for place, piece in enumerate(self.pieces)
        ]
        if self._try([cell for cells in more for cell in cells]):
            return
        for cells in more:
            if not self._try(cells):
                for cell in cells:
                    self._try([cell])

    def _try(self, cells: Sequence[tuple[int, Path]]) -> bool:
        before = set(self.cells)
        self.cells.update(cells)
        if self._exposed():
            self.cells = before
            return False
        return True

    def _columns(self, leaves: Iterable[Path]) -> int:
        """In which pieces any of these leaves has hidden answers, as bits."""
        return sum(
            1 << place
            for place, piece in enumerate(self.pieces)
            if any(leaf in piece and (place, leaf) not in self.cells for leaf in leaves)
        )

    def _exposed(self) -> int:
        """The pieces, as bits, of which too few hidden answers are known: those of one row, or those that are left
        once all rows that lie in these pieces are taken out; 0: there are none.

        All of a piece is known anyway, as the centre's totals are exact by design; but not what it was about.
        """
        size = len(self.pieces)
        taken: dict[int, int] = {}
        rests = [0] * size
        for parts in self._parts():
            columns = sum(1 << place for place, part in enumerate(parts) if part)
            if sum(parts) < self.minimum:
                return columns
            taken[columns] = taken.get(columns, 0) + sum(parts)
            rests = [one + other for one, other in zip(rests, parts, strict=True)]
        for columns in range(1, 1 << size):
            inside = [many for lies_in, many in taken.items() if lies_in & ~columns == 0]
            chosen = [place for place in range(size) if columns >> place & 1]
            left = sum(rests[place] for place in chosen) - sum(inside)
            is_total = not inside and all(rests[place] in (0, self.totals[place]) for place in chosen)
            if 0 < left < self.minimum and not is_total:
                return columns
        return 0

    def _parts(self) -> Iterable[list[int]]:
        """Of each row that hides answers how many in each piece."""
        hidden: dict[Path, list[int]] = {}
        for place, piece in enumerate(self.pieces):
            for leaf, count in piece.items():
                if (place, leaf) not in self.cells:
                    hidden.setdefault(leaf, [0] * len(self.pieces))[place] = count
        for row in self.rows:
            parts = [hidden[leaf] for leaf in row if leaf in hidden]
            if len(parts) == 1:
                yield parts[0]
            elif parts:
                yield [sum(column) for column in zip(*parts, strict=True)]


@dataclass(frozen=True)
class GroupTree:
    """Which groups may be shown together, and the disjoint sets of leaves whose sums are then known.

    `is_closed` tells whether the whole centre, whose sum is known anyway, gives nothing away beside them.
    """

    shown: set[Path]
    blocks: list[Sequence[Path]]
    is_closed: bool


def group_tree(counts: Mapping[Path, int], minimum: int, kept_back: Container[Path]) -> GroupTree:
    """The leaves with at least `minimum` answers but for those kept back, and the groups above them whose hidden
    leaves are none, or two or more with at least `minimum` answers; what a hidden group hides is left to the one above.
    """
    hidden: defaultdict[Path, list[Path]] = defaultdict(list)
    groups: set[Path] = {()}
    shown: set[Path] = set()
    blocks: list[Sequence[Path]] = []
    for leaf, count in counts.items():
        groups.update(leaf[:length] for length in range(1, len(leaf)))
        if count >= minimum and leaf not in kept_back:
            shown.add(leaf)
            blocks.append((leaf,))
        elif count:
            hidden[leaf[:-1]].append(leaf)
    for group in sorted(groups, key=len, reverse=True):
        rest = hidden[group]
        if len(rest) > 1 and sum(counts[leaf] for leaf in rest) >= minimum:
            blocks.append(rest)
        elif rest:
            if group:
                hidden[group[:-1]] += rest
            else:
                blocks.append(rest)
                return GroupTree(shown, blocks, False)
            continue
        shown.add(group)
    return GroupTree(shown, blocks, True)
