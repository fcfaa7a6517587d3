"""Commands: what is written down of a volunteer: call-ups of the talent pool, training, awards, evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.context import Context

KINDS = ("training", "award", "evaluation")
OUTCOMES = ("came", "declined", "absent")


@click.group("call-up", help=t("register.help.call_up"))
def call_up_group() -> None:
    """Call-ups of the talent pool."""


@call_up_group.command("add", help=t("register.help.call_up_add"))
@click.argument("no")
@click.option("--purpose", required=True, help=t("register.field.purpose"))
@click.option("--day", default="", help=t("register.column.day"))
@click.option("--skill", default="", help=t("register.column.skill"))
@json_option
@pass_invocation
def call_up_add_command(invocation: Invocation, no: str, purpose: str, day: str, skill: str, as_json: bool) -> None:
    """Note that a volunteer was called up."""
    from frontdesk.volunteers.register import service as register
    from frontdesk.volunteers.register.fields import read_number

    context = open_desk(invocation, writing=True)
    no = read_number(no)
    made = register.add_call_up(context, no, day=_day(context, day), purpose=purpose, skill=skill)
    emit({"id": made, "no": no}, as_json, [f"{made}  {t('register.called_up', no=no)}"])


@call_up_group.command("outcome", help=t("register.help.call_up_outcome"))
@click.argument("call_up_id", type=int, metavar="ID")
@click.argument("outcome", type=click.Choice(OUTCOMES))
@json_option
@pass_invocation
def call_up_outcome_command(invocation: Invocation, call_up_id: int, outcome: Any, as_json: bool) -> None:
    """Note what came of a call-up."""
    from frontdesk.volunteers.register import service as register

    done = register.set_outcome(open_desk(invocation, writing=True), call_up_id, outcome)
    emit({"id": done.id, "outcome": done.outcome}, as_json, [f"{done.id}  {t(f'register.outcome.{outcome}')}"])


@click.group("record", help=t("register.help.record"))
def record_group() -> None:
    """Training, awards, evaluations."""


@record_group.command("add", help=t("register.help.record_add"))
@click.argument("no")
@click.option("--kind", type=click.Choice(KINDS), required=True, help=t("register.column.kind"))
@click.option("--title", required=True, help=t("register.column.title"))
@click.option("--day", default="", help=t("register.column.day"))
@click.option("--detail", default="", help=t("register.column.detail"))
@click.option("--grade", default="", help=t("register.column.grade"))
@json_option
@pass_invocation
def record_add_command(
    invocation: Invocation, no: str, kind: Any, title: str, day: str, detail: str, grade: str, as_json: bool
) -> None:
    """Write a training, an award or an evaluation down."""
    from frontdesk.volunteers.register import service as register
    from frontdesk.volunteers.register.fields import read_number

    context = open_desk(invocation, writing=True)
    no = read_number(no)
    made = register.add_record(context, no, kind, day=_day(context, day), title=title, detail=detail, grade=grade)
    emit({"id": made, "no": no, "kind": kind}, as_json, [f"{made}  {t(f'register.kind.{kind}')}  {title}"])


@record_group.command("annul", help=t("register.help.record_annul"))
@click.argument("record_id", type=int, metavar="ID")
@click.option("--reason", required=True, help=t("register.field.reason"))
@json_option
@pass_invocation
def record_annul_command(invocation: Invocation, record_id: int, reason: str, as_json: bool) -> None:
    """Annul a record; it stays to be seen."""
    from frontdesk.volunteers.register import service as register

    done = register.annul_record(open_desk(invocation, writing=True), record_id, reason)
    words = t("register.annulled", title=done.title, reason=reason)
    emit({"id": done.id, "annulled": True}, as_json, [words])


def _day(context: Context, text: str) -> str:
    from frontdesk.common.typed_dates import read_typed_date
    from frontdesk.volunteers.register.errors import RegisterError

    try:
        return read_typed_date(text or "+0", context.today()).isoformat()
    except ValueError:
        raise RegisterError("bad_day", text=text) from None
