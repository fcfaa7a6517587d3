"""The week handed over at the report screen, and a closed one amended."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook
from textual.pilot import Pilot

from db import closings as records
from db import inbox, sync_keys
from db.inbox import StoredDocument
from frontdesk.context import Operator
from frontdesk.reports import service as reports
from frontdesk.reports.closing.screen import ClosingScreen
from frontdesk.reports.indicators.rows_screen import RowsScreen
from frontdesk.reports.screen import ReportScreen
from frontdesk.settings.service import set_setting
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import NoticeLine
from frontdesk.shell.dialogs import FormDialog, QuestionDialog
from frontdesk.shell.rowlist import RowList
from frontdesk.sync import service as sync
from frontdesk.sync import wire
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, press, row_texts, settle

WEEK = "2026-W47"
"""Of an office that cuts on Thursday: it ended yesterday. The desk stands on Friday, twenty to five."""


@pytest.fixture
def thursdays(centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallCentre:
    """A centre whose street office wants Friday to Thursday, with a visit in the week that ended yesterday."""
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))
    context = centre.context()
    set_setting(context, "report_week_ends", "4")
    with context.database.write() as connection:
        connection.execute(
            "INSERT INTO visit (volunteer_no, day, number, entered_at, left_at)"
            " VALUES ('0310001', '2026-11-18', 1, 1795000000000, 1795003600000)"
        )
    context.database.close()
    return centre


def closed(centre: SmallCentre) -> list[records.Closing]:
    context = centre.context()
    found = reports.editions(context, reports.period_named(WEEK, context))
    context.database.close()
    return found


def standing(app: FrontdeskApp) -> ClosingScreen:
    assert isinstance(app.screen, ClosingScreen)
    return app.screen


async def test_the_week_is_closed_exported_and_sealed_with_three_keys(thursdays: SmallCentre, tmp_path: Path) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f6", "ctrl+n", "f8")
        await settle(app, pilot)
        await app.desk.run_travelling(lambda _: None)
        await settle(app, pilot)
        assert standing(app).panel.border_title is not None and "第 1 版" in str(standing(app).panel.border_title)
        said = str(app.screen.query_one(NoticeLine).render())
        assert "已结账" in said and "已导出" in said and "已封装" in said
        # Handed over once more nothing is closed and nothing sealed again.
        await press(app, pilot, "f8")
        await settle(app, pilot)

    await do(thursdays, task)
    (edition,) = closed(thursdays)
    assert (edition.first_day, edition.last_day, edition.closed_by) == ("2026-11-13", "2026-11-19", "M001")
    books = sorted(tmp_path.glob(f"*{WEEK}*.xlsx"))
    assert books and "封面" in load_workbook(books[0]).sheetnames
    context = thursdays.context()
    (entry,) = sync.sync_status(context).entries
    assert (entry.period, entry.revision) == (WEEK, 1)
    context.database.close()


async def test_what_is_open_is_opened_or_waived_with_a_reason(thursdays: SmallCentre) -> None:
    context = thursdays.context()
    with context.database.write() as connection:
        connection.execute("UPDATE visit SET left_at = NULL WHERE day = '2026-11-18'")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f6", "ctrl+n")
        await settle(app, pilot)
        assert "1" in str(standing(app).panel.border_subtitle)
        await press(app, pilot, "enter")
        await settle(app, pilot)
        assert app.screen.title_key == "review.title"  # type: ignore[attr-defined]
        await press(app, pilot, "escape", "f7")
        await settle(app, pilot)
        assert isinstance(app.screen, FormDialog)
        await press(app, pilot, "enter")
        assert isinstance(app.screen, FormDialog)
        await press(app, pilot, *"later", "enter")
        await settle(app, pilot)
        assert standing(app).query_one(RowList).rows[1].key == "waived.0"

    await do(thursdays, task)
    (edition,) = closed(thursdays)
    assert (edition.reason, edition.waived) == ("later", '[{"item":"open_visits","count":1}]')


async def test_a_corrected_week_says_so_and_is_amended(thursdays: SmallCentre) -> None:
    context = thursdays.context()
    reports.close_period(context, reports.period_named(WEEK, context))
    with context.database.write() as connection:
        connection.execute("UPDATE visit SET left_at = left_at + 3600000")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f6")
        await settle(app, pilot)
        assert isinstance(app.screen, ReportScreen)
        assert "1" in str(app.screen.query_one("#figures-panel").border_subtitle)
        assert any("志愿服务时长 1.00 小时" in row for row in row_texts(app, "figures"))
        await press(app, pilot, "ctrl+n", "ctrl+e")
        await settle(app, pilot)
        await press(app, pilot, *"later", "enter")
        await settle(app, pilot)
        assert [row.key for row in standing(app).query_one(RowList).rows] == [
            "closed",
            "amended.2",
            "amended.2.0",
            "amended.2.1",
            "amended.2.2",
            "same",
        ]
        await press(app, pilot, "escape")
        await settle(app, pilot)
        assert any("志愿服务时长 2.00 小时" in row for row in row_texts(app, "figures"))

    await do(thursdays, task)
    assert [one.edition for one in closed(thursdays)] == [1, 2]


async def test_who_is_no_manager_hands_over_without_closing(thursdays: SmallCentre, tmp_path: Path) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        app.desk.operator = Operator("S101", "李磊", "operator")
        await press(app, pilot, "f6", "ctrl+n", "f7")
        await settle(app, pilot)
        assert "负责人" in str(app.screen.query_one(NoticeLine).render())
        await press(app, pilot, "f8")
        await settle(app, pilot)
        await app.desk.run_travelling(lambda _: None)
        await settle(app, pilot)

    await do(thursdays, task)
    assert closed(thursdays) == [] and list(tmp_path.glob(f"*{WEEK}*.xlsx"))


def lock(centre: SmallCentre, period: str) -> None:
    """What the district has sent down."""
    seed = b"d" * 32
    key = wire.verify_key_of(seed)
    raw = wire.make_document(
        wire.PeriodLock(period=period, reason="已汇总"),
        document_id="d1",
        number=1,
        title="锁定",
        issued_at=1,
        seed=seed,
    )
    context = centre.context()
    with context.database.write() as connection:
        sync_keys.pin_first(connection, wire.key_id_of(key), key, 1)
        inbox.add_document(
            connection,
            StoredDocument(
                document_id="d1",
                number=1,
                kind="period_lock",
                title="锁定",
                signed=raw,
                issued_at=1,
                received_at=1,
                channel="network",
            ),
        )
    context.database.close()


async def test_a_locked_period_is_asked_about_before_it_is_handed_over(thursdays: SmallCentre) -> None:
    lock(thursdays, WEEK)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f6", "ctrl+n", "f8")
        await settle(app, pilot)
        assert isinstance(app.screen, QuestionDialog)
        assert "已汇总" in str(app.screen.query_one("#question").render())
        await press(app, pilot, "escape")
        await settle(app, pilot)
        assert standing(app).panel.border_title is not None
        assert closed(thursdays) == []
        await press(app, pilot, "f8")
        await settle(app, pilot)
        await press(app, pilot, "enter")
        await settle(app, pilot)
        await app.desk.run_travelling(lambda _: None)
        await settle(app, pilot)

    await do(thursdays, task)
    assert len(closed(thursdays)) == 1


async def test_figures_stand_beside_those_before_and_open_their_rows(thursdays: SmallCentre) -> None:
    context = thursdays.context()
    with context.database.write() as connection:
        for day, many in (("2026-11-12", 1), ("2025-11-18", 2)):
            for number in range(many):
                connection.execute(
                    "INSERT INTO visit (volunteer_no, day, number, entered_at, left_at)"
                    " VALUES ('0310002', ?, ?, 1790000000000, 1790003600000)",
                    (day, number + 1),
                )
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f6")
        await settle(app, pilot)
        figures = app.screen.query_one("#figures", RowList)
        place = next(n for n, row in enumerate(figures.rows) if row.cells[0] == "志愿服务时长")
        assert figures.rows[place].cells[1:] == ("1.00 小时", "1.00", "2.00")
        await press(app, pilot, *["down"] * place, "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, RowsScreen)
        await press(app, pilot, "escape")
        for label in ("11月上半月", "2026年11月", "第4季度", "2026年", "11月20日", "第48周"):
            await press(app, pilot, "ctrl+g")
            await settle(app, pilot)
            assert label in str(app.screen.query_one("#figures-panel").border_title), label

    await do(thursdays, task)
