"""Volunteers and their cards. Visits, assignments, hours and records have modules of their own."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

VolunteerState = Literal["active", "suspended", "left"]
CardState = Literal["issued", "replaced", "revoked"]


class Volunteer(Record):
    """A person registered for service hours.

    `no` has seven digits, `birth_month` is YYYY-MM and `birth_day` DD where it is known, dates are ISO.
    `consent_version` names the notice that the person agreed to on `consent_on`.
    """

    no: str
    name: str
    gender: str = ""
    birth_month: str = ""
    birth_day: str = ""
    phone_cipher: bytes | None = None
    phone_key: bytes | None = None
    team: str = ""
    skill: str = ""
    registered_on: str = ""
    state: VolunteerState = "active"
    state_since: str = ""
    state_reason: str = ""
    consent_version: str = ""
    consent_on: str = ""
    guardian_name: str = ""
    guardian_phone_cipher: bytes | None = None
    guardian_consent_on: str = ""
    note: str = ""


class Card(Record):
    """One card of a volunteer.

    `valid_from` and `valid_until` are local dates, both included; '' is no end.
    """

    volunteer_no: str
    serial: int
    state: CardState
    valid_from: str
    valid_until: str = ""
    issued_at: int = 0


def get(connection: sqlite3.Connection, no: str) -> Volunteer | None:
    """The volunteer with this number; None if there is none."""
    row = connection.execute("SELECT * FROM volunteer WHERE no = ?", (no,)).fetchone()
    return Volunteer.from_row(row) if row else None


def page(connection: sqlite3.Connection, *, after: str = "", limit: int = 100) -> list[Volunteer]:
    """At most `limit` volunteers by number, those that follow the number `after`."""
    rows = connection.execute("SELECT * FROM volunteer WHERE no > ? ORDER BY no LIMIT ?", (after, limit))
    return [Volunteer.from_row(row) for row in rows]


def active_numbers(connection: sqlite3.Connection) -> list[str]:
    """The numbers of all who serve, in order."""
    return [row["no"] for row in connection.execute("SELECT no FROM volunteer WHERE state = 'active' ORDER BY no")]


def count(connection: sqlite3.Connection) -> int:
    """How many volunteers there are."""
    return int(connection.execute("SELECT count(*) FROM volunteer").fetchone()[0])


_KEPT_BY_STATE = ("no", "state", "state_since", "state_reason")


def put(connection: sqlite3.Connection, volunteer: Volunteer) -> None:
    """Insert or overwrite a volunteer; the state of one who is known stays as it is."""
    values = volunteer.model_dump()
    changed = ", ".join(f"{name} = excluded.{name}" for name in values if name not in _KEPT_BY_STATE)
    connection.execute(
        f"INSERT INTO volunteer ({', '.join(values)}) VALUES ({', '.join('?' * len(values))}) "
        f"ON CONFLICT (no) DO UPDATE SET {changed}",
        tuple(values.values()),
    )


def set_state(
    connection: sqlite3.Connection, no: str, state: VolunteerState, since: str = "", reason: str = ""
) -> None:
    """Suspend, reinstate or let go a volunteer, from a local day on and for a reason."""
    connection.execute(
        "UPDATE volunteer SET state = ?, state_since = ?, state_reason = ? WHERE no = ?", (state, since, reason, no)
    )


def teams(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """The service teams with how many serve in each, by name."""
    rows = connection.execute(
        "SELECT team, count(*) AS members FROM volunteer WHERE team <> '' AND state = 'active' "
        "GROUP BY team ORDER BY team"
    )
    return [(row["team"], row["members"]) for row in rows]


def of_team(connection: sqlite3.Connection, team: str) -> list[Volunteer]:
    """Who serves in a team, by number."""
    rows = connection.execute("SELECT * FROM volunteer WHERE team = ? AND state = 'active' ORDER BY no", (team,))
    return [Volunteer.from_row(row) for row in rows]


def cards(connection: sqlite3.Connection, volunteer_no: str) -> list[Card]:
    """Every card ever issued to a volunteer, by serial."""
    rows = connection.execute("SELECT * FROM card WHERE volunteer_no = ? ORDER BY serial", (volunteer_no,))
    return [Card.from_row(row) for row in rows]


def put_card(connection: sqlite3.Connection, new: Card) -> None:
    """Insert a card, or change the state and the end of one that exists."""
    connection.execute(
        "INSERT INTO card (volunteer_no, serial, state, valid_from, valid_until, issued_at) VALUES "
        "(?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (volunteer_no, serial) DO UPDATE SET state = excluded.state, valid_until = "
        "excluded.valid_until",
        (new.volunteer_no, new.serial, new.state, new.valid_from, new.valid_until, new.issued_at),
    )
