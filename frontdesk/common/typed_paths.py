"""Where a file lies, as somebody says it: typed, pasted, or dragged into the window."""

from __future__ import annotations

from pathlib import Path


def typed_path(text: str) -> Path | None:
    """The path that was meant, without the quotes or `file://` of a file that was dragged; None for nothing."""
    named = text.strip().strip("'\"").removeprefix("file://")
    return expanded(named) if named else None


def expanded(named: str) -> Path:
    """A path with ~ for the user's folder; as it stands where nobody knows that folder."""
    try:
        return Path(named).expanduser()
    except RuntimeError:
        return Path(named)
