"""Commands: check, close and amend periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.closings import Closing
    from frontdesk.context import Context
    from frontdesk.reports.closing.checklist import Item
    from frontdesk.reports.closing.rules import Change


@click.group("period", help=t("closing.help.group"))
def period_group() -> None:
    """Periods, their check list, their closing and their amendments."""


@period_group.command("list", help=t("closing.help.list"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, as_json: bool) -> None:
    """The closed periods, the last first."""
    from frontdesk.reports.closing.rules import is_damaged
    from frontdesk.reports.closing.service import standing_closings
    from frontdesk.reports.closing.words import moment_words

    context = open_desk(invocation, writing=False)
    found = standing_closings(context)
    lines = []
    for one in found:
        said = {"first": one.first_day, "last": one.last_day, "edition": one.edition, "by": one.closed_by}
        lines.append(t("closing.line.listed", key=one.period, at=moment_words(context, one.closed_at), **said))
        if is_damaged(one):
            lines.append(t("closing.line.damaged"))
    emit({"periods": [_as_json(context, one) for one in found]}, as_json, lines or [t("closing.line.none")])


@period_group.command("check", help=t("closing.help.check"))
@click.argument("period", required=False)
@json_option
@pass_invocation
@click.pass_context
def check_command(ctx: click.Context, invocation: Invocation, period: str | None, as_json: bool) -> None:
    """What is open before a period is closed, or what differs since; the exit code is 1 where anything is."""
    context = open_desk(invocation, writing=False)
    is_clear = _check_all(context, as_json) if period is None else _check_one(context, period, as_json)
    if not is_clear:
        ctx.exit(1)


def _check_all(context: Context, as_json: bool) -> bool:
    from frontdesk.reports.closing.rules import to_be_shown
    from frontdesk.reports.closing.words import change_words
    from frontdesk.reports.service import drifted

    found = drifted(context)
    lines = []
    for one in found:
        lines.append(t("closing.line.drifted", period=one.period.label, count=len(one.changes)))
        lines += [f"  {change_words(change)}" for change in to_be_shown(one.changes)]
    value = [{"period": one.period.key, "edition": one.edition, "changes": _changes(one.changes)} for one in found]
    emit({"drifted": value}, as_json, lines or [t("closing.all_same")])
    return not found


def _check_one(context: Context, key: str, as_json: bool) -> bool:
    from frontdesk.reports.closing.rules import to_be_shown
    from frontdesk.reports.closing.words import change_words, item_words
    from frontdesk.reports.service import check_list, closing_of, drift, period_named

    period = period_named(key, context)
    closing = closing_of(context, period)
    if closing is None:
        items = check_list(context, period)
        value: dict[str, object] = {
            "period": period.key,
            "edition": None,
            "items": [{"item": one.code, "count": one.count, "waivable": one.is_waivable} for one in items],
        }
        lines = [f"  {t(f'closing.state.{_state(one)}')}  {item_words(one)}" for one in items]
        emit(value, as_json, [period.label, *lines])
        return not any(one.is_open and one.is_binding for one in items)
    changes = drift(context, period)
    said = "closing.line.drifted" if changes else "closing.line.same"
    shown = to_be_shown(changes)
    lines = [t(said, period=period.label, count=len(changes)), *(f"  {change_words(one)}" for one in shown)]
    emit({"period": period.key, "edition": closing.edition, "changes": _changes(changes)}, as_json, lines)
    return not changes


def _state(item: Item) -> str:
    """`clear`, `told` for what is open and binds nobody, else `open`."""
    if not item.is_open:
        return "clear"
    return "open" if item.is_binding else "told"


@period_group.command("close", help=t("closing.help.close"))
@click.argument("period")
@click.option("--waive", "waived", multiple=True, help=t("closing.help.waive"))
@click.option("--reason", default="", help=t("closing.help.reason"))
@json_option
@pass_invocation
def close_command(invocation: Invocation, period: str, waived: tuple[str, ...], reason: str, as_json: bool) -> None:
    """Freeze the figures of a period."""
    from frontdesk.reports.service import close_period, period_named

    context = open_desk(invocation, writing=True)
    named = period_named(period, context)
    closing = close_period(context, named, waived, reason)
    said = t("closing.line.closed", period=named.label, edition=closing.edition, digest=closing.digest.hex())
    emit(_as_json(context, closing), as_json, [said])


@period_group.command("amend", help=t("closing.help.amend"))
@click.argument("period")
@click.option("--reason", required=True, help=t("closing.help.reason"))
@json_option
@pass_invocation
def amend_command(invocation: Invocation, period: str, reason: str, as_json: bool) -> None:
    """Make the next edition of a closed period."""
    from frontdesk.reports.closing.rules import read_changes, to_be_shown
    from frontdesk.reports.closing.words import change_words
    from frontdesk.reports.service import amend, period_named

    context = open_desk(invocation, writing=True)
    named = period_named(period, context)
    closing = amend(context, named, reason)
    said = t("closing.line.amended", period=named.label, edition=closing.edition, digest=closing.digest.hex())
    lines = [said, *(f"  {change_words(one)}" for one in to_be_shown(read_changes(closing.changes)))]
    emit(_as_json(context, closing), as_json, lines)


@period_group.command("show", help=t("closing.help.show"))
@click.argument("period")
@json_option
@pass_invocation
def show_command(invocation: Invocation, period: str, as_json: bool) -> None:
    """Every edition of a closed period, with what was open, what was amended and why."""
    from frontdesk.reports.closing.errors import ClosingError
    from frontdesk.reports.closing.rules import is_damaged, read_changes, to_be_shown
    from frontdesk.reports.closing.words import change_words, moment_words, waived_words
    from frontdesk.reports.service import editions, period_named

    context = open_desk(invocation, writing=False)
    named = period_named(period, context)
    found = editions(context, named)
    if not found:
        raise ClosingError("not_closed", period=named.label)
    lines = [f"{named.label}  {named.first} - {named.last}"]
    for one in found:
        at = moment_words(context, one.closed_at)
        digest = one.digest.hex()
        said = t("closing.line.edition", edition=one.edition, at=at, by=one.closed_by, digest=digest, reason=one.reason)
        lines.append(said.rstrip())
        if is_damaged(one):
            lines.append(t("closing.line.damaged"))
            continue
        lines += [t("closing.line.waived", item=words) for words in waived_words(one)]
        lines += [f"  {change_words(change)}" for change in to_be_shown(read_changes(one.changes))]
    emit({"period": named.key, "editions": [_as_json(context, one) for one in found]}, as_json, lines)


def _as_json(context: Context, one: Closing) -> dict[str, object]:
    from json import loads

    from frontdesk.reports.closing.kept import frozen_figures
    from frontdesk.reports.closing.rules import is_damaged

    # What is not what was closed is not handed out, nor read: it may be anything.
    said = None if is_damaged(one) else one
    return {
        "period": one.period,
        "edition": one.edition,
        "from": one.first_day,
        "to": one.last_day,
        "closed_at": context.local(one.closed_at).isoformat(),
        "closed_by": one.closed_by,
        "reason": one.reason,
        "waived": loads(said.waived) if said else None,
        "changes": loads(said.changes) if said else None,
        "digest": one.digest.hex(),
        "figures": frozen_figures(said) if said else None,
        "indicators": loads(said.indicators) if said else None,
        "damaged": said is None,
    }


def _changes(changes: tuple[Change, ...]) -> list[dict[str, object]]:
    return [change._asdict() for change in changes]
