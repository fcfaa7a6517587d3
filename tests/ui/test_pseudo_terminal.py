"""The running program in a real pseudo-terminal: scans at 50 a second, two windows, a wizard, the locked desk."""

from __future__ import annotations

import time
from itertools import islice

import pytest

from frontdesk.context import open_context
from frontdesk.home import Home
from tests.terminal import CTRL_N, CTRL_Q, ENTER, ESCAPE, F3, F7, F9, TAB, Terminal
from tests.ui.conftest import MANAGER, PIN, SmallCentre

SCANS = 300
PER_SECOND = 50


def sign_in(terminal: Terminal) -> None:
    """Sign the manager in and wait for Today."""
    terminal.wait_for("工号")
    terminal.type(MANAGER + ENTER)
    terminal.type(PIN + ENTER)
    terminal.wait_for("在岗志愿者")


def scan_in_step(terminal: Terminal, codes: list[str]) -> None:
    """Type codes at a scanner's pace, 50 a second, while reading what the program draws."""
    begin = time.monotonic()
    for place, code in enumerate(codes, 1):
        terminal.type(code + ENTER)
        terminal.pump(max(0.0, begin + place / PER_SECOND - time.monotonic()))


def came(home: Home, wanted: int) -> list[str]:
    """Who came, in order."""
    context = open_context(home, source="cli")
    rows = context.database.connection.execute(
        "SELECT volunteer_no FROM visit WHERE left_at IS NULL ORDER BY entered_scan"
    )
    numbers = [row[0] for row in rows]
    context.database.close()
    assert len(numbers) == wanted
    return numbers


def drain(terminal: Terminal, home: Home, wanted: int) -> None:
    """Read until the last scan's record is in the file."""
    context = open_context(home, source="cli")
    count = 0
    end = time.monotonic() + 30
    while count < wanted and time.monotonic() < end:
        terminal.pump(0.1)
        count = context.database.connection.execute("SELECT count(*) FROM visit").fetchone()[0]
    context.database.close()


@pytest.mark.parametrize(
    "place", ["button", *(pytest.param(place, marks=pytest.mark.slow) for place in ("today", "form"))]
)
def test_300_scans_at_50_a_second(centre: SmallCentre, place: str) -> None:
    wanted = list(islice(centre.codes, SCANS))
    with Terminal(centre.home.path) as terminal:
        sign_in(terminal)
        if place != "today":
            terminal.type(F3)
            # The made-up sessions lie on another day than this one: go there.
            terminal.wait_for("报名")
            terminal.type("\x07")
            terminal.wait_for("看哪一天")
            terminal.type("2026-11-20")
            terminal.pump(0.3)
            terminal.type(ENTER)
            terminal.wait_for("书法沙龙")
            terminal.type(F7)
            terminal.wait_for("最近登记的居民")
            # Whom the centre does not know yet has a form.
            terminal.type(CTRL_N)
            terminal.wait_for("手机")
            terminal.type("half filled")
            terminal.wait_for("half filled")
        if place == "button":
            # On "cancel": a code that pressed it would close the form.
            terminal.type(TAB * 4)
            terminal.pump(0.3)
        before = [line for line in terminal.text.splitlines() if "half filled" in line]
        scan_in_step(terminal, [centre.codes[no] for no in wanted])
        drain(terminal, centre.home, SCANS)
        if place != "today":
            shown = terminal.wait_for("half filled")
            assert [line for line in shown.splitlines() if "half filled" in line] == before
    assert came(centre.home, SCANS) == wanted


def test_the_desk_and_the_kiosk_share_the_file(centre: SmallCentre) -> None:
    numbers = list(centre.codes)
    with Terminal(centre.home.path) as desk, Terminal(centre.home.path, ["kiosk"]) as kiosk:
        sign_in(desk)
        kiosk.wait_for("请刷志愿者卡")
        kiosk.type(centre.codes[numbers[0]] + ENTER)
        kiosk.wait_for("已签到")
        desk.wait_for("在岗志愿者 1")
        desk.type(centre.codes[numbers[1]] + ENTER)
        desk.wait_for("已签到")
        kiosk.type(CTRL_Q)
        kiosk.wait_for("工号")
        kiosk.type(MANAGER + ENTER + "9999" + ENTER)
        kiosk.wait_for("工号或密码不对")
        kiosk.type(ESCAPE)
        desk.type(CTRL_Q)
        assert desk.wait_end() == 0
        kiosk.type("5")
        kiosk.wait_for("谢谢")
    assert came(centre.home, 2) == numbers[:2]


def test_twenty_presses_in_a_second_are_one_rating_at_most_and_the_next_person_rates_at_once(
    centre: SmallCentre,
) -> None:
    context = open_context(centre.home, source="cli")

    def given() -> int:
        return int(context.database.connection.execute("SELECT count(*) FROM rating").fetchone()[0])

    with Terminal(centre.home.path, ["kiosk"]) as kiosk:
        kiosk.wait_for("满意吗")
        begin = time.monotonic()
        for place in range(20):
            kiosk.type("5412345321"[place % 10])
            kiosk.pump(max(0.0, begin + (place + 1) / 20 - time.monotonic()))
        assert given() <= 1
        kiosk.wait_for(lambda text: "请刷志愿者卡" in text or "下一位请按" in text)
        before = given()
        for more in (1, 2):
            kiosk.type("4")
            kiosk.wait_for("再按数字可更改")
            kiosk.wait_for("下一位请按")
            assert given() == before + more
    context.database.close()


def test_the_kiosk_ends_for_a_staff_pin(centre: SmallCentre) -> None:
    with Terminal(centre.home.path, ["kiosk"]) as kiosk:
        kiosk.wait_for("请刷志愿者卡")
        kiosk.type(CTRL_Q)
        kiosk.wait_for("工号")
        kiosk.type(MANAGER + ENTER + PIN + ENTER)
        assert kiosk.wait_end() == 0


def test_the_first_run_wizard_sets_a_centre_up(tmp_path: object) -> None:
    home = Home(__import__("pathlib").Path(str(tmp_path)) / "new")
    with Terminal(home.path, columns=120, lines=40) as terminal:
        terminal.wait_for("新建中心")
        answers = ("310114-009", "春风里邻里中心", "春风街道", "示范区", "M7", "钱七", "8642", "8642")
        for answer in answers:
            terminal.type(answer + ENTER)
            terminal.pump(0.1)
        terminal.wait_for(lambda text: "还没有恢复密钥" in text.replace(" ", ""))
        terminal.wait_for(lambda text: "春风里邻里中心" in text.replace(" ", ""))
        # The last step can be left for later.
        terminal.type(ESCAPE)
        terminal.wait_for("在岗志愿者")
        terminal.type(F9)
        terminal.wait_for("未登录时志愿者仍可刷卡")
        terminal.type("M7" + ENTER + "8642" + ENTER)
        terminal.wait_for("在岗志愿者")
    context = open_context(home, source="cli")
    assert (context.centre.code, context.centre.district) == ("310114-009", "示范区")
    context.database.close()


def test_without_a_terminal_the_program_says_so_and_ends(centre: SmallCentre) -> None:
    import json
    import os
    import subprocess
    import sys

    ended = subprocess.run(
        [sys.executable, "-m", "frontdesk"],
        env={**os.environ, "FRONTDESK_HOME": str(centre.home.path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    assert json.loads(ended.stdout)["error"]["code"] == "no_terminal"


@pytest.mark.parametrize(
    "noise",
    [
        b"\xed\xb3\xbf",
        "王五".encode("gbk"),
        *(pytest.param(noise, marks=pytest.mark.slow) for noise in (b"\xe9", b"\xff\xfe")),
    ],
)
def test_bytes_that_are_no_text_end_neither_desk_nor_kiosk(centre: SmallCentre, noise: bytes) -> None:
    with Terminal(centre.home.path, ["kiosk"]) as kiosk, Terminal(centre.home.path) as desk:
        kiosk.wait_for("请刷志愿者卡")
        sign_in(desk)
        kiosk.send(noise)
        desk.send(noise)
        kiosk.type(centre.codes["0310001"] + ENTER)
        kiosk.wait_for("已签到")
        desk.type(centre.codes["0310002"] + ENTER)
        desk.wait_for("已签到")


def test_a_program_whose_terminal_vanished_ends(centre: SmallCentre) -> None:
    with Terminal(centre.home.path, ["kiosk"]) as kiosk:
        kiosk.wait_for("请刷志愿者卡")
        kiosk.hang_up()
        assert kiosk.process.wait(30) != 0


def test_what_was_just_entered_opens_in_a_terminal_that_says_ctrl_f3_as_it_says_where_its_cursor_is(
    centre: SmallCentre,
) -> None:
    with Terminal(centre.home.path) as terminal:
        sign_in(terminal)
        terminal.type("\x1b[1;5R")
        terminal.wait_for("你今天还没有登记过")
