"""Signing in, and the first-run wizard."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Center, Horizontal, Vertical, VerticalScroll
from textual.events import DescendantFocus
from textual.widgets import Button, Input

from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.line import Line, chain
from frontdesk.shell.plain import Plain

if TYPE_CHECKING:
    from frontdesk.context import Operator


class SignInScreen(DeskScreen):
    """Number and PIN. Scans work here too: a volunteer at the door need not wait for staff."""

    area: ClassVar[str] = "staff"

    def compose_body(self) -> ComposeResult:
        """The two fields, and a second PIN field for the centre's first PIN."""
        with Vertical(id="sign-in"), Vertical(classes="dialog"):
            yield Plain(self.desk_app.centre_name, classes="dialog-title")
            yield Plain("", id="locked", classes="hint")
            with Horizontal(classes="field"):
                yield Plain(t("staff.sign_in.no"), classes="field-label")
                yield Line(id="no")
            with Horizontal(classes="field"):
                yield Plain(t("staff.sign_in.pin"), classes="field-label")
                yield Line(id="pin", password=True)
            with Horizontal(classes="field", id="again-line"):
                yield Plain(t("staff.sign_in.again"), classes="field-label")
                yield Line(id="again", password=True)
            yield Plain("", id="wrong")
            yield Plain(t("staff.sign_in.hint"), classes="hint")

    async def on_mount(self) -> None:
        """Hide what only the first PIN needs; a demo says how to get in."""
        app = self.desk_app
        if not self.query("#again-line"):
            # A demo goes in at once, and this screen may be gone before it was ever drawn.
            return
        if app.demo_pin and app.demo_operator:
            words = t("staff.sign_in.demo", no=app.demo_operator.no, pin=app.demo_pin)
            self.query_one("#wrong", Plain).update(words)
        self.query_one("#again-line").display = False
        self.query_one("#no", Line).next_line = self.query_one("#pin", Line)
        self.query_one("#no", Input).focus()

    async def on_screen_resume(self) -> None:
        """Start afresh when the desk was locked."""
        for name in ("no", "pin", "again"):
            self.query_one(f"#{name}", Input).value = ""
        self.query_one("#no", Input).focus()
        self._say_locked()
        await super().on_screen_resume()

    def _say_locked(self) -> None:
        line, words = self.query_one("#locked", Plain), self.desk_app.locked_words()
        line.display = bool(words)
        line.update("\n".join(words))

    async def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Once the number is known, ask for a new PIN twice where it is the centre's first."""
        if event.widget.id != "pin":
            return
        from frontdesk.staff.service import needs_first_pin

        no = self.query_one("#no", Input).value
        try:
            first = await self.desk_app.desk.run(lambda context: needs_first_pin(context, no))
        except CodedError as failure:
            self.query_one("#wrong", Plain).update(words_for(failure))
            return
        self.query_one("#again-line").display = first
        pin = self.query_one("#pin", Line)
        pin.next_line = self.query_one("#again", Line) if first else None
        if first:
            self.query_one("#wrong", Plain).update(t("staff.sign_in.choose_pin"))

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Sign in from the last field."""
        event.stop()
        await self._sign_in()

    async def _sign_in(self) -> None:
        from frontdesk.staff.service import set_first_pin, sign_in

        no, pin, again = (self.query_one(f"#{name}", Input).value for name in ("no", "pin", "again"))
        first = self.query_one("#again-line").display
        wrong = self.query_one("#wrong", Plain)
        if first and pin != again:
            wrong.update(t("staff.sign_in.differ"))
            self.query_one("#again", Input).value = ""
            self.query_one("#pin", Input).focus()
            return
        try:
            operator: Operator = await self.desk_app.desk.run(
                lambda context: set_first_pin(context, no, pin) if first else sign_in(context, no, pin)
            )
        except CodedError as refusal:
            wrong.update(words_for(refusal))
            self.query_one("#pin", Input).value = ""
            self.query_one("#pin", Input).focus()
            return
        wrong.update("")
        await self.desk_app.enter(operator)


class WizardScreen(DeskScreen):
    """The first run: whose centre this is, its manager, a PIN; then the recovery key. Or a centre comes back out of its
    backup.
    """

    area: ClassVar[str] = "staff"
    title_key: ClassVar[str] = "wizard.title"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (Command("staff", "restore", "f7"),)
    NAMES: ClassVar[tuple[str, ...]] = (
        "code",
        "name",
        "street",
        "district",
        "manager_no",
        "manager_name",
        "pin",
        "again",
    )

    def compose_body(self) -> ComposeResult:
        """One field a line."""
        with VerticalScroll(id="wizard", can_focus=False), Center(), Vertical(classes="dialog"):
            yield Plain(t("staff.wizard.title"), classes="dialog-title")
            yield Plain(t("staff.wizard.about"), classes="hint")
            for name in self.NAMES:
                with Horizontal(classes="field"):
                    yield Plain(t(f"staff.wizard.{name}"), classes="field-label")
                    hint = t(f"staff.wizard.{name}.hint")
                    yield Line(id=name, password=name in ("pin", "again"), placeholder=hint, compact=True)
            yield Plain("", id="wrong")
            with Center():
                yield Button(t("staff.wizard.make"), id="make", variant="primary")

    async def on_mount(self) -> None:
        """Begin with the first field."""
        chain(list(self.query(Line)))
        self.query_one("#code", Input).focus()
        self.refresh_frame()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Set up from the last field."""
        event.stop()
        await self._set_up()

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        """Set up."""
        event.stop()
        await self._set_up()

    async def _set_up(self) -> None:
        import asyncio

        from frontdesk.staff.service import set_up_centre

        values = {name: self.query_one(f"#{name}", Input).value for name in self.NAMES}
        wrong = self.query_one("#wrong", Plain)
        if values["pin"] != values.pop("again"):
            wrong.update(t("staff.sign_in.differ"))
            self.query_one("#pin", Input).focus()
            return
        if not values["pin"]:
            wrong.update(t("staff.wizard.pin_missing"))
            self.query_one("#pin", Input).focus()
            return
        home, clock = self.desk_app.home, self.desk_app.clock

        def make() -> Operator | None:
            context = set_up_centre(home, clock=clock, source="desk", **values)
            context.database.close()
            return context.operator

        try:
            operator = await asyncio.to_thread(make)
        except CodedError as refusal:
            self._say_wrong(refusal)
            return
        assert operator is not None
        await self.desk_app.enter(operator)
        behind = self.desk_app.screen
        if isinstance(behind, DeskScreen):
            await self.desk_app.open_form("recovery_key", behind, True)

    async def do_restore(self) -> None:
        """A backup of a centre in place of a new one."""
        await self.desk_app.open_form("restore", self)

    def _say_wrong(self, refusal: CodedError) -> None:
        """Say what is wrong, in the words of the form, and go to the field that it is about."""
        field = str(refusal.details.get("key", "pin" if refusal.code == "pin_weak" else ""))
        if field in self.NAMES:
            self.query_one(f"#{field}", Line).focus()
        self.query_one("#wrong", Plain).update(words_for(refusal))
