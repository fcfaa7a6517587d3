"""The twenty digits that this centre prints in its codes: made, and read back from whatever a scanner typed.

Digits only, so that an active input method, Caps Lock and keyboard layouts cannot spoil them (design §3, Cards): magic
7, version (1), number (7), serial (2), keyed BLAKE2b MAC (8), Damm check digit (1). What the number and the serial are
of follows from the version. The check digit finds what a person mistyped; the MAC refuses what this centre never
printed. Standard library only, since every scan passes through here.
"""

from __future__ import annotations

import hashlib
import re
from hmac import compare_digest
from typing import Final, Literal
from unicodedata import normalize

CODE_LENGTH = 20
HIGHEST_SERIAL = 99

Version = Literal["1", "2"]
CARD: Final = "1"
"""The version of a volunteer's card: number and serial are the volunteer's and the card's."""
TICKET: Final = "2"
"""The version of a ticket for a session: the number is that of the sign-up."""

Fault = Literal["foreign_code", "malformed", "bad_check_digit", "bad_mac"]

_MAGIC = "7"
STARTS = (f"{_MAGIC}{CARD}", f"{_MAGIC}{TICKET}")
"""What a code of this centre begins with."""

_SIGNED = 11
_MAC_DIGITS = 8
_MAC_MODULUS = 10**_MAC_DIGITS

# Identity numbers old and new, payment codes of 18 digits, Alipay's of 16 to 24 (they begin 25 to 30), retail
# codes, and anything that is not all digits: web addresses, Wi-Fi codes, visiting cards.
_FOREIGN = re.compile(
    r"[0-9]{17}[0-9Xx]|(?!7[12])[0-9]{15}|(?:2[5-9]|30)[0-9]{14,22}|(?!7[12])(?:[0-9]{8}|[0-9]{12,14})|.*[^0-9].*",
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


class DigitCodeFault(ValueError):
    """A text that is no code of this centre of the wanted version: why, and how long it is. Never the text itself."""

    def __init__(self, fault: Fault, length: int) -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        self.length = length


def make(key: bytes, version: Version, number: str, serial: int) -> str:
    """The 20 digits of a seven-digit number and a serial (0 to 99), signed with `key`, 1 to 64 bytes.

    Raises ValueError where number or serial are something else.
    """
    if not is_number(number) or not 0 <= serial <= HIGHEST_SERIAL:
        raise ValueError("number or serial out of range")
    head = f"{_MAGIC}{version}{number}{serial:02d}"
    body = head + _mac(key, head.encode("ascii"))
    return f"{body}{check_digit(body)}"


def is_number(text: str) -> bool:
    """Whether a text has the form of a number in a code: seven digits."""
    return len(text) == 7 and text.isascii() and text.isdigit()


def read(key: bytes, text: str, version: Version) -> tuple[str, int]:
    """The number and the serial in a code of a version; full-width digits and surrounding white space are accepted.

    Raises DigitCodeFault: `malformed` (not 20 digits, or another magic or version) or, where the shape is that of
    an identity number, a payment code or a retail code, or where there is anything but digits, `foreign_code`; then
    `bad_check_digit`; then `bad_mac`.
    """
    code = normal_form(text)
    if len(code) != CODE_LENGTH or not code.isdigit() or not code.startswith(_MAGIC + version):
        raise DigitCodeFault("foreign_code" if _FOREIGN.fullmatch(code) else "malformed", len(code))
    digits = code.encode("ascii")
    if _damm(digits):
        raise DigitCodeFault("bad_check_digit", len(code))
    expected = _mac(key, digits[:_SIGNED])
    if not compare_digest(expected, code[_SIGNED:-1]):
        raise DigitCodeFault("bad_mac", len(code))
    return code[2:9], int(code[9:_SIGNED])


def version_of(text: str) -> str:
    """The version that a text of the shape of our codes says; "" for any other text. Nothing is verified."""
    code = normal_form(text)
    is_ours = len(code) == CODE_LENGTH and code.isdigit() and code.startswith(_MAGIC)
    return code[1] if is_ours else ""


def normal_form(text: str) -> str:
    """`text` without surrounding white space, its compatibility forms folded (NFKC), in ASCII.

    What an input method turned into full-width digits becomes digits again; any character that still is not
    ASCII becomes "?", so that no other script's digits pass for ours.
    """
    if not text.isascii():
        text = normalize("NFKC", text).encode("ascii", "replace").decode("ascii")
    return text.strip()


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
