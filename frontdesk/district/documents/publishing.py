"""A document is given its number, signed with the district's present key, and kept with whom it is for."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District, successor_path
from frontdesk.district.store import Session
from frontdesk.sync import wire

MOST_CENTRES = 500
"""Centres that one document can name; for more there are streets, and all."""


@dataclass(frozen=True)
class Audience:
    """Whom a document is for: all centres, those of a street (as the register has it when they ask), or some by code.

    Make it by `everyone`, `of_street` or `of_centres`.
    """

    kind: Literal["all", "street", "centres"] = "all"
    street: str | None = None
    centres: tuple[str, ...] = ()


EVERYONE = Audience()


def of_street(street: str) -> Audience:
    """The centres of a street. Raises DistrictError `no_street`."""
    if not street.strip():
        raise DistrictError("no_street", street=street)
    return Audience("street", street=street)


def of_centres(centres: Iterable[str]) -> Audience:
    """Some centres by their codes. Raises DistrictError `no_centre_named`, `too_many_centres`."""
    codes = tuple(dict.fromkeys(centres))
    if not codes:
        raise DistrictError("no_centre_named")
    if len(codes) > MOST_CENTRES:
        raise DistrictError("too_many_centres", limit=MOST_CENTRES)
    return Audience("centres", centres=codes)


@dataclass(frozen=True)
class Issued:
    """A document that was issued; `number` is its place in the district's one row."""

    document_id: str
    number: int
    title: str


def signing_seed(session: Session, district: District) -> bytes:
    """The seed of the district's present key as the store knows it: another process may have changed it.

    Raises DistrictError `district_key_missing` when this process has not got its file.
    """
    row = session.one("SELECT key_id FROM district_key WHERE replaced_by IS NULL")
    if row is None:
        return district.seed
    seed = district.seed_of(row["key_id"])
    if seed is None:
        path = successor_path(district.key_file, row["key_id"]) if district.key_file else row["key_id"]
        raise DistrictError("district_key_missing", path=str(path))
    return seed


def no_recipient(session: Session, district: District, recipient: str) -> DistrictError:
    """Why nothing can be answered in the name of the key `recipient`, whose seed is not here: `wrong_recipient`, or
    `district_key_missing` for a key of the district's own. The sender keeps what it sent and comes back then.
    """
    known = session.one("SELECT 1 AS found FROM district_key WHERE key_id = ?", (recipient,))
    if known is None or district.key_file is None:
        return DistrictError("wrong_recipient")
    return DistrictError("district_key_missing", path=str(successor_path(district.key_file, recipient)))


def publish(
    session: Session,
    district: District,
    content: wire.Content,
    *,
    title: str,
    audience: Audience,
    who: str,
    now_ms: int,
) -> Issued:
    """Issue a document in a transaction that writes, with one audit entry.

    Raises DistrictError `no_street`, `no_such_centre` (`centre`), `bad_document` (`where`), or WireFault `too_large`.
    """
    check_text(title, "title")
    _check_audience(session, audience)
    issued = Issued(secrets.token_hex(16), _next_number(session), title)
    seed = signing_seed(session, district)
    try:
        raw = wire.make_document(
            content,
            document_id=issued.document_id,
            number=issued.number,
            title=title,
            issued_at=now_ms,
            seed=seed,
        )
    except ValueError as failure:
        raise DistrictError("bad_document", where="title") from failure
    kind = wire.open_document(raw, [wire.verify_key_of(seed)]).kind
    _keep(session, issued, kind, raw, audience, who, now_ms)
    details = {"kind": kind, "number": issued.number, "audience": audience.kind}
    session.audit(
        at=now_ms,
        who=who,
        action="document.issued",
        centre=audience.centres[0] if len(audience.centres) == 1 else "",
        subject=issued.document_id,
        details=json.dumps(details),
    )
    return issued


def _keep(session: Session, issued: Issued, kind: str, raw: bytes, audience: Audience, who: str, now_ms: int) -> None:
    session.insert(
        "document",
        {
            "document_id": issued.document_id,
            "number": issued.number,
            "kind": kind,
            "title": issued.title,
            "issued_at": now_ms,
            "issued_by": who,
            "signed": raw,
            "audience": audience.kind,
            "street": audience.street,
        },
    )
    for centre in audience.centres:
        session.insert("document_centre", {"document_id": issued.document_id, "centre": centre})


def _next_number(session: Session) -> int:
    """One more than the highest number, or than the setting `document_floor` where that is higher: a store that was
    restored from a backup must not give numbers again that centres have seen.
    """
    highest = session.one("SELECT coalesce(max(number), 0) AS number FROM document")
    floor = session.one("SELECT value FROM district_setting WHERE name = 'document_floor'")
    return max(int(highest["number"]) if highest else 0, int(floor["value"]) if floor else 0) + 1


def check_text(text: str, where: str) -> None:
    """Refuse a text that no database keeps, or that has unseen characters. Raises DistrictError `bad_document`."""
    if any(not one.isprintable() and one not in "\n\t\r" for one in text):
        raise DistrictError("bad_document", where=where)


def _check_audience(session: Session, audience: Audience) -> None:
    if audience.kind == "street" and (
        session.one("SELECT 1 AS found FROM centre WHERE street = ? LIMIT 1", (audience.street,)) is None
    ):
        raise DistrictError("no_street", street=audience.street)
    for centre in audience.centres:
        check_centre(session, centre)


def check_centre(session: Session, centre: str) -> None:
    """Insist that the register knows the centre. Raises DistrictError `no_such_centre`."""
    known = centre.isprintable() and session.one("SELECT 1 AS found FROM centre WHERE code = ?", (centre,))
    if not known:
        raise DistrictError("no_such_centre", centre=centre)
