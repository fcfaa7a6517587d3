"""Volunteers and their cards. Visits, assignments, hours and records have modules of their own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Literal

from db import backups
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

    `valid_from` and `valid_until` are local dates, both included; '' is no end. `printed_at` is when it was last
    printed, in UTC milliseconds.
    """

    volunteer_no: str
    serial: int
    state: CardState
    valid_from: str
    valid_until: str = ""
    issued_at: int = 0
    printed_at: int | None = None


def get(connection: sqlite3.Connection, no: str) -> Volunteer | None:
    """The volunteer with this number; None if there is none."""
    row = connection.execute("SELECT * FROM volunteer WHERE no = ?", (no,)).fetchone()
    return Volunteer.from_row(row) if row else None


def by_numbers(connection: sqlite3.Connection, nos: Sequence[str]) -> list[Volunteer]:
    """The volunteers with these numbers in the order asked for, in one statement; unknown numbers are left out."""
    rows = connection.execute(
        "SELECT * FROM volunteer WHERE no IN (SELECT value FROM json_each(?))", (json.dumps(list(nos)),)
    )
    found = {row["no"]: row for row in rows}
    return [Volunteer.from_row(found[no]) for no in dict.fromkeys(nos) if no in found]


def page(
    connection: sqlite3.Connection, *, after_place: int = 0, limit: int = 100, team: str = "", state: str = ""
) -> list[Volunteer]:
    """At most `limit` volunteers by number from the place `after_place` on (the first is 0), of a team or state only
    where one is given.

    The places before are stepped over in the index, from whichever end is nearer where everybody is meant.
    """
    where, values = _where(team, state)
    if where:
        rows = connection.execute(
            f"SELECT * FROM volunteer WHERE {where} ORDER BY no LIMIT ? OFFSET ?", (*values, limit, after_place)
        )
        return [Volunteer.from_row(row) for row in rows]
    everybody = count(connection)
    if after_place <= everybody // 2:
        rows = connection.execute("SELECT * FROM volunteer ORDER BY no LIMIT ? OFFSET ?", (limit, after_place))
        return [Volunteer.from_row(row) for row in rows]
    behind = max(0, everybody - after_place - limit)
    shown = min(limit, max(0, everybody - after_place))
    rows = connection.execute("SELECT * FROM volunteer ORDER BY no DESC LIMIT ? OFFSET ?", (shown, behind))
    return [Volunteer.from_row(row) for row in rows][::-1]


def place_of(connection: sqlite3.Connection, no: str) -> int:
    """The place of a number among all volunteers by number: how many stand before it."""
    return int(connection.execute("SELECT count(*) FROM volunteer WHERE no < ?", (no,)).fetchone()[0])


def _where(team: str, state: str) -> tuple[str, tuple[str, ...]]:
    """The condition for a team and a state, where they are given, with its values."""
    given = {"team": team, "state": state}
    return (
        " AND ".join(f"{name} = ?" for name, value in given.items() if value),
        tuple(value for value in given.values() if value),
    )


def active_numbers(connection: sqlite3.Connection) -> list[str]:
    """The numbers of all who serve, in order."""
    return [row["no"] for row in connection.execute("SELECT no FROM volunteer WHERE state = 'active' ORDER BY no")]


def count(connection: sqlite3.Connection, *, team: str = "", state: str = "") -> int:
    """How many volunteers there are, of a team or state only where one is given; counted in an index, not the table."""
    where, values = _where(team, state)
    condition = f" WHERE {where}" if where else ""
    return int(connection.execute(f"SELECT count(*) FROM volunteer{condition}", values).fetchone()[0])


def highest_number(connection: sqlite3.Connection) -> str:
    """The highest number that was given to anybody, or by a file that was lost; '' where there is nobody."""
    kept_free = backups.floor(connection, "volunteer")
    highest = connection.execute("SELECT max(no) FROM volunteer").fetchone()[0] or ""
    return max(highest, f"{kept_free:07d}" if kept_free else "")


def lowest_free_number(connection: sqlite3.Connection) -> int:
    """The lowest number from 1 on that nobody has. It reads every number up to there."""
    free = 1
    for row in connection.execute("SELECT no FROM volunteer WHERE no >= '0000001' ORDER BY no"):
        if int(row["no"]) > free:
            break
        free += 1
    return free


def born_in(connection: sqlite3.Connection, month: str) -> list[Volunteer]:
    """Who serves and has a birthday in a month ('01' to '12'), by day; those whose day is unknown come first."""
    rows = connection.execute(
        "SELECT * FROM volunteer WHERE substr(birth_month, 6, 2) = ? AND birth_month <> '' AND state = 'active' "
        "ORDER BY birth_day, no",
        (month,),
    )
    return [Volunteer.from_row(row) for row in rows]


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


def team_names(connection: sqlite3.Connection) -> list[str]:
    """The service teams by name: one step in the index for each, however many serve in it."""
    rows = connection.execute(
        "WITH RECURSIVE named (team) AS ("
        "SELECT min(team) FROM volunteer WHERE team > '' "
        "UNION ALL SELECT (SELECT min(team) FROM volunteer v WHERE v.team > named.team) FROM named "
        "WHERE named.team IS NOT NULL) SELECT team FROM named WHERE team IS NOT NULL"
    )
    return [row["team"] for row in rows]


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


def valid_card(connection: sqlite3.Connection, volunteer_no: str) -> Card | None:
    """The card that a volunteer has now; None without one."""
    row = connection.execute(
        "SELECT * FROM card WHERE volunteer_no = ? AND state = 'issued' ORDER BY serial LIMIT 1", (volunteer_no,)
    ).fetchone()
    return Card.from_row(row) if row else None


def note_printed(connection: sqlite3.Connection, volunteer_no: str, serial: int, at: int) -> None:
    """Remember that a card was printed."""
    connection.execute(
        "UPDATE card SET printed_at = ? WHERE volunteer_no = ? AND serial = ?", (at, volunteer_no, serial)
    )


def without_printed_card(connection: sqlite3.Connection) -> list[str]:
    """The numbers of those who serve and have no valid card that was ever printed, in order."""
    rows = connection.execute(
        "SELECT p.no FROM volunteer p WHERE p.state = 'active' AND NOT EXISTS (SELECT 1 FROM card c "
        "WHERE c.volunteer_no = p.no AND c.state = 'issued' AND c.printed_at IS NOT NULL) ORDER BY p.no"
    )
    return [row["no"] for row in rows]


def cards_ending(connection: sqlite3.Connection, until: str) -> list[str]:
    """The numbers of those who serve and whose valid card ends on a local day or before it, in order."""
    rows = connection.execute(
        "SELECT p.no FROM card c JOIN volunteer p ON p.no = c.volunteer_no WHERE c.state = 'issued' "
        "AND c.valid_until <> '' AND c.valid_until <= ? AND p.state = 'active' ORDER BY p.no",
        (until,),
    )
    return [row["no"] for row in rows]
