"""The words for a gender (性别) that forms and commands take."""

from __future__ import annotations

import unicodedata

_WORDS = {"男": "男", "m": "男", "male": "男", "女": "女", "f": "女", "female": "女"}


def gender_of(text: str) -> str | None:
    """男 or 女, whichever is meant; None for another word."""
    return _WORDS.get(unicodedata.normalize("NFKC", text).strip().lower())
