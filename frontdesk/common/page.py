"""Pages while they are being drawn: lettering in the installed fonts, tables, wrapped words. In mm, A4 upright."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from frontdesk.common.fonts import FontShelf
from frontdesk.common.lettering import Align, Lettering, Typesetter, drawable_language
from frontdesk.locale import catalogue

if TYPE_CHECKING:
    from fpdf import FPDF

Colour = tuple[int, int, int]
Paper = Literal["A3", "A4", "A5"]
Style = Literal["", "B"]

WIDTH, HEIGHT = 210.0, 297.0
MARGIN = 18.0
INNER = WIDTH - 2 * MARGIN
FOOT = HEIGHT - 14.0

INK: Colour = (25, 25, 25)
GREY: Colour = (95, 95, 95)
LINE: Colour = (165, 165, 165)
PALE: Colour = (244, 240, 234)

_BREAKS_AFTER = " -/"


@dataclass(frozen=True)
class PaperColumn:
    """A column of a table: heading, width in mm, alignment."""

    heading: str
    width: float
    align: Align = "left"


class PaperPage:
    """A PDF of A4 pages. Words come from one area of the catalogue, `paper.<key>` unless another prefix is named, in
    the language in force, in English where no installed font draws that one.
    """

    def __init__(
        self,
        shelf: FontShelf,
        area: str,
        *,
        created: datetime,
        brand: Colour,
        paper: Paper = "A4",
        landscape: bool = False,
        prefix: str = "paper",
    ) -> None:
        """`head` and `finish` are for A4 upright; whoever draws on another paper places its own."""
        from fpdf import FPDF

        # fpdf2 warns of its own A5, which was too high by a millimetre once.
        size = (148.0, 210.0) if paper == "A5" else paper
        self.pdf: FPDF = FPDF(orientation="landscape" if landscape else "portrait", unit="mm", format=size)
        self.pdf.set_auto_page_break(False)
        self.pdf.set_creation_date(created)
        self.lettering = Lettering(self.pdf, shelf)
        self.brand = brand
        self._typesetter = Typesetter(self.lettering)
        self.romanised = self._typesetter.romanised
        self._area, self._prefix = area, prefix
        self.language = drawable_language(self.lettering, area, f"{prefix}.")

    def say(self, key: str, **values: object) -> str:
        """Words of the paper in its language."""
        text = catalogue(self.language, self._area)[f"{self._prefix}.{key}"]
        return text.format(**values) if values else text

    def weekday(self, day: date) -> str:
        """The name of its weekday."""
        return catalogue(self.language, "common")[f"weekday.{day.isoweekday()}"]

    def new_page(self, title: str = "") -> None:
        """Begin a page; the first title is that of the document."""
        self.pdf.add_page()
        if title and self.pdf.pages_count == 1:
            self.pdf.set_title("".join(text for _, text in self._typesetter.lay(title)))

    def text(
        self,
        x: float,
        middle: float,
        text: str,
        size: float,
        within: float,
        align: Align = "left",
        style: Style = "",
        colour: Colour = INK,
    ) -> None:
        """One line with its middle at `middle`, at `size` points or as much smaller as fits `within` mm."""
        if not text:
            return
        self.pdf.set_text_color(*colour)
        self._typesetter.write(x, middle, text, size, within=within, align=align, style=style)

    def width(self, text: str, size: float, style: Style = "") -> float:
        """How wide a text is at `size` points."""
        return self._typesetter.width(text, size, style)

    def wrapped(self, text: str, size: float, within: float) -> list[str]:
        """A text in lines that fit `within`: Chinese is broken anywhere but before a mark, Latin at spaces."""
        # What is drawn may be longer than what is written, where no font has it.
        shown = "".join(part for _, part in self._typesetter.lay(text))
        lines, line = [], ""
        for character in shown:
            if line and self._typesetter.width(line + character, size) > within:
                kept = len(line)
                if character in "，。、；：）》」”" or (ord(character) < 0x2E80 and ord(line[-1]) < 0x2E80):
                    places = [place + 1 for place, one in enumerate(line) if one in _BREAKS_AFTER or ord(one) >= 0x2E80]
                    places = [place for place in places if place < len(line)]
                    kept = places[-1] if places else kept
                lines.append(line[:kept].rstrip())
                line = line[kept:].lstrip()
            line += character
        return [*lines, line]

    def paragraph(
        self, x: float, top: float, text: str, size: float, within: float, leading: float, colour: Colour = INK
    ) -> float:
        """A text in as many lines as it takes, `leading` mm apart; where the next thing may begin."""
        for line in self.wrapped(text, size, within):
            self.text(x, top + leading / 2, line, size, within, colour=colour)
            top += leading
        return top

    def fill(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        self.pdf.set_fill_color(*colour)
        self.pdf.rect(x, y, width, height, style="F")

    def frame(self, x: float, y: float, width: float, height: float, thickness: float = 0.15) -> None:
        """The outline of a rectangle."""
        self.pdf.set_draw_color(*LINE)
        self.pdf.set_line_width(thickness)
        self.pdf.rect(x, y, width, height)

    def rule(self, x: float, y: float, width: float, colour: Colour = LINE, thickness: float = 0.15) -> None:
        """A level line."""
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(thickness)
        self.pdf.line(x, y, x + width, y)

    def row(
        self,
        x: float,
        y: float,
        height: float,
        columns: Sequence[PaperColumn],
        cells: Sequence[str],
        *,
        size: float = 9.0,
        heading: bool = False,
        strong: bool = False,
    ) -> None:
        """One row of a table with the line below it."""
        total = sum(column.width for column in columns)
        if heading:
            self.fill(x, y, total, height, PALE)
        place = x
        for column, cell in zip(columns, cells, strict=True):
            at = {"left": place + 1.5, "right": place + column.width - 1.5, "centre": place + column.width / 2}
            style: Style = "B" if heading or strong else ""
            self.text(at[column.align], y + height / 2, cell, size, column.width - 3, column.align, style)
            place += column.width
        self.rule(x, y + height, total)

    def head(self, title: str, under: str, centre: str) -> float:
        """The heading of a page; where its content begins."""
        self.new_page(f"{centre} {title}")
        self.fill(MARGIN, MARGIN - 4, INNER, 1.2, self.brand)
        self.text(MARGIN, MARGIN + 4.5, title, 17, INNER * 0.62, style="B")
        self.text(MARGIN + INNER, MARGIN + 4.5, centre, 10.5, INNER * 0.36, "right", colour=GREY)
        self.text(MARGIN, MARGIN + 12, under, 10, INNER, colour=GREY)
        return MARGIN + 18

    def finish(self, left: str) -> bytes:
        """Put `left` and the page numbers at the foot of every page and return the PDF."""
        for place in self.each_foot():
            self.text(MARGIN, FOOT, left, 8, INNER * 0.75, colour=GREY)
            self.text(MARGIN + INNER, FOOT, place, 8, INNER * 0.24, "right", colour=GREY)
        return bytes(self.pdf.output())

    def each_foot(self) -> Iterator[str]:
        """Go to every page once more, each with the words of its number."""
        pages = self.pdf.pages_count
        for number in range(1, pages + 1):
            self.pdf.page = number
            # The page ends in another font than that of the last foot.
            self.pdf.current_font_is_set_on_page = False
            yield self.say("page", page=number, pages=pages)
