"""The register of what can be rated besides sessions (评价对象), and the post that answers for each service."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from db import rating_services as records
from db import staff
from db.rating_services import RatingService
from frontdesk.feedback.capture.errors import FeedbackError
from frontdesk.feedback.capture.rules import MOST_SUBJECT, clean_word
from frontdesk.permission import allowed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from frontdesk.context import Context

MOST_OFFERED = 30
"""More than anybody goes through with arrow keys."""


def services(context: Context) -> list[RatingService]:
    """Every service in its order, those no longer offered too."""
    return records.services(context.database.connection)


def posts(context: Context) -> list[str]:
    """The posts that can answer for a service, in the order of the office's list."""
    return staff.posts(context.database.connection)


@allowed("manager")
def add_service(context: Context, name: str, post: str = "") -> RatingService:
    """Put a service at the end of the register; it is offered at once. A manager does so.

    Raises FeedbackError `no_service_name`, `service_exists`, `too_many_services`, `unknown_post`, `too_long`,
    `bad_text`, DeskError `long_number`, and what `require_manager` raises.
    """
    said = clean_word(name, MOST_SUBJECT, "name")
    if not said:
        raise FeedbackError("no_service_name", field="name")
    with _managing(context, "rating_service.added", said) as connection:
        known = records.services(connection)
        if any(one.name == said for one in known):
            raise FeedbackError("service_exists", name=said, field="name")
        _refuse_too_many(known)
        position = 1 + max((one.position for one in known), default=0)
        made = RatingService(name=said, post=_known_post(connection, post), position=position)
        records.put(connection, made)
    return made


@allowed("manager")
def set_service(
    context: Context, name: str, *, post: str | None = None, offered: bool | None = None, up: bool = False
) -> RatingService:
    """Change the post of a service, whether it is offered, or its place: `up` puts it before the one above it.

    The last one on offer stays on offer. Raises FeedbackError `unknown_service`, `last_service`, `too_many_services`,
    `unknown_post`, and what `require_manager` raises.
    """
    with _managing(context, "rating_service.changed", name) as connection:
        known = records.services(connection)
        found = next((one for one in known if one.name == name), None)
        if found is None:
            raise FeedbackError("unknown_service", name=name, known="、".join(one.name for one in known))
        said: dict[str, object] = {}
        if post is not None:
            said["post"] = _known_post(connection, post)
        if offered is not None and offered != bool(found.offered):
            if offered:
                _refuse_too_many(known)
            elif sum(one.offered for one in known) == 1:
                raise FeedbackError("last_service", name=name)
            said["offered"] = int(offered)
        changed = found.model_copy(update=said)
        records.put(connection, changed)
        if up:
            _move_up(connection, known, name, changed)
    return changed


@allowed("manager")
def remove_service(context: Context, name: str) -> None:
    """Take a service off the register that nobody has rated.

    Raises FeedbackError `unknown_service`, `service_rated`, `last_service`, and what `require_manager` raises.
    """
    with _managing(context, "rating_service.removed", name) as connection:
        known = records.services(connection)
        found = next((one for one in known if one.name == name), None)
        if found is None:
            raise FeedbackError("unknown_service", name=name, known="、".join(one.name for one in known))
        if records.is_rated(connection, name):
            raise FeedbackError("service_rated", name=name)
        if found.offered and sum(one.offered for one in known) == 1:
            raise FeedbackError("last_service", name=name)
        records.remove(connection, name)


@contextmanager
def _managing(context: Context, action: str, subject: str) -> Iterator[sqlite3.Connection]:
    """One transaction of a manager, who is confirmed in it, with its audit entry."""
    context.require_manager()
    with context.change(action, subject) as connection:
        context.require_manager()
        yield connection


def _move_up(connection: sqlite3.Connection, known: list[RatingService], name: str, changed: RatingService) -> None:
    order = [one.name for one in known]
    place = order.index(name)
    if place == 0:
        return
    order[place - 1], order[place] = order[place], order[place - 1]
    current = {one.name: one for one in known} | {name: changed}
    for number, one in enumerate(order, 1):
        records.put(connection, current[one].model_copy(update={"position": number}))


def _refuse_too_many(known: list[RatingService]) -> None:
    if sum(one.offered for one in known) >= MOST_OFFERED:
        raise FeedbackError("too_many_services", limit=MOST_OFFERED)


def _known_post(connection: sqlite3.Connection, post: str) -> str:
    said = clean_word(post, MOST_SUBJECT, "post")
    known = staff.posts(connection)
    if said and said not in known:
        raise FeedbackError("unknown_post", post=said, known="、".join(known), field="post")
    return said
