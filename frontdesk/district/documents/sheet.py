"""The list of services as an office keeps it: .xlsx or .csv with code, name, description and contact."""

from __future__ import annotations

from pathlib import Path

from frontdesk.sheets import cells
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.table import Column, read_table

COLUMNS = (
    Column("code", ["编号", "服务编号", "code"], reader=cells.read_code(64)),
    Column("name", ["名称", "服务名称", "name"], reader=cells.read_text(200)),
    Column(
        "description", ["说明", "内容", "description"], required=False, reader=cells.read_text(2_000, multiline=True)
    ),
    Column("contact", ["联系方式", "contact"], required=False, reader=cells.read_text(500)),
)


def read_services(path: Path) -> tuple[list[dict[str, str]], ImportOutcome]:
    """The services in a sheet, and what came of reading it; with a rejected row none is to be used. SheetError."""
    table = read_table(path, COLUMNS, unique=["code"])
    items = [{name: value for name, value in row.values.items() if value is not None} for row in table.rows]
    return items, ImportOutcome(table.read, len(items), rejected=table.rejected)
