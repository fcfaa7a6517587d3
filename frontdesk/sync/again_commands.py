"""`frontdesk sync again`: send received reports once more, for a district that had to restore an old backup."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.sync.again import SentAgain, SentOnce

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("again", help=t("sync_again.help"))
@click.argument("periods", nargs=-1, metavar="[PERIOD]...")
@click.option("--since", type=DAY, metavar="DAY", help=t("sync_again.help.since"))
@json_option
@pass_invocation
def again_command(invocation: Invocation, periods: tuple[str, ...], since: datetime | None, as_json: bool) -> None:
    """Send received reports once more, the very same bytes, and check the receipts; nothing changes here."""
    from frontdesk.sync.again import send_again
    from frontdesk.sync.wire import kind_of

    if periods and since is not None:
        raise click.UsageError(t("sync_again.usage"))
    for period in periods:
        kind_of(period)
    day = since.date() if since is not None else None
    result = send_again(open_desk(invocation, writing=True), periods, day, progress=_say)
    _raise_unless_held(result)
    held, taken = result.count("held"), result.count("taken")
    words = t("sync_again.done", held=held, taken=taken) if result.handled else t("sync_again.nothing")
    emit({"held": held, "taken": taken, "refused": 0, "left": 0, "reports": _rows(result)}, as_json, [words])


def _say(once: SentOnce) -> None:
    progress(
        t(
            f"sync_again.progress.{once.answered}",
            done=once.done,
            total=once.total,
            period=once.period,
            revision=once.revision,
            reason=once.message or once.code,
        )
    )


def _rows(result: SentAgain) -> list[dict[str, object]]:
    names = ("report_id", "period", "revision", "answered", "code", "message")
    return [{name: getattr(one, name) for name in names} for one in result.handled]


def _raise_unless_held(result: SentAgain) -> None:
    """Make of reports that the district does not hold now the one coded failure that the command ends with."""
    from frontdesk.sync.again import AgainError

    refused = result.count("refused")
    counts = {"held": result.count("held"), "taken": result.count("taken"), "refused": refused, "left": result.left}
    if result.problem:
        raise AgainError("not_answered", problem=result.problem, **counts, reports=_rows(result))
    if refused:
        raise AgainError("not_taken", **counts, reports=_rows(result))
