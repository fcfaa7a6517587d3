"""Printing a record or a register, and taking a register in and out: a small dialog, its rows by digit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from frontdesk.cases import service
from frontdesk.cases.engine.values import YES
from frontdesk.cases.papers import service as papers
from frontdesk.cases.papers.dialog_screen import Entry, choose, day_fields, export_path, typed_days
from frontdesk.cases.papers.tallying import collects
from frontdesk.common.typed_paths import typed_path
from frontdesk.common.wholefile import Written
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.agreeing import export_in_clear
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.shell.reading import Line, ReadDialog

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.access.service import Approver
    from frontdesk.cases.definition.model import Definition, Paper
    from frontdesk.context import Context
    from frontdesk.sheets.outcome import ImportOutcome


async def ask_print(screen: DeskScreen, case_id: int) -> None:
    """Which paper of a record; it is written into the folder of exports."""
    found = await screen.attempt(lambda context: service.view(context, case_id))
    if found is None:
        return
    entries, printed = [], papers.wanted_first(found.definition, found.row.state)
    if collects(found):
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
    await choose(screen, t("case_papers.print.title", number=found.row.number), entries)


async def ask_files(screen: DeskScreen, code: str) -> None:
    """What is printed, written or taken in of a whole register."""
    found = await screen.attempt(lambda context: service.definitions(context).get(code))
    if found is None:
        return
    from frontdesk.cases.papers.tables_screen import tables_of

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
        *tables_of(screen, found),
    ]
    if found.states:
        entries.append(Entry(t("case_papers.files.form_whole"), partial(_write_form, screen, found, whole=True)))
    await choose(screen, t("case_papers.files.title", name=found.name), entries)


async def open_tally(screen: DeskScreen, case_id: int) -> None:
    """Key the paper forms of a demand round in."""
    from frontdesk.cases.papers.tally_screen import TallyScreen
    from frontdesk.cases.papers.tallying import begin

    found = await screen.attempt(lambda context: begin(context, case_id))
    if found is not None:
        await screen.app.push_screen(TallyScreen(found))


def _tells(definition: Definition, paper: Paper) -> bool:
    fields = (definition.field(code) for code in paper.fields)
    return paper.kind != "notice" and any(one is not None and one.tells_of_people for one in fields)


def _say_at_once(screen: DeskScreen) -> None:
    """Say that the file is being written: fonts and hundreds of rows take a moment."""
    screen.notify(t("case_papers.making"), timeout=2)


async def _told(screen: DeskScreen, written: Written) -> None:
    words = t("case_papers.written", out=written.path)
    if written.romanised:
        words += "\n" + t("case_papers.romanised", words=" ".join(written.romanised))
    screen.notify(words, timeout=12)


async def _print(screen: DeskScreen, case_id: int, place: int, number: str, paper: Paper) -> None:
    out = export_path(screen, f"{paper.title}-{number}", "pdf")
    _say_at_once(screen)
    done = await screen.attempt(lambda context: papers.write_paper(context, case_id, place, out), slow=True)
    if done is not None:
        await _told(screen, done)


async def _print_in_clear(screen: DeskScreen, case_id: int, place: int, number: str, paper: Paper) -> None:
    out = export_path(screen, f"{paper.title}-{number}", "pdf")

    def case(context: Context, reason: str, approver: Approver | None) -> Written:
        return papers.write_paper(context, case_id, place, out, clear=True, reason=reason, approver=approver)

    async def told(done: Written) -> None:
        await _told(screen, done)

    await export_in_clear(screen, papers.export_name(number, place), case, told)


def _wants_clear(values: dict[str, str]) -> bool:
    return values.get("clear", "").strip().lower() in YES


async def _ask_ledger(screen: DeskScreen, definition: Definition, place: int, paper: Paper, kind: str) -> None:
    app = screen.desk_app

    async def save(values: dict[str, str]) -> str | Wrong | None:
        days = typed_days(values, app.today())
        if isinstance(days, Wrong):
            return days
        first, last = days
        out = export_path(screen, f"{paper.title}-{(last or app.today()).isoformat()}", kind)

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

    fields = day_fields(clear=_tells(definition, paper))
    await app.push_screen(FormDialog(str(paper.title), fields, save))


async def _ask_export(screen: DeskScreen, definition: Definition) -> None:
    from frontdesk.cases.papers.exporting import export_register

    app = screen.desk_app

    async def save(values: dict[str, str]) -> str | Wrong | None:
        days = typed_days(values, app.today())
        if isinstance(days, Wrong):
            return days
        first, last = days
        out = export_path(screen, str(definition.name), "xlsx")

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
    await app.push_screen(FormDialog(t("case_papers.files.export"), day_fields(clear=clear), save))


async def _write_form(screen: DeskScreen, definition: Definition, *, whole: bool = False) -> None:
    from frontdesk.cases.papers.exporting import write_form

    key = "form_whole_name" if whole else "form_name"
    out = export_path(screen, t(f"case_papers.files.{key}", name=definition.name), "xlsx")
    _say_at_once(screen)
    done = await screen.attempt(lambda context: write_form(context, definition.code, out, whole=whole), slow=True)
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
