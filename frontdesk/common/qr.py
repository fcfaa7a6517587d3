"""The QR symbol of one of the centre's codes, as modules."""

from __future__ import annotations

from typing import Any

MODULES = 25
QUIET_MODULES = 2

Modules = list[list[bool]]


def qr_modules(code: str, version: int = 2) -> Modules:
    """The symbol of some digits without a quiet zone: 25 rows of 25 at version 2, which holds 34 digits, four more at
    each version above it; True is dark.

    With error correction H: version 2 at 20 mm and 300 dpi was read with a corner torn off (design §3, Cards).
    """
    from qrcode.constants import ERROR_CORRECT_H
    from qrcode.main import QRCode
    from qrcode.util import MODE_NUMBER, QRData

    symbol: QRCode[Any] = QRCode(version=version, error_correction=ERROR_CORRECT_H, border=0)
    symbol.add_data(QRData(code, mode=MODE_NUMBER), optimize=0)
    symbol.make(fit=False)
    return [[bool(module) for module in row] for row in symbol.get_matrix()]


def dark_runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where the dark stretches of one row begin, and how many modules each is long."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for column, dark in enumerate([*row, False]):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            runs.append((start, column - start))
            start = None
    return runs
