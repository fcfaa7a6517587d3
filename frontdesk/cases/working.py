"""Use cases that write: opening a record, steps, corrections, notes.

Each is one transaction: the log of the record, the row that follows from it, what tells of people apart and sealed, and
the audit entry. The audit entries say which step was taken, never what was written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from db import cases as records
from db.cases import CaseLogEntry, CaseRow
from frontdesk.cases import outsiders, recording
from frontdesk.cases.carrying import carried
from frontdesk.cases.definition.model import Definition, Transition
from frontdesk.cases.editions import keep_edition
from frontdesk.cases.engine import rules, together
from frontdesk.cases.engine.rules import Actor, Event, Standing
from frontdesk.cases.engine.values import Plain, Value
from frontdesk.cases.errors import CaseError
from frontdesk.cases.forms import NOTE
from frontdesk.cases.handing import keep_handed
from frontdesk.cases.library import definition_of
from frontdesk.cases.looking import view
from frontdesk.cases.named import Residents, carried_along, residents_typed
from frontdesk.cases.remembered import OF_NONE, is_of, standing_as_kept
from frontdesk.cases.right_clock import require_clock
from frontdesk.cases.rows import known_row, log_event, row_of
from frontdesk.cases.things import BELONGS, LinkTarget, follow_sessions, linked_of, note_link
from frontdesk.cases.timing import keep_limits
from frontdesk.cases.typed import (
    check_posts,
    check_unique,
    defaults,
    kept_words,
    read_typed,
    refused_as,
    with_records,
)
from frontdesk.cases.whole import CaseView
from frontdesk.context import Context
from frontdesk.permission import allowed

MOST_OPENED = 50
"""So many records a step may open at once."""


@allowed("writer")
def open_case(
    context: Context,
    code: str,
    typed: Mapping[str, object],
    *,
    linked_to: LinkTarget | None = None,
    reason: str = "",
    of_draft: bool = False,
) -> CaseView:
    """Open a record of a definition with what was typed into its fields; linked to something where that is named.

    A field of a person takes the name, or `{"name": ..., "resident": id}` for somebody of the register; see
    `named.residents_typed`. `of_draft` says that it was typed into a form, which is forgotten with it: here as in the
    other use cases a form that was saved is never found begun, whenever the power fails.

    Raises CaseError `unknown_definition`, `missing`, `bad_…` with the field, `not_unique`, `held_already`,
    `no_such_thing`.
    """
    definition = with_records(definition_of(context, code))
    with context.change("case.open", code) as connection:
        row = open_in(context, connection, definition, typed, reason, linked_to=linked_to)
        if of_draft:
            records.drop_draft(connection, context.require_operator().no, code, 0, "")
    return view(context, row.id)


@allowed("writer")
def take_step(
    context: Context,
    case_id: int,
    step: str,
    typed: Mapping[str, object],
    reason: str = "",
    *,
    revision: int = 0,
    of_draft: bool = False,
) -> CaseView:
    """Take a step of a record. `revision` is the one that was seen; 0 asks for none.

    Raises CaseError `unknown_case`, `seen_before` where the record has moved since, and why the step cannot be taken:
    `not_now`, `only_…`, `missing`, `reason_missing`, `condition` with its words, ….
    """
    return _happen(context, case_id, "moved", step, typed, reason, revision, step if of_draft else None)


@allowed("writer")
def correct(
    context: Context,
    case_id: int,
    typed: Mapping[str, object],
    reason: str,
    *,
    revision: int = 0,
    of_draft: bool = False,
    form: str = "",
) -> CaseView:
    """Mend what was written down wrongly, with a reason; of a record that has ended a manager does. `form` is the step
    under which its form was kept: that of a correction, or `forms.PASS_ON`.

    It gets round no step: what only some may write by a step they alone correct, and what a step asked for goes on to
    hold. Raises as `take_step` does, and CaseError `nothing_changed`, `not_written_yet`.
    """
    return _happen(context, case_id, "corrected", "", typed, reason, revision, form if of_draft else None)


@allowed("writer")
def add_note(context: Context, case_id: int, words: str, *, of_draft: bool = False) -> CaseView:
    """Add words to the log of a record. Raises CaseError `missing_words`, `unknown_case`."""
    return _happen(context, case_id, "noted", "", {}, words, 0, NOTE if of_draft else None)


def _happen(
    context: Context,
    case_id: int,
    kind: str,
    step: str,
    typed: Mapping[str, object],
    reason: str,
    revision: int,
    draft: str | None,
) -> CaseView:
    """One use case; `draft` is the step under which its form was kept, None where there is no form."""
    with context.change(f"case.{kind}", str(case_id), step=step) as connection:
        happen_in(context, connection, case_id, kind, step, typed, reason, revision)
        if draft is not None:
            code = known_row(connection, case_id).definition
            records.drop_draft(connection, context.require_operator().no, code, case_id, draft)
    return view(context, case_id)


def open_in(
    context: Context,
    connection: sqlite3.Connection,
    definition: Definition,
    typed: Mapping[str, object],
    reason: str,
    *,
    linked_to: LinkTarget | None = None,
    stated: str = "",
    is_brought: bool = False,
) -> CaseRow:
    """Open a record inside a running transaction; returns its row. See `open_case` for what is refused. `stated` is
    where one is that was brought along, see `engine.stating`; what `is_brought` by a sheet is new to nobody, as those
    whom it names had it before, and has no day that a form would begin with today.
    """
    require_clock(context, connection)
    values = read_typed(context, connection, definition, typed)
    people = residents_typed(connection, definition, typed)
    row = _open(context, connection, definition, values, kept_words(reason), people, stated, is_brought=is_brought)
    if linked_to is not None:
        note_link(context, connection, row.id, linked_to)
    follow_sessions(context, connection, row.id, definition, values, BELONGS)
    return row


def happen_in(
    context: Context,
    connection: sqlite3.Connection,
    case_id: int,
    kind: str,
    step: str,
    typed: Mapping[str, object],
    reason: str,
    revision: int,
    *,
    ahead: str = "",
) -> None:
    """A step, a correction or a note inside a running transaction; see `take_step` for what is refused. A correction
    may write what the step `ahead` asks for before that is taken.
    """
    require_clock(context, connection)
    definition = with_records(definition_of(context, known_row(connection, case_id).definition))
    keep_edition(context, connection, definition)
    row = known_row(connection, case_id)
    if revision and revision != row.revision:
        raise CaseError("seen_before", number=row.number)
    log = records.log_of(connection, case_id)
    plain = standing_as_kept(definition, row, log)
    now = recording.with_people(context, connection, case_id, plain)
    said = read_typed(context, connection, definition, typed)
    operator = context.require_operator()
    event = Event(recording.KINDS[kind], context.today().isoformat(), operator.no, step, said, kept_words(reason))
    people = residents_typed(connection, definition, typed)
    others = linked_of(context, connection, case_id)
    actor = Actor(operator.no, operator.role == "manager")
    refused = rules.refusal(definition, now, event, actor, others, ahead=ahead)
    refused = refused or outsiders.refusal(context, connection, definition, now, event)
    if refused is not None:
        raise refused_as(definition, refused)
    event = rules.told(definition, now, event)
    after = _write(context, connection, definition, row, log, plain, event, people)
    transition = definition.transition(step)
    if transition is not None:
        _open_linked(context, connection, definition, row, transition, {**now.values, **after})
    follow_sessions(context, connection, case_id, definition, said, step or BELONGS)


def _write(
    context: Context,
    connection: sqlite3.Connection,
    definition: Definition,
    row: CaseRow,
    log: Sequence[CaseLogEntry],
    plain: Standing,
    event: Event,
    residents: Residents,
) -> dict[str, Value]:
    """Log an event and keep what it makes of the record; returns the values that it said."""
    logged = replace(event, values=recording.hidden(definition, event.values), as_logged=True)
    after = rules.step(definition, plain, logged)
    log_event(context, connection, row.id, after.revision, logged)
    # By the edition under which it was opened its log is read; by none once it went on under another.
    edition = row.edition if event.kind == "noted" or is_of(definition, row, log) else OF_NONE
    kept = row_of(context, definition, row.id, row.number, after)._replace(edition=edition)
    if kept.ended_on is None:
        # Opened again it stands beside what was opened meanwhile, with all that it holds.
        check_unique(connection, definition, after.values if row.ended_on is not None else event.values, row.id)
    records.save(connection, kept)
    keep_handed(context, connection, row, kept, logged)
    keep_limits(context, connection, definition, row.id)
    said = {code: value for code, value in event.values.items() if value is not None}
    # What was taken out stands there sealed until it is kept anew.
    clear = recording.with_people(context, connection, row.id, after).values
    clear = {code: value for code, value in clear.items() if code not in event.values}
    recording.keep_people(context, connection, row.id, definition, event.values, {**clear, **said}, residents)
    check_posts(connection, definition, kept)
    return said


def _open(
    context: Context,
    connection: sqlite3.Connection,
    definition: Definition,
    values: Mapping[str, Value | None],
    reason: str,
    residents: Residents,
    stated: str = "",
    *,
    is_brought: bool = False,
) -> CaseRow:
    """Open a record inside a running transaction; returns its row."""
    operator = context.require_operator()
    said = {**defaults(context, definition, operator.no, values, is_brought=is_brought), **values}
    event = Event("opened", context.today().isoformat(), operator.no, stated, said, reason)
    refused = rules.refusal_of_opening(definition, event)
    if refused is not None:
        raise refused_as(definition, refused)
    plain = said
    said = dict(rules.told(definition, None, event).values)
    logged = replace(event, values=recording.hidden(definition, said), as_logged=True)
    now = rules.opened(definition, logged)
    if now.ended_on is None:
        check_unique(connection, definition, plain, 0)
    assert definition.number is not None
    begins = together.number_prefix(definition.number, context.today())
    last = records.last_number(connection, definition.code, begins)
    number = together.next_number(definition.number, context.today(), last)
    keep_edition(context, connection, definition)
    row = row_of(context, definition, 0, number, now)
    row = row._replace(id=records.insert(connection, row))
    log_event(context, connection, row.id, 1, logged)
    if not is_brought:
        keep_handed(context, connection, None, row, logged)
    keep_limits(context, connection, definition, row.id)
    clear = {code: value for code, value in said.items() if value is not None}
    recording.keep_people(context, connection, row.id, definition, said, clear, residents)
    check_posts(connection, definition, row)
    return row


def _open_linked(
    context: Context,
    connection: sqlite3.Connection,
    definition: Definition,
    row: CaseRow,
    transition: Transition,
    values: Mapping[str, Value],
) -> None:
    """Open what a step opens, each record linked to this one. Who of the register of residents stands in a field,
    or in a row of a list, goes along with the name into a field of a person. Raises CaseError `too_many_opened` and
    what `carried` raises.
    """
    for opening in transition.opens:
        target = with_records(definition_of(context, opening.definition))
        rows = values.get(opening.each or "", ())
        each: Sequence[Mapping[str, Plain]] = [] if isinstance(rows, str | int) else rows
        if opening.each is None:
            each = [{}]
        wanted = [(place, one) for place, one in enumerate(each, 1) if together.is_wanted(opening, one)]
        if len(wanted) > MOST_OPENED:
            raise CaseError("too_many_opened", most=MOST_OPENED)
        for place, one in wanted:
            said = {code: one.get(ours, values.get(ours)) for code, ours in opening.fields.items()}
            given = carried(target, {code: value for code, value in said.items() if value is not None})
            named = carried_along(connection, row.id, target, opening, place, one)
            opened = _open(context, connection, target, given, "", named)
            note_link(context, connection, opened.id, LinkTarget("case", str(row.id)), transition.code)
            follow_sessions(context, connection, opened.id, target, given, BELONGS)
