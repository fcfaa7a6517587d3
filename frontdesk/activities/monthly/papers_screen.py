"""What is shown and written from the month's screen: change lines, the poster, the workbook, calendars."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from frontdesk.activities.monthly.exporting import export_month
from frontdesk.activities.monthly.ics import Of, write_calendars
from frontdesk.activities.monthly.poster import missing_glyphs, print_poster
from frontdesk.activities.monthly.posterpage import PaperSize
from frontdesk.activities.monthly.wording import change_words, name_of
from frontdesk.common.wholefile import free_path
from frontdesk.locale import t
from frontdesk.shell.dialogs import ChoiceDialog, QuestionDialog
from frontdesk.shell.reading import Line, ReadDialog

if TYPE_CHECKING:
    from db.monthly import ListChange
    from frontdesk.activities.monthly.screen import MonthScreen


async def show_changes(screen: MonthScreen) -> None:
    """The change lines of the month, each with before and after."""
    found, period = screen.view.changes, screen.view.period
    lines = [line for one in found for line in _change_lines(screen, one)]
    title = t("monthly.changes.title", month=period.label, count=len(found))
    await screen.app.push_screen(ReadDialog(title, lines or [(t("monthly.changes.none"), "muted")]))


def _change_lines(screen: MonthScreen, one: ListChange) -> list[Line]:
    zone = ZoneInfo(screen.desk_app.zone_name)
    head = t(
        "monthly.change_line",
        at=screen.desk_app.moment_text(one.at),
        kind=t(f"monthly.change.{one.kind}"),
        code=one.session_code,
        name=name_of(one),
    )
    lines: list[Line] = [(head, "heading")]
    words = change_words(one, zone)
    if words:
        lines.append((f"    {words}", ""))
    if one.reason:
        lines.append(("    " + t("monthly.change_reason", reason=one.reason), "muted"))
    return lines


async def ask_print(screen: MonthScreen) -> None:
    """Choose the paper, and write it to the folder of exports; characters that no font has are named first."""
    kinds = ["A4", "A3", *(["changes"] if screen.view.changes else [])]

    async def chosen(kind: str | None) -> None:
        if kind is None:
            return
        period = screen.period
        missing = await screen.attempt(lambda context: missing_glyphs(context, period), slow=True)
        if missing is None:
            return
        if not missing:
            await _print(screen, kind)
            return

        async def answered(yes: bool | None) -> None:
            if yes:
                await _print(screen, kind)

        question = t("monthly.print.missing", missing="".join(missing))
        await screen.app.push_screen(QuestionDialog(question, t("monthly.print.pinyin")), answered)

    choices = [(kind, t(f"monthly.print.{kind}")) for kind in kinds]
    await screen.app.push_screen(ChoiceDialog(t("monthly.print.title"), choices), chosen)


async def _print(screen: MonthScreen, kind: str) -> None:
    period, only_changes = screen.period, kind == "changes"
    name = t("monthly.file.changes" if only_changes else "monthly.file.poster")
    size = cast("PaperSize", "A4" if only_changes else kind)
    out = _path(screen, f"{name}-{period.key}-{size}", ".pdf")
    written = await screen.attempt(
        lambda context: print_poster(context, period, out, size=size, only_changes=only_changes), slow=True
    )
    if written is None:
        return
    words = t("monthly.written", out=out)
    if written.romanised:
        words += "\n" + t("monthly.romanised", words="、".join(written.romanised))
    screen.notify(words, timeout=12)


async def ask_export(screen: MonthScreen) -> None:
    """Choose the workbook or the calendars and write them to the folder of exports."""
    period = screen.period

    async def chosen(kind: str | None) -> None:
        if kind == "xlsx":
            out = _path(screen, f"{t('monthly.file.list')}-{period.key}", ".xlsx")
            if await screen.attempt(lambda context: export_month(context, period, out), slow=True) is not None:
                screen.notify(t("monthly.written", out=out), timeout=12)
        elif kind is not None:
            of: Of = "room" if kind == "rooms" else "lead"
            folder = screen.desk_app.export_folder()
            files = await screen.attempt(lambda context: write_calendars(context, period, of, folder), slow=True)
            if files is not None:
                screen.notify(t("monthly.written_many", count=len(files), folder=folder), timeout=12)

    choices = [(kind, t(f"monthly.export.{kind}")) for kind in ("xlsx", "rooms", "leads")]
    await screen.app.push_screen(ChoiceDialog(t("monthly.export.title"), choices), chosen)


def _path(screen: MonthScreen, name: str, ending: str) -> Path:
    app = screen.desk_app
    return free_path(app.export_folder(), f"{app.centre_name}-{name}", ending)
