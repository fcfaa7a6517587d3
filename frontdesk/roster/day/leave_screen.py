"""Leave at the desk: asking for it, approving and refusing, and every step of its hand-over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta

from db.leave import IN_FORCE, Handover, Leave
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.roster import day as use_cases
from frontdesk.roster.board.facts import clock, short_day
from frontdesk.roster.day import Clash, Coverage, HandoverDue, LeaveAsked, Restored
from frontdesk.roster.day.absence_screen import Who, choose_person, show_coverage
from frontdesk.roster.day.away_screen import ask_away
from frontdesk.roster.day.handover_rules import ABState
from frontdesk.roster.day.screen_words import handover_lines, restored_lines
from frontdesk.roster.day.words import state_words
from frontdesk.roster.naming import labels_of
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog
from frontdesk.shell.reading import ReadDialog
from frontdesk.staff.service import staff_list

DAYS_BACK, DAYS_AHEAD = 7, 60
"""Which leaves are listed: those that ended lately, and those to come."""
NEW = "new"
YES = ("y", "1", "是", "s")


Found = tuple[list[tuple[Leave, str, tuple[Clash, ...]]], list[HandoverDue], list[tuple[Leave, str]]]


def _find(context: Context) -> Found:
    today = context.today()
    listed = use_cases.leaves_between(context, today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD))
    return (
        use_cases.leave_requests(context),
        use_cases.handovers_due(context),
        [(one, name) for one, name in listed if one.state in IN_FORCE],
    )


async def show_leave(screen: DeskScreen, here: Sequence[Who]) -> None:
    """What waits for a decision, what of a hand-over is due, and who is or will be away; Enter goes on from there."""
    found = await screen.attempt(_find)
    if found is None:
        return
    requests, due, away = found
    choices = [(f"ask:{one.id}", _request_words(one, name, against)) for one, name, against in requests]
    choices += [(f"due:{place}", _due_words(one)) for place, one in enumerate(due)]
    choices.append((NEW, t("roster_screen.leave.new")))
    choices += [(f"away:{one.id}", leave_words(one, name)) for one, name in away]

    async def chosen(answer: str | None) -> None:
        kind, _, number = (answer or "").partition(":")
        if kind == NEW:
            await _ask_new(screen, here)
        elif kind == "ask":
            leave, name, against = next(one for one in requests if one[0].id == int(number))
            await _decide(screen, leave, name, against)
        elif kind == "due":
            await _step(screen, due[int(number)])
        elif kind == "away":
            leave, name = next(one for one in away if one[0].id == int(number))
            await _open_leave(screen, leave, name)

    await screen.app.push_screen(ChoiceDialog(t("roster_screen.leave.title"), choices), chosen)


def leave_words(leave: Leave, name: str) -> str:
    """A leave in one line: who, which days and times, which kind, in which state."""
    first, last = date.fromisoformat(leave.first_day), date.fromisoformat(leave.last_day)
    days = (
        short_day(first)
        if first == last
        else t("roster_screen.leave.days", first=f"{first:%m-%d}", last=f"{last:%m-%d}")
    )
    begins = clock(leave.from_minute) if leave.from_minute is not None else ""
    ends = clock(leave.until_minute) if leave.until_minute is not None else ""
    times = f" {begins}-{ends}" if begins or ends else ""
    state, kind = t(f"roster_screen.leave.state.{leave.state}"), t(f"roster_screen.kind.{leave.kind}")
    return f"{state}  {name}  {days}{times}  {kind} {leave.reason}".rstrip()


def _request_words(leave: Leave, name: str, against: Sequence[Clash]) -> str:
    words = leave_words(leave, name)
    return words + ("  " + t("roster_screen.leave.clash", post=against[0].post) if against else "")


def _due_words(due: HandoverDue) -> str:
    late = t("roster_screen.leave.late") if due.late else t("roster_screen.leave.by", day=short_day(due.due))
    said = t(f"roster_screen.leave.step.{due.step}", name=due.name, to=due.to_name or "-", post=due.post)
    return f"{said}  {late}"


async def _ask_new(screen: DeskScreen, here: Sequence[Who]) -> None:
    """A planned leave: for whoever the cursor stands on, or somebody else."""

    async def ask(who: Who) -> None:
        async def asked(done: LeaveAsked) -> None:
            screen.notify(t("roster_screen.leave.asked", who=who.name, due=short_day(done.handover_due)), timeout=12)
            await screen.reload()

        title = t("roster_screen.leave.new_title", who=who.name)
        tomorrow = screen.desk_app.today() + timedelta(days=1)
        await ask_away(screen, title, who.no, tomorrow, use_cases.ask_leave, asked)

    await choose_person(screen, here, t("roster_screen.leave.who"), ask)


async def _decide(screen: DeskScreen, leave: Leave, name: str, against: Sequence[Clash]) -> None:
    """Approve, refuse or take back a leave that was asked for."""
    actions = [
        ("approve", t("roster_screen.leave.approve")),
        ("refuse", t("roster_screen.leave.refuse")),
        ("withdraw", t("roster_screen.leave.withdraw")),
    ]
    title = leave_words(leave, name)
    for clash in against[:2]:
        names = "、".join(clash.names)
        title += "\n" + t("roster_screen.leave.clash_day", post=clash.post, day=short_day(clash.day), names=names)

    async def chosen(action: str | None) -> None:
        if action == "approve":
            await _approve(screen, leave, name, bool(against))
        elif action == "refuse":
            await _refuse(screen, leave, name)
        elif action == "withdraw":
            await _withdraw(screen, leave, name)

    await screen.app.push_screen(ChoiceDialog(leave_words(leave, name), actions), chosen)


async def _approve(screen: DeskScreen, leave: Leave, name: str, clashing: bool) -> None:
    """Approve it; where A and B would both be away, with somebody who covers."""

    async def approve(covering: Who | None) -> None:
        cover = covering.no if covering else None

        def case(context: Context) -> tuple[Coverage, date]:
            return use_cases.approve_leave(context, leave.id, covering=cover), use_cases.handover_due(context, leave)

        answer = await screen.attempt(case)
        if answer is not None:
            done, due = answer
            await show_coverage(screen, name, done, due if due >= screen.desk_app.today() else None)

    if clashing:
        await choose_person(screen, (), t("roster_screen.leave.cover_who"), approve)
    else:
        await approve(None)


async def _refuse(screen: DeskScreen, leave: Leave, name: str) -> None:
    async def save(values: dict[str, str]) -> str | None:
        try:
            await screen.desk_app.desk.run(
                lambda context: use_cases.refuse_leave(context, leave.id, values["reason"].strip())
            )
        except CodedError as refusal:
            return words_for(refusal)
        screen.notify(t("roster_screen.leave.refused", who=name))
        await screen.reload()
        return None

    field = Field("reason", t("roster_screen.reason"), hint=t("roster_screen.leave.reason_hint"))
    await screen.app.push_screen(FormDialog(t("roster_screen.leave.refuse_title", who=name), (field,), save))


async def _withdraw(screen: DeskScreen, leave: Leave, name: str) -> None:
    def case(context: Context) -> tuple[Restored, dict[str, str]]:
        done = use_cases.withdraw_absence(context, leave.id)
        return done, labels_of(staff_list(context.database))

    answer = await screen.attempt(case)
    await screen.reload()
    if answer is not None:
        title = t("roster_screen.leave.withdrawn", who=name)
        await screen.app.push_screen(ReadDialog(title, restored_lines(*answer)))


async def _open_leave(screen: DeskScreen, leave: Leave, name: str) -> None:
    """Its hand-overs to read, and what can be done with it."""

    def case(context: Context) -> tuple[list[Handover], list[HandoverDue], dict[str, ABState]]:
        return (
            use_cases.handovers_of(context, leave.id),
            use_cases.steps_of(context, leave.id),
            use_cases.states(context, leave.id),
        )

    found = await screen.attempt(case)
    if found is None:
        return
    written, due, states = found
    actions: list[tuple[str, str]] = [(f"due:{place}", _due_words(one)) for place, one in enumerate(due)]
    actions += [(f"read:{one.id}", t("roster_screen.leave.read", post=one.post)) for one in written]
    actions.append(("withdraw", t("roster_screen.leave.withdraw")))

    async def chosen(answer: str | None) -> None:
        kind, _, number = (answer or "").partition(":")
        if kind == "due":
            await _step(screen, due[int(number)])
        elif kind == "read":
            one = next(handover for handover in written if handover.id == int(number))
            title = t("roster_screen.leave.handover", who=name, post=one.post)
            await screen.app.push_screen(ReadDialog(title, handover_lines(one)))
        elif kind == "withdraw":
            await _withdraw(screen, leave, name)

    title = "\n".join([leave_words(leave, name), *(state_words(post, state) for post, state in states.items())])
    await screen.app.push_screen(ChoiceDialog(title, actions), chosen)


async def _step(screen: DeskScreen, due: HandoverDue) -> None:
    """Do the step of a hand-over that is due."""
    steps: dict[str, Callable[[DeskScreen, HandoverDue], Awaitable[None]]] = {
        "write": _write,
        "acknowledge": _acknowledge,
        "brief": _brief,
    }
    await steps[due.step](screen, due)


async def _write(screen: DeskScreen, due: HandoverDue) -> None:
    """What is handed over with the post: open matters and things, with semicolons between."""

    async def write(to: Who) -> None:
        async def save(values: dict[str, str]) -> str | None:
            items, materials = (_pieces(values[name]) for name in ("items", "materials"))
            try:
                await screen.desk_app.desk.run(
                    lambda context: use_cases.write_handover(context, due.leave_id, due.post, to.no, items, materials)
                )
            except CodedError as refusal:
                return words_for(refusal)
            screen.notify(t("roster_screen.leave.written", to=to.name))
            await screen.reload()
            return None

        fields = (
            Field("items", t("roster_screen.leave.items"), hint=t("roster_screen.leave.items_hint")),
            Field("materials", t("roster_screen.leave.materials"), hint=t("roster_screen.leave.materials_hint")),
        )
        title = t("roster_screen.leave.write_title", who=due.name, post=due.post, to=to.name)
        await screen.app.push_screen(FormDialog(title, fields, save))

    if due.to_staff:
        await write(Who(due.to_staff, due.to_name))
    else:
        await choose_person(screen, (), t("roster_screen.leave.to_whom"), write)


def _pieces(text: str) -> list[str]:
    return [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]


async def _acknowledge(screen: DeskScreen, due: HandoverDue) -> None:
    found = await screen.attempt(lambda context: use_cases.handovers_of(context, due.leave_id))
    one = next((handover for handover in found or () if handover.id == due.handover_id), None)
    if one is None:
        return
    number = one.id

    async def answered(key: str | None) -> None:
        if key != "enter":
            return
        done = await screen.attempt(lambda context: use_cases.acknowledge_handover(context, number))
        if done is not None:
            screen.notify(t("roster_screen.leave.acknowledged"))
        await screen.reload()

    title = t("roster_screen.leave.handover", who=due.name, post=due.post)
    keys = [("enter", t("roster_screen.leave.acknowledge"))]
    await screen.app.push_screen(ReadDialog(title, handover_lines(one), keys), answered)


async def _brief(screen: DeskScreen, due: HandoverDue) -> None:
    number = due.handover_id
    if number is None:
        return

    async def save(values: dict[str, str]) -> str | None:
        back = values["back"].strip().lower().startswith(YES)
        try:
            await screen.desk_app.desk.run(
                lambda context: use_cases.brief_back(context, number, values["summary"], materials_back=back)
            )
        except CodedError as refusal:
            return words_for(refusal)
        screen.notify(t("roster_screen.leave.briefed"))
        await screen.reload()
        return None

    fields = (
        Field("summary", t("roster_screen.leave.summary"), hint=t("roster_screen.leave.summary_hint")),
        Field("back", t("roster_screen.leave.back"), t("roster_screen.leave.yes"), t("roster_screen.leave.back_hint")),
    )
    title = t("roster_screen.leave.brief_title", to=due.to_name, who=due.name, post=due.post)
    await screen.app.push_screen(FormDialog(title, fields, save))
