"""Use cases of reviews of departments (部门评价, mechanisms G16): rounds, their codes, and what they come to.

A round is opened, printed and closed by a manager, which stands in the audit log. Who reviews has nothing but a code:
that is written without operator, time and audit entry, apart from what is said with it (mechanisms §12).
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from math import ceil

from db import reviews as records
from db.reviews import Review, Round, Wrong
from frontdesk.common.cooling import FORGOTTEN_SECONDS, Cooling
from frontdesk.common.masking import mask_numbers
from frontdesk.common.names import LongLine, short_line
from frontdesk.context import Context
from frontdesk.feedback.review import codes
from frontdesk.feedback.review.codes import MOST_CODES
from frontdesk.feedback.review.errors import ReviewError
from frontdesk.feedback.review.rules import LEVELS, Summary, summary
from frontdesk.feedback.unordered import unordered
from frontdesk.permission import allowed

__all__ = [
    "Ballot",
    "ListedRound",
    "Mark",
    "Results",
    "ReviewError",
    "ballot",
    "checked_comment",
    "close_round",
    "codes_to_print",
    "enter",
    "more_codes",
    "note_comments_written",
    "note_printed",
    "open_round",
    "results",
    "round_of",
    "rounds",
]

LONGEST_TITLE = 40
LONGEST_NAME = 30
LONGEST_COMMENT = 200
MOST_DEPARTMENTS = 40
KEY_BYTES = 16
_MOST_WRONG = 20
"""Behind so many wrong codes in a row the wait is the longest anyway."""


@dataclass(frozen=True)
class ListedRound:
    """A round with its departments, and how many of its codes were used."""

    round: Round
    departments: tuple[str, ...]
    used: int


@dataclass(frozen=True)
class Ballot:
    """What a code opens: the round and the departments that can be reviewed with it, each once."""

    no: int
    title: str
    departments: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """What is said of one department: 5, very satisfied, to 1 of its response and of its handling."""

    department: str
    response: int
    handling: int
    comment: str = ""


@dataclass(frozen=True)
class Results:
    """What may be shown of a round that is closed; comments only to managers, masked."""

    listed: ListedRound
    summary: Summary
    minimum: int


def rounds(context: Context) -> list[ListedRound]:
    """Every round, the latest first."""
    with context.database.reading() as connection:
        used = records.used_counts(connection)
        return [
            ListedRound(one, tuple(records.departments(connection, one.no)), used.get(one.no, 0))
            for one in records.rounds(connection)
        ]


def round_of(context: Context, no: int) -> ListedRound:
    """One round. Raises ReviewError `unknown_round`."""
    with context.database.reading() as connection:
        found = _round(connection, no)
        departments = tuple(records.departments(connection, no))
        return ListedRound(found, departments, records.used_counts(connection).get(no, 0))


@allowed("manager")
def open_round(
    context: Context, title: str, departments: Sequence[str], first: date, last: date, number: int
) -> ListedRound:
    """Open a round between two local days, for which so many people get a code; returns it. A manager does it.

    Raises ReviewError `missing_title`, `no_departments`, `too_many_departments`, `same_department`, `text_too_long`,
    `bad_text`, `bad_span`, `too_few_codes` where results could never be shown, `too_many_codes`; DeskError
    `manager_required`, `long_number`.
    """
    called = _line(title, LONGEST_TITLE, "title")
    if not called:
        raise ReviewError("missing_title", field="title")
    names = _names(departments)
    if last < first or last < context.today():
        raise ReviewError("bad_span", field="last")
    minimum = context.settings.review_minimum
    if number < minimum:
        raise ReviewError("too_few_codes", field="codes", minimum=minimum)
    if number > MOST_CODES:
        raise ReviewError("too_many_codes", field="codes", most=MOST_CODES)
    with _managing(context) as connection:
        new = Round(
            title=called,
            first_day=first.isoformat(),
            last_day=last.isoformat(),
            codes=number,
            minimum=minimum,
            opened_at=context.now_ms(),
            opened_by=context.require_manager().no,
        )
        no = records.add_round(connection, new, names)
        context.note(connection, "review.opened", str(no), departments=len(names), codes=number)
    return round_of(context, no)


@allowed("manager")
def more_codes(context: Context, no: int, more: int) -> tuple[str, ...]:
    """Make so many further codes for a round that runs; returns the new ones in a random order. A manager does it.

    Raises ReviewError `unknown_round`, `round_closed`, `too_many_codes`; DeskError `manager_required`.
    """
    with _managing(context) as connection:
        found = _open(connection, no)
        if more < 1 or found.codes + more > MOST_CODES:
            raise ReviewError("too_many_codes", field="more", most=MOST_CODES)
        records.set_codes(connection, no, found.codes + more)
        context.note(connection, "review.more_codes", str(no), more=more)
    return _shuffled(context, no, range(found.codes + 1, found.codes + more + 1))


@allowed("manager")
def codes_to_print(context: Context, no: int) -> tuple[str, ...]:
    """Every code of a round that runs, in a random order. For managers only.

    Raises ReviewError `unknown_round`, `round_closed`; DeskError `manager_required`.
    """
    context.require_manager()
    with context.database.reading() as connection:
        found = _open(connection, no)
    return _shuffled(context, no, range(1, found.codes + 1))


@allowed("manager")
def note_printed(context: Context, no: int, count: int) -> None:
    """Put on record that codes were printed, and how many. Raises DeskError `manager_required`."""
    with _managing(context) as connection:
        context.note(connection, "review.codes_written", str(no), codes=count)


@allowed("manager")
def note_comments_written(context: Context, no: int) -> None:
    """Put on record that the comments of a round were written to a file. Raises DeskError `manager_required`."""
    with _managing(context) as connection:
        context.note(connection, "review.comments_written", str(no))


@allowed("manager")
def close_round(context: Context, no: int) -> ListedRound:
    """End a round for good; from then on its results are shown. Returns it as it is then. A manager does it.

    Raises ReviewError `unknown_round`, `round_closed`; DeskError `manager_required`.
    """
    with _managing(context) as connection:
        _open(connection, no)
        records.close(connection, no, context.now_ms(), context.require_manager().no)
        used = records.used_counts(connection).get(no, 0)
        context.note(connection, "review.closed", str(no), used=used)
    return round_of(context, no)


@allowed("ballot")
def ballot(context: Context, typed: str) -> Ballot:
    """What a code opens; it stays unused. Nobody need be signed in, and nothing is kept of a right code.

    Raises ReviewError `unread_code`, `wrong_code`, `cooling` after wrong codes in a row, `used_code`, `round_closed`,
    `round_not_begun`, `round_over`.
    """
    code, no = _recognised(context, typed)
    with context.database.reading() as connection:
        _check(context, connection, code, no)
        return Ballot(no, _round(connection, no).title, tuple(records.departments(connection, no)))


@allowed("ballot")
def enter(context: Context, typed: str, marks: Sequence[Mark]) -> int:
    """Store what is said with a code, which is used with that; returns of how many departments something was said.

    Whoever it is writes without operator, time and audit entry. Two windows with the same code: one of them is refused.
    Raises what `ballot` raises, and ReviewError `nothing_said`, `unknown_department`, `same_department`, `bad_mark`,
    `text_too_long`, `bad_text`; DeskError `long_number`.
    """
    code, no = _recognised(context, typed)
    said = [_review(no, one) for one in marks]
    if not said:
        raise ReviewError("nothing_said")
    if len({one.department for one in said}) < len(said):
        raise ReviewError("same_department")
    with unordered(context) as connection:
        _check(context, connection, code, no)
        known = set(records.departments(connection, no))
        for one in said:
            if one.department not in known:
                raise ReviewError("unknown_department", name=one.department[:LONGEST_NAME])
        records.add(connection, no, codes.digest_of(context.keys.card, no, code), said)
        records.set_wrong_codes(connection, None)
    return len(said)


def checked_comment(text: str) -> str:
    """A comment as it would be kept. Raises ReviewError `text_too_long`, `bad_text`, DeskError `long_number`."""
    return _line(text, LONGEST_COMMENT, "comment")


@allowed("shown")
def results(context: Context, no: int) -> Results:
    """What a closed round came to; while it runs two looks would tell what was said between them. Comments are there
    for managers only, masked. By the minimum in force when the round was opened: who could change it afterwards would
    see by the difference what few people said.

    Raises ReviewError `unknown_round`, `still_open`.
    """
    with context.database.reading() as connection:
        listed = round_of(context, no)
        if listed.round.state == "open":
            raise ReviewError("still_open", no=no, used=listed.used, codes=listed.round.codes)
        is_manager = context.operator is not None and context.operator.role == "manager"
        said = [
            one.model_copy(update={"comment": mask_numbers(one.comment) if is_manager else ""})
            for one in records.reviews(connection, no)
        ]
    minimum = listed.round.minimum
    return Results(listed, summary(listed.departments, said, minimum), minimum)


@contextmanager
def _managing(context: Context) -> Iterator[sqlite3.Connection]:
    """One write transaction of a manager, confirmed in it."""
    context.require_manager()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        context.require_manager()
        yield connection


def _round(connection: sqlite3.Connection, no: int) -> Round:
    found = records.get_round(connection, no)
    if found is None:
        raise ReviewError("unknown_round", no=no)
    return found


def _open(connection: sqlite3.Connection, no: int) -> Round:
    found = _round(connection, no)
    if found.state == "closed":
        raise ReviewError("round_closed", title=found.title)
    return found


def _shuffled(context: Context, no: int, serials: Sequence[int]) -> tuple[str, ...]:
    """The codes with these serials: in a random order, so that none goes to the first on a list."""
    made = [codes.make_code(context.keys.card, no, serial) for serial in serials]
    secrets.SystemRandom().shuffle(made)
    return tuple(made)


def _recognised(context: Context, typed: str) -> tuple[str, int]:
    """The digits of a code and the number of its round. A wrong one is counted, whichever window it is typed in; only
    what is said with a right one ends the row, so that nobody guesses on by showing a code of his own in between.
    """
    code = codes.typed_code(typed)
    if code is None:
        raise ReviewError("unread_code", field="code")
    now = context.now_ms()
    with context.database.reading() as connection:
        no = _round_of_code(context, connection, code)
        _refuse_while_cooling(connection, now)
    if no is not None:
        return code, no
    with unordered(context) as connection:
        _refuse_while_cooling(connection, now)
        row = _row_of(records.wrong_codes(connection), now)
        records.set_wrong_codes(connection, Wrong(wrong=row + 1, last_at=now))
    raise ReviewError("wrong_code", field="code")


def _refuse_while_cooling(connection: sqlite3.Connection, now: int) -> None:
    left = _cooling(records.wrong_codes(connection), now).left(now / 1000)
    if left > 0:
        raise ReviewError("cooling", field="code", seconds=ceil(left))


def _round_of_code(context: Context, connection: sqlite3.Connection, code: str) -> int | None:
    for one in records.rounds(connection):
        serial = codes.serial_of(context.keys.card, one.no, code)
        if serial is not None and serial <= one.codes:
            return one.no
    return None


def _row_of(before: Wrong | None, now: int) -> int:
    """How many wrong codes there were in a row."""
    if before is None or now - before.last_at > FORGOTTEN_SECONDS * 1000:
        return 0
    return min(before.wrong, _MOST_WRONG)


def _cooling(before: Wrong | None, now: int) -> Cooling:
    # A clock that was set back must not have anybody wait for hours.
    age = 0.0 if before is None else max(0.0, (now - before.last_at) / 1000)
    return Cooling.after([age] * _row_of(before, now), now / 1000)


def _check(context: Context, connection: sqlite3.Connection, code: str, no: int) -> None:
    """Refuse a code that opens nothing now."""
    found = _open(connection, no)
    if records.is_used(connection, no, codes.digest_of(context.keys.card, no, code)):
        raise ReviewError("used_code", field="code")
    today = context.today().isoformat()
    if today < found.first_day:
        raise ReviewError("round_not_begun", field="code", day=found.first_day)
    if today > found.last_day:
        raise ReviewError("round_over", field="code", day=found.last_day)


def _review(no: int, mark: Mark) -> Review:
    if mark.response not in LEVELS or mark.handling not in LEVELS:
        raise ReviewError("bad_mark", department=mark.department[:LONGEST_NAME])
    return Review(
        key=secrets.token_bytes(KEY_BYTES),
        round=no,
        department=mark.department,
        response=mark.response,
        handling=mark.handling,
        comment=checked_comment(mark.comment),
    )


def _names(departments: Sequence[str]) -> list[str]:
    names = [name for name in (_line(one, LONGEST_NAME, "departments") for one in departments) if name]
    if not names:
        raise ReviewError("no_departments", field="departments")
    if len(names) > MOST_DEPARTMENTS:
        raise ReviewError("too_many_departments", field="departments", most=MOST_DEPARTMENTS)
    if len(set(names)) < len(names):
        raise ReviewError("same_department", field="departments")
    return names


def _line(text: str, most: int, field: str) -> str:
    try:
        return short_line(text, most)
    except LongLine as wrong:
        raise ReviewError("text_too_long", field=field, most=most) from wrong
    except ValueError as wrong:
        raise ReviewError("bad_text", field=field) from wrong
