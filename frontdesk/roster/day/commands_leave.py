"""Commands: planned leave, hand-over, swaps and open shifts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Unpack, cast

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t
from frontdesk.roster.commands_support import (
    ROLES,
    AwayOptions,
    away_options,
    names_of,
    plain,
    record_number,
    typed_away,
    typed_day,
    typed_days,
    typed_slot,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.roster.day.leaving import Clash
    from frontdesk.roster.model import RoleInSlot, Violation

LISTED_DAYS_BACK, LISTED_DAYS_AHEAD = 7, 60


@click.group("leave", help=t("roster.help.leave"))
def leave_group() -> None:
    """Planned leave."""


@leave_group.command("ask", help=t("roster.help.leave_ask"))
@click.argument("staff_no")
@click.argument("first")
@click.argument("last", default="")
@away_options("annual")
@json_option
@pass_invocation
def ask_command(
    invocation: Invocation,
    staff_no: str,
    first: str,
    last: str,
    as_json: bool,
    **options: Unpack[AwayOptions],
) -> None:
    """Ask for a leave."""
    from frontdesk.roster.day.leaving import ask_leave
    from frontdesk.roster.day.words import day_words

    context = open_desk(invocation, writing=True)
    begins = typed_day(first, context.today())
    asked = typed_away(context, begins, last, options).told_to(ask_leave, context, staff_no)
    said = [t("roster.leave_asked", id=asked.leave_id, due=day_words(asked.handover_due)), *_clash_lines(asked.clashes)]
    emit(plain(asked), as_json, said)


def _clash_lines(clashes: Sequence[Clash]) -> list[str]:
    from frontdesk.roster.day.words import day_words

    joint = t("roster.candidate.joint")
    return [t("roster.clash", post=one.post, day=day_words(one.day), names=joint.join(one.names)) for one in clashes]


@leave_group.command("approve", help=t("roster.help.leave_approve"))
@click.argument("leave_id", type=record_number)
@click.option("--cover", "covering", metavar="NO", help=t("roster.help.cover"))
@click.option("--reason", default="", help=t("roster.help.reason"))
@json_option
@pass_invocation
def approve_command(invocation: Invocation, leave_id: int, covering: str | None, reason: str, as_json: bool) -> None:
    """Approve a leave."""
    from frontdesk.roster.day.leaving import approve_leave
    from frontdesk.roster.day.words import coverage_words

    context = open_desk(invocation, writing=True)
    done = approve_leave(context, leave_id, covering=covering, reason=reason)
    said = coverage_words(done)
    emit(plain(done) | {"words": said}, as_json, said)


@leave_group.command("refuse", help=t("roster.help.leave_refuse"))
@click.argument("leave_id", type=record_number)
@click.option("--reason", default="", help=t("roster.help.reason"))
@json_option
@pass_invocation
def refuse_command(invocation: Invocation, leave_id: int, reason: str, as_json: bool) -> None:
    """Refuse a leave."""
    from frontdesk.roster.day.leaving import refuse_leave

    refuse_leave(open_desk(invocation, writing=True), leave_id, reason)
    emit({"leave": leave_id, "state": "refused"}, as_json, [t("roster.done")])


@leave_group.command("withdraw", help=t("roster.help.leave_withdraw"))
@click.argument("leave_id", type=record_number)
@click.option("--reason", default="", help=t("roster.help.reason"))
@json_option
@pass_invocation
def withdraw_command(invocation: Invocation, leave_id: int, reason: str, as_json: bool) -> None:
    """Take a leave or an absence back."""
    from frontdesk.roster.day.returning import withdraw_absence
    from frontdesk.roster.day.words import restored_words

    context = open_desk(invocation, writing=True)
    done = withdraw_absence(context, leave_id, reason)
    said = restored_words(done, context)
    emit(plain(done) | {"words": said}, as_json, said)


@leave_group.command("list", help=t("roster.help.leave_list"))
@click.option("--from", "first", metavar="DAY", help=t("roster.help.first"))
@click.option("--to", "last", metavar="DAY", help=t("roster.help.last"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, first: str | None, last: str | None, as_json: bool) -> None:
    """The leaves of some days, by default of the last week and the coming two months."""
    from frontdesk.roster.day.leaving import leaves_between

    context = open_desk(invocation, writing=False)
    today = context.today()
    begins, ends = typed_days(
        context,
        None,
        first or (today - timedelta(days=LISTED_DAYS_BACK)).isoformat(),
        last or (today + timedelta(days=LISTED_DAYS_AHEAD)).isoformat(),
    )
    rows = leaves_between(context, begins, ends)
    lines = [
        t(
            "roster.leave_line",
            id=one.id,
            name=name,
            first=one.first_day,
            last=one.last_day,
            kind=t(f"roster.kind.{one.kind}"),
            state=t(f"roster.leave_state.{one.state}"),
        )
        for one, name in rows
    ]
    emit([plain(one) | {"name": name} for one, name in rows], as_json, lines or [t("roster.no_leave")])


@click.group("handover", help=t("roster.help.handover"))
def handover_group() -> None:
    """The hand-over that goes with a leave."""


@handover_group.command("write", help=t("roster.help.handover_write"))
@click.argument("leave_id", type=record_number)
@click.argument("post")
@click.argument("to_staff")
@click.option("--item", "items", multiple=True, help=t("roster.help.item"))
@click.option("--material", "materials", multiple=True, help=t("roster.help.material"))
@json_option
@pass_invocation
def write_command(
    invocation: Invocation,
    leave_id: int,
    post: str,
    to_staff: str,
    items: tuple[str, ...],
    materials: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write a hand-over."""
    from frontdesk.roster.day.handovers import write_handover

    number = write_handover(open_desk(invocation, writing=True), leave_id, post, to_staff, items, materials)
    emit({"handover": number}, as_json, [t("roster.handover_written", id=number)])


@handover_group.command("ack", help=t("roster.help.handover_ack"))
@click.argument("handover_id", type=record_number)
@json_option
@pass_invocation
def ack_command(invocation: Invocation, handover_id: int, as_json: bool) -> None:
    """Acknowledge a hand-over."""
    from frontdesk.roster.day.handovers import acknowledge_handover

    done = acknowledge_handover(open_desk(invocation, writing=True), handover_id)
    emit(plain(done), as_json, [t("roster.done")])


@handover_group.command("brief", help=t("roster.help.handover_brief"))
@click.argument("handover_id", type=record_number)
@click.argument("summary")
@click.option("--materials-back", is_flag=True, help=t("roster.help.materials_back"))
@json_option
@pass_invocation
def brief_command(invocation: Invocation, handover_id: int, summary: str, materials_back: bool, as_json: bool) -> None:
    """Brief whoever is back."""
    from frontdesk.roster.day.handovers import brief_back

    done = brief_back(open_desk(invocation, writing=True), handover_id, summary, materials_back=materials_back)
    emit(plain(done), as_json, [t("roster.done")])


@handover_group.command("due", help=t("roster.help.handover_due"))
@json_option
@pass_invocation
def due_command(invocation: Invocation, as_json: bool) -> None:
    """What waits of the hand-overs."""
    from frontdesk.roster.day.handovers import handovers_due

    steps = handovers_due(open_desk(invocation, writing=False))
    lines = [
        t(
            f"roster.due.{one.step}",
            leave=one.leave_id,
            id=one.handover_id or "",
            name=one.name,
            post=one.post,
            to=one.to_name,
            due=one.due,
        )
        for one in steps
    ]
    emit(plain(steps), as_json, lines or [t("roster.due.nothing")])


@click.group("swap", help=t("roster.help.swap"))
def swap_group() -> None:
    """Swaps between colleagues, and open shifts."""


@swap_group.command("ask", help=t("roster.help.swap_ask"))
@click.argument("day")
@click.argument("post")
@click.argument("shift")
@click.option("--role", type=click.Choice(ROLES), default="acting", help=t("roster.help.role"))
@click.option("--by", "asked_by", required=True, metavar="NO", help=t("roster.help.by"))
@click.option("--with", "with_staff", metavar="NO", help=t("roster.help.with"))
@click.option("--for", "other", type=(str, str, str, click.Choice(ROLES)), help=t("roster.help.for"))
@json_option
@pass_invocation
def swap_ask_command(
    invocation: Invocation,
    day: str,
    post: str,
    shift: str,
    role: RoleInSlot,
    asked_by: str,
    with_staff: str | None,
    other: tuple[str, str, str, str] | None,
    as_json: bool,
) -> None:
    """Give a role away or exchange it; what that breaks is said first, and what breaks a hard rule is not asked."""
    from frontdesk.roster.day.editing import said as sentences_of
    from frontdesk.roster.day.swapping import ask_swap, swap_prospects
    from frontdesk.roster.errors import RosterError

    context = open_desk(invocation, writing=True)
    place = (typed_slot(context, *other[:3]), cast("RoleInSlot", other[3])) if other else None
    slot = typed_slot(context, day, post, shift)
    if with_staff is not None:
        (one,) = swap_prospects(context, slot, role, asked_by=asked_by, partners=[(with_staff, place)])
        if one.refusal is not None:
            raise one.refusal
        for words in _sentences(one.findings):
            progress(words)
        if one.hard:
            raise RosterError("swap_breaks", why=sentences_of(one.hard))
    asked = ask_swap(context, slot, role, asked_by=asked_by, with_staff=with_staff, other=place)
    emit(plain(asked) | {"words": _sentences(asked.findings)}, as_json, [t("roster.swap_asked", id=asked.swap_id)])


def _sentences(findings: Sequence[Violation]) -> list[str]:
    from frontdesk.roster.legality import sentence

    return [sentence(one) for one in findings]


@swap_group.command("agree", help=t("roster.help.swap_agree"))
@click.argument("swap_id", type=record_number)
@click.option("--by", "taker", metavar="NO", help=t("roster.help.by"))
@json_option
@pass_invocation
def swap_agree_command(invocation: Invocation, swap_id: int, taker: str | None, as_json: bool) -> None:
    """Agree to a swap."""
    from frontdesk.roster.day.swapping import agree_swap

    done = agree_swap(open_desk(invocation, writing=True), swap_id, taker)
    emit(plain(done), as_json, [t("roster.done"), *_sentences(done.findings)])


@swap_group.command("decline", help=t("roster.help.swap_decline"))
@click.argument("swap_id", type=record_number)
@click.option("--withdraw", is_flag=True, help=t("roster.help.swap_withdraw"))
@json_option
@pass_invocation
def swap_decline_command(invocation: Invocation, swap_id: int, withdraw: bool, as_json: bool) -> None:
    """Say no to a swap, or withdraw one's own."""
    from frontdesk.roster.day.swapping import decline_swap, withdraw_swap

    (withdraw_swap if withdraw else decline_swap)(open_desk(invocation, writing=True), swap_id)
    emit({"swap": swap_id, "state": "withdrawn" if withdraw else "declined"}, as_json, [t("roster.done")])


@swap_group.command("list", help=t("roster.help.swap_list"))
@json_option
@pass_invocation
def swap_list_command(invocation: Invocation, as_json: bool) -> None:
    """The swaps that wait."""
    from frontdesk.roster.day.swapping import swaps_waiting

    context = open_desk(invocation, writing=False)
    waiting, names = swaps_waiting(context), names_of(context)
    lines = [
        t(
            "roster.swap_line",
            id=one.id,
            by=names.get(one.asked_by, one.asked_by),
            role=t(f"roster.role.{one.role}"),
            slot=f"{one.day} {one.post} {one.shift}",
            to=names.get(one.with_staff, one.with_staff) if one.with_staff else t("roster.anybody"),
            other=f"{one.other_day} {one.other_post} {one.other_shift}" if one.other_day else "",
        ).rstrip()
        for one in waiting
    ]
    emit(plain(waiting), as_json, lines or [t("roster.no_swaps")])


@swap_group.command("open", help=t("roster.help.swap_open"))
@json_option
@pass_invocation
def swap_open_command(invocation: Invocation, as_json: bool) -> None:
    """Roles that anybody may take."""
    from frontdesk.roster.day.swapping import open_shifts
    from frontdesk.roster.day.words import slot_words, window_words

    found = open_shifts(open_desk(invocation, writing=False))
    lines = [
        t(
            "roster.open_line",
            slot=slot_words(one.slot),
            window=window_words(one.starts, one.ends),
            role=t(f"roster.role.{one.role}"),
            by=one.offered_by or t("roster.nobody"),
            id=one.swap_id or "",
        ).rstrip()
        for one in found
    ]
    emit(plain(found), as_json, lines or [t("roster.no_open")])


@swap_group.command("take", help=t("roster.help.swap_take"))
@click.argument("day")
@click.argument("post")
@click.argument("shift")
@click.option("--role", type=click.Choice(ROLES), default="acting", help=t("roster.help.role"))
@click.option("--by", "taker", required=True, metavar="NO", help=t("roster.help.by"))
@json_option
@pass_invocation
def swap_take_command(
    invocation: Invocation, day: str, post: str, shift: str, role: RoleInSlot, taker: str, as_json: bool
) -> None:
    """Take an open role, empty or offered."""
    from frontdesk.roster.day.swapping import agree_swap, swaps_waiting, take_open

    context = open_desk(invocation, writing=True)
    slot = typed_slot(context, day, post, shift)
    place = (slot.day.isoformat(), post, shift, role)
    offered = [
        one.id
        for one in swaps_waiting(context)
        if one.state == "open" and (one.day, one.post, one.shift, one.role) == place
    ]
    done = agree_swap(context, offered[0], taker) if offered else take_open(context, slot, role, taker)
    emit(plain(done), as_json, [t("roster.done"), *_sentences(done.findings)])


LEAVE_COMMANDS = (leave_group, handover_group, swap_group)
