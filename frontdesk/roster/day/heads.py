"""Who is the head of the centre: the last resort where neither A nor B is there (mechanisms §8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import centre as centres
from db import staff as records
from db.staff import Staff
from frontdesk.permission import allowed
from frontdesk.roster.day.working import HEAD_SETTING, head_of_centre
from frontdesk.roster.standing.rules import StandingError

if TYPE_CHECKING:
    from frontdesk.context import Context


def head(context: Context) -> Staff | None:
    """Who it is: whoever was named, else the first manager; None where there is neither."""
    with context.database.reading() as connection:
        no = head_of_centre(connection)
        return records.get(connection, no) if no else None


@allowed("manager")
def name_head(context: Context, staff_no: str | None) -> Staff | None:
    """Name somebody, or (None) leave it to the first manager; returns who it is now. Only a manager may.

    Raises `manager_required` and StandingError `unknown_staff`.
    """
    context.require_manager()
    with context.change("roster.head_named", staff_no or "") as connection:
        context.require_manager()
        if staff_no is not None and records.get(connection, staff_no) is None:
            raise StandingError("unknown_staff", no=staff_no)
        centres.set_setting(connection, HEAD_SETTING, staff_no)
    return head(context)
