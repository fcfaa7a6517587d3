"""Whether a roster survives absences, in lines for a screen. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from frontdesk.locale import t
from frontdesk.roster.day.screen_words import Line, slot_text
from frontdesk.roster.legality import sentence
from frontdesk.roster.resilience import Hole, Resilience

MOST_HOLES = 60
"""How many holes are listed; beyond that the number says enough."""


def resilience_lines(found: Resilience, names: Mapping[str, str]) -> list[Line]:
    """The proof for one absence, then for two where they were tried; or hole by hole who is away when, which slot is
    then empty, and why nobody legally steps in."""
    single = [hole for hole in found.holes if len(hole.absent) < 2]
    double = [hole for hole in found.holes if len(hole.absent) > 1]
    if single:
        lines: list[Line] = [(t("roster_screen.proof.holes", count=len(single), checked=found.singles), "bad")]
        lines += _listed(single, names)
    else:
        lines = [(t("roster_screen.proof.holds", singles=found.singles), "good")]
    if double:
        lines.append((t("roster_screen.proof.pair_holes", count=len(double), pairs=found.pairs), "warning"))
        lines += _listed(double, names)
    elif found.pairs:
        lines.append((t("roster_screen.proof.pairs", pairs=found.pairs), "good"))
    return lines


def _listed(holes: Sequence[Hole], names: Mapping[str, str]) -> list[Line]:
    lines: list[Line] = [(hole_words(hole, names), "") for hole in holes[:MOST_HOLES]]
    if len(holes) > MOST_HOLES:
        lines.append((t("roster_screen.proof.more", count=len(holes) - MOST_HOLES), "muted"))
    return lines


def hole_words(hole: Hole, names: Mapping[str, str]) -> str:
    """One hole: 李磊 11-20 周五 不在：11-20 周五 综合服务台 早 空岗。 with the reasons that say more than that."""
    reasons = [sentence(one) for one in hole.reasons if not one.code.startswith("vacant_")]
    why = " ".join(dict.fromkeys(reasons)) or t("roster_screen.proof.nobody")
    slot = slot_text(hole.slot)
    if not hole.absent:
        return t("roster_screen.proof.as_it_stands", slot=slot, why=why)
    who = " + ".join(names.get(no, no) for no in hole.absent)
    if hole.first == hole.last == hole.slot.day:
        return t("roster_screen.proof.hole_that_day", who=who, slot=slot, why=why)
    days = t("roster_screen.leave.days", first=f"{hole.first:%m-%d}", last=f"{hole.last:%m-%d}")
    return t("roster_screen.proof.hole", who=who, days=days, slot=slot, why=why)
