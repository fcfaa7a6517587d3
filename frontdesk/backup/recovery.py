"""The recovery key: 128 random bits, written down as digits in groups, from which the key pair of the backups follows.

Digits only, so that an active input method cannot spoil them. Each of the eight groups is five digits, which are 16
bits, and a Damm check digit over the group's place and these digits: a wrong digit, a swap of neighbours within a group
and two groups in each other's place are always found, and the group is named. The secret half is never stored: it
follows from what stands on the paper (blake2b, with a personal string of its own, to an X25519 key).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING
from unicodedata import normalize

from frontdesk.backup.errors import BackupError
from frontdesk.common.digitcode import check_digit

if TYPE_CHECKING:
    from nacl.public import PrivateKey

GROUPS = 8
GROUP_DIGITS = 6
DIGITS = GROUPS * GROUP_DIGITS
GROUP_VALUES = 1 << 16
KEY_ID_BYTES = 8
QR_VERSION = 3
"""Of the symbol of the digits: version 3 with error correction H holds 58 of them."""
_PERSON = b"frontdesk recov"
_KEY_ID_PERSON = b"frontdesk key-id"


@dataclass(frozen=True, repr=False)
class RecoveryKey:
    """A recovery key in memory, with its secret half: to be shown, printed and confirmed, and never kept."""

    bits: bytes

    @property
    def groups(self) -> tuple[str, ...]:
        """The eight groups of six digits, as they are shown and printed."""
        values = (int.from_bytes(self.bits[place : place + 2], "big") for place in range(0, 2 * GROUPS, 2))
        return tuple(_with_check(place, f"{value:05d}") for place, value in enumerate(values))

    @property
    def digits(self) -> str:
        """All 48 digits without a space: what the QR symbol holds and a scanner types."""
        return "".join(self.groups)

    @property
    def private(self) -> PrivateKey:
        """The X25519 key that opens backups."""
        from nacl.public import PrivateKey

        return PrivateKey(blake2b(self.bits, digest_size=32, person=_PERSON).digest())

    @property
    def public(self) -> bytes:
        """The public half, 32 bytes: all that the centre keeps."""
        return bytes(self.private.public_key)

    @property
    def key_id(self) -> str:
        """The name of the key, 16 hexadecimal digits that tell nothing of it: it stands in every backup."""
        return key_id_of(self.public)


def key_id_of(public: bytes) -> str:
    """The name of a key by its public half."""
    return blake2b(public, digest_size=KEY_ID_BYTES, person=_KEY_ID_PERSON).hexdigest()


def make_key() -> RecoveryKey:
    """A new random key."""
    return RecoveryKey(secrets.token_bytes(2 * GROUPS))


def read_key(text: str) -> RecoveryKey:
    """The key of 48 digits as somebody typed or scanned them, with spaces, hyphens or full-width digits.

    Raises BackupError `key_no_digits` (something else than digits is in it), `key_length` (`found` digits), `key_group`
    with the number of the first group that was mistyped, from 1.
    """
    return RecoveryKey(b"".join(_value(place, group) for place, group in enumerate(split_groups(text))))


def split_groups(text: str) -> list[str]:
    """The eight groups of what was typed, unchecked. Raises BackupError `key_no_digits`, `key_length`."""
    kept = [one for one in normalize("NFKC", text) if not one.isspace() and one not in "-‐‑–—.,、，。"]
    if not all(one.isascii() and one.isdigit() for one in kept):
        raise BackupError("key_no_digits")
    if len(kept) != DIGITS:
        raise BackupError("key_length", found=len(kept), wanted=DIGITS)
    digits = "".join(kept)
    return [digits[start : start + GROUP_DIGITS] for start in range(0, DIGITS, GROUP_DIGITS)]


def group_is_whole(place: int, text: str) -> bool:
    """Whether what was typed for the group at a place, from 0, has six digits and the right check digit."""
    kept = normalize("NFKC", text).replace(" ", "")
    try:
        _value(place, kept)
    except BackupError:
        return False
    return True


def check_groups(key: RecoveryKey, typed: Mapping[int, str]) -> None:
    """Compare some groups, by their places from 0, with what was typed for them from the paper.

    Raises BackupError `key_group` with the number of the first that differs, from 1.
    """
    for place, text in sorted(typed.items()):
        kept = "".join(one for one in normalize("NFKC", text) if one.isdigit())
        if kept != key.groups[place]:
            raise BackupError("key_group", group=place + 1)


def places_to_ask(count: int = 3) -> Sequence[int]:
    """Some places of groups, from 0, drawn by chance and in order: typed back they prove that the paper exists."""
    return sorted(secrets.SystemRandom().sample(range(GROUPS), count))


def _with_check(place: int, digits: str) -> str:
    return f"{digits}{check_digit(f'{place + 1}{digits}')}"


def _value(place: int, group: str) -> bytes:
    if len(group) != GROUP_DIGITS or not group.isascii() or not group.isdigit():
        raise BackupError("key_group", group=place + 1)
    value = int(group[:-1])
    if value >= GROUP_VALUES or _with_check(place, group[:-1]) != group:
        raise BackupError("key_group", group=place + 1)
    return value.to_bytes(2, "big")
