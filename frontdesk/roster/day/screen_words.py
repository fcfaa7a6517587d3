"""What an absence, a return or a gap comes to, in lines for a screen. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from db.leave import Handover
from frontdesk.locale import t
from frontdesk.roster.board.facts import short_day
from frontdesk.roster.day import Change, Coverage, Restored
from frontdesk.roster.legality import sentence
from frontdesk.roster.model import SlotKey

Line = tuple[str, Literal["", "good", "warning", "bad", "muted", "heading"]]


def slot_text(slot: SlotKey) -> str:
    """A slot without its window: 11-20 周五 综合服务台 早."""
    return f"{short_day(slot.day)} {slot.post} {slot.shift}"


def coverage_lines(done: Coverage, names: Mapping[str, str], handover_by: date | None = None) -> list[Line]:
    """Who acts now, who stands by now, what is taken over, and what is left open, the gravest first.

    A hand-over that may be written until `handover_by` is not missing yet.
    """
    lines: list[Line] = [(t("roster_screen.slot.gap", slot=slot_text(gap.slot)), "bad") for gap in done.gaps]
    for slot, acting, standby in _net(done.changes):
        if acting is not None:
            lines.append((t("roster_screen.slot.acts", name=names.get(acting, acting), slot=slot_text(slot)), "good"))
        if standby is not None:
            words = t("roster_screen.slot.stands_by", name=names.get(standby, standby), slot=slot_text(slot))
            lines.append((words, ""))
    lines += [(t("roster_screen.slot.alone", slot=slot_text(slot)), "warning") for slot in done.alone]
    for one in done.take_over:
        lines.append((t("roster_screen.slot.takes_over", name=one.name, post=one.post), "heading"))
        if one.handover is None and handover_by is not None:
            lines.append((t("roster_screen.slot.handover_by", day=short_day(handover_by)), ""))
        else:
            lines += handover_lines(one.handover)
    return lines


def _net(changes: Sequence[Change]) -> list[tuple[SlotKey, str | None, str | None]]:
    """Slot by slot who is new in each role after all changes together."""
    first: dict[SlotKey, Change] = {}
    last: dict[SlotKey, Change] = {}
    for change in changes:
        first.setdefault(change.slot, change)
        last[change.slot] = change
    found = []
    for slot, change in last.items():
        before, after = first[slot].before, change.after
        acting = after.acting if after.acting != before.acting else None
        standby = after.standby if after.standby != before.standby else None
        if acting or standby:
            found.append((slot, acting, standby))
    return found


def handover_lines(handover: Handover | None) -> list[Line]:
    """The items and materials of a hand-over, or that there is none."""
    if handover is None:
        return [(t("roster_screen.slot.no_handover"), "warning")]
    lines: list[Line] = [("- " + line, "") for line in handover.items.splitlines() if line.strip()]
    lines += [
        (t("roster_screen.slot.material", what=one), "") for one in handover.materials.splitlines() if one.strip()
    ]
    if handover.acked_at is None:
        lines.append((t("roster_screen.slot.not_acknowledged"), "warning"))
    return lines


def restored_lines(done: Restored, names: Mapping[str, str]) -> list[Line]:
    """What is given back, what is not and why, and which briefings are still to be given."""
    lines: list[Line] = []
    for slot, acting, standby in _net(done.changes):
        if acting is not None:
            lines.append((t("roster_screen.slot.acts", name=names.get(acting, acting), slot=slot_text(slot)), "good"))
        if standby is not None:
            words = t("roster_screen.slot.stands_by", name=names.get(standby, standby), slot=slot_text(slot))
            lines.append((words, ""))
    for slot, faults in done.kept:
        why = " ".join(sentence(fault) for fault in faults) or t("roster_screen.slot.changed_since")
        lines.append((t("roster_screen.slot.kept", slot=slot_text(slot), why=why), "warning"))
    for one in done.briefings:
        name = names.get(one.to_staff, one.to_staff)
        lines.append((t("roster_screen.slot.briefing", name=name, post=one.post), "heading"))
        lines += handover_lines(one)
    if not lines:
        lines.append((t("roster_screen.slot.back_nothing"), "muted"))
    return lines
