"""The register of residents by keyboard alone: found, entered, put into a household, merged, and looked at."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from frontdesk.locale import use_language
from frontdesk.residents import service as residents
from frontdesk.residents.detail_screen import ResidentScreen
from frontdesk.residents.screen import ResidentsScreen, open_residents
from frontdesk.settings.service import set_setting
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.dialogs import FormDialog, QuestionDialog
from frontdesk.shell.picking import PickDialog
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, post_scans, press, row_texts, settle, values_of


@pytest.fixture
def family(centre: SmallCentre) -> dict[str, int]:
    """Three residents, two of whom share a telephone, and one who was entered twice; by name the id."""
    context = centre.context()
    said = {"王芳": "15400001111", "曾国庆": "15400001111", "单雄信": "15400002222", "善雄信": "15400003333"}
    made = {name: residents.add(context, {"name": name, "phone": phone}).id for name, phone in said.items()}
    with context.database.write() as connection:
        connection.execute("DELETE FROM search_term WHERE kind = 'resident'")
        connection.execute("UPDATE resident SET indexed = 0")
    context.database.close()
    return made


def shows(app: FrontdeskApp, kind: type) -> bool:
    """Whether a screen of this kind is in front."""
    return isinstance(app.screen, kind)


async def begin(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    await open_residents(app.screen)  # type: ignore[arg-type]
    await app.workers.wait_for_complete()
    await settle(app, pilot)


async def test_whom_an_earlier_import_brought_is_found_by_every_reading_after_opening(
    centre: SmallCentre, family: dict[str, int]
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await begin(app, pilot)
        assert shows(app, ResidentsScreen)
        await press(app, pilot, "z", "g", "q")
        assert [row.split()[0] for row in row_texts(app, "residents-list")] == ["曾*庆"]
        await press(app, pilot, "escape", "1", "1", "1", "1")
        assert sorted(row.split()[0] for row in row_texts(app, "residents-list")) == ["曾*庆", "王*"]
        await press(app, pilot, "escape", "escape")
        assert not shows(app, ResidentsScreen)

    await do(centre, task)


async def test_a_new_resident_is_entered_from_any_field_and_a_scan_leaves_the_form_as_it_was(
    centre: SmallCentre, family: dict[str, int]
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await begin(app, pilot)
        await enter_text(app, pilot, "李小龙")
        await press(app, pilot, "ctrl+n")
        assert values_of(app)["name"] == "李小龙"
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "15400001111")
        before = values_of(app)
        post_scans(app, [next(iter(centre.codes.values()))])
        await settle(app, pilot)
        assert values_of(app) == before
        await press(app, pilot, "tab")
        await enter_text(app, pilot, "二零")
        await press(app, pilot, "ctrl+s")
        assert shows(app, FormDialog)
        await press(app, pilot, "backspace", "backspace")
        await enter_text(app, pilot, "1951")
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert shows(app, ResidentsScreen)
        assert "王*" in notice(app)
        assert "曾*庆" in notice(app)
        assert any(row.startswith("李*龙 ***1111 70-79") for row in row_texts(app, "residents-list"))

    await do(centre, task)


async def test_a_family_is_made_of_those_with_one_phone_and_two_entries_of_one_person_become_one(
    centre: SmallCentre, family: dict[str, int]
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await begin(app, pilot)
        await enter_text(app, pilot, "王芳")
        await press(app, pilot, "enter", "2", "down", "f7")
        assert shows(app, ResidentScreen)
        assert [row.split()[0] for row in row_texts(app, "resident-household")] == ["曾*庆"]
        await press(app, pilot, "home", "delete")
        assert shows(app, QuestionDialog)
        await press(app, pilot, "escape", "escape", "escape", *"danx")
        await press(app, pilot, "enter", "f8")
        assert shows(app, PickDialog)
        await press(app, pilot, *"3333", "enter")
        await settle(app, pilot)
        assert shows(app, QuestionDialog)
        await press(app, pilot, "enter")
        await settle(app, pilot)
        assert "已合并" in notice(app)

    await do(centre, task)
    context = centre.context()
    assert residents.get(context, family["善雄信"]).id == family["单雄信"]
    assert len(residents.household_of(context, family["王芳"])) == 2
    context.database.close()


async def test_consent_is_given_in_one_key_and_withdrawn_in_two(centre: SmallCentre, family: dict[str, int]) -> None:
    context = centre.context()
    set_setting(context, "consent_notice_version", "2026-1")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await begin(app, pilot)
        await enter_text(app, pilot, "王芳")
        await press(app, pilot, "enter", "ctrl+x")
        assert any("2026-1" in row for row in row_texts(app, "resident-data"))
        assert "15400001111" not in " ".join(row_texts(app, "resident-data"))
        await press(app, pilot, "ctrl+t")
        assert "15400001111" in " ".join(row_texts(app, "resident-data"))
        await press(app, pilot, "ctrl+x", "enter")
        assert not any("2026-1" in row for row in row_texts(app, "resident-data"))

    await do(centre, task)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_the_form_with_all_its_fields_fits_the_window(
    centre: SmallCentre, family: dict[str, int], language: str, size: tuple[int, int]
) -> None:
    use_language(language)
    try:
        app = centre.app()
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            await begin(app, pilot)
            await press(app, pilot, "enter", "enter")
            assert shows(app, FormDialog)
            last = app.screen.query_one("#field-note").region
            assert last.bottom < app.screen.query_one("#save").region.bottom <= size[1]
        app.desk.close()
    finally:
        use_language("zh_CN")
