"""What the mechanisms (制度) came to in a period, for the brief and the workbook: their numbers and records, the duties
of the calendar, meetings ahead. Nothing of it names a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from db import info_reports
from frontdesk.cases import service as cases
from frontdesk.cases.service import DutyLine, Figure, Meeting, PeriodCase, duty_words, meeting_words, waited_words
from frontdesk.common.money import yuan
from frontdesk.common.names import without_spacing
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports.closing.kept import closing_of, thawed_values
from frontdesk.reports.indicators.rules import Value
from frontdesk.reports.letters.facts import without_names
from frontdesk.reports.weekdata import MechanismRow

MOST_OVERDUE = 12
"""So many overdue records have a line of their own in the brief."""
MOST_OLDER = 500


class Overdue(NamedTuple):
    """A record that was overdue at the end of a period, in words."""

    name: str
    number: str
    title: str
    state: str


@dataclass(frozen=True)
class Mechanisms:
    """What the mechanisms came to in a period: records by name (opened, ended, overdue at its end), the overdue ones,
    in words the duties whose periods ended in it or run out (how many of them lack something), and the meetings ahead
    where it has not ended.
    """

    counted: Mapping[str, tuple[int, int, int]]
    overdue: tuple[Overdue, ...]
    duties: tuple[str, ...]
    duties_lacking: int
    meetings: tuple[str, ...]

    @property
    def overdue_in_all(self) -> int:
        """How many records were overdue."""
        return sum(one[2] for one in self.counted.values())


def mechanisms(context: Context, period: Period) -> Mechanisms:
    """What the mechanisms came to in a period, as things stand; titles and reasons are told without names."""
    first, last = period.first, period.last
    with context.database.reading() as connection:
        found = cases.cases_of_period(context, first, last, MOST_OLDER) if first <= context.today() else []
        left = cases.left_out_of_period(context, first, last, MOST_OLDER, found)
        late = [one for one in found if one.overdue][:MOST_OVERDUE]
        duties = _duties(context, period)
        meetings = [] if period.has_ended(context.today()) else cases.meetings_ahead(context)
        reasons = [one.waiver.reason for one in duties if one.waiver is not None]
        said = [*reasons, *(one.row.title for one in meetings), *(one.title for one in late)]
        names = info_reports.names_within(connection, without_spacing("\n".join(said)))
    return Mechanisms(
        counted=_counted(found, {str(cases.definitions(context)[code].name): many for code, many in left.items()}),
        overdue=tuple(
            Overdue(str(one.definition.name), one.number, without_names(one.title, names), one.state) for one in late
        ),
        duties=tuple(duty_words(_duty(one, names)) for one in duties),
        duties_lacking=sum(one.lacking > 0 for one in duties),
        meetings=tuple(meeting_words(_meeting(one, names)) for one in meetings),
    )


def _duties(context: Context, period: Period) -> list[DutyLine]:
    """The duties of a period; of a closed one as was decided by then, whatever day is written on what was decided
    since: what was handed in asks for no more afterwards.
    """
    if period.first > context.today():
        return []
    closing = closing_of(context, period)
    by = closing.closed_at if closing is not None else None
    return cases.duties_of_days(context, period.first, period.last, decided_by=by)


def _duty(one: DutyLine, names: list[str]) -> DutyLine:
    """A duty with the reason for which it is waived as it may be told."""
    if one.waiver is None:
        return one
    return replace(one, waiver=one.waiver.model_copy(update={"reason": without_names(one.waiver.reason, names)}))


def _meeting(one: Meeting, names: list[str]) -> Meeting:
    """A meeting with its topic as it may be told."""
    return replace(one, row=one.row._replace(title=without_names(one.row.title, names)))


def _counted(found: list[PeriodCase], left_out: Mapping[str, int]) -> dict[str, tuple[int, int, int]]:
    """By name how many were opened, ended, and were overdue; with those overdue that were left out, by name."""
    opened, ended, overdue = (
        Counter(str(one.definition.name) for one in found if getattr(one, what))
        for what in ("opened", "ended", "overdue")
    )
    names = dict.fromkeys((*(str(one.definition.name) for one in found), *left_out))
    return {name: (opened[name], ended[name], overdue[name] + left_out.get(name, 0)) for name in names}


def mechanism_rows(context: Context, period: Period) -> tuple[MechanismRow, ...]:
    """The numbers of every mechanism that the centre uses, split where they are, and how the duties stood. Of a closed
    period the numbers that were frozen are told as they were.
    """
    closing = closing_of(context, period)
    frozen = thawed_values(closing) if closing is not None else {}
    figures = (_frozen(one, frozen) for one in cases.figures(context, period.first, period.last))
    rows = [row for one in figures for row in _rows_of(one)]
    for line in _duties(context, period):
        name, unit = str(line.definition.name), t("workbook.unit.times")
        rows.append(MechanismRow(name, line.label, unit, len(line.done), line.least, line.last, waited_words(line)))
    return tuple(rows)


def _frozen(one: Figure, frozen: Mapping[str, Value]) -> Figure:
    """A number as it was frozen, which is whole: a split that comes to another one now is told without. As it is now
    where it was not frozen.
    """
    kept = frozen.get(f"case_{one.definition.code}_{one.feed.code}")
    return replace(one, value=kept) if isinstance(kept, int) and kept != one.total else one


def _rows_of(one: Figure) -> list[MechanismRow]:
    name, item, unit = str(one.definition.name), str(one.feed.name), one.unit
    if isinstance(one.value, int):
        return [MechanismRow(name, item, unit, _number(one, one.value))]
    return [
        MechanismRow(name, t("workbook.figure_of", figure=item, key=_key(one, key)), unit, _number(one, many))
        for key, many in one.value.items()
    ]


def _key(one: Figure, key: str) -> str:
    return one.choice(key) or t("case_numbers.none")


def _number(one: Figure, many: int) -> int | Decimal:
    return yuan(many) if one.is_money else many
