"""Looking the centre's file over: is it whole, does everything in it agree, and does what stands around it?

Each feature contributes what always holds of its records (`frontdesk.checking`). A quick look is taken when the program
starts and reads next to nothing; the full one reads every row.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import audit
from db.connection import explain
from db.newfile import make_empty, part_of, remove_abandoned
from frontdesk.check.upgrading import words_before_opening
from frontdesk.check.words import what
from frontdesk.checking import Finding, Invariant, LookStopped, Watch
from frontdesk.errors import CodedError, DeskError
from frontdesk.locale import t, words_for

if TYPE_CHECKING:
    from frontdesk.context import Context

__all__ = [
    "STALE_DAYS",
    "CheckError",
    "Finding",
    "Look",
    "full_look",
    "invariants",
    "is_due",
    "last_look",
    "look_over",
    "quick_look",
    "what",
    "words_before_opening",
    "write_text",
]

STALE_DAYS = 31
"""A full look that is older is asked for again."""


class CheckError(DeskError):
    """A refusal of the check."""

    area = "check"


Progress = Callable[[str, int, int], None]
"""Told the area that is looked at, how many invariants are done, and how many there are."""


@dataclass(frozen=True)
class Look:
    """What a look found: the worst first. `at` is UTC ms, `entries` how many audit entries there are."""

    at: int
    quick: bool
    findings: tuple[Finding, ...]
    entries: int = 0
    looked_at: int = 0
    """How many invariants were looked at."""
    stopped: bool = False
    """Whether somebody ended it before everything was looked at."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing contradicts anything."""
        return not any(one.severity == "broken" for one in self.findings)

    def count(self, severity: str) -> int:
        """How many findings are so bad."""
        return sum(one.severity == severity for one in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The answer of the command `check`."""
        return {
            "sound": self.is_sound,
            "quick": self.quick,
            "stopped": self.stopped,
            "at": self.at,
            "looked_at": self.looked_at,
            "audit_entries": self.entries,
            "findings": [one.as_json() for one in self.findings],
        }


def invariants(*, quick: bool = False) -> tuple[Invariant, ...]:
    """Everything that is looked at, in order; `quick` is what is looked at whenever the program starts, for which no
    feature is imported that the first screen does without.
    """
    from frontdesk.check import disk, file
    from frontdesk.settings import service as settings

    own = (*disk.INVARIANTS, file.PAGES, *file.INVARIANTS, *settings.invariants())
    return (*(one for one in own if one.quick), file.NEWEST) if quick else (*own, *_of_features(), *_of_backups())


def _of_features() -> tuple[Invariant, ...]:
    from frontdesk.activities import service as activities
    from frontdesk.audit import service as log
    from frontdesk.cases import service as cases
    from frontdesk.feedback import service as feedback
    from frontdesk.reports import service as reports
    from frontdesk.residents import service as residents
    from frontdesk.roster import service as roster
    from frontdesk.staff import service as staff
    from frontdesk.sync import service as sync
    from frontdesk.volunteers import service as volunteers

    features = (log, staff, volunteers, activities, residents, roster, feedback, cases, reports, sync)
    return tuple(one for feature in features for one in feature.invariants())


def _of_backups() -> tuple[Invariant, ...]:
    from frontdesk.check.keeping import INVARIANTS

    return INVARIANTS


def look_over(
    context: Context,
    *,
    quick: bool = False,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Look:
    """Look the file over as it stands at one moment; nothing is changed. A quick look reads no table whole.

    What cannot be looked at at all is a finding of its own. Where `stop` answers True the look ends with what was found
    until then. Raises DatabaseError where the file cannot be read at all.
    """
    from frontdesk.check import file

    chosen = invariants(quick=quick)
    told = Watch(progress or (lambda _, __, ___: None), stop or (lambda: False))
    found, looked_at, stopped, is_readable = list[Finding](), 0, False, True
    with context.database.reading() as connection:
        for place, one in enumerate(chosen):
            # Rows of crossed pages say nothing that could be compared.
            if not is_readable and one.area != "disk":
                continue
            watch = replace(told, area=one.area, base=(place, len(chosen)))
            try:
                finding = _look(context, connection, one, watch)
            except LookStopped:
                stopped = True
                break
            looked_at += 1
            is_readable = is_readable and (one is not file.PAGES or finding is None)
            found += [finding] if finding is not None else []
        entries = _entries(connection, quick=quick)
    order = ("broken", "warning", "note")
    found.sort(key=lambda one: order.index(one.severity))
    return Look(context.now_ms(), quick, tuple(found), entries, looked_at, stopped)


def _look(context: Context, connection: sqlite3.Connection, one: Invariant, watch: Watch) -> Finding | None:
    """What an invariant finds; that it could not be looked at is found too."""
    watch.tell()
    try:
        return one.look(context, connection, watch)
    except sqlite3.Error as failure:
        why = words_for(explain(failure, context.home.database))
    except CodedError as failure:
        why = words_for(failure)
    except (ValueError, TypeError, LookupError, ArithmeticError):
        # A day that is none, words where JSON has to be: what stands there is not repeated, it may be anything.
        why = t("check.no_value")
    return Finding("file", "not_looked_at", 1, {"what": f"{one.area}.{one.code}", "why": why})


def _entries(connection: sqlite3.Connection, *, quick: bool) -> int:
    try:
        return audit.newest(connection) if quick else audit.count(connection)
    except sqlite3.Error:
        return 0


def quick_look(context: Context) -> Look:
    """The look that is taken when the program starts."""
    return look_over(context, quick=True)


def full_look(context: Context, *, progress: Progress | None = None, stop: Callable[[], bool] | None = None) -> Look:
    """A look at everything, whose result is kept for `last_look` unless it was ended before."""
    look = look_over(context, progress=progress, stop=stop)
    if not look.stopped:
        _keep(context, look)
    return look


def _kept_in(context: Context) -> Path:
    # Not in the file itself: what was found damaged is not written to.
    return context.home.path / "check.json"


def _keep(context: Context, look: Look) -> None:
    """Keep the result beside the file; a home that cannot be written keeps none."""
    path = _kept_in(context)
    remove_abandoned(path)
    part = part_of(path)
    with suppress(OSError):
        make_empty(part)
        part.write_text(json.dumps(look.as_json(), ensure_ascii=False), encoding="utf-8")
        part.replace(path)


def last_look(context: Context) -> Look | None:
    """The last full look; None where there was none, or where what was kept of it cannot be read."""
    try:
        kept = json.loads(_kept_in(context).read_text(encoding="utf-8"))
        findings = tuple(Finding(**{**one, "first": dict(one["first"])}) for one in kept["findings"])
        return Look(int(kept["at"]), False, findings, int(kept["audit_entries"]), int(kept["looked_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_text(context: Context, look: Look, folder: Path) -> Path:
    """Write a result as text to a new file in a folder; returns where it is. Raises CheckError `write_failed`."""
    from frontdesk.check.words import as_text
    from frontdesk.common.wholefile import free_path, write_whole

    at = context.local(look.at)
    path = free_path(folder, t("check.file_name", day=f"{at:%Y-%m-%d}"), ".txt")
    lines = [context.centre.name, *as_text(look, lambda at: f"{context.local(at):%Y-%m-%d %H:%M}"), ""]
    try:
        # Windows' own editor takes UTF-8 for what it is only with the mark.
        write_whole(path, "\r\n".join(lines).encode("utf-8-sig"))
    except OSError as failure:
        raise CheckError("write_failed", path=str(path), reason=failure.strerror or str(failure)) from failure
    return path


def is_due(context: Context) -> bool:
    """Whether the last full look is older than a month, or there was none in a centre that is older."""
    last = last_look(context)
    since = last.at if last is not None else context.centre.created_at
    return context.now_ms() - since > STALE_DAYS * 86_400_000
