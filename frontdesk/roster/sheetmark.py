"""The line under a roster in a workbook that says which state of which roster it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from frontdesk.roster.papers import Basis, RosterPaper

_MARK = re.compile(
    r"frontdesk-roster (\S{1,64}) (worked|planned|draft) plan ([0-9]{1,9}(?:,[0-9]{1,9}){0,99})? event ([0-9]{1,18})"
)


@dataclass(frozen=True)
class Mark:
    """Whose roster, as worked, planned or drafted, of which plans, and up to which entry of the log."""

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
        return cls(paper.centre_code, paper.basis, tuple(plan.id for plan in paper.plans), paper.event_no)

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """The mark that a cell holds; None for any other text."""
        found = _MARK.search(text)
        if found is None:
            return None
        plans = tuple(int(number) for number in (found[3] or "").split(",") if number)
        basis: Basis = "worked" if found[2] == "worked" else "planned" if found[2] == "planned" else "draft"
        return cls(found[1], basis, plans, int(found[4]))
