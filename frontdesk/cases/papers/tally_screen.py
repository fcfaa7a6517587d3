"""Keying paper forms of a demand round in: a line each, the totals above it, the last one can be taken back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from frontdesk.cases.papers import tally as rules
from frontdesk.cases.papers.ballot import SIDES
from frontdesk.cases.papers.errors import PaperError
from frontdesk.cases.papers.tallying import Round, finish, keep, line_of
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedScreen
from frontdesk.shell.rowlist import Column, Row, RowList

AREA = "case_papers"


class FormBox(Input):
    """Where a form is typed; up and down belong to the options above it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.command('close')", show=False)]

    def take_key(self, key: str) -> bool:
        """Move the cursor of the list."""
        if key not in ("up", "down", "pageup", "pagedown"):
            return False
        return self.screen.query_one("#tally", RowList).take_key(key)

    async def finish(self) -> None:
        """Enter, once the box holds all that was typed before it."""
        if isinstance(self.screen, TallyScreen):
            await self.screen.take_form()


class TallyScreen(PushedScreen):
    """The options of a round with their votes; what is typed below them is one form a line."""

    DEFAULT_CSS = """
    TallyScreen #tally-said { height: 2; padding: 0 1; }
    TallyScreen #tally-said.-wrong { color: $error; }
    TallyScreen #tally-box { margin: 0 1; }
    """

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "tally.title"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "undo", "ctrl+z"),
        Command(AREA, "finish", "f8"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, found: Round) -> None:
        super().__init__()
        self._round = found
        self._tally = found.tally
        self._told: tuple[str, bool] = ("", False)
        """What is said above the box instead of the last form, and whether something is wrong."""

    def compose_body(self) -> ComposeResult:
        """The options, what was keyed last, the box."""
        columns = (
            Column("", 3, "right"),
            Column(t("case_papers.tally.column.option")),
            *(Column(t(f"case_papers.tally.column.{one}"), 9, "right") for one in ("residents", "units", "votes")),
        )
        with Vertical(classes="panel fill", id="tally-panel"):
            yield RowList(columns, empty=t("case_papers.tally.none"), keeps_cursor=True, id="tally")
        yield Plain("", id="tally-said")
        yield FormBox(placeholder=t("case_papers.tally.box"), compact=True, id="tally-box")

    async def on_mount(self) -> None:
        """Begin in the box."""
        self.set_focus(self.query_one("#tally-box"))

    async def load(self) -> None:
        """Show what was counted."""
        self._show()

    def _show(self) -> None:
        tally, found = self._tally, self._round
        rows = [
            Row(
                str(number),
                (
                    str(number),
                    words,
                    *(str(tally.votes[side][number - 1]) for side in SIDES),
                    _total(tally, number),
                ),
            )
            for number, words in enumerate(found.options, 1)
        ]
        self.query_one("#tally", RowList).set_rows(rows)
        hint = t(
            "case_papers.tally.hint",
            residents=tally.returned["residents"],
            units=tally.returned["units"],
            forms=len(tally.forms),
        )
        title = t("case_papers.tally.panel", number=found.number, title=found.title)
        framed(self.query_one("#tally-panel"), title, hint)
        self._say()
        self.refresh_frame()

    def _say(self) -> None:
        """Say what is wrong, or which form was the last and whose the next one is."""
        tally, (words, is_wrong) = self._tally, self._told
        last = t("case_papers.tally.last", count=len(tally.forms), line=line_of(tally.forms[-1])) if tally.forms else ""
        following = t(f"case_papers.tally.next.{tally.side}")
        said = self.query_one("#tally-said", Plain)
        said.set_class(is_wrong, "-wrong")
        said.update(words if is_wrong else "  ".join(one for one in (words or last, following) if one))

    def why_not(self, name: str) -> str | None:
        """Taking back and adding need a form that was keyed in."""
        if name in ("undo", "finish") and not self._tally.forms:
            return words_for(PaperError("nothing_keyed"))
        return None

    async def take_form(self) -> None:
        """Count the form in the box. One that is not understood stays there, to be corrected."""
        box = self.query_one("#tally-box", FormBox)
        if not box.value.strip():
            return
        try:
            form = rules.read_form(box.value, len(self._round.options), self._tally.side)
            self._tally = rules.counted(self._tally, form)
        except PaperError as wrong:
            self.app.bell()
            self._told = (words_for(wrong), True)
            self._say()
            return
        box.value = ""
        self._told = ("", False)
        await self._keep()

    async def _keep(self) -> None:
        self._show()
        found, tally = self._round, self._tally
        kept = await self.attempt(lambda context: keep(context, found, tally))
        self._round = kept or found

    async def do_undo(self) -> None:
        """Take the last form back."""
        line = line_of(self._tally.forms[-1])
        self._tally = rules.taken_back(self._tally)
        self._told = (t("case_papers.tally.taken_back", line=line), False)
        await self._keep()

    async def do_finish(self) -> None:
        """Add what was keyed in to the votes of the record."""
        found, forms = self._round, self._tally.forms
        try:
            await self.desk_app.desk.run(lambda context: finish(context, found, forms))
        except CodedError as failure:
            self.desk_app.say_failure(failure)
            return
        self.close()
        self.desk_app.notify(t("case_papers.tally.added", count=len(forms)))

    async def do_close(self) -> None:
        """Leave; forms that were not added are kept."""
        count = len(self._tally.forms)
        self.close()
        if count:
            self.desk_app.notify(t("case_papers.tally.kept", count=count))


def _total(tally: rules.Tally, number: int) -> str:
    return str(tally.total(number))
