"""One person who was entered twice: what would become of the two entries, and making one of them."""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from db import residents as records
from db.residents import Resident
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.residents.editing import standing
from frontdesk.residents.errors import ResidentError
from frontdesk.residents.finding import ResidentLine, lines
from frontdesk.residents.keeping import phone_key, store


class MergePreview(NamedTuple):
    """What making one entry of two would do."""

    kept: ResidentLine
    gone: ResidentLine
    registrations: int
    memberships: int
    waivers: int
    filled: tuple[str, ...]
    """The fields that the kept entry lacks and gets from the other."""
    both_in: tuple[str, ...]
    """The names of the sessions on whose lists both stand: where there is one, they cannot be made one."""


_FILLED = ("birth", "gender", "area", "note", "household")
_PHONE = ("phone_cipher", "phone_key", "phone_tail_key")
_GUARDIAN = ("guardian_name", "guardian_phone_cipher", "guardian_consent_on")
_SAID = dict.fromkeys(_PHONE, "phone") | dict.fromkeys(_GUARDIAN, "guardian_name") | {"consent_version": "consent_on"}


def merge_preview(context: Context, kept_id: int, gone_id: int) -> MergePreview:
    """What `merge` would do. Raises ResidentError `same_resident`, `unknown_resident`, `merged_already`."""
    with context.database.reading() as connection:
        kept, gone = _two(connection, kept_id, gone_id)
        shown = lines(context, [kept, gone])
        registrations, memberships, waivers = records.counts_of(connection, gone_id)
        return MergePreview(
            shown[0],
            shown[1],
            registrations,
            memberships,
            waivers,
            tuple(sorted({_SAID.get(name, name) for name in _filled(connection, kept, gone)})),
            tuple(_both_in(connection, kept_id, gone_id)),
        )


@allowed("writer")
def merge(context: Context, kept_id: int, gone_id: int) -> Resident:
    """Make one entry of two: sign-ups, memberships of parties, waivers and tags of `gone` become those of `kept`, which
    also gets what it lacks; `gone` stays, pointing to it, and is found and signed up as it from now on.

    Raises ResidentError `both_in_session` with the sessions on whose lists both stand, `same_resident`,
    `unknown_resident`, `merged_already`.
    """
    with context.change("resident.merged", str(gone_id), into=kept_id) as connection:
        kept, gone = _two(connection, kept_id, gone_id)
        both = _both_in(connection, kept_id, gone_id)
        if both:
            raise ResidentError("both_in_session", sessions="、".join(both[:3]), count=len(both))
        records.move_records(connection, gone_id, kept_id)
        tags = records.tags(connection, [kept_id, gone_id])
        records.set_tags(connection, kept_id, dict.fromkeys((*tags.get(kept_id, ()), *tags.get(gone_id, ()))))
        records.set_tags(connection, gone_id, ())
        filled = _filled(connection, kept, gone)
        left: dict[str, Any] = {"merged_into": kept_id, "household": None}
        if "phone_key" in filled and gone.name == kept.name:
            # Name and phone are one person's: the entry that keeps them is the one that is left.
            left["phone_key"] = phone_key(context, "")
        store(context, connection, gone.model_copy(update=left))
        return store(context, connection, kept.model_copy(update=filled))


def _two(connection: sqlite3.Connection, kept_id: int, gone_id: int) -> tuple[Resident, Resident]:
    if kept_id == gone_id:
        raise ResidentError("same_resident", id=kept_id)
    return standing(connection, kept_id), standing(connection, gone_id)


def _both_in(connection: sqlite3.Connection, kept_id: int, gone_id: int) -> list[str]:
    own = records.standing_in(connection, kept_id)
    return [name for code, name in records.standing_in(connection, gone_id).items() if code in own]


def _filled(connection: sqlite3.Connection, kept: Resident, gone: Resident) -> dict[str, Any]:
    """What the kept entry lacks and the other has. A phone, a consent, and a guardian, is taken whole or not at all; of
    a birth whichever knows more, where the two agree.
    """
    values = {name: getattr(gone, name) for name in _FILLED if not getattr(kept, name) and getattr(gone, name)}
    if kept.birth and gone.birth.startswith(kept.birth) and gone.birth != kept.birth:
        values["birth"] = gone.birth
    if kept.phone_cipher is None and gone.phone_cipher is not None:
        third = records.named(connection, gone.phone_key, kept.name)
        if third is None or third.id == gone.id:
            values |= {name: getattr(gone, name) for name in _PHONE}
    if not kept.consent_on and gone.consent_on:
        values |= {"consent_on": gone.consent_on, "consent_version": gone.consent_version}
    if not kept.guardian_name and gone.guardian_name:
        values |= {name: getattr(gone, name) for name in _GUARDIAN}
    return values
