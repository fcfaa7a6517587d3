"""The sign-in sheet (签到表) of a session: what stands on it, chosen column by column. Pure but for reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from db import activities
from db import attendance as records
from db.activities import Session
from frontdesk.activities.attendance.errors import AttendanceError
from frontdesk.activities.attendance.tickets import ticket_code
from frontdesk.activities.errors import ActivityError
from frontdesk.common.names import mask_name
from frontdesk.common.phones import phone_tail
from frontdesk.context import Context

SheetColumn = Literal["number", "name", "full_name", "tail", "seats", "area", "signature", "remark", "qr"]

COLUMNS: tuple[SheetColumn, ...] = get_args(SheetColumn)
USUAL: tuple[SheetColumn, ...] = ("number", "name", "seats", "signature", "remark")
PERSONAL: frozenset[SheetColumn] = frozenset(("full_name", "tail"))
"""Columns that say more of a person than a list may show: whoever chooses them stands in the audit log."""

MOST_BLANK_ROWS = 200
USUAL_BLANK_ROWS = 5


@dataclass(frozen=True)
class SheetPlan:
    """Which columns a sheet has, in the order of `COLUMNS`, and how many blank rows for walk-ins stand below."""

    columns: tuple[SheetColumn, ...] = USUAL
    blank_rows: int = USUAL_BLANK_ROWS

    def checked(self) -> SheetPlan:
        """The plan in order. Raises AttendanceError `unknown_column`, `no_column`, `bad_blank_rows`."""
        unknown = [one for one in self.columns if one not in COLUMNS]
        if unknown:
            raise AttendanceError("unknown_column", column=unknown[0], possible=", ".join(COLUMNS))
        if not self.columns:
            raise AttendanceError("no_column")
        if not 0 <= self.blank_rows <= MOST_BLANK_ROWS:
            raise AttendanceError("bad_blank_rows", most=MOST_BLANK_ROWS)
        hidden = "name" if "full_name" in self.columns else ""
        return SheetPlan(tuple(one for one in COLUMNS if one in self.columns and one != hidden), self.blank_rows)


@dataclass(frozen=True)
class SheetLine:
    """One party on a sheet: `name` is masked unless the whole one was chosen, `tail` and `area` may be ""."""

    seq_no: int
    name: str
    tail: str
    seats: int
    area: str
    code: str


@dataclass(frozen=True)
class SignInSheet:
    """A session with all that its sheet says; times are local."""

    plan: SheetPlan
    centre: str
    session: Session
    starts: datetime
    ends: datetime
    made: datetime
    lines: tuple[SheetLine, ...]

    @property
    def seats(self) -> int:
        """How many people are expected."""
        return sum(one.seats for one in self.lines)

    @property
    def times(self) -> str:
        """Day and hours of the session."""
        return f"{self.session.day}  {self.starts:%H:%M}-{self.ends:%H:%M}"


def sign_in_sheet(context: Context, code: str, plan: SheetPlan) -> SignInSheet:
    """The sheet of a session: everybody who holds a seat, by sign-up number.

    Raises ActivityError `unknown_session`, and what `SheetPlan.checked` raises.
    """
    plan = plan.checked()
    connection = context.database.connection
    with context.database.reading():
        session = activities.get(connection, code)
        if session is None:
            raise ActivityError("unknown_session", session=code)
        parties = records.sheet_parties(connection, code)
    lines = tuple(
        SheetLine(
            one.seq_no,
            one.name if "full_name" in plan.columns else mask_name(one.name),
            phone_tail(context.keys.unseal(one.phone_cipher)) if "tail" in plan.columns and one.phone_cipher else "",
            one.seats,
            one.area,
            ticket_code(context.keys.card, one.id) if "qr" in plan.columns else "",
        )
        for one in parties
    )
    local = context.local
    return SignInSheet(
        plan,
        context.centre.name,
        session,
        local(session.starts_at),
        local(session.ends_at),
        context.now().astimezone(context.zone),
        lines,
    )
