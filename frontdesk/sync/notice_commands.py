"""`frontdesk sync notices` and `sync notice`: what the district sent down, and that it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t
from frontdesk.sync.command_words import instant, kind_words, minute

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.sync.service import Notice


@click.command("notices", help=t("sync.help.notices"))
@click.option("--all", "every_kind", is_flag=True, help=t("sync.help.notices_all"))
@json_option
@pass_invocation
def notices_command(invocation: Invocation, every_kind: bool, as_json: bool) -> None:
    """The notices of the district, or all its documents, the newest first."""
    from frontdesk.sync.service import notices

    context = open_desk(invocation, writing=False)
    found = notices(context, None if every_kind else "notice")
    lines = [_line(context, one) for one in found]
    emit([_row(context, one) for one in found], as_json, lines or [t("sync.no_notices")])


@click.group("notice", help=t("sync.help.notice"))
def notice_group() -> None:
    """One document of the district."""


@notice_group.command("show", help=t("sync.help.notice_show"))
@click.argument("document_id", metavar="ID")
@json_option
@pass_invocation
def show_command(invocation: Invocation, document_id: str, as_json: bool) -> None:
    """One document; looking at it does not count as having read it."""
    from frontdesk.sync.service import notice

    context = open_desk(invocation, writing=False)
    found = notice(context, document_id)
    emit(_row(context, found) | {"content": found.content.model_dump(mode="json")}, as_json, _text(context, found))


@notice_group.command("read", help=t("sync.help.notice_read"))
@click.argument("document_id", metavar="ID")
@json_option
@pass_invocation
def read_command(invocation: Invocation, document_id: str, as_json: bool) -> None:
    """Keep that a document was read; the next sync tells the district."""
    from frontdesk.sync.service import acknowledge

    context = open_desk(invocation, writing=True)
    found = acknowledge(context, document_id)
    emit(_row(context, found), as_json, [t("sync.notice_read", title=found.title)])


def _row(context: Context, one: Notice) -> dict[str, object]:
    return {
        "id": one.document_id,
        "number": one.number,
        "kind": one.kind,
        "title": one.title,
        "text": one.text,
        "important": one.is_important,
        "read_until": one.read_until.isoformat() if one.read_until else None,
        "issued_at": instant(context, one.issued_at),
        "received_at": instant(context, one.received_at),
        "channel": one.channel,
        "read_at": instant(context, one.read_at) if one.read_at is not None else None,
        "reader": one.reader,
        "told_at": instant(context, one.told_at) if one.told_at is not None else None,
        "known": one.is_known,
    }


def _line(context: Context, one: Notice) -> str:
    state = "read" if one.read_at is not None else "important" if one.is_important else "unread"
    return t(
        f"sync.notice_line.{state}",
        number=one.number,
        kind=kind_words(one.kind),
        title=one.title,
        at=minute(context, one.issued_at),
    )


def _text(context: Context, one: Notice) -> list[str]:
    from frontdesk.sync.document_words import document_lines

    return [_line(context, one), *(words for words, _ in document_lines(one, lambda at: minute(context, at)))]
