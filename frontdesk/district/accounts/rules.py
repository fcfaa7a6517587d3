"""What an account may be called, which passwords are taken, and how long to wait after wrong ones. Pure."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from typing import Literal

from frontdesk.common.cooling import Cooling
from frontdesk.district.accounts.errors import AccountError

Role = Literal["district", "street"]
ROLES: tuple[Role, ...] = ("district", "street")
"""The district's people see all; a street's people see their own centres only, and change nothing for others."""

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
FEWEST_CHARACTERS = 5
"""How many different characters a password has at least."""

RESERVED = ("system", "command")
"""What the record of changes calls the program itself, and its command line where nobody is named."""

_NAME = re.compile(r"[\w.@-]{2,40}")
_INITIAL_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1: it is read aloud or copied from paper."""


def plain_name(typed: str) -> str:
    """A typed account name as it is kept and compared: NFKC, without blanks around, in lower case."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def check_name(typed: str) -> str:
    """The name to keep. Raises AccountError `bad_account_name` unless it is 2 to 40 letters, digits or . @ - _."""
    name = plain_name(typed)
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise AccountError("bad_account_name")
    return name


def check_role(role: str, street: str | None) -> tuple[Role, str | None]:
    """The role, and the street that goes with it. Raises AccountError `bad_role` or `street_missing`."""
    chosen = next((known for known in ROLES if known == role), None)
    if chosen is None:
        raise AccountError("bad_role")
    street = (street or "").strip()
    if chosen == "street" and not street:
        raise AccountError("street_missing")
    return chosen, street if chosen == "street" else None


def plain_password(typed: str) -> str:
    """A password as it is hashed: NFC, so that two keyboards that write an accent differently write the same."""
    return unicodedata.normalize("NFC", typed)


def check_password(typed: str, name: str) -> str:
    """The password to keep.

    Raises AccountError `password_weak` when it has fewer than 10 characters, fewer than five different ones, more than
    200, or holds the account's name.
    """
    password = plain_password(typed)
    long_enough = SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD
    if not long_enough or len(set(password)) < FEWEST_CHARACTERS or name in password.casefold():
        raise AccountError("password_weak", characters=SHORTEST_PASSWORD, different=FEWEST_CHARACTERS)
    return password


def initial_password() -> str:
    """A random password for the first time, in four groups of four: 79 bits."""
    return "-".join("".join(secrets.choice(_INITIAL_ALPHABET) for _ in range(4)) for _ in range(4))


def waiting_seconds(failures_ms: Iterable[int], now_ms: int) -> int:
    """How many seconds to wait after wrong passwords at these instants (UTC milliseconds), rounded up; 0 for none."""
    # A clock that was put back makes nobody wait for the time that it was put back by.
    ages = [max(0, now_ms - at) / 1000 for at in sorted(failures_ms)]
    left = Cooling.after(ages, now_ms / 1000).left(now_ms / 1000)
    # A thousandth is below what an instant is kept with.
    return -int(-(left - 0.001) // 1) if left > 0.001 else 0
