"""The table of mechanisms with what each came to in a period: opened from the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from frontdesk.cases.overview import MechanismLine, overview
from frontdesk.common.text import shorten
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.common.periods import Period
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

AREA = "case_overview"
SAID = ("source", "kind", "states", "indicators", "form")
"""What is said of a mechanism, in the order of the table."""


async def open_overview(screen: DeskScreen, period: Period) -> None:
    """Open the mechanisms over a screen, with their figures of a period."""
    await screen.app.push_screen(OverviewScreen(period))


class OverviewScreen(PushedListScreen):
    """One mechanism a line; what it rests on, its states, indicators and forms stand below, Enter shows all of it."""

    DEFAULT_CSS = """
    OverviewScreen #overview-said { height: 6; padding: 0 1; }
    """

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "overview"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "show", "enter"),
        Command(AREA, "earlier", "left"),
        Command(AREA, "later", "right"),
        Command(AREA, "register", "ctrl+y"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, period: Period) -> None:
        super().__init__()
        self._period = period
        self._found: list[MechanismLine] = []

    def columns(self) -> tuple[Column, ...]:
        """Number, name, kind, what the period came to; on wide windows what it rests on and its forms too."""
        return (
            Column(t("case_overview.column.number"), 3),
            Column(t("case_overview.column.name"), 20, widest=30),
            Column(t("case_overview.column.kind"), 10),
            Column(t("case_overview.column.figures")),
            Column(t("case_overview.column.form"), 18, optional=True, widest=24),
            Column(t("case_overview.column.source"), 26, optional=True),
        )

    def compose_below(self) -> ComposeResult:
        """What is to be known of the mechanism under the cursor."""
        yield Plain("", id="overview-said")

    def empty_words(self) -> str:
        """They are being counted."""
        return t("case_overview.counting")

    async def load(self) -> None:
        """Count beside the scans."""
        period = self._period

        def case(context: Context) -> list[MechanismLine]:
            return overview(context, period.first, period.last)

        found = await self.desk_app.desk.run_slow(case)
        if period != self._period or not self.is_attached:
            return
        self._found = found
        self.rows.set_rows([_row(one) for one in found])
        used = sum(bool(one.figures) for one in found)
        title = t("case_overview.panel", period=period.label, first=period.first, last=period.last)
        framed(self.panel, title, t("case_overview.used", used=used, count=len(found)))
        self._say()

    def _current(self) -> MechanismLine | None:
        return self.under_cursor(self._found, lambda one: one.key)

    def _say(self) -> None:
        one, width = self._current(), self.app.size.width - 3
        lines = [shorten(words, width) for words in _said(one)] if one is not None else []
        self.query_one("#overview-said", Plain).update("\n".join(lines))

    def on_resize(self) -> None:
        """Cut the words to the window."""
        self._say()

    def on_row_list_moved(self) -> None:
        """What is said below follows the cursor."""
        self._say()

    def why_not(self, name: str) -> str | None:
        """Only what a definition has, has a register."""
        one = self._current()
        if name in ("show", "register") and one is None:
            return t("case_overview.counting")
        is_case = one is not None and one.definition is not None and one.definition.kind != "duty"
        return t("case_overview.no_register") if name == "register" and not is_case else None

    async def do_show(self) -> None:
        """All of it."""
        one = self._current()
        assert one is not None
        lines: list[Line] = [(words, "") for words in _said(one)]
        lines.append((t("case_overview.of_period", period=self._period.label), "heading"))
        lines += [(words, "") for words in one.figures] or [(t("case_overview.unused"), "muted")]
        await self.app.push_screen(ReadDialog(f"{one.number} {one.name}".strip(), lines))

    async def do_register(self) -> None:
        """Its records."""
        one = self._current()
        assert one is not None and one.definition is not None
        self.close()
        await self.desk_app.action_command("cases")
        self.desk_app.open_at(f"register:{one.definition.code}")

    async def do_earlier(self) -> None:
        """The period before."""
        self._period = self._period.previous()
        await self.reload()

    async def do_later(self) -> None:
        """The period after."""
        self._period = self._period.following()
        await self.reload()


def _said(one: MechanismLine) -> list[str]:
    """Source, kind, states, indicators and forms, each with its heading."""
    return [
        t("case_overview.said", what=t(f"case_overview.column.{name}"), words=getattr(one.columns, name))
        for name in SAID
    ]


def _row(one: MechanismLine) -> Row:
    said = t("case_overview.joint").join(one.figures)
    cells = (one.number, one.name, one.columns.kind, said, one.columns.form, one.columns.source)
    return Row(one.key, cells, "" if one.figures else "muted")
