"""Use cases that forms read: what is asked, what a step would do, what fields may lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from db import case_people, staff
from db import cases as records
from frontdesk.cases import forms, recording
from frontdesk.cases.bringing import brought
from frontdesk.cases.collecting import collected_for
from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
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
    """A form for a new record, or for a step, a note (`forms.NOTE`) or a correction (no step) of one that is there.

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
        before = _with_defaults(context, definition, transition, before)
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
    context: Context, definition: Definition, transition: Transition, before: Mapping[str, Value | None]
) -> dict[str, Value | None]:
    """What a step asks for and the record does not hold yet, as the definition fills it."""
    named = {"today": context.today().isoformat(), "operator": context.require_operator().no}
    found = dict(before)
    for ask in transition.asks:
        field = definition.field(ask.field)
        if field is None or field.default is None or found.get(field.code) is not None:
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


@dataclass(frozen=True)
class Choosable:
    """Something that a field may lead to: as it is kept, what a list shows of it, by which words it is found."""

    key: str
    cells: tuple[str, ...]
    name: str = ""

    @property
    def words(self) -> str:
        """How the field shows it."""
        return " ".join(one for one in self.cells[:2] if one)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """By what its name is found."""
        from frontdesk.common.pinyin import search_terms

        return tuple(search_terms(self.name))


@dataclass
class Remembered:
    """What one dialog has read and looks among at each key, however long it is open."""

    organisations: Sequence[Choosable] | None = None


MOST_SHOWN = 40
ROWS_LOOKED_AT = 200
"""So many of the latest records of a definition are looked at for the organisations in them."""
MOST_ORGANISATIONS = 1000
"""So many of them are looked among, those that were named last."""


@allowed("reader")
def choosable(
    context: Context, field: FieldDefinition, text: str = "", remembered: Remembered | None = None
) -> list[Choosable]:
    """What a field may lead to for what was typed, at most `MOST_SHOWN`: by number, by name, by pinyin and initials.

    Of people of the register names and phones are masked. What takes long to read is read once into `remembered`.
    """
    remembered = remembered or Remembered()
    match field.kind:
        case "staff":
            return _among(_staff(context), text)
        case "room":
            return _among(_rooms(context), text)
        case "session":
            return _sessions(context, text)
        case "volunteer":
            return _volunteers(context, text)
        case "person":
            return _residents(context, text)
        case "organisation":
            if remembered.organisations is None:
                remembered.organisations = _organisations(context)
            return _among(remembered.organisations, text)
        case "reference":
            return _references(context, field.of or "", text)
        case _:
            return []


def _among(everything: Sequence[Choosable], text: str) -> list[Choosable]:
    from frontdesk.common.pinyin import is_spelled_in, query_key

    key = query_key(text)
    found = (
        one
        for one in everything
        if not key
        or key in one.key.lower()
        or any(term.startswith(key) for term in one.terms)
        or is_spelled_in(one.name, key)
    )
    return list(islice(found, MOST_SHOWN))


def _staff(context: Context) -> list[Choosable]:
    with context.database.reading() as connection:
        return [Choosable(one.no, (one.no, one.name), one.name) for one in staff.every(connection)]


def _rooms(context: Context) -> list[Choosable]:
    from db import rooms

    with context.database.reading() as connection:
        return [Choosable(one.name, (one.name, ""), one.name) for one in rooms.rooms(connection)]


def _sessions(context: Context, text: str) -> list[Choosable]:
    from datetime import timedelta

    from db import activities

    today = context.today()
    first, last = (today - timedelta(days=90)).isoformat(), (today + timedelta(days=60)).isoformat()
    with context.database.reading() as connection:
        found = activities.between(connection, first, last)
    latest = sorted(found, key=lambda one: (one.day > today.isoformat(), -one.starts_at))
    return _among([Choosable(one.code, (one.code, f"{one.day} {one.name}"), one.name) for one in latest], text)


def _volunteers(context: Context, text: str) -> list[Choosable]:
    from frontdesk.volunteers import service as volunteers

    found = volunteers.find(context, text)[:MOST_SHOWN]
    return [Choosable(one.no, (one.no, one.name), one.name) for one in found]


def _residents(context: Context, text: str) -> list[Choosable]:
    from frontdesk.residents import service as residents

    found = residents.find(context, text, MOST_SHOWN)
    return [Choosable(str(one.id), (one.masked, one.phone, one.band, one.area), one.name) for one in found]


def _references(context: Context, code: str, text: str) -> list[Choosable]:
    from frontdesk.cases.looking import find, register

    found = register(context, code, ROWS_LOOKED_AT)
    rows = _among([Choosable(one.number, (one.number, one.title), one.title) for one in found], text)
    if text.strip() and not rows:
        rows = [
            Choosable(one.number, (one.number, one.title), one.title)
            for one in find(context, text)
            if one.definition == code
        ]
    return rows[:MOST_SHOWN]


def _organisations(context: Context) -> list[Choosable]:
    """The organisations of the latest records, those that were named last first."""
    from frontdesk.cases.looking import register
    from frontdesk.cases.rows import values_of

    found: dict[str, str] = {}
    for definition in in_force(context).values():
        fields = [one for one in definition.fields if one.kind in ("organisation", "list")]
        if not any(one.kind == "organisation" or any(c.kind == "organisation" for c in one.fields) for one in fields):
            continue
        for row in register(context, definition.code, ROWS_LOOKED_AT):
            for name in _organisations_in(fields, values_of(row)):
                found[name] = max(found.get(name, ""), row.opened_on)
    names = sorted(found, key=lambda name: found[name], reverse=True)[:MOST_ORGANISATIONS]
    return [Choosable(name, (name, ""), name) for name in names]


def _organisations_in(fields: Sequence[FieldDefinition], values: Mapping[str, Value]) -> set[str]:
    names: set[str] = set()
    for field in fields:
        value = values.get(field.code)
        if field.kind == "organisation" and isinstance(value, str):
            names.add(value)
        elif field.kind == "list" and value is not None and not isinstance(value, str | int):
            columns = [one.code for one in field.fields if one.kind == "organisation"]
            names |= {str(row[code]) for row in value for code in columns if code in row}
    return names - {recording.GIVEN}


@allowed("writer")
def person_of(context: Context, resident_id: int) -> tuple[str, str]:
    """Name and phone of somebody of the register of residents, for the form; that they were looked at is logged.

    Raises ResidentError `unknown_resident`, `merged_already`.
    """
    from frontdesk.residents import service as residents

    found = residents.contact(context, resident_id)
    return found.name, found.phone
