"""What happens in the roster, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from db import staff as records
from frontdesk.locale import t
from frontdesk.roster.legality import sentence
from frontdesk.roster.legality_person import clock
from frontdesk.roster.naming import labels_of

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.roster.day.absence import Coverage, Gap
    from frontdesk.roster.day.handover_rules import ABState
    from frontdesk.roster.day.returning import Restored
    from frontdesk.roster.day.working import Change
    from frontdesk.roster.model import SlotKey, Violation
    from frontdesk.roster.plan.drift import Drift
    from frontdesk.roster.substitutes import Candidate

SHOWN_CANDIDATES = 3


def day_words(day: date) -> str:
    """A day with its weekday."""
    return t("roster.day", weekday=t(f"common.weekday.{day.isoweekday()}"), month=day.month, day=day.day)


def window_words(starts: int, ends: int) -> str:
    """A window of the day."""
    return f"{clock(starts)}-{clock(ends)}"


def slot_words(slot: SlotKey) -> str:
    """Day, post and shift of a slot."""
    return t("roster.slot", day=day_words(slot.day), post=slot.post, shift=slot.shift)


def state_words(post: str, state: ABState) -> str:
    """How far a post is on its way through a leave."""
    return t("roster.post_state", post=post, state=t(f"roster.ab_state.{state}"))


def drift_words(one: Drift) -> str:
    """How a published slot differs from the standing order."""
    slot = slot_words(one.slot)
    if one.before is None or one.after is None:
        return t(f"roster.drift.{one.kind}", slot=slot)
    before, after = window_words(*one.before[:2]), window_words(*one.after[:2])
    # Where only the break is another, the windows read alike.
    return t("roster.drift.break" if before == after else "roster.drift.moved", slot=slot, before=before, after=after)


def change_words(change: Change, names: Mapping[str, str]) -> str:
    """One change of a slot: who acts and who stands by from now on."""

    def name(no: str | None) -> str:
        return names.get(no, no) if no else t("roster.nobody")

    return t(
        "roster.change",
        slot=slot_words(change.slot),
        kind=t(f"roster.event.{change.kind}"),
        acting=name(change.after.acting),
        standby=name(change.after.standby),
    )


def candidate_words(candidate: Candidate) -> str:
    """Somebody who could step in, with the worst that speaks against it."""
    if candidate.head:
        return t("roster.candidate.head", name=candidate.name)
    if candidate.legal:
        return t("roster.candidate.legal", name=candidate.name)
    return t("roster.candidate.against", name=candidate.name, why=sentence(_hard_first(candidate)[0]))


def _hard_first(candidate: Candidate) -> list[Violation]:
    return sorted(candidate.violations, key=lambda one: not one.hard)


def gap_words(gap: Gap) -> str:
    """An empty slot and the first who could fill it; the head is always named."""
    shown = [*gap.candidates[:SHOWN_CANDIDATES], *(one for one in gap.candidates[SHOWN_CANDIDATES:] if one.head)]
    who = t("roster.candidate.joint").join(candidate_words(one) for one in shown) or t("roster.candidate.none")
    return t("roster.gap", slot=slot_words(gap.slot), candidates=who)


def coverage_words(coverage: Coverage) -> list[str]:
    """What an absence changed: the gaps first, then each slot as it stands now, and what is to be taken over."""
    said = [gap_words(gap) for gap in coverage.gaps]
    last = {change.slot: change for change in coverage.changes}
    said += [change_words(change, coverage.names) for change in last.values() if change.after.acting is not None]
    said += [t("roster.alone", slot=slot_words(slot)) for slot in coverage.alone]
    for one in coverage.take_over:
        if one.handover is None:
            said.append(t("roster.take_over_nothing", name=one.name, post=one.post))
        else:
            lines = [*one.handover.items.splitlines(), *one.handover.materials.splitlines()]
            matters = t("roster.candidate.joint").join(lines)
            said.append(t("roster.take_over", name=one.name, post=one.post, items=matters))
    return said or [t("roster.nothing_changed")]


def restored_words(restored: Restored, context: Context) -> list[str]:
    """What a return or a withdrawal gave back, what stays as it is and why, and which briefings are to be given."""
    names = labels_of(records.every(context.database.connection))
    last = {change.slot: change for change in restored.changes}
    said = [change_words(change, names) for change in last.values()]
    for slot, reasons in restored.kept:
        why = " ".join(sentence(one) for one in reasons) or t("roster.changed_since")
        said.append(t("roster.kept", slot=slot_words(slot), why=why))
    said += [gap_words(gap) for gap in restored.gaps]
    for one in restored.briefings:
        said.append(t("roster.briefing_due", name=names.get(one.to_staff, one.to_staff), post=one.post, id=one.id))
    return said or [t("roster.nothing_to_restore" if restored.leave_ids else "roster.not_away")]
