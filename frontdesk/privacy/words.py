"""Tables, columns and what erasing does, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.locale import t

if TYPE_CHECKING:
    from db.obstacles import Open
    from frontdesk.privacy.erasing import Erased, Explanation


def table_words(table: str) -> str:
    """What people call a table; its name where nobody calls it anything."""
    words = t(f"privacy.table.{table}")
    return table if words.startswith("privacy.") else words


def column_words(table: str, column: str) -> str:
    """What people call a column of a table; its name where nobody calls it anything."""
    for key in (f"privacy.column.{table}.{column}", f"privacy.column.{column}"):
        words = t(key)
        if not words.startswith("privacy."):
            return words
    return column


def open_words(one: Open) -> str:
    """What is open, and what to do first."""
    return t(f"privacy.open.{one.code}", what=one.what)


def explanation_lines(told: Explanation) -> list[str]:
    """What erasing would do, line by line, in numbers."""
    lines = [t("privacy.explain.who", name=told.person.masked, phone=told.person.masked_phone or "-")]
    if told.first:
        lines += [t("privacy.explain.first"), *(f"- {open_words(one)}" for one in told.first[:6])]
    lines.append(t("privacy.explain.emptied"))
    stays = [t("privacy.explain.count", what=table_words(table), count=count) for table, count in told.counts]
    if told.hours_seconds:
        stays.append(t("privacy.explain.hours", hours=f"{told.hours_seconds / 3600:.1f}"))
    lines.append(t("privacy.explain.stays", what=t("privacy.comma").join(stays) or t("privacy.explain.nothing")))
    lines.append(t("privacy.explain.figures"))
    for key, found in (
        ("mentions", [one for one in told.mentions if one.removable]),
        ("sealed", [one for one in told.mentions if not one.removable]),
    ):
        if found:
            tables = t("privacy.comma").join(dict.fromkeys(table_words(one.table) for one in found))
            lines.append(t(f"privacy.explain.{key}", count=sum(one.rows for one in found), tables=tables))
    if told.same:
        others = t("privacy.comma").join(f"{kind_words(one.subject.kind)} {one.more}".strip() for one in told.same)
        lines.append(t("privacy.explain.same", others=others))
    lines.append(t("privacy.explain.backups"))
    return lines


def kind_words(kind: str) -> str:
    """What people call somebody of a kind."""
    return t(f"privacy.kind.{kind}")


def erased_lines(done: list[Erased]) -> list[str]:
    """What was erased, and whether the bytes are gone already."""
    lines = []
    for one in done:
        rows = t("privacy.comma").join(
            t("privacy.explain.count", what=table_words(table), count=count)
            for table, count in one.emptied.items()
            if table != "search_term"
        )
        who = f"{kind_words(one.subject.kind)} {one.subject.ref}"
        lines.append(t("privacy.erased", who=who, rows=rows or t("privacy.explain.nothing")))
    lines.append(t("privacy.clean" if done and done[-1].clean else "privacy.owed"))
    return lines
