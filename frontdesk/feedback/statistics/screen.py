"""The statistics of ratings: figures by group, and a chart of what the cursor stands on; opened over the ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from frontdesk.common.periods import Period, PeriodKind
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.feedback.statistics import service
from frontdesk.feedback.statistics.chart import level_lines, rate_lines
from frontdesk.feedback.statistics.groups import GROUPINGS, Grouping
from frontdesk.feedback.statistics.rules import Figures
from frontdesk.feedback.statistics.service import Group, Statistics
from frontdesk.feedback.statistics.wording import (
    active_words,
    change_words,
    interval_words,
    name_words,
    open_words,
    percent,
    through_words,
    total_words,
    why_hidden,
)
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from datetime import date

    from frontdesk.shell.base import DeskScreen

WIDE = 110
"""Columns from which the window has room for the active rate and what was excluded."""

HIGH = 32
"""Lines from which the chart shows twelve periods instead of six."""

TONES = {"up": "good", "down": "bad"}
NEXT_KIND: dict[PeriodKind, PeriodKind] = {"week": "month", "month": "quarter", "quarter": "year", "year": "week"}


async def open_statistics(screen: DeskScreen) -> None:
    """Open the statistics of this month over a screen."""
    await screen.app.push_screen(StatisticsScreen())


class StatisticsScreen(PushedListScreen):
    """The groups of a period in a list, the whole centre first; below it a chart of the one under the cursor."""

    area: ClassVar[str] = "statistics"
    list_id: ClassVar[str] = "statistics"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("statistics", "levels", "enter"),
        Command("statistics", "grouping", "space"),
        Command("statistics", "kind", "ctrl+g"),
        Command("statistics", "earlier", "left"),
        Command("statistics", "later", "right"),
        Command("statistics", "export", "f7"),
        Command("statistics", "by_staff", "f8"),
        Command("statistics", "trend", "ctrl+t", in_bar=False),
        Command("statistics", "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._kind: PeriodKind = "month"
        self._day: date | None = None
        self._grouping: Grouping = "service"
        self._by_week = True
        self._shows_levels = False
        self._found: Statistics | None = None

    def columns(self) -> tuple[Column, ...]:
        """The group, n, rate, interval, change, follow-ups; in a wide window active rate and excluded ones too."""
        narrow = (
            Column(t("statistics.column.group")),
            Column(t("statistics.column.n"), 6, "right"),
            Column(t("statistics.column.rate"), 10, "right"),
            Column(t("statistics.column.interval"), 13, "right"),
            Column(t("statistics.column.change"), 15),
            Column(t("statistics.column.open"), 13, optional=True),
        )
        if self.app.size.width < WIDE:
            return narrow
        return (
            *narrow,
            Column(t("statistics.column.active"), 7, "right", optional=True),
            Column(t("statistics.column.excluded"), 8, "right", optional=True),
        )

    def empty_words(self) -> str:
        """There is nothing to list."""
        return t("statistics.nobody")

    def compose_above(self) -> ComposeResult:
        """The whole centre in words."""
        yield Plain("", id="statistics-total")

    def compose_below(self) -> ComposeResult:
        """The chart."""
        with Vertical(classes="panel", id="statistics-chart-panel"):
            yield Plain("", id="statistics-chart")

    async def load(self) -> None:
        """Read the period, and the chart of what is under the cursor. Whoever else signs in finds no staff here."""
        if self._grouping == "staff" and not self._is_manager:
            self._grouping = "service"
        kind, day, grouping = self._kind, self._day or self.desk_app.today(), self._grouping

        def case(context: Context) -> Statistics:
            return service.statistics(context, service.period_at(context, kind, day), grouping)

        found = self._found = await self.desk_app.desk.run(case)
        self.query_one("#statistics-total", Plain).update("\n".join(_above(found)))
        self.rows.set_rows([_row(group) for group in (found.total, *found.groups)])
        framed(
            self.panel,
            t("statistics.panel", period=found.period.label, by=t(f"statistics.by.{grouping}")),
            why_hidden(found),
        )
        await self._draw()

    @property
    def _is_manager(self) -> bool:
        operator = self.desk_app.desk.operator
        return operator is not None and operator.role == "manager"

    @property
    def _group(self) -> Group | None:
        if self._found is None:
            return None
        return self.under_cursor((self._found.total, *self._found.groups), _key) or self._found.total

    async def _draw(self) -> None:
        """Draw the chart of the group under the cursor."""
        group, found = self._group, self._found
        if group is None or found is None:
            return
        panel, chart = self.query_one("#statistics-chart-panel"), self.query_one("#statistics-chart", Plain)
        width = self.app.size.width - 4
        if self._shows_levels or group.path[:1] == ("staff",):
            lines = level_lines(group.figures, width) if group.figures else [t("statistics.chart.empty")]
            framed(panel, f"{name_words(group)} {found.period.label}")
            chart.update("\n".join(lines))
            return
        many = 12 if self.app.size.height >= HIGH else 6
        kind: PeriodKind = "week" if self._by_week else "month"
        path, period = group.path, found.period

        def case(context: Context) -> list[tuple[Period, Figures | None]]:
            return service.trend(context, kind, period, many, path)

        rows = await self.desk_app.desk.run(case)
        lines = rate_lines([(_short(period), figures) for period, figures in rows], width)
        chart.update("\n".join(lines))
        title = t(f"statistics.chart.{kind}s", name=name_words(group), many=many)
        wide = self.app.size.width >= WIDE
        legend = t("statistics.chart.legend_wide", minimum=found.minimum) if wide else t("statistics.chart.legend")
        framed(panel, title, legend)

    def on_row_list_moved(self) -> None:
        """The chart follows the cursor."""
        self.run_worker(self._draw(), exclusive=True, group="chart")

    def why_not(self, name: str) -> str | None:
        """Figures of staff are a manager's, and by whole months."""
        if name == "by_staff" and self._grouping != "staff":
            if not self._is_manager:
                return t("statistics.managers_only")
            if self._kind == "week":
                return t("statistics.error.staff_by_month")
        return None

    async def do_levels(self) -> None:
        """The five levels of the chosen group, or its trend again."""
        self._shows_levels = not self._shows_levels
        await self._draw()

    async def do_trend(self) -> None:
        """The trend by week, or by month; staff have none, for weeks are too little to tell of them."""
        if self._grouping == "staff":
            self.notify(t("statistics.staff_no_trend"), severity="warning")
            return
        self._shows_levels, self._by_week = False, not self._by_week
        await self._draw()

    async def do_grouping(self) -> None:
        """The next grouping; those of staff have a key of their own."""
        others = [one for one in GROUPINGS if one != "staff"]
        place = others.index(self._grouping) + 1 if self._grouping in others else 0
        self._grouping = others[place % len(others)]
        await self.reload()

    async def do_by_staff(self) -> None:
        """By member of staff, or by service again."""
        self._grouping = "service" if self._grouping == "staff" else "staff"
        await self.reload()

    async def do_kind(self) -> None:
        """Week, month, quarter, year in turn; staff have no weeks."""
        self._kind = NEXT_KIND[self._kind]
        if self._kind == "week" and self._grouping == "staff":
            self._kind = "month"
        await self.reload()

    async def do_earlier(self) -> None:
        """The period before."""
        if self._found is not None:
            self._day = self._found.period.previous().last
        await self.reload()

    async def do_later(self) -> None:
        """The period after, not beyond the running one."""
        if self._found is not None:
            following = self._found.period.following().first
            self._day = following if following <= self.desk_app.today() else None
        await self.reload()

    async def do_export(self) -> None:
        """Write the workbook of what is shown."""
        from frontdesk.feedback.statistics.workbook import export_statistics

        assert self._found is not None
        period, grouping = self._found.period, self._grouping
        name = f"{self.desk_app.centre_name}-{t('statistics.file')}-{period.key}"
        out = free_path(self.desk_app.export_folder(), name, ".xlsx")
        self.notify(t("statistics.exporting"), timeout=3)
        done = await self.attempt(lambda context: export_statistics(context, period, grouping, out), slow=True)
        if done is not None:
            self.notify(t("statistics.exported", out=out), timeout=12)


def _above(found: Statistics) -> list[str]:
    """Two lines: the rate of the whole centre, and what else there is to say of it."""
    rate, *others = total_words(found)
    return [rate, "  ".join([*others, *through_words(found)])]


def _key(group: Group) -> str:
    return "/".join(group.path)


def _row(group: Group) -> Row:
    figures = group.figures
    if figures is None:
        words = t("statistics.hidden" if group.path else "statistics.nothing")
        return Row(_key(group), (name_words(group), "", words, *[""] * 5), "muted")
    cells = (
        name_words(group),
        str(figures.n),
        t("statistics.nothing") if figures.rate is None else percent(figures.rate),
        interval_words(figures),
        change_words(group),
        open_words(group),
        active_words(group),
        str(figures.excluded) if figures.excluded else t("statistics.nothing"),
    )
    if group.overdue:
        return Row(_key(group), cells, "warning")
    return Row(_key(group), cells, TONES.get(group.change or "", ""))  # type: ignore[arg-type]


def _short(period: Period) -> str:
    """A period in the few cells that a chart has for names."""
    return t(f"statistics.chart.{period.kind}", number=period.number)
