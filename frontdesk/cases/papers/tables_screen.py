"""What the whole of a register comes to as a table, among what is printed and written of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from frontdesk.cases.evidence import SUPERVISED, write_evidence
from frontdesk.cases.matrix import COMPETENCY
from frontdesk.cases.papers.dialog_screen import Entry, day_fields, export_path, typed_days
from frontdesk.cases.tables_screen import open_matrix, open_usage
from frontdesk.cases.usage import ITEM, ORDER
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.dialogs import Field, FormDialog, Wrong

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition
    from frontdesk.shell.base import DeskScreen


def tables_of(screen: DeskScreen, definition: Definition) -> list[Entry]:
    """What the whole of a register comes to as a table."""
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
    app = screen.desk_app

    async def save(values: dict[str, str]) -> str | Wrong | None:
        days = typed_days(values, app.today())
        if isinstance(days, Wrong):
            return days
        first, last = days[0] or app.today().replace(month=1, day=1), days[1] or app.today()
        out = export_path(screen, f"{t('case_tables.evidence.title')}-{last.isoformat()}", "xlsx")
        try:
            done = await app.desk.run_slow(lambda context: write_evidence(context, first, last, out))
        except CodedError as refusal:
            return words_for(refusal)
        count = sum(done.records.values())
        words = t("case_tables.evidence.written", out=out, count=count, vouchers=done.vouchers)
        screen.notify(words, timeout=12)
        return None

    await app.push_screen(FormDialog(t("case_tables.files.evidence"), day_fields(clear=False), save))
