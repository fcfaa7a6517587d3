"""Registers as tables by keyboard alone: the matrix, the use of the lists, the bundle for a third party."""

from __future__ import annotations

from textual.pilot import Pilot

from frontdesk.cases import service
from frontdesk.cases.screen import CasesScreen
from frontdesk.cases.tables_screen import TablesScreen
from frontdesk.shell.app import FrontdeskApp
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, notice, press, row_texts, settle


async def files_of(app: FrontdeskApp, pilot: Pilot[None], code: str, digit: str) -> None:
    """Take a row of the dialog of files of a register."""
    assert isinstance(app.screen, CasesScreen)
    await app.screen.open_at(f"register:{code}")
    await settle(app, pilot)
    await press(app, pilot, "ctrl+o")
    await settle(app, pilot)
    await press(app, pilot, digit)
    await settle(app, pilot)


def digit_of(code: str) -> str:
    """At which digit a row of the dialog stands: the tables come last."""
    from frontdesk.cases.definition.reading import own_definitions
    from frontdesk.cases.papers.service import ledgers_of

    ledgers = ledgers_of(own_definitions()[code])
    return str(sum(1 if paper.kind == "notice" else 2 for _, paper in ledgers) + 4)


async def test_the_matrix_is_seen_row_by_row_and_written(centre: SmallCentre) -> None:
    context = centre.context()
    staff = context.require_operator().no
    service.open_case(context, "all_post_competency", {"person": staff, "matter": "社保"})
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5")
        await files_of(app, pilot, "all_post_competency", digit_of("all_post_competency"))
        assert isinstance(app.screen_stack[-1], TablesScreen)
        (row,) = row_texts(app, "case-table")
        assert "社保" in row and "0/1" in row and "没学" in row
        await press(app, pilot, "enter")
        await settle(app, pilot)
        assert "没学" in row_texts(app, "reading-lines")[0]
        await press(app, pilot, "escape")
        before = set(app.export_folder().glob("*"))
        await press(app, pilot, "f7")
        await settle(app, pilot)
        assert [one.suffix for one in set(app.export_folder().glob("*")) - before] == [".xlsx"]
        await press(app, pilot, "escape")
        await settle(app, pilot)
        assert not app.screen.query("#case-table")

    await do(centre, task)


async def test_the_use_of_the_lists_and_the_bundle_are_asked_for_by_their_days(centre: SmallCentre) -> None:
    context = centre.context()
    item = service.open_case(
        context, "service_item", {"list_type": "district", "service": "法律咨询", "provider": "司法所"}
    )
    service.take_step(context, item.row.id, "list", {})
    service.open_case(context, "repair", {"what": "灯不亮"})
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5")
        await files_of(app, pilot, "service_item", digit_of("service_item"))
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert isinstance(app.screen_stack[-1], TablesScreen)
        (row,) = row_texts(app, "case-table")
        assert "法律咨询" in row and "从没" in row
        await press(app, pilot, "escape")
        await settle(app, pilot)
        await files_of(app, pilot, "repair", digit_of("repair"))
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert "1 条记录" in notice(app)

    await do(centre, task)
