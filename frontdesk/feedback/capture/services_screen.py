"""The register of what can be rated at the counter, and which post answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.feedback.capture import services
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, QuestionDialog, Wrong, save_form
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.rating_services import RatingService
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

NO_POST = "-"


async def open_services(screen: DeskScreen) -> None:
    """Open the register."""
    await screen.app.push_screen(ServicesScreen())


class ServicesScreen(PushedListScreen):
    """Every service in the order in which the kiosk asks about them; a manager changes it."""

    area: ClassVar[str] = "feedback"
    title_key: ClassVar[str] = "services.title"
    list_id: ClassVar[str] = "services"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("feedback", "service_post", "enter"),
        Command("feedback", "service_add", "ctrl+n"),
        Command("feedback", "service_offer", "space"),
        Command("feedback", "service_up", "minus"),
        Command("feedback", "service_remove", "delete"),
        Command("feedback", "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: list[RatingService] = []

    def columns(self) -> tuple[Column, ...]:
        """Name, post, whether it is on offer."""
        return (
            Column(t("feedback.column.service")),
            Column(t("feedback.column.post"), 20),
            Column(t("feedback.column.offered"), 10),
        )

    async def load(self) -> None:
        """Read the register."""
        self._found = await self.desk_app.desk.run(services.services)
        self.rows.set_rows([self._row(one) for one in self._found])
        framed(self.panel, t("feedback.services.panel", count=sum(one.offered for one in self._found)))

    @staticmethod
    def _row(one: RatingService) -> Row:
        offered = t("feedback.services.offered" if one.offered else "feedback.services.not_offered")
        return Row(one.name, (one.name, one.post, offered), "" if one.offered else "muted")

    def _current(self) -> RatingService | None:
        return self.under_cursor(self._found, lambda one: one.name)

    def why_not(self, name: str) -> str | None:
        """The register is a manager's."""
        operator = self.desk_app.desk.operator
        if name != "close" and operator is not None and operator.role != "manager":
            return t("feedback.services.manager_only")
        return None

    async def do_service_add(self) -> None:
        """Put another service at the end."""

        async def save(values: dict[str, str]) -> str | Wrong | None:
            name, post = values["name"], values["post"]

            async def done(made: RatingService) -> None:
                await self.reload()
                self.rows.move_to(made.name)

            return await save_form(self, lambda context: services.add_service(context, name, post), done, {})

        fields = (
            Field("name", t("feedback.form.service"), hint=t("feedback.form.service.hint")),
            Field("post", t("feedback.form.post"), hint=t("feedback.form.post.hint")),
        )
        await self.app.push_screen(FormDialog(t("feedback.services.add"), fields, save))

    async def do_service_post(self) -> None:
        """Choose the post that answers for the service under the cursor."""
        one = self._current()
        posts = await self.attempt(services.posts)
        if one is None or posts is None:
            return

        async def chosen(choice: str | None) -> None:
            if choice is not None:
                post = "" if choice == NO_POST else choice
                await self._change(lambda context: services.set_service(context, one.name, post=post))

        choices = [*((post, post) for post in posts), (NO_POST, t("feedback.services.no_post"))]
        await self.app.push_screen(ChoiceDialog(t("feedback.services.choose_post", name=one.name), choices), chosen)

    async def do_service_offer(self) -> None:
        """Offer the service to raters, or no longer."""
        one = self._current()
        if one is not None:
            offered = not one.offered
            await self._change(lambda context: services.set_service(context, one.name, offered=offered))

    async def do_service_up(self) -> None:
        """Put the service before the one above it."""
        one = self._current()
        if one is not None:
            await self._change(lambda context: services.set_service(context, one.name, up=True))
            self.rows.move_to(one.name)

    async def do_service_remove(self) -> None:
        """Take out a service that nobody has rated."""
        one = self._current()
        if one is None:
            return

        async def answered(yes: bool | None) -> None:
            if yes:
                await self._change(lambda context: services.remove_service(context, one.name))

        question = t("feedback.services.remove", name=one.name)
        await self.app.push_screen(QuestionDialog(question, t("feedback.services.remove_yes")), answered)

    async def _change(self, case: Callable[[Context], object]) -> None:
        await self.attempt(case)
        await self.reload()
