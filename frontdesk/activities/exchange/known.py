"""The words of the centre by which the columns of pasted rows are told where nobody copied their headings."""

from __future__ import annotations

from datetime import timedelta

from db import activities, rooms
from frontdesk.activities.exchange.pasting import Known
from frontdesk.activities.sessions.kinds import activity_types, categories
from frontdesk.context import Context

DAYS_BACK = 365


def known_words(context: Context) -> Known:
    """The rooms, types and categories of the centre, and who led its sessions of the last year."""
    with context.database.reading() as connection:
        since = (context.today() - timedelta(days=DAYS_BACK)).isoformat()
        return Known.of(
            room=[one.name for one in rooms.rooms(connection)],
            activity_type=activity_types(context),
            # As `kinds.meant` takes them, with or without 服务 at their end.
            category=[word for kind in categories(context) for word in (kind, kind.removesuffix("服务"))],
            lead=activities.leads(connection, since),
        )
