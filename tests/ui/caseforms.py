"""Hands for the forms and records of cases."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from frontdesk.cases import service
from frontdesk.cases.detail_screen import CaseScreen
from frontdesk.cases.form_screen import CaseForm
from frontdesk.cases.service import CaseView
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from tests.ui.conftest import SmallCentre
from tests.ui.hands import on, row_texts, settle


def records(centre: SmallCentre, code: str) -> list[CaseView]:
    """The records of a definition, the oldest first."""
    return on(centre, lambda context: [service.view(context, one.id) for one in service.register(context, code)][::-1])


async def open_form(app: FrontdeskApp, pilot: Pilot[None], *told: object) -> CaseForm:
    """Open a form over the screen in front."""
    screen = front(app)
    assert isinstance(screen, DeskScreen)
    await app.open_form("case_form", screen, *told)
    await settle(app, pilot)
    form = front(app)
    assert isinstance(form, CaseForm)
    return form


async def open_record(app: FrontdeskApp, pilot: Pilot[None], case_id: int) -> CaseScreen:
    """Open the screen of a record over the screen in front."""
    screen = front(app)
    assert isinstance(screen, DeskScreen)
    await app.open_form("case", screen, case_id)
    await settle(app, pilot)
    found = front(app)
    assert isinstance(found, CaseScreen)
    return found


def post_keys(app: FrontdeskApp, *keys: str) -> None:
    """Post keys at once, as a hand that is ahead of the screen types them."""
    for at, key in enumerate(keys):
        event = events.Key(key, key if len(key) == 1 else None)
        event.time += at * 0.2
        app.post_message(event)


def front(app: FrontdeskApp) -> Screen[object]:
    """The screen in front, whichever it is by now."""
    return app.screen


def stays(app: FrontdeskApp, form: CaseForm) -> bool:
    """Whether a form is still in front."""
    return app.screen is form


def cells(app: FrontdeskApp) -> list[str]:
    """The rows of the list of a form, each as one text."""
    return [" ".join(one.split()) for one in row_texts(app, "case-rows")]


def said(form: CaseForm) -> str:
    """What is wrong with the fields of a form, all of it."""
    return " ".join(str(one.render()) for one in form.query(".part-wrong.-shown"))
