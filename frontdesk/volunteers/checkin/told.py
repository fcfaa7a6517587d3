"""What became of an attempt, in words."""

from __future__ import annotations

from frontdesk.common.names import mask_name
from frontdesk.locale import t
from frontdesk.volunteers.checkin.answering import ScanOutcome

LONGEST_SHOWN = 30


def refusal_words(outcome: ScanOutcome) -> str:
    """Why an attempt was refused, and what to do next."""
    if outcome.typed:
        shown = "".join(one for one in outcome.typed if one.isprintable())
        return t("volunteers.error.not_a_number", typed=shown[:LONGEST_SHOWN])
    missing = [t(f"volunteers.scan.missing.{one}") for one in outcome.missing]
    return t(
        f"volunteers.error.{outcome.reason}",
        limit=outcome.limit,
        now=outcome.at.strftime("%Y-%m-%d %H:%M"),
        no=outcome.volunteer_no or "",
        missing=t("volunteers.scan.missing_joint").join(missing),
    )


def describe(outcome: ScanOutcome) -> str:
    """One line for an attempt: time, masked name and what happened, with what an entry is credited to."""
    if outcome.result == "refused":
        return refusal_words(outcome)
    words = t(
        f"volunteers.scan.{outcome.result}",
        name=mask_name(outcome.name),
        time=outcome.at.strftime("%H:%M"),
        no=outcome.volunteer_no,
    )
    credited = t("volunteers.scan.credited", title=outcome.credited_to) if outcome.credited_to else ""
    return f"{words}  {credited}".rstrip()
