"""Screens with fields that lead to something: what is typed is looked for, and chosen where it means several."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen

from frontdesk.cases import choosing
from frontdesk.cases.controls_screen import FREE, PickPart
from frontdesk.cases.parts_screen import Parts, PartsHost
from frontdesk.cases.pick_screen import FieldPick
from frontdesk.context import Context
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.choosing import Choosable
    from frontdesk.shell.base import DeskScreen


class LookingUp(PartsHost):
    """Mixed into a screen that has `Parts`. `below` is the screen of the desk whose use cases are run."""

    below: DeskScreen
    is_searching: ClassVar[bool] = True

    @property
    def parts(self) -> Parts:
        """The fields."""
        raise NotImplementedError

    async def look_up(self, control: PickPart) -> bool:
        """Look for what stands in a field: one is taken, among several one is chosen, none is said."""
        text, field = control.value.strip(), control.asked.field
        found = await self.below.attempt(lambda context: choosing.choosable(context, field, text))
        if found is None:
            return False
        exact = [one for one in found if text in (one.key, one.name)]
        if len(exact) == 1 or len(found) == 1:
            return await self._take(control, (exact or found)[0])
        if not found and field.kind in FREE:
            return True
        if not found:
            self.parts.refuse(control.asked.key, t("case_form.not_found", text=text))
            return False
        await self._choose(control, text)
        return False

    async def action_find(self) -> None:
        """Choose what the field under the cursor leads to."""
        control = self.parts.current
        if isinstance(control, PickPart):
            await self._choose(
                control, "" if control.is_settled and control.asked.field.kind not in FREE else control.value
            )

    async def _choose(self, control: PickPart, text: str) -> None:
        screen = self.screen_below(control)
        dialog = FieldPick(self.below, control.asked.field, text)

        async def chosen(picked: tuple[int, str] | None) -> None:
            one = dialog.found.get(picked[1]) if picked is not None else None
            if one is not None and await self._take(control, one):
                self.parts.go_from(control, 1)

        await screen.app.push_screen(dialog, chosen)

    @staticmethod
    def screen_below(control: PickPart) -> Screen[object]:
        """The screen in which a field stands."""
        return control.screen

    async def _take(self, control: PickPart, one: Choosable) -> bool:
        """Take what was found; of somebody of the register name and phone, that they were looked at is logged."""
        if control.asked.field.kind != "person":
            control.choose(one)
            return True
        resident = int(one.key)

        def case(context: Context) -> tuple[str, str]:
            return choosing.person_of(context, resident)

        found = await self.below.attempt(case)
        if found is None:
            return False
        name, phone = found
        control.typed = name
        self.parts.note_resident(control.asked.key, name, resident)
        self.parts.fill_phone(control.asked.key, phone)
        return True
