"""Rating at the kiosk: one key, one rating, the next person at once, and nothing that anybody has to say."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from textual.widgets import Input

from db import activities as activity_records
from db import feedback as records
from db.activities import Session
from db.feedback import Rating
from frontdesk.context import to_ms
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.kiosk_details import DETAILS_LINES, KioskDetails
from frontdesk.shell.kiosk_rating import DETAILS_SECONDS
from frontdesk.shell.plain import Plain
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import entered
from tests.ui.test_kiosk import ANNA, Kiosk, put_setting, use

DAY = NOW.date().isoformat()


def stored(centre: SmallCentre) -> list[Rating]:
    context = centre.context()
    found = records.between(context.database.connection, DAY, DAY)
    context.database.close()
    return found


def put_session(centre: SmallCentre, code: str, name: str, ended: timedelta) -> None:
    """A session of an hour that ended so long ago."""
    context = centre.context()
    ends = to_ms(NOW - ended)
    session = Session(
        code=code, day=DAY, starts_at=ends - 3_600_000, ends_at=ends, name=name, category="文体服务", capacity=20
    )
    with context.change("test.session", code) as connection:
        activity_records.put(connection, session)
    context.database.close()


def question(kiosk: Kiosk) -> str:
    return str(kiosk.screen.query_one("#kiosk-subject", Plain).render())


def back(kiosk: Kiosk) -> bool:
    """Whether the kiosk's own screen is in front."""
    return kiosk.app.screen is kiosk.screen


async def test_from_dark_to_thanks_takes_one_key_and_the_next_person_rates_two_seconds_later(
    centre: SmallCentre,
) -> None:
    async def case(kiosk: Kiosk) -> None:
        kiosk.time.pass_by(61)
        await kiosk.tick()
        assert kiosk.screen.has_class("-dimmed")
        await kiosk.press("5")
        assert not kiosk.screen.has_class("-dimmed") and "谢谢" in kiosk.text and "非常满意" in kiosk.text
        kiosk.time.pass_by(1.9)
        await kiosk.press("4")
        assert "已改为：满意" in kiosk.text
        assert [one.level for one in stored(centre)] == [4]
        kiosk.time.pass_by(2.0)
        await kiosk.press("2")
        assert "您的评价：不满意" in kiosk.text

    await use(centre, case)
    assert sorted(one.level for one in stored(centre)) == [2, 4]
    assert all(one.channel == "kiosk" and one.subject == "综合服务台" for one in stored(centre))


@pytest.mark.parametrize("seconds", [0, 2])
@pytest.mark.parametrize("seed", range(4))
async def test_twenty_keys_of_a_child_within_a_second_make_at_most_one_rating(
    centre: SmallCentre, seconds: int, seed: int
) -> None:
    put_setting(centre, "rating_correction_seconds", seconds)
    chance = Random(seed)
    keys = ["1", "2", "3", "4", "5", "0", "left", "right", "plus", "minus", "escape", "enter", "space", "6", "up"]

    async def case(kiosk: Kiosk) -> None:
        for _ in range(20):
            key = chance.choice(keys[:5] if chance.random() < 0.6 else keys)
            await kiosk.pilot.press(key)
            kiosk.time.pass_by(0.05)
        await kiosk.settle()

    await use(centre, case)
    assert len(stored(centre)) <= 1


async def test_what_just_ended_is_asked_about_first_and_keys_turn_to_something_else(centre: SmallCentre) -> None:
    put_session(centre, "HD002", "民乐合奏", timedelta(minutes=5))
    put_session(centre, "HD003", "早操", timedelta(minutes=12))

    async def case(kiosk: Kiosk) -> None:
        await kiosk.tick()
        assert "民乐合奏" in question(kiosk)
        await kiosk.press("3")
        kiosk.time.pass_by(3)
        await kiosk.press("right")
        assert "早操" in question(kiosk)
        await kiosk.press("plus")
        assert "综合服务台" in question(kiosk)
        await kiosk.press("4")
        await kiosk.press("left")
        assert "综合服务台" in question(kiosk), "while a rating may be corrected nothing else is asked about"
        kiosk.time.pass_by(25)
        await kiosk.tick()
        assert "民乐合奏" in question(kiosk)
        kiosk.time.pass_by(25 * 60)
        await kiosk.tick()
        assert "综合服务台" in question(kiosk)

    await use(centre, case)
    assert sorted((one.subject_kind, one.subject, one.level) for one in stored(centre)) == [
        ("service", "综合服务台", 4),
        ("session", "HD002", 3),
    ]


async def test_details_are_said_with_digits_and_words_and_nothing_of_them_must_be(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.press("0")
        assert back(kiosk)
        await kiosk.press("2", "0")
        assert isinstance(kiosk.app.screen, KioskDetails)
        await kiosk.press("4", "0", "1", "3", "4", "3", "enter")
        assert isinstance(kiosk.app.focused, Input)
        kiosk.app.focused.value = "排队太久，空调太冷"
        await kiosk.press("enter", "enter", "enter")
        assert back(kiosk) and "补充已记下" in kiosk.text
        kiosk.time.pass_by(5)
        await kiosk.press("5", "0", "enter", "enter", "escape")
        assert back(kiosk)

    await use(centre, case)
    bad, good = sorted(stored(centre), key=lambda one: one.level)
    assert (bad.efficiency, bad.competence, bad.attitude, bad.comment) == (4, None, 1, "排队太久，空调太冷")
    assert (bad.named, good.comment, good.efficiency) == (0, "", None)
    context = centre.context()
    tags = records.tags(context.database.connection, [bad.key, good.key])
    context.database.close()
    assert tags == {bad.key: ("等候太久",)}


async def test_a_rater_who_wishes_is_named_and_the_phone_is_sealed(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.press("1", "0")
        for name, value in (("comment", ""), ("name", "陈 静"), ("phone", "1381234")):
            kiosk.app.screen.query_one(f"#details-{name}", Input).value = value
        kiosk.app.screen.query_one("#details-phone").focus()
        await kiosk.press("enter")
        said = str(kiosk.app.screen.query_one("#details-wrong", Plain).render())
        assert isinstance(kiosk.app.screen, KioskDetails) and "电话" in said
        kiosk.app.screen.query_one("#details-phone", Input).value = "138 1234 5678"
        await kiosk.press("enter")
        assert back(kiosk)

    await use(centre, case)
    context = centre.context()
    (rating,) = stored(centre)
    rater = records.rater(context.database.connection, rating.key)
    assert rating.named == 1 and rater is not None and rater.name == "陈静" and rater.phone_cipher is not None
    assert context.keys.unseal(rater.phone_cipher) == "13812345678"
    context.database.fold()
    assert b"13812345678" not in context.home.database.read_bytes()
    context.database.close()


async def test_whoever_walks_away_has_the_words_kept_but_not_the_name(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.press("2", "0", "3")
        kiosk.app.screen.query_one("#details-comment", Input).value = "太吵"
        kiosk.app.screen.query_one("#details-name", Input).value = "陈静"
        kiosk.time.pass_by(DETAILS_SECONDS - 1)
        await kiosk.tick()
        assert isinstance(kiosk.app.screen, KioskDetails)
        kiosk.time.pass_by(1)
        await kiosk.tick()
        assert back(kiosk)

    await use(centre, case)
    (rating,) = stored(centre)
    assert (rating.efficiency, rating.comment, rating.named) == (3, "太吵", 0)


async def test_a_card_is_taken_while_details_are_asked_and_after_a_scan_nothing_is_added_to_the_rating_before(
    centre: SmallCentre,
) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.press("4", "0", "5", "5", "5", "enter")
        for line in range(len(DETAILS_LINES)):
            await kiosk.scan(centre.codes[list(centre.codes)[line]])
            assert isinstance(kiosk.app.screen, KioskDetails)
            assert kiosk.app.screen.query_one(ScanBanner).has_class("shown")
            assert all(not line.value for line in kiosk.app.screen.query(Input))
            await kiosk.press("down")
        await kiosk.press("escape")
        kiosk.time.pass_by(3)
        await kiosk.press("5")
        kiosk.time.pass_by(3)
        await kiosk.scan(centre.codes[ANNA])
        await kiosk.press("0")
        assert back(kiosk)

    await use(centre, case)
    assert len(entered(centre)) >= len(DETAILS_LINES)
    assert len(stored(centre)) == 2


async def test_where_the_centre_asks_nothing_more_there_is_nothing_more(centre: SmallCentre) -> None:
    put_setting(centre, "rating_details", 0)

    async def case(kiosk: Kiosk) -> None:
        await kiosk.tick()
        await kiosk.press("5")
        assert "按 0" not in kiosk.text
        await kiosk.press("0")
        assert back(kiosk)

    await use(centre, case)


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_question_faces_and_details_fit_on_the_screen(centre: SmallCentre, size: tuple[int, int]) -> None:
    put_session(centre, "HD002", "老年人智能手机课堂暨防诈骗宣传进社区第三期（示范路专场）", timedelta(minutes=5))

    async def case(kiosk: Kiosk) -> None:
        await kiosk.tick()
        for found in (*kiosk.screen.query("#kiosk-subject, #kiosk-turn, .level, .face, .level-words"),):
            assert found.region.bottom <= size[1] and found.region.right <= size[0] and found.region.height > 0
        assert "满意吗" in question(kiosk)
        await kiosk.press("2", "0")
        for found in kiosk.app.screen.query("ChoiceLine, TagsLine, Line, #details-keys"):
            assert found.region.bottom <= size[1] and found.region.height > 0, found
        bottom = kiosk.app.screen.query_one("#details-wrong").region.bottom
        assert bottom <= kiosk.app.screen.query_one("#details-keys").region.y

    await use(centre, case, size=size)


async def test_in_a_low_window_the_thanks_are_seen_rather_than_the_clock(centre: SmallCentre) -> None:
    async def case(kiosk: Kiosk) -> None:
        await kiosk.press("2")
        words = kiosk.screen.query_one("#kiosk-words")
        assert "谢谢" in kiosk.text and words.region.height > 0
        assert words.region.bottom <= kiosk.screen.query_one("#kiosk-middle").region.bottom

    await use(centre, case, size=(60, 18))
