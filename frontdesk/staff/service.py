"""Setting up a centre, signing in, and who may act."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from db import access as tries
from db import centre as centres
from db import staff as records
from db.access import SignInDebt
from db.centre import Centre
from db.connection import Database, open_database, whole_new_database
from db.newfile import OWNERS_FOLDER
from db.staff import Staff
from frontdesk.clock import uptime_ms
from frontdesk.common.names import clean_line, clean_name
from frontdesk.context import Clock, Context, Operator, Settings, Source, system_clock, to_ms
from frontdesk.errors import DeskError
from frontdesk.home import Home
from frontdesk.keys import Keyring
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.staff import limit, pins

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.checking import Invariant
    from frontdesk.sheets.outcome import ImportOutcome

DEFAULT_ZONE = "Asia/Shanghai"
LONGEST_NAME = 100
CODES = {
    "code": r"[0-9A-Za-z_-]{1,32}",
    "manager_no": r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._/-]{0,31}",
}
"""What codes and numbers may be: the centre's goes to the district, the manager's stands in the staff list too."""


def set_up_centre(
    home: Home,
    *,
    code: str,
    name: str,
    street: str,
    district: str,
    manager_no: str,
    manager_name: str,
    pin: str | None,
    clock: Clock = system_clock,
    source: Source = "cli",
    synchronous: str = "FULL",
) -> Context:
    """Make a centre in an empty home, with its manager signed in; returns its context.

    Without a PIN the manager sets one at the first sign-in. The centre's file appears only when all of it is written;
    of two set-ups at once the second is refused. Where the system knows modes, no other account of the computer can
    read a home that is made here, nor the file in any home.
    Raises DeskError `centre_exists`, `missing_value`, `bad_value`, `pin_weak` or `home_not_writable`, and
    DatabaseError.
    """
    centre = Centre(
        code=_checked("code", code),
        name=_checked("name", name),
        street=_checked("street", street),
        district=_checked("district", district),
        zone=DEFAULT_ZONE,
        created_at=to_ms(clock()),
    )
    manager = Staff(
        no=_checked("manager_no", manager_no),
        name=clean_name(_checked("manager_name", manager_name)),
        kind="",
        role="manager",
    )
    pin_hash = pins.hash_pin(pins.check_shape(pin)) if pin else None
    if home.exists():
        raise DeskError("centre_exists", path=str(home.path))
    try:
        home.path.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
        keys = Keyring(home.keys)
        keys.create()
        operator = Operator(manager.no, manager.name, "manager")
        with whole_new_database(home.database, synchronous=synchronous) as database:
            context = Context(home, database, centre, keys, Settings(), source, operator, clock)
            _write_first_rows(context, manager, pin_hash)
    except OSError as failure:
        if isinstance(failure, FileExistsError) and home.exists():
            raise DeskError("centre_exists", path=str(home.path)) from failure
        raise DeskError("home_not_writable", path=str(home.path), reason=failure.strerror or "") from failure
    context.database = open_database(home.database, synchronous=synchronous)
    return context


def _checked(field: str, value: str) -> str:
    """The value as it is kept. Raises DeskError `missing_value` where nothing is left, and `bad_value`."""
    words = t(f"staff.wizard.{field}")
    try:
        kept = clean_line(value)
    except ValueError as wrong:
        raise _bad_value(field) from wrong
    if field in CODES:
        kept = unicodedata.normalize("NFKC", kept)
    if not kept:
        raise DeskError("missing_value", field=words, key=field)
    if not (re.fullmatch(CODES[field], kept) if field in CODES else len(kept) <= LONGEST_NAME):
        raise _bad_value(field)
    return kept


def _bad_value(field: str) -> DeskError:
    rule = t(f"staff.rule.{field if field in CODES else 'name'}", limit=LONGEST_NAME)
    return DeskError("bad_value", field=t(f"staff.wizard.{field}"), key=field, rule=rule)


def _write_first_rows(context: Context, manager: Staff, pin_hash: str | None) -> None:
    """The centre, its manager, the manager's PIN and the known holidays, in the first transaction of the new file."""
    from frontdesk.calendar.service import seed_years

    with context.database.write() as connection:
        centres.insert(connection, context.centre)
        records.put(connection, manager)
        if pin_hash:
            records.set_pin_hash(connection, manager.no, pin_hash)
        context.note(connection, "centre.set_up", context.centre.code)
        seed_years(context, connection)


@allowed("door")
def sign_in(context: Context, no: str, pin: str) -> Operator:
    """The operator behind a staff number and PIN, who from now on acts in this context.

    Raises what `check_pin` raises.
    """
    context.operator = check_pin(context, no, pin, "staff.sign_in")
    return context.operator


@allowed("door")
def check_pin(context: Context, no: str, pin: str, action: str) -> Operator:
    """The person behind a staff number and PIN, with an audit entry of this action; nobody is signed in by it.

    Whoever asks for a PIN asks here. It is checked inside the transaction that counts the tries, so that of several at
    once each is decided by what the others came to. Nobody hears an answer that is not yet counted: killing the
    program saves no try. Tries are counted for the person, and for the whole centre (`staff.limit`). At the kiosk,
    where anybody may try, they are counted for the kiosk instead of the person: they make it wait and never lock
    anybody out of the desk.
    Raises DeskError `sign_in_refused` (the same for an unknown number and a wrong PIN), `sign_in_locked` with the
    seconds to wait, or at the desk `pin_not_set` for somebody who has none yet.
    """
    at_kiosk = context.source == "kiosk"
    with context.database.write() as connection:
        staff = records.get(connection, no.strip())
        if not at_kiosk and staff is not None and staff.pin_hash is None:
            raise DeskError("pin_not_set", no=staff.no)
        left = _seconds_left(context, connection, staff)
        # An unknown number takes as long as a wrong PIN, so that nobody finds out by trying which numbers there are.
        pin_hash = (staff.pin_hash if staff is not None else None) or pins.NOBODYS_HASH
        right = left <= 0 and pins.matches(pin_hash, pin) and staff is not None
        if left <= 0:
            _count_try(context, connection, staff, right=right)
        operator = Operator(staff.no, staff.name, staff.role) if right and staff is not None else None
        if operator is not None:
            replace(context, operator=operator).note(connection, action, operator.no)
    if left > 0:
        raise DeskError("sign_in_locked", seconds=left)
    if operator is None:
        raise DeskError("sign_in_refused")
    return operator


def _seconds_left(context: Context, connection: sqlite3.Connection, staff: Staff | None) -> int:
    """How long until a PIN is looked at, for this person and at this place, in seconds; 0 for now.

    The waits so far are kept by the clocks of now.
    """
    at_kiosk = context.source == "kiosk"
    # The time is read once the other windows are done, which may have taken a while.
    now, uptime = context.now_ms(), uptime_ms(context.clock)
    before = tries.sign_in_debt(connection)
    owed = limit.owed_ms(before, now, uptime)
    if before is not None:
        tries.keep_sign_in_debt(connection, SignInDebt(owed_ms=owed, wall_ms=now, uptime_ms=uptime))
    left = -(-limit.wait_ms(owed, at_kiosk=at_kiosk) // 1000)
    if staff is None and not at_kiosk:
        return left
    counted = None if at_kiosk or staff is None else staff.no
    failed = _failures(connection, counted)
    longest = _longest_wait(connection, counted)
    # A clock that was set back begins the wait anew: it neither opens the lock nor holds it for hours.
    since = min(failed.last_at, now)
    if since != failed.last_at:
        _keep_failures(connection, counted, failed.failures, since)
    return max(left, pins.wait_seconds(failed.failures, longest) - (now - since) // 1000)


def _longest_wait(connection: sqlite3.Connection, no: str | None) -> int:
    """The longest wait for a person's number, or at the kiosk where `no` is None, in seconds."""
    if no is None:
        return pins.LONGEST_KIOSK_WAIT_SECONDS
    return pins.LONGEST_WAIT_SECONDS if records.has_other_manager(connection, no) else pins.LONGEST_LONE_WAIT_SECONDS


def _count_try(context: Context, connection: sqlite3.Connection, staff: Staff | None, *, right: bool) -> None:
    """Count a PIN that was looked at: a right one ends the person's row of wrong ones, and pays no other."""
    at_kiosk = context.source == "kiosk"
    now, uptime = context.now_ms(), uptime_ms(context.clock)
    if at_kiosk or staff is not None:
        counted = None if at_kiosk or staff is None else staff.no
        _keep_failures(connection, counted, 0 if right else _failures(connection, counted).failures + 1, now)
    if right:
        return
    owed = limit.owed_ms(tries.sign_in_debt(connection), now, uptime) + limit.TRY_MS
    tries.keep_sign_in_debt(connection, SignInDebt(owed_ms=owed, wall_ms=now, uptime_ms=uptime))
    if limit.wait_ms(owed, at_kiosk=at_kiosk):
        place = "kiosk" if at_kiosk else "desk"
        replace(context, operator=None).note(connection, "staff.sign_in_locked", place)


def _failures(connection: sqlite3.Connection, no: str | None) -> records.SignInFailures:
    """The wrong PINs in a row for a person, or at the kiosk where `no` is None."""
    return records.kiosk_failures(connection) if no is None else records.failures(connection, no)


def _keep_failures(connection: sqlite3.Connection, no: str | None, failures: int, at: int) -> None:
    """Keep how many wrong PINs in a row there were for a person, or at the kiosk where `no` is None."""
    if no is None:
        records.set_kiosk_failures(connection, failures, at)
    else:
        records.set_failures(connection, no, failures, at)


@allowed("door")
def act_as(context: Context, no: str, pin: str | None) -> Operator:
    """The operator of a command. A PIN is asked of everybody, except of a manager while the centre is being
    set up.

    Raises DeskError `pin_required` when a PIN is needed and none was given, and whatever `sign_in` raises.
    """
    if pin is not None:
        return sign_in(context, no, pin)
    connection = context.database.connection
    staff = records.get(connection, no.strip())
    if staff is None:
        raise DeskError("sign_in_refused")
    if staff.role != "manager" or records.any_pin(connection):
        raise DeskError("pin_required" if staff.pin_hash else "pin_not_set", no=staff.no)
    context.operator = Operator(staff.no, staff.name, staff.role)
    return context.operator


def needs_first_pin(context: Context, no: str) -> bool:
    """Whether this is a manager who may set the centre's first PIN."""
    staff = records.get(context.database.connection, no.strip())
    return bool(staff and staff.role == "manager" and not records.any_pin(context.database.connection))


@allowed("door")
def set_first_pin(context: Context, no: str, pin: str) -> Operator:
    """Set the centre's first PIN, its manager's, and sign the manager in.

    Raises `sign_in_refused` once there is one.
    """
    pin_hash = pins.hash_pin(pins.check_shape(pin))
    with context.database.write() as connection:
        staff = records.get(connection, no.strip())
        # Inside the transaction: of two windows that ask at once only one sets it.
        if staff is None or staff.role != "manager" or records.any_pin(connection):
            raise DeskError("sign_in_refused")
        context.watch(connection)
        records.set_pin_hash(connection, staff.no, pin_hash)
        operator = Operator(staff.no, staff.name, staff.role)
        replace(context, operator=operator).note(connection, "staff.set_pin", staff.no)
    context.operator = operator
    return operator


@allowed("writer", partly=("operator",))
def set_pin(context: Context, no: str, pin: str) -> None:
    """Give a person a PIN: one's own, or as the manager anybody's.

    Who has one already changes it by `change_own_pin`: whoever finds the desk open does not know the one in force. By
    command it has just been given.
    Raises `unknown_staff`, `pin_weak`, `manager_required`, `current_pin_required`.
    """

    def check() -> None:
        if context.require_operator().no != no:
            context.require_manager()
        elif context.source != "cli" and has_pin(context, no):
            raise DeskError("current_pin_required")

    check()
    pin_hash = pins.hash_pin(pins.check_shape(pin))
    with context.change("staff.set_pin", no) as connection:
        check()
        if records.get(connection, no) is None:
            raise DeskError("unknown_staff", no=no)
        records.set_pin_hash(connection, no, pin_hash)
        records.set_failures(connection, no, 0, 0)


def has_pin(context: Context, no: str) -> bool:
    """Whether a person has a PIN."""
    staff = records.get(context.database.connection, no)
    return staff is not None and staff.pin_hash is not None


@allowed("reader")
def change_own_pin(context: Context, current: str, pin: str) -> None:
    """Give oneself another PIN, for the one in force: whoever finds the desk open does not know that one.

    An auditor may too; nothing else is changed by it. Raises `pin_weak`, and what `check_pin` raises.
    """
    no = context.require_operator().no
    pin_hash = pins.hash_pin(pins.check_shape(pin))
    check_pin(context, no, current, "staff.pin_confirmed")
    with context.database.write() as connection:
        if records.get(connection, no) is None:
            raise DeskError("operator_required")
        context.watch(connection)
        records.set_pin_hash(connection, no, pin_hash)
        context.note(connection, "staff.set_pin", no)


@allowed("door")
def reset_manager(context: Context, no: str, key: str, pin: str) -> Operator:
    """Give a manager who forgot it a new PIN, for the centre's recovery key as it stands on its paper; only by command.

    Whoever has that paper can read every backup, and so is trusted with this. Returns the manager, whom nobody has
    signed in by it. Raises DeskError `reset_by_command`, `unknown_staff`, `not_a_manager`, `wrong_recovery_key`,
    `no_recovery_key`, `pin_weak`, and BackupError for what is no recovery key.
    """
    # Backups are many modules, and hardly anybody ever asks this.
    from frontdesk.backup import service as backup

    if context.source != "cli":
        raise DeskError("reset_by_command")
    known = backup.recovery_key(context)
    if known is None:
        raise DeskError("no_recovery_key")
    if backup.read_key(key).key_id != known.key_id:
        raise DeskError("wrong_recovery_key", key=known.key_id[:4])
    pin_hash = pins.hash_pin(pins.check_shape(pin))
    with context.database.write() as connection:
        staff = records.get(connection, no.strip())
        if staff is None:
            raise DeskError("unknown_staff", no=no)
        if staff.role != "manager":
            raise DeskError("not_a_manager", no=staff.no)
        context.watch(connection)
        records.set_pin_hash(connection, staff.no, pin_hash)
        records.set_failures(connection, staff.no, 0, 0)
        replace(context, operator=None).note(connection, "staff.reset_manager", staff.no)
    return Operator(staff.no, staff.name, staff.role)


@allowed("manager")
def set_role(context: Context, no: str, role: records.Role) -> None:
    """Make a person operator, manager or auditor; only a manager may, and not take it from himself.

    Raises `manager_required`, `own_role`, `unknown_staff`.
    """
    manager = context.require_manager()
    if manager.no == no and role != "manager":
        raise DeskError("own_role")
    with context.change("staff.set_role", no, role=role) as connection:
        # By the role that is stored: of two managers who demote each other one stays.
        context.require_manager()
        staff = records.get(connection, no)
        if staff is None:
            raise DeskError("unknown_staff", no=no)
        records.set_role(connection, no, role)


def sign_out(context: Context) -> None:
    """Nobody acts in this context any more."""
    context.operator = None


def staff_list(database: Database) -> list[Staff]:
    """All staff by number."""
    return records.every(database.connection)


def import_staff(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the staff list in; see `frontdesk.staff.importing`."""
    from frontdesk.staff.importing import import_staff as run

    return run(context, path, dry_run=dry_run)


def invariants() -> tuple[Invariant, ...]:
    """What always holds of these records; see `frontdesk.staff.checking`."""
    from frontdesk.staff.checking import INVARIANTS

    return INVARIANTS
