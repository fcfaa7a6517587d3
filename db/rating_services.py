"""What can be rated besides sessions (评价对象): the centre's services, and which post answers for each."""

from __future__ import annotations

import sqlite3

from db.record import Record


class RatingService(Record):
    """A service; `position` is its place in the lists, `offered` whether it can be rated now. `post` may be ''."""

    name: str
    post: str = ""
    position: int
    offered: int = 1


def services(connection: sqlite3.Connection) -> list[RatingService]:
    """Every service in its order, those that are no longer offered too."""
    rows = connection.execute("SELECT * FROM rating_service ORDER BY position, name")
    return [RatingService.from_row(row) for row in rows]


def put(connection: sqlite3.Connection, service: RatingService) -> None:
    """Insert a service, or change the one of its name."""
    connection.execute(
        "INSERT INTO rating_service (name, post, position, offered) VALUES (?, ?, ?, ?) ON CONFLICT (name) "
        "DO UPDATE SET post = excluded.post, position = excluded.position, offered = excluded.offered",
        (service.name, service.post, service.position, service.offered),
    )


def is_rated(connection: sqlite3.Connection, name: str) -> bool:
    """Whether any rating is about this service."""
    found = "SELECT EXISTS (SELECT 1 FROM rating WHERE subject_kind = 'service' AND subject = ?)"
    return bool(connection.execute(found, (name,)).fetchone()[0])


def remove(connection: sqlite3.Connection, name: str) -> None:
    """Take a service off the register."""
    connection.execute("DELETE FROM rating_service WHERE name = ?", (name,))
