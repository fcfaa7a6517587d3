"""The audit log in words: actions, tables, columns and what stood in them before and after.

What has no words, because an older or newer program wrote it, is shown by its code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from db.audit_reading import AuditLine
from db.changes import Change, Written
from db.personal import COLUMNS, is_hidden
from frontdesk.locale import catalogue, current_language, t

NOT_SHOWN = frozenset({"revision", "changed_at"})
"""Columns that change whenever another one does."""

MILLISECONDS = 100_000_000_000
"""No number of ours that is not an instant is so large."""

Local = Callable[[int], datetime]
"""What the centre's wall clock shows at an instant (UTC ms)."""


def action_words(action: str) -> str:
    """What was done."""
    return catalogue(current_language(), "audit_actions").get(action, action)


def kind_words(kind: str) -> str:
    """Of which kind it is."""
    return catalogue(current_language(), "audit_actions").get(f"kind.{kind}", kind)


def table_words(table: str) -> str:
    """What kind of record it is."""
    return catalogue(current_language(), "audit_rows").get(f"table.{table}", table)


def column_words(column: str) -> str:
    """Which part of a record it is."""
    return catalogue(current_language(), "audit_rows").get(f"column.{column}", column)


def who_words(line: AuditLine) -> str:
    """Who did it: the name, without one the number, without a number nobody who is signed in."""
    return line.operator_name or line.operator_no or t("audit.nobody")


def source_words(line: AuditLine) -> str:
    """At what it was done: the desk, the kiosk, a command."""
    return catalogue(current_language(), "audit").get(f"source.{line.source}", line.source)


def subject_words(line: AuditLine) -> str:
    """What it was done to."""
    if line.action == "setting.changed":
        return catalogue(current_language(), "settings").get(line.subject, line.subject)
    return line.subject


def where_words(line: AuditLine) -> str:
    """At which window."""
    source = source_words(line)
    return t("audit.window", source=source, place=line.place[:4]) if line.place else source


def value_words(value: Written, local: Local) -> str:
    """What stood there."""
    if value is None or value == "":
        return t("audit.empty")
    if isinstance(value, int) and value > MILLISECONDS:
        return f"{local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, str):
        if value.startswith("~"):
            return t("audit.bytes")
        return value.removeprefix("=")
    return str(value)


def change_words(table: str, column: str, before: Written, after: Written, local: Local) -> str:
    """What became of one column."""
    if is_hidden(table, column):
        key = "filled" if before in (None, "") else "emptied" if after in (None, "") else "changed"
        return t(f"audit.hidden.{key}", column=column_words(column))
    return t(
        "audit.change",
        column=column_words(column),
        before=value_words(before, local),
        after=value_words(after, local),
    )


def row_words(change: Change) -> str:
    """Which record, and whether it was added, changed or removed."""
    words = t(f"audit.operation.{change.operation}")
    return t("audit.row", table=table_words(change.table), row=_key_words(change.row_key), operation=words)


def columns_shown(change: Change) -> list[tuple[str, Written, Written]]:
    """The columns of a change that tell somebody something."""
    kinds = COLUMNS.get(change.table, {})
    return [
        (column, before, after)
        for column, (before, after) in change.values.items()
        if column not in NOT_SHOWN and kinds.get(column) not in ("phone_key", "derived")
    ]


def detail_words(detail: str, local: Local) -> list[str]:
    """What the entry itself says besides, line by line."""
    try:
        said = json.loads(detail)
    except ValueError:
        return [detail]
    if not isinstance(said, dict):
        return [detail]
    return [t("audit.detail", name=column_words(str(name)), value=_said(value, local)) for name, value in said.items()]


def _said(value: object, local: Local) -> str:
    if isinstance(value, bool):
        return t("audit.yes" if value else "audit.no")
    if isinstance(value, list):
        return t("audit.comma").join(_said(one, local) for one in value) or t("audit.empty")
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value in COLUMNS.get("resident", {}):
        return column_words(value)
    return value_words(value, local) if isinstance(value, (str, int, float)) or value is None else str(value)


def _key_words(row_key: str) -> str:
    try:
        parts = json.loads(row_key)
    except ValueError:
        return row_key
    return "/".join(map(str, parts)) if isinstance(parts, list) else row_key
