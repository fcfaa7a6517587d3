"""The twenty digits of a volunteer's card: made, and read back from whatever a scanner typed.

Digits only, so that an active input method, Caps Lock and keyboard layouts cannot spoil them (design §3,
Cards): magic 7, version 1, volunteer number (7), card serial (2), keyed BLAKE2b MAC (8), Damm check digit
(1). The check digit finds what a person mistyped; the MAC refuses what this centre never printed. Standard
library only, since every scan passes through here.
"""

from __future__ import annotations

import hashlib
import re
from hmac import compare_digest
from typing import ClassVar, NamedTuple
from unicodedata import normalize

from frontdesk.errors import DeskError

CODE_LENGTH = 20
HIGHEST_SERIAL = 99

_PREFIX = "71"
_SIGNED = 11
_MAC_DIGITS = 8
_MAC_MODULUS = 10**_MAC_DIGITS

# Identity numbers old and new, payment codes of 18 digits, Alipay's of 16 to 24 (they begin 25 to 30), retail
# codes, and anything that is not all digits: web addresses, Wi-Fi codes, visiting cards.
_FOREIGN = re.compile(
    r"[0-9]{17}[0-9Xx]|(?!71)[0-9]{15}|(?:2[5-9]|30)[0-9]{14,22}|(?!71)(?:[0-9]{8}|[0-9]{12,14})|.*[^0-9].*",
    re.DOTALL,
)

# H. Michael Damm's totally anti-symmetric quasigroup of order 10 (dissertation, Marburg 2004): it catches
# every wrong digit and every swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
# Indexed by the byte of an ASCII digit, so that reading needs no conversion.
_DAMM_BY_BYTE = tuple((0,) * 48 + row for row in _DAMM)


class CodeFault(DeskError):
    """A code that is not one of this centre's cards.

    Reading refuses with `foreign_code` (a whole code of another kind), `malformed`, `bad_check_digit`,
    `bad_mac`; making refuses with `bad_volunteer_no`, `bad_serial`.
    """

    area: ClassVar[str] = "volunteers"


class CardIdentity(NamedTuple):
    """Whose card it is: the volunteer's seven-digit number, and which of that person's cards (0 to 99)."""

    volunteer_no: str
    serial: int


def make_code(key: bytes, volunteer_no: str, serial: int) -> str:
    """The 20 digits of the card `serial` (0 to 99) of the volunteer with the 7-digit number `volunteer_no`.

    `key` is the centre's card key, 1 to 64 bytes. Raises CodeFault `bad_volunteer_no` or `bad_serial`.
    """
    if not is_volunteer_no(volunteer_no):
        raise CodeFault("bad_volunteer_no", volunteer_no=volunteer_no)
    if not 0 <= serial <= HIGHEST_SERIAL:
        raise CodeFault("bad_serial", serial=serial, highest=HIGHEST_SERIAL)
    head = f"{_PREFIX}{volunteer_no}{serial:02d}"
    body = head + _mac(key, head.encode("ascii"))
    return f"{body}{check_digit(body)}"


def is_volunteer_no(text: str) -> bool:
    """Whether a text has the form of a volunteer's number: seven digits."""
    return len(text) == 7 and text.isascii() and text.isdigit()


def read_code(key: bytes, text: str) -> CardIdentity:
    """Whose card `text` is; full-width digits and surrounding white space are accepted.

    Raises CodeFault: `malformed` (not 20 digits, or another magic or version) or, where the shape is that of
    an identity number, a payment code or a retail code, or where there is anything but digits, `foreign_code`; then
    `bad_check_digit`; then `bad_mac`. The fault carries the length only, never the text.
    """
    code = normal_form(text)
    if len(code) != CODE_LENGTH or not code.isdigit() or not code.startswith(_PREFIX):
        raise CodeFault("foreign_code" if _FOREIGN.fullmatch(code) else "malformed", length=len(code))
    digits = code.encode("ascii")
    if _damm(digits):
        raise CodeFault("bad_check_digit", length=len(code))
    expected = _mac(key, digits[:_SIGNED])
    if not compare_digest(expected, code[_SIGNED:-1]):
        raise CodeFault("bad_mac", length=len(code))
    return CardIdentity(code[2:9], int(code[9:_SIGNED]))


def normal_form(text: str) -> str:
    """`text` without surrounding white space, its compatibility forms folded (NFKC), in ASCII.

    What an input method turned into full-width digits becomes digits again; any character that still is not
    ASCII becomes "?", so that no other script's digits pass for ours.
    """
    if not text.isascii():
        text = normalize("NFKC", text).encode("ascii", "replace").decode("ascii")
    return text.strip()


def code_tail(text: str) -> str:
    """The last four digits, to show or keep beside a scan; empty unless the text has the shape of our cards.

    Nothing of an identity number, a phone or a payment code is ever shown or kept (design §3, Cards).
    """
    code = normal_form(text)
    if len(code) == CODE_LENGTH and code.isdigit() and code.startswith(_PREFIX):
        return code[-4:]
    return ""


def grouped(code: str) -> str:
    """The code in groups of four, as it is printed under the QR code."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def check_digit(digits: str) -> int:
    """The Damm check digit of a string of ASCII digits; 0 for one that already ends in its own."""
    return _damm(digits.encode("ascii"))


def _damm(digits: bytes) -> int:
    interim = 0
    for byte in digits:
        interim = _DAMM_BY_BYTE[interim][byte]
    return interim


def _mac(key: bytes, head: bytes) -> str:
    digest = hashlib.blake2b(head, key=key).digest()
    return f"{int.from_bytes(digest, 'big') % _MAC_MODULUS:08d}"
