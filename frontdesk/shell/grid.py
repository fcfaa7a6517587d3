"""A grid with a cursor cell: row headings down, column headings across, drawn only where it is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from frontdesk.common.text import display_width, pad, shorten

Tone = Literal["", "good", "warning", "bad", "muted", "standby", "heading", "today"]


TOUCHING = 2
"""Columns of so many cells have no gap between them."""


@dataclass(frozen=True)
class GridText:
    """One line of a cell: its text, marks that are never cut off behind it, and a tone that colours it."""

    text: str = ""
    marks: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class GridRow:
    """A row: the key by which it is found again, the lines of its heading, and the lines of each of its cells."""

    key: str
    heading: tuple[str, ...]
    cells: tuple[tuple[GridText, ...], ...]


@dataclass(frozen=True)
class GridContent:
    """All that a grid shows: one heading for each column by its key, and rows of `lines` lines each.

    `edges` marks columns by their place with a sign that stands in the gap before their heading.
    """

    corner: str
    columns: tuple[tuple[str, GridText], ...]
    rows: tuple[GridRow, ...]
    heading_width: int
    lines: int = 1
    least_width: int = 2
    most_width: int = 24
    edges: dict[int, str] = field(default_factory=dict)


class Grid(ScrollView, can_focus=True, inherit_bindings=False):
    """The grid. Its columns share the width; where they do not fit, those around the cursor are shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--heading",
        "grid--today",
        "grid--cursor",
        "grid--kept",
        "grid--good",
        "grid--warning",
        "grid--bad",
        "grid--muted",
        "grid--standby",
    }

    place: reactive[tuple[int, int]] = reactive((0, 0))
    """Row and column of the cursor."""

    class Moved(Message):
        """The cursor stands on another cell."""

        def __init__(self, grid: Grid) -> None:
            super().__init__()
            self.grid = grid

        @property
        def control(self) -> Grid:
            """The grid that sent this."""
            return self.grid

    class Chosen(Moved):
        """Enter was pressed on a cell, or it was clicked twice."""

    class Left(Moved):
        """The cursor was moved beyond the first column (`step` -1) or the last one (1)."""

        def __init__(self, grid: Grid, step: int) -> None:
            super().__init__(grid)
            self.step = step

    def __init__(self, *, empty: str = "", id: str | None = None) -> None:
        """`empty` is said where there are no rows."""
        super().__init__(id=id)
        self.empty = empty
        self._content = GridContent("", (), (), 0)
        self._first_column = 0

    @property
    def content(self) -> GridContent:
        """What is shown."""
        return self._content

    @property
    def row_key(self) -> str | None:
        """The key of the row under the cursor; None in an empty grid."""
        row = self.place[0]
        return self._content.rows[row].key if row < len(self._content.rows) else None

    @property
    def column_key(self) -> str | None:
        """The key of the column under the cursor; None in an empty grid."""
        column = self.place[1]
        return self._content.columns[column][0] if column < len(self._content.columns) else None

    def set_content(self, content: GridContent) -> None:
        """Show something else; the cursor stays on the same row and column where they still are."""
        before = self.row_key, self.column_key
        self._content = content
        row = next((at for at, one in enumerate(content.rows) if one.key == before[0]), self.place[0])
        column = next((at for at, one in enumerate(content.columns) if one[0] == before[1]), self.place[1])
        self.virtual_size = Size(0, len(content.rows) * content.lines + 1)
        self.set_reactive(Grid.place, self.validate_place((row, column)))
        self._show_cursor()
        self.refresh()
        if before != (self.row_key, self.column_key):
            self.post_message(self.Moved(self))

    def move_to(self, row_key: str | None = None, column_key: str | None = None) -> None:
        """Put the cursor on a row, a column or both, as far as they are here."""
        row, column = self.place
        row = next((at for at, one in enumerate(self._content.rows) if one.key == row_key), row)
        column = next((at for at, one in enumerate(self._content.columns) if one[0] == column_key), column)
        self.place = (row, column)

    def validate_place(self, place: tuple[int, int]) -> tuple[int, int]:
        """Keep the cursor inside the grid."""
        rows, columns = len(self._content.rows), len(self._content.columns)
        return max(0, min(place[0], rows - 1)), max(0, min(place[1], columns - 1))

    def watch_place(self) -> None:
        """Show the cell and tell about it."""
        self._show_cursor()
        self.refresh()
        self.post_message(self.Moved(self))

    def _show_cursor(self) -> None:
        if not self.is_attached:
            return
        lines = self._content.lines
        # The heading covers the first line, so the line above the row is made visible with it.
        region = Region(0, self.place[0] * lines, max(1, self.size.width), lines + 1)
        self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._show_cursor()

    def _shared(self, width: int) -> tuple[int, int]:
        """The cells of a column with the gap before it, and how many columns there is room for."""
        content = self._content
        room, count = max(0, width - content.heading_width), max(1, len(content.columns))
        each = min(content.most_width, max(content.least_width, room // count))
        return each, max(1, min(count, room // each))

    def _columns(self, shown: int) -> range:
        """The places of the columns that are seen: the window follows the cursor."""
        column, last = self.place[1], len(self._content.columns)
        first = min(max(self._first_column, column - shown + 1), column, max(0, last - shown))
        self._first_column = max(0, first)
        return range(self._first_column, min(last, self._first_column + shown))

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the headings, a line of a row, or nothing."""
        width = self.scrollable_content_region.width
        content = self._content
        each, shown = self._shared(width)
        columns = self._columns(shown)
        if y == 0:
            return self._line(self._headings(columns, each), width)
        index, line = divmod(y + round(self.scroll_offset.y) - 1, content.lines)
        if index >= len(content.rows):
            if not content.rows and y == 1 and self.empty:
                return self._line([(shorten(self.empty, width), "muted")], width)
            return Strip.blank(width, self.rich_style)
        row = content.rows[index]
        heading = row.heading[line] if line < len(row.heading) else ""
        here = index == self.place[0]
        parts = [(pad(heading, content.heading_width), "heading" if here else "" if line == 0 else "muted")]
        for column in columns:
            texts = row.cells[column] if column < len(row.cells) else ()
            text = texts[line] if line < len(texts) else GridText()
            chosen = here and column == self.place[1]
            tone = ("cursor" if self.has_focus else "kept") if chosen else text.tone
            drawn = _fit(text, each)
            parts += [(" ", ""), (drawn, tone)] if each > TOUCHING else [(drawn, tone)]
        return self._line(parts, width)

    def _headings(self, columns: range, each: int) -> list[tuple[str, str]]:
        content = self._content
        parts = [(pad(content.corner, content.heading_width), "heading")]
        for column in columns:
            text = content.columns[column][1]
            edge = content.edges.get(column, " ")
            tone = text.tone or "heading"
            gap = [(edge, tone if edge != " " else "")] if each > TOUCHING else []
            parts += [*gap, (_fit(text, each), tone)]
        return parts

    def _line(self, parts: Sequence[tuple[str, str]], width: int) -> Strip:
        segments = []
        for text, tone in parts:
            style = self.get_component_rich_style(f"grid--{tone}", partial=True) if tone else Style()
            segments.append(Segment(text, self.rich_style + style))
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def on_focus(self) -> None:
        """Draw the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw the cursor faintly."""
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Go to the cell under the mouse."""
        each, shown = self._shared(self.scrollable_content_region.width)
        index = (event.y + round(self.scroll_offset.y) - 1) // self._content.lines
        column = self._columns(shown).start + max(0, event.x - self._content.heading_width) // each
        if event.y > 0 and index < len(self._content.rows):
            self.place = (index, column)
            if event.chain == 2:
                self.post_message(self.Chosen(self))

    def take_key(self, key: str) -> bool:
        """Act on a key at once, before the next key is looked at; False where it means nothing here."""
        row, column = self.place
        last = len(self._content.columns) - 1
        if key in ("left", "right"):
            step = -1 if key == "left" else 1
            if 0 <= column + step <= last:
                self.place = (row, column + step)
            else:
                self.post_message(self.Left(self, step))
        elif key in ("up", "down"):
            self.place = (row + (1 if key == "down" else -1), column)
        elif key in ("home", "end"):
            self.place = (0 if key == "home" else len(self._content.rows) - 1, column)
        elif key == "enter":
            if self.row_key is not None:
                self.post_message(self.Chosen(self))
        else:
            return False
        return True


def _fit(text: GridText, each: int) -> str:
    """A line of a cell in exactly the cells that it has: the marks at the end, the text shortened before them."""
    room = each - 1 if each > TOUCHING else each
    marks = text.marks if display_width(text.marks) < room else ""
    left = room - display_width(marks)
    kept = text.text if display_width(text.text) <= left else shorten(text.text, left, "")
    return pad(kept, left) + marks
