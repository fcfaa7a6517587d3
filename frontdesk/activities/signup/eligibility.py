"""Who may sign up, and when. Pure: sessions, people and what they hold go in, refusals come out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from db.activities import Session
from db.registrations import Applicant, Holding
from frontdesk.context import to_ms
from frontdesk.residents.service import age_on


class Finding(NamedTuple):
    """A condition that is not met, or something to know: its code and what its words name."""

    code: str
    details: dict[str, object]


def opens_at(session: Session, zone: ZoneInfo, *, is_returning: bool) -> int | None:
    """When sign-up opens for somebody, in UTC milliseconds; None where it is open from the first."""
    terms = session.terms
    days = [terms.opens_days_before]
    if is_returning and terms.opens_days_before is not None:
        days.append(terms.returning_days_before)
    known = [one for one in days if one is not None]
    if not known:
        return None
    opens = date.fromisoformat(session.day) - timedelta(days=max(known))
    return to_ms(datetime.combine(opens, time.fromisoformat(terms.opens_time), zone))


def closes_at(session: Session, zone: ZoneInfo) -> int:
    """When sign-up closes, in UTC milliseconds: so many minutes before the session begins.

    With none, whoever comes late or stands on a paper list is still signed up until the day is over.
    """
    if session.terms.closes_minutes_before:
        return session.starts_at - session.terms.closes_minutes_before * 60_000
    after = datetime.combine(date.fromisoformat(session.day) + timedelta(days=1), time(), zone)
    return max(to_ms(after), session.ends_at)


def draw_due_at(session: Session, zone: ZoneInfo) -> int:
    """When the lottery is to be drawn, in UTC milliseconds."""
    day = date.fromisoformat(session.day) - timedelta(days=session.terms.draw_days_before)
    return to_ms(datetime.combine(day, time.fromisoformat(session.terms.draw_time), zone))


def unmet(session: Session, party: Sequence[Applicant], committee_areas: Iterable[str]) -> Finding | None:
    """The first condition of a session that a party does not meet; None for a party that may come.

    A party may come if one person of it that is known by name meets them all: a child comes with a parent. What is
    said otherwise is about whoever signs up, the first of `party`.
    """
    findings = [_unmet(session, person, frozenset(committee_areas)) for person in party]
    return None if None in findings else next(iter(findings), None)


def over_quota(
    session: Session, held: Iterable[Holding], line: Collection[int], month_quota: int, now: int
) -> Finding | None:
    """Whether somebody who holds these sign-ups may hold no other: of the series at a time, or of the month. `line` are
    the ids of the series with those that it went on from and that went on from it.
    """
    others = [one for one in held if one.session_code != session.code and one.session_state != "cancelled"]
    if session.series_id is not None and session.terms.quota:
        of_series = sum(one.series_id in line and one.ends_at > now for one in others)
        if of_series >= session.terms.quota:
            return Finding("over_quota", {"count": session.terms.quota})
    if month_quota and sum(one.day[:7] == session.day[:7] for one in others) >= month_quota:
        return Finding("over_quota_month", {"count": month_quota})
    return None


def overlapping(session: Session, held: Iterable[Holding]) -> list[Holding]:
    """What somebody holds or waits for at the time of a session."""
    return [
        one
        for one in held
        if one.session_code != session.code
        and one.session_state != "cancelled"
        and one.starts_at < session.ends_at
        and session.starts_at < one.ends_at
    ]


def _unmet(session: Session, person: Applicant, committee_areas: frozenset[str]) -> Finding | None:
    terms = session.terms
    if terms.residents_only and (person.area not in committee_areas if committee_areas else not person.area):
        return Finding("not_resident", {})
    if terms.areas and person.area not in terms.areas:
        return Finding("wrong_area", {"areas": "、".join(terms.areas)})
    if terms.tags and not person.tags & set(terms.tags):
        return Finding("tag_missing", {"tags": "、".join(terms.tags)})
    return _unmet_age(session, person)


def _unmet_age(session: Session, person: Applicant) -> Finding | None:
    least_wanted, most_wanted = session.terms.age_from, session.terms.age_to
    if least_wanted is None and most_wanted is None:
        return None
    age = age_on(person.birth, date.fromisoformat(session.day))
    if age is None:
        return Finding("birth_needed", {})
    least, most = age
    if least_wanted is not None and most < least_wanted:
        return Finding("too_young", {"age": least_wanted})
    if most_wanted is not None and least > most_wanted:
        return Finding("too_old", {"age": most_wanted})
    is_sure = (least_wanted is None or least >= least_wanted) and (most_wanted is None or most <= most_wanted)
    return None if is_sure else Finding("birth_needed", {})
