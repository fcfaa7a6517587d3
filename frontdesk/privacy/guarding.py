"""The guardian's name and phone in other people's rows, where the guardian is the one who is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db import erasing as emptying
from db import guardians
from db import residents as resident_records
from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone
from frontdesk.context import Context
from frontdesk.privacy.people import Found, Person
from frontdesk.privacy.rules import Subject

if TYPE_CHECKING:
    import sqlite3


def guarded(context: Context, connection: sqlite3.Connection, one: Person) -> list[Found]:
    """The residents and volunteers whose guardian somebody is: by the name, and by the phone where the guardian's is
    known. A namesake with another phone is somebody else.
    """
    found = []
    for row in guardians.named(connection, one.names):
        phone = context.keys.unseal(row.guardian_phone_cipher) if row.guardian_phone_cipher else ""
        subject = Subject(row.kind, row.ref)
        if subject != one.subject and (not phone or phone in one.phones):
            own = context.keys.unseal(row.phone_cipher) if row.phone_cipher else ""
            found.append(Found(subject, mask_name(row.name), mask_phone(own), ""))
    return found


def forget_guardian(context: Context, connection: sqlite3.Connection, one: Person) -> dict[str, int]:
    """Empty name, phone and consent of the guardian in these rows, inside a running transaction; how many rows of which
    table. The consent of another guardian has to be asked for.
    """
    from frontdesk.residents.service import index

    done: dict[str, int] = {}
    for found in guarded(context, connection, one):
        kind, ref = found.subject
        key: dict[str, Any] = {"ref": int(ref) if kind == "resident" else ref}
        emptying.forget(connection, kind, guardians.KEYS[kind], key)
        guardians.empty(connection, kind, key["ref"])
        if kind == "resident":
            # Nobody finds the child by that phone any more.
            child = resident_records.get(connection, int(ref))
            index(context, connection, [child] if child is not None else [])
        done[kind] = done.get(kind, 0) + 1
    return done
