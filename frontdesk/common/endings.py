"""Endings of the names of files that are written: one error, in one set of words, for the whole program."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.errors import DeskError

if TYPE_CHECKING:
    from pathlib import Path


class EndingFault(DeskError):
    """`unknown_ending`: a file cannot be written as what its name says it is."""

    area: ClassVar[str] = "common"


def ending_of(out: Path, *possible: str) -> str:
    """The ending of a file name without its dot, one of those. Raises EndingFault `unknown_ending`."""
    ending = out.suffix.lower().lstrip(".")
    if ending not in possible:
        raise EndingFault("unknown_ending", ending=out.suffix or "-", possible=" ".join(f".{one}" for one in possible))
    return ending
