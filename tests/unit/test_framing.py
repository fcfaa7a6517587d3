"""Nothing but `framed` writes into the frame of a panel: Textual reads what is written there as markup."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import frontdesk
from tests.sources import parsed

PACKAGE = Path(inspect.getfile(frontdesk)).parent
IN_THE_FRAME = {"border_title", "border_subtitle"}


def is_catalogue_words(value: ast.expr) -> bool:
    """Whether it is `t("key")` alone, into which nothing of anybody's is put."""
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "t"
        and not value.keywords
        and all(isinstance(one, ast.Constant) for one in value.args)
    )


def written_into_frames(tree: ast.AST) -> Iterator[int]:
    """The lines in which something is assigned to a frame."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = {one.attr for one in targets if isinstance(one, ast.Attribute)}
            if named & IN_THE_FRAME and not (node.value is not None and is_catalogue_words(node.value)):
                yield node.lineno
        elif isinstance(node, ast.Call) and any(word.arg in IN_THE_FRAME for word in node.keywords):
            yield node.lineno


def test_names_reach_a_frame_only_through_the_helper_that_does_not_read_markup() -> None:
    helper = PACKAGE / "shell" / "framing.py"
    found = {
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != helper
        for line in written_into_frames(parsed(path))
    }
    assert found == set()
    assert len(list(written_into_frames(parsed(helper)))) == 2
