"""Writing the ratings of a month into a file of the export folder."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from frontdesk.common.periods import Period, month_of
from frontdesk.common.wholefile import free_path
from frontdesk.locale import t
from frontdesk.shell.agreeing import ask_why, do_agreed
from frontdesk.shell.dialogs import ChoiceDialog, Wrong

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.context import Context
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
    from frontdesk.feedback.capture.exporting import Exported, export_ratings

    async def chosen(kind: str | None) -> None:
        if kind is None:
            return
        name = f"{t('feedback.export.sheet')}-{month.key}"
        out = free_path(screen.desk_app.export_folder(), name, ".csv" if kind == "csv" else ".xlsx")

        async def told(done: Exported) -> None:
            said = {"shown": done.shown, "others": done.others, "left_out": done.left_out, "out": done.out}
            screen.notify(t("feedback.export.done", **said), timeout=12)

        async def in_clear(reason: str) -> str | Wrong | None:
            def case(context: Context, approver: Approver | None) -> Exported:
                return export_ratings(context, month, out, with_names=True, reason=reason, approver=approver)

            return await do_agreed(screen, "unmask_export", f"export/ratings {month.key}", case, told)

        if kind == "names":
            await ask_why(screen, in_clear)
            return
        done = await screen.attempt(lambda context: export_ratings(context, month, out), slow=True)
        if done is not None:
            await told(done)

    choices = [(kind, t(f"feedback.export.kind.{kind}")) for kind in ("xlsx", "csv", "names")]
    await screen.app.push_screen(ChoiceDialog(t("feedback.export.choose_kind", month=month.label), choices), chosen)
