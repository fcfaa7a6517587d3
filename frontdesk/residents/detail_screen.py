"""Everything about one resident: data and consent, the household, the sign-ups."""

from __future__ import annotations

from typing import ClassVar, cast

from frontdesk.common.masking import mask_numbers
from frontdesk.common.names import mask_name
from frontdesk.locale import t
from frontdesk.residents import edit_screen as forms
from frontdesk.residents import service
from frontdesk.residents.service import Contact, Profile, ResidentLine
from frontdesk.residents.words import age_words, became_words, counts_words
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import CommandRows, PushedScreen
from frontdesk.shell.rowlist import Column, Row
from frontdesk.shell.views import ViewsScreen, view_commands

VIEWS = ("data", "household", "history")
READING = frozenset({"close", "privacy", *(command.name for command in view_commands("residents", VIEWS))})
"""What an auditor may do too."""

_WIDTHS: dict[str, tuple[tuple[str, int, bool], ...]] = {
    "data": (("what", 16, False), ("value", 0, False)),
    "household": (
        ("name", 12, False),
        ("phone", 8, False),
        ("age", 6, False),
        ("area", 0, False),
        ("tags", 0, True),
    ),
    "history": (
        ("day", 10, False),
        ("session", 0, False),
        ("seq_no", 8, False),
        ("seats", 5, False),
        ("state", 0, False),
    ),
}


async def open_resident(screen: DeskScreen, resident_id: int) -> None:
    """Show everything about a resident over another screen."""
    found = await screen.attempt(lambda context: service.get(context, resident_id))
    if found is not None:
        await screen.app.push_screen(ResidentScreen(found.id))


class ResidentScreen(ViewsScreen, PushedScreen):
    """One view at a time, chosen with a digit; Enter changes what the cursor stands on."""

    area: ClassVar[str] = "residents"
    title_key: ClassVar[str] = "detail.title"
    views: ClassVar[tuple[str, ...]] = VIEWS
    views_id: ClassVar[str] = "resident"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("residents", "edit", "enter,space"),
        Command("residents", "join", "f7"),
        Command("residents", "leave", "delete"),
        Command("residents", "merge", "f8"),
        Command("residents", "consent", "ctrl+x"),
        Command("residents", "reveal", "ctrl+t"),
        Command("residents", "privacy", "f11"),
        Command("residents", "trail", "ctrl+r"),
        Command("residents", "close", "escape"),
        *view_commands("residents", VIEWS),
    )

    def __init__(self, resident_id: int) -> None:
        super().__init__()
        self._resident_id = resident_id
        self._profile: Profile | None = None
        self._contact: Contact | None = None

    def widget_of(self, view: str, widget_id: str) -> CommandRows:
        """A list of every view."""
        columns = tuple(
            Column(t(f"residents.column.{name}"), width, optional=optional) for name, width, optional in _WIDTHS[view]
        )
        return CommandRows(columns, empty=t(f"residents.empty.{view}"), id=widget_id)

    async def load(self) -> None:
        """Read everything about the resident and fill every view."""
        self._profile = found = await self.desk_app.desk.run(
            lambda context: service.profile(context, self._resident_id)
        )
        self._resident_id = found.resident.id
        shown = {
            "data": data_rows(found, self._contact),
            "household": household_rows(found),
            "history": history_rows(found),
        }
        for view, rows in shown.items():
            self.query_one(f"#resident-{view}", CommandRows).set_rows(rows)
        name = self._contact.name if self._contact is not None else mask_name(found.resident.name)
        framed(self.panel, f"{name}  {found.phone}".rstrip())
        self.tell()

    def counts(self) -> dict[str, int]:
        """How much there is of each kind."""
        if self._profile is None:
            return {}
        return {"household": len(self._profile.household), "history": len(self._profile.history.lines)}

    def _key(self) -> str:
        row = cast("CommandRows", self.shown).current
        return row.key if row is not None else ""

    def _relative(self) -> ResidentLine | None:
        """Whom the cursor stands on among family and those with the same phone."""
        if self._profile is None or self.view != "household":
            return None
        everybody = (*self._profile.household, *self._profile.same_phone)
        return next((one for one in everybody if str(one.id) == self._key()), None)

    def why_not(self, name: str) -> str | None:
        """Each view has its own things to change; an auditor only reads."""
        if self.is_auditor and name not in READING:
            return self.why_read_only()
        if name == "edit" and self.view == "history":
            return t("residents.cannot.history")
        if name == "edit" and self.view == "household" and self._relative() is None:
            return t("residents.cannot.choose")
        if name == "leave":
            relative = self._relative()
            if relative is None or self._profile is None or relative not in self._profile.household:
                return t("residents.cannot.leave")
        if name == "consent" and self._profile is not None and not self._profile.notice_now:
            return t("residents.cannot.no_notice")
        return None

    async def do_edit(self) -> None:
        """Change the data; in the family open the one under the cursor."""
        if self._profile is None:
            return
        relative = self._relative()
        if relative is not None:
            await open_resident(self, relative.id)
            return
        key = {"consent": "consent_on", "age": "birth"}.get(self._key(), self._key())
        await forms.ask_edit(self, self._profile, key)

    async def do_join(self) -> None:
        """Put somebody into the same household: whoever of the same phone is under the cursor, or one to be chosen."""
        if self._profile is None:
            return
        relative = self._relative()
        if relative is not None and relative in self._profile.same_phone:
            await forms.join(self, self._resident_id, relative.id)
        else:
            await forms.ask_join(self, self._profile)

    async def do_leave(self) -> None:
        """Take the one under the cursor out of the household."""
        relative = self._relative()
        assert relative is not None
        await forms.ask_leave(self, relative.id, relative.masked)

    async def do_merge(self) -> None:
        """Merge a second entry of the same person into this one."""
        if self._profile is not None:
            await forms.ask_merge(self, self._profile)

    async def do_consent(self) -> None:
        """Note consent, or ask whether it is withdrawn."""
        if self._profile is not None:
            await forms.turn_consent(self, self._profile)

    def hide_clear(self) -> bool:
        """Mask name and phones again."""
        shown, self._contact = self._contact is not None, None
        return shown

    async def do_reveal(self) -> None:
        """Show name and phones in clear until this screen is left; that they were looked at is logged."""
        self._contact = await self.attempt(lambda context: service.contact(context, self._resident_id))
        await self.reload()

    async def do_privacy(self) -> None:
        """Everything that all tables have of the person: to be shown, handed over, erased."""
        await self.desk_app.open_form("person", self, f"resident/{self._resident_id}")

    async def do_trail(self) -> None:
        """Who changed what of the person, before and after."""
        title = t("residents.trail", id=self._resident_id)
        await self.desk_app.open_form("history", self, "resident", str(self._resident_id), title)

    def on_row_list_moved(self) -> None:
        """What can be done depends on the row."""
        self.refresh_frame()


def data_rows(profile: Profile, contact: Contact | None) -> list[Row]:
    """The data of the person; names and phones masked unless `contact` has them in clear."""
    one = profile.resident
    guardian = contact.guardian_name if contact is not None else mask_name(one.guardian_name)
    values = [
        ("name", contact.name if contact is not None else mask_name(one.name), ""),
        ("phone", contact.phone if contact is not None else profile.phone, ""),
        ("birth", one.birth if contact is not None else one.birth[:4], ""),
        ("age", age_words(profile), ""),
        ("gender", one.gender, ""),
        ("area", one.area, ""),
        ("tags", t("residents.list_mark").join(profile.tags), ""),
        ("consent", *_consent(profile)),
    ]
    if profile.child or one.guardian_name or one.guardian_consent_on:
        lacking = "warning" if profile.child else ""
        given = one.guardian_consent_on or t("residents.not_given")
        phone = contact.guardian_phone if contact is not None else profile.guardian_phone
        values += [
            ("guardian_name", guardian or t("residents.not_given"), "" if guardian else lacking),
            ("guardian_phone", phone or t("residents.not_given"), "" if phone else lacking),
            ("guardian_consent_on", given, "" if one.guardian_consent_on else lacking),
        ]
    # A number may be told in it; the form that changes it shows it whole.
    note = one.note if contact is not None else mask_numbers(one.note)
    values += [("note", note, ""), ("summary", counts_words(profile.history), "")]
    return [Row(key, (t(f"residents.field.{key}"), value), tone) for key, value, tone in values]  # type: ignore[arg-type]


def _consent(profile: Profile) -> tuple[str, str]:
    """What was agreed to, and whether something is lacking."""
    one, wanted = profile.resident, profile.notice_now
    if not one.consent_on and not one.consent_version:
        return (t("residents.not_given"), "warning") if wanted else (t("residents.none"), "")
    said = f"{one.consent_on}  {one.consent_version}".strip()
    if wanted and one.consent_version != wanted:
        return f"{said}  {t('residents.consent_old', version=wanted)}", "warning"
    return said, ""


def household_rows(profile: Profile) -> list[Row]:
    """The others of the household, and below them who else has this phone."""
    rows = [_person_row(one) for one in profile.household]
    if profile.same_phone:
        rows.append(Row("", (t("residents.same_phone"), "", "", "", ""), "heading"))
    return rows + [_person_row(one) for one in profile.same_phone]


def _person_row(one: ResidentLine) -> Row:
    tags = t("residents.list_mark").join(one.tags)
    return Row(str(one.id), (one.masked, one.phone, one.band, one.area, tags))


def history_rows(profile: Profile) -> list[Row]:
    """The sign-ups, the latest first."""
    tones = {"attended": "good", "no_show": "bad", "absent_notified": "muted"}
    rows = []
    for one in profile.history.lines:
        seats = str(one.came if one.came is not None else one.seats or one.party_size)
        cells = (one.day, one.name, str(one.seq_no), seats, became_words(one))
        rows.append(Row(str(one.registration_id), cells, tones.get(one.status or "", "")))  # type: ignore[arg-type]
    return rows
