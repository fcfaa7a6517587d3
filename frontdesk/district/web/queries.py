"""What the pages read of the store by themselves: the register, keys, readings, the record of changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from frontdesk.district.documents.exchange import FOR_CENTRE

if TYPE_CHECKING:
    from frontdesk.district.store import Row, Session

PAGE_ROWS = 50


@dataclass(frozen=True)
class Listed:
    """One page of a long list; `page` counts from 1."""

    rows: Sequence[Any]
    page: int
    after: bool

    @property
    def before(self) -> bool:
        """Whether there is a page before this one."""
        return self.page > 1

    @property
    def first(self) -> int:
        """The number of the first row in the whole list."""
        return (self.page - 1) * PAGE_ROWS + 1

    @property
    def last(self) -> int:
        """The number of the last row here."""
        return self.first + len(self.rows) - 1


def page_number(asked: str) -> int:
    """The page that is asked for; the first one for whatever is no number."""
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) <= 6 else 1


def cut(rows: Sequence[Any], page: int) -> Listed:
    """One page of rows that are all here."""
    first = (page - 1) * PAGE_ROWS
    return Listed(rows[first : first + PAGE_ROWS], page, len(rows) > first + PAGE_ROWS)


def paged(session: Session, sql: str, params: Sequence[str | int], page: int) -> Listed:
    """One page of what a query finds; the query says the order."""
    rows = session.rows(f"{sql} LIMIT ? OFFSET ?", (*params, PAGE_ROWS + 1, (page - 1) * PAGE_ROWS))
    return Listed(rows[:PAGE_ROWS], page, len(rows) > PAGE_ROWS)


def streets(session: Session) -> list[str]:
    """Every street that has a centre, by name."""
    return [
        row["street"] for row in session.rows("SELECT DISTINCT street FROM centre WHERE street <> '' ORDER BY street")
    ]


def centre(session: Session, code: str) -> Row | None:
    """A centre of the register."""
    return session.one("SELECT code, name, street, district, since, until, expects FROM centre WHERE code = ?", (code,))


def centres(session: Session, street: str | None, search: str, page: int) -> Listed:
    """Centres by code, of one street or of all, whose code, name or street holds `search`."""
    where, params = _scope(street)
    if search:
        pattern = "%" + search.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
        where += " AND (c.code LIKE ? ESCAPE '!' OR c.name LIKE ? ESCAPE '!' OR c.street LIKE ? ESCAPE '!')"
        params += (pattern,) * 3
    sql = (
        "SELECT c.code, c.name, c.street, c.until,"
        " (SELECT count(*) FROM report r WHERE r.centre = c.code) AS reports,"
        " (SELECT max(r.received_at) FROM report r WHERE r.centre = c.code) AS latest"
        f" FROM centre c WHERE {where} ORDER BY c.street, c.code"
    )
    return paged(session, sql, params, page)


def district_keys(session: Session) -> list[bytes]:
    """The public halves of the keys that the district signs or signed with."""
    return [row["verify_key"] for row in session.rows("SELECT verify_key FROM district_key")]


def keys_of(session: Session, code: str) -> list[Row]:
    """The keys that a centre has signed with, the latest first."""
    return session.rows(
        "SELECT key_id, enrolled_at, revoked_at, replaces FROM centre_key WHERE centre = ?"
        " ORDER BY enrolled_at DESC, key_id",
        (code,),
    )


def readings_of(session: Session, code: str) -> list[Row]:
    """The latest documents that are for a centre, and when it read each; read_at is NULL where it has not said so."""
    return session.rows(
        "SELECT d.document_id, d.number, d.kind, d.title, d.issued_at, g.read_at FROM document d"
        " LEFT JOIN document_reading g ON g.document_id = d.document_id AND g.centre = ?"
        f" WHERE {FOR_CENTRE} ORDER BY d.number DESC LIMIT 20",
        (code, code, code),
    )


def audit_entries(session: Session, centre_code: str, page: int) -> Listed:
    """The record of changes, the latest first; of one centre where it is named."""
    where, params = ("WHERE centre = ?", (centre_code,)) if centre_code else ("", ())
    return paged(
        session, f"SELECT number, at, who, action, centre, subject, details FROM audit {where} ORDER BY number DESC",
        params, page,
    )  # fmt: skip


def _scope(street: str | None) -> tuple[str, tuple[str, ...]]:
    return ("c.street = ?", (street,)) if street is not None else ("1 = 1", ())
