"""Inferred exits and exits without an entry are judged row by row; today's refusals are one key away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from db.visits import VisitLine
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.plain import Plain
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.checkin import closing, looking
from frontdesk.volunteers.checkin.closing import close_past_days
from frontdesk.volunteers.checkin.review_screen import ReviewScreen
from tests.ui.checkins import YESTERDAY, Keys, Wall, add_assignment, do_by, forget_exits, log_of, operator, said
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import do, enter_text, notice, post_scans, press, row_texts, settle
from tests.ui.test_hasty_hands import post

BY_END, BY_MOST, EXIT_ONLY = "0310001", "0310002", "0310003"


@pytest.fixture
def forgotten(centre: SmallCentre) -> Iterator[SmallCentre]:
    """The small centre after a day on which two forgot to check out and one to check in."""
    forget_exits(centre)
    yield centre


def visit(centre: SmallCentre, no: str) -> VisitLine:
    """Yesterday's one visit of a volunteer."""
    context = centre.context()
    [found] = looking.visits_between(context, no, YESTERDAY.date(), YESTERDAY.date())
    context.database.close()
    return found


def local(centre: SmallCentre, at: int | None) -> str:
    """An instant as the wall clock of the centre shows it."""
    context = centre.context()
    assert at is not None
    shown: datetime = context.local(at)
    context.database.close()
    return f"{shown:%H:%M}"


async def open_review(app: FrontdeskApp, pilot: Pilot[None]) -> Keys:
    """The list, by its key on the volunteers screen; from there keys are counted."""
    await press(app, pilot, "f4", "ctrl+y")
    assert isinstance(app.screen, ReviewScreen)
    return Keys(app, pilot)


async def test_today_says_how_many_wait_and_enter_opens_them(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert any(row.startswith("3 次签退待核") for row in row_texts(app, "due"))
        due = app.screen.query_one("#due")
        due.focus()
        due.move_to("review:")  # type: ignore[attr-defined]
        await settle(app, pilot)
        await press(app, pilot, "enter")
        rows = row_texts(app, "review")
        assert "16:02-18:00" in rows[0] and "安排结束" in rows[0] and "早餐服务" in rows[0]
        assert "16:05-20:05" in rows[1] and "最长时限" in rows[1] and "一般服务" in rows[1]
        assert "-17:30" in rows[2] and "没有签到" in rows[2]
        await press(app, pilot, "escape")
        assert app.screen.query("#duty")

    await do(forgotten, task)


async def test_one_key_accepts_one_refuses_and_the_next_row_comes_by_itself(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_review(app, pilot)
        await keys.press("f7")
        assert "已认可" in notice(app) and BY_END in notice(app)
        await keys.press("f8")
        assert keys.count == 2
        assert [row.key.isdigit() for row in app.screen.query_one("#review").rows] == [True]  # type: ignore[attr-defined]

    await do(forgotten, task)
    accepted, refused = visit(forgotten, BY_END), visit(forgotten, BY_MOST)
    assert (accepted.review, accepted.credit_seconds) == ("accepted", 118 * 60)
    assert (refused.review, refused.credit_seconds) == ("refused", 0)


async def test_a_hand_ahead_of_the_screen_judges_each_row_once(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_review(app, pilot)
        post(app, "down", "a", "up", "r", "a")
        for _ in range(4):
            await settle(app, pilot)
        # The last key meant the exit without an entry, which nobody can accept.
        assert "补上签到时间" in notice(app)

    await do(forgotten, task)
    assert visit(forgotten, BY_MOST).review == "accepted"
    assert visit(forgotten, BY_END).review == "refused"


async def test_enter_shows_the_visit_with_its_history_and_goes_on_from_there(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_review(app, pilot)
        await keys.press("enter")
        words = said(app)
        assert "11-19 16:02  签到  王五" in words
        assert "推定签退 18:00" in words and "早餐服务" in words
        await keys.press("f7")
        assert keys.count == 2
        assert "已认可" in notice(app)

    await do(forgotten, task)
    assert visit(forgotten, BY_END).review == "accepted"


async def test_a_forgotten_exit_is_corrected_with_figures_and_one_for_the_reason(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_review(app, pilot)
        await keys.press("ctrl+e")
        await keys.type("1745")
        await keys.press("enter", "1", "enter")
        assert keys.count == 8
        assert "16:02-17:45" in notice(app)
        assert len(row_texts(app, "review")) == 2

    await do(forgotten, task)
    found = visit(forgotten, BY_END)
    assert (found.basis, local(forgotten, found.left_at)) == ("corrected", "17:45")
    assert log_of(forgotten, BY_END)[-1] == ("corrected", "忘记签退")


async def test_a_hand_ahead_of_the_screen_fills_the_form_and_not_the_list(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_review(app, pilot)
        post(app, "e", "enter", "enter", "a", "r", "enter")
        for _ in range(4):
            await settle(app, pilot)
        assert len(row_texts(app, "review")) == 2

    await do(forgotten, task)
    assert log_of(forgotten, BY_END)[-1] == ("corrected", "ar")
    assert visit(forgotten, BY_MOST).review == "pending"


async def test_a_time_that_cannot_be_read_and_a_missing_reason_are_said_in_the_form(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_review(app, pilot)
        await press(app, pilot, "e", "9", "9", "enter", "enter")
        wrong = app.screen.query_one("#wrong", Plain)
        assert "1130" in str(wrong.render())
        assert app.focused is app.screen.query_one("#field-left")
        await press(app, pilot, "home", "delete", "delete", "1", "7", "enter", "enter")
        assert "原因" in str(wrong.render())
        await press(app, pilot, "escape")

    await do(forgotten, task)
    assert visit(forgotten, BY_END).review == "pending"


async def test_an_exit_without_an_entry_is_given_one(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_review(app, pilot)
        await keys.press("end", "ctrl+e")
        await keys.type("1530")
        await keys.press("enter", "2", "enter")
        assert keys.count == 9
        assert len(row_texts(app, "review")) == 2

    await do(forgotten, task)
    found = visit(forgotten, EXIT_ONLY)
    assert (found.basis, local(forgotten, found.entered_at), local(forgotten, found.left_at)) == (
        "corrected",
        "15:30",
        "17:30",
    )


async def test_an_exit_without_an_entry_is_set_aside_with_a_reason(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_review(app, pilot)
        await keys.press("delete")
        assert "只有没有签到" in notice(app)
        await keys.press("end", "enter")
        assert "刷了签退" in said(app)
        await keys.press("delete")
        await enter_text(app, pilot, "刷错了")
        await keys.press("enter")
        assert len(row_texts(app, "review")) == 2

    await do(forgotten, task)
    assert log_of(forgotten, EXIT_ONLY) == [("left_only", ""), ("undone", "刷错了")]


async def test_all_that_end_with_their_assignment_are_accepted_after_one_question(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_review(app, pilot)
        await keys.press("ctrl+a", "escape")
        assert len(row_texts(app, "review")) == 3
        await keys.press("ctrl+a", "enter")
        assert len(row_texts(app, "review")) == 2
        await keys.press("ctrl+a")
        assert "没有按服务安排" in notice(app)

    await do(forgotten, task)
    assert visit(forgotten, BY_END).review == "accepted"
    assert visit(forgotten, BY_MOST).review == "pending"


async def test_a_visit_is_credited_to_an_assignment_found_by_initials(forgotten: SmallCentre) -> None:
    context = forgotten.context()
    add_assignment(context, "0310009", YESTERDAY, "图书整理")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_review(app, pilot)
        await keys.press("down", "ctrl+t", "t", "s", "enter")
        assert keys.count == 5
        assert "图书整理" in notice(app)
        assert "图书整理" in row_texts(app, "review")[1]

    await do(forgotten, task)
    assert visit(forgotten, BY_MOST).credited_to == "图书整理"


async def test_tab_shows_todays_refusals_in_words_and_enter_what_to_do_next(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        from frontdesk.volunteers import service as volunteers

        await app.desk.run(lambda context: volunteers.set_state(context, "0310007", "suspended"))
        post_scans(app, [centre.codes["0310007"], "11010519491231002X"])
        await settle(app, pilot)
        keys = await open_review(app, pilot)
        assert row_texts(app, "review") == []
        await keys.press("tab")
        rows = row_texts(app, "refusals")
        assert rows[0].startswith("16:40 不是志愿者卡") and "18 位" in rows[0] and rows[0].endswith("前台")
        assert rows[1].startswith("16:40 已暂停服务 张*（0310007）")
        await keys.press("down", "enter")
        assert "到前台询问" in said(app)
        await keys.press("escape", "tab", "escape")
        assert app.screen.query("#search")

    await do(centre, task)


async def test_an_auditor_sees_and_changes_nothing(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        app.desk.operator = operator("auditor")
        keys = await open_review(app, pilot)
        await keys.press("f7")
        assert "审计员" in notice(app)
        await keys.press("enter")
        assert "推定签退" in said(app)
        await keys.press("f7")

    await do(forgotten, task)
    assert visit(forgotten, BY_END).review == "pending"


async def test_what_somebody_else_judged_meanwhile_is_said_and_gone_from_the_list(forgotten: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_review(app, pilot)
        context = forgotten.context()
        closing.review_visit(context, BY_END, NOW.date().replace(day=19).isoformat(), 1, accepted=False)
        context.database.close()
        await keys.press("f7")
        assert "不在待核之列" in notice(app)
        assert len(row_texts(app, "review")) == 2

    await do(forgotten, task)
    assert visit(forgotten, BY_END).review == "refused"


def forget_long_ago(centre: SmallCentre, *days_ago: int) -> None:
    """Exits that were forgotten so many days ago, a day each, by one volunteer."""
    context = centre.context()
    for days in days_ago:
        volunteers.check_in(context, BY_MOST, at=NOW - timedelta(days=days), words="忘带卡")
    assert close_past_days(context) == len(days_ago)
    context.database.close()


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_what_is_old_comes_last_and_apart_and_is_refused_in_one_go_for_one_reason(
    forgotten: SmallCentre, size: tuple[int, int]
) -> None:
    forget_long_ago(forgotten, 360, 300, 31, 30)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_review(app, pilot)
        rows = row_texts(app, "review")
        heading = next(place for place, row in enumerate(rows) if "30 天以前的 3 次" in row)
        assert heading == 4 and [row[:10] for row in rows[heading + 1 :]] == ["2026-10-20", "2026-01-24", "2025-11-25"]
        assert "待核 7，其中 3 次是 30 天以前的" in str(app.screen.query_one("#review-panel").border_title)
        await press(app, pilot, "end")
        await keys.press("ctrl+o")
        await enter_text(app, pilot, "年久无法核实")
        await keys.press("enter")
        assert "不认可早于 30 天的 3 次" in "".join(said(app).split("\n"))
        await keys.press("enter")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        assert keys.count == 3 and "不认可 3 次" in notice(app)
        assert len(row_texts(app, "review")) == 4
        await press(app, pilot, "ctrl+o")
        assert "没有早于 30 天" in notice(app)
        await press(app, pilot, "escape")
        assert not isinstance(app.screen, ReviewScreen)

    await do_by(forgotten, Wall(), task, size)
    assert visit(forgotten, BY_MOST).review == "pending"


async def test_nothing_is_refused_without_a_reason_or_with_no_number_of_days(forgotten: SmallCentre) -> None:
    forget_long_ago(forgotten, 90)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = await open_review(app, pilot)
        await keys.press("ctrl+o", "enter")
        assert "请写明原因" in str(app.screen.query_one("#wrong", Plain).render())
        await enter_text(app, pilot, "年久无法核实")
        for days in ("0", "10001", "0000000019999999"):
            app.screen.query_one("#field-days", Input).value = days
            await keys.press("enter")
            assert "10000" in str(app.screen.query_one("#wrong", Plain).render())
            app.screen.query_one("#field-reason", Input).focus()
        app.screen.query_one("#field-days", Input).value = "100"
        await keys.press("enter", "enter")
        assert "没有早于 100 天" in str(app.screen.query_one("#wrong", Plain).render())
        await keys.press("escape")

    await do(forgotten, task)
    context = forgotten.context()
    assert closing.old_count(context, closing.old_day(context)) == 1
    context.database.close()
