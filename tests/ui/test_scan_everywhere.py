"""A scan works on every screen, whatever has the focus, and leaves that as it was.

Key messages are posted without waiting, which reproduces the fault that `Input.Submitted` and priority bindings have.
"""

from __future__ import annotations

import pytest
from textual.widgets import Button, Input

from frontdesk.shell.banner import ScanBanner
from tests.ui.conftest import SmallCentre
from tests.ui.hands import entered, post_scans, press, settle, values_of

SCANS = 300


async def test_300_scans_over_today_make_300_right_records(centre: SmallCentre) -> None:
    app, wanted = centre.app(), list(centre.codes)[:SCANS]
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        post_scans(app, (centre.codes[no] for no in wanted))
        await settle(app, pilot)
        assert app.screen.query_one(ScanBanner).has_class("shown")
    app.desk.close()
    assert entered(centre) == wanted


async def test_300_scans_over_a_half_filled_form_leave_it_as_it_was(centre: SmallCentre) -> None:
    app, wanted = centre.app(), list(centre.codes)[:SCANS]
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3", "f7", "ctrl+n")
        form = app.screen
        await pilot.press("w", "a", "n", "g", "tab", "1", "3", "9")
        await settle(app, pilot)
        await pilot.wait_for_scheduled_animations()
        app.screen.query_one("#field-name", Input).value = "王芳"
        before = values_of(app)
        post_scans(app, (centre.codes[no] for no in wanted))
        await settle(app, pilot)
        assert app.screen is form
        assert values_of(app) == before
        assert form.query_one(ScanBanner).has_class("shown")
    app.desk.close()
    assert entered(centre) == wanted


async def test_300_scans_with_a_button_focused_press_nothing(centre: SmallCentre) -> None:
    app, wanted = centre.app(), list(centre.codes)[:SCANS]
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3", "f7", "ctrl+n")
        form = app.screen
        app.screen.query_one("#cancel", Button).focus()
        await settle(app, pilot)
        post_scans(app, (centre.codes[no] for no in wanted))
        await settle(app, pilot)
        assert app.screen is form
        assert isinstance(app.focused, Button)
    app.desk.close()
    assert entered(centre) == wanted


@pytest.mark.parametrize("screen_key", ["f2", "f3", "f4", "f5", "f6", "f1"])
async def test_every_screen_shows_the_scan(centre: SmallCentre, screen_key: str) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press(screen_key)
        await settle(app, pilot)
        post_scans(app, [centre.codes["0310007"]])
        await settle(app, pilot)
        banner = app.screen.query_one(ScanBanner)
        assert banner.has_class("shown")
        assert banner.has_class("-entered")
    app.desk.close()
    assert entered(centre) == ["0310007"]


async def test_a_scan_at_the_locked_desk_is_taken_without_an_operator(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("f9")
        await settle(app, pilot)
        post_scans(app, [centre.codes["0310007"]])
        await settle(app, pilot)
        assert app.screen.query_one(ScanBanner).has_class("-entered")
        assert [field.value for field in app.screen.query(Input)] == ["", "", ""]
    app.desk.close()
    assert entered(centre) == ["0310007"]


async def test_a_foreign_code_is_refused_and_never_typed_or_kept(centre: SmallCentre) -> None:
    identity = "11010519491231002X"
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("f4")
        await settle(app, pilot)
        post_scans(app, [identity])
        await settle(app, pilot)
        assert app.screen.query_one(ScanBanner).has_class("-refused")
        assert app.screen.query_one("#search", Input).value == ""
    app.desk.close()
    for file in centre.home.path.rglob("*"):
        if file.is_file():
            assert identity[:12].encode() not in file.read_bytes()


@pytest.mark.parametrize(
    "number", ["310114199003078812", "6222021234567890123", "31011419900307881X", "284412345678901"]
)
async def test_a_long_number_scanned_over_a_form_leaves_it_as_it_was_and_is_kept_nowhere(
    centre: SmallCentre, number: str
) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "f3", "f7", "ctrl+n")
        form = app.screen
        name = form.query_one("#field-name", Input)
        name.value = "王芳"
        for field in form.query(Input):
            field.focus()
            await settle(app, pilot)
            before = values_of(app)
            post_scans(app, [number])
            await settle(app, pilot)
            assert app.screen is form
            assert app.focused is field
            assert values_of(app) == before
            assert form.query_one(ScanBanner).has_class("-refused")
    app.desk.close()
    for file in centre.home.path.rglob("*"):
        assert not file.is_file() or number[:12].encode() not in file.read_bytes(), file


async def test_the_path_of_a_file_that_a_terminal_types_when_it_is_dropped_is_no_scan(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "ctrl+l", "down", "enter")
        field = app.screen.query_one("#file", Input)
        assert app.focused is field
        post_scans(app, ["'/tmp/x/签到表-HD26112202.xlsx'"])
        await settle(app, pilot)
        assert field.value == "'/tmp/x/签到表-HD26112202.xlsx'"
        assert not app.screen.query_one(ScanBanner).has_class("-refused")
    app.desk.close()


async def test_digits_typed_by_a_person_reach_the_field(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("f4")
        await settle(app, pilot)
        search = app.screen.query_one("#search", Input)
        for digit in "0310":
            before = search.value
            await pilot.press(digit)
            while search.value == before:
                await pilot.pause()
        assert search.value == "0310"
    app.desk.close()
