"""The rows of a list in a form as a table: added, changed, deleted, moved, pasted from a spreadsheet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Paste
from textual.screen import ModalScreen

from frontdesk.cases import formrows, forms
from frontdesk.cases.controls_screen import ListPart
from frontdesk.cases.definition.model import FieldDefinition
from frontdesk.cases.engine.values import MOST_ROWS
from frontdesk.cases.forms import Asked, Trusting, Typed, TypedRow
from frontdesk.cases.looking_up_screen import LookingUp
from frontdesk.cases.parts_screen import Parts
from frontdesk.common.text import display_width
from frontdesk.locale import t
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

AREA = "case_form"
WIDEST_HEADING = 14
WIDTHS = {"date": 16, "money": 14, "number": 5, "yes_no": 6, "choice": 10, "staff": 10, "person": 10}
Changed = Callable[[list[TypedRow]], None]


class RowsScreen(PushedListScreen):
    """The rows of one list. What is changed here stands in the form at once, and is kept with it."""

    DEFAULT_CSS = """
    RowsScreen #case-rows-said { height: 2; padding: 0 1; background: $surface; }
    RowsScreen #case-rows-said.-wrong { color: $error; }
    """

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "rows.title"
    list_id: ClassVar[str] = "case-rows"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "row_change", "enter"),
        Command(AREA, "row_add", "ctrl+n,insert"),
        Command(AREA, "row_drop", "delete"),
        Command(AREA, "row_up", "f7,ctrl+up"),
        Command(AREA, "row_down", "f8,ctrl+down"),
        Command(AREA, "row_back", "ctrl+z"),
        # Who saves as everywhere is back in the form, which keeps the rows already.
        Command(AREA, "close", "escape,ctrl+s"),
    )

    def __init__(
        self,
        field: FieldDefinition,
        columns: Sequence[FieldDefinition],
        rows: Sequence[TypedRow],
        today: date,
        known: Trusting,
        names: Mapping[str, str],
        changed: Changed | None,
        is_anothers: Callable[[], bool] = lambda: False,
        worked: Callable[[Sequence[TypedRow]], list[TypedRow]] = list,
    ) -> None:
        """`columns` are those that are typed; without `changed` the rows are only shown. `worked` fills in the columns
        that follow from others.
        """
        super().__init__()
        self._field = field
        self._typed_columns = tuple(columns)
        # Behind what is typed comes what follows from it, amounts first: where there is no room the rest makes it.
        follows = [one for one in field.fields if one not in self._typed_columns]
        follows.sort(key=lambda one: one.kind != "money")
        self._shown = (*(one for one in field.fields if one in self._typed_columns), *follows)
        self._rows = [dict(row) for row in rows]
        self._before: list[TypedRow] | None = None
        self._today, self._known, self._names = today, known, names
        self._changed = changed
        self._is_anothers = is_anothers
        self._worked = worked
        self._faults: dict[int, str] = {}
        self.keep: Callable[[], Awaitable[None]] | None = None
        """Keeps the form that the rows belong to."""

    async def action_command(self, name: str) -> None:
        """Before anything that leads away the form is kept with its rows."""
        if self.keep is not None:
            await self.keep()
        await super().action_command(name)

    def columns(self) -> tuple[Column, ...]:
        """The number of the row, then the columns of the list."""
        return (Column("", 4, "right"), *(self._column(one) for one in self._shown))

    def _column(self, one: FieldDefinition) -> Column:
        """What follows from others makes room where the window is too narrow for what is typed."""
        width = WIDTHS.get(one.kind, 0)
        width = max(width, min(WIDEST_HEADING, display_width(str(one.name)))) if width else 0
        follows = one not in self._typed_columns
        return Column(str(one.name), width, "right" if one.kind in ("money", "number") else "left", follows)

    def empty_words(self) -> str:
        """How rows come here."""
        return t("case_form.rows.empty")

    def compose_below(self) -> ComposeResult:
        """What is wrong with the row, or how rows come here."""
        yield Plain("", id="case-rows-said")

    def title_words(self) -> str:
        """The name of the list."""
        return str(self._field.name)

    async def load(self) -> None:
        """Draw the rows."""
        self._show()

    def _show(self, place: int | None = None) -> None:
        if not self.is_mounted:
            return
        faults = {one.row: one for one in forms.row_faults(self._field, self._rows, self._today, self._known)}
        shown = self._worked(self._rows)
        self._faults = {number: one.words for number, one in faults.items()}
        self.rows.set_rows(
            [
                Row(str(at), (str(at + 1), *self._cells(row)), "bad" if at + 1 in faults else "")
                for at, row in enumerate(shown)
            ]
        )
        if place is not None:
            self.rows.cursor = place
        sums = formrows.totals_words(self._field, shown, self._today, self._known)
        title = t("case_form.rows.panel", name=self._field.name, count=len(self._rows))
        framed(self.panel, title, sums)
        self._say()
        self.refresh_frame()

    def _cells(self, row: TypedRow) -> list[str]:
        return [
            formrows.cell_words(one, row.get(one.code, ""), self._today, self._known, self._names)
            for one in self._shown
        ]

    def _say(self) -> None:
        line = self.query_one("#case-rows-said", Plain)
        place = self.rows.cursor
        wrong = self._faults.get(place + 1, "") if self._rows else ""
        if wrong:
            line.update(t("case_form.row_fault", row=place + 1, words=wrong))
        else:
            line.update("" if self._changed is None else t("case_form.rows.hint"))
        line.set_class(bool(wrong), "-wrong")

    def on_row_list_moved(self) -> None:
        """What is wrong is said of the row under the cursor."""
        if self.is_mounted:
            self._say()
            self.refresh_frame()

    def why_not(self, name: str) -> str | None:
        """A row is needed for what is about one; rows that are only shown do not change."""
        if name == "close":
            return None
        if self._changed is None:
            return t("case_form.rows.shown_only")
        # Enter in an empty list can only mean the first row.
        if name == "row_add" or (name == "row_change" and not self._rows):
            return t("case_form.rows.full", most=MOST_ROWS) if len(self._rows) >= MOST_ROWS else None
        if name == "row_back":
            return None if self._before is not None else t("case_form.rows.nothing_back")
        return None if self._rows else t("case_form.rows.none")

    def _take(self, rows: Sequence[TypedRow], place: int, *, undoable: bool = True) -> None:
        """Have these rows instead."""
        if undoable:
            self._before = [dict(row) for row in self._rows]
        self._rows = [dict(row) for row in rows]
        if self._changed is not None:
            self._changed(self._rows)
        self._show(max(0, min(place, len(self._rows) - 1)))

    async def do_row_change(self) -> None:
        """Change the row under the cursor; where there is none yet, add one."""
        await self._ask(self.rows.cursor if self._rows else 0)

    async def do_row_add(self) -> None:
        """Add a row at the end, then another, until Esc."""
        await self._ask(len(self._rows))

    async def _ask(self, place: int) -> None:
        before = [dict(row) for row in self._rows]
        is_new = place >= len(before)

        def typed(row: TypedRow) -> None:
            """While it is typed it stands in the form already, so that it is kept with it."""
            rows = [*before[:place], row, *before[place + 1 :]]
            if self._changed is not None:
                self._changed([one for one in rows if not all(forms.is_empty(value) for value in one.values())])

        async def answered(row: TypedRow | None) -> None:
            if row is None:
                self._take(before, min(place, len(before) - 1), undoable=False)
                return
            self._rows = before
            self._take([*before[:place], row, *before[place + 1 :]], place)
            if is_new and self.why_not("row_add") is None:
                await self._ask(len(self._rows))

        first = {} if is_new else before[place]
        title = t("case_form.rows.row", number=place + 1)
        dialog = RowDialog(self, title, self._typed_columns, first, self._today, self._known, self._names, typed)
        await self.app.push_screen(dialog, answered)

    async def do_row_drop(self) -> None:
        """Delete the row under the cursor; one key brings it back."""
        place = self.rows.cursor
        self._take([row for at, row in enumerate(self._rows) if at != place], place)
        self.notify(t("case_form.rows.dropped", number=place + 1))

    async def do_row_up(self) -> None:
        """Move the row up."""
        self._move(-1)

    async def do_row_down(self) -> None:
        """Move the row down."""
        self._move(1)

    def _move(self, step: int) -> None:
        rows, place = formrows.moved(self._rows, self.rows.cursor, step)
        self._take(rows, place)

    async def do_row_back(self) -> None:
        """Take the last change back; once more brings it again."""
        if self._before is not None:
            self._take(self._before, self.rows.cursor)

    def on_paste(self, event: Paste) -> None:
        """Rows copied in WPS or Excel come behind those that are here."""
        event.stop()
        if self._changed is None:
            return
        self.take_pasted(event.text)

    def take_pasted(self, text: str) -> None:
        """Add the rows of a text with tabs, and say how many these were."""
        pasted = formrows.read_pasted(self._typed_columns, text, MOST_ROWS - len(self._rows), self._names)
        if not pasted.rows and not pasted.left_out:
            self.notify(t("case_form.rows.nothing_pasted"), severity="warning")
            return
        place = len(self._rows)
        self._take([*self._rows, *pasted.rows], place)
        wrong = next((number for number in sorted(self._faults) if number > place), None)
        if wrong is not None:
            self.rows.cursor = wrong - 1
        key = "pasted_some" if pasted.left_out else "pasted"
        said = t(f"case_form.rows.{key}", count=len(pasted.rows), left_out=pasted.left_out, most=MOST_ROWS)
        self.notify(said, severity="warning" if pasted.left_out else "information")

    async def on_screen_resume(self) -> None:
        """Somebody else has signed in: rows of a form are its owner's."""
        if self._is_anothers() and self.app.screen is self:
            self.dismiss(None)


class RowDialog(LookingUp, ModalScreen[TypedRow]):
    """One row of a list. Enter in the last field, or Ctrl+S in any, takes it; Esc leaves it as it was."""

    DEFAULT_CSS = """
    RowDialog { align: center middle; }
    RowDialog .dialog { width: 76; padding: 0 2; }
    RowDialog Parts { height: auto; max-height: 16; }
    RowDialog #case-row-said { height: auto; max-height: 2; margin-top: 1; color: $text-muted; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+s", "save", show=False),
    ]

    def __init__(
        self,
        below: DeskScreen,
        title: str,
        columns: Sequence[FieldDefinition],
        row: TypedRow,
        today: date,
        known: Trusting,
        names: Mapping[str, str],
        typed: Callable[[TypedRow], None],
    ) -> None:
        super().__init__()
        self.below = below
        self._title = title
        asked = [Asked(one.code, one, one.required) for one in columns]
        self._typed = typed
        start: Typed = {one.key: row.get(one.key, "") for one in asked}
        self._rest = {code: value for code, value in row.items() if code not in start}
        self._parts = Parts(asked, start, today, known, names, self, id="case-row-parts")

    def compose(self) -> ComposeResult:
        """Title, fields, keys."""
        with Vertical(classes="dialog"):
            yield Plain(self._title, classes="dialog-title")
            yield self._parts
            yield Plain(t("case_form.rows.dialog_keys"), id="case-row-said")
        yield ScanBanner()

    @property
    def parts(self) -> Parts:
        """The fields."""
        return self._parts

    def on_mount(self) -> None:
        """Begin at once."""
        self._parts.go_to()

    @property
    def row(self) -> TypedRow:
        """What stands in the fields."""
        typed = self._parts.typed
        row = {**self._rest, **{code: str(value) for code, value in typed.items() if code[0] != "#"}}
        return forms.stood(row, typed.get(forms.RESIDENTS))

    def on_parts_changed(self) -> None:
        """It stands in the form while it is typed."""
        self._typed(self.row)

    async def on_parts_filled(self) -> None:
        """Enter in the last field."""
        await self.action_save()

    async def action_save(self) -> None:
        """Take the row, unless something is wrong with it."""
        if self not in self.app.screen_stack or not await self._parts.settle_all():
            return
        if all(forms.is_empty(value) for value in self.row.values()):
            self.dismiss(None)
        elif self._parts.check_all():
            self.dismiss(self.row)

    def action_leave(self) -> None:
        """Leave the row as it was."""
        if self in self.app.screen_stack:
            self.dismiss(None)

    async def open_rows(self, control: ListPart) -> None:
        """A list has no list in it."""
