"""Message catalogues: one Python module per language and area, loaded when first used.

A key is ``area.name``, for instance ``volunteers.scan.entered``: the area names the module
(`frontdesk/locale/zh_CN/volunteers.py`), the rest is looked up in its `WORDS`. Both languages hold the same keys
with the same placeholders; a test compares them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from pathlib import PurePath

from db.errors import CodedError
from frontdesk.common.text import visible

LANGUAGES = ("zh_CN", "en")
DEFAULT_LANGUAGE = "zh_CN"

_current = DEFAULT_LANGUAGE
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


def use_language(language: str | None) -> str:
    """Choose the language of everything said from now on; None takes FRONTDESK_LANG, then Chinese.

    Returns the language in force. Anything that starts with "en" is English, all else Chinese.
    """
    global _current
    wanted = language or os.environ.get("FRONTDESK_LANG") or DEFAULT_LANGUAGE
    _current = "en" if wanted.lower().startswith("en") else "zh_CN"
    return _current


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """A block in which this thread or task, and no other, says everything in `language`, one of `LANGUAGES`."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def current_language() -> str:
    """The language code in force, one of `LANGUAGES`."""
    return _spoken.get() or _current


@cache
def catalogue(language: str, area: str) -> dict[str, str]:
    """The words of one area in one language; an empty dict where there is no such area."""
    try:
        module = import_module(f"frontdesk.locale.{language}.{area}")
    except ModuleNotFoundError:
        return {}
    words: dict[str, str] = module.WORDS
    return words


def t(key: str, /, **values: object) -> str:
    """The words for `key` in the language in force, with `values` put in.

    A missing key comes back as itself, so that a gap is seen on the screen and never stops the desk.
    """
    area, _, name = key.partition(".")
    text = catalogue(current_language(), area).get(name)
    if text is None:
        return key
    return text.format(**values) if values else text


def words_for(error: CodedError) -> str:
    """One sentence for a coded failure: what is wrong and what to do next.

    What it repeats may come from a file or be the name of one: nothing of it steers a terminal.
    """
    details = {name: _shown(value, name) for name, value in error.details.items()} if error.details else {}
    return t(f"{error.area}.error.{error.code}", **(details or {"code": error.code}))


_NAMES = ("file", "folder", "path")


def _shown(value: object, name: str) -> object:
    if isinstance(value, (str, PurePath)):
        return visible(str(value), one_line=name in _NAMES)
    return value
