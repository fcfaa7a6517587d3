"""A template as a file to be edited: every column in a line of its own, with what may be done said above it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from frontdesk.locale import t
from frontdesk.reports.templates.kinds import COLUMNS
from frontdesk.reports.templates.model import Template, TemplateSheet


def template_text(template: Template) -> str:
    """The template as TOML in the language in force; read again it is the same, with every title and heading said."""
    lines = [f"# {line}" for line in t("workbook.template.how").splitlines()]
    lines += ["", f"name = {_quoted(template.name)}"]
    for sheet in template.sheets:
        lines += ["", *_sheet_lines(sheet)]
    return "\n".join([*lines, ""])


def _sheet_lines(sheet: TemplateSheet) -> Iterator[str]:
    yield "[[sheets]]"
    yield f"sheet = {_quoted(sheet.code)}"
    yield f"title = {_quoted(sheet.name)}"
    yield f"pdf = {'true' if sheet.in_pdf else 'false'}"
    yield "columns = ["
    for column, heading in zip(sheet.columns, sheet.headings, strict=True):
        yield f"    {{ column = {_quoted(column.code)}, heading = {_quoted(heading)} }},"
    yield "]"
    chosen = {column.code for column in sheet.columns}
    if further := [code for code in COLUMNS[sheet.code] if code not in chosen]:
        yield f"# {t('workbook.template.further', columns=', '.join(further))}"


def _quoted(text: str) -> str:
    """A basic string of TOML, which is written as JSON writes strings."""
    return json.dumps(text, ensure_ascii=False)
