"""What is refused about sheets that go out and come back, and about pasted rows."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class ExchangeError(DeskError):
    """A refusal about a sheet of plan, sign-ups or attendance, or about what was pasted."""

    area: ClassVar[str] = "exchange"
