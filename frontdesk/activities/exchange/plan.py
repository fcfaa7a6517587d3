"""The plan of sessions as a sheet that goes out and comes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from db import activities as records
from db import rooms as room_records
from db.activities import Session, SessionLine
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.exchange.errors import ExchangeError
from frontdesk.activities.exchange.form import Field, Mode, SheetForm, SheetLine
from frontdesk.activities.exchange.register import Register, Scope, moved_up_remarks
from frontdesk.activities.sessions.kinds import activity_types, categories, meant
from frontdesk.activities.sessions.rules import cancellation, detached, is_planned
from frontdesk.activities.sessions.storing import Stored, first_state, next_code, store_session
from frontdesk.activities.sessions.typed import check_day
from frontdesk.common.text import some_of
from frontdesk.context import Context, to_ms
from frontdesk.locale import t
from frontdesk.sheets import cells
from frontdesk.sheets.outcome import Remark

MOST = 10_000

PLAN = SheetForm(
    "sessions",
    (
        Field("day", cells.read_day(), editable=True, required=True),
        Field("span", cells.read_time_span(), editable=True, required=True),
        Field("name", cells.read_text(100), editable=True, required=True),
        Field("category", cells.read_text(20), editable=True, required=True),
        Field("activity_type", cells.read_text(50), editable=True),
        Field("room", cells.read_text(50), editable=True),
        Field("capacity", cells.read_whole(0, MOST), editable=True, required=True),
        Field("min_enrol", cells.read_whole(0, MOST), editable=True, zero_is_blank=True),
        Field("lead", cells.read_text(50), editable=True),
        Field("setup_minutes", cells.read_whole(0, 1440), editable=True, zero_is_blank=True),
        Field("clearing_minutes", cells.read_whole(0, 1440), editable=True, zero_is_blank=True),
        Field("note", cells.read_text(200), editable=True),
        Field("cancel_reason", cells.read_text(200), editable=True),
        Field("state", cells.read_text(20)),
        Field("confirmed", cells.read_whole()),
        Field("waiting", cells.read_whole()),
    ),
    "day",
)

_TEXTS = ("name", "activity_type", "room", "lead", "note")
_OR_NOTHING = ("min_enrol", "setup_minutes", "clearing_minutes")
_NUMBERS = ("capacity", *_OR_NOTHING)


class Plan(Register):
    """Sessions, by their codes. A new row is a new session; its code may be left to the program."""

    form = PLAN

    def __init__(self, context: Context, connection: sqlite3.Connection) -> None:
        super().__init__(context, connection)
        self._stored: list[Stored] = []
        self._types: set[str] = set()
        self._are_rooms_known = bool(room_records.rooms(connection))

    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """The categories and types of the centre."""
        return {"category": categories(self.context), "activity_type": activity_types(self.context)}

    def lines(self, scope: Scope, mode: Mode) -> list[SheetLine]:
        """The sessions of the span, planned ones too, in the order in which they begin."""
        if scope.code is not None:
            found = records.line(self.connection, scope.code)
            if found is None:
                raise ActivityError("unknown_session", session=scope.code)
            return [self._line(found)]
        first, last = scope.first.isoformat(), scope.last.isoformat()
        return [self._line(one) for one in records.lines(self.connection, first, last)]

    def line(self, identity: str, mode: Mode) -> SheetLine | None:
        """One session as it would go out now."""
        found = records.line(self.connection, identity)
        return self._line(found) if found is not None else None

    def _line(self, one: SessionLine) -> SheetLine:
        starts, ends = self.context.local(one.starts_at), self.context.local(one.ends_at)
        values = {
            **{name: getattr(one, name) for name in (*_TEXTS, "capacity")},
            **{name: getattr(one, name) or None for name in _OR_NOTHING},
            "day": date.fromisoformat(one.day),
            "span": f"{starts:%H:%M}-{ends:%H:%M}",
            "category": one.category,
            "cancel_reason": one.cancel_reason,
            "state": t(f"exchange.session_state.{one.state}"),
            "confirmed": one.seats_confirmed,
            "waiting": one.parties_waitlisted + one.parties_applied,
        }
        return SheetLine(one.code, f"{one.code} {one.name}", values)

    def change(self, identity: str, edited: Mapping[str, Any]) -> None:
        """Change what was edited of one session, as the screen would; a taken room is a remark, as in every import."""
        found = records.line(self.connection, identity)
        if found is None:
            raise ActivityError("unknown_session", session=identity)
        before = records.plain(found)
        said = self._said(edited, before)
        if found.attendance_rows and said.get("day", before.day) != before.day:
            raise ActivityError("attendance_moved", name=before.name)
        why = ""
        if "cancel_reason" in edited:
            why = edited["cancel_reason"] or ""
            said |= self._cancelled(found, why)
        after = detached(before, before.model_copy(update=said))
        self._stored.append(store_session(self.context, self.connection, before, after, why, force_room=True))

    def add(self, identity: str, said: Mapping[str, Any]) -> tuple[str, str]:
        """Put on a session; its code is the one in the grey cell, or the next free one."""
        if said.get("cancel_reason"):
            raise ExchangeError("new_and_cancelled")
        code = cells.read_code()(identity) if identity else next_code(self.connection)
        values = self._said({name: value for name, value in said.items() if value is not None}, None)
        state = first_state(self.connection, values["day"])
        after = Session.model_validate({"code": code, "state": state} | values)
        self._stored.append(store_session(self.context, self.connection, None, after, force_room=True))
        return code, f"{code} {after.name}"

    def is_there(self, said: Mapping[str, Any]) -> bool:
        """Whether there is a session of this name at this time in this room."""
        times = self._times(said, None)
        return any(
            (one.name, one.room, one.starts_at, one.ends_at)
            == (said["name"], said.get("room") or "", times["starts_at"], times["ends_at"])
            for one in records.lines(self.connection, times["day"], times["day"])
        )

    def _said(self, edited: Mapping[str, Any], before: Session | None) -> dict[str, Any]:
        """What a row says, by the fields of the record."""
        said: dict[str, Any] = {name: edited[name] or "" for name in _TEXTS if name in edited}
        said |= {name: edited[name] or 0 for name in _NUMBERS if name in edited}
        if "category" in edited:
            said["category"] = self._category(edited["category"], before)
        if "day" in edited or "span" in edited:
            said |= self._times(edited, before)
        kind = said.get("activity_type")
        if kind and kind not in activity_types(self.context):
            self._types.add(kind)
        return said

    def _times(self, edited: Mapping[str, Any], before: Session | None) -> dict[str, Any]:
        if before is not None:
            starts, ends = self.context.local(before.starts_at), self.context.local(before.ends_at)
            kept: tuple[time, time] = (starts.time(), ends.time())
            day = edited.get("day", date.fromisoformat(before.day))
        else:
            kept, day = edited["span"], edited["day"]
        if before is None or day.isoformat() != before.day:
            check_day(self.context, day)
        first, last = (datetime.combine(day, one, tzinfo=self.context.zone) for one in edited.get("span", kept))
        if last <= first:
            raise ActivityError("bad_times", field="times")
        return {"day": day.isoformat(), "starts_at": to_ms(first), "ends_at": to_ms(last)}

    def _category(self, text: str, before: Session | None) -> str:
        known = categories(self.context)
        found = meant(text, known)
        if found is None and before is not None and meant(text, (before.category,)) is not None:
            found = before.category
        if found is None:
            raise ExchangeError("unknown_category", choices="、".join(known))
        return found

    def _cancelled(self, found: SessionLine, why: str) -> dict[str, Any]:
        """What a reason for cancelling does; an emptied one brings nothing back: that is done where seats are seen."""
        reason = cancellation(why) or why
        if not reason:
            raise ExchangeError("restore_on_screen")
        if found.state == "cancelled":
            return {"cancel_reason": reason}
        if found.attendance_rows:
            raise ActivityError("attendance_recorded", name=found.name)
        if is_planned(found):
            raise ActivityError("only_planned", name=found.name)
        if found.state == "closed":
            raise ActivityError("session_closed", name=found.name)
        return {"state": "cancelled", "cancel_reason": reason}

    def remarks(self) -> list[Remark]:
        """Rooms and leads that are in two places at once when all rows are in, types that the settings lack, and how
        many parties got a seat by it.
        """
        from frontdesk.activities.rooms.occupancy import lead_elsewhere, session_clashes

        found: list[Remark] = []
        codes = dict.fromkeys(one.session.code for one in self._stored)
        sessions = [one for code in codes if (one := records.get(self.connection, code)) and one.state != "cancelled"]
        rooms = [one.code for one in sessions if session_clashes(self.connection, one)]
        leads = [one.code for one in sessions if lead_elsewhere(self.connection, one)]
        back = list(dict.fromkeys(one.session.code for one in self._stored if one.is_unapproved))
        closed = list(dict.fromkeys(one.session.code for one in self._stored if one.room_closed))
        kinds = (("sessions_unapproved", back), ("room_clashes", rooms), ("rooms_closed", closed))
        for code, named in (*kinds, ("lead_clashes", leads)):
            if named:
                found.append(Remark(code, {"count": len(named), "sessions": some_of(named)}))
        fresh = [one.session.room for one in self._stored if one.is_new_room]
        if fresh and self._are_rooms_known:
            found.append(Remark("new_rooms", {"count": len(fresh), "rooms": some_of(fresh)}))
        if self._types:
            found.append(Remark("unknown_activity_types", {"types": some_of(sorted(self._types))}))
        moved = [one for stored in self._stored for one in stored.moved_up]
        return found + moved_up_remarks(self.context, self.connection, moved)
