"""The frequent terms of a period; opened over the comments."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.common.periods import Period
from frontdesk.errors import CodedError
from frontdesk.feedback.words import service
from frontdesk.feedback.words.service import Terms
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

WIDEST_BAR = 24


class TermsScreen(PushedListScreen):
    """Words and how many people used them, the most frequent first."""

    area: ClassVar[str] = "comments"
    title_key: ClassVar[str] = "terms.title"
    list_id: ClassVar[str] = "terms"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("comments", "find", "enter"),
        Command("comments", "earlier", "left"),
        Command("comments", "later", "right"),
        Command("comments", "close", "escape"),
    )

    def __init__(self, period: Period) -> None:
        super().__init__()
        self._period = period
        self._found: tuple[Period, Terms] | None = None
        self._counting: Period | None = None

    def columns(self) -> tuple[Column, ...]:
        """The word, how many, and a bar as long as that."""
        return (
            Column(t("comments.terms.column.word"), 16),
            Column(t("comments.terms.column.answers"), 6, "right"),
            Column(t("comments.terms.column.bar")),
        )

    def empty_words(self) -> str:
        """Why there are none."""
        if self._found is None or self._found[0] != self._period:
            return t("comments.terms.waiting")
        return t(self._found[1].why_none, minimum=self._found[1].minimum)

    async def load(self) -> None:
        """Begin to count: the dictionary may have to be loaded, and no key waits for that."""
        if self._counting != self._period:
            self._counting = self._period
            self.run_worker(self._count(self._period), exclusive=True, group="terms")
        self._show()

    async def _count(self, period: Period) -> None:
        try:
            found = await self.desk_app.desk.run_slow(lambda context: service.terms(context, period))
        except CodedError as failure:
            self.desk_app.say_failure(failure)
            return
        finally:
            self._counting = None
        self._found = period, found
        self._show()
        self.refresh_frame()

    def _show(self) -> None:
        found = self._found[1] if self._found is not None and self._found[0] == self._period else None
        terms = found.terms if found is not None else ()
        most = max((one.answers for one in terms), default=1)
        self.rows.empty = self.empty_words()
        self.rows.set_rows(
            [
                Row(one.word, (one.word, str(one.answers), "=" * max(1, round(WIDEST_BAR * one.answers / most))))
                for one in terms
            ]
        )
        title = t("comments.terms.panel", period=self._period.label)
        if found is None:
            framed(self.panel, title)
            return
        of = t("comments.terms.of" if found.by_dictionary else "comments.terms.plain", count=found.comments)
        framed(self.panel, f"{title}  {of}", t("comments.terms.minimum", minimum=found.minimum))

    def why_not(self, name: str) -> str | None:
        """Finding needs a word."""
        return self.empty_words() if name == "find" and self.rows.current is None else None

    async def do_find(self) -> None:
        """The comments with the chosen word."""
        from frontdesk.feedback.words.screen import CommentsScreen

        row = self.rows.current
        assert row is not None
        await self.app.push_screen(CommentsScreen(self._period, row.key))

    async def do_earlier(self) -> None:
        """The period before."""
        self._period = self._period.previous()
        await self.reload()

    async def do_later(self) -> None:
        """The period after."""
        self._period = self._period.following()
        await self.reload()
