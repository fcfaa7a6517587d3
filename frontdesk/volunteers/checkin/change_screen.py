"""Changing one visit over any screen: its times, what it is credited to; and reading what it went through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from db.visits import VisitLine
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.shell.rowlist import Column
from frontdesk.volunteers.checkin import correcting, looking
from frontdesk.volunteers.checkin.looking import CreditChoice, Past
from frontdesk.volunteers.checkin.words import (
    choice_words,
    credited_words,
    day_words,
    kind_words,
    length,
    past_words,
    reason_hint,
    span,
    typed_reason,
    typed_times,
    who,
)

T = TypeVar("T")
GENERAL = "general"


async def save_change(screen: DeskScreen, case: Callable[[Context], T], said: str) -> str | None:
    """Make a change from a form: None when it is done, else in words why not."""
    try:
        await screen.desk_app.desk.run(case)
    except CodedError as refusal:
        return words_for(refusal)
    screen.notify(said)
    await screen.reload()
    return None


def zone_of(screen: DeskScreen) -> ZoneInfo:
    """The time zone of the centre."""
    return ZoneInfo(screen.desk_app.zone_name)


def read_times(screen: DeskScreen, day: date, values: dict[str, str]) -> tuple[datetime, datetime] | Wrong:
    """The times that were typed into `entered` and `left`, or what must be corrected first."""
    try:
        return typed_times(day, values["entered"], values["left"], zone_of(screen))
    except ValueError as wrong:
        return Wrong(t("checkin.screen.bad_time"), str(wrong))


async def ask_correct(screen: DeskScreen, visit: VisitLine) -> None:
    """Put the times of a visit right, beginning in the exit, because that is what was forgotten."""
    clock = screen.desk_app.clock_text

    async def save(values: dict[str, str]) -> str | Wrong | None:
        read = read_times(screen, date.fromisoformat(visit.day), values)
        if isinstance(read, Wrong):
            return read
        entered, left = read
        reason = typed_reason(values["reason"])

        def case(context: Context) -> None:
            correcting.correct_visit(
                context, visit.volunteer_no, visit.day, visit.number, entered=entered, left=left, reason=reason
            )

        said = t("checkin.screen.correct.done", span=f"{entered:%H:%M}-{left:%H:%M}")
        return await save_change(screen, case, said)

    left = clock(visit.left_at) if visit.left_at is not None else ""
    fields = (
        Field("entered", t("checkin.screen.entered"), clock(visit.entered_at), t("checkin.screen.time_hint")),
        Field("left", t("checkin.screen.left"), left, t("checkin.screen.time_hint")),
        Field("reason", t("checkin.screen.reason"), hint=reason_hint()),
    )
    name = who(visit.name, visit.volunteer_no)
    title = t("checkin.screen.correct.title", who=name, day=day_words(visit.day))
    await screen.app.push_screen(FormDialog(title, fields, save, first="left"))


async def choose_credit(
    screen: DeskScreen,
    title: str,
    volunteer_no: str,
    days: tuple[date, date],
    then: Callable[[CreditChoice | None], Awaitable[None]],
) -> None:
    """Choose what a visit is credited to among what there is between two days, or general service (None)."""
    found = await screen.attempt(lambda context: looking.credit_choices(context, volunteer_no, *days))
    if found is None:
        return
    clock = screen.desk_app.clock_text
    picks = []
    for place, one in enumerate(found):
        signed = t("checkin.screen.credit.signed") if one.signed else ""
        picks.append(Pick(str(place), choice_words(one, clock), one.title, signed))
    general = t("checkin.screen.general")
    picks.insert(sum(one.signed for one in found), Pick(GENERAL, ("", "", general), general))

    async def chosen(answer: tuple[int, str] | None) -> None:
        if answer is not None:
            await then(None if answer[1] == GENERAL else found[int(answer[1])])

    columns = (Column("", 5), Column("", 11), Column(""))
    page = PickPage(title, tuple(picks))
    await screen.app.push_screen(PickDialog([page], columns, hint=t("checkin.screen.credit.hint")), chosen)


async def ask_credit(screen: DeskScreen, visit: VisitLine) -> None:
    """Credit a visit to another assignment or session of its day, or to general service."""

    async def then(choice: CreditChoice | None) -> None:
        def case(context: Context) -> bool:
            correcting.credit_visit(
                context,
                visit.volunteer_no,
                visit.day,
                visit.number,
                assignment_id=choice.assignment_id if choice else None,
                # An assignment knows its session.
                session_code=choice.session_code if choice and choice.assignment_id is None else None,
            )
            return True

        if await screen.attempt(case):
            screen.notify(t("checkin.screen.credit.done", to=credited_words(choice.title if choice else "")))
        await screen.reload()

    day = date.fromisoformat(visit.day)
    title = t("checkin.screen.credit.title", who=who(visit.name, visit.volunteer_no), day=day_words(visit.day))
    # What runs over midnight began the day before.
    await choose_credit(screen, title, visit.volunteer_no, (day - timedelta(days=1), day), then)


async def show_visit(
    screen: DeskScreen,
    visit: VisitLine,
    keys: Sequence[tuple[str, str]] = (),
    then: Callable[[str], Awaitable[None]] | None = None,
) -> None:
    """A visit with all that it went through, to read; `keys` go on from there by way of `then`."""
    past = await screen.attempt(lambda context: looking.history(context, visit))
    if past is None:
        return

    async def answered(key: str | None) -> None:
        if key is not None and then is not None:
            await then(key)

    title = f"{who(visit.name, visit.volunteer_no)}  {visit.team}".rstrip()
    await screen.app.push_screen(ReadDialog(title, visit_lines(screen, visit, past), keys), answered)


def visit_lines(screen: DeskScreen, visit: VisitLine, past: Sequence[Past]) -> list[Line]:
    """What is to be known of a visit, and below it its history."""
    app = screen.desk_app
    over = visit.day < app.today().isoformat()
    times = span(visit.entered_at, visit.left_at, app.clock_text)
    stayed = f"  {length((visit.left_at - visit.entered_at) // 1000)}" if visit.left_at is not None else ""
    lines: list[Line] = [
        (f"{day_words(visit.day)}  {times}{stayed}  {kind_words(visit, is_over=over)}", ""),
        (t("checkin.screen.credited", to=credited_words(visit.credited_to)), ""),
    ]
    if visit.basis == "inferred" and not visit.annulled:
        words = t(f"checkin.screen.visit.{visit.review}", credit=length(visit.credit_seconds or 0))
        lines.append((words, "warning" if visit.review == "pending" else ""))
    lines.append((t("checkin.screen.history"), "heading"))
    lines += [(past_words(one, app.moment_text, app.clock_text), "muted") for one in past]
    return lines
