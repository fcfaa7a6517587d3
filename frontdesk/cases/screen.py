"""The desk of cases and registers: what is due first stands first, with what may be done next; registers; search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from frontdesk.cases.bulk import MOST_AT_ONCE, Bulk
from frontdesk.cases.list_screen import AREA, MARK_ALL_KEY, MOST_STEPS, RESUME_KEY, VIEWS, CaseListScreen
from frontdesk.cases.listing import Listed, Step, View
from frontdesk.cases.new_screen import ask_view, open_new
from frontdesk.locale import t
from frontdesk.shell.command import Command

STEP = "step_"
STEPS = tuple(f"{STEP}{place}" for place in range(1, MOST_STEPS + 1))
NEEDS_ONE = frozenset({*STEPS, "show", "mark", "mark_all", "register", "files"})
OF_KIND = frozenset({"register", "files"})
"""What is about the kind of the record under the cursor, or that the list is narrowed to."""
WIDE = "０１２３４５６７８９"
"""The digits that an input method types which was left on."""


class CasesScreen(CaseListScreen):
    """The list with its commands: steps, search, views, registers, marks."""

    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "show", "enter"),
        Command(AREA, "step_1", "f7,1,１"),
        Command(AREA, "step_2", "f8,2,２", in_bar=False),
        *(
            Command(AREA, f"{STEP}{place}", f"{place},{WIDE[place]}", in_bar=False)
            for place in range(3, MOST_STEPS + 1)
        ),
        Command(AREA, "new", "ctrl+n,insert"),
        Command(AREA, "find", "ctrl+f"),
        Command(AREA, "narrow", "ctrl+g"),
        Command(AREA, "register", "ctrl+y"),
        Command(AREA, "files", "ctrl+o"),
        Command(AREA, "mark", "space"),
        Command(AREA, "mark_all", MARK_ALL_KEY, in_bar=False, if_room=True),
        Command(AREA, "resume", RESUME_KEY, in_bar=False, if_room=True),
        Command(AREA, "duties", "ctrl+t", in_bar=False),
        Command(AREA, "adopted", "ctrl+e", in_bar=False),
        Command(AREA, "earlier", "left", in_bar=False),
        Command(AREA, "later", "right", in_bar=False),
        Command(AREA, "close", "escape"),
    )

    def why_not(self, name: str) -> str | None:
        """Most commands need a record, and steps one that can be taken."""
        if name in (*STEPS, "new") and self.is_auditor:
            return self.why_read_only()
        if name == "resume" and not self._begun:
            return t("case_desk.nothing_begun")
        if name in NEEDS_ONE and self.one() is None and not (name in OF_KIND and self._code):
            return t("case_desk.choose")
        if name in STEPS:
            return _why_no_step(self._steps, place_of(name))
        return None

    async def action_command(self, name: str) -> None:
        """Take a step, or run a command: a hand that is ahead of the screen means the row that it will show."""
        if name in NEEDS_ONE:
            if not self._filled:
                await self.reload()
            await self.rows.settled()
        one = self.one()
        if name in STEPS and one is not None and not self.is_auditor:
            await self._step(one, place_of(name))
            return
        await super().action_command(name)

    async def _step(self, one: Listed, place: int) -> None:
        """Ask for what a step of the record under the cursor needs."""
        steps = await self._fetch_steps(one)
        reason = _why_no_step(steps, place)
        if reason is not None:
            self.notify(reason, severity="warning")
        elif self._marked:
            await self._step_of_all(one, steps[place].transition.code)
        else:
            row = one.row
            await self.desk_app.open_form("case_form", self, row.definition, row.id, steps[place].transition.code)

    async def _step_of_all(self, one: Listed, step: str) -> None:
        """Ask once for what a step of all that are marked needs."""
        from frontdesk.cases.bulk_screen import ask_for_all, tell

        if any(other.row.definition != one.row.definition for other in self._marked.values()):
            self.notify(t("case_desk.mixed"), severity="warning")
            return

        async def taken(bulk: Bulk) -> None:
            self._marked = {row.id: self._marked[row.id] for row, _ in bulk.refused if row.id in self._marked}
            await self.reload()
            await tell(self, bulk)

        await ask_for_all(self, list(self._marked), step, taken)

    async def on_row_list_chosen(self) -> None:
        """A double click shows the record."""
        await self.action_command("show")

    async def on_find_box_entered(self) -> None:
        """Enter in the box means the row under the cursor."""
        if self.wanted != self._searched:
            await self.reload()
        await self.action_command("show")

    async def action_turn_to(self, kind: str) -> None:
        """Show one of the views that were clicked."""
        await self.turn(View(kind))  # type: ignore[arg-type]

    def go_home(self) -> None:
        """Everything that waits, from its beginning."""
        self.set_focus(self.rows)
        self.call_later(self.turn, View())

    async def open_at(self, key: str) -> None:
        """Show a view (`mine`, `handed`, `today`, `soon`, `overdue`, `group:…`, `definition:…`, `register:…`) or a
        record (`case:…` and its id); anything else means all that waits.
        """
        kind, _, code = key.partition(":")
        if kind == "case":
            await self.desk_app.open_form("case", self, int(code))
        elif kind in (*VIEWS, "soon", "group", "definition", "register"):
            await self.turn(View(kind, code))  # type: ignore[arg-type]
        else:
            await self.turn(View())

    async def do_show(self) -> None:
        """All of it."""
        one = self.one()
        assert one is not None
        # Back here what is typed next is looked for, and not put behind what was looked for before.
        self.box.select_all()
        await self.desk_app.open_form("case", self, one.row.id)

    async def do_new(self) -> None:
        """A new record: of what the list is narrowed to, or of what is asked for."""
        if self._view.kind in ("definition", "register"):
            await self.desk_app.open_form("case_form", self, self._view.code)
        else:
            await open_new(self)

    async def do_find(self) -> None:
        """Show the box, or go into it."""
        self.box.display = True
        self.set_focus(self.box)

    def on_screen_suspend(self) -> None:
        """What was looked for is done with when another screen was gone to; under a record it stays."""
        if self.box.display and self.app.current_mode != "cases":
            self.hide_box()
            self.mark_stale()

    async def do_narrow(self) -> None:
        """Ask for a group or a definition."""
        await ask_view(self, lambda view: self.call_later(self.turn, view))

    async def do_register(self) -> None:
        """The register of what is under the cursor, or its work again."""
        kind = "definition" if self._view.kind == "register" else "register"
        await self.turn(View(kind, self._code))  # type: ignore[arg-type]

    @property
    def _code(self) -> str:
        """The definition that the list is narrowed to, else that of the record under the cursor; "" without either."""
        if self._view.kind in ("definition", "register"):
            return self._view.code
        one = self.one()
        return one.row.definition if one is not None else ""

    async def do_files(self) -> None:
        """Ledgers, the register as a sheet, taking a sheet in."""
        await self.desk_app.open_form("case_files", self, self._code)

    async def do_duties(self) -> None:
        """What the calendar asks for, and how it stands."""
        await self.desk_app.open_form("case_duties", self)

    async def do_adopted(self) -> None:
        """Which mechanisms the centre keeps."""
        await self.desk_app.open_form("case_adopted", self, self._code)

    def hide_clear(self) -> bool:
        """What somebody else has marked is marked no more; nothing here is in clear."""
        self._marked = {}
        return False

    async def do_earlier(self) -> None:
        """The view before."""
        await self._turn_by(-1)

    async def do_later(self) -> None:
        """The view after."""
        await self._turn_by(1)

    async def _turn_by(self, by: int) -> None:
        views = self._views
        place = views.index(self._view.kind) + by if self._view.kind in views else 0
        await self.turn(View(views[place % len(views)]))  # type: ignore[arg-type]

    async def do_mark(self) -> None:
        """Mark the record, or take the mark away, and go on to the next."""
        one = self.one()
        assert one is not None
        if self._marked.pop(one.row.id, None) is None:
            self._marked[one.row.id] = one
        await self.reload()
        self.rows.cursor += 1

    async def do_mark_all(self) -> None:
        """Mark what is of the same kind in the same state, or take all marks away."""
        one = self.one()
        assert one is not None
        if self._marked:
            self._marked = {}
        else:
            alike = [other for other in self._known.values() if _alike(one, other)][:MOST_AT_ONCE]
            self._marked = {other.row.id: other for other in alike}
        await self.reload()

    async def do_resume(self) -> None:
        """The form that was begun last, as far as it was filled in."""
        latest = self._begun[0]
        await self.desk_app.open_form("case_form", self, latest.code, latest.case_id, latest.step)

    async def do_close(self) -> None:
        """Take away the search, the marks, the filter; then back to where this was opened."""
        if self.box.display:
            self.hide_box()
            await self.reload()
        elif self._marked:
            self._marked = {}
            await self.reload()
        elif self._view.kind != "all":
            await self.turn(View())
        else:
            await self.desk_app.action_command(self.desk_app.came_from)


def place_of(name: str) -> int:
    """Which of the steps a command takes, from 0."""
    return int(name.removeprefix(STEP)) - 1


def _why_no_step(steps: Sequence[Step], place: int) -> str | None:
    """Why the step at a place cannot be taken, in words; None where it can."""
    if place >= len(steps):
        return t("case_desk.no_such_step", place=place + 1) if steps else t("case_desk.no_steps")
    return steps[place].why_not or None


def _alike(one: Listed, other: Listed) -> bool:
    return (one.row.definition, one.row.state) == (other.row.definition, other.row.state)
