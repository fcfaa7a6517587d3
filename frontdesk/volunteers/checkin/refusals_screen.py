"""Today's attempts that were refused, with the reason in words."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row
from frontdesk.volunteers.checkin import looking
from frontdesk.volunteers.checkin.looking import Refusal
from frontdesk.volunteers.checkin.words import refusal_words, who


class RefusalsScreen(PushedListScreen):
    """Today's attempts that were refused: when, why, whose, where."""

    area: ClassVar[str] = "checkin.screen"
    title_key: ClassVar[str] = "refusals.title"
    list_id: ClassVar[str] = "refusals"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("checkin.screen", "explain", "enter"),
        Command("checkin.screen", "close", "escape,tab"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Refusal] = []

    def columns(self) -> tuple[Column, ...]:
        """When, why, whose, where."""
        return (
            Column(t("checkin.screen.column.time"), 5),
            Column(t("checkin.screen.column.why"), 20),
            Column(t("checkin.screen.column.who")),
            Column(t("checkin.screen.column.source"), 10),
        )

    def empty_words(self) -> str:
        """Nothing was refused today."""
        return t("checkin.screen.refusals.none")

    async def load(self) -> None:
        """Read them."""
        self._found = await self.desk_app.desk.run(looking.refusals_today)
        clock = self.desk_app.clock_text
        self.rows.set_rows(
            [
                Row(
                    str(one.scan.id),
                    (
                        clock(one.scan.at),
                        refusal_words(one.scan),
                        self._whose(one),
                        t(f"checkin.screen.source.{one.scan.source}"),
                    ),
                )
                for one in self._found
            ]
        )
        framed(self.panel, t("checkin.screen.refusals.panel", count=len(self._found)))

    @staticmethod
    def _whose(one: Refusal) -> str:
        if one.scan.volunteer_no is not None:
            return who(one.name, one.scan.volunteer_no)
        # Of a foreign code nothing is kept but how long it was.
        return t("checkin.screen.refusals.code", length=one.scan.code_length or 0)

    def why_not(self, name: str) -> str | None:
        """Explaining needs a refusal."""
        return t("checkin.screen.refusals.none") if name == "explain" and not self._found else None

    async def do_explain(self) -> None:
        """The whole sentence: what was wrong and what to do next."""
        one = self.under_cursor(self._found, lambda one: str(one.scan.id))
        if one is None:
            return
        scan = one.scan
        # Which answer was missing is not kept: it may have been given since.
        words = t(
            f"volunteers.error.{scan.reason}",
            limit=scan.limit_said,
            no=scan.volunteer_no or "",
            missing=t("checkin.screen.refusals.an_answer"),
        )
        title = f"{self.desk_app.clock_text(scan.at)}  {self._whose(one)}"
        await self.app.push_screen(ReadDialog(title, [(words, "")]))
