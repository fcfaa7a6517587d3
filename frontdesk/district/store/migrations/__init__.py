"""The store's schema, step by step: append-only, each step for both engines, all that is missing in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from frontdesk.district.store.migrations import (
    m0001_reports,
    m0002_district,
    m0003_figures,
    m0004_first_days,
    m0005_by_indicator,
    m0006_unpacked,
)
from frontdesk.district.store.session import Session

MIGRATIONS: tuple[Callable[[Session], None], ...] = (
    m0001_reports.migrate,
    m0002_district.migrate,
    m0003_figures.migrate,
    m0004_first_days.migrate,
    m0005_by_indicator.migrate,
    m0006_unpacked.migrate,
)
"""The first one makes schema version 1 and so on."""

SCHEMA_VERSION = len(MIGRATIONS)


def migrate(session: Session, version: int) -> Iterable[int]:
    """Bring a store of schema `version` up to date inside the session's transaction; the numbers of the steps taken."""
    steps = range(version, SCHEMA_VERSION)
    for step in steps:
        MIGRATIONS[step](session)
    return [step + 1 for step in steps]
