"""The monthly list as a workbook with the office's columns: taken in again it changes nothing but what was edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from db.activities import SessionLine
from frontdesk.activities.monthly.errors import MonthlyError
from frontdesk.activities.monthly.files import write_file
from frontdesk.activities.monthly.service import MonthView, carried_out, closed_with, month_view
from frontdesk.activities.monthly.wording import change_words, name_of, times
from frontdesk.activities.sessions.importing import COLUMNS
from frontdesk.common.endings import ending_of
from frontdesk.common.periods import Period
from frontdesk.common.tablebook import TableBook
from frontdesk.common.wholefile import Written
from frontdesk.common.workbook import Cell, Column
from frontdesk.context import Context
from frontdesk.locale import t

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

HEADINGS = ("序号", *(column.aliases[0] for column in COLUMNS))
"""Those that the import knows, in every language; the first is only to count by."""

CANCELLED = "取消"


def export_month(context: Context, period: Period, out: Path) -> Written:
    """Write the list of a month to the workbook `out`, on a second sheet what was changed since it was published.

    Raises EndingFault `unknown_ending`, MonthlyError `empty_list`, `write_failed`.
    """
    ending_of(out, "xlsx")
    view = month_view(context, period)
    if not view.sessions:
        raise MonthlyError("empty_list", month=period.label)
    write_file(out, _content(context, view))
    return Written(out, "xlsx")


def rows(sessions: Sequence[SessionLine], zone: ZoneInfo) -> list[tuple[Cell, ...]]:
    """The sessions as the office writes them."""
    return [
        (
            place,
            one.code,
            date.fromisoformat(one.day),
            times(one.starts_at, one.ends_at, zone),
            one.name,
            one.category,
            one.activity_type or None,
            one.room or None,
            one.capacity,
            one.min_enrol,
            one.lead or None,
            remark(one) or None,
        )
        for place, one in enumerate(sessions, 1)
    ]


def remark(session: SessionLine) -> str:
    """What stands in 备注: why it is cancelled, else its note."""
    if session.state != "cancelled":
        return session.note
    return f"{CANCELLED}：{session.cancel_reason}" if session.cancel_reason else CANCELLED


def _content(context: Context, view: MonthView) -> bytes:
    title = t("monthly.sheet.title", centre=context.centre.name, month=view.period.label)
    footer = f"{context.centre.name} {view.period.key}"
    headings = [Column(heading, "0" if heading in ("序号", "名额", "开班人数") else "") for heading in HEADINGS]
    book = TableBook(title, context.centre.name, context.now())
    listed = rows(view.sessions, context.zone)
    book.add(t("monthly.sheet.list"), _under(context, view), headings, listed, footer=footer)
    if view.changes:
        columns = [Column(t(f"monthly.sheet.{name}")) for name in ("at", "kind", "code", "name", "what", "reason")]
        name, under = t("monthly.sheet.changes"), t("monthly.sheet.changes_under")
        book.add(name, under, columns, _changes(context, view), footer=footer)
    return book.content()


def _under(context: Context, view: MonthView) -> str:
    state = t(f"monthly.state.{view.state or 'none'}")
    kept = view.kept
    if kept is None or not view.number:
        return t("monthly.sheet.under_draft", state=state)
    words = t("monthly.sheet.under", number=view.number, state=state)
    if kept.state == "closed":
        came = closed_with(kept) or carried_out(context, view.period)
        words += f" {t('monthly.sheet.carried_out')}: {t('monthly.panel.carried_out', **came._asdict())}"
    return words


def _changes(context: Context, view: MonthView) -> list[tuple[Cell, ...]]:
    return [
        (
            f"{context.local(one.at):%Y-%m-%d %H:%M}",
            t(f"monthly.change.{one.kind}"),
            one.session_code,
            name_of(one),
            change_words(one, context.zone),
            one.reason,
        )
        for one in view.changes
    ]
