"""Commands: single changes of the standing order. A manager's are in force at once, anybody else's wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t
from frontdesk.roster.commands_support import record_number, typed_day
from frontdesk.roster.standing.commands import order_group, submit

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.standing import DayKind

__all__ = ["order_group"]

T = TypeVar("T")

NONE = "-"
"""Takes an optional thing away."""


@order_group.command("set-post", help=t("roster_order.help.set_post"))
@click.argument("post")
@click.option("--shared/--not-shared", default=None, help=t("roster_order.help.shared"))
@click.option("--require", "requirements", multiple=True, metavar="NAME", help=t("roster_order.help.require"))
@click.option("--rename", metavar="NAME", help=t("roster_order.help.rename"))
@click.option("--close", "closed_on", metavar="DAY", help=t("roster_order.help.close"))
@click.option("--place", type=click.IntRange(1), help=t("roster_order.help.place"))
@json_option
@pass_invocation
def set_post_command(
    invocation: Invocation,
    post: str,
    shared: bool | None,
    requirements: tuple[str, ...],
    rename: str | None,
    closed_on: str | None,
    place: int | None,
    as_json: bool,
) -> None:
    """Add a post, or change one: what it requires, its name, its place, when it is closed."""
    from frontdesk.roster.standing.changes import Batch, OrderPosts, PutPost, RenamePost, Single
    from frontdesk.roster.standing.order import OrderPost
    from frontdesk.roster.standing.rules import StandingError
    from frontdesk.roster.standing.service import standing_order

    context = open_desk(invocation, writing=True)
    order = standing_order(context)
    before = order.posts.get(post)
    if before is None and (rename is not None or closed_on is not None):
        raise StandingError("unknown_post", post=post)
    given: dict[str, object] = {} if shared is None else {"shared_cover": shared}
    if requirements:
        given["requirements"] = tuple(name for name in requirements if name != NONE)
    if closed_on is not None:
        given["closed_on"] = None if closed_on == NONE else typed_day(closed_on, context.today()).isoformat()
    changes: list[Single] = []
    if before is None or given:
        changes.append(PutPost(post=(before or OrderPost(name=post)).model_copy(update=given)))
    if place is not None:
        others = [name for name in order.posts if name != post]
        changes.append(OrderPosts(names=(*others[: place - 1], post, *others[place - 1 :])))
    if rename is not None:
        changes.append(RenamePost(name=post, new_name=rename))
    submit(context, changes[0] if len(changes) == 1 else Batch(source="desk", changes=tuple(changes)), as_json)


@order_group.command("set-shift", help=t("roster_order.help.set_shift"))
@click.argument("code")
@click.option("--name", help=t("roster_order.help.shift_name"))
@click.option("--from", "starts", metavar="HH:MM", help=t("roster_order.help.starts"))
@click.option("--to", "ends", metavar="HH:MM", help=t("roster_order.help.ends"))
@click.option("--break", "rest", type=click.IntRange(0), help=t("roster_order.help.break"))
@json_option
@pass_invocation
def set_shift_command(
    invocation: Invocation,
    code: str,
    name: str | None,
    starts: str | None,
    ends: str | None,
    rest: int | None,
    as_json: bool,
) -> None:
    """Add a shift or change one."""
    from frontdesk.roster.standing.changes import PutShift
    from frontdesk.roster.standing.order import OrderShift
    from frontdesk.roster.standing.service import standing_order

    context = open_desk(invocation, writing=True)
    code = code.upper()
    before = standing_order(context).shifts.get(code)
    if before is None and (starts is None or ends is None):
        raise click.UsageError(t("roster_order.shift_needs_times", code=code))
    base = before or OrderShift(code=code, name=code, starts=0, ends=1)
    given = {
        "name": name,
        "starts": None if starts is None else _clock(starts),
        "ends": None if ends is None else _clock(ends),
        "break_minutes": rest,
    }
    shift = base.model_copy(update={key: value for key, value in given.items() if value is not None})
    submit(context, PutShift(shift=shift), as_json)


@order_group.command("remove-shift", help=t("roster_order.help.remove_shift"))
@click.argument("code")
@json_option
@pass_invocation
def remove_shift_command(invocation: Invocation, code: str, as_json: bool) -> None:
    """Take a shift away that nothing uses."""
    from frontdesk.roster.standing.changes import RemoveShift

    submit(open_desk(invocation, writing=True), RemoveShift(code=code.upper()), as_json)


@order_group.command("set-opening", help=t("roster_order.help.set_opening"))
@click.argument("post")
@click.option("--days", required=True, metavar="DAYS", help=t("roster_order.help.days"))
@click.option("--shifts", "codes", required=True, metavar="CODES", help=t("roster_order.help.codes"))
@json_option
@pass_invocation
def set_opening_command(invocation: Invocation, post: str, days: str, codes: str, as_json: bool) -> None:
    """All the shifts that a post runs on some kinds of days."""
    from frontdesk.roster.standing.cells import codes_of
    from frontdesk.roster.standing.changes import SetOpening

    shifts = () if codes == NONE else codes_of(codes)
    submit(open_desk(invocation, writing=True), SetOpening(post=post, days=_days(days), shifts=shifts), as_json)


@order_group.command("set-holder", help=t("roster_order.help.set_holder"))
@click.argument("post")
@click.argument("staff_no")
@click.argument("letter", type=click.Choice(["A", "B", NONE]))
@json_option
@pass_invocation
def set_holder_command(invocation: Invocation, post: str, staff_no: str, letter: str, as_json: bool) -> None:
    """Make somebody A or B of a post, or (-) neither."""
    from frontdesk.roster.standing.changes import SetHolder

    change = SetHolder.model_validate({"post": post, "staff_no": staff_no, "ab": None if letter == NONE else letter})
    submit(open_desk(invocation, writing=True), change, as_json)


@order_group.command("set-contract", help=t("roster_order.help.set_contract"))
@click.argument("staff_no")
@click.option("--weekly", metavar="HOURS", help=t("roster_order.help.weekly"))
@click.option("--monthly", metavar="HOURS", help=t("roster_order.help.monthly"))
@click.option("--weekdays", metavar="DAYS", help=t("roster_order.help.weekdays"))
@click.option("--earliest", metavar="HH:MM", help=t("roster_order.help.earliest"))
@click.option("--latest", metavar="HH:MM", help=t("roster_order.help.latest"))
@click.option("--runs", nargs=2, type=int, metavar="MIN MAX", help=t("roster_order.help.runs"))
@click.option("--days-off", type=int, help=t("roster_order.help.days_off"))
@click.option("--weekends", metavar="COUNT", help=t("roster_order.help.weekends"))
@click.option("--in-roster/--not-in-roster", default=None, help=t("roster_order.help.in_roster"))
@json_option
@pass_invocation
def set_contract_command(
    invocation: Invocation,
    staff_no: str,
    weekly: str | None,
    monthly: str | None,
    weekdays: str | None,
    earliest: str | None,
    latest: str | None,
    runs: tuple[int, int] | None,
    days_off: int | None,
    weekends: str | None,
    in_roster: bool | None,
    as_json: bool,
) -> None:
    """What somebody may be asked to work; what is not given stays, and - takes a limit away."""
    from frontdesk.roster.standing.cells import minutes_of, weekdays_of
    from frontdesk.roster.standing.changes import PutContract
    from frontdesk.roster.standing.service import standing_order

    context = open_desk(invocation, writing=True)
    given: dict[str, object] = {}
    readers: dict[str, tuple[str | None, Callable[[str], object]]] = {
        "weekly_minutes": (weekly, minutes_of),
        "monthly_minutes": (monthly, minutes_of),
        "weekdays": (weekdays, weekdays_of),
        "earliest": (earliest, _clock),
        "latest": (latest, _clock),
        "max_weekends": (weekends, int),
    }
    for key, (text, read) in readers.items():
        if text is not None:
            given[key] = None if text == NONE and key not in ("weekly_minutes", "weekdays") else _typed(read, text)
    if runs is not None:
        given["min_run"], given["max_run"] = runs
    if days_off is not None:
        given["min_days_off"] = days_off
    if in_roster is not None:
        given["in_roster"] = in_roster
    contract = standing_order(context).contract_of(staff_no).model_copy(update=given)
    submit(context, PutContract(contract=contract), as_json)


@order_group.command("set-qualification", help=t("roster_order.help.set_qualification"))
@click.argument("staff_no")
@click.argument("name")
@click.option("--until", metavar="DAY", help=t("roster_order.help.until"))
@click.option("--remove", is_flag=True, help=t("roster_order.help.remove"))
@json_option
@pass_invocation
def set_qualification_command(
    invocation: Invocation, staff_no: str, name: str, until: str | None, remove: bool, as_json: bool
) -> None:
    """Write down a certificate or skill, or that somebody has it no more."""
    from frontdesk.roster.standing.changes import SetQualification

    context = open_desk(invocation, writing=True)
    day = typed_day(until, context.today()).isoformat() if until else None
    submit(context, SetQualification(staff_no=staff_no, name=name, valid_until=day, held=not remove), as_json)


@order_group.command("set-competency", help=t("roster_order.help.set_competency"))
@click.argument("staff_no")
@click.argument("post")
@click.argument("level", type=click.IntRange(0, 3))
@click.option("--trained", metavar="DAY", help=t("roster_order.help.trained"))
@click.option("--checked-by", metavar="NAME", help=t("roster_order.help.checked_by"))
@json_option
@pass_invocation
def set_competency_command(
    invocation: Invocation,
    staff_no: str,
    post: str,
    level: int,
    trained: str | None,
    checked_by: str | None,
    as_json: bool,
) -> None:
    """Set a cell of the competency matrix."""
    from db.standing import Competency
    from frontdesk.roster.standing.changes import PutCompetency
    from frontdesk.roster.standing.service import standing_order

    context = open_desk(invocation, writing=True)
    before = standing_order(context).competencies.get((staff_no, post))
    base = before or Competency(staff_no=staff_no, post=post, level=level)
    given: dict[str, object] = {"level": level}
    if trained:
        given["last_trained"] = typed_day(trained, context.today()).isoformat()
    if checked_by:
        given["checked_by"] = checked_by
    submit(context, PutCompetency(competency=base.model_copy(update=given)), as_json)


@order_group.command("set-forbidden", help=t("roster_order.help.set_forbidden"))
@click.argument("shift")
@click.argument("next_shift")
@click.option("--allow", is_flag=True, help=t("roster_order.help.allow"))
@json_option
@pass_invocation
def set_forbidden_command(invocation: Invocation, shift: str, next_shift: str, allow: bool, as_json: bool) -> None:
    """Forbid a shift on the day after another, or allow it again."""
    from frontdesk.roster.standing.changes import SetForbidden

    change = SetForbidden(shift=shift.upper(), next_shift=next_shift.upper(), forbidden=not allow)
    submit(open_desk(invocation, writing=True), change, as_json)


@order_group.command("wish", help=t("roster_order.help.wish"))
@click.argument("staff_no")
@click.argument("first")
@click.argument("last", required=False)
@click.option("--want/--avoid", "wanted", default=False, help=t("roster_order.help.want"))
@click.option("--shift", metavar="CODE", help=t("roster_order.help.wish_shift"))
@click.option("--weight", type=int, default=3, help=t("roster_order.help.weight"))
@click.option("--note", default="", help=t("roster_order.help.note"))
@json_option
@pass_invocation
def wish_command(
    invocation: Invocation,
    staff_no: str,
    first: str,
    last: str | None,
    wanted: bool,
    shift: str | None,
    weight: int,
    note: str,
    as_json: bool,
) -> None:
    """Write down a wish for or against duty on some days."""
    from db.standing import WishRow
    from frontdesk.roster.standing.service import add_wish

    context = open_desk(invocation, writing=True)
    begins = typed_day(first, context.today())
    wish = WishRow(
        staff_no=staff_no,
        first_day=begins.isoformat(),
        last_day=(typed_day(last, context.today()) if last else begins).isoformat(),
        shift=shift.upper() if shift else None,
        wanted=wanted,
        weight=weight,
        note=note,
    )
    number = add_wish(context, wish)
    emit({"wish": number}, as_json, [t("roster_order.wish_kept", id=number)])


@order_group.command("wishes", help=t("roster_order.help.wishes"))
@click.option("--remove", "wish_id", type=record_number, metavar="NO", help=t("roster_order.help.remove_wish"))
@json_option
@pass_invocation
def wishes_command(invocation: Invocation, wish_id: int | None, as_json: bool) -> None:
    """The wishes from today on; or take one back."""
    from datetime import date

    from frontdesk.roster.standing import service as standing
    from frontdesk.roster.standing.words import wish_words

    context = open_desk(invocation, writing=wish_id is not None)
    if wish_id is not None:
        standing.remove_wish(context, wish_id)
    order = standing.standing_order(context)
    found = standing.wishes_between(context, context.today(), date.max)
    lines = [f"{wish.id}  {wish_words(order, wish)}" for wish in found]
    emit([wish.model_dump() for wish in found], as_json, lines or [t("roster_order.none_wished")])


def _typed(read: Callable[[str], T], text: str) -> T:
    """What a text means; wrong usage where it means nothing."""
    try:
        return read(text)
    except ValueError as wrong:
        raise click.UsageError(t("roster_order.bad_typed", value=text)) from wrong


def _clock(text: str) -> int:
    from frontdesk.roster.standing.cells import clock_of

    return _typed(clock_of, text)


def _days(text: str) -> tuple[DayKind, ...]:
    from frontdesk.roster.standing.cells import day_kinds_of

    return _typed(day_kinds_of, text)


@order_group.command("head", help=t("roster_order.help.head"))
@click.argument("staff_no", required=False)
@json_option
@pass_invocation
def head_command(invocation: Invocation, staff_no: str | None, as_json: bool) -> None:
    """Say who is the head of the centre, or name somebody."""
    from frontdesk.roster.day import heads

    context = open_desk(invocation, writing=staff_no is not None)
    named = None if staff_no == NONE else staff_no
    found = heads.head(context) if staff_no is None else heads.name_head(context, named)
    no, name = (found.no, found.name) if found else (None, "-")
    emit({"head": no, "name": name}, as_json, [t("roster_order.head", no=no or "-", name=name)])
