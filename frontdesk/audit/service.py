"""The audit log: who changed what, before and after, and whether anybody has changed the log itself.

Managers and auditors read all of it, operators their own entries. It holds no names but those of the staff.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from db import audit, audit_reading, audit_words, changes
from db.audit_reading import AuditLine, Wanted
from db.changes import Change
from frontdesk.audit.errors import AuditError
from frontdesk.audit.words import action_words
from frontdesk.checking import listed
from frontdesk.errors import DeskError
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from frontdesk.checking import Invariant, Watch
    from frontdesk.context import Context

__all__ = [
    "AuditError",
    "AuditLine",
    "Filter",
    "Shown",
    "Summary",
    "Verified",
    "check",
    "count",
    "entries",
    "entry",
    "export",
    "invariants",
    "kinds",
    "operators",
    "summary",
    "verify",
]

Progress = Callable[[int, int], None]
"""Told how many entries are done, and how many there are; raising ends it."""


@dataclass(frozen=True)
class Filter:
    """Which entries; what is empty asks for nothing. `first` and `last` are local days, both included."""

    operator_no: str = ""
    first: date | None = None
    last: date | None = None
    kind: str = ""
    subject: str = ""
    text: str = ""
    row: tuple[str, str] | None = None
    """A table and the key of one of its rows: its history."""


class Shown(NamedTuple):
    """One entry with everything that it changed."""

    line: AuditLine
    changes: list[Change]


class Summary(NamedTuple):
    """How the log stands."""

    entries: int
    last_at: int | None
    """When the last entry was made (UTC ms)."""
    head: str
    """The hash that covers all of it, in hex."""
    anchors: int
    """In how many reports such a hash stands."""


class Anchor(NamedTuple):
    """What stands outside the log and says that an entry was there: a report has the hash that ended the log when it
    was submitted, a backup on record has the hash that ended the log in it, and an entry of its own.
    """

    kind: Literal["report", "backup"]
    name: str
    """The report's period and revision, or the name of the backup's file."""
    head: str = ""


class Verified(NamedTuple):
    """What following the whole chain came to."""

    entries: int
    changes: int
    first_broken: int | None
    anchors: int
    lost: tuple[Anchor, ...]
    """The anchors that the log knows nothing of: entries from before them are gone, or were made anew."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing was removed or changed."""
        return self.first_broken is None and not self.lost


@allowed("reader", partly=("operator",))
def entries(context: Context, wanted: Filter, first: int = 0, limit: int = 100) -> list[AuditLine]:
    """At most `limit` entries from the `first` place on, the newest first; an operator's own only.

    Raises AuditError `days_turned`.
    """
    with context.database.reading() as connection:
        found = audit_reading.page(connection, _wanted(context, wanted), first, limit)
        return [_with_words(connection, one) for one in found]


@allowed("reader", partly=("operator",))
def count(context: Context, wanted: Filter) -> int:
    """How many entries there are. Raises AuditError `days_turned`."""
    return audit_reading.count(context.database.connection, _wanted(context, wanted))


@allowed("reader", partly=("operator",))
def entry(context: Context, number: int) -> Shown:
    """One entry with what it changed. Raises AuditError `unknown_entry`, also for an operator who asks for somebody
    else's.
    """
    connection = context.database.connection
    with context.database.reading():
        found = audit_reading.line(connection, number)
        own = _only(context)
        if found is None or (own and found.operator_no != own):
            raise AuditError("unknown_entry", number=number)
        return Shown(_with_words(connection, found), changes.of_entry(connection, number))


def _with_words(connection: sqlite3.Connection, one: AuditLine) -> AuditLine:
    """An entry with the words of people where its detail has their hashes."""
    return one._replace(detail=audit_words.told(connection, one.id, one.detail, t("audit.words_gone")))


@allowed("reader", partly=("operator",))
def kinds(context: Context) -> list[str]:
    """The kinds of actions that there are entries of."""
    return audit_reading.kinds(context.database.connection)


@allowed("reader", partly=("operator",))
def operators(context: Context) -> list[tuple[str, str]]:
    """The numbers and names of those who made entries; an operator's own only."""
    own = _only(context)
    return [one for one in audit_reading.operators(context.database.connection) if not own or one[0] == own]


@allowed("shown")
def summary(context: Context) -> Summary:
    """How the log stands."""
    connection = context.database.connection
    with context.database.reading():
        return Summary(
            audit.count(connection),
            audit_reading.last_at(connection),
            audit.head(connection) or "",
            len(audit_reading.anchors(connection)),
        )


@allowed("shown")
def verify(context: Context, progress: Progress | None = None) -> Verified:
    """Follow the chain from its first entry, with what each says was changed, and look for every hash of it that stands
    in a report of this centre. Nothing is changed. Raises DatabaseError, and whatever `progress` raises.
    """
    connection = context.database.connection
    with context.database.reading():
        anchors, total = _anchors(connection), audit.count(connection)
        cut = [Anchor("backup", name) for name in audit_reading.lost_backups(connection)]
        backups = audit_reading.backups(connection)

        def tell(done: int) -> None:
            if progress is not None:
                progress(done, total)

        tell(0)
        walked = audit.walk(connection, {bytes.fromhex(one.head) for one in anchors}, tell, context.keys.audit)
        tell(walked.entries)
    # Behind a break nothing was looked at.
    found = {one.hex() for one in walked.heads}
    lost = [] if walked.first_broken else [one for one in anchors if one.head not in found]
    return Verified(walked.entries, walked.changes, walked.first_broken, len(anchors) + backups, (*lost, *cut))


def _lost(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[Mapping[str, object]]:
    """What `verify` finds lost, without following the chain a second time."""
    reports = _anchors(connection)
    gone = audit.missing(connection, [one.head for one in reports])
    yield from ({"anchor": one.name} for one in reports if one.head in gone)
    yield from ({"anchor": name} for name in audit_reading.lost_backups(connection))


def invariants() -> tuple[Invariant, ...]:
    """What always holds of the log besides its chain: whatever stands outside it and was made from it finds itself."""
    return (listed("audit", "anchor_lost", _lost),)


def _anchors(connection: sqlite3.Connection) -> list[Anchor]:
    """The hashes of the log in the reports of this centre, in their order."""
    found = audit_reading.anchors(connection)
    return [
        Anchor("report", f"{period} r{revision}", head)
        for period, revision, head in found
        if set(head) <= set("0123456789abcdef")
    ]


@allowed("overseer")
def export(context: Context, wanted: Filter, out: Path) -> int:
    """Write the entries with what they changed into a workbook; how many entries. It holds no personal data: what was
    said of people is in the log as hashes only, and they are left out.

    Raises AuditError `days_turned`, `too_many` and `export_failed`.
    """
    from frontdesk.audit.exporting import write

    return write(context, _wanted(context, wanted), out)


def _only(context: Context) -> str:
    """Whose entries alone somebody sees; "" for all."""
    operator = context.operator
    return operator.no if operator is not None and operator.role == "operator" else ""


def check(wanted: Filter) -> None:
    """Whether a filter means something. Raises AuditError `days_turned`."""
    if wanted.first and wanted.last and wanted.last < wanted.first:
        raise AuditError("days_turned", first=wanted.first.isoformat(), last=wanted.last.isoformat())


def _wanted(context: Context, wanted: Filter) -> Wanted:
    check(wanted)
    own, text = _only(context), wanted.text.strip()
    if own and wanted.operator_no not in ("", own):
        raise DeskError("manager_required", no=own)
    known = audit_reading.actions(context.database.connection) if text else []
    found = Wanted(
        wanted.operator_no,
        context.midnight(wanted.first) if wanted.first else None,
        context.midnight(wanted.last + timedelta(days=1)) if wanted.last else None,
        wanted.kind,
        wanted.subject,
        text,
        tuple(action for action in known if text in action_words(action)),
        wanted.row,
    )
    return found._replace(operator_no=own) if own else found


def history(table: str, row_key: str) -> Filter:
    """The filter for everything that was done to one row."""
    return replace(Filter(), row=(table, row_key))
