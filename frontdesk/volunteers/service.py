"""Volunteers' use cases: cards, check-in and out, search, hours."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from db import search
from db import volunteers as records
from db.volunteers import Card, Holder, HoursLine, Visit, VisitLine, Volunteer
from frontdesk.common.dates import recordable_days
from frontdesk.common.names import mask_name
from frontdesk.common.phones import phone_tail
from frontdesk.context import Context, to_ms
from frontdesk.errors import DeskError
from frontdesk.volunteers import rules
from frontdesk.volunteers.cardcode import CodeFault, code_tail, make_code, normal_form, read_code

if TYPE_CHECKING:
    from frontdesk.sheets.outcome import ImportOutcome

SEARCH_KIND = "volunteer"
SEARCH_LIMIT = 200


class VolunteerError(DeskError):
    """A refusal about volunteers and their cards."""

    area = "volunteers"


class ScanOutcome(NamedTuple):
    """What became of one scan, committed before anybody hears of it."""

    result: rules.Result
    reason: str
    at: datetime
    code_tail: str
    volunteer_no: str | None = None
    name: str = ""
    limit: str = ""
    stayed_seconds: int | None = None

    def as_json(self) -> dict[str, object]:
        """The line that the command `scan` answers."""
        return {
            "code_tail": self.code_tail,
            "result": self.result,
            "reason": self.reason or None,
            "volunteer": self.volunteer_no,
            "name_masked": mask_name(self.name) if self.name else None,
            "at": self.at.isoformat(timespec="seconds"),
        }


def scan(context: Context, code: str, *, at: datetime | None = None, nonce: str | None = None) -> ScanOutcome:
    """Decide and record one scan of a card, in one transaction.

    `at` is a time given by hand (aware), refused before 2000 and more than 366 days ahead; without it the clock
    decides. The same `nonce` again answers what was answered first and records nothing. Refusals are outcomes, not
    exceptions. Raises DatabaseError when the record could not be made, and away from the kiosk what `require_writer`
    raises.
    """
    if context.source != "kiosk":
        context.require_writer()
    moment = to_ms(at if at is not None else context.now())
    given = at is not None
    text = normal_form(code)
    try:
        identity = read_code(context.keys.card, text)
    except CodeFault as fault:
        return _refuse_code(context, text, fault.code, moment, nonce, given)
    return _record(context, *identity, text[-4:], moment, nonce, given)


def check_in(context: Context, volunteer_no: str, *, nonce: str | None = None) -> ScanOutcome:
    """Enter or leave without a card, by the hand of the operator; decided and recorded like a scan."""
    context.require_writer()
    return _record(context, volunteer_no, None, "", context.now_ms(), nonce, False)


def _record(
    context: Context,
    volunteer_no: str,
    serial: int | None,
    tail: str,
    moment: int,
    nonce: str | None,
    given: bool,
) -> ScanOutcome:
    local = context.local(moment)
    day = local.date().isoformat()
    visit = None
    with context.database.write() as connection:
        holder, visits = records.standing(connection, volunteer_no, serial, day)
        if nonce is not None and (earlier := records.scan_by_nonce(connection, nonce)) is not None:
            return _as_before(context, connection, earlier, holder, tail)
        verdict = _judge_given_day(context, local.date()) if given else None
        if verdict is None:
            verdict = rules.judge_person(holder) if serial is None else rules.judge_card(holder, day)
        if verdict is None:
            within = context.settings.same_scan_seconds * 1000
            # The first scan of two may lie on the other side of midnight.
            if local.hour in (0, 23):
                visits += _across_midnight(context, connection, volunteer_no, moment, within)
            verdict, visit = rules.judge_time(moment, day, visits, within)
            if verdict.reason == "earlier_than_last" and visit is not None:
                last = visit.left_at if visit.left_at is not None else visit.entered_at
                verdict = verdict._replace(limit=_clock_time(context, last))
        records.insert_scan(
            connection,
            at=moment,
            volunteer_no=volunteer_no,
            serial=serial,
            result=verdict.result,
            reason=verdict.reason,
            source=context.source,
            operator_no=context.operator.no if context.operator else None,
            nonce=nonce,
            given_time=given,
        )
        stayed = None
        if verdict.result == "entered":
            records.enter(connection, volunteer_no, day, moment)
            context.note(connection, "volunteer.entered", volunteer_no)
        elif verdict.result == "left" and visit is not None:
            records.leave(connection, visit.id, moment)
            stayed = (moment - visit.entered_at) // 1000
            context.note(connection, "volunteer.left", volunteer_no)
    if holder is None or verdict.reason == "unknown_card":
        return ScanOutcome(verdict.result, verdict.reason, local, tail)
    return ScanOutcome(verdict.result, verdict.reason, local, tail, volunteer_no, holder.name, verdict.limit, stayed)


def _judge_given_day(context: Context, day: date) -> rules.Verdict | None:
    """A refusal of a day given by hand that is a slip: it would bar every scan until that day."""
    first, last = recordable_days(context.today())
    return None if first <= day <= last else rules.Verdict("refused", "time_out_of_range", last.isoformat())


def _across_midnight(
    context: Context, connection: sqlite3.Connection, volunteer_no: str, moment: int, within: int
) -> list[Visit]:
    """The visits of the day before or after, where the first scan of two may lie there."""
    days = {context.local_day(moment - within), context.local_day(moment + within)} - {context.local_day(moment)}
    return [visit for day in days for visit in records.visits_on(connection, volunteer_no, day)]


def _clock_time(context: Context, at: int) -> str:
    """A stored instant as the words of a refusal name it, 09:05."""
    return context.local(at).strftime("%H:%M")


def _as_before(
    context: Context, connection: sqlite3.Connection, earlier: sqlite3.Row, holder: Holder | None, tail: str
) -> ScanOutcome:
    """What was answered to this attempt when it came the first time."""
    reason, at = earlier["reason"], context.local(earlier["at"])
    if holder is None or reason == "unknown_card":
        return ScanOutcome(earlier["result"], reason, at, tail)
    limit = ""
    if reason == "earlier_than_last":
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        last = records.last_accepted(
            connection,
            earlier["volunteer_no"],
            before_id=earlier["id"],
            since=to_ms(midnight),
            until=to_ms(midnight + timedelta(days=1)),
        )
        limit = _clock_time(context, last) if last is not None else ""
    elif reason == "time_out_of_range":
        limit = recordable_days(context.today())[1].isoformat()
    elif reason in ("card_not_yet_valid", "card_expired"):
        limit = (holder.valid_from if reason == "card_not_yet_valid" else holder.valid_until) or ""
    return ScanOutcome(earlier["result"], reason, at, tail, earlier["volunteer_no"], holder.name, limit)


def _refuse_code(context: Context, code: str, reason: str, moment: int, nonce: str | None, given: bool) -> ScanOutcome:
    """Keep a failed attempt: of what is not one of our cards only the length and a keyed hash."""
    text = normal_form(code)
    with context.database.write() as connection:
        if nonce is None or records.scan_by_nonce(connection, nonce) is None:
            records.insert_scan(
                connection,
                at=moment,
                volunteer_no=None,
                serial=None,
                result="refused",
                reason=reason,
                source=context.source,
                operator_no=context.operator.no if context.operator else None,
                nonce=nonce,
                given_time=given,
                code_length=len(text),
                code_hash=context.keys.lookup(f"code:{text}"),
            )
    return ScanOutcome(result="refused", reason=reason, at=context.local(moment), code_tail=code_tail(code))


def get(context: Context, volunteer_no: str) -> Volunteer:
    """One volunteer. Raises VolunteerError `unknown_volunteer`."""
    volunteer = records.get(context.database.connection, volunteer_no)
    if volunteer is None:
        raise VolunteerError("unknown_volunteer", no=volunteer_no)
    return volunteer


def find(context: Context, text: str) -> list[Volunteer]:
    """At most 200 volunteers for what stands in the search box; all by number while it is empty.

    Found by characters of the name, pinyin, initials, the number, a card's digits, or the last four digits
    of a phone.
    """
    from frontdesk.common.pinyin import query_key

    connection = context.database.connection
    key = query_key(text)
    if not key:
        return records.page(connection, limit=SEARCH_LIMIT)
    refs: list[str] = []
    if key.isascii() and key.isdigit():
        if len(key) == 20:
            try:
                refs.append(read_code(context.keys.card, key).volunteer_no)
            except CodeFault:
                return []
        if len(key) == 4:
            refs += search.find(connection, SEARCH_KIND, tail_term(context, key), SEARCH_LIMIT)
    refs += search.find(connection, SEARCH_KIND, key, SEARCH_LIMIT)
    found = (records.get(connection, ref) for ref in dict.fromkeys(refs))
    return [volunteer for volunteer in found if volunteer is not None][:SEARCH_LIMIT]


def tail_term(context: Context, tail: str) -> str:
    """The search term for the last four digits of a phone: a keyed hash, so that the file does not give
    them away.
    """
    return "#" + context.keys.lookup(f"tail:{tail}").hex()


def store(context: Context, connection: sqlite3.Connection, volunteer: Volunteer, phone: str) -> None:
    """Write a volunteer and all that finds him or her, inside a running transaction.

    `phone` is normalised or ''.
    """
    from frontdesk.common.pinyin import search_terms

    records.put(connection, volunteer)
    terms = set(search_terms(volunteer.name)) | {volunteer.no, volunteer.no.lstrip("0")}
    if phone:
        terms.add(tail_term(context, phone_tail(phone)))
    search.set_terms(connection, SEARCH_KIND, volunteer.no, terms - {""})


def issue_card(context: Context, volunteer_no: str) -> str:
    """The 20 digits of the volunteer's valid card, issued now if there is none.

    Raises `unknown_volunteer`, `no_more_cards`.
    """
    return issue_cards(context, [volunteer_no])[0][1]


def issue_cards(context: Context, volunteer_nos: Sequence[str] | None = None) -> list[tuple[str, str]]:
    """Volunteer numbers and card digits, for the given volunteers or for all who serve; all or none are
    issued.

    Whoever has a valid card keeps it, so that a second call answers the same.
    """
    context.require_writer()
    issued = []
    with context.database.write() as connection:
        context.confirm_operator(connection)
        chosen = list(volunteer_nos) if volunteer_nos is not None else records.active_numbers(connection)
        for no in chosen:
            volunteer = records.get(connection, no)
            if volunteer is None:
                raise VolunteerError("unknown_volunteer", no=no)
            card = _valid_card(connection, no) or _new_card(context, connection, no)
            issued.append((no, make_code(context.keys.card, no, card.serial)))
    return issued


def replace_card(context: Context, volunteer_no: str) -> str:
    """The digits of a new card; the old one answers `card_replaced` from now on."""
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        if records.get(connection, volunteer_no) is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        old = _valid_card(connection, volunteer_no)
        if old is not None:
            records.put_card(connection, old.model_copy(update={"state": "replaced"}))
        card = _new_card(context, connection, volunteer_no)
        if old is not None:
            context.note(connection, "card.replaced", volunteer_no, serial=old.serial)
    return make_code(context.keys.card, volunteer_no, card.serial)


def revoke_card(context: Context, volunteer_no: str) -> None:
    """Revoke the volunteer's valid card without giving a new one. Raises VolunteerError `no_card`."""
    with context.change("card.revoked", volunteer_no) as connection:
        card = _valid_card(connection, volunteer_no)
        if card is None:
            raise VolunteerError("no_card", no=volunteer_no)
        records.put_card(connection, card.model_copy(update={"state": "revoked"}))


def set_state(context: Context, volunteer_no: str, state: records.VolunteerState) -> None:
    """Suspend a volunteer, reinstate one, or note that one has left."""
    with context.change("volunteer.state", volunteer_no, state=state) as connection:
        if records.get(connection, volunteer_no) is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        records.set_state(connection, volunteer_no, state)


def valid_cards(context: Context, volunteer_nos: Sequence[str] | None = None) -> list[tuple[Volunteer, str]]:
    """Volunteers with the digits of their valid cards, for printing; all who have one, or those named.

    Raises VolunteerError `unknown_volunteer` or `no_card` for one who was named.
    """
    connection = context.database.connection
    chosen = list(volunteer_nos) if volunteer_nos is not None else records.active_numbers(connection)
    found = []
    for no in chosen:
        volunteer, card = records.get(connection, no), _valid_card(connection, no)
        if volunteer is None and volunteer_nos is not None:
            raise VolunteerError("unknown_volunteer", no=no)
        if card is None and volunteer_nos is not None:
            raise VolunteerError("no_card", no=no)
        if volunteer is not None and card is not None:
            found.append((volunteer, make_code(context.keys.card, no, card.serial)))
    return found


def _valid_card(connection: sqlite3.Connection, volunteer_no: str) -> Card | None:
    return next((card for card in records.cards(connection, volunteer_no) if card.state == "issued"), None)


def _new_card(context: Context, connection: sqlite3.Connection, volunteer_no: str) -> Card:
    cards = records.cards(connection, volunteer_no)
    serial = cards[-1].serial + 1 if cards else 1
    if serial > 99:
        raise VolunteerError("no_more_cards", no=volunteer_no)
    card = Card(
        volunteer_no=volunteer_no,
        serial=serial,
        state="issued",
        # Visits of earlier days are keyed in after the card was made, so a first card is valid for those too.
        valid_from="" if serial == 1 else context.today().isoformat(),
        issued_at=context.now_ms(),
    )
    records.put_card(connection, card)
    context.note(connection, "card.issued", volunteer_no, serial=serial)
    return card


def here_now(context: Context) -> list[VisitLine]:
    """Who has come today and not left, the latest first."""
    return records.here(context.database.connection, context.today().isoformat())


def hours(context: Context, first: date, last: date) -> list[HoursLine]:
    """What every volunteer served between two local days, both included."""
    return records.hours(context.database.connection, first.isoformat(), last.isoformat())


def any_between(context: Context, first: date, last: date) -> bool:
    """Whether a volunteer came in a span of local days."""
    return records.any_between(context.database.connection, first.isoformat(), last.isoformat())


def hours_to_show(context: Context, outcome: ScanOutcome) -> tuple[int, int]:
    """The seconds of today and of the year to show beside a decision; zeros where they cannot be read.

    The decision is committed: whatever happens to the hours, it is confirmed.
    """
    if outcome.volunteer_no is None:
        return 0, 0
    try:
        return seconds_today_and_this_year(context, outcome.volunteer_no)
    except sqlite3.Error:
        return 0, 0


def seconds_today_and_this_year(context: Context, volunteer_no: str) -> tuple[int, int]:
    """A volunteer's measured seconds today and in the year so far."""
    today = context.today()
    connection = context.database.connection
    return (
        records.seconds_of(connection, volunteer_no, today.isoformat(), today.isoformat()),
        records.seconds_of(connection, volunteer_no, date(today.year, 1, 1).isoformat(), today.isoformat()),
    )


def figures(context: Context, first: date, last: date) -> dict[str, int]:
    """The report's figures about volunteers: who served has at least one finished visit."""
    lines = hours(context, first, last)
    return {
        "volunteers_served": sum(1 for line in lines if line.visits),
        "volunteer_seconds_measured": sum(line.seconds for line in lines),
        "visits_left_open": sum(line.left_open for line in lines),
    }


def import_volunteers(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the register of volunteers in; see `frontdesk.volunteers.importing`."""
    from frontdesk.volunteers.importing import import_volunteers as run

    return run(context, path, dry_run=dry_run)
