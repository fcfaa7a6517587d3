"""The weekly brief on the screen: the same words as on paper, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from frontdesk.common.periods import Period
from frontdesk.common.text import wrap
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports.brief.service import Brief, brief
from frontdesk.reports.brief.wording import blocks
from frontdesk.reports.documents import BlockStyle
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen

AREA = "brief"
TONES: dict[BlockStyle, Literal["", "heading", "muted"]] = {"heading": "heading", "text": "", "item": ""}
FRAME = 6
"""The cells of a line that the frame and the scroll bar take."""


async def open_brief(screen: DeskScreen, period: Period) -> None:
    """Show the brief of a period over a screen."""
    await screen.app.push_screen(BriefScreen(period))


class BriefScreen(PushedListScreen):
    """The brief, line by line. It is counted beside the scans."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "title"
    list_id: ClassVar[str] = "brief"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "earlier", "left"),
        Command(AREA, "later", "right"),
        Command(AREA, "pdf", "f7"),
        Command(AREA, "word", "f8"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, period: Period) -> None:
        super().__init__()
        self._period = period

    def columns(self) -> tuple[Column, ...]:
        """One column of words."""
        return (Column(""),)

    def empty_words(self) -> str:
        """It is being put together."""
        return t("brief.counting")

    async def load(self) -> None:
        """Put it together and show it."""
        period = self._period
        framed(self.panel, t("brief.panel", period=period.label), "")
        made = await self.desk_app.desk.run_slow(lambda context: brief(context, period))
        if period != self._period:
            return
        self.rows.set_rows(self._rows_of(made))
        running = t("brief.running") if made.facts.is_running else ""
        framed(self.panel, t("brief.panel", period=period.label), running)

    def _rows_of(self, made: Brief) -> list[Row]:
        width = self.app.size.width - FRAME
        rows = []
        for place, block in enumerate(blocks(made)):
            text = f"- {block.text}" if block.style == "item" else block.text
            for part, line in enumerate(wrap(text, width)):
                rows.append(Row(f"{place}.{part}", (line,), TONES[block.style]))
        return rows

    async def do_earlier(self) -> None:
        """The period before."""
        self._period = self._period.previous()
        await self.reload()

    async def do_later(self) -> None:
        """The period after."""
        self._period = self._period.following()
        await self.reload()

    async def do_pdf(self) -> None:
        """Write it as a PDF."""
        await self._export((".pdf",))

    async def do_word(self) -> None:
        """Write it as a Word document, where this computer can, and as plain text."""
        from frontdesk.reports.documents import is_docx_possible

        await self._export((".docx", ".txt") if is_docx_possible() else (".txt",))

    async def _export(self, endings: tuple[str, ...]) -> None:
        from frontdesk.reports.brief.files import export_brief

        period, folder = self._period, self.desk_app.export_folder()
        name = f"{self.desk_app.centre_name}-{t('brief.title')}-{period.key}"

        def case(context: Context) -> list[str]:
            return [str(export_brief(context, period, free_path(folder, name, ending)).path) for ending in endings]

        written = await self.attempt(case, slow=True)
        if written is not None:
            self.notify(t("brief.exported", files=t("letters.text.comma").join(written)), timeout=12)
