"""What the kiosk window shows: at rest the time and what to do, else an answer and five levels."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from frontdesk.locale import t
from frontdesk.shell import kiosk_words
from frontdesk.shell.bigdigits import BigDigits
from frontdesk.shell.faces import Levels
from frontdesk.shell.plain import Plain

LARGE = (110, 36)
"""The columns and lines from which on the digits are doubled."""

LOW = 20
"""With fewer lines the clock would leave no room for the answer."""


class KioskScreen(Screen[None]):
    """At rest the time and what to do; after a scan or a rating the answer."""

    def __init__(self, centre_name: str) -> None:
        super().__init__()
        self._centre_name = centre_name

    def compose(self) -> ComposeResult:
        """Centre, clock or answer with hours in big digits, what is rated, five levels."""
        yield Plain(self._centre_name, id="kiosk-centre")
        with Vertical(id="kiosk-middle"):
            yield BigDigits("", id="kiosk-clock")
            yield Plain(t("shell.kiosk.scan_please"), id="kiosk-name")
            yield Plain("", id="kiosk-words")
            with Horizontal(id="kiosk-hours"):
                for span in ("today", "year"):
                    with Vertical():
                        yield BigDigits("", id=f"kiosk-hours-{span}")
                        yield Plain(t(f"shell.kiosk.hours.{span}"))
            yield Plain("", id="kiosk-coming")
        yield Plain("", id="kiosk-subject")
        yield Plain("", id="kiosk-turn")
        yield Levels()

    def on_resize(self, event: events.Resize) -> None:
        """Double the digits in a large window; show no clock in a low one."""
        self.set_class(event.size.height < LOW, "-low")
        self.set_class(event.size.width >= LARGE[0] and event.size.height >= LARGE[1], "-large")

    def show(self, kind: str, name: str, words: str) -> None:
        """Show an answer of a kind, '' at rest; whatever was shown of somebody else is gone."""
        self.query_one("#kiosk-middle").set_classes(f"-{kind}" if kind else "")
        self.query_one("#kiosk-name", Plain).update(name)
        self.query_one("#kiosk-words", Plain).update(kiosk_words.fitted(words, self.app.size.width))
        self.query_one("#kiosk-coming", Plain).update("")
        for span in ("today", "year"):
            self.query_one(f"#kiosk-hours-{span}", BigDigits).update("")
        self.set_class(False, "-answer", "-hours")

    def show_hours(self, seconds_today: int, seconds_year: int, coming: str) -> None:
        """Add the hours of the volunteer whose scan is shown, and what comes next; the levels make room."""
        for span, seconds in (("today", seconds_today), ("year", seconds_year)):
            self.query_one(f"#kiosk-hours-{span}", BigDigits).update(kiosk_words.hours_digits(seconds))
        self.query_one("#kiosk-coming", Plain).update(kiosk_words.fitted(coming, self.app.size.width))
        self.set_class(True, "-answer", "-hours")

    def show_subject(self, question: str, turn: str) -> None:
        """Show above the levels what a key rates, and how to turn to something else, '' where there is nothing."""
        self.query_one("#kiosk-subject", Plain).update(question)
        self.query_one("#kiosk-turn", Plain).update(turn)

    def show_time(self, clock: str) -> None:
        """The time in big digits."""
        self.query_one("#kiosk-clock", BigDigits).update(clock)
