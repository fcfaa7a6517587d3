"""Ratings at the desk by keyboard alone: the counter's five keys, calls, piles of slips, putting right, services."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from textual import events
from textual.pilot import Pilot

from db import feedback as records
from frontdesk.feedback.capture.slips_screen import SlipsScreen
from frontdesk.feedback.screen import RatingsScreen
from frontdesk.feedback.service import Entry, rate, ratings, record
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.line import Line
from frontdesk.shell.plain import Plain
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import do, enter_text, entered, notice, press, row_texts, settle, values_of
from tests.ui.test_kiosk import Kiosk, use

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
SLIPS = 40
PACE = 0.12
"""Seconds between two digits of a hand that is used to the number pad."""


def stored(centre: SmallCentre, first: date = TODAY) -> list[records.Rating]:
    context = centre.context()
    found = ratings(context, first, TODAY)
    context.database.close()
    return found


def actions(centre: SmallCentre) -> list[str]:
    context = centre.context()
    found = [row[0] for row in context.database.connection.execute("SELECT action FROM audit ORDER BY id")]
    context.database.close()
    return found


def shows(app: FrontdeskApp, kind: type[object]) -> bool:
    """Whether a screen of this kind is in front."""
    return isinstance(app.screen, kind)


async def key_in(app: FrontdeskApp, pilot: Pilot[None], digits: str) -> None:
    """Type digits as a practised hand does, while the program may still be busy with the first ones."""
    begin = events.Key("1", "1").time
    for place, digit in enumerate(digits):
        key = events.Key(digit, digit)
        key.time = begin + place * PACE
        app.post_message(key)
    await settle(app, pilot)


async def test_the_counter_s_five_keys_count_a_child_once_and_let_a_rater_say_more_or_take_back(
    centre: SmallCentre,
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "0")
        assert "先有人评价" in notice(app) or "要先有人评价" in notice(app)
        chance = Random(3)
        for _ in range(20):
            await pilot.press(chance.choice(["1", "2", "3", "4", "5", "right", "left"]))
        await settle(app, pilot)
        assert len(stored(centre)) <= 1
        await press(app, pilot, "2", "0")
        assert shows(app, FormDialog)
        await enter_text(app, pilot, "54-")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "4")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "等了半小时")
        await press(app, pilot, "ctrl+s")
        assert shows(app, RatingsScreen)

    await do(centre, task)
    (one,) = stored(centre)
    assert (one.level, one.efficiency, one.competence, one.attitude, one.comment) == (2, 5, 4, None, "等了半小时")
    assert one.channel == "desk" and "rating" not in " ".join(actions(centre))


async def test_a_call_is_written_down_with_four_keys_and_may_be_taken_back(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "ctrl+n", "2", "ctrl+s")
        assert [(one.level, one.channel, one.named) for one in stored(centre)] == [(2, "phone", 0)]
        await press(app, pilot, "delete")
        assert stored(centre) == []
        await press(app, pilot, "ctrl+n", "7", "ctrl+s")
        assert "1 至 5" in str(app.screen.query_one("#wrong", Plain).render())
        await press(app, pilot, "backspace", "1", "enter", "backspace")
        await enter_text(app, pilot, "活动:HD001")
        await press(app, pilot, "enter", "2", "enter", "enter", "enter", "enter", "enter")
        await enter_text(app, pilot, "陈静")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "310114199003078812")
        await press(app, pilot, "ctrl+s")
        assert shows(app, FormDialog)
        app.screen.query_one("#field-phone").value = "13812345678"  # type: ignore[attr-defined]
        await press(app, pilot, "ctrl+s")
        assert shows(app, RatingsScreen)

    await do(centre, task)
    (one,) = stored(centre)
    assert (one.level, one.subject, one.channel, one.named) == (1, "HD001", "paper", 1)
    assert actions(centre)[-1] == "rating.recorded"


async def test_behind_a_call_a_digit_is_somebody_else_s_and_more_words_wipe_out_none_that_stand_there(
    centre: SmallCentre,
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "ctrl+n", "1", "enter", "enter", "enter", "enter")
        await enter_text(app, pilot, "3")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "4")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "等了半小时")
        await press(app, pilot, "ctrl+s", "0")
        assert [values_of(app)[name] for name in ("aspects", "tags", "comment")] == ["3--", "4", "等了半小时"]
        await press(app, pilot, "enter", "enter")
        await enter_text(app, pilot, "，又没人")
        await press(app, pilot, "ctrl+s", "5")
        said = sorted((one.channel, one.level, one.comment) for one in stored(centre))
        assert said == [("desk", 5, ""), ("phone", 1, "等了半小时，又没人")]
        # What a resident said is shown to nobody today.
        await press(app, pilot, "0", "enter", "enter")
        await enter_text(app, pilot, "谢谢")
        await press(app, pilot, "ctrl+s", "0")
        assert shows(app, RatingsScreen)

    await do(centre, task)
    assert sorted(one.comment for one in stored(centre)) == ["等了半小时，又没人", "谢谢"]


async def test_a_pile_of_slips_takes_a_digit_each_the_last_ones_come_out_and_a_card_is_taken_between(
    centre: SmallCentre,
) -> None:
    digits = "".join(Random(5).choices("12345", k=SLIPS))
    card = centre.codes["0310007"]

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "ctrl+s")
        assert shows(app, SlipsScreen)
        await key_in(app, pilot, digits)
        assert len(stored(centre)) == SLIPS and len(row_texts(app, "slips")) == SLIPS
        await press(app, pilot, "delete", "minus")
        assert len(stored(centre)) == SLIPS - 2
        await pilot.press(*card, "enter")
        await settle(app, pilot)
        assert len(stored(centre)) == SLIPS - 2
        await press(app, pilot, "slash")
        await enter_text(app, pilot, "昨天")
        await press(app, pilot, "enter", "3", "enter")
        await enter_text(app, pilot, "2")
        await press(app, pilot, "ctrl+s", "slash")
        await enter_text(app, pilot, "明天")
        await press(app, pilot, "enter")
        assert shows(app, FormDialog)
        await press(app, pilot, "escape", "slash")
        await enter_text(app, pilot, "今天")
        await press(app, pilot, "enter", "asterisk", "down", "enter", "4", "escape")
        assert shows(app, RatingsScreen)

    await do(centre, task)
    assert entered(centre) == ["0310007"]
    slips = stored(centre, YESTERDAY)
    assert sorted(one.level for one in slips if one.subject == "综合服务台" and one.day == TODAY.isoformat()) == sorted(
        int(one) for one in digits[:-2]
    )
    assert [(one.level, one.efficiency) for one in slips if one.day == YESTERDAY.isoformat()] == [(3, 2)]
    assert [one.level for one in slips if one.subject == "HD001"] == [4]
    assert all(one.channel == "paper" and not one.named for one in slips)
    assert "rating" not in " ".join(actions(centre))


async def test_what_was_keyed_in_wrongly_is_put_right_and_what_was_pressed_is_not(centre: SmallCentre) -> None:
    context = centre.context()
    context.clock = lambda: NOW - timedelta(days=1)
    rate(context, 1)
    record(context, Entry(day=YESTERDAY - timedelta(days=1), kind="service", subject="综合服务台", level=2))
    context.clock = lambda: NOW
    rate(context, 4)
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "ctrl+r")
        found = row_texts(app, "ratings")
        assert [one[:12] for one in found] == ["2026-11-19 1", "2026-11-18 2"]
        await press(app, pilot, "ctrl+e")
        assert "居民自己按的" in notice(app)
        await press(app, pilot, "down", "ctrl+e")
        assert values_of(app)["level"] == "2"
        await press(app, pilot, "4", "enter", "enter", "enter", "ctrl+s")
        assert shows(app, FormDialog) and "理由" in str(app.screen.query_one("#wrong", Plain).render())
        await enter_text(app, pilot, "看错了")
        await press(app, pilot, "ctrl+s")
        assert [one[:12] for one in row_texts(app, "ratings")] == ["2026-11-19 1", "2026-11-18 4"]
        await press(app, pilot, "left")
        assert row_texts(app, "ratings") == []
        await press(app, pilot, "right", "enter", "escape", "escape")

    await do(centre, task)
    assert actions(centre)[-1] == "rating.corrected"


async def test_what_is_typed_into_a_low_form_is_seen_where_frames_are_drawn_in_ascii(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_ASCII", "1")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "ctrl+n")
        assert [line.content_size.height for line in app.screen.query(Line)] == [1] * 10
        await press(app, pilot, "escape")

    await do(centre, task)

    async def case(kiosk: Kiosk) -> None:
        await kiosk.press("2", "0")
        assert [line.content_size.height for line in kiosk.app.screen.query(Line)] == [1] * 3

    await use(centre, case)


async def test_services_are_added_given_a_post_moved_and_withdrawn(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f5", "ctrl+y", "ctrl+n")
        await enter_text(app, pilot, "为老服务")
        await press(app, pilot, "ctrl+s", "enter", "enter")
        assert row_texts(app, "services")[1].split() == ["为老服务", "综合服务台", "是"]
        await press(app, pilot, "minus")
        assert row_texts(app, "services")[0].startswith("为老服务")
        await press(app, pilot, "down", "space")
        assert row_texts(app, "services")[1].split()[-1] == "否"
        await press(app, pilot, "up", "space")
        assert "最后一项" in notice(app)
        await press(app, pilot, "escape")
        assert "为老服务" in str(app.screen.query_one("#subject", Plain).render())

    await do(centre, task)
