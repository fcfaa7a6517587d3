"""Settling, in one go and for one reason, the inferred exits that have waited for long."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.shell.reading import ReadDialog
from frontdesk.volunteers.checkin import closing
from frontdesk.volunteers.checkin.attempts import kept_words
from frontdesk.volunteers.checkin.words import reason_hint, typed_reason

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen

MOST_DAYS = 10_000


async def ask_old(screen: DeskScreen) -> None:
    """Ask for how many days and why, say how many exits that are, and after one more Enter refuse them all."""
    asked: tuple[int, str, int] = (0, "", 0)

    async def count(values: dict[str, str]) -> str | Wrong | None:
        nonlocal asked
        days = normalize("NFKC", values["days"]).strip()
        if not (days.isascii() and days.isdigit() and len(days) < 9 and 1 <= int(days) <= MOST_DAYS):
            return Wrong(t("checkin.screen.old.bad_days", most=MOST_DAYS), "days")
        try:
            reason = kept_words(typed_reason(values["reason"]), required=True)
            found = await screen.desk_app.desk.run(
                lambda context: closing.old_count(context, closing.old_day(context, int(days)))
            )
        except CodedError as refusal:
            return Wrong(words_for(refusal), "reason")
        if not found:
            return Wrong(t("checkin.screen.old.none", days=int(days)), "days")
        asked = int(days), reason, found
        return None

    async def confirm(counted: bool | None) -> None:
        if counted:
            await _confirm(screen, *asked)

    fields = (
        Field("days", t("checkin.screen.old.days"), str(closing.OLD_DAYS)),
        Field("reason", t("checkin.screen.reason"), hint=reason_hint()),
    )
    await screen.app.push_screen(FormDialog(t("checkin.screen.old.title"), fields, count, first="reason"), confirm)


async def _confirm(screen: DeskScreen, days: int, reason: str, count: int) -> None:
    async def answered(key: str | None) -> None:
        if key != "enter":
            return
        done = await screen.attempt(
            lambda context: closing.refuse_old(context, closing.old_day(context, days), reason), slow=True
        )
        await screen.reload()
        if done is not None:
            screen.notify(t("checkin.screen.old.done", count=done))

    title = t("checkin.screen.old.question", count=count, days=days)
    lines = [(t("checkin.screen.old.means"), "muted"), (reason, "")]
    keys = [("enter", t("checkin.screen.command.refuse"))]
    await screen.app.push_screen(ReadDialog(title, lines, keys), answered)  # type: ignore[arg-type]
