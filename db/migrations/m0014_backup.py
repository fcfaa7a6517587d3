"""Backups, the recovery key they are made for, restorations, and cards that only a lost file knew."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES: tuple[str, ...] = ()


def migrate(database: Database) -> None:
    """Make them."""
    for statement in TABLES:
        database.execute(statement)
