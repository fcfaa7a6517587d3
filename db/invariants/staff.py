"""The staff."""

from __future__ import annotations

STATEMENTS = {
    "no_manager": "SELECT (SELECT count(*) FROM staff) AS people "
    "WHERE NOT EXISTS (SELECT 1 FROM staff WHERE role = 'manager')",
}
