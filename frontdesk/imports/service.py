"""Importing one of the office's sheets, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.sheets.outcome import ImportOutcome

KINDS = {
    "staff": "frontdesk.staff.service",
    "volunteers": "frontdesk.volunteers.service",
    "sessions": "frontdesk.activities.service",
    "assignments": "frontdesk.volunteers.service",
    "residents": "frontdesk.residents.service",
    "signups": "frontdesk.activities.service",
    "attendance": "frontdesk.activities.service",
    "ratings": "frontdesk.feedback.service",
    "demands": "frontdesk.activities.service",
    "bookings": "frontdesk.activities.service",
    "calendar": "frontdesk.calendar.service",
}
"""What can be imported, in the order in which one builds on another; `import_<kind>` in the module named."""

PREVIEW_LINES = 500
"""How many rows a preview tells in words: more than anybody reads; the command line has all of them in JSON."""


MOST_REFUSALS = 200
"""How many rejected cells are told in words; JSON has all of them."""


def run_import(context: Context, kind: str, path: Path, *, dry_run: bool) -> ImportOutcome:
    """What became of one sheet of a kind of `KINDS`; with any rejected row, or as a dry run, nothing is written.

    Raises SheetError for a file that cannot be read, and DeskError when nobody who may write is signed in.
    """
    run: Callable[..., ImportOutcome] = getattr(import_module(KINDS[kind]), f"import_{kind}")
    return run(context, path, dry_run=dry_run)


def describe(outcome: ImportOutcome, *, dry_run: bool) -> list[str]:
    """The outcome in words: each rejected cell on a line of its own, at most `MOST_REFUSALS`, then what was written."""
    count = len(outcome.rejected)
    lines = [
        t(
            "imports.rejected",
            row=rejection.row,
            column=rejection.column,
            value=rejection.value or t("imports.blank"),
            reason=rejection.words(),
        )
        for rejection in outcome.rejected[:MOST_REFUSALS]
    ]
    if count > MOST_REFUSALS:
        lines.append(t("imports.more_rejected", count=count - MOST_REFUSALS))
    if lines:
        said = t("imports.nothing_written", read=outcome.read, rejected=count)
        return [*lines, said, *(remark.words() for remark in outcome.remarks)]
    key = "imports.would" if dry_run else "imports.done"
    lines = [
        t(
            key,
            read=outcome.read,
            added=outcome.added,
            changed=outcome.changed,
            unchanged=outcome.unchanged,
        )
    ]
    if outcome.equal_in_new_file:
        lines.append(t("imports.equal_in_new_file", count=outcome.equal_in_new_file))
    lines += [remark.words() for remark in outcome.remarks]
    return [*lines, *preview_lines(outcome)]


def preview_lines(outcome: ImportOutcome, most: int = PREVIEW_LINES) -> list[str]:
    """What a trial would change, one line for each row of at most `most`: whom, and each field before and after."""
    lines = []
    for change in outcome.preview[:most]:
        key = "imports.preview.field_new" if change.added else "imports.preview.field"
        fields = t("imports.preview.mark").join(
            t(key, field=field, before=before or t("imports.blank"), after=after or t("imports.blank"))
            for field, before, after in (change.fields if change.shown is None else change.shown)
        )
        kind = "imports.preview.added" if change.added else "imports.preview.changed"
        lines.append(t(kind, row=change.row, subject=change.subject, fields=fields))
    if len(outcome.preview) > most:
        lines.append(t("imports.preview.more", count=len(outcome.preview) - most))
    return lines
