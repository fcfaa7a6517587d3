"""The printed summary of a closed round: a table of the departments, without any comment."""

from __future__ import annotations

from datetime import datetime

from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.page import FOOT, GREY, INNER, MARGIN, Colour, PaperColumn, PaperPage
from frontdesk.feedback.review.rules import Figures, Marks
from frontdesk.feedback.review.service import Results

_ROW = 8.5
_WIDTHS = (46.0, 18.0, 20.0, 35.0, 20.0, 35.0)


def draw_summary(
    centre: str, found: Results, *, brand: Colour, created: datetime, fonts: FontSearch | None = None
) -> tuple[bytes, int, tuple[str, ...]]:
    """The PDF, how many pages it has, and the words that stand in it in pinyin. Raises FontFault."""
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = PaperPage(shelf, "review", created=created, brand=brand)
        columns = _columns(page)
        rows = [_cells(page, name, figures) for name, figures in found.summary.departments.items()]
        rows.append(_cells(page, page.say("together"), found.summary.together))
        y = _begin(page, centre, found, columns)
        for cells in rows:
            if y + _ROW > FOOT - 8:
                y = _begin(page, centre, found, columns)
            page.row(MARGIN, y, _ROW, columns, cells, size=9.5, strong=cells is rows[-1])
            y += _ROW
        y += 5
        for key in ("rule_good", "rule_hidden"):
            y = page.paragraph(MARGIN, y, page.say(key, minimum=found.minimum), 8.5, INNER, 4.6, GREY)
        content = page.finish(page.say("made_at", at=f"{created:%Y-%m-%d %H:%M}"))
        return content, page.pdf.pages_count, tuple(page.romanised)


def _columns(page: PaperPage) -> list[PaperColumn]:
    keys = ("department", "count", "response_mean", "response_good", "handling_mean", "handling_good")
    return [
        PaperColumn(page.say(f"head.{key}"), width, "left" if key == "department" else "centre")
        for key, width in zip(keys, _WIDTHS, strict=True)
    ]


def _begin(page: PaperPage, centre: str, found: Results, columns: list[PaperColumn]) -> float:
    """A page with its head and the heading of the table; where the first row goes."""
    said, listed = found.listed.round, found.listed
    page.new_page(f"{said.title} {page.say('summary_title')}")
    page.fill(MARGIN, MARGIN, INNER, 1.4, page.brand)
    page.text(MARGIN, MARGIN + 10, said.title, 18, INNER, style="B")
    page.text(MARGIN, MARGIN + 19, f"{centre}  {page.say('summary_title')}", 11, INNER, colour=GREY)
    under = page.say("under", first=said.first_day, last=said.last_day, used=listed.used, codes=said.codes)
    page.text(MARGIN, MARGIN + 26, under, 10, INNER)
    y = MARGIN + 33
    page.row(MARGIN, y, _ROW, columns, [column.heading for column in columns], size=9, heading=True)
    return y + _ROW


def _cells(page: PaperPage, name: str, figures: Figures | None) -> list[str]:
    if figures is None:
        return [name, page.say("not_shown"), "", "", "", ""]
    return [name, str(figures.count), *_marks(page, figures.response), *_marks(page, figures.handling)]


def _marks(page: PaperPage, marks: Marks) -> tuple[str, str]:
    if not marks.count:
        return "-", "-"
    low, high = marks.interval
    good = page.say("good", good=marks.good, count=marks.count, low=f"{low:.0%}", high=f"{high:.0%}")
    return f"{marks.mean:.2f}", good
