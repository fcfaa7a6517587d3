"""活动取消通知: what is hung on the door when a session is cancelled, one A4 page in large type."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from db.activities import SessionLine
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.sessions.service import session
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.page import GREY, HEIGHT, INNER, MARGIN, Colour, PaperPage
from frontdesk.common.wholefile import Written, write_whole
from frontdesk.context import Context

_LABEL = 34.0
_SIZE = 19.0
_LEADING = 11.5


def export_cancel_notice(context: Context, code: str, out: Path, *, fonts: FontSearch | None = None) -> Written:
    """Write the notice of a cancelled session as a PDF. It names nobody who signed up.

    Raises ActivityError `unknown_session`, `not_cancelled`, `write_failed`, and FontFault.
    """
    found = session(context, code)
    if found.state != "cancelled":
        raise ActivityError("not_cancelled", name=found.name)
    content, romanised = draw_cancel_notice(
        found,
        (f"{context.local(found.starts_at):%H:%M}", f"{context.local(found.ends_at):%H:%M}"),
        context.centre.name,
        context.settings.certificate_contact,
        brand=context.settings.brand_rgb,
        created=context.local(context.now_ms()),
        fonts=fonts,
    )
    try:
        write_whole(out, content)
    except OSError as error:
        raise ActivityError("write_failed", path=str(out), reason=error.strerror or str(error)) from error
    return Written(out, "pdf", 1, romanised)


def draw_cancel_notice(
    found: SessionLine,
    times: tuple[str, str],
    centre: str,
    contact: str,
    *,
    brand: Colour,
    created: datetime,
    fonts: FontSearch | None = None,
) -> tuple[bytes, tuple[str, ...]]:
    """The PDF, and the words that stand in it in pinyin. Raises FontFault."""
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = PaperPage(shelf, "activities", created=created, brand=brand)
        title = page.say("cancel.title")
        page.new_page(f"{centre} {title}")
        page.fill(MARGIN, MARGIN, INNER, 2, brand)
        page.text(MARGIN + INNER / 2, 42, title, 40, INNER, "centre", "B")
        y = 68.0
        local = date.fromisoformat(found.day)
        day = page.say("cancel.day", year=local.year, month=local.month, day=local.day, weekday=page.weekday(local))
        lines = (
            ("name", found.name),
            ("when", f"{day}  {times[0]}–{times[1]}"),
            ("room", found.room),
            ("reason", found.cancel_reason),
        )
        for name, words in lines:
            if words:
                page.text(MARGIN, y + _LEADING / 2, page.say(f"cancel.{name}"), _SIZE, _LABEL - 2, colour=GREY)
                after = page.paragraph(MARGIN + _LABEL, y, words, _SIZE, INNER - _LABEL, _LEADING)
                page.rule(MARGIN, after + 1, INNER)
                y = after + 5
        y = page.paragraph(MARGIN, y + 8, _told(page, found), 17, INNER, 10.5)
        if contact:
            page.paragraph(MARGIN, y + 4, page.say("cancel.contact", contact=contact), 17, INNER, 10.5)
        today = created.date()
        signed = page.say("cancel.signed", year=today.year, month=today.month, day=today.day)
        page.text(MARGIN + INNER, HEIGHT - 44, centre, 18, INNER, "right")
        page.text(MARGIN + INNER, HEIGHT - 33, signed, 18, INNER, "right")
        return bytes(page.pdf.output()), tuple(page.romanised)


def _told(page: PaperPage, found: SessionLine) -> str:
    """What happens to those who signed up; of money only where there is some."""
    waits = found.parties_waitlisted + found.parties_applied
    signed = found.seats_confirmed or found.seats_offered or waits
    words = page.say("cancel.told" if signed else "cancel.nobody")
    return words + (page.say("cancel.fee") if signed and found.fee_fen else "")
