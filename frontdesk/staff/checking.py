"""What always holds of the staff, for the look at the whole file."""

from __future__ import annotations

from frontdesk.checking import Invariant, sealed_phones, stated

AREA = "staff"


INVARIANTS: tuple[Invariant, ...] = (*stated(AREA, "no_manager"), sealed_phones(AREA, "staff", "no"))
