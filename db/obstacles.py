"""What is still open about a person, so that it has to be brought to its end before the person can be erased; and since
when a person has not been seen.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

from db.persons import RESIDENT, bound
from db.privacy import PersonKind
from db.registrations import GONE


class Open(NamedTuple):
    """Something that is open: a code, and what or which it is (the name of a session, a number, a day)."""

    code: str
    what: str


_MINE = (
    f"(SELECT id FROM registration WHERE resident_id IN {RESIDENT} UNION "
    f"SELECT registration_id FROM registration_member WHERE resident_id IN {RESIDENT})"
)
_PAID = "coalesce((SELECT sum(CASE f.kind WHEN 'receipt' THEN f.amount_fen ELSE -f.amount_fen END) FROM fee_line f " + (
    "WHERE f.registration_id = r.id), 0)"
)
_DUE = "CASE WHEN s.state <> 'cancelled' AND r.state IN ('confirmed', 'offered') THEN s.fee_fen * r.seats ELSE 0 END"

_QUERIES: dict[PersonKind, tuple[tuple[str, str], ...]] = {
    "resident": (
        (
            "seat",
            "SELECT s.day || ' ' || s.name FROM registration r JOIN session s ON s.code = r.session_code "
            f"WHERE r.id IN {_MINE} AND s.ends_at > :now AND s.state <> 'cancelled' "
            "AND r.state NOT IN (SELECT value FROM json_each(:gone)) ORDER BY s.starts_at",
        ),
        (
            "fee",
            "SELECT s.day || ' ' || s.name FROM registration r JOIN session s ON s.code = r.session_code "
            f"WHERE r.resident_id IN {RESIDENT} AND {_DUE} <> {_PAID} ORDER BY s.starts_at",
        ),
        (
            "follow_up",
            "SELECT coalesce(f.no, r.day) FROM rating r JOIN rating_rater p ON p.key = r.key "
            f"LEFT JOIN follow_up f ON f.key = r.key WHERE p.resident_id IN {RESIDENT} "
            "AND r.level <= 2 AND r.ended = 0",
        ),
    ),
    "volunteer": (
        ("active", "SELECT no FROM volunteer WHERE no = :ref AND state <> 'left'"),
        ("on_shift", "SELECT day FROM visit WHERE volunteer_no = :ref AND left_at IS NULL AND NOT annulled"),
        (
            "review",
            "SELECT day FROM visit WHERE volunteer_no = :ref AND review = 'pending' AND NOT annulled ORDER BY day",
        ),
        (
            "assignment",
            "SELECT a.day || ' ' || a.title FROM assignment a JOIN assignment_volunteer v ON v.assignment_id = a.id "
            "WHERE v.volunteer_no = :ref AND v.state = 'signed' AND a.state = 'open' AND a.ends_at > :now "
            "ORDER BY a.day",
        ),
        ("objection", "SELECT words FROM hours_objection WHERE volunteer_no = :ref AND outcome = ''"),
    ),
    "rater": (
        (
            "follow_up",
            "SELECT coalesce(f.no, r.day) FROM rating r LEFT JOIN follow_up f ON f.key = r.key "
            "WHERE r.key = :ref AND r.level <= 2 AND r.ended = 0",
        ),
    ),
    "booking": (
        (
            "booking",
            "SELECT day || ' ' || room FROM booking WHERE id IN (SELECT value FROM json_each(:ref)) "
            "AND state IN ('held', 'confirmed') AND ends_at > :now ORDER BY starts_at",
        ),
    ),
    "staff": (
        (
            "duty",
            "SELECT day || ' ' || post FROM duty_slot WHERE (acting = :ref OR standby = :ref) AND day >= :day "
            "ORDER BY day LIMIT 5",
        ),
        ("post", "SELECT post FROM post_holder WHERE staff_no = :ref ORDER BY post"),
        (
            "leave",
            "SELECT first_day FROM leave WHERE staff_no = :ref AND last_day >= :day "
            "AND state IN ('asked', 'approved', 'reported') ORDER BY first_day",
        ),
        (
            "responsible",
            "SELECT f.no FROM follow_up f JOIN rating r ON r.key = f.key WHERE f.responsible = :ref AND r.ended = 0",
        ),
        (
            "case",
            "SELECT number FROM case_record WHERE responsible = :ref AND ended_on IS NULL ORDER BY id LIMIT 5",
        ),
        (
            "last_manager",
            "SELECT no FROM staff WHERE no = :ref AND role = 'manager' AND pin_hash IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM staff WHERE role = 'manager' AND no <> :ref AND pin_hash IS NOT NULL)",
        ),
    ),
    "case": (),
}


def open_things(connection: sqlite3.Connection, kind: PersonKind, ref: str, now: int, day: str) -> list[Open]:
    """What is open about a person at an instant (UTC milliseconds) of a local day."""
    values: dict[str, Any] = bound(kind, ref) | {"now": now, "day": day, "gone": json.dumps(list(GONE))}
    found = []
    for code, query in _QUERIES[kind]:
        used = {name: value for name, value in values.items() if f":{name}" in query}
        found += [Open(code, str(row[0])) for row in connection.execute(query, used)]
    return found


class LastSeen(NamedTuple):
    """A person and the last local day of which the file tells something of her or him."""

    ref: str
    name: str
    day: str


_LAST_SEEN = (
    "WITH seen (id, day) AS ("
    "SELECT r.resident_id, s.day FROM registration r JOIN session s ON s.code = r.session_code UNION ALL "
    "SELECT m.resident_id, s.day FROM registration_member m JOIN registration r ON r.id = m.registration_id "
    "JOIN session s ON s.code = r.session_code UNION ALL "
    "SELECT p.resident_id, t.day FROM rating_rater p JOIN rating t ON t.key = p.key "
    "WHERE p.resident_id IS NOT NULL "
    "UNION ALL SELECT p.resident_id, l.day FROM case_person p JOIN case_log l ON l.case_id = p.case_id "
    "WHERE p.resident_id IS NOT NULL "
    "UNION ALL SELECT p.resident_id, l.day FROM case_row_person p JOIN case_log l ON l.case_id = p.case_id "
    "UNION ALL SELECT id, consent_on FROM resident WHERE consent_on <> '' "
    "UNION ALL SELECT id, guardian_consent_on FROM resident WHERE guardian_consent_on <> ''), "
    "last (id, day) AS (SELECT coalesce(o.merged_into, o.id), max(coalesce(seen.day, '')) FROM resident o "
    "LEFT JOIN seen ON seen.id = o.id GROUP BY 1) "
)
_NOT_SEEN = (
    "FROM resident p JOIN last ON last.id = p.id WHERE p.merged_into IS NULL AND last.day < ? AND NOT EXISTS "
    "(SELECT 1 FROM tombstone t WHERE t.kind = 'resident' AND t.ref = CAST(p.id AS TEXT))"
)


def residents_seen_before(connection: sqlite3.Connection, day: str) -> list[LastSeen]:
    """The residents of whom nothing is on record from a local day on, those not seen for longest first; of whom no day
    is known at all the day is ''.
    """
    rows = connection.execute(
        f"{_LAST_SEEN} SELECT CAST(p.id AS TEXT), p.name, last.day {_NOT_SEEN} ORDER BY last.day, p.id", (day,)
    )
    return [LastSeen(*row) for row in rows]


def count_residents_seen_before(connection: sqlite3.Connection, day: str) -> int:
    """How many residents were last seen before a local day; of whom no day is known is not counted."""
    found = connection.execute(f"{_LAST_SEEN} SELECT count(*) {_NOT_SEEN} AND last.day <> ''", (day,)).fetchone()
    return int(found[0])


def volunteers_left_before(connection: sqlite3.Connection, day: str) -> list[LastSeen]:
    """The volunteers who left before a local day and did not serve since, by day."""
    rows = connection.execute(
        "SELECT v.no, v.name, max(v.state_since, coalesce((SELECT max(day) FROM visit WHERE volunteer_no = v.no), '')) "
        "AS day FROM volunteer v WHERE v.state = 'left' AND NOT EXISTS "
        "(SELECT 1 FROM tombstone t WHERE t.kind = 'volunteer' AND t.ref = v.no) GROUP BY v.no "
        "HAVING day < ? AND day <> '' ORDER BY day, v.no",
        (day,),
    )
    return [LastSeen(*row) for row in rows]


def raters_before(connection: sqlite3.Connection, day: str) -> list[LastSeen]:
    """Who rated by name before a local day, by the key of the rating in hexadecimal."""
    rows = connection.execute(
        "SELECT lower(hex(p.key)), coalesce(nullif(p.name, ''), o.name, ''), r.day FROM rating_rater p "
        "JOIN rating r ON r.key = p.key LEFT JOIN resident o ON o.id = p.resident_id WHERE r.day < ? "
        "AND p.name <> '已删除' ORDER BY r.day, 1",
        (day,),
    )
    return [LastSeen(*row) for row in rows]


def bookings_before(connection: sqlite3.Connection, day: str) -> list[LastSeen]:
    """The bookings before a local day that still name somebody."""
    rows = connection.execute(
        "SELECT CAST(id AS TEXT), booked_by, day FROM booking WHERE day < ? "
        "AND (booked_by <> '' OR phone_cipher IS NOT NULL) ORDER BY day, id",
        (day,),
    )
    return [LastSeen(*row) for row in rows]


def sign_up_words_before(connection: sqlite3.Connection, day: str) -> list[LastSeen]:
    """The sign-ups of sessions before a local day about which words were written."""
    rows = connection.execute(
        "SELECT CAST(r.id AS TEXT), o.name, s.day FROM registration r JOIN session s ON s.code = r.session_code "
        "JOIN resident o ON o.id = r.resident_id WHERE s.day < ? AND (r.note NOT IN ('', '已删除') "
        "OR r.reason NOT IN ('', '已删除')) ORDER BY s.day, r.id",
        (day,),
    )
    return [LastSeen(*row) for row in rows]
