"""What the district sent down, as the desk reads it: notices and who read them, locks, services, indicators."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from db import inbox, sync_keys
from db.inbox import Reading, StoredDocument
from db.outbox import Channel
from frontdesk.common.text import without_controls
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.sync import wire
from frontdesk.sync.errors import SyncError

if TYPE_CHECKING:
    from frontdesk.context import Context


@dataclass(frozen=True)
class Notice:
    """A document of the district. `text` is that of a notice, empty for the other kinds, which are told by `content`.

    `issued_at` is by the district's clock, `received_at`, `read_at` and `told_at` by this centre's (UTC milliseconds).
    `read_until` is the day by which the district wants it read; `reader` the number of who read it, `told_at` since
    when the district knows. `is_known` is False where this program does not understand all of it: it is shown by its
    title and its texts, and nothing follows from it.
    """

    document_id: str
    number: int
    kind: str
    title: str
    issued_at: int
    received_at: int
    channel: Channel
    content: wire.Content
    text: str = ""
    is_important: bool = False
    read_until: date | None = None
    read_at: int | None = None
    reader: str | None = None
    told_at: int | None = None
    is_known: bool = True


@dataclass(frozen=True)
class PeriodLock:
    """A period for which the district takes nothing in any more.

    `exempt_until` is the last day on which this centre may still report it; None without an exemption.
    """

    period: str
    reason: str
    locked_at: int
    exempt_until: date | None = None

    @property
    def because(self) -> str:
        """The reason as it stands behind the period, in brackets; "" where the district gave none."""
        return t("sync.lock.because", reason=self.reason) if self.reason else ""

    def is_in_force(self, today: date) -> bool:
        """Whether a report of the period would be refused today, as far as is known here."""
        return self.exempt_until is None or self.exempt_until < today


def notices(context: Context, kind: str | None = "notice") -> list[Notice]:
    """The documents of a kind, notices unless said otherwise, all for None; the newest first, unread important ones
    before the others.
    """
    with context.database.reading() as connection:
        keys = _keys(connection)
        found = [_shown(one, keys) for one in inbox.documents(connection, kind)]
    return sorted(found, key=lambda one: not (one.is_important and one.read_at is None))


def notice(context: Context, document_id: str) -> Notice:
    """The document with this identity, or with this number. Raises SyncError `no_such_notice`."""
    with context.database.reading() as connection:
        return _shown(_find(connection, document_id), _keys(connection))


def unread_notices(context: Context) -> list[Notice]:
    """The notices that nobody here has read, the newest first, important ones before the others."""
    with context.database.reading() as connection:
        unread = [one for one in inbox.documents(connection, "notice") if one.read_at is None]
        keys = _keys(connection) if unread else []
        return sorted((_shown(one, keys) for one in unread), key=lambda one: not one.is_important)


def unread_count(context: Context) -> int:
    """How many notices nobody here has read."""
    return inbox.unread_count(context.database.connection, "notice")


@allowed("writer")
def acknowledge(context: Context, document_id: str) -> Notice:
    """Keep that whoever is signed in has read a document, which the next sync or stick tells the district.

    A second time changes nothing: the first reader counts. Raises what `require_writer` raises, and SyncError
    `no_such_notice`.
    """
    context.require_writer()
    with context.database.write() as connection:
        operator = context.confirm_operator(connection)
        found = _find(connection, document_id)
        if found.read_at is None:
            reading = Reading(document_id=found.document_id, read_at=context.now_ms(), read_by=operator.no)
            inbox.add_reading(connection, reading)
            context.note(connection, "sync.notice_read", found.document_id, number=found.number)
            found = _find(connection, found.document_id)
        return _shown(found, _keys(connection))


def locks(context: Context) -> list[PeriodLock]:
    """The periods that the district has locked, as far as is known here, the newest lock first."""
    with context.database.reading() as connection:
        return locks_in(context, connection)


def lock_of(context: Context, period: str) -> PeriodLock | None:
    """The lock of a period that would have its report refused today, as far as is known here; None without one."""
    for lock in locks(context):
        if lock.period == period and lock.is_in_force(context.today()):
            return lock
    return None


def locks_in(context: Context, connection: sqlite3.Connection) -> list[PeriodLock]:
    """`locks`, inside a transaction."""
    keys = _keys(connection)
    stored = [*inbox.documents(connection, "period_lock"), *inbox.documents(connection, "exemption")]
    opened = [(one, wire.open_document(one.signed, keys).content) for one in stored]
    return locks_of(context.centre.code, [(one.issued_at, one.number, content) for one, content in opened])


def locks_of(centre: str, said: Iterable[tuple[int, int, wire.Content]]) -> list[PeriodLock]:
    """The locks in documents with their instants and numbers; of a period the highest number counts. Pure."""
    latest: dict[str, tuple[int, wire.PeriodLock]] = {}
    exempt: dict[str, date] = {}
    for issued_at, _, content in sorted(said, key=lambda one: one[1]):
        if isinstance(content, wire.PeriodLock):
            latest.pop(content.period, None)
            latest[content.period] = (issued_at, content)
        elif isinstance(content, wire.Exemption) and content.centre == centre:
            exempt[content.period] = content.until
    return [
        PeriodLock(lock.period, lock.reason, issued_at, exempt.get(lock.period))
        for issued_at, lock in reversed(latest.values())
        if lock.locked
    ]


def services(context: Context) -> list[wire.ListedService]:
    """The services of the district's newest list; empty without one."""
    found = _newest(context, "service_list", wire.ServiceList)
    return list(found.items) if found else []


def indicator_set(context: Context) -> wire.IndicatorSet | None:
    """The indicators that the district wants reported, by its newest edition; None when it has said nothing."""
    return _newest(context, "indicator_set", wire.IndicatorSet)


Said = TypeVar("Said", wire.ServiceList, wire.IndicatorSet)


def _newest(context: Context, kind: str, model: type[Said]) -> Said | None:
    """What the newest document of a kind says that this program understands."""
    with context.database.reading() as connection:
        keys = _keys(connection)
        for stored in inbox.documents(connection, kind):
            content = wire.open_document(stored.signed, keys).content
            if isinstance(content, model):
                return content
    return None


def _keys(connection: sqlite3.Connection) -> list[bytes]:
    return [key.verify_key for key in sync_keys.pinned(connection)]


def _find(connection: sqlite3.Connection, document_id: str) -> StoredDocument:
    found = inbox.document(connection, document_id)
    if found is None and document_id.isdecimal() and document_id.isascii():
        found = inbox.numbered(connection, int(document_id[:15]))
    if found is None:
        raise SyncError("no_such_notice", id=document_id)
    return found


def _shown(stored: StoredDocument, keys: list[bytes]) -> Notice:
    content = wire.open_document(stored.signed, keys).content
    said = content if isinstance(content, wire.Notice) else None
    other = content if isinstance(content, wire.OtherContent) else None
    return Notice(
        document_id=stored.document_id,
        number=stored.number,
        kind=stored.kind,
        title=without_controls(stored.title).replace("\n", " "),
        issued_at=stored.issued_at,
        received_at=stored.received_at,
        channel=stored.channel,
        content=content,
        text=without_controls(said.text if said else "\n".join(other.texts.values()) if other else ""),
        is_important=said.important if said else bool(other and other.root.get("important") is True),
        read_until=said.read_by if said else None,
        read_at=stored.read_at,
        reader=stored.read_by,
        told_at=stored.told_at,
        is_known=other is None,
    )
