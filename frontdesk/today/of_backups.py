"""What the first screen tells of backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.today.due import Due

if TYPE_CHECKING:
    from frontdesk.backup.service import BackupStatus
    from frontdesk.context import Context


def backup_status(context: Context) -> BackupStatus:
    """How the backups stand. Their modules are many: the first look at the day does not wait for them, the one after
    it, which comes with what is looked for apart, finds them loaded.
    """
    from frontdesk.backup.service import status

    return status(context)


def of_backups(backups: BackupStatus) -> list[Due]:
    """What keeps the centre from being brought back: no recovery key, one whose paper nobody proved, a backup that
    failed or is old. And cards that a restored file does not know.
    """
    due = []
    if backups.key == "none":
        due.append(Due("no_recovery_key", pressing=True))
    elif backups.last is None:
        due.append(Due("backup_none", pressing=bool(backups.problem)))
    elif backups.problem:
        due.append(Due("backup_failed", {"day": f"{backups.last_made:%m-%d}"}, pressing=True))
    elif backups.is_old:
        due.append(Due("backup_old", {"day": f"{backups.last_made:%m-%d}"}, pressing=True))
    if backups.key == "unproved" or backups.waiting_key:
        due.append(Due("key_unproved", pressing=backups.key == "unproved"))
    if backups.parked_cards:
        due.append(Due("parked", {"count": backups.parked_cards}))
    return due
