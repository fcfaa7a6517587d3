"""Whatever changes something says who may begin it: read from the sources, so that no new use case is forgotten."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import frontdesk
from frontdesk.access.permissions import OUTSIDE, use_cases
from frontdesk.locale import LANGUAGES, catalogue
from tests.permissions import manual, written
from tests.sources import nodes, parsed

ROOT = Path(inspect.getfile(frontdesk)).parents[1]
WRITES = {"change", "note", "write"}
DOORS = ("allowed",)

STEPS = {
    "activities.signup.settling.settle_due": "gives seats whose time has come, for whoever looks; nobody decides it",
    "audit.exporting.write": "a step of writing the log out",
    "backup.beside.make_daily": "upkeep: once a day, by the clock or by the computer's timetable",
    "backup.keeping.rotated": "a step of making a backup",
    "backup.making.before_upgrade": "made before the file of a newer program is opened, when nobody can have signed in",
    "backup.making.make": "the one way to make a backup, by which use cases do it that have asked",
    "cases.dating.date_waiting": "says by when cases are due once the calendar has changed; nobody decides it",
    "cases.papers.records.in_clear": "what a file with people in the clear puts on record, whose use case has asked",
    "feedback.unordered.unordered": "the transaction of an anonymous rating, whose use case asks",
    "privacy.erasing.settle": "a step of erasing",
    "privacy.ledger.erase_again": "done when a centre comes back out of a backup, before anybody can sign in",
    "reports.exporting.noting": "what an export that has asked puts on record",
    "residents.keeping.index_waiting": "makes residents found by pinyin; changes nothing that anybody can read",
    "sheets.importing.import_file": "the one way to take a sheet in, by which use cases do it that have asked",
    "sync.enrolling.register": "a step of enrolling, of a sync and of reading a stick",
    "sync.fetching.keep_answer": "a step of a sync and of reading a stick",
    "sync.rotating.ask_rotation": "a step of a sync",
    "sync.rotating.leaving": "a step of a sync and of writing a stick",
}
"""What writes and is begun by use cases only, which have asked; and why it asks nobody itself."""


@dataclass
class Part:
    """A function or a class at the top of a module: what it writes itself, and what it names."""

    node: ast.FunctionDef | ast.ClassDef
    asks: bool = False
    writes: bool = False
    named: set[str] = field(default_factory=set)

    @property
    def begins(self) -> bool:
        """Whether it is a public function of a context alone: what is given a connection as well runs in another's
        transaction.
        """
        if not isinstance(self.node, ast.FunctionDef) or self.node.name.startswith("_"):
            return False
        given = [*self.node.args.posonlyargs, *self.node.args.args]
        of_context = bool(given) and given[0].annotation is not None and "Context" in ast.unparse(given[0].annotation)
        return of_context and "connection" not in {one.arg for one in given}


def _is_context(node: ast.expr) -> bool:
    words = ast.unparse(node)
    return words.endswith("context") or words.startswith("replace(context")


def _writes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute) or node.attr not in WRITES:
        return False
    if node.attr == "write":
        return ast.unparse(node.value).endswith("database")
    return _is_context(node.value)


@cache
def parts() -> dict[str, Part]:
    """Every function and class at the top of a module in which use cases may be, by name."""
    found: dict[str, Part] = {}
    imported: dict[str, dict[str, str]] = {}
    for path in sorted((ROOT / "frontdesk").rglob("*.py")):
        place = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if path.relative_to(ROOT / "frontdesk").parts[0].removesuffix(".py") in (*OUTSIDE, "context"):
            continue
        tree = parsed(path)
        names = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in nodes(path)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        imported[place] = names
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found[f"{place}.{node.name}"] = _part(node, place, names)
    for part in found.values():
        part.named = {_resolved(name, found, imported) for name in part.named}
    return found


def _part(node: ast.FunctionDef | ast.ClassDef, place: str, names: dict[str, str]) -> Part:
    part = Part(node, asks=any(ast.unparse(one).startswith(DOORS) for one in node.decorator_list))
    for inner in ast.walk(node):
        part.writes = part.writes or _writes(inner)
        if isinstance(inner, ast.Name):
            part.named.add(names.get(inner.id, f"{place}.{inner.id}"))
        elif isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id in names:
            part.named.add(f"{names[inner.value.id]}.{inner.attr}")
    return part


def _resolved(name: str, found: dict[str, Part], imported: dict[str, dict[str, str]]) -> str:
    """Where a name that a module passes on comes from."""
    for _ in range(8):
        place, _, last = name.rpartition(".")
        if name in found or last not in imported.get(place, {}):
            break
        name = imported[place][last]
    return name


def reaching() -> set[str]:
    """What writes, itself or by what it names, without a use case between that asks."""
    known = parts()
    steps = {f"frontdesk.{name}" for name in STEPS}
    found = {name for name, part in known.items() if part.writes and not part.asks}
    while True:
        more = {
            name for name, part in known.items() if name not in found and not part.asks and part.named & (found - steps)
        }
        if not more:
            return found
        found |= more


def test_whatever_changes_something_says_who_may_begin_it() -> None:
    silent = sorted(name.removeprefix("frontdesk.") for name in reaching() if parts()[name].begins)
    entrances = [name for name in silent if name.split(".")[-2].endswith("screen") or "command" in name]
    assert entrances == []
    assert [name for name in silent if name not in STEPS] == []


def test_steps_of_use_cases_are_begun_by_no_screen_and_no_command() -> None:
    begun = {
        (name, step)
        for name, part in parts().items()
        for step in STEPS
        if f"frontdesk.{step}" in part.named and ("screen" in name.split(".")[-2] or "command" in name.split(".")[-2])
    }
    # They are done on the way wherever somebody looks, and do nothing for whoever only reads.
    housekeeping = {
        "activities.signup.settling.settle_due",
        "backup.beside.make_daily",
        "cases.dating.date_waiting",
        "privacy.erasing.settle",
        "residents.keeping.index_waiting",
    }
    assert {step for _, step in begun} <= housekeeping


def test_every_step_that_is_named_here_exists_and_asks_nobody() -> None:
    assert {name for name in STEPS if f"frontdesk.{name}" not in parts()} == set()
    assert {name for name in STEPS if parts()[f"frontdesk.{name}"].asks} == set()


def test_every_use_case_that_asks_is_in_the_table() -> None:
    asking = {name.removeprefix("frontdesk.") for name, part in parts().items() if part.asks}
    assert asking == {one.name for one in use_cases()}


def test_every_use_case_has_words_in_both_languages_and_no_words_are_left_over() -> None:
    rooms = {one.room for one in use_cases()}
    for language in LANGUAGES:
        assert set(catalogue(language, "permissions")) == rooms
        assert {f"feature.{one.feature}" for one in use_cases()} - set(catalogue(language, "access")) == set()


def test_the_manual_has_the_table_as_it_is() -> None:
    for language in LANGUAGES:
        assert written(language) == manual(language).read_text(encoding="utf-8")
