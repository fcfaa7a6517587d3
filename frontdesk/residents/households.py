"""Households (家庭/户): residents who belong together, such as parents with their children."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db import residents as records
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.residents.editing import standing


@allowed("writer")
def set_household(context: Context, resident_ids: Sequence[int]) -> int:
    """Put residents into one household: that of the first of them who has one, else a new one; returns its number.

    Whoever is left alone in a household that the others came from belongs to none. Raises ResidentError
    `unknown_resident`, `merged_already`.
    """
    with context.change("resident.household", str(resident_ids[0]), people=len(set(resident_ids))) as connection:
        people = [standing(connection, one) for one in dict.fromkeys(resident_ids)]
        number = next((one.household for one in people if one.household is not None), None)
        if number is None:
            number = records.next_household(connection)
        left = {one.household for one in people if one.household not in (None, number)}
        records.set_household(connection, [one.id for one in people if one.household != number], number)
        for old in left:
            _dissolve(connection, old)
    return number


@allowed("writer")
def leave_household(context: Context, resident_id: int) -> None:
    """Take a resident out of the household; whoever is left alone in it belongs to none.

    Nothing happens where there is none. Raises ResidentError `unknown_resident`, `merged_already`.
    """
    with context.change("resident.household_left", str(resident_id)) as connection:
        person = standing(connection, resident_id)
        records.set_household(connection, [person.id], None)
        _dissolve(connection, person.household)


def _dissolve(connection: sqlite3.Connection, number: int | None) -> None:
    """End a household of one."""
    if number is None:
        return
    rest = records.household(connection, number)
    if len(rest) == 1:
        records.set_household(connection, [rest[0].id], None)
