"""The weekly brief (每周研判简报, mechanisms G05): what came in and was done, what residents said, what to decide.

It covers bad ratings that are followed up, demands, the records of every mechanism, meetings and duties of the
calendar. It goes to people outside the
centre, so it names no resident, and of what residents said it tells what enough of them said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from db import info_reports
from db.info_reports import LetterState
from frontdesk.cases.service import unopened_count
from frontdesk.common.names import without_spacing
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.feedback import service as feedback
from frontdesk.reports.letters.facts import Facts, gather, without_names
from frontdesk.reports.mechanisms import Mechanisms, mechanisms
from frontdesk.reports.rules import WITHOUT_LEVELS

MOST_COMMENTS = 12
LONGEST_COMMENT = 120
UNOPENED_DAYS = 3
"""So many days a record may be new to whom it was handed before somebody asks."""

DecisionCode = Literal[
    "overdue",
    "appeals",
    "rate_fell",
    "duty_gaps",
    "attendance",
    "demands_waiting",
    "cases_overdue",
    "cases_unopened",
    "duties_lacking",
    "letters_returned",
    "letters_to_review",
]


class ByLevel(NamedTuple):
    """So many follow-ups; `levels` by the level of the rating, empty where so few are not told apart. `total` is None
    where even their number would tell what few people said.
    """

    total: int | None
    levels: dict[int, int]


class Said(NamedTuple):
    """A comment as it may be told: what it is about ("" where that must not be said), the level, the words masked."""

    subject: str
    level: int
    comment: str


class Decision(NamedTuple):
    """Something to decide, and how many there are of it."""

    code: DecisionCode
    many: int


@dataclass(frozen=True)
class Brief:
    """The brief of a period. Follow-ups are opened and ended in it, overdue as of today."""

    facts: Facts
    opened: ByLevel
    ended: ByLevel
    overdue: ByLevel
    comments: tuple[Said, ...]
    comments_left_out: int
    demands_waiting: int
    mechanisms: Mechanisms
    decisions: tuple[Decision, ...]

    @property
    def period(self) -> Period:
        """The period that it is about."""
        return self.facts.period


def brief(context: Context, period: Period) -> Brief:
    """The brief of a period as things stand. It reads much: not for a screen that waits."""
    with context.database.reading() as connection:
        facts = gather(context, period)
        counts = feedback.follow_ups_by_level(context, period.first, period.last)
        comments = _comments(context, period)
        of_mechanisms = mechanisms(context, period)
        unopened = unopened_count(context, UNOPENED_DAYS)
        waiting = info_reports.demands_waiting(connection, period.last.isoformat())
        states = info_reports.by_state(connection)
        states["returned"] = sum(one.state == "returned" for one in info_reports.sent_back(connection))
    least = facts.minimum
    return Brief(
        facts=facts,
        # How many were bad is told where the ratings of the period are, and then by level as these are.
        opened=ByLevel(sum(counts.opened.values()), counts.opened) if facts.rated else ByLevel(None, {}),
        ended=_told(counts.ended, least),
        overdue=_told(counts.overdue, least),
        comments=comments[:MOST_COMMENTS],
        comments_left_out=max(0, len(comments) - MOST_COMMENTS),
        demands_waiting=waiting,
        mechanisms=of_mechanisms,
        decisions=tuple(
            _decisions(facts, sum(counts.overdue.values()), counts.appealed, waiting, of_mechanisms, states, unopened)
        ),
    )


def _told(levels: Mapping[int, int], least: int) -> ByLevel:
    """Follow-ups as they may be told: how many is the centre's work, of which level only where there are enough."""
    total = sum(levels.values())
    return ByLevel(total, dict(levels) if total >= least else {})


def _comments(context: Context, period: Period) -> tuple[Said, ...]:
    """What residents wrote, the worst level first, of ratings that may be shown one by one; none of a half month."""
    if period.kind in WITHOUT_LEVELS:
        return ()
    listed = [one for one in feedback.listed_ratings(context, period) if one.comment.strip()]
    spoken = "\n".join(f"{one.subject}\n{one.comment}" for one in listed)
    names = info_reports.names_within(context.database.connection, without_spacing(spoken))
    said = [
        Said(without_names(one.subject, names), one.level, _short(without_names(" ".join(one.comment.split()), names)))
        for one in listed
    ]
    return tuple(sorted(said, key=lambda one: (one.level, one.subject, one.comment)))


def _short(comment: str) -> str:
    return comment if len(comment) <= LONGEST_COMMENT else f"{comment[: LONGEST_COMMENT - 1]}…"


def _decisions(
    facts: Facts,
    overdue: int,
    appealed: int,
    waiting: int,
    of_mechanisms: Mechanisms,
    states: Mapping[LetterState, int],
    unopened: int,
) -> Iterable[Decision]:
    """What waits for somebody to decide, the most pressing first; nothing of which there is nothing."""
    fell = facts.rated is not None and facts.rated.change == "down"
    counted: list[tuple[DecisionCode, int]] = [
        ("overdue", overdue),
        ("appeals", appealed),
        ("rate_fell", int(fell)),
        ("demands_waiting", waiting),
        ("cases_overdue", of_mechanisms.overdue_in_all),
        ("cases_unopened", unopened),
        ("duties_lacking", of_mechanisms.duties_lacking),
        ("duty_gaps", facts.number("duty_gaps")),
        ("attendance", facts.number("sessions_without_attendance")),
        ("letters_returned", states.get("returned", 0)),
        ("letters_to_review", states.get("draft", 0)),
    ]
    return [Decision(code, count) for code, count in counted if count]
