"""The manual, one Markdown file a language and behind it the register of indicators, which the definitions make; shown
by F1 and by the command `manual`.
"""

from __future__ import annotations

from importlib.resources import files

from frontdesk.locale import current_language


def manual_text() -> str:
    """The manual in the language in force, as Markdown."""
    # The definitions are read by pydantic, which takes longer to import than the rest of the manual to be read.
    from frontdesk.reports.service import register_page

    written = files("frontdesk.manual").joinpath(f"{current_language()}.md").read_text(encoding="utf-8")
    return f"{written.rstrip()}\n\n{register_page()}"


def operations_text() -> str:
    """How the district's end is run, in the language in force, as Markdown; shown by `district manual`."""
    name = f"operations.{current_language()}.md"
    return files("frontdesk.manual").joinpath(name).read_text(encoding="utf-8")
