"""The kiosk: what a volunteer sees, what nobody sees, and that there is no way out without a PIN."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from db import assignments as assignment_records
from db import centre as centres
from db.assignments import Assignment
from frontdesk.common.cooling import FREE_WRONG_CODES
from frontdesk.context import to_ms
from frontdesk.feedback.service import ratings
from frontdesk.settings.words import label as settings_label
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.kiosk import KioskApp
from frontdesk.shell.kiosk_screen import KioskScreen
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import RowList
from frontdesk.shell.sound import Sounder, Tone
from frontdesk.staff.service import sign_in
from frontdesk.volunteers import service as volunteers
from tests.ui.conftest import MANAGER, NOW, PIN, SmallCentre
from tests.ui.hands import entered, post_scans

ANNA, BERT = "0310007", "0310008"


class Heard(Sounder):
    """Notes the tones instead of playing them."""

    def __init__(self) -> None:
        super().__init__(lambda: None)
        self.tones: list[Tone] = []

    def play(self, tone: Tone) -> None:
        self.tones.append(tone)


@dataclass
class Time:
    """A clock and a stop watch that stand still until they are moved."""

    moment: datetime = NOW
    seconds: float = 0.0

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass
class Kiosk:
    """The kiosk with hands, eyes and ears."""

    app: KioskApp
    pilot: Pilot[None]
    time: Time
    heard: Heard = field(default_factory=Heard)

    async def settle(self) -> None:
        """Wait until every key is taken and every scan is decided and shown."""
        await self.pilot.pause()
        while self.app._gate.holding:
            await self.pilot.pause()
        await self.app.desk.run(lambda _: None)
        await self.pilot.pause()

    async def scan(self, *codes: str) -> None:
        post_scans(self.app, codes)
        await self.settle()

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def tick(self) -> None:
        await self.app._tick()
        await self.settle()

    @property
    def screen(self) -> KioskScreen:
        return self.app.kiosk_screen

    @property
    def text(self) -> str:
        """All words on the kiosk's own screen."""
        return "\n".join(str(plain.render()) for plain in self.screen.query(Plain) if plain.display)

    def digits(self, name: str) -> str:
        return str(getattr(self.screen.query_one(f"#{name}"), "_text"))  # noqa: B009 - private to a drawn widget


async def use(
    centre: SmallCentre, case: Callable[[Kiosk], object], *, size: tuple[int, int] = (80, 24), direction: str = ""
) -> None:
    """Run the kiosk on a centre."""
    time, heard = Time(), Heard()
    app = KioskApp(
        centre.home,
        clock=lambda: time.moment,
        centre=("示范路邻里中心", "Asia/Shanghai"),
        direction=direction,
        seconds=lambda: time.seconds,
        sounder=heard,
    )
    async with app.run_test(size=size) as pilot:
        kiosk = Kiosk(app, pilot, time, heard)
        await kiosk.settle()
        await case(kiosk)  # type: ignore[misc]
    app.desk.close()


def sign_up(centre: SmallCentre, no: str, starts: datetime, title: str, place: str = "") -> None:
    """Sign a volunteer up for two hours of work."""
    context = centre.context()
    local = context.local(to_ms(starts))
    assignment = Assignment(
        day=local.date().isoformat(),
        title=title,
        place=place,
        starts_at=to_ms(starts),
        ends_at=to_ms(starts + timedelta(hours=2)),
    )
    with context.change("test.signed", no) as connection:
        number = assignment_records.put(connection, assignment)
        assignment_records.sign(connection, assignment.model_copy(update={"id": number}), no, 0, "signed")
    context.database.close()


def put_setting(centre: SmallCentre, name: str, value: object) -> None:
    """What a manager does at the desk."""
    context = centre.context()
    with context.change("test.setting", name) as connection:
        centres.set_setting(connection, name, value)
    context.database.close()


async def test_a_scan_shows_the_masked_name_the_hours_what_it_counts_for_and_what_comes_next(
    centre: SmallCentre,
) -> None:
    sign_up(centre, ANNA, NOW - timedelta(minutes=10), "巡河", "平安河")
    sign_up(centre, ANNA, NOW + timedelta(days=1), "图书整理", "阅览室")
    sign_up(centre, BERT, NOW + timedelta(days=1), "别人的事")

    async def case(kiosk: Kiosk) -> None:
        await kiosk.scan(centre.codes[ANNA])
        for words in ("张 *", f"{ANNA} 已签到", "记到：巡河", "接下来：明天 16:40 图书整理（阅览室）"):
            assert words in kiosk.text
        assert "别人的事" not in kiosk.text
        assert kiosk.digits("kiosk-hours-today") == "0.0"
        kiosk.time.pass_by(5400)
        await kiosk.scan(centre.codes[ANNA])
        assert f"{ANNA} 已签退" in kiosk.text and "记到：巡河" in kiosk.text
        assert (kiosk.digits("kiosk-hours-today"), kiosk.digits("kiosk-hours-year")) == ("1.5", "1.5")
        assert kiosk.heard.tones == ["accepted", "accepted"]

    await use(centre, case)


async def test_general_service_is_said_where_nothing_fits(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.scan(centre.codes[ANNA])
        assert "记到：一般服务" in kiosk.text and "接下来" not in kiosk.text

    await use(centre, case)


async def test_the_whole_name_and_the_phone_are_never_on_the_kiosk(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        for no in (ANNA, BERT):
            context = centre.context()
            name = volunteers.get(context, no).name
            context.database.close()
            await kiosk.scan(centre.codes[no])
            assert name not in kiosk.text.replace(" ", "") and "1540000" not in kiosk.text

    await use(centre, case)


async def test_what_was_shown_of_one_is_gone_as_soon_as_the_next_card_is_read(centre: SmallCentre) -> None:
    sign_up(centre, ANNA, NOW + timedelta(days=1), "图书整理")

    async def case(kiosk: Kiosk) -> None:
        await kiosk.scan(centre.codes[ANNA])
        assert "图书整理" in kiosk.text
        seen: list[str] = []

        def look(context: object) -> None:
            seen.append(kiosk.text)

        # The next scan waits behind this look at the screen, as it would behind a busy disk.
        kiosk.app.desk.submit(lambda _: None).result()
        kiosk.app.take_scan(centre.codes[BERT])
        look(None)
        assert ANNA not in seen[0] and "图书整理" not in seen[0] and "张" not in seen[0]
        assert kiosk.digits("kiosk-hours-year") == ""
        await kiosk.settle()
        assert BERT in kiosk.text and "图书整理" not in kiosk.text

    await use(centre, case)


async def test_of_two_cards_read_at_once_only_the_second_holder_sees_an_answer_and_both_are_recorded(
    centre: SmallCentre,
) -> None:
    async def case(kiosk: Kiosk) -> None:
        shown: list[str] = []
        kiosk.screen.show_hours = lambda *_: shown.append(kiosk.text)  # type: ignore[method-assign]
        await kiosk.scan(centre.codes[ANNA], centre.codes[BERT])
        assert [ANNA in text for text in shown] == [False]
        assert BERT in shown[0]

    await use(centre, case)
    assert entered(centre) == [ANNA, BERT]


async def test_a_rating_after_a_scan_takes_the_name_away(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.scan(centre.codes[ANNA])
        await kiosk.press("5")
        assert ANNA not in kiosk.text and "谢谢" in kiosk.text
        assert kiosk.digits("kiosk-hours-year") == ""

    await use(centre, case)


async def test_it_returns_to_rest_by_itself(centre: SmallCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontdesk.shell.kiosk.RESULT_SECONDS", 0.01)

    async def case(kiosk: Kiosk) -> None:
        say = kiosk.app.say
        monkeypatch.setattr(kiosk.app, "say", lambda name, words, kind: say(name, words, kind, 0.01))
        await kiosk.scan(centre.codes[ANNA])
        while ANNA in kiosk.text:
            await kiosk.pilot.pause()
        assert "请刷志愿者卡" in kiosk.text and kiosk.digits("kiosk-hours-year") == ""

    await use(centre, case)


@pytest.mark.parametrize(
    ("direction", "word", "prompt"), [("in", "签到处", "请刷卡签到"), ("out", "签退处", "请刷卡签退")]
)
async def test_a_kiosk_for_one_direction_says_so_and_takes_only_that(
    centre: SmallCentre, direction: str, word: str, prompt: str
) -> None:
    put_setting(centre, "kiosk_direction", direction)

    async def case(kiosk: Kiosk) -> None:
        await kiosk.tick()
        assert word in kiosk.text and prompt in kiosk.text
        await kiosk.scan(centre.codes[ANNA])
        kiosk.time.pass_by(60)
        await kiosk.scan(centre.codes[ANNA])
        if direction == "in":
            assert "16:40 已经签到" in kiosk.text and kiosk.heard.tones == ["accepted", "refused"]
        else:
            assert "没有签到记录" in kiosk.text

    await use(centre, case)
    assert entered(centre) == ([ANNA] if direction == "in" else [])


async def test_a_change_of_direction_at_the_desk_shows_without_a_restart(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.tick()
        assert "签退处" not in kiosk.text
        put_setting(centre, "kiosk_direction", "out")
        await kiosk.tick()
        assert "签退处" in kiosk.text and "请刷卡签退" in kiosk.text

    await use(centre, case)


@pytest.mark.parametrize("direction", ["in", "auto"])
async def test_a_window_opened_for_one_direction_keeps_to_it_whatever_the_setting_says(
    centre: SmallCentre, direction: str
) -> None:
    put_setting(centre, "kiosk_direction", "out")

    async def case(kiosk: Kiosk) -> None:
        await kiosk.tick()
        assert "签退处" not in kiosk.text
        assert ("请刷卡签到" in kiosk.text and "签到处" in kiosk.text) == (direction == "in")
        await kiosk.scan(centre.codes[ANNA])

    await use(centre, case, direction=direction)
    assert entered(centre) == [ANNA]


async def test_a_silent_kiosk_plays_nothing(centre: SmallCentre) -> None:
    put_setting(centre, "kiosk_sound", 0)

    async def case(kiosk: Kiosk) -> None:
        await kiosk.scan(centre.codes[ANNA], "1" * 20)
        assert kiosk.heard.tones == []

    await use(centre, case)


async def test_it_dims_after_a_minute_of_rest_and_any_key_scan_or_touch_wakes_it(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        def is_dim() -> bool:
            return kiosk.screen.has_class("-dimmed")

        for wakes in ("f7", "5", "scan", "mouse"):
            kiosk.app.rest()
            kiosk.time.pass_by(59)
            await kiosk.tick()
            assert not is_dim()
            kiosk.time.pass_by(2)
            await kiosk.tick()
            assert is_dim()
            if wakes == "scan":
                await kiosk.scan(centre.codes[ANNA])
                assert ANNA in kiosk.text
            elif wakes == "mouse":
                kiosk.app.post_message(events.MouseMove(None, 5, 5, 1, 0, 0, False, False, False))
                await kiosk.settle()
            else:
                await kiosk.press(wakes)
            assert not is_dim(), wakes
        put_setting(centre, "kiosk_dim_seconds", 0)
        await kiosk.tick()
        kiosk.app.rest()
        kiosk.time.pass_by(100_000)
        await kiosk.tick()
        assert not is_dim()

    await use(centre, case)


KEYS = [
    *(f"f{number}" for number in range(1, 25)),
    *(f"ctrl+{letter}" for letter in "abcdefghijklmnoprstuvwxyz"),
    *(f"ctrl+{key}" for key in ("@", "backslash", "right_square_bracket", "circumflex_accent", "underscore")),
    *("escape", "enter", "tab", "shift+tab", "space", "delete", "backspace", "insert", "home", "end"),
    *("up", "down", "pageup", "pagedown", "question_mark", "slash", "colon", "q", "0", "6", "9"),
    *("ctrl+shift+p", "alt+f4", "super+c", "ctrl+up", "ctrl+delete", "shift+f10"),
]


async def test_no_key_and_no_click_leads_anywhere(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        before = kiosk.text
        for key in KEYS:
            await kiosk.press(key)
            assert kiosk.app.screen is kiosk.screen and len(kiosk.app.screen_stack) == 1, key
            assert kiosk.text == before and kiosk.app.return_code is None, key
            assert not kiosk.app._notifications, key
        for button in (1, 2, 3):
            await kiosk.pilot.click("#kiosk-name", button=button, times=3)
            await kiosk.pilot.click(f".level-{button}", button=button)
        for event in (events.MouseScrollUp, events.MouseScrollDown):
            kiosk.app.post_message(event(None, 5, 5, 0, 0, 0, False, False, False))
        await kiosk.settle()
        assert kiosk.text == before and len(kiosk.app.screen_stack) == 1
        assert kiosk.app.screen.get_selected_text() is None

    await use(centre, case)


async def test_leaving_takes_a_staff_pin(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.press("ctrl+q")
        form = kiosk.app.screen
        assert isinstance(form, FormDialog)
        for key in ("ctrl+q", "ctrl+c", "ctrl+p", "f1", "f9", "ctrl+k"):
            await kiosk.press(key)
            assert kiosk.app.screen is form
        await kiosk.press(*MANAGER, "enter", *"9999", "enter")
        assert kiosk.app.screen is form and kiosk.app.is_running
        await kiosk.press("escape")
        assert kiosk.app.screen is kiosk.screen
        await kiosk.press("ctrl+q", *MANAGER, "enter", *PIN, "enter")
        assert not kiosk.app.is_running or kiosk.app._exit

    await use(centre, case)


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_a_damaged_setting_is_a_small_word_at_rest_and_is_told_to_whoever_leaves_with_a_pin(
    centre: SmallCentre, size: tuple[int, int]
) -> None:
    put_setting(centre, "kiosk_direction", "sideways")

    async def case(kiosk: Kiosk) -> None:
        await kiosk.tick()
        assert "设置待查" in kiosk.text and "sideways" not in kiosk.text and "自助窗口的方向" not in kiosk.text
        await kiosk.scan(centre.codes[ANNA])
        assert ANNA in kiosk.text and "设置待查" not in kiosk.text
        kiosk.app.rest()
        assert "设置待查" in kiosk.text
        await kiosk.press("ctrl+q", *MANAGER, "enter", *PIN, "enter")
        told = kiosk.app.screen
        assert isinstance(told, ReadDialog)
        said = "".join(row.cells[0] for row in told.query_one(RowList).rows)
        assert settings_label("kiosk_direction") in said and "frontdesksettingsreset" in said.replace(" ", "")
        assert kiosk.app._exit is False
        await kiosk.press("enter")
        assert not kiosk.app.is_running or kiosk.app._exit

    await use(centre, case, size=size)


async def test_the_word_about_a_damaged_setting_goes_when_it_is_put_right_at_the_desk(centre: SmallCentre) -> None:
    put_setting(centre, "kiosk_dim_seconds", "soon")

    async def case(kiosk: Kiosk) -> None:
        await kiosk.tick()
        assert "设置待查" in kiosk.text
        put_setting(centre, "kiosk_dim_seconds", 60)
        await kiosk.tick()
        assert "设置待查" not in kiosk.text

    await use(centre, case)


async def test_wrong_codes_in_a_row_cool_it_down_growing_also_after_it_was_opened_again(centre: SmallCentre) -> None:
    waited: list[float] = []

    async def case(kiosk: Kiosk) -> None:
        for number in range(FREE_WRONG_CODES + 1):
            await kiosk.scan(str(number + 1) * 20)
            wait = kiosk.app._cooling.left(kiosk.time.seconds)
            waited.append(wait)
            if wait:
                assert "秒" in kiosk.text
                await kiosk.scan(centre.codes[ANNA])
                assert "秒" in kiosk.text
            if number < FREE_WRONG_CODES:
                kiosk.time.pass_by(wait)
        assert set(kiosk.heard.tones) == {"refused"}

    async def again(kiosk: Kiosk) -> None:
        await kiosk.scan(centre.codes[ANNA])
        assert "秒" in kiosk.text
        kiosk.time.pass_by(60)
        await kiosk.scan(centre.codes[ANNA])
        assert ANNA in kiosk.text

    await use(centre, case)
    assert waited == [0, 0, 5, 10]
    assert entered(centre) == []
    await use(centre, again)
    assert entered(centre) == [ANNA]


async def test_a_refusal_names_the_next_step_and_no_person(centre: SmallCentre) -> None:
    context = centre.context()
    volunteers.set_card_validity(context, ANNA, (NOW - timedelta(days=3)).date())
    volunteers.set_state(context, BERT, "suspended")
    volunteers.replace_card(context, "0310009")
    context.database.close()
    wanted = {ANNA: ("2026-11-17 到期", "请到前台"), BERT: ("请到前台",), "0310009": ("新卡",)}

    async def case(kiosk: Kiosk) -> None:
        for no, words in wanted.items():
            await kiosk.scan(centre.codes[no])
            assert all(word in kiosk.text for word in words), kiosk.text
            assert no not in kiosk.text and "张 *" not in kiosk.text
        for code in ("123456789012345678", centre.codes[ANNA][:-1] + str((int(centre.codes[ANNA][-1]) + 1) % 10)):
            await kiosk.scan(code)
            assert "前台" in kiosk.text and code not in kiosk.text

    await use(centre, case)


async def test_a_missing_answer_sends_to_the_desk(centre: SmallCentre) -> None:
    put_setting(centre, "consent_notice_version", "2026-1")

    async def case(kiosk: Kiosk) -> None:
        await kiosk.scan(centre.codes[ANNA])
        assert "请到前台" in kiosk.text and kiosk.heard.tones == ["refused"]
        assert kiosk.app.screen is kiosk.screen

    await use(centre, case)
    assert entered(centre) == []


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_everything_of_an_answer_fits_on_the_screen(centre: SmallCentre, size: tuple[int, int]) -> None:
    for days in (1, 2):
        sign_up(centre, ANNA, NOW + timedelta(days=days), "老年人手机课堂助教（第二季）", "三楼多功能厅东侧大教室")

    async def case(kiosk: Kiosk) -> None:
        await kiosk.scan(centre.codes[ANNA])
        for name in ("kiosk-clock", "kiosk-name", "kiosk-words", "kiosk-hours", "kiosk-coming"):
            region = kiosk.screen.query_one(f"#{name}").region
            assert (
                region.height >= (10 if name == "kiosk-clock" and size[1] == 40 else 1)
                and region.y > 0
                and region.bottom <= size[1]
                and region.right <= size[0]
            ), name

    await use(centre, case, size=size)


FOREIGN = ("https://u.wechat.com/kM3x1-2A", "WIFI:T:WPA;S:guest;P:pass5word;;", "ABC-1-2-3-4-5", "1 2 3 4 5", "5a3")


def rating_count(centre: SmallCentre) -> int:
    context = centre.context()
    count = len(ratings(context, NOW.date(), NOW.date()))
    context.database.close()
    return count


async def test_a_foreign_code_is_refused_and_no_rating_and_cools_the_kiosk_down(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        for number, code in enumerate(FOREIGN, 1):
            await kiosk.scan(code)
            assert "谢谢" not in kiosk.text
            assert ("前台" if number < FREE_WRONG_CODES else "秒") in kiosk.text
            assert kiosk.heard.tones == ["refused"] * number
            kiosk.time.pass_by(60)
        await kiosk.press("5")
        assert "谢谢" in kiosk.text

    await use(centre, case)
    assert rating_count(centre) == 1
    context = centre.context()
    kept = context.database.connection.execute("SELECT reason, code_length FROM scan ORDER BY id").fetchall()
    context.database.close()
    assert [tuple(row) for row in kept] == [("foreign_code", len(code)) for code in FOREIGN]
    for file in centre.home.path.rglob("*"):
        assert not file.is_file() or b"u.wechat.com" not in file.read_bytes()


async def test_any_burst_at_a_scanner_s_pace_is_one_decision_and_no_rating(centre: SmallCentre) -> None:
    bursts = Random(7)
    letters = [chr(place) for place in range(0x20, 0x7F)] + list("1234512345")

    async def case(kiosk: Kiosk) -> None:
        taken: list[str] = []
        kiosk.app.take_scan = taken.append  # type: ignore[method-assign, assignment]
        wanted = ["".join(bursts.choices(letters, k=bursts.randint(3, 90))) for _ in range(200)]
        await kiosk.scan(*wanted)
        assert taken == wanted
        assert kiosk.app.screen is kiosk.screen and "谢谢" not in kiosk.text

    await use(centre, case)
    assert rating_count(centre) == 0


async def test_wrong_pins_at_the_kiosk_make_the_kiosk_wait_and_nobody_at_the_desk(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.press("ctrl+q")
        for _ in range(4):
            for name, value in (("no", MANAGER), ("pin", "9999")):
                kiosk.app.screen.query_one(f"#field-{name}", Input).value = value
            kiosk.app.screen.query_one("#field-pin", Input).focus()
            await kiosk.press("enter")
        said = "\n".join(str(plain.render()) for plain in kiosk.app.screen.query(Plain))
        assert "请等 30 秒" in said
        context = centre.context()
        assert sign_in(context, MANAGER, PIN).no == MANAGER
        context.database.close()
        await kiosk.press("escape")
        await kiosk.scan(centre.codes[ANNA])
        assert ANNA in kiosk.text

    await use(centre, case)


@pytest.mark.parametrize("code", ["1" * 18, "1" * 20])
async def test_a_bad_scan_over_the_form_that_leads_out_speaks_of_nothing_that_is_only_at_the_desk(
    centre: SmallCentre, code: str
) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.press("ctrl+q")
        await kiosk.scan(code)
        said = str(kiosk.app.screen.query_one("#scan-text", Plain).render()).replace("\n", "")
        assert "前台" in said and "搜索框" not in said

    await use(centre, case)


async def test_a_long_number_scanned_into_the_form_that_leads_out_is_typed_nowhere(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.press("ctrl+q")
        form = kiosk.app.screen
        assert isinstance(form, FormDialog)
        post_scans(kiosk.app, ["310114199003078812"])
        await kiosk.settle()
        assert form.is_current
        assert form.values == {"no": "", "pin": ""}

    await use(centre, case)
