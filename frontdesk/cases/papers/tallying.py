"""Use cases of keying paper forms in: what was counted so far, what is being keyed, and its votes in the record.

What is keyed in is kept after every form, for whoever keys; only when a pile is done it is added to the votes of the
record, so that several people may key in different piles of one round. Somebody with two windows has one pile: a window
that the other one has overtaken neither writes over it nor adds it once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db import cases as records
from frontdesk.cases.drafts import draft, keep_in
from frontdesk.cases.forms import typed_columns
from frontdesk.cases.library import definition_of
from frontdesk.cases.looking import view
from frontdesk.cases.papers import tally as rules
from frontdesk.cases.papers.ballot import RETURNED, SIDES, VOTES, Side, ballot_of, options_of
from frontdesk.cases.papers.errors import PaperError
from frontdesk.cases.papers.tally import Form, Tally
from frontdesk.cases.rows import known_row, values_of
from frontdesk.cases.working import happen_in
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from db.cases import CaseRow
    from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
    from frontdesk.cases.engine.values import Plain, Value
    from frontdesk.cases.whole import CaseView

STEP = "forms"
"""The name under which a pile that is not done is kept; no step of a record."""
_LETTERS: dict[Side, str] = {"residents": "R", "units": "U"}


@dataclass(frozen=True)
class Round:
    """A demand round while its forms are keyed in: its number and title, its options, and the count with the forms that
    are kept.
    """

    case_id: int
    code: str
    number: str
    title: str
    options: tuple[str, ...]
    tally: Tally


@allowed("writer")
def begin(context: Context, case_id: int) -> Round:
    """The count of a round as its record has it, with the forms that were keyed in and not added yet.

    Raises CaseError `unknown_case`, PaperError `no_ballot`, `not_collecting`.
    """
    found = view(context, case_id)
    field = _ballot(found.definition, found.row)[0]
    values = found.now.values
    options = options_of(field, values)
    tally = rules.begun(_rows(field, values), _returned(values), VOTES)
    code = found.definition.code
    for line in _pile(context, code, case_id, options):
        tally = rules.counted(tally, rules.read_form(line, len(options), "residents"))
    return Round(case_id, code, found.row.number, found.row.title, tuple(options), tally)


@allowed("writer")
def keep(context: Context, found: Round, tally: Tally) -> Round:
    """Keep what was keyed in and is not added yet, so that nothing is lost when the program ends; the round with it.

    Raises PaperError `keyed_elsewhere` where another window has kept or added forms since.
    """
    typed = {"options": list(found.options), "forms": _lines_of(tally.forms)}
    with context.database.write() as connection:
        _check_pile(context, found)
        keep_in(context, connection, found.code, found.case_id, STEP, typed)
    return replace(found, tally=tally)


@allowed("writer")
def finish(context: Context, found: Round, forms: Sequence[Form]) -> CaseView:
    """Add the forms to the votes of the record, and forget the pile.

    Raises PaperError `nothing_keyed`, `changed_meanwhile` where the options are others now, `keyed_elsewhere` where
    another window has kept or added forms since, `not_collecting`; CaseError as `working.correct` does.
    """
    if not forms:
        raise PaperError("nothing_keyed")
    case_id = found.case_id
    with context.change("case.forms_counted", str(case_id), count=len(forms)) as connection:
        row = known_row(connection, case_id)
        definition = definition_of(context, row.definition)
        field, step = _ballot(definition, row)
        values = values_of(row)
        if options_of(field, values) != list(found.options):
            raise PaperError("changed_meanwhile", number=found.number)
        _check_pile(context, found)
        tally = rules.begun(_rows(field, values), _returned(values), VOTES)
        for one in forms:
            tally = rules.counted(tally, one)
        typed = _typed(definition, field, values, tally)
        reason = t("case_papers.tally.reason", count=len(forms))
        happen_in(context, connection, case_id, "corrected", "", typed, reason, 0, ahead=step.code)
        records.drop_draft(connection, context.require_operator().no, found.code, case_id, STEP)
    return view(context, case_id)


def _pile(context: Context, code: str, case_id: int, options: Sequence[str]) -> list[str]:
    """The forms that whoever is signed in has keyed in for these options and not added yet, a line each."""
    kept = draft(context, code, case_id, STEP) or {}
    lines = kept.get("forms")
    return [str(one) for one in lines] if kept.get("options") == list(options) and isinstance(lines, list) else []


def _check_pile(context: Context, found: Round) -> None:
    """Refuse to go on from a pile that another window has changed or added since."""
    if _pile(context, found.code, found.case_id, found.options) != _lines_of(found.tally.forms):
        raise PaperError("keyed_elsewhere", number=found.number)


def _lines_of(forms: Sequence[Form]) -> list[str]:
    return [line_of(one) for one in forms]


def line_of(form: Form) -> str:
    """A form as it is keyed in: `R 1 3 5`."""
    ticked = " ".join(map(str, form.ticked)) or "0"
    return f"{_LETTERS[form.side]} {ticked}"


def collects(found: CaseView) -> bool:
    """Whether a record is a demand round whose forms are keyed in now: a step is next that asks how many came back."""
    field = ballot_of(found.definition)
    return field is not None and _counting(found.definition, found.row, field) is not None


def _counting(definition: Definition, row: CaseRow, field: FieldDefinition) -> Transition | None:
    """The step of now that asks for the votes and for how many forms came back; None where there is none."""
    wanted = {field.code, *RETURNED.values()}
    next_steps = (one for one in definition.transitions if row.state in one.from_)
    return next((one for one in next_steps if wanted <= {ask.field for ask in one.asks}), None)


def _ballot(definition: Definition, row: CaseRow) -> tuple[FieldDefinition, Transition]:
    """The options of a round that collects forms, and the step that will count them.

    Raises PaperError `no_ballot`, `not_collecting`.
    """
    field = ballot_of(definition)
    if field is None:
        raise PaperError("no_ballot", name=str(definition.name))
    step = _counting(definition, row, field)
    if step is None:
        raise PaperError("not_collecting", number=row.number)
    return field, step


def _rows(field: FieldDefinition, values: Mapping[str, Value]) -> Sequence[Mapping[str, Plain]]:
    rows = values.get(field.code, ())
    return () if isinstance(rows, str | int) else rows


def _returned(values: Mapping[str, Value]) -> dict[Side, int]:
    found: dict[Side, int] = {}
    for side in SIDES:
        value = values.get(RETURNED[side])
        found[side] = value if isinstance(value, int) and not isinstance(value, bool) else 0
    return found


def _typed(
    definition: Definition, field: FieldDefinition, values: Mapping[str, Value], tally: Tally
) -> dict[str, object]:
    """What the count types into the record: the votes of every option, and how many forms came back."""
    codes = [one.code for one in typed_columns(definition, field)]
    rows: list[dict[str, object]] = []
    for place, row in enumerate(_rows(field, values)):
        votes = {VOTES[side]: str(tally.votes[side][place]) for side in SIDES}
        rows.append({**{code: row[code] for code in codes if code in row}, **votes})
    return {field.code: rows, **{RETURNED[side]: str(tally.returned[side]) for side in SIDES}}
