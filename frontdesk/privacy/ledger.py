"""The list of those who were erased, beside the backups: a restored backup is to forget them again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from db import privacy as records
from db.privacy import is_erased
from frontdesk.common.wholefile import write_whole
from frontdesk.context import Context
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.rules import KINDS, Subject

NAME = "erased.jsonl"
_WITH_WORDS = frozenset(("asked", "withdrawn"))
"""Causes of an erasing that goes through the words of others as well, as the list before it says."""

LARGEST = 16 * 1024 * 1024
"""Bytes of a list that is read: far more than any centre's, and nothing that a stick could choke the program with."""


def ledger_folders(context: Context) -> list[Path]:
    """Where the list lies: in the centre's own folder, in that of its backups, and in the one the setting names."""
    named = str(getattr(context.settings, "backup_folder", "") or "")
    found = [context.home.path, context.home.path / "backups"]
    return [*found, *([Path(named)] if named else [])]


def keep_ledger(context: Context, besides: Path | None = None) -> int:
    """Write every tombstone and whatever the list has besides into each place that there is; how many places that were.
    `besides` is one more folder: where a backup was just put, on a stick for instance.

    Lines of people whom this file knows nothing of stay: they were erased after a backup that was restored since, or
    are another centre's, whose backups lie in the same folder. A folder that cannot be written now gets it the next
    time.
    """
    stones = [one for one in records.tombstones(context.database.connection) if one.kind in KINDS]
    if not stones:
        return 0
    code = context.centre.code
    own = [
        {"centre": code, "table": one.kind, "id": one.ref, "erased_at": one.at}
        | ({"words": True} if one.cause in _WITH_WORDS else {})
        for one in reversed(stones)
    ]
    written = 0
    for folder in dict.fromkeys([*ledger_folders(context), *([besides] if besides is not None else [])]):
        if not folder.is_dir():
            continue
        path = folder / NAME
        try:
            before = _read(path)
            lines = _lines([*_parsed(before.splitlines()), *own])
            if lines != before:
                write_whole(path, lines.encode(), private=True)
            # Nobody's but the account's own, as all beside it; a stick may know no modes.
            with suppress(OSError):
                path.chmod(0o600)
            written += 1
        except OSError:
            continue
    return written


def read_lists(paths: Iterable[Path]) -> list[str]:
    """The lines of the lists that lie in these folders; what cannot be read is passed over."""
    found: list[str] = []
    for folder in dict.fromkeys(paths):
        try:
            found += _read(folder / NAME).splitlines()
        except OSError:
            continue
    return found


def _read(path: Path) -> str:
    """A list as it lies there; nothing where a link, or something far too large, stands under its name."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
        return ""
    return path.read_text("utf-8", errors="replace")


def _lines(entries: Iterable[dict[str, Any]]) -> str:
    kept: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in entries:
        first = kept.setdefault((one.get("centre", ""), one["table"], one["id"]), one)
        if one.get("words"):
            first["words"] = True
    return "".join(json.dumps(one, sort_keys=True) + "\n" for one in kept.values())


def _parsed(lines: Iterable[str]) -> list[dict[str, Any]]:
    """The lines that say who was erased; whatever else stands in the file is passed over."""
    found = []
    for line in lines:
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            # Thousands of brackets are no list of ours either.
            continue
        if isinstance(said, dict) and said.get("table") in KINDS and isinstance(said.get("id"), str):
            at = said.get("erased_at")
            one = {"table": said["table"], "id": said["id"], "erased_at": at if isinstance(at, int) else 0}
            # Numbers of people mean somebody else in another centre.
            words = {"words": True} if said.get("words") is True else {}
            found.append(one | words | ({"centre": said["centre"]} if isinstance(said.get("centre"), str) else {}))
    return found


def erase_again(context: Context, lines: Iterable[str]) -> int:
    """Erase in a restored file whom the list names; how many were. `lines` are those of `erased.jsonl`.

    For whoever restores, before anybody works with the file: nobody has to be signed in, nothing that is open stops it.
    Who is not in the file, is erased there already, or is another centre's, is passed over.
    """
    from frontdesk.privacy.erasing import empty_within, settle
    from frontdesk.privacy.people import person, read_subject

    done: list[str] = []
    with context.database.write() as connection:
        for one in _parsed(lines):
            if one.get("centre", context.centre.code) != context.centre.code:
                continue
            try:
                subject = read_subject(f"{one['table']}/{one['id']}")
                found = person(context, subject)
            except PrivacyError:
                continue
            if found.erased or is_erased(connection, *subject):
                continue
            # Other people's words are looked through only where that was done when the person was erased: then
            # somebody had seen the list. What fell due by itself was taken from the person's own rows alone.
            empty_within(context, connection, found, "again", None, with_mentions="words" in one)
            done.append(str(Subject(*subject)))
        if done:
            context.note(connection, "person.erased_again", "centre", count=len(done), people=" ".join(done))
    if done:
        settle(context)
    return len(done)
