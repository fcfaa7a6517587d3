"""What is done when somebody has signed in: the days behind are closed, and what stands in the way of work is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.errors import CodedError
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.context import Context, Operator
    from frontdesk.shell.app import FrontdeskApp


async def entered(app: FrontdeskApp, operator: Operator) -> None:
    """Close the days behind, warn of settings and of the clock, and go on indexing residents beside all else."""
    await _close_past_days(app, operator)
    await _warn_of_settings(app)
    await _warn_of_clock(app)
    if operator.role != "auditor":
        app.run_worker(_index_residents(app), group="residents", exclusive=True)
        app.run_worker(app.keeping.look_at_dates(), group="dates", exclusive=True)


async def _warn_of_settings(app: FrontdeskApp) -> None:
    """Say which setting is stored as what it cannot be; the others, and the scans, go on."""
    from frontdesk.settings.service import damaged_words

    try:
        damaged = await app.desk.run(lambda context: context.damaged_settings)
    except CodedError as failure:
        app.say_failure(failure)
        return
    if damaged:
        app.notify(damaged_words(damaged[0]), severity="warning", timeout=12)


async def _warn_of_clock(app: FrontdeskApp) -> None:
    """Say that nobody can be checked in while the clock is behind; it stands among what is due as well."""
    from frontdesk.volunteers.service import clocks

    try:
        shown = await app.desk.run(clocks)
    except CodedError as failure:
        app.say_failure(failure)
        return
    if shown.behind and shown.latest is not None:
        now, latest = (f"{one:%Y-%m-%d %H:%M}" for one in (shown.now, shown.latest))
        app.notify(t("checkin.clock.behind", now=now, latest=latest), severity="error", timeout=60)


async def _close_past_days(app: FrontdeskApp, operator: Operator) -> None:
    """Have the days behind closed by the first who signs in on a day and may write; the desk opens all the same."""
    if operator.role == "auditor" or app.closed_before == app.today():
        return
    from frontdesk.volunteers.service import close_past_days

    try:
        closed = await app.desk.run(close_past_days)
    except CodedError as failure:
        app.say_failure(failure)
        return
    app.closed_before = app.today()
    if closed:
        app.notify(t("checkin.days_closed", count=closed))
        app.mark_stale()


async def _index_residents(app: FrontdeskApp) -> None:
    """Have those residents found by pinyin who were written down before the register was searched: some at a time,
    beside the quick use cases, so that no key and no scan waits for all of them.
    """

    def some(context: Context) -> int:
        from frontdesk.residents.service import index_waiting

        return index_waiting(context)

    try:
        while await app.desk.run_slow(some):
            pass
    except CodedError as failure:
        app.say_failure(failure)
