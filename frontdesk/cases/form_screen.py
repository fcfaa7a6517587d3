"""The form of a record, made from its definition: for a new one, a step, a correction, a note. Kept as it is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from frontdesk.cases import filling, formrows, forms, service
from frontdesk.cases.collecting import collected
from frontdesk.cases.controls_screen import AnyPart, ListPart, LongPart, PickPart
from frontdesk.cases.errors import CaseError
from frontdesk.cases.filling import FormView
from frontdesk.cases.formwords import about_words, preview_words, shown_rows, target_of, title_of
from frontdesk.cases.kept_screen import KeptForm
from frontdesk.cases.looking_up_screen import LookingUp
from frontdesk.cases.parts_screen import Parts
from frontdesk.cases.rows_screen import RowsScreen
from frontdesk.common.text import display_width
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command, label_of
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain

if TYPE_CHECKING:
    from textual.timer import Timer

    from frontdesk.cases.engine.values import Value
    from frontdesk.cases.service import CaseView, LinkTarget
    from frontdesk.shell.base import DeskScreen

AREA = "case_form"
FRAME = 8
"""Cells that the frame takes from what stands in it."""

GLANCE = 0.2
"""Seconds after a key until it is said what it leads to."""

Done = Callable[["CaseView"], Awaitable[None]]


async def open_form(
    screen: DeskScreen,
    code: str,
    case_id: int = 0,
    step: str = "",
    linked_to: LinkTarget | None = None,
    prefilled: Mapping[str, object] | None = None,
    done: Done | None = None,
    *,
    first: str = "",
) -> None:
    """Show over a screen the form of a new record of the definition `code`, or of a step of the record `case_id`, a
    note (`forms.NOTE`), to pass it on (`forms.PASS_ON`) or a correction (no step); it begins in the field `first`. What
    was typed into it before stands there again. `prefilled` is what a new one is filled with, by field; without it what
    `linked_to` gives. `done` is given what was saved.
    """
    refusal = screen.why_read_only()
    if refusal is not None:
        screen.notify(refusal, severity="warning")
        return
    for one in screen.app.screen_stack:
        if isinstance(one, CaseForm) and one.about == (code, case_id, step):
            screen.notify(t("case_form.open_already"), severity="warning")
            return

    def case(context: Context) -> tuple[FormView, Mapping[str, object]]:
        view = filling.form_of(context, code, case_id, step)
        if prefilled is None and linked_to is not None and not case_id:
            return view, service.prefilled(context, linked_to, code)
        return view, prefilled or {}

    found = await screen.attempt(case)
    if found is not None:
        view, filled = found
        await screen.app.push_screen(CaseForm(view, (code, case_id, step), linked_to, filled, done, first))


class CaseForm(LookingUp, KeptForm):
    """The fields, what is to be known of the one under the cursor, and what saving does."""

    DEFAULT_CSS = """
    CaseForm #case-form-hint { height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; }
    CaseForm #case-form-said { height: auto; max-height: 3; padding: 0 1; background: $surface; }
    CaseForm #case-form-said.-wrong { color: $error; }
    """

    is_form: ClassVar[bool] = True
    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "title"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "save", "ctrl+s"),
        Command(AREA, "find", "ctrl+f"),
        Command(AREA, "empty", "ctrl+n"),
        Command(AREA, "close", "escape"),
        Command(AREA, "done", "enter", in_bar=False),
    )

    def __init__(
        self,
        view: FormView,
        about: tuple[str, int, str],
        linked_to: LinkTarget | None,
        prefilled: Mapping[str, object],
        done: Done | None,
        first: str = "",
    ) -> None:
        filled = {**view.before, **prefilled}
        first_typed = forms.begin(view.asked, filled)  # type: ignore[arg-type]
        if linked_to is not None:
            first_typed[forms.LINK] = {"other": linked_to.other, "ref": linked_to.ref}
        kept = view.begun
        start = forms.resumed(view.asked, first_typed, kept.typed) if kept is not None else first_typed
        super().__init__(about, first_typed, start)
        self.below = self
        self._view = view
        self._done = done
        self._begins_in = first
        self._since = kept.saved_at if kept is not None else 0
        self._parts = Parts(view.asked, start, view.today, view.known, view.names, self, id="case-form-parts")
        self._other_side: forms.Typed | None = None
        self._saying: Timer | None = None
        self._periods: dict[str, object] = {one.period: start.get(one.period) for one in view.definition.collects}
        self._busy = False
        self._wrong = ""

    def compose_body(self) -> ComposeResult:
        """The fields, a hint, what saving does."""
        with Vertical(classes="panel fill", id="case-form-panel"):
            yield self._parts
        yield Plain("", id="case-form-hint")
        yield Plain("", id="case-form-said")

    @property
    def parts(self) -> Parts:
        """The fields."""
        return self._parts

    def title_words(self) -> str:
        """What is being done."""
        return title_of(self._view)

    async def on_mount(self) -> None:
        """Begin in the first field."""
        self.begin_keeping()
        self._frame()
        self._say()
        self._parts.go_to(self._begins_in)
        if not self._view.asked:
            self.query_one("#case-form-hint", Plain).update(t("case_form.hint.nothing"))

    def _frame(self) -> None:
        since = ""
        if self._since and self._other_side is None:
            since = t("case_form.since", at=self.desk_app.moment_text(self._since))
        elif self._other_side is not None:
            since = t("case_form.emptied")
        framed(self.query_one("#case-form-panel"), about_words(self._view, self.app.size.width - FRAME), since)

    def _say(self) -> None:
        self._saying = None
        line = self.query_one("#case-form-said", Plain)
        line.update(self._wrong or preview_words(self._view, self._parts.typed))
        line.set_class(bool(self._wrong), "-wrong")

    def why_not(self, name: str) -> str | None:
        """Only some fields lead to something; an auditor saves nothing."""
        if name in ("save", "empty") and self.is_auditor:
            return self.why_read_only()
        if name == "done" and self._view.asked:
            return t("case_form.why.done")
        if name == "find" and not isinstance(self._parts.current, PickPart):
            return t("case_form.why.find")
        return None

    async def load(self) -> None:
        """Look whether another window has moved the record; what was typed stays."""
        seen = self._view.seen
        if seen is None or self._saved:
            return
        case_id = seen.row.id
        now = await self.desk_app.desk.run(lambda context: service.view(context, case_id))
        if now.row.revision != self._view.revision and not self._saved:
            await self._look_again()
            self.notify(t("case_form.moved_meanwhile", number=now.row.number), severity="warning", timeout=12)

    async def _look_again(self) -> None:
        """See the record as it is now; fields that nobody touched follow it."""
        code, case_id, step = self.about
        try:
            view = await self.desk_app.desk.run(lambda context: filling.form_of(context, code, case_id, step))
        except CodedError as refusal:
            self._refuse(refusal)
            return
        self._view = view
        self._follow(view.before, self._first)

    def on_parts_changed(self) -> None:
        """Keep what was typed before long, and say before that what it leads to: a list of hundreds of rows is not
        added up at every key.
        """
        self._wrong = ""
        if self._saying is None:
            self._saying = self.set_timer(GLANCE, self._glance)
        self.keep_soon()

    async def _glance(self) -> None:
        """Say what leads to what; evidence follows the period that it is of."""
        self._say()
        view, typed = self._view, self._parts.typed
        periods = {one.period: typed.get(one.period) for one in view.definition.collects}
        if periods == self._periods or view.purpose not in ("open", "step"):
            return
        self._periods = periods
        code, case_id, step = self.about
        said = formrows.values_typed(view.asked, {}, typed, view.today, view.known)
        found = await self.attempt(lambda context: collected(context, code, case_id, step, said))
        if found:
            self._follow({**view.before, **found}, self._first)

    def _follow(self, before: Mapping[str, Value | None], first: forms.Typed) -> None:
        """Have fields that stand as they did at first follow what they would hold now."""
        typed = self._parts.typed
        links = {key: first[key] for key in (forms.LINK,) if key in first}
        self._first = {**forms.begin(self._view.asked, before), **links}
        self._parts.fill(
            {key: self._first.get(key, value) if value == first.get(key, "") else value for key, value in typed.items()}
        )
        self._say()

    def on_parts_looking(self) -> None:
        """What may be written in the field under the cursor."""
        control = self._parts.current
        hint = str(control.asked.field.help or "") if control is not None else ""
        kind = _how(control) if control is not None else None
        if kind is not None:
            how = t(f"case_form.hint.{kind}")
            if kind == "pick" and display_width(f"{hint}  {how}") > self.app.size.width - 2:
                how = t("case_form.hint.pick_short")
            hint = "  ".join(one for one in (hint, how) if one)
        self.query_one("#case-form-hint", Plain).update(hint)
        self.refresh_frame()

    async def on_parts_filled(self) -> None:
        """Enter in the last field saves."""
        await self.action_command("save")

    def on_list_part_opened(self, event: ListPart.Opened) -> None:
        """Rows were pasted into a list of the form: it is shown with them."""
        event.stop()

        async def shown() -> None:
            await self.open_rows(event.part)
            screen = self.app.screen
            if isinstance(screen, RowsScreen):
                screen.call_after_refresh(screen.take_pasted, event.text)

        self.call_later(shown)

    async def open_rows(self, control: ListPart) -> None:
        """Show the rows of a list over the form."""
        field = control.asked.field

        def changed(rows: list[forms.TypedRow]) -> None:
            control.typed = rows
            self._parts.changed(control)

        columns = forms.typed_columns(self._view.definition, field)
        rows = shown_rows(control.typed)
        view = self._view

        def worked(now: Sequence[forms.TypedRow]) -> list[forms.TypedRow]:
            typed = {**self._parts.typed, control.asked.key: now}
            values = formrows.values_typed(view.asked, view.before, typed, view.today, view.known)
            return formrows.with_worked_columns(view.definition, field, values, now)

        screen = RowsScreen(
            field, columns, rows, view.today, view.known, view.names, changed, self.leave_to_owner, worked
        )
        screen.keep = self.keep
        await self.app.push_screen(screen)

    async def action_leave(self) -> None:
        """Esc in a field."""
        await self.action_command("close")

    async def do_done(self) -> None:
        """Enter in a form that asks for nothing."""
        await self.do_save()

    async def do_find(self) -> None:
        """Choose what the field under the cursor leads to."""
        await self.action_find()

    async def do_empty(self) -> None:
        """Begin empty; once more brings back what stood here."""
        typed = self._parts.typed
        if self._other_side is None:
            self._other_side = typed
            self._parts.fill(self._first)
        else:
            self._parts.fill(self._other_side)
            self._other_side = None
        self._wrong = ""
        self._frame()
        self._say()
        self._parts.go_to()
        await self.keep()

    async def do_save(self) -> None:
        """Save, unless something is wrong; what cannot be undone asks first."""
        if self._busy or self._saved:
            return
        self._busy = True
        try:
            if not await self._parts.settle_all() or not self._parts.check_all():
                return
            transition = self._view.transition
            if transition is None or not transition.asks_twice:
                await self._save()
                return
        finally:
            self._busy = False

        async def answered(yes: bool | None) -> None:
            if yes and not self._saved:
                await self._save()

        question = t("case_form.question", step=transition.name, words=preview_words(self._view, self._parts.typed))
        await self.app.push_screen(QuestionDialog(question, str(transition.name)), answered)

    async def _save(self) -> None:
        typed, view = self._parts.typed, self._view
        linked_to = target_of(typed)
        held = forms.begin(view.asked, view.held)
        said, reason = forms.told(view.asked, held, typed, view.purpose)
        code, case_id, step = self.about

        def case(context: Context) -> CaseView:
            if view.purpose == "open":
                return service.open_case(context, code, said, linked_to=linked_to, of_draft=True)
            if view.purpose == "note":
                return service.add_note(context, case_id, reason, of_draft=True)
            if view.purpose in ("correct", "pass_on"):
                return service.correct(context, case_id, said, reason, revision=view.revision, of_draft=True, form=step)
            return service.take_step(context, case_id, step, said, reason, revision=view.revision, of_draft=True)

        async with self._keeping:
            try:
                saved = await self.desk_app.desk.run(case)
            except CodedError as refusal:
                failure: CodedError | None = refusal
            else:
                failure, self._saved = None, True
        if failure is not None:
            if isinstance(failure, CaseError) and failure.code == "seen_before":
                await self._look_again()
            self._refuse(failure)
            return
        self.close()
        self.app.call_later(self._tell, saved)

    async def _tell(self, saved: CaseView) -> None:
        told = {"number": saved.row.number, "step": self._step_name(), "key": label_of("case_entered")}
        self.desk_app.notify(t(f"case_form.done.{self._view.purpose}", **told))
        if self._done is not None:
            await self._done(saved)

    def _step_name(self) -> str:
        return str(self._view.transition.name) if self._view.transition is not None else ""

    def _refuse(self, failure: CodedError) -> None:
        """Say why it was not saved: at the field where it is about one, else below the form."""
        words = words_for(failure)
        key = str(failure.details.get("key", ""))
        if failure.code in ("reason_missing", "bad_words", "missing_words"):
            key = forms.REASON
        row = failure.details.get("row")
        if row:
            words = t("case_form.row_fault", row=row, words=words)
        if not self._parts.refuse(key, words):
            self._wrong = words
            self._say()


def _how(control: AnyPart) -> str | None:
    """The word for how a control is filled in, where that does not go without saying."""
    if isinstance(control, PickPart):
        return "pick"
    if isinstance(control, LongPart):
        return "long"
    if isinstance(control, ListPart):
        return "list"
    return "date" if control.asked.field.kind == "date" else None
