"""A certificate is issued: what should be known before, who stands behind it, and the paper that is kept with it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from db import certificates as kept_certificates
from db import hours as records
from db import visits
from db import volunteers as people
from db.certificates import Certificate
from db.volunteers import Volunteer
from frontdesk.common.fonts import FontSearch
from frontdesk.common.names import clean_line
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.settings.rules import LONGEST_TEXT
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.hours.certificate_numbers import grouped_number, next_number
from frontdesk.volunteers.hours.certificates import contents_of
from frontdesk.volunteers.hours.errors import HoursError
from frontdesk.volunteers.hours.notices import standing_notices
from frontdesk.volunteers.hours.rounding import Rounding


@dataclass(frozen=True)
class Issuing:
    """Who stands behind a certificate: the body, the person responsible, who handled it, and how to reach them."""

    issuer: str
    responsible: str
    handler: str
    contact: str

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of what is still empty."""
        return tuple(name for name in ("issuer", "responsible", "handler", "contact") if not getattr(self, name))


@dataclass(frozen=True)
class Warnings:
    """What should be known before a certificate is issued: visits of the period without an exit that was scanned, set
    or judged by a person (`left_open`), those of them that wait for review (`pending`), and the last days of notices
    over these days that are still up.
    """

    pending: int
    left_open: int
    notices_until: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.pending or self.left_open or self.notices_until)

    def as_json(self) -> dict[str, Any]:
        """The answer of the command line."""
        return {"to_review": self.pending, "left_open": self.left_open, "notices_until": list(self.notices_until)}


@dataclass(frozen=True)
class Issued:
    """A certificate that was issued, the words that no installed font could draw on it, what it was warned of, and the
    file that was written.
    """

    certificate: Certificate
    warnings: Warnings
    romanised: tuple[str, ...]
    out: Path | None = None


class _Meanwhile(Exception):
    """Somebody else issued or corrected something while a certificate was being drawn."""


def proposed_issuing(context: Context) -> Issuing:
    """Who stands behind a certificate as far as settings and sign-in tell; the centre itself is the issuer where
    none is set.
    """
    settings, operator = context.settings, context.operator
    return Issuing(
        settings.certificate_issuer or context.centre.name,
        settings.certificate_responsible,
        operator.name if operator else "",
        settings.certificate_contact,
    )


def warnings_for(context: Context, volunteer_no: str, first: date, last: date) -> Warnings:
    """What should be known before a certificate of these days is issued."""
    stays = visits.of_volunteer(context.database.connection, volunteer_no, first.isoformat(), last.isoformat())
    counted = [visit for visit in stays if not visit.annulled]
    return Warnings(
        pending=sum(visit.review == "pending" for visit in counted),
        left_open=sum(visit.left_at is None or visit.review == "pending" for visit in counted),
        notices_until=tuple(one.until for one in standing_notices(context, first, last)),
    )


@allowed("writer")
def issue(
    context: Context,
    volunteer_no: str,
    first: date,
    last: date,
    by: Issuing,
    *,
    out: Callable[[str], Path] | None = None,
    again: bool = False,
    fonts: FontSearch | None = None,
) -> Issued:
    """Issue a certificate for the days from `first` to `last` and keep it with its paper; `out` says into which file
    the PDF of a number is written, and where that cannot be written nothing is issued.

    What it warns of does not keep it from being issued. Raises VolunteerError `unknown_volunteer`, HoursError
    `bad_order`, `period_to_come`, `no_hours`, `certificate_incomplete` (with what is missing), `bad_words`,
    `no_more_numbers`, `already_issued` where one over just these days holds, unless `again`, `write_failed`,
    `issued_unwritten` where the disk failed after all was kept, and FontFault.
    """
    from frontdesk.volunteers.hours.certificate_paper import draw_certificate
    from frontdesk.volunteers.hours.files import write_file

    context.require_writer()
    if last < first:
        raise HoursError("bad_order", first=first.isoformat(), last=last.isoformat())
    if last > context.today():
        raise HoursError("period_to_come", day=last.isoformat(), today=context.today().isoformat())
    signed = _checked(by)
    # Drawing takes a moment in which nobody should have to wait to write: it is done before, and again only where
    # somebody else issued or corrected something meanwhile.
    while True:
        draft, volunteer = _draft(context, context.database.connection, volunteer_no, first, last, signed)
        if not again:
            _refuse_twin(context.database.connection, draft)
        pdf, romanised = draw_certificate(
            draft,
            volunteer.name,
            contents_of(draft),
            Rounding.of(context.settings),
            brand=context.settings.brand_rgb,
            created=context.local(draft.issued_at),
            fonts=fonts,
        )
        keep = _Keeping(context, draft, volunteer, signed, pdf, again, printed=out is not None)
        path = out(draft.number) if out is not None else None
        try:
            if path is None:
                keep()
            else:
                write_file(path, pdf, keep)
        except _Meanwhile:
            continue
        except HoursError as failure:
            if failure.code != "write_failed" or not keep.done:
                raise
            raise HoursError("issued_unwritten", number=grouped_number(draft.number), **failure.details) from failure
        return Issued(draft, warnings_for(context, volunteer_no, first, last), romanised, path)


@dataclass
class _Keeping:
    """Keeps a certificate that was drawn, in one transaction. Raises `_Meanwhile` where it would be another now."""

    context: Context
    draft: Certificate
    volunteer: Volunteer
    by: Issuing
    pdf: bytes
    again: bool
    printed: bool
    done: bool = False

    def __call__(self) -> None:
        """Do it."""
        context, draft = self.context, self.draft
        first, last = date.fromisoformat(draft.first), date.fromisoformat(draft.last)
        with context.database.write() as connection:
            operator = context.confirm_operator(connection)
            now, volunteer = _draft(context, connection, draft.volunteer_no, first, last, self.by)
            if not self.again:
                _refuse_twin(connection, now)
            now = now.model_copy(update={"issued_at": draft.issued_at, "issued_on": draft.issued_on})
            if (now, volunteer.name) != (draft, self.volunteer.name):
                raise _Meanwhile
            kept_certificates.add(connection, now.model_copy(update={"operator_no": operator.no}), self.pdf)
            said = {"number": now.number, "first": now.first, "last": now.last}
            context.note(connection, "certificate.issued", draft.volunteer_no, **said)
            if self.printed:
                context.note(connection, "certificate.printed", draft.number)
        self.done = True


def _refuse_twin(connection: sqlite3.Connection, draft: Certificate) -> None:
    """Raises HoursError `already_issued` where a certificate of this volunteer over just these days holds."""
    number = kept_certificates.holding(connection, draft.volunteer_no, draft.first, draft.last)
    if number:
        raise HoursError("already_issued", number=grouped_number(number), first=draft.first, last=draft.last)


def _draft(
    context: Context, connection: sqlite3.Connection, volunteer_no: str, first: date, last: date, by: Issuing
) -> tuple[Certificate, Volunteer]:
    """The certificate as it would be issued now."""
    volunteer = people.get(connection, volunteer_no)
    if volunteer is None:
        raise VolunteerError("unknown_volunteer", no=volunteer_no)
    served = records.by_content(connection, first.isoformat(), last.isoformat(), volunteer_no)
    contents = [(one.label, one.seconds, one.supplemented) for one in served if one.seconds or one.supplemented]
    measured, supplemented = sum(one[1] for one in contents), sum(one[2] for one in contents)
    shown = Rounding.of(context.settings).shown(measured, supplemented)
    if not shown.total:
        raise HoursError("no_hours", first=first.isoformat(), last=last.isoformat())
    operator = context.require_writer()
    today = context.today()
    certificate = Certificate(
        number=next_number(kept_certificates.last_number(connection, today.year), today.year),
        volunteer_no=volunteer_no,
        first=first.isoformat(),
        last=last.isoformat(),
        measured_seconds=measured,
        supplemented_seconds=supplemented,
        measured_minutes=shown.measured,
        supplemented_minutes=shown.supplemented,
        content=json.dumps(contents, ensure_ascii=False),
        issuer=by.issuer,
        responsible=by.responsible,
        handler=by.handler,
        contact=by.contact,
        issued_on=today.isoformat(),
        issued_at=context.now_ms(),
        operator_no=operator.no,
    )
    return certificate, volunteer


def _checked(by: Issuing) -> Issuing:
    """Who stands behind it, cleaned."""
    try:
        cleaned = Issuing(*(clean_line(value) for value in (by.issuer, by.responsible, by.handler, by.contact)))
    except ValueError as wrong:
        raise HoursError("bad_words", limit=LONGEST_TEXT) from wrong
    if cleaned.missing:
        from frontdesk.locale import t

        fields = "、".join(t(f"hours.certificate.{name}") for name in cleaned.missing)
        raise HoursError("certificate_incomplete", fields=fields, missing=list(cleaned.missing))
    if any(
        len(value) > LONGEST_TEXT for value in (cleaned.issuer, cleaned.responsible, cleaned.handler, cleaned.contact)
    ):
        raise HoursError("bad_words", limit=LONGEST_TEXT)
    return cleaned
