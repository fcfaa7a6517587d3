"""The sheet that the poster is drawn on: A4 or A3, everything drawn in the measures of A4 and larger on A3. In mm."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from frontdesk.common.fonts import FontShelf
from frontdesk.common.lettering import Align
from frontdesk.common.page import GREY, INK, Colour, PaperPage

PaperSize = Literal["A4", "A3"]

WIDTH, HEIGHT = 210.0, 297.0
MARGIN = 12.0
INNER = WIDTH - 2 * MARGIN
FOOT = HEIGHT - 9.0
BOTTOM = HEIGHT - 14.0

WHITE: Colour = (255, 255, 255)

_SCALES: dict[PaperSize, float] = {"A4": 1.0, "A3": 297.0 / 210.0}


def on_colour(colour: Colour) -> Colour:
    """White or ink, whichever is read better on a colour (relative luminance, WCAG 2.1)."""
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return WHITE if (1.05) / (luminance + 0.05) >= (luminance + 0.05) / 0.06 else INK


class PosterPage(PaperPage):
    """A PDF of upright A4 or A3 pages, with words of the area `monthly`."""

    def __init__(self, shelf: FontShelf, size: PaperSize, *, created: datetime, brand: Colour) -> None:
        super().__init__(shelf, "monthly", created=created, brand=brand, paper=size)
        self._scale = _SCALES[size]

    def text(
        self,
        x: float,
        middle: float,
        text: str,
        size: float,
        within: float,
        align: Align = "left",
        style: Literal["", "B"] = "",
        colour: Colour = INK,
    ) -> None:
        """One line with its middle at `middle`, at `size` points or as much smaller as fits `within` mm."""
        scale = self._scale
        super().text(x * scale, middle * scale, text, size * scale, within * scale, align, style, colour)

    def fill(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        scale = self._scale
        super().fill(x * scale, y * scale, width * scale, height * scale, colour)

    def outline(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """The outline of a rectangle in a colour."""
        scale = self._scale
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(0.45 * scale)
        self.pdf.rect(x * scale, y * scale, width * scale, height * scale)

    def rule(self, x: float, y: float, width: float, colour: Colour = GREY, thickness: float = 0.15) -> None:
        """A level line."""
        scale = self._scale
        super().rule(x * scale, y * scale, width * scale, colour, thickness * scale)

    def chip(
        self, x: float, y: float, lines: list[str], size: float, width: float, colour: Colour, *, filled: bool = False
    ) -> float:
        """Words in a frame of a colour, or on it; returns its height."""
        leading = size * 0.46
        height = leading * len(lines) + 1.6
        if filled:
            self.fill(x, y, width, height, colour)
        else:
            self.outline(x, y, width, height, colour)
        ink = on_colour(colour) if filled else INK
        for place, line in enumerate(lines):
            middle = y + 0.8 + leading * (place + 0.5)
            self.text(x + width / 2, middle, line, size, width - 1.6, "centre", colour=ink)
        return height

    def finish_poster(self, left: str) -> bytes:
        """Put `left` and the page numbers at the foot of every page and return the PDF."""
        pages = self.pdf.pages_count
        for number in range(1, pages + 1):
            self.pdf.page = number
            # The page ends in another font than that of the last foot.
            self.pdf.current_font_is_set_on_page = False
            self.text(MARGIN, FOOT, left, 8.5, INNER * 0.74, colour=GREY)
            place = self.say("page", page=number, pages=pages)
            self.text(MARGIN + INNER, FOOT, place, 8.5, INNER * 0.24, "right", colour=GREY)
        return bytes(self.pdf.output())
