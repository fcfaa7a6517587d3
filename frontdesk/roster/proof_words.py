"""Whether a roster survives absences, in lines for a screen. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from frontdesk.locale import t
from frontdesk.roster.day_words import Line, slot_text
from frontdesk.roster.facts import short_day
from frontdesk.roster.legality import sentence
from frontdesk.roster.resilience import Hole, Resilience

MOST_HOLES = 60
"""How many holes are listed; beyond that the number says enough."""


def resilience_lines(found: Resilience, names: Mapping[str, str]) -> list[Line]:
    """The proof, or hole by hole who is away when, which slot is then empty, and why nobody legally steps in."""
    if found.holds:
        return [(t("roster_screen.proof.holds", singles=found.singles), "good"), *_pairs(found)]
    lines: list[Line] = [(t("roster_screen.proof.holes", count=len(found.holes), checked=found.checked), "bad")]
    lines += [(hole_words(hole, names), "") for hole in found.holes[:MOST_HOLES]]
    if len(found.holes) > MOST_HOLES:
        lines.append((t("roster_screen.proof.more", count=len(found.holes) - MOST_HOLES), "muted"))
    return lines


def _pairs(found: Resilience) -> list[Line]:
    return [(t("roster_screen.proof.pairs", pairs=found.pairs), "good")] if found.pairs else []


def hole_words(hole: Hole, names: Mapping[str, str]) -> str:
    """One hole: 李磊 11-20 周五 不在：11-20 周五 综合服务台 早 空岗（...)."""
    why = " ".join(sentence(one) for one in hole.reasons)
    if not hole.absent:
        return t("roster_screen.proof.as_it_stands", slot=slot_text(hole.slot), why=why)
    who = " + ".join(names.get(no, no) for no in hole.absent)
    days = short_day(hole.first) if hole.first == hole.last else f"{hole.first:%m-%d} ~ {hole.last:%m-%d}"
    return t("roster_screen.proof.hole", who=who, days=days, slot=slot_text(hole.slot), why=why)
