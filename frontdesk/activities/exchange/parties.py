"""The sign-ups of sessions, and what became of them, as sheets that go out and come back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date
from functools import cache
from typing import Any, get_args

from db import activities, residents
from db import attendance as marks
from db import registrations as records
from db.activities import Session
from db.registrations import GONE, LIVE, Registration, RegistrationLine, RegistrationState
from db.residents import Resident
from frontdesk.activities.attendance.importing import ALSO_NO_SHOW
from frontdesk.activities.attendance.marking import LARGEST_HEAD_COUNT, Wanted, put_mark, require_markable
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.exchange.errors import ExchangeError
from frontdesk.activities.exchange.form import Field, Mode, SheetForm, SheetLine
from frontdesk.activities.exchange.register import Register, Scope, moved_up_remarks
from frontdesk.activities.exchange.signing import sign_up_row, standing
from frontdesk.activities.signup.moving import cancel_within, change_within
from frontdesk.activities.signup.service import LARGEST_PARTY
from frontdesk.activities.signup.settling import Seating
from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone
from frontdesk.common.workbook import Cell
from frontdesk.locale import LANGUAGES, catalogue, t
from frontdesk.sheets import cells
from frontdesk.sheets.outcome import Remark

_STATES: tuple[RegistrationState, ...] = get_args(RegistrationState)
_STATUSES = ("attended", "absent_notified", "no_show")
WALK_INS = 0
"""Stands for a sign-up number in the row of people who came without one."""


def _words(prefix: str, codes: tuple[str, ...]) -> dict[str, str]:
    """The words of codes in both languages; a file may come back to a program that speaks another one."""
    return {catalogue(language, "activities")[f"{prefix}.{code}"]: code for language in LANGUAGES for code in codes}


def _choice(prefix: str, codes: tuple[str, ...], **also: str) -> cells.CellReader[str]:
    """Reads such a word, or one of `also`; a refusal names those of the language in force."""
    words = _words(prefix, codes) | also
    return cells.read_choice(words, shown=lambda: [t(f"activities.{prefix}.{code}") for code in codes])


_ABOUT = (
    Field("day", cells.read_day()),
    Field("session_name", cells.read_text(100)),
)

SIGN_UPS = SheetForm(
    "signups",
    (
        Field("session", cells.read_code(), for_new=True, required=True),
        *_ABOUT,
        Field("person", cells.read_name(), for_new=True, required=True),
        Field("phone", cells.read_phone(), for_new=True, required=True),
        Field("party_size", cells.read_whole(1, LARGEST_PARTY), editable=True, required=True),
        Field("least_seats", cells.read_whole(1, LARGEST_PARTY), editable=True),
        Field("sign_up_state", _choice("state", _STATES), editable=True),
        Field("applied_at", cells.read_text(30)),
    ),
    "person",
)

ATTENDANCE = SheetForm(
    "attendance",
    (
        Field("session", cells.read_code()),
        *_ABOUT,
        Field("person", cells.read_text(50)),
        Field("expected", cells.read_whole()),
        Field("status", _choice("status", _STATUSES, **{ALSO_NO_SHOW: "no_show"}), editable=True),
        Field("came", cells.read_whole(0, LARGEST_HEAD_COUNT), editable=True),
    ),
    "session",
)


def _identity(code: str, seq_no: int) -> str:
    return f"{code}#{seq_no}"


def _named(identity: str) -> tuple[str, int]:
    """Session and number of a row. Raises ExchangeError `new_attendance` for what is no such name."""
    code, mark, number = identity.rpartition("#")
    if not mark or not (number.isascii() and number.isdigit()):
        raise ExchangeError("unknown_row")
    return code, int(number)


class _OfSessions(Register):
    """What both sheets share: the sessions of a span, and one row found by its name."""

    def __init__(self, context: Any, connection: sqlite3.Connection) -> None:
        super().__init__(context, connection)
        self._session = cache(lambda code: activities.get(connection, code))

    def _sessions(self, scope: Scope) -> Iterator[Session]:
        if scope.code is not None:
            found = activities.get(self.connection, scope.code)
            if found is None:
                raise ActivityError("unknown_session", session=scope.code)
            yield found
            return
        yield from activities.published(self.connection, scope.first.isoformat(), scope.last.isoformat())

    def _party(self, identity: str) -> tuple[Session, Registration]:
        code, number = _named(identity)
        session = self._session(code)
        found = marks.numbered(self.connection, code, number)
        party = records.registration(self.connection, found) if found is not None else None
        if session is None or party is None:
            raise ExchangeError("unknown_row")
        return session, party

    def _about(self, session: Session) -> dict[str, Cell]:
        return {"session": session.code, "day": date.fromisoformat(session.day), "session_name": session.name}


class SignUps(_OfSessions):
    """Sign-ups, by session and number. A new row signs somebody up, by the same rules as at the desk."""

    form = SIGN_UPS

    def __init__(self, context: Any, connection: sqlite3.Connection) -> None:
        super().__init__(context, connection)
        self._moved: list[int] = []
        self._seating = Seating(context, connection)

    def savepoint(self) -> AbstractContextManager[None]:
        """What a row that fails did is undone in the lists that were read, too."""
        return self._seating.savepoint()

    def remarks(self) -> list[Remark]:
        """How many parties got the seats that others gave up."""
        return moved_up_remarks(self.context, self.connection, self._moved)

    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """What a sign-up that stands may be made: taken off by whoever signed up, or by the centre."""
        return {"sign_up_state": tuple(t(f"activities.state.{one}") for one in ("cancelled_by_resident",))}

    def lines(self, scope: Scope, mode: Mode) -> list[SheetLine]:
        """Everybody who signed up for the sessions, cancelled or not, by session and number."""
        found: list[SheetLine] = []
        for session in self._sessions(scope):
            listed = records.of_session(self.connection, session.code)
            people = {one.id: one for one in residents.by_ids(self.connection, [one.resident_id for one in listed])}
            found += [self._line(session, one, people[one.resident_id], mode) for one in listed]
        return found

    def line(self, identity: str, mode: Mode) -> SheetLine | None:
        """One sign-up as it would go out now."""
        session, party = self._party(identity)
        person = residents.get(self.connection, party.resident_id)
        return self._line(session, party, person, mode) if person is not None else None

    def _line(self, session: Session, party: Registration, person: Resident, mode: Mode) -> SheetLine:
        phone = self.context.keys.unseal(person.phone_cipher) if person.phone_cipher is not None else ""
        values: dict[str, Cell] = {
            **self._about(session),
            "person": person.name if mode == "full" else mask_name(person.name),
            "phone": phone if mode == "full" else mask_phone(phone),
            "party_size": party.party_size,
            # Blank says all or nothing, so that a party of another size goes on meaning it.
            "least_seats": party.least_seats if party.least_seats != party.party_size else None,
            "sign_up_state": t(f"activities.state.{party.state}"),
            "applied_at": f"{self.context.local(party.applied_at):%Y-%m-%d %H:%M}",
        }
        name = _identity(session.code, party.seq_no)
        return SheetLine(name, f"{name} {mask_name(person.name)}", values)

    def change(self, identity: str, edited: Mapping[str, Any]) -> None:
        """Make a party another size, or take it off the list."""
        _, party = self._party(identity)
        state = edited.get("sign_up_state", party.state)
        if state != party.state:
            if state not in GONE or state == "dropped" or party.state not in LIVE:
                raise ExchangeError("state_on_screen")
            if edited.keys() - {"sign_up_state"}:
                raise ExchangeError("cancelled_and_changed")
            by_centre = state == "cancelled_by_centre"
            self._moved += cancel_within(
                self.context, self.connection, party.id, by_centre=by_centre, reason="", seating=self._seating
            )
            return
        size = edited.get("party_size", party.party_size)
        kept = None if party.least_seats == party.party_size else min(size, party.least_seats)
        least = edited.get("least_seats", kept)
        self._moved += change_within(self.context, self.connection, party.id, size, least or size, self._seating)

    def add(self, identity: str, said: Mapping[str, Any]) -> tuple[str, str]:
        """Sign somebody up."""
        if identity:
            raise ExchangeError("identity_of_new")
        if said.get("sign_up_state") in GONE:
            raise ExchangeError("new_and_gone")
        code, size = said["session"], said["party_size"]
        made = sign_up_row(
            self.context,
            self.connection,
            code,
            said["person"],
            said["phone"],
            size,
            said.get("least_seats"),
            self._seating,
        )
        name = _identity(code, made.seq_no)
        return name, f"{name} {mask_name(said['person'])}"

    def is_there(self, said: Mapping[str, Any]) -> bool:
        """Whether whoever the row names stands on the list with as many people."""
        found = standing(self.context, self.connection, said["session"], said["person"], said["phone"])
        return found is not None and found.party_size == said["party_size"]


class Attendance(_OfSessions):
    """What became of whoever had a seat, and the head count of people without a sign-up."""

    form = ATTENDANCE

    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """What can become of a party."""
        return {"status": tuple(t(f"activities.status.{one}") for one in _STATUSES)}

    def lines(self, scope: Scope, mode: Mode) -> list[SheetLine]:
        """Whoever has a seat or a mark, by session and number, and under each session the people without a name."""
        found: list[SheetLine] = []
        for session in self._sessions(scope):
            if session.state == "cancelled":
                continue
            listed = records.registrations(self.connection, session.code)
            found += [self._line(session, one, mode) for one in listed if one.seats > 0 or one.status]
            found.append(self._walk_ins(session))
        return found

    def line(self, identity: str, mode: Mode) -> SheetLine | None:
        """One party, or the walk-ins of a session, as they would go out now."""
        code, number = _named(identity)
        session = self._session(code)
        if session is None:
            return None
        if number == WALK_INS:
            return self._walk_ins(session)
        one = records.registration_line(self.connection, code, number)
        return self._line(session, one, mode) if one is not None else None

    def _line(self, session: Session, one: RegistrationLine, mode: Mode) -> SheetLine:
        values: dict[str, Cell] = {
            **self._about(session),
            "person": one.name if mode == "full" else mask_name(one.name),
            "expected": one.seats or one.party_size,
            "status": t(f"activities.status.{one.status}") if one.status else "",
            "came": one.came,
        }
        name = _identity(session.code, one.seq_no)
        return SheetLine(name, f"{name} {mask_name(one.name)}", values)

    def _walk_ins(self, session: Session) -> SheetLine:
        found = marks.attendance_of(self.connection, session.code, None)
        values: dict[str, Cell] = {
            **self._about(session),
            "person": t("activities.status.walk_in"),
            "expected": None,
            "status": "",
            "came": found[1] if found else None,
        }
        name = _identity(session.code, WALK_INS)
        return SheetLine(name, f"{session.code} {t('activities.status.walk_in')}", values)

    def change(self, identity: str, edited: Mapping[str, Any]) -> None:
        """Record what became of a party, or how many came without a name."""
        code, number = _named(identity)
        if number == WALK_INS:
            if edited.get("status"):
                raise ExchangeError("walk_ins_count")
            if "came" in edited:
                self._count(code, edited["came"] or 0)
            return
        _, party = self._party(identity)
        before = marks.attendance_of(self.connection, code, party.id)
        status = edited.get("status", before[0] if before else None)
        if status is None:
            if edited.get("came"):
                raise ExchangeError("status_missing")
            put_mark(self.context, self.connection, Wanted(party.id, None), way="import")
            return
        # How many came says nothing of how many stayed away.
        kept = before[1] if before is not None and before[0] == status else None
        came = edited.get("came", kept)
        put_mark(self.context, self.connection, Wanted(party.id, status, came), way="import")

    def _count(self, code: str, heads: int) -> None:
        require_markable(self.context, self.connection, code)
        if heads == 0:
            marks.clear_attendance(self.connection, code, None)
            return
        operator = self.context.operator
        marks.put_attendance(
            self.connection,
            code,
            None,
            "walk_in",
            heads,
            at=self.context.now_ms(),
            operator_no=operator.no if operator else None,
            way="import",
        )

    def add(self, identity: str, said: Mapping[str, Any]) -> tuple[str, str]:
        """Nobody is entered by a sheet of attendance."""
        raise ExchangeError("new_attendance")

    def is_there(self, said: Mapping[str, Any]) -> bool:
        """Nobody is entered by a sheet of attendance."""
        return False
