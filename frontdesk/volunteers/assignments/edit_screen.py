"""The forms and questions of the assignments' screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from frontdesk.common.names import mask_name
from frontdesk.common.typed_dates import read_coming_date, read_typed_date
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.agreeing import export_in_clear
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, QuestionDialog, Wrong
from frontdesk.volunteers.assignments import rules, service
from frontdesk.volunteers.assignments.rules import Fields

if TYPE_CHECKING:
    from db.assignments import AssignmentLine
    from frontdesk.access.service import Approver
    from frontdesk.shell.base import DeskScreen
    from frontdesk.volunteers.assignments.rules import Attendance

FIELD_OF = {
    "bad_day": "day",
    "already_served": "day",
    "bad_times": "times",
    "title_needed": "title",
    "already_planned": "title",
    "unknown_session": "session",
    "bad_needed": "needed",
}
"""Which field a refusal is about."""
CALENDAR_WEEKS = 26


class AssignmentForm(FormDialog):
    """A form of many fields, low enough for a window of 24 lines."""


class _Unread(ValueError):
    """What stands in a field cannot be read."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.wrong = Wrong(t(f"assignments.unread.{field}"), field)


async def ask_fields(
    screen: DeskScreen, line: AssignmentLine | None, day: str, then: Callable[[int], Awaitable[None]]
) -> None:
    """Add an assignment (`line` None) or change one; `then` is told its id."""
    before = None
    if line is not None:
        before = await screen.attempt(lambda context: service.fields_of(context, line))
        if before is None:
            return

    async def save(values: dict[str, str]) -> str | Wrong | None:
        try:
            fields = _read(values, screen.desk_app.today())
        except _Unread as unread:
            return unread.wrong

        def case(context: Context) -> int:
            if line is None:
                return service.add(context, fields)
            service.change(context, line.id, fields)
            return line.id

        try:
            number = await screen.desk_app.desk.run(case)
        except CodedError as refusal:
            words = words_for(refusal)
            field = FIELD_OF.get(refusal.code) or str((refusal.details or {}).get("field", ""))
            return Wrong(words, field) if field in values else words
        await then(number)
        return None

    title = t("assignments.new_title") if line is None else t("assignments.edit_title", title=line.title)
    await screen.app.push_screen(AssignmentForm(title, _fields(before, day), save))


def _fields(before: Fields | None, day: str) -> tuple[Field, ...]:
    values = {
        "day": before.day.isoformat() if before else day,
        "times": rules.span_words(before.starts, before.ends) if before else "",
        "title": before.title if before else "",
        "place": before.place if before else "",
        "needed": str(before.needed) if before else "",
        "session": (before.session_code or "") if before else "",
        "briefing": before.briefing if before else "",
    }
    return tuple(
        Field(name, t(f"assignments.field.{name}"), value, t(f"assignments.hint.{name}"))
        for name, value in values.items()
    )


def _read(values: dict[str, str], today: date) -> Fields:
    from unicodedata import normalize

    try:
        day = read_coming_date(values["day"], today)
    except ValueError as wrong:
        raise _Unread("day") from wrong
    try:
        starts, ends = rules.read_span(values["times"])
    except ValueError as wrong:
        raise _Unread("times") from wrong
    needed = normalize("NFKC", values["needed"]).strip() or "0"
    if not (needed.isascii() and needed.isdigit() and len(needed) <= 6):
        raise _Unread("needed")
    session = normalize("NFKC", values["session"]).strip().upper() or None
    return Fields(day, values["title"], starts, ends, values["place"], session, int(needed), values["briefing"])


async def ask_call_off(screen: DeskScreen, line: AssignmentLine) -> None:
    """Call an assignment off, with a reason."""

    async def save(values: dict[str, str]) -> str | None:
        try:
            await screen.desk_app.desk.run(lambda context: service.cancel(context, line.id, values["reason"]))
        except CodedError as refusal:
            return words_for(refusal)
        await screen.reload()
        screen.notify(t("assignments.called_off", title=line.title, count=line.signed))
        return None

    title = t("assignments.call_off_title", title=line.title, count=line.signed)
    await screen.app.push_screen(FormDialog(title, (Field("reason", t("assignments.field.reason")),), save))


async def ask_withdraw(screen: DeskScreen, line: AssignmentLine, person: Attendance) -> None:
    """Take one person off an assignment."""

    async def answered(yes: bool | None) -> None:
        if yes:
            await screen.attempt(lambda context: service.withdraw(context, line.id, person.volunteer_no))
            await screen.reload()

    question = t("assignments.withdraw_question", name=mask_name(person.name), title=line.title)
    await screen.app.push_screen(QuestionDialog(question, t("assignments.withdraw_yes")), answered)


async def ask_copy(screen: DeskScreen, line: AssignmentLine, shown: Sequence[int]) -> None:
    """Copy an assignment, or all that are shown, to other days or weeks."""
    day = date.fromisoformat(line.day)

    async def save(values: dict[str, str]) -> str | Wrong | None:
        try:
            later = rules.read_targets(values["to"], screen.desk_app.today(), day)
        except ValueError:
            return Wrong(t("assignments.unread.to"), "to")
        ids = list(shown) if _is_yes(values["all"]) else [line.id]
        people = _is_yes(values["people"])
        try:
            added = await screen.desk_app.desk.run(
                lambda context: service.copy(context, ids, later, with_people=people)
            )
        except CodedError as refusal:
            return words_for(refusal)
        await screen.reload()
        screen.notify(t("assignments.copied", count=len(added)))
        return None

    fields = (
        Field("to", t("assignments.field.to"), hint=t("assignments.hint.to")),
        Field("people", t("assignments.field.people"), t("assignments.no"), t("assignments.hint.yes_no")),
        Field("all", t("assignments.field.all", count=len(shown)), t("assignments.no"), t("assignments.hint.yes_no")),
    )
    await screen.app.push_screen(FormDialog(t("assignments.copy_title", title=line.title), fields, save))


def _is_yes(text: str) -> bool:
    return text.strip().casefold().startswith(("y", "1", "是", "s"))


async def ask_day(screen: DeskScreen, then: Callable[[date], Awaitable[None]]) -> None:
    """A day typed in."""

    async def save(values: dict[str, str]) -> str | None:
        try:
            day = read_typed_date(values["day"], screen.desk_app.today())
        except ValueError:
            return t("assignments.unread.day")
        await then(day)
        return None

    field = Field("day", t("assignments.field.day"), hint=t("assignments.hint.day"))
    await screen.app.push_screen(FormDialog(t("assignments.go_to_title"), (field,), save))


async def ask_export(screen: DeskScreen, first: date, last: date, person: Attendance | None) -> None:
    """Which paper: the list with masked names, with full ones, or a person's calendar file."""

    async def chosen(kind: str | None) -> None:
        if kind is None:
            return
        name = "assignments.calendar_file" if kind == "ics" else "assignments.sheet_file"
        stem = f"{t(name)}-{person.volunteer_no if kind == 'ics' and person else first.isoformat()}"
        out = free_path(screen.desk_app.export_folder(), stem, ".ics" if kind == "ics" else ".xlsx")

        def case(context: Context) -> int:
            from frontdesk.volunteers.assignments.exporting import write_calendar, write_sheet

            if kind == "ics" and person is not None:
                until = context.today() + timedelta(weeks=CALENDAR_WEEKS)
                return write_calendar(context, out, person.volunteer_no, min(first, context.today()), until)
            return write_sheet(context, out, first, last)

        def in_clear(context: Context, reason: str, approver: Approver | None) -> int:
            from frontdesk.volunteers.assignments.exporting import write_sheet

            return write_sheet(context, out, first, last, full_names=True, reason=reason, approver=approver)

        async def told(written: int) -> None:
            screen.notify(t("assignments.exported", count=written, out=out), timeout=12)

        if kind == "names":
            await export_in_clear(screen, f"assignments {first}/{last}", in_clear, told)
            return
        count = await screen.attempt(case, slow=True)
        if count is not None:
            await told(count)

    choices = [("masked", t("assignments.export.masked")), ("names", t("assignments.export.names"))]
    if person is not None:
        choices.append(("ics", t("assignments.export.ics", name=mask_name(person.name))))
    await screen.app.push_screen(ChoiceDialog(t("assignments.export.title"), choices), chosen)
