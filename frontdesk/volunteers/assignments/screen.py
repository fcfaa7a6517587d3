"""Assignments of a week or a day on the left, who is on the chosen one on the right; opened over another screen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from frontdesk.common.names import mask_name
from frontdesk.common.phones import phone_tail
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.rowlist import Column, Row, RowList
from frontdesk.volunteers.assignments import rules, service
from frontdesk.volunteers.assignments.edit_screen import (
    ask_call_off,
    ask_copy,
    ask_day,
    ask_export,
    ask_fields,
    ask_withdraw,
)
from frontdesk.volunteers.assignments.sign_screen import SignUpDialog, ask_team
from frontdesk.volunteers.assignments.words import (
    people_words,
    presence_words,
    short_day,
    state_words,
    times_words,
)

if TYPE_CHECKING:
    from db.assignments import AssignmentLine
    from frontdesk.volunteers.assignments.rules import Attendance

WEEK, DAY = 7, 1
ROWS_ABOVE = 3
"""So many rows are seen above the cursor where the list opens."""
PRESENCE_TONES = {
    "here": "good",
    "came": "",
    "elsewhere": "warning",
    "late": "bad",
    "expected": "",
    "withdrawn": "muted",
}


async def open_assignments(screen: DeskScreen, key: str = "") -> None:
    """Open the list over a screen, with the cursor on the assignment of this id, or at a day."""
    await screen.app.push_screen(AssignmentsScreen(key))


class AssignmentsScreen(DeskScreen):
    """The assignments of a week or a day. Esc goes back, from the people to the assignments and from there out."""

    area: ClassVar[str] = "assignments"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("assignments", "sign_up", "f7"),
        Command("assignments", "copy", "f8"),
        Command("assignments", "team", "ctrl+t"),
        Command("assignments", "new", "ctrl+n"),
        Command("assignments", "edit", "ctrl+e"),
        Command("assignments", "remove", "delete"),
        Command("assignments", "export", "ctrl+o"),
        Command("assignments", "span", "ctrl+w", in_bar=False),
        Command("assignments", "go_to", "ctrl+g", in_bar=False),
        Command("assignments", "earlier", "left", in_bar=False),
        Command("assignments", "later", "right", in_bar=False),
        Command("assignments", "close", "escape"),
    )
    NEEDS_NONE: ClassVar[frozenset[str]] = frozenset({"new", "export", "span", "go_to", "earlier", "later", "close"})
    NEEDS_OPEN: ClassVar[frozenset[str]] = frozenset({"sign_up", "copy", "team", "edit"})

    def __init__(self, key: str = "") -> None:
        super().__init__()
        self._key = key
        self._day: date | None = None
        self._days = WEEK
        self._shown: tuple[date, date] | None = None
        self._lines: list[AssignmentLine] = []
        self._people: list[Attendance] = []

    def compose_body(self) -> ComposeResult:
        """Two lists."""
        with Horizontal(classes="fill"):
            with Vertical(classes="panel half", id="sessions-panel"):
                yield RowList(
                    (
                        Column(t("assignments.column.day"), 10),
                        Column(t("assignments.column.starts"), 5),
                        Column(t("assignments.column.title")),
                        Column(t("assignments.column.place"), 8, optional=True),
                        Column(t("assignments.column.people"), 6, "right"),
                    ),
                    empty=t("assignments.none"),
                    keeps_cursor=True,
                    id="assignments",
                )
            with Vertical(classes="panel half", id="sign-ups-panel"):
                yield RowList(
                    (
                        Column(t("assignments.column.who"), 10),
                        Column(t("assignments.column.presence")),
                        Column(t("assignments.column.team"), 12, optional=True),
                        Column(t("assignments.column.phone"), 7, optional=True),
                    ),
                    empty=t("assignments.nobody"),
                    id="people",
                )

    async def on_mount(self) -> None:
        """Begin in the list; at the assignment or the day that was asked for."""
        self.query_one("#assignments").focus()

    async def load(self) -> None:
        """Fetch the span of days that is shown, and who is on the chosen assignment."""
        if self._key:
            await self._go_to_key(self._key)
        first, last = self._span()

        def case(context: Context) -> tuple[list[AssignmentLine], list[Row]]:
            lines = service.assignments(context, first, last)
            return lines, [_row(context, line) for line in lines]

        self._lines, rows = await self.desk_app.desk.run(case)
        title = "assignments.panel.week" if self._days == WEEK else "assignments.panel.day"
        panel = self.query_one("#sessions-panel")
        framed(panel, t(title, first=f"{first:%m-%d}", last=f"{last:%m-%d}", count=len(rows)))
        listed = self.query_one("#assignments", RowList)
        listed.set_rows(rows)
        if self._key:
            listed.move_to(self._key)
        elif self._shown != (first, last):
            # What goes on or comes next is what people ask about.
            now = round(self.desk_app.clock().timestamp() * 1000)
            listed.cursor = next((place for place, line in enumerate(self._lines) if line.ends_at > now), 0)
            listed.scroll_to(y=max(0, listed.cursor - ROWS_ABOVE), animate=False, immediate=True)
        self._key, self._shown = "", (first, last)
        await self._load_people()

    async def _go_to_key(self, key: str) -> None:
        if key.isdecimal():
            number = int(key)
            found = await self.desk_app.desk.run(lambda context: service.get(context, number))
            self._day = date.fromisoformat(found.day)
        else:
            self._day = date.fromisoformat(key)

    async def _load_people(self) -> None:
        line = self._line()
        panel = self.query_one("#sign-ups-panel")
        listed = self.query_one("#people", RowList)
        if line is None:
            self._people = []
            listed.set_rows([])
            framed(panel, t("assignments.panel.people"))
            return

        def case(context: Context) -> tuple[list[Attendance], list[Row], str]:
            people = service.attendance(context, line.id)
            return people, [_person(context, one) for one in people], times_words(context, line)

        found = await self.attempt(lambda context: case(context))
        if found is None or self._line() != line:
            return
        self._people, rows, times = found
        listed.set_rows(rows)
        reason = line.cancel_reason or line.briefing
        framed(
            panel,
            t("assignments.panel.chosen", title=line.title, times=times, people=people_words(line)),
            " ".join(filter(None, (state_words(line), reason))),
        )

    def _span(self) -> tuple[date, date]:
        day = self._day or self.desk_app.today()
        first = day - timedelta(days=day.weekday()) if self._days == WEEK else day
        return first, first + timedelta(days=self._days - 1)

    def _line(self) -> AssignmentLine | None:
        row = self.query_one("#assignments", RowList).current
        return next((line for line in self._lines if row is not None and str(line.id) == row.key), None)

    def _person_chosen(self) -> Attendance | None:
        """Who is under the cursor, while the cursor is among the people."""
        listed = self.query_one("#people", RowList)
        row = listed.current if listed.has_focus else None
        return next((one for one in self._people if row is not None and one.volunteer_no == row.key), None)

    def why_not(self, name: str) -> str | None:
        """Most needs an assignment that is not called off."""
        line = self._line()
        if name in self.NEEDS_NONE:
            return None
        if line is None:
            return t("assignments.choose")
        if name in self.NEEDS_OPEN and line.state == "cancelled":
            return t("assignments.is_cancelled")
        if name == "remove":
            person = self._person_chosen()
            if person is not None and not person.signed:
                return t("assignments.nothing_to_withdraw")
            if person is None and line.state == "cancelled":
                return t("assignments.is_cancelled")
        return None

    def go_home(self) -> None:
        """The key of the screen below was pressed: back to it."""
        self.dismiss(None)

    async def do_close(self) -> None:
        """From the people back to the assignments, from those out."""
        listed = self.query_one("#assignments", RowList)
        if listed.has_focus:
            self.dismiss(None)
        else:
            listed.focus()

    async def on_row_list_moved(self, event: RowList.Moved) -> None:
        """The people follow the assignment."""
        if event.rows.id == "assignments":
            await self._load_people()
        self.refresh_frame()

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """From the assignment to its people, one without any is signed up for at once; from a person to all that is
        known of him or her, the phone too.
        """
        if event.rows.id == "people":
            from frontdesk.volunteers.register.detail_screen import open_detail

            await open_detail(self, event.row.key)
            return
        if self._people:
            self.query_one("#people").focus()
        else:
            await self.action_command("sign_up")

    async def do_sign_up(self) -> None:
        """Sign volunteers up, one after the other, by the search box."""
        line = self._line()
        assert line is not None

        async def closed(_: None) -> None:
            await self.reload()

        await self.app.push_screen(SignUpDialog(self.desk_app.desk, line.id, line.title), closed)

    async def do_team(self) -> None:
        """Sign a whole service team up."""
        line = self._line()
        assert line is not None
        await ask_team(self, line.id)

    async def do_new(self) -> None:
        """Add an assignment, on the day under the cursor."""
        line = self._line()
        day = line.day if line is not None and self._days == WEEK else self._span()[0].isoformat()
        await ask_fields(self, None, day, self._show)

    async def do_edit(self) -> None:
        """Change the chosen one."""
        line = self._line()
        assert line is not None
        await ask_fields(self, line, line.day, self._show)

    async def _show(self, assignment_id: int) -> None:
        """Show an assignment, wherever it is now."""
        self._key = str(assignment_id)
        await self.reload()

    async def do_copy(self) -> None:
        """Copy the chosen one, or all that are shown, to other days or weeks."""
        line = self._line()
        assert line is not None
        await ask_copy(self, line, [one.id for one in self._lines if one.state == "open"])

    async def do_remove(self) -> None:
        """Among the people: take one off. Else: call the assignment off, with a reason."""
        line = self._line()
        assert line is not None
        person = self._person_chosen()
        if person is not None:
            await ask_withdraw(self, line, person)
        else:
            await ask_call_off(self, line)

    async def do_export(self) -> None:
        """Write what is shown as a sheet, or a person's assignments as a calendar file."""
        await ask_export(self, *self._span(), self._person_chosen())

    async def do_span(self) -> None:
        """A week or a day."""
        line = self._line()
        if line is not None:
            self._day = date.fromisoformat(line.day)
        self._days = DAY if self._days == WEEK else WEEK
        await self.reload()

    async def _go(self, day: date) -> None:
        self._day = day if day != self.desk_app.today() else None
        await self.reload()

    async def do_earlier(self) -> None:
        """The week or day before."""
        await self._go((self._day or self.desk_app.today()) - timedelta(days=self._days))

    async def do_later(self) -> None:
        """The week or day after."""
        await self._go((self._day or self.desk_app.today()) + timedelta(days=self._days))

    async def do_go_to(self) -> None:
        """A day typed in."""
        await ask_day(self, self._go)


def _row(context: Context, line: AssignmentLine) -> Row:
    starts = context.local(line.starts_at)
    tone = "muted" if line.state == "cancelled" else "warning" if rules.lacking(line) else ""
    if line.state == "open" and line.ends_at < context.now_ms():
        tone = "muted"
    people = t("assignments.cancelled") if line.state == "cancelled" else people_words(line)
    return Row(str(line.id), (short_day(line.day), f"{starts:%H:%M}", line.title, line.place, people), tone)  # type: ignore[arg-type]


def _person(context: Context, one: Attendance) -> Row:
    tail = f"***{phone_tail(context.keys.unseal(one.phone_cipher))}" if one.phone_cipher is not None else ""
    cells = (mask_name(one.name), presence_words(context, one), one.team, tail)
    return Row(one.volunteer_no, cells, PRESENCE_TONES[one.presence])  # type: ignore[arg-type]
