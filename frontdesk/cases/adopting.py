"""Which mechanisms (制度) the centre keeps: decided by its manager, from a day on, what it does not keep with a reason.

Duties of the calendar, posts to be held and results in a row follow from it. Where nothing was decided a mechanism is
kept from the day on which its first record was opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from db import case_adoption as store
from db import case_numbers as numbers
from db.case_adoption import Adoption
from frontdesk.cases.library import in_force
from frontdesk.cases.right_clock import require_clock
from frontdesk.cases.typed import kept_words
from frontdesk.errors import DeskError
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition
    from frontdesk.context import Context

Standing = Literal["kept", "ahead", "by_record", "dropped", "undecided", "unused"]
"""Kept by decision; decided for a later day; kept because there are records; not kept; to be decided, because the
calendar would ask for it; nothing was decided, and nothing would follow from it.
"""

FAR = 366
"""A decision holds from a day that is at most so many days from today, either way."""


class AdoptionError(DeskError):
    """A refusal about which mechanisms are kept."""

    area = "case_adoption"


@dataclass(frozen=True)
class Adopted:
    """A mechanism, whether the centre keeps it today, and the decision behind that; `next` is one for a later day."""

    definition: Definition
    standing: Standing
    decision: Adoption | None
    next: Adoption | None
    first_record: str | None
    """The day on which its first record was opened."""
    duties: tuple[Definition, ...]
    """The duties of the calendar that ask for its records."""

    @property
    def is_kept(self) -> bool:
        """Whether the centre keeps it today."""
        return self.standing in ("kept", "by_record")


@allowed("shown")
def adopted(context: Context) -> list[Adopted]:
    """Every mechanism that has records, and whether the centre keeps it: those to be decided first, then those that
    the calendar asks for, by code.
    """
    known = in_force(context)
    asked = _duties_of(known)
    today = context.today().isoformat()
    with context.database.reading() as connection:
        decided = store.every(connection)
        used = numbers.used(connection, today)
        found = [
            _adopted(
                one,
                decided.get(code, []),
                numbers.first_opened(connection, code) if code in used else None,
                tuple(asked.get(code, ())),
                today,
            )
            for code, one in known.items()
            if one.kind != "duty"
        ]
    return sorted(found, key=lambda one: (one.standing != "undecided", not one.duties, one.definition.code))


def _duties_of(known: Mapping[str, Definition]) -> dict[str, list[Definition]]:
    """By mechanism the duties that ask for its records."""
    found: dict[str, list[Definition]] = {}
    for code in sorted(known):
        duty = known[code].duty
        if duty is not None and duty.of in known:
            found.setdefault(duty.of, []).append(known[code])
    return found


def _adopted(
    definition: Definition,
    decisions: Sequence[Adoption],
    first_record: str | None,
    duties: tuple[Definition, ...],
    today: str,
) -> Adopted:
    now = decision_on(decisions, today)
    later = next((one for one in reversed(decisions) if one.since > today), None)
    # What was decided after it for today or before is the last word.
    ahead = later if later is not None and (now is None or later.at >= now.at) else None
    standing: Standing
    if now is not None:
        standing = "kept" if now.is_kept else "dropped"
    elif first_record is not None:
        standing = "by_record"
    elif ahead is not None:
        standing = "ahead"
    else:
        standing = "undecided" if duties else "unused"
    return Adopted(definition, standing, now, ahead, first_record, duties)


def decision_on(decisions: Sequence[Adoption], day: str) -> Adoption | None:
    """What holds on a local day of what was decided on one mechanism: the last that was decided for it or before."""
    return next((one for one in reversed(decisions) if one.since <= day), None)


def _decided(connection: sqlite3.Connection, code: str, by: int | None) -> list[Adoption]:
    """What was decided on a mechanism by an instant (UTC milliseconds), else by now."""
    return [one for one in store.decided(connection, code) if by is None or one.at <= by]


def kept_on(
    connection: sqlite3.Connection, code: str, day: str, *, by: int | None = None
) -> tuple[bool, Adoption | None]:
    """Whether a mechanism is kept on a local day, and the decision behind that; as was decided `by` an instant."""
    decision = decision_on(_decided(connection, code, by), day)
    if decision is not None:
        return decision.is_kept, decision
    begun = numbers.first_opened(connection, code)
    return begun is not None and begun <= day, None


def kept_since(connection: sqlite3.Connection, code: str, *, by: int | None = None) -> str | None:
    """The first day on which a mechanism may have been kept, as was decided `by` an instant; None where never."""
    days = [one.since for one in _decided(connection, code, by) if one.is_kept]
    begun = numbers.first_opened(connection, code)
    return min([*days, *([begun] if begun is not None else [])], default=None)


@allowed("shown")
def undecided(context: Context) -> list[Definition]:
    """The mechanisms that the calendar would ask for and of which nobody has said whether the centre keeps them."""
    return [one.definition for one in adopted(context) if one.standing == "undecided"]


@allowed("manager")
def adopt(context: Context, codes: Sequence[str], since: date | None = None) -> None:
    """The centre keeps mechanisms, from a local day on, else from today on; for managers. All of them, or none.

    Raises AdoptionError `unknown`, `too_far`, `decided_already`, and CaseError `clock_behind` where no day is named.
    """
    _decide(context, codes, since, is_kept=True, reason="")


@allowed("manager")
def drop(context: Context, codes: Sequence[str], reason: str, since: date | None = None) -> None:
    """The centre does not keep mechanisms, from a local day on, else from today on, with a reason; for managers. All of
    them, or none; their records stay and go on.

    Raises AdoptionError as `adopt` does, and `reason_missing`.
    """
    kept = kept_words(reason)
    if not kept:
        raise AdoptionError("reason_missing")
    _decide(context, codes, since, is_kept=False, reason=kept)


@allowed("manager")
def drop_rest(context: Context, reason: str) -> int:
    """The centre keeps none of those that are still to be decided, from today on; how many these were; for managers.

    Raises AdoptionError `reason_missing`, `nothing_undecided`.
    """
    context.require_manager()
    kept = kept_words(reason)
    if not kept:
        raise AdoptionError("reason_missing")
    codes = [one.code for one in undecided(context)]
    if not codes:
        raise AdoptionError("nothing_undecided")
    with context.change("case.drop_rest", str(len(codes)), definitions=codes) as connection:
        # What was decided meanwhile in another window is no more to be decided.
        codes[:] = [code for code in codes if not store.decided(connection, code)]
        if not codes:
            raise AdoptionError("nothing_undecided")
        for code in codes:
            store.decide(connection, _decision(context, code, context.today(), is_kept=False, reason=kept))
    return len(codes)


def _decide(context: Context, codes: Sequence[str], since: date | None, *, is_kept: bool, reason: str) -> None:
    context.require_manager()
    known = in_force(context)
    for code in codes:
        if code not in known or known[code].kind == "duty":
            raise AdoptionError("unknown", name=code)
    today = context.today()
    day = since or today
    if abs((day - today).days) > FAR:
        raise AdoptionError("too_far", day=day.isoformat(), days=FAR)
    wanted = (is_kept, reason, day.isoformat())
    action = "case.adopt" if is_kept else "case.drop"
    with context.change(action, ",".join(codes), since=day.isoformat()) as connection:
        if since is None:
            require_clock(context, connection)
        for code in dict.fromkeys(codes):
            before = store.decided(connection, code)
            if before and (before[-1].is_kept, before[-1].reason, before[-1].since) == wanted:
                raise AdoptionError("decided_already", name=str(known[code].name), day=day.isoformat())
            store.decide(connection, _decision(context, code, day, is_kept=is_kept, reason=reason))


def _decision(context: Context, code: str, day: date, *, is_kept: bool, reason: str) -> Adoption:
    return Adoption(
        definition=code,
        since=day.isoformat(),
        is_kept=is_kept,
        reason=reason,
        at=context.now_ms(),
        operator_no=context.require_manager().no,
    )
