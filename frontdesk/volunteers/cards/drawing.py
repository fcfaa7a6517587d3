"""The PDF of a print run of cards while it is being drawn: words, names, symbols and colour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from unicodedata import normalize

from frontdesk.common.fonts import FontShelf
from frontdesk.common.lettering import Lettering, Stretches, romanise
from frontdesk.common.qr import MODULES, QUIET_MODULES, dark_runs, qr_modules
from frontdesk.locale import catalogue, current_language

Colour = tuple[int, int, int]

QR_WIDTH = 20.0
"""The width of a printed code in mm: at 300 dpi it was read with a corner torn off (design §3, Cards)."""

MODULE = QR_WIDTH / MODULES
QUIET = QUIET_MODULES * MODULE

INK: Colour = (33, 33, 33)
GREY: Colour = (105, 105, 105)
HAIRLINE: Colour = (205, 205, 205)
_WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True)
class CardFace:
    """What one card shows: the volunteer's number, name, service team (may be empty) and the 20 digits."""

    volunteer_no: str
    name: str
    team: str
    code: str


@dataclass(frozen=True)
class RomanisedName:
    """A volunteer whose name stands on the card in pinyin, and the characters that no installed font has.

    Without a number it is a word that stands on cards, the centre's name or a team's.
    """

    volunteer_no: str
    name: str
    printed_as: str
    missing: tuple[str, ...]

    @property
    def is_readable(self) -> bool:
        """Whether pinyin can write the whole name: where it cannot, the card would show question marks."""
        return "?" not in self.printed_as or "?" in normalize("NFKC", self.name)


class Drawing:
    """One PDF of A4 pages. Lengths are in mm, positions from the upper left corner of the page, sizes in points."""

    def __init__(self, shelf: FontShelf, brand: Colour, centre_name: str, created: datetime) -> None:
        from fpdf import FPDF

        self._pdf = FPDF(orientation="portrait", unit="mm", format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_creation_date(created)
        self.lettering = Lettering(self._pdf, shelf)
        self.romanised: list[RomanisedName] = []
        self.romanised_words: dict[str, None] = {}
        self.brand = brand
        self.words = self._labels()
        self.centre = self.word(centre_name)
        self._pdf.set_title("".join(text for _, text in self.words["card.title"]))

    def content(self) -> bytes:
        """The file, with the glyphs that were used of each font and no others."""
        return bytes(self._pdf.output())

    def new_page(self) -> None:
        """Go on on a page of its own."""
        self._pdf.add_page()

    def write(
        self,
        x: float,
        baseline: float,
        stretches: Stretches,
        size: float,
        *,
        within: float,
        align: Literal["left", "right", "centre"] = "left",
        style: Literal["", "B"] = "",
        colour: Colour = INK,
    ) -> None:
        """Write words in one line, as much smaller as fits `within`."""
        self._pdf.set_text_color(*colour)
        self.lettering.write(x, baseline, stretches, size, within=within, align=align, style=style)

    def word(self, text: str) -> Stretches:
        """A team or the centre as it can be printed, in pinyin where no font has it."""
        stretches = self.lettering.lay(text)
        if stretches is None:
            self.romanised_words[text] = None
            return [(None, romanise(text))]
        return stretches

    def name(self, face: CardFace) -> Stretches:
        """A volunteer's name as it can be printed, in pinyin where no font has a character of it."""
        stretches = self.lettering.lay(face.name)
        if stretches is None:
            printed_as = romanise(face.name)
            missing = self.lettering.undrawable(face.name)
            self.romanised.append(RomanisedName(face.volunteer_no, face.name, printed_as, missing))
            return [(None, printed_as)]
        return stretches

    def symbol(self, left: float, top: float, code: str) -> None:
        """The QR code with its quiet zone on white; `left` and `top` are those of its first module."""
        self.fill(_WHITE, left - QUIET, top - QUIET, QR_WIDTH + 2 * QUIET, QR_WIDTH + 2 * QUIET)
        for row, modules in enumerate(qr_modules(code)):
            for column, length in dark_runs(modules):
                self.fill(_BLACK, left + column * MODULE, top + row * MODULE, length * MODULE, MODULE)

    def fill(self, colour: Colour, x: float, y: float, width: float, height: float) -> None:
        """A filled rectangle."""
        self._pdf.set_fill_color(*colour)
        self._pdf.rect(x, y, width, height, style="F")

    def outline(self, x: float, y: float, width: float, height: float) -> None:
        """A hair line around a card."""
        self._pdf.set_draw_color(*HAIRLINE)
        self._pdf.set_line_width(0.1)
        self._pdf.rect(x, y, width, height)

    def mark(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """One cut mark."""
        self._pdf.set_draw_color(*GREY)
        self._pdf.set_line_width(0.15)
        self._pdf.line(x, y, to_x, to_y)

    def _labels(self) -> dict[str, Stretches]:
        """The words that are the same on every card, in English if no font draws the language in force."""
        for language in (current_language(), "en"):
            words = catalogue(language, "volunteers")
            labels = {key: self.lettering.lay(words[key]) for key in ("card.title", "card.found")}
            drawable = {key: stretches for key, stretches in labels.items() if stretches is not None}
            if len(drawable) == len(labels):
                break
        return drawable


def ink_on(background: Colour) -> Colour:
    """Near-black or white, whichever stands out more (relative luminance, WCAG 2.1)."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(channel) for channel in background)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return INK if luminance > 0.179 else _WHITE
