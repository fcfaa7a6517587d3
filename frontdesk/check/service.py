"""Looking the centre's file over: is it whole, and has anybody changed the record of who changed what?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from db import audit, soundness

if TYPE_CHECKING:
    from frontdesk.context import Context


class Findings(NamedTuple):
    """What a look at the whole file found."""

    page_faults: list[str]
    """In SQLite's own words."""
    broken_references: int
    audit_entries: int
    first_broken_entry: int | None
    """The id of the first audit entry that does not follow from those before it."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.page_faults or self.broken_references or self.first_broken_entry)

    def as_json(self) -> dict[str, object]:
        """The answer of the command `check`."""
        return {"sound": self.is_sound, **self._asdict()}


def look_over(context: Context) -> Findings:
    """Read the whole file as it stands at one moment; nothing is changed. Raises DatabaseError `damaged`."""
    with context.database.reading() as connection:
        return Findings(
            soundness.page_faults(connection),
            soundness.broken_references(connection),
            audit.count(connection),
            audit.first_broken(connection),
        )
