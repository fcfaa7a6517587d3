"""What the screens say of backups: how old, of which kind, where it is, how far one has come."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from frontdesk.common.text import size_words
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.backup.models import BackupListed, BackupMade, BackupStatus, Step

Tone = Literal["", "good", "warning", "bad"]


def when_words(made: datetime, now: datetime) -> str:
    """When something was made and how long ago that is, as the centre's wall clock shows it."""
    seconds = int((now - made).total_seconds())
    days = (now.date() - made.date()).days
    if seconds < 0:
        age = t("backup_screen.age.ahead")
    elif days:
        age = t("backup_screen.age.days", count=days)
    elif seconds >= 3600:
        age = t("backup_screen.age.hours", count=seconds // 3600)
    else:
        age = t("backup_screen.age.minutes", count=seconds // 60) if seconds >= 60 else t("backup_screen.age.now")
    return t("backup_screen.when", at=f"{made:%m-%d %H:%M}", age=age)


def status_lines(status: BackupStatus, now: datetime) -> list[tuple[str, Tone]]:
    """What is known of the backups, the pressing first: the last good one, what went wrong since, the key, what comes
    next.
    """
    lines: list[tuple[str, Tone]] = []
    if status.key == "none":
        lines.append((t("backup_screen.status.no_key"), "bad"))
    elif status.last_made is None:
        lines.append((t("backup_screen.status.none_yet"), "bad" if status.is_late else "warning"))
    else:
        words = t("backup_screen.status.last", when=when_words(status.last_made, now))
        lines.append((words, "warning" if status.is_late else "good"))
    if status.problem:
        lines.append((t("backup_screen.status.failed", problem=t(f"backup.problem.{status.problem}")), "bad"))
    if status.key == "unproved":
        lines.append((t("backup_screen.status.unproved"), "warning"))
    elif status.waiting_key:
        lines.append((t("backup_screen.status.waiting_key"), "warning"))
    if status.plain_copies:
        lines.append((t("backup_screen.status.plain", count=status.plain_copies), "warning"))
    if status.key != "none":
        lines.append((t("backup_screen.status.due" if status.is_due else "backup_screen.status.done_today"), ""))
    return lines


def listed_lines(one: BackupListed, now: datetime) -> list[tuple[str, Tone]]:
    """All there is to know of one backup, and what it means."""
    tone: Tone = "good" if one.presence == "here" else "warning"
    lines: list[tuple[str, Tone]] = [
        (
            t("backup_screen.line.made", when=when_words(one.made, now), kind=t(f"backup_screen.kind.{one.row.kind}")),
            "",
        ),
        (t("backup_screen.line.file", path=one.path), ""),
        (t("backup_screen.line.size", size=size_words(one.row.size), seconds=f"{one.row.seconds:.0f}"), ""),
        (t("backup_screen.line.verified"), "good"),
        (t(f"backup_screen.presence.{one.presence}.long"), tone),
    ]
    if not one.is_own_key:
        lines.append((t("backup_screen.line.other_key", key=one.row.key_id[:4]), "warning"))
    return lines


def made_words(made: BackupMade) -> str:
    """That a backup was made, how large it is and where."""
    return t("backup_screen.made", name=made.path.name, size=size_words(made.row.size), folder=made.path.parent)


def step_words(step: Step | None) -> str:
    """What is being done just now."""
    return t(f"backup_screen.stage.{step.stage if step is not None else 'beginning'}")
