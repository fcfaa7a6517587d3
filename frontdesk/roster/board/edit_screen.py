"""Changing the roster by hand: who acts and who stands by in the slot under the cursor, locking it, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from frontdesk.common.text import shorten
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.roster.board import service as boards
from frontdesk.roster.board.facts import rank_words, slot_words
from frontdesk.roster.board.grid_screen import row_key
from frontdesk.roster.board.screen import BoardScreen
from frontdesk.roster.board.service import Cell
from frontdesk.roster.day import editing
from frontdesk.roster.day.editing import NEVER
from frontdesk.roster.day.working import ROLES
from frontdesk.roster.legality import sentence
from frontdesk.roster.model import Assignment, RoleInSlot, SlotKey
from frontdesk.roster.plan import drafting
from frontdesk.roster.substitutes import Candidate
from frontdesk.shell.dialogs import Field, FormDialog
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.rowlist import Column

EMPTY, EXCHANGE = "-", "="
"""What may be chosen besides people: nobody, and acting and standby change places."""
UNDO_STEPS = 50
MANAGER_MAY = frozenset({"rules_broken", "would_be_empty", "slot_locked", "slot_over"})
"""Refusals that a manager may set aside with a reason."""


def candidate_columns() -> tuple[Column, ...]:
    """The columns in which candidates are listed."""
    return (
        Column(t("roster_screen.pick.name"), 10),
        Column(t("roster_screen.pick.rank"), 8),
        Column(t("roster_screen.pick.hours"), 6, "right"),
        Column(t("roster_screen.pick.verdict")),
    )


def candidate_picks(found: Sequence[Candidate]) -> list[Pick]:
    """The candidates for a role in their order; whoever would break a hard rule is blocked, with the rule in words."""
    picks = []
    for one in found:
        said = [sentence(fault) for fault in one.violations]
        hard = " ".join(sentence(fault) for fault in one.violations if fault.hard)
        fine = t("roster_screen.pick.present") if one.present else t("roster_screen.pick.fine")
        verdict = hard or " ".join(said) or fine
        rank = t("roster_screen.pick.head") if one.head else rank_words(one.rank)
        hours = f"{one.minutes / 60:g}"
        picks.append(
            Pick(
                key=one.staff_no,
                cells=(one.name, rank, hours, shorten(verdict, 60)),
                name=one.name,
                detail=" ".join(said) or t("roster_screen.pick.detail", name=one.name, hours=hours, no=one.staff_no),
                blocked=hard,
            )
        )
    return picks


def store(
    context: Context, plan_id: int | None, slot: SlotKey, now: Assignment, after: Assignment, reason: str
) -> None:
    """Write a slot of a draft, or of the roster as worked, where the change is logged.

    With a reason it is a manager's exception. Raises what `edit_draft`, or `editing.place`, raises.
    """
    if plan_id is not None:
        drafting.edit_draft(context, plan_id, slot, after)
    else:
        editing.place(context, slot, now, after, reason, override=bool(reason))


class Editing(BoardScreen):
    """The part of the roster screen that changes slots."""

    def __init__(self) -> None:
        super().__init__()
        self._undo: list[tuple[int | None, SlotKey, Assignment]] = []

    def why_not(self, name: str) -> str | None:
        """Editing needs a slot under the cursor, undoing an edit."""
        if name in ("edit", "lock_slot"):
            if self.is_auditor:
                return t("roster_screen.auditor")
            if self._view == "month" and name == "edit":
                return None
            cell = self.cell()
            if cell is None:
                return t("roster_screen.no_slot_here")
            if name == "lock_slot" and self.plan_id is None and not self._by_manager():
                return t("roster_screen.lock_by_manager")
            if cell.slot.day in (self._board.unpublished if self._board else ()):
                return t("roster_screen.not_planned")
        if name == "undo" and not self._undo:
            return t("roster_screen.nothing_to_undo")
        return super().why_not(name)

    def _by_manager(self) -> bool:
        operator = self.desk_app.desk.operator
        return operator is not None and operator.role == "manager"

    async def on_grid_chosen(self) -> None:
        """Enter on a cell changes it."""
        await self.action_command("edit")

    async def do_edit(self) -> None:
        """Choose who acts or stands by; in the month go to the slot of the person and day first."""
        if self._view == "month":
            await self._open_slot_of_person()
            return
        cell = self.cell()
        assert cell is not None
        slot, plan_id = cell.slot, self.plan_id
        found = await self.attempt(lambda context: drafting.candidates(context, slot, plan_id))
        if found is None:
            return
        # Where a role is empty the dialog begins with it.
        first = 1 if cell.assignment.acting and not cell.assignment.standby else 0
        pages = [self._page(cell, role, found[role]) for role in ROLES]
        # What breaks a rule could not be published, so that a draft takes no exceptions.
        override = self._by_manager() and plan_id is None

        async def chosen(answer: tuple[int, str] | None) -> None:
            if answer is not None:
                await self._chosen(cell, ROLES[answer[0]], answer[1], found[ROLES[answer[0]]])

        await self.app.push_screen(PickDialog(pages, candidate_columns(), first=first, override=override), chosen)

    async def _open_slot_of_person(self) -> None:
        board, grid = self._board, self.grid
        if board is None or grid.row_key is None or grid.column_key is None:
            return
        roles = board.roles_of(grid.row_key, date.fromisoformat(grid.column_key))
        self._view = "week"
        await self.reload()
        if roles:
            self.grid.move_to(row_key(roles[0][0].slot.post, roles[0][0].slot.shift))

    def _page(self, cell: Cell, role: RoleInSlot, found: Sequence[Candidate]) -> PickPage:
        board = self._board
        assert board is not None
        holder = board.name_of(cell.assignment.holder(role)) or "-"
        said = t(f"roster_screen.role.{role}")
        title = t("roster_screen.pick.title", slot=slot_words(board, cell), role=said, holder=holder)
        picks = candidate_picks(found)
        if cell.assignment.acting and cell.assignment.standby:
            picks.append(Pick(EXCHANGE, (t("roster_screen.pick.exchange"), "", "", "")))
        if cell.assignment.holder(role):
            picks.append(Pick(EMPTY, (t("roster_screen.pick.empty"), "", "", "")))
        return PickPage(title, tuple(picks))

    async def _chosen(self, cell: Cell, role: RoleInSlot, key: str, found: Sequence[Candidate]) -> None:
        now = cell.assignment
        if key == EXCHANGE:
            after = replace(now, acting=now.standby, standby=now.acting)
        elif key == EMPTY:
            after = replace(now, acting=None) if role == "acting" else replace(now, standby=None)
        else:
            after = replace(now, acting=key) if role == "acting" else replace(now, standby=key)
        faults = next((one.violations for one in found if one.staff_no == key), ())
        hard = [fault for fault in faults if fault.hard]
        if any(fault.code in NEVER for fault in hard):
            self.notify(sentence(hard[0]), severity="error", timeout=12)
        elif hard:
            await self._ask_reason(cell, after, " ".join(sentence(fault) for fault in hard))
        else:
            await self._put(cell, after)

    async def _ask_reason(self, cell: Cell, after: Assignment, words: str) -> None:
        """A manager may break a rule, and says why; the reason stands in the log."""

        async def save(values: dict[str, str]) -> str | None:
            if not values["reason"].strip():
                return t("roster_screen.reason_needed")
            try:
                await self._store(cell, after, values["reason"].strip())
            except CodedError as refusal:
                return words_for(refusal)
            await self._stored(cell, after)
            return None

        field = Field("reason", t("roster_screen.reason"), hint=t("roster_screen.reason_hint"))
        await self.app.push_screen(FormDialog(t("roster_screen.override_title", why=words), (field,), save))

    async def _put(self, cell: Cell, after: Assignment) -> None:
        """Write it; what only a manager may do asks a manager for the reason."""
        try:
            await self._store(cell, after, "")
        except CodedError as refusal:
            if refusal.code in MANAGER_MAY and self._by_manager():
                await self._ask_reason(cell, after, words_for(refusal))
            else:
                self.desk_app.say_failure(refusal)
            return
        await self._stored(cell, after)

    async def _store(self, cell: Cell, after: Assignment, reason: str) -> None:
        """Write a slot of the draft or of the roster as worked."""
        plan_id = self.plan_id
        await self.desk_app.desk.run(lambda context: store(context, plan_id, cell.slot, cell.assignment, after, reason))

    async def _stored(self, cell: Cell, after: Assignment) -> None:
        self._undo = [*self._undo, (self.plan_id, cell.slot, cell.assignment)][-UNDO_STEPS:]
        await self.reload()
        board = self._board
        if board is not None:
            names = {role: board.name_of(after.holder(role)) or "-" for role in ROLES}
            self.notify(t("roster_screen.stored", slot=slot_words(board, cell), **names), timeout=5)

    async def do_lock_slot(self) -> None:
        """Lock the slot, so that planning again leaves it as it is, or unlock it."""
        cell = self.cell()
        assert cell is not None
        await self._put(cell, replace(cell.assignment, locked=not cell.assignment.locked))

    async def do_undo(self) -> None:
        """Take the last edit of this screen back."""
        plan_id, slot, before = self._undo.pop()

        manager = self._by_manager()
        said = t("roster_screen.undo_reason") if manager else ""

        def case(context: Context) -> bool:
            if plan_id is not None:
                drafting.restore_draft(context, plan_id, slot, before)
            else:
                now = boards.board(context, slot.day, slot.day).cells[slot].assignment
                # A lock that a manager has set since is not this person's to take back.
                store(context, None, slot, now, before if manager else replace(before, locked=now.locked), said)
            return True

        done = await self.attempt(case)
        self.plan_id = plan_id
        self._day = slot.day
        await self.reload()
        self.grid.move_to(row_key(slot.post, slot.shift), slot.day.isoformat())
        if done:
            self.notify(t("roster_screen.undone"), timeout=5)
