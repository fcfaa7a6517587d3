"""What a use case is given: the database, the time, identifiers, who is signed in, the settings, the keys."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Literal

from db import audit, field_keys, latest
from frontdesk.clock import Clock, midnight_of, system_clock, zone_named
from frontdesk.common.longnumbers import mask_long_numbers
from frontdesk.errors import DeskError
from frontdesk.keys import Keyring
from frontdesk.settings.rules import Settings, damaged

if TYPE_CHECKING:
    import sqlite3
    from zoneinfo import ZoneInfo

    from db.audit_words import Words
    from db.centre import Centre
    from db.changes import Change
    from db.connection import Database
    from db.staff import Role
    from frontdesk.home import Home

__all__ = [
    "Clock",
    "Context",
    "Operator",
    "Settings",
    "Source",
    "open_context",
    "random_id",
    "system_clock",
    "to_ms",
]

Source = Literal["cli", "desk", "kiosk"]


def random_id() -> str:
    """128 random bits in hexadecimal."""
    return secrets.token_hex(16)


@cache
def window_id() -> str:
    """What this window is called in the audit log: eight random digits, others at the next start."""
    return secrets.token_hex(4)


@dataclass(frozen=True)
class Operator:
    """The person who acts."""

    no: str
    name: str
    role: Role


@dataclass
class Context:
    """Handed to every use case. One per thread, because its connection is."""

    home: Home
    database: Database
    centre: Centre
    keys: Keyring
    settings: Settings
    source: Source = "desk"
    operator: Operator | None = None
    clock: Clock = system_clock
    ids: Callable[[], str] = random_id
    damaged_settings: tuple[str, ...] = ()
    """The settings that are stored as what they cannot be, and have their default in force."""
    tells_changes: bool = True
    """Whether entries keep what was before and after; not where made-up people are only being made up."""
    zone: ZoneInfo = field(init=False)
    _settings_as_of: int = field(init=False, default=-1)

    def __post_init__(self) -> None:
        self.zone = zone_named(self.centre.zone)

    def now(self) -> datetime:
        """The instant, in UTC."""
        return self.clock()

    def now_ms(self) -> int:
        """The instant as the database stores it: UTC milliseconds."""
        return to_ms(self.clock())

    def today(self) -> date:
        """The local date of the centre."""
        return self.clock().astimezone(self.zone).date()

    def local(self, at: int) -> datetime:
        """A stored instant as the centre's wall clock shows it."""
        return datetime.fromtimestamp(at / 1000, self.zone)

    def local_day(self, at: int) -> str:
        """The local date of a stored instant, as the database stores it."""
        return self.local(at).date().isoformat()

    def midnight(self, day: date) -> int:
        """When a local day begins, as the database stores instants: UTC milliseconds."""
        return midnight_of(day, self.zone)

    def refresh_settings(self) -> None:
        """Read the settings again where another window may have changed them since this was last asked, and which field
        key counts.

        One number is compared, which changes when another connection has committed; only then the table is read.
        Raises DatabaseError `upgraded_meanwhile` where that was a newer program's.
        """
        version = self.database.changes_seen()[0]
        if version != self._settings_as_of:
            self.database.refuse_newer()
            self.read_settings()
            self.keys.use_field(field_keys.current(self.database.connection))
            self._settings_as_of = version

    def read_settings(self) -> None:
        """Have the settings as they are stored now, the default where what is stored cannot be."""
        from db.centre import settings

        stored = settings(self.database.connection)
        self.settings, self.damaged_settings = Settings.of(stored), damaged(stored)

    def require_operator(self) -> Operator:
        """Who is signed in. Raises DeskError `operator_required` when nobody is."""
        if self.operator is None:
            raise DeskError("operator_required")
        return self.operator

    def require_manager(self) -> Operator:
        """Who is signed in, if a manager. Raises DeskError `manager_required` otherwise."""
        operator = self.require_operator()
        if operator.role != "manager":
            raise DeskError("manager_required", no=operator.no)
        return operator

    def require_writer(self) -> Operator:
        """Who is signed in and may write. Raises DeskError `operator_required` or `auditor_reads_only`."""
        operator = self.operator
        if operator is None:
            raise DeskError("operator_required")
        if operator.role == "auditor":
            raise DeskError("auditor_reads_only", no=operator.no)
        return operator

    @contextmanager
    def change(self, action: str, subject: str, **detail: object) -> Iterator[sqlite3.Connection]:
        """One write transaction together with its audit entry, for an operator who is confirmed in it.

        Raises what `require_writer` raises.
        `detail` goes into the entry as JSON: numbers and codes, never names or phones; words of people as `reason`,
        `words` or `note`, which are kept beside it.
        """
        self.require_writer()
        with self.database.write() as connection:
            self.confirm_operator(connection)
            yield connection
            self.note(connection, action, subject, **detail)

    def confirm_operator(self, connection: sqlite3.Connection) -> Operator:
        """Who is signed in, with the role that is stored now, inside a running write transaction.

        What was true at sign-in may have been taken back in another window since. From here on every change of the
        transaction is seen, and the next entry tells it before and after. Raises what `require_writer` raises:
        `operator_required` also for somebody who is no longer on the staff; and DeskError `key_changed`.
        """
        from db.staff import role_of

        self.confirm_keys(connection)
        self.watch(connection)
        operator = self.require_operator()
        stored = role_of(connection, operator.no)
        if stored is None:
            self.operator = None
            raise DeskError("operator_required")
        if stored != operator.role:
            self.operator = operator = replace(operator, role=stored)
        return self.require_writer()

    def confirm_keys(self, connection: sqlite3.Connection) -> None:
        """That what was sealed for this write transaction is under the field key that counts now.

        Raises DeskError `key_changed` where another window has just changed it: done again, it is under the new one.
        """
        if self.keys.use_field(field_keys.current(connection)):
            raise DeskError("key_changed")

    def watch(self, connection: sqlite3.Connection) -> None:
        """See what a running write transaction changes: its entries tell what was before and after.

        Whoever acts after `confirm_operator` need not call it.
        """
        if not self.tells_changes:
            return
        # Neither the start of the program nor a scan needs it.
        from db import changes

        changes.watch(connection, self.database.untold.add)
        self.database.before_commit = self._tell_rest

    def _tell_rest(self, connection: sqlite3.Connection) -> None:
        """What was changed after the last entry of a transaction gets one of its own: no change stays untold."""
        if not self.database.untold:
            return
        from db import changes

        rest = changes.take(connection, self.keys.audit)
        if rest:
            self._append(connection, "audit.rest", "", "{}", rest)
        if "forgotten" in self.database.untold:
            changes.settle(connection)
        self.database.untold.clear()

    def note(self, connection: sqlite3.Connection, action: str, subject: str, **detail: object) -> None:
        """Append an audit entry inside a running transaction, with what was changed in it since the one before."""
        said = "{}"
        words: Sequence[Words] = ()
        if detail:
            kept = {name: _without_long_numbers(value) for name, value in detail.items()}
            if not audit.WORDS.isdisjoint(kept):
                from db import audit_words

                kept, words = audit_words.apart(kept, self.keys.audit)
            said = json.dumps(kept, ensure_ascii=False, sort_keys=True)
        changed: Sequence[Change] = ()
        if self.database.untold:
            from db import changes

            changed = changes.take(connection, self.keys.audit)
        self._append(connection, action, subject, said, changed, words)

    def _append(
        self,
        connection: sqlite3.Connection,
        action: str,
        subject: str,
        said: str,
        changed: Sequence[Change],
        words: Sequence[Words] = (),
    ) -> None:
        operator_no = self.operator.no if self.operator else None
        now = self.now_ms()
        before = audit.append(
            connection,
            now,
            operator_no,
            self.source,
            action,
            subject,
            said,
            place=window_id(),
            changed=changed,
            words=words,
        )
        if before is not None and now < before:
            # The entry just made would hide it: whatever is changed by a wrong clock, no scan is taken by it. Also of
            # a step that is forgiven, or a clock set back a little again and again would be found right each time.
            latest.keep(connection, before)


_IDENTIFIER = re.compile(r"(?=.*[a-f])[0-9a-f-]{32,}")
"""What a hash or a random identifier looks like; its digits are nobody's."""


def _without_long_numbers(value: object) -> object:
    """The last line against somebody's identity or bank card in the audit log: the use cases have refused it by now."""
    if not isinstance(value, str) or _IDENTIFIER.fullmatch(value):
        return value
    return mask_long_numbers(value)


def to_ms(instant: datetime) -> int:
    """An aware datetime as UTC milliseconds since the epoch."""
    return round(instant.timestamp() * 1000)


def open_context(
    home: Home,
    *,
    source: Source,
    clock: Clock = system_clock,
    operator: Operator | None = None,
    synchronous: str | None = None,
    puts_aside: bool = True,
) -> Context:
    """The context of the centre in `home`. Raises DatabaseError or DeskError when it cannot be opened.

    `synchronous` (or FRONTDESK_SYNCHRONOUS) is FULL except in measurements. `puts_aside` is False for a home that is a
    copy itself, of which no copy is made before its file is upgraded.
    """
    from db import centre as centres
    from db.connection import open_database
    from db.newfile import remove_abandoned

    if home.is_unsettled():
        from frontdesk.backup.service import settle_home

        settle_home(home)
    # A key that a killed program was making counts for nothing.
    remove_abandoned(home.keys / "any.key", r".+\.key")
    database = open_database(home.database, synchronous=synchronous or durability(), puts_aside=puts_aside)
    try:
        centre = centres.load(database.connection)
        if centre is None:
            raise DeskError("no_centre", path=str(home.path))
        stored = centres.settings(database.connection)
        return Context(
            home=home,
            database=database,
            centre=centre,
            keys=Keyring(home.keys, field_keys.current(database.connection), field_keys.relied_on(database.connection)),
            settings=Settings.of(stored),
            damaged_settings=damaged(stored),
            source=source,
            operator=operator,
            clock=clock,
        )
    except BaseException:
        database.close()
        raise


def durability() -> str:
    """What FRONTDESK_SYNCHRONOUS asks for: FULL unless a measurement says NORMAL or OFF. Raises `bad_synchronous`."""
    level = os.environ.get("FRONTDESK_SYNCHRONOUS") or "FULL"
    if level not in ("FULL", "NORMAL", "OFF"):
        raise DeskError("bad_synchronous", value=level)
    return level
