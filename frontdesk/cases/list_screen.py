"""A list of records with its views over it and the next steps of the one under the cursor below: how it is filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from frontdesk.cases import desk_words as words
from frontdesk.cases import listing, service
from frontdesk.cases.definition.model import Definition
from frontdesk.cases.drafts import DraftLine, drafts
from frontdesk.cases.listing import Listed, Page, Step, Top, View
from frontdesk.cases.words import edition_words
from frontdesk.common.text import display_width
from frontdesk.context import Context
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen, FrameLine
from frontdesk.shell.command import key_label
from frontdesk.shell.findbox import FindBox
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import CommandRows
from frontdesk.shell.rowlist import Column, Row
from frontdesk.shell.rowsource import PAGE, RowSource

AREA = "case_desk"
VIEWS = ("all", "mine", "handed", "today", "overdue")
"""The views that the arrows turn to; what was handed to me only while there is some."""
BESIDE_VIEWS = ("duties", "adopted")
"""The commands that are named beside the views."""
MOST_STEPS = 9
"""So many steps have a key."""
MOST_WRONG = 3
"""So many files of the centre that are wrong are told at once; `frontdesk case check` tells all."""
RESUME_KEY = "ctrl+r"
MARK_ALL_KEY = "ctrl+a"


class CaseListScreen(DeskScreen):
    """Views, a search box, what is to be known of a register, the list in its panel, the steps of one record.

    `CasesScreen` has the commands.
    """

    area: ClassVar[str] = AREA

    def __init__(self) -> None:
        super().__init__()
        self._view = View()
        self._known: dict[str, Listed] = {}
        self._marked: dict[int, Listed] = {}
        self._steps: list[Step] = []
        self._steps_of = ""
        self._searched = ""
        self._begun: list[DraftLine] = []
        self._filled = False
        self._views: tuple[str, ...] = VIEWS

    def compose_body(self) -> ComposeResult:
        """Views, box, what is to be known of a register, the list, and the steps of the record under the cursor."""
        yield FrameLine(id="cases-views")
        yield FindBox("cases", placeholder=t("case_desk.find_hint"), id="cases-find")
        yield Plain("", id="cases-begun")
        yield Static(id="cases-top")
        with Vertical(classes="panel fill", id="cases-panel"):
            yield CommandRows(self.columns(), empty=t("case_desk.empty"), keeps_cursor=True, id="cases")
        yield Plain("", id="cases-detail")

    async def on_mount(self) -> None:
        """Begin in the list."""
        self.box.display = False
        for name in ("begun", "top"):
            self.query_one(f"#cases-{name}").display = False
        self.set_focus(self.rows)

    @property
    def rows(self) -> CommandRows:
        """The list."""
        return self.query_one("#cases", CommandRows)

    @property
    def box(self) -> FindBox:
        """The search box, seen while something is looked for."""
        return self.query_one("#cases-find", FindBox)

    @property
    def wanted(self) -> str:
        """What is looked for; "" while nothing is."""
        return self.box.value.strip() if self.box.display else ""

    def columns(self) -> Sequence[Column]:
        """Those of the work list."""
        return (
            Column(t("case_desk.column.mark"), 1),
            Column(t("case_desk.column.due"), words.DUE_WIDTH),
            Column(t("case_desk.column.kind"), words.KIND_WIDTH, widest=20),
            Column(t("case_desk.column.number"), words.NUMBER_WIDTH, optional=True),
            Column(t("case_desk.column.title")),
            Column(t("case_desk.column.state"), words.STATE_WIDTH, widest=16),
            Column(t("case_desk.column.responsible"), words.NAME_WIDTH, optional=True, widest=16),
        )

    async def load(self) -> None:
        """Count and fetch the first page of the view, or find what stands in the box."""
        text = self.wanted
        if text:
            await self._load_found(text)
        else:
            await self._load_view()
        self._searched = text
        await self._tell_views()
        await self._tell_begun()
        self._filled = True
        await self._tell_steps(again=True)

    async def _load_found(self, text: str) -> None:
        found = await self.desk_app.desk.run(lambda context: listing.found(context, text))
        if text != self.wanted:
            return
        self.rows.empty = t("case_desk.none_found")
        self._show_top(None, Top())
        self.rows.set_columns(self.columns())
        self._known = {str(one.row.id): one for one in found}
        self.rows.set_rows([self._row(one, register=False) for one in found])
        if text != self._searched:
            self.rows.cursor = 0
        framed(self.query_one("#cases-panel"), t("case_desk.panel.found", count=len(found)), self._below())

    async def _load_view(self) -> None:
        view, place = self._view, self.rows.cursor
        first = RowSource.page_of(place)

        def case(context: Context) -> tuple[Page, int, Definition | None, Top, list[str]]:
            with context.database.reading():
                got, begins = listing.page(context, view, first, PAGE), first
                if not got.rows and got.many:
                    begins = RowSource.page_of(got.many - 1)
                    got = listing.page(context, view, begins, PAGE)
                definition = service.definitions(context).get(view.code)
                is_whole = view.kind == "register" and definition is not None
                wrong = [words_for(one) for one in service.broken_definitions(context)[:MOST_WRONG]]
                wrong += [edition_words(one) for one in service.changed_definitions(context)[:MOST_WRONG]]
                return got, begins, definition, listing.top(context, view.code) if is_whole else Top(), wrong

        got, begins, definition, top, wrong = await self.desk_app.desk.run(case)
        if view != self._view:
            return
        is_register = view.kind == "register" and definition is not None
        self.rows.empty = t("case_desk.empty")
        self.rows.set_columns(_register_columns(definition) if is_register and definition else self.columns())
        self._show_top(definition, top, wrong)
        self._known = {key: one for key, one in self._known.items() if one.row.id in self._marked}

        async def fetch(start: int, limit: int) -> Sequence[Row]:
            more = await self.desk_app.desk.run(lambda context: listing.page(context, view, start, limit))
            return self._rows_of(more.rows, register=is_register)

        source = RowSource(got.many, fetch)
        source.put(begins, self._rows_of(got.rows, register=is_register))
        # A record that moves in the list takes the cursor along: the next digit is meant for what was looked at.
        before = self.rows.current
        places = {str(one.row.id): at for at, one in enumerate(got.rows, begins)}
        self.rows.set_source(source, places.get(before.key, place) if before is not None else place)
        framed(self.query_one("#cases-panel"), self._view_words(definition, got.many), self._below())

    def _view_words(self, definition: Definition | None, count: int) -> str:
        view = self._view
        name = t(f"case_desk.group.{view.code}") if view.kind == "group" else view.code
        if definition is not None:
            name = str(definition.name)
        return t(f"case_desk.panel.{view.kind}", name=name, count=count)

    def _below(self) -> str:
        return t("case_desk.marked", count=len(self._marked), key=key_label(MARK_ALL_KEY)) if self._marked else ""

    def _rows_of(self, found: Sequence[Listed], *, register: bool) -> list[Row]:
        self._known.update((str(one.row.id), one) for one in found)
        return [self._row(one, register=register) for one in found]

    def _row(self, one: Listed, *, register: bool) -> Row:
        marked = one.row.id in self._marked
        cells = (words.register_cells if register else words.work_cells)(one, marked=marked)
        return Row(str(one.row.id), cells, (words.register_tone if register else words.tone_of)(one))

    def _show_top(self, definition: Definition | None, top: Top, wrong: Sequence[str] = ()) -> None:
        lines: list[tuple[str, words.Tone]] = [(said, "bad") for said in wrong]
        lines += words.top_lines(definition, top, self.app.size.width - 2) if definition is not None else []
        line = self.query_one("#cases-top", Static)
        line.display = bool(lines)
        styles = {"bad": "$error", "warning": "$warning"}
        parts = [part for said, tone in lines for part in ((said, styles.get(tone, "")), "\n")][:-1]
        line.update(Content.assemble(*parts))

    async def _tell_views(self) -> None:
        counts = await self.desk_app.desk.run(listing.counts_of_views)
        parts, used = [], 0
        self._views = tuple(one for one in VIEWS if one != "handed" or counts[one] or self._view.kind == one)
        for view in self._views:
            said = f" {t(f'case_desk.view.{view}')} {counts[view]} "
            shown = f"[reverse]{said}[/reverse]" if self._view.kind == view and not self.wanted else said
            parts.append(f"[@click=screen.turn_to('{view}')]{shown}[/]")
            used += display_width(said) + 1
        for one in self.COMMAND_TABLE:
            # The bar has no room for them; here they stand where there is some.
            used += display_width(f"{one.bar_key} {one.label}") + 2 if one.name in BESIDE_VIEWS else 0
            if one.name in BESIDE_VIEWS and used <= self.app.size.width:
                parts.append(f" [@click=screen.command('{one.name}')][b]{one.bar_key}[/b] {one.label}[/]")
        self.query_one("#cases-views", FrameLine).say(" ".join(parts))

    async def _tell_begun(self) -> None:
        """Say which forms wait to be filled in to their end."""
        self._begun = [] if self.is_auditor else await self.desk_app.desk.run(drafts)
        line = self.query_one("#cases-begun", Plain)
        line.display = bool(self._begun)
        if self._begun:
            latest = self._begun[0]
            name = " ".join(part for part in (latest.name, latest.number, latest.step_name) if part)
            key = key_label(RESUME_KEY)
            line.update(t("case_desk.begun", count=len(self._begun), key=key, name=name))

    def one(self) -> Listed | None:
        """The record under the cursor; None where there is none, or its row is still on its way."""
        row = self.rows.current
        return self._known.get(row.key) if row is not None else None

    async def _tell_steps(self, *, again: bool = False) -> None:
        """Say below the list what may be done next with the record under the cursor."""
        one = self.one()
        key = str(one.row.id) if one is not None else ""
        if key == self._steps_of and not again:
            return
        self._steps_of = key
        steps = await self._fetch_steps(one) if one is not None else []
        if key != self._steps_of:
            # The cursor has moved on meanwhile.
            return
        self._steps = steps
        self.query_one("#cases-detail", Plain).update(self._steps_content(one))

    async def _fetch_steps(self, one: Listed) -> list[Step]:
        if one.definition is None:
            return []
        return await self.attempt(lambda context: listing.steps_of(context, one.row.id)) or []

    def _steps_content(self, one: Listed | None) -> Content:
        if one is None:
            return Content("")
        row = one.row
        head = "  ".join(part for part in (row.number, words.kind_words(one), words.title_words(one)) if part)
        # Whose it is goes without saying where it was handed to who looks.
        told = (words.standing_words(one), words.limit_words(one), words.handed_words(one) or one.responsible)
        limit = "  ".join(part for part in told if part)
        parts: list[str | tuple[str, str]] = [(head, "bold"), "\n", limit, "\n"]
        if one.definition is None:
            return Content.assemble(*parts, t("case_desk.no_definition", code=row.definition))
        if not self._steps:
            return Content.assemble(*parts, t("case_desk.no_steps"))
        # Those that can be taken are told first; each has the key that it has in the record.
        for place, step in sorted(enumerate(self._steps[:MOST_STEPS]), key=lambda one: bool(one[1].why_not)):
            name = str(step.transition.name)
            if step.why_not:
                parts.append((f"{words.step_key(place)} {name}: {step.why_not}  ", "dim"))
            else:
                parts += [(words.step_key(place), "bold $primary"), f" {name}  "]
        return Content.assemble(*parts)

    async def on_row_list_moved(self) -> None:
        """The steps follow the cursor."""
        await self._tell_steps()
        self.refresh_frame()

    async def on_input_changed(self) -> None:
        """Search as it is typed."""
        await self.reload()

    async def turn(self, view: View) -> None:
        """Show another view from its beginning."""
        self.hide_box()
        if view != self._view:
            self._view = view
            self.rows.set_rows([])
            self._marked = {}
        await self.reload()

    def hide_box(self) -> None:
        """Look for nothing any more."""
        if self.box.display:
            with self.box.prevent(FindBox.Changed):
                self.box.value = ""
            self.box.display = False
            self.set_focus(self.rows)


def _register_columns(definition: Definition) -> Sequence[Column]:
    """Those of a register: its number, when it was entered, its own columns, where it stands."""
    fields = [
        Column(
            str(field.name),
            words.WIDTHS.get(field.kind, 0),
            "right" if field.kind in words.RIGHT else "left",
            optional=place > 0,
            widest=20 if field.kind == "choice" else 0,
        )
        for place, field in enumerate(words.register_fields(definition))
    ]
    return (
        Column(t("case_desk.column.mark"), 1),
        Column(t("case_desk.column.number"), words.NUMBER_WIDTH),
        Column(t("case_desk.column.opened"), 8, optional=True),
        *fields,
        Column(t("case_desk.column.state"), words.STATE_WIDTH, widest=16),
        Column(t("case_desk.column.due"), words.DUE_WIDTH, optional=True),
    )
