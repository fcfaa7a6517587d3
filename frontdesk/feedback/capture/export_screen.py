"""Writing the ratings of a month into a file of the export folder."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from frontdesk.common.periods import Period, month_of
from frontdesk.common.wholefile import free_path
from frontdesk.locale import t
from frontdesk.shell.dialogs import ChoiceDialog

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen

MONTHS = 12


async def open_export(screen: DeskScreen) -> None:
    """Choose the month, then what is written of it."""
    months = [month_of(screen.desk_app.today().replace(day=1) - timedelta(days=1))]
    while len(months) < MONTHS:
        months.append(months[-1].previous())

    async def chosen(key: str | None) -> None:
        if key is not None:
            await _ask_kind(screen, next(one for one in months if one.key == key))

    choices = [(one.key, one.label) for one in months]
    await screen.app.push_screen(ChoiceDialog(t("feedback.export.choose_month"), choices), chosen)


async def _ask_kind(screen: DeskScreen, month: Period) -> None:
    from frontdesk.feedback.capture.exporting import export_ratings

    async def chosen(kind: str | None) -> None:
        if kind is None:
            return
        name = f"{t('feedback.export.sheet')}-{month.key}"
        out = free_path(screen.desk_app.export_folder(), name, ".csv" if kind == "csv" else ".xlsx")
        done = await screen.attempt(
            lambda context: export_ratings(context, month, out, with_names=kind == "names"), slow=True
        )
        if done is not None:
            said = {"shown": done.shown, "others": done.others, "left_out": done.left_out, "out": done.out}
            screen.notify(t("feedback.export.done", **said), timeout=12)

    choices = [(kind, t(f"feedback.export.kind.{kind}")) for kind in ("xlsx", "csv", "names")]
    await screen.app.push_screen(ChoiceDialog(t("feedback.export.choose_kind", month=month.label), choices), chosen)
