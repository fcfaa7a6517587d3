"""A year whose holidays are unknown, at the desk: said on the first screen, and mended from there."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.rowlist import RowList
from tests.desks import sheet
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, press, row_texts

LIST_2027 = [["2027-01-01", "休", "元旦"], ["2027-10-01", "休", "国庆节"]]


async def test_an_unknown_year_leads_from_today_to_its_import_and_is_then_no_longer_due(
    centre: SmallCentre, tmp_path: Path
) -> None:
    path = sheet(tmp_path, "日期 类型 名称", LIST_2027)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        due = app.screen.query_one("#due", RowList)
        assert due.move_to("calendar:calendar")
        assert due.current is not None and due.current.cells[0].startswith("2027 年放假安排未录入，Ctrl+L 导入")
        due.focus()
        await press(app, pilot, "enter")
        kinds = app.screen.query_one("#kinds", RowList)
        assert kinds.current is not None and kinds.current.key == "calendar"
        await press(app, pilot, "enter")
        await enter_text(app, pilot, str(path))
        await press(app, pilot, "f7")
        await app.desk.run_slow(lambda _: None)
        await press(app, pilot, "f8")
        await app.desk.run_slow(lambda _: None)
        await press(app, pilot, "f2")
        assert not [row for row in row_texts(app, "due") if "放假安排" in row]

    await do(centre, task)
