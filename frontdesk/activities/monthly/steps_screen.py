"""The steps of a monthly list on its screen: planned, approved, published, taken back, closed, each asked before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from frontdesk.activities.errors import ActivityError
from frontdesk.activities.monthly import planning, rules, service
from frontdesk.activities.monthly.errors import MonthlyError
from frontdesk.activities.monthly.planning import MonthPlan, PlannedDate
from frontdesk.common.dates import screen_date
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog
from frontdesk.shell.reading import Line, ReadDialog

if TYPE_CHECKING:
    from frontdesk.activities.monthly.screen import MonthScreen


def why_not(screen: MonthScreen, step: str) -> str | None:
    """Why a step cannot be taken now, in words; None where it can."""
    view = screen.view
    reason = rules.why_not(
        step,
        view.state,
        drafts=any(one.state == "draft" for one in view.sessions),
        planned=bool(view.planned),
        is_over=screen.desk_app.today() > view.period.last,
    )
    return t(f"monthly.why.{reason}") if reason else None


async def ask_plan(screen: MonthScreen) -> None:
    """Show every date that the series lack in the month; Enter makes them."""
    period = screen.period
    plan = await screen.attempt(lambda context: planning.preview_plan(context, period), slow=True)
    if plan is None:
        return
    if not plan.held:
        screen.notify(t("monthly.plan.nothing", month=period.label))
        return

    async def answered(key: str | None) -> None:
        if key is None:
            return
        if plan.clashing:
            await _ask_reason(
                screen, t("monthly.plan.reason_title", count=plan.clashing), lambda reason: _plan(screen, reason)
            )
        else:
            await _say(screen, lambda: _plan(screen, ""))

    title = t("monthly.plan.title", month=period.label, count=len(plan.held))
    keys = (("enter", t("monthly.plan.yes")),)
    await screen.app.push_screen(ReadDialog(title, _plan_lines(screen, plan), keys), answered)


async def _plan(screen: MonthScreen, reason: str) -> str:
    period = screen.period
    done = await screen.desk_app.desk.run(lambda context: planning.plan_month(context, period, reason))
    return t("monthly.plan.done", count=len(done.created))


def _plan_lines(screen: MonthScreen, plan: MonthPlan) -> list[Line]:
    lines: list[Line] = []
    if plan.unknown_years:
        years = "、".join(map(str, plan.unknown_years))
        lines.append((t("series.unknown_years", years=years), "warning"))
    for one in plan.dates:
        lines += _date_lines(screen, one)
    return lines


def _date_lines(screen: MonthScreen, one: PlannedDate) -> list[Line]:
    series, coming = one
    planned = coming.planned
    if planned.day is None:
        why = t(f"series.why.{planned.why}", name=planned.name)
        words = t("monthly.plan.not_held", day=screen_date(planned.series_day), name=series.name, why=why)
        return [(words, "muted")]
    span = f"{series.starts}-{series.ends}"
    words = t("monthly.plan.line", day=screen_date(planned.day), times=span, name=series.name, room=series.room)
    why = t(f"series.why.{planned.why}", name=planned.name)
    lines: list[Line] = [(f"{words}  {why}".rstrip(), "")]
    clock = screen.desk_app.clock_text
    for taken in coming.clashes:
        start, end = clock(taken.taken_from), clock(taken.taken_until)
        lines.append(("    " + t("monthly.plan.clash", words=taken.words, start=start, end=end), "bad"))
    lines += [("    " + t("monthly.plan.lead", name=name), "warning") for name in coming.leads]
    return lines


async def ask_approve(screen: MonthScreen) -> None:
    """Approve the drafts, after a question."""
    period = screen.period
    count = sum(one.state == "draft" for one in screen.view.sessions)

    async def done() -> str:
        approved = await screen.desk_app.desk.run(lambda context: service.approve(context, period))
        return t(f"monthly.approve.{'done' if approved else 'done_nothing_new'}", count=approved)

    question = t(f"monthly.approve.{'question' if count else 'nothing_new'}", month=period.label, count=count)
    await _ask(screen, question, t("monthly.approve.yes"), done)


async def ask_publish(screen: MonthScreen) -> None:
    """Publish the list, after a question and, where something is wrong with it, another; drafts that came after it was
    published become change lines.
    """
    period = screen.period
    if screen.view.state == "published":
        await _ask_publish_added(screen)
        return
    count = sum(one.state != "cancelled" for one in screen.view.sessions)
    question = t("monthly.publish.question", month=period.label, count=count)
    await _ask(screen, question, t("monthly.publish.yes"), lambda: _publish(screen))


async def _publish(screen: MonthScreen, *, accept_lacking: bool = False, reason: str = "") -> str | None:
    period = screen.period

    def case(context: Context) -> str:
        service.publish(context, period, accept_lacking=accept_lacking, force_rooms=bool(reason), reason=reason)
        return service.month_view(context, period).number

    try:
        number = await screen.desk_app.desk.run(case)
    except MonthlyError as refusal:
        if refusal.code == "lacking":
            await _ask(
                screen,
                words_for(refusal),
                t("monthly.publish.anyway"),
                lambda: _publish(screen, accept_lacking=True, reason=reason),
            )
            return None
        if refusal.code == "rooms_clash":
            await _ask_reason(
                screen,
                words_for(refusal),
                lambda why: _publish(screen, accept_lacking=accept_lacking, reason=why),
            )
            return None
        raise
    return t("monthly.publish.done", number=number)


async def _ask_publish_added(screen: MonthScreen) -> None:
    period = screen.period

    async def done(reason: str) -> str:
        count = await screen.desk_app.desk.run(lambda context: service.publish_added(context, period, reason))
        return t("monthly.publish.added_done", count=count)

    await _ask_reason(screen, t("monthly.publish.added_title", count=len(screen.view.planned)), done)


async def ask_withdraw(screen: MonthScreen) -> None:
    """Take the last step back with a reason."""
    period, state = screen.period, screen.view.state

    async def done(reason: str) -> str:
        after = await screen.desk_app.desk.run(lambda context: service.withdraw(context, period, reason))
        return t("monthly.withdraw.done", state=t(f"monthly.state.{after.state}"))

    step = t(f"monthly.state.{state or 'none'}")
    await _ask_reason(screen, t("monthly.withdraw.title", month=period.label, step=step), done)


async def ask_close(screen: MonthScreen) -> None:
    """Close the list with what was carried out, after a question that says it."""
    period = screen.period
    came = await screen.attempt(lambda context: service.carried_out(context, period))
    if came is None:
        return
    words = t("monthly.panel.carried_out", **came._asdict())
    question = t("monthly.close.question", month=period.label, carried_out=words)
    await _ask(screen, question, t("monthly.close.yes"), lambda: _close(screen))


async def _close(screen: MonthScreen, *, accept_unmarked: bool = False) -> str | None:
    period = screen.period
    try:
        came = await screen.desk_app.desk.run(
            lambda context: service.close(context, period, accept_unmarked=accept_unmarked)
        )
    except MonthlyError as refusal:
        if refusal.code != "unmarked":
            raise
        await _ask(screen, words_for(refusal), t("monthly.close.anyway"), lambda: _close(screen, accept_unmarked=True))
        return None
    return t("monthly.close.done", carried_out=t("monthly.panel.carried_out", **came._asdict()))


async def _ask(screen: MonthScreen, question: str, yes: str, done: Callable[[], Awaitable[str | None]]) -> None:
    async def answered(agreed: bool | None) -> None:
        if agreed:
            await _say(screen, done)

    await screen.app.push_screen(QuestionDialog(question, yes), answered)


async def _say(screen: MonthScreen, done: Callable[[], Awaitable[str | None]]) -> None:
    """Do it and say what was done; a refusal is said in words."""
    try:
        words = await done()
    except CodedError as refusal:
        screen.desk_app.say_failure(refusal)
        return
    await screen.reload()
    if words is not None:
        screen.notify(words, timeout=12)


async def _ask_reason(screen: MonthScreen, title: str, done: Callable[[str], Awaitable[str | None]]) -> None:
    """Ask for a reason and do it; what is refused stays in the form."""

    async def save(values: dict[str, str]) -> str | None:
        reason = values["reason"].strip()
        if not reason:
            return words_for(ActivityError("missing_reason"))
        try:
            words = await done(reason)
        except CodedError as refusal:
            return words_for(refusal)
        await screen.reload()
        if words is not None:
            screen.notify(words, timeout=12)
        return None

    await screen.app.push_screen(FormDialog(title, (Field("reason", t("monthly.reason")),), save))
