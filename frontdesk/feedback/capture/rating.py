"""Giving a rating with one key, correcting it while the rater still stands there, and saying more about it.

The kiosk imports this at its start: everything heavy is imported where it is needed.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from db import feedback as records
from db import field_keys
from db.feedback import Channel, Rater, Rating
from frontdesk.feedback.capture.errors import FeedbackError
from frontdesk.feedback.capture.rules import (
    DEFAULT_SERVICE,
    Subject,
    checked_aspects,
    checked_level,
    checked_tags,
    clean_comment,
    clean_rater,
    correction_seconds,
)
from frontdesk.feedback.unordered import unordered
from frontdesk.permission import allowed

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context

KEY_BYTES = 16


def new_key() -> bytes:
    """A random key: nothing can be read from it, and what it sorts by tells no order."""
    return secrets.token_bytes(KEY_BYTES)


@allowed("visitor")
def rate(
    context: Context, level: int, *, session_code: str | None = None, comment: str = "", subject: Subject | None = None
) -> bytes:
    """Record one anonymous rating of a subject, or of a session, or else of the counter; returns its random key.

    The key exists nowhere but here and in the row: it serves to correct the rating while the rater still stands there.
    No audit entry is written, because the order of the log would say when the rating was given, and the ratings of the
    day are laid down in the file in a new random order. Raises FeedbackError `bad_level`, `comment_too_long`,
    DeskError `long_number`.
    """
    checked_level(level)
    if subject is None:
        kind, name = ("session", session_code) if session_code else ("service", DEFAULT_SERVICE)
        subject = Subject(kind, name, "")  # type: ignore[arg-type]
    day = context.today().isoformat()
    channel: Channel = "kiosk" if context.source == "kiosk" else "desk"
    rating = Rating(
        key=new_key(),
        day=day,
        known_on=day,
        subject_kind=subject.kind,
        subject=subject.subject,
        level=level,
        comment=clean_comment(comment, channel),
        channel=channel,
    )
    with unordered(context) as connection:
        records.put(connection, rating)
        records.mix_day(connection, day, (rating.key,))
    return rating.key


@allowed("visitor")
def rate_or_correct(
    context: Context,
    level: int,
    key: bytes | None,
    *,
    session_code: str | None = None,
    subject: Subject | None = None,
) -> tuple[bytes, float]:
    """Record a rating, or with the `key` of the one just given change that; a child at the keys counts once.

    Returns the key and for how many seconds the rating may still be corrected.
    """
    if key is None:
        key = rate(context, level, session_code=session_code, subject=subject)
    else:
        correct(context, key, level)
    return key, correction_seconds(context.settings.rating_correction_seconds)


@allowed("visitor")
def correct(context: Context, key: bytes, level: int) -> None:
    """Change the level of a rating just given. Raises FeedbackError `bad_level` or `unknown_rating`."""
    checked_level(level)
    with unordered(context) as connection:
        found = just_given(context, connection, key)
        records.set_level(connection, key, level)
        records.mix_day(connection, found.day, (key,))


@allowed("visitor")
def take_back(context: Context, key: bytes) -> None:
    """Remove a rating just given. Raises FeedbackError `unknown_rating`."""
    with unordered(context) as connection:
        found = just_given(context, connection, key)
        records.remove(connection, key)
        if found.named and context.operator is not None:
            context.note(connection, "rating.taken_back", key.hex())


@allowed("visitor")
def add_details(
    context: Context,
    key: bytes,
    *,
    aspects: Mapping[str, int | None] | None = None,
    tags: Sequence[str] = (),
    comment: str = "",
    name: str = "",
    phone: str = "",
) -> None:
    """Have a rating just given say more: levels of single aspects, tags of the centre's list, a comment.

    With a name or a phone the rater chose to be known: the rating is named from then on, the phone is sealed. What was
    said before is replaced. Raises FeedbackError `unknown_rating`, `bad_level`, `unknown_aspect`, `unknown_tag`,
    `comment_too_long`, `bad_name`, `bad_phone`, `bad_text`, `too_long`, DeskError `long_number`.
    """
    said: dict[str, object] = {**checked_aspects(aspects or {})}
    chosen = checked_tags(tags, context.settings.rating_tags)
    known_as, number = clean_rater(name, phone)
    with unordered(context) as connection:
        found = just_given(context, connection, key)
        said["comment"] = clean_comment(comment, found.channel)
        if known_as or number:
            said["named"] = 1
        records.change(connection, found.model_copy(update=said))
        records.set_tags(connection, key, chosen)
        if known_as or number:
            # Another window may have changed the key since this one asked: it is sealed under the one that counts.
            context.keys.use_field(field_keys.current(connection))
            sealed = context.keys.seal(number) if number else None
            records.set_rater(connection, Rater(key=key, name=known_as, phone_cipher=sealed))
        records.mix_day(connection, found.day, (key,))


def just_given(context: Context, connection: sqlite3.Connection, key: bytes) -> Rating:
    """The rating that its giver may still change: it became known today, and nobody acts on it yet.

    Raises FeedbackError `unknown_rating`.
    """
    found = records.get(connection, key)
    if found is None or found.known_on != context.today().isoformat() or records.is_followed(connection, key):
        raise FeedbackError("unknown_rating")
    return found
