"""Sessions: what the centre puts on, each dated occurrence a row, with the terms on which people sign up for it."""

from __future__ import annotations

import sqlite3
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from db import backups
from db.record import Record

SessionState = Literal["draft", "approved", "published", "closed", "cancelled"]
"""Of a session (mechanisms §6.1). That one is full or has been held follows from its seats and the time."""


class SignUpTerms(BaseModel):
    """On which terms people sign up. All times count from the session, so that they move with it.

    `opens_days_before` days before at `opens_time` sign-up opens (None: at once), for people who return
    `returning_days_before` days before; it closes `closes_minutes_before` its beginning. By lottery, whoever signed up
    waits for the draw, `draw_days_before` days before at `draw_time`. Ages are full years (周岁) on the day of the
    session, both included; `areas` and `tags` admit whoever has one of them, empty tuples everybody. `quota` is how
    many sessions of the series one person may hold at a time (0: any number). `offer_minutes` is how long a seat from
    the queue is held on offer (None: as the setting says; 0: it is given at once).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    allocation: Literal["first_come", "lottery"] = "first_come"
    opens_days_before: int | None = None
    opens_time: str = "08:00"
    returning_days_before: int | None = None
    closes_minutes_before: int = 0
    draw_days_before: int = 1
    draw_time: str = "12:00"
    returning_first: bool = False
    age_from: int | None = None
    age_to: int | None = None
    areas: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    residents_only: bool = False
    quota: int = 0
    largest_party: int = 20
    offer_minutes: int | None = None


class Session(Record):
    """One dated occurrence of an activity; instants in UTC milliseconds, `day` is the local date."""

    code: str
    day: str
    starts_at: int
    ends_at: int
    name: str
    category: str
    activity_type: str = ""
    room: str = ""
    capacity: int
    min_enrol: int = 0
    lead: str = ""
    state: SessionState = "published"
    cancel_reason: str = ""
    note: str = ""
    series_id: int | None = None
    series_day: str = ""
    detached: bool = False
    setup_minutes: int = 0
    clearing_minutes: int = 0
    terms: SignUpTerms = SignUpTerms()
    fee_fen: int = 0
    drawn_at: int | None = None
    draw_seed: str = ""
    revision: int = 0
    changed_at: int = 0

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Self:
        """The record for one row; the terms are kept as JSON."""
        values = dict(zip(row.keys(), row, strict=True))
        kept = values["terms"]
        values["terms"] = SignUpTerms.model_validate_json(kept) if kept != "{}" else _PLAIN_TERMS
        return cls.model_validate(values)


_PLAIN_TERMS = SignUpTerms()


class SessionLine(Session):
    """A session with its counts: seats confirmed, on offer and attended, walk-ins included, parties waiting (for a
    seat or for the draw), no-show seats.
    """

    seats_confirmed: int
    seats_offered: int
    parties_waitlisted: int
    parties_applied: int
    person_times: int
    no_show_seats: int
    attendance_rows: int


_LINE = """
    SELECT s.*,
        coalesce((SELECT sum(seats) FROM registration r
                  WHERE r.session_code = s.code AND r.state = 'confirmed'), 0) AS seats_confirmed,
        coalesce((SELECT sum(seats) FROM registration r
                  WHERE r.session_code = s.code AND r.state = 'offered'), 0) AS seats_offered,
        (SELECT count(*) FROM registration r
         WHERE r.session_code = s.code AND r.state = 'waitlisted') AS parties_waitlisted,
        (SELECT count(*) FROM registration r
         WHERE r.session_code = s.code AND r.state = 'applied') AS parties_applied,
        coalesce((SELECT sum(seats) FROM attendance a
                  WHERE a.session_code = s.code AND a.status IN ('attended', 'walk_in')), 0) AS person_times,
        coalesce((SELECT sum(seats) FROM attendance a
                  WHERE a.session_code = s.code AND a.status = 'no_show'), 0) AS no_show_seats,
        (SELECT count(*) FROM attendance a WHERE a.session_code = s.code) AS attendance_rows
    FROM session s
"""

_COLUMNS = tuple(Session.model_fields)

_PUT = (
    f"INSERT INTO session ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "
    f"ON CONFLICT (code) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
)


def get(connection: sqlite3.Connection, code: str) -> Session | None:
    """The session with this code; None if there is none."""
    row = connection.execute("SELECT * FROM session WHERE code = ?", (code,)).fetchone()
    return Session.from_row(row) if row else None


def lines(connection: sqlite3.Connection, first: str, last: str) -> list[SessionLine]:
    """The sessions of a span of local days with their counts, in the order in which they begin.

    Those that are only planned, draft or approved, are among them: see `published`.
    """
    rows = connection.execute(_LINE + " WHERE s.day BETWEEN ? AND ? ORDER BY s.starts_at, s.code", (first, last))
    return [SessionLine.from_row(row) for row in rows]


def between(connection: sqlite3.Connection, first: str, last: str) -> list[Session]:
    """As `lines`, without counts."""
    rows = connection.execute("SELECT * FROM session WHERE day BETWEEN ? AND ? ORDER BY starts_at, code", (first, last))
    return [Session.from_row(row) for row in rows]


def like(connection: sqlite3.Connection, text: str, limit: int) -> list[Session]:
    """The session with this code, and those with a text in their names, the latest first."""
    rows = connection.execute(
        "SELECT * FROM session WHERE code = upper(:text) OR instr(name, :text) ORDER BY starts_at DESC LIMIT :limit",
        {"text": text, "limit": limit},
    )
    return [Session.from_row(row) for row in rows]


def published(connection: sqlite3.Connection, first: str, last: str) -> list[SessionLine]:
    """As `lines`, without what is only planned: published, closed and cancelled sessions."""
    rows = connection.execute(
        _LINE + " WHERE s.day BETWEEN ? AND ? AND s.state IN ('published', 'closed', 'cancelled') "
        "ORDER BY s.starts_at, s.code",
        (first, last),
    )
    return [SessionLine.from_row(row) for row in rows]


def of_series(connection: sqlite3.Connection, series_id: int, first: str = "") -> list[Session]:
    """The sessions of a series, on or after a local day where one is named, by the date that the series gave them."""
    rows = connection.execute(
        "SELECT * FROM session WHERE series_id = ? AND day >= ? ORDER BY series_day", (series_id, first)
    )
    return [Session.from_row(row) for row in rows]


def any_between(connection: sqlite3.Connection, first: str, last: str) -> bool:
    """Whether a span of local days holds a session, held or cancelled."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM session WHERE day BETWEEN ? AND ?)", (first, last)
    ).fetchone()
    return bool(row[0])


def leads(connection: sqlite3.Connection, since: str) -> list[str]:
    """Whoever leads a session on a local day from `since` on, each once."""
    rows = connection.execute("SELECT DISTINCT lead FROM session WHERE day >= ? AND lead <> ''", (since,))
    return [str(row[0]) for row in rows]


def line(connection: sqlite3.Connection, code: str) -> SessionLine | None:
    """One session with its counts; None if there is none with this code."""
    row = connection.execute(_LINE + " WHERE s.code = ?", (code,)).fetchone()
    return SessionLine.from_row(row) if row else None


def plain(found: Session) -> Session:
    """A session without its counts, for one that may have them."""
    return Session.model_validate({name: getattr(found, name) for name in _COLUMNS})


def put(connection: sqlite3.Connection, session: Session) -> None:
    """Insert or overwrite a session."""
    connection.execute(_PUT, [_stored(getattr(session, name)) for name in _COLUMNS])


def is_used(connection: sqlite3.Connection, code: str) -> bool:
    """Whether a sign-up, the history of seats, a monthly list, a demand or a link of a case refers to a session."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM registration WHERE session_code = :code) "
        "OR EXISTS (SELECT 1 FROM registration_log WHERE session_code = :code) "
        "OR EXISTS (SELECT 1 FROM monthly_list_line WHERE session_code = :code) "
        "OR EXISTS (SELECT 1 FROM monthly_list_change WHERE session_code = :code) "
        "OR EXISTS (SELECT 1 FROM demand WHERE session_code = :code) "
        "OR EXISTS (SELECT 1 FROM case_link WHERE other = 'session' AND ref = :code)",
        {"code": code},
    ).fetchone()
    return bool(row[0])


def remove(connection: sqlite3.Connection, code: str) -> None:
    """Delete a session that nothing refers to: a draft. Raises sqlite3.IntegrityError where something does."""
    connection.execute("DELETE FROM session WHERE code = ?", (code,))


def highest_number(connection: sqlite3.Connection, prefix: str) -> int:
    """The highest number behind `prefix` among the codes that are `prefix` and digits, or one that a lost file may have
    given out; 0 if there is none.
    """
    row = connection.execute(
        "SELECT max(CAST(substr(code, ?) AS INTEGER)) FROM session WHERE code GLOB ? AND substr(code, ?) NOT GLOB ?",
        (len(prefix) + 1, f"{prefix}[0-9]*", len(prefix) + 1, "*[^0-9]*"),
    ).fetchone()
    return max(int(row[0] or 0), backups.floor(connection, "session"))


def parties_to_tell(connection: sqlite3.Connection, code: str) -> tuple[int, ...]:
    """The sign-ups that hold a seat of a session, have one on offer or wait, by number."""
    rows = connection.execute(
        "SELECT id FROM registration WHERE session_code = ? "
        "AND state IN ('applied', 'confirmed', 'waitlisted', 'offered') ORDER BY seq_no",
        (code,),
    )
    return tuple(row[0] for row in rows)


def parties_elsewhere(connection: sqlite3.Connection, session: Session) -> int:
    """How many parties with a seat of a session have one of another at the same time."""
    row = connection.execute(
        "SELECT count(*) FROM registration r WHERE r.session_code = ? AND r.state IN ('confirmed', 'offered') "
        "AND EXISTS (SELECT 1 FROM registration o JOIN session s ON s.code = o.session_code "
        "WHERE o.resident_id = r.resident_id AND o.session_code <> r.session_code "
        "AND o.state IN ('confirmed', 'offered') AND s.state <> 'cancelled' AND s.starts_at < ? AND s.ends_at > ?)",
        (session.code, session.ends_at, session.starts_at),
    ).fetchone()
    return int(row[0])


def _stored(value: Any) -> Any:
    if isinstance(value, SignUpTerms):
        return value.model_dump_json(exclude_defaults=True)
    return int(value) if isinstance(value, bool) else value
