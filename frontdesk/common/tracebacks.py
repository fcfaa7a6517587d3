"""Tracebacks for a log that says nothing of people: where something failed and how, not with whose name or number."""

from __future__ import annotations

import logging
import re
from traceback import TracebackException
from types import TracebackType

from db.errors import CodedError

_LONGEST = 300
_DIGITS = re.compile(r"\d(?:[ .\-]?\d){4,}")
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


class DiscreetFormatter(logging.Formatter):
    """A formatter that keeps the frames and kinds of failures, and of their words what can be nobody's."""

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The traceback, with every chained failure, as `discreet` says it."""
        return discreet(ei[1]) if ei[1] is not None else ""


def discreet(failure: BaseException) -> str:
    """The traceback of a failure and of those before it. A coded one is its area and code: its details may hold names.
    Of others' words runs of Chinese characters and long numbers are left out.
    """
    found = TracebackException.from_exception(failure)
    seen: set[int] = set()
    one: BaseException | None = failure
    told: TracebackException | None = found
    while one is not None and told is not None and id(one) not in seen:
        seen.add(id(one))
        # What it prints behind the name of the kind; a test holds it to that.
        vars(told)["_str"] = _words(one)
        if told.__cause__ is not None:
            one, told = one.__cause__, told.__cause__
        else:
            one, told = one.__context__, told.__context__
    return "".join(found.format()).rstrip("\n")


def _words(failure: BaseException) -> str:
    if isinstance(failure, CodedError):
        return f"{failure.area}.{failure.code}"
    return _HAN.sub("..", _DIGITS.sub("#", str(failure)))[:_LONGEST]
