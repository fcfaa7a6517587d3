"""Choosing one of many by typing: a search box, a list, and in words what is to be known of the chosen row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from frontdesk.common.text import wrap
from frontdesk.locale import t
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import Column, Row, RowList

DETAIL_LINES = 4
DIALOG_ROOM = 72


@dataclass(frozen=True)
class Pick:
    """Something to choose: its row, by which words it is found, and what is said below the list while it is chosen.

    `blocked` is why it cannot be chosen, in words; "" where it can.
    """

    key: str
    cells: tuple[str, ...]
    name: str = ""
    detail: str = ""
    blocked: str = ""


@dataclass(frozen=True)
class PickPage:
    """One list of the dialog; Tab goes from list to list."""

    title: str
    picks: tuple[Pick, ...]


class PickDialog(ModalScreen[tuple[int, str]]):
    """A choice with a search box. Enter takes the row under the cursor, Esc none, Tab shows the next list.

    What comes back is the place of the page and the key of the pick.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("tab", "turn", show=False),
    ]

    def __init__(
        self,
        pages: Sequence[PickPage],
        columns: Sequence[Column],
        *,
        first: int = 0,
        override: bool = False,
        hint: str = "",
    ) -> None:
        """Begin with page `first`; with `override` what is blocked can be chosen too. `hint` says what may be typed
        where the choice is not one of people.
        """
        super().__init__()
        self._pages = tuple(pages)
        self._columns = tuple(columns)
        self._page = first
        self._override = override
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Title, box, list, and what is to be known of the row."""
        with Vertical(classes="dialog picking"):
            yield Plain("", classes="dialog-title", id="pick-title")
            yield self.make_box(self._hint or t("shell.pick.hint"))
            yield RowList(self._columns, empty=t("shell.pick.none"), keeps_cursor=True, id="pick-list")
            yield Plain("", id="pick-detail")
        yield ScanBanner()

    def make_box(self, hint: str) -> PickBox:
        """The search box; a dialog in whose box some keys mean more has one of its own."""
        return PickBox(placeholder=hint, compact=True, id="pick-search")

    def on_mount(self) -> None:
        """Show all of them, ready for typing."""
        self.set_focus(self.query_one("#pick-search", Input))
        self._show()

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#pick-list", RowList)

    def _current(self) -> Pick | None:
        row = self.rows.current
        return next((one for one in self._pages[self._page].picks if row is not None and one.key == row.key), None)

    def matching(self, picks: Sequence[Pick], text: str) -> list[Pick]:
        """Those that what stands in the box means."""
        from frontdesk.common.pinyin import query_key, search_terms

        key = query_key(text)
        return [
            one
            for one in picks
            if not key or key in one.key.lower() or any(term.startswith(key) for term in search_terms(one.name))
        ]

    def _show(self) -> None:
        page = self._pages[self._page]
        found = self.matching(page.picks, self.query_one("#pick-search", Input).value)
        turn = "   " + t("shell.pick.turn") if len(self._pages) > 1 else ""
        self.query_one("#pick-title", Plain).update(page.title + turn)
        self.rows.set_rows([Row(one.key, one.cells, "muted" if one.blocked else "") for one in found])
        self._tell()

    def _tell(self, refused: bool = False) -> None:
        one = self._current()
        said = ""
        if one is not None:
            said = one.blocked or one.detail
            if one.blocked:
                said += "\n" + t("shell.pick.override" if self._override else "shell.pick.blocked")
        width = min(DIALOG_ROOM, self.app.size.width) - 8
        lines = [part for line in said.split("\n") for part in wrap(line, width)]
        detail = self.query_one("#pick-detail", Plain)
        detail.update("\n".join(lines[:DETAIL_LINES]))
        detail.set_class(refused or bool(one and one.blocked), "-blocked")

    def on_input_changed(self) -> None:
        """Search as it is typed."""
        self._show()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """The words follow the cursor."""
        event.stop()
        self._tell()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the row under the cursor."""
        event.stop()
        self._take()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Take the row that was clicked."""
        event.stop()
        self._take()

    def take_after_typing(self) -> None:
        """Take the row that what stands in the box leads to."""
        self._show()
        self._take()

    def _take(self) -> None:
        one = self._current()
        # A second Enter may still be on its way when the first has chosen.
        if one is None or self not in self.app.screen_stack:
            return
        if one.blocked and not self._override:
            self.app.bell()
            self._tell(refused=True)
            return
        self.dismiss((self._page, one.key))

    def action_turn(self) -> None:
        """Show the next list."""
        self._page = (self._page + 1) % len(self._pages)
        self._show()

    def action_leave(self) -> None:
        """Take none."""
        self.dismiss(None)


class PickBox(Input):
    """The search box; up and down belong to the list below it."""

    def take_key(self, key: str) -> bool:
        """Move the cursor of the list."""
        if key not in ("up", "down", "pageup", "pagedown"):
            return False
        return self.screen.query_one("#pick-list", RowList).take_key(key)

    def finish(self) -> None:
        """Enter, once the box holds all that was typed before it."""
        if isinstance(self.screen, PickDialog):
            self.screen.take_after_typing()
