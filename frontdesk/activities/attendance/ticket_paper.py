"""Tickets on paper: a slip a party with number, session and QR code. Nobody's name stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db import activities, registrations
from db.activities import Session
from db.registrations import GONE
from frontdesk.activities.attendance.errors import AttendanceError
from frontdesk.activities.attendance.sheet_paper import draw_symbol, write_file
from frontdesk.activities.attendance.tickets import ticket_code
from frontdesk.activities.errors import ActivityError
from frontdesk.common.digitcode import grouped
from frontdesk.common.endings import ending_of
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.page import GREY, INNER, MARGIN, Colour, PaperPage
from frontdesk.common.wholefile import Written
from frontdesk.context import Context
from frontdesk.permission import allowed

ACROSS, DOWN = 2, 4
SLIP_WIDTH, SLIP_HEIGHT = INNER / ACROSS, 62.0
QR_WIDTH = 24.0
_INSET = 6.0


@dataclass(frozen=True)
class Ticket:
    """What one slip says."""

    registration_id: int
    seq_no: int
    seats: int
    code: str


def tickets(context: Context, code: str, numbers: Sequence[int] = ()) -> tuple[Session, list[Ticket]]:
    """The tickets of a session: of the parties with these sign-up numbers, or of everybody who holds a seat.

    Raises ActivityError `unknown_session`, `unknown_registration` for a number that nobody live has, AttendanceError
    `nobody_holds_a_seat`.
    """
    connection, key = context.database.connection, context.keys.card
    with context.database.reading():
        session = activities.get(connection, code)
        if session is None:
            raise ActivityError("unknown_session", session=code)
        parties = {one.seq_no: one for one in registrations.of_session(connection, code) if one.state not in GONE}
    if set(numbers) - parties.keys():
        raise ActivityError("unknown_registration")
    wanted = [parties[one] for one in numbers] if numbers else [one for one in parties.values() if one.seats > 0]
    if not wanted:
        raise AttendanceError("nobody_holds_a_seat", name=session.name)
    return session, [
        Ticket(one.id, one.seq_no, one.seats or one.party_size, ticket_code(key, one.id)) for one in wanted
    ]


@allowed("writer")
def export_tickets(
    context: Context, code: str, out: Path, numbers: Sequence[int] = (), *, fonts: FontSearch | None = None
) -> Written:
    """Write tickets as .pdf; that they were printed stands in the audit log.

    Raises EndingFault `unknown_ending`, AttendanceError `write_failed`, what `tickets` and `require_writer` raise,
    and FontFault.
    """
    kind = ending_of(out, "pdf")
    context.require_writer()
    session, made = tickets(context, code, numbers)
    paper = TicketPaper(
        context.centre.name,
        session,
        made,
        context.local(session.starts_at),
        context.local(session.ends_at),
        context.now().astimezone(context.zone),
    )
    content, pages, romanised = paper.draw(context.settings.brand_rgb, fonts)

    def note() -> None:
        with context.change("attendance.tickets_written", code, tickets=len(made)):
            """Nothing but the audit entry is written."""

    write_file(out, content, note)
    return Written(out, kind, pages, romanised)


@dataclass(frozen=True)
class TicketPaper:
    """The slips of one session; times are local."""

    centre: str
    session: Session
    tickets: Sequence[Ticket]
    starts: datetime
    ends: datetime
    made: datetime

    def draw(self, brand: Colour, fonts: FontSearch | None = None) -> tuple[bytes, int, tuple[str, ...]]:
        """The PDF, how many pages it has, and the words that stand in it in pinyin. Raises FontFault."""
        with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
            page = PaperPage(shelf, "attendance", created=self.made, brand=brand)
            for place, ticket in enumerate(self.tickets):
                at = place % (ACROSS * DOWN)
                if at == 0:
                    page.new_page(page.say("ticket_title", name=self.session.name))
                self._slip(page, ticket, MARGIN + at % ACROSS * SLIP_WIDTH, MARGIN + at // ACROSS * SLIP_HEIGHT)
            return bytes(page.pdf.output()), page.pdf.pages_count, tuple(page.romanised)

    def _slip(self, page: PaperPage, ticket: Ticket, left: float, top: float) -> None:
        session, x = self.session, left + _INSET
        width = SLIP_WIDTH - 2 * _INSET
        words = width - QR_WIDTH - 4
        page.frame(left, top, SLIP_WIDTH, SLIP_HEIGHT)
        page.fill(left, top, SLIP_WIDTH, 1.4, page.brand)
        page.text(x, top + 7, self.centre, 9, width, colour=GREY)
        y = top + 14.0
        for line in page.wrapped(session.name, 13, width)[:2]:
            page.text(x, y, line, 13, width, style="B")
            y += 6
        page.text(x, y + 2, f"{session.day} {page.weekday(self.starts.date())}", 10.5, words)
        page.text(x, y + 8, f"{self.starts:%H:%M}-{self.ends:%H:%M}  {session.room}".rstrip(), 10.5, words)
        page.text(x, top + SLIP_HEIGHT - 17, page.say("ticket_number", number=ticket.seq_no), 15, words, style="B")
        page.text(x, top + SLIP_HEIGHT - 10.5, page.say("ticket_seats", seats=ticket.seats), 10.5, words)
        # Four modules of quiet around the symbol, as the standard asks (ISO/IEC 18004).
        draw_symbol(
            page, left + SLIP_WIDTH - _INSET - QR_WIDTH, top + SLIP_HEIGHT - QR_WIDTH - 10, QR_WIDTH, ticket.code
        )
        right = left + SLIP_WIDTH - _INSET
        page.text(right, top + SLIP_HEIGHT - 4.5, grouped(ticket.code), 8, width, "right", colour=GREY)
