"""What a closed round came to, department by department; opened over the rounds."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.common.text import display_width
from frontdesk.common.wholefile import free_path
from frontdesk.feedback.review import service
from frontdesk.feedback.review.exporting import export_results
from frontdesk.feedback.review.rules import Figures
from frontdesk.feedback.review.service import Results
from frontdesk.feedback.review.words import good_words, mean_words
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

MARKS = 24
"""The cells of a mean, of as many as hundreds with their share, and of an interval up to 100 %."""

TOGETHER = "\0together"
"""The key of the last row: no department can be called so."""


class ResultsScreen(PushedListScreen):
    """Means and shares of the satisfied; what stays hidden is said to be."""

    area: ClassVar[str] = "review"
    title_key: ClassVar[str] = "results.title"
    list_id: ClassVar[str] = "review-results"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("review", "comments", "enter"),
        Command("review", "export", "ctrl+o"),
        Command("review", "close", "escape"),
    )

    def __init__(self, no: int) -> None:
        super().__init__()
        self._no = no
        self._found: Results | None = None

    def columns(self) -> tuple[Column, ...]:
        """Department, reviews, response, handling."""
        return (
            Column(t("review.head.department")),
            Column(t("review.head.count"), max(8, display_width(t("review.not_shown"))), "right"),
            Column(f" {t('review.ballot.column.response')}", MARKS, widest=26),
            Column(f" {t('review.ballot.column.handling')}", MARKS, widest=26),
        )

    def empty_words(self) -> str:
        """There is nothing."""
        return t("review.results.none")

    async def load(self) -> None:
        """Read them."""
        no = self._no
        found = self._found = await self.desk_app.desk.run(lambda context: service.results(context, no))
        rows = [_row(name, name, figures) for name, figures in found.summary.departments.items()]
        self.rows.set_rows([*rows, _row(TOGETHER, t("review.together"), found.summary.together)])
        said = found.listed.round
        days = {"first": said.first_day[5:], "last": said.last_day[5:]}
        title = t("review.results.panel", title=said.title, used=found.listed.used, codes=said.codes, **days)
        hidden = found.summary.hidden
        under = t("review.results.hidden", count=hidden, minimum=found.minimum)
        framed(self.panel, title, under if hidden else t("review.results.all_shown"))

    @property
    def _is_manager(self) -> bool:
        operator = self.desk_app.desk.operator
        return operator is not None and operator.role == "manager"

    def _comments(self) -> tuple[str, ...]:
        row = self.rows.current
        return self._found.summary.comments.get(row.key, ()) if self._found is not None and row is not None else ()

    def why_not(self, name: str) -> str | None:
        """Comments are for managers, and there must be some."""
        if name == "comments" and not self._is_manager:
            return t("review.results.comments_managers")
        if name == "comments" and not self._comments():
            return t("review.results.no_comments")
        return None

    async def do_comments(self) -> None:
        """Read the comments about the chosen department."""
        row = self.rows.current
        assert row is not None
        lines = [(f"- {words}", "") for words in self._comments()]
        await self.app.push_screen(ReadDialog(t("review.results.comments", name=row.key), lines))  # type: ignore[arg-type]

    async def do_export(self) -> None:
        """Choose what to write."""
        choices = [("book", t("review.export.book")), ("paper", t("review.export.paper"))]
        if self._is_manager:
            choices.insert(1, ("comments", t("review.export.book_comments")))

        async def chosen(choice: str | None) -> None:
            if choice is not None:
                await self._write(".pdf" if choice == "paper" else ".xlsx", comments=choice == "comments")

        await self.app.push_screen(ChoiceDialog(t("review.export.title"), choices), chosen)

    async def _write(self, ending: str, *, comments: bool) -> None:
        no = self._no
        out = free_path(self.desk_app.export_folder(), t("review.export.name", no=no), ending)
        if await self.attempt(lambda context: export_results(context, no, out, comments=comments), slow=True):
            self.notify(t("review.export.done", out=out), timeout=12)


def _row(key: str, name: str, figures: Figures | None) -> Row:
    if figures is None:
        return Row(key, (name, t("review.not_shown"), "", ""), "muted")
    marks = (f" {mean_words(one)} {good_words(one)}" for one in (figures.response, figures.handling))
    cells = (name, str(figures.count), *marks)
    return Row(key, cells, "heading" if key == TOGETHER else "")
