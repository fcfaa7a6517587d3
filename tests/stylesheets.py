"""Style sheets parsed once in a process: every started program would parse the same sixty sheets three times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


@contextmanager
def parsed_once() -> Iterator[None]:
    """For so long, a sheet that was parsed with the same variables is not parsed again, by whichever program.

    Textual keeps the rules of 64 sheets in each style sheet object, for as long as its variables stay; it never changes
    them. One with a mistake is parsed, and fails, every time.
    """
    parse = Stylesheet._parse_rules
    known: dict[tuple[Any, ...], list[RuleSet]] = {}

    def parse_new(
        sheet: Stylesheet, css: str, read_from: tuple[str, str], *options: Any, **named: Any
    ) -> list[RuleSet]:
        key = (tuple(sheet._variables.items()), css, read_from, options, tuple(named.items()))
        if key not in known:
            known[key] = parse(sheet, css, read_from, *options, **named)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_new)
        yield
