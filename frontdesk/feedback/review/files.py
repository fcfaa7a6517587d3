"""Files of reviews: whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from frontdesk.common.wholefile import write_whole
from frontdesk.feedback.review.errors import ReviewError


def ending_of(out: Path, *possible: str) -> str:
    """The ending of a file name without its dot, one of those. Raises ReviewError `unknown_ending`."""
    ending = out.suffix.lower().lstrip(".")
    if ending not in possible:
        raise ReviewError("unknown_ending", ending=out.suffix or "-", possible=" ".join(f".{one}" for one in possible))
    return ending


def write_file(out: Path, content: bytes, on_record: Callable[[], None] | None = None) -> None:
    """Write a file whole and put it on record. Raises ReviewError `write_failed`, and what `on_record` raises."""
    try:
        write_whole(out, content, on_record, private=True)
    except OSError as error:
        raise ReviewError("write_failed", path=str(out), reason=error.strerror or str(error)) from error
