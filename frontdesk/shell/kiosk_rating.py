"""Rating at the kiosk: what a key rates, the one rating that a person gives, and what may be said more."""

from __future__ import annotations

from asyncio import Lock
from collections.abc import Sequence
from typing import TYPE_CHECKING

from frontdesk.errors import CodedError
from frontdesk.feedback import service as feedback
from frontdesk.feedback.service import Subject
from frontdesk.locale import t, words_for
from frontdesk.shell import kiosk_words
from frontdesk.shell.kiosk_screen import KioskScreen

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.shell.kiosk import KioskApp

CHOICE_SECONDS = 20.0
"""How long what somebody turned to stays before the kiosk asks about what just happened again."""

DETAILS_SECONDS = 45.0
"""How long the further questions wait for a key."""

MINUTE = 60.0

Stamp = tuple[int, int, str]


def subjects_if_changed(context: Context, known: Stamp | None) -> tuple[Stamp, list[Subject]] | None:
    """What can be rated now, with its stamp; None while nothing was written and the minute is that of `known`."""
    stamp = (*context.database.changes_seen(), context.now().strftime("%m%d%H%M"))
    return None if stamp == known else (stamp, feedback.subjects_now(context))


class KioskRating:
    """What the kiosk knows of ratings. A key within the seconds of correction changes the rating before it, whatever
    was pressed between: so many keys in a row are one rating.
    """

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._subjects: Sequence[Subject] = ()
        self._place = 0
        self._turned_at = 0.0
        self._key: bytes | None = None
        self._until = 0.0
        self._writing = Lock()
        self.stamp: Stamp | None = None

    @property
    def subject(self) -> Subject | None:
        """What a key rates: what the screen says; None before anything is known, which is the counter."""
        return self._subjects[self._place] if self._subjects else None

    def take(self, found: tuple[Stamp, list[Subject]] | None) -> None:
        """Take up what can be rated now; what somebody just turned to stays chosen while it is there."""
        chosen = self.subject
        if found is not None:
            self.stamp, self._subjects = found
        kept = self._app.seconds() - self._turned_at < CHOICE_SECONDS and self._turned_at > 0
        place = self._subjects.index(chosen) if kept and chosen in self._subjects else 0
        if found is not None or place != self._place:
            self._place = place
            self.show()

    def show(self) -> None:
        """Say above the levels what they are about."""
        subject = self.subject
        if subject is not None:
            several = len(self._subjects) > 1
            turn = t("shell.kiosk.turn", place=self._place + 1, count=len(self._subjects)) if several else ""
            question = kiosk_words.question(subject.label, self._app.size.width)
            self._app.kiosk_screen.show_subject(question, turn)

    def turn(self, by: int) -> None:
        """Ask about the next thing; not while a rating may be corrected, or each turn would make another rating."""
        if self._subjects and not self._correctable:
            self._place = (self._place + by) % len(self._subjects)
            self._turned_at = self._app.seconds() or 0.001
            self.show()

    @property
    def _correctable(self) -> bool:
        return self._writing.locked() or (self._key is not None and self._app.seconds() < self._until)

    async def rate(self, level: int) -> None:
        """One key is one rating; another one soon after corrects it instead of counting twice."""
        async with self._writing:
            key = self._key if self._key is not None and self._app.seconds() < self._until else None
            subject = self.subject
            try:
                self._key, seconds = await self._app.desk.run(
                    lambda context: feedback.rate_or_correct(context, level, key, subject=subject)
                )
            except CodedError as failure:
                self._key = None
                self._app.say(t("shell.scan.not_saved"), words_for(failure), "refused")
                return
            self._until = self._app.seconds() + seconds
        words = t("feedback.corrected" if key is not None else "feedback.thanks", level=t(f"feedback.level.{level}"))
        more = "\n" + t("shell.kiosk.say_more") if self._app.asks_details else ""
        self._app.say(t("shell.kiosk.thank_you"), words + more, "rated", seconds, then=self._thank)

    def _thank(self) -> None:
        """The next person may press now, and does not see what the one before said; that one may still say more."""
        self._turned_at = 0.0
        self.take(None)
        if not self._app.asks_details:
            self._app.rest()
            return
        self._app.say(t("shell.kiosk.thank_you"), t("shell.kiosk.next_person"), "rated")

    def forget(self) -> None:
        """From now on nothing more is said of the last rating."""
        if not self._correctable:
            self._key = None

    async def open_details(self) -> None:
        """Ask what else somebody would say of the rating that was just given."""
        key = self._key
        if key is None or not self._app.asks_details or not isinstance(self._app.screen, KioskScreen):
            return
        from frontdesk.shell.kiosk_details import KioskDetails

        subject = self.subject
        screen = KioskDetails(key, subject.label if subject else "", self._app.rating_tags)
        await self._app.push_screen(screen, self._said_more)

    def _said_more(self, said: bool | None) -> None:
        if not self._correctable:
            self._key = None
        self._app.say(t("shell.kiosk.thank_you"), t("shell.kiosk.kept" if said else "shell.kiosk.not_kept"), "rated")
