"""What the first screen answers without a key: duty, sessions, who is here, what is due, what has not been
sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from db.activities import SessionLine
from db.visits import VisitLine
from frontdesk.access.service import waiting_count
from frontdesk.activities import service as activities
from frontdesk.calendar import service as calendar
from frontdesk.check import service as check
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.feedback import service as feedback
from frontdesk.privacy import service as privacy
from frontdesk.reports import service as reports
from frontdesk.roster import service as roster
from frontdesk.roster.service import DutyLine
from frontdesk.sync import service as sync
from frontdesk.today.due import Due
from frontdesk.today.of_backups import backup_status, of_backups
from frontdesk.today.of_cases import certified, of_cases
from frontdesk.volunteers import service as volunteers

if TYPE_CHECKING:
    from frontdesk.backup.service import BackupStatus
    from frontdesk.cases.service import Certified
    from frontdesk.volunteers.service import Milestone

__all__ = ["Due", "Occasions", "Today", "occasions", "today"]

DAYS_BACK = 14
"""How far back sessions without attendance are looked for."""

ROSTER_DAYS = 14
"""How far ahead the roster is looked through for gaps."""

UNPLANNED_DAYS = 7
"""A day that is nearer has to be planned now: people must know their week before it begins."""

DAYS_AHEAD = 60
"""How far ahead the holidays should be known: rosters and deadlines reach that far."""

MILESTONE_DAYS = 7
"""How long somebody whose hours passed a milestone is named."""

OCCASIONS_LAST = 600_000
"""Milliseconds: birthdays, milestones and corrections of closed periods need not be looked for with every scan."""

DRIFT_DAYS = 92
"""So long ago closed periods ended that are looked over again and again; older ones once a day."""

DRIFTED_SHOWN = 3
"""So many closed periods that were corrected since have a line of their own."""


BACK_SHOWN = 3
"""So many letters that the street office returned have a line of their own."""


LOCKED_SHOWN = 3
"""So many locked periods have a line of their own."""


@dataclass(frozen=True)
class Occasions:
    """What is looked for apart, found at `at` (UTC milliseconds) of a local day: what to congratulate on, and closed
    periods whose records say something else now. And periods still to be reported that the district has locked.
    """

    day: date
    at: int
    due: tuple[Due, ...]
    drifted: tuple[Due, ...] = ()
    locked: tuple[Due, ...] = ()
    synced: tuple[int, ...] = ()
    """How things stood with the district by then: where they have moved on it is looked for again at once."""
    checked: tuple[Due, ...] = ()
    """What a quick look at the file found."""


@dataclass(frozen=True)
class Today:
    """The whole of the first screen."""

    duty: list[DutyLine]
    sessions: list[SessionLine]
    here: list[VisitLine]
    due: list[Due]
    is_dated: bool = False
    """Whether it is time to look again for what is looked for apart."""
    backed_up: datetime | None = None
    """When the last good backup was made, as the centre's wall clock shows it; None without one."""
    certified: Certified | None = None
    """How many of the staff hold a certificate that counts today, of how many; None where nobody's was entered."""


def today(context: Context, known: Occasions | None = None) -> Today:
    """Everything the first screen shows, read at one moment; with what to congratulate on, closed periods that were
    corrected and how the backups stand as far as these are `known`.

    These are looked for apart (`occasions`), because in a large register it takes longer than a scan should wait.
    """
    day = context.today()
    activities.settle_due(context)
    with context.database.reading():
        backups = backup_status(context) if known is not None else None
        duty = roster.duty_of(context, day)
        # With what is looked for apart, as all of cases is.
        held = certified(context) if known is not None else None
        of_today = known is not None and known.day == day
        return Today(
            duty=duty,
            sessions=activities.sessions(context, day, day),
            here=volunteers.here_now(context),
            due=_due(context, duty, known if of_today else None, backups, held),
            is_dated=known is None
            or not of_today
            or context.now_ms() - known.at > OCCASIONS_LAST
            or known.synced != _synced(context),
            backed_up=backups.last_made if backups is not None else None,
            certified=held,
        )


def _due(
    context: Context,
    duty: list[DutyLine],
    known: Occasions | None,
    backups: BackupStatus | None,
    held: Certified | None,
) -> list[Due]:
    """What waits, the pressing first; sessions without attendance last, because there can be many."""
    day = context.today()
    due = _of_clock(context)
    of_sync = _of_sync(context)
    # What the district refused or wants read would lie below the fold behind the gaps of two weeks.
    due += [one for one in of_sync if one.pressing]
    due += [Due("gap", {"post": line.post}, pressing=True) for line in duty if line.gap and not line.shift]
    saved = of_backups(backups) if backups is not None else []
    due += [one for one in saved if one.pressing]
    due += [one for one in known.checked if one.pressing] if known else ()
    records = of_cases(context, held) if known is not None else []
    due += [one for one in records if one.pressing]
    due += _of_roster(context)
    due += _of_assignments(context)
    due += _of_sign_ups(context)
    due += _of_follow_ups(context)
    due += [one for one in records if not one.pressing]
    due += [one for one in of_sync if not one.pressing]
    due += [one for one in saved if not one.pressing]
    due += [one for one in known.checked if not one.pressing] if known else ()
    due += known.locked if known else ()
    due += _of_periods(context, known.drifted if known else ())
    if (since := sync.unsent_since(context)) is not None:
        due.append(Due("unsent", {"count": sync.unsent_count(context), "since": f"{context.local(since):%m-%d}"}))
    if waiting_exits := volunteers.review_count(context):
        due.append(Due("review", {"count": waiting_exits}))
    if approvals := waiting_count(context):
        due.append(Due("approvals", {"count": approvals}))
    if unknown := calendar.unknown_years(context, day, day + timedelta(days=DAYS_AHEAD)):
        years = "-".join(str(year) for year in unknown)
        due.append(Due("calendar", {"year": years, "key": "calendar"}, pressing=day.year in unknown))
    due += known.due if known else ()
    waiting = activities.without_attendance(context, day - timedelta(days=DAYS_BACK), day)
    for line in reversed(waiting):
        due.append(Due("attendance", {"name": line.name, "day": line.day[5:], "code": line.code}))
    return due


def _of_sync(context: Context) -> list[Due]:
    """Reports that the district refused, and its notices that nobody has read."""
    due = []
    if refused := sync.refused_count(context):
        due.append(Due("refused", {"count": refused}, pressing=True))
    if unread := sync.unread_notices(context):
        first, day = unread[0], context.today()
        late = any(one.read_until is not None and one.read_until <= day for one in unread)
        due.append(Due("notices", {"count": len(unread), "title": first.title}, first.is_important or late))
    return due


def _synced(context: Context) -> tuple[int, ...]:
    """What changes when something came down, was submitted, sent or refused."""
    return sync.newest_document(context), sync.unsent_count(context), sync.refused_count(context)


def _locked(context: Context) -> tuple[Due, ...]:
    """The locked periods of which a report is still to arrive: those that are refused, and those exempt for a while."""
    submitted = sync.sync_status(context).reports
    arrived = {one.period for one in submitted if one.state == "received"}
    wanted = {one.period for one in submitted} | {week.key for week in reports.due_weeks(context)}
    return tuple(
        Due("locked", {"period": lock.period, "key": lock.period}, pressing=True)
        if lock.is_in_force(context.today()) or lock.exempt_until is None
        else Due("exempt", {"period": lock.period, "key": lock.period, "until": f"{lock.exempt_until:%m-%d}"})
        for lock in sync.locks(context)
        if lock.period in wanted - arrived
    )[:LOCKED_SHOWN]


def _of_periods(context: Context, drifted: Sequence[Due]) -> list[Due]:
    """Weeks to be submitted, closed periods that were corrected since, for a manager periods to be closed,
    that no letter about the last period was sent, and the letters that came back.
    """
    weeks = reports.due_weeks(context)
    due = [Due("report", {"period": week.label, "key": week.key}, pressing=_late(week, context)) for week in weeks]
    # What was amended since it was looked for is settled.
    due += [one for one in drifted if reports.edition_of(context, str(one.values["key"])) == one.values["edition"]]
    if context.operator is not None and context.operator.role == "manager":
        keys = {week.key for week in weeks}
        if waiting := [one for one in reports.periods_to_close(context) if one.key not in keys]:
            first = waiting[0]
            due.append(Due("close", {"period": first.label, "key": first.key, "count": len(waiting)}))
    if (written_on := reports.letter_due(context)) is not None:
        due.append(Due("letter", {"period": written_on.label, "key": written_on.key}))
    returned = reports.sent_back(context)
    due += [
        Due("letter_back", {"title": one.title, "words": one.words, "code": one.id}) for one in returned[:BACK_SHOWN]
    ]
    if len(returned) > BACK_SHOWN:
        due.append(Due("letters_back", {"count": len(returned) - BACK_SHOWN, "code": returned[BACK_SHOWN].id}))
    return due


def _of_clock(context: Context) -> list[Due]:
    """That nobody can be checked in, while the clock is behind what was written last."""
    shown = volunteers.clocks(context)
    if not shown.behind or shown.latest is None:
        return []
    values: dict[str, object] = {"now": f"{shown.now:%Y-%m-%d %H:%M}", "latest": f"{shown.latest:%Y-%m-%d %H:%M}"}
    return [Due("clock", values, pressing=True)]


def _of_assignments(context: Context) -> list[Due]:
    """The assignments of volunteers today and tomorrow that lack people; those of today are pressing."""
    day = context.today()
    due = []
    for line in volunteers.lacking_people(context, day, day + timedelta(days=1)):
        values: dict[str, object] = {
            "day": line.day[5:],
            "time": f"{context.local(line.starts_at):%H:%M}",
            "title": line.title,
            "count": line.needed - line.signed,
            "key": line.id,
        }
        due.append(Due("assignment", values, pressing=line.day <= day.isoformat()))
    return due


def _of_sign_ups(context: Context) -> list[Due]:
    """Seats on offer that run out today, and how many people have to be told something about their session."""
    due = []
    for one in activities.offers_due(context):
        values: dict[str, object] = {
            "time": f"{context.local(one.until):%H:%M}",
            "name": one.session_name,
            "numbers": ", ".join(str(number) for number in one.numbers),
            "key": one.session_code,
        }
        due.append(Due("offer", values, pressing=True))
    if waiting := len(activities.to_tell(context)):
        due.append(Due("tell", {"count": waiting}))
    if doubtful := activities.sessions_to_recheck(context):
        first = doubtful[0].session
        due.append(
            Due("recheck", {"count": len(doubtful), "day": first.day[5:], "name": first.name, "code": first.code})
        )
    return due


def _of_follow_ups(context: Context) -> list[Due]:
    """Bad ratings whose time has run out or runs out soon, and for a manager the appeals against some."""
    counts = feedback.follow_up_counts(context)
    is_manager = context.operator is not None and context.operator.role == "manager"
    found = [
        Due("follow_up_overdue", {"count": counts.overdue}, pressing=True),
        Due("follow_up_soon", {"count": counts.due_soon}),
        Due("follow_up_appeal", {"count": counts.appealed if is_manager else 0}),
    ]
    return [one for one in found if one.values["count"]]


def occasions(context: Context, known: Occasions | None = None) -> Occasions:
    """What to congratulate volunteers on: birthdays, today's and those of the month of whom the day is not known;
    milestones of hours that were passed in the last seven days. And closed periods that were corrected since: all of
    them are counted anew once a day, later those that ended lately and those that are `known`. And what the
    district has locked of what is still to be reported.
    """
    # Loads what the next look at the day asks.
    backup_status(context)
    of_cases(context, None)
    day, synced = context.today(), _synced(context)
    born = volunteers.birthdays(context, day, day)
    due = [
        _about("birthday", [(one.volunteer_no, one.name) for one in born if one.day is not None], {}),
        *(
            _about("milestone", [(one.volunteer_no, one.name) for one in passed], {"hours": hours})
            for hours, passed in _by_hours(volunteers.milestones(context, day - timedelta(days=MILESTONE_DAYS - 1)))
        ),
        _about("birthday_month", [(one.volunteer_no, one.name) for one in born if one.day is None], {}),
    ]
    drifted = _drifted(context, known if known is not None and known.day == day else None)
    told = (*(one for one in due if one.people), *_of_privacy(context))
    return Occasions(day, context.now_ms(), told, drifted, _locked(context), synced, _checked(context))


def _checked(context: Context) -> tuple[Due, ...]:
    """What a quick look at the file finds, in one line; else what the last full one found, or that one is due again.

    That the clock is behind has a line of its own.
    """
    found = [one for one in check.quick_look(context).findings if one.severity != "note" and one.key != "clock.behind"]
    if found:
        values: dict[str, object] = {"count": len(found), "words": check.what(found[0])}
        return (Due("check", values, pressing=found[0].severity == "broken"),)
    last = check.last_look(context)
    if last is not None and not last.is_sound:
        values = {"count": last.count("broken"), "day": f"{context.local(last.at):%m-%d}"}
        return (Due("check_found", values, pressing=True),)
    return (Due("check_due"),) if check.is_due(context) else ()


def _of_privacy(context: Context) -> list[Due]:
    """That people's data are kept longer than the settings say, or somebody withdrew, for a manager to decide."""
    is_manager = context.operator is not None and context.operator.role == "manager"
    count = privacy.due_count(context) if is_manager else 0
    return [Due("retention", {"count": count, "key": "retention"})] if count else []


def _drifted(context: Context, known: Occasions | None) -> tuple[Due, ...]:
    """The closed periods whose records say something else now, the latest first."""
    if known is None:
        found = reports.drifted(context)
    else:
        found = reports.drifted(context, DRIFT_DAYS, [str(one.values["key"]) for one in known.drifted])
    return tuple(
        Due(
            "drifted",
            {
                "period": one.period.label,
                "key": one.period.key,
                "edition": one.edition,
                "count": len(one.changes),
            },
        )
        for one in found[:DRIFTED_SHOWN]
    )


def _by_hours(passed: list[Milestone]) -> list[tuple[int, list[Milestone]]]:
    """Those who passed a milestone, by the milestone, the highest first."""
    marks = sorted({one.hours for one in passed}, reverse=True)
    return [(mark, [one for one in passed if one.hours == mark]) for mark in marks]


def _about(kind: str, people: list[tuple[str, str]], values: dict[str, object]) -> Due:
    """One line for all whom an occasion is about."""
    key = f"{values['hours']}" if "hours" in values else kind
    return Due(kind, {**values, "count": len(people), "key": key}, people=tuple(people))


def _of_roster(context: Context) -> list[Due]:
    """What the roster of the coming days lacks, from when on there is none, hand-overs that wait, and leaves that
    nobody has decided.
    """
    ahead = roster.gaps_ahead(context, ROSTER_DAYS)
    due = []
    for gap in ahead:
        if gap.kind != "vacant_standby":
            day = gap.slot.day.isoformat()
            values: dict[str, object] = {"day": day[5:], "post": gap.slot.post, "shift": gap.slot.shift, "key": day}
            due.append(Due("gap_ahead" if gap.kind == "vacant_acting" else "illegal_ahead", values, pressing=True))
    alone = [gap for gap in ahead if gap.kind == "vacant_standby"]
    if alone:
        first = alone[0].slot.day.isoformat()
        due.append(Due("alone_ahead", {"count": len(alone), "day": first[5:], "key": first}))
    if changed := roster.days_off_order(context, ROSTER_DAYS):
        first = changed[0].isoformat()
        due.append(Due("order_changed", {"day": first[5:], "count": len(changed), "key": first}, pressing=True))
    if unplanned := roster.unplanned_ahead(context, ROSTER_DAYS):
        first, count = unplanned[0].isoformat(), unplanned[1]
        soon = (unplanned[0] - context.today()).days < UNPLANNED_DAYS
        due.append(Due("unplanned_ahead", {"day": first[5:], "count": count, "key": first}, pressing=soon))
    for step in roster.handovers_due(context):
        values = {"day": f"{step.due:%m-%d}", "name": step.name, "post": step.post, "to": step.to_name}
        values["key"] = context.today().isoformat()
        due.append(Due(f"handover_{step.step}", values, pressing=step.late))
    if waiting := roster.leave_request_count(context):
        due.append(Due("leave_asked", {"count": waiting, "key": context.today().isoformat()}))
    if waiting := roster.standing_change_count(context):
        due.append(Due("standing_asked", {"count": waiting, "key": "changes"}))
    return due


def _late(week: Period, context: Context) -> bool:
    return (context.today() - week.last).days > 7
