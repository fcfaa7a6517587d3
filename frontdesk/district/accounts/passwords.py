"""Passwords: hashed with argon2id and checked slowly on purpose, a few at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

TIME_COST, MEMORY_KIB, LANES = 2, 19_456, 1
"""The least that OWASP recommends for argon2id: a check takes some hundredths of a second."""

AT_ONCE = 4
"""Checks that run at the same time: each takes 19 MiB, and a flood of sign-ins must not take the memory.

They run in so many threads of their own: a thread keeps what it once took, and each of the forty that answer requests
would keep it.
"""

NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$bZYc08pS4Z9cMyddAi8OBw$vwrMMw+/+e2hAR8rOgLk4EKAjwZhsDRkZZ8/A9wB87Q"
"""The hash of a random password that nobody has. Checking against it takes as long as checking anybody's."""

_few = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="district-password")


def hash_password(password: str) -> str:
    """The argon2id hash that is stored for a password."""
    return _few.submit(_hash, password).result()


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the password behind the hash."""
    return _few.submit(_verify, password_hash, password).result()


def _hash(password: str) -> str:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES).hash(password)


def _verify(password_hash: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
