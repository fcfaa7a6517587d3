"""Which mechanisms the centre keeps, as a list: what is to be decided first; one key each to keep it and not to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from frontdesk.cases import service
from frontdesk.cases.adopting_words import decision_words, read_since, since_words, standing_words
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, Wrong, save_form
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.cases.service import Adopted
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

AREA = "case_adoption"
TONES = {"kept": "good", "by_record": "good", "undecided": "warning", "dropped": "muted", "unused": "muted"}
WRONG_FIELDS = {"reason_missing": "reason", "too_far": "since", "unread_day": "since", "decided_already": "since"}


async def open_adopted(screen: DeskScreen, code: str = "") -> None:
    """Open the list of mechanisms, at one of them where it is named."""
    await screen.app.push_screen(AdoptingScreen(code))


class AdoptingScreen(PushedListScreen):
    """Every mechanism, whether the centre keeps it, since when or why not."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "adopted"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "adopt", "enter,f7"),
        Command(AREA, "drop", "f8"),
        Command(AREA, "drop_rest", "ctrl+a"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, code: str = "") -> None:
        super().__init__()
        self._found: list[Adopted] = []
        self._wanted = code

    def columns(self) -> tuple[Column, ...]:
        """What, how it stands, since when, which duties follow, why not."""
        return (
            Column(t("case_adoption.column.name"), 26),
            Column(t("case_adoption.column.standing"), 12),
            Column(t("case_adoption.column.since"), 10),
            Column(t("case_adoption.column.duties")),
            Column(t("case_adoption.column.decision"), optional=True),
        )

    def empty_words(self) -> str:
        """Where no definition can be read."""
        return t("case_adoption.none")

    async def load(self) -> None:
        """Read how they stand."""
        self._found = await self.desk_app.desk.run(service.adopted)
        self.rows.set_rows([_row(one) for one in self._found])
        if self._wanted:
            self.rows.move_to(self._wanted)
            self._wanted = ""
        kept = sum(one.is_kept for one in self._found)
        waiting = sum(one.standing == "undecided" for one in self._found)
        framed(self.panel, t("case_adoption.panel", count=kept), t("case_adoption.waiting", count=waiting))

    def _current(self) -> Adopted | None:
        return self.under_cursor(self._found, lambda one: one.definition.code)

    def why_not(self, name: str) -> str | None:
        """Deciding is a manager's."""
        if name == "close":
            return None
        operator = self.desk_app.desk.operator
        if operator is not None and operator.role != "manager":
            return t("case_adoption.manager_only")
        if name == "drop_rest":
            waiting = any(one.standing == "undecided" for one in self._found)
            return None if waiting else t("case_adoption.error.nothing_undecided")
        return t("case_adoption.none") if self._current() is None else None

    async def do_adopt(self) -> None:
        """Ask from which day on, and keep it."""
        one = self._current()
        assert one is not None
        code = one.definition.code

        def case(context: Context, values: dict[str, str]) -> None:
            service.adopt(context, (code,), read_since(context, values["since"]))

        await self._ask(t("case_adoption.form.adopt", name=one.definition.name), (self._since(),), case)

    async def do_drop(self) -> None:
        """Ask why, and from which day on it is not kept."""
        one = self._current()
        assert one is not None
        code = one.definition.code

        def case(context: Context, values: dict[str, str]) -> None:
            service.drop(context, (code,), values["reason"], read_since(context, values["since"]))

        fields = (_reason(), self._since())
        await self._ask(t("case_adoption.form.drop", name=one.definition.name), fields, case)

    async def do_drop_rest(self) -> None:
        """Ask why once, and keep none of those that are still to be decided."""
        count = sum(one.standing == "undecided" for one in self._found)

        def case(context: Context, values: dict[str, str]) -> None:
            service.drop_rest(context, values["reason"])

        await self._ask(t("case_adoption.form.drop_rest", count=count), (_reason(),), case)

    def _since(self) -> Field:
        today = self.desk_app.today().isoformat()
        return Field("since", t("case_adoption.form.since"), today, hint=t("case_adoption.form.since.hint"))

    async def _ask(
        self, title: str, fields: tuple[Field, ...], case: Callable[[Context, dict[str, str]], None]
    ) -> None:
        place = self.rows.cursor

        async def save(values: dict[str, str]) -> str | Wrong | None:
            async def done(_: None) -> None:
                await self.reload()
                # What was decided goes to its place in the list; the cursor goes on where somebody reads.
                self.rows.cursor = place

            return await save_form(self, lambda context: case(context, values), done, WRONG_FIELDS)

        await self.app.push_screen(FormDialog(title, fields, save))


def _reason() -> Field:
    return Field("reason", t("case_adoption.form.reason"), hint=t("case_adoption.form.reason.hint"))


def _row(one: Adopted) -> Row:
    duties = t("case_numbers.joint").join(str(duty.name) for duty in one.duties)
    cells = (str(one.definition.name), standing_words(one), since_words(one), duties, decision_words(one))
    return Row(one.definition.code, cells, TONES.get(one.standing, ""))  # type: ignore[arg-type]
