"""What corrections wrote in place of what, in words: from the log, which keeps both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from frontdesk.cases import recording
from frontdesk.cases.engine import rules
from frontdesk.cases.forms import money_words
from frontdesk.cases.masks import FREE, Masks, masks_of
from frontdesk.cases.remembered import tells_as_it_was
from frontdesk.cases.words import value_words
from frontdesk.common.dates import screen_date
from frontdesk.common.text import shorten
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import FieldDefinition
    from frontdesk.cases.engine.rules import Standing
    from frontdesk.cases.engine.values import Value
    from frontdesk.cases.whole import CaseView

LONGEST = 60
"""Cells of each of both values."""


def corrections(view: CaseView, names: Mapping[str, str], *, masked: bool) -> dict[int, list[str]]:
    """By position in the log what was corrected, a field each with the value before and after it. Of people the log
    keeps only that something was said: they, and lists, are told without. `names` are those of the staff by number;
    free words are `masked` as in the record.
    """
    if not any(entry.kind == "corrected" for entry in view.log):
        return {}
    definition = view.definition
    masks = masks_of(definition, view.now.values).and_of(view.named_before) if masked else None
    # Whoever was named before, and by whose name old words would be masked, nobody knows any more.
    hides_words = masked and _names_were_changed(view)
    is_told = tells_as_it_was(definition, view.row, view.log)
    found: dict[int, list[str]] = {}
    now: Standing | None = None
    for entry in view.log:
        if entry.kind not in recording.KINDS:
            continue
        event = recording.event_of(entry)
        before: Mapping[str, Value] = now.values if now is not None else {}
        if is_told:
            now = rules.opened(definition, event) if now is None else rules.step(definition, now, event)
        if entry.kind != "corrected":
            continue
        lines = found.setdefault(entry.position, [])
        for code, after in event.values.items():
            field = definition.field(code)
            if field is None:
                continue
            is_hidden = hides_words and field.kind in FREE
            if not is_told or is_hidden or field.fields or recording.is_personal(field):
                lines.append(str(field.name))
                continue
            told = [_told(field, one, names, masks) for one in (before.get(code), after)]
            lines.append(t("case_form.log.corrected", name=field.name, before=told[0], after=told[1]))
    return found


def _names_were_changed(view: CaseView) -> bool:
    """Whether a field that tells of people was said more than once."""
    personal = {one.code for one in view.definition.fields if recording.is_personal(one)}
    said = [code for entry in view.history for code in entry if code in personal]
    return len(said) > len(set(said))


def _told(field: FieldDefinition, value: Value | None, names: Mapping[str, str], masks: Masks | None) -> str:
    if value is None:
        return t("case_form.log.nothing")
    words = value_words(field, value)
    if field.kind in ("staff", "reference"):
        words = f"{words} {names.get(words, '')}".strip()
    elif field.kind == "money" and isinstance(value, int):
        words = money_words(value)
    elif field.kind == "date" and isinstance(value, str):
        words = screen_date(date.fromisoformat(value))
    elif masks is not None:
        words = masks.put_on(words)
    return shorten(" ".join(words.split()), LONGEST)
