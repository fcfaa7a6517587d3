"""Somebody whom the register does not know signs up, and the guardian of a child: two short forms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from db.activities import SessionLine
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.signup import service
from frontdesk.activities.signup.box_screen import AREA, Wish
from frontdesk.activities.signup.newcomers import enter_newcomer
from frontdesk.activities.signup.typed import Typed, read_whole
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.residents import service as residents
from frontdesk.residents.service import ResidentLine
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, FormDialog, Wrong

GUARDIAN = ("guardian_name", "guardian_phone", "guardian_consent_on")

WRONG_FIELD = {
    "missing_name": "name",
    "bad_name": "name",
    "masked_name": "name",
    "same_name": "name",
    "bad_phone": "phone",
    "bad_birth": "birth",
    "birth_in_future": "birth",
    "bad_party_size": "party",
    "bad_guardian_phone": "guardian_phone",
    "guardian_needed": "guardian_name",
}


async def open_new_person(
    screen: DeskScreen, session: SessionLine, typed: Typed, take: Callable[[Wish], Awaitable[None]]
) -> None:
    """Enter somebody with name and phone, and the birth where the session has an age rule; `take` signs them up."""
    said = {"name": typed.who, "phone": typed.phone, "party": str(typed.party_size or 1)}
    if typed.who.isascii() and not typed.phone:
        # Initials, and the last digits of a phone, are no name.
        said["name"] = ""
    await _open_form(screen, session, said, take, with_guardian=False)


async def _open_form(
    screen: DeskScreen,
    session: SessionLine,
    said: dict[str, str],
    take: Callable[[Wish], Awaitable[None]],
    *,
    with_guardian: bool,
) -> None:
    names = ["name", "phone"]
    if _has_age_rule(session) or with_guardian:
        names.append("birth")
    names += [*(GUARDIAN if with_guardian else ()), "party"]
    wished: list[Wish] = []
    asks_guardian: list[dict[str, str]] = []

    async def save(values: dict[str, str]) -> str | Wrong | None:
        wished.clear()
        try:
            party = read_whole(values["party"])
            if party is None or not 1 <= party <= service.LARGEST_PARTY:
                raise ActivityError("bad_party_size", largest=service.LARGEST_PARTY)
            fields = {name: value for name, value in values.items() if name != "party"}
            person = await screen.desk_app.desk.run(lambda context: enter_newcomer(context, fields))
        except CodedError as refusal:
            if refusal.code == "guardian_needed" and not with_guardian:
                asks_guardian.append(values)
                return None
            field = WRONG_FIELD.get(refusal.code, "")
            words = words_for(refusal)
            return Wrong(words, field) if field in names else words
        wished.append(Wish(person.id, person.name, party))
        return None

    async def closed(saved: bool | None) -> None:
        if asks_guardian:
            await _open_form(screen, session, asks_guardian[0], take, with_guardian=True)
        elif saved and wished:
            await take(wished[0])

    fields = tuple(
        Field(name, t(f"{AREA}.field.{name}"), said.get(name, ""), t(f"{AREA}.hint.{name}")) for name in names
    )
    first = next((name for name in names if not said.get(name)), "party")
    title = t(f"{AREA}.new_title", name=session.name)
    await screen.app.push_screen(FormDialog(title, fields, save, first=first), closed)


async def ask_guardian(screen: DeskScreen, child: ResidentLine, go_on: Callable[[], Awaitable[None]]) -> None:
    """Ask for the guardian of a child (个人信息保护法 §31), then go on with what was wanted; Esc signs nobody up."""

    async def save(values: dict[str, str]) -> str | Wrong | None:
        try:
            await screen.desk_app.desk.run(lambda context: residents.change(context, child.id, values))
        except CodedError as refusal:
            field = WRONG_FIELD.get(refusal.code, "")
            words = words_for(refusal)
            return Wrong(words, field) if field in GUARDIAN else words
        return None

    async def closed(saved: bool | None) -> None:
        if saved:
            await go_on()
        else:
            screen.notify(t(f"{AREA}.guardian_missing", name=child.masked), severity="warning", timeout=12)

    today = screen.desk_app.today().isoformat()
    said = {"guardian_consent_on": today}
    fields = tuple(
        Field(name, t(f"{AREA}.field.{name}"), said.get(name, ""), t(f"{AREA}.hint.{name}")) for name in GUARDIAN
    )
    title = t(f"{AREA}.guardian_title", name=child.masked)
    await screen.app.push_screen(FormDialog(title, fields, save), closed)


def _has_age_rule(session: SessionLine) -> bool:
    return session.terms.age_from is not None or session.terms.age_to is not None
