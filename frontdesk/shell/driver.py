"""The terminal's input, read so that neither a stray byte nor a vanished terminal brings the program down badly."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver


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


def tolerant(base: type[Driver]) -> type[Driver]:
    """The driver for this system; where it is Textual's for Linux and macOS, one that is tolerant."""
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
