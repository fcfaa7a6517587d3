"""The installed Han font without the characters that no test writes: it is opened ten times as fast.

Opening the forty thousand characters of an installed font takes most of the time of a paper. What is left here are the
same outlines at the same widths, so that a paper looks as it does at a centre (`tests/unit/test_smallfont.py`). A
character that is not among them is looked for in the installed fonts, as on a machine whose settings name a font.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from frontdesk.common.fonts import FONT_SETTING, Face, FontSearch, FontShelf

_ROOT = Path(__file__).parent.parent
_FOLDERS = ("db", "frontdesk", "tests")
# Words stand in modules, and those of mechanisms in their definitions.
_SUFFIXES = (".py", ".toml")
# What a paper says it was drawn with: the family, its typographic family and that of its weights and slopes.
_FAMILY_NAMES = (1, 2, 4, 6, 16, 17, 21)
# The names that tests count up from the first Han character.
_COUNTED = "".join(map(chr, range(0x4E00, 0x4F40)))


@contextmanager
def papers_in_a_small_font() -> Iterator[None]:
    """For so long, who looks for the fonts of this system finds the small one first.

    Not where FRONTDESK_FONT is set, be it to nothing, and not where the variables are given: there it is about fonts.
    """
    usual = FontSearch.of_this_system

    def with_small_font(cls: type[FontSearch], environment: Mapping[str, str] | None = None) -> FontSearch:
        installed = usual(environment)
        if environment is not None or FONT_SETTING in os.environ:
            return installed
        return cls(small_font(installed), installed.folders)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FontSearch, "of_this_system", classmethod(with_small_font))
        yield


@cache
def small_font(installed: FontSearch) -> Path | None:
    """The best installed font with what the program and its tests write; None if none has Han characters."""
    with FontShelf(installed) as shelf:
        face = next((face for face in shelf.faces() if not face.lacks("中文")), None)
        return None if face is None else _reduced(face)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Where the font lies; it goes with the process."""
    return tempfile.TemporaryDirectory(prefix="frontdesk-font-")


def _reduced(face: Face) -> Path:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options()
    options.layout_features = []
    options.name_IDs = [*_FAMILY_NAMES]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in _written()])
    path = Path(_folder().name) / ("small.otf" if face.path.suffix in (".otf", ".otc") else "small.ttf")
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        subsetter.subset(font)
        font.save(path)
    return path


def _written() -> set[str]:
    """Every character in the program, the definitions of its mechanisms, and the tests."""
    written = set(_COUNTED)
    for folder in _FOLDERS:
        for path in (_ROOT / folder).rglob("*"):
            if path.suffix in _SUFFIXES:
                written |= set(path.read_text(encoding="utf-8"))
    return written
