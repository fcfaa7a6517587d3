"""A centre asks for what the district has issued since, and tells what was read there of what it has."""

from __future__ import annotations

import json
from collections.abc import Sequence

from frontdesk.district.documents.publishing import no_recipient
from frontdesk.district.keys import District
from frontdesk.district.store import Row, Session
from frontdesk.sync import wire

PAGE = 100
"""Documents that are read from the store for one answer; what does not fit follows in the next."""

FOR_CENTRE = (
    "(d.audience = 'all' "
    "OR (d.audience = 'street' AND d.street = (SELECT c.street FROM centre c WHERE c.code = ?)) "
    "OR EXISTS (SELECT 1 FROM document_centre n WHERE n.document_id = d.document_id AND n.centre = ?))"
)
"""Whether document d is for a centre: its code, twice."""


def accept_exchange(district: District, raw: bytes, now_ms: int) -> bytes:
    """Keep what the centre says it has read, once, and answer with the documents for it and nobody else's.

    Documents come in the order of their numbers. A reading of a document that is not for this centre is not kept, and
    the answer does not tell whether there is such a document. Raises WireFault, or DistrictError `wrong_recipient`.
    """

    def lookup(key_id: str) -> wire.KnownKey | None:
        with district.store.single() as session:
            known = session.find_key(key_id)
        if known is None:
            return None
        return wire.KnownKey(known.verify_key, known.centre, known.revoked_at is not None)

    opened = wire.open_exchange_request(raw, lookup)
    request = opened.request
    seed = district.seed_of(request.recipient)
    if seed is None:
        with district.store.reading() as session:
            raise no_recipient(session, district, request.recipient)
    if request.read and (missing := _unkept(district, request)):
        _keep(district, request.centre, missing, now_ms)
    with district.store.reading() as session:
        kept = _known(session, request.centre, [one.document_id for one in request.read])
        rows = session.rows(
            f"SELECT d.signed FROM document d WHERE d.number > ? AND {FOR_CENTRE} ORDER BY d.number LIMIT ?",
            (request.since, request.centre, request.centre, PAGE + 1),
        )
        keys = session.rows("SELECT key_id, verify_key, replaced_by FROM district_key")
    signed = [_readable(row["signed"], keys, seed) for row in rows[:PAGE]]
    documents, cut = wire.fitting_documents([one for one in signed if one is not None])
    more = cut or len(rows) > PAGE
    return wire.make_exchange_answer(opened, documents=documents, read_kept=kept, more=more, seed=seed)


def _readable(raw: bytes, keys: Sequence[Row], seed: bytes) -> bytes | None:
    """The document as the centre can verify it; None for one that tells of a key that was replaced since.

    One that enrolled after the district had changed its key knows none of the earlier ones: for it what an earlier key
    signed is signed by the key that it pinned, content, number and all else as they were.
    """
    pinned = wire.verify_key_of(seed)
    found = next(((row, one) for row in keys if (one := _opened(raw, bytes(row["verify_key"])))), None)
    if found is None:
        # The key was never changed.
        return raw
    signer, document = found
    successors = {row["key_id"]: row["replaced_by"] for row in keys}
    later = successors.get(signer["key_id"])
    while later is not None and later != wire.key_id_of(pinned):
        later = successors.get(later)
    if later is None:
        return raw
    if isinstance(document.content, wire.SuccessorKey):
        return None
    if not document.is_known:
        # An earlier program of the district's cannot say again what a later one said.
        return raw
    return wire.make_document(
        document.content,
        document_id=document.document_id,
        number=document.number,
        title=document.title,
        issued_at=document.issued_at,
        seed=seed,
    )


def _opened(raw: bytes, key: bytes) -> wire.DistrictDocument | None:
    try:
        return wire.open_document(raw, [key])
    except wire.WireFault:
        return None


def _unkept(district: District, request: wire.ExchangeRequest) -> list[wire.Reading]:
    """The readings that are of documents for this centre and are not kept yet. Most often there is none."""
    with district.store.reading() as session:
        known = set(_known(session, request.centre, [one.document_id for one in request.read]))
        return [
            one
            for one in request.read
            if one.document_id not in known and _is_for(session, request.centre, one.document_id)
        ]


def _keep(district: District, centre: str, readings: Sequence[wire.Reading], now_ms: int) -> None:
    with district.store.writing() as session:
        kept = [one.document_id for one in readings if _keep_one(session, centre, one, now_ms)]
        if kept:
            details = json.dumps({"documents": kept})
            session.audit(
                at=now_ms,
                who=f"centre:{centre}",
                action="document.read",
                centre=centre,
                subject=kept[0],
                details=details,
            )


def _keep_one(session: Session, centre: str, reading: wire.Reading, now_ms: int) -> bool:
    added = session.execute(
        "INSERT INTO document_reading (centre, document_id, read_at, told_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (centre, document_id) DO NOTHING",
        (centre, reading.document_id, reading.read_at, now_ms),
    )
    return added > 0


def _known(session: Session, centre: str, documents: Sequence[str]) -> list[str]:
    """Which of the documents are kept as read by the centre, in the order in which they are named, each once."""
    if not documents:
        return []
    marks = ", ".join("?" * len(documents))
    rows = session.rows(
        f"SELECT document_id FROM document_reading WHERE centre = ? AND document_id IN ({marks})",
        (centre, *documents),
    )
    found = {row["document_id"] for row in rows}
    return [one for one in dict.fromkeys(documents) if one in found]


def _is_for(session: Session, centre: str, document_id: str) -> bool:
    where = (document_id, centre, centre)
    return session.one(f"SELECT 1 AS found FROM document d WHERE d.document_id = ? AND {FOR_CENTRE}", where) is not None
