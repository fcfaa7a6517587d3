"""What lists of sessions and sign-ups show: their columns and rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from db.activities import SessionLine
from db.registrations import GONE, RegistrationLine
from frontdesk.activities.signup.looks import look
from frontdesk.common.names import mask_name
from frontdesk.context import Context, to_ms
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.rowlist import Column, Row

TONES = {"attended": "good", "absent_notified": "warning", "no_show": "bad"}


def session_columns() -> tuple[Column, ...]:
    """When, what, seats, who waits, how sign-up stands, where."""
    return (
        Column(t("activities.time"), 5),
        Column(t("activities.name")),
        Column(t("activities.seats"), 7, "right"),
        Column(t("activities.waiting_count"), 4, "right", optional=True),
        Column(t("activities.sign_up_state"), 8, optional=True),
        Column(t("activities.room"), 8, optional=True),
    )


def sign_up_columns() -> tuple[Column, ...]:
    """Number, who, how many, and how the sign-up stands."""
    return (
        Column(t("activities.seq_no"), 4, "right"),
        Column(t("activities.who")),
        Column(t("activities.state"), 13),
        Column(t("activities.party"), 4, "right", optional=True),
    )


def session_row(screen: DeskScreen, line: SessionLine) -> Row:
    """A session on the list of its day."""
    seats = f"{line.seats_confirmed}+{line.seats_offered}" if line.seats_offered else str(line.seats_confirmed)
    waiting = line.parties_waitlisted + line.parties_applied
    stands = look(line, ZoneInfo(screen.desk_app.zone_name), to_ms(screen.desk_app.clock()))
    words = t(f"activities.look.{stands}") if stands else ""
    tone = "muted" if stands in ("cancelled", "closed") else ""
    if line.attendance_rows and stands != "cancelled":
        words, tone = t("activities.came_count", count=line.person_times), "good"
    cells = (
        screen.desk_app.clock_text(line.starts_at),
        line.name,
        f"{seats}/{line.capacity}",
        str(waiting or ""),
        words,
        line.room,
    )
    return Row(line.code, cells, tone)  # type: ignore[arg-type]


def state_words(screen: DeskScreen, line: RegistrationLine, place: int) -> str:
    """How a sign-up stands: its place in the queue, until when its offer holds, what became of it."""
    words = t(f"activities.state.{line.state}")
    if line.state == "waitlisted" and place:
        words = t("activities.state_place", place=place)
    elif line.state == "offered" and line.offer_until is not None:
        words = t("activities.state_until", until=until_text(screen, line.offer_until))
    if not line.status:
        return words
    status = t(f"activities.status.{line.status}")
    return status if line.state == "confirmed" else f"{status} {words}"


def until_text(screen: DeskScreen, at: int) -> str:
    """The end of an offer: the time where it is today, else the day."""
    moment = screen.desk_app.moment_text(at)
    day, _, clock = moment.partition(" ")
    return clock if day == f"{screen.desk_app.today():%m-%d}" else day


def party_text(line: RegistrationLine) -> str:
    """How many come; with the least that the party takes where it takes fewer."""
    return str(line.party_size) if line.least_seats == line.party_size else f"{line.least_seats}-{line.party_size}"


def sign_up_row(screen: DeskScreen, line: RegistrationLine, places: Mapping[int, int]) -> Row:
    """A sign-up on the list of its session, by its masked name."""
    muted = "muted" if line.state in GONE else "" if line.state == "confirmed" else "warning"
    cells = (
        str(line.seq_no),
        mask_name(line.name),
        state_words(screen, line, places.get(line.id, 0)),
        party_text(line),
    )
    return Row(str(line.id), cells, TONES.get(line.status or "", muted))  # type: ignore[arg-type]


def places_in_queue(context: Context, code: str) -> dict[int, int]:
    """The places of whoever waits for a seat of a session, counted from 1, by sign-up."""
    from db import activities
    from frontdesk.activities.signup.queue import queue
    from frontdesk.activities.signup.settling import seats_of

    connection = context.database.connection
    found = activities.get(connection, code)
    if found is None:
        return {}
    waiting = queue(seats_of(context, connection, found))
    return {party.id: number for number, party in enumerate(waiting, 1)}


def session_words(screen: DeskScreen, line: SessionLine) -> str:
    """A session in one line: what, when, where, and how its seats stand."""
    from frontdesk.common.dates import screen_date

    day = date.fromisoformat(line.day)
    begins, ends = screen.desk_app.clock_text(line.starts_at), screen.desk_app.clock_text(line.ends_at)
    when = f"{screen_date(day)[5:]} {begins}-{ends}"
    offered = t("activities.line.offered", count=line.seats_offered) if line.seats_offered else ""
    waiting = line.parties_waitlisted + line.parties_applied
    queue = t("activities.line.waiting", count=waiting) if waiting else ""
    seats = t("activities.line.seats", taken=line.seats_confirmed, capacity=line.capacity)
    stands = look(line, ZoneInfo(screen.desk_app.zone_name), to_ms(screen.desk_app.clock()))
    if stands == "full":
        # The seats say so.
        stands = ""
    said = [line.name, when, line.room, seats + offered + queue, t(f"activities.look.{stands}") if stands else ""]
    return "  ".join(one for one in said if one)
