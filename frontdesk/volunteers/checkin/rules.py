"""What a scan means. Pure: records go in, a verdict comes out (acceptance: check-in)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from db.assignments import Assignment
from db.visits import Holder, Visit

Direction = Literal["auto", "in", "out"]
"""What a scan is to do: enter or leave by turns, or one of them only."""

Result = Literal["entered", "left", "left_only", "same_scan", "refused"]
"""`left_only` is an exit without an entry: kept and shown for review, it gives no hours and hinders nothing."""

OVERRIDABLE = frozenset(("card_not_yet_valid", "card_expired", "no_reentry"))
"""The refusals that an operator may override at the desk."""

OVERRIDABLE_BY_MANAGER = OVERRIDABLE | {"volunteer_suspended"}

LEAVES_ALL_THE_SAME = frozenset(("volunteer_suspended", "volunteer_left", "card_expired", "card_not_yet_valid"))
"""The refusals that keep nobody inside: whoever is in may leave. A replaced or revoked card stays refused, as another
person may hold it now; its owner leaves by name.
"""

KEYED_AHEAD_MS = 300_000
"""How much later than the clock a time keyed by hand may be: a watch on a wrist is not the computer's."""


class Verdict(NamedTuple):
    """What became of a scan; `reason` is '' unless it was refused, `limit` the date or time that refused it.

    `missing` are the answers that an `incomplete` scan lacks: `consent`, `guardian`.
    """

    result: Result
    reason: str = ""
    limit: str = ""
    missing: tuple[str, ...] = ()


UNKNOWN_CARD, PARKED_CARD = Verdict("refused", "unknown_card"), Verdict("refused", "parked_card")
OF_NOBODY = frozenset(("unknown_card", "parked_card"))
"""The refusals of a genuine card of which nobody here knows the holder: no name is told with them."""

SAME_SCAN, ENTERED, LEFT, LEFT_ONLY = Verdict("same_scan"), Verdict("entered"), Verdict("left"), Verdict("left_only")


def judge_card(holder: Holder | None, day: str) -> Verdict | None:
    """Why a card with a genuine code is refused on a local day; None where it is good.

    The person is judged after the card: a suspended volunteer is not a revoked card (acceptance, check-in
    10, 11).
    """
    if holder is None or holder.card_state is None:
        return UNKNOWN_CARD
    if holder.card_state == "replaced":
        return Verdict("refused", "card_replaced")
    if holder.card_state == "revoked":
        return Verdict("refused", "card_revoked")
    if holder.valid_from and day < holder.valid_from:
        return Verdict("refused", "card_not_yet_valid", holder.valid_from)
    if holder.valid_until and day > holder.valid_until:
        return Verdict("refused", "card_expired", holder.valid_until)
    return judge_person(holder)


def judge_person(holder: Holder | None) -> Verdict | None:
    """Why a volunteer may not serve; None where nothing stands against it."""
    if holder is None:
        return Verdict("refused", "unknown_volunteer")
    if holder.state == "suspended":
        return Verdict("refused", "volunteer_suspended")
    if holder.state == "left":
        return Verdict("refused", "volunteer_left")
    return None


def judge_answers(holder: Holder, day: str, notice_version: str, guardian_age: int) -> Verdict | None:
    """Why somebody may not begin to serve before an answer is given; None where all are there.

    Asked for are the consent to the notice in force, where the centre has one, and below `guardian_age` the
    guardian's. Whoever is inside may always leave.
    """
    missing = []
    if notice_version and holder.consent_version != notice_version:
        missing.append("consent")
    if is_below(holder.birth_month, holder.birth_day, day, guardian_age) and not holder.guardian_consent_on:
        missing.append("guardian")
    return Verdict("refused", "incomplete", missing=tuple(missing)) if missing else None


def is_below(birth_month: str, birth_day: str, day: str, age: int) -> bool:
    """Whether somebody born in a month (YYYY-MM, '' unknown), on a day of it (DD, '' unknown), may still be younger
    than `age` years on a local day.

    Without the day of birth the whole month of the birthday counts as before it.
    """
    if not birth_month or age == 0:
        return False
    return f"{int(birth_month[:4]) + age:04d}{birth_month[4:]}-{birth_day or '32'}" > day


def judge_time(
    at: int,
    day: str,
    midnight: int,
    visits: Sequence[Visit],
    within: int,
    direction: Direction = "auto",
    grace: int = 0,
) -> tuple[Verdict, Visit | None]:
    """Entry or exit, for a good card at the instant `at` (UTC ms) of the local day that begins at `midnight`; with the
    visit that an exit ends, that a refused time or entry collides with, or whose scan this is once more.

    `visits` are those of the same person on that day and the day before it. One that began or ended at most `within` ms
    before or after `at` makes this the same scan once more. A visit never runs past local midnight unless the
    assignment that it is credited to does: then an exit until `grace` ms after its end is still of that visit
    (acceptance 15). An exit that was only inferred gives way to a real one.
    """
    counted = [visit for visit in visits if not visit.annulled]
    near = next((visit for visit in counted if _is_near(visit, at, within)), None)
    if near is not None:
        return SAME_SCAN, near
    own = max((visit for visit in counted if visit.day == day), key=lambda visit: visit.entered_at, default=None)
    last = own
    if own is None:
        before = [visit for visit in counted if visit.day < day and _reaches(visit, at, midnight, grace)]
        last = max(before, key=lambda visit: visit.entered_at, default=None)
    if last is None:
        return (LEFT_ONLY if direction == "out" else ENTERED), None
    if at < (last.entered_at if is_open(last) or last.left_at is None else last.left_at):
        return Verdict("refused", "earlier_than_last"), last
    if is_open(last):
        return (Verdict("refused", "already_in"), last) if direction == "in" else (LEFT, last)
    return (LEFT_ONLY if direction == "out" else ENTERED), None


def _reaches(visit: Visit, at: int, midnight: int, grace: int) -> bool:
    """Whether a visit of the day before has to do with a scan after midnight: it may still end then, or it ended later
    than that.
    """
    if is_open(visit):
        return at <= latest_exit(midnight, visit.runs_until, grace)
    return visit.left_at is not None and visit.left_at > at


def latest_exit(midnight: int, runs_until: int | None, grace: int) -> int:
    """The latest instant at which a visit may end that began before this midnight: the midnight, or `grace` ms after
    the end of what it is credited to where that runs past it.
    """
    return runs_until + grace if runs_until is not None and runs_until > midnight else midnight - 1


def inferred_exit(
    entered_at: int, ends_at: int | None, midnight: int, next_entry: int | None, *, at_end: bool, maximum: int
) -> int:
    """The exit that stands in for a forgotten one: with `at_end` the end of what the visit is credited to, otherwise,
    and where there is none or it was over before, `maximum` ms after the entry.

    Never past the midnight that ends the day, unless what it is credited to runs past it, then never past that; and
    never into the person's next visit.
    """
    wanted = ends_at if at_end and ends_at is not None and ends_at > entered_at else entered_at + maximum
    last = max(midnight, ends_at) if ends_at is not None else midnight
    return max(entered_at, min(wanted, last, next_entry if next_entry is not None else last))


def _is_near(visit: Visit, at: int, within: int) -> bool:
    """Whether a scan made the visit begin or end about then; an exit that was inferred was no scan."""
    if abs(at - visit.entered_at) <= within:
        return True
    return visit.left_at is not None and visit.basis != "inferred" and abs(at - visit.left_at) <= within


def is_leaving(verdict: Verdict, visit: Visit | None) -> bool:
    """Whether somebody leaves by a scan, or scans once more having left."""
    return verdict.result == "left" or (verdict.result == "same_scan" and visit is not None and not is_open(visit))


def running_until(midnight: int, now: int, grace: int) -> int:
    """What a visit that began before this midnight must be credited to at least until, to be going on now: see
    `latest_exit`.
    """
    return max(midnight + 1, now - grace)


def is_open(visit: Visit) -> bool:
    """Whether a real exit may still come: there is none, or only one that a rule inferred and nobody accepted."""
    return visit.left_at is None or (visit.basis == "inferred" and visit.review != "accepted")


def first_of_day(visits: Iterable[Visit], day: str) -> Visit | None:
    """The first visit of a local day that counts; None if there is none."""
    counted = [visit for visit in visits if visit.day == day and not visit.annulled]
    return min(counted, key=lambda visit: visit.entered_at, default=None)


def fitting(assignments: Sequence[Assignment], at: int, early: int) -> Assignment | None:
    """The assignment that an entry at `at` is credited to: the one that is going on and began last, else the next that
    begins within `early` ms; None where none fits.
    """
    running = [one for one in assignments if one.starts_at <= at < one.ends_at]
    if running:
        return max(running, key=lambda one: (one.starts_at, one.id))
    coming = [one for one in assignments if at < one.starts_at <= at + early]
    return min(coming, key=lambda one: (one.starts_at, one.id), default=None)
