"""The manual, one Markdown file a language, shown by F1 and by the command `manual`."""

from __future__ import annotations

from importlib.resources import files

from frontdesk.locale import current_language


def manual_text() -> str:
    """The manual in the language in force, as Markdown."""
    return files("frontdesk.manual").joinpath(f"{current_language()}.md").read_text(encoding="utf-8")
