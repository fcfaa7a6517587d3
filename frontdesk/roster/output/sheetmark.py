"""The line under a roster in a workbook that says which state of which roster it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

from frontdesk.roster.model import Assignment, SlotKey
from frontdesk.roster.output.papers import Basis, RosterPaper

_MARK = re.compile(
    r"frontdesk-roster (\S{1,64}) (worked|planned|draft) plan ([0-9]{1,9}(?:,[0-9]{1,9}){0,99})? event ([0-9]{1,18})"
)


def fingerprint(roster: Mapping[SlotKey, Assignment]) -> int:
    """A number that tells one state of a draft, which has no log, from another; locks do not count."""
    lines = (f"{slot.day}\t{slot.post}\t{slot.shift}\t{one.acting}\t{one.standby}" for slot, one in roster.items())
    return crc32("\n".join(sorted(lines)).encode("utf-8"))


@dataclass(frozen=True)
class Mark:
    """Whose roster, as worked, planned or drafted, of which plans, and up to which entry of the log.

    Of a draft `event_no` is the fingerprint of its slots.
    """

    centre_code: str
    basis: Basis
    plans: tuple[int, ...]
    event_no: int

    @property
    def text(self) -> str:
        """The line as it stands in the sheet."""
        plans = ",".join(str(number) for number in self.plans)
        return f"frontdesk-roster {self.centre_code} {self.basis} plan {plans} event {self.event_no}"

    @classmethod
    def of(cls, paper: RosterPaper) -> Mark:
        """The mark of a roster that goes out."""
        state = paper.event_no
        if paper.basis == "draft":
            state = fingerprint({slot.key: Assignment(slot.acting, slot.standby) for slot in paper.slots})
        return cls(paper.centre_code, paper.basis, tuple(plan.id for plan in paper.plans), state)

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """The mark that a cell holds; None for any other text."""
        found = _MARK.search(text)
        if found is None:
            return None
        plans = tuple(int(number) for number in (found[3] or "").split(",") if number)
        basis: Basis = "worked" if found[2] == "worked" else "planned" if found[2] == "planned" else "draft"
        return cls(found[1], basis, plans, int(found[4]))
