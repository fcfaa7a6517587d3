"""Use cases of keying paper forms in: what was counted so far, what is being keyed, and its votes in the record.

What is keyed in is kept after every form, for whoever keys; only when a pile is done it is added to the votes of the
record, so that several people may key in different piles of one round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db import cases as records
from frontdesk.cases.drafts import draft, keep_draft
from frontdesk.cases.looking import view
from frontdesk.cases.papers import tally as rules
from frontdesk.cases.papers.ballot import RETURNED, SIDES, VOTES, Side, ballot_of, options_of
from frontdesk.cases.papers.errors import PaperError
from frontdesk.cases.papers.sheet import typed_columns
from frontdesk.cases.papers.tally import Form, Tally
from frontdesk.cases.rows import values_of
from frontdesk.cases.working import happen_in
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
    from frontdesk.cases.engine.values import Plain, Value
    from frontdesk.cases.whole import CaseView

STEP = "forms"
"""The name under which a pile that is not done is kept; no step of a record."""
_LETTERS: dict[Side, str] = {"residents": "R", "units": "U"}


@dataclass(frozen=True)
class Round:
    """A demand round while its forms are keyed in: its number and title, its options, and the count."""

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
    field = _ballot(found)
    values = found.now.values
    options = options_of(field, values)
    tally = rules.begun(_rows(field, values), _returned(values), VOTES)
    kept = draft(context, found.definition.code, case_id, STEP) or {}
    lines = kept.get("forms")
    if kept.get("options") == options and isinstance(lines, list):
        for one in lines:
            tally = rules.counted(tally, rules.read_form(str(one), len(options), "residents"))
    return Round(case_id, found.definition.code, found.row.number, found.row.title, tuple(options), tally)


@allowed("writer")
def keep(context: Context, found: Round, tally: Tally) -> None:
    """Keep what was keyed in and is not added yet, so that nothing is lost when the program ends."""
    lines = [line_of(one) for one in tally.forms]
    keep_draft(context, found.code, found.case_id, STEP, {"options": list(found.options), "forms": lines})


@allowed("writer")
def finish(context: Context, found: Round, forms: Sequence[Form]) -> CaseView:
    """Add the forms to the votes of the record, and forget the pile.

    Raises PaperError `nothing_keyed`, `changed_meanwhile` where the options are others now, `not_collecting`; CaseError
    as `working.correct` does.
    """
    if not forms:
        raise PaperError("nothing_keyed")
    case_id = found.case_id
    field = _ballot(view(context, case_id))
    with context.change("case.forms_counted", str(case_id), count=len(forms)) as connection:
        row = records.get(connection, case_id)
        values = values_of(row) if row is not None else {}
        if options_of(field, values) != list(found.options):
            raise PaperError("changed_meanwhile", number=found.number)
        tally = rules.begun(_rows(field, values), _returned(values), VOTES)
        for one in forms:
            tally = rules.counted(tally, one)
        found_now = view(context, case_id)
        typed = _typed(found_now.definition, field, values, tally)
        reason = t("case_papers.tally.reason", count=len(forms))
        step = _counting(found_now, field)
        happen_in(context, connection, case_id, "corrected", "", typed, reason, 0, ahead=step.code if step else "")
        records.drop_draft(connection, context.require_operator().no, found.code, case_id, STEP)
    return view(context, case_id)


def line_of(form: Form) -> str:
    """A form as it is keyed in: `R 1 3 5`."""
    ticked = " ".join(map(str, form.ticked)) or "0"
    return f"{_LETTERS[form.side]} {ticked}"


def collects(found: CaseView) -> bool:
    """Whether a record is a demand round whose forms are keyed in now: a step is next that asks how many came back."""
    field = ballot_of(found.definition)
    return field is not None and _counting(found, field) is not None


def _counting(found: CaseView, field: FieldDefinition) -> Transition | None:
    """The step of now that asks for the votes and for how many forms came back; None where there is none."""
    wanted = {field.code, *RETURNED.values()}
    next_steps = (one for one in found.definition.transitions if found.row.state in one.from_)
    return next((one for one in next_steps if wanted <= {ask.field for ask in one.asks}), None)


def _ballot(found: CaseView) -> FieldDefinition:
    """The options of a round that collects forms. Raises PaperError `no_ballot`, `not_collecting`."""
    field = ballot_of(found.definition)
    if field is None:
        raise PaperError("no_ballot", name=str(found.definition.name))
    if not collects(found):
        raise PaperError("not_collecting", number=found.row.number)
    return field


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
