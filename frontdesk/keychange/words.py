"""The field key in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.keychange.service import KeyState, Restored, Rotated


def state_rows(state: KeyState, local: Callable[[int], datetime]) -> list[tuple[str, str]]:
    """What, and how it stands."""
    since = t("keychange.first") if state.since is None else f"{local(state.since):%Y-%m-%d %H:%M}"
    rows = [
        (t("keychange.row.key"), state.key_id),
        (t("keychange.row.since"), since),
        (t("keychange.row.sealed"), t("keychange.rows", count=state.sealed)),
    ]
    if state.begun:
        rows.append((t("keychange.row.begun"), t("keychange.begun")))
    return rows


def rotated_words(done: Rotated) -> str:
    """What a change came to."""
    words = t("keychange.rotated", rows=done.rows, terms=done.terms)
    return f"{words} {t('keychange.unreadable', count=done.unreadable)}" if done.unreadable else words


def restored_lines(done: Restored) -> list[str]:
    """What became of the keys of a sealed copy."""
    lines = [t("keychange.restored", count=len(done.made), names=", ".join(done.made) or "-")]
    if done.other:
        lines.append(t("keychange.other", names=", ".join(done.other)))
    return lines
