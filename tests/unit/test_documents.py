"""README and manual say what the program has: every key, every command, every column of the office's sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from frontdesk.activities.attendance import importing as importing_attendance
from frontdesk.activities.monthly import demand_importing
from frontdesk.activities.sessions import importing
from frontdesk.calendar import importing as importing_calendar
from frontdesk.cli import COMMANDS
from frontdesk.feedback import importing as importing_ratings
from frontdesk.locale import LANGUAGES, use_language
from frontdesk.manual import manual_text
from frontdesk.residents import importing as importing_residents
from frontdesk.settings.rules import GROUPS
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.registry import SCREENS
from frontdesk.staff import importing as importing_staff
from frontdesk.volunteers.assignments import importing as importing_assignments
from frontdesk.volunteers.register import importing as importing_volunteers
from tests.keys import key_table, said, screens, with_keys

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REWRITE = "run `python -m tests.keys`"

SHEETS = (
    importing_staff,
    importing_volunteers,
    importing_residents,
    importing,
    importing_assignments,
    importing_attendance,
    importing_ratings,
    demand_importing,
    importing_calendar,
)


def manual(language: str) -> str:
    """The manual in a language; the language in force stays Chinese."""
    use_language(language)
    try:
        return manual_text()
    finally:
        use_language(None)


def outline(text: str) -> list[str]:
    """What kind of line each line is: a heading and its level, a list entry, a command, a paragraph."""
    return [re.match(r"#+(?= )|- (?=\S)|```|frontdesk|(?=.)|$", line)[0] for line in text.splitlines()]  # type: ignore[index]


def command_lines() -> Iterator[str]:
    """Every command of the command line, with the names of its groups."""
    for name, (module, attribute) in COMMANDS.items():
        command = getattr(import_module(module), attribute)
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield f"frontdesk {name}"
            yield from (f"frontdesk {name} {sub}" for sub in command.commands)
        else:
            yield f"frontdesk {name}"


def room_commands(feature: str) -> Iterator[Command]:
    """The commands of the screens that the rooms of a feature open over its own."""
    for path in sorted((ROOT / "frontdesk" / feature).rglob("*screen.py")):
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, DeskScreen) and one.__module__ == module.__name__:
                yield from one.COMMAND_TABLE


def test_the_key_list_of_the_readme_is_that_of_the_command_table() -> None:
    assert with_keys(README) == README, REWRITE
    assert key_table().count("\n| `") > len(SCREENS)


def test_what_the_readme_links_to_exists() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).is_file()] == []


def test_the_first_screen_of_the_readme_holds_name_commands_and_picture() -> None:
    first = "\n".join(README.splitlines()[:40])
    for wanted in (
        "# frontdesk 邻里中心前台",
        "pip install -e . && frontdesk demo",
        "pip install -e '.[test]' && pytest",
        "3.11",
        "![",
    ):
        assert wanted in first


def test_the_pictures_need_no_network_and_show_chinese_with_any_font() -> None:
    for picture in (ROOT / "frontdesk" / "manual" / "pictures").iterdir():
        drawn = picture.read_text(encoding="utf-8")
        assert "url(http" not in drawn and "textLength" not in drawn
        assert "monospace" in drawn and "示" in drawn


def test_both_manuals_have_the_same_outline() -> None:
    chinese, english = (outline(manual(language)) for language in LANGUAGES)
    assert chinese == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_names_every_key_with_its_command(language: str) -> None:
    text = manual(language)
    named = {
        f"{command.key_label} {said(language, f'{command.area}.command.{command.name}')}"
        for _, commands in screens()
        for command in commands
    }
    assert sorted(one for one in named if f"**{one}**" not in text) == []


@pytest.mark.parametrize("feature", ["volunteers", "activities", "residents", "feedback", "reports", "sync"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_names_every_key_of_the_rooms(language: str, feature: str) -> None:
    text = manual(language).replace("\\*", "*")
    named = {
        f"{command.key_label} {said(language, f'{command.area}.command.{command.name}')}"
        for command in room_commands(feature)
    }
    assert len(named) > 10
    assert sorted(one for one in named if f"**{one}**" not in text) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_says_what_every_setting_is_for(language: str) -> None:
    text = manual(language)
    titles = {said(language, f"settings.{name}") for names in GROUPS.values() for name in names}
    titles |= {said(language, f"settings.group.{group}") for group in ("checkin", "forgotten", "answers")}
    assert sorted(title for title in titles if title not in text) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_names_every_command_of_the_command_line(language: str) -> None:
    text = manual(language)
    lines = list(command_lines())
    assert len(lines) > 25
    assert [line for line in lines if not re.search(re.escape(line) + r"(?![a-z])", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_names_every_heading_that_an_import_takes(language: str) -> None:
    text = manual(language)
    headings = {heading for sheet in SHEETS for column in sheet.COLUMNS for heading in column.aliases}
    assert sorted(heading for heading in headings if heading not in text) == []


def test_the_chinese_manual_is_set_in_full_width_punctuation() -> None:
    prose = re.sub(r"`[^`]*`|```.*?```", "", manual("zh_CN"), flags=re.DOTALL)
    assert re.findall(r".{0,8}[\u4e00-\u9fff][,;?!()].{0,8}", prose) == []


def test_the_changelog_names_the_commands_that_stand_for_themselves() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert [one for one in ("demo", "kiosk", "check", "district") if f"`frontdesk {one}`" not in changes] == []
