"""The paste box: rows copied from WPS or Excel are looked at, corrected, and taken in all or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar
from unicodedata import normalize

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import TextArea

from frontdesk.activities.exchange.pasting import (
    COLUMNS,
    MOST_ROWS,
    NOTHING_KNOWN,
    Pasted,
    PastedKind,
    PastedRow,
    read_pasted,
    written,
)
from frontdesk.common.text import shorten, some_of
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.activities.exchange.paste import Checked

AREA = "exchange"
SHOWN: dict[PastedKind, tuple[str, ...]] = {
    "signups": ("person", "phone", "party_size"),
    "sessions": ("day", "span", "name"),
}
WIDTHS = {"person": 10, "phone": 14, "party_size": 6, "day": 11, "span": 12, "name": 16}


MOST_NAMED, WIDEST_NAME = 4, 12
"""How many columns that were not read are named, and how wide."""


async def open_paste(screen: DeskScreen, code: str) -> None:
    """Take pasted rows in: sign-ups for the session `code` ("" where none was chosen), or sessions."""
    await screen.app.push_screen(PasteScreen(code))


class PasteBox(TextArea):
    """Where rows are pasted. Enter, Tab and Delete belong to the text; Esc leads to the rows under it."""

    takes_text: ClassVar[bool] = True

    def take_key(self, key: str) -> bool:
        """The keys that mean something else everywhere outside of a text."""
        if key in ("enter", "tab"):
            self.insert("\n" if key == "enter" else "\t")
        elif key == "delete":
            self.action_delete_right()
        elif key == "escape":
            self.screen.call_later(self.screen.leave_text)  # type: ignore[attr-defined]
        else:
            return False
        return True


class PasteScreen(PushedListScreen):
    """A box for the text over a list of the rows that were read in it, with what is wrong in each."""

    DEFAULT_CSS = """
    PasteScreen #paste-panel { height: 8; }
    PasteBox, PasteBox:focus { border: none; padding: 0 1; height: 1fr; background: $background; }
    """

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "paste_title"
    list_id: ClassVar[str] = "pasted"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "check", "f7"),
        Command(AREA, "take", "f8"),
        Command(AREA, "correct", "enter"),
        Command(AREA, "drop", "delete"),
        Command(AREA, "to_text", "insert"),
        Command(AREA, "export", "ctrl+e"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code
        self._name = ""
        self._pasted = Pasted()
        self._checked: list[Checked] = []
        self._shown_kind: PastedKind = "signups"
        self._known = NOTHING_KNOWN

    def columns(self) -> tuple[Column, ...]:
        """Line and what it says, then what becomes of it."""
        return (
            Column(t("exchange.column.line"), 4, "right"),
            *(Column(t(f"exchange.column.{name}"), WIDTHS[name]) for name in SHOWN[self._shown_kind]),
            Column(t("exchange.column.outcome")),
        )

    def empty_words(self) -> str:
        """What can be pasted."""
        return t("exchange.paste_hint")

    def compose_above(self) -> ComposeResult:
        """The box."""
        with Vertical(classes="panel", id="paste-panel"):
            yield PasteBox(id="paste", soft_wrap=False, tab_behavior="indent", highlight_cursor_line=False)

    @property
    def box(self) -> PasteBox:
        """The text."""
        return self.query_one("#paste", PasteBox)

    async def on_mount(self) -> None:
        """Begin in the box, whatever the list would do."""
        self.call_later(self.set_focus, self.box)

    async def load(self) -> None:
        """Say which session the rows are for, and learn the words by which columns are told."""
        from frontdesk.activities import service
        from frontdesk.activities.exchange.known import known_words

        if self._code:
            found = await self.desk_app.desk.run(lambda context: service.session(context, self._code))
            self._name = found.name
        self._known = await self.desk_app.desk.run(known_words)
        title = t("exchange.panel.paste", name=self._name) if self._code else t("exchange.panel.paste_plan")
        framed(self.query_one("#paste-panel"), title)
        self._pasted = read_pasted(self.box.text, self._known)
        self._show()

    def why_not(self, name: str) -> str | None:
        """Rows are needed, and the list for what is about one of them."""
        if name in ("close", "to_text", "export"):
            return None
        if not self._pasted.rows:
            return t("exchange.error.nothing_pasted")
        if self._pasted.left_out and name != "check":
            # What was not read would be lost with the text.
            return t("exchange.error.too_many_pasted", most=MOST_ROWS, count=self._pasted.left_out)
        if name == "take" and self._pasted.kind == "signups" and not self._code:
            return t("exchange.error.choose_session")
        if name in ("correct", "drop") and self.focused is not self.rows:
            return t("exchange.to_list_first")
        return self.why_read_only()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Read the text again; a paste may come in pieces."""
        self._pasted = read_pasted(event.text_area.text, self._known)
        self._checked = []
        self._show()

    def _show(self) -> None:
        pasted = self._pasted
        if pasted.kind is not None and pasted.kind != self._shown_kind:
            self._shown_kind = pasted.kind
            self.rows.columns = self.columns()
        words = t("exchange.panel.unread") if self.box.text.strip() and pasted.kind is None else ""
        if pasted.rows:
            words = t(f"exchange.panel.{pasted.kind}", count=len(pasted.rows))
            wrong = sum(1 for one in self._checked if one.problem)
            if wrong:
                words = t("exchange.panel.wrong", count=len(pasted.rows), wrong=wrong)
            elif self._checked:
                words = t("exchange.panel.good", count=len(pasted.rows))
        below = t("exchange.panel.left_out", count=pasted.left_out) if pasted.left_out else ""
        if pasted.unread and not below:
            some = some_of([shorten(one, WIDEST_NAME) for one in pasted.unread], MOST_NAMED)
            below = t("exchange.panel.unread_columns", columns=some)
        framed(self.panel, words or t("exchange.panel.rows"), below)
        self.rows.set_rows([self._row(place, row) for place, row in enumerate(pasted.rows)])
        self.refresh_frame()

    def _row(self, place: int, row: PastedRow) -> Row:
        found = self._checked[place] if place < len(self._checked) else None
        cells = [normalize("NFKC", row.cells.get(name, "")) for name in SHOWN[self._shown_kind]]
        if found is None:
            return Row(str(place), (str(row.line), *cells, ""))
        return Row(
            str(place),
            (str(row.line), *cells, found.problem or found.outcome),
            "bad" if found.problem else "good",
        )

    async def leave_text(self) -> None:
        """From the text to its rows; from a text without rows back to the screen under this one."""
        if self._pasted.rows:
            self.set_focus(self.rows)
            self.refresh_frame()
        else:
            await self.do_close()

    async def do_to_text(self) -> None:
        """Back to the text."""
        self.set_focus(self.box)

    async def do_export(self) -> None:
        """Write plan, sign-ups or attendance as a workbook that comes back edited."""
        from frontdesk.activities.exchange.export_screen import ask_export

        await ask_export(self, self._code)

    async def do_check(self) -> None:
        """Have every row tried by the rules of the desk, and write nothing."""
        await self._run(dry_run=True)

    async def do_take(self) -> None:
        """Take all rows in, or none."""
        if await self._run(dry_run=False):
            self.desk_app.mark_stale()
            count = len(self._checked)
            self.close()
            self.app.call_later(self.desk_app.notify, t(f"exchange.pasted.{self._shown_kind}", count=count))

    async def _run(self, *, dry_run: bool) -> bool:
        """Try the rows or take them in; whether every one was taken."""
        from frontdesk.activities.exchange.paste import take_pasted

        kind, code, rows = self._pasted.kind or "signups", self._code, self._pasted.rows
        try:
            self._checked = await self.desk_app.desk.run(
                lambda context: take_pasted(context, kind, code, rows, dry_run=dry_run)
            )
        except CodedError as failure:
            self.desk_app.say_failure(failure)
            return False
        self.set_focus(self.rows)
        self._show()
        wrong = next((place for place, one in enumerate(self._checked) if one.problem), None)
        if wrong is not None:
            self.rows.move_to(str(wrong))
            if not dry_run:
                count = sum(bool(one.problem) for one in self._checked)
                self.desk_app.notify(t("exchange.pasted.none", wrong=count), severity="warning")
        return wrong is None

    def _chosen(self) -> int | None:
        row = self.rows.current
        return int(row.key) if row is not None and self._pasted.rows else None

    async def do_correct(self) -> None:
        """Correct the row under the cursor; the text says it from then on."""
        place, kind = self._chosen(), self._pasted.kind
        if place is None or kind is None:
            return
        row = self._pasted.rows[place]
        names = [name for name in COLUMNS[kind] if name in row.cells or name in SHOWN[kind]]
        found = self._checked[place] if place < len(self._checked) else None
        first = found.column if found is not None and found.column in names else names[0]

        async def save(values: dict[str, str]) -> str | None:
            try:
                rows = list(self._pasted.rows)
                rows[place] = row.with_cells({name: " ".join(values[name].split()) for name in names})
            except CodedError as failure:
                return words_for(failure)
            self._rewrite(kind, rows, place)
            return None

        fields = tuple(Field(name, t(f"exchange.column.{name}"), row.cells.get(name, "")) for name in names)
        title = found.problem if found is not None and found.problem else t("exchange.correct_title", line=row.line)
        await self.app.push_screen(FormDialog(title, fields, save, first=first))

    async def do_drop(self) -> None:
        """Leave the row under the cursor out."""
        place, kind = self._chosen(), self._pasted.kind
        if place is not None and kind is not None:
            rows = [row for at, row in enumerate(self._pasted.rows) if at != place]
            self._rewrite(kind, rows, min(place, len(rows) - 1))

    def _rewrite(self, kind: PastedKind, rows: Sequence[PastedRow], place: int) -> None:
        text = written(kind, rows, self._pasted.unread) if rows else ""
        self.box.load_text(text)
        self._pasted, self._checked = read_pasted(text, self._known), []
        self._show()
        self.rows.move_to(str(max(0, place)))

    async def do_close(self) -> None:
        """Leave; rows that were not taken in are asked about first."""
        if not self._pasted.rows:
            self.close()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.close()

        question = t("exchange.leave_question", count=len(self._pasted.rows))
        await self.app.push_screen(QuestionDialog(question, t("exchange.leave_yes")), answered)


__all__ = ["PasteScreen", "open_paste"]
