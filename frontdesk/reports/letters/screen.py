"""The letters to the street office: begun, taken further, exported; each is written in an editor of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal

from db.info_reports import KINDS, InfoReport, LetterCount, LetterEvent, LetterKind, LetterState
from frontdesk.common.periods import Period
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports.letters import service
from frontdesk.reports.letters.rules import is_back
from frontdesk.reports.letters.wording import total
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, QuestionDialog, save_form
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.reports.letters.service import LetterLog
    from frontdesk.shell.base import DeskScreen

AREA = "letters"
WIDE = 100
TONES: dict[LetterState, Literal["", "good", "warning", "bad", "muted"]] = {
    "reviewed": "warning",
    "adopted": "good",
    "returned": "bad",
    "sent": "muted",
}
FORWARD: dict[LetterState, LetterEvent] = {"draft": "reviewed", "reviewed": "sent", "sent": "adopted"}
BACK: dict[LetterState, LetterEvent] = {
    "reviewed": "taken_back",
    "sent": "returned",
    "adopted": "decision_undone",
    "returned": "decision_undone",
}
MANAGERS: frozenset[LetterEvent] = frozenset({"reviewed", "decision_undone"})


async def open_letters(screen: DeskScreen, period: Period, number: str = "") -> None:
    """Show the letters over a screen, the cursor on the one with this number; a new one is about the period in which
    `period` ends.
    """
    await screen.app.push_screen(LettersScreen(period, number))


class LettersScreen(PushedListScreen):
    """Every letter with its state, the latest first; what was sent in the period is counted in the frame."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "letters"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "open", "enter"),
        Command(AREA, "begin", "insert,ctrl+n"),
        Command(AREA, "forward", "f8"),
        Command(AREA, "back", "ctrl+r"),
        Command(AREA, "export", "f7"),
        Command(AREA, "log", "ctrl+e"),
        Command(AREA, "close", "escape"),
        Command(AREA, "details", "ctrl+t", in_bar=False),
        Command(AREA, "drop", "delete", in_bar=False),
    )

    def __init__(self, period: Period, number: str = "") -> None:
        super().__init__()
        self._first_shown = number
        self._shown_period = period
        self._period = period
        self._found: list[InfoReport] = []

    def columns(self) -> tuple[Column, ...]:
        """Period, kind, state and title; in a wide window number, author and when it was changed too."""
        narrow = (
            Column(t("letters.column.period"), 10),
            Column(t("letters.column.kind"), 14),
            Column(t("letters.column.state"), 9),
            Column(t("letters.column.title")),
        )
        if self.app.size.width < WIDE:
            return narrow
        return (
            Column(t("letters.column.number"), 5, "right"),
            *narrow,
            Column(t("letters.column.author"), 10, optional=True),
            Column(t("letters.column.changed"), 12, optional=True),
        )

    def empty_words(self) -> str:
        """How to begin."""
        return t("letters.empty")

    async def load(self) -> None:
        """Read the letters, and count those of the period."""

        def case(context: Context) -> tuple[list[InfoReport], Period, LetterCount]:
            period = service.letter_period(context, self._shown_period.last)
            counts = service.counts(context, period.first, period.last)
            return service.letters(context), period, total(counts)

        self._found, self._period, counted = await self.desk_app.desk.run(case)
        self.rows.set_rows([self._row(one) for one in self._found])
        if self._first_shown:
            self.rows.move_to(self._first_shown)
            self._first_shown = ""
        said = t("letters.panel.counts", period=self._period.label, **counted._asdict())
        framed(self.panel, t("letters.panel.list"), said)

    def _row(self, one: InfoReport) -> Row:
        cells = [
            one.period,
            t(f"letters.kind.{one.kind}"),
            t(f"letters.state.{one.state}"),
            one.title,
        ]
        if self.app.size.width >= WIDE:
            cells = [str(one.id), *cells, one.author, self.desk_app.moment_text(one.changed_at)]
        return Row(str(one.id), tuple(cells), TONES.get(one.state, ""))

    def letter(self) -> InfoReport | None:
        """The letter under the cursor."""
        return self.under_cursor(self._found, lambda one: str(one.id))

    def why_not(self, name: str) -> str | None:
        """A letter is needed, and what is done next depends on its state and on who is signed in."""
        if name in ("close", "begin"):
            return self.why_read_only() if name == "begin" else None
        one = self.letter()
        if one is None:
            return t("letters.why.none")
        if name in ("open", "export", "log"):
            return None
        if self.is_auditor:
            return self.why_read_only()
        if name == "forward":
            return self._why_no_step(FORWARD.get(one.state), one)
        if name == "back":
            return self._why_no_step(BACK.get(one.state), one)
        return None if one.state in ("draft", "returned") else t("letters.why.read_only")

    def _why_no_step(self, event: LetterEvent | None, one: InfoReport) -> str | None:
        if event is None:
            return t(f"letters.why.{one.state}")
        operator = self.desk_app.desk.operator
        if event in MANAGERS and (operator is None or operator.role != "manager"):
            return t("letters.why.manager")
        return None

    async def do_open(self) -> None:
        """The text."""
        one = self.letter()
        assert one is not None
        await self._edit(one)

    async def _edit(self, one: InfoReport) -> None:
        from frontdesk.reports.letters.editor_screen import EditorScreen

        await self.app.push_screen(EditorScreen(one))

    async def do_begin(self) -> None:
        """Ask for the kind, and begin with what the period holds."""
        period = self._period

        async def chosen(kind: str | None) -> None:
            if kind is None:
                return
            self.notify(t("letters.prefilling", period=period.label), timeout=4)
            made = await self.attempt(lambda context: service.begin(context, period, _kind(kind)), slow=True)
            if made is None:
                return
            self.notify(t("letters.begun", number=made.id, title=made.title))
            await self.reload()
            self.rows.move_to(str(made.id))
            await self._edit(made)

        choices = [(kind, t(f"letters.kind.{kind}")) for kind in KINDS]
        await self.app.push_screen(ChoiceDialog(t("letters.ask.kind", period=period.label), choices), chosen)

    async def do_forward(self) -> None:
        """Review, send, or mark as adopted."""
        one = self.letter()
        assert one is not None
        event = FORWARD[one.state]
        if event == "adopted":
            await self._ask_words(one, event)
            return
        question, yes = t("letters.ask.send", title=one.title), t("letters.ask.send_yes")
        if event == "reviewed":
            operator = self.desk_app.desk.operator
            is_own = operator is not None and operator.no == one.author
            key = "letters.ask.review_own" if is_own else "letters.ask.review"
            question, yes = t(key, title=one.title), t("letters.ask.review_yes")
        await self._ask(one, event, question, yes)

    async def do_back(self) -> None:
        """Take back, mark as returned, or undo a decision."""
        one = self.letter()
        assert one is not None
        event = BACK[one.state]
        if event == "taken_back":
            question = t("letters.ask.take_back", title=one.title)
            await self._ask(one, event, question, t("letters.ask.take_back_yes"))
            return
        await self._ask_words(one, event)

    async def _ask(self, one: InfoReport, event: LetterEvent, question: str, yes: str) -> None:
        async def answered(is_yes: bool | None) -> None:
            if is_yes and await self.attempt(_stepping(one, event, "")) is not None:
                self.notify(t(f"letters.done.{event}"))
            await self.reload()

        await self.app.push_screen(QuestionDialog(question, yes), answered)

    async def _ask_words(self, one: InfoReport, event: LetterEvent) -> None:
        async def save(values: dict[str, str]) -> object:
            async def then(_: InfoReport) -> None:
                self.notify(t(f"letters.done.{event}"))
                await self.reload()

            return await save_form(self, _stepping(one, event, values["note"]), then, {})

        hint = t("letters.ask.note_optional") if event == "adopted" else t("letters.ask.note_hint")
        field = Field("note", t("letters.ask.note"), hint=hint)
        await self.app.push_screen(FormDialog(t(f"letters.ask.{event}", title=one.title), (field,), save))  # type: ignore[arg-type]

    async def do_details(self) -> None:
        """Title, kind and addressee."""
        from frontdesk.reports.letters.editor_screen import ask_details

        one = self.letter()
        assert one is not None

        async def then(_: InfoReport) -> None:
            await self.reload()

        await ask_details(self, one, then)

    async def do_export(self) -> None:
        """Write the Word document, where this computer can, and the text."""
        one = self.letter()
        assert one is not None
        await export(self, one)

    async def do_log(self) -> None:
        """The steps of the letter."""
        one = self.letter()
        assert one is not None
        await self.app.push_screen(LogScreen(one))

    async def do_drop(self) -> None:
        """Delete a draft; a letter that was returned is set aside."""
        one = self.letter()
        assert one is not None
        if is_back(one):
            question = t("letters.ask.set_aside", title=one.title)
            await self._ask(one, "set_aside", question, t("letters.ask.set_aside_yes"))
            return

        async def answered(is_yes: bool | None) -> None:
            if is_yes:
                await self.attempt(lambda context: service.drop(context, one.id))
                await self.reload()

        question = t("letters.ask.drop", title=one.title)
        await self.app.push_screen(QuestionDialog(question, t("letters.ask.drop_yes")), answered)


def _kind(text: str) -> LetterKind:
    return next(kind for kind in KINDS if kind == text)


def _stepping(one: InfoReport, event: LetterEvent, note: str) -> Callable[[Context], InfoReport]:
    return lambda context: service.step(context, one.id, event, note, revision=one.revision)


async def export(screen: DeskScreen, one: InfoReport) -> None:
    """Write a letter to the folder of exports, as a Word document where this computer makes any, and as plain text."""
    from frontdesk.reports.documents import is_docx_possible
    from frontdesk.reports.letters.files import export_letter

    folder, name = screen.desk_app.export_folder(), f"{one.period}-{one.title}"

    def case(context: Context) -> list[str]:
        endings = [".docx", ".txt"] if is_docx_possible() else [".txt"]
        return [str(export_letter(context, one.id, free_path(folder, name, ending)).path) for ending in endings]

    written = await screen.attempt(case, slow=True)
    if written is not None:
        key = "letters.exported" if len(written) > 1 else "letters.exported_plain"
        screen.notify(t(key, files=t("letters.text.comma").join(written)), timeout=12)


class LogScreen(PushedListScreen):
    """The steps of one letter; Enter shows the text as it was at one."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "letter-log"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "as_was", "enter"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, one: InfoReport) -> None:
        super().__init__()
        self._letter = one
        self._log: list[LetterLog] = []

    def columns(self) -> tuple[Column, ...]:
        """When, who, what, and the words about it."""
        return (
            Column(t("letters.column.at"), 12),
            Column(t("letters.column.by"), 10),
            Column(t("letters.column.event"), 15),
            Column(t("letters.column.note")),
        )

    def empty_words(self) -> str:
        """No step yet."""
        return t("letters.log.empty")

    async def load(self) -> None:
        """Read the steps."""
        self._log = await self.desk_app.desk.run(lambda context: service.steps_of(context, self._letter.id))
        moment = self.desk_app.moment_text
        self.rows.set_rows(
            [
                Row(str(one.id), (moment(one.at), one.operator_no, t(f"letters.event.{one.event}"), one.note))
                for one in self._log
            ]
        )
        framed(self.panel, t("letters.panel.log", title=self._letter.title))

    def why_not(self, name: str) -> str | None:
        """There must be a step."""
        return t("letters.why.log") if name == "as_was" and not self._log else None

    async def do_as_was(self) -> None:
        """The text as it was."""
        from frontdesk.shell.reading import ReadDialog

        one = self.under_cursor(self._log, lambda entry: str(entry.id))
        if one is not None:
            lines = [(line, "") for line in one.body.split("\n")]
            await self.app.push_screen(ReadDialog(one.title, lines))  # type: ignore[arg-type]
