"""Use cases of safe-keeping: the recovery key, backups, looking at them, and restoring a centre from one.

Everything slow takes `progress` and `stop` and blocks: call it from a thread for what is slow. A window has the work
done by a process of its own, so that no scan waits for it; a command does it itself.
"""

from __future__ import annotations

from frontdesk.backup.beside import make_daily, make_now, make_usb
from frontdesk.backup.errors import BackupError
from frontdesk.backup.keeping import backups, due, folder_of, places, status
from frontdesk.backup.keys import (
    confirm_groups,
    confirm_recovery_key,
    keep_key,
    new_recovery_key,
    print_recovery_key,
    recovery_key,
    seal_for_recovery,
    unseal_with_recovery,
)
from frontdesk.backup.making import before_upgrade
from frontdesk.backup.models import (
    BackupListed,
    BackupMade,
    BackupStatus,
    Difference,
    FoundBackup,
    Lost,
    Place,
    Progress,
    RecoveryKeyState,
    Rehearsal,
    Restored,
    Step,
    Stop,
    Verified,
)
from frontdesk.backup.recovery import (
    GROUP_DIGITS,
    GROUPS,
    RecoveryKey,
    group_is_whole,
    places_to_ask,
    read_key,
    split_groups,
)
from frontdesk.backup.restoring import found_backups, rehearse, restore
from frontdesk.backup.settling import settle_home
from frontdesk.backup.verifying import verify

__all__ = [
    "GROUPS",
    "GROUP_DIGITS",
    "BackupError",
    "BackupListed",
    "BackupMade",
    "BackupStatus",
    "Difference",
    "FoundBackup",
    "Lost",
    "Place",
    "Progress",
    "RecoveryKey",
    "RecoveryKeyState",
    "Rehearsal",
    "Restored",
    "Step",
    "Stop",
    "Verified",
    "backups",
    "before_upgrade",
    "confirm_groups",
    "confirm_recovery_key",
    "due",
    "folder_of",
    "found_backups",
    "group_is_whole",
    "keep_key",
    "make_daily",
    "make_now",
    "make_usb",
    "new_recovery_key",
    "places",
    "places_to_ask",
    "print_recovery_key",
    "read_key",
    "recovery_key",
    "rehearse",
    "restore",
    "seal_for_recovery",
    "settle_home",
    "split_groups",
    "status",
    "unseal_with_recovery",
    "verify",
]
