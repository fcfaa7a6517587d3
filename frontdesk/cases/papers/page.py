"""Pages of papers of cases while they are drawn: upright or across, tables that go on over pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING

from frontdesk.common.fonts import FontShelf
from frontdesk.common.lettering import Align, romanise
from frontdesk.common.names import is_han
from frontdesk.common.page import GREY, HEIGHT, INK, LINE, MARGIN, PALE, WIDTH, Colour, PaperColumn, PaperPage, Style

if TYPE_CHECKING:
    from frontdesk.context import Context

_LONGEST_WORD = 30
"""A text that is longer is no name: of it only the characters that no font has are written otherwise."""
_NO_LINE_BEGINS_WITH = "，。、；：）》」”！？,.;:)!?%"
_NO_LINE_ENDS_WITH = "（《“「‘([{"
_BREAKS_AFTER = " -/"
_AT = 100.0
"""Points at which characters are measured."""
_PAD = 1.5
_SHORT = 28.0
"""So wide is a column that is not made narrower where others can be."""


class CasePage(PaperPage):
    """A PDF of A4 pages that knows how wide and high they are. All measures in mm."""

    def __init__(self, shelf: FontShelf, context: Context, *, landscape: bool = False) -> None:
        # The same record on the same day is the same file.
        created = datetime.combine(context.today(), time(), context.zone)
        super().__init__(shelf, "case_papers", created=created, brand=context.settings.brand_rgb, landscape=landscape)
        self.wide, self.high = (HEIGHT, WIDTH) if landscape else (WIDTH, HEIGHT)
        self.inner = self.wide - 2 * MARGIN
        self.foot = self.high - 14.0
        self.bottom = self.foot - 6.0
        self._advance: dict[str, float] = {}
        self._clean: dict[str, str] = {}

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
        """One line, as `PaperPage` draws it, with something for every character that no font has."""
        super().text(x, middle, self.clean(text), size, within, align, style, colour)

    def clean(self, text: str) -> str:
        """The text without what is never seen. In a long one, what no font has becomes pinyin or a question mark where
        it stands, so that the rest can be read.
        """
        if text in self._clean:
            return self._clean[text]
        shown = "".join(" " if one in "\t\r\n" else one for one in text if not 0xFE00 <= ord(one) <= 0xFE0F)
        for character in self.lettering.undrawable(shown):
            if character in "\u200b\u200c\u200d\u2060\ufeff":
                shown = shown.replace(character, "")
            elif not is_han(character):
                shown = shown.replace(character, "?")
            elif len(shown) > _LONGEST_WORD:
                self.romanised[character] = None
                shown = shown.replace(character, f"({romanise(character)})")
        self._clean[text] = shown
        return shown

    def width(self, text: str, size: float, style: Style = "") -> float:
        """How wide a text is at `size` points, measured character by character: tables ask for thousands."""
        return sum(self._measured(one) for one in text) * size / _AT

    def _measured(self, character: str) -> float:
        if character not in self._advance:
            self._advance[character] = super().width(character, _AT)
        return self._advance[character]

    def wrapped(self, text: str, size: float, within: float) -> list[str]:
        """A text in lines that fit `within`; its own line ends stay. Chinese is broken anywhere but before a mark,
        Latin at spaces.
        """
        return [line for part in text.split("\n") for line in self._wrapped(self.clean(part), size, within)]

    def _wrapped(self, text: str, size: float, within: float) -> list[str]:
        room = within * _AT / size
        lines: list[str] = []
        start, used = 0, 0.0
        place = 0
        while place < len(text):
            advance = self._measured(text[place])
            if used + advance > room and place > start:
                cut = self._cut(text, start, place)
                lines.append(text[start:cut].rstrip())
                start = cut
                while start < len(text) and text[start] == " ":
                    start += 1
                place, used = max(place, start), sum(self._measured(one) for one in text[start : max(place, start)])
                continue
            used += advance
            place += 1
        return [*lines, text[start:]]

    def _cut(self, text: str, start: int, place: int) -> int:
        """Where a line that is full before `place` ends."""
        for cut in range(place, start, -1):
            first, before = text[cut], text[cut - 1]
            if first in _NO_LINE_BEGINS_WITH or before in _NO_LINE_ENDS_WITH:
                continue
            if before in _BREAKS_AFTER or ord(before) >= 0x2E80 or ord(first) >= 0x2E80:
                # A long word of its own is broken where it must be: half a line is never left empty for it.
                return cut if cut - start > (place - start) // 2 else place
        return place

    def top(self, title: str, under: str, centre: str) -> float:
        """The heading of a page, however wide; where its content begins."""
        self.new_page(f"{centre} {title}")
        self.fill(MARGIN, MARGIN - 4, self.inner, 1.2, self.brand)
        self.text(MARGIN, MARGIN + 4.5, title, 17, self.inner * 0.62, style="B")
        self.text(MARGIN + self.inner, MARGIN + 4.5, centre, 10.5, self.inner * 0.36, "right", colour=GREY)
        self.text(MARGIN, MARGIN + 12, under, 10, self.inner, colour=GREY)
        return MARGIN + 18

    def wall_top(self, title: str, centre: str) -> float:
        """The heading of a notice for the wall: large, on the first page only; where its content begins."""
        self.new_page(f"{centre} {title}")
        self.fill(MARGIN, MARGIN - 4, self.inner, 1.6, self.brand)
        if self.pdf.pages_count > 1:
            return MARGIN + 4
        self.text(MARGIN + self.inner / 2, MARGIN + 12, title, 24, self.inner, "centre", "B")
        self.text(MARGIN + self.inner / 2, MARGIN + 22, centre, 12, self.inner, "centre", colour=GREY)
        return MARGIN + 32

    def end(self, left: str) -> bytes:
        """`left` and the number of the page at the foot of each; the PDF."""
        for place in self.each_foot():
            self.text(MARGIN, self.foot, left, 8, self.inner * 0.75, colour=GREY)
            self.text(MARGIN + self.inner, self.foot, place, 8, self.inner * 0.24, "right", colour=GREY)
        return bytes(self.pdf.output())

    def cell(self, x: float, y: float, width: float, height: float) -> None:
        """The outline of a cell of a table."""
        self.pdf.set_draw_color(*LINE)
        self.pdf.set_line_width(0.15)
        self.pdf.rect(x, y, width, height)

    def table(
        self,
        y: float,
        columns: Sequence[PaperColumn],
        rows: Sequence[Sequence[str]],
        turn: Callable[[], float],
        *,
        size: float = 9.0,
        sums: Sequence[str] = (),
        least: float = 7.0,
    ) -> float:
        """A table from `y` on, over as many pages as it takes, each with the heading: `turn` begins one and says where.
        Where the next thing may begin. A row is divided only where a page has no room for it.
        """
        leading = size * 0.5
        heading = [self.wrapped(one.heading, size, one.width - 2 * _PAD) for one in columns]
        high = max(least, max(map(len, heading)) * leading + 2 * _PAD)
        if y + high + least > self.bottom:
            y = turn()
        y = self._line(y, columns, heading, high, size, strong=True)
        for row, strong in [*((one, False) for one in rows), *([(sums, True)] if sums else [])]:
            cells = [self.wrapped(one, size, column.width - 2 * _PAD) for one, column in zip(row, columns, strict=True)]
            is_fresh = False
            while True:
                height = max(least, max(map(len, cells)) * leading + 2 * _PAD)
                if y + height <= self.bottom:
                    y = self._line(y, columns, cells, height, size, strong=strong)
                    break
                room = int((self.bottom - y - 2 * _PAD) / leading)
                whole = int((self.bottom - MARGIN - 30 - high) / leading)
                if not is_fresh and (max(map(len, cells)) <= whole or room < 3):
                    y = self._line(turn(), columns, heading, high, size, strong=True)
                    is_fresh = True
                    continue
                room = max(1, room)
                part, cells = [one[:room] for one in cells], [one[room:] for one in cells]
                y = self._line(y, columns, part, room * leading + 2 * _PAD, size, strong=strong)
                is_fresh = False
        return y

    def _line(
        self,
        y: float,
        columns: Sequence[PaperColumn],
        cells: Sequence[Sequence[str]],
        height: float,
        size: float,
        *,
        strong: bool,
    ) -> float:
        leading, x = size * 0.5, MARGIN
        for column, lines in zip(columns, cells, strict=True):
            if strong:
                self.fill(x, y, column.width, height, PALE)
            self.cell(x, y, column.width, height)
            at = {"left": x + _PAD, "right": x + column.width - _PAD, "centre": x + column.width / 2}[column.align]
            middle = y + height / 2 - (len(lines) - 1) * leading / 2
            for line in lines:
                self.text(at, middle, line, size, column.width - 2 * _PAD, column.align, "B" if strong else "")
                middle += leading
            x += column.width
        return y + height

    def shares(
        self,
        headings: Sequence[str],
        aligns: Sequence[Align],
        rows: Sequence[Sequence[str]],
        size: float,
        width: float,
    ) -> list[float]:
        """How wide the columns of a table are that fills `width`: by what stands in them, none too narrow to read. Room
        to spare goes to words, not to numbers and days.
        """
        wanted = []
        for place, heading in enumerate(headings):
            lines = {line for row in rows for line in row[place].split("\n")}
            longest = max((self.width(line, size) for line in lines), default=0.0)
            wanted.append(max(self.width(heading, size), min(longest, width * 0.45)) + 2 * _PAD + 2.5)
        spare = width - sum(wanted)
        if spare >= 0:
            weights = [one if align == "left" else 0.0 for one, align in zip(wanted, aligns, strict=True)]
            weights = weights if any(weights) else wanted
            return [one + spare * weight / sum(weights) for one, weight in zip(wanted, weights, strict=True)]
        # What is short, as a day or a number, stays on one line.
        least = [one if one <= _SHORT else 22.0 for one in wanted]
        if sum(least) > width:
            least = [min(one, 17.0) for one in wanted]
        room, over = width - sum(least), sum(wanted) - sum(least)
        if room <= 0:
            return [one * width / sum(wanted) for one in wanted]
        return [low + (one - low) * room / over for one, low in zip(wanted, least, strict=True)]
