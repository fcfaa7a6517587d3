"""Files of reviews: whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from frontdesk.common.wholefile import write_whole
from frontdesk.feedback.review.errors import ReviewError


def write_file(out: Path, content: bytes, on_record: Callable[[], None] | None = None) -> None:
    """Write a file whole and put it on record. Raises ReviewError `write_failed`, and what `on_record` raises."""
    try:
        write_whole(out, content, on_record, private=True)
    except OSError as error:
        raise ReviewError("write_failed", path=str(out), reason=error.strerror or str(error)) from error
