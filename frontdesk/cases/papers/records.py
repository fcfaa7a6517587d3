"""Writing what leaves the centre: whole or not at all, and with people in the clear on record with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.cases.papers.errors import PaperError
from frontdesk.common.wholefile import write_whole

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.context import Context


def in_clear(
    context: Context, what: str, said: Mapping[str, object], reason: str, approver: Approver | None
) -> Callable[[], None]:
    """That a file may have people in the clear; returns what puts it on record once it is written.

    Raises what `require_writer` and `privacy.service.in_clear` raise.
    """
    context.require_writer()
    from frontdesk.privacy.service import in_clear as agreed

    approval, besides = agreed(context, what, reason, approver)

    def note() -> None:
        with context.change("case.exported_in_clear", what, **said, **besides) as connection:
            approval.use(context, connection)

    return note


def write_file(out: Path, content: bytes, note: Callable[[], None] | None) -> None:
    """Write a file whole, its owner's alone, and put it on record. Raises PaperError `write_failed`."""
    try:
        write_whole(out, content, note, private=True)
    except OSError as error:
        raise PaperError("write_failed", path=str(out), reason=error.strerror or str(error)) from error
