"""The exchange after sending: what the district sends down is verified and kept, what was read here is told."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db import inbox, outbox, sync_keys
from db.inbox import SkippedDocument, StoredDocument
from db.outbox import Channel, Enrolment
from db.sync_keys import PinnedKey
from frontdesk.permission import allowed
from frontdesk.sync import wire
from frontdesk.sync.client import DistrictClient, Failed, Refused
from frontdesk.sync.enrolling import register
from frontdesk.sync.sealing import read_centre_key, require_enrolment, trusted_keys
from frontdesk.sync.stopping import ShouldStop
from frontdesk.sync.words import refusal_words

if TYPE_CHECKING:
    from frontdesk.context import Context

MOST_ROUNDS = 1_000
"""Requests in one exchange; a district that still has more then is asked again by the next sync."""

MOST_TRIES = 20
"""So often what was skipped is asked for again by every exchange, later once a day: with it comes all that follows."""
DAY = 86_400_000
UNVERIFIED = "unverified_document"


@dataclass(frozen=True)
class Arrived:
    """A document that is new here."""

    document_id: str
    number: int
    kind: str
    title: str


@dataclass
class Fetched:
    """What an exchange brought: the documents that are new here, in the district's order; the numbers of those that
    were skipped; how many readings the district confirmed; how far down the district's row the answers came; and the
    code of what kept it from being complete, with the district's own words for it, if any, or the numbers of what was
    skipped.
    """

    arrived: list[Arrived] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    told: int = 0
    reached: int = 0
    problem: str | None = None
    message: str = ""

    def add(self, came: Fetched) -> None:
        """Take in what one more answer brought; what was skipped is no problem yet."""
        self.arrived += came.arrived
        self.told += came.told
        known = {one.number for one in self.arrived}
        self.skipped = sorted({*self.skipped, *came.skipped} - known)
        self.reached = max(self.reached, came.reached)
        if came.problem != UNVERIFIED:
            self.problem, self.message = came.problem, came.message

    def of_kind(self, kind: str) -> list[Arrived]:
        """The new documents of a kind."""
        return [one for one in self.arrived if one.kind == kind]


@allowed("writer")
def fetch(context: Context, should_stop: ShouldStop | None = None) -> Fetched:
    """Fetch what the district sends down, and tell it what was read here; nothing is sent up otherwise.

    `problem` says why when it could not be fetched whole: the codes of `sync_all`, or `stopped`. Raises what
    `require_writer` raises, and SyncError `not_enrolled`, `enrolment_refused`, `centre_key_missing`.
    """
    enrolled = require_enrolment(context)
    with DistrictClient(enrolled.url, trusted_keys(context), should_stop) as client:
        problem = register(context, client, enrolled) if enrolled.registered_at is None else None
        if problem is not None:
            return Fetched(problem=problem.code)
        return exchange(context, client, should_stop)


def exchange(context: Context, client: DistrictClient, should_stop: ShouldStop | None = None) -> Fetched:
    """Ask for documents until the district has no more, telling the readings of which it does not know; then once for
    those that earlier exchanges skipped.

    Each answer is kept in a transaction of its own. Raises SyncError `centre_key_missing`.
    """
    connection = context.database.connection
    fetched = Fetched()
    since = inbox.highest_number(connection)
    missing = [number for number in _due(inbox.skipped(connection), context.now_ms()) if number < since]
    for _ in range(MOST_ROUNDS):
        came, more = _ask(context, client, since, should_stop)
        fetched.add(came)
        reached = max(since, came.reached)
        is_moving = came.arrived or came.told or reached > since
        if fetched.problem or not is_moving or not (more or inbox.untold(connection)):
            break
        since = reached
    if missing and not fetched.problem:
        # One answer is enough: what stood in the way of the others may come with it.
        fetched.add(_ask(context, client, missing[0] - 1, should_stop)[0])
    if fetched.skipped and not fetched.problem:
        fetched.problem, fetched.message = UNVERIFIED, _listed(fetched.skipped)
    return fetched


def _ask(context: Context, client: DistrictClient, since: int, should_stop: ShouldStop | None) -> tuple[Fetched, bool]:
    """One request for what follows the number `since`: what its answer brought, and whether the district has more."""
    if should_stop is not None and should_stop():
        return Fetched(problem="stopped"), False
    enrolled = outbox.enrolment(context.database.connection)
    if enrolled is None:
        return Fetched(), False
    outcome = client.exchange(exchange_request(context, enrolled, since))
    if isinstance(outcome, Failed):
        return Fetched(problem=outcome.code), False
    if isinstance(outcome, Refused):
        said = refusal_words(outcome.code, outcome.message, outcome.details)
        return Fetched(problem="exchange_refused", message=said), False
    kept = keep_answer(context, outcome, "network")
    for key in trusted_keys(context):
        client.trust(key)
    return kept, outcome.answer.more


def _due(skipped: Sequence[SkippedDocument], now: int) -> list[int]:
    """The numbers of what is asked for again; the PC's clock may have gone back since."""
    return [one.number for one in skipped if one.tries < MOST_TRIES or abs(now - one.tried_at) >= DAY]


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def exchange_request(context: Context, enrolled: Enrolment, since: int | None = None) -> bytes:
    """The bytes that ask for what follows the number `since`, else for what is new or was skipped, and that tell what
    was read. Raises SyncError `centre_key_missing`.
    """
    connection = context.database.connection
    if since is None:
        missing = _due(inbox.skipped(connection), context.now_ms())
        since = min([inbox.highest_number(connection), *(number - 1 for number in missing)])
    readings = inbox.untold(connection)[: wire.MAX_READINGS]
    return wire.make_exchange_request(
        centre=enrolled.centre,
        seed=read_centre_key(context, enrolled.centre_key_id),
        recipient=enrolled.district_key_id,
        since=since,
        read=[(one.document_id, one.read_at) for one in readings],
        nonce=secrets.token_bytes(16),
    )


def keep_answer(context: Context, opened: wire.OpenedExchangeAnswer, channel: Channel) -> Fetched:
    """Keep what a verified answer brought, in one transaction with its audit entry; none where nothing is new."""
    connection = context.database.connection
    untold = {one.document_id for one in inbox.untold(connection)}
    found = open_documents(opened.documents, sync_keys.pinned(connection), inbox.numbers(connection))
    if not found.documents and untold.isdisjoint(opened.answer.read_kept) and not _to_note(context, connection, found):
        return _fetched(found)
    with context.change("sync.fetched", channel, documents=len(found.documents)) as writing:
        return store_answer(context, writing, opened, channel)


def store_answer(
    context: Context, connection: sqlite3.Connection, opened: wire.OpenedExchangeAnswer, channel: Channel
) -> Fetched:
    """Keep what a verified answer brought, inside a transaction."""
    now = context.now_ms()
    pinned = sync_keys.pinned(connection)
    found = open_documents(opened.documents, pinned, inbox.numbers(connection))
    fetched = _fetched(found)
    for number in _to_note(context, connection, found):
        inbox.skip(connection, number, now)
    for raw, document in found.documents:
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


def _fetched(found: Opened) -> Fetched:
    """What an answer brought before any of it is kept."""
    problem = UNVERIFIED if found.skipped else None
    return Fetched(skipped=found.skipped, reached=found.reached, problem=problem, message=_listed(found.skipped))


def _to_note(context: Context, connection: sqlite3.Connection, found: Opened) -> list[int]:
    """What was skipped and is still counted: what is asked for no more leaves no trace when it comes all the same."""
    skipped = inbox.skipped(connection)
    resting = {one.number for one in skipped}.difference(_due(skipped, context.now_ms()))
    return [number for number in found.skipped if number not in resting]


@dataclass(frozen=True)
class Opened:
    """The documents of an answer that are new here, with their bytes; the numbers of those that cannot be kept; the
    number of the last one.
    """

    documents: list[tuple[bytes, wire.DistrictDocument]]
    skipped: list[int]
    reached: int


def open_documents(raws: Sequence[bytes], pinned: Sequence[PinnedKey], known: set[int]) -> Opened:
    """The documents that are new, and the numbers of those that do not verify or cannot be read: the answer that holds
    them is the district's, so that they are asked for again, and stop none that follows.

    A successor counts from its document on, and only by the word of the key that is the present one then: an earlier
    key that somebody found names none. One that is trusted already is nothing new. Pure.
    """
    keys = [key.verify_key for key in pinned]
    opened: list[tuple[bytes, wire.DistrictDocument]] = []
    skipped: list[int] = []
    known, reached = set(known), 0
    for raw in raws:
        reached = wire.claimed_number(raw) or (reached or max(known, default=0)) + 1
        if reached in known:
            continue
        try:
            document = wire.open_document(raw, keys)
            if isinstance(document.content, wire.SuccessorKey) and document.content.key not in keys:
                wire.open_document(raw, keys[:1])
                keys.insert(0, document.content.key)
        except wire.WireFault:
            skipped.append(reached)
            continue
        known.add(document.number)
        opened.append((raw, document))
    return Opened(opened, sorted(set(skipped) - known), reached)


def _pin(connection: sqlite3.Connection, successor: wire.SuccessorKey, now: int) -> None:
    pinned = sync_keys.pinned(connection)
    if any(key.key_id == successor.key_id for key in pinned):
        return
    new = PinnedKey(key_id=successor.key_id, verify_key=successor.key, pinned_at=now)
    sync_keys.pin_successor(connection, pinned[0].key_id, new)
    inbox.try_skipped_anew(connection)
    outbox.change_district_key(connection, successor.key, successor.key_id)
