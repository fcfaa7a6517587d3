"""What stands before a command: whose home, who acts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from frontdesk.home import Home, find_home


@dataclass(frozen=True)
class Invocation:
    """The options of the program itself."""

    home_path: Path | None = None
    operator_no: str | None = None

    @property
    def home(self) -> Home:
        """The home of the centre; nothing is touched by asking."""
        return find_home(self.home_path)
