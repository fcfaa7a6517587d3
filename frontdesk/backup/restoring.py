"""Restoring a centre from a backup, on a new computer or in place of the centre that is here; and rehearsing it.

All of it is done in scratch inside the home: unpacked, checked, migrated, the keys tried, whoever was erased since
erased once more, numbers kept free. Only then it takes the place of what is there, by renaming, the centre's file last:
however the attempt ends, the next start finds the one or the other whole (`settling`).
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from db import audit, numbers, outbox
from db import backups as records
from db.backup import BACKUPS, is_free, row_counts, settle, snapshot
from db.backups import BackupRow, RecoveryKeyRow, Restoration
from frontdesk.backup import making, rules
from frontdesk.backup.container import ENDING, SealedFile
from frontdesk.backup.errors import BackupError, writing_failed
from frontdesk.backup.models import Difference, FoundBackup, Lost, Progress, Rehearsal, Restored, Stop
from frontdesk.backup.settling import RESTORED, put_in_place, settle_home
from frontdesk.backup.unpacking import Unpacked, unpacked
from frontdesk.backup.verifying import told_by_header
from frontdesk.backup.watching import Watch
from frontdesk.clock import system_clock
from frontdesk.context import open_context
from frontdesk.errors import CodedError, DatabaseError, DeskError
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.backup.recovery import RecoveryKey
    from frontdesk.context import Clock, Context, Source
    from frontdesk.home import Home

MOST_FOUND = 500
DAY_MS = 86_400_000


@dataclass(frozen=True)
class _Prepared:
    """A centre restored in scratch that only has to take its place."""

    unpacked: Unpacked
    rehearsal: Rehearsal
    is_enrolled: bool


class Agreed(NamedTuple):
    """Who agreed that a centre is replaced: its manager, and a second person or ""."""

    by: str
    approved_by: str


def found_backups(folders: Sequence[Path] = ()) -> list[FoundBackup]:
    """The backups on whatever is plugged in, at the top of these folders and in the folder `backups` of each, by what
    they tell in front, the latest first. What cannot be read as one is left out.
    """
    from frontdesk.sync.service import find_drives

    around = [*folders, *(one.folder for one in find_drives())]
    found: dict[Path, FoundBackup] = {}
    for folder in dict.fromkeys(path for one in around for path in (one.absolute(), one.absolute() / BACKUPS)):
        with suppress(OSError):
            paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ENDING and path.is_file())
            for path in paths[:MOST_FOUND]:
                with suppress(BackupError):
                    found[path] = told_by_header(path)
    return sorted(found.values(), key=lambda one: (one.made_at, str(one.path)), reverse=True)


def rehearse(
    home: Home,
    path: Path,
    key: RecoveryKey,
    *,
    clock: Clock = system_clock,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Rehearsal:
    """Do all of a restoration but putting it in place, and say what came of it; nothing is changed.

    Raises what `verify` raises with a key, BackupError `keys_unlike`, and DatabaseError where the migration fails.
    """
    with _prepared(home, path, key, clock, "cli", None, Watch(progress, stop)) as prepared:
        return prepared.rehearsal


def restore(
    home: Home,
    path: Path,
    key: RecoveryKey,
    *,
    replacing: Context | None = None,
    approver: Approver | None = None,
    force: bool = False,
    clock: Clock = system_clock,
    source: Source = "cli",
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Restored:
    """Restore a centre into a home, all or nothing.

    Where a centre is there already `replacing` is its context, with a manager signed in: a backup of it is made and
    kept first (kind `before_restore`), and its database is closed; `approver` is the second person, where its settings
    ask for one. `force` does for one whose file cannot be opened any
    more. What cannot be sealed for want of a recovery key is put aside in the home, in a folder that only its owner
    reads. Raises what `rehearse` raises, what a backup raises, BackupError `centre_here`, `home_in_use`, and what
    `agree_to_replace` raises.
    """
    watch = Watch(progress, stop)
    settle_home(home)
    agreed: Agreed | None = None
    before: Path | None = None
    entries = 0
    if home.exists():
        if replacing is None and not (force and _is_lost(home)):
            raise BackupError("centre_here", path=str(home.path))
        if replacing is not None:
            agreed = agree_to_replace(replacing, path, key, approver)
            before = _kept_before(replacing, progress, stop)
            entries = audit.count(replacing.database.connection)
            replacing.database.close()
            _require_alone(home)
    with _prepared(home, path, key, clock, source, agreed, watch) as prepared:
        # Unpacking takes a while, in which a window may have been opened, and closed again.
        is_kept = replacing is not None and _require_alone(home) == entries and before is not None
        try:
            for one in sorted(prepared.unpacked.home.path.rglob("*")):
                if one.is_file():
                    settle(one)
            if (home.path / RESTORED).exists():
                shutil.rmtree(home.path / RESTORED)
            prepared.unpacked.home.path.rename(home.path / RESTORED)
            aside = put_in_place(home, clock())
            if aside is not None and is_kept:
                shutil.rmtree(aside, ignore_errors=True)
        except PermissionError as failure:
            raise BackupError("home_in_use", path=str(home.path)) from failure
        except OSError as failure:
            raise writing_failed(failure, home.path) from failure
    put_aside = aside if aside is not None and aside.exists() else None
    return Restored(prepared.rehearsal, home.path, before, put_aside, prepared.is_enrolled)


@allowed("manager")
def agree_to_replace(context: Context, path: Path, key: RecoveryKey, approver: Approver | None = None) -> Agreed:
    """Note in the log of a centre that is about to be replaced by what is in a backup that its manager wants so, and a
    second person where the setting asks for one.

    What is agreed to is this very file, whatever its name. A file that is damaged or asks for another key uses no grant
    up. Raises what opening a backup, `Context.require_manager` and the second person's approval raise.
    """
    from frontdesk.access import service as access

    by = context.require_manager().no
    with SealedFile(path) as sealed:
        digest = sealed.check_digest().hex()[:16]
        sealed.content_key(key)
    approval = access.approved(context, "restore", f"restore/{path.name} {digest}", approver)
    with context.change("centre.replaced", path.name, digest=digest, **approval.detail) as connection:
        approval.use(context, connection)
    return Agreed(by, approval.by)


def _require_alone(home: Home) -> int:
    """How many audit entries the centre that is here has, which no other window has open. Raises BackupError
    `home_in_use`.
    """
    if not is_free(home.database):
        raise BackupError("home_in_use", path=str(home.path))
    with snapshot(home.database) as moment:
        return audit.count(moment.connection)


def _is_lost(home: Home) -> bool:
    """Whether the file of the centre that is here cannot be opened as one."""
    try:
        open_context(home, source="cli").database.close()
    except (DatabaseError, DeskError):
        return True
    return False


def _kept_before(replacing: Context, progress: Progress | None, stop: Stop | None) -> Path | None:
    """The sealed backup of the centre that is to be replaced; None where it has no recovery key."""
    if records.key_in_force(replacing.database.connection) is None:
        return None
    return making.make(replacing, "before_restore", None, progress, stop).path


@contextmanager
def _prepared(
    home: Home, path: Path, key: RecoveryKey, clock: Clock, source: Source, agreed: Agreed | None, watch: Watch
) -> Iterator[_Prepared]:
    here = _Here(home) if home.exists() else None
    with unpacked(path, key, home, watch) as content:
        # What a migration would put aside stands in the backup itself.
        context = open_context(content.home, source=source, clock=clock, puts_aside=False)
        try:
            _try_keys(context)
            erased = _erase_again(context, [path.parent, home.path, home.path / BACKUPS])
            rehearsal = _noted(context, content, path, agreed, erased, here)
            enrolled = outbox.enrolment(context.database.connection) is not None
            context.database.fold()
        finally:
            context.database.close()
        yield _Prepared(content, rehearsal, enrolled)


def _try_keys(context: Context) -> None:
    """See that the keys in the backup open what is sealed in its database. Raises BackupError `keys_unlike`."""
    try:
        for sample in records.sealed_samples(context.database.connection):
            context.keys.unseal(sample)
        assert context.keys.card
    except CodedError as failure:
        raise BackupError("keys_unlike") from failure


def _erase_again(context: Context, folders: list[Path]) -> int:
    """Erase once more whoever was erased after the backup, by the lists that lie beside it and in the home."""
    from frontdesk.privacy.service import erase_again, read_lists

    lines = read_lists(folders)
    return erase_again(context, lines) if lines else 0


def _noted(
    context: Context, content: Unpacked, path: Path, agreed: Agreed | None, erased: int, here: _Here | None
) -> Rehearsal:
    """Keep in the restored file that it was restored, and the numbers that stay free; what the restoration does."""
    made_at, now = content.manifest.made_at, context.now_ms()
    made, today = context.local(made_at), context.today()
    days = max(0, (today - made.date()).days)
    years = range(made.year, max(made.year, today.year) + 1)
    connection = context.database.connection
    last = numbers.highest(connection, years[-3:])
    floors: dict[tuple[str, int], int] = {
        (kind, year): rules.gap(highest, days, numbers.MOST[kind]) for (kind, year), highest in last.items()
    }
    most = numbers.MOST["case"]
    # Also of what the backup has no record of yet.
    floors |= {("case", year): rules.gap(0, days, most) for year in (0, *years[-3:])}
    of_cases = numbers.of_cases(connection, years[-3:])
    floors |= {(f"case {begins}", 0): rules.gap(highest, days, most) for begins, highest in of_cases.items()}
    gaps = {kind if not year else f"{kind}-{year}": highest for (kind, year), highest in floors.items()}
    taken: list[str] = []
    with context.database.write() as connection:
        if here is not None and here.is_same(content):
            # The backups made since lie where they lie, and the paper that was proved since is the one people have.
            taken = records.take_over(connection, here.keys, here.backups)
        records.raise_floors(connection, floors)
        records.add_restoration(
            connection,
            Restoration(
                backup_name=path.name,
                backup_made_at=made_at,
                restored_at=now,
                restored_by=agreed.by if agreed is not None else None,
                schema_version=content.header.schema_version,
                replaced=here is not None,
                gaps=gaps,
            ),
        )
        told: dict[str, object] = {"backups": taken} if taken else {}
        if agreed is not None:
            told |= {name: value for name, value in agreed._asdict().items() if value}
        replaced = here is not None
        context.note(connection, "centre.restored", context.centre.code, made_at=made_at, replaced=replaced, **told)
    return Rehearsal(
        path=path,
        centre=content.manifest.centre,
        centre_code=content.manifest.centre_code,
        made_at=made,
        schema_version=content.header.schema_version,
        tables=content.manifest.tables,
        gaps=gaps,
        erased=erased,
        lost=here.lost(content, context) if here is not None else None,
        clock_is_behind=now < made_at,
    )


class _Here:
    """The centre that is here, as far as it can be read: what a restoration would take away."""

    def __init__(self, home: Home) -> None:
        self._counts: dict[str, int] = {}
        self._entries, self._last, self._whose = 0, None, ("", "")
        self._last_at: int | None = None
        self._is_readable = True
        self.keys: list[RecoveryKeyRow] = []
        self.backups: list[BackupRow] = []
        try:
            with snapshot(home.database) as moment:
                self._counts = row_counts(moment.connection)
                self._entries = audit.count(moment.connection)
                self._whose, self._last_at = records.whose_and_when(moment.connection)
                moment.connection.row_factory = sqlite3.Row
                if records.are_kept(moment.connection):
                    self.keys, self.backups = records.recovery_keys(moment.connection), records.good(moment.connection)
        except DatabaseError:
            self._is_readable = False

    def is_same(self, content: Unpacked) -> bool:
        """Whether the backup is of the centre that is here."""
        return self._whose[1] == content.manifest.centre_code

    def lost(self, content: Unpacked, context: Context) -> Lost:
        """What would be lost, compared with a backup."""
        manifest = content.manifest
        is_same = self.is_same(content)
        before = manifest.audit_entries if is_same else 0
        different = tuple(
            Difference(table, manifest.tables.get(table, 0), count)
            for table, count in sorted(self._counts.items())
            if not table.startswith(("sqlite_", "_")) and count > (manifest.tables.get(table, 0) if is_same else 0)
        )
        last: datetime | None = None if self._last_at is None else context.local(self._last_at)
        return Lost(
            self._whose[0],
            self._whose[1],
            is_same,
            max(0, self._entries - before),
            last,
            different,
            self._is_readable,
        )
