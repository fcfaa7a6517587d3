"""The standing order on the screen: posts, hours, people, the matrix, what waits for approval, what was filed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import ClassVar, cast

from textual.app import ComposeResult

from db.standing import DayKind
from frontdesk.common.text import wrap
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.common.typed_paths import typed_path
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.roster.standing import service as standing
from frontdesk.roster.standing.changes import applied
from frontdesk.roster.standing.edit_screen import OrderEditing, OrderForm
from frontdesk.roster.standing.rows_screen import (
    GRIDS,
    VIEWS,
    columns_of,
    detail_of,
    grid_of,
    read_standing,
    rows_of,
)
from frontdesk.roster.standing.sheet import SheetsTaken, import_order, outcome_words
from frontdesk.roster.standing.words import change_words, difference
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, Wrong
from frontdesk.shell.grid import Grid
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.shell.rowlist import RowList
from frontdesk.shell.views import PREFIX, ViewsScreen, view_commands

ADDABLE = ("posts", "openings", "shifts", "wishes")
REMOVABLE = ("shifts", "wishes")
DETAIL_LINES = 3


class StandingScreen(ViewsScreen, OrderEditing):
    """One list or grid at a time, chosen with a digit; Enter changes what the cursor stands on."""

    area: ClassVar[str] = "roster_order"
    views: ClassVar[tuple[str, ...]] = VIEWS
    views_id: ClassVar[str] = "standing"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("roster_order", "edit", "enter"),
        Command("roster_order", "add", "f7"),
        Command("roster_order", "propose", "f8"),
        Command("roster_order", "remove", "delete"),
        Command("roster_order", "output", "ctrl+o"),
        *view_commands("roster_order", VIEWS),
    )

    def widget_of(self, view: str, widget_id: str) -> Grid | RowList:
        """A grid or a list."""
        empty = t(f"roster_order.empty.{view}")
        if view in GRIDS:
            return Grid(empty=empty, id=widget_id)
        return RowList(columns_of(view), empty=empty, id=widget_id)

    def compose_below(self) -> ComposeResult:
        """What is to be known of the row."""
        yield Plain("", id="standing-detail")

    async def open_at(self, key: str) -> None:
        """Show the view that another screen asked for."""
        if key in VIEWS:
            self.show_view(key)

    def go_home(self) -> None:
        """Back to the posts."""
        self.show_view(VIEWS[0])

    async def load(self) -> None:
        """Read the order and fill every view."""
        data = await self.desk_app.desk.run(read_standing)
        self.data = data
        for view in VIEWS:
            if view in GRIDS:
                self.query_one(f"#standing-{view}", Grid).set_content(grid_of(view, data))
            else:
                self.query_one(f"#standing-{view}", RowList).set_rows(rows_of(view, data))
        self.tell()

    def counts(self) -> dict[str, int]:
        """How many changes wait."""
        return {"changes": self.data.pending} if self.data is not None else {}

    def tell(self) -> None:
        """The line of views, and what is to be known of the row under the cursor."""
        super().tell()
        key, column = self._place()
        lines: list[str] = []
        if self.data is not None:
            width = max(20, self.app.size.width - 3)
            found = detail_of(self.view, key, column, self.data)
            lines = [part for line in found for part in wrap(line, width)]
        self.query_one("#standing-detail", Plain).update("\n".join(lines[:DETAIL_LINES]))

    def _place(self) -> tuple[str | None, str | None]:
        """The keys of the row and of the column under the cursor."""
        shown = self.shown
        if isinstance(shown, Grid):
            return shown.row_key, shown.column_key
        row = cast("RowList", shown).current
        return (row.key if row else None), None

    def why_not(self, name: str) -> str | None:
        """There must be something under the cursor; some views have nothing to add or remove."""
        if name.startswith(PREFIX) or name == "output":
            return None
        if self.is_auditor:
            return self.why_read_only()
        if name == "add":
            return None if self.view in ADDABLE else t("roster_order.cannot.add")
        if name == "propose":
            opened = {post for post, _ in self.order.openings}
            unopened = [one for one, post in self.order.posts.items() if one not in opened and not post.closed_on]
            return None if unopened else t("roster_order.cannot.propose")
        if self._place()[0] is None:
            return t("roster_order.cannot.choose")
        if name == "remove" and self.view not in REMOVABLE:
            return t("roster_order.cannot.remove")
        return None

    async def do_edit(self) -> None:
        """Change what the cursor stands on."""
        key, column = self._place()
        assert key is not None
        if self.view == "posts":
            await self.edit_post(key)
        elif self.view == "openings":
            await self.edit_opening(key, cast("DayKind", column))
        elif self.view == "shifts":
            await self.shift_form(key)
        elif self.view == "people":
            await self.edit_person(key)
        elif self.view == "matrix" and column is not None:
            await self.edit_skill(key, column)
        elif self.view == "wishes":
            assert self.data is not None
            await self.wish_form(next(one.staff_no for one in self.data.wishes if str(one.id) == key))
        elif self.view == "changes":
            await self._decide(int(key))
        elif self.view == "filings":
            await self._about_filing(int(key))

    async def do_add(self) -> None:
        """Add a post, a shift or a wish."""
        if self.view in ("posts", "openings"):
            await self.post_form(None)
        elif self.view == "shifts":
            await self.shift_form(None)
        else:
            await self.pick_person(t("roster_order.form.whose_wish"), self.wish_form)

    async def do_remove(self) -> None:
        """Take the shift or the wish under the cursor away."""
        key = self._place()[0]
        assert key is not None
        if self.view == "shifts":
            await self.remove_shift(key)
            return
        number = int(key)
        await self.attempt(lambda context: standing.remove_wish(context, number))
        await self.reload()

    async def do_propose(self) -> None:
        """Show what would be proposed for the posts without opening hours, and ask for it."""
        batch = await self.attempt(standing.propose_standing_order)
        if batch is None:
            return
        said = change_words(applied(self.order, batch), batch)

        async def answered(key: str | None) -> None:
            if key == "f8":
                await self.do_it(batch)

        lines: list[Line] = [(t("roster_order.propose_about"), "good"), *((line, "") for line in said)]
        keys = [("f8", t("roster_order.do.take"))]
        await self.app.push_screen(ReadDialog(t("roster_order.propose_title"), lines, keys), answered)

    async def _decide(self, change_id: int) -> None:
        """Approve or reject what waits; read what was decided."""
        assert self.data is not None
        row, change = next(one for one in self.data.changes if one[0].id == change_id)
        said = change_words(self.order, change)
        state = t(f"roster_order.state.{row.state}")
        title = t("roster_order.change_title", id=row.id, name=self.order.name_of(row.asked_by), state=state)
        keys = [("f7", t("roster_order.do.approve")), ("f8", t("roster_order.do.reject"))]

        async def answered(key: str | None) -> None:
            if key == "f7":
                done = await self.attempt(lambda context: standing.approve(context, change_id))
                if done is not None:
                    self.notify(t("roster_order.state_line.approved", id=change_id))
                await self.reload()
            elif key == "f8":
                await self._reject(change_id)

        lines: list[Line] = [(line, "") for line in said]
        if row.reason:
            lines.append((t("roster_order.refused_because", reason=row.reason), "warning"))
        waiting = keys if row.state == "pending" else []
        await self.app.push_screen(ReadDialog(title, lines, waiting), answered)

    async def _reject(self, change_id: int) -> None:
        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                await self.desk_app.desk.run(lambda context: standing.reject(context, change_id, values["reason"]))
            except CodedError as refusal:
                return words_for(refusal)
            self.notify(t("roster_order.state_line.rejected", id=change_id))
            await self.reload()
            return None

        fields = (Field("reason", t("roster_order.field.reason")),)
        await self.app.push_screen(OrderForm(t("roster_order.form.reject", id=change_id), fields, save))

    async def _about_filing(self, filing_id: int) -> None:
        """Compare a filing with the one before it or with the order in force, print it, write it out."""
        choices = [(name, t(f"roster_order.do.{name}")) for name in ("compare", "compare_now", "print", "export")]

        async def then(name: str) -> None:
            if name in ("print", "export"):
                await self._write(name, filing_id)
            else:
                await self._compare(filing_id, now=name == "compare_now")

        await self.choose(t("roster_order.form.filing", id=filing_id), choices, then)

    async def _compare(self, filing_id: int, *, now: bool) -> None:
        assert self.data is not None
        older = [one.id for one in self.data.filings if one.id < filing_id]
        if not now and not older:
            self.notify(t("roster_order.first_filing"), severity="warning")
            return

        def case(context: Context) -> list[str]:
            filed = standing.filed_order(standing.filing_of(context, filing_id))
            if now:
                return difference(filed, standing.standing_order(context))
            return difference(standing.filed_order(standing.filing_of(context, older[0])), filed)

        said = await self.attempt(case)
        if said is not None:
            lines: list[Line] = [(line, "") for line in said or [t("roster_order.diff.same")]]
            title = t("roster_order.form.compare_now" if now else "roster_order.form.compare", id=filing_id)
            await self.app.push_screen(ReadDialog(title, lines))

    async def do_output(self) -> None:
        """File the order, print it, or write it out as a workbook."""
        names = ("file", "print", "export", "import")
        choices = [(name, t(f"roster_order.do.{name}")) for name in names]

        async def then(name: str) -> None:
            if name == "file":
                await self._file()
            elif name == "import":
                await self._ask_workbook()
            else:
                await self._write(name, None)

        await self.choose(t("roster_order.form.output"), choices, then)

    async def _ask_workbook(self) -> None:
        """Take a workbook in: its path, as it is dragged into the window or typed."""

        async def save(values: dict[str, str]) -> str | Wrong | None:
            path = typed_path(values["path"]) or Path()
            try:
                taken = await self.desk_app.desk.run_slow(lambda context: import_order(context, path))
            except CodedError as refusal:
                return words_for(refusal)
            self.call_later(self._taken, taken)
            return None

        fields = (Field("path", t("roster_order.field.path"), "", t("roster_order.hint.path")),)
        await self.app.push_screen(OrderForm(t("roster_order.do.import"), fields, save))

    async def _taken(self, taken: SheetsTaken) -> None:
        """Say what came of a workbook, cell by cell where it was not taken."""
        lines: list[Line] = [(words, "" if taken.outcome.is_clean else "warning") for words in outcome_words(taken)]
        await self.reload()
        await self.app.push_screen(ReadDialog(t("roster_order.do.import"), lines))

    async def _file(self) -> None:
        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                day = read_typed_date(values["day"], self.desk_app.today())
            except ValueError:
                return t("roster_order.error.bad_day", value=values["day"])
            return await self._filed(day)

        fields = (Field("day", t("roster_order.field.effective"), self.desk_app.today().isoformat()),)
        await self.app.push_screen(OrderForm(t("roster_order.do.file"), fields, save))

    async def _filed(self, day: date) -> str | None:
        try:
            filed = await self.desk_app.desk.run(lambda context: standing.file_order(context, day))
        except CodedError as refusal:
            return words_for(refusal)
        self.notify(t("roster_order.filed_short", id=filed.id, day=filed.effective_from))
        await self.reload()
        return None

    async def _write(self, name: str, filing_id: int | None) -> None:
        """A PDF or a workbook of the order in force or of a filing, where the reports go."""
        what = t("roster_order.file_name") + (f"-{filing_id}" if filing_id else f"-{self.desk_app.today()}")
        folder = self.desk_app.export_folder()
        out = free_path(folder, f"{self.desk_app.centre_name}-{what}", ".pdf" if name == "print" else ".xlsx")

        def case(context: Context) -> Path:
            filing = standing.filing_of(context, filing_id) if filing_id else None
            if name == "print":
                from frontdesk.roster.standing.print import print_order

                print_order(context, out, filing=filing)
            else:
                from frontdesk.roster.standing.sheet import export_order

                export_order(context, out, standing.filed_order(filing) if filing else None)
            return out

        if await self.attempt(case, slow=True) is not None:
            self.notify(t("roster_order.written", out=out), timeout=12)

    def on_row_list_moved(self) -> None:
        """What is said, and what can be done, depends on the row."""
        self.tell()
        self.refresh_frame()

    def on_grid_moved(self) -> None:
        """The same for a cell."""
        self.tell()
        self.refresh_frame()

    async def on_row_list_chosen(self) -> None:
        """Enter on a row."""
        await self.action_command("edit")

    async def on_grid_chosen(self) -> None:
        """Enter on a cell."""
        await self.action_command("edit")

    def on_resize(self) -> None:
        """Wrap what is said to the new width."""
        self.tell()
