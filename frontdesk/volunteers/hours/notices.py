"""Public notice of hours (公示): a list by volunteer number, never names, that stays up for days, and objections to it.

Its lines are frozen when it is published; a correction afterwards shows as a difference. How long it stays up is a
setting: publicity of seven days or more is asked for (mechanisms §8.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from db import hours as records
from db import hours_notices as notices_kept
from db import volunteers as people
from db.hours_notices import Notice, NoticeLine, Objection
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.hours.errors import HoursError
from frontdesk.volunteers.hours.rounding import Rounding
from frontdesk.volunteers.hours.supplements import checked_words

NoticeState = Literal["running", "over", "withdrawn"]


@dataclass(frozen=True)
class Compared:
    """What a notice says of a volunteer and what the records say now, in exact seconds."""

    volunteer_no: str
    measured: int
    supplemented: int
    measured_now: int
    supplemented_now: int

    @property
    def differs(self) -> bool:
        """Whether the hours were changed after publication."""
        return (self.measured, self.supplemented) != (self.measured_now, self.supplemented_now)


@dataclass(frozen=True)
class NoticeView:
    """A notice with its state today, its lines beside what is recorded now, and the objections to it.

    Whoever has hours only now stands in the lines with none published.
    """

    notice: Notice
    state: NoticeState
    rounding: Rounding
    centre: str
    lines: tuple[Compared, ...]
    objections: tuple[Objection, ...]

    @property
    def published(self) -> list[Compared]:
        """The lines that were published."""
        return [line for line in self.lines if line.measured or line.supplemented]

    @property
    def differences(self) -> list[Compared]:
        """The lines that say something else now."""
        return [line for line in self.lines if line.differs]

    def as_json(self) -> dict[str, Any]:
        """The answer of the command line."""
        return {
            **notice_json(self.notice, self.state),
            "lines": [
                {
                    "volunteer": line.volunteer_no,
                    "measured_seconds": line.measured,
                    "supplemented_seconds": line.supplemented,
                    "measured_minutes_shown": self.rounding.shown_minutes(line.measured),
                    "supplemented_minutes_shown": self.rounding.shown_minutes(line.supplemented),
                    "differs": line.differs,
                    "measured_seconds_now": line.measured_now,
                    "supplemented_seconds_now": line.supplemented_now,
                }
                for line in self.lines
            ],
            "objections": [
                {
                    "objection": one.id,
                    "volunteer": one.volunteer_no,
                    "words": one.words,
                    "outcome": one.outcome or None,
                    "outcome_words": one.outcome_words or None,
                }
                for one in self.objections
            ],
        }


def notice_json(notice: Notice, state: NoticeState) -> dict[str, Any]:
    """A notice without its lines, as the command line answers it."""
    return {
        "notice": notice.id,
        "first": notice.first,
        "last": notice.last,
        "published_on": notice.published_on,
        "until": notice.until,
        "state": state,
        "volunteers": notice.lines,
        "objections_count": notice.objections,
        "objections_undecided": notice.undecided,
        "withdraw_reason": notice.withdraw_reason or None,
    }


def state_of(notice: Notice, today: date) -> NoticeState:
    """Whether a notice is up, over, or was withdrawn."""
    if notice.withdrawn_at is not None:
        return "withdrawn"
    return "running" if today.isoformat() <= notice.until else "over"


@allowed("writer")
def publish(context: Context, first: date, last: date) -> Notice:
    """Publish the hours of a period that has ended, from today on for `hours_notice_days` days after today.

    Raises HoursError `bad_order`, `not_over_yet`, `nothing_to_publish`, `no_notice_days` where the setting is 0, and
    `already_published` where a notice of the same days is up.
    """
    today = context.today()
    if last < first:
        raise HoursError("bad_order", first=first.isoformat(), last=last.isoformat())
    if last >= today:
        raise HoursError("not_over_yet", last=last.isoformat())
    if context.settings.hours_notice_days == 0:
        raise HoursError("no_notice_days", setting="hours_notice_days")
    operator = context.require_writer()
    days = first.isoformat(), last.isoformat()
    with context.database.write() as connection:
        operator = context.confirm_operator(connection)
        for standing in notices_kept.standing(connection, *days, today.isoformat()):
            if (standing.first, standing.last) == days:
                raise HoursError("already_published", id=standing.id, until=standing.until)
        lines = [
            NoticeLine(
                volunteer_no=line.volunteer_no, measured_seconds=line.seconds, supplemented_seconds=line.supplemented
            )
            for line in records.lines(connection, *days)
            if line.seconds or line.supplemented
        ]
        if not lines:
            raise HoursError("nothing_to_publish", first=days[0], last=days[1])
        until = today + timedelta(days=context.settings.hours_notice_days)
        new = Notice(
            first=days[0],
            last=days[1],
            published_on=today.isoformat(),
            until=until.isoformat(),
            operator_no=operator.no,
            at=context.now_ms(),
        )
        notice_id = notices_kept.add(connection, new, lines)
        context.note(
            connection, "hours.notice_published", str(notice_id), first=days[0], last=days[1], people=len(lines)
        )
        kept = notices_kept.get(connection, notice_id)
    assert kept is not None
    return kept


def notices(context: Context) -> list[Notice]:
    """All notices, the latest first."""
    return notices_kept.every(context.database.connection)


def standing_notices(context: Context, first: date, last: date) -> list[Notice]:
    """The notices that are up today and share a day with these."""
    days = first.isoformat(), last.isoformat()
    return notices_kept.standing(context.database.connection, *days, context.today().isoformat())


def notices_of(context: Context, first: date, last: date) -> list[Notice]:
    """The notices, up or over, that share a day with these; withdrawn ones left out, the one that ends last behind."""
    return notices_kept.of_days(context.database.connection, first.isoformat(), last.isoformat())


@allowed("shown")
def notice(context: Context, notice_id: int) -> NoticeView:
    """One notice, whole, beside what is recorded now. Raises HoursError `unknown_notice`."""
    connection = context.database.connection
    with context.database.reading():
        kept = notices_kept.get(connection, notice_id)
        if kept is None:
            raise HoursError("unknown_notice", id=notice_id)
        published = {line.volunteer_no: line for line in notices_kept.lines(connection, notice_id)}
        now = {line.volunteer_no: line for line in records.lines(connection, kept.first, kept.last)}
        objections = notices_kept.objections(connection, notice_id)
    lines = []
    for no in sorted(published.keys() | now.keys()):
        then, line = published.get(no), now.get(no)
        compared = Compared(
            no,
            then.measured_seconds if then else 0,
            then.supplemented_seconds if then else 0,
            line.seconds if line else 0,
            line.supplemented if line else 0,
        )
        if then is not None or compared.differs:
            lines.append(compared)
    return NoticeView(
        notice=kept,
        state=state_of(kept, context.today()),
        rounding=Rounding.of(context.settings),
        centre=context.centre.name,
        lines=tuple(lines),
        objections=tuple(objections),
    )


@allowed("writer")
def withdraw_notice(context: Context, notice_id: int, reason: str) -> None:
    """Take a notice down, with a reason; it stays on record. Raises HoursError `unknown_notice`,
    `already_withdrawn`, `reason_required`, `bad_words`.
    """
    why = checked_words(reason)
    operator = context.require_writer()
    with context.change("hours.notice_withdrawn", str(notice_id)) as connection:
        kept = notices_kept.get(connection, notice_id)
        if kept is None:
            raise HoursError("unknown_notice", id=notice_id)
        if kept.withdrawn_at is not None:
            raise HoursError("already_withdrawn", id=notice_id)
        notices_kept.withdraw(connection, notice_id, context.now_ms(), operator.no, why)


@allowed("writer")
def object_to(context: Context, notice_id: int, volunteer_no: str, words: str) -> Objection:
    """Write down what is said against a notice that is up, about the hours of one volunteer, who need not be on it.

    Raises HoursError `unknown_notice`, `notice_not_up`, `reason_required`, `bad_words`, and VolunteerError
    `unknown_volunteer`.
    """
    said = checked_words(words)
    operator = context.require_writer()
    with context.database.write() as connection:
        operator = context.confirm_operator(connection)
        kept = notices_kept.get(connection, notice_id)
        if kept is None:
            raise HoursError("unknown_notice", id=notice_id)
        if state_of(kept, context.today()) != "running":
            raise HoursError("notice_not_up", id=notice_id, until=kept.until)
        if people.get(connection, volunteer_no) is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        new = Objection(
            notice_id=notice_id, volunteer_no=volunteer_no, words=said, at=context.now_ms(), operator_no=operator.no
        )
        new = new.model_copy(update={"id": notices_kept.add_objection(connection, new)})
        context.note(connection, "hours.objected", volunteer_no, notice=notice_id, objection=new.id)
    return new


@allowed("writer")
def decide_objection(context: Context, objection_id: int, *, upheld: bool, words: str) -> Objection:
    """Decide an objection once, in words. One that is upheld changes no hours by itself: whoever corrects them does
    that with the use cases of visits and supplements, and the notice then shows the difference.

    Raises HoursError `unknown_objection`, `already_decided`, `reason_required`, `bad_words`.
    """
    said = checked_words(words)
    operator = context.require_writer()
    with context.change("hours.objection_decided", str(objection_id), upheld=upheld) as connection:
        kept = notices_kept.objection(connection, objection_id)
        if kept is None:
            raise HoursError("unknown_objection", id=objection_id)
        if kept.outcome:
            raise HoursError("already_decided", id=objection_id)
        outcome: notices_kept.Outcome = "upheld" if upheld else "rejected"
        notices_kept.decide(connection, objection_id, outcome, said, context.now_ms(), operator.no)
        decided = notices_kept.objection(connection, objection_id)
    assert decided is not None
    return decided
