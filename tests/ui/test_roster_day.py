"""The day on the roster's screen, with the keyboard alone: absence, return, leave, hand-over, swaps, files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from db import duty as duties
from db.leave import Leave
from frontdesk.roster import day as use_cases
from frontdesk.roster.model import SlotKey
from frontdesk.roster.screen import RosterScreen
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.picking import PickDialog
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import RowList
from frontdesk.today.screen import TodayScreen
from tests.ui.conftest import SmallCentre
from tests.ui.hands import TODAY, do, enter_text, entered, notice, post_scans, press, row_texts, settle
from tests.ui.rosters import POSTS, publish_roster
from tests.ui.test_roster_screen import cell_text, put, screen


@pytest.fixture
def rostered(centre: SmallCentre) -> Iterator[SmallCentre]:
    """The small centre with a published roster."""
    context = centre.context()
    publish_roster(context)
    context.database.close()
    yield centre


def read(app: FrontdeskApp) -> list[str]:
    """The lines of the dialog that is open to be read."""
    assert isinstance(app.screen, ReadDialog)
    return [row.cells[0] for row in app.screen.query_one("#reading-lines", RowList).rows]


def choices(app: FrontdeskApp) -> list[str]:
    """What can be chosen in the open dialog."""
    return [row.cells[0] for row in app.screen.query_one("#choices", RowList).rows]


async def choose(app: FrontdeskApp, pilot: Pilot[None], words: str) -> None:
    """Go down to the choice with these words and take it."""
    place = next(at for at, line in enumerate(choices(app)) if words in line)
    await press(app, pilot, *["down"] * place, "enter")


def slot_now(centre: SmallCentre, day: str, post: str, shift: str) -> tuple[str | None, str | None]:
    """Who stands in a slot by the centre's file."""
    context = centre.context()
    found = duties.slot(context.database.connection, day, post, shift)
    context.database.close()
    assert found is not None
    return found.acting, found.standby


async def test_two_keys_report_who_is_under_the_cursor_and_b_acts_at_once(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "down")
        assert cell_text(app) == "周婷 / 吴刚"
        await press(app, pilot, "f7", "enter")
        said = read(app)
        assert any("吴刚 当班" in line for line in said)
        assert any("备班" in line for line in said) and any("工作交接" in line for line in said)
        await press(app, pilot, "enter")
        assert cell_text(app).startswith("吴刚B / ")

    await do(rostered, task)
    acting, standby = slot_now(rostered, TODAY.isoformat(), POSTS[0], "晚")
    assert acting == "S105" and standby not in (None, "S104", "S105")


async def test_two_keys_report_from_today_and_two_bring_back(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, TodayScreen)
        # What is on now comes first.
        assert row_texts(app, "duty")[0] == "晚 综合服务台 周婷 吴刚"
        await press(app, pilot, "f7", "enter")
        assert any("吴刚 当班" in line for line in read(app))
        await press(app, pilot, "enter")
        assert "顶岗 吴刚" in row_texts(app, "duty")[0]
        await press(app, pilot, "f10", "f8", "enter")
        read(app)
        await press(app, pilot, "enter")
        assert isinstance(app.screen, RosterScreen)

    await do(rostered, task)
    context = rostered.context()
    assert [one.state for one, _ in use_cases.leaves_between(context, TODAY, TODAY)] == ["returned"]
    context.database.close()


async def test_an_empty_post_is_an_alarm_with_substitutes_and_the_head_as_the_last(rostered: SmallCentre) -> None:
    put(rostered, TODAY, POSTS[0], "晚", "S104", None)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "down", "f7", "enter")
        assert isinstance(app.screen, PickDialog)
        rows = app.screen.rows.rows
        assert rows[-1].cells[:2] == ("王五", "负责人")
        best = rows[0].key
        await press(app, pilot, "enter")
        assert "当班" in notice(app)
        assert slot_now(rostered, TODAY.isoformat(), POSTS[0], "晚")[0] == best

    await do(rostered, task)


async def test_a_scan_while_the_alarm_is_open_is_a_scan_and_chooses_nobody(rostered: SmallCentre) -> None:
    put(rostered, TODAY, POSTS[0], "晚", "S104", None)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "down", "f7", "enter")
        post_scans(app, list(rostered.codes.values())[:3])
        await settle(app, pilot)
        assert isinstance(app.screen, PickDialog)

    await do(rostered, task)
    assert len(entered(rostered)) == 3


async def test_other_days_and_times_are_typed_and_corrected_in_their_field(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "f7")
        await choose(app, pilot, "其他日期")
        assert isinstance(app.screen, FormDialog)
        for text in ("", "下周八", "", "", "3", "发烧"):
            await enter_text(app, pilot, text)
            await press(app, pilot, "enter")
        assert isinstance(app.screen, FormDialog) and app.focused is not None and app.focused.id == "field-last"
        await press(app, pilot, *["backspace"] * 3)
        await enter_text(app, pilot, "11-22")
        await press(app, pilot, *["enter"] * 5)
        assert any("11-21" in line for line in read(app))

    await do(rostered, task)
    context = rostered.context()
    (leave, name), *_ = use_cases.leaves_between(context, TODAY, TODAY)
    assert (name, leave.first_day, leave.last_day, leave.kind, leave.reason) == (
        "李磊",
        "2026-11-20",
        "2026-11-22",
        "sick",
        "发烧",
    )
    context.database.close()


async def test_leave_is_asked_for_approved_and_handed_over(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "ctrl+t", "enter", "enter")
        assert isinstance(app.screen, FormDialog)
        await press(app, pilot, *["enter"] * 6)
        assert "已提交" in notice(app)
        await press(app, pilot, "ctrl+t", "enter")
        assert choices(app)[0] == "批准"
        await press(app, pilot, "enter")
        assert any("当班" in line for line in read(app))
        await press(app, pilot, "enter", "ctrl+t")
        await choose(app, pilot, "写交接")
        await enter_text(app, pilot, "老人助餐名单；周一的讲座")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "钥匙")
        await press(app, pilot, "enter")
        assert "交接已写好" in notice(app)
        await press(app, pilot, "ctrl+t")
        await choose(app, pilot, "确认")
        assert read(app)[:3] == ["- 老人助餐名单", "- 周一的讲座", "材料：钥匙"]
        await press(app, pilot, "enter")
        assert "已确认" in notice(app)

    await do(rostered, task)
    leave = the_leave(rostered)
    assert (leave.staff_no, leave.first_day, leave.state) == ("S101", "2026-11-21", "approved")


def the_leave(centre: SmallCentre) -> Leave:
    """The only leave there is."""
    context = centre.context()
    ((leave, _),) = use_cases.leaves_between(context, TODAY, TODAY.replace(day=30))
    context.database.close()
    return leave


async def test_a_shift_is_offered_and_taken_by_whoever_may(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "right", "ctrl+x")
        await choose(app, pilot, "放出来认领")
        assert "谁都可以认领" in notice(app)
        await press(app, pilot, "ctrl+x")
        await choose(app, pilot, "待认领")
        assert isinstance(app.screen, PickDialog)
        await press(app, pilot, "enter")
        assert "换好了" in notice(app)

    await do(rostered, task)
    assert slot_now(rostered, "2026-11-21", POSTS[0], "早")[0] not in (None, "S101")


async def test_what_has_begun_is_neither_offered_nor_waits_for_an_answer(rostered: SmallCentre) -> None:
    context = rostered.context()
    now = context.now()
    context.clock = lambda: now - timedelta(hours=10)
    slot = SlotKey(TODAY, POSTS[0], "晚")
    acting, standby = slot_now(rostered, TODAY.isoformat(), POSTS[0], "晚")
    assert acting and standby
    use_cases.ask_swap(context, slot, "acting", asked_by=acting, with_staff=standby)
    assert len(use_cases.swaps_waiting(context)) == 1
    context.clock = lambda: now
    assert use_cases.swaps_waiting(context) == []
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "ctrl+x")
        assert isinstance(app.screen, RosterScreen)
        assert "没有" in notice(app)

    await do(rostered, task)


async def test_a_swap_is_read_with_its_findings_before_anybody_agrees(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "right", "ctrl+x")
        await choose(app, pilot, "换同事的一个班")
        await enter_text(app, pilot, "欧阳")
        await press(app, pilot, "enter")
        assert read(app)
        await press(app, pilot, "enter", "ctrl+x")
        await choose(app, pilot, "李磊 请 欧阳文静")
        assert read(app)
        await press(app, pilot, "delete")
        assert isinstance(app.screen, RosterScreen)

    await do(rostered, task)
    context = rostered.context()
    assert use_cases.swaps_waiting(context) == []
    context.database.close()


async def test_a_swap_that_breaks_a_hard_rule_cannot_be_asked_for(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "right")
        for words in ("给一位同事", "换同事的一个班"):
            await press(app, pilot, "ctrl+x")
            await choose(app, pilot, words)
            assert isinstance(app.screen, PickDialog)
            states = [row.tone for row in app.screen.rows.rows]
            assert states == sorted(states), "what is allowed comes first"
            blocked = next(row for row in reversed(app.screen.rows.rows) if row.tone == "muted")
            app.screen.rows.set_rows([blocked])
            await settle(app, pilot)
            await press(app, pilot, "enter")
            assert isinstance(app.screen, PickDialog), "still choosing"
            assert "不" in str(app.screen.query_one("#pick-detail", Plain).render())
            await press(app, pilot, "escape")

    await do(rostered, task)
    context = rostered.context()
    assert use_cases.swaps_waiting(context) == []
    context.database.close()


async def test_the_week_goes_to_the_wall_and_a_person_gets_a_calendar(
    rostered: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        for words in ("这个月的工作簿", "工时账", "这个岗位的日历"):
            await press(app, pilot, "f10", "ctrl+o")
            await choose(app, pilot, words)
            await app.desk.run_slow(lambda _: None)
            await settle(app, pilot)
        await press(app, pilot, "ctrl+o")
        await choose(app, pilot, "一个人的日历")
        await press(app, pilot, "enter")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        assert screen(app) is not None

    await do(rostered, task)
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == [".ics", ".ics", ".xlsx", ".xlsx"]


async def test_an_auditor_looks_and_changes_nothing(rostered: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert app.desk.operator is not None
        await press(app, pilot, "f10")
        app.desk.operator = type(app.desk.operator)("M001", "王五", "auditor")
        for key in ("f7", "enter", "space", "ctrl+x"):
            await press(app, pilot, key)
            assert isinstance(app.screen, RosterScreen)

    await do(rostered, task)


async def test_what_waits_on_today_opens_the_list_of_leaves(rostered: SmallCentre) -> None:
    context = rostered.context()
    use_cases.ask_leave(context, "S108", TODAY.replace(day=26), TODAY.replace(day=26))
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        waiting = row_texts(app, "due")
        place = next(at for at, line in enumerate(waiting) if "请假" in line)
        app.screen.query_one("#due").focus()
        await press(app, pilot, *["down"] * place, "enter")
        await settle(app, pilot)
        assert "孙丽" in choices(app)[0]

    await do(rostered, task)


async def test_a_workbook_that_was_changed_comes_back_after_it_was_read(
    rostered: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f10", "ctrl+o")
        await choose(app, pilot, "这个月的工作簿")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        (book,) = tmp_path.glob("*.xlsx")
        await press(app, pilot, "ctrl+o")
        await choose(app, pilot, "读入")
        await enter_text(app, pilot, str(book))
        await press(app, pilot, "enter")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        assert len(read(app)) >= 1
        await press(app, pilot, "enter")

    await do(rostered, task)
