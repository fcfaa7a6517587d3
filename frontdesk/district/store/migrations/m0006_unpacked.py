"""Schema 6: PostgreSQL keeps the values of a report as they are.

It was told so by schema 2, and forgot it when schema 3 changed their type: since then it packed the values of every
report that came, which was half of what it did for one. The price is two or three kilobytes of the disk for each.
"""

from __future__ import annotations

from frontdesk.district.store.migrations.dialects import define
from frontdesk.district.store.session import Session


def migrate(session: Session) -> None:
    """Let PostgreSQL pack no values; those that are packed stay so."""
    if session.dialect == "postgresql":
        define(session, ("ALTER TABLE report ALTER COLUMN figures SET STORAGE EXTERNAL",))
