"""The text of a letter in an editor that fills the window. What is typed is kept at every pause, without a key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from db.info_reports import InfoReport, LetterLevel
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.reports.letters import service
from frontdesk.reports.letters.rules import EDITABLE, LONGEST_TITLE, left_open
from frontdesk.reports.letters.service import Begun
from frontdesk.reports.letters.wording import kind_named, level_named
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, QuestionDialog, SavingForm, Wrong, save_form
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedScreen

if TYPE_CHECKING:
    from textual.timer import Timer

    from frontdesk.shell.base import DeskScreen

AREA = "letters"
PAUSE = 0.7
"""Seconds without a key after which what was typed is kept."""
LONGEST_UNKEPT = 4.0
"""Seconds after which it is kept although typing goes on."""
ELSEWHERE = frozenset({"changed_elsewhere", "not_editable", "unknown_letter"})
"""Refusals that say that another window was faster."""


class LetterBox(TextArea):
    """Where the letter is written. Enter and Delete belong to the text; Esc leads out of it."""

    takes_text: ClassVar[bool] = True

    def take_key(self, key: str) -> bool:
        """The keys that mean something else everywhere outside of a text."""
        if key == "enter" and not self.read_only:
            self.insert("\n")
        elif key == "delete" and not self.read_only:
            self.action_delete_right()
        elif key in ("ctrl+home", "ctrl+end"):
            self.move_cursor((0, 0) if key == "ctrl+home" else self.document.end)
        # A tab has no place in a letter, and must not lead out of the text.
        elif key not in ("enter", "delete", "tab"):
            return False
        return True


class EditorScreen(PushedScreen):
    """One letter. The frame says its title, its state and whether all that stands here is kept."""

    DEFAULT_CSS = """
    LetterBox, LetterBox:focus { border: none; padding: 0 1; height: 1fr; background: $background; }
    """

    area: ClassVar[str] = AREA
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "keep", "ctrl+s"),
        Command(AREA, "details", "ctrl+t"),
        Command(AREA, "export", "f7"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, letter: InfoReport) -> None:
        super().__init__()
        self._letter = letter
        self._kept = letter.body
        """What stood in the box when it was saved last."""
        self._goes_on = False
        self._is_elsewhere = False
        self._refusal: CodedError | None = None
        self._pause: Timer | None = None
        self._unkept_since: float | None = None
        self._saving = asyncio.Lock()

    def compose_body(self) -> ComposeResult:
        """The box in its panel."""
        with Vertical(classes="panel fill", id="letter-panel"):
            yield LetterBox(self._letter.body, id="letter", soft_wrap=True, highlight_cursor_line=False)

    @property
    def box(self) -> LetterBox:
        """The text."""
        return self.query_one("#letter", LetterBox)

    @property
    def is_kept(self) -> bool:
        """Whether all that stands here is in the centre's file."""
        return self.box.text == self._kept

    async def on_mount(self) -> None:
        """Begin in the text."""
        self.box.read_only = self._letter.state not in EDITABLE or self.is_auditor
        self.set_focus(self.box)
        self._go_to_what_is_left()
        self._show()
        if self._letter.state == "returned":
            self.notify(t("letters.returned_said", words=self._letter.decision), severity="warning", timeout=20)

    def _go_to_what_is_left(self) -> None:
        """Choose the first place that was left for whoever writes, so that what is typed or pasted stands in it."""
        place = left_open(self._letter.body)
        if place is not None and not self.box.read_only:
            line = self._letter.body.count("\n", 0, place[0])
            begins = self._letter.body.rfind("\n", 0, place[0]) + 1
            self.box.selection = Selection((line, place[0] - begins), (line, place[1] - begins))
            self.box.scroll_cursor_visible(center=True)

    async def load(self) -> None:
        """Look whether another window has changed the letter; what was typed here stays."""
        async with self._saving:
            try:
                now = await self.desk_app.desk.run(lambda context: service.letter(context, self._letter.id))
            except CodedError as failure:
                self._told_elsewhere(failure)
                return
            if now.revision == self._letter.revision:
                self._show()
                return
            if not self.is_kept:
                self._told_elsewhere(None)
                return
            self._take(now)
            self.notify(t("letters.reloaded"), severity="warning")

    def _take(self, now: InfoReport) -> None:
        """Show what the letter says now in place of what stood here."""
        place = self.box.cursor_location
        self._letter, self._kept, self._is_elsewhere, self._refusal = now, now.body, False, None
        if self.box.text != now.body:
            self.box.load_text(now.body)
            self.box.move_cursor(place)
        self.box.read_only = now.state not in EDITABLE or self.is_auditor
        self._show()

    def _told_elsewhere(self, failure: CodedError | None) -> None:
        """Say once that another window was faster; nothing more is saved until somebody decides."""
        if self._is_elsewhere:
            return
        self._is_elsewhere = True
        said = words_for(failure) if failure else t("letters.error.changed_elsewhere", title=self._letter.title)
        self.notify(said, severity="error", timeout=20)
        self._show()

    def _show(self) -> None:
        one = self._letter
        saved = "saved" if self.is_kept else "unsaved" if self._refusal or self._is_elsewhere else "saving"
        said = t(
            "letters.panel.editor_state",
            kind=t(f"letters.kind.{one.kind}"),
            state=t(f"letters.state.{one.state}"),
            count=len("".join(self.box.text.split())),
            saved=t(f"letters.{saved}"),
        )
        framed(self.query_one("#letter-panel"), t("letters.panel.editor", title=one.title), said)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keep it at the next pause, or although there is none."""
        if self.is_kept or self.box.read_only:
            self._show()
            return
        if self._unkept_since is None:
            self._unkept_since = event.time
        if self._pause is not None:
            self._pause.stop()
        if event.time - self._unkept_since >= LONGEST_UNKEPT:
            self.call_later(self.keep)
        else:
            self._pause = self.set_timer(PAUSE, self._pause_over)
        self._show()

    async def _pause_over(self) -> None:
        await self.keep()

    async def keep(self) -> bool:
        """Save what stands here; whether it is saved."""
        async with self._saving:
            text, self._unkept_since = self.box.text, None
            if text == self._kept or self._is_elsewhere or self.box.read_only:
                return text == self._kept
            number, revision, goes_on = self._letter.id, self._letter.revision, self._goes_on

            def case(context: Context) -> InfoReport:
                return service.save(context, number, revision, text, goes_on=goes_on)

            try:
                self._letter = await self.desk_app.desk.run(case)
            except CodedError as failure:
                if failure.code in ELSEWHERE:
                    self._told_elsewhere(failure)
                else:
                    self._refusal = failure
                    self.desk_app.say_failure(failure)
                    self._show()
                return False
            self._kept, self._goes_on, self._refusal = text, True, None
            self._show()
            return True

    async def action_command(self, name: str) -> None:
        """Before anything else is done, wherever it leads, what was typed is kept."""
        if self.is_mounted and not self.is_kept:
            await self.keep()
        await super().action_command(name)

    async def do_keep(self) -> None:
        """Save, or decide what becomes of it where another window was faster."""
        if self._is_elsewhere:
            await self._ask_what_stays()
        elif self._refusal is not None:
            self.desk_app.say_failure(self._refusal)
        else:
            self.notify(t("letters.saved"), timeout=2)

    async def do_close(self) -> None:
        """Leave; what could not be saved is asked about first."""
        if self._is_elsewhere and not self.is_kept:
            await self._ask_what_stays()
            return
        if self.is_kept or self._refusal is None:
            self.close()
            return

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self.close()

        question = t("letters.ask.leave", reason=words_for(self._refusal))
        await self.app.push_screen(QuestionDialog(question, t("letters.ask.leave_yes")), answered)

    async def _ask_what_stays(self) -> None:
        async def chosen(choice: str | None) -> None:
            if choice == "mine":
                await self._keep_as_new()
            elif choice == "theirs":
                await self._open_theirs()

        choices = [(one, t(f"letters.ask.conflict.{one}")) for one in ("mine", "theirs", "later")]
        title = t("letters.ask.conflict", title=self._letter.title)
        await self.app.push_screen(ChoiceDialog(title, choices), chosen)

    async def _keep_as_new(self) -> None:
        """A new letter with what stands here."""
        one, text = self._letter, self.box.text
        title = t("letters.copy_title", title=one.title)
        words = Begun(title if len(title) <= LONGEST_TITLE else one.title, text)

        def case(context: Context) -> InfoReport:
            return service.begin(context, service.period_of_letter(context, one), one.kind, one.level_to, words)

        made = await self.attempt(case)
        if made is not None:
            self.close()
            self.app.call_later(self.desk_app.notify, t("letters.saved_copy", number=made.id))

    async def _open_theirs(self) -> None:
        now = await self.attempt(lambda context: service.letter(context, self._letter.id))
        if now is None:
            self.close()
        else:
            self._take(now)

    def why_not(self, name: str) -> str | None:
        """What was reviewed or sent is read only."""
        if name in ("keep", "details") and self.box.read_only:
            return self.why_read_only() or t("letters.why.read_only")
        return None

    async def do_details(self) -> None:
        """Title, kind and addressee."""

        async def then(now: InfoReport) -> None:
            self._letter = now
            self._show()

        await ask_details(self, self._letter, then)

    async def do_export(self) -> None:
        """Write it to files."""
        from frontdesk.reports.letters.screen import export

        await export(self, self._letter)


async def ask_details(screen: DeskScreen, one: InfoReport, then: Callable[[InfoReport], Awaitable[None]]) -> None:
    """Ask for title, kind and addressee of a letter, and keep them."""

    async def save(values: dict[str, str]) -> str | Wrong | None:
        def case(context: Context) -> InfoReport:
            kind, level = kind_named(values["kind"]), level_named(values["level"])
            return service.rename(context, one.id, one.revision, values["title"], kind, level)

        return await save_form(screen, case, then, {"long_number": "title"})

    level: LetterLevel = one.level_to
    fields = (
        Field("title", t("letters.ask.title"), one.title),
        Field("kind", t("letters.ask.kind_field"), t(f"letters.kind.{one.kind}"), t("letters.ask.kind_hint")),
        Field("level", t("letters.ask.level"), t(f"letters.level.{level}"), t("letters.ask.level_hint")),
    )
    await screen.app.push_screen(SavingForm(t("letters.ask.details"), fields, save))
