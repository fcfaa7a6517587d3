"""Telling a scanner from a person by the pace of the keys. Pure: keys and times go in, what to do with them comes out.

A keyboard-wedge scanner types a whole code and Enter within some milliseconds a key. What it types is therefore held
back for the blink in which it shows who types: everything that is text, since a web address or a Wi-Fi code is scanned
as well, and its digits would be ratings and its letters commands. What a machine typed is never handed to a widget as
keys: it is one scan, whole or not, whatever ended it (Enter, Tab, or nothing), so that a half-filled form keeps its
content, no focused button is pressed and no digit of a torn card marks anybody present. What a person typed is handed
on, in order and complete (design §3, "Scanning works everywhere").

While a text field has the focus letters are text, by whatever hand, expander, input method or scanner they come, and
only digits are held back. Digits that come in one burst with something else are text too, such as the path of a file
that a terminal types when it is dropped there, unless they are as long as a card's or an identity number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar
from unicodedata import digit, normalize

from frontdesk.common.digitcode import CODE_LENGTH as OWN_CODE_LENGTH
from frontdesk.common.digitcode import STARTS as OWN_CODE_STARTS
from frontdesk.common.digitcode import check_digit
from frontdesk.common.longnumbers import SHORTEST as LONG_NUMBER

K = TypeVar("K")

KEY_GAP = 0.05
"""The longest pause, in seconds, between two keys of a slow scanner; people need longer even on a number pad."""

OWN_CODE_GAP = 0.3
"""The pause that is forgiven within what begins like our own cards, and within any burst that is certain: a busy
computer may stamp its keys late, and a card must not be lost to that.
"""

SECONDS_A_KEY = 0.04
"""The pace, on the average of a whole code, that no person reaches."""

MACHINE_SECONDS_A_KEY = 0.015
"""The pace at which already three keys are a machine's; a key that is held down repeats at half of it."""

CERTIFICATE_NUMBER_LENGTH = 10
SHORTEST_SCAN = 8
SHORTEST_OWN_SCAN = 12
SHORTEST_MACHINE_BURST = 3
CERTAIN_AFTER = 4
LONGEST_BURST = 8192
"""More than the 7,089 characters that the largest QR code holds: whatever a scanner types in one go is one code."""
MOST_KEYS_BEFORE_A_CARD = 2
"""How many keys of a person a card may run into before their hold is over."""
NO_TEXT = "\ufffd"
"""What stands for bytes that are no text."""
LATE_END = 1.0
"""How long after a code that nothing ended its Enter may still come, and is meant for nobody."""


@dataclass
class Released(Generic[K]):
    """What a key led to: the keys to hand on, in order, or what a machine typed with the keys it typed it by.

    `ended` says whether Enter or Tab ended the code, `torn` that it is the rest of one before it. While keys are held
    all is empty.
    """

    keys: list[K] = field(default_factory=list)
    code: str | None = None
    burst: list[K] = field(default_factory=list)
    ended: bool = False
    torn: bool = False


class ScanGate(Generic[K]):
    """Holds back the keys of a burst. `K` is whatever stands for a key; it is given back untouched."""

    def __init__(self) -> None:
        self._held: list[K] = []
        self._text: list[str] = []
        self._last = 0.0
        self._first = 0.0
        self._only_digits = True
        self._unended_at = -LATE_END
        self._scanned_at = -LATE_END
        self._text_at = -KEY_GAP
        self._in_field = self._beside_text = False

    @property
    def holding(self) -> bool:
        """Whether keys are held back, so that `expire` must be called before long."""
        return bool(self._held)

    def feed(
        self, key: K, character: str | None, ends: bool, time: float, *, in_field: bool = False
    ) -> list[Released[K]]:
        """Take one key. `character` is what it types (None for none), `ends` whether it is Enter or Tab, `time` when it
        was typed, in seconds, `in_field` whether a text field has the focus. Returns what it led to, in order.
        """
        released: list[Released[K]] = []
        if self._held and time - self._last > self._patience():
            released += self._decided(time)
        if ends and self._held:
            released += self._decided(time, ended=True)
            (released[-1].keys if released[-1].code is None else released[-1].burst).append(key)
            return released
        if ends and time - self._unended_at <= LATE_END:
            self._unended_at = -LATE_END
            return released
        if ends and self._goes_on(time):
            # An empty line within what a scanner typed, or the second half of its line end.
            self._scanned_at = time
            return released
        if not _belongs(character, bool(self._held), in_field) or len(self._held) >= LONGEST_BURST:
            is_text = in_field and character is not None and character.isprintable()
            if self._held:
                self._beside_text |= is_text and time - self._last <= KEY_GAP
                released += self._decided(time)
            self._text_at = time if is_text else -KEY_GAP
            return [*released, Released(keys=[key])]
        if not self._held:
            self._first, self._only_digits, self._in_field = time, True, in_field
            self._beside_text = in_field and time - self._text_at <= KEY_GAP
        self._only_digits = self._only_digits and digit(character or "", None) is not None
        self._held.append(key)
        self._text.append(character or "")
        self._last = time
        return released

    def expire(self, now: float) -> list[Released[K]]:
        """What to do with the keys because nothing followed them; nothing while the burst may still go on."""
        return self._decided(now) if self._held and now - self._last > self._patience() else []

    def meant_for_field(self) -> None:
        """What came without an end was no scan after all: the next Enter is somebody's."""
        self._unended_at = self._scanned_at = -LATE_END

    def _goes_on(self, time: float) -> bool:
        """Whether what begins now follows a scan so closely that the same machine types it."""
        return 0 <= time - self._scanned_at <= MACHINE_SECONDS_A_KEY

    def _patience(self) -> float:
        """How long the next key may stay away."""
        typed = len(self._held)
        certain = typed >= CERTAIN_AFTER and self._pace(SECONDS_A_KEY)
        start = normalize("NFKC", "".join(self._text[: len(OWN_CODE_STARTS[0])]))
        ours = self._only_digits and any(one.startswith(start) for one in OWN_CODE_STARTS)
        return OWN_CODE_GAP if certain or ours else KEY_GAP

    def _pace(self, seconds: float) -> bool:
        """Whether the keys came at this pace or faster."""
        return self._last - self._first <= seconds * (len(self._held) - 1)

    def _is_machine(self, text: str) -> bool:
        """Whether a machine typed what is held."""
        typed = len(self._held)
        # One key that is held down comes as often as a slow scanner types; its digits are still no command.
        is_repeat = len(set(self._text)) == 1 and not self._only_digits
        return (
            (typed >= SHORTEST_SCAN and not is_repeat and self._pace(SECONDS_A_KEY))
            or (typed >= SHORTEST_OWN_SCAN and self._only_digits and text.startswith(OWN_CODE_STARTS))
            # So many digits without a pause are nobody's fingers, also at the pace of the slowest scanner.
            or (typed >= LONG_NUMBER and text[:-1].isdigit() and self._pace(KEY_GAP))
            or (typed >= SHORTEST_MACHINE_BURST and self._pace(MACHINE_SECONDS_A_KEY))
            or self._goes_on(self._first)
        )

    def _is_among_text(self, given: str) -> bool:
        """Whether digits for a field came in one burst with something else, and are too few for a number that no field
        may have.
        """
        runs = "".join(one if digit(one, None) is not None else " " for one in given).split()
        is_long = any(len(run) >= LONG_NUMBER for run in runs)
        return self._in_field and not is_long and (self._beside_text or not self._only_digits)

    def _decided(self, now: float, *, ended: bool = False) -> list[Released[K]]:
        """Whether a machine typed what is held, or a person; never nothing. Where a card of ours ran into the last keys
        of a person, both.
        """
        held, given = self._held, "".join(self._text)
        is_machine, before = self._is_machine(normalize("NFKC", given)), _keys_before_a_card(self._text)
        self._held, self._text = [], []
        # The first half was a scan without an end: what a busy computer tore off it is no text for a field either.
        torn = 0 <= self._first - self._unended_at <= LATE_END
        if not is_machine or (not torn and self._is_among_text(given)):
            return [Released(keys=held)]
        self._unended_at = now if len(held) >= SHORTEST_SCAN and not ended else -LATE_END
        self._scanned_at = now if ended else self._last
        person = [Released(keys=held[:before])] if before else []
        return [*person, Released(code=given[before:], burst=held[before:], ended=ended, torn=torn)]


def looks_typed(code: str) -> bool:
    """Whether something that came at a machine's pace may all the same be meant for the field that has the focus: a
    phone number from a clipboard or a text expander, or the number of an hours certificate, read off the paper. No card
    of ours, identity number or payment code looks so.
    """
    text = normalize("NFKC", code)
    is_phone = len(text) == 11 and text[0] == "1"
    return not text.startswith(OWN_CODE_STARTS) and (
        len(text) < SHORTEST_SCAN or is_phone or is_certificate_number(text)
    )


def is_certificate_number(text: str) -> bool:
    """Whether a text is built like the number of an hours certificate: year, running number, Damm check digit."""
    is_number = len(text) == CERTIFICATE_NUMBER_LENGTH and text.isascii() and text.isdigit()
    return is_number and text.startswith("20") and check_digit(text) == 0


def is_own_code(text: str) -> bool:
    """Whether a text has the shape of one of our cards: it was pasted by a scanner that pastes."""
    folded = normalize("NFKC", text)
    return len(folded) == OWN_CODE_LENGTH and folded.isdigit() and folded.startswith(OWN_CODE_STARTS)


def _keys_before_a_card(text: list[str]) -> int:
    """How many keys lie before a card of ours with which this ends, a person's last ones or noise on the line; 0 where
    it is no such text.
    """
    before = max(0, len(text) - OWN_CODE_LENGTH)
    is_stray = before <= MOST_KEYS_BEFORE_A_CARD or set(text[:before]) == {NO_TEXT}
    return before if is_stray and is_own_code("".join(text[before:])) else 0


def _belongs(character: str | None, started: bool, in_field: bool) -> bool:
    """Whether a key can be part of a code: whatever is text; while that is what a field is for, any digit, full-width
    too, and within a burst the X of an identity number.
    """
    if character is None or len(character) != 1:
        return False
    if not in_field:
        return character.isprintable()
    return digit(character, None) is not None or (started and character in "xX")
