"""Where in a TOML file a key stands: the standard reader tells values, not lines."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_TABLE = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-]+(?:\s*\.\s*[A-Za-z0-9_\-]+)*)\s*=")


def line_of(text: str, path: Path) -> int:
    """The line (from 1) on which the deepest part of `path` that has a line of its own begins; 1 where none has.

    `path` is as pydantic names places: ("transitions", 2, "to"). What stands in the middle of a line (in an inline
    table) has that line.
    """
    best, best_depth = 1, 0
    for number, place in _places(text):
        depth = _shared(place, path)
        # A line stands for a part only where all of it leads there.
        if depth == len(place) and depth > best_depth:
            best, best_depth = number, depth
    return best


def _shared(place: Path, path: Path) -> int:
    """How many parts two places have in common from the top."""
    depth = 0
    for one, other in zip(place, path, strict=False):
        if one != other:
            break
        depth += 1
    return depth


def _places(text: str) -> list[tuple[int, Path]]:
    """Each line that begins a table, a key, or an item of a list that has a line of its own, with its place."""
    found: list[tuple[int, Path]] = []
    counts: dict[Path, int] = {}
    table: Path = ()
    items: Path = ()
    item = 0
    quotes = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quotes:
            quotes = "" if line.count(quotes) % 2 else quotes
            continue
        header = _TABLE.match(line)
        key = _KEY.match(line)
        if header:
            table = _table(header[1], [part.strip().strip("\"'") for part in header[2].split(".")], counts)
            found += [(number, table[:-1])] if table[-1] == 0 else []
            found.append((number, table))
        elif key:
            items, item = (*table, *(part.strip() for part in key[1].split("."))), 0
            found.append((number, items))
            quotes = next((one for one in ('"""', "'''") if line.count(one) % 2), "")
        elif line.lstrip().startswith("{"):
            found.append((number, (*items, item)))
            item += 1
    return found


def _table(brackets: str, names: list[str], counts: dict[Path, int]) -> Path:
    """The place of a table; of a repeated one with its number, from 0."""
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if position == len(names) - 1 and brackets == "[[":
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
