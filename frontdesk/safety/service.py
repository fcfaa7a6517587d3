"""How the safe-keeping of the centre stands, thing by thing: what each is in words, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from frontdesk.errors import DeskError
from frontdesk.locale import t, words_for

if TYPE_CHECKING:
    from frontdesk.backup.service import BackupStatus
    from frontdesk.context import Context

Tone = Literal["", "good", "warning", "bad", "muted"]


@dataclass(frozen=True)
class Standing:
    """One thing of the safe-keeping: the room that it opens, how it stands, and what to do, in words.

    `tone` says how good that is; "" for what is neither.
    """

    room: str
    state: str
    todo: str
    tone: Tone = ""


def standings(context: Context, rooms: Collection[str]) -> list[Standing]:
    """How each thing stands that has one of these rooms, in the order of the list on the screen.

    What is amiss with one, a key that is missing, stands in its row: the way to the others is open.
    """
    return [_standing(context, room) for room in STANDINGS if room in rooms]


def _standing(context: Context, room: str) -> Standing:
    try:
        return STANDINGS[room](context)
    except DeskError as failure:
        return Standing(room, t("safety.unknown"), words_for(failure), "bad")


def _backup_status(context: Context) -> BackupStatus:
    from frontdesk.backup.service import status

    return status(context)


def _backups(context: Context) -> Standing:
    """When the last good one was made, and what keeps the next from being made."""
    backups = _backup_status(context)
    if backups.key == "none":
        return Standing("backups", t("safety.backups.no_key"), t("safety.backups.no_key.todo"), "bad")
    if backups.last_made is None:
        return Standing("backups", t("safety.backups.none"), t("safety.backups.none.todo"), "bad")
    state = t("safety.backups.last", at=f"{backups.last_made:%m-%d %H:%M}", count=backups.count)
    if backups.problem:
        state = t("safety.backups.failed", at=f"{backups.last_made:%m-%d %H:%M}")
        todo = t("safety.backups.failed.todo", problem=t(f"backup.problem.{backups.problem}"))
        return Standing("backups", state, todo, "bad")
    if backups.is_old:
        return Standing("backups", state, t("safety.backups.old.todo"), "bad")
    todo = t("safety.backups.due.todo" if backups.is_due else "safety.backups.done.todo", folder=str(backups.folder))
    return Standing("backups", state, todo, "good")


def _recovery_key(context: Context) -> Standing:
    """Whether there is one, and whether its paper was proved."""
    from frontdesk.backup.service import recovery_key

    backups = _backup_status(context)
    if backups.key == "none":
        return Standing("recovery_key", t("safety.key.none"), t("safety.key.none.todo"), "bad")
    known = recovery_key(context)
    made = f"{known.made_at:%Y-%m-%d}" if known is not None else ""
    name = known.key_id[:4].upper() if known is not None else ""
    if backups.waiting_key:
        return Standing("recovery_key", t("safety.key.waiting"), t("safety.key.waiting.todo"), "warning")
    if backups.key == "unproved":
        state = t("safety.key.unproved", made=made, key=name)
        return Standing("recovery_key", state, t("safety.key.unproved.todo"), "bad")
    return Standing("recovery_key", t("safety.key.proved", made=made, key=name), t("safety.key.proved.todo"), "good")


def _restore(context: Context) -> Standing:
    """That a backup is worth what a rehearsal of it is."""
    if _backup_status(context).last_made is None:
        return Standing("restore", t("safety.restore.none"), t("safety.restore.none.todo"), "muted")
    return Standing("restore", t("safety.restore.possible"), t("safety.restore.todo"))


def _parked(context: Context) -> Standing:
    """The cards that were given out after the backup from which this file was restored."""
    from frontdesk.volunteers.service import parked_count

    return _counted("parked", parked_count(context))


def _check(context: Context) -> Standing:
    """What the last full look at the file found."""
    from frontdesk.check.service import is_due, last_look

    look = last_look(context)
    if look is None:
        return Standing("check", t("safety.check.none"), t("safety.check.none.todo"), "warning")
    at = f"{context.local(look.at):%m-%d %H:%M}"
    broken, warnings = look.count("broken"), look.count("warning")
    if broken:
        return Standing("check", t("safety.check.broken", at=at, count=broken), t("safety.check.broken.todo"), "bad")
    if warnings:
        state = t("safety.check.warnings", at=at, count=warnings)
        return Standing("check", state, t("safety.check.warnings.todo"), "warning")
    if is_due(context):
        return Standing("check", t("safety.check.old", at=at), t("safety.check.old.todo"), "warning")
    return Standing("check", t("safety.check.sound", at=at), t("safety.check.sound.todo"), "good")


def _permissions(context: Context) -> Standing:
    """What waits for a second person."""
    from frontdesk.access.service import waiting_count

    return _counted("permissions", waiting_count(context))


def _retention(context: Context) -> Standing:
    """Whose data were kept for as long as they may be."""
    from frontdesk.privacy.service import due_count

    return _counted("retention", due_count(context))


def _audit(context: Context) -> Standing:
    """How much has been noted of who changed what."""
    from frontdesk.audit.service import summary

    now = summary(context)
    return Standing("audit", t("safety.audit.state", count=now.entries), t("safety.audit.todo"))


def _person_data(_: Context) -> Standing:
    """One person's data, shown, exported, corrected, erased."""
    return Standing("person_data", t("safety.person_data.state"), t("safety.person_data.todo"))


def _key_change(context: Context) -> Standing:
    """Since when the key of the sealed fields is in use."""
    from frontdesk.keychange.service import state

    now = state(context)
    if now.begun:
        return Standing("key_change", t("safety.key_change.unfinished"), t("safety.key_change.unfinished.todo"), "bad")
    since = f"{context.local(now.since):%Y-%m-%d}" if now.since is not None else ""
    said = t("safety.key_change.since", since=since) if since else t("safety.key_change.first")
    return Standing("key_change", said, t("safety.key_change.todo"))


def _counted(room: str, count: int) -> Standing:
    """Something of which some wait, or none."""
    if count:
        return Standing(room, t(f"safety.{room}.some", count=count), t(f"safety.{room}.some.todo"), "warning")
    return Standing(room, t(f"safety.{room}.none"), t(f"safety.{room}.none.todo"))


STANDINGS: dict[str, Callable[[Context], Standing]] = {
    "backups": _backups,
    "recovery_key": _recovery_key,
    "restore": _restore,
    "parked": _parked,
    "check": _check,
    "audit": _audit,
    "permissions": _permissions,
    "person_data": _person_data,
    "retention": _retention,
    "key_change": _key_change,
}
"""What each row is asked of, by the room that it opens, in the order of the list."""
