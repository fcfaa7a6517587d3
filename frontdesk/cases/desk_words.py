"""Records as the lists of the desk draw them: the cells of a row, what its colour says, what is written over a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Literal

from frontdesk.cases.rows import values_of
from frontdesk.cases.words import choice_names, value_words
from frontdesk.common.text import display_width
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.cases.listing import Listed, Pace, Top

Tone = Literal["", "good", "warning", "bad", "muted", "heading"]

TONES: Mapping[Pace, Tone] = {"overdue": "bad", "soon": "warning", "ended": "muted", "paused": "muted"}
COLOUR_TONES: Mapping[str, Tone] = {"green": "good", "yellow": "warning", "red": "bad"}
"""The tone of a state or a choice that is one of the three colours."""
MARK = "*"
DUE_WIDTH, KIND_WIDTH, NUMBER_WIDTH, STATE_WIDTH, NAME_WIDTH = 14, 10, 12, 11, 6
WIDTHS: Mapping[str, int] = {"date": 10, "yes_no": 4, "number": 8, "money": 11, "staff": 8, "choice": 10, "session": 8}
"""The cells of a column by the kind of its field; all others share what is left."""
RIGHT = ("number", "money")
STEP_KEYS = ("F7", "F8")
"""The keys of the first steps; the others have their digit."""


def due_words(one: Listed) -> str:
    """By when the next thing has to be done and how long that is: 11-23 2 days; of what has ended when that was."""
    row = one.row
    if row.ended_on:
        return t("case_desk.due.ended", day=row.ended_on[5:])
    if row.due_on is None:
        return t(f"case_desk.due.{one.pace}")
    day = row.due_on[5:]
    if one.days == 0:
        return t("case_desk.due.today", day=day)
    return t(f"case_desk.due.{one.pace}", day=day, days=abs(one.days))


def kind_words(one: Listed) -> str:
    """What kind of record it is; its code where the definition is not there any more."""
    return str(one.definition.name) if one.definition is not None else one.row.definition


def standing_words(one: Listed) -> str:
    """Where it stands, with its level from the second on, as short as a column needs it."""
    if one.definition is None:
        return one.row.state
    name = one.definition.state_name(one.row.state)
    has_level = one.definition.levels and not one.row.ended_on and one.row.level > 1
    return t("case_desk.state_on_level", state=name, level=one.row.level) if has_level else name


def limit_words(one: Listed) -> str:
    """Which limit runs, and until when."""
    deadlines = one.definition.deadlines if one.definition is not None else ()
    name = next((str(limit.name) for limit in deadlines if limit.code == one.row.due_code), "")
    return f"{name} {due_words(one)}".strip()


def tone_of(one: Listed) -> Tone:
    """The colour of a row, which says what `due_words` says."""
    return TONES.get(one.pace, "")


def work_cells(one: Listed, *, marked: bool) -> tuple[str, ...]:
    """A row of the work list."""
    row = one.row
    return (
        MARK if marked else "",
        due_words(one),
        kind_words(one),
        row.number,
        new_words(one),
        standing_words(one),
        one.responsible,
    )


def new_words(one: Listed) -> str:
    """What a record is about, and before it that it is new to whoever looks, in a word: colours may be none."""
    title = title_words(one)
    return t("case_desk.handed.title", title=title).rstrip() if one.handed is not None else title


def handed_words(one: Listed) -> str:
    """Who handed a record to whoever looks, and when; "" where it is not new to them."""
    new = one.handed
    return t("case_desk.handed.by", name=new.by_name, day=new.day[5:]) if new is not None else ""


def title_words(one: Listed) -> str:
    """What a record is about: its title; one without any is told by what was chosen in it, as a post by its grid."""
    if one.row.title or one.definition is None:
        return one.row.title
    values = values_of(one.row)
    told = (
        value_words(field, values[field.code])
        for field in one.definition.fields
        if field.kind in ("choice", "reference", "room") and field.personal is None and values.get(field.code)
    )
    return " ".join(islice(told, 2))


def register_tone(one: Listed) -> Tone:
    """The colour of a row of a register: of what has not ended the one that its state or a field of it says, else that
    of its limit.
    """
    if one.row.ended_on:
        return "muted"
    said = [one.row.state, *(value for value in one.values.values() if isinstance(value, str))]
    return next((COLOUR_TONES[value] for value in said if value in COLOUR_TONES), tone_of(one))


def register_fields(definition: Definition) -> Sequence[FieldDefinition]:
    """The fields that have a column in the register of a definition."""
    return [one for one in definition.fields if one.column and one.kind != "list"]


def register_cells(one: Listed, *, marked: bool) -> tuple[str, ...]:
    """A row of a register."""
    row = one.row
    fields = register_fields(one.definition) if one.definition is not None else []
    values = [value_words(field, one.values.get(field.code)) for field in fields]
    return (MARK if marked else "", row.number, row.opened_on[2:], *values, standing_words(one), due_words(one))


def top_lines(definition: Definition, top: Top, width: int) -> list[tuple[str, Tone]]:
    """What is written over the rows of a register: how many stand where, in at most `width` cells, posts that nobody
    holds, results in a row.
    """
    lines: list[tuple[str, Tone]] = []
    names = {one.code: str(one.name) for one in definition.states}
    # A state that only an older edition had is told by its code.
    told = [code for code in (*names, *sorted(set(top.states) - set(names))) if top.states.get(code)]
    if told:
        standing = [(names.get(code, code), top.states[code]) for code in told]
        lines.append((_within(standing, width), "bad" if top.states.get("red") else ""))
    for code, counted in top.colours.items():
        field = definition.field(code)
        said = [f"{choice_names(field, [one])[0]} {counted[one]}" for one in COLOUR_TONES if counted.get(one)]
        if said and field is not None:
            lines.append((f"{field.name}: " + "  ".join(said), "bad" if counted.get("red") else ""))
    if top.vacant and definition.vacancies is not None:
        posts = choice_names(definition.field(definition.vacancies.field), top.vacant)
        lines.append((t("case_desk.vacant", posts=t("case_desk.comma").join(posts)), "warning"))
    for run in top.runs:
        key = "run_consequence" if run.has_consequence else "run"
        words = str(definition.streak.consequence) if definition.streak is not None else ""
        row = t(f"case_desk.{key}", by=run.by, length=run.length, last=run.last, words=words)
        lines.append((row, "bad" if run.has_consequence else "warning"))
    return lines


def _within(counted: Sequence[tuple[str, int]], width: int) -> str:
    """Names with their numbers in at most `width` cells; of those for which there is no room the sum."""
    parts = [f"{name} {count}" for name, count in counted]
    for shown in range(len(parts), -1, -1):
        rest = [count for _, count in counted[shown:]]
        more = [t("case_desk.other_states", states=len(rest), count=sum(rest))] if rest else []
        line = "  ".join([*parts[:shown], *more])
        if display_width(line) <= width:
            break
    return line


def step_key(place: int) -> str:
    """The key of a step by its place, from 0."""
    return STEP_KEYS[place] if place < len(STEP_KEYS) else str(place + 1)
