"""Papers of a session: which columns the sign-in sheet has, and the sheets and tickets themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.activities.attendance.errors import AttendanceError
from frontdesk.activities.attendance.sheet import (
    COLUMNS,
    MOST_BLANK_ROWS,
    PERSONAL,
    USUAL,
    USUAL_BLANK_ROWS,
    SheetColumn,
    SheetPlan,
)
from frontdesk.activities.attendance.sheet_paper import export_sheet
from frontdesk.activities.attendance.ticket_paper import export_tickets
from frontdesk.common.wholefile import Written, free_path
from frontdesk.locale import t, words_for
from frontdesk.shell.agreeing import export_in_clear
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.context import Context

AREA = "attendance"


async def open_sheets(screen: DeskScreen, code: str) -> None:
    """Choose the columns of a sign-in sheet and write it, or print tickets."""
    await screen.app.push_screen(SheetScreen(code))


class SheetScreen(PushedListScreen):
    """The columns that a sheet may have, each on it or not."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "sheets_title"
    list_id: ClassVar[str] = "sheet-columns"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "toggle", "space,enter"),
        Command(AREA, "blank_rows", "f8"),
        Command(AREA, "sheet_pdf", "ctrl+o"),
        Command(AREA, "sheet_xlsx", "ctrl+e"),
        Command(AREA, "tickets", "ctrl+t"),
        Command(AREA, "ticket", "slash,fullwidth_solidus"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code
        self._chosen: set[SheetColumn] = set(USUAL)
        self._blank_rows = USUAL_BLANK_ROWS

    def columns(self) -> tuple[Column, ...]:
        """Whether it is there, its name, what it says."""
        return (Column("", 4), Column(t("attendance.column.column"), 16), Column(t("attendance.column.meaning")))

    async def load(self) -> None:
        """Show what is chosen."""
        self.rows.set_rows([self._row(one) for one in COLUMNS])
        blank = t("attendance.blank_rows", count=self._blank_rows)
        framed(self.panel, t("attendance.sheets_panel", code=self._code), blank)

    def _row(self, one: SheetColumn) -> Row:
        mark = "[x]" if one in self._chosen else "[ ]"
        words = t(f"attendance.sheet_column.{one}"), t(f"attendance.sheet_meaning.{one}")
        return Row(one, (mark, *words), "warning" if one in PERSONAL and one in self._chosen else "")

    def why_not(self, name: str) -> str | None:
        """Papers are the operator's, since what they say stands in the audit log."""
        if name in ("sheet_pdf", "sheet_xlsx", "tickets", "ticket"):
            return self.why_read_only()
        return None

    async def do_toggle(self) -> None:
        """Put a column on the sheet, or take it off; the whole name takes the place of the masked one."""
        row = self.rows.current
        name = next((one for one in COLUMNS if row is not None and one == row.key), None)
        if name is None:
            return
        self._chosen ^= {name}
        other: dict[SheetColumn, SheetColumn] = {"name": "full_name", "full_name": "name"}
        if name in other and name in self._chosen:
            self._chosen.discard(other[name])
        await self.reload()

    async def do_blank_rows(self) -> None:
        """How many rows stand empty below the others, for people who come without a sign-up."""

        async def save(values: dict[str, str]) -> str | None:
            from unicodedata import normalize

            text = normalize("NFKC", values["count"]).strip()
            if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= MOST_BLANK_ROWS):
                return words_for(AttendanceError("bad_blank_rows", most=MOST_BLANK_ROWS))
            self._blank_rows = int(text)
            await self.reload()
            return None

        field = Field("count", t("attendance.blank_rows_field"), str(self._blank_rows))
        await self.app.push_screen(FormDialog(t("attendance.blank_rows_title"), (field,), save))

    async def do_sheet_pdf(self) -> None:
        """The sheet to be signed."""
        await self._write_sheet("pdf")

    async def do_sheet_xlsx(self) -> None:
        """The sheet to be filled in, which the import takes back."""
        await self._write_sheet("xlsx")

    async def _write_sheet(self, ending: str) -> None:
        code, plan = self._code, SheetPlan(tuple(self._chosen), self._blank_rows)
        out = free_path(self.desk_app.export_folder(), f"{t('attendance.file.sheet')}-{code}", f".{ending}")
        if "full_name" in plan.columns:

            def case(context: Context, reason: str, approver: Approver | None) -> Written:
                return export_sheet(context, code, plan, out, reason=reason, approver=approver)

            async def told(written: Written) -> None:
                self._tell(written)

            await export_in_clear(self, f"sheet {code}", case, told)
            return
        self._tell(await self.attempt(lambda context: export_sheet(context, code, plan, out), slow=True))

    async def do_tickets(self) -> None:
        """A ticket for everybody who holds a seat."""
        code = self._code
        out = free_path(self.desk_app.export_folder(), f"{t('attendance.file.tickets')}-{code}", ".pdf")
        self._tell(await self.attempt(lambda context: export_tickets(context, code, out), slow=True))

    async def do_ticket(self) -> None:
        """The ticket of one party, by its sign-up number."""
        code = self._code

        async def write(values: dict[str, str]) -> str | None:
            from unicodedata import normalize

            text = normalize("NFKC", values["number"]).strip()
            if not (text.isascii() and text.isdigit() and len(text) < 7):
                return words_for(AttendanceError("no_such_number"))
            number = int(text)
            called = f"{t('attendance.file.tickets')}-{code}-{number}"
            out = free_path(self.desk_app.export_folder(), called, ".pdf")
            self._tell(await self.attempt(lambda context: export_tickets(context, code, out, [number]), slow=True))
            return None

        field = Field("number", t("attendance.column.number"))
        await self.app.push_screen(FormDialog(t("attendance.ticket_title"), (field,), write))

    def _tell(self, done: Written | None) -> None:
        if done is not None:
            words = t("attendance.written", out=done.path)
            if done.romanised:
                words += "\n" + t("attendance.romanised", words="、".join(done.romanised))
            self.notify(words, timeout=12)
