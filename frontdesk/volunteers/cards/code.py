"""The twenty digits of a volunteer's card: made, and read back from whatever a scanner typed.

Version 1 of the centre's codes (`frontdesk.common.digitcode`): the volunteer's number and the serial of the card.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from frontdesk.common import digitcode
from frontdesk.common.digitcode import (
    CARD,
    CODE_LENGTH,
    HIGHEST_SERIAL,
    DigitCodeFault,
    check_digit,
    grouped,
    normal_form,
)
from frontdesk.errors import DeskError

__all__ = [
    "CODE_LENGTH",
    "HIGHEST_SERIAL",
    "CardIdentity",
    "CodeFault",
    "check_digit",
    "code_tail",
    "grouped",
    "is_volunteer_no",
    "make_code",
    "normal_form",
    "read_code",
]


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
    return digitcode.make(key, CARD, volunteer_no, serial)


def is_volunteer_no(text: str) -> bool:
    """Whether a text has the form of a volunteer's number: seven digits."""
    return digitcode.is_number(text)


def read_code(key: bytes, text: str) -> CardIdentity:
    """Whose card `text` is; full-width digits and surrounding white space are accepted.

    Raises CodeFault: `malformed` (not 20 digits, or another magic or version) or, where the shape is that of
    an identity number, a payment code or a retail code, or where there is anything but digits, `foreign_code`; then
    `bad_check_digit`; then `bad_mac`. The fault carries the length only, never the text.
    """
    try:
        return CardIdentity(*digitcode.read(key, text, CARD))
    except DigitCodeFault as wrong:
        raise CodeFault(wrong.fault, length=wrong.length) from wrong


def code_tail(text: str) -> str:
    """The last four digits, to show or keep beside a scan; empty unless the text has the shape of our cards.

    Nothing of an identity number, a phone or a payment code is ever shown or kept (design §3, Cards).
    """
    return normal_form(text)[-4:] if digitcode.version_of(text) == CARD else ""
