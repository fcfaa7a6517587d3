"""F1: the keys of this screen, made from the command table, its chapter of the manual, the keys of every screen, and
the rest of the manual; what is typed finds its lines in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from frontdesk.common.text import pad, wrap
from frontdesk.locale import current_language, t
from frontdesk.manual import manual_text
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.chapters import chapter_of
from frontdesk.shell.command import ANYWHERE, Command
from frontdesk.shell.rowlist import Column, Row, RowList

KEY_WIDTH, NAME_WIDTH = 9, 13
_EMPHASIS = re.compile(r"\*\*(.+?)\*\*|`(.+?)`")


def key_lines(commands: tuple[Command, ...], width: int) -> list[str]:
    """Key, name, what it does; a long explanation goes on under itself."""
    lines = []
    for command in commands:
        first, *rest = wrap(command.explanation, max(12, width - KEY_WIDTH - NAME_WIDTH))
        lines.append(pad(command.key_label, KEY_WIDTH) + pad(command.label, NAME_WIDTH) + first)
        lines += [" " * (KEY_WIDTH + NAME_WIDTH) + more.lstrip() for more in rest]
    return lines


@dataclass(frozen=True)
class Entry:
    """A key with its words, or a line of the manual: the whole of it, what is drawn of it line by line, and the depth
    of a heading (0 for no heading).
    """

    text: str
    lines: tuple[str, ...]
    depth: int = 0

    def places(self, wanted: re.Pattern[str]) -> list[int]:
        """Which of its lines hold what is wanted, also where that is broken over two of them."""
        found = [match.span() for match in wanted.finditer(self.text)]
        held, at = [], 0
        for place, line in enumerate(self.lines):
            words = line.strip()
            at = self.text.index(words, at)
            if any(start < at + len(words) and end > at for start, end in found):
                held.append(place)
            at += len(words)
        return held


def manual_entries(width: int) -> tuple[Entry, ...]:
    """The manual without the marks of Markdown, wrapped; it is read and wrapped once for a language and a width."""
    return _manual_entries(current_language(), width)


@lru_cache(maxsize=4)
def _manual_entries(_language: str, width: int) -> tuple[Entry, ...]:
    entries = []
    for line in manual_text().splitlines():
        if line.startswith(("```", "<!--")):
            continue
        depth = len(line) - len(line.lstrip("#"))
        text = _EMPHASIS.sub(lambda found: found[1] or found[2], line[depth:].strip() if depth else line)
        text = text.replace("\\*", "*")
        indent = " " * (len(text) - len(text.lstrip()) + 2) if text.lstrip().startswith(("-", "1", "2", "3")) else ""
        first, *rest = wrap(text, width - len(indent))
        entries.append(Entry(text, (first, *(indent + more.lstrip() for more in rest)), depth))
    return tuple(entries)


def manual_lines(width: int) -> list[tuple[str, bool]]:
    """The manual's lines and whether each is a heading, without the marks of Markdown."""
    return [(line, entry.depth > 0) for entry in manual_entries(width) for line in entry.lines]


def chapter_span(entries: Sequence[Entry], heading: str) -> tuple[int, int]:
    """Where a chapter begins and ends, with the smaller ones in it; an empty span where there is no such heading."""
    start = next((place for place, entry in enumerate(entries) if entry.depth > 1 and entry.text == heading), 0)
    depth = entries[start].depth
    if depth < 2:
        return 0, 0
    later = range(start + 1, len(entries))
    return start, next((place for place in later if 0 < entries[place].depth <= depth), len(entries))


def _key_entries(commands: tuple[Command, ...], width: int) -> Iterator[Entry]:
    for command in commands:
        text = pad(command.key_label, KEY_WIDTH) + pad(command.label, NAME_WIDTH) + command.explanation
        yield Entry(text, tuple(key_lines((command,), width)))


def help_entries(behind: DeskScreen | None, width: int) -> list[Entry]:
    """All of the help, from what belongs to the screen behind it to what belongs to none."""
    entries: list[Entry] = []
    manual = manual_entries(width)
    start, end = 0, 0
    blank = Entry("", ("",))
    if behind is not None:
        if behind.COMMAND_TABLE:
            title = t("shell.help.here", screen=t(f"{behind.area}.{behind.title_key}"))
            entries += [Entry(title, (title,), 1), *_key_entries(behind.COMMAND_TABLE, width), blank]
        heading = chapter_of(behind.area, behind.title_key)
        if heading is not None:
            start, end = chapter_span(manual, heading)
        entries += manual[start:end]
    everywhere = t("shell.help.anywhere")
    entries += [Entry(everywhere, (everywhere,), 1), *_key_entries(ANYWHERE, width), blank]
    return [*entries, *manual[:start], *manual[end:]]


class HelpBox(Input):
    """The find line: letters go into it, the arrows and pages to the list below."""

    def take_key(self, key: str) -> bool:
        """Move the cursor of the list, or do what the key means in the help."""
        screen = self.screen
        if not isinstance(screen, HelpScreen):
            return False
        if key in ("up", "down", "pageup", "pagedown") or (key in ("home", "end") and not self.value):
            return screen.query_one("#help", RowList).take_key(key)
        acts = {"enter": screen.go_there, "tab": screen.turn_contents, "escape": screen.leave}
        if key in acts:
            acts[key]()
        return key in acts


class HelpScreen(ModalScreen[None]):
    """The help over whatever screen is open: one list, drawn only where it is seen, so that it is there at once."""

    at_door: ClassVar[bool] = True
    """Whether it may lie over a locked desk."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "dismiss", show=False)]

    def __init__(self, behind: DeskScreen | None) -> None:
        super().__init__()
        self._behind = behind
        self._entries: list[Entry] = []
        self._all: list[Row] = []
        self._contents = False

    def compose(self) -> ComposeResult:
        """The find line over one list."""
        with Vertical(classes="help"):
            yield HelpBox(placeholder=t("help.find"), id="help-find")
            yield RowList((Column(t("help.keys")),), empty=t("help.none"), keeps_cursor=True, id="help")
        yield ScanBanner()

    def on_mount(self) -> None:
        """Fill the list to its width, ready for typing and for the arrow keys."""
        self.set_focus(self.query_one("#help-find", Input))
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        rows = self.query_one("#help", RowList)
        width = max(30, rows.scrollable_content_region.width - 2)
        self._entries = help_entries(self._behind, width)
        self._all = [
            Row(f"{place}.{part}", (line,), "heading" if entry.depth else "")
            for place, entry in enumerate(self._entries)
            for part, line in enumerate(entry.lines)
        ]
        self._show()

    def on_input_changed(self) -> None:
        """Find as it is typed."""
        self._show()

    @property
    def _wanted(self) -> str:
        return self.query_one("#help-find", Input).value.strip()

    def _show(self) -> None:
        """All of it, the headings alone, or what was found, with the cursor on the first heading that holds it, else on
        the first line.
        """
        rows = self.query_one("#help", RowList)
        said = self._wanted
        if said:
            wanted = re.compile(re.escape(said), re.IGNORECASE)
            rows.columns = (Column(t("help.keys_found")),)
            shown = list(self._found(wanted))
            rows.set_rows(shown)
            named = (place for place, row in enumerate(shown) if row.tone and wanted.search(row.cells[0]))
            first = next((place for place, row in enumerate(shown) if not row.tone), 0)
            rows.cursor = next(named, first)
            return
        rows.columns = (Column(t("help.keys_contents" if self._contents else "help.keys")),)
        rows.set_rows([row for row in self._all if row.tone] if self._contents else self._all)

    def _found(self, wanted: re.Pattern[str]) -> Iterator[Row]:
        """The lines that hold what is wanted, and the headings over them or that hold it themselves."""
        heading: Row | None = None
        for number, entry in enumerate(self._entries):
            places = entry.places(wanted)
            if entry.depth:
                heading = Row(f"{number}.0", (entry.lines[0],), "heading")
            if places and heading is not None:
                yield heading
                heading = None
            if not entry.depth:
                yield from (Row(f"{number}.{place}", (entry.lines[place],)) for place in places)

    def on_row_list_chosen(self) -> None:
        """Go to the line that was clicked."""
        self.go_there()

    def go_there(self) -> None:
        """All of the help again, from the line under the cursor on."""
        rows = self.query_one("#help", RowList)
        current = rows.current
        if current is None or not (self._wanted or self._contents):
            return
        self._clear()
        rows.move_to(current.key)
        rows.scroll_to(y=max(0, rows.cursor - 2), animate=False, force=True, immediate=True)

    def turn_contents(self) -> None:
        """The headings alone, or all of it again."""
        contents = not self._contents
        self._clear(contents=contents)

    def _clear(self, *, contents: bool = False) -> None:
        self._contents = contents
        box = self.query_one("#help-find", Input)
        with box.prevent(Input.Changed):
            box.value = ""
        self._show()

    def leave(self) -> None:
        """Empty the find line and leave the contents first, then close."""
        if self._wanted or self._contents:
            self._clear()
        else:
            self.dismiss(None)
