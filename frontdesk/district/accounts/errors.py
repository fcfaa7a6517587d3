"""Why somebody is not let in, or an account cannot be as asked for."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class AccountError(DeskError):
    """A refusal to sign somebody in, or to make or change an account."""

    area: ClassVar[str] = "district_web"
