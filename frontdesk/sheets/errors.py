"""Why a file of rows is refused as a whole; single cells are refused in `cells`."""

from __future__ import annotations

from dataclasses import dataclass

from frontdesk.errors import DeskError


class SheetError(DeskError):
    """The file cannot be read as a sheet; nothing of it has been taken.

    Codes: file_missing, not_a_file, not_readable, not_a_spreadsheet, truncated, too_large, xml_entities,
    encrypted, empty, unreadable_text, broken_quotes, header_missing, header_duplicate.
    """

    area = "sheets"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read before it is refused as too_large. Generous for an office, small for a
    PC."""

    file_bytes: int = 20 * 2**20
    """The file as it lies on the disk."""
    members: int = 2_000
    """Parts of the zip container that an .xlsx is."""
    inflated_bytes: int = 100 * 2**20
    """All parts together, as declared and as they really come out."""
    ratio: int = 100
    """Inflated over compressed size of one part; real sheets stay under 30. Parts under `ratio_free_bytes`
    are free."""
    ratio_free_bytes: int = 2**20
    tags: int = 6_000_000
    """XML tags of all parts together; the parser holds a row of them in memory."""
    rows: int = 100_000
    """Rows that hold anything."""
    last_row: int = 1_048_576
    """The highest row number; Excel's own limit."""
    passed_rows: int = 20 * 1_048_576
    """Rows of all worksheets together, those in gaps too, which take time and no room in the file."""
    columns: int = 256
    passed_columns: int = 16_384
    """Columns of one row of a text file, the blank ones at its end too; Excel's own limit."""
    cells: int = 1_500_000
    """Rows times their width, of one sheet."""
    cell_characters: int = 32_767
    """Characters in one cell; Excel's own limit."""
    characters: int = 20_000_000
    """Characters in all cells of one sheet: a text that stands once in the file may be that of every cell."""


DEFAULT_LIMITS = Limits()
