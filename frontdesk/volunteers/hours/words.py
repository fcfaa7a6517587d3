"""Hours in words, in the language in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.common.names import mask_name
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.certificates import CertificateLine
    from db.hours_notices import Objection
    from frontdesk.volunteers.hours.issuing import Warnings
    from frontdesk.volunteers.hours.notices import Compared
    from frontdesk.volunteers.hours.rounding import Rounding


def amount(minutes: int) -> str:
    """Minutes as hours and minutes: 1小时30分, 1 h 30 min."""
    return t("hours.amount", hours=minutes // 60, minutes=minutes % 60)


def compared_words(line: Compared, rounding: Rounding) -> str:
    """A line of a notice, with what is recorded now where that differs."""
    shown = rounding.shown(line.measured, line.supplemented)
    words = t(
        "hours.notice.hours",
        no=line.volunteer_no,
        measured=amount(shown.measured),
        supplemented=amount(shown.supplemented),
    )
    if line.differs:
        now = rounding.shown(line.measured_now, line.supplemented_now)
        words += "  " + t("hours.notice.differs", measured=amount(now.measured), supplemented=amount(now.supplemented))
    return words


def objection_words(one: Objection) -> str:
    """An objection with what was decided."""
    outcome = t(f"hours.notice.outcome.{one.outcome or 'open'}")
    words = t("hours.notice.objection", id=one.id, no=one.volunteer_no, words=one.words, outcome=outcome)
    return f"{words}  {one.outcome_words}".rstrip()


def warning_lines(warnings: Warnings) -> list[str]:
    """What should be known before a certificate is issued, in words."""
    lines = []
    if warnings.left_open:
        lines.append(t("hours.warning.left_open", count=warnings.left_open, pending=warnings.pending))
    return [*lines, *(t("hours.warning.notice", until=until) for until in warnings.notices_until)]


def certificate_facts(one: CertificateLine) -> list[str]:
    """A certificate whole, the name masked."""
    from frontdesk.volunteers.hours.certificate_numbers import grouped_number
    from frontdesk.volunteers.hours.certificates import contents_of

    facts = [
        ("number", grouped_number(one.number)),
        ("name", f"{mask_name(one.name)}  {one.volunteer_no}"),
        ("period", f"{one.first} - {one.last}"),
        ("measured", amount(one.measured_minutes)),
        ("supplemented", amount(one.supplemented_minutes)),
        ("content", "、".join(each.content or t("hours.general_service") for each in contents_of(one))),
        ("issuer", one.issuer),
        ("responsible", one.responsible),
        ("handler", one.handler),
        ("contact", one.contact),
        ("issued_on", one.issued_on),
    ]
    if one.revoked_at is not None:
        facts.append(("revoke_reason", one.revoke_reason))
    return [t("hours.certificate.fact", label=t(f"hours.certificate.{key}"), value=value) for key, value in facts]
