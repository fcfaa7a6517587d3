"""Taking a roster in that was changed in WPS or Excel: all of it or nothing, every broken rule named beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import duty as duties
from db import staff as staff_records
from db import standing
from db.errors import NothingWritten
from frontdesk.permission import allowed
from frontdesk.roster.day.absence import clean_reason
from frontdesk.roster.day.editing import NEVER
from frontdesk.roster.day.working import Work
from frontdesk.roster.legality import sentence, violations
from frontdesk.roster.model import Assignment, Roster, Situation, SlotKey, Violation, key_of
from frontdesk.roster.output.hours import ends_at
from frontdesk.roster.output.papers import LONGEST_DAYS, RosterOutFault
from frontdesk.roster.output.sheetmark import Mark, fingerprint
from frontdesk.roster.output.sheetreading import (
    Known,
    SlotChange,
    differences,
    find_roster,
    mark_of,
    read_roster,
    sheet_days,
)
from frontdesk.roster.situation import load, load_plan
from frontdesk.sheets.outcome import Rejection
from frontdesk.sheets.reader import read_bytes, read_sheets
from frontdesk.sheets.rows import Sheet

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context

EVENT_KIND = "edit"
"""A slot that a file changes was changed by hand, as on the screen."""


@dataclass(frozen=True)
class RosterTaken:
    """What came of a roster in a file.

    `plan_id` is the draft that it belongs to, None for the published roster. `violations` are the rules that are broken
    with the changes and were not without them. With any rejection, or a hard violation that no manager has overridden,
    nothing was written; `applied` says whether it was, or in a dry run would have been.
    """

    plan_id: int | None
    rows: int
    changes: tuple[SlotChange, ...] = ()
    violations: tuple[Violation, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    applied: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def hard(self) -> tuple[Violation, ...]:
        """The violations that stop the file unless a manager overrides them."""
        return tuple(one for one in self.violations if one.hard)

    @property
    def impossible(self) -> bool:
        """Whether it breaks a rule that no manager can set aside: nobody is in two places, or there while away."""
        return any(one.code in NEVER for one in self.violations)

    def as_json(self) -> dict[str, Any]:
        """The answer of the command line."""
        return {
            "plan": self.plan_id,
            "read": self.rows,
            "applied": self.applied,
            "changes": [
                {
                    "day": change.slot.day.isoformat(),
                    "post": change.slot.post,
                    "shift": change.slot.shift,
                    "acting": [change.before.acting, change.after.acting],
                    "standby": [change.before.standby, change.after.standby],
                    "row": change.row,
                }
                for change in self.changes
            ],
            "violations": [
                {
                    "day": one.slot.day.isoformat(),
                    "post": one.slot.post,
                    "shift": one.slot.shift,
                    "staff_no": one.staff_no,
                    "code": one.code,
                    "hard": one.hard,
                    "words": sentence(one),
                }
                for one in self.violations
            ],
            "rejected": [one.as_json() for one in self.rejected],
        }


@allowed("writer", partly=("operator",))
def import_roster(
    context: Context,
    path: Path,
    *,
    plan_id: int | None = None,
    dry_run: bool = False,
    override: bool = False,
    reason: str = "",
) -> RosterTaken:
    """Read a roster and, where it can be, give the slots to those whom it names, in one transaction.

    It goes into the draft `plan_id`, else into the draft that the file says it shows, else into the published roster,
    where every slot becomes a logged event with the reason. Slots that are locked or over and hard violations stop it
    unless a manager overrides that with a reason. Raises SheetError, RosterOutFault (`other_centre`,
    `planned_is_final`, `unknown_plan`, `no_draft`, `nothing_published`, `published_since`, `draft_since`, `too_long`,
    `override_needs_reason`), RosterError `bad_text` and what `require_writer` and `require_manager` raise.
    """
    context.require_writer()
    said = clean_reason(reason)
    if override:
        context.require_manager()
        if not said:
            raise RosterOutFault("override_needs_reason")
    content = read_bytes(path)
    sheet = find_roster(read_sheets(path, content=content, merged=True))
    mark = mark_of(sheet)
    target = _target(context, mark, plan_id)
    taken = RosterTaken(target, 0)
    subject = "published" if target is None else f"plan {target}"
    try:
        with context.database.write() as connection:
            context.confirm_operator(connection)
            if override:
                context.require_manager()
            taken = _take(context, connection, sheet, mark, target, said, override=override)
            if dry_run or not taken.applied or not taken.changes:
                raise NothingWritten
            counts = {"changes": len(taken.changes), "broken": len(taken.hard)}
            context.note(connection, "roster.sheet", subject, override=override, **counts)
    except NothingWritten:
        pass
    return taken


def _target(context: Context, mark: Mark | None, plan_id: int | None) -> int | None:
    """The draft that a file is for; None for the published roster."""
    if mark is not None and mark.centre_code != context.centre.code:
        raise RosterOutFault("other_centre", code=mark.centre_code)
    if plan_id is None and mark is not None and mark.basis == "planned":
        raise RosterOutFault("planned_is_final")
    if plan_id is None and mark is not None and mark.basis == "draft" and mark.plans:
        return mark.plans[0]
    return plan_id


def _take(
    context: Context,
    connection: sqlite3.Connection,
    sheet: Sheet,
    mark: Mark | None,
    plan_id: int | None,
    reason: str,
    *,
    override: bool,
) -> RosterTaken:
    names = {person.no: person.name for person in staff_records.every(connection)}
    shifts = {shift.code: shift.name for shift in standing.shifts(connection)}
    situation, roster, published = _standing_now(context, connection, sheet, mark, plan_id)
    read = read_roster(sheet, Known(published, shifts, names))
    written = roster if plan_id is not None or mark is None else _at_event(connection, roster, published, mark.event_no)
    closed = {} if override else _closed(context, situation, roster, published, draft=plan_id is not None)
    changes, refused = differences(read, roster, written, closed)
    refused = sorted([*read.rejected, *refused], key=lambda one: one.row)
    if refused:
        return RosterTaken(plan_id, read.rows, rejected=tuple(refused), names=names)
    if changes and mark is not None and mark.basis == "draft" and mark.plans == (plan_id,):
        shown = {slot: roster[slot] for slot, _ in read.said}
        if fingerprint(shown) != mark.event_no:
            raise RosterOutFault("draft_since", id=plan_id)
    found = broken_by(situation, roster, changes)
    taken = RosterTaken(plan_id, read.rows, tuple(changes), tuple(found), names=names)
    if taken.impossible or (taken.hard and not override):
        return taken
    _write(context, connection, plan_id, changes, reason)
    return replace(taken, applied=True)


def _write(
    context: Context, connection: sqlite3.Connection, plan_id: int | None, changes: list[SlotChange], reason: str
) -> None:
    if plan_id is None:
        work = Work(context, connection, {change.slot.day for change in changes})
        for change in changes:
            work.change(change.slot, EVENT_KIND, change.after, reason)
        return
    for change in changes:
        key = change.slot.day.isoformat(), change.slot.post, change.slot.shift
        after = change.after
        duties.set_plan_slot(connection, plan_id, key, after.acting, after.standby, after.locked)


def _closed(
    context: Context, situation: Situation, roster: Roster, slots: frozenset[SlotKey], *, draft: bool
) -> dict[SlotKey, str]:
    """The slots that a file does not change, with the reason; those of a draft are never over."""
    now = context.local(context.now_ms()).replace(tzinfo=None)
    over = set() if draft else {slot for slot in slots if ends_at(slot.day, situation.shift_of(slot)) <= now}
    return dict.fromkeys(over, "over") | {slot: "locked" for slot in slots if roster[slot].locked}


def _standing_now(
    context: Context, connection: sqlite3.Connection, sheet: Sheet, mark: Mark | None, plan_id: int | None
) -> tuple[Situation, Roster, frozenset[SlotKey]]:
    """The situation of the sheet's days, who stands where, and the slots that may be changed."""
    if plan_id is not None:
        plan = duties.plan(connection, plan_id)
        if plan is None:
            raise RosterOutFault("unknown_plan", id=plan_id)
        if plan.state != "draft":
            raise RosterOutFault("no_draft", id=plan_id)
        situation, roster = load_plan(context, plan_id)
        return situation, roster, frozenset(roster)
    days = sheet_days(sheet)
    if days and (days[-1] - days[0]).days >= LONGEST_DAYS:
        raise RosterOutFault("too_long", days=LONGEST_DAYS)
    stored = duties.slots(connection, days[0].isoformat(), days[-1].isoformat()) if days else []
    if not stored:
        words = (days[0].isoformat(), days[-1].isoformat()) if days else ("-", "-")
        raise RosterOutFault("nothing_published", first=words[0], last=words[1])
    if mark is not None and not {slot.plan_id for slot in stored} <= set(mark.plans):
        # A slot that came in since would be a blank cell, which empties it.
        raise RosterOutFault("published_since")
    situation, roster = load(context, date.fromisoformat(stored[0].day), date.fromisoformat(stored[-1].day))
    keys = {key_of(slot) for slot in stored}
    return situation, roster, frozenset(keys)


def _at_event(
    connection: sqlite3.Connection, roster: Roster, slots: frozenset[SlotKey], event_no: int
) -> dict[SlotKey, Assignment]:
    """Who stood where when the log ended with this event: before the first change that came after it."""
    then = dict(roster)
    seen: set[SlotKey] = set()
    first, last = min(slots).day.isoformat(), max(slots).day.isoformat()
    for event in duties.events(connection, first, last):
        slot = key_of(event)
        if event.id > event_no and slot in slots and slot not in seen:
            seen.add(slot)
            then[slot] = Assignment(event.acting_before, event.standby_before, roster[slot].locked)
    return then


def broken_by(situation: Situation, roster: Roster, changes: list[SlotChange]) -> list[Violation]:
    """The rules that are broken with the changes and were not without them, in order of slots. Pure."""
    if not changes:
        return []
    after = {**roster, **{change.slot: change.after for change in changes}}
    before = set(violations(situation, roster))
    return [one for one in violations(situation, after) if one not in before]
