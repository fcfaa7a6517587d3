"""Looking over what the district signed: every receipt, document and key verifies again, and the states agree."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Literal, NamedTuple

from db import audit, inbox, outbox, sync_keys
from db.outbox import Enrolment, OutboxEntry
from db.sync_keys import PinnedKey
from frontdesk.sync import wire
from frontdesk.sync.enrolling import ENROLLED


class SyncAstray(NamedTuple):
    """Something of the sync that is not what was signed: which kind of thing, and which one."""

    what: Literal["report", "receipt", "document", "district_key", "enrolment"]
    subject: str


def sync_astray(connection: sqlite3.Connection) -> list[SyncAstray]:
    """What does not verify any more, or stands otherwise than its receipt tells; empty where all is well."""
    keys = sync_keys.pinned(connection)
    enrolled = outbox.enrolment(connection)
    verify_keys = [key.verify_key for key in keys]
    return [
        *_keys_astray(connection, keys, enrolled),
        *_enrolment_astray(enrolled, verify_keys),
        *_reports_astray(connection, verify_keys),
        *_documents_astray(connection, verify_keys),
    ]


def _keys_astray(
    connection: sqlite3.Connection, keys: list[PinnedKey], enrolled: Enrolment | None
) -> Iterator[SyncAstray]:
    """Each key has its own name, one is the present one, and every later one was told by the one before it, or by an
    enrolment.
    """
    if enrolled is not None and [key.key_id for key in keys if key.replaced_by is None] != [enrolled.district_key_id]:
        yield SyncAstray("district_key", enrolled.district_key_id)
    if enrolled is not None and wire.key_id_of(enrolled.district_key) != enrolled.district_key_id:
        yield SyncAstray("district_key", enrolled.district_key_id)
    told = _told_successors(connection, keys)
    for key in keys:
        if wire.key_id_of(key.verify_key) != key.key_id:
            yield SyncAstray("district_key", key.key_id)
        elif (
            key.replaced_by is not None
            and (key.key_id, key.replaced_by) not in told
            and not audit.has(connection, ENROLLED, key.replaced_by)
        ):
            yield SyncAstray("district_key", key.replaced_by)


def _told_successors(connection: sqlite3.Connection, keys: list[PinnedKey]) -> set[tuple[str, str]]:
    """Which key told of which successor, by the documents that are here."""
    told = set()
    for stored in inbox.documents(connection, "district_key"):
        for key in keys:
            try:
                content = wire.open_document(stored.signed, [key.verify_key]).content
            except wire.WireFault:
                continue
            if isinstance(content, wire.SuccessorKey):
                told.add((key.key_id, content.key_id))
    return told


def _enrolment_astray(enrolled: Enrolment | None, keys: list[bytes]) -> Iterator[SyncAstray]:
    if enrolled is None or enrolled.confirmation is None:
        return
    try:
        confirmation = wire.verify_confirmation(enrolled.confirmation, district_keys=keys)
    except wire.WireFault:
        yield SyncAstray("enrolment", enrolled.centre_key_id)
        return
    if (confirmation.centre, confirmation.key_id) != (enrolled.centre, enrolled.centre_key_id):
        yield SyncAstray("enrolment", enrolled.centre_key_id)


def _reports_astray(connection: sqlite3.Connection, keys: list[bytes]) -> Iterator[SyncAstray]:
    for entry in outbox.entries(connection):
        subject = f"{entry.period} r{entry.revision}"
        sealed = outbox.sealed(connection, entry.report_id)
        receipt = outbox.receipt(connection, entry.report_id)
        is_whole = wire.content_hash(entry.body) == entry.body_hash
        if sealed is not None and wire.content_hash(sealed.sealed) != sealed.content_hash:
            is_whole = False
        if not is_whole or (entry.state == "sent") != (receipt is not None):
            yield SyncAstray("report", subject)
        elif receipt is not None and (sealed is None or not is_receipt(receipt.receipt, sealed.sealed, entry, keys)):
            yield SyncAstray("receipt", subject)


def is_receipt(raw: bytes, sealed: bytes, entry: OutboxEntry, keys: list[bytes]) -> bool:
    """Whether the district signed in `raw` for exactly these bytes, and for this report."""
    try:
        receipt = wire.verify_receipt(raw, sealed=sealed, district_keys=keys)
    except wire.WireFault:
        return False
    said = (receipt.report_id, receipt.period, receipt.revision)
    return said == (entry.report_id, entry.period, entry.revision)


def _documents_astray(connection: sqlite3.Connection, keys: list[bytes]) -> Iterator[SyncAstray]:
    for stored in inbox.documents(connection):
        try:
            document = wire.open_document(stored.signed, keys)
        except wire.WireFault:
            yield SyncAstray("document", stored.document_id)
            continue
        said = (document.document_id, document.number, document.kind, document.title, document.issued_at)
        if said != (stored.document_id, stored.number, stored.kind, stored.title, stored.issued_at):
            yield SyncAstray("document", stored.document_id)
