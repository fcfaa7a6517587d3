"""The definitions in force at a centre: the program's, and those in the folder `definitions` of its home."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.cases.errors import CaseError

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition
    from frontdesk.context import Context

FOLDER = "definitions"


def in_force(context: Context) -> Mapping[str, Definition]:
    """The definitions by code. Read again where a file of the centre's folder was changed.

    Raises DefinitionError for a file of the centre that is wrong, and CaseError `definitions_crossed` where they lead
    to one that is not there.
    """
    folder = context.home.path / FOLDER
    try:
        with os.scandir(folder) as found:
            stamp = tuple(sorted((one.name, one.stat().st_mtime_ns) for one in found if one.name.endswith(".toml")))
    except OSError:
        stamp = ()
    return _read(folder if stamp else None, stamp)


@lru_cache(maxsize=4)
def _read(folder: Path | None, stamp: tuple[tuple[str, int], ...]) -> Mapping[str, Definition]:
    from frontdesk.cases.definition.reading import crossed, definitions

    found = definitions(folder)
    for code, key, name in crossed(found):
        raise CaseError("definitions_crossed", file=f"{code}.toml", key=key, name=name)
    return found


def definition_of(context: Context, code: str) -> Definition:
    """The definition with this code. Raises CaseError `unknown_definition`, and what `in_force` raises."""
    found = in_force(context).get(code)
    if found is None:
        raise CaseError("unknown_definition", name=code)
    return found
