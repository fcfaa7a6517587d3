"""What every screen of the desk is made of: title, body, command bar, scan banner, and one way to run a
use case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from frontdesk.common.text import display_width, wrap
from frontdesk.errors import CodedError
from frontdesk.locale import t
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.command import ANYWHERE, Command
from frontdesk.shell.plain import Plain

if TYPE_CHECKING:
    from textual.timer import Timer

    from frontdesk.context import Context
    from frontdesk.shell.app import FrontdeskApp

T = TypeVar("T")

Entries = list[tuple[Command, bool]]
"""Commands, each with whether it can run now."""


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """The key bindings of a command table; one action serves them all."""
    return [
        Binding(
            command.key,
            f"command('{command.name}')",
            command.label,
            id=f"{command.area}.{command.name}",
            show=False,
        )
        for command in commands
    ]


class FrameLine(Static):
    """A line of the frame, which is drawn again only when it says something else: reading its markup takes longer than
    a search does.
    """

    _said: str | Content | None = None

    def say(self, text: str | Content) -> None:
        """Show this markup, or these words as they stand."""
        if text != self._said:
            self._said = text
            self.update(text)


class TitleLine(FrameLine):
    """The first line: where you are, the day, who is signed in."""


class NoticeLine(Plain):
    """What was done or refused just now, in the last lines above the commands; it covers nothing."""

    _timer: Timer | None = None

    def say(self, words: str, severity: str, seconds: float) -> None:
        """Show a notice for so long, in place of the one before."""
        self.update("\n".join(wrap(words, max(20, self.app.size.width - 4))))
        self.set_classes(f"shown -{severity}")
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds, self.clear)

    def clear(self) -> None:
        """Show nothing more."""
        self.set_classes("")


def _bar_width(command: Command) -> int:
    """The cells that a command takes in the bar, with the one after it."""
    return display_width(f"{command.bar_key} {command.label} ")


class CommandBar(FrameLine):
    """The last two lines: what this screen can do, and what every screen can do.

    What cannot run now is dimmed.
    """

    _commands: tuple[Entries, ...] = ()

    def show(self, own: Iterable[tuple[Command, bool]], anywhere: Iterable[tuple[Command, bool]]) -> None:
        """Draw the commands; the flag says whether a command can run now. A line that is too long has shorter words;
        one in which room is left has commands too that are there only then, in the order of the table.
        """
        self._commands = (list(own), list(anywhere))
        self._draw_commands()

    def on_resize(self) -> None:
        """What has room is another thing in another window."""
        self._draw_commands()

    def _draw_commands(self) -> None:
        if self._commands:
            self.say("\n".join(map(self._line, self._commands)))

    def _line(self, entries: Entries) -> str:
        room = self.app.size.width + 1 - sum(_bar_width(command) for command, _ in entries if command.in_bar)
        short = room < 0
        shown = []
        for command, enabled in entries:
            if not command.in_bar:
                if _bar_width(command) > room:
                    continue
                room -= _bar_width(command)
            shown.append(self._entry(command, command.short_label if short else command.label, enabled))
        return " ".join(shown)

    @staticmethod
    def _entry(command: Command, label: str, enabled: bool) -> str:
        text = f"[b]{command.bar_key}[/b] {label}"
        action = f"[@click=screen.command('{command.name}')]{text}[/]"
        return action if enabled else f"[dim]{text}[/dim]"


class DeskScreen(Screen[None]):
    """A screen of the desk. Subclasses set `area` and `COMMAND_TABLE`, compose a body and load their data.

    Textual calls the `on_mount` of every class of a screen, the subclass's first: one that called `super()` would have
    the data loaded twice.
    """

    area: ClassVar[str] = "shell"
    title_key: ClassVar[str] = "title"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        """The keys of a screen are those of its command table."""
        cls.BINDINGS = bindings(cls.COMMAND_TABLE)
        super().__init_subclass__(**options)

    def __init__(self) -> None:
        super().__init__()
        self._stale = True
        self._loaded = False

    @property
    def desk_app(self) -> FrontdeskApp:
        """The application, under its own type."""
        return cast("FrontdeskApp", self.app)

    @property
    def is_auditor(self) -> bool:
        """Whether who is signed in only reads."""
        operator = self.desk_app.desk.operator
        return operator is not None and operator.role == "auditor"

    def why_read_only(self) -> str | None:
        """Why who is signed in changes nothing, in words; None for those who may."""
        operator = self.desk_app.desk.operator
        if operator is None or not self.is_auditor:
            return None
        return t("shell.error.auditor_reads_only", no=operator.no)

    def compose(self) -> ComposeResult:
        """Title, scan banner, body, notice, command bar, one below the other."""
        yield TitleLine(id="title")
        yield ScanBanner()
        yield from self.compose_body()
        yield NoticeLine(id="notice")
        yield CommandBar(id="bar")

    def compose_body(self) -> ComposeResult:
        """The widgets of the screen itself."""
        yield from ()

    async def load(self) -> None:
        """Fetch what the screen shows and show it.

        Called on arrival and when another window has changed something.
        """

    def go_home(self) -> None:
        """Put the focus where work on this screen begins: its key was pressed again."""

    async def open_at(self, key: str) -> None:
        """Show one thing: what another screen asked for."""

    def hide_clear(self) -> bool:
        """Forget what was shown in clear, somebody else has signed in; whether there was any, to be loaded masked."""
        return False

    async def sync_moved(self) -> None:
        """A sync began, went on or ended: show it where this screen does."""

    async def keeping_moved(self) -> None:
        """A backup began, went on or ended: show it where this screen does."""

    def why_not(self, name: str) -> str | None:
        """Why a command cannot run now, in words; None when it can."""
        return None

    async def on_mount(self) -> None:
        """Show the frame at once, and the data when it is there."""
        self.refresh_frame()
        self.call_after_refresh(self.reload)

    async def on_screen_resume(self) -> None:
        """Fill the screen again when it comes to the front after something changed."""
        if self._stale and self._loaded:
            await self.reload()

    def mark_stale(self) -> None:
        """Something changed; load again now if this screen is seen, else when it is."""
        self._stale = True
        if self.is_current and self._loaded:
            self.call_later(self._reload_if_stale)

    async def _reload_if_stale(self) -> None:
        if self._stale and self.is_current:
            await self.reload()

    async def reload(self) -> None:
        """Load now; a failure is shown in words. Behind a locked desk it is done when somebody has signed in."""
        if self.desk_app.is_locked and not self.is_current:
            self._stale = self._loaded = True
            return
        self._stale, self._loaded = False, True
        try:
            await self.load()
        except CodedError as failure:
            self.desk_app.say_failure(failure)
        self.refresh_frame()

    def title_words(self) -> str:
        """What the first line calls the screen."""
        return t(f"{self.area}.{self.title_key}")

    def refresh_frame(self) -> None:
        """Draw title and command bar again."""
        self.query_one(TitleLine).say(self.desk_app.title_text(self.title_words()))
        own = [
            (command, self.why_not(command.name) is None)
            for command in self.COMMAND_TABLE
            if command.in_bar or command.if_room
        ]
        usable = self.desk_app.can_run
        anywhere = [(command, usable(command.name)) for command in ANYWHERE if command.in_bar]
        self.query_one(CommandBar).show(own, anywhere)

    async def attempt(self, case: Callable[[Context], T], *, slow: bool = False) -> T | None:
        """Run a use case; a failure is shown in words and None comes back."""
        desk = self.desk_app.desk
        try:
            return await (desk.run_slow(case) if slow else desk.run(case))
        except CodedError as failure:
            self.desk_app.say_failure(failure)
            return None

    async def action_command(self, name: str) -> None:
        """Run a command of this screen's table or of everybody's; one that cannot run, or is refused, says why."""
        own = next((command for command in self.COMMAND_TABLE if command.name == name), None)
        if own is None:
            await self.desk_app.action_command(name)
            return
        reason = self.why_not(name)
        if reason is not None:
            if own.in_bar or own.if_room:
                self.notify(reason, severity="warning")
            return
        try:
            await getattr(self, f"do_{name}")()
        except CodedError as failure:
            self.desk_app.say_failure(failure)
