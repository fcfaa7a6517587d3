"""What every kind of sheet that goes out and comes back is able to do; a register lives as long as a transaction."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from db import registrations
from db.savepoint import savepoint
from frontdesk.activities.exchange.form import Mode, SheetForm, SheetLine
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.sheets.outcome import Remark


@dataclass(frozen=True)
class Scope:
    """Which sessions a sheet is about: those of a span of local days, or one by its code."""

    first: date
    last: date
    code: str | None = None


class SheetRemark(Remark):
    """Something about a sheet that went out here; the words are exchange.remark.<code>."""

    def words(self) -> str:
        """The remark in the language in force, with what to do about it."""
        return t(f"exchange.remark.{self.code}", **self.details)


def moved_up_remarks(context: Context, connection: sqlite3.Connection, moved: Iterable[int]) -> list[Remark]:
    """How many of the sign-ups that a file moved up have a seat, or an offer of one, and are to be told of it when all
    rows are in; of sessions that are over nobody is told.
    """
    if not (up := set(moved)):
        return []
    told = registrations.to_tell(connection, context.today().isoformat(), context.now_ms())
    count = sum(one.registration_id in up and one.state in ("confirmed", "offered") for one in told)
    return [SheetRemark("moved_up", {"count": count})] if count else []


class Register(ABC):
    """The rows of one kind of sheet: how they go out, how they stand now, and what an edited one does."""

    form: ClassVar[SheetForm]

    def __init__(self, context: Context, connection: sqlite3.Connection) -> None:
        self.context = context
        self.connection = connection

    @abstractmethod
    def lines(self, scope: Scope, mode: Mode) -> list[SheetLine]:
        """The rows that go out."""

    @abstractmethod
    def line(self, identity: str, mode: Mode) -> SheetLine | None:
        """One row as it would go out now; None where there is nothing of this name any more."""

    @abstractmethod
    def change(self, identity: str, edited: Mapping[str, Any]) -> None:
        """Do what the edited cells of a row say. Raises DeskError where the rules refuse it."""

    @abstractmethod
    def add(self, identity: str, said: Mapping[str, Any]) -> tuple[str, str]:
        """Take in a new row; its name and what it is called in a report. Raises DeskError where the rules refuse it."""

    @abstractmethod
    def is_there(self, said: Mapping[str, Any]) -> bool:
        """Whether what a new row says is stored already, so that a file that is taken in twice does nothing again."""

    def savepoint(self) -> AbstractContextManager[None]:
        """A part of the transaction that is undone where it fails: that of one row."""
        return savepoint(self.connection)

    def choices(self) -> Mapping[str, Sequence[str]]:
        """The words that a column offers in a list, by its name."""
        return {}

    def remarks(self) -> list[Remark]:
        """What whoever imports has to know when all rows are in."""
        return []
