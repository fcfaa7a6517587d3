"""The ledger of bad ratings on paper: a block for each, never divided between two pages unless it fills one."""

from __future__ import annotations

from datetime import datetime, time

from frontdesk.common.fonts import FontShelf
from frontdesk.common.page import FOOT, GREY, INNER, MARGIN, PaperPage
from frontdesk.context import Context
from frontdesk.feedback.followup.ledger import Ledger, LedgerLine

_SIZE, _LEADING, _LABEL, _HEAD, _GAP = 9.5, 5.0, 26.0, 7.0, 4.0
_BOTTOM = FOOT - 24.0
_SIGNATURES = 16.0


def draw_ledger(context: Context, made: Ledger, shelf: FontShelf) -> PaperPage:
    """The pages of a ledger, with a place to sign below the last block; the caller finishes them."""
    # The same ledger on the same day is the same file.
    created = datetime.combine(context.today(), time(), context.zone)
    page = PaperPage(shelf, "followup", created=created, brand=context.settings.brand_rgb)
    y = _head(page, context, made)
    for one in made.lines:
        lines = _lines(page, one)
        height = _HEAD + _LEADING * len(lines) + _GAP
        if y + height > _BOTTOM and y > MARGIN + 30:
            y = _head(page, context, made)
        y = _block(page, context, made, one, lines, y)
    if not made.lines:
        page.text(MARGIN, y + 6, page.say("none"), 11, INNER, colour=GREY)
    y = FOOT - _SIGNATURES
    for place, name in enumerate(("filled_in", "checked", "signed_on")):
        page.text(MARGIN + place * INNER / 3, y, page.say(name), 10, INNER / 3 - 4)
    return page


def _head(page: PaperPage, context: Context, made: Ledger) -> float:
    span = page.say("span", first=made.first.isoformat(), last=made.last.isoformat())
    top = page.head(page.say("title"), span, context.centre.name)
    if page.pdf.pages_count > 1:
        return top
    top = page.paragraph(MARGIN, top, page.say("figures", **made.counts), 10, INNER, 5.2)
    if made.unknown_years:
        years = page.say("unknown_years", years=", ".join(map(str, made.unknown_years)))
        top = page.paragraph(MARGIN, top, years, 9, INNER, 4.8, GREY)
    if any(one.is_anonymous for one in made.lines):
        withheld = page.say("withheld", minimum=context.settings.public_minimum)
        top = page.paragraph(MARGIN, top, withheld, 9, INNER, 4.8, GREY)
    return top + 2


def _block(
    page: PaperPage, context: Context, made: Ledger, one: LedgerLine, lines: list[tuple[str, str]], y: float
) -> float:
    page.fill(MARGIN, y, INNER, _HEAD - 1, (244, 240, 234))
    middle = y + (_HEAD - 1) / 2
    page.text(MARGIN + 2, middle, f"{one.no}  {one.subject}".strip(), 11, INNER * 0.55, style="B")
    page.text(MARGIN + INNER - 2, middle, f"{one.level}  {one.state}", 10.5, INNER * 0.4, "right", "B")
    y += _HEAD
    for label, text in lines:
        if y + _LEADING > _BOTTOM:
            y = _head(page, context, made)
        page.text(MARGIN + 2, y + _LEADING / 2, label, _SIZE, _LABEL - 3, colour=GREY)
        page.text(MARGIN + _LABEL, y + _LEADING / 2, text, _SIZE, INNER - _LABEL)
        y += _LEADING
    page.rule(MARGIN, y + 1, INNER)
    return y + _GAP


def _lines(page: PaperPage, one: LedgerLine) -> list[tuple[str, str]]:
    """Label and words of every line; only the first of several has its label."""
    when = [one.day.isoformat() if one.day else "", one.rater, one.channel]
    until = [one.due.isoformat() if one.due else "", page.say(f"in_time.{one.in_time}") if one.in_time else ""]
    found = [
        ("rated", "  ".join(part for part in when if part)),
        ("comment", one.comment),
        ("verified", one.verified),
        ("responsible", one.responsible),
        ("result", one.result),
        ("called", one.called),
        ("appeal", one.appeal),
        ("due", "  ".join(part for part in until if part)),
        ("ended_on", one.ended_on.isoformat() if one.ended_on else ""),
    ]
    lines = []
    for name, text in found:
        label = page.say(f"label.{name}")
        for part in text.splitlines():
            for piece in page.wrapped(part, _SIZE, INNER - _LABEL):
                lines.append((label, piece))
                label = ""
    return lines
