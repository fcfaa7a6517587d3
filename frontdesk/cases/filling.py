"""Use cases that forms read: what is asked, and what a step would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from db import case_people, staff
from db import cases as records
from frontdesk.cases import forms, recording
from frontdesk.cases.bringing import brought
from frontdesk.cases.collecting import collected_for
from frontdesk.cases.definition.model import Definition, Transition
from frontdesk.cases.drafts import Begun, begun
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.deadlines import Limit, limits
from frontdesk.cases.engine.rules import Event, Standing
from frontdesk.cases.engine.values import Value
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import definition_of, in_force
from frontdesk.cases.looking import view
from frontdesk.cases.masks import rows_told
from frontdesk.cases.rows import calendar_of, known_row
from frontdesk.cases.service import CaseView
from frontdesk.cases.typed import defaults, with_records
from frontdesk.context import Context
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.cases.forms import Asked, Purpose


@dataclass(frozen=True)
class Checks:
    """Steps of a new record that whoever took the one before may not take: how those are called that nobody from
    outside can stand in for, and those where somebody can; the colleagues who can sign in and take them, by name.
    """

    colleagues_only: tuple[str, ...]
    or_outside: tuple[str, ...]
    colleagues: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What a form would do: in which state the record is then, on which level, which limits it starts, which records it
    opens (names of definitions), and who may; of a new one who can take the steps that want another person.
    """

    state: str = ""
    level: int | None = None
    starts: tuple[Limit, ...] = ()
    opens: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    clock: str = ""
    checks: Checks | None = None


@dataclass(frozen=True)
class FormView:
    """A form as it is opened: of which definition, for which record (None for a new one), what it asks for and holds,
    what was typed before and not saved, and what it would do. `names` are those of the staff by number.
    """

    definition: Definition
    purpose: Purpose
    transition: Transition | None
    seen: CaseView | None
    asked: tuple[Asked, ...]
    before: Mapping[str, Value | None]
    begun: Begun | None
    preview: Preview
    known: forms.Trusting
    names: Mapping[str, str]
    today: date

    @property
    def held(self) -> dict[str, Value | None]:
        """What the record holds, with who of the register stands in the rows of its lists."""
        if self.seen is None:
            return {}
        lists = {one.key: self.before.get(one.key) for one in self.asked if one.field.kind == "list"}
        values = self.seen.now.values
        return {**values, **{key: rows for key, rows in lists.items() if key in values}}

    @property
    def revision(self) -> int:
        """Of the record as it was seen; 0 for a new one."""
        return self.seen.row.revision if self.seen is not None else 0


@allowed("writer")
def form_of(context: Context, code: str, case_id: int = 0, step: str = "") -> FormView:
    """A form for a new record, or for a step, a note (`forms.NOTE`), to pass it on (`forms.PASS_ON`) or
    a correction (no step) of one that is there.

    Raises CaseError `unknown_definition`, `unknown_case`, `unknown_step`, and why a step cannot be taken whatever is
    typed.
    """
    purpose = forms.purpose_of(case_id, step)
    seen = view(context, case_id) if case_id else None
    definition = seen.definition if seen is not None else with_records(definition_of(context, code))
    transition = _step_of(seen, step) if seen is not None and purpose == "step" else None
    operator = context.require_writer()
    before: dict[str, Value | None] = (
        dict(seen.now.values) if seen is not None else defaults(context, definition, operator.no)
    )
    if purpose == "step" and transition is not None:
        before = _with_defaults(context, definition, transition, before, seen.now.taken if seen is not None else {})
        with context.database.reading() as connection:
            before = {**before, **brought(connection, definition, before)}
    if purpose in ("open", "step"):
        before = {**before, **collected_for(context, definition, transition, before)}
    held = {key: value for key, value in before.items() if value is not None}
    # What nobody can read stays as it is kept, unless it is typed anew.
    held |= dict.fromkeys(seen.unreadable if seen is not None else (), recording.UNREADABLE)
    asked = forms.asked_fields(definition, purpose, transition, held)
    if case_id and any(_tells_of_people(one, held) for one in asked):
        reveal(context, case_id)
    before = {**before, **_with_standing(context, case_id, asked, held)}
    names = staff_names(context)
    return FormView(
        definition,
        purpose,
        transition,
        seen,
        asked,
        before,
        begun(context, definition.code, case_id, step),
        _preview(context, definition, seen, transition, operator.no),
        forms.Trusting(_settings_words(context, definition), names.keys()),
        names,
        context.today(),
    )


def _with_standing(
    context: Context, case_id: int, asked: Sequence[Asked], held: Mapping[str, Value]
) -> dict[str, Value | None]:
    """The lists of a form with who of the register stands in their rows, see `forms.STANDS`."""
    lists = [one.key for one in asked if one.field.kind == "list" and one.key in held] if case_id else []
    people = dict[str, dict[tuple[int, str], int]]()
    if lists:
        with context.database.reading() as connection:
            for one in case_people.row_people(connection, case_id):
                people.setdefault(one.field, {})[one.position, one.column] = one.resident_id
    return {key: forms.with_standing(held[key], people[key]) for key in lists if key in people}


def _tells_of_people(one: Asked, held: Mapping[str, Value]) -> bool:
    """Whether a list stands in the form with people in it: their rows are shown in clear, and that is logged."""
    return one.key in held and any(column.personal is not None for column in one.field.fields)


def staff_names(context: Context) -> dict[str, str]:
    """The names of the staff by number."""
    with context.database.reading() as connection:
        return {one.no: one.name for one in staff.every(connection)}


def names_shown(context: Context, seen: CaseView) -> dict[str, str]:
    """What stands beside the numbers in a record: the names of the staff, and the titles of what it refers to."""
    found = staff_names(context)
    with context.database.reading() as connection:
        for field in seen.definition.fields:
            number = seen.now.values.get(field.code)
            row = records.by_number(connection, field.of, str(number)) if field.of and number else None
            if row is not None:
                found[row.number] = rows_told(context, connection, [row])[0].title
    return found


@allowed("writer")
def reveal(context: Context, case_id: int) -> CaseView:
    """A record with its people, for a screen that shows them in clear; that they were looked at is logged.

    Raises CaseError `unknown_case`.
    """
    with context.change("case.people_shown", str(case_id)) as connection:
        known_row(connection, case_id)
    return view(context, case_id)


def _with_defaults(
    context: Context,
    definition: Definition,
    transition: Transition,
    before: Mapping[str, Value | None],
    taken: Mapping[str, str],
) -> dict[str, Value | None]:
    """What a step asks for and the record does not hold yet, as the definition fills it. The day of what a step tells,
    which it told once before (`taken`, by step), is that of this time and not of the last.
    """
    named = {"today": context.today().isoformat(), "operator": context.require_operator().no}
    found = dict(before)
    for ask in transition.asks:
        field = definition.field(ask.field)
        if field is None or field.default is None:
            continue
        is_told_again = field.default == "today" and not field.at_opening and transition.code in taken
        if found.get(field.code) is not None and not is_told_again:
            continue
        found[field.code] = named.get(field.default, field.default) if isinstance(field.default, str) else field.default
    return found


def _step_of(seen: CaseView, step: str) -> Transition:
    """The step, unless something is in its way that no form could mend. Raises CaseError."""
    from frontdesk.cases.typed import refused_as

    transition = seen.definition.transition(step)
    if transition is None:
        raise CaseError("unknown_step")
    refused = next((why for one, why in seen.steps if one.code == step), rules.Refusal("not_now"))
    if refused is not None:
        raise refused_as(seen.definition, refused)
    return transition


def _settings_words(context: Context, definition: Definition) -> dict[str, Sequence[str]]:
    fields = [*definition.fields, *(column for one in definition.fields for column in one.fields)]
    named = {one.choices_from for one in fields if one.choices_from is not None}
    found = {one: getattr(context.settings, one, ()) for one in named}
    return {one: [str(word) for word in words] for one, words in found.items() if isinstance(words, tuple)}


def _preview(
    context: Context, definition: Definition, seen: CaseView | None, transition: Transition | None, no: str
) -> Preview:
    """What would become of a record today; of a correction or a note nothing is foretold."""
    today = context.today().isoformat()
    if seen is None:
        now = rules.opened(definition, Event("opened", today, no))
        return Preview(
            definition.state_name(now.state),
            now.level if definition.levels else None,
            _new(context, definition, None, now),
            checks=checks_of(context, definition, no),
        )
    if transition is None:
        return Preview()
    after = rules.step(definition, seen.now, Event("moved", today, no, transition.code, reason="-"))
    known = in_force(context)
    opens = tuple(str(known[one.definition].name) for one in transition.opens if one.definition in known)
    return Preview(
        definition.state_name(after.state),
        after.level if definition.levels and after.level != seen.now.level else None,
        _new(context, definition, seen.now, after),
        opens,
        transition.who,
        transition.clock or "",
    )


def checks_of(context: Context, definition: Definition, no: str) -> Checks | None:
    """Who can take the steps that another person than `no` has to; None where there are no such steps."""
    steps = [one for one in definition.transitions if "another" in one.who and not one.reopens]
    if not steps:
        return None
    with context.database.reading() as connection:
        every = staff.every(connection)
    able = tuple(one.name for one in every if one.no != no and one.pin_hash and one.role != "auditor")
    names = [tuple(str(one.name) for one in steps if bool(one.outside) == outside) for outside in (False, True)]
    return Checks(names[0], names[1], able)


def _new(context: Context, definition: Definition, before: Standing | None, after: Standing) -> tuple[Limit, ...]:
    """The limits that begin, as far as they follow from the day alone."""
    running = {one.code: one.started_on for one in before.clocks if one.stopped_on is None} if before else {}
    started = tuple(one for one in after.clocks if one.stopped_on is None and running.get(one.code) != one.started_on)
    only = after._replace(clocks=started)
    found = limits(definition, only, context.today(), calendar_of(context, only), recording.preset_days(context))
    return tuple(one for one in found if one.due is not None)
