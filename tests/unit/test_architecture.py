"""The arrows between the parts, read from the sources, so that a new module cannot slip past a list."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import frontdesk
from tests.sources import nodes, parsed

ROOT = Path(inspect.getfile(frontdesk)).parents[1]
SOURCES = sorted(path.relative_to(ROOT) for folder in ("frontdesk", "db") for path in (ROOT / folder).rglob("*.py"))
FEATURES = (
    "access",
    "activities",
    "audit",
    "backup",
    "calendar",
    "cases",
    "check",
    "district",
    "door",
    "feedback",
    "imports",
    "keychange",
    "privacy",
    "reports",
    "residents",
    "roster",
    "safety",
    "settings",
    "staff",
    "sync",
    "today",
    "volunteers",
)
PASSING_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
EFFECTS = {"open", "mkdir", "makedirs", "write_text", "write_bytes", "touch", "unlink", "rmtree", "mkdtemp", "print"}
EFFECTS |= {"connect", "Popen", "run", "input", "basicConfig", "signal", "chdir", "putenv"}


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module that a file names in an import, wherever in the file; `from x import y` as x and as x.y."""
    found: set[str] = set()
    for node in nodes(ROOT / path):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def importers(*libraries: str) -> set[str]:
    """The files that import one of these libraries."""
    return {path.as_posix() for path in SOURCES if {name.partition(".")[0] for name in imports(path)} & set(libraries)}


def test_every_feature_is_known_here() -> None:
    features = {path.parts[1] for path in SOURCES if path.name == "service.py"}
    assert features <= set(FEATURES)


@pytest.mark.parametrize("libraries", [("textual", "rich")], ids=["textual"])
def test_only_screens_and_the_shell_draw(libraries: tuple[str, ...]) -> None:
    drawing = importers(*libraries)
    assert drawing
    assert [
        name for name in drawing if not name.startswith("frontdesk/shell/") and not name.endswith("screen.py")
    ] == []


def test_only_the_district_serves_the_web() -> None:
    serving = importers("starlette", "uvicorn")
    assert serving
    assert [name for name in serving if not name.startswith("frontdesk/district/")] == []


def test_only_planning_solves() -> None:
    """The solver is heavy and not made for every processor: whatever else the program does, it does without."""
    solving = importers("highspy", "numpy")
    assert solving
    assert [name for name in solving if not name.startswith("frontdesk/planning/")] == []


def test_planning_is_given_a_problem_and_knows_only_how_the_program_refuses_and_starts_work_beside_it() -> None:
    inside = [path for path in SOURCES if path.as_posix().startswith("frontdesk/planning/")]
    assert inside
    named = {name for path in inside for name in imports(path) if name.partition(".")[0] in ("db", "frontdesk")}
    known = ("frontdesk.planning", "frontdesk.errors", "frontdesk.common.beside")
    assert sorted(name for name in named if not name.startswith(known)) == []


def test_the_database_knows_nothing_of_the_program() -> None:
    assert [name for name in importers("frontdesk") if name.startswith("db/")] == []


def test_sql_stands_in_the_database_package_and_with_the_district_only() -> None:
    """Outside nobody has statements to execute; the migrations are of the package too."""
    executing = {
        path.as_posix()
        for path in SOURCES
        for node in nodes(ROOT / path)
        if isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany", "executescript")
    }
    # A room of the district writes its statements once, for both engines of the store.
    assert sorted(name for name in executing if not name.startswith(("db/", "frontdesk/district/"))) == []


ALLOWED = {
    # A privacy notice is a written paper as the letters are.
    "frontdesk.reports.documents": {"privacy"},
    # The report as it travels is what both ends share.
    "frontdesk.sync.wire": {"district"},
    # The context of every use case carries the settings' values, and pure rules are given them.
    "frontdesk.settings.rules": {"", "volunteers"},
    # The demo draws a standing order up with the values that it is made of.
    "frontdesk.roster.standing": {"demo"},
    # And it makes its roster by the use cases of planning and of the day, having looked what they would come to.
    "frontdesk.roster.day": {"demo"},
    "frontdesk.roster.legality": {"demo"},
    "frontdesk.roster.model": {"demo"},
    "frontdesk.roster.plan": {"demo"},
    "frontdesk.roster.situation": {"demo"},
    "frontdesk.roster.substitutes": {"demo"},
    # Its supplements, notice and certificate are made by the use cases of hours.
    "frontdesk.volunteers.hours": {"demo"},
    # Its months and demands by those of the monthly list and of single sessions.
    "frontdesk.activities.monthly": {"demo"},
    "frontdesk.activities.sessions": {"demo"},
    # Its letters by those of letters.
    "frontdesk.reports.letters": {"demo"},
}
"""Modules that others than their own feature may import, besides services: by module, who."""


def test_a_feature_is_used_by_others_only_through_its_service() -> None:
    """Screens are reached by the registry's table and commands by that of the command line, both by name, unimported.

    The demo stands outside: it makes a year of records, for which no use case exists, with the records of `db`.
    """
    inside = re.compile(rf"frontdesk\.({'|'.join(FEATURES)})\.(\w+)")
    wrong = set()
    for path in SOURCES:
        own = path.parts[1] if len(path.parts) > 2 and path.parts[0] == "frontdesk" else ""
        for name in imports(path):
            found = inside.match(name)
            if found and found[1] != own and found[2] != "service" and own not in allowed_for(name):
                wrong.add(f"{path.as_posix()}: {name}")
    assert sorted(wrong) == []


def allowed_for(name: str) -> set[str]:
    """Who may import a module, or a name in it, besides its own feature."""
    return {own for module, owners in ALLOWED.items() if f"{name}.".startswith(f"{module}.") for own in owners}


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when a module is imported: nothing inside functions, but decorators and defaults."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, PASSING_SCOPES):
            parts = [*getattr(child, "decorator_list", []), *child.args.defaults, *filter(None, child.args.kw_defaults)]
            for part in parts:
                yield part
                yield from at_import(part)
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "__name__ == '__main__'"):
            continue
        yield child
        yield from at_import(child)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.as_posix())
def test_importing_a_module_has_no_effects(path: Path) -> None:
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in at_import(parsed(ROOT / path))
        if isinstance(node, ast.Call)
    }
    assert called & EFFECTS == set()


def test_every_library_that_is_imported_is_declared_and_none_besides() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {_plain(re.split(r"[^\w.-]", one, maxsplit=1)[0]) for one in project["dependencies"]}
    distributions = packages_distributions()
    imported = {name.partition(".")[0] for path in SOURCES for name in imports(path)}
    imported -= {"frontdesk", "db", "__future__", *sys.stdlib_module_names}
    # What a district on PostgreSQL installs besides; on SQLite it is never imported.
    imported -= {"psycopg", "psycopg_pool"}
    used = {_plain(distributions[name][0]) for name in imported}
    # The zone data are found by the standard library, which has none of its own.
    assert declared == used | {"tzdata"}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
