"""People's data by keyboard alone: withdrawn in two keys, shown in clear with an entry, erased after being told how."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from db.staff import set_role
from frontdesk.privacy import service as privacy
from frontdesk.privacy.person_screen import PersonScreen
from frontdesk.privacy.retention_screen import RetentionScreen
from frontdesk.privacy.screen import PeopleScreen, open_people, open_person, open_retention
from frontdesk.residents import service as residents
from frontdesk.settings.service import set_setting
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.reading import ReadDialog
from tests.desks import set_own_pin
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, settle


@pytest.fixture
def woman(centre: SmallCentre) -> str:
    """A resident who agreed to the notice in force, as the file knows her."""
    context = centre.context()
    privacy.publish(context, "2026-1", *privacy.draft(context))
    made = residents.add(context, {"name": "欧阳采薇", "phone": "15400001111", "birth": "1961", "note": "住三楼"})
    privacy.give(context, privacy.Subject("resident", str(made.id)))
    context.database.close()
    return f"resident/{made.id}"


def shows(app: FrontdeskApp, kind: type) -> bool:
    """Whether a screen of this kind is in front."""
    return isinstance(app.screen, kind)


def logged(centre: SmallCentre, action: str) -> int:
    context = centre.context()
    query = "SELECT count(*) FROM audit WHERE action = ?"
    count = context.database.connection.execute(query, (action,)).fetchone()[0]
    context.database.close()
    return int(count)


async def test_from_the_search_to_what_erasing_does_and_through_it(centre: SmallCentre, woman: str) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_people(app.screen)  # type: ignore[arg-type]
        await settle(app, pilot)
        await enter_text(app, pilot, "欧阳")
        assert [row.split()[:2] for row in row_texts(app, "privacy-list")] == [["居民", "欧阳**"]]
        await press(app, pilot, "enter")
        assert shows(app, PersonScreen)
        assert not any("欧阳采薇" in row or "15400001111" in row for row in row_texts(app, "person"))
        await press(app, pilot, "ctrl+t")
        assert any("15400001111" in row for row in row_texts(app, "person"))
        assert logged(centre, "person.unmask") == 1
        await press(app, pilot, "delete")
        assert shows(app, ReadDialog)
        await press(app, pilot, "escape")
        assert logged(centre, "person.erased") == 0
        # The key held down answers nothing.
        await press(app, pilot, "delete", "delete", "delete")
        assert shows(app, ReadDialog) and logged(centre, "person.erased") == 0
        await press(app, pilot, "enter")
        await settle(app, pilot)
        assert shows(app, PeopleScreen) and logged(centre, "person.erased") == 1
        assert row_texts(app, "privacy-list") == []

    await do(centre, task)


async def test_consent_is_withdrawn_in_two_keys_and_today_and_retention_remind(centre: SmallCentre, woman: str) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_person(app.screen, woman)  # type: ignore[arg-type]
        await settle(app, pilot)
        await press(app, pilot, "ctrl+x", "enter")
        assert logged(centre, "consent.withdrawn") == 1 and "已撤回" in notice(app)
        await press(app, pilot, "escape")
        await open_retention(app.screen)  # type: ignore[arg-type]
        await app.workers.wait_for_complete()
        await settle(app, pilot)
        assert shows(app, RetentionScreen)
        assert any("欧阳**" in row for row in row_texts(app, "retention"))
        await press(app, pilot, "end", "f7")
        await enter_text(app, pilot, "收据要留")
        await press(app, pilot, "enter")
        await settle(app, pilot)
        assert not any("欧阳**" in row for row in row_texts(app, "retention"))

    await do(centre, task)


async def test_a_person_is_handed_over_once_a_second_person_agrees(centre: SmallCentre, woman: str) -> None:
    """The form that asks why stays below the second person's: it was closed in its place, and the program ended."""
    context = centre.context()
    with context.change("test.role", "S101") as connection:
        set_role(connection, "S101", "manager")
    set_own_pin(context, "S101", "8642")
    set_setting(context, "approve_unmask_export", "1")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_person(app.screen, woman)  # type: ignore[arg-type]
        await settle(app, pilot)
        for key, words in (("ctrl+s", "本人要求"), ("enter", "S101"), ("enter", "8642")):
            await press(app, pilot, key)
            await settle(app, pilot)
            await enter_text(app, pilot, words)
        before = set(app.export_folder().glob("*"))
        await press(app, pilot, "enter")
        await settle(app, pilot)
        assert shows(app, PersonScreen)
        written = set(app.export_folder().glob("*")) - before
        assert {path.suffix for path in written} == {".xlsx", ".json"}

    await do(centre, task)


async def test_without_a_notice_consent_is_refused_before_its_form_is_filled_in(centre: SmallCentre) -> None:
    context = centre.context()
    made = residents.add(context, {"name": "欧阳采薇", "phone": "15400001111"})
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_person(app.screen, f"resident/{made.id}")  # type: ignore[arg-type]
        await settle(app, pilot)
        await press(app, pilot, "ctrl+x")
        assert shows(app, PersonScreen) and "F7" in notice(app)

    await do(centre, task)
