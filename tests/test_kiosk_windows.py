"""The desk and the kiosk as real programs in two terminals on one file: whichever ends, the other loses no scan."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.programs import assert_sound, rows
from tests.terminal import CTRL_Q, ENTER, ESCAPE, Terminal
from tests.ui.conftest import MANAGER, PIN, SmallCentre, _template, centre

__all__ = ["_template", "centre"]

SCANS = 20
EDITING_AND_FUNCTION_KEYS = (
    1,
    2,
    3,
    4,
    5,
    6,
    11,
    12,
    13,
    14,
    15,
    17,
    18,
    19,
    20,
    21,
    23,
    24,
    25,
    26,
    28,
    29,
    31,
    32,
    33,
    34,
)
"""The numbers that terminals send for them."""


def sign_in(desk: Terminal) -> None:
    """Sign the manager in and wait for Today."""
    desk.wait_for("工号")
    desk.type(MANAGER + ENTER)
    desk.type(PIN + ENTER)
    desk.wait_for("在岗志愿者")


def came(centre: SmallCentre) -> list[str]:
    """Who came, in the order of the log; each has one visit and one accepted row of the log."""
    assert_sound(centre.home.database)
    visits = [no for (no,) in rows(centre.home.database, "SELECT volunteer_no FROM visit ORDER BY entered_scan")]
    logged = rows(centre.home.database, "SELECT volunteer_no FROM scan WHERE result = 'entered' ORDER BY id")
    assert [no for (no,) in logged] == visits
    return visits


def end(window: Terminal, how: str) -> None:
    """Close a window as its person does, kill its program, or take its terminal away."""
    if how == "closed":
        window.type(CTRL_Q)
        window.wait_for("工号")
        window.type(MANAGER + ENTER + PIN + ENTER)
        assert window.wait_end() == 0
    elif how == "killed":
        window.kill()
    else:
        window.hang_up()
        window.process.wait(30)


def scan_all(window: Terminal, centre: SmallCentre, numbers: list[str]) -> None:
    """Scan one card after the other as fast as the window answers."""
    for no in numbers:
        window.type(centre.codes[no] + ENTER)
        window.wait_for(lambda text, no=no: f"{no} 已签到" in text)  # type: ignore[misc]


@pytest.mark.parametrize(
    "how", ["killed", *(pytest.param(how, marks=pytest.mark.slow) for how in ("closed", "hung up"))]
)
def test_the_kiosk_takes_every_scan_while_the_desk_ends(centre: SmallCentre, how: str) -> None:
    numbers = list(islice(centre.codes, SCANS))
    with Terminal(centre.home.path) as desk, Terminal(centre.home.path, ["kiosk"]) as kiosk:
        sign_in(desk)
        kiosk.wait_for("请刷志愿者卡")
        scan_all(kiosk, centre, numbers[:2])
        desk.wait_for("在岗志愿者 2")
        # The scans go on while the desk is on its way out.
        for no in numbers[2:10]:
            kiosk.type(centre.codes[no] + ENTER)
        if how == "closed":
            desk.type(CTRL_Q)
            assert desk.wait_end() == 0
        else:
            end(desk, how)
        kiosk.wait_for(f"{numbers[9]} 已签到")
        scan_all(kiosk, centre, numbers[10:])
        kiosk.type("5")
        kiosk.wait_for("谢谢")
        with Terminal(centre.home.path) as again:
            sign_in(again)
            again.wait_for(f"在岗志愿者 {SCANS}")
        end(kiosk, "closed")
    assert came(centre) == numbers


@pytest.mark.parametrize(
    "how", ["killed", *(pytest.param(how, marks=pytest.mark.slow) for how in ("closed", "hung up"))]
)
def test_the_desk_takes_every_scan_while_the_kiosk_ends(centre: SmallCentre, how: str) -> None:
    numbers = list(islice(centre.codes, SCANS))
    with Terminal(centre.home.path) as desk, Terminal(centre.home.path, ["kiosk"]) as kiosk:
        sign_in(desk)
        kiosk.wait_for("请刷志愿者卡")
        scan_all(kiosk, centre, numbers[:2])
        for no in numbers[2:10]:
            desk.type(centre.codes[no] + ENTER)
        end(kiosk, how)
        desk.wait_for(f"{numbers[9]} 已签到")
        scan_all(desk, centre, numbers[10:15])
        with Terminal(centre.home.path, ["kiosk"]) as again:
            again.wait_for("请刷志愿者卡")
            scan_all(again, centre, numbers[15:])
            desk.wait_for(f"在岗志愿者 {SCANS}")
    assert came(centre) == numbers


def test_what_the_killed_kiosk_had_confirmed_is_in_the_file_and_the_rest_is_scanned_again(
    centre: SmallCentre,
) -> None:
    numbers = list(islice(centre.codes, 12))
    with Terminal(centre.home.path, ["kiosk"]) as kiosk:
        kiosk.wait_for("请刷志愿者卡")
        scan_all(kiosk, centre, numbers[:6])
        for no in numbers[6:]:
            kiosk.type(centre.codes[no] + ENTER)
        kiosk.kill()
    kept = came(centre)
    assert kept[:6] == numbers[:6]
    assert kept == numbers[: len(kept)]
    with Terminal(centre.home.path, ["kiosk"]) as kiosk:
        kiosk.wait_for("请刷志愿者卡")
        scan_all(kiosk, centre, numbers[len(kept) :])
    assert came(centre) == numbers


def test_wrong_codes_cool_the_kiosk_down_and_killing_it_does_not_help(centre: SmallCentre) -> None:
    with Terminal(centre.home.path, ["kiosk"]) as kiosk:
        kiosk.wait_for("请刷志愿者卡")
        for wrong in range(1, 4):
            kiosk.type(str(wrong) * 20 + ENTER)
            kiosk.wait_for("请看这里")
        kiosk.wait_for("秒")
        kiosk.kill()
    with Terminal(centre.home.path, ["kiosk"]) as kiosk:
        kiosk.wait_for("请刷志愿者卡")
        kiosk.type("4" * 20 + ENTER)
        kiosk.wait_for("请看这里")
        kiosk.wait_for("秒")
        kiosk.type(centre.codes["0310001"] + ENTER)
        kiosk.wait_for("秒")
    assert came(centre) == []


def test_a_kiosk_that_is_left_alone_is_back_at_rest_with_nobody_on_it(centre: SmallCentre) -> None:
    with Terminal(centre.home.path, ["kiosk"]) as kiosk:
        kiosk.wait_for("请刷志愿者卡")
        kiosk.type(centre.codes["0310001"] + ENTER)
        kiosk.wait_for("0310001")
        kiosk.wait_for(lambda text: "0310001" not in text and "请刷志愿者卡" in text)


def test_no_byte_that_a_keyboard_sends_leads_out_of_the_kiosk(centre: SmallCentre) -> None:
    functions = (*(f"\x1bO{key}" for key in "PQRS"), *(f"\x1b[{number}~" for number in EDITING_AND_FUNCTION_KEYS))
    controls = [chr(code) for code in range(0x20) if chr(code) not in (CTRL_Q, ESCAPE)]
    with Terminal(centre.home.path, ["kiosk"]) as kiosk:
        kiosk.wait_for("请刷志愿者卡")
        for keys in (
            *controls,
            *functions,
            "\x1b:q\r",
            "\x1b\x03",
            "\x1b[Z",
            "\x1b[1;5P",
            "\x1b[<0;40;12M",
            "\x1b[<0;40;12m",
        ):
            kiosk.type(keys)
        kiosk.type(ESCAPE)
        kiosk.pump(0.5)
        kiosk.type(centre.codes["0310001"] + ENTER)
        kiosk.wait_for("0310001 已签到")
        assert kiosk.process.poll() is None
        # A rating is the only other thing: nothing that was pressed counted as one.
        assert rows(centre.home.database, "SELECT count(*) FROM rating") == [(0,)]
    assert came(centre) == ["0310001"]
