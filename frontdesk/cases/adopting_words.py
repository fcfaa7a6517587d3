"""Which mechanisms the centre keeps in words, and the day that somebody typed for it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from frontdesk.cases.adopting import AdoptionError
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.adopting import Adopted
    from frontdesk.context import Context


def read_since(context: Context, typed: str) -> date:
    """The day that somebody typed, today for nothing. Raises AdoptionError `unread_day`."""
    if not typed.strip():
        return context.today()
    try:
        return read_typed_date(typed, context.today())
    except ValueError as wrong:
        raise AdoptionError("unread_day", value=typed.strip()[:40]) from wrong


def standing_words(one: Adopted) -> str:
    """Whether it is kept, in a word or two."""
    return t(f"case_adoption.standing.{one.standing}")


def since_words(one: Adopted) -> str:
    """Since when it is, or is not; "" where nothing was decided and there is no record."""
    if one.decision is not None:
        return one.decision.since
    if one.standing == "by_record":
        return one.first_record or ""
    return one.next.since if one.next is not None else ""


def decision_words(one: Adopted) -> str:
    """Why it is not kept, and what was decided for a later day."""
    said = [one.decision.reason] if one.decision is not None and one.decision.reason else []
    if one.next is not None:
        kind = "later_kept" if one.next.is_kept else "later_dropped"
        said.append(t(f"case_adoption.{kind}", day=one.next.since, reason=one.next.reason))
    return t("case_numbers.joint").join(said)


def adopted_line(one: Adopted) -> str:
    """A mechanism and how it stands, in one line."""
    said = (str(one.definition.name), standing_words(one), since_words(one), decision_words(one))
    return "  ".join(part for part in (one.definition.code, *said) if part)
