"""What came of importing one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from frontdesk.locale import t


@dataclass(frozen=True, slots=True)
class Rejection:
    """One cell that cannot be taken, in terms of the file."""

    row: int
    """As the spreadsheet program numbers it, from 1."""
    column: str
    """The heading as the file has it."""
    value: str
    """What the cell holds, shortened, without control characters."""
    reason: str
    """A stable code."""
    details: dict[str, object] = field(default_factory=dict)
    """What the words need: the first row of a duplicate, the bounds of a number."""
    area: str = "sheets"
    """The message catalogue that has the words, under reason.<code>; an import may have its own."""

    def words(self) -> str:
        """The reason in the language in force, with what to do about it."""
        return t(f"{self.area}.reason.{self.reason}", **self.details)

    def as_json(self) -> dict[str, Any]:
        """Row, column, value and reason code, as scripts get them."""
        return {"row": self.row, "column": self.column, "value": self.value, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the whole of a file; the words are imports.remark.<code>."""

    code: str
    details: dict[str, object] = field(default_factory=dict)

    def words(self) -> str:
        """The remark in the language in force, with what to do about it."""
        return t(f"imports.remark.{self.code}", **self.details)

    def as_json(self) -> dict[str, Any]:
        """The code and its details, as scripts get them."""
        return {"code": self.code, **self.details}


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one row would change or add: whom or what, and for each field (in words) what stood there and will stand."""

    row: int
    subject: str
    added: bool
    fields: Sequence[tuple[str, str, str]]
    shown: Sequence[tuple[str, str, str]] | None = None
    """The fields as they are told in words, where names and phones are masked; None where there are none of them."""

    def as_json(self) -> dict[str, Any]:
        """Row, subject, and the fields with before and after, as scripts get them."""
        fields = [{"field": name, "before": before, "after": after} for name, before, after in self.fields]
        return {"row": self.row, "subject": self.subject, "added": self.added, "fields": fields}


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """How many rows were read and what they did; with any rejection nothing has been written."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: Sequence[Rejection] = ()
    equal_in_new_file: int = 0
    """Of the unchanged rows, those that may be somebody else's: rows without a key, in a file not seen before."""
    remarks: Sequence[Remark] = ()
    """What else whoever imports has to know; of a file that was refused only what holds of the file itself."""
    preview: Sequence[RowChange] = ()
    """What would change, row by row; only of a trial of a sheet whose import tells it."""

    @property
    def is_clean(self) -> bool:
        """Whether every row was taken."""
        return not self.rejected

    def as_json(self) -> dict[str, Any]:
        """The answer of the command line: read, added, changed, unchanged, rejected; remarks where there are any."""
        answer: dict[str, Any] = {
            "read": self.read,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "rejected": [rejection.as_json() for rejection in self.rejected],
        }
        if self.remarks:
            answer["remarks"] = [remark.as_json() for remark in self.remarks]
        if self.preview:
            answer["preview"] = [change.as_json() for change in self.preview]
        return answer
