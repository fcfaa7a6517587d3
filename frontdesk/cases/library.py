"""The definitions in force at a centre: the program's, and those in the folder `definitions` of its home."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.cases.errors import CaseError

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition
    from frontdesk.context import Context

FOLDER = "definitions"


@dataclass(frozen=True)
class Loaded:
    """The definitions by code, and by code what is wrong with files of the centre that cannot be used."""

    found: Mapping[str, Definition]
    broken: Mapping[str, CaseError]


def in_force(context: Context) -> Mapping[str, Definition]:
    """The definitions by code, as records are read by them. Read again where a file of the centre's folder was changed.

    A file that is wrong stops nothing but its own mechanism (`broken`): what it stands in the place of is there to read
    by, and nothing is written by it.
    """
    return loaded(context).found


def broken(context: Context) -> Mapping[str, CaseError]:
    """By code what is wrong with the centre's own files that cannot be used: file, line and key."""
    return loaded(context).broken


def loaded(context: Context) -> Loaded:
    """What the program's definitions and the centre's folder come to now."""
    folder = f"{context.home.path}{os.sep}{FOLDER}"
    try:
        with os.scandir(folder) as found:
            stamp = tuple(sorted((one.name, _changed_at(one)) for one in found if one.name.endswith(".toml")))
    except OSError:
        stamp = ()
    return _read(Path(folder) if stamp else None, stamp)


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
