"""The ratings of some months, summed up by group, with what of them may be shown. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from frontdesk.common.periods import Period, month_of
from frontdesk.feedback.statistics.groups import above
from frontdesk.feedback.statistics.rules import Figures, figures_of
from frontdesk.feedback.statistics.suppression import Path, Shown, pieces_of, shown_in_month

Counts = tuple[int, int, int, int, int, int]

_NOTHING: Counts = (0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Piece:
    """The days of one week that lie in one month: what each leaf was given there, and which groups hold a leaf whose
    part is hidden.
    """

    first: date
    last: date
    counts: Mapping[Path, Counts]
    hidden: frozenset[Path]

    @property
    def is_week(self) -> bool:
        """Whether all seven days of the week lie in the month."""
        return (self.last - self.first).days == 6


@dataclass(frozen=True)
class Month:
    """One month up to yesterday: `ended` of its pieces are over. `groups` are those that may be shown of it as a whole,
    none before it is over; `sums` are the answers of all groups.
    """

    first: date
    last: date
    pieces: tuple[Piece, ...]
    ended: int
    groups: frozenset[Path]
    sums: Mapping[Path, Counts]

    @property
    def is_over(self) -> bool:
        """Whether its last day is behind us."""
        return self.ended == len(self.pieces)

    def is_late(self, place: int) -> bool:
        """Whether a piece is one of the last two, which are settled with the month (`shown_in_month`)."""
        return place >= len(self.pieces) - 2


class Ledger:
    """What was rated in some months, and what may be shown of it on one day."""

    def __init__(self, lines: Iterable[tuple[str, Path, Counts]], minimum: int, today: date, week_ends: int) -> None:
        """`lines` are counts by local day and leaf, of whole months; those of `today` and later are left out.

        `week_ends` is the ISO weekday on which weeks end.
        """
        self.minimum = minimum
        self.today = today
        self.week_ends = week_ends
        given: defaultdict[str, list[tuple[str, Path, Counts]]] = defaultdict(list)
        limit = today.isoformat()
        for line in lines:
            if line[0] < limit:
                given[line[0][:7]].append(line)
        self._given = given
        self._months: dict[str, Month] = {}

    def _month(self, period: Period) -> Month:
        if period.key not in self._months:
            self._months[period.key] = _month(
                period, pieces_of(period, self.week_ends), self._given.get(period.key, []), self.minimum, self.today
            )
        return self._months[period.key]

    def total(self, period: Period) -> Figures:
        """All answers of a period up to yesterday: exact by design, as in the sealed report."""
        sums = []
        for month, places in self._parts(period, ended=False):
            sums.append(_sums(month, places).get((), _NOTHING))
        return figures_of(sums)

    def told(self, period: Period) -> tuple[date, date] | None:
        """The first and the last day of those of a period for which groups are told apart; None where there are none
        yet.
        """
        pieces = [piece for month, places in self._told(period) for piece in _of(month, places)]
        return (pieces[0].first, pieces[-1].last) if pieces else None

    def _told(self, period: Period) -> list[tuple[Month, list[int]]]:
        """The months and pieces for whose sum groups are told apart in a period. They depend on the calendar alone.

        Of a running month these are whole weeks that are over, of a running quarter or year the months that are over:
        the few days of a month before its first whole week would hide nearly every group. The last two pieces are
        told with their month.
        """
        parts = self._parts(period)
        if period.kind in ("quarter", "year"):
            return [(month, places) for month, places in parts if month.is_over]
        if period.kind != "month" or not parts or parts[0][0].is_over:
            return parts
        month, places = parts[0]
        whole = [place for place in places if month.pieces[place].is_week and not month.is_late(place)]
        return [(month, whole)] if whole else []

    def waits(self, period: Period) -> bool:
        """Whether a week has a part that is mostly told with its month, which still runs."""
        return period.kind == "week" and any(
            not month.is_over and any(map(month.is_late, places)) for month, places in self._parts(period)
        )

    def groups(self, period: Period) -> dict[Path, Figures | None]:
        """Every group with an answer on the days of `told`, with its figures; None where they stay hidden.

        They are sums of what is shown of whole months or of their pieces: where one of these is hidden, so is the sum.
        """
        sums: defaultdict[Path, list[Counts]] = defaultdict(list)
        hidden: set[Path] = set()
        for month, places in self._told(period):
            is_whole = month.is_over and len(places) == len(month.pieces)
            for path, counts in _sums(month, places).items():
                sums[path].append(counts)
                if is_whole and path in month.groups:
                    continue
                if any(path in piece.hidden for piece in _of(month, places)):
                    hidden.add(path)
        return {path: None if path in hidden else figures_of(parts) for path, parts in sums.items() if path}

    def _parts(self, period: Period, *, ended: bool = True) -> list[tuple[Month, list[int]]]:
        """The months of a period, each with the numbers of those of its pieces that lie in it and, if `ended`, are
        over.
        """
        parts, month = [], month_of(period.first)
        while month.first <= period.last:
            kept = self._month(month)
            places = [
                place
                for place, piece in enumerate(kept.pieces[: kept.ended] if ended else kept.pieces)
                if period.first <= piece.first and piece.last <= period.last
            ]
            if places:
                parts.append((kept, places))
            month = month.following()
        return parts

    def shown_of(self, day: date, path: Path) -> bool:
        """Whether the answers that a leaf got in the week of a day may be shown by themselves."""
        month = self._month(month_of(day))
        return any(
            piece.first <= day <= piece.last and path not in piece.hidden for piece in month.pieces[: month.ended]
        )

    def known_parts(self, day: date, leaf: Path) -> tuple[tuple[int, Path], tuple[int, Path]]:
        """Two sums that everybody knows, to which the answers that a leaf got on a day add: both times the leaf in the
        week of the day, by the number of that week in its month, where that is shown; else what is left of the nearest
        group that is shown of the month, with -1, and what is left of the week.
        """
        month = self._month(month_of(day))
        place = next(place for place, piece in enumerate(month.pieces) if piece.first <= day <= piece.last)
        if place < month.ended and leaf not in month.pieces[place].hidden:
            return (place, leaf), (place, leaf)
        group = next((path for path in reversed(above(leaf)) if path in month.groups), ())
        return (-1, group), (place, ())

    def pieces(self, period: Period) -> list[Piece]:
        """The weeks of a period that are over, cut where a month begins."""
        return [piece for month, places in self._parts(period) for piece in _of(month, places)]


def _of(month: Month, places: Iterable[int]) -> list[Piece]:
    return [month.pieces[place] for place in places]


def _sums(month: Month, places: list[int]) -> Mapping[Path, Counts]:
    if len(places) == len(month.pieces):
        return month.sums
    return _summed(_of(month, places))


def _summed(pieces: Iterable[Piece]) -> dict[Path, Counts]:
    """The answers of all groups in some pieces."""
    leaves: defaultdict[Path, list[Counts]] = defaultdict(list)
    for piece in pieces:
        for leaf, counts in piece.counts.items():
            leaves[leaf].append(counts)
    groups: defaultdict[Path, list[Counts]] = defaultdict(list)
    for leaf, parts in leaves.items():
        counts = _added(parts)
        for path in above(leaf):
            groups[path].append(counts)
    return {path: _added(parts) for path, parts in groups.items()}


def _month(
    period: Period,
    spans: Sequence[tuple[date, date]],
    lines: Iterable[tuple[str, Path, Counts]],
    minimum: int,
    today: date,
) -> Month:
    starts = [first.isoformat() for first, _ in spans]
    given: list[defaultdict[Path, list[Counts]]] = [defaultdict(list) for _ in spans]
    for day, leaf, counts in lines:
        place = sum(start <= day for start in starts) - 1
        given[place][leaf].append(counts)
    counted: list[dict[Path, Counts]] = [{leaf: _added(parts) for leaf, parts in piece.items()} for piece in given]
    ended = sum(last < today for _, last in spans)
    answers = [{leaf: sum(counts) for leaf, counts in piece.items()} for piece in counted]
    shown = shown_in_month(answers, minimum, ended)
    pieces = tuple(
        Piece(first, last, counts, _hidden(place, counts, shown))
        for place, ((first, last), counts) in enumerate(zip(spans, counted, strict=True))
    )
    return Month(period.first, period.last, pieces, ended, shown.groups, _summed(pieces))


def _added(parts: list[Counts]) -> Counts:
    if len(parts) == 1:
        return parts[0]
    sums = [sum(column) for column in zip(*parts, strict=True)]
    return sums[0], sums[1], sums[2], sums[3], sums[4], sums[5]


def _hidden(place: int, counts: Mapping[Path, Counts], shown: Shown) -> frozenset[Path]:
    """The groups that hold a leaf whose answers in this piece are not shown."""
    return frozenset(
        path for leaf in counts if sum(counts[leaf]) and (place, leaf) not in shown.cells for path in above(leaf)
    )
