"""Sign-up at the desk with the keyboard alone: the box, parties, refusals, the queue and who has to be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from textual import events
from textual.pilot import Pilot

from db import activities as records
from db.activities import Session, SignUpTerms
from frontdesk.activities import service as activities
from frontdesk.activities.screen import ROOMS, SessionsScreen
from frontdesk.activities.sessions.service import change_capacity
from frontdesk.context import to_ms
from frontdesk.residents import service as residents
from frontdesk.settings.service import set_setting
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import ReadDialog
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, settle, values_of

CODE = "HD900"
PEOPLE = {"孙晓梅": "13900000001", "钱多多": "13900000002", "吴刚": "13900000003", "郑爽": "13900000004"}


@pytest.fixture
def desk(centre: SmallCentre) -> SmallCentre:
    """The centre with an empty session this evening, and people who are known: a mother, her child, three others."""
    put_on(centre, SignUpTerms())
    context = centre.context()
    ids = [residents.add(context, {"name": name, "phone": phone}).id for name, phone in PEOPLE.items()]
    child = residents.add(context, {"name": "孙小宝", "birth": "2016-05-01"}, even_if_known=True).id
    residents.set_household(context, [ids[0], child])
    context.database.close()
    return centre


def put_on(centre: SmallCentre, terms: SignUpTerms, capacity: int = 3) -> None:
    """Have the session of this evening on these terms."""
    starts = to_ms(datetime(2026, 11, 20, 11, 0, tzinfo=UTC))
    context = centre.context()
    with context.change("test.put_on", CODE) as connection:
        session = Session(
            code=CODE,
            day="2026-11-20",
            starts_at=starts,
            ends_at=starts + 3_600_000,
            name="亲子阅读",
            category="亲子服务",
            capacity=capacity,
            terms=terms,
        )
        records.put(connection, session)
    context.database.close()


def on_list(centre: SmallCentre) -> list[tuple[str, int, str]]:
    """Who is on the list of the session: name, seats held, state."""
    context = centre.context()
    found: list[tuple[str, int, str]] = [
        (one.name, one.seats, one.state) for one in activities.registrations(context, CODE)
    ]
    context.database.close()
    return found


def answer(app: FrontdeskApp) -> str:
    """What the screen of sign-up says of the last one."""
    return str(app.screen.query_one("#signup-answer", Plain).render())


def post(app: FrontdeskApp, keys: Iterable[str]) -> None:
    """Post keys at once, as a hand does that is ahead of a busy program."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else {"enter": "\r", "space": " "}.get(key)))


async def test_a_known_person_is_signed_up_in_two_keys_after_the_initials_and_the_next_one_at_once(
    desk: SmallCentre,
) -> None:
    after_initials = ("enter", "escape")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "down", "f7", *"sxm")
        assert [text.split()[0] for text in row_texts(app, "people")] == ["孙*梅"]
        await press(app, pilot, after_initials[0])
        assert "编号 1，有名额" in answer(app)
        await press(app, pilot, *"qdd", "space", "3", "enter")
        assert "只是候补第 1 位" in answer(app)
        await press(app, pilot, "tab", "enter")
        assert "请先输入" in notice(app)
        await press(app, pilot, after_initials[1])
        assert [text.split() for text in row_texts(app, "sign-ups")] == [
            ["1", "孙*梅", "已确认", "1"],
            ["2", "钱*多", "候补第1位", "3"],
        ]
        assert row_texts(app, "sessions")[1].split()[2:4] == ["1/3", "1"]

    assert len(after_initials) <= 6
    await do(desk, task)


async def test_keys_that_are_ahead_of_the_screen_sign_up_the_people_they_name(desk: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "down")
        post(app, ["f7", *"qdd", "space", "2", "enter", *"wg", "enter", *"zs", "tab", "1", "enter"])
        await settle(app, pilot)
        await settle(app, pilot)

    await do(desk, task)
    assert on_list(desk) == [("钱多多", 2, "confirmed"), ("吴刚", 1, "confirmed"), ("郑爽", 0, "waitlisted")]


async def test_a_refusal_says_what_to_do_and_is_put_aside_with_a_reason_while_a_double_sign_up_never_is(
    desk: SmallCentre,
) -> None:
    put_on(desk, SignUpTerms(age_from=60))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "down", "f7", "ctrl+f", *"qdd", "enter")
        assert "补上出生年月" in answer(app) and "Ctrl+F" in answer(app)
        assert on_list(desk) == []
        await press(app, pilot, "ctrl+f", "enter")
        assert "没有填原因" in str(app.screen.query_one("#wrong", Plain).render())
        await enter_text(app, pilot, "本人带了身份证")
        await press(app, pilot, "enter")
        assert "编号 1" in answer(app) and "已破例登记" in answer(app)
        await press(app, pilot, *"qdd", "enter", "ctrl+f")
        assert "已经报过名" in answer(app)
        assert "不能破例" in notice(app)
        # What is typed after a refusal takes the place of whoever was refused: a new one is asked for the birth.
        await press(app, pilot, *"qqq", "enter")
        assert "field-birth" in {one.id for one in app.screen.query("Line")}

    await do(desk, task)
    assert on_list(desk) == [("钱多多", 1, "confirmed")]


async def test_a_child_is_signed_up_once_the_guardian_is_known_and_somebody_new_is_asked_the_birth_by_an_age_rule(
    desk: SmallCentre,
) -> None:
    put_on(desk, SignUpTerms(age_to=12))
    context = desk.context()
    set_setting(context, "consent_notice_version", "2026-1")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "down", "f7", *"sxb", "enter")
        assert list(values_of(app)) == ["guardian_name", "guardian_phone", "guardian_consent_on"]
        await press(app, pilot, "escape")
        assert "没有报名" in notice(app)
        assert on_list(desk) == []
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "孙晓梅")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "13900000001")
        await press(app, pilot, "enter", "enter")
        assert "孙*宝 已报名，编号 1" in answer(app)
        await enter_text(app, pilot, "钱小米 13900000009")
        await press(app, pilot, "enter")
        assert values_of(app) == {"name": "钱小米", "phone": "13900000009", "birth": "", "party": "1"}
        await enter_text(app, pilot, "2018")
        await press(app, pilot, "enter", "enter")
        assert "guardian_name" in values_of(app)
        assert values_of(app)["birth"] == "2018"

    await do(desk, task)
    assert on_list(desk) == [("孙小宝", 1, "confirmed")]


async def test_a_mother_signs_up_with_her_child_by_name_in_one_go_and_they_may_take_fewer(desk: SmallCentre) -> None:
    put_on(desk, SignUpTerms(), capacity=1)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "down", "f7", *"sxm", "f8", "a", "enter")
        assert "只是候补" in answer(app)
        await press(app, pilot, "escape", "ctrl+w", "ctrl+e", "enter")
        await enter_text(app, pilot, "1")
        await press(app, pilot, "enter")
        assert row_texts(app, "queue")[1].split()[:4] == ["1", "孙*梅", "1-2", "已确认"]

    await do(desk, task)
    context = desk.context()
    (party,) = activities.registrations(context, CODE)
    assert (party.party_size, party.seats, party.least_seats) == (2, 1, 1)
    rows = context.database.connection.execute("SELECT count(*) FROM registration_member").fetchone()
    assert rows[0] == 1
    context.database.close()


async def test_the_queue_says_why_offers_are_taken_and_whoever_is_to_be_told_is_told(desk: SmallCentre) -> None:
    put_on(desk, SignUpTerms(offer_minutes=30), capacity=1)
    context = desk.context()
    ids = [activities.sign_up(context, CODE, name, phone, 1).registration_id for name, phone in PEOPLE.items()]
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "down", "ctrl+w", "down")
        why = str(app.screen.query_one("#queue-why", Plain).render()).replace("\n", "")
        assert "候补第 2 位" in why and "第 2 号排在前面（报名更早）" in why
        await press(app, pilot, "enter")
        assert isinstance(app.screen, ReadDialog)
        await press(app, pilot, "escape", "end", "delete", "enter")
        assert "留至 17:10" in row_texts(app, "queue")[1]
        await press(app, pilot, "home", "f7")
        assert "第 2 号已确认" in notice(app)
        await press(app, pilot, "home", "ctrl+f")
        await enter_text(app, pilot, "带队老师")
        await press(app, pilot, "enter")
        assert "只是候补第 1 位" in notice(app)
        await press(app, pilot, "ctrl+a", "2", "enter", "tab")
        assert [text.split()[1:3] for text in row_texts(app, "tell")] == [["3", "吴*"]]
        await press(app, pilot, "enter")
        assert isinstance(app.screen, ReadDialog)
        await press(app, pilot, "f7")
        assert row_texts(app, "tell") == []

    await do(desk, task)
    assert [state for _, _, state in on_list(desk)] == ["cancelled_by_resident", "confirmed", "offered", "waitlisted"]
    context = desk.context()
    shown = context.database.connection.execute(
        "SELECT subject FROM audit WHERE action = 'registration.contact_shown'"
    ).fetchall()
    assert [row[0] for row in shown] == [str(ids[2])]
    context.database.close()


async def test_whoever_gets_a_seat_while_the_desk_asks_whether_they_leave_keeps_it_and_reads_fits_exactly(
    desk: SmallCentre,
) -> None:
    put_on(desk, SignUpTerms(), capacity=1)
    context = desk.context()
    sizes = zip(PEOPLE.items(), (1, 3, 1), strict=False)
    ids = [activities.sign_up(context, CODE, *who, size).registration_id for who, size in sizes]

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await pilot.resize_terminal(120, 40)
        await press(app, pilot, "f3", "down", "ctrl+w", "down", "delete")
        change_capacity(context, activities.session(context, CODE), 2)
        await press(app, pilot, "enter")
        assert "已有名额" in notice(app)
        assert ["正好坐下" in text for text in row_texts(app, "queue")] == [False, False, False, False, True]

    await do(desk, task)
    assert [state for _, _, state in on_list(desk)] == ["confirmed", "waitlisted", "confirmed"]
    assert ids[2] not in activities.cancel_sign_up(context, ids[0])
    context.database.close()


async def test_a_lottery_that_is_drawn_before_its_time_asks_for_the_reason(desk: SmallCentre) -> None:
    put_on(desk, SignUpTerms(allocation="lottery", draw_days_before=0, draw_time="18:00"), capacity=1)
    context = desk.context()
    for name, phone in PEOPLE.items():
        activities.sign_up(context, CODE, name, phone, 1)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "down", "ctrl+w", "ctrl+r", "enter", "enter")
        assert "11-20 18:00 抽签" in str(app.screen.query_one(".dialog-title", Plain).render())
        await enter_text(app, pilot, "名单已满")
        await press(app, pilot, "enter")
        assert "已抽签：4 条报名，1 条抽中" in notice(app)

    await do(desk, task)
    (drawn,) = [one for one in activities.seat_log(context, CODE) if one.event == "drawn"]
    assert drawn.reason == "名单已满"
    context.database.close()


async def test_every_room_of_the_register_opens_from_the_days_screen_and_esc_leads_back(desk: SmallCentre) -> None:
    rooms = [one for one in SessionsScreen.COMMAND_TABLE if one.name in {*ROOMS, "residents"} - {"fees"}]

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "down")
        day = app.screen
        for room in rooms:
            await press(app, pilot, room.key.split(",")[0])
            assert app.screen is not day, room.name
            await press(app, pilot, "escape")
            assert app.screen is day, room.name
        await press(app, pilot, "enter", "ctrl+f")
        assert "请先选一条报名" in notice(app)

    assert len(rooms) == 12
    await do(desk, task)
