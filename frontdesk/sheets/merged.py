"""Which cells of a worksheet are merged: the row reader leaves that out, and a covered cell looks blank."""

from __future__ import annotations

from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

from frontdesk.sheets.archive import too_large
from frontdesk.sheets.errors import Limits
from frontdesk.sheets.rows import Merged


def merged_in(source: IO[bytes], limits: Limits) -> tuple[Merged, ...]:
    """The merged ranges of one worksheet's XML, in order of rows; ranges that make no sense are left out.

    The container has been checked before: it has no entity definitions and is not too large. Raises SheetError
    too_large for more ranges than rows are allowed, and ValueError for what is no XML.
    """
    found: list[Merged] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] != "mergeCell":
            return
        if len(found) >= limits.rows:
            raise too_large("rows", limits.rows)
        one = _range(attributes.get("ref", ""))
        if one is not None:
            found.append(one)

    parser = ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.ParseFile(source)
    except ExpatError as error:
        raise ValueError("not XML") from error
    return tuple(sorted(found))


def _range(cells: str) -> Merged | None:
    from openpyxl.utils.cell import range_boundaries

    try:
        first_column, first_row, last_column, last_row = range_boundaries(cells)
    except (ValueError, TypeError):
        return None
    if None in (first_column, first_row, last_column, last_row):
        return None
    return Merged(first_row, last_row, first_column - 1, last_column - 1, cells)
