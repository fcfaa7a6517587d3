"""Whole registers as tables on the screen: the competency matrix, the use of the service lists. Enter shows all of a
row, F7 writes the workbook.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from frontdesk.cases.matrix import Matrix, covered_words, matrix, skill_words, write_matrix
from frontdesk.cases.usage import Use, usage, usage_words, write_usage
from frontdesk.common.wholefile import free_path
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.common.periods import Period
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

AREA = "case_tables"
SKILL_TONES = {"held": "good", "learning": "warning", "expired": "bad", "unneeded": "muted"}


@dataclass(frozen=True)
class Entry:
    """A row of the list, and all that stands behind it."""

    row: Row
    about: tuple[Line, ...]


@dataclass(frozen=True)
class Shown:
    """What a table shows: the words of its frame, and its rows."""

    title: str
    under: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Kind:
    """A table: its columns, how it is read, how it is written and under which name."""

    columns: Callable[[], tuple[Column, ...]]
    read: Callable[[Context], Shown]
    write: Callable[[Context, Path], Path]
    name: str


async def open_matrix(screen: DeskScreen) -> None:
    """Show the competency matrix over a screen."""
    name = t("case_tables.matrix.title")
    await screen.app.push_screen(TablesScreen(Kind(_matrix_columns, _matrix_shown, write_matrix, name)))


async def open_usage(screen: DeskScreen, period: Period) -> None:
    """Show the use of the service lists in a period over a screen."""

    def write(context: Context, out: Path) -> Path:
        return write_usage(context, period, out)

    def read(context: Context) -> Shown:
        return _usage_shown(usage(context, period), period)

    name = f"{t('case_tables.usage.title')}-{period.key}"
    await screen.app.push_screen(TablesScreen(Kind(_usage_columns, read, write, name)))


class TablesScreen(PushedListScreen):
    """A table; Enter shows all of a row, F7 writes the workbook."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "case-table"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "show", "enter"),
        Command(AREA, "write", "f7"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._kind = kind
        self._entries: tuple[Entry, ...] = ()

    def columns(self) -> tuple[Column, ...]:
        """Those of the table."""
        return self._kind.columns()

    def empty_words(self) -> str:
        """Where there are no rows."""
        return t("case_tables.none")

    async def load(self) -> None:
        """Read the table."""
        shown = await self.attempt(self._kind.read)
        if shown is None:
            return
        self._entries = shown.entries
        self.rows.set_rows([one.row for one in shown.entries])
        framed(self.panel, shown.title, shown.under)

    def _current(self) -> Entry | None:
        return self.under_cursor(self._entries, lambda one: one.row.key)

    def why_not(self, name: str) -> str | None:
        """Without rows there is nothing to show."""
        return t("case_tables.none") if name == "show" and self._current() is None else None

    async def do_show(self) -> None:
        """All of the row."""
        one = self._current()
        assert one is not None
        await self.app.push_screen(ReadDialog(one.row.cells[0], one.about))

    async def do_write(self) -> None:
        """Write the workbook into the folder of exports."""
        app = self.desk_app
        out = free_path(app.export_folder(), f"{app.centre_name}-{self._kind.name}", ".xlsx")
        done = await self.attempt(lambda context: self._kind.write(context, out), slow=True)
        if done is not None:
            self.notify(t("case_papers.written", out=done), timeout=12)


def _matrix_columns() -> tuple[Column, ...]:
    return (
        Column(t("case_tables.matrix.matter"), 22),
        Column(t("case_tables.matrix.held"), 7, "right"),
        Column(t("case_tables.matrix.people")),
    )


def _matrix_shown(context: Context) -> Shown:
    found = matrix(context)
    entries = tuple(_matter(found, matter) for matter in found.matters)
    return Shown(t("case_tables.matrix.title"), covered_words(found), entries)


def _matter(found: Matrix, matter: str) -> Entry:
    """A post or matter: everybody with a word, and behind it everybody in a line."""
    held, asked = found.of(matter)
    every = [(name, found.skill(no, matter)) for no, name in found.people.items()]
    row = Row(
        matter,
        (matter, f"{held}/{asked}", "  ".join(f"{name} {skill_words(skill)}" for name, skill in every)),
        "good" if held == asked else "bad" if not held else "",
    )
    lines: list[Line] = []
    for name, skill in every:
        words = t(
            "case_tables.matrix.line",
            name=name,
            standing=t(f"case_tables.skill.{skill.standing}"),
            level=skill.level,
            trained=skill.trained or "-",
            until=skill.until or "-",
        )
        lines.append((words, SKILL_TONES.get(skill.standing, "")))  # type: ignore[arg-type]
    return Entry(row, tuple(lines))


def _usage_columns() -> tuple[Column, ...]:
    return (
        Column(t("case_tables.usage.service")),
        Column(t("case_tables.usage.list"), 14, optional=True),
        Column(t("case_tables.usage.orders"), 6, "right"),
        Column(t("case_tables.usage.delivered"), 6, "right"),
        Column(t("case_tables.usage.came"), 6, "right"),
        Column(t("case_tables.usage.last"), 10),
    )


def _usage_shown(found: list[Use], period: Period) -> Shown:
    title = t("case_tables.usage.panel", period=period.label)
    return Shown(title, usage_words(found), tuple(_used(one) for one in found))


def _used(one: Use) -> Entry:
    never = t("case_tables.usage.never")
    cells = (one.service, one.list_type, *map(str, (one.orders, one.delivered, one.came)), one.last_ordered or never)
    tone = "warning" if one.is_never_ordered else "" if one.is_listed else "muted"
    said: dict[str, object] = {
        "number": one.number,
        "list": one.list_type,
        "provider": one.provider,
        "state": one.state,
        "orders": one.orders,
        "stopped": one.stopped,
        "delivered": one.delivered,
        "came": one.came,
        "ratings": one.ratings or t("case_tables.usage.no_ratings"),
        "last": one.last_ordered or never,
    }
    lines: list[Line] = [
        (t("case_tables.usage.line", name=t(f"case_tables.usage.{key}"), value=value), "")
        for key, value in said.items()
    ]
    return Entry(Row(one.number, cells, tone), tuple(lines))  # type: ignore[arg-type]
