"""The runner of every import: one file, one transaction, all rows or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from db import audit
from db.errors import NothingWritten
from frontdesk.sheets.outcome import ImportOutcome, Rejection, Remark, RowChange
from frontdesk.sheets.reader import read_bytes
from frontdesk.sheets.table import Column, Table, TableRow, read_table

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context

Effect = Literal["added", "changed", "unchanged"]

AREA = "imports"
"""The catalogue with the words of the reasons that the file alone does not show."""


@dataclass
class Tally:
    """What the rows of one table did, gathered while they are taken."""

    table: Table
    effects: dict[Effect, int] = field(default_factory=lambda: {"added": 0, "changed": 0, "unchanged": 0})
    rejected: list[Rejection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    of_the_file: list[Remark] = field(default_factory=list)
    """What is so whether or not anything of the file is taken."""
    preview: list[RowChange] = field(default_factory=list)

    def count(self, effect: Effect, rows: int = 1) -> None:
        """Note what `rows` rows did."""
        self.effects[effect] += rows

    def reject(self, row: TableRow, column: str, reason: str, *, area: str = AREA, **details: object) -> None:
        """Note that a row cannot be taken; nothing of the file will be written."""
        self.rejected.append(self.table.reject(row, column, reason, area=area, **details))

    def remark(self, code: str, **details: object) -> None:
        """Note what else whoever imports has to know of the whole file; see imports.remark."""
        self.remarks.append(Remark(code, details))

    def remark_always(self, code: str, **details: object) -> None:
        """Note what holds of the file itself: it is told of a file that is refused as well."""
        self.of_the_file.append(Remark(code, details))

    def outcome(self, *, may_be_others: bool) -> ImportOutcome:
        """What came of the file; `may_be_others` says that its unchanged rows may be somebody else's."""
        if self.rejected:
            rejected = sorted(self.rejected, key=lambda one: one.row)
            return ImportOutcome(self.table.read, rejected=rejected, remarks=tuple(self.of_the_file))
        added, changed, unchanged = (self.effects[effect] for effect in ("added", "changed", "unchanged"))
        return ImportOutcome(
            self.table.read,
            added,
            changed,
            unchanged,
            equal_in_new_file=unchanged if may_be_others else 0,
            remarks=(*self.of_the_file, *self.remarks),
            preview=tuple(self.preview),
        )


TakeRows = Callable[["Context", "sqlite3.Connection", Tally], None]


def import_file(
    context: Context,
    kind: str,
    path: Path,
    columns: Sequence[Column],
    take: TakeRows,
    *,
    unique: Sequence[str] = (),
    dry_run: bool = False,
    without_key: bool = False,
) -> ImportOutcome:
    """Read `path` and let `take` write its rows, in one transaction with one audit entry `imported.<kind>`
    whose subject is a keyed hash of the file.

    With any rejected row, and in a dry run, everything is rolled back, the audit entry too. A dry run counts
    what would have been written; an outcome with rejections counts nothing but the rows read. `take` is also
    called when cells were refused, so that one report names all that is wrong; it sees the readable rows.

    Rows of a kind `without_key` are known again only by all that they say: the outcome counts those that a file which
    was never imported has in common with what is stored, for somebody else may have said the same.

    Raises SheetError, DatabaseError, and DeskError `operator_required` or `auditor_reads_only`.
    """
    context.require_writer()
    # Read once: what is hashed is what is taken in, whoever writes to the file meanwhile.
    content = read_bytes(path)
    table = read_table(path, columns, unique=unique, content=content)
    fingerprint = _fingerprint(context, content)
    action = f"imported.{kind}"
    tally = Tally(table, rejected=list(table.rejected))
    try:
        with context.database.write() as connection:
            context.confirm_operator(connection)
            is_new = not audit.has(connection, action, fingerprint)
            take(context, connection, tally)
            if tally.rejected or dry_run:
                raise NothingWritten
            # Not by its name, which may be that of a person.
            context.note(
                connection,
                action,
                fingerprint,
                read=table.read,
                added=tally.effects["added"],
                changed=tally.effects["changed"],
            )
    except NothingWritten:
        pass
    return tally.outcome(may_be_others=without_key and is_new)


def _fingerprint(context: Context, content: bytes) -> str:
    """A keyed hash of a file's bytes.

    Keyed, because whoever holds the database could otherwise try out in which order a few anonymous ratings
    stood in their file.
    """
    digest = blake2b(content, digest_size=32).hexdigest()
    return context.keys.fingerprint(f"file:{digest}").hex()
