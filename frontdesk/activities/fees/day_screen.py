"""The cash of a day: what was taken and given back, by means; opened from the fees of a sign-up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from frontdesk.activities.fees import service
from frontdesk.activities.fees.exporting import write_month
from frontdesk.activities.fees.words import means_words, total_words
from frontdesk.common import money
from frontdesk.common.dates import screen_date
from frontdesk.common.names import mask_name
from frontdesk.common.wholefile import free_path
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row


class FeeDayScreen(PushedListScreen):
    """The receipts and refunds of a day; in the frame what they come to."""

    area: ClassVar[str] = "fees"
    title_key: ClassVar[str] = "day.title"
    list_id: ClassVar[str] = "fee-day"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("fees", "sums", "enter"),
        Command("fees", "earlier", "left"),
        Command("fees", "later", "right"),
        Command("fees", "export", "ctrl+o"),
        Command("fees", "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._day: date | None = None
        self._found: service.DayTotals | None = None

    def columns(self) -> tuple[Column, ...]:
        """Number, who, for what, how much."""
        return (
            Column(t("fees.head.number"), 11),
            Column(t("fees.head.kind"), 7),
            Column(t("fees.head.amount"), 10, "right"),
            Column(t("fees.head.means"), 10),
            Column(t("fees.head.name"), 8),
            Column(t("fees.head.session")),
            Column(t("fees.head.reason"), 14, optional=True),
        )

    def empty_words(self) -> str:
        """Nothing was taken."""
        return t("fees.no_lines")

    @property
    def day(self) -> date:
        """The day that is shown."""
        return self._day or self.desk_app.today()

    async def load(self) -> None:
        """Read the day."""
        day = self.day
        found = self._found = await self.desk_app.desk.run(lambda context: service.day_totals(context, day))
        self.rows.set_rows(
            [
                Row(
                    one.number,
                    (
                        one.number,
                        t(f"fees.kind.{one.kind}"),
                        money.yuan_words(one.amount_fen if one.kind == "receipt" else -one.amount_fen),
                        means_words(one.means),
                        mask_name(one.name),
                        one.session_name,
                        one.reason,
                    ),
                    "" if one.kind == "receipt" else "warning",
                )
                for one in found.lines
            ]
        )
        net = "  ".join(f"{means_words(one.means)} {money.yuan_words(one.net)}" for one in found.totals)
        total = money.yuan_words(sum(one.net for one in found.totals))
        framed(self.panel, t("fees.day.panel", day=screen_date(day), total=total), net)

    async def do_sums(self) -> None:
        """What came in and went out by each means."""
        found = self._found
        lines = [total_words(one) for one in found.totals] if found is not None else []
        await self.app.push_screen(
            ReadDialog(
                t("fees.day.sums", day=screen_date(self.day)), [(one, "") for one in lines or [t("fees.no_lines")]]
            )
        )

    async def do_earlier(self) -> None:
        """The day before."""
        self._day = self.day - timedelta(days=1)
        await self.reload()

    async def do_later(self) -> None:
        """The day after."""
        self._day = self.day + timedelta(days=1)
        await self.reload()

    async def do_export(self) -> None:
        """Write the month as a workbook."""
        day = self.day
        out = free_path(self.desk_app.export_folder(), f"{t('fees.sheet.lines')}-{day:%Y-%m}", ".xlsx")
        if await self.attempt(lambda context: write_month(context, out, day), slow=True) is not None:
            self.notify(t("fees.written", out=out), timeout=12)
