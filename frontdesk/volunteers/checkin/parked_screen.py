"""Parked cards at the desk: genuine ones that a restored file does not know. Each is taken in or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from frontdesk.common.names import mask_name
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog, Wrong, save_form
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import LineTone, ReadDialog
from frontdesk.shell.rowlist import Column, Row
from frontdesk.volunteers.checkin.parked import (
    ParkedCard,
    adopt_parked,
    parked_attempts,
    parked_cards,
    reject_parked,
)
from frontdesk.volunteers.register.fields import WRONG_FIELD

if TYPE_CHECKING:
    from datetime import datetime

    from db.volunteers import Volunteer
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

AREA = "parked_screen"
ATTEMPTS_SHOWN = 30


async def open_parked(screen: DeskScreen) -> None:
    """Show the cards that wait."""
    await screen.app.push_screen(ParkedScreen())


def _key(one: ParkedCard) -> str:
    return f"{one.volunteer_no}/{one.serial}"


class ParkedScreen(PushedListScreen):
    """Card by card: look at it, take it in, or refuse it."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "parked"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "details", "enter"),
        Command(AREA, "adopt", "f7"),
        Command(AREA, "reject", "f8"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._listed: list[ParkedCard] = []

    def columns(self) -> tuple[Column, ...]:
        """Whose number, which card, whose that is here, when it was scanned."""
        return (
            Column(t("parked_screen.column.no"), 8),
            Column(t("parked_screen.column.serial"), 6, "right"),
            Column(t("parked_screen.column.name")),
            Column(t("parked_screen.column.first"), 11),
            Column(t("parked_screen.column.last"), 11),
            Column(t("parked_screen.column.times"), 5, "right"),
        )

    def empty_words(self) -> str:
        """Nothing waits."""
        return t("parked_screen.empty")

    async def load(self) -> None:
        """Fetch the cards that wait."""
        self._listed = await self.desk_app.desk.run(parked_cards)
        self.rows.set_rows(
            [
                Row(
                    _key(one),
                    (
                        one.volunteer_no,
                        str(one.serial),
                        mask_name(one.name) if one.is_known else t("parked_screen.nobody"),
                        f"{one.first:%m-%d %H:%M}",
                        f"{one.last:%m-%d %H:%M}",
                        str(one.times),
                    ),
                    "" if one.is_known else "warning",
                )
                for one in self._listed
            ]
        )
        framed(self.panel, t("parked_screen.panel", count=len(self._listed)), t("parked_screen.about"))

    def card(self) -> ParkedCard | None:
        """The card under the cursor."""
        return self.under_cursor(self._listed, _key)

    def why_not(self, name: str) -> str | None:
        """A card must be there, and a manager decides."""
        if name == "close":
            return None
        if self.card() is None:
            return t("parked_screen.empty")
        operator = self.desk_app.desk.operator
        if name != "details" and (operator is None or operator.role != "manager"):
            return t("parked_screen.why.manager")
        return None

    async def do_details(self) -> None:
        """What is known of the card, each time that it was scanned, and what can be done."""
        one = self.card()
        assert one is not None
        times = await self.attempt(lambda context: parked_attempts(context, one.volunteer_no, one.serial))
        if times is None:
            return
        keys = [("f7", t("parked_screen.command.adopt")), ("f8", t("parked_screen.command.reject"))]

        async def chosen(key: str | None) -> None:
            if key is not None and self.rows.move_to(_key(one)):
                await self.action_command("adopt" if key == "f7" else "reject")

        title = t("parked_screen.details", no=one.volunteer_no, serial=one.serial)
        dialog = ReadDialog(title, _lines(one, times), keys if self.why_not("adopt") is None else [])
        await self.app.push_screen(dialog, chosen)

    async def do_adopt(self) -> None:
        """Take the card in; where nobody has its number here, the volunteer is made first."""
        one = self.card()
        assert one is not None
        if not one.is_known:
            await self._adopt_new(one)
            return
        key = "parked_screen.ask_adopt.replacing" if one.valid_serial is not None else "parked_screen.ask_adopt"
        question = t(key, name=mask_name(one.name), no=one.volunteer_no, serial=one.serial, old=one.valid_serial or 0)

        async def answered(yes: bool | None) -> None:
            if not yes:
                return
            done = await self.attempt(lambda context: adopt_parked(context, one.volunteer_no, one.serial))
            await self.reload()
            if done is not None:
                self._say_adopted(one)

        await self.app.push_screen(QuestionDialog(question, t("parked_screen.command.adopt")), answered)

    async def _adopt_new(self, one: ParkedCard) -> None:
        async def save(values: dict[str, str]) -> str | Wrong | None:
            typed = {name: text for name, text in values.items() if text.strip()}

            def case(context: Context) -> Volunteer:
                return adopt_parked(context, one.volunteer_no, one.serial, {"name": "", **typed})

            async def then(_: Volunteer) -> None:
                await self.reload()
                self._say_adopted(one)

            return await save_form(self, case, then, WRONG_FIELD)

        fields = (
            Field("name", t("parked_screen.field.name"), hint=t("parked_screen.field.name.hint")),
            Field("phone", t("parked_screen.field.phone"), hint=t("parked_screen.field.phone.hint")),
            Field("team", t("parked_screen.field.team")),
        )
        title = t("parked_screen.new", no=one.volunteer_no)
        await self.app.push_screen(FormDialog(title, fields, save))

    def _say_adopted(self, one: ParkedCard) -> None:
        self.notify(t("parked_screen.adopted", no=one.volunteer_no, count=one.times), timeout=20)

    async def do_reject(self) -> None:
        """Refuse the card for good, after a question."""
        one = self.card()
        assert one is not None

        def case(context: Context) -> bool:
            reject_parked(context, one.volunteer_no, one.serial)
            return True

        await self._ask(t("parked_screen.ask_reject", no=one.volunteer_no, serial=one.serial), case, one)

    async def _ask(self, question: str, case: Callable[[Context], bool], one: ParkedCard) -> None:
        async def answered(yes: bool | None) -> None:
            done = yes and await self.attempt(case)
            await self.reload()
            if done:
                self.notify(t("parked_screen.rejected", no=one.volunteer_no, serial=one.serial), timeout=12)

        await self.app.push_screen(QuestionDialog(question, t("parked_screen.command.reject")), answered)


def _lines(one: ParkedCard, times: list[datetime]) -> list[tuple[str, LineTone]]:
    """What the card is, whose, when it was scanned, and what to do."""
    lines: list[tuple[str, LineTone]] = [(t("parked_screen.line.genuine"), "good")]
    if one.is_known:
        lines.append((t("parked_screen.line.known", name=mask_name(one.name), no=one.volunteer_no), ""))
        if one.valid_serial is not None:
            lines.append((t("parked_screen.line.valid", serial=one.valid_serial), ""))
    else:
        lines.append((t("parked_screen.line.unknown", no=one.volunteer_no), "warning"))
    lines.append((t("parked_screen.line.times", count=one.times), "heading"))
    lines += [(f"{at:%Y-%m-%d %H:%M}", "") for at in times[:ATTEMPTS_SHOWN]]
    if len(times) > ATTEMPTS_SHOWN:
        lines.append((t("parked_screen.line.more", count=len(times) - ATTEMPTS_SHOWN), "muted"))
    lines.append((t("parked_screen.line.hours"), "muted"))
    return lines
