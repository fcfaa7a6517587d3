"""How the safe-keeping stands, thing by thing."""

from __future__ import annotations

from pathlib import Path

from frontdesk.context import Operator, open_context
from frontdesk.safety.service import STANDINGS, standings
from tests.desks import NOON, new_desk


def test_a_key_that_is_missing_stands_in_its_row_and_the_way_to_the_others_is_open(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    desk.database.close()
    desk.keys.path("field").unlink()
    context = open_context(desk.home, source="desk", clock=lambda: NOON, operator=Operator("M001", "王五", "manager"))
    found = {one.room: one for one in standings(context, STANDINGS)}
    context.database.close()
    assert list(found) == list(STANDINGS)
    assert found["key_change"].tone == "bad" and "field.key" in found["key_change"].todo
    assert [one.room for one in found.values() if "field.key" in one.todo] == ["key_change"]
