"""Printed volunteer cards: a PDF of A4 sheets, ten cards of 85.6 x 54 mm each, to print, cut and laminate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.lettering import Lettering, Stretches, romanise
from frontdesk.common.wholefile import whole_file
from frontdesk.errors import DeskError
from frontdesk.locale import catalogue, current_language
from frontdesk.volunteers.cards.code import CODE_LENGTH, CodeFault, check_digit, grouped
from frontdesk.volunteers.cards.qr import MODULES, QUIET_MODULES, dark_runs, qr_modules

Colour = tuple[int, int, int]

CARD_WIDTH = 85.6
CARD_HEIGHT = 54.0
COLUMNS = 2
ROWS = 5
QR_WIDTH = 20.0

_LEFT = (210.0 - COLUMNS * CARD_WIDTH) / 2
_TOP = (297.0 - ROWS * CARD_HEIGHT) / 2
_MARK_LENGTH = 4.0
_MARK_GAP = 1.0

_MARGIN = 5.5
_RIGHT = CARD_WIDTH - _MARGIN
_BAND_HEIGHT = 11.0
_QR_LEFT = _RIGHT - QR_WIDTH
_QR_TOP = 14.5
_MODULE = QR_WIDTH / MODULES
_QUIET = QUIET_MODULES * _MODULE
_TEXT_WIDTH = _QR_LEFT - _QUIET - _MARGIN - 2.0
_CODE_WIDTH = 40.0
_TEAM_WIDTH = _RIGHT - _MARGIN - _CODE_WIDTH - 3.0

_INK: Colour = (33, 33, 33)
_GREY: Colour = (105, 105, 105)
_WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)
_HAIRLINE: Colour = (205, 205, 205)


class CardPrintFault(DeskError):
    """`no_cards_to_print`, or `print_failed` when the file cannot be written."""

    area: ClassVar[str] = "volunteers"


@dataclass(frozen=True)
class CardFace:
    """What one card shows: the volunteer's number, name, service team (may be empty) and the 20 digits."""

    volunteer_no: str
    name: str
    team: str
    code: str


@dataclass(frozen=True)
class RomanisedName:
    """A volunteer whose name stands on the card in pinyin, and the characters that no installed font has."""

    volunteer_no: str
    name: str
    printed_as: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class PrintedCards:
    """What was printed: the file, how many cards on how many sheets, and the font families that are in it.

    `romanised` are the volunteers whose names are in pinyin, `romanised_words` the other words (the centre's
    name, teams) to which the same happened.
    """

    path: Path
    cards: int
    sheets: int
    font_families: tuple[str, ...]
    romanised: tuple[RomanisedName, ...]
    romanised_words: tuple[str, ...]


def print_cards(
    faces: Sequence[CardFace],
    out: Path,
    *,
    brand_rgb: Colour = (241, 135, 0),
    centre_name: str,
    created: datetime,
    fonts: FontSearch | None = None,
    on_record: Callable[[], None] | None = None,
) -> PrintedCards:
    """Write the cards to the PDF `out` and say what could not be printed as it is written.

    The same arguments and fonts give the same bytes; `created` is the date inside the file. Labels are in the
    language in force, in English where no font can draw it. `on_record` is called when all is written and
    before the file takes its name, so that no cards lie about of which nothing is known. Raises CodeFault for a code
    that is not whole, CardPrintFault, FontFault, or what `on_record` raises; then `out` is as it was.
    """
    if not faces:
        raise CardPrintFault("no_cards_to_print")
    for face in faces:
        if len(face.code) != CODE_LENGTH or not face.code.isdigit() or check_digit(face.code):
            raise CodeFault("malformed", length=len(face.code))
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        sheets = _Sheets(shelf, brand_rgb, centre_name, created)
        for place, face in enumerate(faces):
            sheets.add(place, face)
        content = sheets.content()
    try:
        with whole_file(out) as part:
            part.write_bytes(content)
            if on_record is not None:
                on_record()
    except OSError as error:
        raise CardPrintFault("print_failed", path=str(out), reason=error.strerror or str(error)) from error
    return PrintedCards(
        out,
        len(faces),
        -(-len(faces) // (COLUMNS * ROWS)),
        sheets.lettering.font_families,
        tuple(sheets.romanised),
        tuple(sheets.romanised_words),
    )


class _Sheets:
    """The PDF while it is being drawn. Positions on a card are in mm from its upper left corner."""

    def __init__(self, shelf: FontShelf, brand: Colour, centre_name: str, created: datetime) -> None:
        from fpdf import FPDF

        self._pdf = FPDF(orientation="portrait", unit="mm", format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_creation_date(created)
        self.lettering = Lettering(self._pdf, shelf)
        self.romanised: list[RomanisedName] = []
        self.romanised_words: dict[str, None] = {}
        self._brand = brand
        self._words = self._labels()
        self._centre = self._word(centre_name)
        self._pdf.set_title(_plain_text(self._words["card.title"]))

    def content(self) -> bytes:
        return bytes(self._pdf.output())

    def add(self, place: int, face: CardFace) -> None:
        """Draw one card at its place in the run of all cards; ten fill a sheet."""
        on_sheet = place % (COLUMNS * ROWS)
        if on_sheet == 0:
            self._new_sheet()
        row, column = divmod(on_sheet, COLUMNS)
        x, y = _LEFT + column * CARD_WIDTH, _TOP + row * CARD_HEIGHT
        self._frame(x, y)
        self._person(x, y, face)
        self._symbol(x, y, face.code)

    def _labels(self) -> dict[str, Stretches]:
        """The words that are the same on every card, in English if no font draws the language in force."""
        for language in (current_language(), "en"):
            words = catalogue(language, "volunteers")
            labels = {key: self.lettering.lay(words[key]) for key in ("card.title", "card.found")}
            drawable = {key: stretches for key, stretches in labels.items() if stretches is not None}
            if len(drawable) == len(labels):
                break
        return drawable

    def _word(self, text: str) -> Stretches:
        stretches = self.lettering.lay(text)
        if stretches is None:
            self.romanised_words[text] = None
            return [(None, romanise(text))]
        return stretches

    def _name(self, face: CardFace) -> Stretches:
        stretches = self.lettering.lay(face.name)
        if stretches is None:
            printed_as = romanise(face.name)
            missing = self.lettering.undrawable(face.name)
            self.romanised.append(RomanisedName(face.volunteer_no, face.name, printed_as, missing))
            return [(None, printed_as)]
        return stretches

    def _new_sheet(self) -> None:
        """A page with cut marks outside the cards, at both ends of every line to cut along."""
        self._pdf.add_page()
        self._pdf.set_draw_color(*_GREY)
        self._pdf.set_line_width(0.15)
        right, bottom = _LEFT + COLUMNS * CARD_WIDTH, _TOP + ROWS * CARD_HEIGHT
        near, far = _MARK_GAP, _MARK_GAP + _MARK_LENGTH
        for column in range(COLUMNS + 1):
            x = _LEFT + column * CARD_WIDTH
            self._pdf.line(x, _TOP - far, x, _TOP - near)
            self._pdf.line(x, bottom + near, x, bottom + far)
        for row in range(ROWS + 1):
            y = _TOP + row * CARD_HEIGHT
            self._pdf.line(_LEFT - far, y, _LEFT - near, y)
            self._pdf.line(right + near, y, right + far, y)

    def _frame(self, x: float, y: float) -> None:
        """Outline, colour band with the centre's name and the kind of card, and the line at the foot."""
        self._fill(self._brand, x, y, CARD_WIDTH, _BAND_HEIGHT)
        self._pdf.set_draw_color(*_HAIRLINE)
        self._pdf.set_line_width(0.1)
        self._pdf.rect(x, y, CARD_WIDTH, CARD_HEIGHT)
        self._pdf.set_text_color(*_ink_on(self._brand))
        write = self.lettering.write
        write(x + _MARGIN, y + 7.2, self._centre, 12, within=52)
        write(x + _RIGHT, y + 7.0, self._words["card.title"], 9, within=20, align="right")
        self._fill(self._brand, x + _MARGIN, y + 46.2, _RIGHT - _MARGIN, 0.4)
        self._pdf.set_text_color(*_GREY)
        write(x + _MARGIN, y + 50.2, self._words["card.found"], 6.5, within=_RIGHT - _MARGIN)

    def _person(self, x: float, y: float, face: CardFace) -> None:
        write = self.lettering.write
        self._pdf.set_text_color(*_INK)
        write(x + _MARGIN, y + 25.5, self._name(face), 24, within=_TEXT_WIDTH)
        write(x + _MARGIN, y + 33.5, [(None, face.volunteer_no)], 13, within=_TEXT_WIDTH, style="B")
        self._pdf.set_text_color(*_GREY)
        if face.team:
            write(x + _MARGIN, y + 42.2, self._word(face.team), 9, within=_TEAM_WIDTH)

    def _symbol(self, x: float, y: float, code: str) -> None:
        """The QR code on white with its quiet zone, and its digits under it for when no scanner reads it."""
        left, top = x + _QR_LEFT, y + _QR_TOP
        self._fill(_WHITE, left - _QUIET, top - _QUIET, QR_WIDTH + 2 * _QUIET, QR_WIDTH + 2 * _QUIET)
        for row, modules in enumerate(qr_modules(code)):
            for column, length in dark_runs(modules):
                self._fill(_BLACK, left + column * _MODULE, top + row * _MODULE, length * _MODULE, _MODULE)
        self._pdf.set_text_color(*_INK)
        self.lettering.write(x + _RIGHT, y + 42.2, [(None, grouped(code))], 9, within=_CODE_WIDTH, align="right")

    def _fill(self, colour: Colour, x: float, y: float, width: float, height: float) -> None:
        self._pdf.set_fill_color(*colour)
        self._pdf.rect(x, y, width, height, style="F")


def _plain_text(stretches: Stretches) -> str:
    return "".join(text for _, text in stretches)


def _ink_on(background: Colour) -> Colour:
    """Near-black or white, whichever stands out more (relative luminance, WCAG 2.1)."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(channel) for channel in background)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return _INK if luminance > 0.179 else _WHITE
