"""Settings: what this centre may change, group by group, with a line that explains the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from frontdesk.common.text import wrap
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.settings import rules, service
from frontdesk.settings.rules import Value
from frontdesk.settings.service import Listed
from frontdesk.settings.words import allowed_words, damaged_words, explanation, label, value_words
from frontdesk.shell.agreeing import do_agreed
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import Column, Row, RowList

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.context import Context

DETAIL_LINES = 3
GROUP = "group:"


class SettingsScreen(DeskScreen):
    """Every setting; Enter changes the one under the cursor."""

    area: ClassVar[str] = "settings"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("settings", "edit", "enter"),
        Command("settings", "reset", "delete"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._listed: dict[str, Listed] = {}

    def compose_body(self) -> ComposeResult:
        """The list, and the explanation below it."""
        with Vertical(classes="panel fill", id="settings-panel"):
            yield RowList(
                (
                    Column(t("settings.column.name")),
                    Column(t("settings.column.value")),
                    Column(t("settings.column.default"), optional=True),
                ),
                skips_headings=True,
                id="settings",
            )
        yield Plain("", id="settings-detail")

    async def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one("#settings").focus()

    async def load(self) -> None:
        """Fetch the settings."""
        found = await self.desk_app.desk.run(service.listed)
        first = not self._listed
        self._listed = {one.name: one for one in found}
        self.query_one("#settings-panel").border_title = t("settings.panel")
        rows = self.query_one("#settings", RowList)
        rows.set_rows(list(_rows(found)))
        if first:
            rows.move_to(found[0].name)
        self._explain()

    def _chosen(self) -> Listed | None:
        row = self.query_one("#settings", RowList).current
        return self._listed.get(row.key) if row is not None else None

    def _explain(self) -> None:
        one = self._chosen()
        words = "" if one is None else explanation(one.name, codes=False)
        if one is not None and one.is_damaged:
            words = damaged_words(one.name)
        lines = wrap(words, max(20, self.app.size.width - 4))[:DETAIL_LINES]
        self.query_one("#settings-detail", Plain).update("\n".join(lines))

    def why_not(self, name: str) -> str | None:
        """A manager's right, about one setting; what has its default needs no bringing back."""
        one = self._chosen()
        if one is None:
            return t("settings.choose")
        operator = self.desk_app.desk.operator
        if operator is not None and operator.role != "manager":
            return t("settings.manager_only")
        if name == "reset" and not (one.is_changed or one.is_damaged):
            return t("settings.is_default")
        return None

    async def open_at(self, key: str) -> None:
        """Put the cursor on one setting."""
        self.query_one("#settings", RowList).move_to(key)

    def on_row_list_moved(self) -> None:
        """The explanation follows the cursor."""
        self._explain()
        self.refresh_frame()

    async def on_row_list_chosen(self) -> None:
        """Enter changes the setting under the cursor."""
        await self.action_command("edit")

    async def do_edit(self) -> None:
        """Turn a switch over, choose from a list, or fill a form in."""
        one = self._chosen()
        assert one is not None
        if one.bounds.kind == "switch":
            await self._set(one.name, "0" if one.value else "1")
        elif one.bounds.kind == "choice":
            await self._choose(one)
        else:
            await self._ask(one)

    async def _choose(self, one: Listed) -> None:
        async def chosen(choice: str | None) -> None:
            if choice is not None:
                await self._set(one.name, choice)

        # The one in force stands first, so that Enter twice changes nothing.
        now = str(one.value)
        order = [now, *(choice for choice in one.bounds.choices if choice != now)]
        choices = [(choice, value_words(one.name, rules.typed(one.name, choice))) for choice in order]
        await self.app.push_screen(ChoiceDialog(label(one.name), choices), chosen)

    async def _ask(self, one: Listed) -> None:
        async def save(values: dict[str, str]) -> str | None:
            try:
                await self._store(one.name, values["value"])
            except CodedError as refusal:
                return words_for(refusal)
            return None

        field = Field(
            "value",
            t("settings.new_value"),
            rules.typed_form(one.name, one.value),
            allowed_words(one.name),
            grows=one.bounds.kind == "texts",
        )
        title = f"{label(one.name)}\n{allowed_words(one.name)}"
        await self.app.push_screen(FormDialog(title, (field,), save))

    async def _set(self, name: str, text: str) -> None:
        """Turn a switch over or take a choice; what frees from a second person asks one first."""

        def case(context: Context, approver: Approver | None) -> Value:
            return service.set_setting(context, name, text, approver=approver)

        await self._agreed(name, rules.typed(name, text), case)

    async def _agreed(self, name: str, value: Value, case: Callable[[Context, Approver | None], Value]) -> None:
        done = partial(self._say_changed, name)
        wrong = await do_agreed(self, "settings", service.subject(name, value), case, done)
        if wrong:
            self.notify(str(wrong), severity="error", timeout=12)

    async def _store(self, name: str, text: str) -> None:
        value = await self.desk_app.desk.run(lambda context: service.set_setting(context, name, text))
        await self._say_changed(name, value)

    async def _say_changed(self, name: str, value: Value) -> None:
        await self.reload()
        told = await self.desk_app.desk.run(lambda context: service.consequence(context, name))
        said = t("settings.changed", name=label(name), value=value_words(name, value))
        self.notify(f"{said}\n{told}" if told else said, timeout=20 if told else None)

    async def do_reset(self) -> None:
        """Bring the default back."""
        one = self._chosen()
        assert one is not None
        name = one.name

        def case(context: Context, approver: Approver | None) -> Value:
            return service.reset(context, name, approver=approver)

        await self._agreed(name, one.default, case)


def _rows(found: list[Listed]) -> list[Row]:
    """The settings below the names of their groups; what was changed stands out."""
    rows: list[Row] = []
    group = ""
    for one in found:
        if one.group != group:
            group = one.group
            rows.append(Row(f"{GROUP}{group}", (t(f"settings.group.{group}"), "", ""), "heading"))
        cells = (f"  {label(one.name)}", value_words(one.name, one.value), value_words(one.name, one.default))
        rows.append(Row(one.name, cells, "bad" if one.is_damaged else "good" if one.is_changed else ""))
    return rows
