"""The follow-ups of a span as cases: opened or ended in it, or overdue at its end, each as far as it was by then."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from db import follow_ups as records
from db import rating_services, staff
from db.follow_ups import BadRating, LogEntry
from frontdesk.calendar.service import Calendar
from frontdesk.context import Context
from frontdesk.feedback.capture.rules import LEVELS
from frontdesk.feedback.followup.counting import known_calendar
from frontdesk.feedback.followup.deadlines import next_limit, result_limit
from frontdesk.feedback.followup.recording import follow_up_of, row_of
from frontdesk.feedback.followup.rules import BAD
from frontdesk.feedback.followup.wording import level_words, state_words, subject_words
from frontdesk.feedback.statistics.service import Read
from frontdesk.locale import t

Happened = Literal["opened", "ended", "overdue"]

_DAYS_TOLD = 7
"""So long before a span what an anonymous rating is about is looked up; of older ones it is not told."""


class FollowUpCase(NamedTuple):
    """One follow-up: what happened in the span, and how far it was on its last day. What must not be told of an
    anonymous rating is "" or None, as in the ledger; `posts` are those of whoever is responsible, else of the service.
    """

    no: str
    subject: str
    level: str
    happened: tuple[Happened, ...]
    state: str
    opened_on: date | None
    due: date | None
    ended_on: date | None
    posts: tuple[str, ...]
    responsible: str


class FollowUpCases(NamedTuple):
    """The cases by number, those that nobody has acted on last; `left_out` is how many older ones are left out."""

    cases: tuple[FollowUpCase, ...]
    left_out: int


def follow_up_cases(context: Context, first: date, last: date, most: int) -> FollowUpCases:
    """The follow-ups of a span of local days; of those opened before it the `most` that are open longest. What is
    overdue is so at the end of its last day, or today while it runs: the same span tells the same later on.
    """
    with context.database.reading() as connection:
        today = context.today()
        days = (first.isoformat(), last.isoformat(), today.isoformat())
        inside, before = records.to_report(connection, *days, most)
        older = records.count_open_before(connection, days[0])
        found = sorted([*inside, *before], key=lambda one: one.key)
        if not found:
            return FollowUpCases((), 0)
        case = _Reading(context, connection, found, (first, last), min(last, today))
        cases = [made for one in found if (made := case.of(one)) is not None]
    # In the order of the random keys within the same number, which is none where nobody has acted.
    return FollowUpCases(tuple(sorted(cases, key=lambda one: (not one.no, one.no))), max(0, older - most))


class _Reading:
    """What the cases of a span are made of, read at one moment."""

    def __init__(
        self,
        context: Context,
        connection: sqlite3.Connection,
        found: Sequence[BadRating],
        span: tuple[date, date],
        through: date,
    ) -> None:
        self._span = (span[0].isoformat(), span[1].isoformat())
        self._through = through
        self._preset = context.settings.follow_up_preset
        self._calendar: Calendar = known_calendar(context, list(found))
        self._logs = records.logs(connection, {one.no for one in found if one.no})
        self._told_from = max(min(one.day for one in found), (span[0] - timedelta(days=_DAYS_TOLD)).isoformat())
        self._read = Read(context, connection, date.fromisoformat(self._told_from), span[1])
        self._names = {one.no: one.name for one in staff.every(connection)}
        holders = [one for one in staff.holders(connection) if one.ab == "A"]
        self._posts = {
            no: tuple(one.post for one in holders if one.staff_no == no) for no in {one.staff_no for one in holders}
        }
        self._others, self._level_words = t("followup.ledger.others"), {level: level_words(level) for level in LEVELS}
        self._post_of = {one.name: one.post for one in rating_services.services(connection)}

    def of(self, one: BadRating) -> FollowUpCase | None:
        """The case of a rating; None where nothing of it happened in the span."""
        then = _as_of(one, self._logs.get(one.no, ()), self._through.isoformat())
        happened = tuple(self._happened(one, then))
        if not happened:
            return None
        is_told = bool(one.named) or self._is_shown(one)
        # It would tell the day from which it counts.
        is_dated = one.named or then.reopened_on
        limit = result_limit(then, self._calendar, self._preset) if is_dated else None
        return FollowUpCase(
            no=one.no,
            subject=subject_words(one) if is_told else self._others,
            level=self._level_words[one.level] if is_told else "",
            happened=happened,
            state=state_words(then),
            opened_on=date.fromisoformat(one.day) if one.named else None,
            due=limit.due if limit else None,
            ended_on=date.fromisoformat(then.ended_on) if then.ended_on else None,
            posts=self._posts_for(one, then, is_told=is_told),
            responsible=self._names.get(then.responsible, then.responsible),
        )

    def _happened(self, one: BadRating, then: BadRating) -> Iterator[Happened]:
        first, last = self._span
        if first <= one.day <= last and one.level in BAD:
            yield "opened"
        if one.ended_on and first <= one.ended_on <= last:
            yield "ended"
        limit = next_limit(then, self._calendar, self._preset) if one.level in BAD else None
        if limit is not None and self._through > limit.due:
            yield "overdue"

    def _is_shown(self, one: BadRating) -> bool:
        """Whether the statistics tell what an anonymous rating is about."""
        if one.day < self._told_from:
            return False
        return self._read.ledger.shown_of(date.fromisoformat(one.day), self._read.path(one.subject_kind, one.subject))

    def _posts_for(self, one: BadRating, then: BadRating, *, is_told: bool) -> tuple[str, ...]:
        """The posts of whoever is responsible, else that which answers for the service; it would tell the subject."""
        if then.responsible:
            return self._posts.get(then.responsible, ())
        post = self._post_of.get(one.subject, "") if is_told and one.subject_kind == "service" else ""
        return (post,) if post else ()


def _as_of(one: BadRating, log: Sequence[LogEntry], day: str) -> BadRating:
    """A rating with its follow-up as that was at the end of a local day; as it is now where the log tells nothing."""
    if not log or log[-1].day <= day:
        return one
    then = row_of(one.key, one.no, follow_up_of(entry for entry in log if entry.day <= day))
    return one.model_copy(update=then.model_dump(exclude={"key", "no"}))
