"""What a change of a published list says: field by field, before and after, as people read it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from db.monthly import ListChange
from frontdesk.locale import catalogue, current_language

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

FIELDS: Final = ("day", "time", "name", "category", "activity_type", "room", "capacity", "min_enrol", "lead")
"""What a list says of a session, in the order of its columns; `time` is its beginning and end."""


class ChangedField(NamedTuple):
    """A field of a session with what it said before and says after; both "" where there was nothing."""

    field: str
    before: str
    after: str


def said_before(change: ListChange) -> dict[str, Any]:
    """What the list said of the session before; empty for one that was not on it."""
    found: dict[str, Any] = json.loads(change.before)
    return found


def said_after(change: ListChange) -> dict[str, Any]:
    """What it says since."""
    found: dict[str, Any] = json.loads(change.after)
    return found


def name_of(change: ListChange) -> str:
    """The session's name as it was known before, else as it is now."""
    return str(said_before(change).get("name") or said_after(change).get("name") or "")


def changed_fields(change: ListChange, zone: ZoneInfo, language: str | None = None) -> list[ChangedField]:
    """The fields that differ; of a session that was cancelled or is on again none, of an added one all that it says."""
    if change.kind in ("cancelled", "restored"):
        return []
    before, after = (shown(said, zone, language) for said in (said_before(change), said_after(change)))
    found = [ChangedField(name, before.get(name, ""), after.get(name, "")) for name in FIELDS]
    return [one for one in found if one.before != one.after]


def shown(said: dict[str, Any], zone: ZoneInfo, language: str | None = None) -> dict[str, str]:
    """What a list says of a session as texts of a language, that in force without one; empty for nothing."""
    if not said:
        return {}
    begins, ends = (datetime.fromtimestamp(said[name] / 1000, zone) for name in ("starts_at", "ends_at"))
    texts = {name: str(said.get(name) or "") for name in FIELDS}
    day = date.fromisoformat(said["day"])
    weekday = catalogue(language or current_language(), "common")[f"weekday.{day.isoweekday()}"]
    return texts | {"day": f"{day.isoformat()} {weekday}", "time": f"{begins:%H:%M}-{ends:%H:%M}"}


def change_words(change: ListChange, zone: ZoneInfo, language: str | None = None) -> str:
    """What changed, in one line of a language, that in force without one."""
    words = catalogue(language or current_language(), "monthly")
    parts = [
        words["from_to"].format(
            field=words[f"field.{one.field}"],
            before=one.before or words["nothing"],
            after=one.after or words["nothing"],
        )
        if change.kind != "added"
        else f"{words[f'field.{one.field}']} {one.after}"
        for one in changed_fields(change, zone, language)
    ]
    return words["join"].join(parts)


def times(starts_at: int, ends_at: int, zone: ZoneInfo) -> str:
    """A session's time of day: 09:00-10:30."""
    begins, ends = (datetime.fromtimestamp(at / 1000, zone) for at in (starts_at, ends_at))
    return f"{begins:%H:%M}-{ends:%H:%M}"
