"""The follow-ups of bad ratings: what is due first stands first, every step is one key and its words."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.common.text import display_width
from frontdesk.context import Context
from frontdesk.feedback.followup import service, steps_screen
from frontdesk.feedback.followup.rules import ALLOWED, BAD, ENDED, MANAGERS, EventKind
from frontdesk.feedback.followup.service import Listed
from frontdesk.feedback.followup.wording import (
    TONES,
    due_words,
    level_words,
    preset_words,
    rater_words,
    state_words,
    story_lines,
    subject_words,
    unknown_words,
)
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

AREA = "followup"
WIDE = 104
"""Cells of a window in which the comment keeps room beside all columns."""

STEPS: dict[str, tuple[EventKind, ...]] = {
    "verify": ("verified",),
    "rectify": ("result",),
    "explain": ("result",),
    "call_back": ("called_back",),
    "finish": ("closed",),
    "appeal": ("appealed",),
    "decide": ("appeal_upheld", "appeal_rejected"),
    "assign": ("assigned",),
    "complexity": ("complexity",),
    "reopen": ("reopened",),
    "withdraw": ("withdrawn",),
}
"""The commands that are about the follow-up under the cursor, and what each does to it."""


async def open_follow_ups(screen: DeskScreen) -> None:
    """Show the open follow-ups over a screen."""
    await screen.app.push_screen(FollowUpsScreen())


class FollowUpsScreen(PushedListScreen):
    """The open follow-ups, or those that have ended."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "follow-ups"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "show", "enter"),
        Command(AREA, "verify", "f7"),
        Command(AREA, "rectify", "f8"),
        Command(AREA, "explain", "ctrl+e"),
        Command(AREA, "call_back", "ctrl+t"),
        Command(AREA, "finish", "ctrl+s"),
        Command(AREA, "appeal", "ctrl+a"),
        Command(AREA, "ended", "ctrl+y"),
        Command(AREA, "close", "escape"),
        Command(AREA, "decide", "ctrl+g", in_bar=False),
        Command(AREA, "assign", "ctrl+r", in_bar=False),
        Command(AREA, "complexity", "ctrl+f", in_bar=False),
        Command(AREA, "reopen", "insert,ctrl+n", in_bar=False),
        Command(AREA, "withdraw", "delete", in_bar=False),
        Command(AREA, "settle", "ctrl+x", in_bar=False),
        Command(AREA, "export", "ctrl+o", in_bar=False),
    )

    def __init__(self) -> None:
        super().__init__()
        self._ended = False
        self._found: list[Listed] = []

    def columns(self) -> tuple[Column, ...]:
        """Until when, how far, which level, about what, what was said; in a wide window who, when and number too."""
        is_wide = self.app.size.width >= WIDE
        narrow = (
            Column(t("followup.column.due"), 15),
            Column(t("followup.column.state"), 10),
            Column(
                t("followup.column.level"), max(display_width(level_words(level)) for level in BAD) if is_wide else 12
            ),
            Column(t("followup.column.subject"), 18),
            Column(t("followup.column.comment"), optional=True),
        )
        if not is_wide:
            return narrow
        return (
            *narrow,
            Column(t("followup.column.rater"), 11, optional=True),
            Column(t("followup.column.day"), 6, optional=True),
            Column(t("followup.column.no"), 12, optional=True),
        )

    def empty_words(self) -> str:
        """Nothing waits."""
        return t("followup.none")

    async def load(self) -> None:
        """Read what is open, or what has ended, and count."""
        ended = self._ended

        def case(context: Context) -> tuple[list[Listed], str]:
            found = service.ended_follow_ups(context) if ended else service.open_follow_ups(context)
            return found, context.settings.follow_up_preset

        self._found, preset = await self.desk_app.desk.run(case)
        self.rows.set_rows([_row(one) for one in self._found])
        over, soon = (sum(TONES.get(one.pace) == tone for one in self._found) for tone in ("bad", "warning"))
        below = [preset_words(preset), unknown_words(self._found)]
        if len(self._found) >= service.MOST_LISTED:
            below.append(t("followup.panel.most", count=service.MOST_LISTED))
        key = "followup.panel.ended" if ended else "followup.panel"
        framed(self.panel, t(key, count=len(self._found), over=over, soon=soon), "  ".join(filter(None, below)))

    def one(self) -> Listed | None:
        """The follow-up under the cursor."""
        return self.under_cursor(self._found, lambda one: one.rating.key.hex())

    def is_manager(self) -> bool:
        """Whether who is signed in decides."""
        operator = self.desk_app.desk.operator
        return operator is not None and operator.role == "manager"

    def why_not(self, name: str) -> str | None:
        """A step needs a follow-up that is that far, and some need a manager."""
        if name in STEPS or name == "settle":
            if self.is_auditor:
                return self.why_read_only()
            if (name == "settle" or MANAGERS.intersection(STEPS[name])) and not self.is_manager():
                return t("followup.why.manager")
        one = self.one()
        if name == "show" or name in STEPS:
            if one is None:
                return t("followup.choose")
            if name in STEPS:
                return _why_not(name, one)
        return None

    async def do_show(self) -> None:
        """All about it, and the keys that go on."""
        one = self.one()
        assert one is not None
        key = one.rating.key

        def case(context: Context) -> tuple[list[tuple[str, str]], set[str]]:
            found = service.story(context, key)
            return story_lines(context, found), set(found.possible)  # type: ignore[return-value]

        shown = await self.attempt(case)
        if shown is None:
            return
        lines, possible = shown
        keys = [
            (command.keys[0], command.label)
            for command in self.COMMAND_TABLE
            if possible.intersection(STEPS.get(command.name, ())) and self.why_not(command.name) is None
        ]
        names = {command.keys[0]: command.name for command in self.COMMAND_TABLE}

        async def chosen(pressed: str | None) -> None:
            if pressed is not None:
                await self.action_command(names[pressed])

        title = t("followup.story_title", no=one.rating.no or one.rating.day)
        await self.app.push_screen(ReadDialog(title, lines, keys[:MOST_KEYS]), chosen)  # type: ignore[arg-type]

    async def do_verify(self) -> None:
        """What was found out."""
        await steps_screen.ask_words(self, "verified")

    async def do_rectify(self) -> None:
        """What was put right."""
        await steps_screen.ask_words(self, "result", "rectified")

    async def do_explain(self) -> None:
        """What was explained."""
        await steps_screen.ask_words(self, "result", "explained")

    async def do_call_back(self) -> None:
        """Whom to call, and how it went."""
        await steps_screen.ask_call_back(self)

    async def do_finish(self) -> None:
        """Close it."""
        await steps_screen.ask_words(self, "closed")

    async def do_appeal(self) -> None:
        """Say that the rating is mistaken or malicious."""
        await steps_screen.ask_words(self, "appealed")

    async def do_decide(self) -> None:
        """Uphold an appeal, or turn it down."""
        await steps_screen.ask_decision(self)

    async def do_assign(self) -> None:
        """Who answers for it."""
        await steps_screen.ask_responsible(self)

    async def do_complexity(self) -> None:
        """A simple matter is a complex one, or the other way round."""
        one = self.one()
        assert one is not None
        other = "complex" if one.rating.complexity == "simple" else "simple"
        await steps_screen.ask_words(self, "complexity", other)

    async def do_reopen(self) -> None:
        """Do it once more."""
        await steps_screen.ask_words(self, "reopened")

    async def do_withdraw(self) -> None:
        """End it without a result."""
        await steps_screen.ask_words(self, "withdrawn")

    async def do_settle(self) -> None:
        """End all old ones at once."""
        await steps_screen.ask_settle(self)

    async def do_export(self) -> None:
        """The ledger of a month."""
        await steps_screen.ask_export(self)

    async def do_ended(self) -> None:
        """Those that have ended, or the open ones."""
        self._ended = not self._ended
        await self.reload()


MOST_KEYS = 5
"""So many keys are named below a story, in one line."""


def _why_not(name: str, one: Listed) -> str | None:
    rating = one.rating
    if all(rating.state not in ALLOWED[kind] for kind in STEPS[name]):
        if rating.state in ENDED:
            return t("followup.error.ended", no=rating.no)
        return t("followup.error.not_now", state=state_words(rating))
    if rating.level not in BAD:
        return t("followup.error.not_bad", no=rating.no)
    if name == "call_back" and not rating.can_call:
        return t("followup.error.nobody_to_call", no=rating.no)
    return None


def _row(one: Listed) -> Row:
    rating = one.rating
    cells = (
        due_words(one),
        state_words(rating),
        level_words(rating.level),
        subject_words(rating),
        " ".join(rating.comment.split()),
        rater_words(rating),
        rating.day[5:],
        rating.no,
    )
    tone = TONES.get(one.pace, "muted" if rating.ended_on else "")
    return Row(rating.key.hex(), cells, tone)
