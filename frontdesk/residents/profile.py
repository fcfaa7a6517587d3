"""Everything about one resident, with the phones masked until somebody asks for them and that is logged."""

from __future__ import annotations

from dataclasses import dataclass

from db import residents as records
from db.residents import HistoryLine, Resident
from frontdesk.common.phones import mask_phone
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.residents.editing import missing_answers, standing
from frontdesk.residents.finding import ResidentLine, get, lines
from frontdesk.residents.keeping import guardian_phone_of, phone_of
from frontdesk.residents.rules import age_on, may_be_child


@dataclass(frozen=True)
class Contact:
    """How to reach somebody, in clear."""

    name: str
    phone: str
    guardian_name: str
    guardian_phone: str


@dataclass(frozen=True)
class History:
    """The sign-ups of one person, the latest first, and how many of them came to what."""

    lines: tuple[HistoryLine, ...]

    def _count(self, *statuses: str) -> int:
        return sum(1 for one in self.lines if one.status in statuses)

    @property
    def attended(self) -> int:
        """Sessions to which the person came."""
        return self._count("attended")

    @property
    def no_shows(self) -> int:
        """Sessions from which the person stayed away without notice."""
        return self._count("no_show")

    @property
    def absences(self) -> int:
        """Sessions from which the person stayed away and had said so."""
        return self._count("absent_notified")


@dataclass(frozen=True)
class Profile:
    """A resident and all that is kept; `phone` and `guardian_phone` are masked, '' where there is none.

    `age` is the least and the most completed years today, None where no birth is known; `missing` what the notice in
    force asks for and is not there, see `editing.missing_answers`.
    """

    resident: Resident
    phone: str
    guardian_phone: str
    tags: tuple[str, ...]
    age: tuple[int, int] | None
    child: bool
    notice_now: str
    missing: tuple[str, ...]
    household: tuple[ResidentLine, ...]
    same_phone: tuple[ResidentLine, ...]
    """Others with this phone who are not of the household."""
    history: History


@allowed("reader")
def profile(context: Context, resident_id: int) -> Profile:
    """Everything about one resident, of one moment; of one who was merged into another about that one.

    Raises ResidentError `unknown_resident`.
    """
    with context.database.reading() as connection:
        person = get(context, resident_id)
        family = records.household(connection, person.household) if person.household is not None else []
        own = {person.id, *(one.id for one in family)}
        others = records.with_phone(connection, person.phone_key)
        return Profile(
            resident=person,
            phone=mask_phone(phone_of(context, person)),
            guardian_phone=mask_phone(guardian_phone_of(context, person)),
            tags=records.tags(connection, [person.id]).get(person.id, ()),
            age=age_on(person.birth, context.today()),
            child=may_be_child(person.birth, context.today()),
            notice_now=context.settings.consent_notice_version,
            missing=missing_answers(context, person),
            household=tuple(lines(context, [one for one in family if one.id != person.id])),
            same_phone=tuple(lines(context, [one for one in others if one.id not in own])),
            history=history(context, person.id),
        )


@allowed("shown")
def history(context: Context, resident_id: int) -> History:
    """The sign-ups of one person. Raises ResidentError `unknown_resident`."""
    person = get(context, resident_id)
    return History(tuple(records.history(context.database.connection, person.id)))


@allowed("writer")
def contact(context: Context, resident_id: int) -> Contact:
    """Name and phones in clear; that they were looked at is logged.

    Raises ResidentError `unknown_resident`, `merged_already`.
    """
    with context.change("resident.contact_shown", str(resident_id)) as connection:
        found = standing(connection, resident_id)
        return Contact(found.name, phone_of(context, found), found.guardian_name, guardian_phone_of(context, found))
