"""A team arrives and leaves together, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from frontdesk.shell.app import FrontdeskApp
from frontdesk.volunteers.checkin.group_screen import GroupScreen
from tests.ui.checkins import TEAM, TWENTY, Keys, Wall, add_team, agree, ask_for_consent, do_by
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, notice, press, row_texts, settle
from tests.ui.test_hasty_hands import post


@pytest.fixture
def team(centre: SmallCentre) -> Iterator[SmallCentre]:
    """The small centre with a team of twenty."""
    context = centre.context()
    add_team(context)
    context.database.close()
    yield centre


def group(app: FrontdeskApp) -> GroupScreen:
    """The group's screen, which must be open."""
    assert isinstance(app.screen, GroupScreen)
    return app.screen


async def open_team(keys: Keys) -> None:
    """From the volunteers screen to the team, found by its initials."""
    await keys.press("f4")
    keys.count = 0
    await keys.press("ctrl+g")
    await keys.type("zc")
    await keys.press("enter")


async def test_twenty_people_are_in_with_six_keys_and_out_with_three_more(team: SmallCentre) -> None:
    wall = Wall()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = Keys(app, pilot)
        await open_team(keys)
        assert TEAM in str(group(app).query_one("#members-panel").border_title)
        await keys.press("ctrl+a", "enter")
        assert keys.count == 6
        assert "20" in notice(app)
        assert all("签到" in row and "一般服务" in row for row in row_texts(app, "members"))
        wall.pass_minutes(95)
        await keys.press("tab", "ctrl+a", "enter")
        assert keys.count == 9
        assert all("签退 1:35" in row for row in row_texts(app, "members"))

    await do_by(team, wall, task)
    assert [no for no, _, left in team.visits() if left is not None] == TWENTY


async def test_space_marks_one_after_the_other_and_only_those_come_in(team: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = Keys(app, pilot)
        await open_team(keys)
        await keys.press("space", "space", "down", "space", "enter")

    await do(team, task)
    assert [no for no, _, _ in team.visits()] == [TWENTY[0], TWENTY[1], TWENTY[3]]


async def test_a_member_is_found_by_initials_and_marked_even_where_the_hand_is_ahead_of_the_screen(
    team: SmallCentre,
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_team(Keys(app, pilot))
        post(app, "w", "l", "space", "h", "m", "space", "enter")
        for _ in range(4):
            await settle(app, pilot)
        assert len(row_texts(app, "members")) == 20

    await do(team, task)
    # 王磊 and 韩梅.
    assert [no for no, _, _ in team.visits()] == [TWENTY[7], TWENTY[14]]


async def test_all_six_keys_at_once_check_the_team_in(team: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        post(app, "ctrl+g", "z", "c", "enter", "ctrl+a", "enter")
        for _ in range(6):
            await settle(app, pilot)
        assert "20" in notice(app)

    await do(team, task)
    assert [no for no, _, _ in team.visits()] == TWENTY


async def test_enter_pressed_twice_on_a_team_opens_it_once_and_ends_nothing(team: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        post(app, "ctrl+g", "z", "c", "enter", "enter")
        for _ in range(6):
            await settle(app, pilot)
        assert "请先" in notice(app)
        assert [type(screen) for screen in app.screen_stack[1:]] == [GroupScreen]

    await do(team, task)


async def test_enter_pressed_twice_checks_nobody_in_twice(team: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_team(Keys(app, pilot))
        post(app, "ctrl+a", "enter", "enter")
        for _ in range(4):
            await settle(app, pilot)
        assert "请先" in notice(app)

    await do(team, task)
    assert [no for no, _, _ in team.visits()] == TWENTY


async def test_whoever_lacks_consent_is_said_so_and_goes_on_after_one_form(team: SmallCentre) -> None:
    ask_for_consent(team)
    agree(team, *TWENTY[:5], *TWENTY[6:])

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = Keys(app, pilot)
        await open_team(keys)
        await keys.press("ctrl+a", "enter")
        assert "19" in notice(app) and "1 人没有办成" in notice(app)
        current = group(app).rows.current
        assert current is not None and current.key == TWENTY[5]
        await keys.press("f7", "y", "enter")
        assert keys.count == 9
        current = group(app).rows.current
        assert current is not None and "签到" in current.cells[4]

    await do(team, task)
    assert sorted(no for no, _, _ in team.visits()) == TWENTY


async def test_escape_clears_what_was_typed_and_then_leads_back_and_the_mode_key_too(team: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        keys = Keys(app, pilot)
        await open_team(keys)
        await keys.press("w", "l")
        assert len(row_texts(app, "members")) == 1
        await keys.press("escape")
        assert len(row_texts(app, "members")) == 20
        await keys.press("escape")
        assert app.screen.query("#search")
        await open_team(keys)
        await keys.press("f4")
        assert app.screen.query("#search")

    await do(team, task)


async def test_a_member_who_comes_by_card_meanwhile_is_here_and_no_longer_marked(team: SmallCentre) -> None:
    context = team.context()
    from frontdesk.volunteers import service as volunteers

    [(_, code)] = [one for one in volunteers.issue_cards(context) if one[0] == TWENTY[2]]
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        from tests.ui.hands import post_scans

        keys = Keys(app, pilot)
        await open_team(keys)
        await keys.press("ctrl+a")
        post_scans(app, [code])
        await settle(app, pilot)
        app.mark_stale()
        await settle(app, pilot)
        assert row_texts(app, "members")[2].startswith("[ ]")
        await keys.press("enter")
        assert "19" in notice(app)

    await do(team, task)
    assert len(team.visits()) == 20
