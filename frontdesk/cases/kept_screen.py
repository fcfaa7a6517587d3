"""A form that is kept as it is typed: at every pause, and before whatever leads away from it, for whoever types."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from frontdesk.cases import drafts, forms
from frontdesk.cases.parts_screen import Parts
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t
from frontdesk.shell.pushed import PushedScreen

if TYPE_CHECKING:
    from textual.timer import Timer

PAUSE = 0.8
"""Seconds after the first key that is not kept yet until it is: a program that is killed loses no more."""
PASSING = frozenset(("key_changed", "busy"))
"""Failures after which it is kept at the next pause."""


class KeptForm(PushedScreen):
    """A form of a record: `about` says which definition, record and step it is of."""

    def __init__(self, about: tuple[str, int, str], first: forms.Typed, start: forms.Typed) -> None:
        """`first` is what the form begins with, `start` what stands in it: the same, or what was kept before."""
        super().__init__()
        self.about = about
        self._first, self._kept = first, start
        self._timer: Timer | None = None
        self._keeping = asyncio.Lock()
        self._owner = ""
        self._saved = False

    @property
    def parts(self) -> Parts:
        """The fields."""
        raise NotImplementedError

    def begin_keeping(self) -> None:
        """From now on it is the form of who is signed in."""
        operator = self.desk_app.desk.operator
        self._owner = operator.no if operator is not None else ""

    def keep_soon(self) -> None:
        """Keep what was typed before long."""
        if self._timer is None and not self._saved:
            self._timer = self.set_timer(PAUSE, self.keep)

    @property
    def is_kept(self) -> bool:
        """Whether what stands here is what was kept."""
        return self.parts.typed == self._kept

    async def keep(self) -> None:
        """Keep what stands here, for whoever typed it."""
        self._timer = None
        operator = self.desk_app.desk.operator
        async with self._keeping:
            typed = self.parts.typed
            if self._saved or typed == self._kept or operator is None or operator.no != self._owner:
                return
            code, case_id, step = self.about
            is_nothing = typed == self._first

            def case(context: Context) -> None:
                if is_nothing:
                    drafts.drop_draft(context, code, case_id, step)
                else:
                    drafts.keep_draft(context, code, case_id, step, typed)

            try:
                await self.desk_app.desk.run(case)
            except CodedError as failure:
                if failure.code in PASSING:
                    self.keep_soon()
                else:
                    self.desk_app.say_failure(failure)
                return
            self._kept = typed

    async def action_command(self, name: str) -> None:
        """Before anything else is done, wherever it leads, what was typed is kept."""
        if self.is_mounted and name != "save" and not self._saved and not self.is_kept:
            await self.keep()
        await super().action_command(name)

    async def do_close(self) -> None:
        """Leave; that what was typed is kept, and not saved, is said: the key may have been one too many."""
        is_begun = not self._saved and self.parts.typed != self._first
        self.close()
        if is_begun:
            self.app.call_later(self.desk_app.notify, t("case_form.left_begun"))

    def leave_to_owner(self) -> bool:
        """Whether somebody else has signed in: what was typed is kept for whoever typed it, and the form is closed."""
        operator = self.desk_app.desk.operator
        return operator is not None and bool(self._owner) and operator.no != self._owner

    async def on_screen_resume(self) -> None:
        """A form is its owner's: whoever signs in next begins their own."""
        if self.leave_to_owner() and self.app.screen is self:
            self._saved = True
            self.close()
