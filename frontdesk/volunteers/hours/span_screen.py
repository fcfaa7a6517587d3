"""What the screens of hours share: the days that they show, and going to others."""

from __future__ import annotations

from typing import ClassVar, cast

from frontdesk.common.text import pad
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.volunteers.hours.spans import SPAN_NAMES, Span, SpanName, named_span, read_span

AREA = "hours.screen"
TYPED = "typed"

SPAN_COMMANDS: tuple[Command, ...] = (
    Command(AREA, "earlier", "left"),
    Command(AREA, "later", "right"),
    Command(AREA, "period", "ctrl+g"),
)
CLOSE = Command(AREA, "close", "escape")


def sum_line(line_id: str) -> Plain:
    """The line below a list that adds it up, as far from the edge as what stands in the panel."""
    line = Plain("", id=line_id)
    line.styles.padding = (0, 1)
    return line


class SpanScreen(PushedListScreen):
    """A screen that shows hours over some days; left and right go to those before and behind."""

    area: ClassVar[str] = AREA

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span

    async def go_to(self, span: Span) -> None:
        """Show other days."""
        self.span = span
        await self.reload()

    async def do_earlier(self) -> None:
        """The days before."""
        await self.go_to(self.span.moved(-1))

    async def do_later(self) -> None:
        """The days behind."""
        await self.go_to(self.span.moved(1))

    async def do_period(self) -> None:
        """Choose this or last week, month, year, or type the days."""
        today = self.desk_app.today()
        choices: list[tuple[str, str]] = []
        for name in SPAN_NAMES:
            span = named_span(name, today)
            choices.append((name, pad(t(f"hours.screen.span.{name}"), 16) + span.dates))
        choices.append((TYPED, t("hours.screen.span.typed")))

        async def chosen(name: str | None) -> None:
            if name == TYPED:
                await self._type_span()
            elif name is not None:
                await self.go_to(named_span(cast("SpanName", name), today))

        await self.app.push_screen(ChoiceDialog(t("hours.screen.span.title"), choices), chosen)

    async def _type_span(self) -> None:
        async def save(values: dict[str, str]) -> str | None:
            try:
                span = read_span(values["span"], self.desk_app.today())
            except CodedError as refusal:
                return words_for(refusal)
            await self.go_to(span)
            return None

        field = Field("span", t("hours.screen.span.field"), self._typed_form(), t("hours.screen.span.hint"))
        title = f"{t('hours.screen.span.title')}\n{t('hours.screen.span.hint')}"
        await self.app.push_screen(FormDialog(title, (field,), save))

    def _typed_form(self) -> str:
        return self.span.key if self.span.period else f"{self.span.first} {self.span.last}"
