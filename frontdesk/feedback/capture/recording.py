"""Writing down what somebody said by phone or on paper, and putting right what was keyed in wrongly."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db import audit, residents, staff
from db import feedback as records
from db.feedback import Rater, Rating
from frontdesk.common.dates import recordable_days
from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone
from frontdesk.context import Context
from frontdesk.feedback.capture.errors import FeedbackError
from frontdesk.feedback.capture.rating import new_key
from frontdesk.feedback.capture.rules import (
    ASPECTS,
    KEYED_IN,
    ON_BEHALF,
    Entry,
    checked_aspects,
    checked_level,
    checked_tags,
    clean_comment,
    clean_rater,
    clean_word,
    is_workable,
)
from frontdesk.feedback.capture.subjects import known_subject, label_of
from frontdesk.feedback.followup.service import level_corrected
from frontdesk.feedback.unordered import unordered
from frontdesk.permission import allowed

MOST_REASON = 200
MOST_LISTED = 1000

REMOVED = "rating.removed"
"""The action in the audit log, by which a sheet that is taken in again knows what a manager took out."""


class Listed(NamedTuple):
    """A rating that staff may look at by itself, with what a list shows besides; name and phone are masked."""

    rating: Rating
    label: str
    tags: tuple[str, ...]
    name: str
    phone: str


class Said(NamedTuple):
    """What a rating says besides its level: of each aspect, as tags, in words."""

    aspects: tuple[int | None, ...] = ()
    tags: tuple[str, ...] = ()
    comment: str = ""


@allowed("writer")
def record(context: Context, entry: Entry) -> bytes:
    """Write down one rating for somebody; returns its key, by which it is taken back or said more of today.

    A named one has an audit entry; an anonymous one has none and says nothing of who wrote it down. Raises what
    `checked` raises, and what `require_writer` raises.
    """
    return record_slips(context, [entry])[0]


@allowed("writer")
def record_slips(context: Context, entries: Sequence[Entry]) -> list[bytes]:
    """Write down many slips, all or none; returns their keys in the order of the entries.

    Nothing in the file tells in which order they were keyed in. Named ones among them have an audit entry each. Raises
    what `checked` raises, and what `require_writer` raises.
    """
    context.require_writer()
    made = [checked(context, entry) for entry in entries]
    with unordered(context) as connection:
        context.confirm_operator(connection)
        for rating, rater, tags in sorted(made, key=lambda one: one[0].key):
            _put(connection, rating, rater, tags)
            if rating.named:
                said = {"channel": rating.channel, "level": rating.level}
                context.note(connection, "rating.recorded", rating.key.hex(), **said)
        fresh = [rating.key for rating, _, _ in made]
        for day in sorted({rating.day for rating, _, _ in made}):
            records.mix_day(connection, day, fresh)
    return fresh


def checked(context: Context, entry: Entry) -> tuple[Rating, Rater | None, tuple[str, ...]]:
    """An entry as it is kept: the rating under a new key, who gave it, its tags.

    Raises FeedbackError `bad_level`, `bad_day`, `unknown_channel`, `unknown_staff`, `unknown_resident`,
    `unknown_aspect`, `unknown_tag`, `comment_too_long`, `bad_name`, `bad_phone`, `bad_text`, `too_long`, what
    `known_subject` raises, DeskError `long_number`.
    """
    level = checked_level(entry.level)
    if entry.channel not in ON_BEHALF:
        raise FeedbackError("unknown_channel", channel=entry.channel, field="channel")
    _refuse_odd_day(context, entry.day)
    subject = known_subject(context, entry.kind, entry.subject, entry.day)
    aspects = checked_aspects(entry.aspects)
    key = new_key()
    rater = _rater(context, key, entry)
    rating = Rating(
        key=key,
        day=entry.day.isoformat(),
        known_on=context.today().isoformat(),
        subject_kind=subject.kind,
        subject=subject.subject,
        level=level,
        efficiency=aspects["efficiency"],
        competence=aspects["competence"],
        attitude=aspects["attitude"],
        comment=clean_comment(entry.comment, entry.channel),
        named=int(rater is not None),
        channel=entry.channel,
        staff_no=_known_staff(context, entry.staff_no),
    )
    return rating, rater, checked_tags(entry.tags, context.settings.rating_tags)


def said_with(context: Context, key: bytes) -> Said:
    """What a rating that staff keyed in says so far; nothing of one that its rater gave, which is nobody's to read
    while the day runs.
    """
    with context.database.reading() as connection:
        found = records.get(connection, key)
        if found is None or found.channel not in KEYED_IN:
            return Said()
        tags = records.tags(connection, [key]).get(key, ())
    return Said(tuple(getattr(found, name) for name in ASPECTS), tags, found.comment)


@allowed("shown")
def workable(context: Context, first: date, last: date) -> list[Listed]:
    """The ratings of a span of local days that staff may look at one by one, the latest day first; of anonymous ones
    today's are not among it. At most MOST_LISTED.
    """
    today = context.today()
    with context.database.reading() as connection:
        found = records.between(connection, first.isoformat(), last.isoformat())
        ones = [one for one in reversed(found) if is_workable(one, today)][:MOST_LISTED]
        tags = records.tags(connection, [one.key for one in ones])
        labels = {about: label_of(context, *about) for about in {(one.subject_kind, one.subject) for one in ones}}
        raters = {one.key: records.rater(connection, one.key) for one in ones if one.named}
        return [
            Listed(
                one,
                labels[one.subject_kind, one.subject],
                tags.get(one.key, ()),
                *_masked(context, raters.get(one.key)),
            )
            for one in ones
        ]


@allowed("manager")
def correct_entry(context: Context, key: bytes, reason: str, *, level: int, kind: str, subject: str, day: date) -> None:
    """Put right a rating that was keyed in wrongly: its level, what it is about, its day; its follow-up goes along.

    A manager does so, with a reason, and only where staff or a sheet wrote it down: what a rater pressed is nobody
    else's to change. Raises FeedbackError `unknown_rating`, `not_keyed_in`, `not_yet`, `missing_reason`,
    `already_excluded`, what `checked` raises, and what `require_manager` raises.
    """
    context.require_manager()
    why = _reason(reason)
    wanted = checked_level(level)
    _refuse_odd_day(context, day)
    about = known_subject(context, kind, subject, day)
    said = {"level": wanted, "subject_kind": about.kind, "subject": about.subject, "day": day.isoformat()}
    with context.database.write() as connection:
        before = _correctable(context, connection, key)
        changes = {
            name: [getattr(before, name), value] for name, value in said.items() if getattr(before, name) != value
        }
        if not changes:
            return
        records.change(connection, before.model_copy(update=said))
        level_corrected(context, connection, key, before.level, wanted, why)
        context.note(connection, "rating.corrected", key.hex(), reason=why, **changes)


@allowed("manager")
def remove_entry(context: Context, key: bytes, reason: str) -> None:
    """Take out a rating that was keyed in twice or by mistake; as `correct_entry`, and it must not be followed up."""
    context.require_manager()
    why = _reason(reason)
    with context.database.write() as connection:
        before = _correctable(context, connection, key)
        if records.is_followed(connection, key):
            raise FeedbackError("already_followed")
        records.remove(connection, key)
        context.note(connection, REMOVED, key.hex(), reason=why, level=before.level, day=before.day)


def removed_keys(connection: sqlite3.Connection) -> set[bytes]:
    """The keys of all ratings that a manager ever took out, from the audit log."""
    return {bytes.fromhex(entry.subject) for entry in audit.entries_of(connection, [REMOVED])}


def _correctable(context: Context, connection: sqlite3.Connection, key: bytes) -> Rating:
    """The rating that a manager may put right, inside a running transaction."""
    context.confirm_operator(connection)
    context.require_manager()
    found = records.get(connection, key)
    if found is None:
        raise FeedbackError("unknown_rating")
    if found.channel not in KEYED_IN:
        raise FeedbackError("not_keyed_in")
    if not is_workable(found, context.today()):
        raise FeedbackError("not_yet")
    if found.excluded:
        raise FeedbackError("already_excluded")
    return found


def _put(connection: sqlite3.Connection, rating: Rating, rater: Rater | None, tags: Sequence[str]) -> None:
    records.put(connection, rating)
    if rater is not None:
        records.set_rater(connection, rater)
    if tags:
        records.set_tags(connection, rating.key, tags)


def _rater(context: Context, key: bytes, entry: Entry) -> Rater | None:
    """Who gave a rating under a name; of a known resident the register says what was not said."""
    name, phone = clean_rater(entry.name, entry.phone)
    sealed = context.keys.seal(phone) if phone else None
    if entry.resident_id is not None:
        person = residents.get(context.database.connection, entry.resident_id)
        if person is None:
            raise FeedbackError("unknown_resident", no=entry.resident_id, field="resident")
        return Rater(
            key=key, resident_id=person.id, name=name or person.name, phone_cipher=sealed or person.phone_cipher
        )
    if not name and sealed is None:
        return None
    return Rater(key=key, resident_id=_resident_named(context, name, phone), name=name, phone_cipher=sealed)


def _resident_named(context: Context, name: str, phone: str) -> int | None:
    """Whom of the register this is: the only one of this name with this phone; None where nobody or several are."""
    from frontdesk.residents import service

    found = [one.id for one in service.same_phone(context, phone) if one.name == name] if name and phone else []
    return found[0] if len(found) == 1 else None


def _known_staff(context: Context, no: str) -> str:
    said = clean_word(no, 32, "staff").upper()
    if said and staff.get(context.database.connection, said) is None:
        raise FeedbackError("unknown_staff", no=said, field="staff")
    return said


def _refuse_odd_day(context: Context, day: date) -> None:
    """Nobody rates in the future, nor before anything is kept."""
    first, last = recordable_days(context.today())[0], context.today()
    if not first <= day <= last:
        raise FeedbackError("bad_day", first=first.isoformat(), last=last.isoformat(), field="day")


def _reason(text: str) -> str:
    said = clean_word(text, MOST_REASON, "reason")
    if not said:
        raise FeedbackError("missing_reason", field="reason")
    return said


def _masked(context: Context, rater: Rater | None) -> tuple[str, str]:
    if rater is None:
        return "", ""
    phone = context.keys.unseal(rater.phone_cipher) if rater.phone_cipher is not None else ""
    return mask_name(rater.name), mask_phone(phone)
