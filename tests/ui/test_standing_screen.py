"""The standing order with the keys: seen, changed, approved, filed and written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from openpyxl.reader.excel import load_workbook
from textual.pilot import Pilot
from textual.screen import Screen

from db.standing import DAY_KINDS
from frontdesk.context import Context, Operator
from frontdesk.roster.day.working import head_of_centre
from frontdesk.roster.standing import service as standing
from frontdesk.roster.standing.changes import PutShift, SetHolder
from frontdesk.roster.standing.order import Order, OrderShift
from frontdesk.roster.standing.screen import StandingScreen
from frontdesk.roster.standing.sheet import export_order
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.grid import Grid
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import RowList
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, settle

COUNTER = "综合服务台"
T = TypeVar("T")


def at_centre(centre: SmallCentre, case: Callable[[Context], T]) -> T:
    """Run a use case beside the program."""
    context = centre.context()
    try:
        return case(context)
    finally:
        context.database.close()


def order_of(centre: SmallCentre) -> Order:
    return at_centre(centre, standing.standing_order)


def propose(centre: SmallCentre) -> None:
    """The proposed order, in force."""
    at_centre(centre, lambda context: standing.ask(context, standing.propose_standing_order(context)))


def shown(app: FrontdeskApp) -> type[Screen[Any]]:
    """The class of the screen in front."""
    return type(app.screen)


def detail(app: FrontdeskApp) -> str:
    return str(app.screen.query_one("#standing-detail", Plain).render())


async def retype(app: FrontdeskApp, pilot: Pilot[None], *texts: str) -> None:
    """Overwrite field after field of the open form; the last Enter saves it."""
    for text in texts:
        field: Any = app.focused
        field.value = ""
        await enter_text(app, pilot, text)
        await press(app, pilot, "enter")


async def test_a_staff_list_becomes_a_usable_order_with_two_keys(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+b")
        assert shown(app) is StandingScreen
        assert row_texts(app, "standing-posts")[0].startswith(COUNTER)
        assert "没有开放时间" in detail(app)
        await press(app, pilot, "f8")
        assert shown(app) is ReadDialog
        await press(app, pilot, "f8")
        assert "已生效" in notice(app)
        await press(app, pilot, "f8")
        assert "已有开放时间" in notice(app)

    await do(centre, task)
    order = order_of(centre)
    assert {order.shifts_on(COUNTER, kind) for kind in DAY_KINDS} == {("白",)}


async def test_opening_hours_are_changed_in_the_cell_for_as_many_days_as_are_named(centre: SmallCentre) -> None:
    propose(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+b", "2", "right", "enter")
        assert isinstance(app.screen, FormDialog)
        assert app.screen.values["days"] == "周二"
        await retype(app, pilot, "夜", "周二、休")
        assert "夜" in str(app.screen.query_one("#wrong", Plain).render())
        await press(app, pilot, "up")
        await retype(app, pilot, "-", "周二、休")
        assert app.screen.query_one("#standing-openings", Grid).column_key == "tue"

    await do(centre, task)
    order = order_of(centre)
    assert [kind for kind in DAY_KINDS if not order.shifts_on(COUNTER, kind)] == ["tue", "holiday"]


async def test_a_holder_is_named_by_typing_and_released_again(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+b", "enter", "down", "enter")
        await enter_text(app, pilot, "王")
        await press(app, pilot, "enter")
        assert order_of(centre).holders_of(COUNTER, "B") == ["M001", "S102"]
        await press(app, pilot, "enter", "down", "down", "enter")
        assert order_of(centre).holders_of(COUNTER, "B") == ["S102"]
        await press(app, pilot, "enter", "down", "enter")
        await enter_text(app, pilot, "李")
        await press(app, pilot, "enter")
        assert "不能同时任" in notice(app)

    await do(centre, task)


async def test_a_contract_is_typed_and_a_wrong_field_is_named(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+b", "4", "down", "enter", "enter")
        await retype(app, pilot, "30", "", "周一至周五", "8点", "1-5", "2", "1", "是")
        assert "8点" in str(app.screen.query_one("#wrong", Plain).render())
        assert app.focused is not None
        assert app.focused.id == "field-hours"
        await retype(app, pilot, "08:00-18:00", "1-5", "2", "1", "是")

    await do(centre, task)
    contract = order_of(centre).contract_of("S101")
    assert (contract.weekly_minutes, contract.weekdays) == (1800, "1111100")
    assert (contract.earliest, contract.latest, contract.max_run, contract.max_weekends) == (480, 1080, 5, 1)


async def test_somebody_is_made_head_of_the_centre(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+b", "4", "down", "enter", "down", "down", "enter")
        assert "S101" in notice(app)

    await do(centre, task)
    context = centre.context()
    assert head_of_centre(context.database.connection) == "S101"
    context.database.close()


async def test_a_skill_is_written_into_the_matrix_with_who_checked_it(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+b", "5", "enter")
        assert isinstance(app.screen, FormDialog)
        assert app.screen.values["checked"] == "王五"
        await retype(app, pilot, "2", "昨天", "王五")
        assert "能独立上岗" in detail(app)

    await do(centre, task)
    one = order_of(centre).competencies["M001", COUNTER]
    assert (one.level, one.last_trained, one.checked_by) == (2, "2026-11-19", "王五")


async def test_an_operators_change_is_approved_or_rejected_with_a_reason(centre: SmallCentre) -> None:
    def ask(context: Context) -> None:
        operator = replace(context, operator=Operator("S101", "李磊", "operator"))
        standing.ask(operator, PutShift(shift=OrderShift(code="早", name="早班", starts=480, ends=960)))
        standing.ask(operator, SetHolder(post=COUNTER, staff_no="S101", ab=None))

    at_centre(centre, ask)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+b", "7")
        assert [line.split()[1] for line in row_texts(app, "standing-changes")] == ["待批", "待批"]
        await press(app, pilot, "enter", "f7")
        assert "已生效" in notice(app)
        app.screen.query_one("#standing-changes", RowList).move_to("2")
        await press(app, pilot, "enter", "f8", "enter")
        assert "理由" in str(app.screen.query_one("#wrong", Plain).render())
        await enter_text(app, pilot, "A角不能空")
        await press(app, pilot, "enter")
        assert "A角不能空" in detail(app)

    await do(centre, task)
    assert "早" in order_of(centre).shifts
    assert order_of(centre).holders_of(COUNTER, "A") == ["S101"]
    assert [row.state for row, _ in at_centre(centre, standing.history)] == ["rejected", "approved"]


async def test_the_order_is_filed_compared_printed_and_written_out(
    centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose(centre)
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+b", "ctrl+o", "enter", "enter")
        assert "已备案" in notice(app)
        await press(app, pilot, "8", "enter", "enter")
        assert "没有更早的" in notice(app)
        await app.desk.run(lambda context: standing.ask(context, SetHolder(post=COUNTER, staff_no="M001", ab="B")))
        await press(app, pilot, "enter", "down", "enter")
        assert isinstance(app.screen, ReadDialog)
        assert row_texts(app, "reading-lines") == ["王五 任“综合服务台”B角"]
        await press(app, pilot, "enter", "ctrl+o", "down", "down", "enter")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        assert list(tmp_path.glob("*.xlsx"))

    await do(centre, task)


async def test_a_workbook_is_taken_in_whole_or_its_wrong_cells_are_listed(centre: SmallCentre, tmp_path: Path) -> None:
    propose(centre)
    at_centre(centre, lambda context: export_order(context, tmp_path / "out.xlsx"))
    book = load_workbook(tmp_path / "out.xlsx")
    book["AB角"]["B2"] = "C角"
    book.save(tmp_path / "wrong.xlsx")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        for name, said in (("out.xlsx", "更改 0"), ("wrong.xlsx", "第 2 行 AB角：角色：C角")):
            await press(app, pilot, "ctrl+b", "ctrl+o", "down", "down", "down", "enter")
            await enter_text(app, pilot, str(tmp_path / name))
            await press(app, pilot, "enter")
            await app.desk.run_slow(lambda _: None)
            await settle(app, pilot)
            assert said in "\n".join(row_texts(app, "reading-lines"))
            await press(app, pilot, "enter")

    await do(centre, task)


async def test_today_leads_to_the_changes_that_wait(centre: SmallCentre) -> None:
    def ask(context: Context) -> None:
        operator = replace(context, operator=Operator("S101", "李磊", "operator"))
        standing.ask(operator, PutShift(shift=OrderShift(code="早", name="早班", starts=480, ends=960)))

    at_centre(centre, ask)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        rows = app.screen.query_one("#due", RowList)
        assert any("AB角备案的变更" in " ".join(row.cells) for row in rows.rows)
        rows.focus()
        rows.move_to("standing_asked:changes")
        await press(app, pilot, "enter")
        assert shown(app) is StandingScreen
        assert row_texts(app, "standing-changes")

    await do(centre, task)


async def test_a_wish_is_written_down_and_taken_back(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+b", "6", "f7")
        await enter_text(app, pilot, "萧")
        await press(app, pilot, "enter")
        await retype(app, pilot, "12-6", "", "", "不要", "4", "家长会")
        (line,) = row_texts(app, "standing-wishes")
        assert line.startswith("萧红 2026-12-06 不愿上班 家长会 4")
        await press(app, pilot, "delete")
        assert row_texts(app, "standing-wishes") == []

    await do(centre, task)


async def test_an_auditor_reads_and_changes_nothing(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        app.desk.operator = Operator("S102", "萧红", "auditor")
        await press(app, pilot, "ctrl+b", "enter")
        assert isinstance(app.screen, StandingScreen)
        assert "审计员" in notice(app)

    await do(centre, task)
