"""Two short tones for the kiosk: one that rises for what was taken, a low one for what was refused.

The operating system's own player is used where there is one, in a thread and with a time limit, so that neither a
missing nor a hanging one delays a scan; where nothing plays the terminal's bell is asked for instead.
"""

from __future__ import annotations

import io
import math
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Literal

Tone = Literal["accepted", "refused"]
Player = Callable[[Tone], bool]
"""Plays a tone to its end; False where that was not possible."""

TONES: dict[Tone, tuple[tuple[float, float], ...]] = {
    "accepted": ((660.0, 0.07), (990.0, 0.11)),
    "refused": ((220.0, 0.28),),
}
"""Pitch in Hz and length in seconds of the parts of each tone."""

PLAYING_SECONDS = 2.0
"""The longest that a player may take."""

_RATE = 22_050
_VOLUME = 0.4
_FADE = 0.005
_PLAYERS = (("afplay",),) if sys.platform == "darwin" else (("pw-play",), ("paplay",), ("aplay", "-q"))


def tone_wave(tone: Tone) -> bytes:
    """A tone as a WAV file: 16 bits, one channel, without a click at its ends."""
    samples: list[int] = []
    for pitch, seconds in TONES[tone]:
        length = round(seconds * _RATE)
        for place in range(length):
            edge = min(place, length - 1 - place) / (_FADE * _RATE)
            height = _VOLUME * min(1.0, edge) * math.sin(2 * math.pi * pitch * place / _RATE)
            samples.append(round(height * 32_767))
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(_RATE)
        written.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


class Sounder:
    """Plays one tone after another beside the program; a tone that comes while two are waiting is left out."""

    def __init__(self, ring: Callable[[], object], player: Player | None = None) -> None:
        """`ring` is called from another thread where a tone could not be played."""
        self._ring = ring
        self._player = player
        self._waiting: Queue[Tone | None] = Queue(2)
        self._thread: threading.Thread | None = None

    def play(self, tone: Tone) -> None:
        """Have a tone played; returns at once and never fails."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
            self._thread.start()
        try:
            self._waiting.put_nowait(tone)
        except Full:
            return

    def close(self) -> None:
        """Play nothing more; what is being played ends by itself."""
        while True:
            try:
                self._waiting.get_nowait()
            except Empty:
                break
        if self._thread is not None:
            self._waiting.put_nowait(None)

    def _run(self) -> None:
        with tempfile.TemporaryDirectory(prefix="frontdesk-", ignore_cleanup_errors=True) as folder:
            player = self._player or system_player(Path(folder))
            while (tone := self._waiting.get()) is not None:
                if not player(tone):
                    self._ring()


def system_player(folder: Path) -> Player:
    """What plays a tone on this system; its files go into `folder`."""
    if sys.platform == "win32":
        return _play_on_windows
    commands = [command for command in _PLAYERS if shutil.which(command[0])]

    def play(tone: Tone) -> bool:
        path = folder / f"{tone}.wav"
        try:
            if commands and not path.exists():
                path.write_bytes(tone_wave(tone))
        except OSError:
            return False
        while commands:
            if _runs((*commands[0], str(path))):
                return True
            # One that cannot play now, for want of a sound server say, would delay every later tone.
            del commands[0]
        return False

    return play


def _runs(command: tuple[str, ...]) -> bool:
    """Whether a player ended well within its time."""
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PLAYING_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


if sys.platform == "win32":

    def _play_on_windows(tone: Tone) -> bool:
        import winsound

        try:
            winsound.PlaySound(tone_wave(tone), winsound.SND_MEMORY | winsound.SND_NODEFAULT)
        except RuntimeError:
            return False
        return True
