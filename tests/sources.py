"""The program's own files, parsed once in a process: a dozen tests read all of them to hold them to a rule."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file, the same one each time; nobody changes it."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All of its nodes, as `ast.walk` gives them."""
    return tuple(ast.walk(parsed(path)))
