"""What leaves the program from the roster's screen: pages for the wall, workbooks, calendars."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.roster import board as boards
from frontdesk.roster.absence_screen import Who, choose_person
from frontdesk.roster.board_screen import BoardScreen
from frontdesk.shell.dialogs import ChoiceDialog

CALENDAR_DAYS = 90
"""How far ahead a calendar file reaches."""


class Outputs(BoardScreen):
    """The part of the roster screen that writes files."""

    async def do_output(self) -> None:
        """Choose what is written; it goes where the workbooks of the reports go."""
        names = ("week_a4", "week_a3", "month_a4", "month_a3", "workbook", "hours_book", "person", "post")
        choices = [(name, t(f"roster_screen.out.{name}")) for name in names]

        async def chosen(name: str | None) -> None:
            if name in ("person", "post"):
                await self._calendar(name)
            elif name is not None:
                await self._print(name)

        await self.app.push_screen(ChoiceDialog(t("roster_screen.out.title"), choices), chosen)

    async def _print(self, name: str) -> None:
        """Pages or a workbook of the week or the month under the cursor; of a draft where one is shown."""
        plan_id = self.plan_id
        first, last = boards.week_of(self.day) if name.startswith("week") else boards.month_of(self.day)
        year, week, _ = first.isocalendar()
        key = f"draft{plan_id}" if plan_id else f"{year}-W{week:02d}" if name.startswith("week") else f"{first:%Y-%m}"
        ending = ".xlsx" if name in ("workbook", "hours_book") else ".pdf"
        out = self._path(f"{t(f'roster_screen.out.file.{name}')}-{key}", ending)

        def case(context: Context) -> Path:
            from frontdesk.roster import papers, sheet, wall

            paper = papers.gather_plan(context, plan_id) if plan_id else papers.gather(context, first, last)
            if name == "workbook":
                sheet.write_roster(paper, out)
            elif name == "hours_book":
                sheet.write_hours(paper, out)
            else:
                printed = wall.print_week if name.startswith("week") else wall.print_month
                printed(paper, out, size="A3" if name.endswith("a3") else "A4")
            return out

        self.notify(t("roster_screen.out.writing"), timeout=3)
        if await self.attempt(case, slow=True) is not None:
            self.notify(t("roster_screen.out.written", out=out), timeout=12)

    async def _calendar(self, kind: str) -> None:
        """A calendar file of one person, or of the post under the cursor."""
        if kind == "post":
            cell = self.cell()
            if cell is None:
                self.notify(t("roster_screen.no_slot_here"), severity="warning")
                return
            await self._write_calendar(post=cell.slot.post, called=cell.slot.post)
            return

        async def write(who: Who) -> None:
            await self._write_calendar(person=who.no, called=who.no)

        await choose_person(self, (), t("roster_screen.out.whose"), write)

    async def _write_calendar(self, *, called: str, person: str | None = None, post: str | None = None) -> None:
        first = self.desk_app.today()
        last = first + timedelta(days=CALENDAR_DAYS)
        out = self._path(f"{t('roster_screen.out.file.calendar')}-{called}-{first:%Y-%m-%d}", ".ics")

        def case(context: Context) -> int:
            from frontdesk.roster.ics import write_calendar

            return write_calendar(context, out, first, last, person=person, post=post)

        count = await self.attempt(case, slow=True)
        if count is not None:
            self.notify(t("roster_screen.out.calendar", out=out, count=count), timeout=12)

    def _path(self, name: str, ending: str) -> Path:
        return free_path(self.desk_app.export_folder(), f"{self.desk_app.centre_name}-{name}", ending)
