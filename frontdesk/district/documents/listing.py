"""Which documents were issued, for whom, and who has read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.store import Row, Session
from frontdesk.sync import wire


def reached(session: Session) -> str:
    """Whether centre c is one that document d is for, and of a street where one is given: the street, twice.

    A centre that had closed before the day is among all, or a street's, no more; who names it means it.
    """
    is_open = f"(c.until IS NULL OR c.until >= {session.local_day('d.issued_at')})"
    return (
        f"((d.audience = 'all' AND {is_open}) OR (d.audience = 'street' AND c.street = d.street AND {is_open}) "
        "OR EXISTS (SELECT 1 FROM document_centre n WHERE n.document_id = d.document_id AND n.centre = c.code)) "
        "AND (CAST(? AS TEXT) IS NULL OR c.street = ?)"
    )


@dataclass(frozen=True)
class IssuedDocument:
    """A document in a list: `reached` centres of the register it is for, `read` of them have read it.

    With a street only that street's centres are counted. `issued_at` is in UTC milliseconds.
    """

    document_id: str
    number: int
    kind: str
    title: str
    issued_at: int
    issued_by: str
    audience: Literal["all", "street", "centres"]
    street: str | None
    reached: int
    read: int


@dataclass(frozen=True)
class Reader:
    """A centre that a document is for; `read_at` by its own clock, `told_at` by the district's, None when unread."""

    centre: str
    name: str
    street: str
    read_at: int | None
    told_at: int | None


def documents(
    district: District,
    *,
    kind: str | None = None,
    street: str | None = None,
    limit: int = 200,
    before: int | None = None,
) -> list[IssuedDocument]:
    """The documents that were issued, the newest first; those before number `before`.

    With `street` those only that are for some centre of it: a street sees what concerns its own centres.
    """
    with district.store.reading() as session:
        is_reached = reached(session)
        rows = session.rows(
            f"""
            SELECT d.document_id, d.number, d.kind, d.title, d.issued_at, d.issued_by, d.audience, d.street,
                   (SELECT count(*) FROM centre c WHERE {is_reached}) AS reached,
                   (SELECT count(*) FROM document_reading r JOIN centre c ON c.code = r.centre
                     WHERE r.document_id = d.document_id AND {is_reached}) AS read
              FROM document d
             WHERE (CAST(? AS TEXT) IS NULL OR d.kind = ?) AND (CAST(? AS BIGINT) IS NULL OR d.number < ?)
               AND (CAST(? AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM centre c WHERE {is_reached}))
             ORDER BY d.number DESC LIMIT ?
            """,
            (street, street, street, street, kind, kind, before, before, street, street, street, limit),
        )
    return [IssuedDocument(**row) for row in rows]


def id_of(district: District, said: str) -> str:
    """The id of the document that people name by its number, or by its id. Raises DistrictError `no_such_document`."""
    with district.store.reading() as session:
        row = session.one(
            "SELECT document_id FROM document WHERE document_id = ? OR CAST(number AS TEXT) = ?", (said, said)
        )
    if row is None:
        raise DistrictError("no_such_document", document_id=said)
    return str(row["document_id"])


def open_issued(district: District, document_id: str, *, street: str | None = None) -> wire.DistrictDocument:
    """A document as it was signed. Raises DistrictError `no_such_document`, also when it is not for the street."""
    with district.store.reading() as session:
        row = session.one("SELECT signed FROM document WHERE document_id = ?", (document_id,))
        if row is None or (street is not None and not _readers(session, document_id, street)):
            raise DistrictError("no_such_document", document_id=document_id)
        return _opened(session, district, row["signed"])


def readers(district: District, document_id: str, *, street: str | None = None) -> list[Reader]:
    """The centres that a document is for, those that have not read it first, then by street and code.

    Raises DistrictError `no_such_document`, also when it is for none of the street's centres.
    """
    with district.store.reading() as session:
        known = session.one("SELECT 1 AS found FROM document WHERE document_id = ?", (document_id,)) is not None
        rows = _readers(session, document_id, street) if known else []
    if not known or (street is not None and not rows):
        raise DistrictError("no_such_document", document_id=document_id)
    return [Reader(**row) for row in rows]


def _readers(session: Session, document_id: str, street: str | None) -> list[Row]:
    return session.rows(
        f"""
        SELECT c.code AS centre, c.name, c.street, r.read_at, r.told_at
          FROM document d
          JOIN centre c ON {reached(session)}
          LEFT JOIN document_reading r ON r.document_id = d.document_id AND r.centre = c.code
         WHERE d.document_id = ?
         ORDER BY r.read_at IS NOT NULL, c.street, c.code
        """,
        (street, street, document_id),
    )


def wanted_in_force(district: District) -> dict[str, Any]:
    """The set of indicators that all centres were told of last, as JSON: edition, indicators, definitions.

    While there is none it holds the program's own indicators that may leave a centre, under edition 0.
    """
    with district.store.reading() as session:
        row = session.one(
            "SELECT signed FROM document WHERE kind = 'indicator_set' AND audience = 'all' ORDER BY number DESC LIMIT 1"
        )
        content = _opened(session, district, row["signed"]).content if row else None
    if isinstance(content, wire.IndicatorSet):
        return content.model_dump(mode="json")
    own = [
        {"code": code, "period_kinds": list(rule.period_kinds)}
        for code, rule in wire.indicator_rules().items()
        if rule.leaves
    ]
    return {"edition": 0, "indicators": own, "definitions": []}


def _opened(session: Session, district: District, signed: bytes) -> wire.DistrictDocument:
    keys = [one["verify_key"] for one in session.rows("SELECT verify_key FROM district_key")]
    return wire.open_document(signed, [district.verify_key, *keys])
