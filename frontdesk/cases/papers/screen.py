"""Printing a record or a register, and taking a register in and out: a small dialog, its rows by digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from frontdesk.cases import service
from frontdesk.cases.engine.values import YES
from frontdesk.cases.papers import service as papers
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.common.typed_paths import typed_path
from frontdesk.common.wholefile import Written, free_path
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.agreeing import export_in_clear
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, Wrong
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.shell.rowlist import Column, RowList

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from pathlib import Path

    from frontdesk.access.service import Approver
    from frontdesk.cases.definition.model import Definition, Paper
    from frontdesk.context import Context
    from frontdesk.sheets.outcome import ImportOutcome

DIGITS = "123456789１２３４５６７８９"


@dataclass(frozen=True)
class Entry:
    """A row of the dialog: its words, and what it does."""

    words: str
    do: Callable[[], Awaitable[None]]


class DigitRows(RowList):
    """Rows that are taken by their digit too; an input method that is left on types the wide forms."""

    def take_key(self, key: str) -> bool:
        """Take the row of a digit, or move."""
        screen = self.screen
        digit = DIGITS.find(key) % 9 + 1 if len(key) == 1 and key in DIGITS else 0
        if digit and isinstance(screen, DigitDialog):
            return screen.take_digit(digit)
        return super().take_key(key)


class DigitDialog(ChoiceDialog):
    """A choice of which the first nine rows are taken by their digit."""

    def compose(self) -> ComposeResult:
        """The question and the list."""
        with Vertical(classes="dialog choice"):
            yield Plain(self._title, classes="dialog-title")
            yield DigitRows((Column(""),), id="choices")
        yield ScanBanner()

    def take_digit(self, digit: int) -> bool:
        """Take the row with this digit; whether there is one."""
        if digit > len(self._choices) or self not in self.app.screen_stack:
            return False
        self.dismiss(self._choices[digit - 1][0])
        return True


async def ask_print(screen: DeskScreen, case_id: int) -> None:
    """Which paper of a record; it is written into the folder of exports."""
    found = await screen.attempt(lambda context: service.view(context, case_id))
    if found is None:
        return
    entries, printed = [], papers.wanted_first(found.definition, found.row.state)
    if _is_collecting(found):
        entries.append(Entry(t("case_papers.print.tally"), partial(open_tally, screen, case_id)))
    for place, paper in printed:
        entries.append(Entry(str(paper.title), partial(_print, screen, case_id, place, found.row.number, paper)))
    for place, paper in printed:
        if _tells(found.definition, paper):
            words = t("case_papers.print.clear", title=paper.title)
            entries.append(Entry(words, partial(_print_in_clear, screen, case_id, place, found.row.number, paper)))
    if not entries:
        screen.notify(t("case_papers.no_papers"), severity="warning")
        return
    await _choose(screen, t("case_papers.print.title", number=found.row.number), entries)


async def ask_files(screen: DeskScreen, code: str) -> None:
    """What is printed, written or taken in of a whole register."""
    found = await screen.attempt(lambda context: service.definitions(context).get(code))
    if found is None:
        return
    entries = []
    for place, paper in papers.ledgers_of(found):
        kinds = ("pdf",) if paper.kind == "notice" else ("pdf", "xlsx")
        for kind in kinds:
            words = t(f"case_papers.files.{kind}", title=paper.title)
            entries.append(Entry(words, partial(_ask_ledger, screen, found, place, paper, kind)))
    entries += [
        Entry(t("case_papers.files.export"), partial(_ask_export, screen, found)),
        Entry(t("case_papers.files.import"), partial(_ask_import, screen, found)),
        Entry(t("case_papers.files.form"), partial(_write_form, screen, found)),
        *_tables_of(screen, found),
    ]
    await _choose(screen, t("case_papers.files.title", name=found.name), entries)


def _tables_of(screen: DeskScreen, definition: Definition) -> list[Entry]:
    """What the whole of a register comes to as a table."""
    from frontdesk.cases.evidence import SUPERVISED
    from frontdesk.cases.matrix import COMPETENCY
    from frontdesk.cases.tables_screen import open_matrix
    from frontdesk.cases.usage import ITEM, ORDER

    found = []
    if definition.code == COMPETENCY:
        found.append(Entry(t("case_tables.files.matrix"), partial(open_matrix, screen)))
    if definition.code in (ITEM, ORDER):
        found.append(Entry(t("case_tables.files.usage"), partial(_ask_usage, screen)))
    if SUPERVISED & {*definition.mechanisms}:
        found.append(Entry(t("case_tables.files.evidence"), partial(_ask_evidence, screen)))
    return found


async def _ask_usage(screen: DeskScreen) -> None:
    """Of which period, this year unless another is typed."""
    from frontdesk.cases.tables_screen import open_usage
    from frontdesk.reports.service import period_named

    app = screen.desk_app

    async def save(values: dict[str, str]) -> str | Wrong | None:
        typed = values["period"].strip() or str(app.today().year)
        try:
            period = await app.desk.run(lambda context: period_named(typed, context))
        except CodedError as refusal:
            return Wrong(words_for(refusal), "period")
        # Once this form is closed the table is shown.
        screen.call_later(open_usage, screen, period)
        return None

    field = Field("period", t("case_tables.field.period"), str(app.today().year), t("case_tables.field.period_hint"))
    await app.push_screen(FormDialog(t("case_tables.files.usage"), (field,), save))


async def _ask_evidence(screen: DeskScreen) -> None:
    """The days of the bundle, this year so far unless others are typed."""
    from frontdesk.cases.evidence import write_evidence

    app = screen.desk_app

    async def save(values: dict[str, str]) -> str | Wrong | None:
        days = _days(values, app.today())
        if isinstance(days, Wrong):
            return days
        first, last = days[0] or app.today().replace(month=1, day=1), days[1] or app.today()
        out = _out(screen, f"{t('case_tables.evidence.title')}-{last.isoformat()}", "xlsx")
        try:
            done = await app.desk.run_slow(lambda context: write_evidence(context, first, last, out))
        except CodedError as refusal:
            return words_for(refusal)
        count = sum(done.records.values())
        words = t("case_tables.evidence.written", out=out, count=count, vouchers=done.vouchers)
        screen.notify(words, timeout=12)
        return None

    await app.push_screen(FormDialog(t("case_tables.files.evidence"), _day_fields(clear=False), save))


async def open_tally(screen: DeskScreen, case_id: int) -> None:
    """Key the paper forms of a demand round in."""
    from frontdesk.cases.papers.tally_screen import TallyScreen
    from frontdesk.cases.papers.tallying import begin

    found = await screen.attempt(lambda context: begin(context, case_id))
    if found is not None:
        await screen.app.push_screen(TallyScreen(found))


async def _choose(screen: DeskScreen, title: str, entries: Sequence[Entry]) -> None:
    choices = [(str(place), f"{place}  {one.words}") for place, one in enumerate(entries, 1)]

    async def chosen(key: str | None) -> None:
        if key is not None:
            await entries[int(key) - 1].do()

    await screen.app.push_screen(DigitDialog(title, choices), chosen)


def _tells(definition: Definition, paper: Paper) -> bool:
    fields = (definition.field(code) for code in paper.fields)
    return paper.kind != "notice" and any(one is not None and one.tells_of_people for one in fields)


def _is_collecting(found: service.CaseView) -> bool:
    from frontdesk.cases.papers.tallying import collects

    return collects(found)


def _out(screen: DeskScreen, name: str, kind: str) -> Path:
    app = screen.desk_app
    return free_path(app.export_folder(), f"{app.centre_name}-{name}", f".{kind}")


def _say_at_once(screen: DeskScreen) -> None:
    """Say that the file is being written: fonts and hundreds of rows take a moment."""
    screen.notify(t("case_papers.making"), timeout=2)


async def _told(screen: DeskScreen, written: Written) -> None:
    words = t("case_papers.written", out=written.path)
    if written.romanised:
        words += "\n" + t("case_papers.romanised", words=" ".join(written.romanised))
    screen.notify(words, timeout=12)


async def _print(screen: DeskScreen, case_id: int, place: int, number: str, paper: Paper) -> None:
    out = _out(screen, f"{paper.title}-{number}", "pdf")
    _say_at_once(screen)
    done = await screen.attempt(lambda context: papers.write_paper(context, case_id, place, out), slow=True)
    if done is not None:
        await _told(screen, done)


async def _print_in_clear(screen: DeskScreen, case_id: int, place: int, number: str, paper: Paper) -> None:
    out = _out(screen, f"{paper.title}-{number}", "pdf")

    def case(context: Context, reason: str, approver: Approver | None) -> Written:
        return papers.write_paper(context, case_id, place, out, clear=True, reason=reason, approver=approver)

    async def told(done: Written) -> None:
        await _told(screen, done)

    await export_in_clear(screen, papers.export_name(number, place), case, told)


def _days(values: dict[str, str], today: date) -> tuple[date | None, date | None] | Wrong:
    """The days of a form, None for what was left empty."""
    days: list[date | None] = []
    for name in ("first", "last"):
        typed = values[name].strip()
        try:
            days.append(read_typed_date(typed, today) if typed else None)
        except (ValueError, OverflowError):
            return Wrong(t("case_papers.bad_day"), name)
    return days[0], days[1]


def _day_fields(*, clear: bool) -> tuple[Field, ...]:
    fields = [
        Field("first", t("case_papers.field.first"), "", t("case_papers.field.first_hint")),
        Field("last", t("case_papers.field.last"), "", t("case_papers.field.last_hint")),
    ]
    if clear:
        fields.append(Field("clear", t("case_papers.field.clear"), "", t("case_papers.field.clear_hint")))
    return tuple(fields)


def _wants_clear(values: dict[str, str]) -> bool:
    return values.get("clear", "").strip().lower() in YES


async def _ask_ledger(screen: DeskScreen, definition: Definition, place: int, paper: Paper, kind: str) -> None:
    app = screen.desk_app

    async def save(values: dict[str, str]) -> str | Wrong | None:
        days = _days(values, app.today())
        if isinstance(days, Wrong):
            return days
        first, last = days
        out = _out(screen, f"{paper.title}-{(last or app.today()).isoformat()}", kind)

        def case(context: Context, reason: str, approver: Approver | None) -> Written:
            return papers.write_ledger(
                context,
                definition.code,
                place,
                out,
                first=first,
                last=last,
                clear=True,
                reason=reason,
                approver=approver,
            )

        async def told(done: Written) -> None:
            await _told(screen, done)

        if _wants_clear(values):
            # Once this form is closed the reason is asked for.
            what = papers.export_name(definition.code, place)
            screen.call_later(export_in_clear, screen, what, case, told)
            return None

        def masked(context: Context) -> Written:
            return papers.write_ledger(context, definition.code, place, out, first=first, last=last)

        _say_at_once(screen)
        try:
            await told(await app.desk.run_slow(masked))
        except CodedError as refusal:
            return words_for(refusal)
        return None

    fields = _day_fields(clear=_tells(definition, paper))
    await app.push_screen(FormDialog(str(paper.title), fields, save))


async def _ask_export(screen: DeskScreen, definition: Definition) -> None:
    from frontdesk.cases.papers.exporting import export_register

    app = screen.desk_app

    async def save(values: dict[str, str]) -> str | Wrong | None:
        days = _days(values, app.today())
        if isinstance(days, Wrong):
            return days
        first, last = days
        out = _out(screen, str(definition.name), "xlsx")

        def case(context: Context, reason: str, approver: Approver | None) -> int:
            return export_register(
                context, definition.code, out, first=first, last=last, clear=True, reason=reason, approver=approver
            )

        async def told(count: int) -> None:
            screen.notify(t("case_papers.exported", out=out, count=count), timeout=12)

        if _wants_clear(values):
            screen.call_later(export_in_clear, screen, f"case {definition.code}", case, told)
            return None

        def masked(context: Context) -> int:
            return export_register(context, definition.code, out, first=first, last=last)

        try:
            await told(await app.desk.run_slow(masked))
        except CodedError as refusal:
            return words_for(refusal)
        return None

    clear = any(one.tells_of_people for one in definition.fields)
    await app.push_screen(FormDialog(t("case_papers.files.export"), _day_fields(clear=clear), save))


async def _write_form(screen: DeskScreen, definition: Definition) -> None:
    from frontdesk.cases.papers.exporting import write_form

    out = _out(screen, t("case_papers.files.form_name", name=definition.name), "xlsx")
    _say_at_once(screen)
    done = await screen.attempt(lambda context: write_form(context, definition.code, out), slow=True)
    if done is not None:
        screen.notify(t("case_papers.written", out=done), timeout=12)


async def _ask_import(screen: DeskScreen, definition: Definition) -> None:
    """The path of a sheet; it is tried, what it would do is shown, and then it is taken in."""
    app = screen.desk_app

    async def save(values: dict[str, str]) -> str | Wrong | None:
        path = typed_path(values["file"])
        if path is None:
            return Wrong(t("imports.no_file"), "file")
        try:
            tried = await _import(screen, definition, path, dry_run=True)
        except CodedError as refusal:
            return words_for(refusal)
        screen.call_later(_show_trial, screen, definition, path, tried)
        return None

    field = Field("file", t("case_papers.field.file"), "", t("imports.file_hint"))
    await app.push_screen(FormDialog(t("case_papers.files.import"), (field,), save))


async def _import(screen: DeskScreen, definition: Definition, path: Path, *, dry_run: bool) -> ImportOutcome:
    from frontdesk.cases.papers.importing import import_register

    def case(context: Context) -> ImportOutcome:
        return import_register(context, definition.code, path, dry_run=dry_run)

    return await screen.desk_app.desk.run_slow(case)


async def _show_trial(screen: DeskScreen, definition: Definition, path: Path, tried: ImportOutcome) -> None:
    from frontdesk.imports.service import describe

    lines: list[Line] = [(one, "") for one in describe(tried, dry_run=True)]
    if not tried.is_clean:
        lines = [(words, "bad") for words, _ in lines]
        await screen.app.push_screen(ReadDialog(t("case_papers.import.refused"), lines))
        return

    async def answered(key: str | None) -> None:
        if key == "f8":
            await _take_in(screen, definition, path)

    keys = [("f8", t("case_papers.import.take"))]
    await screen.app.push_screen(ReadDialog(t("case_papers.import.tried"), lines, keys), answered)


async def _take_in(screen: DeskScreen, definition: Definition, path: Path) -> None:
    from frontdesk.imports.service import describe

    try:
        done = await _import(screen, definition, path, dry_run=False)
    except CodedError as refusal:
        screen.desk_app.say_failure(refusal)
        return
    screen.notify("\n".join(describe(done, dry_run=False)[:3]), timeout=12)
    screen.desk_app.mark_stale()
