"""Public notices on the screen: publish, look, print, objections and what is decided about them, withdraw."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from db.hours_notices import Notice, Objection
from frontdesk.common.text import display_width
from frontdesk.common.wholefile import free_path
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.reading import Line, LineTone, ReadDialog
from frontdesk.shell.rowlist import Column, Row
from frontdesk.volunteers.hours import notices
from frontdesk.volunteers.hours.notice_paper import export_notice
from frontdesk.volunteers.hours.notices import NoticeView, state_of
from frontdesk.volunteers.hours.span_screen import AREA, CLOSE, SPAN_COMMANDS, SpanScreen
from frontdesk.volunteers.hours.spans import Span
from frontdesk.volunteers.hours.words import compared_words, objection_words

WIDE_WINDOW = 110
TONES = {"running": "good", "over": "", "withdrawn": "muted"}


class NoticesScreen(SpanScreen):
    """The notices, the latest first; the days in the heading are those that would be published next."""

    title_key: ClassVar[str] = "notices_title"
    list_id: ClassVar[str] = "notices"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "show_notice", "enter"),
        *(replace(command, in_bar=command.name == "period") for command in SPAN_COMMANDS),
        Command(AREA, "publish", "f7"),
        Command(AREA, "object", "f8"),
        Command(AREA, "decide", "ctrl+t"),
        Command(AREA, "withdraw", "ctrl+r"),
        Command(AREA, "print_notice", "ctrl+o"),
        CLOSE,
    )

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._listed: list[Notice] = []

    def columns(self) -> tuple[Column, ...]:
        """Its number, its days, since when, of how many people, objections, and what became of it."""
        # In a narrow window the room is the state's.
        heading = (
            "hours.screen.column.objections" if self.app.size.width >= WIDE_WINDOW else "hours.screen.column.objected"
        )
        return (
            Column(t("hours.screen.column.notice"), 4, "right"),
            Column(t("hours.certificate.period"), 23),
            Column(t("hours.screen.column.published"), 10),
            Column(t("hours.screen.column.people"), 6, "right"),
            Column(t(heading), max(6, display_width(t(heading))), "right"),
            Column(t("hours.paper.column.state")),
        )

    def empty_words(self) -> str:
        """There is no notice yet."""
        return t("hours.notice.none")

    async def load(self) -> None:
        """Read them."""
        self._listed = await self.desk_app.desk.run(notices.notices)
        framed(
            self.panel,
            t("hours.screen.notices_panel", count=len(self._listed)),
            t("hours.screen.to_publish", days=self.span.dates),
        )
        self.rows.set_rows([self._row(one) for one in self._listed])

    def _row(self, one: Notice) -> Row:
        state = state_of(one, self.desk_app.today())
        objections = f"{one.undecided}/{one.objections}" if one.objections else ""
        cells = (
            str(one.id),
            f"{one.first} - {one.last}",
            one.published_on,
            str(one.lines),
            objections,
            t(f"hours.notice.state.{state}", until=one.until),
        )
        tone = "warning" if one.undecided else TONES[state]
        return Row(str(one.id), cells, tone)  # type: ignore[arg-type]

    def _one(self) -> Notice | None:
        return self.under_cursor(self._listed, lambda one: str(one.id))

    def why_not(self, name: str) -> str | None:
        """What can be done depends on what became of the notice."""
        if name in ("publish", "object", "decide", "withdraw") and self.is_auditor:
            return t("hours.screen.auditor")
        if name in ("close", "earlier", "later", "period", "publish"):
            return None
        one = self._one()
        if one is None:
            return t("hours.notice.none")
        state = state_of(one, self.desk_app.today())
        if name == "object" and state != "running":
            return t("hours.screen.not_up")
        if name == "decide" and not one.undecided:
            return t("hours.screen.none_undecided")
        if name == "withdraw" and state == "withdrawn":
            return t("hours.screen.withdrawn_already")
        return None

    async def _view(self) -> NoticeView | None:
        one = self._one()
        assert one is not None
        number = one.id
        return await self.attempt(lambda context: notices.notice(context, number), slow=True)

    async def do_show_notice(self) -> None:
        """Objections first, then what has changed since, then the lines as they were published."""
        view = await self._view()
        if view is None:
            return
        lines: list[Line] = []
        if view.notice.withdraw_reason:
            lines.append((t("hours.screen.because", reason=view.notice.withdraw_reason), "warning"))
        for one in view.objections:
            tone: LineTone = "" if one.outcome else "warning"
            lines.append((objection_words(one), tone))
        changed = view.differences
        lines.append((t("hours.screen.differences", count=len(changed)), "heading"))
        lines += [(compared_words(one, view.rounding), "warning") for one in changed]
        lines.append((t("hours.screen.lines", count=len(view.published)), "heading"))
        lines += [(compared_words(one, view.rounding), "") for one in view.published if not one.differs]
        await self.app.push_screen(ReadDialog(t("hours.screen.notice_title", id=view.notice.id), lines))

    async def do_publish(self) -> None:
        """Publish the chosen days, after asking: the lines are frozen."""
        span = self.span

        async def answered(yes: bool | None) -> None:
            if not yes:
                return
            done = await self.attempt(lambda context: notices.publish(context, span.first, span.last), slow=True)
            if done is not None:
                self.notify(t("hours.screen.published", id=done.id, count=done.lines, until=done.until), timeout=12)
            await self.reload()

        question = t("hours.screen.publish_question", days=span.dates)
        await self.app.push_screen(QuestionDialog(question, t("hours.screen.publish_yes")), answered)

    async def do_object(self) -> None:
        """Write an objection down."""
        one = self._one()
        assert one is not None
        number = one.id

        async def save(values: dict[str, str]) -> str | None:
            no, words = values["no"].strip(), values["words"]
            try:
                await self.desk_app.desk.run(lambda context: notices.object_to(context, number, no, words))
            except CodedError as refusal:
                return words_for(refusal)
            await self.reload()
            return None

        fields = (
            Field("no", t("hours.paper.column.no"), hint=t("hours.screen.no_hint")),
            Field("words", t("hours.screen.objection"), hint=t("hours.screen.objection_hint")),
        )
        await self.app.push_screen(FormDialog(t("hours.screen.object_title", id=number), fields, save))

    async def do_decide(self) -> None:
        """Choose an objection that waits, and how it is decided."""
        view = await self._view()
        if view is None:
            return
        waiting = [one for one in view.objections if not one.outcome]
        choices = [
            (f"{one.id}/{outcome}", f"{one.volunteer_no}  {one.words}  {t(f'hours.notice.outcome.{outcome}')}")
            for one in waiting
            for outcome in ("upheld", "rejected")
        ]

        async def chosen(key: str | None) -> None:
            if key is not None:
                number, _, outcome = key.partition("/")
                await self._decide(next(one for one in waiting if one.id == int(number)), outcome == "upheld")

        await self.app.push_screen(ChoiceDialog(t("hours.screen.decide_title"), choices), chosen)

    async def _decide(self, one: Objection, upheld: bool) -> None:
        outcome = "upheld" if upheld else "rejected"

        async def save(values: dict[str, str]) -> str | None:
            words = values["words"]
            try:
                await self.desk_app.desk.run(
                    lambda context: notices.decide_objection(context, one.id, upheld=upheld, words=words)
                )
            except CodedError as refusal:
                return words_for(refusal)
            self.notify(t(f"hours.notice.decided_{outcome}", id=one.id, no=one.volunteer_no), timeout=12)
            await self.reload()
            return None

        title = f"{one.volunteer_no}  {one.words}\n{t(f'hours.notice.outcome.{outcome}')}"
        field = Field("words", t("hours.screen.decision"), hint=t("hours.screen.reason_hint"))
        await self.app.push_screen(FormDialog(title, (field,), save))

    async def do_withdraw(self) -> None:
        """Take the notice down, with a reason."""
        one = self._one()
        assert one is not None
        number = one.id

        async def save(values: dict[str, str]) -> str | None:
            try:
                await self.desk_app.desk.run(lambda context: notices.withdraw_notice(context, number, values["reason"]))
            except CodedError as refusal:
                return words_for(refusal)
            self.notify(t("hours.notice.withdrawn", id=number))
            await self.reload()
            return None

        field = Field("reason", t("hours.screen.reason"), hint=t("hours.screen.reason_hint"))
        await self.app.push_screen(FormDialog(t("hours.screen.withdraw_title", id=number), (field,), save))

    async def do_print_notice(self) -> None:
        """The notice for the board, as a PDF or a workbook."""
        one = self._one()
        assert one is not None
        number, days = one.id, f"{one.first}-{one.last}"
        choices = [(ending, t(f"hours.screen.print.{ending}")) for ending in ("pdf", "xlsx")]

        async def chosen(ending: str | None) -> None:
            if ending is None:
                return
            called = f"{t('hours.screen.file.notice')}-{number}-{days}"
            out = free_path(self.desk_app.export_folder(), called, f".{ending}")
            if await self.attempt(lambda context: export_notice(context, number, out), slow=True) is not None:
                self.notify(t("hours.written", out=out), timeout=12)

        await self.app.push_screen(ChoiceDialog(t("hours.screen.notice_print"), choices), chosen)
