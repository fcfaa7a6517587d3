"""The first who signs in on a day and may write closes the days behind; whatever becomes of that, the desk opens."""

from __future__ import annotations

import pytest

from db import visits
from db.errors import DatabaseError
from frontdesk.context import Context, Operator, to_ms
from frontdesk.shell.app import FrontdeskApp
from frontdesk.volunteers import service as volunteers
from tests.ui.conftest import NOW, SmallCentre
from tests.ui.hands import notice, settle

YESTERDAY = NOW.replace(day=19)


def forgotten(centre: SmallCentre, count: int) -> None:
    """So many people came yesterday and did not sign out."""
    context = centre.context()
    for no in list(centre.codes)[:count]:
        volunteers.check_in(context, no, at=YESTERDAY, words="忘了")
    context.database.close()


def inferred(centre: SmallCentre) -> list[int | None]:
    """The exits that were inferred."""
    context = centre.context()
    found = [one.left_at for one in visits.pending(context.database.connection)]
    context.database.close()
    return found


async def test_signing_in_on_a_new_day_closes_the_days_behind_and_says_so(centre: SmallCentre) -> None:
    forgotten(centre, 3)
    app = centre.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        assert "3" in notice(app)
        await app.enter(Operator("M001", "王五", "manager"))
        await settle(app, pilot)
    app.desk.close()
    assert inferred(centre) == [to_ms(YESTERDAY) + 240 * 60_000] * 3


async def test_an_auditor_who_signs_in_closes_nothing(centre: SmallCentre) -> None:
    forgotten(centre, 1)
    app = FrontdeskApp(
        centre.home,
        clock=lambda: NOW,
        centre=("示范路邻里中心", "Asia/Shanghai"),
        demo_operator=Operator("S009", "孙七", "auditor"),
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
    app.desk.close()
    assert inferred(centre) == []


async def test_days_that_cannot_be_closed_are_said_and_keep_nobody_out(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Context) -> int:
        raise DatabaseError("disk_full", path="centre.db", reason="full")

    monkeypatch.setattr(volunteers, "close_past_days", full)
    app = centre.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        assert app.current_mode == "today"
        assert "磁盘" in notice(app)
    app.desk.close()
