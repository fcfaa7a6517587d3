"""The card of 85.6 x 54 mm, ten on a sheet of A4, to print, cut and laminate."""

from __future__ import annotations

from frontdesk.volunteers.cards.code import grouped
from frontdesk.volunteers.cards.drawing import GREY, QR_WIDTH, QUIET, CardFace, Drawing, ink_on

CARD_WIDTH = 85.6
CARD_HEIGHT = 54.0
COLUMNS = 2
ROWS = 5
LEFT = (210.0 - COLUMNS * CARD_WIDTH) / 2
TOP = (297.0 - ROWS * CARD_HEIGHT) / 2

_MARK_LENGTH = 4.0
_MARK_GAP = 1.0

_MARGIN = 5.5
_RIGHT = CARD_WIDTH - _MARGIN
_BAND_HEIGHT = 11.0
_QR_LEFT = _RIGHT - QR_WIDTH
_QR_TOP = 14.5
_TEXT_WIDTH = _QR_LEFT - QUIET - _MARGIN - 2.0
_CODE_WIDTH = 40.0
_TEAM_WIDTH = _RIGHT - _MARGIN - _CODE_WIDTH - 3.0


def draw_card(drawing: Drawing, x: float, y: float, face: CardFace) -> None:
    """Draw one card with its upper left corner at (x, y)."""
    _frame(drawing, x, y)
    drawing.write(x + _MARGIN, y + 25.5, drawing.name(face), 24, within=_TEXT_WIDTH)
    drawing.write(x + _MARGIN, y + 33.5, [(None, face.volunteer_no)], 13, within=_TEXT_WIDTH, style="B")
    if face.team:
        drawing.write(x + _MARGIN, y + 42.2, drawing.word(face.team), 9, within=_TEAM_WIDTH, colour=GREY)
    drawing.symbol(x + _QR_LEFT, y + _QR_TOP, face.code)
    drawing.write(x + _RIGHT, y + 42.2, [(None, grouped(face.code))], 9, within=_CODE_WIDTH, align="right")


def draw_cut_marks(drawing: Drawing) -> None:
    """Marks outside the cards of a page, at both ends of every line to cut along."""
    right, bottom = LEFT + COLUMNS * CARD_WIDTH, TOP + ROWS * CARD_HEIGHT
    near, far = _MARK_GAP, _MARK_GAP + _MARK_LENGTH
    for column in range(COLUMNS + 1):
        x = LEFT + column * CARD_WIDTH
        drawing.mark(x, TOP - far, x, TOP - near)
        drawing.mark(x, bottom + near, x, bottom + far)
    for row in range(ROWS + 1):
        y = TOP + row * CARD_HEIGHT
        drawing.mark(LEFT - far, y, LEFT - near, y)
        drawing.mark(right + near, y, right + far, y)


def _frame(drawing: Drawing, x: float, y: float) -> None:
    """Outline, colour band with the centre's name and the kind of card, and the line at the foot."""
    drawing.fill(drawing.brand, x, y, CARD_WIDTH, _BAND_HEIGHT)
    drawing.outline(x, y, CARD_WIDTH, CARD_HEIGHT)
    ink = ink_on(drawing.brand)
    drawing.write(x + _MARGIN, y + 7.2, drawing.centre, 12, within=52, colour=ink)
    drawing.write(x + _RIGHT, y + 7.0, drawing.words["card.title"], 9, within=20, align="right", colour=ink)
    drawing.fill(drawing.brand, x + _MARGIN, y + 46.2, _RIGHT - _MARGIN, 0.4)
    drawing.write(x + _MARGIN, y + 50.2, drawing.words["card.found"], 6.5, within=_RIGHT - _MARGIN, colour=GREY)
