"""The result of a scan, big, on whatever screen is open. It shows what is committed, never what is hoped.

It takes its place among the other widgets instead of lying over them: where one widget covers the edge of another,
Textual 8.2 cuts the wide characters that stand across that edge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from frontdesk.common.names import mask_name
from frontdesk.common.text import wrap
from frontdesk.locale import catalogue, current_language, t
from frontdesk.shell.bigdigits import BigDigits
from frontdesk.shell.plain import Plain

if TYPE_CHECKING:
    from datetime import datetime

    from textual.timer import Timer

    from frontdesk.common.scananswer import ScanAnswer
    from frontdesk.volunteers.service import ScanOutcome

SHOWN_SECONDS = 6.0
ASKED_SECONDS = 20.0
"""How long it stays where it names a key that goes on from there."""
LOW_WINDOW = 34
DIALOG_WIDTH = 72
"""As wide as a dialog, so that the form beside it stays where it is."""
WARNING = "warned"
"""The class of what is no scan."""
WIDTH_OF_TIME = 44
"""The cells that the big digits, the frame and a margin take of the window."""


class ScanBanner(Horizontal):
    """Time in big digits, the masked name, what happened."""

    def __init__(self) -> None:
        super().__init__(id="scan-banner")
        self._timer: Timer | None = None
        self.undoable_no = ""
        """Whose entry or exit it shows right now, '' where it shows none: that can be taken back unasked whose."""

    def compose(self) -> ComposeResult:
        """The time, and two lines of words."""
        yield BigDigits("", id="scan-time")
        with Vertical(id="scan-words"):
            yield Plain("", id="scan-name")
            yield Plain("", id="scan-text")

    def show_outcome(
        self, outcome: ScanOutcome, seconds_today: int | None = None, words: str = "", *, seconds: float = 0.0
    ) -> None:
        """Show a decided scan for some seconds; `words` stand in for its own where a key goes on from there, or where
        the desk's would not help. How long, is said by `seconds` or follows from that.
        """
        self.query_one("#scan-time", BigDigits).update(outcome.at.strftime("%H:%M"))
        name = " ".join(mask_name(outcome.name)) if outcome.name else t(f"volunteers.scan.{outcome.result}.short")
        if self._is_low:
            name = f"{outcome.at:%H:%M}  {name}"
        self.query_one("#scan-name", Plain).update(name)
        self._say(words or outcome_words(outcome, seconds_today))
        self._appear(outcome.result, seconds or (ASKED_SECONDS if words else SHOWN_SECONDS))
        self.undoable_no = outcome.volunteer_no or "" if outcome.result in ("entered", "left", "left_only") else ""

    def show_answer(self, answer: ScanAnswer, *, seconds: float = SHOWN_SECONDS) -> None:
        """Show a decided scan that is no volunteer's."""
        self.query_one("#scan-time", BigDigits).update(answer.at.strftime("%H:%M"))
        self.query_one("#scan-name", Plain).update(
            f"{answer.at:%H:%M}  {answer.title}" if self._is_low else answer.title
        )
        self._say(answer.words)
        self._appear(answer.kind, seconds)

    def show_undone(self, at: datetime, name: str, words: str) -> None:
        """Show that a scan was taken back, in place of what was said of it."""
        self.query_one("#scan-time", BigDigits).update(at.strftime("%H:%M"))
        self.query_one("#scan-name", Plain).update(f"{t('volunteers.scan.undone.short')}  {' '.join(mask_name(name))}")
        self._say(words)
        self._appear("undone")

    def show_failure(self, words: str) -> None:
        """Show that a scan could not be recorded."""
        self.query_one("#scan-time", BigDigits).update("--:--")
        self.query_one("#scan-name", Plain).update(t("shell.scan.not_saved"))
        self._say(words)
        self._appear("refused")

    def show_warning(self, words: str, seconds: float) -> None:
        """Warn of what is no scan in the first line of the window: a dialog covers the notice line, and a tall one
        leaves no room below it.
        """
        self._say(words)
        self._appear(WARNING, seconds)

    def take_warning_back(self) -> None:
        """Show the warning no more; a scan that took its place stays."""
        if self.has_class(f"-{WARNING}"):
            self._vanish()

    def _say(self, words: str) -> None:
        # Wrapped here, a little short of the edge, where half of a wide character would be cut off.
        room = min(self.app.size.width, DIALOG_WIDTH) if self.screen.is_modal else self.app.size.width
        width = max(20, room - (6 if self._is_low else WIDTH_OF_TIME))
        self.query_one("#scan-text", Plain).update("\n".join(wrap(words, width)))

    @property
    def _is_low(self) -> bool:
        """Whether the window has no room for the big digits beside a form."""
        return self.screen.is_modal and self.app.size.height < LOW_WINDOW

    def _appear(self, kind: str, seconds: float = SHOWN_SECONDS) -> None:
        self.undoable_no = ""
        self.set_classes(f"shown -{kind}" + (" -low" if self._is_low else ""))
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds, self._vanish)

    def _vanish(self) -> None:
        self.undoable_no = ""
        self.set_classes("")


def outcome_words(outcome: ScanOutcome, seconds_today: int | None = None) -> str:
    """One sentence for a decided scan: what its visit is credited to; refusals with the keys of the desk that help."""
    if outcome.result == "refused":
        own = f"desk.refused.{outcome.reason}"
        if own in catalogue(current_language(), "volunteers"):
            return t(f"volunteers.{own}", limit=outcome.limit)
        from frontdesk.volunteers.service import refusal_words

        return refusal_words(outcome)
    words = t(f"volunteers.scan.{outcome.result}.long", no=outcome.volunteer_no or "")
    if outcome.result in ("entered", "left"):
        title = outcome.credited_to
        words += "  " + (t("volunteers.scan.credited", title=title) if title else t("volunteers.scan.credited_general"))
    if outcome.result == "left" and seconds_today is not None:
        words += "  " + t("volunteers.scan.today", hours=f"{seconds_today / 3600:.1f}")
    return words
