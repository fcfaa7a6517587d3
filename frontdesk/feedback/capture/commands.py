"""Commands: writing ratings down, looking at them one by one, writing them out, and what can be rated."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    clear_options,
    emit,
    json_option,
    open_desk,
    pass_invocation,
)
from frontdesk.common.masking import mask_numbers
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.rating_services import RatingService
    from frontdesk.access.service import Approver
    from frontdesk.feedback.capture.recording import Listed

MOST_SLIPS = 1000


@click.command("add", help=t("feedback.help.add"))
@click.argument("level")
@click.argument("subject", default="")
@click.option("--channel", default="paper", help=t("feedback.help.channel"))
@click.option("--day", default="", help=t("feedback.help.day"))
@click.option("--aspects", default="", help=t("feedback.help.aspects"))
@click.option("--tag", "tags", multiple=True, help=t("feedback.help.tag"))
@click.option("--comment", default="", help=t("feedback.help.comment"))
@click.option("--name", default="", help=t("feedback.help.name"))
@click.option("--phone", default="", help=t("feedback.help.phone"))
@click.option("--staff", "staff_no", default="", help=t("feedback.help.staff"))
@click.option("--resident", "resident_id", type=click.IntRange(1), help=t("feedback.help.resident"))
@click.option("--count", type=click.IntRange(1, MOST_SLIPS), default=1, help=t("feedback.help.count"))
@json_option
@pass_invocation
def add_command(
    invocation: Invocation,
    /,
    level: str,
    subject: str,
    day: str,
    aspects: str,
    channel: str,
    as_json: bool,
    **said: Any,
) -> None:
    """Write down a rating that came by phone or on paper, or several equal slips."""
    from frontdesk.feedback.capture import typed
    from frontdesk.feedback.capture.errors import FeedbackError
    from frontdesk.feedback.capture.recording import record, record_slips
    from frontdesk.feedback.capture.rules import Entry

    context = open_desk(invocation, writing=True)
    count = said.pop("count")
    entry = Entry(
        day=typed.read_day(day, context.today()),
        level=typed.read_level(level),
        channel=typed.read_channel(channel),
        aspects=typed.read_aspects(aspects),
        **typed.read_about(subject)._asdict(),
        **said,
    )
    if count > 1 and (entry.name or entry.phone or entry.resident_id):
        raise FeedbackError("names_need_one")
    if count > 1:
        record_slips(context, [entry] * count)
    else:
        record(context, entry)
    words = t("feedback.cli.added", count=count, level=t(f"feedback.level.{entry.level}"), subject=entry.subject)
    emit({"recorded": count, "level": entry.level, "subject": entry.subject}, as_json, [words])


@click.command("list", help=t("feedback.help.list"))
@click.option("--from", "first", metavar="DAY", default="", help=t("feedback.help.from"))
@click.option("--to", "last", metavar="DAY", default="", help=t("feedback.help.to"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, first: str, last: str, as_json: bool) -> None:
    """Ratings one by one, names and phones masked."""
    from frontdesk.feedback.capture import typed
    from frontdesk.feedback.capture.recording import workable

    context = open_desk(invocation, writing=False)
    today = context.today()
    ends = typed.read_day(last, today)
    begins = typed.read_day(first, today) if first.strip() else ends - timedelta(days=6)
    found = workable(context, begins, ends)
    emit(
        [_rating_json(one) for one in found], as_json, [_rating_line(one) for one in found] or [t("feedback.cli.none")]
    )


def _rating_json(one: Listed) -> dict[str, Any]:
    rating = one.rating.model_dump(exclude={"key", "ended"})
    about = {"label": one.label, "tags": list(one.tags), "name": one.name, "phone": one.phone}
    return rating | about | {"comment": mask_numbers(one.rating.comment)}


def _rating_line(one: Listed) -> str:
    rating = one.rating
    words = f"{rating.level} {t(f'feedback.level.{rating.level}')}"
    parts = (rating.day, words, one.label, t(f"feedback.channel.{rating.channel}"), one.name, "、".join(one.tags))
    return "  ".join(part for part in (*parts, mask_numbers(" ".join(rating.comment.split()))) if part)


@click.command("export", help=t("feedback.help.export"))
@click.argument("month", metavar="2026-10")
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("feedback.help.out"))
@click.option("--with-names", is_flag=True, help=t("feedback.help.with_names"))
@clear_options
@json_option
@pass_invocation
def export_command(
    invocation: Invocation,
    month: str,
    out: Path,
    with_names: bool,
    reason: str,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """Write the ratings of a month that is over into a file."""
    from frontdesk.common.periods import parse_period
    from frontdesk.feedback.capture.errors import FeedbackError
    from frontdesk.feedback.capture.exporting import export_ratings

    try:
        period = parse_period(month)
    except ValueError as wrong:
        raise FeedbackError("not_a_month", value=month) from wrong
    context = open_desk(invocation, writing=with_names)
    done = export_ratings(context, period, out, with_names=with_names, reason=reason, approver=approver)
    counts = {"shown": done.shown, "others": done.others, "left_out": done.left_out}
    more = {"named": done.named, "excluded": done.excluded, "out": str(done.out)}
    emit(counts | more, as_json, [t("feedback.export.done", **counts, out=done.out)])


@click.group("service", help=t("feedback.help.service"))
def service_group() -> None:
    """What can be rated, and which post answers for it."""


@service_group.command("list", help=t("feedback.help.service_list"))
@json_option
@pass_invocation
def service_list_command(invocation: Invocation, as_json: bool) -> None:
    """Every service in its order."""
    from frontdesk.feedback.capture.services import services

    _say_services(services(open_desk(invocation, writing=False)), as_json)


@service_group.command("add", help=t("feedback.help.service_add"))
@click.argument("name")
@click.option("--post", default="", help=t("feedback.help.post"))
@json_option
@pass_invocation
def service_add_command(invocation: Invocation, name: str, post: str, as_json: bool) -> None:
    """Put a service at the end of the register."""
    from frontdesk.feedback.capture.services import add_service

    context = open_desk(invocation, writing=True)
    _say_services([add_service(context, name, "" if post == "-" else post)], as_json)


@service_group.command("set", help=t("feedback.help.service_set"))
@click.argument("name")
@click.option("--post", help=t("feedback.help.post"))
@click.option("--offered", "offered", flag_value=True, default=None, type=bool, help=t("feedback.help.offered"))
@click.option("--withdrawn", "offered", flag_value=False, type=bool, help=t("feedback.help.withdrawn"))
@click.option("--up", is_flag=True, help=t("feedback.help.up"))
@json_option
@pass_invocation
def service_set_command(
    invocation: Invocation, name: str, post: str | None, offered: bool | None, up: bool, as_json: bool
) -> None:
    """Change post, offer or place of a service."""
    from frontdesk.feedback.capture.services import set_service

    context = open_desk(invocation, writing=True)
    changed = set_service(context, name, post="" if post == "-" else post, offered=offered, up=up)
    _say_services([changed], as_json)


@service_group.command("remove", help=t("feedback.help.service_remove"))
@click.argument("name")
@json_option
@pass_invocation
def service_remove_command(invocation: Invocation, name: str, as_json: bool) -> None:
    """Take off a service that nobody has rated."""
    from frontdesk.feedback.capture.services import remove_service, services

    context = open_desk(invocation, writing=True)
    remove_service(context, name)
    _say_services(services(context), as_json)


def _say_services(found: list[RatingService], as_json: bool) -> None:
    shown = []
    for one in found:
        off = "" if one.offered else t("feedback.cli.service_off")
        shown.append("  ".join(part for part in (one.name, one.post, off) if part))
    emit([one.model_dump() for one in found], as_json, shown)


CAPTURE_COMMANDS: tuple[click.Command, ...] = (add_command, list_command, export_command, service_group)
"""What this room adds to `rating`."""
