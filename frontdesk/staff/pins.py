"""PINs: hashed with argon2id, checked slowly on purpose, and locked for a growing time after wrong ones."""

from __future__ import annotations

from frontdesk.errors import DeskError

MINIMUM_DIGITS = 4
FREE_TRIES = 3
"""Wrong PINs in a row before the first wait."""
FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 3600
"""For one person's number, where another manager can end the wait at once by a new PIN. That of the whole centre, see
`staff.limit`, holds beside it.
"""
LONGEST_LONE_WAIT_SECONDS = 900
"""For the number of the only manager, which nobody could open: who locks it on purpose keeps nobody out for an hour."""
LONGEST_KIOSK_WAIT_SECONDS = 300
"""At the kiosk, where anybody can make it grow: staff who must get out of it are not kept in for an hour."""


NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$bZYc08pS4Z9cMyddAi8OBw$vwrMMw+/+e2hAR8rOgLk4EKAjwZhsDRkZZ8/A9wB87Q"
"""The hash of a random PIN that nobody has. Checking against it takes as long as checking anybody's."""


def check_shape(pin: str) -> str:
    """The PIN if it may be used: 4 to 12 digits, not all the same. Raises DeskError `pin_weak`."""
    if not (pin.isascii() and pin.isdigit() and MINIMUM_DIGITS <= len(pin) <= 12) or len(set(pin)) == 1:
        raise DeskError("pin_weak", digits=MINIMUM_DIGITS)
    return pin


def hash_pin(pin: str) -> str:
    """The argon2id hash that is stored for a PIN."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(pin)


def matches(pin_hash: str, pin: str) -> bool:
    """Whether this is the PIN behind the hash."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False


def wait_seconds(failures: int, longest: int = LONGEST_WAIT_SECONDS) -> int:
    """How long to wait after this many wrong PINs in a row: 30 s after the third, doubling up to an hour, or up to
    the `longest` seconds given.
    """
    if failures < FREE_TRIES:
        return 0
    return int(min(FIRST_WAIT_SECONDS * 2 ** min(failures - FREE_TRIES, 16), longest))
