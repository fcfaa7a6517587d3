"""A screen of several views, one of which is shown: turned to with a digit, or by clicking its name above them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command

PREFIX = "view_"
"""Of the name of the command that turns to a view."""


def view_commands(area: str, views: Iterable[str]) -> tuple[Command, ...]:
    """The commands that turn to each view, the digits from 1 on; a screen with views has them in its table."""
    return tuple(Command(area, f"{PREFIX}{view}", str(place), in_bar=False) for place, view in enumerate(views, 1))


class ViewsScreen(DeskScreen):
    """The names of the views in a line, and below it the view that is shown, which has the focus.

    A subclass sets `views` and `views_id`, has `view_commands` in its table, makes the `widget_of` each view, and has
    the words `<area>.view.<view>`.
    """

    views: ClassVar[tuple[str, ...]]
    views_id: ClassVar[str]
    """Before the ids of the views, of their line and of their panel: `order-posts`, `order-views`, `order-panel`."""

    def __init__(self) -> None:
        super().__init__()
        self.view = self.views[0]

    def widget_of(self, view: str, widget_id: str) -> Widget:
        """The widget of a view, still empty."""
        raise NotImplementedError

    def counts(self) -> Mapping[str, int]:
        """How much there is to see in views whose names say it."""
        return {}

    def compose_body(self) -> ComposeResult:
        """The names, the views in one panel, and what stands below."""
        yield Static("", id=f"{self.views_id}-views")
        with Vertical(classes="panel fill", id=f"{self.views_id}-panel"):
            for view in self.views:
                yield self.widget_of(view, f"{self.views_id}-{view}")
        yield from self.compose_below()

    def compose_below(self) -> ComposeResult:
        """The widgets between the panel and the command bar."""
        yield from ()

    async def on_mount(self) -> None:
        """Begin with the first view."""
        self.show_view(self.views[0])

    @property
    def panel(self) -> Widget:
        """The panel of the views."""
        return self.query_one(f"#{self.views_id}-panel")

    @property
    def shown(self) -> Widget:
        """The widget of the view that is shown."""
        return self.query_one(f"#{self.views_id}-{self.view}")

    def show_view(self, view: str) -> None:
        """Turn to a view."""
        self.view = view
        for one in self.views:
            self.query_one(f"#{self.views_id}-{one}").display = one == view
        self.shown.focus()
        self.tell()
        self.refresh_frame()

    def tell(self) -> None:
        """Write the names of the views; a screen that says more about the one that is shown says it here too."""
        counts = self.counts()
        parts = []
        for place, view in enumerate(self.views, 1):
            count = f"({counts[view]})" if counts.get(view) else ""
            text = f" {place} {t(f'{self.area}.view.{view}')}{count} "
            shown = f"[reverse]{text}[/reverse]" if view == self.view else text
            parts.append(f"[@click=screen.command('{PREFIX}{view}')]{shown}[/]")
        self.query_one(f"#{self.views_id}-views", Static).update("".join(parts))

    async def action_command(self, name: str) -> None:
        """Turn to a view, or run a command."""
        view = name.removeprefix(PREFIX)
        if view != name:
            self.show_view(view)
            return
        await super().action_command(name)
