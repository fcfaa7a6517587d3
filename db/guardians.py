"""Whose guardian somebody is: rows of residents and volunteers that bear another person's name and phone."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from db.privacy import PersonKind

KEYS: Mapping[PersonKind, str] = {"resident": "id = :ref", "volunteer": "no = :ref"}
"""How a row is found, by the kind of person who has a guardian."""

_REVISED = {"resident": ", revision = revision + 1", "volunteer": ""}
_REF: Mapping[PersonKind, str] = {"resident": "CAST(id AS TEXT)", "volunteer": "no"}


class Ward(NamedTuple):
    """A resident or volunteer with a guardian; the phones are sealed."""

    kind: PersonKind
    ref: str
    name: str
    phone_cipher: bytes | None
    guardian_phone_cipher: bytes | None


def named(connection: sqlite3.Connection, names: Sequence[str]) -> list[Ward]:
    """Those whose guardian has one of these names. It reads whole tables."""
    marks = ", ".join("?" * len(names))
    return [
        Ward(kind, *row)
        for kind, ref in _REF.items()
        for row in connection.execute(
            f"SELECT {ref}, name, phone_cipher, guardian_phone_cipher FROM {kind} WHERE guardian_name IN ({marks})",
            tuple(names),
        )
    ]


def empty(connection: sqlite3.Connection, kind: PersonKind, ref: str | int) -> None:
    """Take a guardian out of one row, with the consent that the guardian gave."""
    connection.execute(
        f"UPDATE {kind} SET guardian_name = '', guardian_phone_cipher = NULL, guardian_consent_on = ''"
        f"{_REVISED[kind]} WHERE {KEYS[kind]}",
        {"ref": ref},
    )
