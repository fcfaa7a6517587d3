"""Who has not paid for a session, and who is to get something back; opened from the fees of a sign-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.activities.fees import service
from frontdesk.activities.fees.words import owed_words
from frontdesk.common import money
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from db.fees import Account


class OwingScreen(PushedListScreen):
    """The sign-ups of a session that are not settled: who owes first, then who gets something back."""

    area: ClassVar[str] = "fees"
    title_key: ClassVar[str] = "owing.title"
    list_id: ClassVar[str] = "fee-owing"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("fees", "show", "enter"),
        Command("fees", "close", "escape"),
    )

    def __init__(self, session_code: str, session_name: str) -> None:
        super().__init__()
        self._code = session_code
        self._name = session_name
        self._found: list[Account] = []

    def columns(self) -> tuple[Column, ...]:
        """Who, how many seats, how much."""
        return (
            Column(t("fees.head.seq_no"), 8, "right"),
            Column(t("fees.head.name"), 10),
            Column(t("fees.head.seats"), 5, "right"),
            Column(t("fees.head.due"), 10, "right"),
            Column(t("fees.head.paid"), 10, "right"),
            Column(t("fees.head.owed")),
        )

    def empty_words(self) -> str:
        """Everybody has paid."""
        return t("fees.all_settled")

    async def load(self) -> None:
        """Read the accounts."""
        code = self._code

        def case(context: Context) -> list[Account]:
            today = context.today()
            return [*service.unpaid(context, today, today, code), *service.to_refund(context, today, today, code)]

        self._found = await self.desk_app.desk.run(case)
        self.rows.set_rows([_row(one) for one in self._found])
        owed = sum(one.owed_fen for one in self._found if one.owed_fen > 0)
        back = -sum(one.owed_fen for one in self._found if one.owed_fen < 0)
        sums = t("fees.owing.sums", owed=money.yuan_words(owed), back=money.yuan_words(back))
        framed(self.panel, t("fees.owing.panel", session=self._name, count=len(self._found)), sums)

    def why_not(self, name: str) -> str | None:
        """An account has to be chosen."""
        return t("fees.choose_account") if name == "show" and self.rows.current is None else None

    async def do_show(self) -> None:
        """The fees of the chosen sign-up."""
        from frontdesk.activities.fees.screen import FeesScreen

        one = self.under_cursor(self._found, lambda account: str(account.registration_id))
        if one is not None:
            await self.app.push_screen(FeesScreen(one.registration_id))


def _row(one: Account) -> Row:
    cells = (
        str(one.seq_no),
        mask_name(one.name),
        str(one.seats),
        money.yuan_words(one.due_fen),
        money.yuan_words(one.paid_fen),
        owed_words(one),
    )
    return Row(str(one.registration_id), cells, "warning" if one.owed_fen > 0 else "bad")
