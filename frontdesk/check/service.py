"""Looking the centre's file over: is it whole, and has anybody changed the record of who changed what?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from db import audit, soundness
from frontdesk.activities.service import lists_astray, signups_astray
from frontdesk.feedback.service import follow_ups_astray
from frontdesk.reports.service import closings_astray, letters_astray
from frontdesk.settings.service import damaged
from frontdesk.sync.service import skipped_documents, sync_astray
from frontdesk.volunteers.service import displaced_astray, supplements_astray, visits_astray

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
    visits_astray: int = 0
    """How many visits stand otherwise than the check-in log tells."""
    first_visit_astray: tuple[str, str, int] | None = None
    """Volunteer, local day and number of the first of them."""
    supplements_astray: int = 0
    """How many supplements stand otherwise than the audit log tells."""
    first_supplement_astray: int | None = None
    """The id of the first of them."""
    displaced_astray: int = 0
    """On how many days of a volunteer something put in by hand counts otherwise than the measured time beside it lets
    it.
    """
    first_displaced_astray: tuple[str, str] | None = None
    """Volunteer and local day of the first of them."""
    signups_astray: int = 0
    """How many sign-ups stand otherwise than their log tells."""
    first_signup_astray: tuple[str, int] | None = None
    """Session and number of the first of them."""
    lists_astray: int = 0
    """How many sessions say something else than their published monthly list with all its changes."""
    first_list_astray: tuple[str, str] | None = None
    """Month and session of the first of them."""
    follow_ups_astray: int = 0
    """How many follow-ups of bad ratings stand otherwise than their log tells."""
    first_follow_up_astray: str | None = None
    """The number of the first of them."""
    closings_astray: int = 0
    """How many editions of closed periods are not what was closed."""
    first_closing_astray: tuple[str, int] | None = None
    """Period and edition of the first of them."""
    letters_astray: int = 0
    """How many letters to the street office stand otherwise than their steps tell."""
    first_letter_astray: int | None = None
    """The number of the first of them."""
    sync_astray: int = 0
    """How many receipts, documents and keys of the district do not verify, or reports stand otherwise than they tell.
    """
    first_sync_astray: tuple[str, str] | None = None
    """Which kind of thing the first of them is, and which one."""
    skipped_documents: tuple[int, ...] = ()
    """The numbers of the district's documents that were not kept; the file is sound without them."""
    damaged_settings: tuple[str, ...] = ()
    """The settings that are stored as what they cannot be, by name."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not (
            self.page_faults
            or self.broken_references
            or self.first_broken_entry
            or self.visits_astray
            or self.supplements_astray
            or self.signups_astray
            or self.displaced_astray
            or self.lists_astray
            or self.follow_ups_astray
            or self.closings_astray
            or self.letters_astray
            or self.sync_astray
            or self.damaged_settings
        )

    def as_json(self) -> dict[str, object]:
        """The answer of the command `check`."""
        return {"sound": self.is_sound, **self._asdict()}


def look_over(context: Context) -> Findings:
    """Read the whole file as it stands at one moment; nothing is changed. Raises DatabaseError `damaged`."""
    with context.database.reading() as connection:
        faults = soundness.page_faults(connection)
        # Rows of crossed pages say nothing that could be compared.
        astray = [] if faults else list(visits_astray(connection))
        added = [] if faults else supplements_astray(connection)
        signed = [] if faults else signups_astray(connection)
        listed = [] if faults else lists_astray(connection)
        followed = [] if faults else follow_ups_astray(connection)
        closed = [] if faults else closings_astray(connection)
        written = [] if faults else letters_astray(connection)
        displaced = [] if faults else displaced_astray(context, connection)
        signed_amiss = [] if faults else sync_astray(connection)
        return Findings(
            faults,
            soundness.broken_references(connection),
            audit.count(connection),
            audit.first_broken(connection),
            len(astray),
            astray[0] if astray else None,
            len(added),
            added[0] if added else None,
            len(displaced),
            displaced[0] if displaced else None,
            len(signed),
            signed[0] if signed else None,
            len(listed),
            listed[0] if listed else None,
            len(followed),
            followed[0] if followed else None,
            len(closed),
            closed[0] if closed else None,
            len(written),
            written[0] if written else None,
            len(signed_amiss),
            signed_amiss[0] if signed_amiss else None,
            () if faults else tuple(skipped_documents(connection)),
            () if faults else tuple(damaged(connection)),
        )
