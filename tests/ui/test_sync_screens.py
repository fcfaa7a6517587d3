"""The sync at the desk: sent, refused, stopped, by itself; enrolling, notices, and a stick instead of a network."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import ProgressBar

from db import outbox
from frontdesk.context import Context, Operator, to_ms
from frontdesk.district.documents.issuing import rotate_key
from frontdesk.district.documents.locking import grant_exemption, lock_period, unlock_period
from frontdesk.district.usb.service import take_usb
from frontdesk.reports import service as reports
from frontdesk.reports.screen import ReportScreen
from frontdesk.settings.service import set_setting
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import NoticeLine
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import RowList
from frontdesk.sync import service as sync
from frontdesk.sync.notices_screen import NoticesScreen
from frontdesk.sync.screen import SyncScreen
from frontdesk.sync.usb_screen import UsbScreen
from frontdesk.today.screen import TodayScreen
from tests.sync.ends import RunningDistrict, notify, running_district
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import do, enter_text, look_for_changes, press, row_texts, settle

CODE = "310114-001"
NOBODY = "http://127.0.0.1:1"
WEEKS = ("2026-W45", "2026-W46")


@pytest.fixture
def district(tmp_path: Path) -> Iterator[RunningDistrict]:
    """A district that listens."""
    with running_district(tmp_path / "district.db") as running:
        yield running


def submitted(centre: SmallCentre, enrolment: bytes | None = None) -> None:
    """Two weeks submitted, after enrolling where there is something to enrol with."""
    context = centre.context()
    if enrolment is not None:
        sync.enrol(context, enrolment)
    for week in WEEKS:
        reports.submit(context, reports.period_named(week, context))
    context.database.close()


def states(centre: SmallCentre) -> dict[str, str]:
    """Where the reports stand, by period."""
    context = centre.context()
    found: dict[str, str] = {one.period: one.state for one in sync.sync_status(context).reports}
    context.database.close()
    return found


async def look(app: FrontdeskApp) -> None:
    """Have at once the look for sticks that the screen takes every two seconds."""
    assert isinstance(app.screen, UsbScreen)
    await app.screen._look()


async def over(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Wait until nothing is under way, and what came of it is shown."""
    await app.workers.wait_for_complete()
    await settle(app, pilot)
    await settle(app, pilot)


def on(app: FrontdeskApp, kind: type[Screen[Any]]) -> bool:
    """Whether the screen in front is of this kind."""
    return isinstance(app.screen, kind)


def shown(app: FrontdeskApp, selector: str) -> str:
    """What a text of the screen in front says."""
    return str(app.screen.query_one(selector).render())


async def test_two_keys_send_everything_and_the_refused_one_says_why_and_what_to_do(
    centre: SmallCentre, district: RunningDistrict
) -> None:
    submitted(centre, district.enrolment(CODE))
    lock_period(district.district, WEEKS[0], "月度考核已截止", who="D01", now_ms=district.clock.ms)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f6", "ctrl+s")
        await over(app, pilot)
        assert not app.screen.query_one(ProgressBar).display
        assert ["已送达" in row for row in row_texts(app, "sync-reports")] == [True, False]
        # The cursor is on it already: no key is needed to see the reason and the way out.
        assert "已锁定" in shown(app, "#sync-detail") and "Ctrl+T" in shown(app, "#sync-detail")
        await press(app, pilot, "enter")
        assert on(app, ReadDialog)
        await press(app, pilot, "escape", "ctrl+e")
        assert on(app, ReportScreen)
        assert "第45周" in str(app.screen.query_one("#figures-panel").border_title)
        await press(app, pilot, "ctrl+s", "ctrl+t")
        assert "待发送" in row_texts(app, "sync-reports")[1]
        assert app.screen.query_one(NoticeLine).has_class("shown") and "退回 1" not in shown(app, "#sync-next")
        unlock_period(district.district, WEEKS[0], who="D01", now_ms=district.clock.ms)
        await press(app, pilot, "ctrl+s")
        await over(app, pilot)
        assert not app.screen.query_one(NoticeLine).has_class("shown"), "what it asked for is done"
        await press(app, pilot, "escape")
        assert on(app, ReportScreen)

    await do(centre, task)
    assert set(states(centre).values()) == {"received"}
    assert [district.revisions(week, CODE) for week in WEEKS] == [[1], [1]]


async def test_the_desk_goes_on_while_a_district_does_not_answer_and_esc_stops_the_sync(
    centre: SmallCentre, district: RunningDistrict
) -> None:
    submitted(centre, district.enrolment(CODE))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        point_at(centre, f"http://127.0.0.1:{silent.getsockname()[1]}")

        async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
            await press(app, pilot, "ctrl+f6", "ctrl+s")
            assert app.syncing.is_running and "Esc" in shown(app, "#sync-next")
            # Other screens, use cases and exports are not kept waiting; a second sync does not begin.
            await press(app, pilot, "f4", "f2")
            assert on(app, TodayScreen)
            await app.desk.run_slow(lambda _: None)
            await press(app, pilot, "ctrl+f6", "ctrl+s")
            assert app.syncing.is_running and "正在同步" in shown(app, "#notice")
            await press(app, pilot, "escape")
            await over(app, pilot)
            assert on(app, SyncScreen) and "已停止" in shown(app, "#sync-next")
            # A program that is left while a sync waits ends at once.
            await press(app, pilot, "ctrl+s")
            assert app.syncing.is_running

        await do(centre, task)
    assert set(states(centre)) == set(WEEKS) and "received" not in states(centre).values()
    point_at(centre, district.url)
    context = centre.context()
    assert sync.sync_all(context).unsent == 0
    context.database.close()
    assert [district.revisions(week, CODE) for week in WEEKS] == [[1], [1]]


def point_at(centre: SmallCentre, url: str) -> None:
    """Have the centre find its district somewhere else."""
    context = centre.context()
    with context.database.write() as connection:
        connection.execute("UPDATE enrolment SET url = ?", (url,))
    context.database.close()


async def test_the_clock_syncs_in_silence_where_the_setting_says_so_and_today_says_how_it_went(
    centre: SmallCentre, district: RunningDistrict
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await app.syncing.look()
        assert not app.syncing.is_running
        context = centre.context()
        set_setting(context, "sync_every_minutes", "5")
        context.database.close()
        # Nobody has enrolled: there is nothing to say.
        await app.syncing.look()
        await over(app, pilot)
        assert app.syncing.last is None
        submitted(centre, district.enrolment(CODE, url=NOBODY))
        await app.syncing.look()
        assert not app.syncing.is_running, "the next one is five minutes away"
        app.clock = lambda: NOW.replace(minute=46)
        await app.syncing.look()
        await over(app, pilot)
        assert on(app, TodayScreen)
        assert "没有送完" in str(app.screen.query_one("#due-panel").border_subtitle)
        assert not app.screen.query_one(NoticeLine).has_class("shown")
        await look_for_changes(app, pilot)
        assert any("2 份报表没有送到，最早 11-20" in row for row in row_texts(app, "due"))
        point_at(centre, district.url)
        app.clock = lambda: NOW.replace(minute=52)
        await app.syncing.look()
        await over(app, pilot)
        assert "16:52 已自动同步" in str(app.screen.query_one("#due-panel").border_subtitle)
        await look_for_changes(app, pilot)
        assert not any("没有送到" in row for row in row_texts(app, "due"))

    await do(centre, task)
    assert set(states(centre).values()) == {"received"}


async def test_a_sync_by_itself_of_which_one_report_was_refused_is_not_said_to_have_failed(
    centre: SmallCentre, district: RunningDistrict
) -> None:
    submitted(centre, district.enrolment(CODE))
    lock_period(district.district, WEEKS[0], "月度考核已截止", who="D01", now_ms=district.clock.ms)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        app.syncing.begin(is_automatic=True)
        await over(app, pilot)
        said = str(app.screen.query_one("#due-panel").border_subtitle)
        assert "被退回 1 份" in said and "不成" not in said
        # What is said of it is over with the refusal.
        context = centre.context()
        sync.retry_refused(context)
        context.database.close()
        await look_for_changes(app, pilot)
        assert not app.screen.query_one("#due-panel").border_subtitle

    await do(centre, task)


async def test_a_sync_that_failed_is_said_until_the_district_has_answered_in_another_window(
    centre: SmallCentre, district: RunningDistrict
) -> None:
    submitted(centre, district.enrolment(CODE, url=NOBODY))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f6", "ctrl+s")
        await over(app, pilot)
        assert "连不上" in shown(app, "#sync-next")
        await press(app, pilot, "f2", "ctrl+f6")
        assert "连不上" in shown(app, "#sync-next"), "nothing was answered since"
        point_at(centre, district.url)
        context = centre.context()
        sync.sync_all(context)
        context.database.close()
        await look_for_changes(app, pilot)
        assert "连不上" not in shown(app, "#sync-next")

    await do(centre, task)


async def test_a_notice_is_opened_from_today_and_acknowledged_with_enter(
    centre: SmallCentre, district: RunningDistrict
) -> None:
    notify(district, "停电通知", "周三停电。\n请备好手电。")
    lock_period(district.district, WEEKS[0], "", who="D01", now_ms=district.clock.ms)
    submitted(centre, district.enrolment(CODE))
    context = centre.context()
    sync.sync_all(context)
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await over(app, pilot)
        due = row_texts(app, "due")
        assert any("已锁定 2026-W45" in row for row in due) and any("1 份报表被区里退回" in row for row in due)
        rows = app.screen.query_one("#due", RowList)
        rows.focus()
        assert rows.move_to("notices:")
        await press(app, pilot, "enter")
        assert on(app, NoticesScreen)
        await press(app, pilot, "enter")
        assert on(app, ReadDialog)
        assert any("请备好手电" in row for row in row_texts(app, "reading-lines"))
        await press(app, pilot, "enter")
        assert on(app, NoticesScreen) and "M001" in row_texts(app, "notices")[-1]
        await press(app, pilot, "escape", "escape")
        assert on(app, TodayScreen)
        assert not any("通知" in row for row in row_texts(app, "due"))
        # Exempt until Sunday: the line says so, and goes away with the report that arrives.
        now = district.clock.ms
        grant_exemption(district.district, CODE, WEEKS[0], date(2026, 11, 22), "补报", who="D01", now_ms=now)
        await press(app, pilot, "ctrl+f6", "ctrl+s")
        await over(app, pilot)
        await press(app, pilot, "f2")
        await look_for_changes(app, pilot)
        await over(app, pilot)
        assert any("放行 2026-W45 到 11-22" in row for row in row_texts(app, "due"))
        await press(app, pilot, "ctrl+f6", "ctrl+t", "ctrl+s")
        await over(app, pilot)
        await press(app, pilot, "f2")
        await look_for_changes(app, pilot)
        await over(app, pilot)
        assert not any("2026-W45" in row for row in row_texts(app, "due"))

    await do(centre, task)
    assert set(states(centre).values()) == {"received"}
    context = centre.context()
    (notice,) = sync.notices(context)
    context.database.close()
    assert notice.reader == "M001" and notice.told_at is not None


async def test_a_stick_goes_there_and_back_with_enter_alone(
    centre: SmallCentre, district: RunningDistrict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frontdesk.sync.usb_screen.find_drives", list)
    submitted(centre, district.enrolment(CODE, url=NOBODY))
    stick = tmp_path / "stick"
    stick.mkdir()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f6", "f7", "enter")
        assert on(app, FormDialog)
        await enter_text(app, pilot, str(tmp_path / "nowhere"))
        await press(app, pilot, "enter")
        assert on(app, FormDialog)
        await press(app, pilot, *["backspace"] * len("nowhere"))
        await enter_text(app, pilot, "stick")
        await press(app, pilot, "enter")
        assert on(app, UsbScreen)
        await over(app, pilot)
        assert "2 份" in shown(app, "#usb-said")
        await press(app, pilot, "enter")
        await over(app, pilot)
        (up,) = stick.glob("*.fdu")
        assert up.name in shown(app, "#usb-said") and "交给区里" in shown(app, "#usb-said")
        await press(app, pilot, "enter")
        assert "不用再写" in shown(app, "#usb-said") and len(list(stick.iterdir())) == 1
        taken = take_usb(district.district, up.read_bytes(), district.clock.ms)
        (stick / "half.fdd").write_bytes(taken.answer[:-1])
        (stick / taken.name).write_bytes(taken.answer)
        # The folder need not be typed again when the answer is here, days later.
        await press(app, pilot, "escape", "f7")
        await over(app, pilot)
        assert taken.name in shown(app, "#usb-said")
        await press(app, pilot, "enter")
        await over(app, pilot)
        assert "2 份已送达" in shown(app, "#usb-said") and "登记完成" in shown(app, "#usb-said")
        await press(app, pilot, "enter")
        assert "按 Esc" in shown(app, "#usb-said") and len(list(stick.glob("*.fdu"))) == 1
        await press(app, pilot, "escape")
        assert all("已送达" in row for row in row_texts(app, "sync-reports"))

    await do(centre, task)
    assert [district.revisions(week, CODE) for week in WEEKS] == [[1], [1]]


async def test_a_stick_that_is_gone_or_spoilt_is_said_in_words_and_nothing_is_lost(
    centre: SmallCentre, district: RunningDistrict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frontdesk.sync.usb_screen.find_drives", list)
    submitted(centre, district.enrolment(CODE, url=NOBODY))
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "frontdesk-310114-001-down-20261120-0900.fdd").write_bytes(b"FDUD half of it")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f6", "f7", "ctrl+o")
        await enter_text(app, pilot, str(stick))
        await press(app, pilot, "enter")
        await over(app, pilot)
        assert "读不了" in row_texts(app, "usb")[0]
        for one in stick.iterdir():
            one.unlink()
        stick.rmdir()
        await press(app, pilot, "f8")
        await over(app, pilot)
        assert app.screen.query_one("#usb-said").has_class("-bad")
        await press(app, pilot, "escape", "escape")
        assert on(app, TodayScreen)

    await do(centre, task)
    assert set(states(centre).values()) == {"unsent"}


async def test_another_key_of_the_district_is_compared_by_telephone_before_it_is_taken(
    centre: SmallCentre, district: RunningDistrict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(centre, district.enrolment(CODE))
    key = rotate_key(district.district, who="D01", now_ms=district.clock.ms)
    (tmp_path / "new.enrol").write_bytes(district.enrolment(CODE))
    monkeypatch.setattr("frontdesk.sync.enrol_screen.enrolment_file", lambda: str(tmp_path / "new.enrol"))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f6", "ctrl+r", "enter", "enter")
        await over(app, pilot)
        assert on(app, FormDialog)
        said = str(app.screen.query_one(".dialog-title").render())
        assert key[:-6] in said and key[-6:] not in said
        await press(app, pilot, "enter")
        assert on(app, FormDialog)
        await enter_text(app, pilot, "000000")
        await press(app, pilot, "enter")
        await over(app, pilot)
        assert "最后 6 位" in shown(app, "#sync-next")
        await press(app, pilot, "ctrl+r", "enter", "enter")
        await over(app, pilot)
        await enter_text(app, pilot, key[-6:])
        await press(app, pilot, "enter")
        await over(app, pilot)
        assert "区里已确认" in shown(app, "#sync-next")

    await do(centre, task)
    context = centre.context()
    enrolment = sync.sync_status(context).enrolment
    assert enrolment is not None and enrolment.district_key_id == key
    context.database.close()


async def test_a_centre_enrols_at_the_desk_by_the_file_on_a_stick(
    centre: SmallCentre, district: RunningDistrict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "310114-001.enrol").write_bytes(district.enrolment(CODE))
    monkeypatch.setattr("frontdesk.sync.enrol_screen.enrolment_file", lambda: str(tmp_path / "310114-001.enrol"))
    submitted(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f6")
        assert "Ctrl+R" in shown(app, "#sync-next")
        await press(app, pilot, "ctrl+s")
        assert "Ctrl+R" in shown(app, "#notice") and not app.syncing.is_running
        await press(app, pilot, "ctrl+r", "enter", "enter")
        await over(app, pilot)
        assert "区里已确认" in shown(app, "#sync-next")
        # Typing a wrong code is noticed before anybody is asked.
        await press(app, pilot, "ctrl+r", "down", "enter")
        await enter_text(app, pilot, district.url)
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "ABCD-EFGH")
        await press(app, pilot, "enter")
        assert on(app, FormDialog) and not app.syncing.is_running

    await do(centre, task)
    context = centre.context()
    assert sync.sync_status(context).enrolment is not None
    context.database.close()


async def test_an_auditor_looks_and_sends_nothing(centre: SmallCentre, district: RunningDistrict) -> None:
    submitted(centre, district.enrolment(CODE))
    refuse(centre, WEEKS[0])

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        app.desk.operator = Operator("A001", "钱检", "auditor")
        await press(app, pilot, "ctrl+f6", "ctrl+s")
        assert "审计" in shown(app, "#notice") and not app.syncing.is_running
        await press(app, pilot, "enter")
        assert any("Ctrl+E" in row or "原因" in row for row in row_texts(app, "reading-lines"))

    await do(centre, task)
    assert states(centre)[WEEKS[0]] == "refused"


def refuse(centre: SmallCentre, period: str) -> None:
    """Have a report stand as refused."""
    context = centre.context()
    _refuse(context, period)
    context.database.close()


def _refuse(context: Context, period: str) -> None:
    told = json.dumps({"code": "bad_body", "message": "内容不正确", "details": {}})
    with context.database.write() as connection:
        for entry in outbox.entries(connection):
            if entry.period == period:
                outbox.set_state(connection, entry.report_id, "refused", to_ms(NOW), told)
