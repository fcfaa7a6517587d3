"""Periods that are locked, and the centres that may report them all the same."""

from __future__ import annotations

from frontdesk.district.documents.service import (
    exemptions,
    grant_exemption,
    lock_period,
    locks,
    unlock_period,
)
from frontdesk.district.web.fields import day_of, text_of
from frontdesk.district.web.periods import read_period
from frontdesk.district.web.visit import Go, Page, Visit

LONGEST_REASON = 500
SHOWN = 200


def locks_page(visit: Visit) -> Page:
    """The locks in force and those lifted, the exemptions, and the forms for new ones."""
    known = locks(visit.district)
    values = {
        "locks": [one for one in known if one.unlocked_at is None],
        "lifted": [one for one in known if one.unlocked_at is not None][:SHOWN],
        "exemptions": exemptions(visit.district)[:SHOWN],
    }
    return Page("locks.html", values)


def take_lock(visit: Visit) -> Go:
    """Lock a period; all centres are told."""
    period = read_period(visit.form.get("period")).key
    reason = text_of(visit.form, "reason", LONGEST_REASON)
    lock_period(visit.district, period, reason, who=visit.who.name, now_ms=visit.now_ms)
    return Go("/locks?done=locked")


def take_unlock(visit: Visit) -> Go:
    """Take in reports of a period again."""
    period = read_period(visit.form.get("period")).key
    unlock_period(visit.district, period, who=visit.who.name, now_ms=visit.now_ms)
    return Go("/locks?done=unlocked")


def take_exemption(visit: Visit) -> Go:
    """Let one centre still report a locked period."""
    form = visit.form
    grant_exemption(
        visit.district,
        form.get("centre"),
        read_period(form.get("period")).key,
        day_of(form, "until"),
        text_of(form, "reason", LONGEST_REASON),
        who=visit.who.name,
        now_ms=visit.now_ms,
    )
    return Go("/locks?done=exempted")
