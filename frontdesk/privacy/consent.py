"""Consent given and withdrawn, with its purposes, by oneself or a guardian, and what a withdrawal leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from db import privacy as records
from db import residents as resident_rows
from db import volunteers as volunteer_rows
from db.privacy import By, ConsentEvent, ConsentKind
from frontdesk.common.guardians import CHILD_AGE, asked_below
from frontdesk.common.names import LongLine, mask_name, short_line
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.people import Person, person
from frontdesk.privacy.rules import ASKED_PURPOSES, PURPOSES, Purpose, Subject
from frontdesk.residents import service as residents

LONGEST_REASON = 100


class Consent(NamedTuple):
    """How somebody's consent stands: `given` with its day and version or not, to the notice in force or an older one;
    who has to give it, and the log, the latest first.
    """

    given: bool
    day: str
    version: str
    current: bool
    needs_guardian: bool
    purposes: tuple[str, ...]
    log: tuple[ConsentEvent, ...]


class Reminder(NamedTuple):
    """Somebody who withdrew, masked, and since when: to be erased, or kept by law with a reason."""

    subject: Subject
    name: str
    day: str


def _guarded_below(context: Context, kind: str) -> int:
    """Below which age a guardian agrees: everybody's by law (PIPL §31), a volunteer's by the setting where that is
    higher.
    """
    return asked_below(context.settings.guardian_age) if kind == "volunteer" else CHILD_AGE


def _needs_guardian(context: Context, kind: str, birth: str) -> bool:
    ages = residents.age_on(birth, context.today())
    return ages is not None and ages[0] < _guarded_below(context, kind)


def _row(context: Context, subject: Subject) -> tuple[str, str, str, str]:
    """Consent's day and version, the birth as far as it is known, and the guardian. Raises `no_consent_of`."""
    connection = context.database.connection
    if subject.kind == "resident":
        one = resident_rows.get(connection, int(subject.ref))
        if one is not None:
            return one.consent_on, one.consent_version, one.birth, one.guardian_name
    elif subject.kind == "volunteer":
        other = volunteer_rows.get(connection, subject.ref)
        if other is not None:
            birth = "-".join(part for part in (other.birth_month, other.birth_day) if part)
            return other.consent_on, other.consent_version, birth, other.guardian_name
    raise PrivacyError("no_consent_of", ref=str(subject))


@allowed("shown")
def consent_of(context: Context, subject: Subject) -> Consent:
    """How somebody's consent stands, of one moment. Raises PrivacyError `unknown_person`, `no_consent_of` for who is
    neither a resident nor a volunteer.
    """
    with context.database.reading() as connection:
        found = person(context, subject).subject
        day, version, birth, _ = _row(context, found)
        log = records.events(connection, found.kind, found.ref)
    now = context.settings.consent_notice_version
    last = next((one for one in log if one.event == "given"), None)
    purposes = last.purposes if day and last is not None else ()
    is_current = bool(day) and (not now or version == now)
    guarded = _needs_guardian(context, found.kind, birth)
    return Consent(bool(day), day, version, is_current, guarded, purposes, tuple(log))


@allowed("writer")
def give(
    context: Context,
    subject: Subject,
    *,
    purposes: Sequence[str] = ASKED_PURPOSES,
    by: By | None = None,
    guardian: str = "",
) -> Consent:
    """Note that somebody agrees, today, to the notice in force, for these purposes.

    Below 14, and for a volunteer below the age of the setting `guardian_age`, the guardian agrees, whose name has to be
    known. Raises PrivacyError `no_notice`, `unknown_purpose`, `guardian_needed`, `guardian_unknown`, `erased_already`.
    """
    chosen = _purposes(purposes)
    version = context.settings.consent_notice_version
    if not version:
        raise PrivacyError("no_notice")
    with context.change("consent.given", str(subject), version=version, purposes=list(chosen)) as connection:
        found = _living(context, subject)
        _, _, birth, known_guardian = _row(context, found.subject)
        child = _needs_guardian(context, found.subject.kind, birth)
        who: By = by or ("guardian" if child else "self")
        if child and who == "self":
            age = _guarded_below(context, found.subject.kind)
            raise PrivacyError("guardian_needed", age=age, name=found.masked)
        if who == "guardian" and not known_guardian:
            raise PrivacyError("guardian_unknown", name=found.masked)
        today, kind = context.today().isoformat(), cast("ConsentKind", found.subject.kind)
        records.add_event(
            connection,
            ConsentEvent(
                kind=kind,
                ref=found.subject.ref,
                event="given",
                day=today,
                version=version,
                by=who,
                purposes=chosen,
                at=context.now_ms(),
                operator_no=context.require_writer().no,
            ),
        )
        records.set_consent(connection, kind, found.subject.ref, today, version, today if who == "guardian" else None)
    return consent_of(context, subject)


@allowed("writer")
def withdraw(context: Context, subject: Subject, *, by: By = "self") -> Consent:
    """Note that somebody does not agree any more. The data stay until they are erased, or are kept by law with a
    reason: Today says so until it is decided. Raises PrivacyError `not_given`, `erased_already`.
    """
    with context.change("consent.withdrawn", str(subject), by=by) as connection:
        found = _living(context, subject)
        day, version, *_ = _row(context, found.subject)
        if not day:
            raise PrivacyError("not_given", name=found.masked)
        kind = cast("ConsentKind", found.subject.kind)
        records.add_event(
            connection,
            ConsentEvent(
                kind=kind,
                ref=found.subject.ref,
                event="withdrawn",
                day=context.today().isoformat(),
                version=version,
                by=by,
                at=context.now_ms(),
                operator_no=context.require_writer().no,
            ),
        )
        records.set_consent(connection, kind, found.subject.ref, "", "")
    return consent_of(context, subject)


@allowed("manager")
def keep_by_law(context: Context, subject: Subject, reason: str) -> None:
    """Decide that the data of somebody who withdrew are kept, with the reason. Raises PrivacyError `bad_reason`,
    `not_withdrawn`.
    """
    try:
        why = short_line(reason, LONGEST_REASON)
    except (LongLine, ValueError):
        raise PrivacyError("bad_reason", limit=LONGEST_REASON) from None
    if not why:
        raise PrivacyError("bad_reason", limit=LONGEST_REASON)
    with context.change("consent.kept_by_law", str(subject)) as connection:
        context.require_manager()
        found = _living(context, subject)
        log = records.events(connection, found.subject.kind, found.subject.ref)
        if not log or log[0].event != "withdrawn":
            raise PrivacyError("not_withdrawn", name=found.masked)
        kept = log[0].model_copy(
            update={
                "event": "kept",
                "reason": why,
                "day": context.today().isoformat(),
                "at": context.now_ms(),
                "operator_no": context.require_writer().no,
            }
        )
        records.add_event(connection, kept)


@allowed("shown")
def reminders(context: Context) -> list[Reminder]:
    """Those who withdrew and about whom nothing was decided, the longest waiting first."""
    with context.database.reading() as connection:
        found = []
        for one in records.withdrawn(connection):
            subject = Subject(one.kind, one.ref)
            who = person(context, subject)
            day = one.day or (context.local_day(one.at) if one.at is not None else "")
            found.append(Reminder(subject, who.masked if who.names else mask_name(""), day))
    return found


def _living(context: Context, subject: Subject) -> Person:
    found = person(context, subject)
    if found.erased:
        raise PrivacyError("erased_already", ref=str(subject))
    return found


def _purposes(given: Sequence[str]) -> tuple[Purpose, ...]:
    unknown = [one for one in given if one not in PURPOSES]
    if unknown or not given:
        raise PrivacyError("unknown_purpose", name="".join(unknown[:1])[:20], choices=" ".join(PURPOSES))
    return tuple(one for one in PURPOSES if one in given)
