"""Everything about one volunteer, with the phones masked until somebody asks for them and that is logged."""

from __future__ import annotations

from dataclasses import dataclass

from db import volunteer_records as kept
from db import volunteers as records
from db.volunteer_records import CallUp, Skill, Slot, VolunteerRecord
from db.volunteers import Card, Volunteer
from frontdesk.common.guardians import asked_below
from frontdesk.common.phones import mask_phone
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.checkin.rules import is_below
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.register.keeping import phone_of


@dataclass(frozen=True)
class Profile:
    """A volunteer and all that is kept; `phone` and `guardian_phone` are masked, '' where there is none.

    `minor` is whether the guardian is asked for (setting `guardian_age`), `notice_now` the notice version in force.
    """

    volunteer: Volunteer
    phone: str
    guardian_phone: str
    minor: bool
    notice_now: str
    skills: tuple[Skill, ...]
    call_ups: tuple[CallUp, ...]
    slots: frozenset[Slot]
    records: tuple[VolunteerRecord, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Contact:
    """How to reach somebody, in clear."""

    name: str
    phone: str
    guardian_name: str
    guardian_phone: str


def is_minor(context: Context, volunteer: Volunteer) -> bool:
    """Whether somebody is so young that the guardian is asked, by the rule of check-in."""
    born = volunteer.birth_month, volunteer.birth_day
    return is_below(*born, context.today().isoformat(), asked_below(context.settings.guardian_age))


@allowed("reader")
def profile(context: Context, volunteer_no: str) -> Profile:
    """Everything about one volunteer, of one moment. Raises VolunteerError `unknown_volunteer`."""
    connection = context.database.connection
    with context.database.reading():
        found = records.get(connection, volunteer_no)
        if found is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        guardian = context.keys.unseal(found.guardian_phone_cipher) if found.guardian_phone_cipher else ""
        return Profile(
            volunteer=found,
            phone=mask_phone(phone_of(context, found)),
            guardian_phone=mask_phone(guardian),
            minor=is_minor(context, found),
            notice_now=context.settings.consent_notice_version,
            skills=tuple(kept.skills(connection, volunteer_no)),
            call_ups=tuple(kept.call_ups(connection, volunteer_no)),
            slots=kept.availability(connection, volunteer_no),
            records=tuple(kept.records(connection, volunteer_no)),
            cards=tuple(records.cards(connection, volunteer_no)),
        )


@allowed("writer")
def contact(context: Context, volunteer_no: str) -> Contact:
    """Name and phones in clear; that they were looked at is logged. Raises VolunteerError `unknown_volunteer`."""
    with context.change("volunteer.contact_shown", volunteer_no) as connection:
        found = records.get(connection, volunteer_no)
        if found is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        guardian = context.keys.unseal(found.guardian_phone_cipher) if found.guardian_phone_cipher else ""
        return Contact(found.name, phone_of(context, found), found.guardian_name, guardian)
