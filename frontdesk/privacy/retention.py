"""What is kept longer than the centre means to keep it: how much, the oldest, whose; and taking it away in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db import erasing as emptying
from db import latest, obstacles
from db import privacy as records
from db.obstacles import LastSeen, open_things
from frontdesk.clock import is_behind
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.privacy import of_cases
from frontdesk.privacy.consent import reminders
from frontdesk.privacy.erasing import empty_within, settle
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.people import person
from frontdesk.privacy.rules import RETENTION_KINDS, SETTING_OF, RetentionKind, Subject, kept_since

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.access.service import Approver

BATCH = 50
"""So many people are erased in one transaction: a scan waits no longer than that."""

LISTED = 200

_SEEN: dict[RetentionKind, Callable[[sqlite3.Connection, str], list[LastSeen]]] = {
    "resident": obstacles.residents_seen_before,
    "volunteer": obstacles.volunteers_left_before,
    "rater": obstacles.raters_before,
    "booking": obstacles.bookings_before,
    "signup": obstacles.sign_up_words_before,
}

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True)
class DueLine:
    """One person, masked, or one file, and the day of which the file last tells."""

    ref: str
    name: str
    day: str
    open: str = ""
    """The code of what is still open and keeps it from being erased; '' where nothing is."""


@dataclass(frozen=True)
class DueKind:
    """What is due of one kind: `months` of the setting, `before` the day from which on all is kept ('' where nothing is
    due ever), how many, the oldest day, at most 200 of them masked, and how many cannot go yet because something is
    open. `undated` are residents of whom no day is known at all: they are never due.
    """

    kind: RetentionKind
    months: int
    before: str
    count: int
    oldest: str
    lines: tuple[DueLine, ...]
    held: int = 0
    undated: int = 0


@dataclass(frozen=True)
class Purged:
    """What came of a purge: how many were erased, how many stay because something is open, whether it was stopped."""

    kind: RetentionKind
    done: int
    held: int
    stopped: bool
    clean: bool


@allowed("shown")
def due(context: Context, folder: Path | None = None) -> list[DueKind]:
    """What is due, kind by kind, masked; of exported files those that lie in `folder`, if one is given."""
    with context.database.reading() as connection:
        return [_of_kind(context, connection, kind, folder) for kind in RETENTION_KINDS]


@allowed("shown")
def due_count(context: Context) -> int:
    """How many people's data are due, and withdrawals to be decided; a number for Today and the hub."""
    from frontdesk.cases import service as cases

    with context.database.reading() as connection:
        total = sum(len(_dated(context, connection, kind)) for kind in _SEEN if kind not in ("resident", "case"))
        total += cases.count_kept_too_long(context, connection)
        if before := _before(context, "resident"):
            # Of a large register only the number is read.
            total += obstacles.count_residents_seen_before(connection, before)
    return total + len(reminders(context))


def _before(context: Context, kind: RetentionKind) -> str:
    """The day from which on all is kept; of cases each definition says its own, so that all of them may be due."""
    if kind == "case":
        return context.today().isoformat()
    day = kept_since(context.today(), int(getattr(context.settings, SETTING_OF[kind])))
    return day.isoformat() if day is not None else ""


def _dated(context: Context, connection: sqlite3.Connection, kind: RetentionKind) -> list[LastSeen]:
    from frontdesk.cases import service as cases

    if kind == "case":
        return cases.kept_too_long(context, connection)
    before = _before(context, kind)
    return [one for one in _SEEN[kind](connection, before) if one.day] if before else []


def _of_kind(context: Context, connection: sqlite3.Connection, kind: RetentionKind, folder: Path | None) -> DueKind:
    if kind == "case":
        return _of_cases(context, connection)
    before, months = _before(context, kind), int(getattr(context.settings, SETTING_OF[kind]))
    if kind == "export":
        files = _files(context, folder, before)
        return DueKind(kind, months, before, len(files), files[0].day if files else "", tuple(files[:LISTED]))
    found = _SEEN[kind](connection, before) if before else []
    dated = [one for one in found if one.day]
    codes = [_open(context, connection, kind, one.ref) for one in dated]
    lines = [
        DueLine(one.ref, mask_name(one.name), one.day, code)
        for one, code in zip(dated[:LISTED], codes[:LISTED], strict=True)
    ]
    held = sum(1 for code in codes if code)
    oldest = dated[0].day if dated else ""
    return DueKind(kind, months, before, len(dated), oldest, tuple(lines), held, len(found) - len(dated))


def _of_cases(context: Context, connection: sqlite3.Connection) -> DueKind:
    """What definitions keep no longer; the number of a record names nobody."""
    found = _dated(context, connection, "case")
    lines = tuple(DueLine(one.ref, one.name, one.day) for one in found[:LISTED])
    oldest = found[0].day if found else ""
    return DueKind("case", 0, _before(context, "case"), len(found), oldest, lines)


def _open(context: Context, connection: sqlite3.Connection, kind: RetentionKind, ref: str) -> str:
    if kind in ("signup", "case", "export"):
        return ""
    now, today = context.now_ms(), context.today().isoformat()
    found = open_things(connection, kind, ref, now, today)  # type: ignore[arg-type]
    found += of_cases.still_open(context, connection, Subject(kind, ref))  # type: ignore[arg-type]
    return found[0].code if found else ""


def _files(context: Context, folder: Path | None, before: str) -> list[DueLine]:
    """The files in the folder of exports that were last written before a day, the oldest first."""
    if folder is None or not before or not folder.is_dir():
        return []
    found = []
    for path in folder.iterdir():
        if path.is_file() and not path.is_symlink():
            day = datetime.fromtimestamp(path.stat().st_mtime, context.zone).date().isoformat()
            if day < before:
                found.append(DueLine(str(path), path.name, day))
    return sorted(found, key=lambda one: (one.day, one.name))


@allowed("manager")
def purge(
    context: Context,
    kind: RetentionKind,
    *,
    progress: Progress | None = None,
    stop: Stop | None = None,
    approver: Approver | None = None,
) -> Purged:
    """Erase what is due of one kind, 50 in a transaction, with a tombstone each; between two batches it can be stopped,
    and what was done by then stays done. Who has something open is left out, and who is due no more when the turn
    comes: while a purge runs, another window renews consents. Words and guardians in other people's rows stay as they
    are: they may mean a namesake, and nobody has looked at them.

    Raises PrivacyError `files_by_hand` for exported files, `clock_wrong` where the clock was set back or leapt ahead,
    by which everybody might be due, and what the second person's approval raises.
    """
    if kind == "export":
        raise PrivacyError("files_by_hand")
    from frontdesk.access import service as access

    with context.database.reading() as connection:
        _require_clock(context, connection)
        refs = [one.ref for one in _dated(context, connection, kind)]
    approval = access.approved(context, "erase", f"retention/{kind} {len(refs)}", approver)
    done = held = 0
    stopped = False
    for first in range(0, len(refs), BATCH):
        if stop is not None and stop():
            stopped = True
            break
        batch = refs[first : first + BATCH]
        with context.database.write() as connection:
            context.confirm_operator(connection)
            context.require_manager()
            if first == 0:
                approval.use(context, connection)
            still = _still_due(context, connection, kind, batch)
            kept = _batch(context, connection, kind, still, approval.by or None) if still else 0
            context.note(connection, "privacy.purged", kind, count=len(still) - kept, **approval.detail)
        held += kept
        done += len(still) - kept
        if progress is not None:
            progress(min(first + BATCH, len(refs)), len(refs))
    return Purged(kind, done, held, stopped, settle(context))


def _still_due(
    context: Context, connection: sqlite3.Connection, kind: RetentionKind, batch: Sequence[str]
) -> list[str]:
    if kind == "case":
        # There may be very many: who empties them looks at these alone.
        from frontdesk.cases import service as cases

        return cases.still_kept_too_long(connection, batch)
    due_now = {one.ref for one in _dated(context, connection, kind)}
    return [ref for ref in batch if ref in due_now]


def _require_clock(context: Context, connection: sqlite3.Connection) -> None:
    """That the clock agrees with the log, or a manager said that it is right. Raises PrivacyError `clock_wrong`."""
    now, newest = context.now_ms(), latest.latest(connection)
    before = newest if newest is not None and is_behind(now, newest) else latest.leapt_from(connection, now)
    if before is not None:
        moments = {"now": context.local(now), "latest": context.local(before)}
        raise PrivacyError("clock_wrong", **{name: f"{at:%Y-%m-%d %H:%M}" for name, at in moments.items()})


def _batch(
    context: Context, connection: sqlite3.Connection, kind: RetentionKind, refs: Sequence[str], approved_by: str | None
) -> int:
    """Erase some of one kind inside a running transaction; how many stay because something is open."""
    if kind in ("signup", "case"):
        table, count = _batch_of_words(context, connection, kind, refs)
        who = context.operator.no if context.operator is not None else None
        ref = f"{refs[0]}-{refs[-1]}"
        records.add_tombstone(connection, kind, ref, context.now_ms(), who, approved_by, "retention")
        with emptying.guards_lifted(connection, ("tombstone",)):
            records.set_emptied(connection, kind, ref, context.now_ms(), {table: count})
        return 0
    held = 0
    for ref in refs:
        found = person(context, Subject(kind, ref))  # type: ignore[arg-type]
        if found.erased:
            continue
        if _open(context, connection, kind, ref):
            held += 1
            continue
        # Of a booking this one alone: another one of the same name is not due yet.
        empty_within(context, connection, found, "retention", approved_by, with_mentions=False, alone=True)
    return held


def _batch_of_words(
    context: Context, connection: sqlite3.Connection, kind: RetentionKind, refs: Sequence[str]
) -> tuple[str, int]:
    """Empty what is no person's own: words about sign-ups, or records of cases; how many rows of which table."""
    if kind == "case":
        from frontdesk.cases import service as cases

        cases.drop_old_drafts(context, connection)
        return "case_record", cases.empty_records(context, connection, [int(ref) for ref in refs])
    return "registration", emptying.empty_sign_up_words(connection, refs)
