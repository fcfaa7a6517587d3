"""Commands of planning: plan, plans, publish, discard, replan, remedies, explain."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t
from frontdesk.roster.commands_support import plain, record_number, typed_day, typed_slot

if TYPE_CHECKING:
    from frontdesk.planning.ab import AbProgress
    from frontdesk.planning.client import PlanningClient
    from frontdesk.roster.plan.replanning import Proposal
    from frontdesk.roster.plan.service import Made

ROLES = ("acting", "standby")


@click.command("plan", help=t("roster_plan.help.plan"))
@click.option("--from", "first", required=True, metavar="DAY", help=t("roster_plan.help.from"))
@click.option("--weeks", type=click.IntRange(1, 13), default=4, show_default=True, help=t("roster_plan.help.weeks"))
@click.option(
    "--seconds", type=click.FloatRange(1, 3600), default=60, show_default=True, help=t("roster_plan.help.seconds")
)
@click.option("--n2", "second", is_flag=True, help=t("roster_plan.help.n2"))
@click.option("--keep-locks-of", "based_on", type=record_number, metavar="PLAN", help=t("roster_plan.help.based_on"))
@click.option("--publish", "publish_now", is_flag=True, help=t("roster_plan.help.publish_now"))
@json_option
@pass_invocation
def plan_command(
    invocation: Invocation,
    first: str,
    weeks: int,
    seconds: float,
    second: bool,
    based_on: int | None,
    publish_now: bool,
    as_json: bool,
) -> None:
    """Plan some weeks."""
    from frontdesk.calendar.service import unknown_years
    from frontdesk.planning.client import PlanningClient
    from frontdesk.roster.plan.service import make_plan, publish
    from frontdesk.roster.plan.words import made_words, progress_words

    context = open_desk(invocation, writing=True)
    if publish_now:
        context.require_manager()

    def follow(said: AbProgress) -> None:
        progress(progress_words(said))

    with PlanningClient() as client:
        restore = _interruptible(client)
        try:
            made = make_plan(
                context,
                client,
                typed_day(first, context.today()),
                weeks,
                seconds=seconds,
                second=second,
                based_on=based_on,
                on_progress=follow,
            )
        finally:
            restore()
    days = made.posed.situation
    lines = made_words(made, unknown_years(context, days.first, days.last))
    count = publish(context, made.plan_id) if publish_now else None
    if count is not None:
        lines.append(t("roster_plan.published", id=made.plan_id, count=count))
    emit(_made(made) | {"published": count is not None}, as_json, lines)


def _interruptible(client: PlanningClient) -> Callable[[], None]:
    """From now on Ctrl+C ends planning and keeps the best so far; returns what undoes that."""
    import signal

    before = signal.getsignal(signal.SIGINT)

    def stop(_number: int, _frame: object) -> None:
        # Not here: the main thread may just be writing to the process.
        Thread(target=client.stop, daemon=True).start()

    signal.signal(signal.SIGINT, stop)

    def restore() -> None:
        signal.signal(signal.SIGINT, before)

    return restore


def _made(made: Made) -> dict[str, object]:
    outcome, found = made.outcome, made.resilience
    return {
        "plan": made.plan_id,
        "first": made.posed.situation.first.isoformat(),
        "last": made.posed.situation.last.isoformat(),
        "status": outcome.status,
        "cost": outcome.cost,
        "bound": outcome.bound,
        "vacancies": outcome.vacancies,
        "gap": outcome.gap,
        "terms": outcome.terms,
        "seconds": round(outcome.seconds, 2),
        "vacant": [[*plain(slot).values(), role] for slot, role in made.vacant],
        "resilience": {"checked": found.checked, "holes": len(found.holes)},
    }


@click.command("plans", help=t("roster_plan.help.plans"))
@json_option
@pass_invocation
def plans_command(invocation: Invocation, as_json: bool) -> None:
    """List plans, newest first."""
    from frontdesk.roster.plan.service import findings, plans
    from frontdesk.roster.plan.words import plan_figures

    every = plans(open_desk(invocation, writing=False))
    lines = [
        t(
            "roster_plan.plan_line",
            id=one.id,
            first=one.first_day,
            last=one.last_day,
            state=t(f"roster_plan.state.{one.state}"),
            status=one.status,
            **plan_figures(one),
        )
        for one in every
    ]
    emit({"plans": [one.model_dump() | {"findings": findings(one)} for one in every]}, as_json, lines)


@click.command("publish", help=t("roster_plan.help.publish"))
@click.argument("plan_id", type=record_number)
@json_option
@pass_invocation
def publish_command(invocation: Invocation, plan_id: int, as_json: bool) -> None:
    """Publish a draft."""
    from frontdesk.roster.plan.service import publish

    count = publish(open_desk(invocation, writing=True), plan_id)
    emit({"plan": plan_id, "slots": count}, as_json, [t("roster_plan.published", id=plan_id, count=count)])


@click.command("discard", help=t("roster_plan.help.discard"))
@click.argument("plan_id", type=record_number)
@json_option
@pass_invocation
def discard_command(invocation: Invocation, plan_id: int, as_json: bool) -> None:
    """Give a draft up."""
    from frontdesk.roster.plan.service import discard

    discard(open_desk(invocation, writing=True), plan_id)
    emit({"plan": plan_id, "state": "discarded"}, as_json, [t("roster_plan.state.discarded")])


@click.command("replan", help=t("roster_plan.help.replan"))
@click.option("--from", "first", metavar="DAY", help=t("roster_plan.help.replan_from"))
@click.option("--to", "last", metavar="DAY", help=t("roster_plan.help.replan_to"))
@click.option("--accept", "accepted", is_flag=True, help=t("roster_plan.help.accept"))
@json_option
@pass_invocation
def replan_command(invocation: Invocation, first: str | None, last: str | None, accepted: bool, as_json: bool) -> None:
    """Mend the published roster."""
    from frontdesk.planning.client import PlanningClient
    from frontdesk.roster.plan.replanning import accept, replan

    context = open_desk(invocation, writing=accepted)
    today = context.today()
    with PlanningClient() as client:
        proposal = replan(
            context,
            client,
            first=typed_day(first, today) if first else None,
            last=typed_day(last, today) if last else None,
        )
    if accepted and proposal.changes:
        accept(context, proposal)
    lines = _proposal_lines(proposal, accepted)
    said = {
        "status": proposal.status,
        "bound": proposal.bound,
        "accepted": accepted,
        "seconds": round(proposal.seconds, 3),
        "changes": [plain(one) for one in proposal.changes],
        "vacant": [[*plain(slot).values(), role] for slot, role in proposal.vacant],
    }
    emit(said, as_json, lines)


def _proposal_lines(proposal: Proposal, accepted: bool) -> list[str]:
    from frontdesk.roster.day.words import slot_words
    from frontdesk.roster.plan.words import role_change_words

    names = {no: member.name for no, member in proposal.posed.situation.members.items()}
    count = len(proposal.changes)
    if not count and proposal.status != "infeasible":
        lines = [t("roster_plan.replanned.nothing")]
    else:
        lines = [t(f"roster_plan.replanned.{proposal.status}", count=count, bound=proposal.bound)]
    lines += [f"  {role_change_words(one, names)}" for one in proposal.changes]
    if proposal.vacant:
        lines.append(t("roster_plan.replanned.vacant", count=len(proposal.vacant)))
        lines += [f"  {slot_words(slot)} {t(f'roster_plan.role.{role}')}" for slot, role in proposal.vacant]
    if count and not accepted:
        lines.append(t("roster_plan.replanned.not_accepted"))
    return lines


@click.command("remedies", help=t("roster_plan.help.remedies"))
@click.argument("plan_id", type=record_number)
@json_option
@pass_invocation
def remedies_command(invocation: Invocation, plan_id: int, as_json: bool) -> None:
    """What would fill the vacant roles of a plan."""
    from frontdesk.planning.client import PlanningClient
    from frontdesk.roster.plan.service import remedies
    from frontdesk.roster.plan.words import remedy_words, without_solver

    with PlanningClient() as client:
        posed, found = remedies(open_desk(invocation, writing=False), client, plan_id)
    lines = []
    for number, one in enumerate(found, 1):
        key = "proven" if one.proven and number == 1 else "title"
        lines.append(t(f"roster_plan.remedy.{key}", number=number, cost=one.cost))
        lines += [f"  {line}" for line in remedy_words(posed, one)]
    said = [plain(one) | {"words": remedy_words(posed, one)} for one in found]
    emit({"remedies": said}, as_json, lines or without_solver() or [t("roster_plan.remedy.none")])


@click.command("explain", help=t("roster_plan.help.explain"))
@click.argument("plan_id", type=record_number)
@click.option("--slot", nargs=3, metavar="DAY POST SHIFT", help=t("roster_plan.help.slot"))
@click.option("--role", type=click.Choice(ROLES), default="acting", help=t("roster_plan.help.role"))
@json_option
@pass_invocation
def explain_command(
    invocation: Invocation, plan_id: int, slot: tuple[str, str, str] | None, role: str, as_json: bool
) -> None:
    """Why a role of a plan is vacant."""
    from frontdesk.planning.client import PlanningClient
    from frontdesk.roster.plan.service import explain
    from frontdesk.roster.plan.words import conflict_words

    context = open_desk(invocation, writing=False)
    with PlanningClient() as client:
        posed, found = explain(context, client, plan_id, typed_slot(context, *slot) if slot else None, role)
    lines = conflict_words(posed, found)
    emit({"conflict": plain(found) if found is not None else None, "words": lines}, as_json, lines)


PLAN_COMMANDS = (
    plan_command,
    plans_command,
    publish_command,
    discard_command,
    replan_command,
    remedies_command,
    explain_command,
)
