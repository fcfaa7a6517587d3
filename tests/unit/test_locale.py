"""Every word that the program says exists in both languages, with the same places to fill in."""

from __future__ import annotations

import ast
import inspect
import re
import string
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

import frontdesk
from db.errors import CodedError
from frontdesk.locale import LANGUAGES, catalogue
from frontdesk.shell.command import ANYWHERE
from frontdesk.shell.registry import SCREENS, screen_class
from tests.sources import nodes, parsed

ROOT = Path(inspect.getfile(frontdesk)).parents[1]
LOCALE = ROOT / "frontdesk" / "locale"
AREAS = sorted({path.stem for language in LANGUAGES for path in (LOCALE / language).glob("[!_]*.py")})


class Said(NamedTuple):
    """A key that the code asks for: the whole of it, or what stands before the first part filled in at run time."""

    where: str
    key: str
    whole: bool


class Refusal(NamedTuple):
    """A coded failure that the code raises, with the details given; None where they are not all named there."""

    where: str
    area: str
    code: str
    details: frozenset[str] | None


def sources() -> Iterator[tuple[str, Path]]:
    """Every module of the program, with the name that a failing test shows."""
    for folder in ("frontdesk", "db"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def keys_of(argument: ast.expr) -> Iterator[tuple[str, bool]]:
    """The keys that an argument can stand for, and whether each is known whole."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value, True
    elif isinstance(argument, ast.IfExp):
        yield from keys_of(argument.body)
        yield from keys_of(argument.orelse)
    elif isinstance(argument, ast.JoinedStr):
        first = argument.values[0]
        if isinstance(first, ast.Constant):
            yield str(first.value), False
    elif isinstance(argument, ast.BinOp) and isinstance(argument.left, ast.Constant):
        yield str(argument.left.value), False


def said() -> Iterator[Said]:
    """Every key given to `t`, also by way of a variable."""
    for name, path in sources():
        for node in nodes(path):
            if isinstance(node, ast.Call) and called(node) == "t" and node.args:
                asked = node.args[0]
                for value in values_of(asked, path):
                    for key, whole in keys_of(value):
                        # A variable of the same name elsewhere in the module may hold something else.
                        if not isinstance(asked, ast.Name) or key.partition(".")[0] in AREAS:
                            yield Said(f"{name}:{node.lineno}", key, whole)


def called(node: ast.AST) -> str:
    """The name of the function or class that a call calls, without its module; '' for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def values_of(argument: ast.expr, path: Path) -> Iterator[ast.expr]:
    """The argument itself, or whatever the module gives to the variable of that name."""
    if not isinstance(argument, ast.Name):
        yield argument
        return
    for node in nodes(path):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == argument.id for target in node.targets
        ):
            yield node.value


def has_words(key: str, *, whole: bool) -> bool:
    """Whether both languages have the key, or keys that begin with it."""
    area, _, rest = key.partition(".")
    words = [catalogue(language, area) for language in LANGUAGES]
    if whole:
        return all(rest in each for each in words)
    return all(any(known.startswith(rest) for known in each) for each in words)


def error_areas() -> dict[str, str]:
    """The areas of the classes of coded failures, by name of the class; every module that has one is loaded."""
    for name, path in sources():
        if any(isinstance(node, ast.ClassDef) and node.bases for node in parsed(path).body):
            import_module(name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    return {each.__name__: each.area for each in _descendants(CodedError)}


def _descendants(parent: type[CodedError]) -> Iterator[type[CodedError]]:
    for child in parent.__subclasses__():
        yield child
        yield from _descendants(child)


def refusals() -> Iterator[Refusal]:
    """Every failure made with a literal code."""
    areas = error_areas()
    for name, path in sources():
        for node in nodes(path):
            if not (isinstance(node, ast.Call) and called(node) in areas and node.args):
                continue
            known = all(keyword.arg for keyword in node.keywords)
            details = frozenset(keyword.arg or "" for keyword in node.keywords) if known else None
            for code, whole in keys_of(node.args[0]):
                if whole:
                    yield Refusal(f"{name}:{node.lineno}", areas[called(node)], code, details)


def cell_reasons() -> Iterator[tuple[str, str]]:
    """Where a cell of a sheet is refused, and the key of the reason."""
    for name, path in sources():
        for node in nodes(path):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            area, place = {"CellRefused": ("sheets", 0), "_refusing": ("sheets", 0), "reject": ("imports", 2)}.get(
                called(node), ("", 0)
            )
            if not area or len(node.args) <= place:
                continue
            for keyword in node.keywords:
                if keyword.arg == "area":
                    area = str(keyword.value.value) if isinstance(keyword.value, ast.Constant) else ""
            for reason, whole in keys_of(node.args[place]):
                if area and whole:
                    yield f"{name}:{node.lineno}", f"{area}.reason.{reason}"


def in_both(keys: Iterable[str]) -> list[str]:
    """The keys that are missing in either language."""
    return [key for key in keys if not has_words(key, whole=True)]


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_keys(area: str) -> None:
    chinese, english = (catalogue(language, area) for language in LANGUAGES)
    assert set(chinese) == set(english)


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_fill_in_the_same_places(area: str) -> None:
    chinese, english = (catalogue(language, area) for language in LANGUAGES)
    differing = {
        key for key in chinese.keys() & english.keys() if placeholders(chinese[key]) != placeholders(english[key])
    }
    assert differing == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_no_key_stands_twice_in_a_catalogue(language: str, area: str) -> None:
    path = LOCALE / language / f"{area}.py"
    keys = [
        str(key.value)
        for node in nodes(path)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    ]
    assert sorted(keys) == sorted(set(keys))


def test_every_key_that_the_code_asks_for_has_words() -> None:
    asked = list(said())
    assert len(asked) > 100
    assert [one for one in asked if not has_words(one.key, whole=one.whole)] == []


def test_every_command_has_a_name_and_an_explanation() -> None:
    commands = [*ANYWHERE, *(command for name in SCREENS for command in screen_class(name).COMMAND_TABLE)]
    keys = [f"{command.area}.command.{command.name}" for command in commands]
    assert in_both([*keys, *(f"{key}.help" for key in keys)]) == []


def test_every_command_of_the_command_line_has_words() -> None:
    from frontdesk.cli import COMMANDS, OPTIONS

    keys = [f"cli.command.{name}" for name in COMMANDS]
    keys += [f"cli.option.{name}{part}" for name in OPTIONS for part in ("", ".form")]
    assert in_both(keys) == []


def test_every_refusal_has_words_in_both_languages() -> None:
    raised = list(refusals())
    assert len(raised) > 100
    assert [one for one in raised if not has_words(f"{one.area}.error.{one.code}", whole=True)] == []


def test_every_reason_for_refusing_a_cell_has_words() -> None:
    reasons = list(cell_reasons())
    assert len(reasons) > 20
    assert [one for one in reasons if not has_words(one[1], whole=True)] == []


def test_a_refusal_gives_every_detail_that_its_words_show() -> None:
    lacking = []
    for one in refusals():
        words = catalogue(LANGUAGES[0], one.area).get(f"error.{one.code}", "")
        if one.details is not None and not placeholders(words) <= (one.details or {"code"}):
            lacking.append((one, placeholders(words) - one.details))
    assert lacking == []


@pytest.mark.parametrize("area", AREAS)
def test_chinese_words_are_set_in_full_width_punctuation(area: str) -> None:
    half_width = re.compile(
        r"[\u4e00-\u9fff}][,;:?!](?![0-9{])|[,;][\u4e00-\u9fff]|[\u4e00-\u9fff][()]|[()][\u4e00-\u9fff]"
    )
    assert {key: words for key, words in catalogue("zh_CN", area).items() if half_width.search(words)} == {}


def test_numbers_of_seats_and_times_read_well_where_they_are_one() -> None:
    for area in ("signup", "signup_screen", "series", "settings"):
        for key, words in catalogue("en", area).items():
            assert not re.search(r"\{\w+\} (seats|times)\b", words), key
