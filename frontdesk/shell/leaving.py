"""What becomes of what one person left open at a locked desk when another signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import ModalScreen

from frontdesk.shell.base import DeskScreen, NoticeLine
from frontdesk.shell.line import Line

if TYPE_CHECKING:
    from frontdesk.context import Operator
    from frontdesk.shell.app import FrontdeskApp


def forget_secrets(app: FrontdeskApp) -> None:
    """Empty every field with a PIN: whoever signs in next would need no more than Enter to be let through by it."""
    for screen in {screen for stack in app._screen_stacks.values() for screen in stack}:
        for line in screen.query(Line):
            if line.password:
                line.value = ""


async def hand_over(app: FrontdeskApp, operator: Operator) -> None:
    """Keep the forms, which are the desk's, and close what only shows or asks: the person before looked it up, or meant
    it. Names and phones in clear are masked again: each look at them is logged with who looked.

    An auditor could not save a form and has no right to open one: it is closed.
    """
    while isinstance(app.screen, ModalScreen) and len(app.screen_stack) > 1:
        if getattr(app.screen, "is_form", False) and operator.role != "auditor":
            break
        await app.screen.dismiss(None)
    for screen in {screen for stack in app._screen_stacks.values() for screen in stack}:
        if isinstance(screen, DeskScreen):
            for notice in screen.query(NoticeLine):
                notice.clear()
            if screen.hide_clear():
                await screen.reload()
