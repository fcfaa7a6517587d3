"""Demands as a workbook: what was asked for and what it led to. What is edited in it can be taken in again.

Somebody's number in the words of a demand does not leave the centre.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from db.demands import DemandLine
from frontdesk.activities.monthly.demand_importing import COLUMNS, VERSION
from frontdesk.activities.monthly.demands import met, ranked
from frontdesk.activities.monthly.files import write_file
from frontdesk.common.endings import ending_of
from frontdesk.common.masking import mask_numbers
from frontdesk.common.tablebook import TableBook
from frontdesk.common.wholefile import Written
from frontdesk.common.workbook import Cell, Column
from frontdesk.context import Context
from frontdesk.locale import catalogue, t

_RESULT = ("state", "asked", "led_to", "first_day", "held", "person_times", "reason")


def export_demands(context: Context, out: Path, *, since: date | None = None) -> Written:
    """Write every demand of the last year, or since a day, to the workbook `out`, those first for which most people
    asked. Raises EndingFault `unknown_ending`, MonthlyError `write_failed`.
    """
    ending_of(out, "xlsx")
    found = ranked(context, every=True, since=since)
    write_file(out, _content(context, found))
    return Written(out, "xlsx")


def _content(context: Context, found: list[DemandLine]) -> bytes:
    done, accepted = met(found)
    title = t("monthly.demand.sheet.title", centre=context.centre.name)
    under = t(
        "monthly.demand.sheet.under", count=len(found), met=done, accepted=accepted, day=context.today().isoformat()
    )
    # The headings that the import knows, in every language.
    columns = [Column(column.aliases[0]) for column in COLUMNS]
    columns += [Column(t(f"monthly.demand.sheet.{name}")) for name in _RESULT]
    columns += [Column(VERSION.aliases[0])]
    book = TableBook(title, context.centre.name, context.now())
    book.add(t("monthly.demand.sheet.name"), under, columns, [_row(one) for one in found])
    return book.content()


def _row(one: DemandLine) -> tuple[Cell, ...]:
    return (
        one.id,
        date.fromisoformat(one.day),
        mask_numbers(one.words),
        one.category or None,
        catalogue("zh_CN", "monthly")[f"demand.source.{one.source}"],
        one.audience or None,
        one.head_count,
        one.area or None,
        t(f"monthly.demand.state.{one.stands}"),
        one.asked,
        one.led_to or None,
        date.fromisoformat(one.first_day) if one.first_day else None,
        one.held,
        one.person_times,
        mask_numbers(one.reason) or (t("monthly.demand.into", number=one.merged_into) if one.merged_into else None),
        one.revision,
    )
