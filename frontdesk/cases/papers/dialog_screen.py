"""The small dialog of what is printed or written: rows that are taken by their digit, the days that are asked for, and
where the file goes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from frontdesk.common.typed_dates import read_typed_date
from frontdesk.common.wholefile import free_path
from frontdesk.locale import t
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog, Field, Wrong
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import Column, RowList

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from pathlib import Path

DIGITS = "123456789１２３４５６７８９"


@dataclass(frozen=True)
class Entry:
    """A row of the dialog: its words, and what it does."""

    words: str
    do: Callable[[], Awaitable[None]]


class DigitRows(RowList):
    """Rows that are taken by their digit too; an input method that is left on types the wide forms."""

    def take_key(self, key: str) -> bool:
        """Take the row of a digit, or move."""
        screen = self.screen
        digit = DIGITS.find(key) % 9 + 1 if len(key) == 1 and key in DIGITS else 0
        if digit and isinstance(screen, DigitDialog):
            return screen.take_digit(digit)
        return super().take_key(key)


class DigitDialog(ChoiceDialog):
    """A choice of which the first nine rows are taken by their digit."""

    def compose(self) -> ComposeResult:
        """The question and the list."""
        with Vertical(classes="dialog choice"):
            yield Plain(self._title, classes="dialog-title")
            yield DigitRows((Column(""),), id="choices")
        yield ScanBanner()

    def take_digit(self, digit: int) -> bool:
        """Take the row with this digit; whether there is one."""
        if digit > len(self._choices) or self not in self.app.screen_stack:
            return False
        self.dismiss(self._choices[digit - 1][0])
        return True


async def choose(screen: DeskScreen, title: str, entries: Sequence[Entry]) -> None:
    """Ask which of these, and do it."""
    choices = [(str(place), f"{place}  {one.words}") for place, one in enumerate(entries, 1)]

    async def chosen(key: str | None) -> None:
        if key is not None:
            await entries[int(key) - 1].do()

    await screen.app.push_screen(DigitDialog(title, choices), chosen)


def export_path(screen: DeskScreen, name: str, kind: str) -> Path:
    """A file of this name and ending in the folder of exports that is not there yet."""
    app = screen.desk_app
    return free_path(app.export_folder(), f"{app.centre_name}-{name}", f".{kind}")


def typed_days(values: dict[str, str], today: date) -> tuple[date | None, date | None] | Wrong:
    """The days of a form, None for what was left empty; which of them is wrong where one is no day."""
    days: list[date | None] = []
    for name in ("first", "last"):
        typed = values[name].strip()
        try:
            days.append(read_typed_date(typed, today) if typed else None)
        except (ValueError, OverflowError):
            return Wrong(t("case_papers.bad_day"), name)
    return days[0], days[1]


def day_fields(*, clear: bool) -> tuple[Field, ...]:
    """First and last day, which may be left empty; and whether people are to stand in clear."""
    fields = [
        Field("first", t("case_papers.field.first"), "", t("case_papers.field.first_hint")),
        Field("last", t("case_papers.field.last"), "", t("case_papers.field.last_hint")),
    ]
    if clear:
        fields.append(Field("clear", t("case_papers.field.clear"), "", t("case_papers.field.clear_hint")))
    return tuple(fields)
