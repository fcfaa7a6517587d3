"""One record whole: what it says, its limits, what it is linked to, what happened, and what may be done next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content

from frontdesk.cases import filling, forms, service
from frontdesk.cases.detailwords import ShownLine, case_lines, due_line, head_words, laid_out, step_words
from frontdesk.cases.form_screen import open_form
from frontdesk.cases.link_screen import LinkPick
from frontdesk.cases.masks import shown
from frontdesk.cases.papers.tallying import collects
from frontdesk.cases.rows_screen import RowsScreen
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, Wrong, save_form
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.cases.engine.rules import Refusal
    from frontdesk.cases.service import CaseView, LinkView, Transition

AREA = "case_form"
DIGITS = "1234567890"
WHAT_WIDTH = 16
FRAME = 5
"""Cells that the frame, the gap and the scroll bar take."""
WRITES = frozenset(
    ("note", "correct", "pass_on", "link", "unlink", "pause", "reveal", *(f"step_{digit}" for digit in DIGITS))
)


async def open_detail(screen: DeskScreen, case_id: int) -> None:
    """Show a record over another screen."""
    found = await screen.attempt(lambda context: service.view(context, case_id))
    if found is not None:
        await screen.app.push_screen(CaseScreen(case_id))


class CaseScreen(PushedListScreen):
    """One record. Enter goes where the line under the cursor leads."""

    DEFAULT_CSS = """
    CaseScreen #case-head { height: auto; max-height: 3; padding: 0 1; background: $surface; }
    CaseScreen #case-steps { height: auto; max-height: 4; padding: 0 1; background: $surface; }
    """

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "detail.title"
    list_id: ClassVar[str] = "case"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "go", "enter"),
        Command(AREA, "note", "ctrl+n,insert"),
        Command(AREA, "correct", "ctrl+e"),
        Command(AREA, "pass_on", "ctrl+t"),
        Command(AREA, "link", "ctrl+g"),
        Command(AREA, "unlink", "delete", in_bar=False, if_room=True),
        Command(AREA, "print", "ctrl+o"),
        Command(AREA, "reveal", "f11"),
        Command(AREA, "pause", "ctrl+y", in_bar=False, if_room=True),
        Command(AREA, "close", "escape"),
        *(
            Command(AREA, f"step_{digit}", f"{digit},f{6 + int(digit)}" if digit in "12" else digit, in_bar=False)
            for digit in DIGITS
        ),
    )

    def __init__(self, case_id: int) -> None:
        super().__init__()
        self._case_id = case_id
        self._view: CaseView | None = None
        self._names: Mapping[str, str] = {}
        self._is_clear = False
        self._lines: list[ShownLine] = []
        self._loop: list[str] = []

    def columns(self) -> tuple[Column, ...]:
        """What, and its words."""
        return (Column(t("case_form.detail.what"), WHAT_WIDTH), Column(t("case_form.detail.words")))

    def compose_above(self) -> ComposeResult:
        """Where it stands."""
        yield Plain("", id="case-head")

    def compose_below(self) -> ComposeResult:
        """What may be done next."""
        yield Plain("", id="case-steps")

    async def reload(self) -> None:
        """Load now; under a form, which is kept as it is typed, when that is closed."""
        if self._view is not None and self.app.screen is not self:
            self._stale = True
            return
        await super().reload()

    async def load(self) -> None:
        """Read the record."""
        case_id = self._case_id

        def case(context: Context) -> tuple[CaseView, Mapping[str, str], list[str]]:
            view = service.view(context, case_id)
            # What follows from the log is reckoned when it is first asked for: here, and not while the screen is drawn.
            assert view.now is not None and view.limits is not None and view.steps is not None
            assert view.history is not None
            loop: list[str] = []
            if any(one.target.other in ("demand", "session") for one in view.links):
                target = service.LinkTarget("case", str(case_id))
                loop = service.loop_lines(context, service.loop_of(context, target))
            service.note_seen(context, case_id)
            return view, filling.names_shown(context, view), loop

        self._view, self._names, self._loop = await self.desk_app.desk.run(case)
        self._show()

    def _show(self) -> None:
        view = self._view
        if view is None:
            return
        title = shown(view, masked=not self._is_clear).row.title
        framed(self.panel, f"{view.row.number}  {title}".rstrip())
        due, tone = due_line(view)
        colour = {"bad": "$error", "warning": "$warning"}.get(tone, "")
        head = self.query_one("#case-head", Plain)
        head.update(Content.assemble(head_words(view, self._names), "  ", (due, colour)))
        width = self.app.size.width - WHAT_WIDTH - FRAME
        self._lines = case_lines(
            view, self._names, self.desk_app.moment_text, width, self._loop, masked=not self._is_clear
        )
        self.rows.set_rows([Row(f"{at}", (one.what, one.words), one.tone) for at, one in enumerate(self._lines)])
        self._show_steps(view)

    def _show_steps(self, view: CaseView) -> None:
        # A terminal may show dim words as bright as the others: what cannot be taken stands in brackets too.
        parts = [(f" ({label}) " if why else f" {label} ", not why) for label, why in step_words(view)]
        if collects(view):
            parts.append((f" {t('case_form.detail.tally')} ", True))
        lines = laid_out(parts, self.app.size.width - 2)
        drawn = [Content.assemble(*((text, "bold $primary" if can else "dim") for text, can in line)) for line in lines]
        words = Content("\n").join(drawn) if parts else Content(t("case_form.detail.no_steps"))
        self.query_one("#case-steps", Plain).update(words)

    def on_resize(self) -> None:
        """Break the words to the window."""
        self._show()

    def hide_clear(self) -> bool:
        """Mask people again."""
        shown, self._is_clear = self._is_clear, False
        return shown

    def _line(self) -> ShownLine | None:
        row = self.rows.current
        return self._lines[int(row.key)] if row is not None and int(row.key) < len(self._lines) else None

    def _link(self) -> LinkView | None:
        """The link under the cursor."""
        line = self._line()
        kind, _, place = line.key.partition(":") if line is not None else ("", "", "")
        return self._view.links[int(place)] if kind == "link" and self._view is not None else None

    def _step(self, digit: str) -> tuple[Transition, Refusal | None] | None:
        place = DIGITS.index(digit)
        return self._view.steps[place] if self._view is not None and place < len(self._view.steps) else None

    def why_not(self, name: str) -> str | None:
        """Steps as far as they lead on from here; who only reads changes nothing."""
        view = self._view
        if name in WRITES and self.is_auditor:
            return self.why_read_only()
        if name == "close" or view is None:
            return None
        if name.startswith("step_"):
            found = self._step(name[-1])
            return t("case_form.detail.no_such_step") if found is None else self._why(found[0].code)
        if name == "pause":
            return None if self._pausing() is not None else t("case_form.detail.no_pause")
        if name == "pass_on":
            return self._why_not_passed_on(view)
        if name == "unlink":
            return None if self._link() is not None else t("case_form.detail.choose_link")
        if name == "print":
            return self._why_not_printed(view)
        if name == "go":
            line = self._line()
            return None if line is not None and line.key else t("case_form.detail.leads_nowhere")
        if name == "reveal" and self._is_clear:
            return t("case_form.detail.clear_already")
        return None

    def _why_not_passed_on(self, view: CaseView) -> str | None:
        if view.definition.responsible is None:
            return t("case_form.detail.nobody_answers")
        return t("case_form.detail.ended_already") if view.row.ended_on else None

    def _why(self, code: str) -> str | None:
        view = self._view
        assert view is not None
        for (step, _), (_, why) in zip(view.steps, step_words(view), strict=True):
            if step.code == code:
                return why or None
        return None

    def _why_not_printed(self, view: CaseView) -> str | None:
        from frontdesk.shell.registry import FORMS

        if not view.definition.papers:
            return t("case_form.detail.no_papers")
        return None if "case_print" in FORMS else t("case_form.detail.no_printing")

    def _pausing(self) -> Transition | None:
        """The step that stops the clock or lets it go on, where one can be taken."""
        steps = self._view.steps if self._view is not None else ()
        return next((step for step, why in steps if step.clock is not None and why is None), None)

    async def action_command(self, name: str) -> None:
        """Take a step by its digit, or run a command; a step that cannot be taken says why."""
        if not name.startswith("step_"):
            await super().action_command(name)
            return
        if self._view is None:
            await self.reload()
        why = self.why_not(name)
        found = self._step(name[-1])
        if why is not None or found is None:
            self.notify(why or t("case_form.detail.no_such_step"), severity="warning")
            return
        await self._open(found[0].code)

    async def _open(self, step: str, first: str = "") -> None:
        assert self._view is not None
        code = self._view.row.definition

        async def done(_: CaseView) -> None:
            await self.reload()

        await open_form(self, code, self._case_id, step, done=done, first=first)

    async def do_note(self) -> None:
        """Add words to the record."""
        await self._open(forms.NOTE)

    async def do_correct(self) -> None:
        """Mend what was written down wrongly, beginning with the field under the cursor."""
        line = self._line()
        kind, _, code = line.key.partition(":") if line is not None else ("", "", "")
        await self._open("", code if kind == "field" else "")

    async def do_pass_on(self) -> None:
        """Let a colleague go on with it: by the step that asks who does, or where no step does with a reason alone."""
        view = self._view
        assert view is not None and view.definition.responsible is not None
        field = view.definition.responsible
        steps = (
            step
            for step, why in view.steps
            if why is None and not step.level and not step.reopens and any(ask.field == field for ask in step.asks)
        )
        step = next((one for one in steps if one.to in (None, view.row.state)), None)
        await self._open(step.code if step is not None else forms.PASS_ON, field)

    async def do_pause(self) -> None:
        """Stop the clock, or let it go on."""
        step = self._pausing()
        assert step is not None
        await self._open(step.code)

    async def do_print(self) -> None:
        """Print it."""
        await self.desk_app.open_form("case_print", self, self._case_id)

    async def do_reveal(self) -> None:
        """Show people in clear until this screen is left; that they were looked at is logged."""
        case_id = self._case_id
        shown = await self.attempt(lambda context: filling.reveal(context, case_id))
        if shown is not None:
            self._is_clear = True
            await self.reload()

    async def do_go(self) -> None:
        """Go where the line leads: to the record that is linked, to all rows of a list, to all words of a field or an
        entry. Nothing opens that takes keys: who presses Enter once too often writes over nothing.
        """
        line, view = self._line(), self._view
        assert line is not None and view is not None
        kind, _, ref = line.key.partition(":")
        if kind == "link":
            await self._follow(view.links[int(ref)])
        elif kind == "field":
            await self._show_field(view, ref)
        else:
            await self._show_words(line.key)

    async def _follow(self, one: LinkView) -> None:
        """Go to what is linked; Esc leads back here."""
        other, ref = one.target.other, one.target.ref
        if one.row is not None:
            await open_detail(self, one.row.id)
        elif not (one.title or one.state):
            self.notify(t("case_form.detail.gone"), severity="warning")
        elif other == "session":
            await self.desk_app.open_form("sign_up", self, ref)
        elif other == "demand":
            await self.desk_app.open_form("demand", self, int(ref))
        elif other == "follow_up":
            await self.desk_app.open_form("follow_ups", self)
        else:
            await self._open_letter(int(ref))

    async def _open_letter(self, number: int) -> None:
        from frontdesk.reports import service as letters

        period = await self.attempt(lambda context: letters.period_of_letter(context, letters.letter(context, number)))
        if period is not None:
            await self.desk_app.open_form("letters", self, period, str(number))

    async def _show_words(self, key: str) -> None:
        """All words of what stands in several lines."""
        lines = [one for one in self._lines if one.key == key]
        number = self._view.row.number if self._view is not None else ""
        what = next((one.what for one in lines if one.what), number)
        await self.app.push_screen(ReadDialog(what, [(one.words, "") for one in lines]))

    async def _show_field(self, view: CaseView, code: str) -> None:
        field = view.definition.field(code)
        if field is None:
            return
        if field.kind != "list":
            await self._show_words(f"field:{code}")
            return
        values = shown(view, masked=not self._is_clear).now.values
        rows = forms.masked_rows(field, values.get(code), masked=not self._is_clear)
        known = forms.Trusting({})
        today = self.desk_app.today()
        columns = forms.typed_columns(view.definition, field)
        await self.app.push_screen(RowsScreen(field, columns, rows, today, known, self._names, None))

    async def do_link(self) -> None:
        """Note that it belongs to another record, a demand, a session, a follow-up or a letter."""
        case_id = self._case_id
        dialog = LinkPick(self)

        async def chosen(picked: tuple[int, str] | None) -> None:
            target = dialog.found.get(picked[1]) if picked is not None else None
            if target is None:
                return
            linked = await self.attempt(lambda context: service.link(context, case_id, target.target))
            if linked is not None:
                self.notify(t("case_form.detail.linked", title=target.title))
                await self.reload()

        await self.app.push_screen(dialog, chosen)

    async def do_unlink(self) -> None:
        """Take the link under the cursor back, with a reason."""
        one, case_id = self._link(), self._case_id
        assert one is not None

        async def then(_: CaseView) -> None:
            await self.reload()

        async def save(values: dict[str, str]) -> str | Wrong | None:
            def case(context: Context) -> CaseView:
                return service.unlink(context, case_id, one.target, values["reason"])

            return await save_form(self, case, then, {"reason_missing": "reason"})

        title = t("case_form.detail.unlink", title=one.title or one.target.ref)
        await self.app.push_screen(FormDialog(title, (Field("reason", t("case_form.field.reason")),), save))
