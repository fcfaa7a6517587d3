"""The words of the keys."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.key_not_written": "{path} could not be written ({reason}). Nothing was changed. Free some space or see to the rights of the folder, and do it again.",
}
