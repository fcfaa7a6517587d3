"""What is shown of a scan that is not a volunteer's: the feature that decided it says it in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class ScanAnswer:
    """A decided scan: when (local time), a title in large letters, a sentence below, without anybody's name. One that
    changed nothing because all was done before is `same_scan`.

    `is_foreign` says that no code of this centre was shown: several in a row cool the kiosk down.
    """

    kind: Literal["entered", "same_scan", "refused"]
    at: datetime
    title: str
    words: str
    is_foreign: bool = False
