"""The monthly list: a month's sessions by day, planned, approved, published, changed and closed."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual.app import ComposeResult

from db.activities import SessionLine
from frontdesk.activities.monthly import papers_screen, service, steps_screen
from frontdesk.activities.monthly.service import MonthView, closed_with, month_view, read_month
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.common.periods import Period, month_of
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import CommandRows, PushedListScreen
from frontdesk.shell.rowlist import Column, Row

AREA = "monthly"
WIDE = 104
"""Cells of a window in which a session's name keeps room beside all columns."""

DAY = "day "
"""Before the key of a row that names a day."""

_CHANGING = {"edit", "new", "remove", "plan", "note"}
_MANAGERS = {"approve", "publish", "withdraw", "close_list"}
_NEEDS_SESSIONS = {"approve", "publish", "print", "export"}


async def open_month(screen: DeskScreen, day: date) -> None:
    """Show the list of the month in which a day lies over a screen."""
    await screen.app.push_screen(MonthScreen(month_of(day)))


class MonthScreen(PushedListScreen):
    """One month; left and right go to those before and after it."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "month"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "edit", "enter"),
        Command(AREA, "new", "ctrl+n,insert"),
        Command(AREA, "plan", "f7"),
        Command(AREA, "approve", "ctrl+a"),
        Command(AREA, "publish", "ctrl+s"),
        Command(AREA, "changes", "f8"),
        Command(AREA, "print", "ctrl+t"),
        Command(AREA, "demands", "ctrl+w"),
        Command(AREA, "close", "escape"),
        Command(AREA, "remove", "delete", in_bar=False),
        Command(AREA, "export", "ctrl+o", in_bar=False),
        Command(AREA, "close_list", "ctrl+f", in_bar=False),
        Command(AREA, "withdraw", "ctrl+x", in_bar=False),
        Command(AREA, "note", "ctrl+r", in_bar=False),
        Command(AREA, "go_to", "ctrl+g", in_bar=False),
        Command(AREA, "earlier", "left", in_bar=False),
        Command(AREA, "later", "right", in_bar=False),
    )

    def __init__(self, period: Period) -> None:
        super().__init__()
        self.period = period
        self.view = MonthView(period, None, ())
        self._shown: Period | None = None

    def columns(self) -> tuple[Column, ...]:
        """Time, name, category, seats, state or what was changed, room; in a wide window lead and type too."""
        narrow = (
            Column(t("monthly.column.time"), 11),
            Column(t("monthly.column.name")),
            Column(t("monthly.column.category"), 8),
            Column(t("monthly.column.seats"), 7, "right"),
            Column(t("monthly.column.state"), 9),
            Column(t("monthly.column.room"), 10, optional=True),
        )
        if self.app.size.width < WIDE:
            return narrow
        lead, kind = (
            Column(t("monthly.column.lead"), 8, optional=True),
            Column(t("monthly.column.type"), 8, optional=True),
        )
        return (*narrow, lead, kind)

    def compose_list(self) -> ComposeResult:
        """The days are headings, which the cursor steps over."""
        yield CommandRows(self.columns(), empty=t("monthly.no_sessions"), skips_headings=True, id=self.list_id)

    async def load(self) -> None:
        """Read the month."""
        period = self.period
        view = await self.desk_app.desk.run(lambda context: month_view(context, period))
        if period != self.period:
            # Another month was chosen meanwhile, and is being read.
            return
        self.view = view
        self.rows.set_rows(self._rows())
        if self._shown != period or (self.rows.current and self.rows.current.tone == "heading"):
            self._stand_on_a_session()
        self._shown = period
        state = t(f"monthly.state.{view.state or 'none'}")
        framed(self.panel, t("monthly.panel", month=period.label, state=state, count=len(view.sessions)), self._below())

    def _below(self) -> str:
        kept, parts = self.view.kept, []
        if self.view.number:
            parts.append(t("monthly.panel.number", number=self.view.number))
        if self.view.changes:
            parts.append(t("monthly.panel.changes", count=len(self.view.changes)))
        came = closed_with(kept) if kept else None
        if came is not None:
            parts.append(t("monthly.panel.carried_out", **came._asdict()))
        return "  ".join(parts)

    def _stand_on_a_session(self) -> None:
        """Begin with the first session that is not over by day, in a month that is over with its first."""
        today = self.desk_app.today().isoformat()
        found = next((one for one in self.view.sessions if one.day >= today), None)
        first = found or next(iter(self.view.sessions), None)
        if first is not None:
            self.rows.move_to(first.code)
            # What comes after it is what is asked about: it does not open as the last line that is seen.
            self.call_after_refresh(self.rows.centre_cursor)

    def _rows(self) -> list[Row]:
        rows, day = [], ""
        for one in self.view.sessions:
            if one.day != day:
                day = one.day
                weekday = t(f"common.weekday.{date.fromisoformat(day).isoweekday()}")
                rows.append(Row(f"{DAY}{day}", (f"{day[5:]} {weekday}",), "heading"))
            rows.append(self._row(one))
        return rows

    def _row(self, one: SessionLine) -> Row:
        clock = self.desk_app.clock_text
        seats = str(one.capacity) if is_planned(one) else f"{one.seats_confirmed}/{one.capacity}"
        kind = self.view.changed.get(one.code)
        state = t(f"monthly.change.{kind}") if kind else t(f"monthly.session.{one.state}")
        lacks = not one.room or not one.lead
        cells = (
            f"{clock(one.starts_at)}-{clock(one.ends_at)}",
            one.name,
            one.category,
            seats,
            state,
            one.room,
            one.lead,
            one.activity_type,
        )
        if one.state == "cancelled":
            return Row(one.code, cells, "muted")
        return Row(one.code, cells, "warning" if kind or (is_planned(one) and lacks) else "")

    def session(self) -> SessionLine | None:
        """The session under the cursor."""
        return self.under_cursor(self.view.sessions, lambda one: one.code)

    def why_not(self, name: str) -> str | None:
        """Whoever only reads changes nothing; what a manager does depends on how far the list is."""
        if name in _CHANGING | _MANAGERS and self.is_auditor:
            return self.why_read_only()
        if name in _MANAGERS and not self._is_manager():
            return t("monthly.why.manager")
        if name in ("edit", "remove") and self.session() is None:
            return t("monthly.choose_session")
        if name in _NEEDS_SESSIONS and not self.view.sessions:
            return t("monthly.why.no_sessions")
        return steps_screen.why_not(self, name)

    def _is_manager(self) -> bool:
        operator = self.desk_app.desk.operator
        return operator is not None and operator.role == "manager"

    async def do_edit(self) -> None:
        """The form of the session."""
        from frontdesk.activities.sessions.edit_screen import open_edit

        one = self.session()
        assert one is not None
        await open_edit(self, one.code)

    async def do_new(self) -> None:
        """A new session, on the day under the cursor."""
        from frontdesk.activities.sessions.edit_screen import open_new

        one = self.session()
        today = self.desk_app.today()
        first = today if self.period.contains(today) else self.period.first
        await open_new(self, date.fromisoformat(one.day) if one else first)

    async def do_remove(self) -> None:
        """Delete a draft; cancel what has been announced."""
        from frontdesk.activities.sessions.cancel_screen import ask_cancel
        from frontdesk.activities.sessions.edit_screen import ask_delete

        one = self.session()
        assert one is not None
        await (ask_delete if is_planned(one) else ask_cancel)(self, one.code)

    async def do_plan(self) -> None:
        """What the series lack in this month, before it is made."""
        await steps_screen.ask_plan(self)

    async def do_approve(self) -> None:
        """Approve the drafts."""
        await steps_screen.ask_approve(self)

    async def do_publish(self) -> None:
        """Publish the list, or announce drafts that came later."""
        await steps_screen.ask_publish(self)

    async def do_withdraw(self) -> None:
        """Take the last step back."""
        await steps_screen.ask_withdraw(self)

    async def do_close_list(self) -> None:
        """Close the list with what was carried out."""
        await steps_screen.ask_close(self)

    async def do_changes(self) -> None:
        """The change lines."""
        await papers_screen.show_changes(self)

    async def do_print(self) -> None:
        """The poster, or the notice of changes."""
        await papers_screen.ask_print(self)

    async def do_export(self) -> None:
        """The workbook, or the calendars."""
        await papers_screen.ask_export(self)

    async def do_note(self) -> None:
        """What the poster says of signing up."""
        period = self.period

        async def save(values: dict[str, str]) -> str | None:
            try:
                await self.desk_app.desk.run(lambda context: service.set_note(context, period, values["note"]))
            except CodedError as refusal:
                return words_for(refusal)
            await self.reload()
            return None

        field = Field("note", t("monthly.note.field"), self.view.kept.note if self.view.kept else "")
        await self.app.push_screen(FormDialog(t("monthly.note.title"), (field,), save))

    async def do_demands(self) -> None:
        """What residents want, to be linked to sessions of this month."""
        from frontdesk.activities.monthly.demand_screen import DemandsScreen

        await self.app.push_screen(DemandsScreen(self.period))

    async def _go(self, period: Period) -> None:
        self.period = period
        await self.reload()

    async def do_earlier(self) -> None:
        """The month before."""
        await self._go(self.period.previous())

    async def do_later(self) -> None:
        """The month after."""
        await self._go(self.period.following())

    async def do_go_to(self) -> None:
        """A month typed in."""

        def case(context: Context, text: str) -> Period:
            return read_month(context, text)

        async def save(values: dict[str, str]) -> str | None:
            try:
                period = await self.desk_app.desk.run(lambda context: case(context, values["month"]))
            except CodedError as refusal:
                return words_for(refusal)
            await self._go(period)
            return None

        field = Field("month", t("monthly.go_to.field"), hint=t("monthly.go_to.hint"))
        await self.app.push_screen(FormDialog(t("monthly.go_to.title"), (field,), save))
