"""Use cases of the register of residents."""

from __future__ import annotations

import sqlite3

from db import residents as records
from frontdesk.common.phones import phone_tail
from frontdesk.context import Context


def resident(context: Context, connection: sqlite3.Connection, name: str, phone: str) -> int:
    """The resident with this name and normalised phone, added if new, inside a running transaction."""
    return records.resident_id(
        connection,
        name=name,
        phone_cipher=context.keys.seal(phone),
        phone_key=context.keys.lookup(f"phone:{phone}"),
        phone_tail_key=tail_key(context, phone_tail(phone)),
    )


def tail_key(context: Context, tail: str) -> bytes:
    """The keyed hash by which the last four digits of a resident's phone are matched."""
    return context.keys.lookup(f"tail:{tail}")
