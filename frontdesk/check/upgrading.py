"""Bringing the file of an older program up to date, which opening it does: what that takes, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import upgrading
from db.errors import DatabaseError
from db.upgrading import MEGABYTE, Upgrade
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.home import Home


@dataclass(frozen=True)
class Standing:
    """How a file stands to the program, and the copies from before upgrades that lie beside it, the oldest first."""

    upgrade: Upgrade
    copies: tuple[Path, ...]

    def as_json(self) -> dict[str, Any]:
        """The answer of the command `upgrade`."""
        return {
            "file": self.upgrade.version,
            "program": self.upgrade.to,
            "pending": self.upgrade.is_pending,
            "size": self.upgrade.size,
            "needed": self.upgrade.needed,
            "free": self.upgrade.free,
            "copies": [str(path) for path in self.copies],
        }


def standing(home: Home) -> Standing:
    """How the file of a home stands; it is not changed. Raises DatabaseError."""
    return Standing(upgrading.look(home.database), tuple(upgrading.copies(home.path)))


def bring_up_to_date(home: Home) -> Standing:
    """Open the file, which migrates it, and close it; how it stands then. Raises DatabaseError."""
    from db.connection import open_database

    open_database(home.database).close()
    return standing(home)


def beginning_words(found: Standing) -> str:
    """What begins now and may take a while."""
    return t("check.upgrade.beginning", file=found.upgrade.version, program=found.upgrade.to)


def describe(found: Standing) -> list[str]:
    """How the file stands, and what bringing it up to date would take."""
    one = found.upgrade
    if not one.is_pending:
        lines = [t("check.upgrade.up_to_date", program=one.to)]
    else:
        lines = [t("check.upgrade.pending", file=one.version, program=one.to)]
        room = {"need_mb": -(-one.needed // MEGABYTE), "free_mb": one.free // MEGABYTE}
        lines.append(t("check.upgrade.room" if one.has_room else "check.upgrade.no_room", **room))
    return [*lines, *(t("check.upgrade.copy", path=path) for path in found.copies)]


def describe_done(before: Standing, done: Standing) -> list[str]:
    """That the file is up to date, and where the copy from before lies."""
    lines = [t("check.upgrade.done", file=before.upgrade.version, program=done.upgrade.to)]
    return [*lines, *(t("check.upgrade.copy", path=path) for path in done.copies)]


def words_before_opening(home: Home) -> str:
    """What is to be said before a file is opened that has to be brought up to date first; '' where it need not be, and
    where it cannot be opened: whoever opens it says why.
    """
    try:
        found = Standing(upgrading.look(home.database), ())
    except DatabaseError:
        return ""
    return beginning_words(found) if found.upgrade.is_pending else ""
