"""What the restore screen says: which file this is, what is in it, what a restoration does, and what to do after it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from frontdesk.backup.screen_words import Tone
from frontdesk.common.text import size_words
from frontdesk.locale import t

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from frontdesk.backup.models import FoundBackup, Lost, Rehearsal, Restored

SHOWN_TABLES = (
    "staff",
    "volunteer",
    "card",
    "visit",
    "resident",
    "session",
    "registration",
    "rating",
    "duty_slot",
    "supplement",
    "period_closing",
    "outbox",
    "audit",
)
"""The tables that people have a word for, in the order in which they are named."""

_NAME = re.compile(r"frontdesk-(?P<code>.+)-\d{8}-\d{6}(?:-\d+)?\.fdbackup", re.IGNORECASE)
LOST_SHOWN = 6


def found_cells(one: FoundBackup, zone: ZoneInfo) -> tuple[str, ...]:
    """A file in the list: when it was made, whose its name says it is, how large, for which key, where."""
    named = _NAME.fullmatch(one.path.name)
    return (
        f"{one.made_at.astimezone(zone):%Y-%m-%d %H:%M}",
        named["code"] if named else one.path.stem,
        size_words(one.size),
        one.key_id[:4].upper(),
        str(one.path.parent),
    )


def table_words(table: str) -> str:
    """The word for a table; its name where there is none."""
    key = f"restore_screen.table.{table}"
    words = t(key)
    return table if words == key else words


def rehearsal_lines(found: Rehearsal, is_rehearsal: bool) -> list[tuple[str, Tone]]:
    """Whose centre of which day it is, what is in it, what is kept free, what would be lost, and that it is whole."""
    at = f"{found.made_at:%Y-%m-%d %H:%M}"
    lines: list[tuple[str, Tone]] = [
        (t("restore_screen.found.whole"), "good"),
        (t("restore_screen.found.centre", centre=found.centre, code=found.centre_code, at=at), ""),
    ]
    counts = [
        t("restore_screen.found.count", what=table_words(table), count=found.tables[table])
        for table in SHOWN_TABLES
        if found.tables.get(table)
    ]
    lines.append((t("restore_screen.found.holds", counts=t("restore_screen.comma").join(counts)), ""))
    if found.gaps:
        lines.append((t("restore_screen.found.gaps"), ""))
    if found.erased:
        lines.append((t("restore_screen.found.erased", count=found.erased), ""))
    if found.clock_is_behind:
        lines.append((t("restore_screen.found.clock"), "bad"))
    if found.lost is not None:
        lines += _lost_lines(found.lost)
    lines.append(
        (t("restore_screen.found.next.rehearsal" if is_rehearsal else "restore_screen.found.next.restore"), "")
    )
    return lines


def _lost_lines(lost: Lost) -> list[tuple[str, Tone]]:
    if not lost.is_readable:
        return [(t("restore_screen.lost.unreadable"), "warning")]
    if not lost.is_same_centre:
        return [(t("restore_screen.lost.other", centre=lost.centre, code=lost.centre_code), "bad")]
    if not lost.changes:
        return [(t("restore_screen.lost.nothing"), "good")]
    last = f"{lost.last_change:%m-%d %H:%M}" if lost.last_change is not None else ""
    # What the log has more is said above.
    more = [one for one in lost.differences if one.table != "audit" and table_words(one.table) != one.table]
    counts = t("restore_screen.comma").join(
        t("restore_screen.found.count", what=table_words(one.table), count=one.here - one.backup)
        for one in more[:LOST_SHOWN]
    )
    lines: list[tuple[str, Tone]] = [(t("restore_screen.lost.changes", count=lost.changes, last=last), "warning")]
    if counts:
        lines.append((t("restore_screen.lost.rows", counts=counts), "warning"))
    return lines


def restored_lines(done: Restored) -> list[tuple[str, Tone]]:
    """That it is done, and what is to be done next."""
    found = done.rehearsal
    lines: list[tuple[str, Tone]] = [
        (t("restore_screen.done.here", centre=found.centre, at=f"{found.made_at:%Y-%m-%d %H:%M}"), "good"),
        (t("restore_screen.done.sign_in"), ""),
        (t("restore_screen.done.missing", at=f"{found.made_at:%m-%d %H:%M}"), ""),
        (t("restore_screen.done.cards"), ""),
    ]
    if done.is_enrolled:
        lines.append((t("restore_screen.done.sync"), ""))
    lines.append((t("restore_screen.done.old_computer"), "warning"))
    return lines
