"""A ledger on paper: across the page, with the heading on each, what the money comes to, and who signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.cases.papers.page import CasePage
from frontdesk.common.page import GREY, INK, MARGIN, PaperColumn

if TYPE_CHECKING:
    from frontdesk.cases.papers.ledger import Ledger
    from frontdesk.common.fonts import FontShelf
    from frontdesk.context import Context

_SIZE, _LARGE = 9.0, 11.0
_SIGN = 12.0
_PLACE = 11.0
_GAP = 6.0


def draw_ledger(context: Context, made: Ledger, shelf: FontShelf, *, for_the_wall: bool = False) -> CasePage:
    """The pages of a ledger, upright where it is a notice for the wall; the caller ends them. Raises FontFault."""
    page = CasePage(shelf, context, landscape=not for_the_wall)
    centre = context.centre.name
    size = _LARGE if for_the_wall else _SIZE
    under = page.say("lines", span=made.span, count=len(made.lines))

    def turn() -> float:
        return page.wall_top(made.title, centre) if for_the_wall else page.top(made.title, under, centre) + 1

    y = turn()
    if not made.lines:
        page.text(MARGIN, y + 6, page.say("none"), 11, page.inner, colour=GREY)
        y += 12
    else:
        y = page.table(y, _columns(page, made, size), _rows(made), turn, size=size, sums=_sums(made))
    closing = [centre, made.last_words] if for_the_wall else []
    if y + 3 + _height(page, made, closing) > page.bottom:
        y = turn()
    _after(page, made, closing, y + 3)
    return page


def _columns(page: CasePage, made: Ledger, size: float) -> list[PaperColumn]:
    headings = [one.heading for one in made.columns]
    rows = [one.words for one in made.lines]
    if made.sums is not None:
        rows.append(made.sums.words)
    widths = page.shares(headings, [one.align for one in made.columns], rows, size, page.inner - _PLACE)
    columns = [PaperColumn(page.say("place"), _PLACE, "centre")]
    found = zip(made.columns, widths, strict=True)
    return columns + [PaperColumn(one.heading, width, one.align) for one, width in found]


def _rows(made: Ledger) -> list[tuple[str, ...]]:
    return [(str(place), *one.words) for place, one in enumerate(made.lines, 1)]


def _sums(made: Ledger) -> tuple[str, ...]:
    return ("", *made.sums.words) if made.sums is not None else ()


def _remarks(page: CasePage, made: Ledger) -> list[str]:
    policy = page.say("policy", policy=page.say("joint").join(made.policy)) if made.policy else ""
    return [line for one in (made.foot, policy) if one for line in page.wrapped(one, 8.5, page.inner)]


def _height(page: CasePage, made: Ledger, closing: list[str]) -> float:
    """What stands below the table and is never divided."""
    signed = _SIGN if made.signatures else 0.0
    return len(_remarks(page, made)) * 4.4 + signed + len(closing) * 7.0 + _GAP


def _after(page: CasePage, made: Ledger, closing: list[str], y: float) -> None:
    for line in _remarks(page, made):
        page.text(MARGIN, y + 2.2, line, 8.5, page.inner, colour=GREY)
        y += 4.4
    width = page.inner / max(1, len(made.signatures))
    for place, name in enumerate(made.signatures):
        x, label = MARGIN + place * width, page.say("signature", name=name)
        page.text(x, y + _SIGN - 5, label, 10, width * 0.5)
        begin = x + min(page.width(label, 10), width * 0.5) + 1
        page.rule(begin, y + _SIGN - 2.5, max(0.0, min(55.0, x + width - 6 - begin)), INK)
    y += (_SIGN if made.signatures else 0.0) + (_GAP if closing else 0.0)
    for line in closing:
        page.text(MARGIN + page.inner, y + 4, line, 11, page.inner, "right")
        y += 7.0
