"""The ratings of a month as a workbook or a table: what may be known of each subject, never of one person.

Which subjects are named is decided where the statistics are (`frontdesk.feedback.statistics`), so that an export and
everything that is shown besides tell no more together than each by itself. A month is the only span there is: two spans
that overlap would give away the days by which they differ.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from db import feedback as records
from db.feedback import Rating
from frontdesk.common.masking import mask_numbers
from frontdesk.common.periods import Period
from frontdesk.common.text import neutralise_cell
from frontdesk.common.wholefile import write_whole
from frontdesk.context import Context
from frontdesk.feedback.capture.errors import FeedbackError
from frontdesk.feedback.capture.rules import ASPECTS
from frontdesk.feedback.capture.subjects import label_of
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    import sqlite3

    from db.feedback import SubjectKind
    from frontdesk.access.service import Approver
    from frontdesk.common.workbook import Cell

ENDINGS = (".xlsx", ".csv")
COLUMNS = ("month", "subject", "level", "words", *ASPECTS, "tags", "comment")
NAMED_COLUMNS = ("day", "subject", "level", "words", *ASPECTS, "tags", "comment", "name", "phone")


@dataclass(frozen=True)
class Exported:
    """What was written: so many ratings with their subject, so many without, so many left out because they were too
    few; so many under a name; so many excluded upon an appeal.
    """

    out: Path
    shown: int
    others: int
    left_out: int
    named: int
    excluded: int


@allowed("shown", partly=("operator", "auditor", "command"))
def export_ratings(
    context: Context,
    month: Period,
    out: Path,
    *,
    with_names: bool = False,
    reason: str = "",
    approver: Approver | None = None,
) -> Exported:
    """Write the ratings of a month that is over to `out`, by its ending a workbook or a table.

    A subject is named where the statistics of the month show it; what the others got stands together without subject,
    if it comes to the setting public_minimum, else it is left out. No day stands there, and the order is by subject,
    level and words. `with_names` adds who rated under a name, with day, name and phone: a manager's decision, and
    logged; it needs a workbook. Raises FeedbackError `not_a_month`, `month_runs`, `unknown_ending`, `names_need_xlsx`,
    `export_failed`, and with names what `require_manager` raises.
    """
    if month.kind != "month":
        raise FeedbackError("not_a_month", value=month.key)
    if not month.has_ended(context.today()):
        raise FeedbackError("month_runs", month=month.key)
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise FeedbackError("unknown_ending", ending=out.suffix or "-", possible=" ".join(ENDINGS))
    if with_names:
        context.require_manager()
        if ending != ".xlsx":
            raise FeedbackError("names_need_xlsx")
        from frontdesk.privacy.service import in_clear

        approval, besides = in_clear(context, f"ratings {month.key}", reason, approver)
    with context.database.reading() as connection:
        ones = records.between(connection, month.first.isoformat(), month.last.isoformat())
        counted = [one for one in ones if not one.excluded]
        tags = records.tags(connection, [one.key for one in ones])
        groups = _shown_groups(context, connection, month)
        labels = {about: label_of(context, *about) for about in {(one.subject_kind, one.subject) for one in counted}}
        named = _named_rows(context, connection, counted, labels, tags) if with_names else []
    apart = [one for one in counted if groups(one)]
    rest = [one for one in counted if not groups(one)]
    others = rest if len(rest) >= context.settings.public_minimum else []
    rows = [
        *_sorted(_row(month.key, labels[one.subject_kind, one.subject], one, tags) for one in apart),
        *_sorted(_row(month.key, t("feedback.export.others"), one, tags) for one in others),
    ]
    done = Exported(out, len(apart), len(others), len(rest) - len(others), len(named), len(ones) - len(counted))

    def noted() -> None:
        if with_names:
            with context.change("rating.exported_with_names", month.key, count=len(named), **besides) as connection:
                approval.use(context, connection)
                context.require_manager()

    content = _table(rows) if ending == ".csv" else _workbook(context, month, done, rows, named if with_names else None)
    try:
        write_whole(out, content, noted, private=True)
    except OSError as error:
        raise FeedbackError("export_failed", path=str(out), reason=error.strerror or str(error)) from error
    return done


def _shown_groups(context: Context, connection: sqlite3.Connection, month: Period) -> Callable[[Rating], bool]:
    """Whether the statistics of the month show by itself what a rating is about."""
    from frontdesk.feedback.statistics.service import Read

    read = Read(context, connection, month.first, month.last)
    figures = read.ledger.groups(month)

    def is_shown(rating: Rating) -> bool:
        return figures.get(read.path(rating.subject_kind, rating.subject)) is not None

    return is_shown


def _row(first: str, label: str, one: Rating, tags: Mapping[bytes, tuple[str, ...]]) -> tuple[Cell, ...]:
    """A rating as a row: `first` is the month, or the day of one under a name."""
    aspects = tuple(getattr(one, name) for name in ASPECTS)
    words = t(f"feedback.level.{one.level}")
    return first, label, one.level, words, *aspects, "、".join(tags.get(one.key, ())), mask_numbers(one.comment)


def _sorted(rows: Iterable[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """By subject, the best level first, then by all that was said: nothing of when it was."""
    return sorted(rows, key=lambda row: (str(row[1]), -int(str(row[2])), *(str(cell) for cell in row[4:])))


def _named_rows(
    context: Context,
    connection: sqlite3.Connection,
    ones: Sequence[Rating],
    labels: Mapping[tuple[SubjectKind, str], str],
    tags: Mapping[bytes, tuple[str, ...]],
) -> list[tuple[Cell, ...]]:
    """Who rated under a name, by day and name."""
    rows = []
    for one in ones:
        rater = records.rater(connection, one.key) if one.named else None
        if rater is not None:
            phone = context.keys.unseal(rater.phone_cipher) if rater.phone_cipher is not None else ""
            row = _row(one.day, labels[one.subject_kind, one.subject], one, tags)
            rows.append((*row, rater.name, phone))
    return sorted(rows, key=lambda row: (str(row[0]), str(row[-2]), str(row[-1]), str(row[1])))


def _headings(names: Sequence[str]) -> list[str]:
    return [t(f"feedback.aspect.{name}" if name in ASPECTS else f"feedback.export.{name}") for name in names]


def _table(rows: Sequence[tuple[Cell, ...]]) -> bytes:
    """A table for a spreadsheet program: UTF-8 with its mark, no cell of which is a formula."""
    content = io.StringIO(newline="")
    writer = csv.writer(content)
    writer.writerow(_headings(COLUMNS))
    for row in rows:
        writer.writerow(["" if cell is None else neutralise_cell(str(cell)) for cell in row])
    return content.getvalue().encode("utf-8-sig")


def _workbook(
    context: Context,
    month: Period,
    done: Exported,
    rows: Sequence[tuple[Cell, ...]],
    named: Sequence[tuple[Cell, ...]] | None,
) -> bytes:
    from frontdesk.common.tablebook import TableBook
    from frontdesk.common.workbook import Column

    title = t("feedback.export.title", month=month.label)
    counts = {"shown": done.shown, "others": done.others, "left_out": done.left_out, "excluded": done.excluded}
    under = t("feedback.export.under", centre=context.centre.name, minimum=context.settings.public_minimum, **counts)
    sheets: list[tuple[str, Sequence[str], Sequence[tuple[Cell, ...]]]] = [(t("feedback.export.sheet"), COLUMNS, rows)]
    if named is not None:
        sheets.append((t("feedback.export.named_sheet"), NAMED_COLUMNS, named))
    book = TableBook(title, context.centre.name, context.now())
    for name, columns, lines in sheets:
        book.add(name, under, [Column(heading) for heading in _headings(columns)], lines)
    return book.content()
