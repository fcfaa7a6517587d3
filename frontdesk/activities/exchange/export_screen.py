"""Writing a sheet from the desk: which one, of what, and whether names and phones are in clear."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from frontdesk.activities.exchange.errors import ExchangeError
from frontdesk.common.periods import month_of
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.common.wholefile import free_path
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.agreeing import export_in_clear
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, FormDialog, Wrong

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.activities.exchange.form import Kind
    from frontdesk.activities.exchange.register import Scope
    from frontdesk.context import Context

_KINDS: tuple[Kind, ...] = ("sessions", "signups", "attendance")
_YES = {"1", "y", "yes", "是"}


async def ask_export(screen: DeskScreen, code: str) -> None:
    """Ask what to write, for the session `code` ("" where none was chosen), and write it into the export folder."""
    app = screen.desk_app

    async def save(values: dict[str, str]) -> str | Wrong | None:
        from frontdesk.activities.exchange.service import export_name, export_sheet

        chosen = unicodedata.normalize("NFKC", values["kind"]).strip()
        if chosen not in ("1", "2", "3"):
            return Wrong(t("exchange.export.bad_kind"), "kind")
        kind = _KINDS[int(chosen) - 1]
        try:
            scope = read_scope(values["span"], app.today())
            out = free_path(app.export_folder(), f"{t(f'exchange.sheet.{kind}')}-{values['span'].strip()}", ".xlsx")

            def case(context: Context, reason: str, approver: Approver | None) -> int:
                return export_sheet(context, kind, scope, out, full=True, reason=reason, approver=approver)

            async def told(written: int) -> None:
                app.notify(t("exchange.exported", path=out, count=written), timeout=20)

            if values["full"].strip().lower() in _YES and kind != "sessions":
                # Once this form is closed the reason is asked for.
                screen.call_later(export_in_clear, screen, export_name(kind, scope), case, told)
                return None
            count = await app.desk.run_slow(lambda context: export_sheet(context, kind, scope, out))
        except CodedError as refusal:
            return Wrong(words_for(refusal), "span") if refusal.code == "bad_span" else words_for(refusal)
        await told(count)
        return None

    fields = (
        Field("kind", t("exchange.export.kind"), "1", t("exchange.export.kind_hint")),
        Field("span", t("exchange.export.span"), code or f"{app.today():%Y-%m}", t("exchange.export.span_hint")),
        Field("full", t("exchange.export.full"), "", t("exchange.export.full_hint")),
    )
    await app.push_screen(FormDialog(t("exchange.export.title"), fields, save))


def read_scope(text: str, today: date) -> Scope:
    """A month (2026-11), a day, or the code of a session. Raises ExchangeError `bad_span` for nothing at all."""
    from frontdesk.activities.exchange.register import Scope

    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        raise ExchangeError("bad_span")
    month = re.fullmatch(r"(20[0-9]{2})-?(0[1-9]|1[0-2])", typed)
    if month is not None:
        span = month_of(date(int(month[1]), int(month[2]), 1))
        return Scope(span.first, span.last)
    try:
        day = read_typed_date(typed, today)
    except (ValueError, OverflowError):
        return Scope(today, today, typed.upper())
    return Scope(day, day)
