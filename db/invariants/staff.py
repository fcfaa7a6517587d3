"""The staff."""

from __future__ import annotations

STATEMENTS = {
    "no_manager": "SELECT (SELECT count(*) FROM staff) AS people "
    "WHERE NOT EXISTS (SELECT 1 FROM staff WHERE role = 'manager')",
    # The wait for wrong PINs is counted down, never deleted.
    "tries_forgotten": "SELECT max(id) AS entry FROM audit WHERE action = 'staff.sign_in_locked' "
    "AND NOT EXISTS (SELECT 1 FROM sign_in_debt) HAVING max(id) IS NOT NULL",
}
