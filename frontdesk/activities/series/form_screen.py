"""The form of a series with every date that comes of it beside it, while it is being typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import ClassVar, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Key
from textual.widgets import Input

from db.activities import SignUpTerms
from db.series import Series
from frontdesk.activities.series import service
from frontdesk.activities.series.outcome import ChangePreview, Coming, Preview, SeriesOutcome
from frontdesk.activities.series.typed import SERIES_FIELDS, read_series, rules_hint, shown_series
from frontdesk.activities.series.words import banner_words, change_words, outcome_words, why_words
from frontdesk.activities.sessions.form_screen import TermsKept
from frontdesk.activities.sessions.kinds import activity_types, categories
from frontdesk.activities.sessions.new_room import RoomAsked
from frontdesk.activities.sessions.typed import hinted, label
from frontdesk.common.dates import screen_date
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.line import Line, chain, has_room_for
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedScreen
from frontdesk.shell.rowlist import Column, Row, RowList

AREA = "series"
_OWN_LABELS = ("pattern", "first_day", "last_day", "on_holiday", "on_makeup", "reason")
Done = Callable[[SeriesOutcome], Awaitable[None]]


class _Case(Protocol):
    """A use case that makes or changes the series as it was typed."""

    def __call__(self, context: Context, wanted: Series, *, force: bool) -> SeriesOutcome:
        """`force` puts up with a taken room."""
        ...


class Target(NamedTuple):
    """What the form is about: a new series, or one that is changed as a whole or from a date on."""

    before: Series | None = None
    following: date | None = None


class SeriesForm(PushedScreen):
    """The fields on the left, on the right the dates: what is held, moved, left out, and what stands in the way."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "form.title"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "save", "ctrl+s"),
        Command(AREA, "terms", "ctrl+t"),
        Command(AREA, "dates", "f7"),
        Command(AREA, "toggle", "space"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, target: Target, shown: dict[str, str], hints: dict[str, str], done: Done) -> None:
        """`shown` is what stands in the fields at first."""
        super().__init__()
        self._target = target
        self._shown = shown
        self._hints = hints
        self._done = done
        self._without: set[date] = set(target.before.pattern.without) if target.before else set()
        self._coming: tuple[Coming, ...] = ()
        self._terms: TermsKept | None = None
        self._taken: set[tuple[str, ...]] = set()
        self._asked = RoomAsked(target.before.room if target.before else "")
        self._looking = False
        self._refusal = ""

    def compose_body(self) -> ComposeResult:
        """The fields, the dates, and below them what is wrong or to be known."""
        with Horizontal(classes="fill"):
            with Vertical(classes="panel half", id="series-form-panel"), VerticalScroll(id="series-fields"):
                for name in self._shown:
                    with Horizontal(classes="field"):
                        yield Plain(_label(name), classes="field-label")
                        hint = self._hints.get(name, "")
                        yield Line(self._shown[name], placeholder=hint, compact=True, id=f"field-{name}")
            with Vertical(classes="panel half", id="series-dates-panel"):
                yield RowList(
                    (Column(t("series.column.day"), 17), Column(t("series.column.why"))),
                    empty=t("series.no_dates_yet"),
                    id="series-dates",
                )
        yield Plain("", id="series-hint")
        yield Plain("", id="series-wrong")

    async def on_mount(self) -> None:
        """Begin in the first field."""
        self._terms = TermsKept(self, self._target.before.terms if self._target.before else SignUpTerms())
        lines = list(self.query(Line))
        chain(lines)
        self.set_focus(lines[0])
        framed(self.query_one("#series-form-panel"), self._title())

    def _title(self) -> str:
        before, following = self._target
        if before is None:
            return t("series.form.new")
        if following is None:
            return t("series.form.all", name=before.name)
        return t("series.form.following", name=before.name, day=following.isoformat())

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields."""
        return {name: self.query_one(f"#field-{name}", Line).value for name in self._shown}

    def why_not(self, name: str) -> str | None:
        """Dates are chosen in their list."""
        if name in ("save", "terms", "toggle") and self.is_auditor:
            return self.why_read_only()
        if name == "toggle" and self.focused is not self._dates:
            return t("series.choose_date")
        return None

    @property
    def _dates(self) -> RowList:
        return self.query_one("#series-dates", RowList)

    def on_input_changed(self) -> None:
        """The dates follow what is typed."""
        self._refusal = ""
        self._say_hint()
        if not self._looking:
            self._looking = True
            self.call_later(self.load)

    def on_key(self, event: Key) -> None:
        """The arrows lead from field to field, as in every form; in the dates they go on meaning the dates."""
        if event.key in ("up", "down") and isinstance(self.focused, Line):
            event.stop()
            lines = list(self.query(Line))
            place = lines.index(self.focused) + (1 if event.key == "down" else -1)
            self.set_focus(lines[min(max(place, 0), len(lines) - 1)])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """From the last field to the dates."""
        event.stop()
        self.set_focus(self._dates)

    async def on_descendant_focus(self) -> None:
        """What can be done, and what may be written, depends on where the cursor is."""
        self.refresh_frame()
        self._say_hint()

    def _say_hint(self) -> None:
        """Say below the fields what the field under the cursor has no room for."""
        line = self.focused
        hint = self._hints.get((line.id or "").removeprefix("field-"), "") if isinstance(line, Line) else ""
        fits = not isinstance(line, Line) or has_room_for(line, hint)
        self.query_one("#series-hint", Plain).update("" if fits else hint)

    async def load(self) -> None:
        """Work the dates out from what stands in the fields."""
        self._looking = False
        values = self.values
        try:
            seen = await self.desk_app.desk.run(lambda context: self._look(context, values))
        except CodedError as refusal:
            self._coming = ()
            self._dates.set_rows([])
            framed(self.query_one("#series-dates-panel"), t("series.form.dates"))
            self._say(words_for(refusal) if values["pattern"].strip() else "")
            return
        self._show(seen)

    def _look(self, context: Context, values: dict[str, str]) -> ChangePreview | Preview:
        wanted = self._wanted(context, values, draft=True)
        before, following = self._target
        if before is None:
            return service.preview(context, wanted)
        return service.preview_change(context, before.id, wanted, following=following)

    def _wanted(self, context: Context, values: dict[str, str], *, draft: bool = False) -> Series:
        """The series as it is typed; of a `draft` only what decides about dates, room and lead has to be right."""
        before = self._target.before
        said = {name: text for name, text in values.items() if before is None or text != self._shown[name]}
        if draft and before is None:
            needed = ("pattern", "first_day", "last_day", "times", "room", "lead", "on_holiday", "on_makeup")
            minutes = ("setup_minutes", "clearing_minutes")
            said = {name: values[name] for name in (*needed, *minutes) if name != "times" or values[name].strip()}
            said = {"times": "0:00-0:01"} | said | {"name": "?", "capacity": "0", "category": "1"}
        wanted = read_series(context, said, before)
        pattern = wanted.pattern.model_copy(update={"without": tuple(sorted(self._without))})
        terms = self._terms.terms if self._terms else wanted.terms
        return wanted.model_copy(update={"pattern": pattern, "terms": terms})

    def _show(self, seen: ChangePreview | Preview) -> None:
        preview = seen if isinstance(seen, Preview) else seen.dates
        self._coming = preview.coming
        self._dates.set_rows([self._row(one) for one in preview.coming])
        left_out = len(preview.coming) - preview.held
        words = t("series.form.dates_of", held=preview.held, left_out=left_out)
        clashing = t("series.form.clashing", count=preview.clashing) if preview.clashing else ""
        framed(self.query_one("#series-dates-panel"), words, clashing)
        said = banner_words(preview)
        if isinstance(seen, ChangePreview):
            said = "\n".join(part for part in (change_words(seen.change, seen.unchanged), said) if part)
        self._say(said)

    def _say(self, words: str) -> None:
        """Say below the form what is to be known; what was refused stands there until something else is typed."""
        self.query_one("#series-wrong", Plain).update(self._refusal or words)

    def _row(self, one: Coming) -> Row:
        planned = one.planned
        day = screen_date(planned.day or planned.series_day)
        if planned.day is not None and planned.day != planned.series_day:
            day = f"{planned.day.isoformat()} <{planned.series_day:%m-%d}"
        tone = "muted" if planned.day is None else "bad" if one.clashes else "warning" if one.leads else ""
        words = why_words(one, ZoneInfo(self.desk_app.zone_name))
        return Row(planned.series_day.isoformat(), (day, words), tone)  # type: ignore[arg-type]

    async def do_dates(self) -> None:
        """From the fields to the dates and back."""
        self.set_focus(self._dates if self.focused is not self._dates else self.query(Line).first())

    async def do_toggle(self) -> None:
        """Take the date under the cursor out, or back in."""
        row = self._dates.current
        if row is None:
            return
        self._without ^= {date.fromisoformat(row.key)}
        await self.load()

    async def do_terms(self) -> None:
        """The terms of sign-up, over this form."""
        assert self._terms is not None
        await self._terms.open()

    async def do_save(self) -> None:
        """Make the series; a change is told in numbers first, when nothing is left that would be refused."""
        values = self.values
        before, following = self._target
        if before is None:

            def create(context: Context, wanted: Series, *, force: bool) -> SeriesOutcome:
                return service.create_series(context, wanted, force_room=force, reason=values["reason"])

            await self._finish(values, create)
            return
        number = before.id

        def look(context: Context, wanted: Series, *, force: bool) -> SeriesOutcome:
            return service.try_change(
                context, number, wanted, following=following, force_room=force, reason=values["reason"]
            )

        def change(context: Context, wanted: Series, *, force: bool) -> SeriesOutcome:
            return service.change_series(
                context, number, wanted, following=following, force_room=force, reason=values["reason"]
            )

        seen = await self._run(values, look)
        if seen is None:
            return

        async def answered(yes: bool | None) -> None:
            if yes:
                await self._finish(values, change)

        question = t("series.form.question", words=outcome_words(seen))
        await self.app.push_screen(QuestionDialog(question, t("series.form.yes")), answered)

    async def _finish(self, values: dict[str, str], case: _Case) -> None:
        outcome = await self._run(values, case)
        if outcome is not None:
            self.close()
            await self._done(outcome)

    async def _run(self, values: dict[str, str], case: _Case) -> SeriesOutcome | None:
        """Run a use case with what was typed; a taken room is put up with where a reason has been given after it was
        said.
        """
        where = tuple(values[name] for name in ("times", "room", "pattern", "first_day", "last_day"))
        force = where in self._taken and bool(values["reason"].strip())

        def run(context: Context) -> SeriesOutcome:
            wanted = self._wanted(context, values)
            self._asked.ask(context, wanted.room)
            return case(context, wanted, force=force)

        return await self._try(run, where)

    async def _try(self, case: Callable[[Context], SeriesOutcome], where: tuple[str, ...]) -> SeriesOutcome | None:
        """Run a use case; a refusal is said below the form, with the cursor in the field that it names."""
        try:
            return await self.desk_app.desk.run(case)
        except CodedError as refusal:
            if refusal.code == "room_taken":
                self._taken.add(where)
                self.set_focus(self.query_one("#field-reason", Line))
            field = str(refusal.details.get("field", ""))
            if field in self._shown:
                self.set_focus(self.query_one(f"#field-{field}", Line))
            self._refusal = words_for(refusal)
            self._say("")
            return None


async def open_form(screen: DeskScreen, target: Target, done: Done) -> None:
    """Open the form of a new series, or of one that is changed; `done` is told what came of it."""

    def read(context: Context) -> tuple[dict[str, str], dict[str, str], bool]:
        hints = {name: t(f"series.hint.{name}") for name in (*SERIES_FIELDS, "reason")}
        hints |= {"category": hinted(categories(context)), "activity_type": hinted(activity_types(context))}
        hints |= {name: rules_hint(name) for name in ("on_holiday", "on_makeup")}
        return _shown(context, target), hints, bool(context.settings.fees_enabled)

    found = await screen.attempt(read)
    if found is None:
        return
    shown, hints, fees = found
    if not fees and not shown["fee_fen"]:
        del shown["fee_fen"]
    await screen.app.push_screen(SeriesForm(target, shown, hints, done))


def _shown(context: Context, target: Target) -> dict[str, str]:
    if target.before is not None:
        shown = shown_series(target.before)
        if target.following is not None:
            shown["first_day"] = target.following.isoformat()
        return shown | {"reason": ""}
    empty = dict.fromkeys(SERIES_FIELDS, "")
    return empty | {"first_day": context.today().isoformat(), "last_day": t("series.times", count=10), "reason": ""}


def _label(name: str) -> str:
    return t(f"series.field.{name}") if name in _OWN_LABELS else label(name)
