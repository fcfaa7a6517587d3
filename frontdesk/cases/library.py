"""The definitions in force at a centre: the program's, and those in the folder `definitions` of its home."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from db import case_editions
from db.case_editions import Noted
from db.connection import Database
from frontdesk.cases.errors import CaseError

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition
    from frontdesk.context import Context

FOLDER = "definitions"


@dataclass(frozen=True)
class Changed:
    """A file that says otherwise what the logs of records are read by than when they were begun, under the same number
    of edition. They are read as their rows have them, and new ones are begun under `edition`, which it should have.
    """

    file: str
    edition: int
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Loaded:
    """The definitions by code, and by code what is wrong with files of the centre that cannot be used; of which the
    edition should be raised; and the fields that tell of people since records were begun in which they did not.
    """

    found: Mapping[str, Definition]
    broken: Mapping[str, CaseError]
    changed: Mapping[str, Changed] = field(default_factory=dict)
    unsealed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    people: Mapping[str, Definition] = field(default_factory=dict)
    """Those that told of people in fields which they have no more, with these."""
    unsteady: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The fields, of which another thing about people was told in one edition than in another."""


def in_force(context: Context) -> Mapping[str, Definition]:
    """The definitions by code, as records are read by them. Read again where a file of the centre's folder was changed.

    A file that is wrong stops nothing but its own mechanism (`broken`): what it stands in the place of is there to read
    by, and nothing is written by it.
    """
    return loaded(context).found


def broken(context: Context) -> Mapping[str, CaseError]:
    """By code what is wrong with the centre's own files that cannot be used: file, line and key."""
    return loaded(context).broken


def of_people(context: Context) -> Mapping[str, Definition]:
    """The definitions by code as people are found and erased by them: also with what told of people in an edition that
    was used here and is there no more, and with those that are gone.
    """
    now = loaded(context)
    return {**now.found, **now.people} if now.people else now.found


def loaded(context: Context) -> Loaded:
    """What the program's definitions and the centre's folder come to now, beside the records that were begun here."""
    folder = f"{context.home.path}{os.sep}{FOLDER}"
    stamp: tuple[tuple[str, int], ...] = ()
    # Most centres have none, which to be told by a failure takes longer than to ask.
    if os.access(folder, os.F_OK):
        with suppress(OSError), os.scandir(folder) as found:
            stamp = tuple(sorted((one.name, _changed_at(one)) for one in found if one.name.endswith(".toml")))
    path = Path(folder) if stamp else None
    return _here(context.database, path, _read(path, stamp))


class _Kept(NamedTuple):
    """What was loaded last: of which files, when the other windows had written what, and what was noted of editions."""

    read: Loaded
    seen: int
    noted: Sequence[Noted]
    loaded: Loaded


_HERE: WeakKeyDictionary[Database, _Kept] = WeakKeyDictionary()


def _here(database: Database, folder: Path | None, read: Loaded) -> Loaded:
    """The definitions beside what was noted of editions. What this window notes itself changes nothing of that."""
    kept = _HERE.get(database)
    seen = database.changes_seen()[0]
    if kept is not None and kept.read is read and (kept.seen == seen or database.is_writing):
        return kept.loaded
    noted = case_editions.every(database.connection)
    if kept is not None and kept.read is read and kept.noted == noted:
        now = kept.loaded
    else:
        from frontdesk.cases.settling import settled

        now = settled(folder, read, noted) if noted else read
    if not database.is_writing:
        # What is noted in a transaction may still be taken back.
        _HERE[database] = _Kept(read, seen, noted, now)
    return now


def forget(database: Database) -> None:
    """Have it looked at anew what was noted of editions."""
    _HERE.pop(database, None)


def _changed_at(entry: os.DirEntry[str]) -> int:
    """When a file was last written (ns); 0 for a link that leads nowhere, which is told when it is read."""
    try:
        return entry.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _read(folder: Path | None, stamp: tuple[tuple[str, int], ...]) -> Loaded:
    from frontdesk.cases.definition.reading import definitions_that_hold

    return Loaded(*definitions_that_hold(folder))


def definition_of(context: Context, code: str) -> Definition:
    """The definition with this code, to write by. Raises CaseError `unknown_definition`, and what is wrong with the
    centre's own file where it cannot be used.
    """
    now = loaded(context)
    if code in now.broken:
        raise now.broken[code]
    found = now.found.get(code)
    if found is None:
        raise CaseError("unknown_definition", name=code)
    return found
