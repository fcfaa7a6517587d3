"""The kiosk window: cards and ratings, nothing else. It needs no sign-in; leaving it takes a staff PIN."""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from frontdesk.common.cooling import Cooling
from frontdesk.context import Settings
from frontdesk.errors import CodedError
from frontdesk.feedback.service import LEVELS
from frontdesk.locale import t, words_for
from frontdesk.shell import kiosk_words
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.desk import Desk
from frontdesk.shell.dialogs import Field, FormDialog
from frontdesk.shell.kiosk_details import KioskDetails
from frontdesk.shell.kiosk_rating import DETAILS_SECONDS, KioskRating, subjects_if_changed
from frontdesk.shell.kiosk_screen import KioskScreen
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.shell.scanning import ScanAnswered, ScanFailed, ScanningApp
from frontdesk.shell.sound import Sounder
from frontdesk.shell.theme import NIGHT

if TYPE_CHECKING:
    from textual.timer import Timer

    from frontdesk.clock import Clock
    from frontdesk.context import Context
    from frontdesk.home import Home
    from frontdesk.volunteers.service import KioskAnswer

RESULT_SECONDS = 8.0
FORM_SECONDS = 30.0

log = logging.getLogger("frontdesk")


class KioskDecided(Message):
    """A scan at the kiosk was decided and committed; `turn` is which of its scans it was."""

    def __init__(self, answer: KioskAnswer, turn: int) -> None:
        super().__init__()
        self.answer = answer
        self.turn = turn


class ToneUnheard(Message):
    """No player could play a tone."""


class KioskApp(ScanningApp):
    """The kiosk window on the same file as the desk."""

    CSS_PATH = [Path(__file__).with_name(name) for name in ("shell.tcss", "kiosk.tcss")]  # noqa: RUF012 - Textual's own
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    DEFAULT_MODE = "kiosk"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", show=False, priority=True),
        *(Binding(str(level), f"rate({level})", show=False) for level in LEVELS),
        Binding("right,plus", "turn(1)", show=False),
        Binding("left,minus", "turn(-1)", show=False),
        Binding("0", "details", show=False),
    ]

    def __init__(
        self,
        home: Home,
        *,
        clock: Clock,
        centre: tuple[str, str],
        direction: str = "",
        seconds: Callable[[], float] = time.monotonic,
        sounder: Sounder | None = None,
    ) -> None:
        """`direction` (auto, in, out) holds for this window whatever the setting says; `seconds` tells how time passes
        for cooling and dimming.
        """
        super().__init__()
        self.clock = clock
        self.desk = Desk(home, "kiosk", clock)
        self._centre_name = centre[0]
        self._zone = ZoneInfo(centre[1])
        self._own_direction = direction
        self.seconds = seconds
        self._sounder = sounder or Sounder(lambda: self.post_message(ToneUnheard()))
        self._settings = Settings()
        self._damaged: tuple[str, ...] = ()
        self._rest_timer: Timer | None = None
        self._touched_at = seconds()
        self._rating = KioskRating(self)
        self._cooling = Cooling()
        self._turn = 0
        self._looking = False
        self._begun = False
        self.add_mode(self.DEFAULT_MODE, lambda: KioskScreen(self._centre_name))
        self.register_theme(NIGHT)
        self.set_reactive(KioskApp.theme, NIGHT.name)
        # Without a watcher of the theme the first screen would be drawn in Textual's own colours.
        self.stylesheet.set_variables(self.get_css_variables())
        if os.environ.get("FRONTDESK_ASCII") == "1":
            self.add_class("-ascii")

    @property
    def kiosk_screen(self) -> KioskScreen:
        """The screen itself, also behind the form that leads out."""
        screen = self.screen_stack[0]
        assert isinstance(screen, KioskScreen)
        return screen

    @property
    def _direction(self) -> str:
        """Which scans are taken here: as this window was told, else as the setting says."""
        return self._own_direction or self._settings.kiosk_direction

    async def on_mount(self) -> None:
        """Rest; wrong codes in a row before the window was opened still count."""
        self._begun = True
        self.set_interval(1.0, self._tick)
        self.rest()
        from frontdesk.volunteers.service import wrong_codes_in_a_row

        try:
            ages = await self.desk.run(wrong_codes_in_a_row)
        except CodedError as failure:
            log.warning("%s.%s", failure.area, failure.code)
            return
        self._cooling = Cooling.after(ages, self.seconds())
        await self._look_at_settings()

    def on_unmount(self) -> None:
        """Be silent."""
        self._sounder.close()

    async def on_event(self, event: events.Event) -> None:
        """Any key, scan or touch of the mouse wakes the screen; then it is handled as ever."""
        if isinstance(event, events.Key | events.Paste | events.MouseEvent) and not event.is_forwarded:
            self._wake()
        await super().on_event(event)

    async def _tick(self) -> None:
        if self._rest_timer is None:
            self.kiosk_screen.show_time(self.clock().astimezone(self._zone).strftime("%H:%M"))
            wait = self._settings.kiosk_dim_seconds
            dark = wait > 0 and self.seconds() - self._touched_at >= wait and isinstance(self.screen, KioskScreen)
            self.kiosk_screen.set_class(dark, "-dimmed")
        details = self.screen
        if isinstance(details, KioskDetails) and self.seconds() - self._touched_at >= DETAILS_SECONDS:
            await details.time_out()
        await self._look_at_settings()

    async def _look_at_settings(self) -> None:
        """Take up what the desk changed; while the file is busy with something else the kiosk stays as it is."""
        if self._looking:
            return
        self._looking = True
        try:
            stamp = self._rating.stamp
            found, subjects = await self.desk.run(
                lambda context: (
                    (context.settings, context.damaged_settings),
                    subjects_if_changed(context, stamp),
                )
            )
        except CodedError as failure:
            log.warning("%s.%s", failure.area, failure.code)
            return
        finally:
            self._looking = False
        self._rating.take(subjects)
        if found != (self._settings, self._damaged):
            self._settings, self._damaged = found
            self._show_head()
            if self._rest_timer is None:
                self.rest()

    def _show_head(self) -> None:
        """The first line; at rest, while nobody's answer is shown, it has a word for staff about damaged settings."""
        told = bool(self._damaged) and self._rest_timer is None
        head = kiosk_words.head_words(self._centre_name, self._direction, look_at_settings=told)
        self.kiosk_screen.query_one("#kiosk-centre", Plain).update(head)

    def _wake(self) -> None:
        self._touched_at = self.seconds()
        if self._begun:
            self.kiosk_screen.set_class(False, "-dimmed")

    def rest(self) -> None:
        """Nobody's answer is shown any more: the time, and what to do."""
        if self._rest_timer is not None:
            self._rest_timer.stop()
            self._rest_timer = None
            self._touched_at = self.seconds()
        self._rating.forget()
        self._show_head()
        self.kiosk_screen.show("", kiosk_words.rest_words(self._direction), "")
        self.kiosk_screen.show_time(self.clock().astimezone(self._zone).strftime("%H:%M"))

    def say(
        self,
        name: str,
        words: str,
        kind: str,
        seconds: float = RESULT_SECONDS,
        then: Callable[[], None] | None = None,
    ) -> None:
        """Show an answer for so long; `then` says what comes after it, if not the rest."""
        if self._rest_timer is not None:
            self._rest_timer.stop()
        self._wake()
        self.kiosk_screen.show(kind, name, words)
        self._rest_timer = self.set_timer(seconds, then or self.rest)
        self._show_head()

    def _sound(self, *, accepted: bool) -> None:
        if self._settings.kiosk_sound:
            self._sounder.play("accepted" if accepted else "refused")

    def on_tone_unheard(self) -> None:
        """The terminal's bell instead."""
        self.bell()

    def take_scan(self, code: str) -> None:
        """Have a scan decided; while wrong codes in a row cool the kiosk down, say for how long."""
        left = self._cooling.left(self.seconds())
        if left > 0:
            self._sound(accepted=False)
            self._say_cooling(left)
            return
        # What was shown of the one before is gone before anything is known of the next.
        self.rest()
        self._turn += 1
        turn, own = self._turn, self._own_direction
        if self.take_other_scan(code, turn):
            return
        self.desk.submit_scan(lambda context: _decide(context, code, turn, own)).add_done_callback(self._scan_done)

    def on_kiosk_decided(self, message: KioskDecided) -> None:
        """Show the volunteer's own masked name, hours and what comes, or what to do next."""
        answer, outcome = message.answer, message.answer.outcome
        is_refused = outcome.result == "refused"
        # The desk's words speak of a search box and of keys that are not here.
        own_words = kiosk_words.refusal_words(outcome) if is_refused else ""
        for banner in self.screen.query(ScanBanner):
            banner.show_outcome(outcome, answer.seconds_today, own_words, seconds=RESULT_SECONDS)
        self._sound(accepted=not is_refused)
        if not is_refused:
            self._cooling.take_right()
            # Whoever scanned meanwhile stands there now, and sees his or her own answer only.
            if message.turn == self._turn:
                self._show_answer(answer)
            return
        self.say(t("volunteers.scan.refused.short"), own_words, "refused")
        if outcome.volunteer_no is None:
            self._cool_down()
        self.kiosk_screen.show_time(outcome.at.strftime("%H:%M"))

    def on_scan_answered(self, message: ScanAnswered) -> None:
        """Show number and session of a ticket, or what to do next."""
        answer, is_refused = message.answer, message.answer.kind == "refused"
        for banner in self.screen.query(ScanBanner):
            banner.show_answer(answer, seconds=RESULT_SECONDS)
        self._sound(accepted=not is_refused)
        if not is_refused:
            self._cooling.take_right()
        if message.turn == self._turn or is_refused:
            self.say(answer.title, answer.words, answer.kind)
            self.kiosk_screen.show_time(answer.at.strftime("%H:%M"))
        if answer.is_foreign:
            self._cool_down()

    def _show_answer(self, answer: KioskAnswer) -> None:
        outcome = answer.outcome
        self.say(kiosk_words.name_words(outcome), kiosk_words.answer_words(answer), outcome.result)
        today = outcome.at.astimezone(self._zone).date()
        coming = kiosk_words.coming_words(answer, today, self._zone)
        self.kiosk_screen.show_hours(answer.seconds_today, answer.seconds_year, coming)
        self.kiosk_screen.show_time(outcome.at.strftime("%H:%M"))

    def on_scan_failed(self, message: ScanFailed) -> None:
        """Say that the scan was not recorded."""
        self._sound(accepted=False)
        self.say(t("shell.scan.not_saved"), words_for(message.failure), "refused")

    def _cool_down(self) -> None:
        seconds = self._cooling.take_wrong(self.seconds())
        if seconds > 0:
            self._say_cooling(seconds)

    def _say_cooling(self, seconds: float) -> None:
        words = t("shell.kiosk.cooling", seconds=math.ceil(seconds))
        self.say(t("volunteers.scan.refused.short"), words, "refused", seconds)

    def action_help_quit(self) -> None:
        """Nothing: the desk's framework would say here how to close the program."""

    async def action_rate(self, level: int) -> None:
        """Rate what the screen asks about."""
        if isinstance(self.screen, KioskScreen):
            await self._rating.rate(level)

    def action_turn(self, by: int) -> None:
        """Ask about the next thing that can be rated, or the one before."""
        if isinstance(self.screen, KioskScreen):
            self._rating.turn(by)

    async def action_details(self) -> None:
        """Say more of the rating just given."""
        await self._rating.open_details()

    @property
    def asks_details(self) -> bool:
        """Whether whoever rated is asked for more."""
        return bool(self._settings.rating_details)

    @property
    def rating_tags(self) -> tuple[str, ...]:
        """The centre's tags."""
        return self._settings.rating_tags

    async def action_leave(self) -> None:
        """Close the kiosk for whoever knows a staff PIN."""
        if not isinstance(self.screen, KioskScreen):
            return

        damaged: tuple[str, ...] = ()

        async def check(values: dict[str, str]) -> str | None:
            nonlocal damaged
            try:
                damaged = await self.desk.run(lambda context: _sign_in(context, values["no"], values["pin"]))
            except CodedError as refusal:
                return words_for(refusal)
            return None

        async def closed(signed_in: bool | None) -> None:
            if signed_in and damaged:
                await self._tell_of_settings(damaged)
            elif signed_in:
                self.exit()

        fields = (Field("no", t("staff.sign_in.no")), Field("pin", t("staff.sign_in.pin"), secret=True))
        form = FormDialog(t("shell.kiosk.leave_title"), fields, check)
        await self.push_screen(form, closed)
        # Whoever asks and walks away leaves the kiosk to the next volunteer.
        self.set_timer(FORM_SECONDS, lambda: form.dismiss(False) if form.is_active else None)

    async def _tell_of_settings(self, damaged: Sequence[str]) -> None:
        """Say to whoever knew a PIN which settings are damaged; then the kiosk closes, and by itself after a while."""
        from frontdesk.settings.service import damaged_words

        lines: list[Line] = [(damaged_words(name), "warning") for name in damaged]
        await self.push_screen(ReadDialog(t("shell.kiosk.settings_title"), lines), lambda _: self.exit())
        self.set_timer(FORM_SECONDS, self.exit)


def _sign_in(context: Context, no: str, pin: str) -> tuple[str, ...]:
    """The damaged settings, for whoever knows a staff PIN; raises what signing in raises."""
    from frontdesk.staff.service import sign_in

    sign_in(context, no, pin)
    return context.damaged_settings


def _decide(context: Context, code: str, turn: int, direction: str) -> KioskDecided:
    from frontdesk.volunteers.service import scan_at_kiosk

    return KioskDecided(scan_at_kiosk(context, code, direction), turn)
