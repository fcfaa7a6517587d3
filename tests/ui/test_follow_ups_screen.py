"""Follow-ups of bad ratings by keyboard alone: few keys a step, and Today leads to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from frontdesk.common.text import display_width
from frontdesk.context import Operator
from frontdesk.feedback.followup import service
from frontdesk.feedback.followup.screen import FollowUpsScreen, open_follow_ups
from frontdesk.locale import catalogue, use_language
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import CommandBar, DeskScreen
from frontdesk.shell.command import ANYWHERE
from frontdesk.shell.dialogs import ChoiceDialog, FormDialog, QuestionDialog
from frontdesk.shell.picking import PickDialog
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import RowList
from tests.followups import rated
from tests.ui.conftest import SmallCentre
from tests.ui.hands import enter_text, notice, post_scans, press, row_texts, settle

Task = Callable[[FrontdeskApp, Pilot[None]], Awaitable[None]]
THURSDAY = date(2026, 11, 19)
PHONE = "15410000001"


@pytest.fixture(autouse=True)
def _exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))
    yield
    use_language("zh_CN")


@pytest.fixture
def key(centre: SmallCentre) -> bytes:
    """A bad rating of yesterday whose rater left a phone."""
    context = centre.context()
    made = rated(context, 0xABC << 100, day=THURSDAY, phone=PHONE)
    context.database.close()
    return made


def look(centre: SmallCentre, key: bytes) -> service.Story:
    context = centre.context()
    found = service.story(context, key)
    context.database.close()
    return found


async def calm(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    await settle(app, pilot)
    await app.desk.run_slow(lambda _: None)
    await settle(app, pilot)


def shows(app: FrontdeskApp, kind: type[object]) -> bool:
    """Whether the screen in front is of this kind."""
    return isinstance(app.screen, kind)


async def do(
    centre: SmallCentre, task: Task, *, size: tuple[int, int] = (80, 24), operator: Operator | None = None
) -> None:
    app = centre.app()
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        if operator is not None:
            app.desk.operator = operator
        assert isinstance(app.screen, DeskScreen)
        await open_follow_ups(app.screen)
        await calm(app, pilot)
        await task(app, pilot)
    app.desk.close()


def listed(app: FrontdeskApp) -> list[str]:
    """The rows as far as a window of 80 has columns."""
    return [" ".join(row.cells[:5]) for row in app.screen.query_one("#follow-ups", RowList).rows]


async def test_every_step_takes_at_most_three_keys_and_its_words(centre: SmallCentre, key: bytes) -> None:
    """Verify: two keys and its words; result: two and its words; call back: two; close: two."""

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert listed(app) == ["11-20 今天 待核实 1 非常不满意 综合服务台 排队太久"]
        await press(app, pilot, "f7")
        await enter_text(app, pilot, "属实")
        await press(app, pilot, "enter")
        assert notice(app) == "CP2026-0001 已核实。"
        assert listed(app) == ["11-26 余4天 已核实 1 非常不满意 综合服务台 排队太久"]
        await press(app, pilot, "f8")
        await enter_text(app, pilot, "加开窗口")
        await press(app, pilot, "enter")
        assert "已有结果" in listed(app)[0]
        await press(app, pilot, "ctrl+s", "enter")
        assert isinstance(app.screen, FormDialog) and "先回访" in str(app.screen.query_one("#wrong").render())
        await press(app, pilot, "escape")
        await press(app, pilot, "ctrl+t")
        assert isinstance(app.screen, ReadDialog)
        assert row_texts(app, "reading-lines")[0] == f"赵一  {PHONE}"
        await press(app, pilot, "1")
        assert "满意" in notice(app) and "已回访" in listed(app)[0]
        await press(app, pilot, "ctrl+s", "enter")
        assert notice(app) == "CP2026-0001 已办结。"
        assert listed(app) == []
        await press(app, pilot, "ctrl+y")
        assert listed(app) == ["11-20 了结 办结 1 非常不满意 综合服务台 排队太久"]

    await do(centre, task)
    assert look(centre, key).listed.rating.outcome == "satisfied"


async def test_a_hand_ahead_of_the_screen_means_the_row_that_it_saw(centre: SmallCentre, key: bytes) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await app._press_keys(["f7", "o", "k", "enter", "f8", "d", "o", "n", "e", "enter"])
        await calm(app, pilot)
        assert "已有结果" in listed(app)[0]

    await do(centre, task)
    assert [one.note for one in look(centre, key).log] == ["", "ok", "done"]


async def test_a_scan_leaves_the_form_as_it_was(centre: SmallCentre, key: bytes) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f7")
        await enter_text(app, pilot, "属")
        post_scans(app, [centre.codes["0310001"]])
        await calm(app, pilot)
        assert isinstance(app.screen, FormDialog) and app.screen.values == {"note": "属"}

    await do(centre, task)
    assert len(centre.visits()) == 1 and look(centre, key).log == ()


async def test_its_story_names_the_keys_that_go_on(centre: SmallCentre, key: bytes) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "enter")
        assert isinstance(app.screen, ReadDialog)
        lines = row_texts(app, "reading-lines")
        assert lines[0] == "2026-11-19  综合服务台" and "还没有人办理。" in lines
        assert PHONE not in "".join(lines) and "实名 赵*" in "".join(lines)
        await press(app, pilot, "f7")
        assert isinstance(app.screen, FormDialog)
        await press(app, pilot, "escape", "ctrl+t")
        assert shows(app, FollowUpsScreen) and "不能做这一步" in notice(app)

    await do(centre, task)


async def test_an_appeal_is_decided_by_a_manager_who_sees_its_reason(centre: SmallCentre, key: bytes) -> None:
    async def appeals(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+a")
        await enter_text(app, pilot, "误按")
        await press(app, pilot, "enter", "ctrl+g", "delete", "ctrl+x")
        assert isinstance(app.screen, FollowUpsScreen) and "申诉中" in listed(app)[0]

    await do(centre, appeals, operator=Operator("S101", "李磊", "operator"))

    async def decides(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+g")
        assert any("李磊 申诉：误按" in line for line in row_texts(app, "reading-lines"))
        await press(app, pilot, "1")
        await enter_text(app, pilot, "监控里没有人")
        await press(app, pilot, "enter")
        assert "已剔除" in notice(app) and listed(app) == []
        await press(app, pilot, "ctrl+y", "insert")
        await enter_text(app, pilot, "看错了")
        await press(app, pilot, "enter")
        assert "重新办理" in notice(app)

    await do(centre, decides)
    assert look(centre, key).now.state == "handling"


async def test_somebody_else_is_made_responsible_and_a_matter_complex(centre: SmallCentre, key: bytes) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f7")
        await enter_text(app, pilot, "属实")
        await press(app, pilot, "enter", "ctrl+r")
        assert isinstance(app.screen, PickDialog)
        await enter_text(app, pilot, "萧红")
        await press(app, pilot, "enter")
        await press(app, pilot, "ctrl+f")
        await enter_text(app, pilot, "要街道办")
        await press(app, pilot, "enter")
        assert "12-10" in listed(app)[0]

    await do(centre, task, operator=Operator("S101", "李磊", "operator"))
    found = look(centre, key).now
    assert (found.responsible, found.complexity, found.state) == ("S102", "complex", "handling")


async def test_what_somebody_else_did_meanwhile_is_said_and_nothing_is_lost(centre: SmallCentre, key: bytes) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f7")
        await enter_text(app, pilot, "属实")
        context = centre.context()
        service.act(context, key, "verified", note="已经看过")
        context.database.close()
        await press(app, pilot, "enter")
        assert isinstance(app.screen, FormDialog) and app.screen.values == {"note": "属实"}
        assert "刚刚在别处办理过" in str(app.screen.query_one("#wrong").render()).replace("\n", "")

    await do(centre, task)
    assert [one.note for one in look(centre, key).log] == ["", "已经看过"]


async def test_old_ones_are_settled_after_a_question_and_the_ledger_is_written(
    centre: SmallCentre, key: bytes, tmp_path: Path
) -> None:
    context = centre.context()
    for number in (1, 2):
        rated(context, number, day=date(2026, 3, number))
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert len(listed(app)) == 3
        await press(app, pilot, "ctrl+x", "enter")
        await enter_text(app, pilot, "旧账")
        await press(app, pilot, "enter")
        await calm(app, pilot)
        assert isinstance(app.screen, QuestionDialog)
        assert "2 张" in str(app.screen.query_one("#question").render()).replace("\n", "")
        await press(app, pilot, "enter")
        assert len(listed(app)) == 1
        await press(app, pilot, "ctrl+o")
        assert isinstance(app.screen, ChoiceDialog)
        await press(app, pilot, "enter")
        await calm(app, pilot)
        assert "差评台账-2026-11" in notice(app).replace("\n", "").replace("_", "-")

    await do(centre, task)
    assert [path.suffix for path in tmp_path.glob("*差评台账*")] == [".xlsx"]


async def test_today_leads_to_what_runs_out(centre: SmallCentre, key: bytes) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        due = app.screen.query_one("#due", RowList)
        place = next(place for place, row in enumerate(due.rows) if row.key.startswith("follow_up_soon"))
        assert due.rows[place].cells == ("1 张差评工单即将到期",)
        app.screen.set_focus(due)
        due.cursor = place
        await press(app, pilot, "enter")
        assert isinstance(app.screen, FollowUpsScreen) and len(listed(app)) == 1
        await press(app, pilot, "escape")
        assert app.screen.query("#due")
    app.desk.close()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("width", [80, 120])
async def test_the_keys_fit_the_window_and_none_hides_one_that_works_everywhere(
    centre: SmallCentre, key: bytes, language: str, width: int
) -> None:
    use_language(language)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        bar = app.screen.query_one(CommandBar).render()
        assert all(display_width(line.rstrip()) <= width for line in str(bar).splitlines())
        assert len(listed(app)[0]) > 20

    await do(centre, task, size=(width, 24))
    everywhere = {one for command in ANYWHERE for one in command.keys}
    own = [one for command in FollowUpsScreen.COMMAND_TABLE for one in command.keys]
    assert not everywhere.intersection(own) and len(own) == len(set(own))
    for command in FollowUpsScreen.COMMAND_TABLE:
        assert catalogue(language, "followup")[f"command.{command.name}.help"]


async def test_who_only_reads_can_look_and_do_nothing(centre: SmallCentre, key: bytes) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        for pressed in ("f7", "ctrl+a", "ctrl+x", "delete"):
            await press(app, pilot, pressed)
            assert isinstance(app.screen, FollowUpsScreen)
        await press(app, pilot, "enter")
        assert isinstance(app.screen, ReadDialog)

    await do(centre, task, operator=Operator("S102", "萧红", "auditor"))
    assert look(centre, key).log == ()
