"""The ledger of bad ratings as a workbook, or on paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.tablebook import TableBook
from frontdesk.common.wholefile import Written, write_whole
from frontdesk.common.workbook import Cell, Column
from frontdesk.context import Context
from frontdesk.feedback.followup.errors import FollowUpError
from frontdesk.feedback.followup.ledger import Ledger, LedgerLine, ledger
from frontdesk.feedback.followup.paper import draw_ledger
from frontdesk.locale import t

KINDS = ("xlsx", "pdf")

COLUMNS = (
    "place",
    "no",
    "day",
    "subject",
    "level",
    "rater",
    "channel",
    "comment",
    "verified",
    "responsible",
    "result",
    "called",
    "appeal",
    "state",
    "ended_on",
    "due",
    "in_time",
)


def export_ledger(context: Context, first: date, last: date, out: Path, *, fonts: FontSearch | None = None) -> Written:
    """Write the ledger of the bad ratings given from `first` to `last` to a workbook or a PDF, by the ending of `out`.

    The same ratings, settings and fonts give the same bytes on a day. Raises FollowUpError `unknown_ending`,
    `write_failed`, and FontFault.
    """
    kind = out.suffix.lower().lstrip(".")
    if kind not in KINDS:
        raise FollowUpError("unknown_ending", ending=out.suffix or "-", possible=" ".join(f".{one}" for one in KINDS))
    made = ledger(context, first, last)
    if kind == "xlsx":
        _write(out, _workbook(context, made))
        return Written(out, kind)
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = draw_ledger(context, made, shelf)
        content = page.finish(f"{context.centre.name}  {page.say('made_on', day=context.today().isoformat())}")
    _write(out, content)
    return Written(out, kind, page.pdf.pages_count, tuple(page.romanised))


def figures_words(made: Ledger) -> str:
    """What the ledger comes to, in one line."""
    return t("followup.ledger.figures", **made.counts)


def _workbook(context: Context, made: Ledger) -> bytes:
    title = t("followup.ledger.title", centre=context.centre.name)
    under = f"{made.first.isoformat()} - {made.last.isoformat()}  {figures_words(made)}"
    if made.unknown_years:
        under += "  " + t("followup.unknown_years", years=", ".join(map(str, made.unknown_years)))
    if any(one.is_anonymous for one in made.lines):
        under += "  " + t("followup.ledger.withheld", minimum=context.settings.public_minimum)
    columns = [Column(t(f"followup.ledger.{name}"), "0" if name == "place" else "") for name in COLUMNS]
    rows = [_row(place, one) for place, one in enumerate(made.lines, 1)]
    book = TableBook(title, context.centre.name, context.now())
    book.add(t("followup.ledger.sheet"), under, columns, rows, large=True)
    return book.content()


def _row(place: int, one: LedgerLine) -> tuple[Cell, ...]:
    said = {**one._asdict(), "place": place, "in_time": t(f"followup.in_time.{one.in_time}") if one.in_time else None}
    return tuple(said[name] or None for name in COLUMNS)


def _write(out: Path, content: bytes) -> None:
    try:
        write_whole(out, content, private=True)
    except OSError as error:
        raise FollowUpError("write_failed", path=str(out), reason=error.strerror or str(error)) from error
