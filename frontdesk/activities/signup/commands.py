"""Commands: sign-up, the queue, the lottery, and who is to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.registrations import Channel, Registration, ToTell
    from frontdesk.activities.signup.service import SignUp
    from frontdesk.context import Context

CHANNELS = ("desk", "phone", "hotline", "online")


@click.group("signup", help=t("cli.command.signup"))
def signup_group() -> None:
    """Who signs up for a session, who waits, who moves up."""


@signup_group.command("add", help=t("signup.help.add"))
@click.argument("session")
@click.option("--name", help=t("signup.help.name"))
@click.option("--phone", help=t("signup.help.phone"))
@click.option("--resident", "resident_id", type=int, metavar="ID", help=t("signup.help.resident"))
@click.option("--party", "party_size", type=int, default=1, show_default=True, help=t("signup.help.party"))
@click.option("--least", "least_seats", type=int, help=t("signup.help.least"))
@click.option("--member", "members", type=int, multiple=True, metavar="ID", help=t("signup.help.member"))
@click.option(
    "--channel", type=click.Choice(CHANNELS), default="desk", show_default=True, help=t("signup.help.channel")
)
@click.option("--force", is_flag=True, help=t("signup.help.force"))
@click.option("--reason", default="", help=t("signup.help.reason"))
@json_option
@pass_invocation
def add_command(
    invocation: Invocation,
    session: str,
    name: str | None,
    phone: str | None,
    resident_id: int | None,
    party_size: int,
    least_seats: int | None,
    members: tuple[int, ...],
    channel: Channel,
    force: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Sign somebody up, from the register or by name and phone."""
    from frontdesk.activities.signup import service

    context = open_desk(invocation, writing=True)
    if resident_id is None:
        made = service.sign_up(
            context,
            session,
            name or "",
            phone or "",
            party_size,
            least_seats=least_seats,
            members=members,
            force=force,
            reason=reason,
            channel=channel,
        )
    else:
        made = service.sign_up_resident(
            context,
            session,
            resident_id,
            party_size,
            least_seats=least_seats,
            members=members,
            force=force,
            reason=reason,
            channel=channel,
        )
    _say_sign_up(made, as_json)


@signup_group.command("cancel", help=t("signup.help.cancel"))
@click.argument("session")
@click.argument("number", type=int)
@click.option("--by-centre", is_flag=True, help=t("signup.help.by_centre"))
@click.option("--reason", default="", help=t("signup.help.reason"))
@json_option
@pass_invocation
def cancel_command(
    invocation: Invocation, session: str, number: int, by_centre: bool, reason: str, as_json: bool
) -> None:
    """Take a number off the list of a session."""
    from frontdesk.activities.signup.moving import cancel_sign_up

    context = open_desk(invocation, writing=True)
    party = _numbered(context, session, number)
    _say_moved(context, cancel_sign_up(context, party.id, by_centre=by_centre, reason=reason), as_json)


@signup_group.command("accept", help=t("signup.help.accept"))
@click.argument("session")
@click.argument("number", type=int)
@json_option
@pass_invocation
def accept_command(invocation: Invocation, session: str, number: int, as_json: bool) -> None:
    """Note that a number takes the seat on offer."""
    from frontdesk.activities.signup.moving import accept_offer

    context = open_desk(invocation, writing=True)
    accept_offer(context, _numbered(context, session, number).id)
    _say_moved(context, [], as_json)


@signup_group.command("decline", help=t("signup.help.decline"))
@click.argument("session")
@click.argument("number", type=int)
@click.option("--reason", default="", help=t("signup.help.reason"))
@json_option
@pass_invocation
def decline_command(invocation: Invocation, session: str, number: int, reason: str, as_json: bool) -> None:
    """Note that a number does not take the seat on offer."""
    from frontdesk.activities.signup.moving import decline_offer

    context = open_desk(invocation, writing=True)
    party = _numbered(context, session, number)
    _say_moved(context, decline_offer(context, party.id, reason=reason), as_json)


@signup_group.command("party", help=t("signup.help.change_party"))
@click.argument("session")
@click.argument("number", type=int)
@click.argument("party_size", type=int)
@click.option("--least", "least_seats", type=int, help=t("signup.help.least"))
@json_option
@pass_invocation
def party_command(
    invocation: Invocation, session: str, number: int, party_size: int, least_seats: int | None, as_json: bool
) -> None:
    """Make a party another size."""
    from frontdesk.activities.signup.moving import change_party

    context = open_desk(invocation, writing=True)
    party = _numbered(context, session, number)
    _say_moved(context, change_party(context, party.id, party_size, least_seats), as_json)


@signup_group.command("move", help=t("signup.help.move"))
@click.argument("session")
@click.argument("number", type=int)
@click.argument("to_session")
@click.option("--force", is_flag=True, help=t("signup.help.force"))
@click.option("--reason", default="", help=t("signup.help.reason"))
@json_option
@pass_invocation
def move_command(
    invocation: Invocation, session: str, number: int, to_session: str, force: bool, reason: str, as_json: bool
) -> None:
    """Move a number to the list of another session."""
    from frontdesk.activities.signup.moving import move_sign_up

    context = open_desk(invocation, writing=True)
    party = _numbered(context, session, number)
    _say_sign_up(move_sign_up(context, party.id, to_session, force=force, reason=reason), as_json)


@signup_group.command("give", help=t("signup.help.give"))
@click.argument("session")
@click.argument("number", type=int)
@click.option("--reason", default="", help=t("signup.help.reason"))
@json_option
@pass_invocation
def give_command(invocation: Invocation, session: str, number: int, reason: str, as_json: bool) -> None:
    """Put a number before everybody else, with a reason."""
    from frontdesk.activities.signup.moving import give_seat

    context = open_desk(invocation, writing=True)
    _say_sign_up(give_seat(context, _numbered(context, session, number).id, reason), as_json)


@signup_group.command("draw", help=t("signup.help.draw"))
@click.argument("session")
@click.option("--seed", help=t("signup.help.seed"))
@click.option("--show", is_flag=True, help=t("signup.help.show"))
@click.option("--force", is_flag=True, help=t("signup.help.draw_force"))
@click.option("--reason", default="", help=t("signup.help.reason"))
@json_option
@pass_invocation
def draw_command(
    invocation: Invocation, session: str, seed: str | None, show: bool, force: bool, reason: str, as_json: bool
) -> None:
    """Draw the lottery of a session, or show the draw again."""
    from frontdesk.activities.signup import drawing

    context = open_desk(invocation, writing=not show)
    if show:
        made = drawing.drawn_list(context, session)
    else:
        made = drawing.draw(context, session, seed, force=force, reason=reason)
    lines = [t("signup.drawn", seed=made.seed), t("signup.formula")]
    lines += [
        t("signup.draw_line", place=one.place, seq_no=one.seq_no, state=t(f"activities.state.{one.state}"))
        for one in made.lines
    ]
    emit({**made._asdict(), "lines": [one._asdict() for one in made.lines]}, as_json, lines)


@signup_group.command("queue", help=t("signup.help.queue"))
@click.argument("session")
@click.argument("number", type=int, required=False)
@json_option
@pass_invocation
def queue_command(invocation: Invocation, session: str, number: int | None, as_json: bool) -> None:
    """Who waits, in the order of the queue; with a number, why it has no seat yet."""
    from frontdesk.activities.signup.telling import public_list, why_not_yet

    context = open_desk(invocation, writing=False)
    if number is not None:
        reasons = why_not_yet(context, _numbered(context, session, number).id)
        words = [one.words() for one in reasons]
        found = [
            {"code": one.code, **one.details, "rule": one.rule, "words": said}
            for one, said in zip(reasons, words, strict=True)
        ]
        emit(found, as_json, words)
        return
    waiting = sorted((one for one in public_list(context, session) if one.place), key=lambda one: one.place)
    lines = [t("signup.queue_line", place=one.place, seq_no=one.seq_no) for one in waiting]
    emit([one._asdict() for one in waiting], as_json, lines or [t("signup.nobody_waits")])


@signup_group.command("tell", help=t("signup.help.tell"))
@click.argument("session", required=False)
@click.argument("number", type=int, required=False)
@json_option
@pass_invocation
def tell_command(invocation: Invocation, session: str | None, number: int | None, as_json: bool) -> None:
    """Who has to be told what; with session and number, note that it was told."""
    from frontdesk.activities.service import session as session_of
    from frontdesk.activities.signup.moving import told
    from frontdesk.activities.signup.settling import settle_due
    from frontdesk.activities.signup.telling import to_tell

    context = open_desk(invocation, writing=number is not None)
    if session is not None and number is not None:
        told(context, _numbered(context, session, number).id)
        _say_moved(context, [], as_json)
        return
    if session is not None:
        session_of(context, session)
    settle_due(context)
    found = [one for one in to_tell(context) if session in (None, one.session_code)]
    emit(
        [_told_as_json(context, one) for one in found],
        as_json,
        [_told_line(context, one) for one in found] or [t("signup.nobody_to_tell")],
    )


@signup_group.command("list", help=t("signup.help.list"))
@click.argument("session")
@json_option
@pass_invocation
def list_command(invocation: Invocation, session: str, as_json: bool) -> None:
    """Everybody on the list of a session, names masked."""
    from frontdesk.activities.service import session as session_of
    from frontdesk.activities.signup.service import registrations
    from frontdesk.common.names import mask_name

    context = open_desk(invocation, writing=False)
    session_of(context, session)
    found = registrations(context, session)
    shown = ("id", "seq_no", "state", "party_size", "least_seats", "seats", "rule", "channel", "offer_until", "tell")
    values = [
        {**{key: getattr(one, key) for key in shown}, "name": mask_name(one.name), "status": one.status}
        for one in found
    ]
    lines = [
        t(
            "signup.list_line",
            seq_no=one.seq_no,
            name=mask_name(one.name),
            size=one.party_size,
            state=t(f"activities.state.{one.state}"),
        )
        for one in found
    ]
    emit(values, as_json, lines or [t("activities.no_sign_ups")])


@signup_group.command("public", help=t("signup.help.public"))
@click.argument("session")
@json_option
@pass_invocation
def public_command(invocation: Invocation, session: str, as_json: bool) -> None:
    """The list of a session for the wall: numbers, never names."""
    from frontdesk.activities.signup.telling import public_list

    found = public_list(open_desk(invocation, writing=False), session)
    lines = [
        t("signup.public_line", seq_no=one.seq_no, state=t(f"activities.state.{one.state}"), place=one.place or "-")
        for one in found
    ]
    emit([one._asdict() for one in found], as_json, lines or [t("activities.no_sign_ups")])


@signup_group.command("log", help=t("signup.help.log"))
@click.argument("session")
@click.argument("number", type=int, required=False)
@json_option
@pass_invocation
def log_command(invocation: Invocation, session: str, number: int | None, as_json: bool) -> None:
    """What happened to the seats of a session, or to one number, and by which rule."""
    from frontdesk.activities.service import registrations
    from frontdesk.activities.service import session as session_of
    from frontdesk.activities.signup.telling import log_words, seat_log

    context = open_desk(invocation, writing=False)
    session_of(context, session)
    party = None if number is None else _numbered(context, session, number).id
    entries = seat_log(context, session, party)
    numbers = {one.id: one.seq_no for one in registrations(context, session)}
    lines, found = [], []
    for one in entries:
        seq_no = numbers.get(one.registration_id or 0)
        whose = t("signup.log_of", seq_no=seq_no) if seq_no else ""
        words = f"{whose}{log_words(one)}"
        lines.append(f"{context.local(one.at):%m-%d %H:%M}  {words}  {one.reason}".rstrip())
        found.append(one.model_dump() | {"seq_no": seq_no, "detail": one.said(), "words": log_words(one)})
    emit(found, as_json, lines)


def _numbered(context: Context, session: str, number: int) -> Registration:
    """The sign-up with a number on the list of a session. Raises `unknown_session`, `unknown_registration`."""
    from db import registrations as records
    from frontdesk.activities.errors import ActivityError
    from frontdesk.activities.service import session as session_of

    session_of(context, session)
    found = next(
        (one for one in records.of_session(context.database.connection, session) if one.seq_no == number), None
    )
    if found is None:
        raise ActivityError("unknown_registration")
    return found


def _say_sign_up(made: SignUp, as_json: bool) -> None:
    warnings = [t(f"signup.warning.{one.code}", **one.details) for one in made.warnings]
    value = {**made._asdict(), "warnings": [{"code": one.code, **one.details} for one in made.warnings]}
    emit(value, as_json, [_became(made), *warnings])


def _became(made: SignUp) -> str:
    if made.state == "waitlisted":
        return t("signup.now_waits", seq_no=made.seq_no, place=made.place)
    return t("signup.now", seq_no=made.seq_no, state=t(f"activities.state.{made.state}"))


def _say_moved(context: Context, moved: Sequence[int], as_json: bool) -> None:
    """Who moved up: the numbers, for whoever calls them."""
    from db import registrations as records

    found = [records.registration(context.database.connection, one) for one in moved]
    numbers = [one.seq_no for one in found if one is not None]
    lines = [t("signup.done")]
    if numbers:
        lines.append(t("signup.moved_up", numbers="、".join(map(str, numbers))))
    emit({"moved_up": numbers}, as_json, lines)


def _told_as_json(context: Context, one: ToTell) -> dict[str, object]:
    from frontdesk.activities.signup.telling import tell_words
    from frontdesk.common.names import mask_name

    return {**one.model_dump(), "name": mask_name(one.name), "words": tell_words(context, one)}


def _told_line(context: Context, one: ToTell) -> str:
    from frontdesk.activities.signup.telling import tell_words
    from frontdesk.common.names import mask_name

    return t(
        "signup.tell_line",
        session=one.session_code,
        name=one.session_name,
        seq_no=one.seq_no,
        who=mask_name(one.name),
        words=tell_words(context, one),
    )
