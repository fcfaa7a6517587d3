"""Who has to be told what: a seat, an offer, another time, a cancelled session. Phone on request, one key for told."""

from __future__ import annotations

from typing import ClassVar

from db.registrations import ToTell
from frontdesk.activities.signup import moving, service, telling
from frontdesk.activities.signup.rows_screen import until_text
from frontdesk.activities.signup.settling import settle_due
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

AREA = "signup_screen"


async def open_tell(screen: DeskScreen, code: str = "") -> None:
    """Show who has to be told something: of one session, or of all."""
    await screen.app.push_screen(TellScreen(code))


async def show_contact(screen: DeskScreen, registration_id: int, seq_no: int) -> None:
    """Show name and phone of a sign-up, which is logged, and what there is to be said; F7 notes that it was."""

    def case(context: Context) -> tuple[tuple[str, str], ToTell | None, str]:
        found = service.contact(context, registration_id)
        one = next((one for one in telling.to_tell(context) if one.registration_id == registration_id), None)
        return found, one, telling.tell_words(context, one) if one is not None else ""

    shown = await screen.attempt(case)
    if shown is None:
        return
    found, one, words = shown
    lines, keys = [("  ".join(found), "")], []
    if one is not None:
        at = screen.desk_app.moment_text(one.starts_at)
        lines.append((t(f"{AREA}.tell.say", session=one.session_name, at=at, words=words), ""))
        keys.append(("f7", t(f"{AREA}.command.told")))

    async def answered(key: str | None) -> None:
        if key == "f7":
            await note_told(screen, registration_id, seq_no)

    title = t("activities.contact_title", seq_no=seq_no)
    await screen.app.push_screen(ReadDialog(title, lines, keys), answered)  # type: ignore[arg-type]


async def note_told(screen: DeskScreen, registration_id: int, seq_no: int) -> None:
    """Note that somebody was told."""

    def case(context: Context) -> bool:
        moving.told(context, registration_id)
        return True

    if await screen.attempt(case):
        await screen.reload()
        screen.notify(t(f"{AREA}.told", seq_no=seq_no))


class TellScreen(PushedListScreen):
    """Whoever has least time left first."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "tell.title"
    list_id: ClassVar[str] = "tell"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "call", "enter"),
        Command(AREA, "told", "f7"),
        Command(AREA, "scope", "tab"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code
        self._all = not code
        self._found: list[tuple[ToTell, str]] = []

    def columns(self) -> tuple[Column, ...]:
        """By when, which session, number, who, what."""
        return (
            Column(t(f"{AREA}.column.by"), 6),
            Column(t("activities.seq_no"), 4, "right"),
            Column(t("activities.who"), 10),
            Column(t(f"{AREA}.column.what")),
            Column(t("activities.name"), 20, optional=True),
        )

    def empty_words(self) -> str:
        """Everybody knows."""
        return t(f"{AREA}.tell.nobody")

    async def load(self) -> None:
        """Read them; of one session, or of all."""

        def case(context: Context) -> list[tuple[ToTell, str]]:
            settle_due(context)
            return [(one, telling.tell_words(context, one)) for one in telling.to_tell(context)]

        found = await self.desk_app.desk.run(case)
        self._found = [one for one in found if self._all or one[0].session_code == self._code]
        self.rows.set_rows([self._row(one, words) for one, words in self._found])
        others = len(found) - len(self._found)
        key = "all" if self._all else "one"
        framed(
            self.panel,
            t(f"{AREA}.tell.panel_{key}", count=len(self._found), code=self._code),
            t(f"{AREA}.tell.others", count=others) if others else "",
        )

    def _row(self, one: ToTell, words: str) -> Row:
        by = until_text(self, one.offer_until or one.starts_at)
        what = f"{self.desk_app.moment_text(one.starts_at)} {one.session_name}"
        cells = (by, str(one.seq_no), mask_name(one.name), words, what)
        return Row(str(one.registration_id), cells, "warning" if one.tell == "offer" else "")

    def _chosen(self) -> tuple[ToTell, str] | None:
        return self.under_cursor(self._found, lambda one: str(one[0].registration_id))

    def why_not(self, name: str) -> str | None:
        """Calling and telling need somebody."""
        if name == "close":
            return None
        if name == "scope":
            return None if self._code else t(f"{AREA}.tell.is_all")
        if self.is_auditor:
            return self.why_read_only()
        return None if self._chosen() else t(f"{AREA}.tell.nobody")

    async def do_call(self) -> None:
        """Name and phone, and what to say; it is logged."""
        chosen = self._chosen()
        assert chosen is not None
        await show_contact(self, chosen[0].registration_id, chosen[0].seq_no)

    async def do_told(self) -> None:
        """Note that the chosen one was told."""
        chosen = self._chosen()
        assert chosen is not None
        await note_told(self, chosen[0].registration_id, chosen[0].seq_no)

    async def do_scope(self) -> None:
        """Of this session, or of all."""
        self._all = not self._all
        await self.reload()
