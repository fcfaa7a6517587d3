"""Write the key list of README.md again from the command table: `python -m tests.keys`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from frontdesk.locale import current_language, t, use_language
from frontdesk.shell.command import ANYWHERE, Command
from frontdesk.shell.registry import SCREENS, screen_class

README = Path(__file__).parents[1] / "README.md"
MARK = "<!-- keys -->"


def screens() -> Iterator[tuple[str, tuple[Command, ...]]]:
    """What works everywhere, then each screen's own commands, by the key of the words that name the place."""
    yield "shell.help.anywhere", ANYWHERE
    for name in SCREENS:
        screen = screen_class(name)
        yield f"{screen.area}.{screen.title_key}", screen.COMMAND_TABLE


def said(language: str, key: str) -> str:
    """The words of a key in a language; the language in force stays."""
    before = current_language()
    use_language(language)
    try:
        return t(key)
    finally:
        use_language(before)


def key_table() -> str:
    """The command table as Markdown, each command with its words in both languages."""
    lines = ["| 键 key | 中文 | English |", "|---|---|---|"]
    for title, commands in screens():
        lines.append(f"| | **{said('zh_CN', title)}** | **{said('en', title)}** |")
        for command in commands:
            name = f"{command.area}.command.{command.name}"
            chinese, english = (
                said(language, name) + mark + said(language, f"{name}.help")
                for language, mark in (("zh_CN", "："), ("en", ": "))
            )
            lines.append(f"| `{command.key_label}` | {chinese} | {english} |")
    return "\n".join(lines)


def with_keys(text: str) -> str:
    """A text with the table between its two marks."""
    before, _, after = text.split(MARK)
    return f"{before}{MARK}\n{key_table()}\n{MARK}{after}"


if __name__ == "__main__":
    README.write_text(with_keys(README.read_text(encoding="utf-8")), encoding="utf-8")
