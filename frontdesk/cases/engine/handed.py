"""To whom a record is new: it was handed to somebody who has not opened it yet."""

from __future__ import annotations

from typing import Literal

Becomes = Literal["as_it_was", "new", "seen"]
"""What an event makes of it: new to whoever is responsible now, new to nobody, or neither."""


def handed(before: str, responsible: str, by: str, *, had_ended: bool = False, has_ended: bool = False) -> Becomes:
    """What an event by somebody makes of a record that `before` was responsible for ("" for nobody, and at its opening)
    and `responsible` is now; all three are staff numbers.

    Whoever does something with his own record has seen it, and who takes a record is handed nothing. What has ended is
    new to nobody; opened again by somebody else it comes to its responsible person anew.
    """
    if has_ended or responsible in ("", by):
        return "seen"
    return "new" if had_ended or responsible != before else "as_it_was"


def marks_seen(new_to: str, reader: str, *, only_reads: bool) -> bool:
    """Whether a record is new no more because somebody opens it: to whom it is new does, an auditor never."""
    return new_to == reader and new_to != "" and not only_reads
