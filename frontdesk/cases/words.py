"""Records in words, for the terminal and for whatever draws lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from frontdesk.cases.definition.model import Definition, FieldDefinition
from frontdesk.cases.engine.values import Plain, Value
from frontdesk.cases.masks import person_masked, shown
from frontdesk.cases.recording import UNREADABLE, is_personal
from frontdesk.common.money import yuan_words
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.cases import CaseLogEntry, CaseRow
    from frontdesk.cases.engine.deadlines import Limit
    from frontdesk.cases.library import Changed
    from frontdesk.cases.things import LinkView
    from frontdesk.cases.whole import CaseView

MOST_PARTS = 5
"""So many parts of a file are named that were changed."""


def edition_words(one: Changed) -> str:
    """That a file was changed without a new edition, and what to do, in one line."""
    parts = t("cases.explain.joint").join(one.parts[:MOST_PARTS]) + ("…" if len(one.parts) > MOST_PARTS else "")
    return t("cases.edition.raise", file=one.file, edition=one.edition, parts=parts)


def value_words(field: FieldDefinition, value: Value | None, *, masked: bool = True) -> str:
    """What a field holds; of people names and phones masked, unless asked otherwise."""
    if value is None:
        return ""
    if value == UNREADABLE:
        return t("cases.unreadable")
    if isinstance(value, str | int):
        return _plain_words(field, value, masked)
    rows = [_row_words(field, row, masked) for row in value]
    return "; ".join(one for one in rows if one)


def _row_words(field: FieldDefinition, row: Mapping[str, Plain], masked: bool) -> str:
    words = [_plain_words(one, row[one.code], masked) for one in field.fields if one.code in row]
    return " ".join(one for one in words if one)


def _plain_words(field: FieldDefinition, value: Plain, masked: bool) -> str:
    if isinstance(value, bool):
        return t("cases.yes" if value else "cases.no")
    if isinstance(value, int):
        if field.unit == "per_mille":
            return per_cent(value)
        return yuan_words(value) if field.kind == "money" else str(value)
    if field.kind == "choice" and field.choices:
        return next((str(one.name) for one in field.choices if one.code == value), value)
    if masked and field.personal is not None:
        return person_masked(field, value)
    return value


def per_cent(thousandths: int) -> str:
    """A share as a person says it: 75%, 66.7%."""
    whole, tenths = divmod(thousandths, 10)
    return f"{whole}.{tenths}%" if tenths else f"{whole}%"


def choice_names(field: FieldDefinition | None, codes: Iterable[str]) -> list[str]:
    """How choices of a field are called; by their codes where there are none such."""
    names = {one.code: str(one.name) for one in field.choices} if field is not None else {}
    return [names.get(code, code) for code in codes]


def state_words(definition: Definition, row: CaseRow) -> str:
    """Where a record stands, with its level where it has one."""
    name = definition.state_name(row.state)
    return t("cases.state_on_level", state=name, level=row.level) if definition.levels and not row.ended_on else name


def row_line(definition: Definition | None, row: CaseRow) -> str:
    """A record in one line of a list."""
    name = str(definition.name) if definition is not None else row.definition
    state = state_words(definition, row) if definition is not None else row.state
    due = row.ended_on or row.due_on or ("" if not row.is_paused else t("cases.paused"))
    return "  ".join(one for one in (due, row.number, name, state, row.title, row.responsible) if one)


def limit_line(one: Limit) -> str:
    """A time limit and how it stands."""
    day = one.due.isoformat() if one.due is not None else ""
    return t(f"cases.pace.{one.pace}", name=one.deadline.name, day=day)


def link_line(one: LinkView) -> str:
    """What a record is linked to: what it is, its number, how it is called and how it stands."""
    what = t(f"case_links.other.{one.target.other}")
    ref = one.row.number if one.row is not None else one.target.ref
    if not one.title and not one.state:
        return t("case_links.gone", what=what, ref=ref)
    return t("case_links.line", what=what, ref=ref, title=one.title, state=one.state)


def log_line(view: CaseView, entry: CaseLogEntry, at: str) -> str:
    """Something that happened, in one line; what was said stands in the record itself."""
    step = view.definition.transition(entry.step)
    what = str(step.name) if step is not None else t(f"cases.event.{entry.kind}")
    return "  ".join(one for one in (at, entry.operator_no, what, entry.reason) if one)


def view_lines(view: CaseView, moments: list[str], *, masked: bool = True) -> list[str]:
    """A record whole. `moments` are those of its log as the centre's clock shows them."""
    view, definition = shown(view, masked=masked), view.definition
    lines = [row_line(definition, view.row)]
    for field in definition.fields:
        words = value_words(field, view.now.values.get(field.code), masked=masked)
        if words:
            lines.append(f"  {field.name}: {words}")
    lines += [f"  {limit_line(one)}" for one in view.limits]
    lines += [f"  {link_line(one)}" for one in view.links]
    lines += [f"  {log_line(view, entry, at)}" for entry, at in zip(view.log, moments, strict=True)]
    steps = [f"{step.name} ({step.code})" for step, why in view.steps if why is None]
    if steps:
        lines.append(t("cases.can", steps=t("cases.explain.joint").join(steps)))
    return lines


LOGGED = ("at", "day", "operator_no", "kind", "step", "reason")
"""What scripts are told of an entry of the log."""


def row_json(row: CaseRow) -> dict[str, object]:
    """A row for scripts, without what its fields hold."""
    told = row._asdict() | {"is_paused": bool(row.is_paused)}
    del told["said"]
    return told


def json_of(view: CaseView, *, masked: bool = True) -> dict[str, object]:
    """A record for scripts; what tells of people is left out where it is masked."""
    view = shown(view, masked=masked)
    hidden = {one.code for one in view.definition.fields if masked and is_personal(one)} | view.unreadable
    return {
        **row_json(view.row),
        "values": {code: value for code, value in view.now.values.items() if code not in hidden},
        "limits": [
            {"code": one.deadline.code, "due": one.due.isoformat() if one.due else None, "pace": one.pace}
            for one in view.limits
        ],
        "links": [
            {"other": one.target.other, "ref": one.row.number if one.row else one.target.ref, "kind": one.kind}
            for one in view.links
        ],
        "log": [{name: getattr(entry, name) for name in LOGGED} for entry in view.log],
        "possible": [step.code for step, why in view.steps if why is None],
    }
