"""The command table's entry: from it come the key, the footer, the palette, the help and the README's key
list.
"""

from __future__ import annotations

from dataclasses import dataclass

from frontdesk.locale import t

KEY_NAMES = {
    "enter": "Enter",
    "delete": "Delete",
    "insert": "Insert",
    "escape": "Esc",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "space": "Space",
    "pagedown": "PgDn",
    "asterisk": "*",
    "minus": "-",
    "plus": "+",
    "slash": "/",
}


@dataclass(frozen=True)
class Command:
    """One thing a person can do on a screen, or anywhere (`area` "shell").

    `key` may name others behind the first, with commas between: for terminals that keep the first for themselves.
    What is not `in_bar` may stand there all the same `if_room` is left beside the others, in a wider window.
    """

    area: str
    name: str
    key: str
    in_bar: bool = True
    if_room: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that runs it."""
        return tuple(self.key.split(","))

    @property
    def label(self) -> str:
        """Two to four characters for the footer."""
        return t(f"{self.area}.command.{self.name}")

    @property
    def short_label(self) -> str:
        """A shorter word for a command bar that has no room for the label; the label where there is none."""
        key = f"{self.area}.command.{self.name}.short"
        words = t(key)
        return self.label if words == key else words

    @property
    def explanation(self) -> str:
        """One sentence for the help and the palette."""
        return t(f"{self.area}.command.{self.name}.help")

    @property
    def key_label(self) -> str:
        """The key as it is printed on a keyboard."""
        return key_label(self.key)

    @property
    def bar_key(self) -> str:
        """The key as the command bar has room for it: ^Q."""
        return self.key_label.replace("Ctrl+", "^")


def key_label(key: str) -> str:
    """A Textual key name as people write it: F1, Ctrl+N, Enter."""
    first = key.split(",")[0]
    if first in KEY_NAMES:
        return KEY_NAMES[first]
    return "+".join(KEY_NAMES.get(part, part.capitalize()) for part in first.split("+"))


ANYWHERE: tuple[Command, ...] = (
    Command("shell", "help", "f1"),
    Command("shell", "today", "f2"),
    Command("shell", "sessions", "f3"),
    Command("shell", "volunteers", "f4"),
    Command("shell", "ratings", "f5"),
    Command("shell", "report", "f6"),
    Command("shell", "sync", "ctrl+f6,shift+f6,f18", in_bar=False),
    Command("shell", "cases", "ctrl+f5,shift+f5,f17", in_bar=False),
    Command("shell", "case_new", "ctrl+f2,shift+f2,f14", in_bar=False),
    Command("shell", "case_entered", "ctrl+f3,shift+f3,f15", in_bar=False),
    Command("shell", "roster", "f10,ctrl+d"),
    Command("shell", "standing", "ctrl+b", in_bar=False),
    Command("shell", "staff", "f12", in_bar=False),
    Command("shell", "import", "ctrl+l", in_bar=False),
    Command("shell", "settings", "ctrl+k", in_bar=False),
    Command("shell", "safety", "ctrl+f9,shift+f9,f21", in_bar=False),
    Command("shell", "answers", "ctrl+u", in_bar=False),
    Command("shell", "palette", "ctrl+p", in_bar=False),
    Command("shell", "lock", "f9"),
    Command("shell", "quit", "ctrl+q"),
)
"""What works on every screen of the desk."""


def label_of(name: str) -> str:
    """The key of a command that works on every screen, as people write it."""
    return next(one.key_label for one in ANYWHERE if one.name == name)
