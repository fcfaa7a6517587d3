"""The keys of the screens: what is said to work everywhere does, and every screen over another says how to go back."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import frontdesk
from frontdesk.common.text import display_width
from frontdesk.locale import LANGUAGES, use_language
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import ANYWHERE, Command
from frontdesk.shell.registry import DOORS, SCREENS

ROOT = Path(frontdesk.__file__).parent
NARROW = 80


def every_screen() -> list[type[DeskScreen]]:
    """The screens of the desk, those too that are opened over another one."""
    found: list[type[DeskScreen]] = []
    for path in sorted(ROOT.rglob("*screen.py")):
        module = import_module(".".join((ROOT.name, *path.relative_to(ROOT).with_suffix("").parts)))
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, DeskScreen) and one.__module__ == module.__name__:
                found.append(one)
    return found


def screens_over_another() -> list[type[DeskScreen]]:
    """Those with a command table that no key of everybody's opens."""
    direct = {name for _, name in (SCREENS | DOORS).values()}
    return [one for one in every_screen() if one.COMMAND_TABLE and one.__name__ not in direct]


def bar_width(commands: tuple[Command, ...]) -> int:
    """The cells of the command bar with its shortest words."""
    return sum(display_width(f"{one.bar_key} {one.short_label} ") for one in commands if one.in_bar) - 1


def test_no_screen_takes_a_key_that_works_everywhere_for_something_else() -> None:
    everywhere = {key for command in ANYWHERE for key in command.keys}
    taken = {
        (screen.__name__, key, command.name)
        for screen in every_screen()
        for command in screen.COMMAND_TABLE
        for key in command.keys
        if key in everywhere
    }
    assert len(every_screen()) > 20
    assert taken == set()


def test_no_screen_gives_a_command_the_name_of_one_that_works_everywhere() -> None:
    # A key runs the command of its name on the screen that is shown: F3 among the series opened one of them.
    everywhere = {command.name for command in ANYWHERE}
    taken = {
        (screen.__name__, command.name)
        for screen in every_screen()
        for command in screen.COMMAND_TABLE
        if command.name in everywhere
    }
    assert taken == set()


def test_no_key_means_two_things_on_one_screen() -> None:
    for screen in every_screen():
        keys = [key for command in (*screen.COMMAND_TABLE, *ANYWHERE) for key in command.keys]
        assert len(keys) == len(set(keys)), screen.__name__


def test_every_screen_over_another_says_in_its_bar_how_to_go_back() -> None:
    silent = [
        screen.__name__
        for screen in screens_over_another()
        if not any("escape" in command.keys and command.in_bar for command in screen.COMMAND_TABLE)
    ]
    assert len(screens_over_another()) > 8
    assert silent == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_of_every_screen_have_room_in_a_window_of_80_columns(language: str) -> None:
    use_language(language)
    try:
        wide = {screen.__name__: bar_width(screen.COMMAND_TABLE) for screen in every_screen()}
    finally:
        use_language("zh_CN")
    assert {name: width for name, width in wide.items() if width > NARROW} == {}
