"""Telling a scanner from a person by the pace of the keys. Pure: keys and times go in, what to do with them
comes out.

A keyboard-wedge scanner types a whole code and Enter within some milliseconds a key. Digits are therefore
held back for
the blink in which it shows who types them: a burst that ends with Enter is a scan and reaches no widget;
anything else is handed on, in order and complete. Widgets never see a scan, so a half-filled form keeps its
content and no focused button is pressed (design §3, "Scanning works everywhere").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar
from unicodedata import digit, normalize

K = TypeVar("K")

KEY_GAP = 0.05
"""The longest pause, in seconds, between two keys of a slow scanner; people need longer even on a number pad."""

OWN_CODE_START = "71"
"""What every card of ours begins with (design §3, Cards)."""

OWN_CODE_GAP = 0.3
"""The pause that is forgiven within what begins like our own cards, and within any burst that is certain: a busy
computer may stamp its keys late, and a card must not be lost to that.
"""

SECONDS_A_KEY = 0.04
"""The pace, on the average of a whole code, that no person reaches."""

SHORTEST_SCAN = 8
CERTAIN_AFTER = 4
LONGEST_BURST = 64


@dataclass
class Released(Generic[K]):
    """What a key led to: the code that was scanned, or the keys to hand on; neither while they are held."""

    code: str | None = None
    keys: list[K] = field(default_factory=list)


class ScanGate(Generic[K]):
    """Holds back the keys of a burst. `K` is whatever stands for a key; it is given back untouched."""

    def __init__(self) -> None:
        self._held: list[K] = []
        self._text: list[str] = []
        self._last = 0.0
        self._first = 0.0

    @property
    def holding(self) -> bool:
        """Whether keys are held back, so that `expire` must be called before long."""
        return bool(self._held)

    def feed(self, key: K, character: str | None, is_enter: bool, time: float) -> Released[K]:
        """Take one key.

        `character` is what it types (None for none), `time` when it was typed, in seconds.
        """
        released: list[K] = []
        if self._held and time - self._last > self._patience():
            released = self._release()
        if is_enter and self._held:
            quick = self._last - self._first <= SECONDS_A_KEY * len(self._held)
            if quick and len(self._held) >= SHORTEST_SCAN:
                code = "".join(self._text)
                self._release()
                return Released(code=code, keys=released)
            return Released(keys=[*released, *self._release(), key])
        if not _belongs(character, bool(self._held)) or len(self._held) >= LONGEST_BURST:
            return Released(keys=[*released, *self._release(), key])
        if not self._held:
            self._first = time
        self._held.append(key)
        self._text.append(character or "")
        self._last = time
        return Released(keys=released)

    def expire(self, now: float) -> list[K]:
        """The keys to hand on because nothing followed them; none while the burst may still go on."""
        if self._held and now - self._last > self._patience():
            return self._release()
        return []

    def _patience(self) -> float:
        """How long the next key may stay away."""
        typed = len(self._held)
        certain = typed >= CERTAIN_AFTER and self._last - self._first <= SECONDS_A_KEY * (typed - 1)
        start = "".join(self._text[: len(OWN_CODE_START)])
        ours = OWN_CODE_START.startswith(normalize("NFKC", start))
        return OWN_CODE_GAP if certain or ours else KEY_GAP

    def _release(self) -> list[K]:
        held, self._held, self._text = self._held, [], []
        return held


def _belongs(character: str | None, started: bool) -> bool:
    """Whether a key can be part of a code: any digit, full-width ones too; within a burst the X of an
    identity number.
    """
    if character is None or len(character) != 1:
        return False
    return digit(character, None) is not None or (started and character in "xX")
