"""What terminals send for the keys of the desk comes in as these keys."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from frontdesk.shell.command import ANYWHERE
from frontdesk.shell.driver import f3_of

XTERM = {
    **{f"f{place}": f"\x1b[1;{{}}{letter}" for place, letter in enumerate("PQRS", 1)},
    **{
        f"f{place}": f"\x1b[{number};{{}}~"
        for place, number in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)
    },
}
"""What xterm, VTE, Konsole, tmux and Windows Terminal send for a function key with others held."""
NUM_LOCK = 128


def _heard(sent: str) -> list[str]:
    """The keys that Textual and the desk's driver make of what a terminal sends."""
    parser = XTermParser(False)
    found: list[str] = []
    for message in (*parser.feed(sent), *parser.feed("")):
        if isinstance(message, events.Key):
            found.append(message.key)
        elif isinstance(message, events.CursorPosition):
            found += [key for key in (f3_of(message),) if key is not None]
    return found


@pytest.mark.parametrize("held", [("shift", 2), ("ctrl", 5)], ids=lambda held: str(held[0]))
@pytest.mark.parametrize("key", XTERM)
def test_every_function_key_with_another_held_is_heard(key: str, held: tuple[str, int]) -> None:
    name, number = held
    heard = _heard(XTERM[key].format(number))
    # Textual knows some of them by the names of a keyboard with 24 function keys.
    far = f"f{int(key[1:]) + 12}"
    assert heard and heard[0] in (f"{name}+{key}", far), heard


def test_f3_is_heard_beside_num_lock_and_in_the_order_in_which_textual_names_keys() -> None:
    assert _heard(f"\x1b[1;{1 + NUM_LOCK}R") == ["f3"]
    assert _heard(f"\x1b[1;{1 + NUM_LOCK + 4}R") == ["ctrl+f3"]
    assert _heard("\x1b[1;8R") == ["alt+ctrl+shift+f3"]
    assert _heard("\x1b[2;5R") == [] and _heard("\x1b[1;999R") == []


def test_one_of_the_keys_of_what_works_everywhere_comes_from_every_such_terminal() -> None:
    for command in ANYWHERE:
        keys = command.key.split(",")
        if keys[0] in XTERM or keys[0].split("+")[-1] not in XTERM:
            continue
        number = {"ctrl": 5, "shift": 2}[keys[0].split("+")[0]]
        heard = _heard(XTERM[keys[0].split("+")[-1]].format(number))
        assert set(heard) & set(keys), (command.name, heard)
