"""The forms and questions of the rooms' screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.activities.rooms import rules, service, typed
from frontdesk.activities.rooms.rules import BookingFields, Stretch
from frontdesk.activities.rooms.words import booking_words, moment_words, occupation_words, phone_in, purpose_words
from frontdesk.common.dates import screen_date
from frontdesk.common.phones import mask_phone
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.agreeing import export_in_clear
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, SavingForm, Wrong

if TYPE_CHECKING:
    from db.rooms import Booking
    from frontdesk.access.service import Approver
    from frontdesk.activities.rooms.service import Booked, Override, PlannedBooking
    from frontdesk.shell.base import DeskScreen

USUAL_MINUTES = 60


def wrong_of(refusal: CodedError, fields: Mapping[str, str]) -> str | Wrong:
    """A refusal in words, at the field that it is about."""
    field = str((refusal.details or {}).get("field", ""))
    field = "around" if field in ("setup_minutes", "clearing_minutes") else field
    words = words_for(refusal)
    return Wrong(words, field) if field in fields else words


async def ask_booking(screen: DeskScreen, room: str, day: date, minute: int) -> None:
    """Book a room, once or every week; the form begins with what is under the cursor."""
    starts = minute % rules.DAY_MINUTES
    texts = {"room": room, "day": day.isoformat(), "times": rules.span_words(starts, starts + USUAL_MINUTES)}
    names = ("room", "day", "times", "purpose", "booked_by", "phone", "head_count", "around", "until", "note")
    shown = _shown(names, texts, {})

    async def save(values: dict[str, str]) -> str | Wrong | None:
        today = screen.desk_app.today()
        try:
            fields = _read(values, today, None)
            until = typed.read_day(values["until"], today) if values["until"].strip() else None
            override = _override(values)
            if until is None:
                done = await screen.desk_app.desk.run(lambda context: _booked(context, fields, override))
            else:
                await _ask_weekly(screen, form, fields, until, override)
                return ""
        except CodedError as refusal:
            return wrong_of(refusal, values)
        await screen.reload()
        screen.notify(done, timeout=10)
        return None

    form = SavingForm(t("rooms.book_title"), shown, save, first="purpose")
    await screen.app.push_screen(form)


def _shown(names: tuple[str, ...], texts: Mapping[str, str], hints: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(
        Field(name, t(f"rooms.field.{name}"), texts.get(name, ""), hints.get(name) or t(f"rooms.hint.{name}"))
        for name in (*names, "override")
    )


def _read(values: Mapping[str, str], today: date, before: BookingFields | None) -> BookingFields:
    """What stands in the form; raises RoomError."""
    starts, ends = typed.read_times(values["times"])
    setup, clearing = _around(values["around"], before)
    phone: str | None = values["phone"].strip()
    if before is not None:
        phone = None if not phone else "" if phone in typed.NO_PHONE else phone
    return BookingFields(
        values["room"],
        typed.read_day(values["day"], today),
        starts,
        ends,
        values["purpose"],
        values["booked_by"],
        phone,
        typed.read_number("head_count", values["head_count"]),
        setup,
        clearing,
        values["note"],
    )


def _around(text: str, before: BookingFields | None) -> tuple[int | None, int | None]:
    """The minutes of setting up and clearing, 15/10; nothing typed: as the room usually takes."""
    if not text.strip():
        return None, None
    first, _, last = text.replace("／", "/").partition("/")
    most = rules.LONGEST_AROUND
    return typed.read_number("setup_minutes", first, most), typed.read_number("clearing_minutes", last, most)


def _override(values: Mapping[str, str]) -> Override | None:
    return service.Override(values["override"]) if values["override"].strip() else None


def _booked(context: Context, fields: BookingFields, override: Override | None) -> str:
    return _said(context, "rooms.booked", service.book(context, fields, override=override))


def _said(context: Context, key: str, done: Booked) -> str:
    parts = [t(key, line=booking_words(context, done.booking)), *(one.words() for one in done.warnings)]
    return " ".join(parts)


async def _ask_weekly(
    screen: DeskScreen, form: FormDialog, fields: BookingFields, until: date, override: Override | None
) -> None:
    """Show every date with what it collides with, and book those that are free; raises RoomError."""

    def preview(context: Context) -> list[tuple[str, str, bool]]:
        planned = service.preview_weekly(context, fields, until)
        return [(one.day.isoformat(), planned_words(context, one), bool(one.clashes)) for one in planned]

    found = await screen.desk_app.desk.run(preview)

    async def answered(chosen: str | None) -> None:
        if chosen is None:
            return
        done = await screen.attempt(lambda context: service.book_weekly(context, fields, until, override=override))
        if done is not None:
            form.dismiss(True)
            await screen.reload()
            screen.notify(t("rooms.booked_weekly", count=len(done.booked), left=len(done.left_out)), timeout=10)

    title = t("rooms.weekly_title", count=len(found), clashes=sum(taken for _, _, taken in found))
    choices = [(day, f"{'x' if taken else ' '} {words}") for day, words, taken in found]
    await screen.app.push_screen(ChoiceDialog(title, choices), answered)


def planned_words(context: Context, one: PlannedBooking) -> str:
    """One date of a recurring booking, with what takes the room then."""
    if not one.clashes:
        return t("rooms.planned", day=screen_date(one.day))
    other = one.clashes[0]
    start, end = (moment_words(context, at, one.day) for at in (other.taken_from, other.taken_until))
    return t("rooms.planned_taken", day=screen_date(one.day), words=occupation_words(other), start=start, end=end)


async def ask_change(screen: DeskScreen, one: Booking) -> None:
    """Change or move a booking; the phone is shown masked and stays where nothing is typed."""

    def case(context: Context) -> tuple[Booking, BookingFields, str]:
        kept = service.booking(context, one.id)
        return kept, service.fields_of(context, kept), mask_phone(phone_in(context, kept))

    found = await screen.attempt(case)
    if found is None:
        return
    kept, before, phone = found
    texts = {
        "room": before.room,
        "day": before.day.isoformat(),
        "times": rules.span_words(before.starts, before.ends),
        "purpose": purpose_words(before.purpose),
        "booked_by": before.booked_by,
        "head_count": str(before.head_count or ""),
        "around": f"{before.setup_minutes}/{before.clearing_minutes}",
        "note": before.note,
    }
    hints = {"phone": t("rooms.hint.phone_kept", phone=phone) if phone else t("rooms.hint.phone_none")}
    names = ("room", "day", "times", "purpose", "booked_by", "phone", "head_count", "around", "note")

    async def save(values: dict[str, str]) -> str | Wrong | None:
        try:
            fields = _read(values, screen.desk_app.today(), before)
            override = _override(values)

            def change(context: Context) -> str:
                done = service.change(context, kept.id, fields, seen=kept.revision, override=override)
                return _said(context, "rooms.saved", done)

            said = await screen.desk_app.desk.run(change)
        except CodedError as refusal:
            return wrong_of(refusal, values)
        await screen.reload()
        screen.notify(said, timeout=10)
        return None

    title = t("rooms.edit_title", id=kept.id)
    await screen.app.push_screen(SavingForm(title, _shown(names, texts, hints), save, first="times"))


async def ask_cancel(screen: DeskScreen, one: Booking) -> None:
    """Call a booking off, with a reason."""
    line = await screen.attempt(lambda context: booking_words(context, one))

    async def save(values: dict[str, str]) -> str | None:
        try:
            await screen.desk_app.desk.run(lambda context: service.cancel(context, one.id, values["reason"]))
        except CodedError as refusal:
            return words_for(refusal)
        await screen.reload()
        screen.notify(t("rooms.cancelled_notice", id=one.id))
        return None

    title = t("rooms.cancel_title", line=line or "")
    await screen.app.push_screen(FormDialog(title, (Field("reason", t("rooms.field.reason")),), save))


async def ask_day(screen: DeskScreen, then: Callable[[date], Awaitable[None]]) -> None:
    """A day typed in; today where Enter is pressed at once."""
    today = screen.desk_app.today()

    async def save(values: dict[str, str]) -> str | None:
        try:
            day = typed.read_day(values["day"], today, coming=False)
        except CodedError as refusal:
            return words_for(refusal)
        await then(day)
        return None

    field = Field("day", t("rooms.field.day"), today.isoformat(), t("rooms.hint.day"))
    await screen.app.push_screen(FormDialog(t("rooms.go_to_title"), (field,), save))


async def ask_free(screen: DeskScreen, room: str, day: date) -> None:
    """When a room is free for so many minutes; the one that is chosen is booked."""
    found: list[Stretch] = []

    async def save(values: dict[str, str]) -> str | Wrong | None:
        try:
            minutes = max(1, typed.read_number("minutes", values["minutes"], rules.LONGEST_BOOKING))
            found[:] = await screen.desk_app.desk.run(lambda context: service.free_times(context, room, day, minutes))
        except CodedError as refusal:
            return wrong_of(refusal, values)
        return None if found else t("rooms.free_none")

    async def chosen(key: str | None) -> None:
        if key is not None:
            await ask_booking(screen, room, day, int(key))

    async def closed(saved: bool | None) -> None:
        if saved:
            choices = [(str(one.starts), rules.span_words(*one)) for one in found]
            title = t("rooms.free_title", room=room, day=screen_date(day))
            await screen.app.push_screen(ChoiceDialog(title, choices), chosen)

    field = Field("minutes", t("rooms.field.minutes"), str(USUAL_MINUTES), t("rooms.hint.minutes"))
    await screen.app.push_screen(FormDialog(t("rooms.free_ask"), (field,), save), closed)


async def ask_papers(screen: DeskScreen, room: str, day: date) -> None:
    """Which paper or file; each is put where files of the program go."""

    async def chosen(kind: str | None) -> None:
        if kind == "import":
            await _ask_import(screen)
        elif kind == "names":
            await _export_names(screen, day)
        elif kind is not None:
            out = await screen.attempt(
                lambda context: _write(context, screen.desk_app.export_folder(), kind, room, day)
            )
            if out is not None:
                screen.notify(t("rooms.written", out=out), timeout=12)

    kinds = ("day", "week", "week_a3", "ics", "masked", "names", "use", "import")
    choices = [(kind, t(f"rooms.papers.{kind}", room=room)) for kind in kinds]
    await screen.app.push_screen(ChoiceDialog(t("rooms.papers_title"), choices), chosen)


async def _export_names(screen: DeskScreen, day: date) -> None:
    """The bookings of a month with names and phones in clear, with a reason and where asked a second person."""
    from frontdesk.activities.rooms.files import write_bookings
    from frontdesk.activities.rooms.utilisation import span_of

    first, last = span_of(day)
    out = free_path(screen.desk_app.export_folder(), f"{t('rooms.file.bookings')}-{day:%Y-%m}", ".xlsx")

    def case(context: Context, reason: str, approver: Approver | None) -> int:
        return write_bookings(context, out, first, last, full_names=True, reason=reason, approver=approver)

    async def done(_: int) -> None:
        screen.notify(t("rooms.written", out=out), timeout=12)

    await export_in_clear(screen, f"bookings {first}/{last}", case, done)


def _write(context: Context, folder: Path, kind: str, room: str, day: date) -> Path:
    """Write one paper or file about a room, a day or its month; where it is."""
    from frontdesk.activities.rooms.doorsheet import check_paper, write_door_sheet
    from frontdesk.activities.rooms.files import write_bookings, write_calendar
    from frontdesk.activities.rooms.utilisation import span_of, write_utilisation

    first, last = span_of(day)
    if kind in ("day", "week", "week_a3"):
        out = free_path(folder, f"{t('rooms.file.door')}-{room}-{day}", ".pdf")
        paper = check_paper("A3" if kind == "week_a3" else "A4")
        write_door_sheet(context, out, room, day, week=kind != "day", paper=paper)
    elif kind == "ics":
        out = free_path(folder, f"{t('rooms.file.calendar')}-{room}-{day:%Y-%m}", ".ics")
        write_calendar(context, out, room, first, last)
    elif kind == "use":
        out = free_path(folder, f"{t('rooms.file.use')}-{day:%Y-%m}", ".xlsx")
        write_utilisation(context, out, first)
    else:
        out = free_path(folder, f"{t('rooms.file.bookings')}-{day:%Y-%m}", ".xlsx")
        write_bookings(context, out, first, last)
    return out


async def _ask_import(screen: DeskScreen) -> None:
    """Take an edited sheet in, all of it or nothing; what became of it is there to be read."""
    from frontdesk.shell.reading import LineTone, ReadDialog

    lines: list[tuple[str, LineTone]] = []

    async def save(values: dict[str, str]) -> str | None:
        from frontdesk.activities.rooms.importing import import_bookings
        from frontdesk.imports.service import describe

        path = Path(values["file"].strip().strip("'\""))
        try:
            outcome = await screen.desk_app.desk.run_slow(lambda context: import_bookings(context, path))
        except CodedError as refusal:
            return words_for(refusal)
        lines[:] = [(line, "good" if outcome.is_clean else "warning") for line in describe(outcome, dry_run=False)]
        return None

    async def closed(saved: bool | None) -> None:
        if saved:
            await screen.reload()
            await screen.app.push_screen(ReadDialog(t("rooms.import_title"), lines))

    field = Field("file", t("rooms.field.file"), hint=t("rooms.hint.file"))
    await screen.app.push_screen(FormDialog(t("rooms.import_title"), (field,), save), closed)
