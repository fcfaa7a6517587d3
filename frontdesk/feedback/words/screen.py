"""What people wrote with their ratings: searched by words, period, level and subject; opened over the ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.common.periods import Period, month_of
from frontdesk.common.text import display_width
from frontdesk.errors import CodedError
from frontdesk.feedback.words import service
from frontdesk.feedback.words.service import BAD, GOOD, Found, Search
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen


async def open_comments(screen: DeskScreen) -> None:
    """Open the comments of this month over a screen."""
    await screen.app.push_screen(CommentsScreen())


class CommentsScreen(PushedListScreen):
    """The comments of a period, the latest first."""

    area: ClassVar[str] = "comments"
    list_id: ClassVar[str] = "comments"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("comments", "search", "f7"),
        Command("comments", "read", "enter"),
        Command("comments", "level", "f8"),
        Command("comments", "subject", "space"),
        Command("comments", "terms", "ctrl+t"),
        Command("comments", "earlier", "left"),
        Command("comments", "later", "right"),
        Command("comments", "close", "escape"),
    )

    def __init__(self, period: Period | None = None, words: str = "") -> None:
        """`period` is this month where none is said."""
        super().__init__()
        self._period = period
        self._words = words
        self._levels: frozenset[int] = frozenset()
        self._subject = ""
        self._found = Search((), 0)

    @property
    def period(self) -> Period:
        """The period that is shown."""
        return self._period or month_of(self.desk_app.today())

    def columns(self) -> tuple[Column, ...]:
        """When, how good, about what, the words."""
        return (
            Column(t("comments.column.day"), 5),
            Column(t("comments.column.level"), max(display_width(t(f"feedback.level.{one}")) for one in range(1, 6))),
            Column(t("comments.column.subject"), 14),
            Column(t("comments.column.comment")),
        )

    def empty_words(self) -> str:
        """From when on anonymous ones are there."""
        return t("comments.none")

    async def load(self) -> None:
        """Search."""
        period, words, levels, subject = self.period, self._words, self._levels, self._subject
        # A year of comments takes a while, in which cards are scanned.
        found = self._found = await self.desk_app.desk.run_slow(
            lambda context: service.search(context, words, period.first, period.last, levels=levels, subject=subject)
        )
        self.rows.set_rows([_row(one) for one in found.comments])
        shown = len(found.comments)
        count = t("comments.panel" if shown == found.count else "comments.panel_more", count=found.count, shown=shown)
        framed(self.panel, "  ".join([period.label, count, *self._filters()]), t("comments.tomorrow"))

    def _filters(self) -> list[str]:
        words = [t("comments.filter.words", words=self._words)] if self._words else []
        if self._subject:
            words.append(t("comments.filter.subject", subject=self._subject))
        if self._levels in (GOOD, BAD):
            words.append(t("comments.filter.good" if self._levels == GOOD else "comments.filter.bad"))
        elif self._levels:
            words.append(t("comments.filter.levels", levels=_digits(self._levels)))
        return words

    def _one(self) -> Found | None:
        return self.under_cursor(self._found.comments, lambda one: one.id)

    def why_not(self, name: str) -> str | None:
        """Reading needs a comment; so does asking for those about the same."""
        if name == "read" and self._one() is None:
            return t("comments.choose")
        if name == "subject" and self._one() is None and not self._subject:
            return t("comments.choose")
        return None

    async def do_search(self) -> None:
        """Ask what to look for."""

        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                period, levels = service.read_period(values["period"]), service.read_levels(values["levels"])
            except CodedError as refusal:
                return Wrong(words_for(refusal), str(refusal.details.get("field")))
            self._period, self._levels = period, levels
            self._words, self._subject = values["words"].strip(), values["subject"].strip()
            await self.reload()
            return None

        fields = (
            Field("words", t("comments.field.words"), self._words, t("comments.hint.words")),
            Field("period", t("comments.field.period"), self.period.key, t("comments.hint.period")),
            Field("levels", t("comments.field.levels"), _digits(self._levels), t("comments.hint.levels")),
            Field("subject", t("comments.field.subject"), self._subject, t("comments.hint.subject")),
        )
        await self.app.push_screen(FormDialog(t("comments.search.title"), fields, save))

    async def do_read(self) -> None:
        """The whole comment."""
        one = self._one()
        assert one is not None
        named = t("comments.named" if one.named else "comments.anonymous")
        title = f"{one.day}  {t(f'feedback.level.{one.level}')}  {named}"
        lines = [line for line in one.comment.splitlines() if line.strip()]
        await self.app.push_screen(ReadDialog(title, [(one.label, "muted"), *((line, "") for line in lines)]))

    async def do_level(self) -> None:
        """The bad ones, the good ones, all in turn."""
        self._levels = {frozenset(): BAD, BAD: GOOD}.get(self._levels, frozenset())
        await self.reload()

    async def do_subject(self) -> None:
        """Those about the same as the chosen one, or about anything again."""
        one = self._one()
        self._subject = "" if self._subject or one is None else one.label
        await self.reload()

    async def do_terms(self) -> None:
        """The frequent terms of the period."""
        from frontdesk.feedback.words.terms_screen import TermsScreen

        await self.app.push_screen(TermsScreen(self.period))

    async def do_earlier(self) -> None:
        """The period before."""
        self._period = self.period.previous()
        await self.reload()

    async def do_later(self) -> None:
        """The period after."""
        self._period = self.period.following()
        await self.reload()


def _row(one: Found) -> Row:
    cells = (one.day[5:], t(f"feedback.level.{one.level}"), one.label, " ".join(one.comment.split()))
    return Row(one.id, cells, "bad" if one.level in BAD else "")


def _digits(levels: frozenset[int]) -> str:
    return "".join(map(str, sorted(levels)))
