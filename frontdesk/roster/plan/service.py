"""Plans of the AB roster: made as drafts by the planning process, checked apart from it, published by a manager.

What the planner answers is read by the rules of `legality` before it is stored: a fault of the planner can never be
published in silence. How long planning takes never holds the centre's file: the situation is read, the planner works,
and one transaction stores what came of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from db import duty as duties
from db.duty import Plan, PlanSlot
from frontdesk.errors import DeskError
from frontdesk.permission import allowed
from frontdesk.roster.day.working import begins_at, local_minute
from frontdesk.roster.legality import sentence, violations
from frontdesk.roster.model import Assignment, Roster, Situation, SlotKey, Violation
from frontdesk.roster.plan.problem import Posed, begun, pose
from frontdesk.roster.plan.publishing import as_worked, changed_since, close_slot, out_of_order, put_slot
from frontdesk.roster.resilience import Resilience, check
from frontdesk.roster.situation import load, load_plan, order_drift

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context
    from frontdesk.planning.ab import AbPlan, AbProgress
    from frontdesk.planning.abexplain import Conflict
    from frontdesk.planning.abproblem import AbProblem
    from frontdesk.planning.abremedy import Remedy
    from frontdesk.planning.client import PlanningClient

MOST_WEEKS = 13
MOST_HOLES_KEPT = 200
"""Holes that a plan keeps in its findings; the number is kept in any case."""


class PlanError(DeskError):
    """A refusal about plans."""

    area: ClassVar[str] = "roster_plan"


@dataclass(frozen=True)
class Made:
    """A plan that was made: its number, what the planner said, and the proof of it.

    `vacant` are the roles that stay empty.
    """

    plan_id: int
    outcome: AbPlan
    posed: Posed
    roster: dict[SlotKey, Assignment]
    resilience: Resilience
    vacant: tuple[tuple[SlotKey, str], ...]


@dataclass(frozen=True)
class Difference:
    """One slot that two plans fill differently; None where a plan has no such slot."""

    slot: SlotKey
    before: Assignment | None
    after: Assignment | None


def pose_plan(context: Context, first: date, weeks: int, *, second: bool = False, based_on: int | None = None) -> Posed:
    """The problem of the days from `first` on, with the locks of what is published or, with `based_on`, of that draft.

    Raises PlanError `bad_weeks`, `in_the_past`, `no_slots`, `nobody`, and `not_a_draft` where the draft to begin with
    is none or is one of other days.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise PlanError("bad_weeks", most=MOST_WEEKS)
    last = first + timedelta(days=7 * weeks - 1)
    if last < context.today():
        raise PlanError("in_the_past", last=last.isoformat())
    situation, roster = load(context, first, last, by_order=True)
    if based_on is not None:
        draft = _require_draft(context.database.connection, based_on)
        if (draft.first_day, draft.last_day) != (first.isoformat(), last.isoformat()):
            raise PlanError("not_a_draft", id=based_on)
        _, drafted = load_plan(context, based_on)
        roster = {slot: drafted[slot] if _kept(drafted, slot) else held for slot, held in roster.items()}
    if not situation.slots:
        raise PlanError("no_slots", first=first.isoformat(), last=last.isoformat())
    if not situation.members:
        raise PlanError("nobody")
    return pose(situation, roster, facts=slots_begun(context, situation), second=second)


def make_plan(
    context: Context,
    client: PlanningClient,
    first: date,
    weeks: int,
    *,
    seconds: float = 60.0,
    second: bool = False,
    based_on: int | None = None,
    on_progress: Callable[[AbProgress], None] | None = None,
) -> Made:
    """Plan these weeks and store the draft. `client.stop()` from another thread keeps the best so far.

    `based_on` is a draft of the same days whose locked slots stay.

    Raises PlanError `contradiction` where locked slots leave no roster, `planner_fault` where the planner's roster is
    not legal, and what `pose_plan`, `PlanningClient.plan` and `Context.require_writer` raise.
    """
    context.require_writer()
    read_at = context.now_ms()
    posed = pose_plan(context, first, weeks, second=second, based_on=based_on)
    outcome = client.plan(posed.problem, seconds, on_progress=on_progress)
    if outcome.status == "infeasible":
        raise PlanError("contradiction", why=" ".join(_contradiction(posed, client)))
    return store_plan(context, posed, outcome, second=second, read_at=read_at)


@allowed("writer")
def store_plan(
    context: Context, posed: Posed, outcome: AbPlan, *, second: bool = False, read_at: int | None = None
) -> Made:
    """Check what a planner answered to a problem and store it as a draft, made when the problem was read (now).

    Raises PlanError `planner_fault` where the roster is not legal, and what `Context.require_writer` raises.
    """
    situation = posed.situation
    roster = posed.assigned(outcome.holders)
    require_legal(posed, roster)
    resilience = check(situation, roster, absences=2 if second else 1)
    vacant = tuple(
        (slot, role)
        for slot in situation.slots
        for role in ("acting", "standby")
        if getattr(roster[slot], role) is None
    )
    weeks = ((situation.last - situation.first).days + 1) // 7
    with context.change(
        "roster.planned", f"{situation.first.isoformat()}/{weeks}", status=outcome.status
    ) as connection:
        plan = Plan(
            id=0,
            first_day=situation.first.isoformat(),
            last_day=situation.last.isoformat(),
            state="draft",
            made_at=context.now_ms() if read_at is None else read_at,
            made_by=context.require_operator().no,
            status=outcome.status,
            cost=_stored(outcome.cost),
            bound=_stored(outcome.bound),
            seconds=round(outcome.seconds, 2),
            findings=json.dumps(_findings(posed, outcome, resilience, vacant), ensure_ascii=False),
        )
        plan_id = duties.add_plan(connection, plan, plan_slots(situation, roster))
    return Made(plan_id, outcome, posed, roster, resilience, vacant)


def _kept(drafted: Roster, slot: SlotKey) -> bool:
    return slot in drafted and drafted[slot].locked


def require_legal(posed: Posed, roster: Roster) -> None:
    """Raises PlanError `planner_fault` where the roster breaks a hard rule that facts and locks do not break."""
    known = {_what(one) for one in violations(posed.situation, posed.roster) if one.hard}
    for one in violations(posed.situation, roster):
        stays = roster[one.slot] == posed.roster[one.slot]
        if one.hard and one.code != "vacant_acting" and not (stays and _what(one) in known):
            raise PlanError("planner_fault", why=sentence(one))


def _what(violation: Violation) -> tuple[SlotKey, str, str]:
    return violation.slot, violation.staff_no, violation.code


def _stored(cost: int) -> int:
    """A cost as the database can hold it: 63 bits."""
    return min(cost, (1 << 63) - 1)


def plan_slots(situation: Situation, roster: Roster) -> list[PlanSlot]:
    """The slots of a roster as a plan stores them."""
    stored = []
    for slot in situation.slots:
        shift, held = situation.shift_of(slot), roster[slot]
        stored.append(
            PlanSlot(
                day=slot.day.isoformat(),
                post=slot.post,
                shift=slot.shift,
                starts=shift.starts,
                ends=shift.ends,
                break_minutes=shift.break_minutes,
                acting=held.acting,
                standby=held.standby,
                locked=held.locked,
            )
        )
    return stored


def _findings(
    posed: Posed, outcome: AbPlan, resilience: Resilience, vacant: tuple[tuple[SlotKey, str], ...]
) -> dict[str, Any]:
    """What a plan keeps beside its slots: the proof, the terms of its cost, the roles that stay empty."""
    return {
        "terms": outcome.terms,
        "gap": round(outcome.gap, 6),
        "resilience": {
            "checked": resilience.checked,
            "singles": resilience.singles,
            "pairs": resilience.pairs,
            "holes": len(resilience.holes),
            "listed": [
                {"absent": list(hole.absent), "first": hole.first.isoformat(), "slot": key_list(hole.slot)}
                for hole in resilience.holes[:MOST_HOLES_KEPT]
            ],
        },
        "vacant": [[*key_list(slot), role] for slot, role in vacant],
        "n2": posed.problem.second,
        "second": [
            [*key_list(slot), given[2]]
            for slot, given in zip(posed.slots, outcome.holders, strict=True)
            if given[2] is not None
        ],
    }


def key_list(slot: SlotKey) -> list[str]:
    """A slot as JSON."""
    return [slot.day.isoformat(), slot.post, slot.shift]


def slots_begun(context: Context, situation: Situation) -> set[SlotKey]:
    """The slots that have begun by now, and so are facts."""
    moment = context.now().astimezone(context.zone)
    return begun(situation, moment.date(), moment.hour * 60 + moment.minute)


def _contradiction(posed: Posed, client: PlanningClient) -> list[str]:
    from frontdesk.roster.plan.words import conflict_words

    found = client.explain(posed.problem)
    return conflict_words(posed, found)


# --- publishing ---------------------------------------------------------------------------------------------------


@allowed("manager")
def publish(context: Context, plan_id: int) -> int:
    """Make a draft the roster that is worked by; returns how many slots are new or changed by it.

    Slots that have begun stay as they are, and locked ones of days that are published keep their people; of other
    published days only what changes gets new planned values. Published slots that neither the draft nor the standing
    order has any more are taken out. Raises PlanError `not_a_draft`, `draft_stale` where a slot was changed since the
    draft was made, `draft_out_of_order` where its slots are no more those of the standing order, `publish_illegal`, and
    `manager_required`.
    """
    context.require_manager()
    with context.change("roster.published", str(plan_id)) as connection:
        context.require_manager()
        plan = _require_draft(connection, plan_id)
        situation, draft = load_plan(context, plan_id)
        stored = duties.slots(connection, situation.first.isoformat(), situation.last.isoformat())
        worked = {SlotKey(date.fromisoformat(one.day), one.post, one.shift): one for one in stored}
        now = local_minute(context.now().astimezone(context.zone))
        kept_fast = {slot for slot, one in worked.items() if one.locked}
        coming = {
            slot: held
            for slot, held in draft.items()
            if slot.day.toordinal() * 1440 + situation.shift_of(slot).starts > now
            and not (slot in worked and begins_at(worked[slot]) <= now)
        }
        changeable = {slot: held for slot, held in coming.items() if slot not in kept_fast}
        stale = changed_since(connection, plan, changeable, worked)
        if stale is not None:
            raise PlanError("draft_stale", id=plan_id, day=stale.day.isoformat(), post=stale.post, shift=stale.shift)
        other = out_of_order(context, plan, worked)
        if other is not None:
            raise PlanError(
                "draft_out_of_order", id=plan_id, day=other.day.isoformat(), post=other.post, shift=other.shift
            )
        draft = {**draft, **as_worked(worked, draft, changeable)}
        _require_publishable(situation, draft, changeable)
        changed = 0
        for one in plan_slots(situation, draft):
            key = SlotKey(date.fromisoformat(one.day), one.post, one.shift)
            if key in coming and put_slot(context, connection, one, worked.get(key), plan_id):
                changed += 1
        for one_gone in order_drift(context, situation.first, situation.last):
            if one_gone.kind == "gone" and one_gone.slot not in draft:
                close_slot(context, connection, worked[one_gone.slot], plan_id)
                changed += 1
        duties.set_plan_state(connection, plan_id, "published", context.now_ms(), context.require_operator().no)
    return changed


def _require_publishable(situation: Situation, roster: Roster, coming: Mapping[SlotKey, Assignment]) -> None:
    for one in violations(situation, roster, only=coming.keys()):
        if one.hard and one.code != "vacant_acting":
            raise PlanError("publish_illegal", why=sentence(one))


@allowed("writer")
def discard(context: Context, plan_id: int) -> None:
    """Give a draft up. Raises PlanError `not_a_draft`."""
    with context.change("roster.discarded", str(plan_id)) as connection:
        _require_draft(connection, plan_id)
        duties.set_plan_state(connection, plan_id, "discarded", None, None)


def _require_draft(connection: sqlite3.Connection, plan_id: int) -> Plan:
    plan = duties.plan(connection, plan_id)
    if plan is None or plan.state != "draft":
        raise PlanError("not_a_draft", id=plan_id)
    return plan


# --- looking at plans ---------------------------------------------------------------------------------------------


def plans(context: Context) -> list[Plan]:
    """The newest plans, newest first."""
    return duties.plans(context.database.connection)


def findings(plan: Plan) -> dict[str, Any]:
    """What a plan keeps beside its slots; empty for one that was not made by the planner."""
    found = json.loads(plan.findings)
    return found if isinstance(found, dict) else {}


def compare(context: Context, plan_id: int, other_id: int) -> list[Difference]:
    """The slots that two plans fill differently, in order. Raises PlanError `unknown_plan`."""
    with context.database.reading() as connection:
        rosters = []
        for number in (plan_id, other_id):
            if duties.plan(connection, number) is None:
                raise PlanError("unknown_plan", id=number)
            rosters.append(
                {
                    SlotKey(date.fromisoformat(one.day), one.post, one.shift): Assignment(one.acting, one.standby)
                    for one in duties.plan_slots(connection, number)
                }
            )
    before, after = rosters
    return [
        Difference(slot, before.get(slot), after.get(slot))
        for slot in sorted({*before, *after})
        if before.get(slot) != after.get(slot)
    ]


def plan_problem(context: Context, plan_id: int) -> Posed:
    """The problem of a stored plan, with its people as the holders. Raises PlanError `unknown_plan`."""
    plan = duties.plan(context.database.connection, plan_id)
    if plan is None:
        raise PlanError("unknown_plan", id=plan_id)
    situation, roster = load_plan(context, plan_id)
    second = bool(findings(plan).get("n2"))
    return pose(situation, roster, facts=slots_begun(context, situation), second=second)


def remedies(
    context: Context, client: PlanningClient, plan_id: int, *, seconds: float = 9.0
) -> tuple[Posed, list[Remedy]]:
    """What would fill the vacant roles of a plan, the cheapest first; `plans_words.remedy_words` says it."""
    posed = plan_problem(context, plan_id)
    return posed, client.remedies(posed.problem, seconds)


def explain(
    context: Context,
    client: PlanningClient,
    plan_id: int,
    slot: SlotKey | None = None,
    role: str = "acting",
    *,
    seconds: float = 8.0,
) -> tuple[Posed, Conflict | None]:
    """Why a role of a plan is vacant, the first vacant one by default; `plans_words.conflict_words` says it.

    Raises PlanError `unknown_plan`, and `not_vacant` where the role, or every role, is filled.
    """
    posed = plan_problem(context, plan_id)
    number = 0 if role == "acting" else 1
    empty = [(place, each) for each in (0, 1) for place in _vacant_places(posed.problem, each)]
    if slot is not None:
        empty = [(place, each) for place, each in empty if posed.slots[place] == slot and each == number]
    if not empty:
        raise PlanError("not_vacant")
    return posed, client.explain(posed.problem, *empty[0], seconds=seconds)


def _vacant_places(problem: AbProblem, role: int) -> list[int]:
    return [place for place, slot in enumerate(problem.slots) if slot.holders[role] is None]
