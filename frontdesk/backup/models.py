"""What the use cases of backups answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from db.backups import BackupRow, Kind
from frontdesk.backup.rules import OLD_AFTER_DAYS

Stage = Literal["copying", "sealing", "verifying", "restoring", "checking"]


class Step(NamedTuple):
    """How far a backup or a restoration has come: what is being done, and how many bytes of how many."""

    stage: Stage
    done: int
    total: int


Progress = Callable[[Step], None]
Stop = Callable[[], bool]
"""Asked often; True ends the work with BackupError `stopped`, leaving nothing behind."""

KeyState = Literal["none", "unproved", "proved"]
Presence = Literal["here", "missing", "changed", "elsewhere"]
"""Whether the file of a good backup is `here`; `missing` from a folder that is there; `changed` in size or no file of
its own any more; `elsewhere` where the folder itself is not there (a stick, another computer).
"""


@dataclass(frozen=True)
class RecoveryKeyState:
    """What the centre knows of its recovery key: its name, when it was made, and when its paper was proved.

    `waiting` is the name of a newer key whose paper nobody has proved yet: until then the older one stays in force.
    """

    key_id: str
    made_at: datetime
    made_by: str | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    waiting: str = ""


@dataclass(frozen=True)
class BackupMade:
    """A backup that was made, read back and compared; `removed` names those that rotation took away after it."""

    row: BackupRow
    path: Path
    rows: int
    removed: tuple[str, ...] = ()
    sealed_copies: tuple[str, ...] = ()
    """The clear copies from before an upgrade that were sealed on the way."""


@dataclass(frozen=True)
class BackupListed:
    """A good backup with where it is now; `made` in the centre's zone."""

    row: BackupRow
    path: Path
    made: datetime
    presence: Presence
    is_own_key: bool
    """Whether the recovery key in force opens it; an older one needs the paper of then."""


@dataclass(frozen=True)
class BackupStatus:
    """How safe the centre is, for Today and the hub.

    `age_days` is that of the last good backup, None without one and where the clock was ahead then. `problem` is the
    code of the last attempt where that failed after the last good one: `t(f"backup.error.{problem}")` has words only
    with its details, `t(f"backup.problem.{problem}")` without. `is_due` tells whether today's backup is still to come;
    `is_late` whether somebody should look: no key, no backup, an old one, or failures.
    """

    key: KeyState
    last: BackupRow | None
    last_made: datetime | None
    age_days: int | None
    problem: str
    is_due: bool
    folder: Path
    count: int
    waiting_key: str = ""
    plain_copies: int = 0
    """Clear copies from before an upgrade that wait for a recovery key."""
    parked_cards: int = 0

    @property
    def is_late(self) -> bool:
        """Whether somebody should look: no proved key, no backup, an old one, or failures."""
        return self.key != "proved" or self.is_old or bool(self.problem)

    @property
    def is_old(self) -> bool:
        """Whether the last good backup is too old to go on with, or there is none; also where nobody can tell."""
        return self.last is None or self.age_days is None or self.age_days >= OLD_AFTER_DAYS


@dataclass(frozen=True)
class Verified:
    """What a look at a backup file found: what it tells without a key, and, with one, what is in it.

    `tables` counts rows by table, `centre` names the centre; both are empty without a key.
    """

    path: Path
    size: int
    made_at: datetime
    key_id: str
    schema_version: int
    program: str
    is_opened: bool
    centre: str = ""
    centre_code: str = ""
    tables: Mapping[str, int] = field(default_factory=dict)
    zone: str = ""
    """The centre's time zone; '' without a key."""


FoundBackup = Verified
"""A backup that lies somewhere, by what it tells in front: nothing of it is verified."""


class Difference(NamedTuple):
    """How many rows of a table the backup has, and the centre that is here now."""

    table: str
    backup: int
    here: int


@dataclass(frozen=True)
class Lost:
    """What a restoration would take away from the centre that is here: what was done after the backup."""

    centre: str
    centre_code: str
    is_same_centre: bool
    changes: int
    """Audit entries after the last one that the backup has."""
    last_change: datetime | None
    differences: tuple[Difference, ...]
    """The tables that have more rows here."""
    is_readable: bool = True
    """False where the file that is here cannot be opened: nobody can tell what it holds."""


@dataclass(frozen=True)
class Rehearsal:
    """What a restoration does, found out by doing all of it but putting the centre in its place."""

    path: Path
    centre: str
    centre_code: str
    made_at: datetime
    schema_version: int
    tables: Mapping[str, int]
    gaps: Mapping[str, int]
    """Up to which number each kind is kept free (volunteer, certificate-2026, receipt-2026 …)."""
    erased: int
    """How many people who were erased since are erased once more."""
    lost: Lost | None
    clock_is_behind: bool
    """The backup was made later than this computer's clock shows."""


@dataclass(frozen=True)
class Restored:
    """A restoration that was done: as rehearsed, where the centre lives, and where what stood there before is kept:
    sealed in `before`, or as the folder `put_aside` where it could not be sealed.
    """

    rehearsal: Rehearsal
    home: Path
    before: Path | None = None
    put_aside: Path | None = None
    is_enrolled: bool = False
    """Whether the district knows this centre: reports since the backup may be there in later revisions."""


@dataclass(frozen=True)
class Place:
    """Where backups may be put: a folder, what people call it, and the bytes that are free (None: unknown)."""

    folder: Path
    name: str
    free: int | None
    is_writable: bool


KINDS: tuple[Kind, ...] = ("daily", "manual", "usb", "before_upgrade", "before_restore")
