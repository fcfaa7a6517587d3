"""What the calendar asks for, as a list: how each duty stands, the next record of it, a period waived."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.cases import service
from frontdesk.cases.number_words import waited_words
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, Wrong, save_form
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.cases.service import DutyLine
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

AREA = "case_numbers"
TONES = {"met": "good", "soon": "warning", "overdue": "bad", "missed": "bad", "waived": "muted"}


async def open_duties(screen: DeskScreen, code: str = "") -> None:
    """Open the duties of the calendar, at one of them where it is named."""
    await screen.app.push_screen(DutiesScreen(code))


class DutiesScreen(PushedListScreen):
    """Every duty in the period of today, what ends first first; Enter enters what it asks for."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "duties"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "do_it", "enter"),
        Command(AREA, "show", "f7"),
        Command(AREA, "waive", "f8"),
        Command(AREA, "ask_again", "ctrl+z"),
        Command(AREA, "adopted", "ctrl+e"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, code: str = "") -> None:
        super().__init__()
        self._found: list[DutyLine] = []
        self._wanted = code

    def columns(self) -> tuple[Column, ...]:
        """What, in which period, how often of how many, until when, how it stands."""
        return (
            Column(t("case_numbers.column.duty")),
            Column(t("case_numbers.column.period"), 17, optional=True),
            Column(t("case_numbers.column.done"), 7, "right"),
            Column(t("case_numbers.column.last"), 10),
            Column(t("case_numbers.column.pace"), 14),
        )

    def empty_words(self) -> str:
        """Where no definition asks for anything."""
        return t("case_numbers.no_duties")

    async def load(self) -> None:
        """Read how they stand."""
        self._found = await self.desk_app.desk.run(service.duties)
        self.rows.set_rows([_row(one) for one in self._found])
        if self._wanted:
            self.rows.move_to(self._wanted)
            self._wanted = ""
        lacking = sum(one.is_asked and one.lacking > 0 for one in self._found)
        framed(self.panel, t("case_numbers.panel", count=len(self._found)), t("case_numbers.lacking", count=lacking))

    def _current(self) -> DutyLine | None:
        return self.under_cursor(self._found, lambda one: one.definition.code)

    def why_not(self, name: str) -> str | None:
        """Waiving is a manager's, and what was done needs none."""
        one = self._current()
        if name in ("close", "adopted"):
            return None
        if one is None:
            return t("case_numbers.no_duties")
        operator = self.desk_app.desk.operator
        if name in ("waive", "ask_again") and operator is not None and operator.role != "manager":
            return t("case_numbers.manager_only")
        if name == "show" and not one.done:
            return t("case_numbers.none_done")
        if name == "waive" and (one.waiver is not None or not one.lacking):
            return t("case_numbers.nothing_to_waive")
        return t("case_numbers.nothing_waived") if name == "ask_again" and one.waiver is None else None

    async def do_do_it(self) -> None:
        """Enter a record of what it asks for."""
        one = self._current()
        assert one is not None
        await self.desk_app.open_form("case_form", self, one.of.code)

    async def do_show(self) -> None:
        """Show the latest record by which it was done."""
        one = self._current()
        assert one is not None and one.done
        await self.desk_app.open_form("case", self, one.done[-1][1].id)

    async def do_waive(self) -> None:
        """Ask for the reason, and do not ask for the duty in this period."""
        one = self._current()
        assert one is not None

        async def save(values: dict[str, str]) -> str | Wrong | None:
            async def done(_: None) -> None:
                await self.reload()

            def case(context: Context) -> None:
                service.waive_duty(context, one.definition.code, one.first, values["reason"])

            return await save_form(self, case, done, {"reason_missing": "reason"})

        fields = (Field("reason", t("case_numbers.form.reason"), hint=t("case_numbers.form.reason.hint")),)
        title = t("case_numbers.form.waive", name=one.definition.name, label=one.label)
        await self.app.push_screen(FormDialog(title, fields, save))

    async def do_adopted(self) -> None:
        """Which mechanisms the centre keeps, at the one that this duty asks for."""
        one = self._current()
        await self.desk_app.open_form("case_adopted", self, one.of.code if one is not None else "")

    async def do_ask_again(self) -> None:
        """Ask for a waived duty again."""
        one = self._current()
        assert one is not None
        await self.attempt(lambda context: service.ask_again(context, one.definition.code, one.first))
        await self.reload()


def _row(one: DutyLine) -> Row:
    done = f"{len(one.done)}/{one.least}"
    cells = (str(one.definition.name), one.label, done, one.last.isoformat(), waited_words(one))
    return Row(one.definition.code, cells, TONES.get(one.pace, "") if one.is_asked else "muted")  # type: ignore[arg-type]
