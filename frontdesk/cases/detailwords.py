"""One record whole, as the lines of its screen. Pure: what was read goes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from frontdesk.cases.corrected import corrections
from frontdesk.cases.forms import money_words
from frontdesk.cases.masks import masks_of, shown
from frontdesk.cases.recording import UNREADABLE
from frontdesk.cases.votes import lost_by_row
from frontdesk.cases.words import limit_line, link_line, state_words, value_words
from frontdesk.common.dates import screen_date
from frontdesk.common.text import display_width, wrap
from frontdesk.locale import t, words_for

if TYPE_CHECKING:
    from db.cases import CaseLogEntry
    from frontdesk.cases.definition.model import FieldDefinition
    from frontdesk.cases.engine.deadlines import Limit
    from frontdesk.cases.engine.rules import Refusal
    from frontdesk.cases.service import CaseView

Tone = Literal["", "good", "warning", "bad", "muted", "heading"]
ROWS_SHOWN = 6
"""So many rows of a list stand in the record; Enter shows all of them."""

PACE_TONES: Mapping[str, Tone] = {
    "overdue": "bad",
    "late": "bad",
    "soon": "warning",
    "kept": "good",
    "paused": "muted",
}


@dataclass(frozen=True)
class ShownLine:
    """A line: what Enter on it leads to (`field:…`, `link:…`, `log:…`), its two cells, its colour."""

    key: str
    what: str
    words: str
    tone: Tone = ""


def head_words(view: CaseView, names: Mapping[str, str]) -> str:
    """What it is, where it stands and who answers for it."""
    row = view.row
    said = [str(view.definition.name), state_words(view.definition, row)]
    if row.responsible:
        said.append(t("case_form.detail.responsible", name=names.get(row.responsible, row.responsible)))
    if row.is_paused:
        said.append(t("cases.paused"))
    said.append(t("case_form.detail.opened", day=row.opened_on))
    if row.ended_on:
        said.append(t("case_form.detail.ended", day=row.ended_on))
    return "  ".join(said)


def due_line(view: CaseView) -> tuple[str, Tone]:
    """The limit that ends first, with how it stands; nothing where none runs."""
    running = [one for one in view.limits if one.pace in ("ahead", "soon", "overdue")]
    if not running:
        return "", ""
    first = min(running, key=lambda one: one.due.isoformat() if one.due else "9999")
    return limit_line(first), PACE_TONES.get(first.pace, "")


def case_lines(
    view: CaseView,
    names: Mapping[str, str],
    moment: Callable[[int], str],
    width: int,
    loop: Sequence[str] = (),
    *,
    masked: bool,
) -> list[ShownLine]:
    """The record line by line: what it says, limits, links, what happened (the oldest first). `width` is the room of
    the second cell, `moment` tells an instant by the centre's clock.
    """
    changed = corrections(view, names, masked=masked)
    if masked:
        masks = masks_of(view.definition, view.now.values).and_of(view.named_before)
        loop = [masks.put_on(words) for words in loop]
    view, found = shown(view, masked=masked), list[ShownLine]()
    lost = lost_by_row(view.definition, view.now.values)
    for field in view.definition.fields:
        value = view.now.values.get(field.code)
        if value is not None and value != ():
            follows = view.definition.worked_columns(field.code)
            columns = [one for one in field.fields if one.code not in follows]
            columns += [one for one in field.fields if one.code in follows and one.kind != "number"]
            found += _field_lines(field, value, columns, names, width, lost, masked=masked)
    sections = (
        ("blocked", _blocked_lines(view, width)),
        ("limits", [_limit_line(one) for one in view.limits]),
        ("links", [*_link_lines(view, width), *(ShownLine("", "", words) for words in loop)]),
        (
            "log",
            [
                line
                for entry in view.log
                for line in _log_lines(view, entry, names, moment, width, changed.get(entry.position, ()))
            ],
        ),
    )
    for name, lines in sections:
        if lines:
            found.append(ShownLine("", t(f"case_form.detail.{name}"), "", "heading"))
            found += lines
    return found


def _blocked_lines(view: CaseView, width: int) -> list[ShownLine]:
    """The steps that cannot be taken, with what is in their way."""
    found: list[ShownLine] = []
    for label, why in step_words(view):
        if why:
            found += _wrapped("", label, why, width, "muted")
    return found


def laid_out(parts: Sequence[tuple[str, bool]], width: int) -> list[list[tuple[str, bool]]]:
    """Words with a mark each, in lines of at most `width` cells; none is broken."""
    lines: list[list[tuple[str, bool]]] = [[]]
    used = 0
    for text, mark in parts:
        size = display_width(text)
        if lines[-1] and used + size > width:
            lines.append([])
            used = 0
        lines[-1].append((text, mark))
        used += size
    return lines


def _limit_line(one: Limit) -> ShownLine:
    return ShownLine("", "", limit_line(one), PACE_TONES.get(one.pace, ""))


def _link_lines(view: CaseView, width: int) -> list[ShownLine]:
    lines = []
    for place, one in enumerate(view.links):
        tone: Tone = "" if one.title or one.state else "muted"
        lines += _wrapped(f"link:{place}", "", link_line(one), width, tone)
    return lines


def _field_lines(
    field: FieldDefinition,
    value: object,
    columns: Sequence[FieldDefinition],
    names: Mapping[str, str],
    width: int,
    lost: Mapping[tuple[str, int], str],
    *,
    masked: bool,
) -> list[ShownLine]:
    """A field; of a list the first rows with these columns, of one that was not adopted (`lost`) why."""
    key, name = f"field:{field.code}", str(field.name)
    if field.kind != "list" or isinstance(value, str | int):
        words = value_words(field, value, masked=masked)  # type: ignore[arg-type]
        if field.kind in ("staff", "reference"):
            words = f"{words} {names.get(words, '')}".strip()
        if field.kind == "money" and isinstance(value, int):
            words = money_words(value)
        if field.kind == "date" and isinstance(value, str) and value != UNREADABLE:
            words = screen_date(date.fromisoformat(value))
        if (field.code, 0) in lost:
            words = f"{words}  {lost[field.code, 0]}"
        return _wrapped(key, name, words, width)
    rows = list(value)  # type: ignore[call-overload]
    sums = [
        t("case_form.total_of", name=one.name, amount=money_words(sum(row.get(one.code) or 0 for row in rows)))
        for one in field.fields
        if one.kind == "money"
    ]
    lines = [ShownLine(key, name, "  ".join([t("case_form.detail.rows", count=len(rows)), *sums]))]
    for place, row in enumerate(rows[:ROWS_SHOWN], 1):
        words = "  ".join(
            _cell(one, row[one.code], names, masked=masked) for one in columns if row.get(one.code) is not None
        )
        lines.append(ShownLine(key, "", wrap(words, max(8, width))[0]))
        if (field.code, place) in lost:
            lines.append(ShownLine(key, "", f"  {lost[field.code, place]}", "warning"))
    if len(rows) > ROWS_SHOWN:
        lines.append(ShownLine(key, "", t("case_form.detail.more", count=len(rows) - ROWS_SHOWN), "muted"))
    return lines


def _cell(field: FieldDefinition, value: object, names: Mapping[str, str], *, masked: bool) -> str:
    words = value_words(field, value, masked=masked)  # type: ignore[arg-type]
    if field.kind == "staff":
        return names.get(words, words)
    if field.kind == "yes_no":
        return f"{field.name}:{words}"
    if field.kind in ("number", "money"):
        return f"{field.name} {words}"
    return words


def _wrapped(key: str, what: str, words: str, width: int, tone: Tone = "") -> list[ShownLine]:
    pieces = [piece.strip() for line in words.split("\n") for piece in wrap(line, max(8, width))]
    return [ShownLine(key, what if place == 0 else "", piece, tone) for place, piece in enumerate(pieces or [""])]


def _log_lines(
    view: CaseView,
    entry: CaseLogEntry,
    names: Mapping[str, str],
    moment: Callable[[int], str],
    width: int,
    changed: Sequence[str],
) -> list[ShownLine]:
    """What happened in one line, folded; what a correction `changed` stands in it too."""
    step = view.definition.transition(entry.step)
    what = str(step.name) if step is not None else t(f"cases.event.{entry.kind}")
    said = [names.get(entry.operator_no, entry.operator_no), what]
    if changed:
        said.append(t("case_form.joint").join(changed))
    if entry.kind in ("linked", "unlinked"):
        said.append(_linked_words(view, entry))
    if entry.reason:
        said.append(entry.reason)
    tone: Tone = "muted" if entry.kind in ("linked", "unlinked") else ""
    return _wrapped(f"log:{entry.position}", moment(entry.at), "  ".join(said), width, tone)


def _linked_words(view: CaseView, entry: CaseLogEntry) -> str:
    """What was linked, or no longer is."""
    link = view.history[view.log.index(entry)]
    other, ref = link["other"], link["ref"]
    if other == "case":
        rows = (one.row for one in view.links if one.target.other == "case" and one.target.ref == ref)
        ref = next((row.number for row in rows if row is not None), "")
    return f"{t(f'case_links.other.{other}')} {ref}".rstrip()


def step_words(view: CaseView) -> list[tuple[str, str]]:
    """The steps that lead on from here, each with its digit, and why it cannot be taken ("" where it can)."""
    found = []
    for place, (step, why) in enumerate(view.steps, 1):
        label = f"{place % 10} {step.name}" if place <= 10 else str(step.name)
        found.append((label, _why_words(view, why) if why is not None else ""))
    return found


def _why_words(view: CaseView, why: Refusal) -> str:
    from frontdesk.cases.typed import refused_as

    return words_for(refused_as(view.definition, why))
