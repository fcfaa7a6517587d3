"""Somebody is not there, and is back: asked in two keys, answered with who acts now and what is taken over.

The dialogs go over any screen of the desk: the roster's and Today's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.roster import day as use_cases
from frontdesk.roster.board.edit_screen import candidate_columns, candidate_picks
from frontdesk.roster.board.facts import clock, short_day
from frontdesk.roster.day import Coverage, Gap, Restored
from frontdesk.roster.day.away_screen import ask_away
from frontdesk.roster.day.screen_words import coverage_lines, restored_lines, slot_text
from frontdesk.roster.legality import sentence
from frontdesk.roster.naming import labels_of
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column
from frontdesk.staff.service import staff_list

OTHERS = "others"


@dataclass(frozen=True)
class Who:
    """Somebody of whom an absence may be reported, with the role in which the cursor found this person."""

    no: str
    name: str
    role: str = ""


async def ask_absence(screen: DeskScreen, found: Sequence[Who], day: date | None = None) -> None:
    """Ask how long one of these people is away, the first of them all day unless told otherwise, and cover it."""
    app = screen.desk_app
    today = app.today()
    day = today if day is None or day < today else day
    said = t("roster_screen.absent.today") if day == today else short_day(day)
    now = app.local_minute()
    choices = []
    for one in found:
        label = f"{one.name} {one.role}".strip()
        choices.append((f"day:{one.no}", t("roster_screen.absent.whole", who=label, day=said)))
        if day == today:
            choices.append((f"rest:{one.no}", t("roster_screen.absent.rest", who=label, time=clock(now))))
        choices.append((f"form:{one.no}", t("roster_screen.absent.form", who=label)))
    choices.append((OTHERS, t("roster_screen.absent.others")))
    names = {one.no: one.name for one in found}

    async def chosen(answer: str | None) -> None:
        if answer is None:
            return
        span, _, no = answer.partition(":")
        if span == OTHERS:
            await choose_person(screen, (), t("roster_screen.absent.who"), again)
        elif span == "form":
            await _ask_span(screen, no, names[no], day)
        else:
            begins = now if span == "rest" else None
            done = await screen.attempt(
                lambda context: use_cases.report_absent(context, no, day, day, from_minute=begins)
            )
            if done is not None:
                await show_coverage(screen, names[no], done)

    async def again(who: Who) -> None:
        await ask_absence(screen, [who], day)

    if len(choices) == 1:
        await choose_person(screen, (), t("roster_screen.absent.who"), again)
        return
    await screen.app.push_screen(ChoiceDialog(t("roster_screen.absent.title"), choices), chosen)


async def ask_absence_of(screen: DeskScreen, people: Sequence[tuple[str, str, str]]) -> None:
    """The same from another feature's screen, for today: staff number, name and A or B of each."""
    await ask_absence(screen, [Who(*one) for one in people])


async def choose_person(
    screen: DeskScreen, here: Sequence[Who], title: str, then: Callable[[Who], Awaitable[None]]
) -> None:
    """Choose among everybody, those under the cursor first, and go on with that person."""
    staff = await screen.attempt(lambda context: staff_list(context.database))
    if staff is None:
        return
    first = [one.no for one in here]
    ordered = sorted(staff, key=lambda one: (first.index(one.no) if one.no in first else len(first), one.no))
    picks = tuple(Pick(one.no, (one.name, one.no), one.name) for one in ordered)
    by_no = labels_of(ordered)

    async def chosen(answer: tuple[int, str] | None) -> None:
        if answer is not None:
            await then(Who(answer[1], by_no[answer[1]]))

    columns = (Column(t("roster_screen.pick.name"), 12), Column(t("roster_screen.pick.no")))
    await screen.app.push_screen(PickDialog([PickPage(title, picks)], columns), chosen)


async def _ask_span(screen: DeskScreen, no: str, name: str, day: date) -> None:
    async def covered(done: Coverage) -> None:
        await show_coverage(screen, name, done)

    title = t("roster_screen.absent.form_title", who=name)
    await ask_away(screen, title, no, day, use_cases.report_absent, covered)


async def show_coverage(screen: DeskScreen, name: str, done: Coverage, handover_by: date | None = None) -> None:
    """Show who acts now; an empty post is an alarm, with those who could take it over.

    `handover_by` is the day until which a hand-over may still be written.
    """
    await screen.reload()
    if done.gaps:
        screen.app.bell()
        await _fill_gaps(screen, list(done.gaps))
        return
    if not done.changes:
        screen.notify(t("roster_screen.slot.nothing_touched", who=name))
        return
    lines = coverage_lines(done, done.names, handover_by)
    if done.alone:
        lines.append((t("roster_screen.slot.mend"), "muted"))
    await screen.app.push_screen(ReadDialog(t("roster_screen.absent.done", who=name), lines))


async def _fill_gaps(screen: DeskScreen, gaps: list[Gap]) -> None:
    """Ask gap by gap who takes over: the ranked substitutes, the head of the centre last."""
    gap, *rest = gaps
    operator = screen.desk_app.desk.operator
    title = t("roster_screen.slot.alarm", slot=slot_text(gap.slot))
    page = PickPage(title, tuple(candidate_picks(gap.candidates)))

    async def chosen(answer: tuple[int, str] | None) -> None:
        if answer is not None:
            await _substitute(screen, gap, answer[1])
        if rest:
            await _fill_gaps(screen, rest)

    override = operator is not None and operator.role == "manager"
    await screen.app.push_screen(PickDialog([page], candidate_columns(), override=override), chosen)


async def _substitute(screen: DeskScreen, gap: Gap, staff_no: str) -> None:
    one = next(candidate for candidate in gap.candidates if candidate.staff_no == staff_no)
    why = " ".join(sentence(fault) for fault in one.violations if fault.hard)
    done = await screen.attempt(
        lambda context: use_cases.assign(context, gap.slot, "acting", staff_no, why, override=bool(why))
    )
    await screen.reload()
    if done is not None:
        screen.notify(t("roster_screen.slot.acts", name=one.name, slot=slot_text(gap.slot)))


async def ask_back(screen: DeskScreen, staff_no: str) -> None:
    """Somebody is back: what is given back, and the briefing that is still to be given."""

    def case(context: Context) -> tuple[Restored, dict[str, str]]:
        done = use_cases.report_back(context, staff_no)
        return done, labels_of(staff_list(context.database))

    answer = await screen.attempt(case)
    await screen.reload()
    if answer is None:
        return
    done, names = answer
    title = t("roster_screen.back.done", who=names.get(staff_no, staff_no))
    await screen.app.push_screen(ReadDialog(title, restored_lines(done, names)))
