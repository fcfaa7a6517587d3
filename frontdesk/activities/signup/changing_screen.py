"""What changes a party or the seats of a session: another size, another session, more seats; reasons where due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from db.activities import SessionLine
from db.registrations import RegistrationLine
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.sessions import service as sessions
from frontdesk.activities.signup import moving, service
from frontdesk.activities.signup.looks import OVERRIDABLE
from frontdesk.activities.signup.rows_screen import session_words
from frontdesk.activities.signup.service import SignUp
from frontdesk.activities.signup.typed import read_whole
from frontdesk.common.dates import screen_date
from frontdesk.common.names import mask_name
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.rowlist import Column

AREA = "signup_screen"
DAYS_AHEAD = 90
"""How far ahead a session is offered to whoever moves to another one."""
MOST_SEATS = 9999

Moved = Callable[[list[int], str], Awaitable[None]]
"""Takes the sign-ups that moved up and the words for where none did."""
Said = Callable[[str, SignUp], Awaitable[None]]
"""Takes the name of who signed up and what became of it."""


async def ask_reason(screen: DeskScreen, title: str, case: Callable[[str], Awaitable[None]]) -> None:
    """Ask for a reason and do what needs one; a refusal stays in the form."""

    async def save(values: dict[str, str]) -> str | None:
        try:
            if not values["reason"].strip():
                raise ActivityError("missing_override_reason")
            await case(values["reason"])
        except CodedError as refusal:
            return words_for(refusal)
        return None

    await screen.app.push_screen(FormDialog(title, (Field("reason", t("activities.reason")),), save))


async def ask_party(screen: DeskScreen, chosen: RegistrationLine, done: Moved) -> None:
    """Make a party larger or smaller, or have it take fewer seats."""

    async def save(values: dict[str, str]) -> str | Wrong | None:
        size, least = read_whole(values["party"]), read_whole(values["least"] or values["party"])
        if size is None:
            return Wrong(words_for(ActivityError("bad_party_size", largest=service.LARGEST_PARTY)), "party")
        if least is None:
            return Wrong(words_for(ActivityError("bad_least_seats", largest=size)), "least")
        try:
            moved = await screen.desk_app.desk.run(lambda context: moving.change_party(context, chosen.id, size, least))
        except CodedError as refusal:
            return Wrong(words_for(refusal), "least" if refusal.code == "bad_least_seats" else "party")
        await done(moved, t(f"{AREA}.party_changed", seq_no=chosen.seq_no))
        return None

    fewer = str(chosen.least_seats) if chosen.least_seats < chosen.party_size else ""
    fields = (
        Field("party", t("activities.party_size"), str(chosen.party_size)),
        Field("least", t(f"{AREA}.field.least"), fewer, t(f"{AREA}.hint.least")),
    )
    title = t(f"{AREA}.party_title", seq_no=chosen.seq_no, name=mask_name(chosen.name))
    await screen.app.push_screen(FormDialog(title, fields, save))


async def ask_move(screen: DeskScreen, chosen: RegistrationLine, done: Said) -> None:
    """Choose another session for a party and move it there, in one step."""
    today = screen.desk_app.today()
    last = today + timedelta(days=DAYS_AHEAD)
    found = await screen.attempt(lambda context: sessions.sessions(context, today, last))
    if found is None:
        return
    others = [one for one in found if one.code != chosen.session_code and one.state == "published"]
    if not others:
        screen.notify(t(f"{AREA}.no_other_session"), severity="warning")
        return

    async def picked(answer: tuple[int, str] | None) -> None:
        if answer is not None:
            await _move(screen, chosen, answer[1], done)

    title = t(f"{AREA}.move_title", seq_no=chosen.seq_no, name=mask_name(chosen.name))
    columns = (
        Column(t("activities.day"), 18),
        Column(t("activities.name")),
        Column(t("activities.seats"), 9, "right"),
    )
    page = PickPage(title, tuple(_pick(screen, one) for one in others))
    await screen.app.push_screen(PickDialog([page], columns, hint=t(f"{AREA}.move_hint")), picked)


def _pick(screen: DeskScreen, one: SessionLine) -> Pick:
    when = f"{screen_date(date.fromisoformat(one.day))[5:]} {screen.desk_app.clock_text(one.starts_at)}"
    seats = f"{one.seats_confirmed + one.seats_offered}/{one.capacity}"
    return Pick(one.code, (when, one.name, seats), one.name, session_words(screen, one))


async def _move(screen: DeskScreen, chosen: RegistrationLine, to_code: str, done: Said) -> None:
    """Move a party; what a reason puts aside asks for one."""

    async def move(reason: str) -> None:
        moved = await screen.desk_app.desk.run(
            lambda context: moving.move_sign_up(context, chosen.id, to_code, force=bool(reason), reason=reason)
        )
        await done(chosen.name, moved)

    try:
        await move("")
    except CodedError as refusal:
        if refusal.code in OVERRIDABLE:
            await ask_reason(screen, words_for(refusal), move)
        else:
            screen.desk_app.say_failure(refusal)


async def ask_capacity(screen: DeskScreen, before: SessionLine, done: Moved) -> None:
    """Give a session more seats or fewer; free ones go to whoever waits."""

    async def save(values: dict[str, str]) -> str | None:
        seats = read_whole(values["capacity"])
        if seats is None or seats > MOST_SEATS:
            return t("activities.error.bad_number", label=t("activities.field.capacity"), most=MOST_SEATS)
        try:
            moved = await screen.desk_app.desk.run(lambda context: sessions.change_capacity(context, before, seats))
        except CodedError as refusal:
            return words_for(refusal)
        await done(moved, t(f"{AREA}.capacity_changed", count=seats))
        return None

    field = Field("capacity", t("activities.field.capacity"), str(before.capacity))
    await screen.app.push_screen(FormDialog(t(f"{AREA}.capacity_title", name=before.name), (field,), save))
