"""Staff: who there is, who may do what, and their PINs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from db.staff import Role, Staff
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.rowlist import Column, Row, RowList
from frontdesk.staff import service

if TYPE_CHECKING:
    from frontdesk.cases.service import Certified

NEXT_ROLE: dict[Role, Role] = {"operator": "manager", "manager": "auditor", "auditor": "operator"}


class StaffScreen(DeskScreen):
    """The staff by number."""

    area: ClassVar[str] = "staff"
    title_key: ClassVar[str] = "list.title"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("staff", "pin", "f7"),
        Command("staff", "role", "f8"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._staff: list[Staff] = []

    def compose_body(self) -> ComposeResult:
        """One list."""
        with Vertical(classes="panel fill", id="staff-panel"):
            yield RowList(
                (
                    Column(t("staff.list.no"), 10),
                    Column(t("staff.list.name"), 16),
                    Column(t("staff.list.kind")),
                    Column(t("staff.list.role"), 20),
                    Column(t("staff.list.pin"), 10),
                ),
                id="staff",
            )

    async def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one("#staff").focus()

    async def load(self) -> None:
        """Fetch the staff."""

        def case(context: Context) -> tuple[list[Staff], Certified | None]:
            from frontdesk.cases.service import certified_now

            return service.staff_list(context.database), certified_now(context)

        self._staff, certified = await self.desk_app.desk.run(case)
        title = t("staff.list.title")
        if certified is not None:
            held, every = certified
            kind = "certified_low" if certified.is_low else "certified"
            title += "  " + t(f"staff.list.{kind}", count=held, staff=every, share=f"{held / every:.0%}")
        framed(self.query_one("#staff-panel"), title, t("staff.list.newcomers"))
        self.query_one("#staff", RowList).set_rows(
            [
                Row(
                    staff.no,
                    (
                        staff.no,
                        staff.name,
                        staff.kind,
                        t(f"staff.role.{staff.role}"),
                        t("staff.list.has_pin") if staff.pin_hash else t("staff.list.no_pin"),
                    ),
                    "" if staff.pin_hash else "muted",
                )
                for staff in self._staff
            ]
        )

    def _chosen(self) -> Staff | None:
        row = self.query_one("#staff", RowList).current
        return next((staff for staff in self._staff if row is not None and staff.no == row.key), None)

    def why_not(self, name: str) -> str | None:
        """A manager sets anybody's PIN, everybody else only the own; only a manager sets roles."""
        operator, chosen = self.desk_app.desk.operator, self._chosen()
        if chosen is None or operator is None:
            return t("staff.list.choose")
        if operator.role != "manager" and (name == "role" or chosen.no != operator.no):
            return t("shell.error.manager_required", no=operator.no)
        return None

    async def do_pin(self) -> None:
        """Give the chosen person a PIN, typed twice."""
        chosen = self._chosen()
        assert chosen is not None
        no, operator = chosen.no, self.desk_app.desk.operator
        # Whoever finds the desk open does not know the PIN in force.
        own = operator is not None and operator.no == no and chosen.pin_hash is not None

        async def save(values: dict[str, str]) -> str | None:
            if values["pin"] != values["again"]:
                return t("staff.sign_in.differ")
            try:
                await self.desk_app.desk.run(
                    lambda context: (
                        service.change_own_pin(context, values["current"], values["pin"])
                        if own
                        else service.set_pin(context, no, values["pin"])
                    )
                )
            except CodedError as refusal:
                return words_for(refusal)
            self.notify(t("staff.pin_set", no=no))
            await self.reload()
            return None

        fields = (
            *((Field("current", t("staff.sign_in.current"), secret=True),) if own else ()),
            Field(
                "pin",
                t("staff.sign_in.new" if own else "staff.sign_in.pin"),
                hint=t("staff.wizard.pin.hint"),
                secret=True,
            ),
            Field("again", t("staff.sign_in.again"), secret=True),
        )
        title = t("staff.list.pin_title", name=chosen.name, no=no)
        await self.app.push_screen(FormDialog(title, fields, save))

    async def do_role(self) -> None:
        """Give the chosen person the next role: operator, manager, auditor, and operator again."""
        chosen = self._chosen()
        assert chosen is not None
        no, role = chosen.no, NEXT_ROLE[chosen.role]

        def changed(context: Context) -> str:
            service.set_role(context, no, role)
            return t("staff.role_set", no=no, role=t(f"staff.role.{role}"))

        async def answered(yes: bool | None) -> None:
            if yes:
                if (words := await self.attempt(changed)) is not None:
                    self.notify(words)
                await self.reload()

        question = t("staff.list.role_question", name=chosen.name, no=no, role=t(f"staff.role.{role}"))
        await self.app.push_screen(QuestionDialog(question, t("shell.save")), answered)

    def on_row_list_moved(self) -> None:
        """What can be done depends on the row."""
        self.refresh_frame()
