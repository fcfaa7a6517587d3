"""Commands: public notices of hours and the objections to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.hours_notices import Notice
    from frontdesk.volunteers.hours.notices import NoticeState, NoticeView

_NUMBER = click.IntRange(1, (1 << 63) - 1)


@click.group("notice", help=t("hours.help.notice"))
def notice_group() -> None:
    """Public notices of hours."""


@notice_group.command("publish", help=t("hours.help.notice_publish"))
@click.argument("period", metavar="PERIOD")
@json_option
@pass_invocation
def publish_command(invocation: Invocation, period: str, as_json: bool) -> None:
    """Publish the hours of a period."""
    from frontdesk.volunteers.hours.notices import notice_json, publish, state_of
    from frontdesk.volunteers.hours.spans import read_span

    context = open_desk(invocation, writing=True)
    span = read_span(period, context.today())
    kept = publish(context, span.first, span.last)
    emit(notice_json(kept, state_of(kept, context.today())), as_json, [notice_line(kept, "running")])


@notice_group.command("list", help=t("hours.help.notice_list"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, as_json: bool) -> None:
    """All notices, the latest first."""
    from frontdesk.volunteers.hours.notices import notice_json, notices, state_of

    context = open_desk(invocation, writing=False)
    today = context.today()
    found = [(one, state_of(one, today)) for one in notices(context)]
    lines = [notice_line(one, state) for one, state in found] or [t("hours.notice.none")]
    emit([notice_json(one, state) for one, state in found], as_json, lines)


@notice_group.command("show", help=t("hours.help.notice_show"))
@click.argument("notice_id", metavar="ID", type=_NUMBER)
@json_option
@pass_invocation
def show_command(invocation: Invocation, notice_id: int, as_json: bool) -> None:
    """A notice, its differences from what is recorded now, and its objections."""
    from frontdesk.volunteers.hours.notices import notice

    view = notice(open_desk(invocation, writing=False), notice_id)
    emit(view.as_json(), as_json, notice_lines(view))


@notice_group.command("print", help=t("hours.help.notice_print"))
@click.argument("notice_id", metavar="ID", type=_NUMBER)
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("hours.help.notice_out"))
@json_option
@pass_invocation
def print_command(invocation: Invocation, notice_id: int, out: Path, as_json: bool) -> None:
    """A notice for the board, as .pdf or .xlsx."""
    from frontdesk.volunteers.hours.notice_paper import export_notice

    written = export_notice(open_desk(invocation, writing=False), notice_id, out)
    emit({**written.as_json(), "notice": notice_id}, as_json, [t("hours.written", out=out)])


@notice_group.command("withdraw", help=t("hours.help.notice_withdraw"))
@click.argument("notice_id", metavar="ID", type=_NUMBER)
@click.option("--reason", required=True, help=t("hours.help.reason"))
@json_option
@pass_invocation
def withdraw_command(invocation: Invocation, notice_id: int, reason: str, as_json: bool) -> None:
    """Take a notice down."""
    from frontdesk.volunteers.hours.notices import withdraw_notice

    withdraw_notice(open_desk(invocation, writing=True), notice_id, reason)
    emit({"notice": notice_id, "state": "withdrawn"}, as_json, [t("hours.notice.withdrawn", id=notice_id)])


@notice_group.command("object", help=t("hours.help.notice_object"))
@click.argument("notice_id", metavar="ID", type=_NUMBER)
@click.argument("volunteer", metavar="NO")
@click.option("--words", required=True, help=t("hours.help.words"))
@json_option
@pass_invocation
def object_command(invocation: Invocation, notice_id: int, volunteer: str, words: str, as_json: bool) -> None:
    """Write an objection down."""
    from frontdesk.volunteers.hours.notices import object_to

    new = object_to(open_desk(invocation, writing=True), notice_id, volunteer, words)
    value = {"objection": new.id, "notice": notice_id, "volunteer": volunteer}
    emit(value, as_json, [t("hours.notice.objected", id=new.id, no=volunteer)])


@notice_group.command("decide", help=t("hours.help.notice_decide"))
@click.argument("objection_id", metavar="ID", type=_NUMBER)
@click.argument("outcome", type=click.Choice(["upheld", "rejected"]))
@click.option("--words", required=True, help=t("hours.help.words"))
@json_option
@pass_invocation
def decide_command(invocation: Invocation, objection_id: int, outcome: str, words: str, as_json: bool) -> None:
    """Decide an objection."""
    from frontdesk.volunteers.hours.notices import decide_objection

    context = open_desk(invocation, writing=True)
    decided = decide_objection(context, objection_id, upheld=outcome == "upheld", words=words)
    value = {"objection": objection_id, "outcome": decided.outcome, "volunteer": decided.volunteer_no}
    emit(value, as_json, [t(f"hours.notice.decided_{outcome}", id=objection_id, no=decided.volunteer_no)])


def notice_line(one: Notice, state: NoticeState) -> str:
    """A notice in one line."""
    words = t(
        "hours.notice.line",
        id=one.id,
        first=one.first,
        last=one.last,
        published=one.published_on,
        count=one.lines,
        state=t(f"hours.notice.state.{state}", until=one.until),
    )
    if one.objections:
        words += "  " + t("hours.notice.objections", count=one.objections, undecided=one.undecided)
    return words


def notice_lines(view: NoticeView) -> list[str]:
    """A notice whole, as lines of text."""
    from frontdesk.volunteers.hours.words import compared_words, objection_words

    lines = [notice_line(view.notice, view.state)]
    lines += [compared_words(line, view.rounding) for line in view.lines]
    return lines + [objection_words(one) for one in view.objections]
