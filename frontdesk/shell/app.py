"""The desk: modes, sign-in, refreshing, and the one handler that shows every failure."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from frontdesk.clock import running_seconds
from frontdesk.errors import CodedError
from frontdesk.home import find_exports
from frontdesk.locale import t, words_for
from frontdesk.shell import kiosk_words
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen, NoticeLine, bindings
from frontdesk.shell.command import ANYWHERE, key_label
from frontdesk.shell.desk import Desk
from frontdesk.shell.entering import entered
from frontdesk.shell.idle import WARNING_SECONDS, IdleWatch
from frontdesk.shell.keeping import LOOK_SECONDS as KEEPING_SECONDS
from frontdesk.shell.keeping import Keeping, KeepingMoved
from frontdesk.shell.leaving import forget_secrets, hand_over
from frontdesk.shell.registry import SCREENS, form, screen_class
from frontdesk.shell.scan_gate import is_own_code
from frontdesk.shell.scanning import ScanAnswered, ScanDecided, ScanFailed, ScanningApp
from frontdesk.shell.syncing import LOOK_SECONDS, Syncing, SyncMoved
from frontdesk.shell.theme import NIGHT

if TYPE_CHECKING:
    from datetime import date

    from frontdesk.clock import Clock
    from frontdesk.context import Operator
    from frontdesk.home import Home

NOTICE_SECONDS = 8.0
ANSWERS_KEY = "ctrl+u"
"""Opens, over whatever is open, the form with the answers that a scan lacked; while none lacks any it is a field's."""

OVER_DIALOGS = ("lock", "case_new")
"""Commands of everybody's whose keys work while a dialog is open."""

ANSWERS_MINUTES = 15
"""How long a scan that lacks an answer can go on: later the volunteer has gone home, or has scanned again."""

IDLE_LOOK_SECONDS = 1.0
"""How often it is looked whether anybody is there."""

POLL_SECONDS = 0.8
"""How often another window's changes are looked for."""

log = logging.getLogger("frontdesk")


class FrontdeskApp(ScanningApp):
    """The desk window."""

    CSS_PATH = Path(__file__).with_name("shell.tcss")
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings(ANYWHERE)

    def __init__(
        self,
        home: Home,
        *,
        clock: Clock,
        centre: tuple[str, str] | None,
        demo_operator: Operator | None = None,
        demo_pin: str = "",
        seconds: Callable[[], float] = running_seconds,
    ) -> None:
        """`seconds` tells how time passes for the idle lock."""
        super().__init__()
        self.idle = IdleWatch(seconds)
        self._left_by = ""
        self._locked_itself_at = ""
        self._held_notice: tuple[str, str, float | None] | None = None
        self.home = home
        self.clock = clock
        self.desk = Desk(home, "desk", clock)
        self.syncing = Syncing(self)
        self.keeping = Keeping(self)
        self.came_from = "today"
        self.demo_operator = demo_operator
        self.demo_pin = demo_pin
        self.centre_name, self.zone_name = centre or ("", "Asia/Shanghai")
        self._data_version = (0, 0)
        self._refresh_due = False
        self._left_at = "today"
        self._shown_day = self.today()
        self.closed_before: date | None = None
        self._lacking: dict[str, ScanDecided] = {}
        """By volunteer the scans that lacked an answer which nobody has given yet, the latest last."""
        for name in SCREENS:
            self.add_mode(name, self._maker(name))
        # The very first screen is no mode: for a mode Textual parses the style sheet three times over.
        self.add_mode("sign_in", self._maker("sign_in"))
        # Set before the style sheet is read, which would otherwise be read again for it.
        self.register_theme(NIGHT)
        self.set_reactive(FrontdeskApp.theme, NIGHT.name)
        # Without a watcher of the theme the first screen would be drawn in Textual's own colours.
        self.stylesheet.set_variables(self.get_css_variables())
        if os.environ.get("FRONTDESK_ASCII") == "1":
            self.add_class("-ascii")

    @staticmethod
    def _maker(name: str) -> Callable[[], Screen[object]]:
        return lambda: screen_class(name)()  # type: ignore[return-value]

    def get_default_screen(self) -> Screen[object]:
        """The screen before anybody is signed in: without a centre the wizard."""
        return screen_class("sign_in" if self.home.exists() else "wizard")()  # type: ignore[return-value]

    async def on_mount(self) -> None:
        """Begin to look for other windows' changes; a demo shows Today at once."""
        self.set_interval(POLL_SECONDS, self._poll)
        self.set_interval(IDLE_LOOK_SECONDS, self.look_at_idle)
        self.set_interval(LOOK_SECONDS, self.syncing.look)
        self.set_interval(KEEPING_SECONDS, self.keeping.look)
        self.set_interval(KEEPING_SECONDS, lambda: self.run_worker(self.keeping.look_at_erased(), group="settling"))
        self.set_interval(KEEPING_SECONDS, lambda: self.run_worker(self.keeping.look_at_dates(), group="dates"))
        if self.demo_operator is not None:
            await self.enter(self.demo_operator)

    async def enter(self, operator: Operator) -> None:
        """Let an operator in and show Today, or what was left when the desk was locked."""
        self.desk.operator = operator
        self._locked_itself_at = ""
        if not self.centre_name:
            centre = await self.desk.run(lambda context: context.centre)
            self.centre_name, self.zone_name = centre.name, centre.zone
        self.idle.touch()
        with self.batch_update():
            await self.switch_mode(self._left_at)
            if self._left_by not in ("", operator.no):
                await hand_over(self, operator)
        self.mark_stale()
        if self._held_notice is not None:
            message, severity, seconds = self._held_notice
            self._held_notice = None
            if self._left_by in ("", operator.no):
                self.notify(message, severity=severity, timeout=seconds)
        await entered(self, operator)

    @property
    def is_locked(self) -> bool:
        """Whether the desk was locked and nobody has signed in since."""
        return self.desk.operator is None and self.current_mode == "sign_in"

    def locked_words(self) -> list[str]:
        """What the locked desk says: that it locked itself, and when; that a form waits. No words where neither is."""
        if not self.is_locked or not self._left_by:
            return []
        said = [t("shell.idle.locked", at=self._locked_itself_at)] if self._locked_itself_at else []
        waits = any(getattr(screen, "is_form", False) for screen in self._screen_stacks.get(self._left_at, ()))
        return [*said, t("shell.idle.form_waits")] if waits else said

    async def lock(self) -> None:
        """Have nobody signed in; what is open is there again for whoever signs in, see `leaving.hand_over`."""
        if self.desk.operator is None:
            return
        self._left_by = self.desk.operator.no
        self.desk.operator = None
        self._left_at = self.current_mode
        forget_secrets(self)
        await self.switch_mode("sign_in")

    async def look_at_idle(self) -> None:
        """Lock the desk where nobody has been for as long as the setting says, and say so half a minute before."""
        if self.desk.operator is None:
            return
        rest = self.idle.look(self.desk.idle_lock_minutes)
        if rest == "warn":
            words = t("shell.idle.warning", seconds=int(WARNING_SECONDS))
            self.notify(words, severity="warning", timeout=WARNING_SECONDS)
            if not isinstance(self.screen, DeskScreen):
                # A dialog may lie over the notice line.
                for banner in self.screen.query(ScanBanner):
                    banner.show_warning(words, WARNING_SECONDS)
        elif rest == "lock":
            await self._lock_idle()

    async def _touch(self) -> None:
        """Somebody is at the keyboard or the mouse; whoever wakes a computer that slept too long finds it locked."""
        if self.idle.is_over(self.desk.idle_lock_minutes):
            await self._lock_idle()
        if self.idle.touch():
            for screen in self.screen_stack:
                if isinstance(screen, DeskScreen):
                    screen.query_one(NoticeLine).clear()
                for banner in screen.query(ScanBanner):
                    banner.take_warning_back()

    async def _lock_idle(self) -> None:
        if self.desk.operator is not None:
            self._locked_itself_at = f"{self.local_now():%H:%M}"
            await self.lock()

    async def on_event(self, event: events.Event) -> None:
        """The mouse, and what is pasted, are somebody; keys are told from scans first."""
        if isinstance(event, events.MouseEvent | events.Paste) and not event.is_forwarded:
            is_scan = isinstance(event, events.Paste) and is_own_code(event.text.strip())
            if not is_scan:
                await self._touch()
        await super().on_event(event)

    async def _hand_on(self, key: events.Key) -> None:
        """A key that no scanner typed is somebody's."""
        await self._touch()
        await super()._hand_on(key)

    def push_screen(self, screen: Any, *told: Any, mode: str | None = None, **named: Any) -> Any:
        """Push a screen; over a locked desk nothing is shown: what a job opens is there when somebody has signed in."""
        if self.is_locked and mode is None and not getattr(screen, "at_door", False):
            mode = self._left_at
        return super().push_screen(screen, *told, mode=mode, **named)

    def title_text(self, screen_title: str) -> Content:
        """The title line: centre, screen, day, operator."""
        from frontdesk.common.dates import screen_date

        today = self.today()
        operator = self.desk.operator
        who = operator.name if operator else t("shell.nobody")
        demo = Content.assemble(" ", (f" {t('shell.demo')} ", "reverse")) if self.demo_operator else ""
        words = f"  {screen_title}  {screen_date(today)}  {who}"
        return Content.assemble((self.centre_name, "bold"), demo, words)

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1000, self.zone)

    def clock_text(self, at: int) -> str:
        """A stored instant as the centre's wall clock shows it, HH:MM."""
        return self._local(at).strftime("%H:%M")

    def moment_text(self, at: int) -> str:
        """A stored instant with its day: 11-20 16:40."""
        return self._local(at).strftime("%m-%d %H:%M")

    @property
    def zone(self) -> ZoneInfo:
        """Whose wall clock the screens show."""
        return ZoneInfo(self.zone_name)

    def local_now(self) -> datetime:
        """The instant as the centre's wall clock shows it."""
        return self.clock().astimezone(self.zone)

    def export_folder(self) -> Path:
        """Where every screen writes its files; made where it is missing."""
        return find_exports(self.desk.export_folder)

    def today(self) -> date:
        """The local date of the centre."""
        return self.local_now().date()

    def open_at(self, key: str) -> None:
        """Have the screen in front show one thing: a session, a volunteer, a period."""
        if isinstance(self.screen, DeskScreen):
            self.screen.call_later(self.screen.open_at, key)

    def local_minute(self) -> int:
        """The minute of the day at the centre."""
        now = self.local_now()
        return now.hour * 60 + now.minute

    async def open_form(self, name: str, screen: DeskScreen, *told: object) -> None:
        """Open a dialog of another feature over a screen; the registry knows which."""
        await form(name)(screen, *told)

    def mark_stale(self) -> None:
        """Something changed: every screen that shows data loads again, the seen one now."""
        for stack in self._screen_stacks.values():
            for screen in stack:
                if isinstance(screen, DeskScreen):
                    screen.mark_stale()

    def on_unmount(self) -> None:
        """A program that is left waits for no district, and finishes no backup."""
        self.syncing.leave()
        self.keeping.leave()

    async def on_sync_moved(self, message: SyncMoved) -> None:
        """Show it on the screens that lie here; the others look when they come to the front."""
        message.stop()
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                await screen.sync_moved()

    async def on_keeping_moved(self, message: KeepingMoved) -> None:
        """Show it on the screens that lie here; what it came to everywhere."""
        message.stop()
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                await screen.keeping_moved()
        if not self.keeping.is_running:
            self._refresh_due = True

    async def _poll(self) -> None:
        """Notice what this window or another has committed, and load once after a run of scans."""
        if not self.home.exists() or self.desk.operator is None:
            return
        try:
            version = await self.desk.run(lambda context: context.database.changes_seen())
        except CodedError as failure:
            self.say_failure(failure)
            return
        if self._shown_day != self.today():
            # Past midnight "today" is another day, though nobody has written anything.
            self._shown_day = self.today()
            self._refresh_due = True
        # The first look cannot tell what changed since the screen was filled, so it counts as a change.
        if self._data_version != version:
            self._refresh_due = True
        self._data_version = version
        if self._refresh_due:
            self._refresh_due = False
            self.mark_stale()

    def on_scan_decided(self, message: ScanDecided) -> None:
        """Show a committed scan in big type; one that lacks an answer says which key opens the form for it."""
        outcome = message.outcome
        words = ""
        if outcome.volunteer_no is not None:
            self._lacking.pop(outcome.volunteer_no, None)
            if outcome.reason == "incomplete" and self._may_ask():
                self._lacking[outcome.volunteer_no] = message
                missing = [t(f"volunteers.scan.missing.{one}") for one in outcome.missing]
                joint = t("volunteers.scan.missing_joint")
                words = t("shell.scan.incomplete", missing=joint.join(missing), key=key_label(ANSWERS_KEY))
        if outcome.result == "refused" and self.desk.operator is None:
            # A locked desk is a kiosk: who stands there has none of the desk's keys.
            words = kiosk_words.refusal_words(outcome)
        for banner in self.screen.query(ScanBanner):
            banner.show_outcome(outcome, message.seconds_today, words)
        if outcome.result == "refused":
            self.bell()
        self._refresh_due = True

    def _may_ask(self) -> bool:
        """Whether somebody is signed in who may write answers down; a locked desk is a kiosk."""
        return self.desk.operator is not None and self.desk.operator.role != "auditor"

    async def _ask_answers(self) -> bool:
        """Ask for the answers that the last scan lacked; once they are given the same attempt goes on. False where
        there is nothing to ask.
        """
        behind = next((one for one in reversed(self.screen_stack) if isinstance(one, DeskScreen)), None)
        oldest = self.clock() - timedelta(minutes=ANSWERS_MINUTES)
        self._lacking = {no: one for no, one in self._lacking.items() if one.outcome.at >= oldest}
        if not self._lacking or not self._may_ask() or behind is None:
            return False
        no, lacking = self._lacking.popitem()

        async def go_on() -> None:
            self.go_on_with(lacking.attempt)

        await self.open_form("answers", behind, no, lacking.outcome.missing, go_on)
        return True

    def on_scan_answered(self, message: ScanAnswered) -> None:
        """Show a committed scan that is no volunteer's."""
        for banner in self.screen.query(ScanBanner):
            banner.show_answer(message.answer)
        if message.answer.kind == "refused":
            self.bell()
        self._refresh_due = True

    def on_scan_failed(self, message: ScanFailed) -> None:
        """Show that a scan was not recorded."""
        self.bell()
        for banner in self.screen.query(ScanBanner):
            banner.show_failure(words_for(message.failure))
        log.error("scan not recorded: %s", message.failure.code)

    def notify(self, message: str, *, severity: str = "information", timeout: float | None = None, **_: Any) -> None:
        """Say something in the notice line of the screen of the desk that is in front, or lies behind a dialog.

        What a job says of a locked desk, which may be names, is said to whoever left it, and to nobody else.
        """
        if self.is_locked:
            self._held_notice = (message, severity, timeout)
            return
        for screen in reversed(self.screen_stack):
            if isinstance(screen, DeskScreen):
                screen.query_one(NoticeLine).say(message, severity, timeout or NOTICE_SECONDS)
                return

    def say_failure(self, failure: CodedError) -> None:
        """Show a failure in words with what to do next; the details go to the log."""
        # The code only: details may hold names.
        log.warning("%s.%s", failure.area, failure.code)
        self.notify(words_for(failure), severity="error", timeout=12)

    def can_run(self, name: str) -> bool:
        """Whether one of everybody's commands can run now: before signing in there is help, and the way out."""
        return self.desk.operator is not None or name in ("help", "quit")

    async def run_command_key(self, key: str) -> bool:
        """Run a command of this screen's table or of everybody's; what a field needs for typing is left to it."""
        screen = self.screen
        if key == ANSWERS_KEY and await self._ask_answers():
            return True
        finish: Callable[[], Awaitable[None] | None] | None = getattr(self.focused, "finish", None)
        if key == "enter" and finish is not None:
            # Done here, so that the key after it belongs to what the choice opens.
            await self._let_catch_up(self.focused)
            done = finish()
            if done is not None:
                await done
            return True
        if not isinstance(screen, DeskScreen):
            # A half-filled form is locked away with the desk and is there again for whoever signs in; a new record is
            # entered over it, and it is there as it was.
            name = next((one.name for one in ANYWHERE if one.name in OVER_DIALOGS and key in one.keys), None)
            if name is not None:
                await self.action_command(name)
            return name is not None
        if isinstance(self.focused, Input) and not (key.startswith("ctrl+") or _is_function_key(key)):
            return False
        for command in (*screen.COMMAND_TABLE, *ANYWHERE):
            # While no scan lacks an answer the key is a field's, which empties itself with it.
            if key in command.keys and not (command.name == "answers" and isinstance(self.focused, Input)):
                await self._let_catch_up(self.focused)
                await screen.action_command(command.name)
                return True
        return False

    async def _let_catch_up(self, focused: Widget | None) -> None:
        """Wait until the widget that has the focus has taken the keys typed before: a command means the row or the
        word that they led to.
        """
        if focused is None or not focused.is_running:
            return
        caught_up = asyncio.Event()
        focused.call_later(caught_up.set)
        await caught_up.wait()

    async def action_command(self, name: str) -> None:
        """Run one of everybody's commands."""
        if not self.can_run(name):
            return
        if name in SCREENS:
            again = name == self.current_mode
            if again and isinstance(self.screen, DeskScreen):
                self.screen.go_home()
            if not again:
                self.came_from = self.current_mode
            await self.switch_mode(name)
            # Its key leads to the screen itself, whatever room of it was left open.
            while not again and len(self.screen_stack) > 1 and isinstance(self.screen, DeskScreen):
                await self.screen.dismiss(None)
        elif name == "help":
            from frontdesk.shell.help import HelpScreen

            behind = self.screen if isinstance(self.screen, DeskScreen) else None
            await self.push_screen(HelpScreen(behind))
        elif name == "palette":
            await self._open_palette()
        elif name == "answers":
            if not await self._ask_answers():
                self.notify(t("shell.scan.nothing_missing"))
        elif name in ("case_new", "case_entered"):
            behind = next((one for one in reversed(self.screen_stack) if isinstance(one, DeskScreen)), None)
            if behind is not None:
                await self.open_form(name, behind)
        elif name == "lock":
            await self.lock()
        elif name == "quit":
            self.exit()

    async def _open_palette(self) -> None:
        from frontdesk.shell.palette import PaletteScreen

        screen = self.screen
        if not isinstance(screen, DeskScreen):
            return
        own = [command for command in screen.COMMAND_TABLE if screen.why_not(command.name) is None]
        anywhere = [command for command in ANYWHERE if command.name != "palette"]

        async def chosen(name: str | None) -> None:
            if name is not None:
                await screen.action_command(name)

        await self.push_screen(PaletteScreen([*own, *anywhere]), chosen)


def _is_function_key(key: str) -> bool:
    """Whether a key is F1 to F24, with Shift or without: no field takes it for typing."""
    bare = key.removeprefix("shift+")
    return bare[0] == "f" and bare[1:].isdigit()
