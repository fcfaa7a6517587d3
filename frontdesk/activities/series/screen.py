"""The list of series, and the sessions of one of them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from db.activities import Session
from db.series import SeriesLine
from frontdesk.activities.series import service
from frontdesk.activities.series.form_screen import AREA, Target, open_form
from frontdesk.activities.series.outcome import SeriesOutcome
from frontdesk.activities.series.patterns import short_words
from frontdesk.activities.series.rechecking import Recheck, keep_as_it_is, to_recheck
from frontdesk.activities.series.words import outcome_words
from frontdesk.activities.sessions.cancel_screen import ask_cancel
from frontdesk.activities.sessions.edit_screen import ask_delete, open_edit
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.common.dates import screen_date
from frontdesk.common.text import display_width
from frontdesk.common.typed_dates import read_coming_date
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog, Wrong, save_form
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

_CHANGES = ("new", "change", "end", "reopen", "drafts", "one", "following", "cancel", "keep", "delete")
_DOUBTFUL = "! "
"""Before what does not go with the calendar."""


async def open_series(screen: DeskScreen) -> None:
    """Show the series over a screen."""
    await screen.app.push_screen(SeriesScreen())


async def say_done(screen: DeskScreen, outcome: SeriesOutcome) -> None:
    """Say in numbers what was done."""
    await screen.reload()
    doubtful = any((outcome.to_tell, outcome.clashes, outcome.elsewhere, outcome.unapproved, outcome.room_closed))
    screen.notify(outcome_words(outcome), severity="warning" if doubtful else "information", timeout=12)


class SeriesScreen(PushedListScreen):
    """Every series that goes on; Enter shows its sessions."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "series"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "show", "enter"),
        Command(AREA, "new", "ctrl+n,insert"),
        Command(AREA, "change", "ctrl+e"),
        Command(AREA, "end", "ctrl+x"),
        Command(AREA, "reopen", "ctrl+o", in_bar=False),
        Command(AREA, "drafts", "delete"),
        Command(AREA, "every", "f7"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._series: list[SeriesLine] = []
        self._ended = False

    def columns(self) -> tuple[Column, ...]:
        """Name, pattern, times, room, last day, sessions to come."""
        return (
            Column(t("series.column.name")),
            Column(t("series.column.pattern"), 18, widest=28),
            Column(t("series.column.times"), 11),
            Column(t("series.column.room"), 8, optional=True),
            Column(t("series.column.last_day"), 10),
            Column(t("series.column.coming"), display_width(t("series.column.coming")), "right"),
            Column(t("series.column.drafts"), display_width(t("series.column.drafts")), "right", optional=True),
        )

    def empty_words(self) -> str:
        """How to begin."""
        return t("series.none")

    async def load(self) -> None:
        """Read the series."""
        ended = self._ended

        def read(context: Context) -> tuple[list[SeriesLine], list[Recheck]]:
            with context.database.reading() as connection:
                return service.all_series(context, ended=ended), to_recheck(context, connection)

        self._series, doubtful = await self.desk_app.desk.run(read)
        concerned = {one.session.series_id for one in doubtful}
        self.rows.set_rows([_series_row(one, doubtful=one.id in concerned) for one in self._series])
        title = t("series.panel.every" if ended else "series.panel.current", count=len(self._series))
        framed(self.panel, title, t("series.recheck.series", count=len(doubtful)) if doubtful else "")

    def _one(self) -> SeriesLine | None:
        return self.under_cursor(self._series, lambda one: str(one.id))

    def why_not(self, name: str) -> str | None:
        """Most commands need a series that goes on."""
        if name in _CHANGES and self.is_auditor:
            return self.why_read_only()
        if name in ("new", "every", "close"):
            return None
        one = self._one()
        if one is None:
            return t("series.choose")
        if name in ("change", "end") and one.state == "ended":
            return t("series.error.series_ended", name=one.name)
        if name == "reopen":
            return self._why_not_reopen(one)
        if name == "drafts" and not one.drafts:
            return t("series.no_drafts")
        return None

    def _why_not_reopen(self, one: SeriesLine) -> str | None:
        operator = self.desk_app.desk.operator
        if operator is None or operator.role != "manager":
            return t("series.manager_only")
        return None if one.state == "ended" else t("series.error.not_ended", name=one.name)

    async def do_new(self) -> None:
        """A new series, with its dates before it is made."""
        await open_form(self, Target(), self._done)

    async def do_change(self) -> None:
        """All sessions of the series."""
        one = self._one()
        assert one is not None
        number = one.id
        before = await self.attempt(lambda context: service.series(context, number))
        if before is not None:
            await open_form(self, Target(before), self._done)

    async def _done(self, outcome: SeriesOutcome) -> None:
        await say_done(self, outcome)
        self.rows.move_to(str(outcome.series_id))

    async def do_show(self) -> None:
        """The sessions of the series."""
        one = self._one()
        assert one is not None
        await self.app.push_screen(SeriesSessionsScreen(one))

    async def do_every(self) -> None:
        """Series that are over too, or only those that go on."""
        self._ended = not self._ended
        await self.reload()

    async def do_end(self) -> None:
        """End the series after a day."""
        one = self._one()
        assert one is not None
        number, revision = one.id, one.revision

        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                last = read_coming_date(values["last_day"], self.desk_app.today())
            except (ValueError, OverflowError):
                return Wrong(t("activities.error.bad_date"), "last_day")
            try:
                outcome = await self.desk_app.desk.run(
                    lambda context: service.end_series(context, number, last, values["reason"], revision=revision)
                )
            except CodedError as refusal:
                field = str(refusal.details.get("field", ""))
                return Wrong(words_for(refusal), field) if field else words_for(refusal)
            await say_done(self, outcome)
            return None

        today = self.desk_app.today().isoformat()
        fields = (
            Field("last_day", t("series.field.last_day"), today),
            Field("reason", t("series.field.reason"), "", t("series.hint.end_reason")),
        )
        await self.app.push_screen(FormDialog(t("series.form.end", name=one.name), fields, save))

    async def do_reopen(self) -> None:
        """Let a series go on that has ended."""
        one = self._one()
        assert one is not None
        number, revision = one.id, one.revision

        async def save(values: dict[str, str]) -> str | Wrong | None:
            def reopen(context: Context) -> None:
                service.reopen_series(context, number, values["reason"], revision=revision)

            async def reopened(_: None) -> None:
                await self.reload()
                self.notify(t("series.reopened", name=one.name), timeout=12)

            return await save_form(self, reopen, reopened, {})

        fields = (Field("reason", t("series.field.reason"), "", t("series.help.reopen_reason")),)
        await self.app.push_screen(FormDialog(t("series.form.reopen", name=one.name), fields, save))

    async def do_drafts(self) -> None:
        """Delete what is only planned."""
        one = self._one()
        assert one is not None
        number, revision = one.id, one.revision

        async def answered(yes: bool | None) -> None:
            if not yes:
                return
            outcome = await self.attempt(lambda context: service.delete_drafts(context, number, revision=revision))
            if outcome is not None:
                await say_done(self, outcome)

        question = t("series.form.drafts", name=one.name, count=one.drafts)
        await self.app.push_screen(QuestionDialog(question, t("series.form.drafts_yes")), answered)


class SeriesSessionsScreen(PushedListScreen):
    """The sessions of one series: one is changed, this and those after it, or cancelled."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "sessions.title"
    list_id: ClassVar[str] = "series-sessions"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "one", "ctrl+e,enter"),
        Command(AREA, "following", "f7"),
        Command(AREA, "cancel", "ctrl+x"),
        Command(AREA, "keep", "f8"),
        Command(AREA, "delete", "delete"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, series: SeriesLine) -> None:
        super().__init__()
        self._series_id = series.id
        self._name = series.name
        self._ended = series.state == "ended"
        self._sessions: list[Session] = []
        self._doubtful: dict[str, Recheck] = {}

    def columns(self) -> tuple[Column, ...]:
        """Day, times, room, state, what is out of the ordinary."""
        return (
            Column(t("series.column.day"), 17),
            Column(t("series.column.times"), 11),
            Column(t("series.column.name")),
            Column(t("series.column.room"), 12, optional=True),
            Column(t("series.column.state"), 10),
            Column(t("series.column.apart"), 12),
        )

    def empty_words(self) -> str:
        """Why there are none."""
        return t("series.no_sessions")

    async def load(self) -> None:
        """Read the sessions."""
        number = self._series_id

        def read(context: Context) -> tuple[list[Session], list[Recheck]]:
            with context.database.reading() as connection:
                return service.sessions_of(context, number), to_recheck(context, connection)

        self._sessions, doubtful = await self.desk_app.desk.run(read)
        self._doubtful = {one.session.code: one for one in doubtful if one.session.series_id == number}
        self.rows.set_rows([self._row(one) for one in self._sessions])
        if not self._filled:
            self._go_to_next()
        title = t("series.panel.sessions", name=self._name, count=len(self._sessions))
        framed(self.panel, title, t("series.recheck.sessions") if self._doubtful else "")

    def _go_to_next(self) -> None:
        """Begin at the first session to be checked, else to come: what is over is seldom what somebody looks for."""
        today = self.desk_app.today().isoformat()
        doubtful = next((one.code for one in self._sessions if one.code in self._doubtful), None)
        coming = doubtful or next((one.code for one in self._sessions if one.day >= today), None)
        if coming is not None:
            self.rows.move_to(coming)

    def _row(self, one: Session) -> Row:
        clock = self.desk_app.clock_text
        moved = one.day != one.series_day and not one.detached
        apart = t("series.apart.own") if one.detached else t("series.apart.moved") if moved else ""
        doubtful = self._doubtful.get(one.code)
        if doubtful is not None:
            apart = doubtful.planned.name or t("series.apart.otherwise")
        state = t(f"activities.session.{one.state}")
        tone = "bad" if doubtful else "muted" if one.state == "cancelled" else "warning" if apart else ""
        name = f"{_DOUBTFUL if doubtful else ''}{one.name}"
        cells = (screen_date(date.fromisoformat(one.day)), f"{clock(one.starts_at)}-{clock(one.ends_at)}", name)
        return Row(one.code, (*cells, one.room, state, apart), tone)  # type: ignore[arg-type]

    def _one(self) -> Session | None:
        return self.under_cursor(self._sessions, lambda one: one.code)

    def why_not(self, name: str) -> str | None:
        """Every command but going back needs a session."""
        if name == "close":
            return None
        if self.is_auditor:
            return self.why_read_only()
        one = self._one()
        if one is None:
            return t("series.choose_session")
        if name == "following" and self._ended:
            return t("series.error.series_ended", name=self._name)
        if name == "keep" and one.code not in self._doubtful:
            return t("series.error.nothing_to_check", name=one.name)
        if name == "delete" and not is_planned(one):
            return t("activities.error.not_a_draft", name=one.name)
        if name == "cancel" and is_planned(one):
            return t("activities.error.only_planned", name=one.name)
        return None

    async def do_one(self) -> None:
        """This session alone."""
        one = self._one()
        assert one is not None
        await open_edit(self, one.code)

    async def do_following(self) -> None:
        """This session and those after it."""
        one = self._one()
        assert one is not None
        number, following = self._series_id, date.fromisoformat(one.series_day)
        before = await self.attempt(lambda context: service.series(context, number))
        if before is not None:
            await open_form(self, Target(before, following), self._followed)

    async def _followed(self, outcome: SeriesOutcome) -> None:
        """Go on in the series that goes on."""
        number = outcome.series_id

        def read(context: Context) -> str:
            return service.series(context, number).name

        name = await self.attempt(read)
        self._series_id, self._name = number, name or self._name
        await say_done(self, outcome)

    async def do_cancel(self) -> None:
        """Cancel this session, or restore it."""
        one = self._one()
        assert one is not None
        await ask_cancel(self, one.code)

    async def do_keep(self) -> None:
        """Leave this session where it is, holiday or not."""
        one = self._one()
        assert one is not None
        if await self.attempt(lambda context: keep_as_it_is(context, one.code)) is not None:
            await self.reload()

    async def do_delete(self) -> None:
        """Delete a draft."""
        one = self._one()
        assert one is not None
        await ask_delete(self, one.code)


def _series_row(one: SeriesLine, *, doubtful: bool) -> Row:
    coming = f"{one.coming}/{one.sessions}"
    drafts = str(one.drafts) if one.drafts else ""
    name = f"{_DOUBTFUL if doubtful else ''}{one.name}"
    cells = (name, short_words(one.pattern), f"{one.starts}-{one.ends}", one.room, one.last_day, coming, drafts)
    return Row(str(one.id), cells, "bad" if doubtful else "muted" if one.state == "ended" else "")
