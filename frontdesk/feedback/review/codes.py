"""The one-time codes of a round of reviews: twelve digits, made and recognised without a list of them.

Three digits of a serial, eight of a keyed BLAKE2b MAC over round and serial, one of a Damm check digit. The check digit
finds what a person mistyped; the MAC refuses what this centre never printed: of a hundred million guesses one is right.
The serial stays below 700, so that no code begins like a card, whose digits a scanner types.
"""

from __future__ import annotations

import hashlib
from hmac import compare_digest

from frontdesk.common.digitcode import check_digit, normal_form

LENGTH = 12
MOST_CODES = 600
_SERIAL, _MAC_DIGITS = 3, 8
_DIGEST_BYTES = 16


def make_code(key: bytes, no: int, serial: int) -> str:
    """The code with a serial (1 to `MOST_CODES`) of a round. Raises ValueError for another serial."""
    if not 1 <= serial <= MOST_CODES:
        raise ValueError("serial out of range")
    head = f"{serial:0{_SERIAL}d}"
    body = head + _mac(key, no, head)
    return f"{body}{check_digit(body)}"


def typed_code(text: str) -> str | None:
    """The twelve digits that were typed, with or without gaps, in full width too; None where it is something else."""
    digits = "".join(one for one in normal_form(text) if one not in " -_.")
    return digits if len(digits) == LENGTH and digits.isascii() and digits.isdigit() else None


def serial_of(key: bytes, no: int, code: str) -> int | None:
    """The serial of a code of a round; None where the round has no such code."""
    head = code[:_SERIAL]
    serial = int(head)
    if check_digit(code) or not 1 <= serial <= MOST_CODES:
        return None
    return serial if compare_digest(_mac(key, no, head), code[_SERIAL:-1]) else None


def digest_of(key: bytes, no: int, code: str) -> bytes:
    """What is kept of a used code: nobody without the key can say which code it was."""
    said = f"{no} {code}".encode("ascii")
    return hashlib.blake2b(said, key=key, digest_size=_DIGEST_BYTES, person=b"review used").digest()


def _mac(key: bytes, no: int, head: str) -> str:
    digest = hashlib.blake2b(f"{no} {head}".encode("ascii"), key=key, person=b"review code").digest()
    return f"{int.from_bytes(digest, 'big') % 10**_MAC_DIGITS:0{_MAC_DIGITS}d}"
