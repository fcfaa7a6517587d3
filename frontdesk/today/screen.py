"""Today: the first screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t
from frontdesk.reports import service as reports
from frontdesk.roster import service as roster
from frontdesk.roster.service import DutyLine, OnPost
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row, RowList
from frontdesk.today.service import Due, Occasions, Today, occasions, today

if TYPE_CHECKING:
    from frontdesk.cases.service import Certified

NAMED = 3
"""So many people are named in a line."""
ROSTER_KINDS = ("gap_ahead", "illegal_ahead", "alone_ahead", "order_changed", "unplanned_ahead", "leave_asked")

ROOMS = {
    "no_recovery_key": "recovery_key",
    "key_unproved": "recovery_key",
    **dict.fromkeys(("backup_none", "backup_failed", "backup_old"), "backups"),
    "approvals": "permissions",
    "cases_undecided": "case_adopted",
    "parked": "parked",
    "retention": "retention",
    **dict.fromkeys(("check_found", "check_due"), "check"),
}
"""The rooms of safe-keeping that what waits opens, by its kind."""


class TodayScreen(DeskScreen):
    """On duty, today's sessions, who is here, what waits."""

    area: ClassVar[str] = "today"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("today", "absent", "f7"),
        Command("today", "back", "f8"),
        Command("today", "undo", "ctrl+z"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._duty: list[DutyLine] = []
        self._occasions: Occasions | None = None
        self._is_looking = False
        self._certified: Certified | None = None

    def title_words(self) -> str:
        """The day, and how many of the staff are certified."""
        if self._certified is None:
            return super().title_words()
        held, staff = self._certified
        kind = "certified_low" if self._certified.is_low else "certified"
        return f"{super().title_words()}  {t(f'today.{kind}', count=held, staff=staff)}"

    def compose_body(self) -> ComposeResult:
        """Four lists."""
        with Horizontal(classes="fill"):
            with Vertical(classes="half"):
                with Vertical(classes="panel", id="duty-panel"):
                    yield RowList(
                        (
                            Column(t("today.post"), 13),
                            Column(t("today.acting")),
                            Column(t("today.standby"), optional=True),
                        ),
                        empty=t("today.no_posts"),
                        id="duty",
                    )
                with Vertical(classes="panel", id="here-panel"):
                    yield RowList(
                        (
                            Column(t("today.since"), 5),
                            Column(t("today.volunteer")),
                            Column(t("today.team"), optional=True),
                        ),
                        empty=t("today.nobody_here"),
                        id="here",
                    )
            with Vertical(classes="half"):
                with Vertical(classes="panel", id="sessions-panel"):
                    yield RowList(
                        (
                            Column(t("today.time"), 5),
                            Column(t("today.session")),
                            Column(t("today.room"), 10, optional=True),
                            Column(t("today.seats"), 7, "right"),
                        ),
                        empty=t("today.no_sessions"),
                        id="sessions",
                    )
                with Vertical(classes="panel", id="due-panel"):
                    yield RowList((Column(t("today.what")),), empty=t("today.nothing_due"), id="due")

    async def on_mount(self) -> None:
        """Name the panels."""
        for name in ("duty", "sessions", "here"):
            framed(self.query_one(f"#{name}-panel"), t(f"today.panel.{name}"))
        self.query_one("#duty").focus()

    async def load(self) -> None:
        """Fetch and show the day."""
        known = self._occasions
        shown = await self.desk_app.desk.run(lambda context: today(context, known))
        self._certified = shown.certified
        now = self.desk_app.local_minute()
        self._duty = sorted(shown.duty, key=lambda line: _turn(line, now))
        self.query_one("#duty", RowList).set_rows([_duty_row(line, now) for line in self._duty])
        await self._show_rest(shown)
        if shown.is_dated and not self._is_looking:
            self._is_looking = True
            self.run_worker(self._look_for_occasions(), group="occasions")

    async def _look_for_occasions(self) -> None:
        """Find what to congratulate on and which closed periods were corrected, beside the scans, and show it."""
        try:
            known = self._occasions
            self._occasions = await self.desk_app.desk.run_slow(lambda context: occasions(context, known))
        except CodedError as failure:
            self.desk_app.say_failure(failure)
            return
        finally:
            self._is_looking = False
        self.mark_stale()

    async def _show_rest(self, shown: Today) -> None:
        app = self.desk_app
        await app.syncing.follow()
        await self.sync_moved()
        self.query_one("#sessions", RowList).set_rows(
            [
                Row(
                    line.code,
                    (
                        app.clock_text(line.starts_at),
                        line.name,
                        line.room,
                        t("today.cancelled")
                        if line.state == "cancelled"
                        else f"{line.seats_confirmed}/{line.capacity}",
                    ),
                    "muted" if line.state == "cancelled" else "",
                )
                for line in shown.sessions
            ]
        )
        self.query_one("#here", RowList).set_rows(
            [
                Row(line.volunteer_no, (app.clock_text(line.entered_at), mask_name(line.name), line.team))
                for line in shown.here
            ]
        )
        framed(self.query_one("#here-panel"), t("today.panel.here_count", count=len(shown.here)), self._kept(shown))
        waiting = self.query_one("#due", RowList)
        waiting.set_rows(
            [
                Row(
                    _due_key(due),
                    (_due_words(due),),
                    "good" if due.people else "bad" if due.pressing else "warning",
                )
                for due in shown.due
            ]
        )
        if not waiting.has_focus:
            # What is pressing comes first, also when it came later than the rest.
            waiting.cursor = 0

    def _kept(self, shown: Today) -> str:
        """When the last good backup was made; nothing without one, which is among what waits."""
        made, today = shown.backed_up, self.desk_app.today()
        if made is None:
            return ""
        if made.date() == today:
            return t("today.backup.today", at=f"{made:%H:%M}")
        return t("today.backup.before", at=f"{made:%m-%d}", days=(today - made.date()).days)

    async def sync_moved(self) -> None:
        """Say in the frame of what waits how the last sync that began by itself ended."""
        last = self.desk_app.syncing.last
        said = ""
        if last is not None and last.is_automatic:
            key = "refused" if last.said.refused else last.said.tone
            said = t(f"today.auto_sync.{key}", at=self.desk_app.clock_text(last.at), count=last.said.refused)
        framed(self.query_one("#due-panel"), t("today.panel.due"), said)

    def _post(self) -> DutyLine | None:
        row = self.query_one("#duty", RowList).current
        return next((line for line in self._duty if row is not None and line.key == row.key), None)

    def why_not(self, name: str) -> str | None:
        """Marking needs somebody to mark, undoing somebody who is here."""
        if name == "undo":
            return None if self._arrived() else t("today.choose_arrived")
        line = self._post()
        if line is None:
            return t("today.no_posts")
        if name == "absent" and not (line.acting or line.standby):
            return t("today.nobody_acts")
        if name == "back" and not line.away:
            return t("today.nobody_away")
        return None

    def _arrived(self) -> str | None:
        """The number of the volunteer under the cursor of those who are here; None while the cursor is elsewhere."""
        here = self.query_one("#here", RowList)
        return here.current.key if here.has_focus and here.current else None

    def on_descendant_focus(self) -> None:
        """What can be done depends on the list."""
        self.refresh_frame()

    async def do_undo(self) -> None:
        """Take back the check-in of the volunteer under the cursor."""
        await self.desk_app.open_form("undo", self, self._arrived())

    async def _choose(
        self, question: str, holders: tuple[OnPost, ...], then: Callable[[OnPost], Awaitable[None]]
    ) -> None:
        """Go on with the only person there is, or with the one chosen."""
        if len(holders) == 1:
            await then(holders[0])
            return
        by_no = {holder.staff_no: holder for holder in holders}

        async def chosen(no: str | None) -> None:
            if no is not None:
                await then(by_no[no])

        choices = [(no, f"{holder.ab}  {holder.name}  {no}") for no, holder in by_no.items()]
        await self.app.push_screen(ChoiceDialog(question, choices), chosen)

    async def do_absent(self) -> None:
        """Somebody of the chosen post is away today; where nobody acts any more, the standby takes over."""
        line = self._post()
        assert line is not None
        people = [(one.staff_no, one.name, one.ab) for one in (*line.acting, *line.standby)]
        await self.desk_app.open_form("absence", self, people)

    async def do_back(self) -> None:
        """Somebody of the chosen post is back."""
        line = self._post()
        assert line is not None
        await self._choose(t("today.who_back", post=line.post), line.away, self._report_back)

    async def _report_back(self, holder: OnPost) -> None:
        def back(context: Context) -> list[str]:
            restored = roster.report_back(context, holder.staff_no, context.today())
            told = restored.changes or restored.kept or restored.briefings
            return roster.restored_words(restored, context) if told else []

        said = await self.attempt(back)
        await self.reload()
        if said:
            title = t("today.back_title", name=holder.name, post=holder.post)
            await self.app.push_screen(ReadDialog(title, [(line, "") for line in said]))

    def on_row_list_moved(self) -> None:
        """What can be done depends on the row."""
        self.refresh_frame()

    def _celebrated(self, key: str) -> tuple[tuple[str, str], ...]:
        """Whom a line of what is due is about; nobody where it is about something else."""
        due = self._occasions.due if self._occasions is not None else ()
        return next((one.people for one in due if _due_key(one) == key), ())

    async def _open_one_of(self, title: str, people: tuple[tuple[str, str], ...]) -> None:
        """Show the only volunteer, or the one chosen."""

        async def chosen(no: str | None) -> None:
            if no is not None:
                await self.desk_app.action_command("volunteers")
                self.desk_app.open_at(no)

        if len(people) == 1:
            await chosen(people[0][0])
            return
        choices = [(no, f"{no}  {mask_name(name)}") for no, name in people]
        await self.app.push_screen(ChoiceDialog(title, choices), chosen)

    async def _open_letters(self, key: str) -> None:
        """The letters, where a new one is about this period."""
        period = await self.desk_app.desk.run(lambda context: reports.period_by_setting(key, context))
        await self.desk_app.open_form("letters", self, period)

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open what the row stands for."""
        if event.row.key.startswith("review:"):
            await self.desk_app.open_form("review", self)
            return
        if event.row.key.startswith("follow_up_"):
            await self.desk_app.open_form("follow_ups", self)
            return
        if event.row.key.startswith("letter:"):
            await self._open_letters(event.row.key.partition(":")[2])
            return
        if event.row.key.startswith(("letter_back:", "letters_back:")):
            period = await self.desk_app.desk.run(lambda context: reports.letter_period(context, context.today()))
            await self.desk_app.open_form("letters", self, period, event.row.key.partition(":")[2])
            return
        if event.row.key.startswith("case_meeting:"):
            await self.desk_app.open_form("case", self, int(event.row.key.partition(":")[2]))
            return
        if event.row.key.startswith("case_duty:"):
            await self.desk_app.open_form("case_duties", self, event.row.key.partition(":")[2])
            return
        if event.row.key.startswith("check:"):
            # What a quick look found is what is to be seen there.
            await self.desk_app.open_form("check", self, True)
            return
        if event.rows.id == "due" and (room := ROOMS.get(event.row.key.partition(":")[0])):
            await self.desk_app.open_form(room, self)
            return
        if event.row.key.startswith("tell:"):
            await self.desk_app.open_form("tell", self)
            return
        if event.row.key.startswith("offer:"):
            await self.desk_app.open_form("queue", self, event.row.key.partition(":")[2])
            return
        if event.row.key.startswith("assignment:"):
            await self.desk_app.open_form("assignments", self, event.row.key.partition(":")[2])
            return
        if event.rows.id == "due" and (people := self._celebrated(event.row.key)):
            await self._open_one_of(event.row.cells[0], people)
            return
        target = {"sessions": "sessions", "here": "volunteers", "due": _due_target(event.row.key)}.get(
            event.rows.id or ""
        )
        if target:
            await self.desk_app.action_command(target)
            kind, _, key = event.row.key.partition(":")
            # Leave and its hand-over have a list of their own on the roster's screen.
            self.desk_app.open_at("leave" if kind == "leave_asked" or kind.startswith("handover_") else key or kind)


def _due_key(due: Due) -> str:
    return f"{due.kind}:{due.values.get('code') or due.values.get('key') or ''}"


def _due_words(due: Due) -> str:
    """What waits, in words; whom it is about by masked names, as many as a line has room for."""
    if not due.people:
        return t(f"today.due.{due.kind}", **due.values)
    names = t("today.comma").join(mask_name(name) for _, name in due.people[:NAMED])
    if len(due.people) > NAMED:
        names = t("today.and_others", names=names, count=len(due.people))
    return t(f"today.due.{due.kind}", names=names, **due.values)


def _due_target(key: str) -> str:
    targets = {
        "attendance": "sessions",
        **dict.fromkeys(("report", "close", "drifted"), "report"),
        **dict.fromkeys(("refused", "unsent", "notices", "locked", "exempt"), "sync"),
        "calendar": "import",
        "recheck": "sessions",
        "standing_asked": "standing",
        **dict.fromkeys(ROSTER_KINDS, "roster"),
        **{f"handover_{step}": "roster" for step in ("write", "acknowledge", "brief")},
    }
    kind = key.partition(":")[0]
    return targets.get(kind, "cases" if kind.startswith("cases_") else "")


def _turn(line: DutyLine, now: int) -> int:
    """What is on now comes first, then what comes today, then what is over."""
    if line.window is None or line.window[0] <= now < line.window[1]:
        return 0
    return 1 if now < line.window[0] else 2


def _duty_row(line: DutyLine, now: int) -> Row:
    acting = " ".join(holder.name for holder in line.acting) or t("today.gap")
    standby = " ".join(holder.name for holder in line.standby) or "-"
    tone = "bad" if line.gap else "warning" if line.covered or line.alone else ""
    if line.covered:
        acting = t("today.covering", name=acting)
    if _turn(line, now) == 2:
        tone = "muted"
    post = f"{line.shift} {line.post}" if line.shift else line.post
    return Row(line.key, (post, acting, standby), tone)  # type: ignore[arg-type]
