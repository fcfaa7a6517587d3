"""Write the table of permissions into the manual of both languages: `python -m tests.permissions`."""

from __future__ import annotations

import inspect
from pathlib import Path

import frontdesk.manual
from frontdesk.access.permissions import markdown
from frontdesk.locale import LANGUAGES, speaking

BEGIN, END = "<!-- permissions -->\n", "<!-- /permissions -->\n"


def manual(language: str) -> Path:
    """The manual of a language."""
    return Path(inspect.getfile(frontdesk.manual)).with_name(f"{language}.md")


def written(language: str) -> str:
    """The manual with the table as it is now between its two marks."""
    before, rest = manual(language).read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    with speaking(language):
        return f"{before}{BEGIN}\n{markdown()}\n{END}{after}"


def main() -> None:
    """Write both."""
    for language in LANGUAGES:
        manual(language).write_text(written(language), encoding="utf-8")


if __name__ == "__main__":
    main()
