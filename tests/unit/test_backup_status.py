"""When the last good backup is old, for Today, the hub and the check alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.backups import BackupRow
from frontdesk.backup.models import BackupStatus
from frontdesk.backup.rules import OLD_AFTER_DAYS
from tests.desks import NOON

GOOD = BackupRow(kind="daily", state="good", made_at=0, day="2026-11-20", folder="backups", operator_no=None)


@pytest.mark.parametrize(
    ("last", "age", "is_old"),
    [
        (None, None, True),
        (GOOD, None, True),
        (GOOD, OLD_AFTER_DAYS, True),
        (GOOD, OLD_AFTER_DAYS - 1, False),
        (GOOD, 0, False),
    ],
)
def test_no_backup_and_one_of_three_days_ago_or_of_a_wrong_clock_are_old(
    last: BackupRow | None, age: int | None, is_old: bool
) -> None:
    made = NOON if last is not None else None
    status = BackupStatus("proved", last, made, age, "", False, Path("backups"), 1)
    assert (status.is_old, status.is_late) == (is_old, is_old)
