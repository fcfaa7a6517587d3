"""Plans in words: progress, proof, conflicts, remedies and the reason of every change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from db.duty import Plan
from frontdesk.locale import t
from frontdesk.planning import highs
from frontdesk.planning.ab import AbPlan, AbProgress
from frontdesk.planning.abcost import empty_roles, quality
from frontdesk.planning.abexplain import Conflict, Demand
from frontdesk.planning.abremedy import Remedy, Step
from frontdesk.roster.day.words import day_words, slot_words
from frontdesk.roster.plan.problem import Posed
from frontdesk.roster.plan.replanning import RoleChange
from frontdesk.roster.plan.service import Made, findings

MOST_NAMED = 12
"""Slots of one kind that a conflict names before it only counts the rest."""


def figures(of: AbProgress | AbPlan) -> dict[str, str]:
    """The figures of a roster that a person can read: the vacant roles, and cost and bound of all else.

    A vacant role outweighs all else by many digits, so it is counted apart. A bound below what the vacant roles cost
    does not prove yet that they are the fewest: of all else nothing is proven then, and it is "-".
    """
    return {
        "vacant": str(of.empty),
        "cost": f"{of.cost - of.vacancies:,}",
        "bound": f"{of.bound - of.vacancies:,}" if of.bound >= of.vacancies else "-",
        "gap": f"{of.gap:.1%}",
    }


def progress_words(progress: AbProgress) -> str:
    """Where planning stands: the vacant roles, the best found, the proven bound, the gap."""
    return t("roster_plan.progress", **figures(progress), seconds=f"{progress.seconds:.1f}")


def plan_figures(plan: Plan) -> dict[str, str]:
    """The vacant roles of a stored plan and the cost of all else; "-" where a plan was not made by the planner."""
    found = findings(plan).get("terms")
    if plan.cost is None or not found:
        return {"vacant": "-", "cost": "-"}
    return {"vacant": str(empty_roles(found)), "cost": f"{quality(found):,}"}


def made_words(made: Made, unknown_years: Sequence[int] = ()) -> list[str]:
    """What came of planning: proof of the cost, the roles that stay empty, proof against absences.

    `unknown_years` are those of the plan whose holidays nobody has entered yet.
    """
    lines = [t(f"roster_plan.made.{made.outcome.status}", id=made.plan_id, **figures(made.outcome))]
    if made.vacant:
        lines.append(t("roster_plan.made.vacant", count=len(made.vacant)))
        lines += [f"  {slot_words(slot)} {t(f'roster_plan.role.{role}')}" for slot, role in made.vacant]
    found = made.resilience
    key = "holds" if found.holds else "holes"
    lines.append(t(f"roster_plan.made.{key}", checked=found.checked, count=len(found.holes)))
    lines += [t("calendar.unknown", year=year) for year in unknown_years]
    return [*lines, *without_solver()]


def without_solver() -> list[str]:
    """What the program cannot say on a computer without a solver, and how to get one; nothing where there is one."""
    return [] if highs.available() else [t("roster_plan.no_solver")]


def conflict_words(posed: Posed, conflict: Conflict | None) -> list[str]:
    """The demands that cannot be met together, a sentence each; the first says what they are."""
    if conflict is None:
        return [t("roster_plan.conflict.none")]
    key = "minimal" if conflict.minimal else "found"
    lines = [t(f"roster_plan.conflict.{key}", count=len(conflict.demands))]
    for kind in ("lock", "demand", "qualified", "away", "closed", "hours", "run", "weekends", "rest", "sequence"):
        of_kind = [one for one in conflict.demands if one.kind == kind]
        lines += [_demand_words(posed, one, conflict) for one in of_kind[:MOST_NAMED]]
        if len(of_kind) > MOST_NAMED:
            lines.append(t("roster_plan.conflict.more", count=len(of_kind) - MOST_NAMED))
    return lines


def _demand_words(posed: Posed, demand: Demand, conflict: Conflict) -> str:
    names = posed.situation.members
    values: dict[str, object] = {"post": demand.post}
    if demand.slot >= 0:
        values["slot"] = slot_words(posed.slots[demand.slot])
        values["role"] = t(f"roster_plan.role.{'acting' if demand.role == 0 else 'standby'}")
    if demand.person in names:
        member = names[demand.person]
        values["name"] = member.name
        values["hours"] = f"{member.weekly_minutes / 60:g}"
        values["days"] = member.max_run
        values["weekends"] = member.max_weekends
    if demand.kind == "away":
        person = posed.problem.people[posed.problem.person_index[demand.person]]
        first, last = conflict.days
        away = sorted({day for day, _ in person.away if first <= day <= last})
        values["dates"] = "、".join(day_words(posed.day(day)) for day in away)
    if demand.kind == "qualified":
        able = [member.name for member in names.values() if demand.post in member.ranks]
        values["names"] = "、".join(able) or t("roster_plan.nobody")
    return t(f"roster_plan.demand.{demand.kind}", **values)


def remedy_words(posed: Posed, remedy: Remedy) -> list[str]:
    """The steps of one remedy, a sentence each."""
    posts = [step.post for step in remedy.steps if step.kind == "person"]
    lines = [_step_words(posed, step) for step in remedy.steps if step.kind != "person"]
    if posts:
        lines.append(t("roster_plan.step.person", posts="、".join(posts)))
    if remedy.vacant:
        lines.append(t("roster_plan.step.vacant", count=remedy.vacant))
    return lines


def _step_words(posed: Posed, step: Step) -> str:
    member = posed.situation.members.get(step.person)
    name = member.name if member is not None else step.person
    if step.kind == "training":
        return t("roster_plan.step.training", name=name, post=step.post)
    day: date = posed.day(step.day)
    if step.kind == "hours":
        hours = f"{step.minutes / 60:.1f}".rstrip("0").rstrip(".")
        return t("roster_plan.step.hours", name=name, hours=hours, first=day, last=day + timedelta(days=6))
    return t("roster_plan.step.leave", name=name, day=day_words(day))


def role_change_words(change: RoleChange, names: Mapping[str, str]) -> str:
    """One change and its reason: 王芳 → 李磊（接替；王芳不在）."""
    nobody = t("roster_plan.nobody")
    before = names.get(change.before, change.before) if change.before else nobody
    after = names.get(change.after, change.after) if change.after else nobody
    elsewhere = slot_words(change.elsewhere) if change.elsewhere is not None else ""
    why = t(f"roster_plan.why.{change.why}", name=before, slot=elsewhere, rule=change.rule)
    return t(
        f"roster_plan.change.{'took_over' if change.took_over else 'plain'}",
        slot=slot_words(change.slot),
        role=t(f"roster_plan.role.{change.role}"),
        before=before,
        after=after,
        why=why,
    )
