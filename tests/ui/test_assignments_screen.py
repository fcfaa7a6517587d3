"""Assignments with the keyboard alone, each task in a counted number of keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from frontdesk.locale import use_language
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import FormDialog, QuestionDialog
from frontdesk.shell.plain import Plain
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.assignments import service
from frontdesk.volunteers.assignments.rules import Fields
from frontdesk.volunteers.assignments.screen import AssignmentsScreen, open_assignments
from frontdesk.volunteers.assignments.sign_screen import SignUpDialog
from tests.ui.conftest import SmallCentre
from tests.ui.hands import TODAY, do, enter_text, notice, post_scans, press, row_texts, settle, values_of


def planned(centre: SmallCentre, title: str = "便民服务台", **said: object) -> int:
    """An assignment of today from five to seven in the evening, made in another window; its id."""
    context = centre.context()
    values: dict[str, object] = {"day": TODAY, "title": title, "starts": 1020, "ends": 1140, "needed": 2, **said}
    number = service.add(context, Fields(**values))  # type: ignore[arg-type]
    context.database.close()
    return number


def signed(centre: SmallCentre, number: int) -> list[str]:
    context = centre.context()
    found = [one.volunteer_no for one in service.signed(context, number) if one.state == "signed"]
    context.database.close()
    return found


async def opened(app: FrontdeskApp, pilot: Pilot[None]) -> AssignmentsScreen:
    """From the volunteers screen: two keys from anywhere."""
    await press(app, pilot, "f4", "ctrl+a")
    assert isinstance(app.screen, AssignmentsScreen)
    return app.screen


async def test_somebody_is_signed_up_with_f7_the_name_and_enter_and_the_next_one_too(centre: SmallCentre) -> None:
    number = planned(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await press(app, pilot, "f7")
        for no in ("0310003", "0310007"):
            await enter_text(app, pilot, no)
            await press(app, pilot, "enter")
        assert isinstance(app.screen, SignUpDialog)
        assert signed(centre, number) == ["0310003", "0310007"]
        await enter_text(app, pilot, "0310009")
        await press(app, pilot, "enter")
        assert "满" in str(app.screen.query_one("#pick-detail", Plain).render())
        assert len(signed(centre, number)) == 2
        await press(app, pilot, "enter")
        assert len(signed(centre, number)) == 2
        await press(app, pilot, "f7", "escape")
        assert len(signed(centre, number)) == 3
        assert row_texts(app, "people")[0].startswith("张* 待到")

    await do(centre, task)


async def test_enter_on_several_names_signs_nobody_up_before_one_is_pointed_at(centre: SmallCentre) -> None:
    number = planned(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await press(app, pilot, "f7", "enter")
        await enter_text(app, pilot, "zhang")
        await press(app, pilot, "enter")
        assert signed(centre, number) == []
        await press(app, pilot, "down", "enter")
        assert len(signed(centre, number)) == 1
        await enter_text(app, pilot, "qqqq")
        await press(app, pilot, "enter")
        assert "没有找到" in str(app.screen.query_one("#pick-detail", Plain).render())

    await do(centre, task)


async def test_a_scan_over_the_search_box_checks_in_and_leaves_the_box_as_it_was(centre: SmallCentre) -> None:
    number = planned(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await press(app, pilot, "f7")
        await enter_text(app, pilot, "0310")
        post_scans(app, [centre.codes["0310003"]])
        await settle(app, pilot)
        assert isinstance(app.screen, SignUpDialog)
        assert app.screen.query_one("#pick-search").value == "0310"  # type: ignore[attr-defined]

    await do(centre, task)
    assert (len(centre.visits()), signed(centre, number)) == (1, [])


async def test_a_whole_team_is_three_keys_and_the_doubts_are_asked_about(centre: SmallCentre) -> None:
    number = planned(centre, needed=100)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await press(app, pilot, "ctrl+t", "enter")
        assert len(signed(centre, number)) == 100
        assert isinstance(app.screen, QuestionDialog)
        await press(app, pilot, "enter")
        assert len(signed(centre, number)) == 320

    await do(centre, task)


async def test_an_assignment_is_added_with_its_times_typed_fast(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await press(app, pilot, "ctrl+n")
        assert values_of(app)["day"] == "2026-11-16"
        await press(app, pilot, *"11-21", "enter")
        for text in ("9-11", "便民服务台", "大厅", "3"):
            await enter_text(app, pilot, text)
            await press(app, pilot, "enter")
        await press(app, pilot, "enter", "enter")
        assert not isinstance(app.screen, FormDialog)
        assert row_texts(app, "assignments") == ["11-21 周六 09:00 便民服务台 大厅 0/3"]

    await do(centre, task)


async def test_a_time_that_cannot_be_read_keeps_the_form_and_leads_to_its_field(centre: SmallCentre) -> None:
    number = planned(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await press(app, pilot, "ctrl+e", "enter")
        await enter_text(app, pilot, "soon")
        await press(app, pilot, *["enter"] * 6)
        assert isinstance(app.screen, FormDialog)
        assert app.focused is not None
        assert app.focused.id == "field-times"
        assert "900-1130" in str(app.screen.query_one("#wrong", Plain).render())
        await press(app, pilot, "escape", "escape")
        assert len(app.screen_stack) == 1

    await do(centre, task)
    context = centre.context()
    assert service.fields_of(context, service.get(context, number)).starts == 1020
    context.database.close()


async def test_an_assignment_is_called_off_with_a_reason_and_a_person_withdrawn_with_two_keys(
    centre: SmallCentre,
) -> None:
    number = planned(centre)
    context = centre.context()
    service.sign_up_several(context, number, ["0310003", "0310004"])
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await press(app, pilot, "enter", "delete", "enter")
        assert signed(centre, number) == ["0310004"]
        await press(app, pilot, "escape", "delete")
        await enter_text(app, pilot, "下雨")
        await press(app, pilot, "enter")
        assert "1 人" in notice(app)
        assert row_texts(app, "assignments") == ["11-20 周五 17:00 便民服务台  已取消"]
        await press(app, pilot, "f7")
        assert isinstance(app.screen, AssignmentsScreen)
        assert "已取消" in notice(app)

    await do(centre, task)


async def test_a_week_is_copied_to_the_four_that_follow(centre: SmallCentre) -> None:
    planned(centre)
    planned(centre, "护河")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await press(app, pilot, "f8")
        await enter_text(app, pilot, "4周")
        await press(app, pilot, "enter", "enter", "y", "enter")
        assert "8 项" in notice(app)
        await press(app, pilot, "right")
        assert len(row_texts(app, "assignments")) == 2
        await press(app, pilot, "ctrl+w", "left")
        assert row_texts(app, "assignments") == []

    await do(centre, task)


async def test_the_list_and_a_calendar_are_written_from_the_screen(
    centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))
    number = planned(centre)
    context = centre.context()
    service.sign_up(context, number, "0310003")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await press(app, pilot, "ctrl+o", "enter")
        await app.desk.run_slow(lambda _: None)
        await press(app, pilot, "enter", "ctrl+o", "down", "down", "enter")
        await app.desk.run_slow(lambda _: None)

    await do(centre, task)
    assert sorted(path.suffix for path in tmp_path.glob("服务*")) == [".ics", ".xlsx"]


async def test_who_has_come_is_seen_as_here_and_esc_leads_back_step_by_step(centre: SmallCentre) -> None:
    number = planned(centre, starts=990, ends=1100)
    context = centre.context()
    service.sign_up_several(context, number, ["0310003", "0310004"])
    volunteers.check_in(context, "0310004")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = await opened(app, pilot)
        assert [row.split()[1:] for row in row_texts(app, "people")] == [
            ["未到", "护河队"],
            ["16:40", "在岗", "护河队"],
        ]
        await press(app, pilot, "enter", "enter")
        assert app.screen is not screen
        await press(app, pilot, "escape", "escape")
        assert app.screen is screen
        await press(app, pilot, "escape")
        assert isinstance(app.screen, DeskScreen)
        assert app.screen is not screen

    await do(centre, task)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_it_opens_at_what_another_screen_asks_for(
    centre: SmallCentre, language: str, size: tuple[int, int]
) -> None:
    number = planned(centre, day=TODAY.replace(day=29))
    use_language(language)
    try:
        app = centre.app()
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            assert isinstance(app.screen, DeskScreen)
            await open_assignments(app.screen, str(number))
            await settle(app, pilot)
            assert len(row_texts(app, "assignments")) == 1
        app.desk.close()
    finally:
        use_language("zh_CN")
