"""The ledger of bad ratings (差评台账): each bad rating of a span with what was done about it and how it ended.

It leaves the centre: names are masked, so are numbers in free words. An anonymous rating stands there without its day,
and without all that tells what it is about unless the statistics show that for its week (`statistics.listing`): a list
tells no less than its sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from db import follow_ups as records
from db import staff
from db.follow_ups import BadRating, LogEntry
from frontdesk.calendar.service import Calendar
from frontdesk.common.masking import mask_numbers
from frontdesk.context import Context
from frontdesk.feedback.followup.counting import known_calendar
from frontdesk.feedback.followup.deadlines import result_limit
from frontdesk.feedback.followup.recording import event_of
from frontdesk.feedback.followup.wording import (
    event_words,
    level_words,
    rater_words,
    state_words,
    subject_words,
)
from frontdesk.feedback.statistics.service import Read
from frontdesk.locale import t

InTime = Literal["", "yes", "late", "running"]
"""Whether there was a result, or an end, within the limit; "" where the preset sets none."""


class LedgerLine(NamedTuple):
    """One bad rating as the ledger has it, in words; days are None and words "" where there is nothing to say, or where
    it must not be said (`is_withheld`); `is_anonymous` ones have no day in any case.
    """

    no: str
    day: date | None
    subject: str
    level: str
    rater: str
    channel: str
    comment: str
    verified: str
    responsible: str
    result: str
    called: str
    appeal: str
    state: str
    ended_on: date | None
    due: date | None
    in_time: InTime
    is_withheld: bool
    is_anonymous: bool


@dataclass(frozen=True)
class Ledger:
    """The lines of a span, and what they come to: ended ones, those that had a result or an end in time and those that
    had not, named ones whose rater can be reached and how many of these were called back, excluded ones.
    """

    first: date
    last: date
    lines: tuple[LedgerLine, ...]
    ended: int
    in_time: int
    late: int
    to_call: int
    called: int
    excluded: int
    unknown_years: tuple[int, ...]

    @property
    def counts(self) -> dict[str, int]:
        """What it comes to, by the names that its words have."""
        return {
            "count": len(self.lines),
            "ended": self.ended,
            "in_time": self.in_time,
            "late": self.late,
            "called": self.called,
            "to_call": self.to_call,
            "excluded": self.excluded,
        }


def ledger(context: Context, first: date, last: date) -> Ledger:
    """The ledger of the bad ratings given from `first` to `last`; of anonymous ones up to yesterday. The order is by
    number, those that nobody has acted on last: it tells nothing of who rated when.
    """
    with context.database.reading() as connection:
        today = context.today().isoformat()
        found = records.between(connection, first.isoformat(), last.isoformat(), today)
        logs = records.logs(connection, {one.no for one in found if one.no})
        read = Read(context, connection, first, last)
        names = {one.no: one.name for one in staff.every(connection)}
        calendar = known_calendar(context, found)
    lines = []
    for one in sorted(found, key=lambda one: (not one.no, one.no, one.key)):
        path = read.path(one.subject_kind, one.subject)
        is_withheld = not one.named and not read.ledger.shown_of(date.fromisoformat(one.day), path)
        lines.append(_line(context, one, logs.get(one.no, []), names, calendar, is_withheld=is_withheld))
    to_call = [one for one in found if one.named and one.can_call]
    return Ledger(
        first,
        last,
        tuple(lines),
        ended=sum(one.ended_on is not None for one in found),
        in_time=sum(one.in_time == "yes" for one in lines),
        late=sum(one.in_time == "late" for one in lines),
        to_call=len(to_call),
        called=sum(_was_called(logs.get(one.no, [])) for one in to_call),
        excluded=sum(one.excluded for one in found),
        unknown_years=calendar.unknown_between(first, max(last, context.today())),
    )


def _was_called(log: Sequence[LogEntry]) -> bool:
    return any(entry.event == "called_back" for entry in log)


def _line(
    context: Context,
    one: BadRating,
    log: Sequence[LogEntry],
    names: dict[str, str],
    calendar: Calendar,
    *,
    is_withheld: bool,
) -> LedgerLine:
    limit = result_limit(one, calendar, context.settings.follow_up_preset)
    due = limit.due if limit else None

    def words(*events: str) -> str:
        return "" if is_withheld else _log_words(log, events)

    return LedgerLine(
        no=one.no,
        day=date.fromisoformat(one.day) if one.named else None,
        subject=t("followup.ledger.others") if is_withheld else subject_words(one),
        level=level_words(one.level),
        rater=rater_words(one),
        channel=t(f"followup.channel.{one.channel}"),
        comment="" if is_withheld else mask_numbers(" ".join(one.comment.split())),
        verified=words("verified"),
        responsible=names.get(one.responsible, one.responsible),
        result=words("result"),
        called=words("called_back"),
        appeal=words("appealed", "appeal_upheld", "appeal_rejected"),
        state=state_words(one),
        ended_on=date.fromisoformat(one.ended_on) if one.ended_on else None,
        # It would tell the day from which it counts.
        due=due if one.named or one.reopened_on else None,
        in_time=_in_time(one, due, context.today()),
        is_withheld=is_withheld,
        is_anonymous=not one.named,
    )


def _log_words(log: Sequence[LogEntry], events: tuple[str, ...]) -> str:
    """What was done of these kinds: day, what, words; each in a line."""
    return "\n".join(
        " ".join(part for part in (entry.day[5:], event_words(event_of(entry)), mask_numbers(entry.note)) if part)
        for entry in log
        if entry.event in events
    )


def _in_time(one: BadRating, due: date | None, today: date) -> InTime:
    if due is None:
        return ""
    done_on = one.result_on or one.ended_on
    if done_on is None:
        return "late" if today > due else "running"
    return "yes" if date.fromisoformat(done_on) <= due else "late"
