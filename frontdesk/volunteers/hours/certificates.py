"""Hours certificates (志愿服务证明, 民政部令第67号 as in mechanisms §8.5) that were issued: verified, listed, printed
again, revoked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from db import certificates as kept_certificates
from db.certificates import Certificate, CertificateLine
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.hours.certificate_numbers import grouped_number, read_number
from frontdesk.volunteers.hours.errors import HoursError
from frontdesk.volunteers.hours.statement import ContentSum
from frontdesk.volunteers.hours.supplements import checked_words

Verdict = Literal["genuine", "revoked", "unknown", "mistyped"]

LIST_LIMIT = 1000


@dataclass(frozen=True)
class Verified:
    """What a number that somebody brought comes to; `certificate` where there is one."""

    verdict: Verdict
    number: str
    certificate: CertificateLine | None = None

    def as_json(self) -> dict[str, Any]:
        """The answer of the command line; the name is masked."""
        value: dict[str, Any] = {"verdict": self.verdict, "number": self.number or None}
        return value | (certificate_json(self.certificate) if self.certificate else {})


def certificate_json(one: CertificateLine) -> dict[str, Any]:
    """A certificate as the command line answers it; the name is masked."""
    return {
        "number": one.number,
        "volunteer": one.volunteer_no,
        "name_masked": mask_name(one.name),
        "first": one.first,
        "last": one.last,
        "measured_seconds": one.measured_seconds,
        "supplemented_seconds": one.supplemented_seconds,
        "measured_minutes": one.measured_minutes,
        "supplemented_minutes": one.supplemented_minutes,
        "content": [
            {
                "content": each.content or None,
                "measured_seconds": each.measured,
                "supplemented_seconds": each.supplemented,
            }
            for each in contents_of(one)
        ],
        "issuer": one.issuer,
        "responsible": one.responsible,
        "handler": one.handler,
        "contact": one.contact,
        "issued_on": one.issued_on,
        "revoked": one.revoked_at is not None,
        "revoke_reason": one.revoke_reason or None,
    }


def contents_of(certificate: Certificate) -> list[ContentSum]:
    """What was served, by content, as it was when the certificate was issued; exact seconds."""
    return [ContentSum(*each) for each in json.loads(certificate.content)]


@allowed("shown")
def verify(context: Context, text: str) -> Verified:
    """Whether a certificate with this number was issued here, and whether it still holds."""
    number = read_number(text)
    if not number:
        return Verified("mistyped", "")
    found = kept_certificates.get(context.database.connection, number)
    if found is None:
        return Verified("unknown", number)
    return Verified("genuine" if found.revoked_at is None else "revoked", number, found)


@allowed("shown")
def certificate(context: Context, text: str) -> CertificateLine:
    """One certificate by its number. Raises HoursError `mistyped_number`, `unknown_certificate`."""
    verified = verify(context, text)
    if verified.verdict == "mistyped":
        raise HoursError("mistyped_number", number=text)
    if verified.certificate is None:
        raise HoursError("unknown_certificate", number=grouped_number(verified.number))
    return verified.certificate


@allowed("shown")
def certificates(context: Context, volunteer_no: str | None = None) -> list[CertificateLine]:
    """The latest certificates, of everybody or of one volunteer, revoked ones included; at most 1,000."""
    return kept_certificates.lines(context.database.connection, volunteer_no, LIST_LIMIT)


@allowed("writer")
def revoke(context: Context, text: str, reason: str) -> CertificateLine:
    """Revoke a certificate, with a reason; it stays on record. Raises what `certificate` raises, HoursError
    `already_revoked`, `reason_required`, `bad_words`.
    """
    why = checked_words(reason)
    number = certificate(context, text).number
    operator = context.require_writer()
    with context.change("certificate.revoked", number) as connection:
        kept = kept_certificates.get(connection, number)
        assert kept is not None
        if kept.revoked_at is not None:
            raise HoursError("already_revoked", number=grouped_number(number))
        kept_certificates.revoke(connection, number, context.now_ms(), operator.no, why)
        revoked = kept_certificates.get(connection, number)
    assert revoked is not None
    return revoked


@allowed("writer")
def print_certificate(context: Context, text: str, out: Path) -> CertificateLine:
    """Write the PDF of a certificate to `out`, byte for byte as it was issued; that stands in the audit log.

    Raises what `certificate` raises, and HoursError `write_failed`, `certificate_erased` where the volunteer was erased
    and the paper with her or him.
    """
    from frontdesk.volunteers.hours.files import write_file

    context.require_writer()
    found = certificate(context, text)
    pdf = kept_certificates.paper(context.database.connection, found.number)
    if pdf is None:
        raise HoursError("certificate_erased", number=grouped_number(found.number))

    def note() -> None:
        with context.change("certificate.printed", found.number):
            """Nothing but the audit entry is written."""

    write_file(out, pdf, note)
    return found
