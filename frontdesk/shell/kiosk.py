"""The kiosk window: cards and ratings, nothing else. It needs no sign-in; leaving it takes a staff PIN."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from frontdesk.common.names import mask_name
from frontdesk.common.text import wrap
from frontdesk.errors import CodedError
from frontdesk.feedback import service as feedback
from frontdesk.feedback.service import LEVELS
from frontdesk.locale import t, words_for
from frontdesk.shell.banner import ScanBanner, outcome_words
from frontdesk.shell.bigdigits import BigDigits
from frontdesk.shell.desk import Desk
from frontdesk.shell.dialogs import Field, FormDialog
from frontdesk.shell.plain import Plain
from frontdesk.shell.scanning import ScanDecided, ScanFailed, ScanningApp
from frontdesk.shell.theme import NIGHT

if TYPE_CHECKING:
    from textual.timer import Timer

    from frontdesk.clock import Clock
    from frontdesk.home import Home
    from frontdesk.volunteers.service import ScanOutcome

RESULT_SECONDS = 8.0
FORM_SECONDS = 30.0
FREE_WRONG_CODES = 3
LONGEST_COOLING = 60.0

UNREAD = frozenset(("malformed", "bad_check_digit"))
NOT_OURS = frozenset(("foreign_code", "bad_mac", "unknown_card"))


def refusal_words(outcome: ScanOutcome) -> str:
    """What a volunteer at the kiosk can do about a refusal; the desk's words speak of keys that are not here."""
    if outcome.reason in UNREAD:
        return t("shell.kiosk.unread")
    if outcome.reason in NOT_OURS:
        return t("shell.kiosk.not_ours")
    return outcome_words(outcome)


class KioskScreen(Screen[None]):
    """At rest the time and what to do; after a scan or a rating the answer."""

    def __init__(self, centre_name: str) -> None:
        super().__init__()
        self._centre_name = centre_name

    def compose(self) -> ComposeResult:
        """Centre, clock or answer, five levels."""
        yield Plain(self._centre_name, id="kiosk-centre")
        with Vertical(id="kiosk-middle"):
            yield BigDigits("", id="kiosk-clock")
            yield Plain(t("shell.kiosk.scan_please"), id="kiosk-name")
            yield Plain("", id="kiosk-words")
        with Horizontal(id="levels"):
            for level in LEVELS:
                with Vertical(classes=f"level level-{level}"):
                    yield BigDigits(str(level))
                    yield Plain(t(f"feedback.level.{level}"), classes="level-words")


class KioskApp(ScanningApp):
    """The kiosk window on the same file as the desk."""

    CSS_PATH = [Path(__file__).with_name(name) for name in ("shell.tcss", "kiosk.tcss")]  # noqa: RUF012 - Textual's own
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = "kiosk"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", show=False, priority=True),
        *(Binding(str(level), f"rate({level})", show=False) for level in LEVELS),
    ]

    def __init__(self, home: Home, *, clock: Clock, centre: tuple[str, str]) -> None:
        super().__init__()
        self.clock = clock
        self.desk = Desk(home, "kiosk", clock)
        self._centre_name = centre[0]
        self._zone = ZoneInfo(centre[1])
        self._rest_timer: Timer | None = None
        self._rating: bytes | None = None
        self._rating_timer: Timer | None = None
        self._wrong_codes = 0
        self._cool_until = 0.0
        self.add_mode(self.DEFAULT_MODE, lambda: KioskScreen(self._centre_name))
        self.register_theme(NIGHT)
        self.set_reactive(KioskApp.theme, NIGHT.name)

    def on_mount(self) -> None:
        """Rest."""
        self.set_interval(1.0, self._tick)
        self._rest()

    def _tick(self) -> None:
        if self._rest_timer is None:
            now = self.clock().astimezone(self._zone).strftime("%H:%M")
            self.screen_stack[0].query_one("#kiosk-clock", BigDigits).update(now)

    def _rest(self) -> None:
        if self._rest_timer is not None:
            self._rest_timer.stop()
            self._rest_timer = None
        self._show("", t("shell.kiosk.scan_please"), t("shell.kiosk.rate_please"))
        self._tick()

    def _say(self, name: str, words: str, kind: str, seconds: float = RESULT_SECONDS) -> None:
        if self._rest_timer is not None:
            self._rest_timer.stop()
        self._show(kind, name, words)
        self._rest_timer = self.set_timer(seconds, self._rest)

    def _show(self, kind: str, name: str, words: str) -> None:
        screen = self.screen_stack[0]
        middle = screen.query_one("#kiosk-middle")
        middle.set_classes(f"-{kind}" if kind else "")
        screen.query_one("#kiosk-name", Plain).update(name)
        width = max(20, self.size.width - 4)
        lines = [line for part in words.splitlines() for line in wrap(part, width)]
        screen.query_one("#kiosk-words", Plain).update("\n".join(lines))

    def take_scan(self, code: str) -> None:
        """Have a scan decided; while wrong codes in a row cool the kiosk down, say for how long."""
        left = self._cool_until - time.monotonic()
        if left > 0:
            self._say_cooling(left)
        else:
            super().take_scan(code)

    def on_scan_decided(self, message: ScanDecided) -> None:
        """Show the volunteer's own masked name and hours, or what to do next."""
        outcome = message.outcome
        for banner in self.screen.query(ScanBanner):
            banner.show_outcome(outcome, message.seconds_today)
        self.screen_stack[0].query_one("#kiosk-clock", BigDigits).update(outcome.at.strftime("%H:%M"))
        if outcome.result == "refused":
            self.bell()
            self._say(t("volunteers.scan.refused.short"), refusal_words(outcome), "refused")
            if outcome.volunteer_no is None:
                self._cool_down()
            return
        self._wrong_codes = 0
        hours = t(
            "shell.kiosk.hours",
            today=f"{message.seconds_today / 3600:.1f}",
            year=f"{message.seconds_year / 3600:.1f}",
        )
        words = t(f"volunteers.scan.{outcome.result}.long", no=outcome.volunteer_no or "")
        self._say(" ".join(mask_name(outcome.name)), f"{words}\n{hours}", outcome.result)

    def on_scan_failed(self, message: ScanFailed) -> None:
        """Say that the scan was not recorded."""
        self.bell()
        self._say(t("shell.scan.not_saved"), words_for(message.failure), "refused")

    def _cool_down(self) -> None:
        self._wrong_codes += 1
        if self._wrong_codes < FREE_WRONG_CODES:
            return
        seconds = min(5.0 * 2 ** (self._wrong_codes - FREE_WRONG_CODES), LONGEST_COOLING)
        self._cool_until = time.monotonic() + seconds
        self._say_cooling(seconds)

    def _say_cooling(self, seconds: float) -> None:
        words = t("shell.kiosk.cooling", seconds=math.ceil(seconds))
        self._say(t("volunteers.scan.refused.short"), words, "refused", seconds)

    async def action_rate(self, level: int) -> None:
        """One key is one rating; another key soon after corrects it instead of counting twice."""
        if not isinstance(self.screen, KioskScreen):
            return
        key = self._rating
        try:
            self._rating, seconds = await self.desk.run(lambda context: feedback.rate_or_correct(context, level, key))
        except CodedError as failure:
            self._say(t("shell.scan.not_saved"), words_for(failure), "refused")
            return
        if self._rating_timer is not None:
            self._rating_timer.stop()
        self._rating_timer = self.set_timer(seconds, self._next_person)
        words = "feedback.corrected" if key is not None else "feedback.thanks"
        level_words = t(f"feedback.level.{level}")
        self._say(t("shell.kiosk.thank_you"), t(words, level=level_words), "left", seconds)

    def _next_person(self) -> None:
        self._rating = None

    async def action_leave(self) -> None:
        """Close the kiosk for whoever knows a staff PIN."""
        if not isinstance(self.screen, KioskScreen):
            return
        from frontdesk.staff.service import sign_in

        async def check(values: dict[str, str]) -> str | None:
            try:
                await self.desk.run(lambda context: sign_in(context, values["no"], values["pin"]) and None)
            except CodedError as refusal:
                return words_for(refusal)
            self.exit()
            return None

        fields = (Field("no", t("staff.sign_in.no")), Field("pin", t("staff.sign_in.pin"), secret=True))
        form = FormDialog(t("shell.kiosk.leave_title"), fields, check)
        await self.push_screen(form)
        # Whoever asks and walks away leaves the kiosk to the next volunteer.
        self.set_timer(FORM_SECONDS, lambda: form.dismiss(False) if form.is_current else None)
