"""What a form of a record asks for, and what is typed into it. Pure: nothing here draws, reads a clock or a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from frontdesk.cases.definition.model import Definition, FieldDefinition, Label, Transition
from frontdesk.cases.engine.values import BadValue, Plain, Value, read_value
from frontdesk.cases.errors import CaseError, value_details
from frontdesk.cases.typed import LONGEST_REASON
from frontdesk.common.dates import screen_date
from frontdesk.common.money import yuan_words
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for

REASON = "#reason"
"""Under which key a form has the words of a step, a correction or a note; no field has such a code."""

NOTE = "_note"
"""The step by which the form of a note goes; no step of a definition has such a code."""

PASS_ON = "_pass_on"
"""The step by which the form goes that asks who goes on with a record; no step of a definition has such a code."""

RESIDENTS = "#residents"
"""Under which key a form has who of the register of residents was chosen: by field `{"name": ..., "resident": id}`."""

STANDS = "#"
"""What stands behind the code of a column, as the key in a row under which it has who of the register stands in it:
the id and the name that was chosen, "12 NAME".
"""

LINK = "#link"
"""Under which key the form of a new record has what it belongs to: `{"other": ..., "ref": ...}`."""


Purpose = Literal["open", "step", "correct", "note", "pass_on"]
TypedRow = dict[str, str]
Typed = dict[str, object]
"""By field what was typed: text, and of a list its rows (`TypedRow`)."""


@dataclass(frozen=True)
class Asked:
    """A field that a form asks for, under its key in what is typed. `stays` says that it holds something about a
    person that is not shown: left empty it stays, "-" empties it.
    """

    key: str
    field: FieldDefinition
    required: bool = False
    stays: str = ""


class Trusting:
    """What a form knows of other tables: the words of settings, and who is on the staff; whether any other record is
    there is the use case's to say.
    """

    def __init__(self, settings_words: Mapping[str, Sequence[str]], staff: Collection[str] | None = None) -> None:
        """`staff` are the numbers of the staff; without them any number may be somebody's."""
        self._words = settings_words
        self._staff = staff

    def exists(self, field: FieldDefinition, key: str) -> bool:
        """Whether it may be there."""
        return field.kind != "staff" or self._staff is None or key in self._staff

    def words(self, setting: str) -> Sequence[str]:
        """The words of a setting."""
        return self._words.get(setting, ())


def purpose_of(case_id: int, step: str) -> Purpose:
    """What a form is for: a new record, a note, to pass it on, a correction, or a step."""
    if not case_id:
        return "open"
    if step == NOTE:
        return "note"
    if step == PASS_ON:
        return "pass_on"
    return "step" if step else "correct"


def asked_fields(
    definition: Definition, purpose: Purpose, transition: Transition | None, before: Mapping[str, Value]
) -> tuple[Asked, ...]:
    """What the form asks for, in the order of the file, the reason last; what follows from other fields is not asked.
    Who passes a record on says to whom, and why.

    A correction asks for what was asked at the opening and for whatever has been filled in since.
    """
    found: list[Asked] = []
    if purpose == "step" and transition is not None:
        for ask in transition.asks:
            field = definition.field(ask.field)
            if field is not None:
                found.append(_asked(field, ask.required or field.required, before))
    elif purpose in ("open", "correct"):
        for field in definition.fields:
            is_asked = field.at_opening or (purpose == "correct" and field.code in before)
            if is_asked and field.code not in definition.worked_out:
                found.append(_asked(field, field.required, before))
    elif purpose == "pass_on":
        found += [_asked(field, True, before) for field in definition.fields if field.code == definition.responsible]
    wants = {"open": "none", "note": "required", "correct": "required", "pass_on": "required"}.get(purpose)
    wants = wants or (transition.reason if transition is not None else "none")
    if wants != "none":
        found.append(Asked(REASON, reason_field(purpose), wants == "required"))
    return tuple(found)


def _asked(field: FieldDefinition, required: bool, before: Mapping[str, Value]) -> Asked:
    from frontdesk.cases.recording import UNREADABLE

    value = before.get(field.code)
    hides = field.personal is not None and isinstance(value, str) and bool(value)
    if not hides:
        return Asked(field.code, field, required and value != UNREADABLE)
    from frontdesk.cases.words import value_words

    return Asked(field.code, field, False, value_words(field, value))


def reason_field(purpose: Purpose) -> FieldDefinition:
    """The field of the words of a step, a correction or a note."""
    name = t(f"case_form.field.{'note' if purpose == 'note' else 'reason'}")
    return FieldDefinition(code="reason", kind="text", name=Label(zh_CN=name), most=LONGEST_REASON)


def typed_columns(definition: Definition, field: FieldDefinition) -> tuple[FieldDefinition, ...]:
    """The columns of a list that are typed; the others follow from these."""
    worked = definition.worked_columns(field.code)
    return tuple(one for one in field.fields if one.code not in worked)


def typed_of(field: FieldDefinition, value: Value | None) -> str | list[TypedRow]:
    """What a field holds, as it would be typed."""
    if field.kind == "list":
        rows = value if value is not None and not isinstance(value, str | int) else ()
        columns = {one.code: one for one in field.fields}
        return [
            {code: _plain_typed(columns[code], one) for code, one in row.items() if code in columns}
            | {code: str(one) for code, one in row.items() if code.endswith(STANDS)}
            for row in rows
        ]
    return _plain_typed(field, value) if isinstance(value, str | int) else ""


def _plain_typed(field: FieldDefinition, value: Plain) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int) and field.kind == "money":
        return yuan_words(value).removesuffix(".00")
    return str(value)


def masked_rows(field: FieldDefinition, value: Value | None, *, masked: bool) -> list[TypedRow]:
    """The rows of a list to be looked at, what tells of people masked unless asked otherwise."""
    from frontdesk.cases.words import value_words

    rows = typed_of(field, value)
    hidden = {one.code: one for one in field.fields if masked and one.personal is not None}
    found = rows if isinstance(rows, list) else []
    return [
        {code: value_words(hidden[code], text) if code in hidden and text else text for code, text in row.items()}
        for row in found
    ]


def begin(asked: Sequence[Asked], before: Mapping[str, Value | None]) -> Typed:
    """What stands in a form at first: what the record has, and what a new one is filled with beforehand."""
    found: Typed = {}
    for one in asked:
        found[one.key] = "" if one.stays or one.key == REASON else typed_of(one.field, before.get(one.key))
    return found


def resumed(asked: Sequence[Asked], first: Typed, kept: Mapping[str, object]) -> Typed:
    """What stands in a form that was begun before; of what was kept then only what the form still asks for."""
    found = dict(first)
    for one in asked:
        value = kept.get(one.key)
        if one.field.kind == "list" and isinstance(value, list):
            found[one.key] = [_row_of(row) for row in value if isinstance(row, dict)]
        elif one.field.kind != "list" and isinstance(value, str):
            found[one.key] = value
    for key in (RESIDENTS, LINK):
        value = kept.get(key)
        if isinstance(value, dict) and key not in found:
            found[key] = value
    return found


def _row_of(row: Mapping[object, object]) -> TypedRow:
    return {str(code): str(value) for code, value in row.items()}


def told(asked: Sequence[Asked], first: Typed, typed: Typed, purpose: Purpose) -> tuple[dict[str, object], str]:
    """What is told of a form to the use case, and the reason: of a new record all fields, of one that is there what was
    changed.
    """
    said: dict[str, object] = {}
    for one in asked:
        value = typed.get(one.key, "")
        if one.key == REASON:
            continue
        if one.stays:
            if str(value).strip():
                said[one.key] = "" if str(value).strip() == "-" else _person(one, value, typed)
        elif purpose == "open" or value != first.get(one.key, ""):
            said[one.key] = _rows(one, value) if isinstance(value, list) else _person(one, value, typed)
    return said, str(typed.get(REASON, ""))


def _person(one: Asked, value: object, typed: Typed) -> object:
    """A name, with who of the register that is where one was chosen and the name was not changed since."""
    residents = typed.get(RESIDENTS)
    chosen = residents.get(one.key) if one.field.kind == "person" and isinstance(residents, dict) else None
    return chosen if isinstance(chosen, dict) and chosen.get("name") == value else value


def _rows(one: Asked, rows: Sequence[TypedRow]) -> object:
    """The rows of a list, people of the register with who they are, and others as nobody of it."""
    people = {column.code for column in one.field.fields if column.kind == "person"}
    return [
        {
            code: {"name": text, "resident": standing(row, code)} if code in people else text
            for code, text in row.items()
            if not code.endswith(STANDS)
        }
        for row in rows
    ]


def standing(row: Mapping[str, str], column: str) -> int | None:
    """Who of the register stands in a column of a row, as long as the name that was chosen stands there."""
    number, _, name = row.get(f"{column}{STANDS}", "").partition(" ")
    return int(number) if number.isdecimal() and name and name == row.get(column, "").strip() else None


def stood(row: TypedRow, chosen: object) -> TypedRow:
    """A row after something was typed into it: whoever was `chosen` (as under `RESIDENTS`) stands there, and nobody any
    more under another name.
    """
    found = {code: text for code, text in row.items() if not code.endswith(STANDS)}
    for code, text in list(found.items()):
        one = chosen.get(code) if isinstance(chosen, dict) else None
        is_chosen = isinstance(one, dict) and one.get("name") == text.strip()
        number = one["resident"] if is_chosen and isinstance(one, dict) else standing(row, code)
        if number is not None:
            found[f"{code}{STANDS}"] = f"{number} {text.strip()}"
    return found


def with_standing(rows: Value | None, people: Mapping[tuple[int, str], int]) -> Value | None:
    """The rows of a list with who of the register stands in them, by row (from 1) and column."""
    if rows is None or isinstance(rows, str | int):
        return rows
    return [
        {
            **row,
            **{
                f"{code}{STANDS}": f"{number} {row[code]}"
                for (at, code), number in people.items()
                if at == place and code in row
            },
        }
        for place, row in enumerate(rows, 1)
    ]


def is_empty(value: object) -> bool:
    """Whether nothing was typed."""
    return not value.strip() if isinstance(value, str) else not value


def fault(one: Asked, value: object, today: date, known: Trusting) -> str:
    """What is wrong with what was typed, in words; "" where nothing is, as far as it can be told without the file."""
    if one.stays and str(value).strip() in ("", "-"):
        return ""
    if is_empty(value):
        if not one.required:
            return ""
        code = "reason_missing" if one.key == REASON else "missing"
        return words_for(CaseError(code, field=str(one.field.name)))
    if one.field.kind == "list" and isinstance(value, list):
        faults = row_faults(one.field, value, today, known)
        return t("case_form.row_fault", row=faults[0].row, words=faults[0].words) if faults else ""
    return plain_fault(one.field, value, today, known)


def plain_fault(field: FieldDefinition, value: object, today: date, known: Trusting) -> str:
    """What a field cannot hold, in words; "" for what it can."""
    try:
        read_value(field, value, today, known)
    except BadValue as wrong:
        return _fault_words(wrong)
    except CodedError as wrong:
        return words_for(wrong)
    return ""


def _fault_words(wrong: BadValue) -> str:
    details = value_details(wrong)
    if wrong.field.kind == "money":
        # Nobody types fen, so nobody is told of them.
        details |= {name: yuan_words(amount) for name, amount in wrong.details.items() if isinstance(amount, int)}
    return words_for(CaseError(wrong.code, **details))


@dataclass(frozen=True)
class RowFault:
    """What is wrong in a row of a list (from 1), in which column, in words."""

    row: int
    column: str
    words: str


def row_faults(
    field: FieldDefinition, rows: Sequence[Mapping[str, str]], today: date, known: Trusting
) -> list[RowFault]:
    """What is wrong in the rows of a list, at most one thing in each."""
    found: list[RowFault] = []
    for number, row in enumerate(rows, 1):
        if all(is_empty(value) for value in row.values()):
            continue
        for column in field.fields:
            value = row.get(column.code, "")
            words = plain_fault(column, value, today, known)
            if not words and column.required and is_empty(value):
                words = words_for(CaseError("missing", field=str(column.name)))
            if words:
                found.append(RowFault(number, column.code, words))
                break
    return found


def echo(field: FieldDefinition, value: str, today: date, known: Trusting) -> str:
    """How the program understands what is being typed: a date with its weekday, an amount, how much room is left; ""
    where there is nothing to say.
    """
    text = value.strip()
    if not text:
        return ""
    if field.kind == "date":
        try:
            return screen_date(read_typed_date(text, today))
        except ValueError:
            return ""
    if field.kind == "money" and not plain_fault(field, text, today, known):
        return money_words(int(str(read_value(field, text, today, known))))
    if field.kind == "long_text" and field.most:
        return t("case_form.of_most", count=len(text), most=field.most)
    return ""


def money_words(fen: int) -> str:
    """An amount with the thousands parted: 1,200.50."""
    whole, _, cents = yuan_words(fen).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return t("case_form.yuan", amount=f"{sign}{int(digits):,}.{cents}")


def options(field: FieldDefinition, known: Trusting) -> tuple[tuple[str, str], ...]:
    """What may be chosen in a field: as it is kept, and in words."""
    if field.kind == "yes_no":
        return (("1", t("cases.yes")), ("0", t("cases.no")))
    if field.choices_from is not None:
        return tuple((word, word) for word in known.words(field.choices_from))
    return tuple((one.code, str(one.name)) for one in field.choices)


def missing_words(asked: Sequence[Asked], typed: Typed) -> str:
    """Which required fields hold nothing yet, in words."""
    names = [str(one.field.name) for one in asked if one.required and is_empty(typed.get(one.key, ""))]
    return t("case_form.still_missing", fields=t("case_form.joint").join(names)) if names else ""
