"""The codes of a round on paper: slips to cut apart, of which everybody draws one. Nobody's name stands on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from db.reviews import Round
from frontdesk.common.digitcode import grouped
from frontdesk.common.endings import ending_of
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.page import GREY, INNER, LINE, MARGIN, Colour, PaperPage
from frontdesk.common.wholefile import Written
from frontdesk.context import Context
from frontdesk.feedback.review import service
from frontdesk.feedback.review.files import write_file
from frontdesk.permission import allowed

ACROSS, DOWN = 2, 5
SLIP_WIDTH, SLIP_HEIGHT = INNER / ACROSS, 52.0
_INSET = 6.0


@allowed("manager")
def write_slips(
    context: Context, no: int, out: Path, *, more: int = 0, fonts: FontSearch | None = None
) -> tuple[Written, int]:
    """Write the codes of a round as slips, or only so many new ones; returns the file and how many slips it has.

    That they were printed stands in the audit log. Raises EndingFault `unknown_ending`, ReviewError `write_failed`,
    what `codes_to_print` and `more_codes` raise, and FontFault.
    """
    kind = ending_of(out, "pdf")
    made = service.more_codes(context, no, more) if more else service.codes_to_print(context, no)
    found = service.round_of(context, no).round
    content, pages, romanised = draw_slips(
        context.centre.name,
        found,
        made,
        brand=context.settings.brand_rgb,
        created=context.local(context.now_ms()),
        fonts=fonts,
    )
    write_file(out, content, lambda: service.note_printed(context, no, len(made)))
    return Written(out, kind, pages, romanised), len(made)


def draw_slips(
    centre: str,
    found: Round,
    codes: Sequence[str],
    *,
    brand: Colour,
    created: datetime,
    fonts: FontSearch | None = None,
) -> tuple[bytes, int, tuple[str, ...]]:
    """The PDF, how many pages it has, and the words that stand in it in pinyin. Raises FontFault."""
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = PaperPage(shelf, "review", created=created, brand=brand)
        for place, code in enumerate(codes):
            at = place % (ACROSS * DOWN)
            if at == 0:
                page.new_page(f"{found.title} {page.say('slips_title')}")
            _slip(page, centre, found, code, MARGIN + at % ACROSS * SLIP_WIDTH, MARGIN + at // ACROSS * SLIP_HEIGHT)
        return bytes(page.pdf.output()), page.pdf.pages_count, tuple(page.romanised)


def _slip(page: PaperPage, centre: str, found: Round, code: str, left: float, top: float) -> None:
    x, width = left + _INSET, SLIP_WIDTH - 2 * _INSET
    _cut_lines(page, left, top)
    page.text(x, top + 6.5, centre, 8.5, width, colour=GREY)
    page.text(x, top + 13, found.title, 12, width, style="B")
    page.text(left + SLIP_WIDTH / 2, top + 24, grouped(code), 21, width, "centre", "B")
    first, last = (date.fromisoformat(day) for day in (found.first_day, found.last_day))
    days = page.say("days", first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
    y = page.paragraph(x, top + 30, page.say("how"), 8.5, width, 4.4)
    page.text(x, y + 2.2, days, 8.5, width)
    page.text(x, top + SLIP_HEIGHT - 4.5, page.say("unseen"), 8.5, width, colour=GREY)


def _cut_lines(page: PaperPage, left: float, top: float) -> None:
    """Where the slip is cut off: a dashed line around it."""
    page.pdf.set_dash_pattern(dash=1.2, gap=1.2)
    page.pdf.set_draw_color(*LINE)
    page.pdf.set_line_width(0.2)
    page.pdf.rect(left, top, SLIP_WIDTH, SLIP_HEIGHT)
    page.pdf.set_dash_pattern()
