"""Looking at the roster: the grid of a week or a month with a cursor, and in words what the cursor stands on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Vertical

from frontdesk.common.text import shorten, wrap
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.roster.board import service as boards
from frontdesk.roster.board.facts import cell_lines, now_lines, person_lines
from frontdesk.roster.board.grid_screen import month_content, open_row, row_key, week_content
from frontdesk.roster.board.hours_screen import share_lines, shares_content
from frontdesk.roster.board.service import Board, Cell
from frontdesk.roster.day import PostNow, now_and_next
from frontdesk.roster.fairness import Share, shares
from frontdesk.roster.model import SlotKey
from frontdesk.roster.plan import drafting
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, FormDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.grid import Grid
from frontdesk.shell.plain import Plain

View = Literal["week", "month", "hours"]
REASON_LINES = 3


class BoardScreen(DeskScreen):
    """The grid of a week or a month with a cursor, and below it in words what the cursor stands on."""

    area: ClassVar[str] = "roster_screen"

    def __init__(self) -> None:
        super().__init__()
        self._view: View = "week"
        self._day: date | None = None
        self._board: Board | None = None
        self._shares: list[Share] = []
        self._begun = False
        """Whether the cursor has been put where it begins: on a post that is open on the day."""
        self.plan_id: int | None = None
        """The draft that is shown; None for the roster as it is worked."""

    def compose_body(self) -> ComposeResult:
        """Who is on now, the grid, and what the cursor stands on."""
        yield Plain("", id="roster-now")
        with Vertical(classes="panel fill", id="roster-panel"):
            yield Grid(empty=t("roster_screen.no_slots"), id="roster-grid")
        yield Plain("", id="roster-reason")
        yield Plain("", id="roster-hint")
        yield Plain("", id="roster-progress")

    async def on_mount(self) -> None:
        """Begin with this week: a week that was gone to stays, this one moves on with the clock."""
        self.query_one("#roster-grid").focus()

    @property
    def grid(self) -> Grid:
        """The grid."""
        return self.query_one("#roster-grid", Grid)

    @property
    def day(self) -> date:
        """The day under the cursor, or the one that is to be under it."""
        return self._day or self.desk_app.today()

    async def load(self) -> None:
        """Fetch the week or the month and show it."""
        day, view, plan_id = self.day, self._view, self.plan_id
        first, last = boards.week_of(day) if view == "week" else boards.month_of(day)

        def case(context: Context) -> tuple[Board, list[Share], list[PostNow]]:
            board = boards.board(context, first, last, plan_id)
            return board, shares(board.situation, board.roster) if view == "hours" else [], now_and_next(context)

        found = await self.desk_app.desk.run(case)
        if self._view != view or not first <= self.day <= last:
            # Keys went on meanwhile: what they asked for is on its way.
            return
        self._board, self._shares, posts = found
        width = self.app.size.width - 2
        self.query_one("#roster-now", Plain).update("\n".join(shorten(line, width) for line in now_lines(posts)))
        self._draw()

    def _draw(self) -> None:
        board, grid = self._board, self.grid
        if board is None:
            return
        if self._view == "hours":
            grid.set_content(shares_content(self._shares, self.app.size.width, t("roster_screen.hours_people")))
        else:
            grid.set_content(week_content(board, board.first) if self._view == "week" else month_content(board))
            grid.move_to(column_key=self.day.isoformat())
            if self._view == "week" and grid.content.rows and not self._begun:
                self._begun = True
                grid.move_to(row_key=open_row(grid.content, self.day.isoformat()))
        self._name_panel(board)
        self._show_reason()

    def on_resize(self) -> None:
        """The bars are as long as there is room."""
        self._draw()

    def _name_panel(self, board: Board) -> None:
        panel = self.query_one("#roster-panel")
        if self._view == "week":
            year, week, _ = board.first.isocalendar()
            title = t("roster_screen.panel.week", year=year, week=week, first=board.first, last=f"{board.last:%m-%d}")
        elif self._view == "hours":
            # The bars of a draft are those of all its days.
            of = board.situation if board.plan is not None else board
            title = t("roster_screen.panel.hours", first=of.first, last=f"{of.last:%m-%d}")
        else:
            title = t("roster_screen.panel.month", year=board.first.year, month=board.first.month)
        if board.plan is not None:
            title = t("roster_screen.panel.draft", id=board.plan.id, title=title)
        framed(panel, title)
        panel.set_class(board.plan is not None, "-draft")
        unknown = ", ".join(str(year) for year in board.unknown_years)
        said = [t("roster_screen.unknown_year", years=unknown)] if unknown else []
        if board.unpublished and all(slot.day in board.unpublished for slot in board.cells):
            said.append(t("roster_screen.unplanned"))
        self.query_one("#roster-hint", Plain).update("  ".join(said))

    def cell(self) -> Cell | None:
        """The slot under the cursor; None where the post is closed, and in the month."""
        grid = self.grid
        if self._board is None or self._view != "week" or grid.row_key is None or grid.column_key is None:
            return None
        post, shift = grid.row_key.split("\t")
        return self._board.cells.get(SlotKey(date.fromisoformat(grid.column_key), post, shift))

    def _show_reason(self) -> None:
        """Below the grid: people and reasons of the cell under the cursor."""
        grid, board = self.grid, self._board
        if board is None or grid.row_key is None or grid.column_key is None:
            lines = []
        elif self._view == "hours":
            lines = next((share_lines(one) for one in self._shares if one.staff_no == grid.row_key), [])
        elif self._view == "month":
            lines = person_lines(board, grid.row_key, date.fromisoformat(grid.column_key))
        else:
            cell = self.cell()
            lines = cell_lines(board, cell) if cell is not None else [t("roster_screen.fact.closed")]
        self.query_one("#roster-reason", Plain).update("\n".join(self._fit(lines)))

    def _fit(self, lines: list[str]) -> list[str]:
        """The first line, and the others one behind the other, in as many lines as there are."""
        width = max(20, self.app.size.width - 4)
        first, rest = lines[:1], "  ".join(lines[1:])
        shown = [part for line in (*first, *([rest] if rest else [])) for part in wrap(line, width)]
        room = self.query_one("#roster-reason", Plain).size.height or REASON_LINES
        return [*shown[: room - 1], shorten("".join(shown[room - 1 :]), width)] if len(shown) > room else shown

    def on_grid_moved(self) -> None:
        """The words follow the cursor."""
        if self._view != "hours" and self.grid.column_key is not None:
            day = date.fromisoformat(self.grid.column_key)
            self._day = day if day != self.desk_app.today() else None
        self._show_reason()
        self.refresh_frame()

    async def on_grid_left(self, event: Grid.Left) -> None:
        """On to the day before or after, in the next week or month."""
        if self._view == "hours":
            return
        await self._go(self.day + timedelta(days=event.step))

    async def _go(self, day: date) -> None:
        self._day = day if day != self.desk_app.today() else None
        await self.reload()

    async def do_week(self) -> None:
        """Posts by the days of a week."""
        await self._look("week")

    async def do_month(self) -> None:
        """People by the days of a month."""
        await self._look("month")

    async def do_hours(self) -> None:
        """Who carries how much of a month, beside what would be fair."""
        await self._look("hours")

    async def _look(self, view: View) -> None:
        cell = self.cell()
        self._view = view
        await self.reload()
        if self._view != view:
            return
        if view == "week" and cell is not None:
            self.grid.move_to(row_key(cell.slot.post, cell.slot.shift))
        elif view == "hours":
            self.grid.place = (self.grid.place[0], 0)

    async def do_earlier(self) -> None:
        """The week or month before."""
        first, _ = boards.month_of(self.day)
        await self._go(self.day - timedelta(days=7) if self._view == "week" else first - timedelta(days=1))

    async def do_later(self) -> None:
        """The week or month after."""
        _, last = boards.month_of(self.day)
        await self._go(self.day + timedelta(days=7) if self._view == "week" else last + timedelta(days=1))

    async def do_this_day(self) -> None:
        """Back to today."""
        await self._go(self.desk_app.today())

    def go_home(self) -> None:
        """Today, when the key of this screen is pressed again."""
        self.call_later(self.do_this_day)

    async def open_at(self, key: str) -> None:
        """Show a day, or a draft: 2026-11-20, draft:3."""
        kind, _, number = key.partition(":")
        if kind == "draft":
            await self.show_draft(int(number))
            return
        self.plan_id = None
        await self._go(date.fromisoformat(key))

    async def show_draft(self, plan_id: int | None) -> None:
        """Show a draft from its first day on, or with None the roster as it is worked."""
        self.plan_id = plan_id
        if plan_id is not None:
            plan = await self.attempt(lambda context: drafting.draft(context, plan_id))
            if plan is None:
                self.plan_id = None
                return
            self._view = "week"
            self._day = date.fromisoformat(plan.first_day)
        await self.reload()

    async def do_go_to(self) -> None:
        """A day typed in."""
        from frontdesk.common.typed_dates import read_typed_date

        async def save(values: dict[str, str]) -> str | None:
            try:
                day = read_typed_date(values["day"], self.desk_app.today())
            except ValueError:
                return t("roster_screen.bad_day")
            await self._go(day)
            return None

        field = Field("day", t("roster_screen.day_field"), hint=t("roster_screen.day_hint"))
        await self.app.push_screen(FormDialog(t("roster_screen.go_to_title"), (field,), save))
