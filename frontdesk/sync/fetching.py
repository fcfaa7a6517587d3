"""The exchange after sending: what the district sends down is verified and kept, what was read here is told."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db import inbox, outbox, sync_keys
from db.inbox import StoredDocument
from db.outbox import Channel, Enrolment
from db.sync_keys import PinnedKey
from frontdesk.sync import wire
from frontdesk.sync.client import DistrictClient, Failed, Refused
from frontdesk.sync.enrolling import register
from frontdesk.sync.errors import SyncError
from frontdesk.sync.sealing import read_centre_key, trusted_keys
from frontdesk.sync.stopping import ShouldStop

if TYPE_CHECKING:
    from frontdesk.context import Context

MOST_ROUNDS = 1_000
"""Requests in one exchange; a district that still has more then is asked again by the next sync."""


@dataclass(frozen=True)
class Arrived:
    """A document that is new here."""

    document_id: str
    number: int
    kind: str
    title: str


@dataclass
class Fetched:
    """What an exchange brought: the documents that are new here, in the district's order; how many readings the
    district confirmed; and the code of what kept it from being complete, with the district's own words for it, if any.
    """

    arrived: list[Arrived] = field(default_factory=list)
    told: int = 0
    problem: str | None = None
    message: str = ""

    def of_kind(self, kind: str) -> list[Arrived]:
        """The new documents of a kind."""
        return [one for one in self.arrived if one.kind == kind]


def fetch(context: Context, should_stop: ShouldStop | None = None) -> Fetched:
    """Fetch what the district sends down, and tell it what was read here; nothing is sent up otherwise.

    `problem` says why when it could not be fetched whole: the codes of `sync_all`, or `stopped`. Raises what
    `require_writer` raises, and SyncError `not_enrolled`, `enrolment_refused`, `centre_key_missing`.
    """
    context.require_writer()
    context.confirm_operator(context.database.connection)
    enrolled = outbox.enrolment(context.database.connection)
    if enrolled is None:
        raise SyncError("not_enrolled")
    with DistrictClient(enrolled.url, trusted_keys(context), should_stop) as client:
        problem = register(context, client, enrolled) if enrolled.registered_at is None else None
        if problem is not None:
            return Fetched(problem=problem.code)
        return exchange(context, client, should_stop)


def exchange(context: Context, client: DistrictClient, should_stop: ShouldStop | None = None) -> Fetched:
    """Ask for documents until the district has no more, telling the readings of which it does not know.

    Each answer is kept in a transaction of its own. Raises SyncError `centre_key_missing`.
    """
    fetched = Fetched()
    for _ in range(MOST_ROUNDS):
        if should_stop is not None and should_stop():
            fetched.problem = "stopped"
            break
        enrolled = outbox.enrolment(context.database.connection)
        if enrolled is None:
            break
        outcome = client.exchange(exchange_request(context, enrolled))
        if isinstance(outcome, Failed):
            fetched.problem = outcome.code
            break
        if isinstance(outcome, Refused):
            fetched.problem, fetched.message = "exchange_refused", outcome.message or outcome.code
            break
        kept = keep_answer(context, outcome, "network")
        for key in trusted_keys(context):
            client.trust(key)
        fetched.arrived += kept.arrived
        fetched.told += kept.told
        fetched.problem = kept.problem
        is_over = not outcome.answer.more and not inbox.untold(context.database.connection)
        if is_over or kept.problem or not (kept.arrived or kept.told):
            break
    return fetched


def exchange_request(context: Context, enrolled: Enrolment) -> bytes:
    """The bytes that ask for what is new, and tell what was read. Raises SyncError `centre_key_missing`."""
    connection = context.database.connection
    readings = inbox.untold(connection)[: wire.MAX_READINGS]
    return wire.make_exchange_request(
        centre=enrolled.centre,
        seed=read_centre_key(context, enrolled.centre_key_id),
        recipient=enrolled.district_key_id,
        since=inbox.highest_number(connection),
        read=[(one.document_id, one.read_at) for one in readings],
        nonce=secrets.token_bytes(16),
    )


def keep_answer(context: Context, opened: wire.OpenedExchangeAnswer, channel: Channel) -> Fetched:
    """Keep what a verified answer brought, in one transaction with its audit entry; none where nothing is new."""
    connection = context.database.connection
    untold = {one.document_id for one in inbox.untold(connection)}
    known = inbox.numbers(connection)
    documents, problem = open_documents(opened.documents, sync_keys.pinned(connection), known)
    if not documents and untold.isdisjoint(opened.answer.read_kept):
        return Fetched(problem=problem)
    with context.change("sync.fetched", channel, documents=len(documents)) as writing:
        return store_answer(context, writing, opened, channel)


def store_answer(
    context: Context, connection: sqlite3.Connection, opened: wire.OpenedExchangeAnswer, channel: Channel
) -> Fetched:
    """Keep what a verified answer brought, inside a transaction."""
    now = context.now_ms()
    pinned = sync_keys.pinned(connection)
    documents, problem = open_documents(opened.documents, pinned, inbox.numbers(connection))
    fetched = Fetched(problem=problem)
    for raw, document in documents:
        if inbox.document(connection, document.document_id) is not None:
            continue
        inbox.add_document(
            connection,
            StoredDocument(
                document_id=document.document_id,
                number=document.number,
                kind=document.kind,
                title=document.title,
                signed=raw,
                issued_at=document.issued_at,
                received_at=now,
                channel=channel,
            ),
        )
        if isinstance(document.content, wire.SuccessorKey):
            _pin(connection, document.content, now)
        fetched.arrived.append(Arrived(document.document_id, document.number, document.kind, document.title))
    fetched.told = sum(inbox.mark_told(connection, document_id, now) for document_id in opened.answer.read_kept)
    return fetched


def open_documents(
    raws: Sequence[bytes], pinned: Sequence[PinnedKey], known: set[int]
) -> tuple[list[tuple[bytes, wire.DistrictDocument]], str | None]:
    """The documents that are new, up to the first that does not verify, for which a code is given too.

    What follows that one is not kept: it would never be asked for again. A successor counts from its document on, and
    only by the word of the key that is the present one then: an earlier key that somebody found names none. One that is
    trusted already is nothing new. Pure.
    """
    keys = [key.verify_key for key in pinned]
    opened: list[tuple[bytes, wire.DistrictDocument]] = []
    for raw in raws:
        try:
            document = wire.open_document(raw, keys)
            if document.number in known:
                continue
            if isinstance(document.content, wire.SuccessorKey) and document.content.key not in keys:
                wire.open_document(raw, keys[:1])
                keys.insert(0, document.content.key)
        except wire.WireFault:
            return opened, "unverified_document"
        known = known | {document.number}
        opened.append((raw, document))
    return opened, None


def _pin(connection: sqlite3.Connection, successor: wire.SuccessorKey, now: int) -> None:
    pinned = sync_keys.pinned(connection)
    if any(key.key_id == successor.key_id for key in pinned):
        return
    new = PinnedKey(key_id=successor.key_id, verify_key=successor.key, pinned_at=now)
    sync_keys.pin_successor(connection, pinned[0].key_id, new)
    outbox.change_district_key(connection, successor.key, successor.key_id)
