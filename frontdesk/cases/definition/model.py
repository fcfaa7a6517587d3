"""What a definition says: the fields of a record, the states that it moves through, who may move it and by when.

One file each (TOML), so that an office can read and change them. Nothing here reads a file or a database; what the
parts of one definition have to do with each other is looked at in `checking`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints, model_validator

from frontdesk.cases.definition.basics import Code as Code
from frontdesk.cases.definition.basics import Column, Count, Said, Words
from frontdesk.cases.definition.basics import Label as Label
from frontdesk.cases.definition.works import Collection, Work

Kind = Literal["case", "register", "meeting", "duty"]
"""A case moves through states under somebody's responsibility and a clock; a register is a list of records; a meeting
has people, resolutions and action items; a duty is something that the calendar asks for again and again.
"""

Group = Literal["reception", "demand", "service", "grid", "meeting", "fund", "project", "evaluation", "team", "house"]
"""Under which heading a person looks for it."""

FieldKind = Literal[
    "text",
    "long_text",
    "number",
    "money",
    "date",
    "yes_no",
    "choice",
    "person",
    "staff",
    "volunteer",
    "session",
    "room",
    "organisation",
    "reference",
    "list",
]
"""Money is counted in fen. A person is named in words and may be one of the register; the others lead to a record."""

Who = Literal["operator", "manager", "responsible", "another"]
"""Who takes a step: anybody who writes, a manager, who is responsible for the record (or a manager), or anybody but the
person who took the step before.
"""

Mechanism = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}$")]
Days = Annotated[StrictInt, Field(ge=0, le=3660)]


class Policy(Said):
    """The document that asks for this, and where in it."""

    document: Words
    section: str = ""


class Number(Said):
    """How records are numbered: SW2026-0001, beginning anew each year, each month or never."""

    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,6}$")]
    per: Literal["year", "month", "never"] = "year"
    digits: Annotated[StrictInt, Field(ge=2, le=8)] = 4


class Choice(Said):
    """One of the values that a field may have."""

    code: Code
    name: Label


class FieldDefinition(Said):
    """One field of a record, or one column of a list in it.

    A reference leads to a record that is in one of `of_states`, where they are named, and of which the day in the field
    `of_until` is not over; by `brings` a field of ours holds what one of its has, unless something else is said there.
    `least` and `most` bound a number, money (in fen), the characters of a text or the rows of a
    list. `choices_from` is a setting that has the words. `personal` says what of a person it holds, which is masked in
    lists and erased with the person; of a person it is the name, and of a volunteer something, whether said or not.
    What is not `printed` only checks others, and stands on no paper.
    """

    code: Code
    kind: FieldKind
    name: Label
    help: Label | None = None
    required: StrictBool = False
    at_opening: StrictBool = True
    choices: tuple[Choice, ...] = Field(default=(), max_length=500)
    choices_from: Code | None = None
    of: Code | None = None
    of_states: tuple[Code, ...] = ()
    of_until: Code | None = None
    brings: dict[Code, Code] = Field(default_factory=dict)
    fields: tuple[FieldDefinition, ...] = Field(default=(), max_length=60)
    least: Count | None = None
    most: Count | None = None
    personal: Literal["name", "phone", "address", "note"] | None = None
    column: StrictBool = False
    search: StrictBool = False
    unique: StrictBool = False
    printed: StrictBool = True
    unit: Literal["per_mille"] | None = None
    default: Literal["today", "operator"] | StrictBool | StrictInt | str | None = None

    @model_validator(mode="before")
    @classmethod
    def _people_are_personal(cls, said: Any) -> Any:
        if not isinstance(said, dict) or said.get("personal") is not None:
            return said
        personal = {"person": "name", "volunteer": "note"}.get(str(said.get("kind")))
        return said if personal is None else {**said, "personal": personal}

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> FieldDefinition:
        if (self.kind == "choice") != bool(self.choices or self.choices_from):
            raise ValueError("choices")
        if (self.kind == "reference") != (self.of is not None):
            raise ValueError("of")
        if self.of is None and (self.of_states or self.of_until or self.brings):
            raise ValueError("of")
        if (self.kind == "list") != bool(self.fields) or any(one.kind == "list" for one in self.fields):
            raise ValueError("fields")
        if self.kind == "list" and self.unique:
            raise ValueError("unique")
        if self.unit is not None and self.kind != "number":
            raise ValueError("unit")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("most")
        return self

    @property
    def tells_of_people(self) -> bool:
        """Whether it says something of somebody, itself or by one of its columns."""
        return self.personal is not None or any(one.personal is not None for one in self.fields)


class State(Said):
    """Where a record stands. At an end nothing waits to be done: `done`, or `stopped` where it came to nothing. A
    meeting that comes to a state that is `held` has been held; where none is, one that came to an end has.
    """

    code: Code
    name: Label
    end: Literal["done", "stopped"] | None = None
    held: StrictBool = False


class Ask(Said):
    """A field that a step asks for."""

    field: Code
    required: StrictBool = True


class Condition(Said):
    """Something that must hold: of a field, of the sum of a list's column (`expenses.amount`), of how many records are
    linked, of how many `different` values stand in a column; that a yes/no column is true in `every` row, that no two
    rows have the same in a column (`unique`), or that what a column has (`known`) stands in a column of another list
    too (`among`).

    What it is compared with is a number or the code of another field. `otherwise` says why not, and what to do.
    """

    field: Code | None = None
    total: Column | None = None
    different: Column | None = None
    linked: Code | None = None
    every: Column | None = None
    unique: Column | None = None
    known: Column | None = None
    among: Column | None = None
    filled: StrictBool | None = None
    equals: StrictBool | StrictInt | str | None = None
    one_of: tuple[str, ...] = ()
    least: Count | Code | None = None
    most: Count | Code | None = None
    states: tuple[Code, ...] = ()
    otherwise: Label

    @model_validator(mode="after")
    def _is_about_one_thing(self) -> Condition:
        of_rows = (self.every, self.unique, self.known)
        if sum(one is not None for one in (self.field, self.total, self.different, self.linked, *of_rows)) != 1:
            raise ValueError("one_subject")
        tests = (self.filled, self.equals, self.least, self.most)
        if (self.known is None) != (self.among is None):
            raise ValueError("among")
        if any(one is not None for one in of_rows):
            if self.one_of or self.states or any(one is not None for one in tests):
                raise ValueError("no_test")
            return self
        if not self.one_of and all(one is None for one in tests):
            raise ValueError("no_test")
        if self.field is None and (self.filled is not None or self.equals is not None or self.one_of):
            raise ValueError("only_numbers")
        if self.states and self.linked is None:
            raise ValueError("states")
        return self


class Opening(Said):
    """A record of another kind that a step opens, linked to this one; `fields` says which of its fields take what from
    which of ours. With `each` one is opened for every row of that list, and its fields may take what the row has; with
    `only` for the rows in which that yes/no column is true, with `unless` for those in which it is not.
    """

    definition: Code
    each: Code | None = None
    only: Code | None = None
    unless: Code | None = None
    fields: dict[Code, Code] = Field(default_factory=dict)


class Transition(Said):
    """A step from some states to another.

    `to` may be left out where a step changes fields only. `sets` writes a value into a field; into a field of staff
    `operator` is who takes the step, into a date `today` is its day, and into both goes what another such field holds
    whose code stands there. `level` goes up or down the levels of response (1 to 3). A step that pauses stops the clock
    until one that resumes; both are told with a reason. Where `another` has to take a step, the fields `outside`, all
    of them filled in with it, name somebody from outside (a street office) who did: then whoever took the step before
    may write that down.
    """

    code: Code
    name: Label
    from_: tuple[Code, ...] = Field(alias="from", min_length=1)
    to: Code | None = None
    who: tuple[Who, ...] = ("operator",)
    asks: tuple[Ask, ...] = ()
    outside: tuple[Code, ...] = ()
    needs: tuple[Condition, ...] = ()
    sets: dict[Code, StrictBool | StrictInt | str] = Field(default_factory=dict)
    opens: tuple[Opening, ...] = ()
    reason: Literal["none", "optional", "required"] = "optional"
    level: Literal[-1, 1] | None = None
    clock: Literal["pause", "resume"] | None = None
    reopens: StrictBool = False
    asks_twice: StrictBool = False

    @model_validator(mode="after")
    def _pauses_with_a_reason(self) -> Transition:
        if self.clock is not None and self.reason != "required":
            raise ValueError("pause_reason")
        return self


class Deadline(Said):
    """By when something must be done: so many working days (or days) after the record was opened or a step was taken,
    until one of the steps that end it. A limit by a preset (mechanisms §4) follows the setting of the centre.
    """

    code: Code
    name: Label
    starts: Code = "opened"
    ends: tuple[Code, ...] = Field(min_length=1)
    days: Days | None = None
    preset: Literal["first_contact", "simple", "complex", "call_back"] | None = None
    day_field: Code | None = None
    working_days: StrictBool = True
    warns: Days = 1
    level: Literal[1, 2, 3] | None = None
    when: Condition | None = None

    @model_validator(mode="after")
    def _has_one_length(self) -> Deadline:
        if sum(one is not None for one in (self.days, self.preset, self.day_field)) != 1:
            raise ValueError("one_length")
        return self


class Feed(Said):
    """A number that records give to the reports: how many were opened, took a step, ended, or kept a deadline; or what
    a field of them adds up to. `states` counts only records that stand in one of them now; `by` splits by a choice,
    `by_level` by the level of response. `unit` is what it counts in, without it the `unit` of the definition.
    """

    code: Code
    name: Label
    counts: Literal["opened", "step", "ended", "open_at_end", "in_time", "overdue"]
    step: Code | None = None
    deadline: Code | None = None
    adds: Code | None = None
    by: Code | None = None
    by_level: StrictBool = False
    states: tuple[Code, ...] = ()
    unit: Label | None = None

    @model_validator(mode="after")
    def _names_what_it_counts(self) -> Feed:
        if (self.counts == "step") != (self.step is not None):
            raise ValueError("step")
        if (self.counts in ("in_time", "overdue")) != (self.deadline is not None):
            raise ValueError("deadline")
        if self.by is not None and self.by_level:
            raise ValueError("by")
        return self


class Paper(Said):
    """What is printed of a record, or of all of a period: which fields in which order, and who signs.

    A ledger has a line for each record, or with `lines` for each step that changed the state of one. With `states` only
    the records that stand in one of them are on a ledger or notice of many. On a slip what is empty has a line to be
    filled in by hand, unless it is `only_filled`. Of a list of which `columns` are named (`items.evidence`) no others
    stand on it. In the states in which it is `wanted` it stands before the others where one is chosen.
    """

    kind: Literal["slip", "ledger", "notice", "minutes"]
    title: Label
    fields: tuple[Code, ...] = Field(min_length=1)
    lines: Literal["records", "changes"] = "records"
    states: tuple[Code, ...] = ()
    wanted: tuple[Code, ...] = ()
    only_filled: StrictBool = False
    columns: tuple[Column, ...] = ()
    signatures: tuple[Label, ...] = ()
    foot: Label | None = None


class Duty(Said):
    """What the calendar asks for: at least so many records of a definition that came to one of its states, dated by one
    of its fields, in every week, month, quarter, half year (from January, from July) or year.
    """

    every: Literal["week", "month", "quarter", "half_year", "year"]
    of: Code
    states: tuple[Code, ...] = Field(min_length=1)
    day_field: Code
    least: Annotated[StrictInt, Field(ge=1, le=366)] = 1
    warns: Days = 3


class Vacancy(Said):
    """Values of a choice of which each must stand in just one record that has not ended: posts of a team. What is not
    filled is shown, and a second holder is refused.
    """

    field: Code
    values: tuple[Code, ...] = Field(min_length=1)
    otherwise: Label


class Streak(Said):
    """So many records in a row that came to one of these states, ordered by a number (a year) without a gap, of the
    same one (`by`): from `warns` on it is shown, at `limit` it has the consequence in words.
    """

    states: tuple[Code, ...] = Field(min_length=1)
    by: Code
    order: Code
    warns: Annotated[StrictInt, Field(ge=1, le=20)]
    limit: Annotated[StrictInt, Field(ge=1, le=20)]
    consequence: Label


class Definition(Said):
    """One mechanism (制度) as a file says it."""

    code: Code
    kind: Kind
    edition: Annotated[StrictInt, Field(ge=1)] = 1
    group: Group
    unit: Label | None = None
    name: Label
    about: Label
    mechanisms: tuple[Mechanism, ...] = ()
    policy: tuple[Policy, ...] = ()
    number: Number | None = None
    retention_months: Annotated[StrictInt, Field(ge=0, le=1200)] = 36
    responsible: Code | None = None
    levels: StrictBool = False
    fields: tuple[FieldDefinition, ...] = Field(default=(), max_length=200)
    states: tuple[State, ...] = Field(default=(), max_length=100)
    transitions: tuple[Transition, ...] = Field(default=(), max_length=200)
    deadlines: tuple[Deadline, ...] = Field(default=(), max_length=100)
    feeds: tuple[Feed, ...] = Field(default=(), max_length=100)
    papers: tuple[Paper, ...] = Field(default=(), max_length=50)
    vacancies: Vacancy | None = None
    streak: Streak | None = None
    duty: Duty | None = None
    works_out: tuple[Work, ...] = Field(default=(), max_length=200)
    collects: tuple[Collection, ...] = Field(default=(), max_length=50)

    def field(self, code: str) -> FieldDefinition | None:
        """The field with this code; None where there is none."""
        return next((one for one in self.fields if one.code == code), None)

    def state(self, code: str) -> State | None:
        """The state with this code; None where there is none."""
        return next((one for one in self.states if one.code == code), None)

    def state_name(self, code: str) -> str:
        """How a state is called; by its code where there is none any more."""
        return next((str(one.name) for one in self.states if one.code == code), code)

    def transition(self, code: str) -> Transition | None:
        """The step with this code; None where there is none."""
        return next((one for one in self.transitions if one.code == code), None)

    @property
    def worked_out(self) -> frozenset[str]:
        """The fields that nobody types because they follow from others; of a list's columns see `worked_columns`."""
        return frozenset(one.field for one in self.works_out if "." not in one.field)

    def worked_columns(self, list_code: str) -> frozenset[str]:
        """The columns of a list that nobody types because they follow from others."""
        named = (one.field.partition(".") for one in self.works_out)
        return frozenset(column for name, dot, column in named if dot and name == list_code)
