"""Use cases of signing up: on the list, with every condition that the session sets, and who is on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from db import activities, series
from db import registrations as records
from db.activities import Session
from db.registrations import LIVE, Channel, Registration, RegistrationLine, RegistrationState
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.reasons import kept_reason
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.activities.signup import eligibility
from frontdesk.activities.signup.eligibility import Finding
from frontdesk.activities.signup.events import Applied
from frontdesk.activities.signup.queue import place_in_queue
from frontdesk.activities.signup.settling import Seating, settle_due
from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.common.names import mask_name
from frontdesk.common.phones import normalise_phone
from frontdesk.permission import allowed
from frontdesk.residents.service import current, resident

if TYPE_CHECKING:
    from frontdesk.context import Context

LARGEST_PARTY = 20
LONGEST_NAME = 50


class SignUp(NamedTuple):
    """What became of a sign-up: its number on the list, its state, its place in the queue while it waits (else 0), and
    what is to be known of it: the words of a warning are `signup.warning.<code>`.
    """

    registration_id: int
    seq_no: int
    state: RegistrationState
    place: int
    warnings: tuple[Finding, ...] = ()


class Wish(NamedTuple):
    """Who wants how many seats: `residents` are whoever signs up and the members that are known by name."""

    residents: tuple[int, ...]
    party_size: int
    least_seats: int
    channel: Channel
    force: bool
    reason: str


@allowed("shown")
def registrations(context: Context, code: str) -> list[RegistrationLine]:
    """Everybody who signed up for a session, by sign-up number."""
    return records.registrations(context.database.connection, code)


@allowed("writer")
def sign_up(
    context: Context,
    code: str,
    name: str,
    phone: str,
    party_size: int,
    *,
    least_seats: int | None = None,
    members: Sequence[int] = (),
    force: bool = False,
    reason: str = "",
    channel: Channel = "desk",
) -> SignUp:
    """Sign up somebody by name and phone, who is put into the register of residents if new.

    Raises ActivityError `missing_name`, `bad_name`, `bad_phone`, and whatever `sign_up_resident` raises. No failure
    holds a phone, or a name that is not masked: it may end in a log.
    """
    shown = checked_name(name)
    try:
        number = normalise_phone(phone)
    except ValueError as wrong:
        raise ActivityError("bad_phone") from wrong
    least, why = checked_wish(party_size, least_seats, len(members) + 1, force=force, reason=reason)
    settle_due(context)
    with context.change("registration.applied", code, seats=party_size) as connection:
        session = open_session(connection, code)
        person = resident(context, connection, shown, number)
        others = current(connection, members) if members else ()
        wish = Wish(tuple(dict.fromkeys((person, *others))), party_size, least, channel, force, why)
        return take(context, connection, session, wish)


@allowed("writer")
def sign_up_resident(
    context: Context,
    code: str,
    resident_id: int,
    party_size: int = 1,
    *,
    least_seats: int | None = None,
    members: Sequence[int] = (),
    force: bool = False,
    reason: str = "",
    channel: Channel = "desk",
) -> SignUp:
    """Sign a party up: it gets seats if they are free for all of it, or for `least_seats`; else it waits.

    `members` are residents of the party who are known by name, without whoever signs up. Who was merged into another
    signs up as that one.

    Raises ActivityError `unknown_session`, `session_cancelled`, `not_published`, `unknown_resident`,
    `already_signed_up` and `member_already_in` with the number on the list, `bad_party_size`, `bad_least_seats`,
    `too_many_members`. With `force` and a reason these are put up with, and logged: `not_open_yet`, `sign_up_closed`,
    `not_resident`, `wrong_area`, `tag_missing`, `birth_needed`, `too_young`, `too_old`, `party_too_large`,
    `over_quota`, `over_quota_month`, `in_penalty`, of a member `member_over_quota`, `member_over_quota_month`,
    `member_in_penalty` with the masked name, and `collides`. `missing_override_reason` where the reason is missing.
    """
    least, why = checked_wish(party_size, least_seats, len(members) + 1, force=force, reason=reason)
    settle_due(context)
    with context.change("registration.applied", code, seats=party_size) as connection:
        session = open_session(connection, code)
        # Another window may have made one entry of two since this one looked for them.
        residents = current(connection, (resident_id, *members))
        wish = Wish(tuple(residents), party_size, least, channel, force, why)
        return take(context, connection, session, wish)


def checked_wish(
    party_size: int, least_seats: int | None, persons: int, *, force: bool = False, reason: str = ""
) -> tuple[int, str]:
    """The least seats that a party takes, and the reason as it is kept.

    Raises ActivityError `bad_party_size`, `bad_least_seats`, `too_many_members`, `missing_override_reason`.
    """
    if not 1 <= party_size <= LARGEST_PARTY:
        raise ActivityError("bad_party_size", largest=LARGEST_PARTY)
    least = party_size if least_seats is None else least_seats
    if not 1 <= least <= party_size:
        raise ActivityError("bad_least_seats", largest=party_size)
    if persons > party_size:
        raise ActivityError("too_many_members", count=persons)
    why = kept_reason(reason)
    if force and not why:
        raise ActivityError("missing_override_reason")
    return least, why


def open_session(connection: sqlite3.Connection, code: str) -> Session:
    """The session that somebody signs up for. Raises `unknown_session`, `session_cancelled`, `not_published`."""
    found = activities.get(connection, code)
    if found is None:
        raise ActivityError("unknown_session", session=code)
    if found.state == "cancelled":
        raise ActivityError("session_cancelled", name=found.name)
    if is_planned(found):
        raise ActivityError("not_published", name=found.name)
    return found


def take(
    context: Context, connection: sqlite3.Connection, session: Session, wish: Wish, seating: Seating | None = None
) -> SignUp:
    """Put a party on the list and settle, inside a running transaction; see `sign_up_resident`. Whoever signs many up
    in one transaction keeps a `seating`.
    """
    seating = seating or Seating(context, connection)
    person = wish.residents[0]
    before = records.registration_of(connection, session.code, person)
    if before is not None and before.state in LIVE:
        raise ActivityError("already_signed_up", seq_no=before.seq_no)
    inside = records.in_session(connection, session.code, wish.residents)
    if inside is not None:
        raise ActivityError("member_already_in", seq_no=inside.seq_no)
    returning = records.came_before(connection, person, session.series_id, session.name, session.starts_at)
    hindrances, warnings = _hindrances(context, connection, session, wish, is_returning=returning)
    penalties = _penalties(context, connection, wish)
    on_reserve = bool(penalties) and context.settings.penalty_effect == "reserve"
    (warnings if on_reserve else hindrances).extend(penalties)
    if hindrances and not wish.force:
        raise ActivityError(hindrances[0].code, **hindrances[0].details)
    now = context.now_ms()
    seating.read(session.code)
    kept = _stored(connection, session.code, before, wish, now)
    seating.enter(kept)
    event = Applied(
        now,
        kept.id,
        kept.seq_no,
        wish.party_size,
        wish.least_seats,
        is_returning=returning,
        on_reserve=on_reserve,
        forced=tuple(one.code for one in hindrances),
    )
    seating.settle(session, event, reason=wish.reason)
    return outcome(seating, session, kept.id, (*hindrances, *warnings))


def _stored(
    connection: sqlite3.Connection, code: str, before: Registration | None, wish: Wish, now: int
) -> Registration:
    """The row of a party with its members; whoever left keeps the number."""
    person, *members = wish.residents
    size, least = wish.party_size, wish.least_seats
    if before is None:
        kept = records.add(connection, code, person, size, now, least_seats=least, channel=wish.channel)
    else:
        kept = before.model_copy(update={"channel": wish.channel, "reason": ""})
        records.save(connection, kept)
    if before is not None or members:
        records.set_members(connection, kept.id, members)
    return kept


def outcome(seating: Seating, session: Session, registration_id: int, warnings: Sequence[Finding] = ()) -> SignUp:
    """What became of a sign-up, as it is stored now."""
    seats = seating.seats(session)
    party = seats.parties[registration_id]
    return SignUp(party.id, party.seq_no, party.state, place_in_queue(seats, party.id), tuple(warnings))


def _hindrances(
    context: Context, connection: sqlite3.Connection, session: Session, wish: Wish, *, is_returning: bool
) -> tuple[list[Finding], list[Finding]]:
    """What speaks against a sign-up but may be put up with, and what is only to be known."""
    now, zone = context.now_ms(), context.zone
    against: list[Finding] = []
    opens = eligibility.opens_at(session, zone, is_returning=is_returning)
    if opens is not None and now < opens:
        against.append(Finding("not_open_yet", {"opens": f"{context.local(opens):%Y-%m-%d %H:%M}"}))
    if now >= eligibility.closes_at(session, zone):
        against.append(Finding("sign_up_closed", {"name": session.name}))
    people = records.applicants(connection, wish.residents)
    if len(people) < len(set(wish.residents)):
        raise ActivityError("unknown_resident")
    unmet = eligibility.unmet(session, people, context.settings.committee_areas)
    if unmet is not None:
        against.append(unmet)
    if wish.party_size > session.terms.largest_party:
        against.append(Finding("party_too_large", {"largest": session.terms.largest_party}))
    against += _over_quota(context, connection, session, people)
    elsewhere = _held(connection, session, wish.residents)
    collisions = eligibility.overlapping(session, elsewhere)
    seated = [one for one in collisions if one.state in ("confirmed", "offered")]
    if seated:
        against.append(Finding("collides", _collision(context, seated[0])))
    warnings = [Finding("waits_elsewhere", _collision(context, one)) for one in collisions if one not in seated]
    if wish.least_seats > session.capacity:
        warnings.append(Finding("larger_than_session", {"capacity": session.capacity}))
    return against, warnings


def _over_quota(
    context: Context, connection: sqlite3.Connection, session: Session, people: Sequence[records.Applicant]
) -> list[Finding]:
    """Who of a party, whoever signs up first, holds as much as one person may."""
    month = context.settings.signup_quota_month
    has_quota = session.series_id is not None and bool(session.terms.quota)
    if not (month or has_quota):
        return []
    line = series.line_of(connection, session.series_id or 0) if has_quota else ()
    found = []
    for place, person in enumerate(people):
        held = _held(connection, session, (person.id,))
        over = eligibility.over_quota(session, held, line, month, context.now_ms())
        if over is not None:
            found.append(over if place == 0 else _of_member(over, person.name))
    return found


def _of_member(found: Finding, name: str) -> Finding:
    """What speaks against a member of a party: it says of whom, by the masked name."""
    return Finding(f"member_{found.code}", {**found.details, "who": mask_name(name)})


def _held(connection: sqlite3.Connection, session: Session, residents: Sequence[int]) -> list[records.Holding]:
    """What people hold that may count against a sign-up: of the month, of the series, at the same time."""
    day = date.fromisoformat(session.day)
    first, last = day - timedelta(days=366), day + timedelta(days=366)
    return records.holdings(connection, residents, first.isoformat(), last.isoformat())


def _collision(context: Context, other: records.Holding) -> dict[str, object]:
    begins, ends = context.local(other.starts_at), context.local(other.ends_at)
    return {"name": other.name, "time": f"{begins:%m-%d %H:%M}-{ends:%H:%M}"}


def _penalties(context: Context, connection: sqlite3.Connection, wish: Wish) -> list[Finding]:
    """Who of a party may not sign up for a while, or only stands behind everybody else, after staying away."""
    if context.settings.no_show_limit == 0:
        return []
    from frontdesk.activities.attendance.penalty import penalty_until

    code = "on_reserve" if context.settings.penalty_effect == "reserve" else "in_penalty"
    found = []
    for place, person in enumerate(records.applicants(connection, wish.residents)):
        until = penalty_until(context, connection, person.id, context.today())
        if until is not None:
            one = Finding(code, {"until": until.isoformat()})
            found.append(one if place == 0 else _of_member(one, person.name))
    return found


def checked_name(name: str) -> str:
    """The name as an import would keep it. Raises ActivityError `missing_name`, `bad_name`, DeskError `long_number`."""
    from frontdesk.sheets.cells import CellRefused, read_name

    if not name.strip():
        raise ActivityError("missing_name")
    try:
        return read_name(LONGEST_NAME)(refuse_long_number(name))
    except CellRefused as wrong:
        raise ActivityError("bad_name", limit=LONGEST_NAME) from wrong


@allowed("writer")
def contact(context: Context, registration_id: int) -> tuple[str, str]:
    """The full name and phone of whoever signed up, to call them; that it was looked at is logged. Of somebody without
    a phone, such as a child, the guardian's.

    Raises ActivityError `unknown_registration`, `no_phone` where there is neither.
    """
    with context.change("registration.contact_shown", str(registration_id)) as connection:
        found = records.contact(connection, registration_id)
        if found is None:
            raise ActivityError("unknown_registration")
        sealed = found.phone_cipher or found.guardian_phone_cipher
        if sealed is None:
            raise ActivityError("no_phone", name=mask_name(found.name))
        return found.name, context.keys.unseal(sealed)
