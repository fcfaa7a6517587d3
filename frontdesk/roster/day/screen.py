"""The day on the roster's screen: somebody is not there, somebody is back, leave, hand-over, swaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from db.leave import IN_FORCE
from frontdesk.locale import t
from frontdesk.roster import day as use_cases
from frontdesk.roster.board.screen import BoardScreen
from frontdesk.roster.day.absence_screen import Who, ask_absence, ask_back
from frontdesk.roster.day.leave_screen import show_leave
from frontdesk.roster.day.swap_screen import show_swaps
from frontdesk.roster.day.working import ROLES
from frontdesk.roster.plan.proof_words import resilience_lines
from frontdesk.roster.resilience import check
from frontdesk.shell.dialogs import ChoiceDialog
from frontdesk.shell.reading import ReadDialog


class Day(BoardScreen):
    """The part of the roster screen that deals with the day."""

    def why_not(self, name: str) -> str | None:
        """Auditors only look; a draft is nobody's day."""
        if name in ("absent", "back", "leave", "swap"):
            if self.is_auditor:
                return t("roster_screen.auditor")
            if self.plan_id is not None and name != "leave":
                return t("roster_screen.draft_shown")
        return super().why_not(name)

    async def open_at(self, key: str) -> None:
        """The list of leaves too: what waits for a decision, and which hand-overs are due."""
        if key == "leave":
            await self.do_leave()
            return
        await super().open_at(key)

    def people_here(self) -> list[Who]:
        """Who is under the cursor: acting and standby of the slot, or the person of the row."""
        board, grid = self._board, self.grid
        if board is None:
            return []
        if self._view != "week":
            no = grid.row_key
            return [Who(no, board.name_of(no))] if no is not None else []
        cell = self.cell()
        if cell is None:
            return []
        found = []
        for role in ROLES:
            holder = cell.assignment.holder(role)
            if holder is not None:
                found.append(Who(holder, board.name_of(holder), t(f"roster_screen.role.{role}")))
        return found

    async def do_absent(self) -> None:
        """Somebody is not there: the first choice is who acts, all of the day."""
        day = self.grid.column_key if self._view != "hours" else None
        await ask_absence(self, self.people_here(), date.fromisoformat(day) if day else None)

    async def do_back(self) -> None:
        """Somebody is back: at once where only one is away, else it is asked who."""
        today = self.desk_app.today()
        found = await self.attempt(lambda context: use_cases.leaves_between(context, today, today))
        if found is None:
            return
        away = {one.staff_no: name for one, name in found if one.state in IN_FORCE}
        if not away:
            self.notify(t("roster_screen.back.nobody"), severity="warning")
            return
        cell = self.cell()
        first = cell.planned.acting if cell is not None and cell.planned is not None else self.grid.row_key
        choices = sorted(((no, f"{name}  {no}") for no, name in away.items()), key=lambda one: one[0] != first)

        async def chosen(no: str | None) -> None:
            if no is not None:
                await ask_back(self, no)

        await self.app.push_screen(ChoiceDialog(t("roster_screen.back.who"), choices), chosen)

    async def do_leave(self) -> None:
        """Leave that is asked for, in force, or to be handed over."""
        await show_leave(self, self.people_here())

    async def do_check(self) -> None:
        """Try every absence on the week or month that is shown, and of pairs of people on a day."""
        board = self._board
        if board is None or not any(cell.assignment.acting for cell in board.cells.values()):
            self.notify(t("roster_screen.proof.none"), severity="warning")
            return
        self.notify(t("roster_screen.proof.working"), timeout=3)
        found = await self.attempt(lambda _: check(board.situation, board.roster, absences=2), slow=True)
        if found is not None:
            first, last, today = board.situation.first, board.situation.last, self.desk_app.today()
            if first <= today <= last:
                # Nobody can be missing any more on the days that are over.
                first, found = today, replace(found, holes=tuple(one for one in found.holes if one.slot.day >= today))
            names = {no: member.name for no, member in board.situation.members.items()}
            title = t("roster_screen.proof.title", first=first, last=last)
            await self.app.push_screen(ReadDialog(title, resilience_lines(found, names)))

    async def do_swap(self) -> None:
        """Swaps that wait, open shifts, and offering the slot under the cursor."""
        await show_swaps(self, self.cell())
