"""A file of the centre's own mechanism is replaced while forms are open by what stood in it before."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from frontdesk.cases import drafts, service
from frontdesk.context import Context
from frontdesk.shell.app import FrontdeskApp
from tests.db.test_case_editions import CLEAR, NAME, PHONE, SEALED
from tests.db.test_cases import LOST_PROPERTY
from tests.ui.caseforms import front, open_form, records
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, look_for_changes, on, press, settle

CODE = "lost_property"
GONE = LOST_PROPERTY.replace("东西", "物品")
STRICTER = LOST_PROPERTY.replace('name = { zh_CN = "东西" }', 'name = { zh_CN = "东西" }, most = 2').replace(
    "\n]\nstates", '\n  { code = "where", kind = "text", name = { zh_CN = "在哪捡的" }, required = true },\n]\nstates'
)


def put(context: Context, text: str) -> None:
    folder = context.home.path / "definitions"
    folder.mkdir(exist_ok=True)
    (folder / f"{CODE}.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("code = [", f"{CODE}.toml", id="it cannot be read"),
        pytest.param(GONE, "没有栏目 finder", id="a field is gone"),
        pytest.param(STRICTER, "最多 2 个字", id="a field holds less and another is asked for"),
    ],
)
async def test_what_the_new_file_does_not_take_is_told_and_nothing_that_was_typed_is_lost(
    centre: SmallCentre, text: str, wrong: str
) -> None:
    on(centre, lambda context: put(context, CLEAR))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        form = await open_form(app, pilot, CODE)
        await enter_text(app, pilot, "雨伞一把")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, NAME)
        on(centre, lambda context: put(context, text))
        await look_for_changes(app, pilot)
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        shown = "".join(str(one.render()) for one in form.query("Static") if one.display)
        assert wrong in shown
        assert front(app) is form and form.parts.typed["what"] == "雨伞一把" and form.parts.typed["finder"] == NAME
        on(centre, lambda context: put(context, CLEAR))
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert form not in app.screen_stack

    await do(centre, task)
    (one,) = records(centre, CODE)
    assert one.now.values["finder"] == NAME and on(centre, drafts.drafts) == []


async def test_a_field_that_tells_of_people_since_the_form_was_opened_is_sealed_when_it_is_saved(
    centre: SmallCentre,
) -> None:
    on(centre, lambda context: put(context, CLEAR))
    step = on(centre, lambda context: service.open_case(context, CODE, {"what": "伞", "phone": PHONE})).row.id

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        form = await open_form(app, pilot, CODE)
        await enter_text(app, pilot, "书")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, NAME)
        on(centre, lambda context: put(context, f"edition = 2\n{SEALED}"))
        await look_for_changes(app, pilot)
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert form not in app.screen_stack

    await do(centre, task)
    kept = on(centre, lambda context: _said(context))
    assert not any(NAME in one or PHONE in one for one in kept)
    assert [one.now.values.get("finder", one.now.values.get("phone")) for one in records(centre, CODE)] == [PHONE, NAME]
    assert records(centre, CODE)[0].row.id == step


def _said(context: Context) -> list[str]:
    rows = context.database.connection.execute("SELECT said FROM case_record UNION ALL SELECT said FROM case_log")
    return [row[0] for row in rows]


def test_the_files_of_these_tests_are_what_they_are_said_to_be(tmp_path: Path) -> None:
    assert "finder" not in GONE and GONE != LOST_PROPERTY and "where" in STRICTER and "most = 2" in STRICTER
