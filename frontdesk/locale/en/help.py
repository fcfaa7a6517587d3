"""The words of F1, in English."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "find": "Type to find in the help",
    "keys": "Tab contents  PgUp PgDn page  Esc close",
    "keys_found": "Enter goes there  Esc all of the help",
    "keys_contents": "Enter goes there  Tab, Esc all of the help",
    "none": "Not found. Try a shorter word, or Esc for all of the help.",
}
