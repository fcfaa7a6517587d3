"""The list of every screen: rows drawn only where they are seen, however many there are."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from frontdesk.common.text import pad, shorten
from frontdesk.errors import CodedError
from frontdesk.shell.rowsource import RowSource

log = logging.getLogger("frontdesk")

LEAST_SHARE = 8
"""Cells that a flexible column needs before optional ones are shown."""

AMPLE_SHARE = 20
"""Cells that a flexible column has before any other grows."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, and a fixed width in cells or a share of what is left (`width` 0).

    An `optional` column makes room where the window is too narrow for the others, the last one first. A column with a
    `widest` grows up to that where the flexible ones have `AMPLE_SHARE` all the same.
    """

    title: str
    width: int = 0
    align: Literal["left", "right"] = "left"
    optional: bool = False
    widest: int = 0


@dataclass(frozen=True)
class Row:
    """A row: the key by which it is found again, its cells, and a tone that colours it."""

    key: str
    cells: tuple[str, ...]
    tone: Literal["", "good", "warning", "bad", "muted", "heading"] = ""


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """A list with a heading line and a cursor. Only visible rows are drawn."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rowlist--heading",
        "rowlist--cursor",
        "rowlist--kept",
        "rowlist--good",
        "rowlist--warning",
        "rowlist--bad",
        "rowlist--muted",
    }

    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, rows: RowList, row: Row | None) -> None:
            super().__init__()
            self.rows = rows
            self.row = row

        @property
        def control(self) -> RowList:
            """The list that sent this."""
            return self.rows

    class Chosen(Message):
        """Enter was pressed on a row, or it was clicked."""

        def __init__(self, rows: RowList, row: Row) -> None:
            super().__init__()
            self.rows = rows
            self.row = row

        @property
        def control(self) -> RowList:
            """The list that sent this."""
            return self.rows

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "",
        keeps_cursor: bool = False,
        skips_headings: bool = False,
        id: str | None = None,
    ) -> None:
        """`empty` is said where there are no rows; `keeps_cursor` shows the chosen row while something else has the
        focus; `skips_headings` keeps the cursor off rows that are headings.
        """
        super().__init__(id=id)
        self.keeps_cursor = keeps_cursor
        self.columns = tuple(columns)
        self.skips_headings = skips_headings
        self.empty = empty
        self._rows: Sequence[Row] | RowSource = ()
        self._waiting = False
        self._choose_when_here = False
        self._shown: dict[int, Strip] = {}
        self._shared_for = -1
        self._widths: tuple[int, ...] = ()

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that are shown; of a source those that are here."""
        return [row for row in self._rows if row is not None] if isinstance(self._rows, RowSource) else self._rows

    @property
    def current(self) -> Row | None:
        """The row under the cursor; None in an empty list, and while a row of a source is on its way."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Have other columns from now on; the rows that fit them come next."""
        self.columns = tuple(columns)
        self._shared_for = -1
        self._shown.clear()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows.

        The cursor stays on the row with the same key where it still is, else on its place.
        """
        before = self.current
        place = min(self.cursor, max(0, len(rows) - 1))
        if before is not None:
            place = next((index for index, row in enumerate(rows) if row.key == before.key), place)
        self._take(rows, place, before)

    def set_source(self, source: RowSource, place: int) -> None:
        """Show the rows of a source with the cursor on a place; they are fetched as they come into sight."""
        self._take(source, max(0, min(place, len(source) - 1)), self.current)
        self._look_after()

    def _take(self, rows: Sequence[Row] | RowSource, place: int, before: Row | None) -> None:
        self._rows = rows
        self._choose_when_here = False
        self.virtual_size = Size(0, len(rows) + 1)
        self.set_reactive(RowList.cursor, place)
        self._show_cursor()
        self.refresh()
        after = self.current
        if (before.key if before else None) != (after.key if after else None):
            self.post_message(self.Moved(self, after))

    def move_to(self, key: str) -> bool:
        """Put the cursor on the row with this key; False if it is not there."""
        place = next((index for index, row in enumerate(self._rows) if row is not None and row.key == key), None)
        if place is None:
            return False
        self.cursor = place
        return True

    def _look_after(self) -> None:
        """Have fetched what a source lacks around the window and the cursor."""
        if isinstance(self._rows, RowSource) and not self._waiting and self._rows.missing(*self._in_sight()):
            self._waiting = True
            self.call_later(self._fetch)

    def _in_sight(self) -> tuple[int, int]:
        """The first and the last place that are seen or nearly seen, or stand under the cursor."""
        height, top = max(1, self.size.height), round(self.scroll_offset.y)
        if self.cursor < top - 1 or self.cursor > top + height:
            # The window follows the cursor: what lies where it was is not needed any more.
            top = self.cursor
        return top - height, top + 2 * height

    async def _fetch(self) -> None:
        """Fetch until everything in sight is here; the window may have moved on meanwhile."""
        try:
            while isinstance(self._rows, RowSource) and await self._rows.load(*self._in_sight()):
                self.refresh()
        except CodedError as failure:
            # The screen that owns the list says what went wrong when it loads again.
            log.warning("%s.%s", failure.area, failure.code)
        finally:
            self._waiting = False
        self.post_message(self.Moved(self, self.current))
        if self._choose_when_here:
            self._choose_when_here = False
            self.choose()

    async def settled(self) -> None:
        """Wait until the row under the cursor is here."""
        source = self._rows
        if isinstance(source, RowSource) and len(source):
            await source.load(self.cursor, self.cursor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Fetch what comes into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._look_after()

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor inside the list."""
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self) -> None:
        """Show the row and tell about it."""
        self._show_cursor()
        self.refresh()
        self._look_after()
        if not self._waiting:
            self.post_message(self.Moved(self, self.current))

    def centre_cursor(self) -> None:
        """Scroll so that the row under the cursor stands in the middle of what is seen."""
        self.scroll_to(y=max(0, self.cursor - self.size.height // 2), animate=False, force=True, immediate=True)

    def _show_cursor(self) -> None:
        if self.is_attached:
            # The heading covers the first line, so the line above the row is made visible with it; and the heading of
            # a group together with the first of it.
            above = 1 if self._is_skipped(self.cursor - 1) else 0
            self.scroll_to_region(
                Region(0, self.cursor - above, max(1, self.size.width), 2 + above),
                animate=False,
                force=True,
                immediate=True,
            )

    def _is_skipped(self, place: int) -> bool:
        if not self.skips_headings or not 0 <= place < len(self._rows):
            return False
        row = self._rows[place]
        return row is not None and row.tone == "heading"

    def _step(self, by: int) -> None:
        """Move the cursor, past a heading where those are skipped: onwards if there is a row, else back."""
        place = self.validate_cursor(self.cursor + by)
        for onwards in (1 if by > 0 else -1, -1 if by > 0 else 1):
            while self._is_skipped(place):
                place += onwards
            if 0 <= place < len(self._rows):
                break
            place = self.validate_cursor(place)
        self.cursor = place

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._shown.clear()
        self._show_cursor()
        self._look_after()

    def _share(self, width: int) -> tuple[int, ...]:
        """The width of every column; 0 for one that had to make room."""
        shown = list(range(len(self.columns)))
        while True:
            fixed = sum(self.columns[place].width for place in shown)
            flexible = [place for place in shown if self.columns[place].width == 0]
            left = max(0, width - fixed - (len(shown) - 1))
            spare = [place for place in shown if self.columns[place].optional]
            if not spare or left >= LEAST_SHARE * len(flexible):
                break
            shown.remove(spare[-1])
        widths = [self.columns[place].width if place in shown else 0 for place in range(len(self.columns))]
        for place in shown:
            more = min(self.columns[place].widest - widths[place], left - AMPLE_SHARE * len(flexible))
            if self.columns[place].widest and more > 0:
                widths[place] += more
                left -= more
        for order, place in enumerate(flexible):
            widths[place] = left // len(flexible) + (1 if order < left % len(flexible) else 0)
        return tuple(widths)

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the heading, a row, or nothing."""
        width = self.scrollable_content_region.width
        if width != self._shared_for:
            self._widths, self._shared_for = self._share(width), width
        if y == 0:
            style = self.get_component_rich_style("rowlist--heading", partial=True)
            return self._line(tuple(column.title for column in self.columns), style, width)
        index = y + round(self.scroll_offset.y) - 1
        if index >= len(self._rows):
            if not self._rows and y == 1 and self.empty:
                muted = self.get_component_rich_style("rowlist--muted", partial=True)
                return self._text(shorten(self.empty, width), muted, width)
            return Strip.blank(width, self.rich_style)
        row = self._rows[index]
        if row is None:
            # What stood here before stays for the moment until the row comes: a list that blinks is hard to read.
            return self._shown.get(y, Strip.blank(width, self.rich_style))
        self._shown[y] = self._row_line(row, index, width)
        return self._shown[y]

    def _row_line(self, row: Row, index: int, width: int) -> Strip:
        style = self.get_component_rich_style(f"rowlist--{row.tone}", partial=True) if row.tone else Style()
        if index == self.cursor and self.has_focus:
            style += self.get_component_rich_style("rowlist--cursor", partial=True)
        elif index == self.cursor and self.keeps_cursor:
            style += self.get_component_rich_style("rowlist--kept", partial=True)
        return self._line(row.cells, style, width)

    def _line(self, cells: tuple[str, ...], style: Style, width: int) -> Strip:
        parts = [
            pad(shorten(cell, size), size, column.align)
            for cell, size, column in zip(cells, self._widths, self.columns, strict=False)
            if size
        ]
        return self._text(" ".join(parts), style, width)

    def _text(self, text: str, style: Style, width: int) -> Strip:
        return Strip([Segment(text, self.rich_style + style)]).adjust_cell_length(width, self.rich_style + style)

    def on_focus(self) -> None:
        """Draw the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the cursor away."""
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Choose the row under the mouse."""
        index = event.y + round(self.scroll_offset.y) - 1
        if event.y > 0 and index < len(self._rows) and not self._is_skipped(index):
            self.cursor = index
            if event.chain == 2:
                self.choose()

    def take_key(self, key: str) -> bool:
        """Act on a key at once; False where it means nothing here.

        The application calls this before it looks at the next key. As a binding the key would wander through the
        queues of all widgets above, and a command typed after it would still find the old row.
        """
        page = max(1, self.size.height - 2)
        steps = {
            "up": -1,
            "down": 1,
            "pageup": -page,
            "pagedown": page,
            "home": -len(self._rows),
            "end": len(self._rows),
        }
        if key in steps:
            self._step(steps[key])
        elif key == "enter":
            self.choose()
        else:
            return False
        return True

    def choose(self) -> None:
        """Tell that the row was chosen."""
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current))
        elif self._waiting:
            self._choose_when_here = True
