"""What the screen and the commands show of the audit log, line by line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from frontdesk.audit.words import (
    Local,
    action_words,
    change_words,
    column_words,
    columns_shown,
    detail_words,
    kind_words,
    row_words,
    source_words,
    subject_words,
    table_words,
    where_words,
    who_words,
)
from frontdesk.common.dates import read_date
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.audit.service import AuditLine, Filter, Shown, Verified

LineTone = Literal["", "good", "warning", "bad", "muted", "heading"]
Line = tuple[str, LineTone]

MOST_LINES = 2000
"""Lines of one entry that are shown; a sheet that was taken in may have changed tens of thousands of rows."""


def day_of(text: str, today: date) -> date | None:
    """The local day that was typed, None for nothing; a day and a month alone are of this year. Raises ValueError."""
    if not text.strip():
        return None
    try:
        return read_date(text)
    except ValueError:
        return read_date(f"{today.year}-{text.strip()}")


def listed_cells(one: AuditLine, local: Local) -> tuple[str, ...]:
    """When, who, what, to what, how many rows, where."""
    return (
        f"{local(one.at):%Y-%m-%d %H:%M}",
        who_words(one),
        action_words(one.action),
        subject_words(one),
        str(one.changed or ""),
        source_words(one),
    )


def entry_lines(shown: Shown, local: Local) -> list[Line]:
    """Everything about one entry."""
    one = shown.line
    who = f"{one.operator_no} {one.operator_name}".strip() if one.operator_no else t("audit.nobody")
    lines: list[Line] = [
        (action_words(one.action), "heading"),
        (t("audit.said.at", at=f"{local(one.at):%Y-%m-%d %H:%M:%S}"), ""),
        (t("audit.said.who", who=who), ""),
        (t("audit.said.where", where=where_words(one)), ""),
    ]
    if one.subject:
        lines.append((t("audit.said.subject", subject=subject_words(one)), ""))
    lines += [(words, "") for words in detail_words(one.detail, local)]
    if not shown.changes:
        lines.append((t("audit.no_changes"), "muted"))
    for change in shown.changes:
        lines.append((row_words(change), "heading"))
        found = columns_shown(change)
        lines += [
            (f"  {change_words(change.table, column, before, after, local)}", "") for column, before, after in found
        ]
        if not found:
            lines.append((f"  {t('audit.only_derived')}", "muted"))
        if len(lines) > MOST_LINES:
            lines.append((t("audit.more", count=len(shown.changes)), "muted"))
            break
    return lines


def filter_words(wanted: Filter) -> str:
    """What the list is narrowed down to; "" where it is not."""
    parts = []
    if wanted.row is not None:
        parts.append(f"{table_words(wanted.row[0])} {wanted.row[1]}")
    if wanted.kind:
        parts.append(kind_words(wanted.kind))
    if wanted.operator_no:
        parts.append(t("audit.by", no=wanted.operator_no))
    if wanted.first or wanted.last:
        first, last = (day.isoformat() if day else "" for day in (wanted.first, wanted.last))
        parts.append(t("audit.days", first=first, last=last))
    if wanted.subject:
        parts.append(f"{column_words('subject')} {wanted.subject}")
    if wanted.text:
        parts.append(wanted.text)
    return t("audit.comma").join(parts)


def verified_lines(found: Verified) -> list[str]:
    """What following the chain came to, and what to do."""
    lines = []
    if found.first_broken is not None:
        lines.append(t("audit.broken", number=found.first_broken))
    for one in found.lost:
        lines.append(t(f"audit.lost.{one.kind}", name=one.name))
    if found.is_sound:
        lines.append(t("audit.sound", entries=found.entries, changes=found.changes))
        lines.append(t("audit.anchors", count=found.anchors) if found.anchors else t("audit.no_anchors"))
    else:
        lines.append(t("audit.what_to_do"))
    return lines
