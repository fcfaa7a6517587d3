"""Commands: the rooms, what is booked in them, and how much they are used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.rooms import Booking, Occupation, Room
    from frontdesk.activities.rooms.service import Booked
    from frontdesk.context import Context


@click.group("room", help=t("cli.command.room"))
def room_group() -> None:
    """Rooms and bookings."""


@room_group.command("list", help=t("rooms.help.list"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, as_json: bool) -> None:
    """Every room in its order."""
    from frontdesk.activities.rooms import service

    found = service.rooms(open_desk(invocation, writing=False))
    emit([_room_json(one) for one in found], as_json, [_room_line(one) for one in found] or [t("rooms.no_rooms")])


def room_options(function: click.decorators.FC) -> click.decorators.FC:
    """What may be said of a room."""
    for name in ("note", "clearing", "setup", "opening", "zone", "capacity"):
        function = click.option(f"--{name}", help=t(f"rooms.help.{name}"))(function)
    return function


def _texts(**said: str | None) -> dict[str, str]:
    names = {"setup": "setup_minutes", "clearing": "clearing_minutes"}
    return {names.get(name, name): text for name, text in said.items() if text is not None}


@room_group.command("add", help=t("rooms.help.add"))
@click.argument("name")
@room_options
@json_option
@pass_invocation
def add_command(invocation: Invocation, /, name: str, as_json: bool, **said: str | None) -> None:
    """Add a room."""
    from frontdesk.activities.rooms import service
    from frontdesk.activities.rooms.typed import read_room

    context = open_desk(invocation, writing=True)
    made = service.add_room(context, read_room(_texts(**said), service.RoomFields(name)))
    emit(_room_json(made), as_json, [_room_line(made)])


@room_group.command("change", help=t("rooms.help.change"))
@click.argument("name")
@click.option("--name", "new_name", help=t("rooms.help.new_name"))
@room_options
@json_option
@pass_invocation
def change_command(
    invocation: Invocation, /, name: str, new_name: str | None, as_json: bool, **said: str | None
) -> None:
    """Change what is given; a new name goes wherever the old one stands."""
    from frontdesk.activities.rooms import service
    from frontdesk.activities.rooms.typed import read_room

    context = open_desk(invocation, writing=True)
    before = service.room_fields(service.room(context, name))
    after = service.change_room(context, name, read_room(_texts(name=new_name, **said), before))
    emit(_room_json(after), as_json, [_room_line(after)])


@room_group.command("order", help=t("rooms.help.order"))
@click.argument("names", nargs=-1, required=True)
@json_option
@pass_invocation
def order_command(invocation: Invocation, names: tuple[str, ...], as_json: bool) -> None:
    """Put the rooms in this order."""
    from frontdesk.activities.rooms import service

    context = open_desk(invocation, writing=True)
    service.order_rooms(context, names)
    found = service.rooms(context)
    emit([one.name for one in found], as_json, [one.name for one in found])


@room_group.command("close", help=t("rooms.help.close"))
@click.argument("name")
@click.option("--note", default="", help=t("rooms.help.close_note"))
@click.option("--reopen", is_flag=True, help=t("rooms.help.reopen"))
@click.option("--remove", is_flag=True, help=t("rooms.help.remove"))
@json_option
@pass_invocation
def close_command(invocation: Invocation, name: str, note: str, reopen: bool, remove: bool, as_json: bool) -> None:
    """Have a room booked no more, or again; or take one off the list that nothing was ever in."""
    from frontdesk.activities.rooms import service

    if reopen and remove:
        raise click.UsageError(t("rooms.reopen_or_remove"))
    context = open_desk(invocation, writing=True)
    if remove:
        service.remove_room(context, name)
        emit({"removed": name}, as_json, [t("rooms.removed", name=name)])
        return
    kept = service.open_room(context, name) if reopen else service.close_room(context, name, note)
    emit(_room_json(kept), as_json, [_room_line(kept)])


@room_group.command("bookings", help=t("rooms.help.bookings"))
@click.option("--from", "first", metavar="DAY", help=t("rooms.help.from"))
@click.option("--to", "last", metavar="DAY", help=t("rooms.help.to"))
@click.option("--room", default="", help=t("rooms.help.room"))
@json_option
@pass_invocation
def bookings_command(invocation: Invocation, first: str | None, last: str | None, room: str, as_json: bool) -> None:
    """The bookings of some days, of a week from today where none is said."""
    from frontdesk.activities.rooms import service

    context = open_desk(invocation, writing=False)
    begins, ends = days_of(context, first, last)
    found = service.bookings(context, begins, ends, service.room(context, room).name if room else "")
    lines = [_line(context, one) for one in found] or [t("rooms.no_bookings")]
    emit([booking_json(context, one) for one in found], as_json, lines)


@room_group.command("free", help=t("rooms.help.free"))
@click.argument("room")
@click.argument("day")
@click.argument("minutes", type=click.IntRange(1, 960))
@json_option
@pass_invocation
def free_command(invocation: Invocation, room: str, day: str, minutes: int, as_json: bool) -> None:
    """When a room is free on a day for so many minutes."""
    from frontdesk.activities.rooms import service
    from frontdesk.activities.rooms.rules import span_words
    from frontdesk.activities.rooms.typed import read_day

    context = open_desk(invocation, writing=False)
    found = service.free_times(context, room, read_day(day, context.today()), minutes)
    lines = [span_words(*one) for one in found]
    emit([span_words(*one) for one in found], as_json, lines or [t("rooms.free_none")])


@room_group.command("book", help=t("rooms.help.book"))
@click.argument("room")
@click.argument("day")
@click.argument("times")
@click.argument("purpose")
@click.option("--by", "booked_by", default="", help=t("rooms.help.by"))
@click.option("--phone", default="", help=t("rooms.help.phone"))
@click.option("--people", "head_count", type=click.IntRange(0, 10_000), default=0, help=t("rooms.help.people"))
@click.option("--setup", "setup_minutes", type=click.IntRange(0, 480), help=t("rooms.help.setup"))
@click.option("--clearing", "clearing_minutes", type=click.IntRange(0, 480), help=t("rooms.help.clearing"))
@click.option("--note", default="", help=t("rooms.help.note"))
@click.option("--confirmed", is_flag=True, help=t("rooms.help.confirmed"))
@click.option("--weekly-until", metavar="DAY", help=t("rooms.help.weekly_until"))
@click.option("--dry-run", is_flag=True, help=t("rooms.help.preview"))
@click.option("--override", metavar="REASON", help=t("rooms.help.override"))
@json_option
@pass_invocation
def book_command(
    invocation: Invocation,
    /,
    room: str,
    day: str,
    times: str,
    purpose: str,
    confirmed: bool,
    weekly_until: str | None,
    dry_run: bool,
    override: str | None,
    as_json: bool,
    **said: str | int | None,
) -> None:
    """Book a room, once or every week."""
    from frontdesk.activities.rooms import service
    from frontdesk.activities.rooms.typed import read_day, read_times

    if dry_run and not weekly_until:
        raise click.UsageError(t("rooms.preview_what"))
    context = open_desk(invocation, writing=True)
    on = read_day(day, context.today())
    fields = service.BookingFields(room, on, *read_times(times), purpose, **said)  # type: ignore[arg-type]
    forced = service.Override(override) if override is not None else None
    if weekly_until is None:
        _say(context, service.book(context, fields, confirmed=confirmed, override=forced), as_json)
        return
    until = read_day(weekly_until, context.today())
    if dry_run:
        planned = service.preview_weekly(context, fields, until)
        answer = [{"day": one.day.isoformat(), "clashes": _clashes_json(context, one.clashes)} for one in planned]
        emit(answer, as_json, [planned_line(context, one.day, one.clashes) for one in planned])
        return
    done = service.book_weekly(context, fields, until, confirmed=confirmed, override=forced)
    left = [{"day": one.day.isoformat(), "clashes": _clashes_json(context, one.clashes)} for one in done.left_out]
    lines = [_line(context, one.booking) for one in done.booked]
    lines += [planned_line(context, one.day, one.clashes) for one in done.left_out]
    booked = [booked_json(context, one) for one in done.booked]
    emit({"booked": booked, "left_out": left}, as_json, lines)


@room_group.command("move", help=t("rooms.help.move"))
@click.argument("booking_id", type=int)
@click.option("--room", help=t("rooms.help.room"))
@click.option("--day", metavar="DAY", help=t("rooms.help.day"))
@click.option("--times", metavar="14-1530", help=t("rooms.help.times"))
@click.option("--override", metavar="REASON", help=t("rooms.help.override"))
@json_option
@pass_invocation
def move_command(
    invocation: Invocation,
    booking_id: int,
    room: str | None,
    day: str | None,
    times: str | None,
    override: str | None,
    as_json: bool,
) -> None:
    """Move a booking to another room, day or time."""
    from frontdesk.activities.rooms import service
    from frontdesk.activities.rooms.typed import read_day, read_times

    if room is None and day is None and times is None:
        raise click.UsageError(t("rooms.move_where"))
    context = open_desk(invocation, writing=True)
    moved = service.move(
        context,
        booking_id,
        room=room,
        day=read_day(day, context.today()) if day is not None else None,
        times=read_times(times) if times is not None else None,
        override=service.Override(override) if override is not None else None,
    )
    _say(context, moved, as_json)


@room_group.command("confirm", help=t("rooms.help.confirm"))
@click.argument("booking_id", type=int)
@json_option
@pass_invocation
def confirm_command(invocation: Invocation, booking_id: int, as_json: bool) -> None:
    """Confirm a held booking."""
    from frontdesk.activities.rooms import service

    context = open_desk(invocation, writing=True)
    _say(context, service.Booked(service.confirm(context, booking_id)), as_json)


@room_group.command("cancel", help=t("rooms.help.cancel"))
@click.argument("booking_id", type=int)
@click.option("--reason", required=True, help=t("rooms.help.reason"))
@json_option
@pass_invocation
def cancel_command(invocation: Invocation, booking_id: int, reason: str, as_json: bool) -> None:
    """Call a booking off."""
    from frontdesk.activities.rooms import service

    context = open_desk(invocation, writing=True)
    _say(context, service.Booked(service.cancel(context, booking_id, reason)), as_json)


@room_group.command("use", help=t("rooms.help.use"))
@click.argument("booking_id", type=int)
@json_option
@pass_invocation
def use_command(invocation: Invocation, booking_id: int, as_json: bool) -> None:
    """Say that a booking was used."""
    from frontdesk.activities.rooms import service

    context = open_desk(invocation, writing=True)
    _say(context, service.Booked(service.mark_used(context, booking_id)), as_json)


@room_group.command("no-show", help=t("rooms.help.no_show"))
@click.argument("booking_id", type=int)
@json_option
@pass_invocation
def no_show_command(invocation: Invocation, booking_id: int, as_json: bool) -> None:
    """Say that nobody came."""
    from frontdesk.activities.rooms import service

    context = open_desk(invocation, writing=True)
    _say(context, service.Booked(service.mark_no_show(context, booking_id)), as_json)


def days_of(context: Context, first: str | None, last: str | None) -> tuple[date, date]:
    """The days that are asked for: a week from today or from the first day where nothing else is said."""
    from frontdesk.activities.rooms.typed import read_day

    begins = read_day(first, context.today(), coming=False) if first else context.today()
    return begins, read_day(last, context.today(), coming=False) if last else begins + timedelta(days=6)


def _room_json(one: Room) -> dict[str, object]:
    return one.model_dump()


def _room_line(one: Room) -> str:
    from frontdesk.activities.rooms.words import opening_words, room_words

    capacity = t("rooms.capacity_words", count=one.capacity) if one.capacity else ""
    parts = [one.name, one.zone, capacity, opening_words(one), room_words(one), one.note if one.bookable else ""]
    return "  ".join(filter(None, parts))


def booking_json(context: Context, one: Booking) -> dict[str, object]:
    """A booking as scripts get it: masked, instants by the centre's wall clock."""
    from frontdesk.activities.rooms.words import phone_in
    from frontdesk.common.masking import mask_numbers
    from frontdesk.common.names import mask_name
    from frontdesk.common.phones import mask_phone

    kept = one.model_dump(include={"id", "room", "day", "setup_minutes", "clearing_minutes", "purpose", "head_count"})
    return kept | {
        "starts_at": context.local(one.starts_at).isoformat(timespec="seconds"),
        "ends_at": context.local(one.ends_at).isoformat(timespec="seconds"),
        "booked_by": mask_name(one.booked_by),
        "phone": mask_phone(phone_in(context, one)),
        "state": one.state,
        "reason": mask_numbers(one.reason),
        "note": mask_numbers(one.note),
        "revision": one.revision,
    }


def booked_json(context: Context, done: Booked) -> dict[str, object]:
    """A booking with what is to be known of it."""
    return booking_json(context, done.booking) | {
        "warnings": [{"code": one.code, **one.details} for one in done.warnings],
        "clashes": _clashes_json(context, done.clashes),
    }


def _clashes_json(context: Context, found: tuple[Occupation, ...]) -> list[dict[str, object]]:
    return [
        {
            "kind": one.kind,
            "ref": one.ref,
            "taken_from": context.local(one.taken_from).isoformat(timespec="seconds"),
            "taken_until": context.local(one.taken_until).isoformat(timespec="seconds"),
        }
        for one in found
    ]


def planned_line(context: Context, day: date, found: tuple[Occupation, ...]) -> str:
    """One date of a recurring booking, with what takes the room then."""
    from frontdesk.activities.rooms.words import moment_words, occupation_words
    from frontdesk.common.dates import screen_date

    if not found:
        return t("rooms.planned", day=screen_date(day))
    one = found[0]
    return t(
        "rooms.planned_taken",
        day=screen_date(day),
        words=occupation_words(one),
        start=moment_words(context, one.taken_from, day),
        end=moment_words(context, one.taken_until, day),
    )


def _line(context: Context, one: Booking) -> str:
    from frontdesk.activities.rooms.words import booking_words
    from frontdesk.common.masking import mask_numbers
    from frontdesk.common.names import mask_name

    said = [mask_numbers(one.reason), mask_numbers(one.note)]
    return "  ".join(filter(None, [booking_words(context, one), mask_name(one.booked_by), *said]))


def _say(context: Context, done: Booked, as_json: bool) -> None:
    lines = [_line(context, done.booking), *(one.words() for one in done.warnings)]
    emit(booked_json(context, done), as_json, lines)
