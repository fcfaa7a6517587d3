"""Commands of the roster's day: absent, return, assign, lock, show, check, now, history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Unpack

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t
from frontdesk.roster.commands_support import (
    ROLES,
    AwayOptions,
    away_options,
    names_of,
    plain,
    typed_away,
    typed_day,
    typed_days,
    typed_slot,
)

if TYPE_CHECKING:
    from datetime import date

    from frontdesk.context import Context
    from frontdesk.roster.day.outlook import OnDuty, WorkedSlot
    from frontdesk.roster.model import RoleInSlot, Violation
    from frontdesk.roster.plan.drift import Drift
    from frontdesk.roster.resilience import Hole, Resilience

NOBODY = "-"


@click.command("absent", help=t("roster.help.absent"))
@click.argument("staff_no")
@click.argument("first", default="")
@click.option("--until", "last", metavar="DAY", help=t("roster.help.until"))
@away_options("other")
@json_option
@pass_invocation
def absent_command(
    invocation: Invocation,
    staff_no: str,
    first: str,
    last: str | None,
    as_json: bool,
    **options: Unpack[AwayOptions],
) -> None:
    """Somebody is not there: the standby acts at once."""
    from frontdesk.roster.day.absence import report_absent
    from frontdesk.roster.day.words import coverage_words

    context = open_desk(invocation, writing=True)
    begins = typed_day(first, context.today()) if first else context.today()
    done = typed_away(context, begins, last, options).told_to(report_absent, context, staff_no)
    said = coverage_words(done)
    emit(plain(done) | {"words": said}, as_json, [t("roster.leave_number", id=done.leave_id), *said])


@click.command("return", help=t("roster.help.return"))
@click.argument("staff_no")
@click.option("--on", "day", metavar="DAY", help=t("roster.help.on"))
@json_option
@pass_invocation
def return_command(invocation: Invocation, staff_no: str, day: str | None, as_json: bool) -> None:
    """Somebody is back."""
    from frontdesk.roster.day.returning import report_back
    from frontdesk.roster.day.words import restored_words

    context = open_desk(invocation, writing=True)
    on = typed_day(day, context.today()) if day else None
    when = datetime.combine(on, time.min, context.zone) if on and on != context.today() else None
    done = report_back(context, staff_no, when)
    said = restored_words(done, context)
    emit(plain(done) | {"words": said}, as_json, said)


@click.command("assign", help=t("roster.help.assign"))
@click.argument("day")
@click.argument("post")
@click.argument("shift")
@click.argument("role", type=click.Choice(ROLES))
@click.argument("staff_no")
@click.option("--reason", default="", help=t("roster.help.reason"))
@click.option("--override", is_flag=True, help=t("roster.help.override"))
@json_option
@pass_invocation
def assign_command(
    invocation: Invocation,
    day: str,
    post: str,
    shift: str,
    role: RoleInSlot,
    staff_no: str,
    reason: str,
    override: bool,
    as_json: bool,
) -> None:
    """Put somebody into a role of a slot."""
    from frontdesk.roster.day.editing import assign
    from frontdesk.roster.legality import sentence

    context = open_desk(invocation, writing=True)
    slot = typed_slot(context, day, post, shift)
    no = None if staff_no == NOBODY else staff_no
    done = assign(context, slot, role, no, reason, override=override)
    said = [sentence(one) for one in done.findings]
    emit(
        plain(done) | {"words": said}, as_json, [t("roster.done" if done.change else "roster.assigned_already"), *said]
    )


@click.command("lock", help=t("roster.help.lock"))
@click.argument("day")
@click.argument("post")
@click.argument("shift")
@click.option("--off", is_flag=True, help=t("roster.help.off"))
@json_option
@pass_invocation
def lock_command(invocation: Invocation, day: str, post: str, shift: str, off: bool, as_json: bool) -> None:
    """Keep a slot as it is, or let it go again."""
    from frontdesk.roster.day.editing import lock

    context = open_desk(invocation, writing=True)
    slot = typed_slot(context, day, post, shift)
    changed = lock(context, slot, not off) is not None
    emit(
        {"slot": plain(slot), "locked": not off, "changed": changed},
        as_json,
        [t("roster.done" if changed else "roster.locked_already" if not off else "roster.unlocked_already")],
    )


@click.command("show", help=t("roster.help.show"))
@click.argument("when", required=False)
@click.option("--from", "first", metavar="DAY", help=t("roster.help.first"))
@click.option("--to", "last", metavar="DAY", help=t("roster.help.last"))
@json_option
@pass_invocation
def show_command(invocation: Invocation, when: str | None, first: str | None, last: str | None, as_json: bool) -> None:
    """The roster of some days as it is worked."""
    from frontdesk.roster.day.outlook import as_worked

    context = open_desk(invocation, writing=False)
    begins, ends = typed_days(context, when, first, last)
    names = names_of(context)
    slots = as_worked(context, begins, ends)
    rows = [
        plain(replace(one, events=()))
        | {
            "acting_name": names.get(one.acting or "", ""),
            "standby_name": names.get(one.standby or "", ""),
            "differs": one.differs,
        }
        for one in slots
    ]
    for row in rows:
        del row["events"]
    lines = [_slot_line(one, names) for one in slots] or [t("roster.none_published", first=begins, last=ends)]
    emit(rows, as_json, lines)


def _slot_line(one: WorkedSlot, names: dict[str, str]) -> str:
    from frontdesk.roster.day.words import slot_words, window_words

    return t(
        "roster.show_line",
        slot=slot_words(one.slot),
        window=window_words(one.starts, one.ends),
        acting=names.get(one.acting or "", t("roster.nobody")),
        standby=names.get(one.standby or "", t("roster.nobody")),
        mark=t("roster.differs") if one.differs else "",
    ).rstrip()


@click.command("check", help=t("roster.help.check"))
@click.option("--from", "first", metavar="DAY", help=t("roster.help.first"))
@click.option("--to", "last", metavar="DAY", help=t("roster.help.last"))
@click.option("--n2", "pairs", is_flag=True, help=t("roster.help.n2"))
@json_option
@click.pass_context
def check_command(ctx: click.Context, first: str | None, last: str | None, pairs: bool, as_json: bool) -> None:
    """Whether the published roster is legal, follows the standing order and survives absences; else exit code 1."""
    from frontdesk.roster.day.words import drift_words
    from frontdesk.roster.legality import sentence
    from frontdesk.roster.situation import order_drift

    context = open_desk(ctx.ensure_object(Invocation), writing=False)
    begins, ends = _published(context, first, last)
    broken, result = checked_days(context, begins, ends, 2 if pairs else 1)
    hard = [one for one in broken if one.hard]
    names = names_of(context)
    drift = order_drift(context, begins, ends)
    lines = [t("roster.check.days", first=begins, last=ends)]
    lines += _drift_lines(drift)
    lines += [f"! {_violation_line(one)}" for one in hard]
    lines += [f"- {_violation_line(one)}" for one in broken if not one.hard]
    lines += [f"! {_hole_line(hole, names)}" for hole in result.holes]
    lines.append(
        t("roster.check.holds", count=result.checked)
        if result.holds
        else t("roster.check.holes", count=result.checked, holes=len(result.holes))
    )
    value = {
        "first": begins.isoformat(),
        "last": ends.isoformat(),
        "order_changed": [plain(one) | {"words": drift_words(one)} for one in drift],
        "violations": [plain(one) | {"words": sentence(one)} for one in broken],
        "checked": result.checked,
        "holes": [plain(hole) | {"words": _hole_line(hole, names)} for hole in result.holes],
        "holds": result.holds,
    }
    emit(value, as_json, lines)
    if hard or drift or not result.holds:
        ctx.exit(1)


def _published(context: Context, first: str | None, last: str | None) -> tuple[date, date]:
    """The days to check: from today as far as anything is published, unless they are given."""
    from datetime import date

    from db.duty import planned_until
    from frontdesk.roster.errors import RosterError

    until = planned_until(context.database.connection)
    if until is None:
        raise RosterError("nothing_published")
    begins = typed_day(first, context.today()) if first else context.today()
    ends = typed_day(last, context.today()) if last else max(date.fromisoformat(until), begins)
    return begins, max(begins, ends)


def checked_days(context: Context, first: date, last: date, absences: int) -> tuple[list[Violation], Resilience]:
    """What is wrong on the published days among these, and what absences would tear open there.

    A post that was opened since such a day was published is empty on it, and is said so.
    """
    from db import duty as duties
    from frontdesk.roster.legality import violations
    from frontdesk.roster.resilience import check
    from frontdesk.roster.situation import load

    with context.database.reading() as connection:
        stored = duties.slots(connection, first.isoformat(), last.isoformat())
        situation, roster = load(context, first, last, opened_since=True)
    published = {slot.day for slot in stored}
    slots = tuple(slot for slot in situation.slots if slot.day.isoformat() in published)
    part = {slot: roster[slot] for slot in slots}
    only = replace(situation, slots=slots)
    return violations(only, part), check(only, part, absences=absences)


def _drift_lines(drift: list[Drift]) -> list[str]:
    """The slots that do not follow the standing order, and what to do about them."""
    from frontdesk.roster.day.words import drift_words

    if not drift:
        return []
    return [*(f"! {drift_words(one)}" for one in drift), t("roster.check.order_changed", first=drift[0].slot.day)]


def _violation_line(violation: Violation) -> str:
    """The broken rule; with the slot where its words name no day."""
    from frontdesk.roster.day.words import slot_words
    from frontdesk.roster.legality import sentence

    if not {"day", "first", "week", "month"}.isdisjoint(dict(violation.values)):
        return sentence(violation)
    return t("roster.check.violation", slot=slot_words(violation.slot), why=sentence(violation))


def _hole_line(hole: Hole, names: dict[str, str]) -> str:
    from frontdesk.roster.day.words import day_words, slot_words
    from frontdesk.roster.legality import sentence

    why = " ".join(dict.fromkeys(sentence(one) for one in hole.reasons))
    if not hole.absent:
        return t("roster.check.standing", slot=slot_words(hole.slot), why=why)
    who = t("roster.candidate.joint").join(names.get(no, no) for no in hole.absent)
    days = (day_words(hole.first), day_words(hole.last))
    return t("roster.check.hole", who=who, first=days[0], last=days[1], slot=slot_words(hole.slot), why=why)


@click.command("now", help=t("roster.help.now"))
@json_option
@pass_invocation
def now_command(invocation: Invocation, as_json: bool) -> None:
    """Who is on now, and who is next."""
    from frontdesk.roster.day.outlook import now_and_next

    context = open_desk(invocation, writing=False)
    posts = now_and_next(context)
    lines = []
    for one in posts:
        lines += [t("roster.now_line", post=one.post, who=_on_duty(each)) for each in one.now]
        if not one.now:
            lines.append(t("roster.now_closed", post=one.post))
        if one.next is not None:
            lines.append(t("roster.next_line", post=one.post, who=_on_duty(one.next)))
    emit(plain(posts), as_json, lines)


def _on_duty(one: OnDuty) -> str:
    from frontdesk.roster.day.words import day_words, window_words

    window = "" if one.starts is None or one.ends is None else window_words(one.starts, one.ends)
    return t(
        "roster.on_duty",
        day=day_words(one.day),
        window=window,
        acting=one.acting_name or t("roster.nobody"),
        standby=one.standby_name or t("roster.nobody"),
    )


@click.command("history", help=t("roster.help.history"))
@click.option("--from", "first", metavar="DAY", help=t("roster.help.first"))
@click.option("--to", "last", metavar="DAY", help=t("roster.help.last"))
@json_option
@pass_invocation
def history_command(invocation: Invocation, first: str | None, last: str | None, as_json: bool) -> None:
    """What was changed, when and why: by default in the last seven days."""
    from db import duty as duties

    context = open_desk(invocation, writing=False)
    begin = None if first else (context.today() - timedelta(days=6)).isoformat()
    begins, ends = typed_days(context, None, first or begin, last)
    events = duties.events(context.database.connection, begins.isoformat(), ends.isoformat())
    names = names_of(context)
    lines = [
        t(
            "roster.history_line",
            at=f"{context.local(one.at):%Y-%m-%d %H:%M}",
            slot=f"{one.day} {one.post} {one.shift}",
            kind=t(f"roster.event.{one.kind}"),
            before=_pair(one.acting_before, one.standby_before, names),
            after=_pair(one.acting_after, one.standby_after, names),
            reason=one.reason,
        ).rstrip()
        for one in events
    ]
    emit([one.model_dump() for one in events], as_json, lines or [t("roster.history_empty")])


def _pair(acting: str | None, standby: str | None, names: dict[str, str]) -> str:
    return "/".join(names.get(no, no) if no else t("roster.nobody") for no in (acting, standby))


DAY_COMMANDS = (
    absent_command,
    return_command,
    assign_command,
    lock_command,
    show_command,
    check_command,
    now_command,
    history_command,
)
