"""The tasks of a day at the desk, each with the keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook
from textual.pilot import Pilot
from textual.widgets import Input, Static

from frontdesk.activities import service as activities
from frontdesk.common.text import display_width
from frontdesk.feedback import service as feedback
from frontdesk.locale import use_language
from frontdesk.reports.service import period_named
from frontdesk.roster import service as roster
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import CommandBar
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import RowList
from frontdesk.staff.service import staff_list
from frontdesk.sync import service as sync
from tests.ui.conftest import MANAGER, NOW, PIN, SmallCentre
from tests.ui.hands import TODAY, do, enter_text, goes_on, notice, post_scans, press, row_texts, settle


async def test_today_answers_without_a_key(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert row_texts(app, "duty") == ["综合服务台 李磊 萧红"]
        assert row_texts(app, "sessions") == ["14:00 书法沙龙 书画室 20/20"]
        assert row_texts(app, "here") == []
        assert any("书法沙龙" in row for row in row_texts(app, "due"))

    await do(centre, task)


async def test_when_a_is_away_b_covers_and_when_both_are_the_post_is_empty(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f7", "enter", "enter")
        assert row_texts(app, "duty") == ["综合服务台 顶岗 萧红 -"]
        await press(app, pilot, "f7", "enter")
        assert "空岗" in row_texts(app, "duty")[0]
        assert "空岗" in row_texts(app, "due")[0]
        await press(app, pilot, "f8", "down", "enter", "f8")
        assert row_texts(app, "duty") == ["综合服务台 李磊 萧红"]

    await do(centre, task)
    context = centre.context()
    assert [line.gap for line in roster.duty_of(context, TODAY)] == [False]
    context.database.close()


async def test_enter_on_several_names_checks_nobody_in_before_one_is_chosen(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        await enter_text(app, pilot, "zhang")
        await press(app, pilot, "enter")
        assert centre.visits() == []
        await press(app, pilot, "down", "enter")

    await do(centre, task)
    assert len(centre.visits()) == 1


async def test_a_lost_card_is_replaced_in_three_keys_and_the_old_one_refused(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        await enter_text(app, pilot, "0310005")
        await press(app, pilot, "f8", "enter")
        await press(app, pilot, "escape")

    await do(centre, task)
    context = centre.context()
    from frontdesk.volunteers.service import scan, valid_cards

    outcome = scan(context, centre.codes["0310005"])
    assert (outcome.result, outcome.reason) == ("refused", "card_replaced")
    [(_, new)] = valid_cards(context, ["0310005"])
    assert scan(context, new).result == "entered"
    context.database.close()


async def test_a_second_key_corrects_the_rating_and_delete_takes_it_back(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "2", "5")
        context = centre.context()
        assert [rating.level for rating in feedback.ratings(context, TODAY, TODAY)] == [5]
        await press(app, pilot, "delete")
        assert feedback.ratings(context, TODAY, TODAY) == []
        await press(app, pilot, "right", "4")
        [rating] = feedback.ratings(context, TODAY, TODAY)
        assert (rating.subject_kind, rating.subject, rating.level) == ("session", "HD001", 4)
        context.database.close()

    await do(centre, task)


async def test_the_week_is_exported_and_submitted_with_three_keys(
    centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f6", "f7")
        await app.desk.run_slow(lambda _: None)
        await press(app, pilot, "f8", "enter")
        assert row_texts(app, "outbox")[0].startswith("2026-W47 1 待发送")

    await do(centre, task)
    [workbook] = tmp_path.glob("*2026-W47.xlsx")
    assert "封面" in load_workbook(workbook).sheetnames
    context = centre.context()
    assert sync.submitted_periods(context) == {period_named("2026-W47").key}
    context.database.close()


async def test_a_sync_without_enrolment_says_what_to_do(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f6", "ctrl+s")
        assert "按 Ctrl+R 登记" in str(app.screen.query_one("#sync-next", Plain).render())
        await press(app, pilot, "ctrl+s")
        assert "按 Ctrl+R 登记" in notice(app)

    await do(centre, task)


@pytest.mark.parametrize(
    ("language", "size"),
    [
        ("zh_CN", (80, 24)),
        ("en", (80, 24)),
        pytest.param("zh_CN", (120, 40), marks=pytest.mark.slow),
        pytest.param("en", (120, 40), marks=pytest.mark.slow),
    ],
)
async def test_every_screen_speaks_one_language_and_fits(
    centre: SmallCentre, language: str, size: tuple[int, int]
) -> None:
    use_language(language)
    app = centre.app()
    try:
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            for key in ("f2", "f3", "f4", "f5", "f6", "ctrl+f6", "f12", "f1"):
                await press(app, pilot, key)
                words = [str(plain.render()) for plain in app.screen.query("*") if hasattr(plain, "update")]
                words += [str(widget.border_title or "") for widget in app.screen.query("*")]
                for rows in app.screen.query(RowList):
                    words += [column.title for column in rows.columns]
                text = "\n".join(words)
                areas = "shell|today|activities|volunteers|feedback|reports|sync_screen"
                assert not re.search(rf"\b({areas})\.[a-z_.]+", text), text
                for bar in app.screen.query(CommandBar):
                    lines = str(bar.render()).splitlines()
                    assert max(display_width(line) for line in lines) <= bar.content_region.width, lines
    finally:
        use_language("zh_CN")
    app.desk.close()


async def test_a_command_is_found_by_its_initials_and_a_scan_shows_over_the_palette(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:

        await press(app, pilot, "ctrl+p")
        await enter_text(app, pilot, "zyz")
        assert row_texts(app, "palette-list")[0].startswith("F4")
        post_scans(app, [centre.codes["0310009"]])
        await settle(app, pilot)
        assert app.screen.query_one(ScanBanner).has_class("-entered")
        await press(app, pilot, "enter")
        assert app.screen.query("#search")

    await do(centre, task)


async def test_a_sheet_is_tried_and_then_imported_at_the_desk(centre: SmallCentre) -> None:
    sheet = Path(__file__).parents[1] / "data" / "centre-a" / "工作人员.xlsx"

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+l", "enter")
        await enter_text(app, pilot, f"'{sheet}'")
        await press(app, pilot, "f8")
        assert row_texts(app, "result") == []
        await press(app, pilot, "enter")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        assert "新增 10" in row_texts(app, "result")[0]
        assert len(app.desk.submit(lambda context: staff_list(context.database)).result()) == 3
        await press(app, pilot, "f8")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        assert len(app.desk.submit(lambda context: staff_list(context.database)).result()) == 13

    await do(centre, task)


async def test_past_midnight_today_is_the_new_day(centre: SmallCentre) -> None:
    from datetime import timedelta

    now = [NOW]
    app = centre.app()
    app.clock = lambda: now[0]
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        now[0] = NOW + timedelta(days=1)
        while "2026-11-21" not in str(app.screen.query_one("#title", Static).render()):
            await pilot.pause()
    app.desk.close()


async def test_locking_keeps_a_half_filled_form(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "f7", "ctrl+n")
        await enter_text(app, pilot, "钱多多")
        await press(app, pilot, "f9")
        assert app.desk.operator is None
        assert not app.screen.query("#field-name")
        await enter_text(app, pilot, MANAGER)
        await press(app, pilot, "enter")
        await enter_text(app, pilot, PIN)
        await press(app, pilot, "enter")
        assert app.screen.query_one("#field-name", Input).value == "钱多多"

    await do(centre, task)


async def test_whoever_moved_up_is_named_and_can_be_called_and_the_look_is_logged(centre: SmallCentre) -> None:
    context = centre.context()
    goes_on(context, "HD001")
    waiting = activities.sign_up(context, "HD001", "钱多多", "15400007777", 1)
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "enter", "delete", "enter")
        assert str(waiting.seq_no) in notice(app)
        await press(app, pilot, "ctrl+t")
        assert row_texts(app, "reading-lines") == ["钱多多  15400007777", "书法沙龙（11-20 14:00）：有名额了"]
        await press(app, pilot, "escape")

    await do(centre, task)
    context = centre.context()
    last = context.database.connection.execute("SELECT * FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert (last["action"], last["subject"]) == ("registration.contact_shown", str(waiting.registration_id))
    assert "7777" not in last["detail"]
    context.database.close()
