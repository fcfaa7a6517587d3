"""The departments that a code opens, each to be reviewed with two digits; nothing is kept before it is submitted.

What is done here goes by no way that writes it down: neither the audit log nor the log of failures hears of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.common.text import display_width
from frontdesk.errors import CodedError
from frontdesk.feedback.review import service
from frontdesk.feedback.review.rules import LEVELS
from frontdesk.feedback.review.service import Ballot, Mark
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.screen import Screen
    from textual.timer import Timer

IDLE_SECONDS = 300.0
"""Who goes away without submitting leaves nothing on the screen for the next one to see."""


class BallotScreen(PushedListScreen):
    """Every department of the round; the first digit is for its response, the second for its handling."""

    area: ClassVar[str] = "review"
    title_key: ClassVar[str] = "ballot.title"
    list_id: ClassVar[str] = "ballot"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        *(Command("review", f"mark_{level}", str(level), in_bar=False) for level in LEVELS),
        Command("review", "comment", "enter"),
        Command("review", "clear", "delete"),
        Command("review", "submit", "ctrl+s"),
        Command("review", "close", "escape"),
    )

    def __init__(self, ballot: Ballot, code: str) -> None:
        super().__init__()
        self._ballot = ballot
        self._code = code
        self._marks: dict[str, tuple[int, ...]] = {}
        self._comments: dict[str, str] = {}
        self._timer: Timer | None = None
        self._dialog: Screen[bool] | None = None

    def columns(self) -> tuple[Column, ...]:
        """Department, response, handling, comment."""
        width = max(display_width(_level(level)) for level in LEVELS)
        return (
            Column(t("review.ballot.column.department"), 20, widest=30),
            Column(t("review.ballot.column.response"), width),
            Column(t("review.ballot.column.handling"), width),
            Column(t("review.ballot.column.comment")),
        )

    async def load(self) -> None:
        """Show what is said so far."""
        self.rows.set_rows([self._row(name) for name in self._ballot.departments])
        framed(self.panel, t("review.ballot.panel", title=self._ballot.title), t("review.ballot.hint"))
        self._wait_again()

    def _row(self, name: str) -> Row:
        marks = self._marks.get(name, ())
        shown = [_level(level) for level in marks]
        if len(shown) < 2:
            shown.append(t("review.ballot.next") if self._is_next(name) else t("review.ballot.not_yet"))
        shown += [t("review.ballot.not_yet")] * (2 - len(shown))
        return Row(name, (name, *shown, self._comments.get(name, "")), "good" if len(marks) == 2 else "")

    def _is_next(self, name: str) -> bool:
        current = self.rows.current
        return current.key == name if current is not None else name == self._ballot.departments[0]

    def _wait_again(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(IDLE_SECONDS, self.leave_idle)

    def leave_idle(self) -> None:
        """Nobody is there any more: leave, and the question or the comment that is open with it."""
        if self._dialog is not None and self.app.screen is self._dialog:
            self._dialog.dismiss(False)
            self.call_after_refresh(self.leave_idle)
        elif self.is_active:
            self.close()
        else:
            # Somebody else's form lies over it.
            self._wait_again()

    async def _ask(self, dialog: Screen[bool], answered: Callable[[bool | None], Awaitable[None]] | None) -> None:
        self._dialog = dialog
        await self.app.push_screen(dialog, answered)

    def on_row_list_moved(self) -> None:
        """Show at the row where the next digit goes."""
        self._wait_again()
        self.rows.set_rows([self._row(name) for name in self._ballot.departments])

    def why_not(self, name: str) -> str | None:
        """A comment needs marks; submitting needs something that is whole."""
        current = self.rows.current
        if name == "comment" and (current is None or current.key not in self._marks):
            return t("review.ballot.marks_first")
        if name in ("submit", "clear") and not self._marks:
            return t("review.ballot.nothing")
        if name == "submit" and (half := self._half()) is not None:
            return t("review.ballot.half", name=half)
        return None

    def _half(self) -> str | None:
        return next((name for name, marks in self._marks.items() if len(marks) == 1), None)

    async def _mark(self, level: int) -> None:
        current = self.rows.current
        if current is None:
            return
        marks = self._marks.get(current.key, ())
        # A department that has both is reviewed anew.
        self._marks[current.key] = marks = (level,) if len(marks) == 2 else (*marks, level)
        if len(marks) == 2:
            self.rows.take_key("down")
        await self.reload()

    async def do_mark_5(self) -> None:
        """Very satisfied."""
        await self._mark(5)

    async def do_mark_4(self) -> None:
        """Satisfied."""
        await self._mark(4)

    async def do_mark_3(self) -> None:
        """Fairly satisfied."""
        await self._mark(3)

    async def do_mark_2(self) -> None:
        """Dissatisfied."""
        await self._mark(2)

    async def do_mark_1(self) -> None:
        """Very dissatisfied."""
        await self._mark(1)

    async def do_clear(self) -> None:
        """Take back what is said of the chosen department."""
        current = self.rows.current
        if current is not None:
            self._marks.pop(current.key, None)
            self._comments.pop(current.key, None)
        await self.reload()

    async def do_comment(self) -> None:
        """Write a line about the chosen department."""
        current = self.rows.current
        assert current is not None
        name = current.key

        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                self._comments[name] = service.checked_comment(values["comment"])
            except CodedError as refusal:
                return Wrong(words_for(refusal), "comment")
            await self.reload()
            return None

        field = Field("comment", t("review.field.comment"), self._comments.get(name, ""), t("review.hint.comment"))
        await self._ask(FormDialog(t("review.ballot.comment_title", name=name), (field,), save), None)

    async def do_submit(self) -> None:
        """Submit everything, once it is confirmed."""
        said, left = len(self._marks), len(self._ballot.departments) - len(self._marks)
        key = "review.ballot.question_some" if left else "review.ballot.question"
        question = QuestionDialog(t(key, count=said, left=left), t("review.ballot.yes"))
        await self._ask(question, self._submit)

    async def _submit(self, yes: bool | None) -> None:
        if not yes:
            return
        code = self._code
        marks = [Mark(name, said[0], said[1], self._comments.get(name, "")) for name, said in self._marks.items()]
        try:
            count = await self.desk_app.desk.run(lambda context: service.enter(context, code, marks))
        except CodedError as refusal:
            self.notify(words_for(refusal), severity="error", timeout=12)
            return
        self.close()
        self.app.notify(t("review.thanks", count=count), timeout=10)

    async def do_close(self) -> None:
        """Leave; what is filled in is lost only when that is confirmed."""
        if not self._marks:
            self.close()
            return

        async def answered(yes: bool | None) -> None:
            if yes:
                self.close()

        question = QuestionDialog(t("review.ballot.leave"), t("review.ballot.leave_yes"))
        await self._ask(question, answered)


def _level(level: int) -> str:
    return f"{level} {t(f'feedback.level.{level}')}"
