"""What planning came to, in lines for a screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from frontdesk.locale import t
from frontdesk.roster.day.screen_words import Line, slot_text
from frontdesk.roster.model import SlotKey
from frontdesk.roster.plan.proof_words import resilience_lines

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.planning.client import PlanningClient
    from frontdesk.roster.plan.replanning import Proposal
    from frontdesk.roster.plan.service import Made

MOST_VACANT = 30
"""How many empty roles are listed."""


def result_lines(made: Made, unknown_years: Sequence[int] = ()) -> list[Line]:
    """Status, the roles that stay empty, the proof or the holes, and what the cost is made of.

    `unknown_years` are those of the plan whose holidays nobody has entered yet.
    """
    outcome = made.outcome
    seconds = f"{outcome.seconds:.1f}"
    if outcome.status == "optimal":
        lines: list[Line] = [(t("roster_screen.plan.optimal", seconds=seconds), "good")]
    else:
        lines = [(t("roster_screen.plan.feasible", seconds=seconds, gap=f"{outcome.gap:.1%}"), "warning")]
    lines += vacant_lines(made)
    names = {no: member.name for no, member in made.posed.situation.members.items()}
    lines += resilience_lines(made.resilience, names)
    parts = [
        t("roster_screen.plan.term", term=t(f"roster_screen.term.{term}"), amount=amount)
        for term, amount in outcome.terms.items()
        if amount and not term.startswith("vacant_")
    ]
    if parts:
        lines.append((t("roster_screen.plan.cost", parts="  ".join(parts)), "muted"))
    if unknown_years:
        lines.append((t("roster_screen.unknown_year", years=", ".join(map(str, unknown_years))), "warning"))
    return [*lines, *_without_solver()]


def _without_solver() -> list[Line]:
    from frontdesk.roster.plan.words import without_solver

    return [(words, "warning") for words in without_solver()]


def vacant_lines(made: Made) -> list[Line]:
    """The roles that stay empty, acting ones first and red; a green line where there is none."""
    if not made.vacant:
        return [(t("roster_screen.plan.all_filled", count=len(made.posed.situation.slots)), "good")]
    ordered = sorted(made.vacant, key=lambda one: (one[1] != "acting", one[0]))
    lines: list[Line] = [(t("roster_screen.plan.vacant", count=len(ordered)), "bad")]
    for slot, role in ordered[:MOST_VACANT]:
        lines.append((_vacant(slot, role), "bad" if role == "acting" else "warning"))
    if len(ordered) > MOST_VACANT:
        lines.append((t("roster_screen.proof.more", count=len(ordered) - MOST_VACANT), "muted"))
    return lines


def _vacant(slot: SlotKey, role: str) -> str:
    said = t(f"roster_screen.role.{role}")
    return t("roster_screen.plan.vacant_role", slot=slot_text(slot), role=said)


def remedy_lines(context: Context, client: PlanningClient, plan_id: int) -> list[Line]:
    """Why the first empty role of a plan cannot be filled, and what would fill all of them, the cheapest first.

    Asks the planning process, which may take some seconds. Raises what `plans.explain` and `plans.remedies` raise.
    """
    from frontdesk.roster.plan.service import explain, remedies
    from frontdesk.roster.plan.words import conflict_words, remedy_words

    posed, conflict = explain(context, client, plan_id)
    first, *rest = conflict_words(posed, conflict)
    lines: list[Line] = [(first, "bad"), *((f"- {words}", "") for words in rest)]
    posed, found = remedies(context, client, plan_id)
    for number, remedy in enumerate(found, 1):
        key = "proven" if remedy.proven and number == 1 else "title"
        lines.append((t(f"roster_plan.remedy.{key}", number=number, cost=remedy.cost), "heading"))
        lines += [(f"- {words}", "good") for words in remedy_words(posed, remedy)]
    if not found:
        lines += _without_solver() or [(t("roster_plan.remedy.none"), "warning")]
    return lines


def proposal_lines(proposal: Proposal) -> list[Line]:
    """Each change of a mended roster with its reason, and what stays empty all the same."""
    from frontdesk.roster.plan.words import role_change_words

    names = {no: member.name for no, member in proposal.posed.situation.members.items()}
    count = len(proposal.changes)
    if count or proposal.status == "infeasible":
        words = t(f"roster_plan.replanned.{proposal.status}", count=count, bound=proposal.bound)
        lines: list[Line] = [(words, "good" if proposal.status == "optimal" else "warning")]
    else:
        lines = [(t("roster_plan.replanned.nothing"), "good")]
    lines += [(role_change_words(one, names), "") for one in proposal.changes]
    if proposal.vacant:
        lines.append((t("roster_plan.replanned.vacant", count=len(proposal.vacant)), "bad"))
        lines += [(_vacant(slot, role), "bad" if role == "acting" else "warning") for slot, role in proposal.vacant]
    return lines
