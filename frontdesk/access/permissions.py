"""The table of permissions: every use case with who may begin it, read from the use cases themselves."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Literal

import frontdesk
from frontdesk.locale import t
from frontdesk.permission import RULE, WHO, Refusal, Rule, Who

Answer = Literal["yes", "partly"] | Refusal

OUTSIDE = ("demo", "district", "locale", "planning", "shell", "cli", "cli_main", "__main__")
"""What has no use cases of a centre: another program's, papers, drawing."""

ENTRANCES = ("screen", "commands")
"""Modules that only call use cases."""


@dataclass(frozen=True)
class UseCase:
    """One use case, by the name under which it is found in the program, with who may begin it."""

    name: str
    rule: Rule
    case: Callable[..., Any]

    @property
    def feature(self) -> str:
        """The feature that it belongs to."""
        return self.name.partition(".")[0]

    @property
    def room(self) -> str:
        """The part of the feature that it belongs to: the module."""
        return self.name.rpartition(".")[0]

    def answer(self, who: Who) -> Answer:
        """Whether somebody may begin it, or with which code that is refused."""
        if who in self.rule.who:
            return "partly" if who in self.rule.partly else "yes"
        return self.rule.code(who)


def modules() -> list[str]:
    """The modules that may hold use cases, by name."""
    found = []
    for one in pkgutil.walk_packages(frontdesk.__path__, "frontdesk."):
        parts = one.name.split(".")
        if parts[1] in OUTSIDE or one.ispkg or parts[-1].endswith(ENTRANCES) or parts[-1].startswith("commands"):
            continue
        found.append(one.name)
    return sorted(found)


@cache
def use_cases() -> tuple[UseCase, ...]:
    """Every use case, by name. Imports all of the program that does not draw, which takes a second or two."""
    found = {}
    for name in modules():
        for attribute, value in vars(import_module(name)).items():
            rule = getattr(value, RULE, None)
            if rule is not None and value.__module__ == name and attribute == value.__name__:
                key = f"{name.removeprefix('frontdesk.')}.{attribute}"
                found[key] = UseCase(key, rule, value)
    return tuple(found[key] for key in sorted(found))


@dataclass(frozen=True)
class TableLine:
    """What one part of a feature lets the same people begin: the names of the use cases, and the answer to each."""

    feature: str
    room: str
    names: tuple[str, ...]
    answers: dict[Who, Answer]

    @property
    def words(self) -> str:
        """What it is about, in the language in force."""
        return t(f"permissions.{self.room}")


def table() -> list[TableLine]:
    """Every use case with the answer to each who might begin it, those of one part and one rule in one line."""
    found: dict[tuple[str, Rule], list[UseCase]] = {}
    for one in use_cases():
        found.setdefault((one.room, one.rule), []).append(one)
    return [
        TableLine(
            cases[0].feature,
            room,
            tuple(one.name.rpartition(".")[2] for one in cases),
            {who: cases[0].answer(who) for who in WHO},
        )
        for (room, _), cases in found.items()
    ]


def markdown() -> str:
    """The table as the manual has it, in the language in force."""
    heads = [t("access.table.what"), t("access.table.names"), *(t(f"access.who.{who}") for who in WHO)]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for one in table():
        names = ", ".join(f"`{name}`" for name in one.names)
        answers = (t(f"access.answer.{one.answers[who]}") for who in WHO)
        lines.append(f"| {one.words} | {names} | {' | '.join(answers)} |")
    return "\n".join(lines) + "\n"
