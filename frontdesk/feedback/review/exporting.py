"""What a closed round came to, as a workbook and as a printed summary (部门匿名评价汇总)."""

from __future__ import annotations

from pathlib import Path

from frontdesk.common.endings import ending_of
from frontdesk.common.fonts import FontSearch
from frontdesk.common.tablebook import TableBook
from frontdesk.common.wholefile import Written
from frontdesk.common.workbook import Cell, Column
from frontdesk.context import Context
from frontdesk.feedback.review import service
from frontdesk.feedback.review.files import write_file
from frontdesk.feedback.review.rules import LEVELS, Figures, Marks
from frontdesk.feedback.review.service import Results
from frontdesk.feedback.review.words import good_words, mean_words
from frontdesk.locale import t
from frontdesk.permission import allowed


@allowed("shown", partly=("operator", "auditor", "command"))
def export_results(
    context: Context, no: int, out: Path, *, comments: bool = False, fonts: FontSearch | None = None
) -> Written:
    """Write the results of a closed round to `out`, a workbook (.xlsx) or a printed summary (.pdf).

    `comments` adds those of the departments that are shown to the workbook, in the order of their words; only a manager
    may, and it stands in the audit log. Raises EndingFault `unknown_ending`, ReviewError `write_failed`,
    `no_comments_on_paper`, what `service.results` raises, DeskError `manager_required`, and FontFault.
    """
    kind = ending_of(out, "xlsx", "pdf")
    if comments and kind == "pdf":
        raise service.ReviewError("no_comments_on_paper")
    if comments:
        context.require_manager()
    found = service.results(context, no)
    if kind == "pdf":
        from frontdesk.feedback.review.summary_paper import draw_summary

        content, pages, romanised = draw_summary(
            context.centre.name,
            found,
            brand=context.settings.brand_rgb,
            created=context.local(context.now_ms()),
            fonts=fonts,
        )
        write_file(out, content)
        return Written(out, kind, pages, romanised)
    record = (lambda: service.note_comments_written(context, no)) if comments else None
    write_file(out, _workbook(context, found, comments=comments), record)
    return Written(out, kind)


def _workbook(context: Context, found: Results, *, comments: bool) -> bytes:
    title = t("review.sheet.title", title=found.listed.round.title)
    centre = context.centre.name
    book = TableBook(title, centre, context.now())
    book.add(t("review.sheet.results"), f"{centre}    {under_words(found)}", _columns(), _rows(found))
    if comments:
        columns = [Column(t("review.head.department")), Column(t("review.head.comment"))]
        rows = [(name, words) for name, all_words in found.summary.comments.items() for words in all_words]
        book.add(t("review.sheet.comments"), f"{centre}    {t('review.sheet.comments_under')}", columns, rows)
    return book.content()


def under_words(found: Results) -> str:
    """When the round was, how many codes were used, and what is hidden."""
    said = found.listed.round
    words = t("review.under", first=said.first_day, last=said.last_day, used=found.listed.used, codes=said.codes)
    hidden = found.summary.hidden
    return f"{words}    {t('review.hidden', count=hidden, minimum=found.minimum)}" if hidden else words


def _columns() -> list[Column]:
    heads = [Column(t("review.head.department")), Column(t("review.head.count"), "#,##0")]
    for part in ("response", "handling"):
        heads.append(Column(t(f"review.head.{part}_mean"), "0.00"))
        heads.append(Column(t(f"review.head.{part}_good")))
        heads += [Column(t(f"review.head.{part}_level", level=level), "#,##0") for level in LEVELS]
    return heads


def _rows(found: Results) -> list[list[Cell]]:
    rows = [_row(name, figures) for name, figures in found.summary.departments.items()]
    return [*rows, _row(t("review.together"), found.summary.together)]


def _row(name: str, figures: Figures | None) -> list[Cell]:
    if figures is None:
        return [name, t("review.not_shown"), *[None] * (2 * (2 + len(LEVELS)))]
    return [name, figures.count, *_cells(figures.response), *_cells(figures.handling)]


def _cells(marks: Marks) -> list[Cell]:
    mean = float(mean_words(marks)) if marks.count else None
    return [mean, good_words(marks), *(marks.by_level.get(level, 0) for level in LEVELS)]
