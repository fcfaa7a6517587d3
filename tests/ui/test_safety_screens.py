"""Safe-keeping at the desk: the recovery key at set-up, backups, a restore in the first run, what waits on Today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from threading import current_thread
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from db import erasing, parked
from db.connection import Database
from frontdesk.backup import making
from frontdesk.backup import service as backup
from frontdesk.backup.key_screen import RecoveryKeyScreen
from frontdesk.backup.restore_screen import RestoreScreen
from frontdesk.backup.screen import BackupsScreen
from frontdesk.backup.service import RecoveryKey
from frontdesk.backup.usb_screen import UsbBackupScreen
from frontdesk.context import Operator, open_context
from frontdesk.errors import DatabaseError
from frontdesk.home import Home
from frontdesk.privacy import service as privacy
from frontdesk.privacy.rules import Subject
from frontdesk.residents import service as residents
from frontdesk.safety.screen import SafetyScreen
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.digitgroups import DigitGroups
from frontdesk.shell.rowlist import RowList
from frontdesk.today.screen import TodayScreen
from frontdesk.today.service import occasions, today
from frontdesk.volunteers.checkin.parked_screen import ParkedScreen
from tests.ui.conftest import MANAGER, NOW, PIN, SmallCentre
from tests.ui.hands import do, enter_text, look_for_changes, notice, post_scans, press, row_texts, settle


def with_key(centre: SmallCentre, *, proved: bool = True) -> RecoveryKey:
    """A recovery key of the centre."""
    context = centre.context()
    key = backup.new_recovery_key(context)
    if proved:
        backup.confirm_recovery_key(context, key.digits)
    context.database.close()
    return key


def with_backup(centre: SmallCentre, folder: Path) -> Path:
    """A backup of the centre in a folder, made in this process."""
    folder.mkdir(exist_ok=True)
    context = centre.context()
    made = making.make(context, "manual", folder)
    context.database.close()
    return made.path


async def over(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Wait until what is under way has ended and is shown."""
    await settle(app, pilot)
    await app.workers.wait_for_complete()
    await settle(app, pilot)
    await settle(app, pilot)


def shown(app: FrontdeskApp, selector: str) -> str:
    """What a text of the screen in front says."""
    return str(app.screen.query_one(selector).render())


def asked_of(app: FrontdeskApp) -> DigitGroups:
    """The groups that the screen in front asks for."""
    return app.screen.query_one(DigitGroups)


def on(app: FrontdeskApp, kind: type[Screen[Any]]) -> bool:
    """Whether the screen in front is of this kind."""
    return isinstance(app.screen, kind)


def key_of(screen: Screen[Any]) -> RecoveryKey | None:
    """The key that the room of the recovery key holds in memory."""
    assert isinstance(screen, RecoveryKeyScreen)
    return screen._key


async def waiting(app: FrontdeskApp, pilot: Pilot[None]) -> list[str]:
    """What waits on Today, once what is looked for apart is there too."""
    await over(app, pilot)
    return row_texts(app, "due")


async def type_groups(app: FrontdeskApp, pilot: Pilot[None], key: RecoveryKey, numbers: Iterable[int]) -> None:
    """Type groups of the paper at a person's pace."""
    for number in numbers:
        await press(app, pilot, *key.groups[number - 1])


async def test_setting_up_ends_with_a_recovery_key_whose_paper_is_proved(tmp_path: Path) -> None:
    app = FrontdeskApp(Home(tmp_path / "home"), clock=lambda: NOW, centre=None)
    answers = {"code": "310114-009", "name": "春风里邻里中心", "street": "春风街道", "district": "示范区"}
    answers |= {"manager_no": "M7", "manager_name": "钱七", "pin": "8642", "again": "8642"}
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for name, value in answers.items():
            app.screen.query_one(f"#{name}", Input).value = value
        app.screen.query_one("#again", Input).focus()
        await pilot.press("enter")
        await over(app, pilot)
        screen = app.screen
        assert isinstance(screen, RecoveryKeyScreen)
        assert "最后一步" in shown(app, "#key-about")
        await press(app, pilot, "enter")
        key = key_of(screen)
        assert key is not None
        assert all(group in shown(app, "#key-digits").replace(" ", "") for group in key.groups)
        await press(app, pilot, "enter")
        numbers = asked_of(app).asked
        assert len(numbers) == 2
        # A slip is named at once, and the same group is typed again without another key.
        wrong = f"{key.groups[numbers[0] - 1][:5]}{(int(key.groups[numbers[0] - 1][5]) + 1) % 10}"
        await press(app, pilot, *wrong)
        assert f"第 {numbers[0]} 组打错了" in shown(app, "#key-said")
        await type_groups(app, pilot, key, numbers)
        await press(app, pilot, "enter")
        state = await app.desk.run(backup.recovery_key)
        assert state is not None and state.confirmed_by == "M7"
        assert key_of(screen) is None, "what was proved is in nobody's memory any more"
        await press(app, pilot, "enter")
        assert on(app, TodayScreen)
        assert not any("恢复密钥" in row for row in await waiting(app, pilot))
    app.desk.close()


async def test_a_key_left_for_later_stands_on_today_and_is_proved_by_scanning_its_paper(centre: SmallCentre) -> None:
    key = with_key(centre, proved=False)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        places = [place for place, row in enumerate(await waiting(app, pilot)) if "恢复密钥" in row]
        app.screen.query_one("#due").focus()
        await press(app, pilot, *["down"] * places[0], "enter", "enter")
        assert asked_of(app).asked == (1, 2, 3, 4, 5, 6, 7, 8)
        post_scans(app, [key.digits])
        await settle(app, pilot)
        await settle(app, pilot)
        assert "核对好了" in shown(app, "#key-said")
        await press(app, pilot, "escape")
        assert not any("恢复密钥" in row for row in await waiting(app, pilot))

    await do(centre, task)
    context = centre.context()
    # The scanner typed the key where it was asked for: nothing of it was kept as a scan.
    assert context.database.connection.execute("SELECT count(*) FROM scan").fetchone()[0] == 0
    context.database.close()


async def test_the_digits_are_gone_when_somebody_else_signs_in(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f9", "down", "enter", "enter")
        key = key_of(app.screen)
        assert key is not None
        await press(app, pilot, "f9")
        await app.enter(Operator("S101", "李磊", "operator"))
        await settle(app, pilot)
        assert key_of(app.screen) is None
        assert not any(group in shown(app, "#key-digits").replace(" ", "") for group in key.groups)

    await do(centre, task)


async def test_the_backup_of_the_day_is_made_by_itself_and_today_says_when(centre: SmallCentre) -> None:
    with_key(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        assert any("还没有备份" in row for row in await waiting(app, pilot))
        await app.keeping.look()
        await over(app, pilot)
        assert app.keeping.last is not None and app.keeping.last.kept.tone == "good", app.keeping.last
        await look_for_changes(app, pilot)
        assert "备份：今天 16:40" in str(app.screen.query_one("#here-panel").border_subtitle)
        assert not any("备份" in row for row in row_texts(app, "due"))
        await app.keeping.look()
        assert not app.keeping.is_running, "one a day"
        await press(app, pilot, "ctrl+f9", "enter")
        assert on(app, BackupsScreen)
        assert len(row_texts(app, "backups")) == 1 and "每日" in row_texts(app, "backups")[0]

    await do(centre, task)


async def test_a_backup_goes_to_a_stick_in_a_few_keys_and_says_when_it_may_be_pulled_out(
    centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_key(centre)
    stick = tmp_path / "stick"
    stick.mkdir()
    place = backup.Place(stick, "U盘", 10**9, True)
    monkeypatch.setattr(backup, "places", lambda _: [place])

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f9", "enter", "f7")
        assert on(app, UsbBackupScreen)
        await press(app, pilot, "enter")
        await over(app, pilot)
        assert "可以拔了" in shown(app, "#backup-usb-said")
        await press(app, pilot, "enter")
        assert on(app, BackupsScreen)

    await do(centre, task)
    assert len(list(stick.iterdir())) == 1


async def test_a_centre_comes_back_out_of_its_backup_in_the_first_run(centre: SmallCentre, tmp_path: Path) -> None:
    key = with_key(centre)
    path = with_backup(centre, tmp_path / "stick")
    home = Home(tmp_path / "new" / "home")
    app = FrontdeskApp(home, clock=lambda: NOW, centre=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle_without_centre(app, pilot)
        await app._press_keys(["f7"])
        await over_without_centre(app, pilot)
        assert on(app, RestoreScreen)
        await app._press_keys(["ctrl+o"])
        await settle_without_centre(app, pilot)
        assert isinstance(app.focused, Input)
        app.focused.insert_text_at_cursor(str(path.parent))
        await settle_without_centre(app, pilot)
        await app._press_keys(["enter"])
        await over_without_centre(app, pilot)
        chosen = app.screen.query_one("#restore-files", RowList).current
        assert chosen is not None and chosen.key == str(path), "the cursor is on the file"
        await app._press_keys(["enter"])
        await settle_without_centre(app, pilot)
        post_scans(app, [key.digits])
        await over_without_centre(app, pilot)
        found = row_texts(app, "restore-lines")
        assert "备份完好" in found[0] and "示范路邻里中心（310114-001）" in found[1]
        assert "志愿者 320" in "".join(found)
        assert not home.exists(), "nothing is in place before somebody says so"
        await app._press_keys(["enter"])
        await settle_without_centre(app, pilot)
        await app._press_keys(["enter"])
        await over_without_centre(app, pilot)
        assert "恢复好了" in row_texts(app, "restore-lines")[0]
        await app._press_keys(["enter"])
        await settle(app, pilot)
        await enter_text(app, pilot, MANAGER)
        await press(app, pilot, "enter")
        await enter_text(app, pilot, PIN)
        await press(app, pilot, "enter")
        assert on(app, TodayScreen)
        assert "示范路邻里中心" in str(app.screen.query_one("#title").render())
    app.desk.close()
    context = open_context(home, source="cli", clock=lambda: NOW)
    assert context.database.connection.execute("SELECT count(*) FROM volunteer").fetchone()[0] == 320
    context.database.close()


async def settle_without_centre(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Wait until every posted key was taken; without a centre there is no queue of use cases to wait for."""
    await pilot.pause()
    while app._gate.holding:
        await pilot.pause()
    await pilot.pause()


async def over_without_centre(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Wait until what is under way has ended and is shown."""
    await settle_without_centre(app, pilot)
    await app.workers.wait_for_complete()
    await settle_without_centre(app, pilot)


async def test_a_rehearsal_changes_nothing_and_says_what_a_restore_would_lose(
    centre: SmallCentre, tmp_path: Path
) -> None:
    key = with_key(centre)
    with_backup(centre, centre.home.path / "backups")
    later = centre.context()
    with later.change("test.later", "centre"):
        pass
    later.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f9", "down", "down", "enter", "enter")
        assert "恢复演练" in shown(app, "#title")
        await type_groups(app, pilot, key, [1])
        assert asked_of(app).value == key.groups[0]
        await press(app, pilot, "f9")
        await app.enter(Operator("S101", "李磊", "operator"))
        await over(app, pilot)
        assert asked_of(app).value == "", "what one person typed is for nobody who signs in after them"
        await press(app, pilot, "enter")
        post_scans(app, [key.digits])
        await over(app, pilot)
        said = "".join(row_texts(app, "restore-lines"))
        assert "备份完好" in said and "会丢掉备份以后的" in said
        await press(app, pilot, "enter")
        assert app.current_mode == "safety" and not isinstance(app.screen, RestoreScreen)

    await do(centre, task)


async def test_every_row_of_safe_keeping_says_how_it_stands_and_an_auditor_only_reads(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        app.desk.operator = Operator("S101", "李磊", "auditor")
        await press(app, pilot, "ctrl+f9")
        rows = row_texts(app, "safety")
        assert rows[0].startswith("备份 不能备份") and rows[1].startswith("恢复密钥 还没有")
        assert "按 Enter" in shown(app, "#safety-detail")
        await press(app, pilot, "enter", "f8")
        assert not app.keeping.is_running and "只能查看" in notice(app)
        await press(app, pilot, "escape", "escape")
        assert on(app, TodayScreen)

    await do(centre, task)


async def test_a_parked_card_is_taken_in_with_the_name_of_its_holder_or_refused(centre: SmallCentre) -> None:
    context = centre.context()
    with context.database.write() as connection:
        for number, serial in (("0310901", 1), ("0310001", 7)):
            parked.park(connection, number, serial, context.now_ms())
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        places = [place for place, row in enumerate(await waiting(app, pilot)) if "2 张卡待核" in row]
        app.screen.query_one("#due").focus()
        await press(app, pilot, *["down"] * places[0], "enter")
        assert on(app, ParkedScreen)
        app.screen.query_one("#parked", RowList).move_to("0310901/1")
        await press(app, pilot, "f7")
        await enter_text(app, pilot, "赵新来")
        await press(app, pilot, "ctrl+s")
        assert [row.split()[0] for row in row_texts(app, "parked")] == ["0310001"]
        await press(app, pilot, "f8", "enter")
        assert row_texts(app, "parked") == []

    await do(centre, task)
    context = centre.context()
    rows = context.database.connection.execute("SELECT state FROM parked_card ORDER BY volunteer_no").fetchall()
    assert [row[0] for row in rows] == ["rejected", "adopted"]
    context.database.close()


def test_an_old_backup_and_a_failed_one_are_pressing_on_today(centre: SmallCentre, tmp_path: Path) -> None:
    with_key(centre)
    with_backup(centre, tmp_path / "disk")
    moment = [NOW]
    wanted: dict[int, list[tuple[str, bool]]] = {0: [], 2: [], 3: [("backup_old", True)]}

    def clock() -> datetime:
        return moment[0]

    for days, expected in wanted.items():
        moment[0] = NOW + timedelta(days=days)
        context = open_context(centre.home, source="cli", clock=clock)
        shown = today(context, occasions(context)).due
        due = [(one.kind, one.pressing) for one in shown if one.kind.startswith(("backup", "no_rec"))]
        assert due == expected, days
        context.database.close()
    context = centre.context()
    with pytest.raises(backup.BackupError):
        making.make(context, "manual", tmp_path / "no such disk")
    assert ("backup_failed", True) in [(one.kind, one.pressing) for one in today(context, occasions(context)).due]
    context.database.close()


async def test_what_is_owed_of_the_erased_is_taken_out_where_nobody_waits(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def rewrite(database: Database) -> bool:
        threads.append(current_thread().name.rpartition("_")[0])
        return rewritten(database)

    rewritten, desk = erasing.rewrite, centre.context()
    one = residents.add(desk, {"name": "王小芳", "phone": "15400001111"})
    with monkeypatch.context() as held:
        held.setattr(erasing, "rewrite", lambda _: False)
        privacy.erase(desk, [Subject("resident", str(one.id))])
    monkeypatch.setattr(erasing, "rewrite", rewrite)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await waiting(app, pilot)
        assert not threads, "nobody asked for it by looking at Today"
        await app.keeping.look_at_erased()
        await app.keeping.look_at_erased()
        assert set(threads) == {"desk-keeping"} and len(threads) == 1
        assert not privacy.is_owed(desk)

    await do(centre, task)
    desk.database.close()


async def test_safe_keeping_says_on_the_screen_why_it_knows_nothing(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise DatabaseError("wrong_layout", path="frontdesk.db", reason="m0016")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        monkeypatch.setattr("frontdesk.safety.screen.standings", fails)
        await press(app, pilot, "ctrl+f9")
        assert shown(app, "#safety-detail").strip()
        assert not row_texts(app, "safety")

    await do(centre, task)


async def test_the_key_of_safe_keeping_leads_back_to_it_from_its_rooms(centre: SmallCentre) -> None:
    with_key(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f9")
        for place, room in enumerate([row.key for row in app.screen.query_one("#safety", RowList).rows]):
            app.screen.query_one("#safety", RowList).cursor = place
            await press(app, pilot, "enter")
            assert not isinstance(app.screen, SafetyScreen), room
            await press(app, pilot, "ctrl+f9")
            assert isinstance(app.screen, SafetyScreen), room
        app.screen.query_one("#safety", RowList).cursor = 0
        await press(app, pilot, "enter", "f7")
        assert on(app, UsbBackupScreen)
        await press(app, pilot, "ctrl+f9")
        assert on(app, SafetyScreen)

    await do(centre, task)
