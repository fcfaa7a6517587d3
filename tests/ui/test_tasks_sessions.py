"""Sessions, sign-up and attendance at the desk, with the keyboard alone."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Input

from frontdesk.activities import service as activities
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import RowList
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, goes_on, press, row_texts, settle


def answer(app: FrontdeskApp) -> str:
    """What the screen of sign-up says of the last one."""
    return str(app.screen.query_one("#signup-answer", Plain).render())


async def test_signing_up_somebody_new_takes_a_name_a_phone_and_three_enters(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "f7", "ctrl+n")
        await enter_text(app, pilot, "钱多多")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "154 0000 7777")
        await press(app, pilot, "enter", "enter")
        assert "只是候补第 1 位" in answer(app)
        await press(app, pilot, "escape")
        assert row_texts(app, "sign-ups")[-1].split() == ["21", "钱*多", "候补第1位", "1"]

    await do(centre, task)
    context = centre.context()
    last = activities.registrations(context, "HD001")[-1]
    assert (last.name, last.party_size, last.state) == ("钱多多", 1, "waitlisted")
    context.database.close()


async def test_a_refused_sign_up_keeps_what_was_typed_and_says_why(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "f7", "ctrl+n")
        await enter_text(app, pilot, "钱多多")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "12")
        await press(app, pilot, "enter", "enter")
        assert "不是电话号码" in str(app.screen.query_one("#wrong", Plain).render())
        assert app.screen.query_one("#field-name", Input).value == "钱多多"
        await press(app, pilot, "escape", "escape")
        assert len(row_texts(app, "sign-ups")) == 20

    await do(centre, task)


async def test_a_full_list_of_twenty_is_marked_with_one_key_a_person(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "enter")
        for number in range(20):
            await press(app, pilot, "3" if number == 4 else "1")

    await do(centre, task)
    context = centre.context()
    states = [line.status for line in activities.registrations(context, "HD001")]
    assert states.count("attended") == 19
    assert states[4] == "no_show"
    context.database.close()


async def test_marks_are_taken_back_and_walk_ins_counted(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "enter", "1", "up", "0", "f8")
        await enter_text(app, pilot, "７")
        await press(app, pilot, "enter")

    await do(centre, task)
    context = centre.context()
    assert {line.status for line in activities.registrations(context, "HD001")} == {None}
    assert activities.session(context, "HD001").person_times == 7
    context.database.close()


async def test_cancelling_a_sign_up_moves_the_first_who_waits_up_while_the_session_goes_on(centre: SmallCentre) -> None:
    context = centre.context()
    goes_on(context, "HD001")
    waiting = activities.sign_up(context, "HD001", "钱多多", "15400007777", 1)
    assert waiting.state == "waitlisted"
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "enter", "delete", "enter")

    await do(centre, task)
    context = centre.context()
    states = {line.id: line.state for line in activities.registrations(context, "HD001")}
    assert states[waiting.registration_id] == "confirmed"
    assert list(states.values()).count("confirmed") == 20
    context.database.close()


async def test_cancelling_a_session_takes_a_reason_and_can_be_taken_back(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "ctrl+x", "enter")
        assert "没有填原因" in str(app.screen.query_one("#wrong", Plain).render())
        await enter_text(app, pilot, "讲师请假")
        await press(app, pilot, "enter", "escape")
        assert "取消" in row_texts(app, "sessions")[0]
        await press(app, pilot, "f7")
        assert not app.screen.query("#field-name")
        await press(app, pilot, "ctrl+x")
        assert "取消" not in row_texts(app, "sessions")[0]

    await do(centre, task)


async def test_a_volunteer_without_a_card_is_found_by_initials_or_phone_and_checked_in(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        await enter_text(app, pilot, "0005")
        assert [row.split()[0] for row in row_texts(app, "found")] == ["0310005"]
        await press(app, pilot, "enter")
        assert app.screen.query_one(ScanBanner).has_class("-entered")

    await do(centre, task)
    assert [no for no, _, _ in centre.visits()] == ["0310005"]


async def test_a_manager_gives_a_colleague_a_pin_who_then_signs_in(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f12", "down", "f7")
        await enter_text(app, pilot, "1357")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "1357")
        await press(app, pilot, "enter", "f9")
        await enter_text(app, pilot, "S101")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "1357")
        await press(app, pilot, "enter")
        assert app.desk.operator is not None
        assert app.desk.operator.no == "S101"
        await press(app, pilot, "f12", "f8")
        assert not app.screen.query("#question")

    await do(centre, task)


async def test_a_wrong_phone_puts_the_cursor_back_into_its_field(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "f7", "ctrl+n")
        await enter_text(app, pilot, "钱多多")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "1540000777")
        await press(app, pilot, "enter", "enter")
        assert app.focused is app.screen.query_one("#field-phone")
        await enter_text(app, pilot, "7")
        await press(app, pilot, "enter", "enter")
        assert not app.screen.query("#field-phone")
        assert "编号 21" in answer(app)

    await do(centre, task)


async def test_in_a_narrow_window_names_stay_and_rooms_go(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(60, 18)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3")
        for name, shown in (("sessions", "书法沙龙"), ("sign-ups", "赵")):
            rows = app.screen.query_one(f"#{name}", RowList)
            drawn = "\n".join(rows.render_line(line).text for line in range(rows.size.height))
            assert shown in drawn
    app.desk.close()
