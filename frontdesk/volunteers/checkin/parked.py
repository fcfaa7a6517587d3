"""Parked cards: genuine, but given out after the backup that this file was restored from; a manager looks at each.

A card's code is signed with the centre's key, so that nobody else can have made it. What a restored file cannot tell is
whose it is, where the volunteer is unknown too, and whether the card was revoked since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from db import parked, volunteers
from db.parked import ParkedState
from db.volunteers import Card, Volunteer
from frontdesk.permission import allowed
from frontdesk.volunteers.cards.rules import end_after
from frontdesk.volunteers.checkin.errors import CheckinError
from frontdesk.volunteers.register.editing import sealed_phones
from frontdesk.volunteers.register.fields import read_fields
from frontdesk.volunteers.register.keeping import phone_of, store

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context


class ParkedCard(NamedTuple):
    """A card that was scanned and is not known here: whose number it has, which of that person's cards it is, when it
    was scanned first and last and how often. `name` is that of the volunteer who has the number here, '' where nobody
    has; `valid_serial` that person's valid card, None without one.
    """

    volunteer_no: str
    serial: int
    first: datetime
    last: datetime
    times: int
    state: ParkedState
    name: str = ""
    valid_serial: int | None = None
    decided: datetime | None = None
    decided_by: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether somebody has its number here, so that adopting it needs no name."""
        return bool(self.name)


@allowed("shown")
def parked_cards(context: Context, *, all_of_them: bool = False) -> list[ParkedCard]:
    """The cards that wait for a manager, the latest attempt first; with `all_of_them` those that were decided too."""
    with context.database.reading() as connection:
        rows = [row for row in parked.every(connection) if all_of_them or row.state == "waiting"]
        found = []
        for row in rows:
            holder = volunteers.get(connection, row.volunteer_no)
            valid = volunteers.valid_card(connection, row.volunteer_no) if holder else None
            found.append(
                ParkedCard(
                    row.volunteer_no,
                    row.serial,
                    context.local(row.first_at),
                    context.local(row.last_at),
                    row.times,
                    row.state,
                    holder.name if holder else "",
                    valid.serial if valid else None,
                    context.local(row.decided_at) if row.decided_at is not None else None,
                    row.decided_by,
                )
            )
    return found


def parked_count(context: Context) -> int:
    """How many parked cards wait."""
    return parked.count_waiting(context.database.connection)


def parked_attempts(context: Context, volunteer_no: str, serial: int) -> list[datetime]:
    """When a parked card was scanned, local times, the first first: what can be put in as visits afterwards."""
    return [context.local(at) for at in parked.attempts(context.database.connection, volunteer_no, serial)]


@allowed("manager")
def adopt_parked(
    context: Context, volunteer_no: str, serial: int, fields: Mapping[str, str] | None = None
) -> Volunteer:
    """Take a parked card in: it becomes the valid card of the volunteer who has its number, and that person's earlier
    card is replaced by it. Where nobody has the number, `fields` (as typed, `name` at least) make the volunteer.

    The attempts stay refused; their times are put in by hand as any late entry is. Raises CheckinError `not_parked`,
    `parked_name_needed`, `parked_older` where the volunteer has a newer card by now, what `read_fields`
    raises, and what `Context.require_manager` raises.
    """
    context.require_manager()
    said = read_fields({"name": "", **fields}, context.today()) if fields else None
    with context.change("card.adopted", volunteer_no, serial=serial) as connection:
        operator = context.require_manager()
        _waiting(connection, volunteer_no, serial)
        volunteer = volunteers.get(connection, volunteer_no)
        if volunteer is None:
            if said is None:
                raise CheckinError("parked_name_needed", no=volunteer_no)
            base = Volunteer(no=volunteer_no, name=said["name"], registered_on=context.today().isoformat())
            values = {name: value for name, value in said.items() if name in Volunteer.model_fields and name != "no"}
            volunteer = base.model_copy(update=values | sealed_phones(context, base, said))
            store(context, connection, volunteer, phone_of(context, volunteer))
        valid = volunteers.valid_card(connection, volunteer_no)
        if valid is not None and valid.serial > serial:
            raise CheckinError("parked_older", no=volunteer_no, serial=valid.serial)
        if valid is not None:
            volunteers.put_card(connection, valid.model_copy(update={"state": "replaced"}))
        volunteers.put_card(connection, _card(context, volunteer_no, serial, "issued"))
        parked.decide(connection, volunteer_no, serial, "adopted", context.now_ms(), operator.no)
    return volunteer


@allowed("manager")
def reject_parked(context: Context, volunteer_no: str, serial: int) -> None:
    """Refuse a parked card for good: it answers as a revoked one where the volunteer is known, else as unknown, and no
    new card gets its serial. Raises CheckinError `not_parked`, and what `Context.require_manager` raises.
    """
    context.require_manager()
    with context.change("card.rejected", volunteer_no, serial=serial) as connection:
        operator = context.require_manager()
        _waiting(connection, volunteer_no, serial)
        if volunteers.get(connection, volunteer_no) is not None:
            volunteers.put_card(connection, _card(context, volunteer_no, serial, "revoked"))
        parked.decide(connection, volunteer_no, serial, "rejected", context.now_ms(), operator.no)


def _waiting(connection: sqlite3.Connection, volunteer_no: str, serial: int) -> None:
    row = parked.get(connection, volunteer_no, serial)
    if row is None or row.state != "waiting":
        raise CheckinError("not_parked", no=volunteer_no, serial=serial)


def _card(context: Context, volunteer_no: str, serial: int, state: str) -> Card:
    """The card as it is kept; when it was given out nobody knows, so that it is valid for days that are past too."""
    return Card.model_validate(
        {
            "volunteer_no": volunteer_no,
            "serial": serial,
            "state": state,
            "valid_from": "",
            "valid_until": end_after(context.today(), context.settings.card_valid_months) if state == "issued" else "",
            "issued_at": context.now_ms(),
        }
    )
