"""How many of the staff are certified stands in the header of Today and of the staff (mechanisms H10)."""

from __future__ import annotations

from textual.pilot import Pilot

from db.staff import Staff, put
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import TitleLine
from frontdesk.today.service import occasions, today
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, look_for_changes, press, settle


def give(centre: SmallCentre, certified: int, of: int) -> tuple[int, int]:
    """So many more of the staff, the first of them certified; how the whole staff stands then."""
    context = centre.context()
    with context.database.write() as connection:
        for number in range(of):
            certificate = "社会工作者" if number < certified else None
            put(connection, Staff(no=f"Z{number}", name=f"同事{number}", kind="", certificate=certificate))
    found = today(context, occasions(context)).certified
    context.database.close()
    assert found is not None
    return found


async def test_the_header_of_today_and_of_the_staff_has_the_ratio(centre: SmallCentre) -> None:
    held, staff = give(centre, 1, 9)
    assert held == 1 and 2 * held < staff

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f2")
        await settle(app, pilot)
        await look_for_changes(app, pilot)
        assert f"持证 {held}/{staff}，不到一半" in str(app.screen.query_one(TitleLine).render())
        await press(app, pilot, "f12")
        await settle(app, pilot)
        title = str(app.screen.query_one("#staff-panel").border_title)
        assert f"持证 {held}/{staff}（{held / staff:.0%}），不到一半" in title

    await do(centre, task)


async def test_half_is_enough_and_without_a_certificate_nothing_is_said(centre: SmallCentre) -> None:
    context = centre.context()
    assert today(context, occasions(context)).certified is None
    context.database.close()

    async def without(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await settle(app, pilot)
        assert "持证" not in str(app.screen.query_one(TitleLine).render())

    await do(centre, without)
    held, staff = give(centre, 9, 9)
    assert 2 * held >= staff

    async def enough(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f2")
        await settle(app, pilot)
        await look_for_changes(app, pilot)
        said = str(app.screen.query_one(TitleLine).render())
        assert f"持证 {held}/{staff}" in said and "不到一半" not in said

    await do(centre, enough)
