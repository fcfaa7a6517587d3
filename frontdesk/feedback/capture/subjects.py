"""What can be rated now, or could be on another day: services, sessions, what volunteers did."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from db import assignments
from db import rating_services as services
from frontdesk.feedback.capture.errors import FeedbackError
from frontdesk.feedback.capture.rules import DEFAULT_SERVICE, MOST_SUBJECT, Subject, clean_word

if TYPE_CHECKING:
    import sqlite3

    from db.activities import SessionLine
    from db.feedback import SubjectKind
    from frontdesk.context import Context

MINUTE_MS = 60_000


def subjects_now(context: Context) -> list[Subject]:
    """What can be rated at this moment, what just happened first; never empty.

    First the sessions that ended within the setting rating_session_minutes, the last to end before the others; then the
    services on offer in their order; then the other sessions of today that have begun, and the assignments of
    volunteers that have, each by their beginning.
    """
    now = context.now_ms()
    recent = now - context.settings.rating_session_minutes * MINUTE_MS
    held = _sessions(context, context.today())
    just_over = [one for one in held if recent < one.ends_at <= now]
    just_over.sort(key=lambda one: (-one.ends_at, one.code))
    others = [one for one in held if one not in just_over]
    return [
        *(_of_session(context, one) for one in just_over),
        *_offered(context.database.connection),
        *(_of_session(context, one) for one in others),
        *_of_volunteers(context, context.today()),
    ]


def subjects_on(context: Context, day: date) -> list[Subject]:
    """What a slip about a local day can be about: the services first, then what took place."""
    held = (_of_session(context, one) for one in _sessions(context, day))
    return [*_offered(context.database.connection), *held, *_of_volunteers(context, day)]


def known_subject(context: Context, kind: str, subject: str, day: date) -> Subject:
    """What somebody named to be rated for a local day, as it is kept.

    Raises FeedbackError `unknown_service`, `unknown_session`, `before_session`, `unknown_assignment`, `empty_case`,
    `unknown_kind`, and what `clean_word` raises.
    """
    said = clean_word(subject, MOST_SUBJECT, "subject")
    connection = context.database.connection
    if kind == "service":
        known = [one.name for one in services.services(connection)]
        if said not in (*known, DEFAULT_SERVICE):
            from db import activities

            # The bare code of a session, as it stands on the day's list.
            if activities.get(connection, said.upper()) is not None:
                return _known_session(context, said.upper(), day)
            raise FeedbackError("unknown_service", name=said, known="、".join(known), field="subject")
        return Subject("service", said, said)
    if kind == "session":
        return _known_session(context, said.upper(), day)
    if kind == "volunteer":
        found = assignments.get(connection, int(said)) if said.isascii() and said.isdigit() else None
        if found is None or found.day > day.isoformat():
            raise FeedbackError("unknown_assignment", no=said, field="subject")
        return Subject("volunteer", str(found.id), found.title)
    if kind == "case":
        if not said:
            raise FeedbackError("empty_case", field="subject")
        return Subject("case", said, said)
    raise FeedbackError("unknown_kind", kind=kind, field="subject")


def label_of(context: Context, kind: SubjectKind, subject: str) -> str:
    """How people read what was rated; what is no longer known is called by its code."""
    connection = context.database.connection
    if kind == "session":
        from db import activities

        session = activities.get(connection, subject)
        return f"{session.name} {subject}" if session is not None else subject
    if kind == "volunteer":
        found = assignments.get(connection, int(subject)) if subject.isascii() and subject.isdigit() else None
        return found.title if found is not None else subject
    return subject


def _known_session(context: Context, code: str, day: date) -> Subject:
    from db import activities

    session = activities.get(context.database.connection, code)
    if session is None:
        raise FeedbackError("unknown_session", code=code, field="subject")
    if session.day > day.isoformat():
        raise FeedbackError("before_session", code=code, day=session.day, field="day")
    return Subject("session", session.code, session.name)


def _sessions(context: Context, day: date) -> list[SessionLine]:
    """The sessions of a local day that have begun and were not cancelled."""
    from frontdesk.activities import service as activities

    now = context.now_ms()
    return [one for one in activities.sessions(context, day, day) if one.state != "cancelled" and one.starts_at <= now]


def _of_session(context: Context, session: SessionLine) -> Subject:
    return Subject("session", session.code, f"{session.name} {context.local(session.starts_at):%H:%M}")


def _offered(connection: sqlite3.Connection) -> list[Subject]:
    names = [one.name for one in services.services(connection) if one.offered] or [DEFAULT_SERVICE]
    return [Subject("service", name, name) for name in names]


def _of_volunteers(context: Context, day: date) -> list[Subject]:
    now, said = context.now_ms(), day.isoformat()
    lines = assignments.lines(context.database.connection, said, said)
    return [
        Subject("volunteer", str(one.id), one.title) for one in lines if one.state == "open" and one.starts_at <= now
    ]
