"""What leaves the program from the roster's screen: pages for the wall, workbooks, calendars."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.roster.board import service as boards
from frontdesk.roster.board.screen import BoardScreen
from frontdesk.roster.day.absence_screen import Who, choose_person
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog
from frontdesk.shell.reading import LineTone, ReadDialog

if TYPE_CHECKING:
    from frontdesk.roster.output.importing import RosterTaken

CALENDAR_DAYS = 90
"""How far ahead a calendar file reaches."""


class Outputs(BoardScreen):
    """The part of the roster screen that writes files."""

    async def do_output(self) -> None:
        """Choose what is written; it goes where the workbooks of the reports go."""
        names = ("week_a4", "week_a3", "month_a4", "month_a3", "workbook", "hours_book", "person", "post", "take_in")
        choices = [(name, t(f"roster_screen.out.{name}")) for name in names]

        async def chosen(name: str | None) -> None:
            if name in ("person", "post"):
                await self._calendar(name)
            elif name == "take_in":
                await self._ask_file()
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
            from frontdesk.roster.output import papers, sheet, wall

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
            from frontdesk.roster.output.ics import write_calendar

            return write_calendar(context, out, first, last, person=person, post=post)

        count = await self.attempt(case, slow=True)
        if count is not None:
            self.notify(t("roster_screen.out.calendar", out=out, count=count), timeout=12)

    async def _ask_file(self) -> None:
        """A workbook that was changed comes back: tried first, with every change and every broken rule to be read."""

        async def save(values: dict[str, str]) -> str | None:
            path = Path(values["path"].strip().strip("'\""))
            try:
                taken = await self.desk_app.desk.run_slow(lambda context: self._take_in(context, path, dry_run=True))
            except CodedError as refusal:
                return words_for(refusal)
            self.call_later(self._show_tried, path, taken)
            return None

        field = Field("path", t("roster_screen.out.path"), hint=t("roster_screen.out.path_hint"))
        await self.app.push_screen(FormDialog(t("roster_screen.out.take_in_title"), (field,), save))

    def _take_in(self, context: Context, path: Path, *, dry_run: bool, reason: str = "") -> RosterTaken:
        from frontdesk.roster.output.importing import import_roster

        return import_roster(context, path, plan_id=self.plan_id, dry_run=dry_run, override=bool(reason), reason=reason)

    async def _show_tried(self, path: Path, taken: RosterTaken) -> None:
        """What would change; Enter writes it, and what breaks a rule a manager writes with a reason."""
        from frontdesk.roster.output.commands import import_lines

        operator = self.desk_app.desk.operator
        is_manager = operator is not None and operator.role == "manager"
        keys = []
        if taken.applied and taken.changes:
            keys.append(("enter", t("roster_screen.out.take_in_yes")))
        elif taken.changes and not (taken.rejected or taken.impossible) and is_manager and self.plan_id is None:
            keys.append(("f8", t("roster_screen.out.take_in_anyway")))
        tone: LineTone = "" if taken.applied else "bad"
        lines = [(line, tone) for line in import_lines(taken, dry_run=True)]

        async def answered(key: str | None) -> None:
            if key == "enter":
                done = await self.attempt(lambda context: self._take_in(context, path, dry_run=False), slow=True)
                await self.reload()
                if done is not None:
                    self.notify(t("roster_screen.out.taken_in", count=len(done.changes)), timeout=12)
            elif key == "f8":
                await self._ask_why(path)

        await self.app.push_screen(ReadDialog(t("roster_screen.out.take_in_title"), lines, keys), answered)

    async def _ask_why(self, path: Path) -> None:
        async def save(values: dict[str, str]) -> str | None:
            reason = values["reason"].strip()
            if not reason:
                return t("roster_screen.reason_needed")
            try:
                done = await self.desk_app.desk.run_slow(
                    lambda context: self._take_in(context, path, dry_run=False, reason=reason)
                )
            except CodedError as refusal:
                return words_for(refusal)
            await self.reload()
            self.notify(t("roster_screen.out.taken_in", count=len(done.changes)), timeout=12)
            return None

        field = Field("reason", t("roster_screen.reason"), hint=t("roster_screen.reason_hint"))
        await self.app.push_screen(FormDialog(t("roster_screen.out.take_in_anyway"), (field,), save))

    def _path(self, name: str, ending: str) -> Path:
        return free_path(self.desk_app.export_folder(), f"{self.desk_app.centre_name}-{name}", ending)
