"""Failures that carry a code, so that one place can turn them into words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar


class CodedError(Exception):
    """A failure that a person at the desk can do something about.

    `code` is stable and goes to scripts; `details` fill the words that belong to it. The words themselves are
    looked up by whoever shows the failure, under the key ``<area>.error.<code>``.
    """

    area: ClassVar[str] = "shell"

    def __init__(self, code: str, /, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __reduce__(self) -> tuple[Callable[[], CodedError], tuple[()]]:
        """Pickled with its details, so that a process can hand its refusal to the one that asked it."""
        return partial(type(self), self.code, **self.details), ()

    def __str__(self) -> str:
        if not self.details:
            return self.code
        return f"{self.code} ({', '.join(f'{key}={value}' for key, value in self.details.items())})"


class DatabaseError(CodedError):
    """The database file cannot be opened, read or written."""

    area = "db"


class NothingWritten(Exception):
    """Leaves a transaction so that it is rolled back: a trial, or rows of which one was refused. Whoever raises it
    inside a transaction catches it around that; nobody else ever sees it.
    """
