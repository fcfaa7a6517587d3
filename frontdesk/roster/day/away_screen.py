"""The form in which somebody's being away is typed, whether it is reported or asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar
from unicodedata import normalize

from db.leave import LeaveKind
from frontdesk.common.typed_dates import minute_of, read_typed_date
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.roster.day.away import Away, AwayCase
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, FormDialog, Wrong

KINDS: tuple[LeaveKind, ...] = ("other", "annual", "sick", "official", "training")
"""In the order of their numbers in the hint."""

Done = TypeVar("Done")


async def ask_away(
    screen: DeskScreen,
    title: str,
    staff_no: str,
    day: date,
    case: AwayCase[Done],
    then: Callable[[Done], Awaitable[None]],
) -> None:
    """Ask for days, times, kind and reason, from `day` on unless told otherwise; tell the use case, and go on with what
    came of it. What it refuses is said in the form.
    """
    today = screen.desk_app.today()

    async def save(values: dict[str, str]) -> str | Wrong | None:
        away = _read(values, today)
        if isinstance(away, Wrong):
            return away
        try:
            done = await screen.desk_app.desk.run(lambda context: away.told_to(case, context, staff_no))
        except CodedError as refusal:
            return words_for(refusal)
        screen.call_later(then, done)
        return None

    await screen.app.push_screen(FormDialog(title, _fields(day), save))


def _fields(day: date) -> tuple[Field, ...]:
    return (
        Field("first", t("roster_screen.leave.first"), f"{day:%m-%d}", t("roster_screen.day_hint")),
        Field("last", t("roster_screen.leave.last"), "", t("roster_screen.leave.last_hint")),
        Field("from", t("roster_screen.leave.from"), "", t("roster_screen.leave.time_hint")),
        Field("until", t("roster_screen.leave.until"), "", t("roster_screen.leave.time_hint")),
        Field("kind", t("roster_screen.leave.kind"), "", t("roster_screen.leave.kind_hint")),
        Field("reason", t("roster_screen.reason"), "", t("roster_screen.leave.reason_hint")),
    )


def _read(values: dict[str, str], today: date) -> Away | Wrong:
    """What was typed into the fields, or what must be corrected first."""
    days = []
    for name, fallback in (("first", f"{today:%m-%d}"), ("last", values["first"])):
        try:
            days.append(read_typed_date(values[name].strip() or fallback, today))
        except ValueError:
            return Wrong(t("roster_screen.bad_day"), name)
    minutes = []
    for name in ("from", "until"):
        try:
            minutes.append(minute_of(values[name]))
        except ValueError:
            return Wrong(t("roster_screen.leave.bad_time"), name)
    kind = _kind_of(values["kind"])
    if kind is None:
        return Wrong(t("roster_screen.leave.bad_kind"), "kind")
    return Away(days[0], days[1], minutes[0], minutes[1], kind, values["reason"].strip())


def _kind_of(text: str) -> LeaveKind | None:
    """The kind of leave that was typed: its number of the hint, or the beginning of its word; nothing is `other`."""
    typed = normalize("NFKC", text).strip().lower()
    if not typed:
        return "other"
    if typed.isdigit():
        return KINDS[int(typed) - 1] if 1 <= int(typed) <= len(KINDS) else None
    return next((kind for kind in KINDS if t(f"roster_screen.kind.{kind}").lower().startswith(typed)), None)
