"""The check list of a period and its closing, what was amended, and handing it over with one key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from frontdesk.common.periods import Period
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.reports import service
from frontdesk.reports.closing.checklist import Item, ItemCode
from frontdesk.reports.closing.kept import sound
from frontdesk.reports.closing.rules import Change, to_be_shown
from frontdesk.reports.closing.words import (
    amendment_words,
    change_words,
    item_words,
    moment_words,
    waived_words,
)
from frontdesk.reports.rules import TOO_SHORT
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row
from frontdesk.sync import service as sync

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen

AREA = "closing"
OVER: frozenset[ItemCode] = frozenset({"open_visits", "follow_ups", "monthly_list"})
"""Items that are settled in a dialog over this screen; the others have a screen of their own."""


async def open_closing(screen: DeskScreen, period: Period) -> None:
    """Show the check list of a period, or what became of it since it was closed, over a screen."""
    await screen.app.push_screen(ClosingScreen(period))


@dataclass(frozen=True)
class Standing:
    """How a period stands: its check list while it is not closed, else its edition, what was amended and what differs
    now; `lines` are all of it as rows.
    """

    period: Period
    items: tuple[Item, ...]
    edition: int | None
    changes: tuple[Change, ...]
    lines: tuple[Row, ...]

    @property
    def to_settle(self) -> tuple[Item, ...]:
        """What is open and can be waived."""
        return tuple(one for one in self.items if one.is_open and one.is_binding and one.is_waivable)


def _standing(context: Context, period: Period) -> Standing:
    with context.database.reading():
        closing = service.closing_of(context, period)
        if closing is None:
            items = service.check_list(context, period)
            return Standing(period, items, None, (), tuple(map(_item_row, items)))
        days, changes = service.as_closed(context, period), service.drift(context, period)
        first = sound(service.editions(context, period)[0])
        by = t("closing.closed_by", at=moment_words(context, first.closed_at), by=first.closed_by)
        rows = [Row("closed", (t("closing.state.clear"), f"{by} {first.reason}".rstrip()), "good")]
        rows += [Row(f"waived.{n}", ("", words), "muted") for n, words in enumerate(waived_words(first))]
        for one in service.amendments_of(context, period):
            words = amendment_words(context, one)
            rows.append(Row(f"amended.{one.edition}", (t("closing.state.amended"), words)))
            rows += [
                Row(f"amended.{one.edition}.{n}", ("", change_words(change)), "muted")
                for n, change in enumerate(one.changes)
            ]
        rows += [
            Row(f"change.{n}", (t("closing.state.differs"), change_words(one)), "warning")
            for n, one in enumerate(to_be_shown(changes))
        ]
        if not changes:
            rows.append(Row("same", (t("closing.state.same"), t("closing.same")), "good"))
        return Standing(days, (), closing.edition, changes, tuple(rows))


def _item_row(item: Item) -> Row:
    if not item.is_open:
        return Row(item.code, (t("closing.state.clear"), item_words(item)), "muted")
    if not item.is_binding:
        return Row(item.code, (t("closing.state.told"), item_words(item)))
    return Row(item.code, (t("closing.state.open"), item_words(item)), "warning")


class ClosingScreen(PushedListScreen):
    """Line by line what is still open; Enter opens what settles it, one key hands the period over."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "closing"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "open", "enter"),
        Command(AREA, "hand_over", "f8"),
        Command(AREA, "freeze", "f7"),
        Command(AREA, "amend", "ctrl+e"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, period: Period) -> None:
        super().__init__()
        self._period = period
        self._standing: Standing | None = None
        self._handing = False

    def columns(self) -> tuple[Column, ...]:
        """Whether it is settled, and what it is."""
        return Column(t("closing.column.state"), 8), Column(t("closing.column.what"))

    async def load(self) -> None:
        """Look the period over, beside the scans."""
        period = self._period
        standing = await self.desk_app.desk.run_slow(lambda context: _standing(context, period))
        is_first = self._standing is None
        self._standing = standing
        self.rows.set_rows(standing.lines)
        if is_first and standing.to_settle:
            self.rows.move_to(standing.to_settle[0].code)
        days = {"period": standing.period.label, "first": _short(standing.period.first)}
        days["last"] = _short(standing.period.last)
        if standing.edition is not None:
            framed(self.panel, t("closing.panel.closed", edition=standing.edition, **days))
            return
        left = len(standing.to_settle)
        said = t("closing.left", count=left) if left or self._is_running else t("closing.settled_all")
        framed(self.panel, t("closing.panel.open", **days), said)

    def why_not(self, name: str) -> str | None:
        """Managers close and amend; a running period cannot be closed, a closed one not again."""
        standing = self._standing
        if standing is None or name == "close":
            return None
        if name in ("hand_over", "freeze") and self._period.kind in TOO_SHORT:
            return t("reports.too_short")
        if name == "hand_over":
            return self.why_read_only() or (t("closing.handing") if self._handing else None)
        if name == "open":
            return None if self._item() is not None else t("closing.why.nothing")
        if name == "amend" and standing.edition is None:
            return t("closing.why.not_closed")
        if name == "freeze" and standing.edition is not None:
            return t("closing.why.closed")
        if name == "freeze" and self._is_running:
            return t("closing.why.running", period=standing.period.label, last=standing.period.last.isoformat())
        if name == "amend" and not standing.changes:
            return t("closing.why.same")
        return None if self._is_manager else t("closing.why.manager")

    @property
    def _is_running(self) -> bool:
        return not self._period.has_ended(self.desk_app.today())

    @property
    def _is_manager(self) -> bool:
        operator = self.desk_app.desk.operator
        return operator is not None and operator.role == "manager"

    def _item(self) -> Item | None:
        """The item under the cursor, if it is open and something settles it."""
        found = self.under_cursor(self._standing.items if self._standing else (), lambda one: one.code)
        return found if found is not None and found.is_open and found.opens else None

    async def do_open(self) -> None:
        """Open what settles the item: a dialog over this screen, or another screen in its place."""
        item = self._item()
        if item is None:
            return
        if item.code in OVER:
            told = (date.fromisoformat(f"{item.key}-01"),) if item.code == "monthly_list" else ()
            await self.desk_app.open_form(item.opens, self, *told)
            return
        self.close()
        self.app.call_later(self._go_to, item)

    async def _go_to(self, item: Item) -> None:
        """The screen that settles an item, once this one is gone."""
        await self.desk_app.action_command(item.opens)
        if item.key:
            self.desk_app.open_at(item.key)

    async def do_freeze(self) -> None:
        """Close the period and nothing more."""
        await self._with_reason(self._freeze)

    async def _freeze(self, reason: str, waived: list[str]) -> str | None:
        period = self._period

        def case(context: Context) -> str:
            closing = service.close_period(context, period, waived, reason)
            return t("closing.handed.closed", edition=closing.edition)

        return await self._said(case)

    async def _said(self, case: Callable[[Context], str]) -> str | None:
        """Run a use case that says what it did; None when it is done, else in words what is wrong."""
        try:
            self.notify(await self.desk_app.desk.run_slow(case), timeout=8)
        except CodedError as refusal:
            return words_for(refusal)
        await self.reload()
        self.desk_app.mark_stale()
        return None

    async def _with_reason(self, act: Callable[[str, list[str]], Awaitable[str | None]]) -> None:
        """Ask why what is open is waived, where anything is, and act."""
        left = self._standing.to_settle if self._standing else ()
        waived: list[str] = [one.code for one in left]
        if not left:
            if (wrong := await act("", [])) is not None:
                self.notify(wrong, severity="error", timeout=12)
            return

        async def submit(values: dict[str, str]) -> str | None:
            return await act(values["reason"], waived)

        items = t("closing.comma").join(item_words(one) for one in left)
        fields = (Field("reason", t("closing.ask.reason"), hint=t("closing.ask.reason.hint")),)
        await self.app.push_screen(FormDialog(t("closing.ask.waive", items=items), fields, submit))

    async def do_hand_over(self) -> None:
        """Close what can be closed, write the workbook, seal and send; what the district has locked is asked first."""
        period = self._period
        lock = await self.desk_app.desk.run(lambda context: sync.lock_of(context, period.key))
        if lock is not None:
            question = t("sync.lock.ask", period=period.label, reason=lock.because)
            await self._ask(question, self._hand_over_now)
        elif self._is_running:
            await self._ask_running()
        else:
            await self._hand_over_now()

    async def _hand_over_now(self) -> None:
        if self._is_running:
            await self._start("", [])
        elif self._is_manager and self._standing is not None and self._standing.edition is None:
            await self._with_reason(self._start)
        else:
            await self._start("", [])

    async def _ask_running(self) -> None:
        await self._ask(t("reports.submit_running", period=self._period.label), self._hand_over_now)

    async def _ask(self, question: str, act: Callable[[], Awaitable[None]]) -> None:
        async def answered(yes: bool | None) -> None:
            if yes:
                await act()

        await self.app.push_screen(QuestionDialog(question, t("reports.submit_yes")), answered)

    async def _start(self, reason: str, waived: list[str]) -> str | None:
        """Hand over beside whatever else is done at the desk."""
        if waived and not reason.strip():
            return t("closing.error.reason_required")
        self._handing = True
        self.refresh_frame()
        self.notify(t("closing.handing"), timeout=4)
        self.run_worker(self._hand_over(reason, waived), group="handing")
        return None

    async def _hand_over(self, reason: str, waived: list[str]) -> None:
        from frontdesk.reports.handing import hand_over

        period = self._period
        out = free_path(self.desk_app.export_folder(), f"{self.desk_app.centre_name}-{period.key}", ".xlsx")
        try:
            # Its last step waits for the district: no export waits with it, and leaving the program breaks it off.
            handed = await self.desk_app.syncing.send_last(
                lambda context, stop: hand_over(context, period, out, waived, reason, stop)
            )
        except CodedError as refusal:
            self.desk_app.say_failure(refusal)
        else:
            self.notify(handed.words, timeout=20)
        finally:
            self._handing = False
        await self.reload()
        self.desk_app.mark_stale()

    async def do_amend(self) -> None:
        """Ask why, and make the next edition."""
        period, changes = self._period, self._standing.changes if self._standing else ()

        def case_of(reason: str) -> Callable[[Context], str]:
            def case(context: Context) -> str:
                closing = service.amend(context, period, reason)
                return t("closing.amended_now", period=period.label, edition=closing.edition)

            return case

        async def submit(values: dict[str, str]) -> str | None:
            return await self._said(case_of(values["reason"]))

        fields = (Field("reason", t("closing.ask.reason"), hint=t("closing.ask.reason.hint")),)
        title = t("closing.ask.amend", period=period.label, count=len(changes))
        await self.app.push_screen(FormDialog(title, fields, submit))


def _short(day: date) -> str:
    return f"{day:%m-%d}"
