"""Which sheets a report has, which columns in which order, and under which headings: as the office wants it."""

from __future__ import annotations

from dataclasses import dataclass

from frontdesk.locale import t
from frontdesk.reports.templates.kinds import COLUMNS, COVER, LEFT_OUT_OF_PDF


@dataclass(frozen=True)
class TemplateColumn:
    """One column by its code, of the cover one figure; `heading` is the office's own, "" for the program's."""

    code: str
    heading: str = ""


@dataclass(frozen=True)
class TemplateSheet:
    """One sheet by its code; `title` is the office's own, "" for the program's. `in_pdf` says whether a PDF has it."""

    code: str
    columns: tuple[TemplateColumn, ...]
    title: str = ""
    in_pdf: bool = True

    @property
    def name(self) -> str:
        """The title, in the language in force where it is the program's."""
        return self.title or t(f"workbook.sheet.{self.code}")

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of its columns, in the language in force where they are the program's."""
        return tuple(column.heading or own_heading(self.code, column.code) for column in self.columns)


@dataclass(frozen=True)
class Template:
    """How a report is laid out: its sheets in their order. `name` is what the office calls it."""

    sheets: tuple[TemplateSheet, ...]
    name: str = ""


def own_heading(sheet: str, column: str) -> str:
    """What the program calls a column of a sheet, in the language in force."""
    return t(f"workbook.{'figure' if sheet == COVER else 'head'}.{column}")


def whole_sheet(code: str) -> TemplateSheet:
    """A sheet with all its columns as the program has them."""
    columns = tuple(TemplateColumn(column) for column in COLUMNS[code])
    return TemplateSheet(code, columns, in_pdf=code not in LEFT_OUT_OF_PDF)


BUILT_IN = Template(tuple(whole_sheet(code) for code in COLUMNS))
"""The program's own template: every sheet with every column."""
