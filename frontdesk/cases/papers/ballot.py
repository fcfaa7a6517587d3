"""The form of a demand round (需求征询表): numbered options with a box each, one form for residents, one for units.

Source: 徐府办发〔2017〕24号, demands are asked of residents and units of the area (mechanisms X07).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from frontdesk.cases.papers.page import CasePage
from frontdesk.common.page import GREY, INK, MARGIN

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.cases.engine.values import Value
    from frontdesk.common.fonts import FontShelf
    from frontdesk.context import Context

Side = Literal["residents", "units"]
SIDES: tuple[Side, ...] = ("residents", "units")
VOTES: dict[Side, str] = {"residents": "votes_residents", "units": "votes_units"}
"""The columns in which the votes of either stand."""
RETURNED: dict[Side, str] = {"residents": "returned_residents", "units": "returned_units"}
SENT: dict[Side, str] = {"residents": "sent_residents", "units": "sent_units"}

_SIZE, _LEADING, _BOX = 12.0, 6.4, 5.0
_GAP = 3.2


def ballot_of(definition: Definition) -> FieldDefinition | None:
    """The list of options that is voted on; None for a definition without one."""
    for one in definition.fields:
        columns = {column.code for column in one.fields}
        if {"text", *VOTES.values()} <= columns:
            return one
    return None


def options_of(field: FieldDefinition, values: Mapping[str, Value]) -> list[str]:
    """The words of the options, in the order in which they are numbered."""
    rows = values.get(field.code, ())
    return [] if isinstance(rows, str | int) else [str(row.get("text", "")) for row in rows]


def draw_ballot(
    context: Context, title: str, heading: str, options: Sequence[str], until: str, shelf: FontShelf
) -> CasePage:
    """The form for residents and the one for units, to be copied. Raises FontFault."""
    page = CasePage(shelf, context)
    for side in SIDES:
        _draw(page, context, title, heading, options, until, side)
    return page


def _draw(
    page: CasePage, context: Context, title: str, heading: str, options: Sequence[str], until: str, side: Side
) -> None:
    def turn() -> float:
        page.new_page(f"{context.centre.name} {title}")
        page.fill(MARGIN, MARGIN - 4, page.inner, 1.6, page.brand)
        page.text(MARGIN, MARGIN + 2.5, context.centre.name, 10, page.inner * 0.7, colour=GREY)
        # Whoever keys the forms in sees at once which they are.
        page.text(MARGIN + page.inner, MARGIN + 3, page.say(f"ballot.{side}"), 13, 50, "right", "B")
        page.text(MARGIN + page.inner / 2, MARGIN + 13, title, 20, page.inner, "centre", "B")
        return MARGIN + 21

    y = turn()
    y = page.paragraph(MARGIN, y, heading, 13, page.inner, 7.0) + 1
    y = page.paragraph(MARGIN, y, page.say("ballot.how"), 10.5, page.inner, 5.8, GREY) + 4
    indent = _BOX + 14
    for number, words in enumerate(options, 1):
        lines = page.wrapped(words, _SIZE, page.inner - indent)
        if y + max(_BOX, len(lines) * _LEADING) > page.bottom - 16:
            y = turn() + 4
        page.pdf.set_draw_color(*INK)
        page.pdf.set_line_width(0.4)
        page.pdf.rect(MARGIN, y + (_LEADING - _BOX) / 2, _BOX, _BOX)
        page.text(MARGIN + _BOX + 10, y + _LEADING / 2, f"{number}.", _SIZE, 9, "right", "B")
        for line in lines:
            page.text(MARGIN + indent, y + _LEADING / 2, line, _SIZE, page.inner - indent)
            y += _LEADING
        y += _GAP
    if side == "units":
        page.text(MARGIN, y + 6, page.say("ballot.unit_name"), 11, 40)
        page.rule(MARGIN + 32, y + 9, 100, INK)
        y += 14
    page.paragraph(MARGIN, y + 3, page.say("ballot.until", day=until), 10.5, page.inner, 5.8)
