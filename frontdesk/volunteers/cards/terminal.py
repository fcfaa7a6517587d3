"""A card's QR code for a terminal; drawing it is the screen's."""

from __future__ import annotations

from frontdesk.common.qr import QUIET_MODULES, Modules, qr_modules


def terminal_qr(code: str) -> Modules:
    """The modules of a card code with two light modules on every side: 29 rows of 29, True is dark.

    Draw two spaces for a module, on explicit black and white backgrounds, never inverted: half blocks are of
    ambiguous width and fail wherever a font draws them wide (design §3, Cards).
    """
    symbol = qr_modules(code)
    width = len(symbol) + 2 * QUIET_MODULES
    side = [False] * QUIET_MODULES
    above = [[False] * width for _ in range(QUIET_MODULES)]
    below = [[False] * width for _ in range(QUIET_MODULES)]
    return above + [side + row + side for row in symbol] + below
