"""A party: members of the household by name, how many come, whether they take fewer seats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from frontdesk.activities.signup.box_screen import AREA, Wish
from frontdesk.activities.signup.service import LARGEST_PARTY
from frontdesk.locale import t
from frontdesk.residents.service import ResidentLine
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import Column, Row, RowList

MARK, NO_MARK = "[x]", "[ ]"
SIZE, LEAST = "size", "least"


class PartyDialog(ModalScreen[None]):
    """Who comes along. Space marks a member, A all of them; the figures change with the arrows. Enter signs up."""

    is_form: ClassVar[bool] = True
    """Whether it is kept for whoever signs in at a locked desk."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(
        self,
        first: ResidentLine,
        household: Sequence[ResidentLine],
        size: int,
        take: Callable[[Wish], Awaitable[None]],
    ) -> None:
        """`household` are the others of the household of `first`; `take` is given what was decided."""
        super().__init__()
        self._first = first
        self._household = tuple(household)
        self._members: set[int] = set()
        self._seats = max(1, min(size, LARGEST_PARTY))
        self._least: int | None = None
        self._take = take

    def compose(self) -> ComposeResult:
        """Title, the list, what the keys do."""
        with Vertical(classes="dialog choice party"):
            yield Plain(t(f"{AREA}.party.title", name=self._first.masked), classes="dialog-title")
            yield PartyRows((Column("", 3), Column(""), Column("", 24)), id="party")
            yield Plain(t(f"{AREA}.party.keys" if self._household else f"{AREA}.party.keys_alone"), classes="hint")
        yield ScanBanner()

    def on_mount(self) -> None:
        """Begin with the first of the household, else with how many come."""
        rows = self.query_one(PartyRows)
        self._show()
        self.set_focus(rows)
        if not self._household:
            rows.move_to(SIZE)

    @property
    def _smallest(self) -> int:
        return 1 + len(self._members)

    def _show(self) -> None:
        rows = [
            Row(str(one.id), (MARK if one.id in self._members else NO_MARK, one.masked, one.band))
            for one in self._household
        ]
        fewer = t(f"{AREA}.party.fewer", count=self._least) if self._least else t(f"{AREA}.party.all_or_none")
        rows.append(Row(SIZE, ("", t(f"{AREA}.party.size"), str(self._seats))))
        rows.append(Row(LEAST, ("", t(f"{AREA}.party.least"), fewer)))
        self.query_one(PartyRows).set_rows(rows)

    def change(self, key: str) -> bool:
        """Act on a key that is no movement; False where it means nothing here."""
        row = self.query_one(PartyRows).current
        if row is None:
            return False
        if key == "a":
            self._mark({one.id for one in self._household})
        elif key == "space" and row.key not in (SIZE, LEAST):
            self._mark(self._members ^ {int(row.key)})
        elif key in ("left", "right", "space") and row.key in (SIZE, LEAST):
            self._count(row.key, -1 if key == "left" else 1)
        elif key.isdigit() and len(key) == 1:
            self._set(SIZE if row.key not in (SIZE, LEAST) else row.key, int(key))
        else:
            return False
        self._show()
        return True

    def _mark(self, members: set[int]) -> None:
        """A party that grew by a name has a seat more, one without it a seat less."""
        strangers = self._seats - self._smallest
        self._members = members
        self._set(SIZE, self._smallest + max(0, strangers))

    def _count(self, what: str, by: int) -> None:
        if what == SIZE:
            self._set(SIZE, self._seats + by)
        else:
            # Beside "all or nobody" there are 1 to one less than all.
            choices = [None, *range(self._seats - 1, 0, -1)]
            self._least = choices[(choices.index(self._least) + by) % len(choices)]

    def _set(self, what: str, count: int) -> None:
        if what == SIZE:
            self._seats = max(self._smallest, min(count, LARGEST_PARTY))
            if self._least is not None and self._least >= self._seats:
                self._least = None
        else:
            self._least = count if 1 <= count < self._seats else None

    async def finish(self) -> None:
        """Sign the party up as it stands."""
        if self not in self.app.screen_stack:
            return
        members = tuple(one.id for one in self._household if one.id in self._members)
        wish = Wish(self._first.id, self._first.name, self._seats, self._least, members)
        await self.dismiss(None)
        await self._take(wish)

    def action_leave(self) -> None:
        """Sign nobody up."""
        self.dismiss(None)


class PartyRows(RowList):
    """The rows; keys that are no movement change the party."""

    def take_key(self, key: str) -> bool:
        """Move, or change the party before the next key is looked at."""
        screen = self.screen
        if isinstance(screen, PartyDialog) and screen.change(key):
            return True
        return key != "enter" and super().take_key(key)

    async def finish(self) -> None:
        """Enter: what is typed after it belongs to what is seen then."""
        screen = self.screen
        assert isinstance(screen, PartyDialog)
        await screen.finish()
