"""Who may not sign up for a while (限制报名), who soon may not, and what it follows from."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.activities.attendance.standing import (
    Standing,
    annul_waiver,
    history,
    standings,
    waive,
)
from frontdesk.activities.attendance.words import history_lines, until_words
from frontdesk.common.names import mask_name
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

AREA = "attendance"


async def open_penalties(screen: DeskScreen) -> None:
    """List who may not sign up, and who soon may not."""
    await screen.app.push_screen(PenaltiesScreen())


async def show_history(screen: DeskScreen, resident_id: int) -> None:
    """Show what became of one person's sign-ups and what follows from it."""
    found = await screen.attempt(lambda context: history(context, resident_id))
    if found is not None:
        title = t("attendance.history_title", name=mask_name(found.name))
        await screen.app.push_screen(ReadDialog(title, history_lines(found)))


class PenaltiesScreen(PushedListScreen):
    """Whoever may not sign up comes first, then those whom one more no-show would keep from it."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "penalties_title"
    list_id: ClassVar[str] = "penalties"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "history", "enter"),
        Command(AREA, "waive", "f7"),
        Command(AREA, "annul_waiver", "delete"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Standing] = []
        self._limit = 0

    def columns(self) -> tuple[Column, ...]:
        """Who, how often, when last, until when."""
        return (
            Column(t("attendance.column.resident"), 8, "right"),
            Column(t("attendance.column.name")),
            Column(t("attendance.column.no_shows"), 10, "right"),
            Column(t("attendance.column.last"), 10),
            Column(t("attendance.column.until"), 28),
        )

    def empty_words(self) -> str:
        """Nobody is near it, or the rule is off."""
        return t("attendance.penalties_none")

    async def load(self) -> None:
        """Read them."""
        self._found, self._limit = await self.desk_app.desk.run(
            lambda context: (standings(context), context.settings.no_show_limit)
        )
        self.rows.set_rows([_row(one) for one in self._found])
        rule = t("attendance.rule", limit=self._limit) if self._limit else t("attendance.rule_off")
        framed(self.panel, t("attendance.penalties_panel", count=len(self._found)), rule)

    def _one(self) -> Standing | None:
        return self.under_cursor(self._found, lambda one: str(one.resident_id))

    def why_not(self, name: str) -> str | None:
        """All but closing needs a person; changing is the operator's."""
        if name == "close":
            return None
        if name != "history" and self.is_auditor:
            return self.why_read_only()
        return None if self._one() is not None or not self._filled else t("attendance.penalties_none")

    async def do_history(self) -> None:
        """What it follows from."""
        one = self._one()
        if one is not None:
            await show_history(self, one.resident_id)

    async def do_waive(self) -> None:
        """Let nothing count any more that happened up to today, with a reason."""
        one = self._one()
        if one is None:
            return
        resident_id = one.resident_id

        async def save(values: dict[str, str]) -> str | None:
            try:
                await self.desk_app.desk.run(lambda context: waive(context, resident_id, values["reason"]))
            except CodedError as refusal:
                return words_for(refusal)
            self.notify(t("attendance.waived", name=mask_name(one.name)))
            await self.reload()
            return None

        title = t("attendance.waive_title", name=mask_name(one.name))
        await self.app.push_screen(FormDialog(title, (Field("reason", t("attendance.reason")),), save))

    async def do_annul_waiver(self) -> None:
        """Let count again what was waived for the person."""
        one = self._one()
        if one is None:
            return
        found = await self.attempt(lambda context: history(context, one.resident_id))
        in_force = [waiver for waiver in found.waivers if waiver.annulled_at is None] if found else []
        if not in_force:
            self.notify(t("attendance.no_waiver"), severity="warning")
            return

        async def chosen(key: str | None) -> None:
            if key is not None:
                done = await self.attempt(lambda context: annul_waiver(context, int(key), one.resident_id))
                if done is not None:
                    self.notify(t("attendance.waiver_annulled", id=int(key)))
                await self.reload()

        choices = [(str(one.id), t("attendance.waiver_line", **one.model_dump())) for one in in_force]
        await self.app.push_screen(ChoiceDialog(t("attendance.annul_title"), choices), chosen)


def _row(one: Standing) -> Row:
    cells = (str(one.resident_id), mask_name(one.name), str(one.count), one.last_day.isoformat(), until_words(one))
    return Row(str(one.resident_id), cells, "bad" if one.until else "warning")
