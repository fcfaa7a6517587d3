"""The commands of `case` that say which mechanisms the centre keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.adopting import Adopted

_since = click.option("--since", default="", metavar="YYYY-MM-DD", help=t("case_adoption.help.since"))


@click.command("adopted", help=t("case_adoption.help.adopted"))
@click.option("--undecided", is_flag=True, help=t("case_adoption.help.undecided"))
@json_option
@pass_invocation
def adopted_command(invocation: Invocation, undecided: bool, as_json: bool) -> None:
    """Which mechanisms the centre keeps."""
    from frontdesk.cases import service
    from frontdesk.cases.adopting_words import adopted_line

    every = service.adopted(open_desk(invocation, writing=False))
    found = [one for one in every if one.standing == "undecided" or not undecided]
    emit([_json(one) for one in found], as_json, [adopted_line(one) for one in found] or [t("case_adoption.all_said")])


def _json(one: Adopted) -> dict[str, object]:
    return {
        "definition": one.definition.code,
        "name": str(one.definition.name),
        "standing": one.standing,
        "kept": one.is_kept,
        "since": one.decision.since if one.decision is not None else one.first_record,
        "reason": one.decision.reason if one.decision is not None else "",
        "next": {"since": one.next.since, "kept": one.next.is_kept} if one.next is not None else None,
        "duties": [duty.code for duty in one.duties],
    }


@click.command("adopt", help=t("case_adoption.help.adopt"))
@click.argument("mechanisms", nargs=-1, required=True)
@_since
@json_option
@pass_invocation
def adopt_command(invocation: Invocation, mechanisms: tuple[str, ...], since: str, as_json: bool) -> None:
    """The centre keeps mechanisms."""
    from frontdesk.cases import service
    from frontdesk.cases.adopting_words import read_since

    context = open_desk(invocation, writing=True)
    day = read_since(context, since)
    service.adopt(context, mechanisms, day)
    names = [str(service.definitions(context)[code].name) for code in mechanisms]
    lines = [t("case_adoption.adopted", name=name, day=day.isoformat()) for name in names]
    emit({"adopted": list(mechanisms), "since": day.isoformat()}, as_json, lines)


@click.command("drop", help=t("case_adoption.help.drop"))
@click.argument("mechanisms", nargs=-1)
@click.option("--rest", is_flag=True, help=t("case_adoption.help.rest"))
@click.option("--reason", required=True, help=t("case_adoption.help.reason"))
@_since
@json_option
@pass_invocation
def drop_command(
    invocation: Invocation, mechanisms: tuple[str, ...], rest: bool, reason: str, since: str, as_json: bool
) -> None:
    """The centre does not keep mechanisms."""
    from frontdesk.cases import service
    from frontdesk.cases.adopting_words import read_since

    if bool(mechanisms) == rest or (rest and since):
        raise click.UsageError(t("case_adoption.usage.rest"))
    context = open_desk(invocation, writing=True)
    if rest:
        count = service.drop_rest(context, reason)
        emit({"dropped": count}, as_json, [t("case_adoption.dropped_rest", count=count)])
        return
    day = read_since(context, since)
    service.drop(context, mechanisms, reason, day)
    names = [str(service.definitions(context)[code].name) for code in mechanisms]
    lines = [t("case_adoption.dropped", name=name, day=day.isoformat()) for name in names]
    emit({"dropped": list(mechanisms), "since": day.isoformat()}, as_json, lines)


COMMANDS = (adopted_command, adopt_command, drop_command)
