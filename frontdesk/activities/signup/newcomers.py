"""Use case of somebody whom the register may not know yet and who is about to sign up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from frontdesk.activities.signup.service import checked_name
from frontdesk.permission import allowed
from frontdesk.residents import service as residents
from frontdesk.residents.service import ResidentError, ResidentLine

if TYPE_CHECKING:
    from frontdesk.context import Context


@allowed("writer")
def enter_newcomer(context: Context, fields: Mapping[str, str]) -> ResidentLine:
    """Put somebody into the register; who is known by name and phone already is that one, with the birth if it was
    lacking. `fields` are those of `residents.service.add`. Raises whatever that and `residents.service.change` raise,
    and ActivityError `missing_name`, `bad_name`.
    """
    name = checked_name(fields["name"])
    try:
        return residents.line(context, residents.add(context, {**fields, "name": name}).id)
    except ResidentError as refusal:
        if refusal.code != "known_already":
            raise
        known = residents.get(context, int(str(refusal.details["id"])))
    lacking = {field: value for field, value in fields.items() if value and field not in ("name", "phone")}
    if lacking and not known.birth:
        residents.change(context, known.id, lacking)
    return residents.line(context, known.id)
