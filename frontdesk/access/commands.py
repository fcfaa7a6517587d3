"""Commands: who may do what, and what waits for a second person."""

from __future__ import annotations

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t


@click.command("permissions", help=t("access.help.permissions"))
@click.option("--markdown", "as_markdown", is_flag=True, help=t("access.help.markdown"))
@json_option
@pass_invocation
def permissions_command(_: Invocation, as_markdown: bool, as_json: bool) -> None:
    """Every use case with who may begin it; needs no centre."""
    from frontdesk.access.permissions import markdown, use_cases
    from frontdesk.access.service import WHO

    if as_markdown:
        click.echo(markdown(), nl=False)
        return
    rows = [{"use_case": one.name, **{who: one.answer(who) for who in WHO}} for one in use_cases()]
    lines = [f"{row['use_case']}  {'  '.join(f'{who}:{row[who]}' for who in WHO)}" for row in rows]
    emit(rows, as_json, lines)


@click.group("approval", help=t("access.help.approval"))
def approval_group() -> None:
    """What a second person is asked to agree to."""


@approval_group.command("list", help=t("access.help.list"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, as_json: bool) -> None:
    """Requests, the latest first."""
    from frontdesk.access.service import requests

    found = requests(open_desk(invocation, writing=True))
    lines = [f"{one.id}  {one.asked_by}  {t(f'access.action.{one.action}')}  {one.subject}" for one in found]
    emit([one.model_dump() for one in found], as_json, lines)


@approval_group.command("grant", help=t("access.help.grant"))
@click.argument("number", type=int)
@pass_invocation
def grant_command(invocation: Invocation, number: int) -> None:
    """Agree to a request of somebody else."""
    _decide(invocation, number, granted=True)


@approval_group.command("refuse", help=t("access.help.refuse"))
@click.argument("number", type=int)
@pass_invocation
def refuse_command(invocation: Invocation, number: int) -> None:
    """Refuse a request of somebody else."""
    _decide(invocation, number, granted=False)


def _decide(invocation: Invocation, number: int, *, granted: bool) -> None:
    from frontdesk.access.service import decide

    done = decide(open_desk(invocation, writing=True), number, granted=granted)
    click.echo(t("access.granted" if granted else "access.refused", number=done.id, no=done.asked_by), err=True)
