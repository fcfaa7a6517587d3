"""The roster of the made-up centre: planned and published, with a day's absence, a swap and a leave on top of it.

Everything goes through the use cases of the desk, each at its own moment. The plain planner stops after a number of
looks, not after a time, so that the same seed gives the same roster on any computer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import inf

from db import leave as leaves
from db.staff import Staff
from frontdesk.context import Context, Operator
from frontdesk.demo.people import POSTS
from frontdesk.demo.scene import ROSTER_WEEKS, People, Scene
from frontdesk.planning.ab import AbPlan
from frontdesk.planning.abcost import terms, total
from frontdesk.planning.abproblem import AbProblem
from frontdesk.planning.greedy import greedy
from frontdesk.roster import day as duty
from frontdesk.roster.legality import Ledger
from frontdesk.roster.model import RANK_A, RANK_B, Assignment, Away, RoleInSlot, Roster, Situation, SlotKey
from frontdesk.roster.plan import service as plans
from frontdesk.roster.plan.problem import Posed
from frontdesk.roster.situation import load
from frontdesk.roster.substitutes import first_legal

LOOKS = 60
"""How often the planner looks whether to stop, once in 64 moves: later the roster hardly improves."""

ROUNDS = 3
"""How often each post is tried, with other rosters."""
SWAP_DAYS = 6
LEAVE_FROM = 8
"""How many days ahead the leave is that waits to be decided: behind all that was known when the roster was made."""

ITEMS = "两位居民等回访电话\n周五的活动物资待清点"
MATERIALS = "岗位钥匙\n登记簿"


def publish_roster(context: Context, scene: Scene) -> None:
    """Plan the weeks around today without a solver and publish them: a roster in which an A can be spared today.

    Where that is found for no post, somebody else who can be spared will do.
    """
    posed = plans.pose_plan(context, scene.roster_first, ROSTER_WEEKS)
    posts = scene.rng("roster").sample(POSTS[1:], len(POSTS) - 1)
    first: AbPlan | None = None
    for number in range(ROUNDS):
        for post in posts:
            outcome = _plain_plan(_with_a_and_b(posed, scene.today, post), scene.seed + number)
            first = first or outcome
            trials = _trials(posed.situation, posed.assigned(outcome.holders), scene.today)
            if any((number > 0 or trial.strangers == 0) and trial.is_covered() for trial in trials):
                plans.publish(context, plans.store_plan(context, posed, outcome).plan_id)
                return
    assert first is not None
    plans.publish(context, plans.store_plan(context, posed, first).plan_id)


def _with_a_and_b(posed: Posed, day: date, post: str) -> AbProblem:
    """The problem in which a post has its A acting and its B standing by on a day, if they can."""
    ranks = {member.ranks.get(post): no for no, member in posed.situation.members.items()}
    slots = tuple(
        replace(slot, holders=(ranks[RANK_A], ranks[RANK_B], None), locked=True)
        if (key.day, key.post) == (day, post)
        else slot
        for key, slot in zip(posed.slots, posed.problem.slots, strict=True)
    )
    return replace(posed.problem, slots=slots)


def _plain_plan(problem: AbProblem, seed: int) -> AbPlan:
    looked = 0

    def enough() -> bool:
        nonlocal looked
        looked += 1
        return looked > LOOKS

    holders = greedy(problem, seconds=inf, should_stop=enough, seed=seed)
    found = terms(problem, holders)
    return AbPlan("feasible", holders, total(problem, found), 0, found, 0.0)


def _trials(situation: Situation, roster: Roster, day: date) -> list[_Trial]:
    """Whose absence on a day would show what the program does, best an A who acts and for whom B stands by."""
    slots = [slot for slot in situation.slots if slot.day == day and slot.post != POSTS[0]]
    every = [
        _Trial(situation, roster, slot) for slot in slots if None not in (roster[slot].acting, roster[slot].standby)
    ]
    return sorted(every, key=lambda trial: (trial.strangers, trial.both_jobs))


def ask_for_leave(context: Context, scene: Scene, people: People) -> None:
    """Somebody asks for a day on which nobody else is away."""
    connection = context.database.connection
    days = (scene.today + timedelta(days=number) for number in range(LEAVE_FROM, LEAVE_FROM + 7))
    day = next(day for day in days if not leaves.between(connection, day.isoformat(), day.isoformat()))
    person = scene.rng("leave").choice(people.staff[1:-1])
    duty.ask_leave(_as(context, person), person.no, day, day, reason="孩子开学报到")


def ask_for_swap(context: Context, scene: Scene, people: People) -> None:
    """Somebody who acts on one of the next days asks the standby to change places; nothing speaks against it."""
    situation, roster = load(context, scene.today + timedelta(days=1), scene.today + timedelta(days=SWAP_DAYS))
    staff = {person.no: person for person in people.staff}
    for slot in situation.slots:
        held = roster[slot]
        if held.acting is not None and held.standby is not None and _may_change_places(situation, roster, slot):
            duty.ask_swap(
                _as(context, staff[held.acting]),
                slot,
                "acting",
                asked_by=held.acting,
                with_staff=held.standby,
                other=(slot, "standby"),
            )
            return


def _may_change_places(situation: Situation, roster: Roster, slot: SlotKey) -> bool:
    """Whether the two people of a slot may change places."""
    ledger, held = Ledger(situation, roster), roster[slot]
    after: dict[RoleInSlot, str | None] = {"acting": held.standby, "standby": held.acting}
    for role, no in after.items():
        ledger.put(slot, role, no)
    return not any(one.hard for role, no in after.items() if no for one in ledger.why_not(slot, role, no))


def report_absence(context: Context, scene: Scene, people: People) -> None:
    """Somebody is not there today: the standby acts, a new standby is found, and knows what there is to take over."""
    situation, roster = load(context, scene.today, scene.today)
    trials = _trials(situation, roster, scene.today)
    best = next((trial for trial in trials if trial.is_covered()), trials[0] if trials else None)
    if best is None or best.absent is None:
        return
    covered = duty.report_absent(context, best.absent, scene.today, scene.today, kind="training", reason="参加街道培训")
    staff = {person.no: person for person in people.staff}
    for one in covered.take_over:
        mine = duty.write_handover(
            context, covered.leave_id, one.post, one.to_staff, ITEMS.splitlines(), MATERIALS.splitlines()
        )
        duty.acknowledge_handover(_as(context, staff[one.to_staff]), mine)


def _as(context: Context, person: Staff) -> Context:
    """The same context with somebody else at the desk."""
    return replace(context, operator=Operator(person.no, person.name, person.role))


def _acts_elsewhere(roster: Roster, slot: SlotKey, no: str) -> bool:
    return any(held.acting == no for other, held in roster.items() if other.day == slot.day and other != slot)


@dataclass(frozen=True)
class _Trial:
    """What it would mean if who acts in a slot were not there on its day."""

    situation: Situation
    roster: Roster
    slot: SlotKey

    @property
    def absent(self) -> str | None:
        return self.roster[self.slot].acting

    @property
    def standby(self) -> str | None:
        return self.roster[self.slot].standby

    @property
    def strangers(self) -> int:
        """How many of the two are not A acting and B standing by, as the policies have it."""
        wanted = ((self.absent, RANK_A), (self.standby, RANK_B))
        return sum(self._rank(no) != rank for no, rank in wanted)

    @property
    def both_jobs(self) -> bool:
        """Whether the standby acts at another post as well."""
        return self.standby is not None and _acts_elsewhere(self.roster, self.slot, self.standby)

    def is_covered(self) -> bool:
        """Whether every slot of the absent person has its two people again."""
        no = self.absent
        assert no is not None
        member = self.situation.members[no]
        gone = replace(member, away=(*member.away, Away(self.slot.day, self.slot.day)))
        ledger = Ledger(replace(self.situation, members={**self.situation.members, no: gone}), self.roster)
        mine = [slot for slot, held in self.roster.items() if no in (held.acting, held.standby)]
        for slot in mine:
            held = self.roster[slot]
            after = Assignment(held.standby if held.acting == no else held.acting, None)
            ledger.put(slot, "acting", after.acting)
            ledger.put(slot, "standby", None)
            if held.acting == no:
                ledger.step_in(slot)
        for slot in mine:
            found = first_legal(ledger, slot, "standby") if ledger.roster[slot].acting else None
            if found is None:
                return False
            ledger.put(slot, "standby", found)
        return True

    def _rank(self, no: str | None) -> int | None:
        member = self.situation.members.get(no or "")
        return member.ranks.get(self.slot.post) if member else None
