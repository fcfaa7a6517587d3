"""Everything about one volunteer: data, talent pool, availability, records, cards; and the ways to visits and hours."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar, cast
from zoneinfo import ZoneInfo

from db.volunteer_records import Part, Slot
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.grid import Grid
from frontdesk.shell.pushed import CommandRows, PushedScreen
from frontdesk.shell.views import ViewsScreen, view_commands
from frontdesk.volunteers.register import edit_screen as forms
from frontdesk.volunteers.register import service as register
from frontdesk.volunteers.register.profile import Contact, Profile
from frontdesk.volunteers.register.rows_screen import (
    VIEWS,
    card_rows,
    columns_of,
    data_rows,
    record_rows,
    skill_rows,
    slot_grid,
)

ROOMS: dict[str, tuple[str, str]] = {
    "visits": ("frontdesk.volunteers.checkin.visit_screen", "open_visits"),
    "hours": ("frontdesk.volunteers.hours.screen", "open_hours"),
    "print_card": ("frontdesk.volunteers.cards.print_screen", "open_print"),
}
"""What other rooms show about the same volunteer, imported when it is first asked for."""

READING = frozenset(
    {"close", "visits", "hours", "print_card", *(command.name for command in view_commands("register", VIEWS))}
)
"""What an auditor may do too."""


async def open_detail(screen: DeskScreen, volunteer_no: str) -> None:
    """Show everything about a volunteer over another screen."""
    found = await screen.attempt(lambda context: register.get(context, volunteer_no))
    if found is not None:
        await screen.app.push_screen(DetailScreen(volunteer_no))


class DetailScreen(ViewsScreen, PushedScreen):
    """One view at a time, chosen with a digit; Enter changes what the cursor stands on."""

    area: ClassVar[str] = "register"
    title_key: ClassVar[str] = "detail.title"
    views: ClassVar[tuple[str, ...]] = VIEWS
    views_id: ClassVar[str] = "detail"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("register", "edit", "enter,space"),
        Command("register", "add", "f7"),
        Command("register", "call_up", "f8"),
        Command("register", "annul", "delete"),
        Command("register", "reveal", "ctrl+t"),
        Command("register", "state", "ctrl+x", in_bar=False),
        Command("register", "visits", "ctrl+y"),
        Command("register", "hours", "ctrl+w"),
        Command("register", "print_card", "ctrl+o", in_bar=False),
        Command("register", "privacy", "f11", in_bar=False),
        Command("register", "trail", "ctrl+r", in_bar=False),
        Command("register", "close", "escape"),
        *view_commands("register", VIEWS),
    )

    def __init__(self, volunteer_no: str) -> None:
        super().__init__()
        self._no = volunteer_no
        self._profile: Profile | None = None
        self._contact: Contact | None = None

    def widget_of(self, view: str, widget_id: str) -> Grid | CommandRows:
        """The week as a grid, everything else as a list."""
        if view == "slots":
            return WeekGrid(id=widget_id)
        return CommandRows(columns_of(view), empty=t(f"register.empty.{view}"), id=widget_id)

    async def load(self) -> None:
        """Read everything about the volunteer and fill every view."""
        self._profile = profile = await self.desk_app.desk.run(lambda context: register.profile(context, self._no))
        one = profile.volunteer
        name = self._contact.name if self._contact is not None else mask_name(one.name)
        framed(self.panel, f"{one.no} {name}")
        rows = {
            "data": data_rows(profile, self._contact),
            "skills": skill_rows(profile),
            "records": record_rows(profile),
            "cards": card_rows(profile, ZoneInfo(self.desk_app.zone_name)),
        }
        for view, shown in rows.items():
            self.query_one(f"#detail-{view}", CommandRows).set_rows(shown)
        self.query_one("#detail-slots", Grid).set_content(slot_grid(profile.slots))
        self.tell()

    def counts(self) -> dict[str, int]:
        """How much there is of each kind."""
        if self._profile is None:
            return {}
        return {
            "skills": len(self._profile.skills),
            "slots": len(self._profile.slots),
            "records": len(self._profile.records),
            "cards": len(self._profile.cards),
        }

    def _key(self) -> str:
        """The key of the row under the cursor; '' where there is none."""
        if self.view == "slots":
            return "slots"
        row = cast("CommandRows", self.shown).current
        return row.key if row is not None else ""

    def why_not(self, name: str) -> str | None:
        """Each view has its own things to add and change; an auditor only reads."""
        if self.is_auditor and name not in READING:
            return self.why_read_only()
        if name == "edit" and (self.view == "records" or not self._key()) and self.view != "data":
            return t("register.cannot.edit_record" if self.view == "records" else "register.cannot.choose")
        if name == "edit" and self.view == "cards":
            return t("register.cannot.edit_card")
        if name == "add" and self.view in ("data", "slots", "cards"):
            return t("register.cannot.add")
        if name == "annul" and (self.view != "records" or not self._key()):
            return t("register.cannot.annul")
        return None

    async def do_edit(self) -> None:
        """Change what the cursor stands on: the data, a skill, what came of a call-up, a part of the week."""
        profile, key = self._profile, self._key()
        if profile is None:
            return
        if self.view == "data" and key == "state":
            await forms.ask_state(self, profile.volunteer)
        elif self.view == "data":
            await forms.ask_edit(self, profile, "consent_on" if key == "consent" else key)
        elif self.view == "slots":
            await self._turn_slot(profile)
        elif key.startswith("skill:"):
            await forms.ask_skill(self, self._no, next(one for one in profile.skills if f"skill:{one.skill}" == key))
        elif key.startswith("call:"):
            await forms.ask_outcome(self, next(one for one in profile.call_ups if f"call:{one.id}" == key))

    async def _turn_slot(self, profile: Profile) -> None:
        grid = self.query_one("#detail-slots", Grid)
        if grid.row_key is None or grid.column_key is None:
            return
        part: Part = grid.row_key  # type: ignore[assignment]
        slots = profile.slots ^ {Slot(int(grid.column_key), part)}
        await self.attempt(lambda context: register.set_availability(context, self._no, slots))
        await self.reload()

    async def do_add(self) -> None:
        """A skill, or a training, award or evaluation."""
        if self._profile is None:
            return
        if self.view == "skills":
            await forms.ask_skill(self, self._no, None)
        else:
            await forms.ask_record(self, self._profile.volunteer)

    async def do_call_up(self) -> None:
        """Note that the volunteer was called up, for the skill under the cursor."""
        if self._profile is not None:
            self.show_view("skills")
            kind, _, skill = self._key().partition(":")
            await forms.ask_call_up(self, self._profile.volunteer, skill if kind == "skill" else "")

    async def do_annul(self) -> None:
        """Annul the record under the cursor."""
        assert self._profile is not None
        found = next(one for one in self._profile.records if str(one.id) == self._key())
        await forms.ask_annul(self, found.id, found.title)

    def hide_clear(self) -> bool:
        """Mask name and phones again."""
        shown, self._contact = self._contact is not None, None
        return shown

    async def do_reveal(self) -> None:
        """Show name and phones in clear until this screen is left; that they were looked at is logged."""

        def case(context: Context) -> Contact:
            return register.contact(context, self._no)

        self._contact = await self.attempt(case)
        await self.reload()

    async def do_state(self) -> None:
        """Suspend, reinstate or let go the volunteer."""
        if self._profile is not None:
            await forms.ask_state(self, self._profile.volunteer)

    async def do_privacy(self) -> None:
        """Everything that all tables have of the volunteer: to be shown, handed over, erased."""
        await self.desk_app.open_form("person", self, f"volunteer/{self._no}")

    async def do_trail(self) -> None:
        """Who changed what of the volunteer, before and after."""
        await self.desk_app.open_form("history", self, "volunteer", self._no, t("register.trail", no=self._no))

    async def do_visits(self) -> None:
        """The visits, month by month."""
        await self._open("visits")

    async def do_hours(self) -> None:
        """The hours, statements and certificates."""
        await self._open("hours")

    async def do_print_card(self) -> None:
        """Print the card."""
        await self._open("print_card")

    async def _open(self, room: str) -> None:
        module, name = ROOMS[room]
        opens: Any = getattr(import_module(module), name)
        await opens(self, self._no)

    def on_row_list_moved(self) -> None:
        """What can be done depends on the row."""
        self.refresh_frame()


class WeekGrid(Grid):
    """A grid whose Enter is a command of its screen."""

    def take_key(self, key: str) -> bool:
        """Move the cursor; every other key is the screen's."""
        return key != "enter" and super().take_key(key)
