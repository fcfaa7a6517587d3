"""An attack on the PINs at machine speed through the real screen, with every trick at hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest

from db.errors import CodedError
from frontdesk import cli
from frontdesk.context import open_context
from frontdesk.shell.app import FrontdeskApp
from frontdesk.staff import limit, pins
from frontdesk.staff import service as staff
from tests.ui.conftest import MANAGER, NOW, PIN, SmallCentre
from tests.ui.hands import enter_text, press, settle

OWN, OWN_PIN = "S101", "8642"
NUMBERS = (MANAGER, "S102", "S102", OWN, "nobody")


class Computer:
    """The clocks of a computer: one on the wall, which an attacker sets, and the time since it was started."""

    def __init__(self) -> None:
        self.now = NOW
        self.running = 0.0

    def __call__(self) -> Any:
        return self.now

    def uptime_ms(self) -> int:
        return round(self.running * 1000)

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.running += seconds


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every wrong PIN that was compared with a hash."""
    found: list[str] = []
    matches = pins.matches

    def counted(pin_hash: str, pin: str) -> bool:
        if matches(pin_hash, pin):
            return True
        found.append(pin)
        return False

    monkeypatch.setattr(pins, "matches", counted)
    yield found


async def test_spraying_through_the_real_screen_gets_fewer_than_twenty_tries_an_hour(
    centre: SmallCentre, looked_at: list[str]
) -> None:
    context = centre.context()
    for no in (OWN, "S102"):
        staff.set_pin(context, no, OWN_PIN)
    context.database.close()
    computer, numbers = Computer(), cycle(NUMBERS)
    for start in range(2):
        # The program is started again between the two, and the clock set forward by a day and back by two.
        computer.now += timedelta(days=(1, -2)[start])
        app = FrontdeskApp(centre.home, clock=computer, centre=("示范路邻里中心", "Asia/Shanghai"))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(app, pilot)
            for tried in range(8):
                await guess(app, pilot, next(numbers), f"{1000 + tried + 100 * start}")
                computer.passes(2)
                if tried % 4 == 3:
                    assert await own_sign_in(app) in ("", "sign_in_locked")
        app.desk.close()
    kiosk = open_context(centre.home, source="kiosk", clock=computer)
    for tried in range(30):
        with pytest.raises(CodedError):
            staff.sign_in(kiosk, NUMBERS[tried % 5], f"{5000 + tried}")
        computer.passes(1)
    kiosk.database.close()
    assert 5 < len(looked_at) < 20


def test_a_command_is_a_try_like_any(
    centre: SmallCentre, looked_at: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for tried in range(14):
        monkeypatch.setenv("FRONTDESK_PIN", f"{7000 + tried}")
        no = ("x", "S101", MANAGER, "y", "z")[tried % 5]
        assert cli.run(["--home", str(centre.home.path), "--as", no, "staff", "pin", "S101"]) == 1
    assert "FRONTDESK_NEW_PIN" not in capsys.readouterr().err
    assert len(looked_at) == limit.MOST_OWED


async def guess(app: FrontdeskApp, pilot: Any, no: str, pin: str) -> None:
    """Type a number and a PIN at the door, as fast as the program takes them."""
    for name in ("no", "pin"):
        app.screen.query_one(f"#{name}").value = ""  # type: ignore[attr-defined]
    app.screen.query_one("#no").focus()
    await enter_text(app, pilot, no)
    await press(app, pilot, "enter")
    await enter_text(app, pilot, pin)
    await press(app, pilot, "enter")
    assert app.desk.operator is None


async def own_sign_in(app: FrontdeskApp) -> str:
    """Sign in with the attacker's own PIN between the guesses; with which code that is refused."""
    try:
        await app.desk.run(lambda context: staff.check_pin(context, OWN, OWN_PIN, "staff.sign_in"))
    except CodedError as refusal:
        return refusal.code
    return ""


async def test_whoever_knows_the_pin_is_let_in_six_minutes_after_an_attack(centre: SmallCentre) -> None:
    computer = Computer()
    desk = open_context(centre.home, source="desk", clock=computer)
    for tried in range(60):
        with pytest.raises(CodedError):
            staff.sign_in(desk, ("S101", "S102", "x", "y")[tried % 4], "1")
        computer.passes(1)
    with pytest.raises(CodedError) as refused:
        staff.sign_in(desk, MANAGER, PIN)
    assert refused.value.code == "sign_in_locked"
    assert 0 < int(str(refused.value.details["seconds"])) <= 360
    computer.passes(360)
    assert staff.sign_in(desk, MANAGER, PIN).no == MANAGER
    desk.database.close()
