"""Use cases of letters (信息报送): begun with words already in them, edited, reviewed, sent, adopted or returned.

Every step is kept with the text as it was then, so that what was sent can be shown as it was sent.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from db import info_reports as records
from db import staff
from db.info_reports import KINDS, InfoReport, LetterCount, LetterEvent, LetterKind, LetterLevel, LetterLog, SentBack
from frontdesk.common.names import short_line
from frontdesk.common.periods import Period, parse_period, period_of
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.reports.letters import rules
from frontdesk.reports.letters.errors import LettersError

if TYPE_CHECKING:
    from frontdesk.common.periods import PeriodKind, WeekStyle

__all__ = [
    "KINDS",
    "Begun",
    "InfoReport",
    "LetterCount",
    "LetterLog",
    "as_sent",
    "begin",
    "counts",
    "drop",
    "letter",
    "letter_due",
    "letter_period",
    "letters",
    "letters_like",
    "name_of",
    "period_of_letter",
    "rename",
    "save",
    "sent_back",
    "step",
    "steps_of",
]

MOST_LISTED = 200


@dataclass(frozen=True)
class Begun:
    """The words that a letter begins with."""

    title: str
    body: str


def letter_period(context: Context, day: date) -> Period:
    """The period of a letter about a local day: how often the street office expects one is a setting."""
    settings = context.settings
    kind: PeriodKind = settings.info_report_period  # type: ignore[assignment]
    style: WeekStyle = settings.report_week_label  # type: ignore[assignment]
    return period_of(kind, day, settings.report_week_ends, style)


def letter_due(context: Context) -> Period | None:
    """The last period that has ended, where no letter about it was sent yet; None where one was.

    A centre that wrote no letter before it ended, nor one about it, does not write letters (yet) and is not told.
    """
    period = letter_period(context, context.today()).previous()
    with context.database.reading() as connection:
        if records.is_sent(connection, period.key):
            return None
        ended = context.midnight(period.last + timedelta(days=1))
        return period if records.is_any(connection, period.key, ended) else None


def sent_back(context: Context) -> list[SentBack]:
    """The letters that the street office returned, until they are sent again or set aside; the oldest first."""
    return records.sent_back(context.database.connection)


def period_of_letter(context: Context, one: InfoReport) -> Period:
    """The period that a letter is about; its week ends and is called as the centre has set."""
    style: WeekStyle = context.settings.report_week_label  # type: ignore[assignment]
    return parse_period(one.period, week_ends=context.settings.report_week_ends, style=style, finer=True)


def letters(context: Context, period: Period | None = None) -> list[InfoReport]:
    """The letters of a period, or the last ones of all periods; the latest first."""
    connection = context.database.connection
    return records.newest(connection, MOST_LISTED) if period is None else records.of_period(connection, period.key)


def letter(context: Context, number: int) -> InfoReport:
    """One letter. Raises LettersError `unknown_letter`."""
    return _known(context.database.connection, number)


def letters_like(context: Context, text: str, limit: int) -> list[InfoReport]:
    """At most `limit` of the last letters that have this number or a text in their title, the latest first."""
    found = records.newest(context.database.connection, MOST_LISTED)
    return [one for one in found if text == str(one.id) or text in one.title][:limit]


def _known(connection: sqlite3.Connection, number: int) -> InfoReport:
    found = records.get(connection, number)
    if found is None:
        raise LettersError("unknown_letter", number=number)
    return found


def steps_of(context: Context, number: int) -> list[LetterLog]:
    """The steps of a letter with the texts as they were, the first one first. Raises `unknown_letter`."""
    with context.database.reading() as connection:
        _known(connection, number)
        return records.log(connection, number)


def as_sent(context: Context, number: int) -> LetterLog | None:
    """What was sent last, as it was; None for a letter that never was. Raises `unknown_letter`."""
    return next((one for one in reversed(steps_of(context, number)) if one.event == "sent"), None)


def name_of(context: Context, no: str) -> str:
    """The name of somebody on the staff, the number where nobody has it any more."""
    found = {one.no: one.name for one in staff.every(context.database.connection)} if no else {}
    return found.get(no, no)


def counts(context: Context, first: date, last: date) -> dict[LetterKind, LetterCount]:
    """How many letters of each kind were sent, adopted and returned on some local days, both included. Each counts
    once: where it was sent again, by its first sending; what became of it by the decision that stands.
    """
    start, end = context.midnight(first), context.midnight(last + timedelta(days=1))
    with context.database.reading() as connection:
        return records.counts(connection, start, end)


@allowed("writer")
def begin(
    context: Context,
    period: Period,
    kind: LetterKind,
    level_to: LetterLevel = "street",
    words: Begun | None = None,
) -> InfoReport:
    """Begin a letter with the words given, or with what the period holds for its kind.

    Raises LettersError `bad_title`, `body_too_long`; DeskError `long_number`.
    """
    context.require_writer()
    if words is None:
        from frontdesk.reports.letters.prefilling import prefilled

        words = prefilled(context, period, kind)
    title, body = _title(words.title), _body(words.body)
    with context.change("letter.begun", period.key, kind=kind, level_to=level_to) as connection:
        now = context.now_ms()
        new = InfoReport(
            period=period.key,
            level_to=level_to,
            kind=kind,
            title=title,
            body=body,
            author=context.require_operator().no,
            made_at=now,
            changed_at=now,
        )
        return new.model_copy(update={"id": records.add(connection, new)})


def _title(text: str) -> str:
    try:
        kept = short_line(text, rules.LONGEST_TITLE)
    except ValueError as wrong:
        raise LettersError("bad_title", limit=rules.LONGEST_TITLE, field="title") from wrong
    if not kept:
        raise LettersError("bad_title", limit=rules.LONGEST_TITLE, field="title")
    return kept


def _body(text: str) -> str:
    kept = rules.clean_body(text)
    if len(kept) > rules.LONGEST_BODY:
        raise LettersError("body_too_long", limit=rules.LONGEST_BODY, count=len(kept))
    return kept


@allowed("writer")
def save(context: Context, number: int, revision: int, body: str, *, goes_on: bool = False) -> InfoReport:
    """Keep the text of a letter as it is typed; `revision` is that of the text which was typed on.

    `goes_on` says that whoever types has saved this letter before without leaving it: a pause in typing is kept, and
    makes no audit entry of its own. A returned letter is a draft again from its first change on.
    Raises LettersError `unknown_letter`, `changed_elsewhere`, `not_editable`, `body_too_long`; DeskError `long_number`.
    """
    context.require_writer()
    kept = _body(body)
    with context.database.write() as connection:
        context.confirm_operator(connection)
        before = _known(connection, number)
        if before.body == kept:
            return before
        _refuse_stale(before, revision)
        if before.state not in rules.EDITABLE:
            raise LettersError("not_editable", title=before.title)
        after = _revised(context, connection, before)
        after = _put(context, connection, after, body=kept)
        if not goes_on or before.state == "returned":
            context.note(connection, "letter.edited", str(number))
        return after


def _revised(context: Context, connection: sqlite3.Connection, before: InfoReport) -> InfoReport:
    """A returned letter as a draft, with the text that was returned on record; any other as it is."""
    if before.state != "returned":
        return before
    _append(context, connection, before, "revised", before.decision)
    return before.model_copy(update={"state": "draft", "reviewer": "", "decided_at": None, "decision": ""})


@allowed("writer")
def rename(
    context: Context, number: int, revision: int, title: str, kind: LetterKind, level_to: LetterLevel
) -> InfoReport:
    """Give a letter another title, kind or addressee. Raises what `save` raises, and `bad_title`."""
    kept = _title(title)
    with context.change("letter.renamed", str(number), kind=kind, level_to=level_to) as connection:
        before = _known(connection, number)
        _refuse_stale(before, revision)
        if before.state not in rules.EDITABLE:
            raise LettersError("not_editable", title=before.title)
        after = _revised(context, connection, before)
        return _put(context, connection, after, title=kept, kind=kind, level_to=level_to)


@allowed("writer", partly=("operator",))
def step(
    context: Context, number: int, event: LetterEvent, note: str = "", *, revision: int | None = None
) -> InfoReport:
    """Take a letter a step further, with words about it; `revision` is that of the text which was read, if any was.

    `set_aside` says that nobody revises a returned letter any more: it stays as it was returned.
    A manager reviews, also what he or she has written: a centre may have one person only. Raises LettersError
    `unknown_letter`, `changed_elsewhere`, `not_now`, `empty_body`, `left_open`, `words_required`, `bad_note`; DeskError
    `manager_required`, `long_number`.
    """
    one = rules.STEPS[event]
    kept = _note(note)
    with context.change(f"letter.{event}", str(number)) as connection:
        if one.is_managers:
            context.require_manager()
        before = _known(connection, number)
        if revision is not None:
            _refuse_stale(before, revision)
        if not rules.may(before.state, event):
            raise LettersError("not_now", title=before.title, event=event, state=before.state)
        if event == "set_aside" and not rules.is_back(before):
            raise LettersError("not_now", title=before.title, event=event, state=before.state)
        if one.needs_words and not kept:
            raise LettersError("words_required", field="note")
        if event == "reviewed":
            _refuse_unfinished(before)
        if event == "revised":
            return _put(context, connection, _revised(context, connection, before))
        changed = _as_returned(connection, before) if event == "set_aside" else _after(context, before, event, kept)
        _append(context, connection, before, event, kept)
        return _put(context, connection, before, **changed)


def _as_returned(connection: sqlite3.Connection, before: InfoReport) -> dict[str, object]:
    """What makes a letter again what it was when it was returned; what was written since is kept with the step."""
    log = records.log(connection, before.id)
    returned = next(one for one in reversed(log) if one.event == "returned")
    return {
        "state": "returned",
        "title": returned.title,
        "body": returned.body,
        "decided_at": returned.at,
        "decision": returned.note,
    }


def _note(text: str) -> str:
    try:
        return short_line(text, rules.LONGEST_NOTE)
    except ValueError as wrong:
        raise LettersError("bad_note", limit=rules.LONGEST_NOTE, field="note") from wrong


def _refuse_stale(before: InfoReport, revision: int) -> None:
    if before.revision != revision:
        raise LettersError("changed_elsewhere", title=before.title)


def _refuse_unfinished(before: InfoReport) -> None:
    if not before.body.strip():
        raise LettersError("empty_body", title=before.title)
    if rules.has_left_open(before):
        raise LettersError("left_open", title=before.title)


def _after(context: Context, before: InfoReport, event: LetterEvent, note: str) -> dict[str, object]:
    """What a step changes of a letter besides its state."""
    now = context.now_ms()
    changed: dict[str, object] = {"state": rules.STEPS[event].after}
    if event == "reviewed":
        return changed | {"reviewer": context.require_operator().no}
    if event == "taken_back":
        return changed | {"reviewer": ""}
    if event == "sent":
        return changed | {"sent_at": before.sent_at or now}
    if event == "decision_undone":
        return changed | {"decided_at": None, "decision": ""}
    return changed | {"decided_at": now, "decision": note}


def _append(
    context: Context, connection: sqlite3.Connection, letter: InfoReport, event: LetterEvent, note: str
) -> None:
    records.append(
        connection,
        LetterLog(
            info_report=letter.id,
            at=context.now_ms(),
            event=event,
            operator_no=context.require_operator().no,
            note=note,
            title=letter.title,
            body=letter.body,
        ),
    )


def _put(context: Context, connection: sqlite3.Connection, letter: InfoReport, **changed: object) -> InfoReport:
    after = letter.model_copy(update={**changed, "changed_at": context.now_ms(), "revision": letter.revision + 1})
    records.put(connection, after)
    return after


@allowed("writer")
def drop(context: Context, number: int) -> None:
    """Delete a draft that was never reviewed: what took a step stays on record, and so does what a record of a case
    leads to. Raises `unknown_letter`, `stays`, `linked`.
    """
    from frontdesk.cases.service import LinkTarget, linked_to

    with context.change("letter.dropped", str(number)) as connection:
        found = _known(connection, number)
        if records.log(connection, number):
            raise LettersError("stays", title=found.title)
        belong = linked_to(context, LinkTarget("letter", str(number)))
        if belong:
            raise LettersError("linked", title=found.title, number=belong[0].number)
        records.delete(connection, number)
