"""The label of 52.5 x 29.7 mm, forty on a sheet of A4 that is sold cut: to stick on a badge or an old card."""

from __future__ import annotations

from frontdesk.volunteers.cards.code import grouped
from frontdesk.volunteers.cards.drawing import GREY, QR_WIDTH, QUIET, CardFace, Drawing

LABEL_WIDTH = 52.5
LABEL_HEIGHT = 29.7
COLUMNS = 4
ROWS = 10

# The labels reach to the edge of the paper, of which office printers leave about 4.2 mm white.
_MARGIN = 4.85
_TEXT_LEFT = _MARGIN + QR_WIDTH + QUIET + 0.6
_TEXT_WIDTH = LABEL_WIDTH - _MARGIN - _TEXT_LEFT
_DIGITS_IN_LINE = 12


def draw_label(drawing: Drawing, x: float, y: float, face: CardFace) -> None:
    """Draw one label with its upper left corner at (x, y): the code, and beside it the words and the digits."""
    top = y + _MARGIN
    drawing.symbol(x + _MARGIN, top, face.code)
    left, width = x + _TEXT_LEFT, _TEXT_WIDTH
    drawing.fill(drawing.brand, left, top, width, 1.2)
    drawing.write(left, top + 6.4, drawing.name(face), 13, within=width)
    drawing.write(left, top + 10.4, [(None, face.volunteer_no)], 9, within=width, style="B")
    if face.team:
        drawing.write(left, top + 13.7, drawing.word(face.team), 6.5, within=width, colour=GREY)
    for line, digits in enumerate((face.code[:_DIGITS_IN_LINE], face.code[_DIGITS_IN_LINE:])):
        drawing.write(left, top + 17.0 + 2.9 * line, [(None, grouped(digits))], 7.5, within=width)
