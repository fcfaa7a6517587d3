"""The terminal's input, read so that neither a stray byte nor a vanished terminal brings the program down badly, and
F3 with Ctrl or Shift is a key.
"""

from __future__ import annotations

import codecs

from textual import events
from textual.driver import Driver
from textual.message import Message


class TerminalGone(Exception):
    """There is nobody left to read from."""


class _TolerantDecoder:
    """UTF-8, with a mark in the place of what is none: one byte of another encoding must not end the desk."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def decode(self, data: bytes, final: bool = False) -> str:
        """The text of the next bytes. Raises TerminalGone at the end of the input, which Textual reads for ever."""
        if not data and not final:
            raise TerminalGone
        return self._decode(data, final)


def _decoder_for(_: str) -> type[_TolerantDecoder]:
    """What stands in for `codecs.getincrementaldecoder`."""
    return _TolerantDecoder


_F3_MODIFIERS = ((2, "alt"), (4, "ctrl"), (1, "shift"))
"""The bits of what a terminal says of the keys that were held, one less than it sends; the order is Textual's."""
_MOST_MODIFIERS = 255
"""With those that make no other key: caps lock (64) and num lock (128)."""


def f3_of(report: events.CursorPosition) -> str | None:
    """The key that came as a report of where the cursor is; None where it is none.

    To xterm and those like it `CSI 1;5R` is both Ctrl+F3 and "the cursor stands in the first line, fifth column", and
    Textual takes it for the second (issue 6242 there). This program never asks where the cursor is.
    """
    if report.y != 0 or not 0 <= report.x <= _MOST_MODIFIERS:
        return None
    return "+".join([*(name for bit, name in _F3_MODIFIERS if report.x & bit), "f3"])


class _KeyedDriver(Driver):
    """What hears F3 with the keys that are held with it."""

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            key = f3_of(message)
            if key is not None:
                message = events.Key(key, None)
        super().process_message(message)


def desk_driver(base: type[Driver]) -> type[Driver]:
    """A driver like this one that hears F3 with the keys held, and is tolerant where it is Textual's for Linux and
    macOS.
    """
    return type("DeskDriver", (_KeyedDriver, _tolerant(base)), {})


def _tolerant(base: type[Driver]) -> type[Driver]:
    if base.__name__ != "LinuxDriver":
        return base
    from textual.drivers import linux_driver

    class TolerantDriver(linux_driver.LinuxDriver):
        def run_input_thread(self) -> None:
            # Textual 8.2 decodes strictly, takes the decoder from this name, and has no setting for either.
            vars(linux_driver)["getincrementaldecoder"] = _decoder_for
            try:
                super().run_input_thread()
            except (TerminalGone, OSError):
                self._app.call_from_thread(self._app.exit, return_code=1)

    return TolerantDriver
