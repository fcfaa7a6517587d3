"""The base of all record types: immutable, built from a row by column name."""

from __future__ import annotations

import sqlite3
from typing import Self

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A row as a value. Fields carry the names of the columns that they mirror."""

    # A log that a failure ends in must not hold the name or phone that caused it.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Self:
        """The record for one row; columns without a field are left out."""
        return cls.model_validate(dict(zip(row.keys(), row, strict=True)))
