"""Who is on duty where no roster says so: it follows from A, B and absences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from db import duty as duties
from db import leave as leaves
from db import staff as records
from frontdesk.roster.naming import labelled, labels_of
from frontdesk.roster.rules import DutyLine, duty

if TYPE_CHECKING:
    import sqlite3

    from db.duty import DutySlot


def duty_without_roster(connection: sqlite3.Connection, day: date, published: Iterable[DutySlot]) -> list[DutyLine]:
    """The duty of a local day at the posts that its published slots say nothing of, in the order of the office's list.

    Where any of the day is published, a post that the standing order opens on some days is closed without a slot.
    """
    rostered = {slot.post for slot in published}
    if rostered:
        rostered |= duties.opened_posts(connection)
    posts = [post for post in records.posts(connection) if post not in rostered]
    holders = labelled(records.holders(connection), labels_of(records.every(connection)))
    return duty(posts, holders, leaves.away(connection, day.isoformat()))
