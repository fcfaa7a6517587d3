"""Use cases of the monthly list: planned, approved, published and frozen, closed with what was carried out (H01)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from db import activities as sessions
from db import monthly as records
from db import rooms
from db.activities import Session, SessionLine, SessionState
from db.monthly import ListChange, ListState, MonthlyList
from db.rooms import Occupation
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.monthly import rules
from frontdesk.activities.monthly.changes import content
from frontdesk.activities.monthly.errors import MonthlyError
from frontdesk.activities.reasons import kept_reason
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.activities.sessions.service import figures, without_attendance
from frontdesk.activities.sessions.storing import store_session
from frontdesk.common.names import clean_line
from frontdesk.common.periods import Period, month_of, parse_period
from frontdesk.common.text import some_of
from frontdesk.context import Context
from frontdesk.permission import allowed

LONGEST_NOTE = 200
MOST_NAMED = 5

CLOSED_WITH = "closed"
"""In what is kept of a closed list: the codes of the sessions that were closed with it."""

_HALF_A_YEAR = 6


class CarriedOut(NamedTuple):
    """What came of a month: sessions held (场次) and cancelled, person-times (人次) and persons (人数)."""

    held: int
    cancelled: int
    person_times: int
    persons: int


@dataclass(frozen=True)
class MonthView:
    """A month as it stands: its list (None while nobody keeps one), its sessions, how each was changed since the list
    was published, and the number (编号) of the published list, "" for one that is not.
    """

    period: Period
    kept: MonthlyList | None
    sessions: tuple[SessionLine, ...]
    changes: tuple[ListChange, ...] = ()
    changed: dict[str, str] = field(default_factory=dict)
    number: str = ""

    @property
    def state(self) -> ListState | None:
        """How far the list is; None while nobody keeps one."""
        return self.kept.state if self.kept else None

    @property
    def planned(self) -> tuple[SessionLine, ...]:
        """The sessions that nobody has announced yet."""
        return tuple(one for one in self.sessions if is_planned(one))


def read_month(context: Context, text: str | None) -> Period:
    """The month that a text names ('2026-11', 11, 11月); this one for nothing.

    One that is named by its number alone and is more than half a year past is that of the next year: in November
    January is planned. Raises MonthlyError `bad_month`.
    """
    if not text:
        return month_of(context.today())
    from frontdesk.common import dates

    typed = text.strip().removesuffix("月")
    try:
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= 12:
            today = context.today()
            return month_of(date(today.year + (today.month - int(typed) > _HALF_A_YEAR), int(typed), 1))
        return parse_period(dates.read_month(text.strip()))
    except ValueError as wrong:
        raise MonthlyError("bad_month", text=text[:20]) from wrong


def month_view(context: Context, period: Period) -> MonthView:
    """A month with all its sessions, planned ones and cancelled ones too, in the order in which they begin."""
    with context.database.reading() as connection:
        kept = records.get(connection, period.key)
        found = sessions.lines(connection, period.first.isoformat(), period.last.isoformat())
        # An edition that was withdrawn has nothing to be changed from: its draft is all new.
        out = kept if kept is not None and rules.is_out(kept.state) else None
        changes = records.changes(connection, period.key, out.edition) if out else []
    changed = {one.session_code: one.kind for one in changes}
    number = rules.list_number(context.centre.code, period.key, out.edition) if out else ""
    return MonthView(period, kept, tuple(found), tuple(changes), dict(changed), number)


def changes(context: Context, period: Period) -> list[ListChange]:
    """The change lines of a month, of all editions of its list, oldest first."""
    with context.database.reading() as connection:
        return records.changes(connection, period.key)


def frozen(context: Context, period: Period) -> dict[str, dict[str, Any]]:
    """What the list said when it was published last, by session; empty for one that never was."""
    with context.database.reading() as connection:
        kept = records.get(connection, period.key)
        lines = records.lines(connection, period.key, kept.edition) if kept else {}
    return {code: json.loads(said) for code, said in lines.items()}


def unpublished(context: Context, first: date, last: date) -> list[str]:
    """The months from `first` to `last` whose list was begun and is not out ('2026-11')."""
    found, month = [], month_of(first)
    with context.database.reading() as connection:
        while month.first <= last:
            kept = records.get(connection, month.key)
            if kept is not None and not rules.is_out(kept.state):
                found.append(month.key)
            month = month.following()
    return found


@allowed("writer")
def begin(context: Context, period: Period) -> MonthlyList:
    """Begin to plan the list of a month: new sessions of it are drafts from now on. What is begun stays as it is."""
    with context.change("monthly.begun", period.key) as connection:
        return ensure(connection, period.key)


def ensure(connection: sqlite3.Connection, month: str) -> MonthlyList:
    """The list of a month, begun where there is none, inside a running transaction."""
    kept = records.get(connection, month)
    if kept is None:
        kept = MonthlyList(month=month, state="draft")
        records.put(connection, kept)
    return kept


@allowed("writer")
def set_note(context: Context, period: Period, note: str) -> None:
    """Keep what the poster says of signing up, in place of the usual words.

    Raises MonthlyError `bad_note`, DeskError `long_number`.
    """
    try:
        kept_note = clean_line(note)
    except ValueError as wrong:
        raise MonthlyError("bad_note", limit=LONGEST_NOTE) from wrong
    if len(kept_note) > LONGEST_NOTE:
        raise MonthlyError("bad_note", limit=LONGEST_NOTE)
    with context.change("monthly.note", period.key) as connection:
        _put(connection, ensure(connection, period.key), note=kept_note)


@allowed("manager")
def approve(context: Context, period: Period) -> int:
    """Approve the drafts of a month; returns how many. A manager does it, for drafts that came later once more.

    Raises MonthlyError `already_published`, `empty_list`, `nothing_to_approve`; DeskError `manager_required`.
    """
    with context.change("monthly.approved", period.key) as connection:
        operator = context.require_manager()
        kept = ensure(connection, period.key)
        if rules.is_out(kept.state):
            raise MonthlyError("already_published", month=period.label)
        found = _sessions(connection, period)
        if not rules.listed(found):
            raise MonthlyError("empty_list", month=period.label)
        drafts = [one for one in found if one.state == "draft"]
        if kept.state == "approved" and not drafts:
            raise MonthlyError("nothing_to_approve", month=period.label)
        _set_states(context, connection, drafts, "approved")
        _put(connection, kept, state="approved", approved_at=context.now_ms(), approved_by=operator.no)
        return len(drafts)


@allowed("manager")
def publish(
    context: Context, period: Period, *, accept_lacking: bool = False, force_rooms: bool = False, reason: str = ""
) -> MonthlyList:
    """Publish the approved list: its sessions are announced, and what it says of them is kept for good.

    Raises MonthlyError `not_approved`, `drafts_left`, `already_published`, `empty_list`; `lacking` where sessions have
    no room or nobody who leads them, unless that is accepted; `rooms_clash` unless it is put up with for a reason;
    ActivityError `missing_reason`; DeskError `manager_required`.
    """
    why = kept_reason(reason)
    if force_rooms and not why:
        raise ActivityError("missing_reason")
    with context.change("monthly.published", period.key, forced=force_rooms, reason=why) as connection:
        operator = context.require_manager()
        kept, found = _publishable(connection, period)
        _refuse_lacking(context, found, accept_lacking=accept_lacking)
        taken = rooms.occupations(connection, period.first.isoformat(), period.last.isoformat())
        clash = next(iter(rules.clashes(taken)), None)
        if clash is not None and not force_rooms:
            raise _rooms_clash(context, clash)
        _set_states(context, connection, [one for one in found if one.state == "approved"], "published", why)
        edition = kept.edition + 1
        published = _put(
            connection,
            kept,
            state="published",
            edition=edition,
            published_at=context.now_ms(),
            published_by=operator.no,
        )
        for one in rules.listed(found):
            said = json.dumps(content(one), ensure_ascii=False, sort_keys=True)
            records.add_line(connection, period.key, edition, one.code, said)
        return published


@allowed("manager")
def publish_added(context: Context, period: Period, reason: str) -> int:
    """Announce what is still a draft in a month whose list is published, each as a change line; returns how many.

    Raises MonthlyError `not_published`, `nothing_to_publish`; ActivityError `missing_reason`; DeskError
    `manager_required`.
    """
    why = _reason(reason)
    with context.change("monthly.added", period.key) as connection:
        context.require_manager()
        kept = records.get(connection, period.key)
        if kept is None or kept.state != "published":
            raise MonthlyError("not_published", month=period.label)
        drafts = [one for one in _sessions(connection, period) if is_planned(one)]
        if not drafts:
            raise MonthlyError("nothing_to_publish", month=period.label)
        _set_states(context, connection, drafts, "published", why)
        return len(drafts)


@allowed("manager")
def withdraw(context: Context, period: Period, reason: str) -> MonthlyList:
    """Take the last step back, with a reason: closing, publishing while nobody signed up, or approval.

    Of a closed list the sessions that were closed with it are open again, not those closed one by one before. What the
    withdrawn edition said stays on record. Raises MonthlyError `nothing_to_withdraw`, `signed_up`; ActivityError
    `missing_reason`; DeskError `manager_required`.
    """
    why = _reason(reason)
    with context.change("monthly.withdrawn", period.key, reason=why) as connection:
        context.require_manager()
        kept = records.get(connection, period.key)
        if kept is None or kept.state not in rules.STEP_BACK:
            raise MonthlyError("nothing_to_withdraw", month=period.label)
        found = _sessions(connection, period)
        if kept.state == "published":
            count = records.signed_up(connection, period.first.isoformat(), period.last.isoformat())
            if count:
                raise MonthlyError("signed_up", month=period.label, count=count)
        # The state of the list first: going back to being planned is no change of a published list.
        after = _put(connection, kept, state=rules.STEP_BACK[kept.state], **_forgotten(kept.state))
        was: dict[ListState, SessionState] = {"closed": "closed", "published": "published", "approved": "approved"}
        now: dict[ListState, SessionState] = {"closed": "published", "published": "approved", "approved": "draft"}
        back = [one for one in found if one.state == was[kept.state]]
        if kept.state == "closed":
            # A session that somebody closed by itself stays closed.
            closed = set(json.loads(kept.carried_out).get(CLOSED_WITH, ()))
            back = [one for one in back if one.code in closed]
        _set_states(context, connection, back, now[kept.state], why)
        return after


@allowed("manager")
def close(context: Context, period: Period, *, accept_unmarked: bool = False) -> CarriedOut:
    """Close a list after its month with what was carried out; its sessions are closed with it.

    Raises MonthlyError `not_published`, `month_not_over`; `unmarked` where attendance was not recorded everywhere,
    unless that is accepted; DeskError `manager_required`.
    """
    with context.change("monthly.closed", period.key) as connection:
        operator = context.require_manager()
        kept = records.get(connection, period.key)
        if kept is None or kept.state != "published":
            raise MonthlyError("not_published", month=period.label)
        if context.today() <= period.last:
            raise MonthlyError("month_not_over", month=period.label, last=period.last.isoformat())
        unmarked = without_attendance(context, period.first, period.last)
        if unmarked and not accept_unmarked:
            raise MonthlyError("unmarked", count=len(unmarked), names=_named(one.name for one in unmarked))
        came = carried_out(context, period)
        held = [one for one in _sessions(connection, period) if one.state == "published"]
        said = came._asdict() | {CLOSED_WITH: [one.code for one in held]}
        _set_states(context, connection, held, "closed")
        _put(
            connection,
            kept,
            state="closed",
            closed_at=context.now_ms(),
            closed_by=operator.no,
            carried_out=json.dumps(said),
        )
        return came


def carried_out(context: Context, period: Period) -> CarriedOut:
    """What was carried out of a month so far: sessions that are announced and not cancelled count as held."""
    found = figures(context, period.first, period.last)
    names = ("sessions_held", "sessions_cancelled", "person_times", "named_persons")
    return CarriedOut(*(int(str(found[name])) for name in names))


def closed_with(kept: MonthlyList) -> CarriedOut | None:
    """What was carried out as it was when the list was closed; None for one that is not."""
    if kept.state != "closed":
        return None
    said = json.loads(kept.carried_out)
    return CarriedOut(*(said[name] for name in CarriedOut._fields))


def _publishable(connection: sqlite3.Connection, period: Period) -> tuple[MonthlyList, list[Session]]:
    kept = records.get(connection, period.key)
    if kept is not None and rules.is_out(kept.state):
        raise MonthlyError("already_published", month=period.label)
    if kept is None or kept.state != "approved":
        raise MonthlyError("not_approved", month=period.label)
    found = _sessions(connection, period)
    drafts = [one for one in found if one.state == "draft"]
    if drafts:
        raise MonthlyError("drafts_left", count=len(drafts), names=_named(one.name for one in drafts))
    if not rules.listed(found):
        raise MonthlyError("empty_list", month=period.label)
    return kept, found


def _refuse_lacking(context: Context, found: list[Session], *, accept_lacking: bool) -> None:
    poor = rules.lacking(found)
    if poor and not accept_lacking:
        names = _named(f"{context.local(one.starts_at):%m-%d} {one.name}" for one in poor)
        raise MonthlyError("lacking", count=len(poor), names=names)


def _rooms_clash(context: Context, clash: rules.Clash) -> MonthlyError:
    one, other = clash
    return MonthlyError(
        "rooms_clash",
        room=one.room,
        day=other.day,
        one=_taking(context, one),
        other=_taking(context, other),
    )


def _taking(context: Context, one: Occupation) -> str:
    ref = one.ref if one.kind == "session" else f"#{one.ref}"
    return f"{one.words} ({ref} {context.local(one.starts_at):%H:%M}-{context.local(one.ends_at):%H:%M})"


def _forgotten(state: ListState) -> dict[str, object]:
    """What a list no longer says of itself when its last step is taken back."""
    prefix = {"closed": "closed", "published": "published", "approved": "approved"}[state]
    said: dict[str, object] = {f"{prefix}_at": None, f"{prefix}_by": None}
    return said | {"carried_out": "{}"}


def _put(connection: sqlite3.Connection, kept: MonthlyList, **said: object) -> MonthlyList:
    after = kept.model_copy(update={**said, "revision": kept.revision + 1})
    records.put(connection, after)
    return after


def _sessions(connection: sqlite3.Connection, period: Period) -> list[Session]:
    return sessions.between(connection, period.first.isoformat(), period.last.isoformat())


def _set_states(
    context: Context,
    connection: sqlite3.Connection,
    found: Iterable[Session],
    state: SessionState,
    reason: str = "",
) -> None:
    for one in found:
        store_session(context, connection, one, one.model_copy(update={"state": state}), reason)


def _reason(reason: str) -> str:
    why = kept_reason(reason)
    if not why:
        raise ActivityError("missing_reason")
    return why


def _named(names: Iterable[str]) -> str:
    return some_of(list(dict.fromkeys(names)), MOST_NAMED)
