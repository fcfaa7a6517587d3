"""What of a definition the logs of its records are read by, part by part. Pure.

Parts may be added within an edition: a log that was written without them reads as before. One that is another, or gone,
makes another edition of it, whatever number the file says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING

from frontdesk.cases.engine.together import titled_by

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition

PERSON = "people."
"""How the part begins that says of a field, or of a column as `list.column`, that it tells of people."""


def parts_of(definition: Definition) -> dict[str, str]:
    """By part, named as in the file, a digest of what it says; of a field that tells of people what of them."""
    return dict(sorted(_parts(definition)))


def _parts(definition: Definition) -> Iterator[tuple[str, str]]:
    yield "title", _digest([one.code for one in titled_by(definition)])
    yield "responsible", _digest(definition.responsible)
    yield (
        "deadlines",
        _digest([[one.code, one.starts, sorted(one.ends), one.level, _said(one.when)] for one in definition.deadlines]),
    )
    for place, state in enumerate(definition.states):
        if not place:
            yield "states", state.code
        yield f"states.{state.code}", state.end or "-"
    for field in definition.fields:
        yield f"fields.{field.code}", field.kind
        for column in field.fields:
            yield f"fields.{field.code}.{column.code}", column.kind
    for name, personal in people_in(definition).items():
        yield PERSON + name, personal
    for step in definition.transitions:
        yield f"transitions.{step.code}", _digest([step.to, step.sets, step.level, step.clock, step.reopens])
        yield from ((f"transitions.{step.code}.from.{code}", "-") for code in step.from_)
    for work in definition.works_out:
        yield f"works_out.{work.field}", _digest(_said(work))


def people_in(definition: Definition) -> dict[str, str]:
    """The fields, and columns as `list.column`, that tell of people, with what of them."""
    found = {one.code: one.personal for one in definition.fields}
    found |= {f"{one.code}.{inner.code}": inner.personal for one in definition.fields for inner in one.fields}
    return {name: personal for name, personal in found.items() if personal is not None}


def _said(part: object) -> object:
    dump = getattr(part, "model_dump", None)
    return dump(mode="json", exclude_defaults=True, exclude={"otherwise"}) if dump is not None else None


def _digest(said: object) -> str:
    return blake2b(json.dumps(said, ensure_ascii=False, sort_keys=True).encode(), digest_size=6).hexdigest()


def changed(noted: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The parts that were another, or are gone. Whom a field tells of is no matter of editions."""
    return [name for name, was in noted.items() if not name.startswith(PERSON) and now.get(name) != was]


def as_read(text: str) -> dict[str, str] | None:
    """Parts that were kept; None for what was never kept so. Nothing kept is no parts."""
    try:
        parts = json.loads(text or "{}")
    except ValueError:
        return None
    is_parts = isinstance(parts, dict) and all(isinstance(one, str) for one in parts.values())
    return parts if is_parts else None


def as_json(parts: Mapping[str, str]) -> str:
    """Parts as they are kept: always the same text for the same parts."""
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
