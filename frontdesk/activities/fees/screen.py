"""What a sign-up owes, has paid and was given back; opened over another screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.activities.fees import service
from frontdesk.activities.fees.receipt_paper import write_receipt
from frontdesk.activities.fees.words import line_words, means_words, owed_words, read_amount
from frontdesk.common import money
from frontdesk.common.names import mask_name
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from db.fees import FeeLine
    from frontdesk.activities.fees.service import Statement
    from frontdesk.shell.base import DeskScreen


async def open_fees(screen: DeskScreen, registration_id: int) -> None:
    """Open the fees of a sign-up; where the centre takes none and none was taken it is said how to turn them on."""

    def case(context: Context) -> bool:
        return bool(context.settings.fees_enabled or service.statement(context, registration_id).lines)

    shown = await screen.attempt(case)
    if shown:
        await screen.app.push_screen(FeesScreen(registration_id))
    elif shown is not None:
        screen.notify(t("fees.error.fees_off"), severity="warning")


class FeesScreen(PushedListScreen):
    """The receipts and refunds of one sign-up."""

    area: ClassVar[str] = "fees"
    list_id: ClassVar[str] = "fee-lines"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("fees", "take", "f7"),
        Command("fees", "refund", "f8"),
        Command("fees", "print", "enter"),
        Command("fees", "day", "ctrl+t"),
        Command("fees", "owing", "ctrl+w"),
        Command("fees", "close", "escape"),
    )

    def __init__(self, registration_id: int) -> None:
        super().__init__()
        self._registration_id = registration_id
        self._found: Statement | None = None
        self._enabled = False

    def columns(self) -> tuple[Column, ...]:
        """Number, day, amount, means, why."""
        return (
            Column(t("fees.head.number"), 11),
            Column(t("fees.head.day"), 5),
            Column(t("fees.head.kind"), 7),
            Column(t("fees.head.amount"), 9, "right"),
            Column(t("fees.head.means"), 8),
            Column(t("fees.head.left_of"), 11, "right"),
            Column(t("fees.head.reason")),
        )

    def empty_words(self) -> str:
        """How to take something."""
        return t("fees.none_yet")

    async def load(self) -> None:
        """Read the account."""
        number = self._registration_id

        def case(context: Context) -> tuple[Statement, bool]:
            return service.statement(context, number), bool(context.settings.fees_enabled)

        found, self._enabled = await self.desk_app.desk.run(case)
        self._found = found
        self.rows.set_rows([_row(found, one) for one in found.lines])
        account = found.account
        title = t("fees.panel", seq=account.seq_no, name=mask_name(account.name), session=account.session_name)
        sums = {"due": money.yuan_words(account.due_fen), "paid": money.yuan_words(account.paid_fen)}
        framed(self.panel, title, t("fees.panel_sums", owed=owed_words(account), **sums))

    def _line(self) -> FeeLine | None:
        found = self._found
        return self.under_cursor(found.lines, lambda one: one.number) if found is not None else None

    def why_not(self, name: str) -> str | None:
        """What a command needs: that fees are taken, or a receipt of which something is left."""
        if name in ("take", "refund", "print") and self.why_read_only() is not None:
            return self.why_read_only()
        if name == "take" and not self._enabled:
            return t("fees.error.fees_off")
        line, found = self._line(), self._found
        if name in ("print", "refund") and line is None:
            return t("fees.choose")
        if name == "refund" and line is not None and found is not None:
            if line.kind != "receipt":
                return t("fees.error.not_a_receipt", number=line.number)
            if found.left[line.number] <= 0:
                return t("fees.error.refunded_already", number=line.number)
        return None

    async def do_take(self) -> None:
        """Take what is owed, or an amount."""
        found = self._found
        assert found is not None
        number, owed = self._registration_id, found.account.owed_fen

        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                amount = read_amount(values["amount"])
                done = await self.desk_app.desk.run(
                    lambda context: service.take(context, number, values["means"], amount, reason=values["reason"])
                )
            except CodedError as refusal:
                return _wrong(refusal, values)
            await self._show(done)
            return None

        fields = (
            Field("amount", t("fees.field.amount"), money.yuan_words(owed) if owed > 0 else "", t("fees.hint.amount")),
            Field("means", t("fees.field.means"), "1", t("fees.hint.means")),
            Field("reason", t("fees.field.note"), hint=t("fees.hint.take_reason")),
        )
        await self.app.push_screen(FormDialog(t("fees.take_title"), fields, save))

    async def do_refund(self) -> None:
        """Give back what is left of the chosen receipt, or an amount of it."""
        found, line = self._found, self._line()
        assert found is not None
        assert line is not None

        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                amount = read_amount(values["amount"])
                done = await self.desk_app.desk.run(
                    lambda context: service.refund(context, line.number, values["means"], values["reason"], amount)
                )
            except CodedError as refusal:
                return _wrong(refusal, values)
            await self._show(done)
            return None

        fields = (
            Field("reason", t("fees.field.reason"), hint=t("fees.hint.reason")),
            Field("amount", t("fees.field.amount"), money.yuan_words(found.left[line.number]), t("fees.hint.amount")),
            Field("means", t("fees.field.means"), means_words(line.means), t("fees.hint.means")),
        )
        await self.app.push_screen(FormDialog(t("fees.refund_title", number=line.number), fields, save))

    async def _show(self, done: FeeLine) -> None:
        await self.reload()
        self.rows.move_to(done.number)
        self.notify(t("fees.done", line=line_words(done)), timeout=10)

    async def do_print(self) -> None:
        """The paper of the chosen line."""
        line = self._line()
        assert line is not None
        out = free_path(self.desk_app.export_folder(), f"{t(f'fees.kind.{line.kind}')}-{line.number}", ".pdf")
        if await self.attempt(lambda context: write_receipt(context, out, line.number), slow=True) is not None:
            self.notify(t("fees.written", out=out), timeout=12)

    async def do_day(self) -> None:
        """What was taken and given back today."""
        from frontdesk.activities.fees.day_screen import FeeDayScreen

        await self.app.push_screen(FeeDayScreen())

    async def do_owing(self) -> None:
        """Who has not paid for this session, and who is to get something back."""
        from frontdesk.activities.fees.owing_screen import OwingScreen

        found = self._found
        if found is not None:
            await self.app.push_screen(OwingScreen(found.account.session_code, found.account.session_name))


def _row(found: Statement, one: FeeLine) -> Row:
    is_receipt = one.kind == "receipt"
    cells = (
        one.number,
        one.day[5:],
        t(f"fees.kind.{one.kind}"),
        money.yuan_words(one.amount_fen if is_receipt else -one.amount_fen),
        means_words(one.means),
        money.yuan_words(found.left[one.number]) if is_receipt else one.refunds or "",
        one.reason,
    )
    return Row(one.number, cells, "" if is_receipt else "warning")


def _wrong(refusal: CodedError, values: dict[str, str]) -> str | Wrong:
    field = str((refusal.details or {}).get("field", ""))
    return Wrong(words_for(refusal), field) if field in values else words_for(refusal)
