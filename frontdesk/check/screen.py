"""The check at the desk: the last full look, a new one beside all other work, each finding with what to do about it."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import ProgressBar

from frontdesk.check import words
from frontdesk.check.service import Look, full_look, last_look, quick_look, write_text
from frontdesk.common.text import wrap
from frontdesk.errors import CodedError
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import Line, LineTone, ReadDialog
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.checking import Finding, Severity
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

AREA = "check"
TONES: dict[Severity, LineTone] = {"broken": "bad", "warning": "warning", "note": ""}


async def open_check(screen: DeskScreen, quick: bool = False) -> None:
    """Show the last full look over a screen, or what a quick one finds now."""
    await screen.app.push_screen(CheckScreen(quick=quick))


class LookMoved(Message):
    """How far a look has come."""

    def __init__(self, area: str, done: int, total: int) -> None:
        super().__init__()
        self.area, self.done, self.total = area, done, total


class CheckScreen(PushedListScreen):
    """The findings, the worst first. A look that is under way ends with its screen."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "check"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "explain", "enter"),
        Command(AREA, "look", "f8"),
        Command(AREA, "quick", "f7"),
        Command(AREA, "stop", "delete"),
        Command(AREA, "save", "ctrl+s"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, *, quick: bool = False) -> None:
        super().__init__()
        self._begins_quick = quick
        self._look: Look | None = None
        self._last: Look | None = None
        """The last full look, while a quick one is shown."""
        self._stop: Event | None = None

    def columns(self) -> tuple[Column, ...]:
        """How bad, where, and what."""
        return (
            Column(t("check.column.severity"), 9, widest=10),
            Column(t("check.column.area"), 10, widest=12),
            Column(t("check.column.what")),
        )

    def empty_words(self) -> str:
        """Nothing amiss; until the first look that nobody knows."""
        return t("check.nothing")

    def compose_above(self) -> ComposeResult:
        """How it stands."""
        yield Plain("", id="check-said")

    def compose_below(self) -> ComposeResult:
        """How far a look has come; else the row under the cursor in full."""
        yield Plain("", id="check-detail")
        yield ProgressBar(id="check-progress", show_eta=False)

    @property
    def is_looking(self) -> bool:
        """Whether a look is under way."""
        return self._stop is not None

    async def load(self) -> None:
        """Fetch the last full look; without one take a quick one."""
        if self.is_looking:
            return

        def case(context: Context) -> tuple[Look | None, Look | None]:
            last = last_look(context)
            return last, quick_look(context) if last is None or self._begins_quick else None

        if self._look is None:
            self._last, quick = await self.desk_app.desk.run_slow(case)
            self._look = quick or self._last
        self._show()

    def _show(self) -> None:
        look = self._look
        findings = look.findings if look is not None else ()
        self.rows.set_rows([self._row(place, one) for place, one in enumerate(findings)])
        framed(self.panel, t("check.panel", count=len(findings)))
        self.query_one("#check-progress", ProgressBar).display = self.is_looking
        self._tell()
        self.refresh_frame()

    @staticmethod
    def _row(place: int, one: Finding) -> Row:
        cells = (t(f"check.severity.{one.severity}"), t(f"check.area.{one.area}"), words.what(one))
        return Row(str(place), cells, TONES[one.severity])

    def _tell(self) -> None:
        """Above the list how it stands, below it the row under the cursor."""
        look, width = self._look, self.app.size.width - 2
        said = []
        if look is not None:
            kind = t("check.quick" if look.quick else "check.full")
            said.append(t("check.taken", at=self.desk_app.moment_text(look.at), kind=kind) + words.headline(look))
        if look is not None and look.quick:
            never = self._last is None
            said.append(t("check.never") if never else t("check.last", at=self._moment(self._last)))
        above = self.query_one("#check-said", Plain)
        above.set_classes("" if look is None else "-good" if look.is_sound else "-bad")
        above.update("\n".join(part for line in said for part in wrap(line, width)))
        if not self.is_looking:
            one = self.finding()
            lines = [words.what(one), t("check.to_do", words=words.todo(one))] if one is not None else []
            self.query_one("#check-detail", Plain).update(
                "\n".join(part for line in lines for part in wrap(line, width))
            )

    def _moment(self, look: Look | None) -> str:
        return self.desk_app.moment_text(look.at) if look is not None else ""

    def finding(self) -> Finding | None:
        """What the row under the cursor is about."""
        row, look = self.rows.current, self._look
        return look.findings[int(row.key)] if row is not None and look is not None else None

    def on_row_list_moved(self) -> None:
        """The words below follow the cursor."""
        self._tell()
        self.refresh_frame()

    def why_not(self, name: str) -> str | None:
        """One look at a time; something to explain, or to save."""
        if name in ("look", "quick") and self.is_looking:
            return t("check.is_running")
        if name == "stop" and not self.is_looking:
            return t("check.not_running")
        if name == "explain" and self.finding() is None:
            return t("check.no_finding")
        return t("check.no_result") if name == "save" and self._look is None else None

    async def do_look(self) -> None:
        """Look at everything, beside all other work."""
        self._begin(full=True)

    async def do_quick(self) -> None:
        """Look at what is looked at whenever the program starts."""
        self._begin(full=False)

    def _begin(self, *, full: bool) -> None:
        self._stop = stop = Event()
        self.query_one("#check-progress", ProgressBar).update(total=None, progress=0)
        self.query_one("#check-detail", Plain).update(t("check.beginning"))
        self._show()
        self.run_worker(self._take(stop, full=full), exclusive=True, group="check")

    async def _take(self, stop: Event, *, full: bool) -> None:
        def told(area: str, done: int, total: int) -> None:
            # From the thread that looks; a screen that is gone takes no messages and raises nothing.
            self.post_message(LookMoved(area, done, total))

        def case(context: Context) -> Look:
            return full_look(context, progress=told, stop=stop.is_set) if full else quick_look(context)

        try:
            look = await self.desk_app.desk.run_long(case)
        except CodedError as failure:
            self.desk_app.say_failure(failure)
            return
        finally:
            self._stop = None
            if self.is_attached:
                self._show()
        self._look = look
        self._last = self._last if look.quick else look
        if self.is_attached:
            self._show()

    def on_look_moved(self, message: LookMoved) -> None:
        """Move the bar."""
        if not self.is_looking or self._stop is None:
            return
        self.query_one("#check-progress", ProgressBar).update(total=message.total, progress=message.done)
        area = t(f"check.area.{message.area}")
        said = t("check.running", done=message.done, total=message.total, area=area)
        self.query_one("#check-detail", Plain).update(t("check.stopping") if self._stop.is_set() else said)

    async def do_stop(self) -> None:
        """End the look that is under way; what it has found until then is shown and not kept."""
        if self._stop is not None:
            self._stop.set()
            self.query_one("#check-detail", Plain).update(t("check.stopping"))

    async def do_explain(self) -> None:
        """What the finding means, and what to do."""
        one = self.finding()
        assert one is not None
        lines: list[Line] = [(words.what(one), TONES[one.severity]), ("", "")]
        lines += [(words.means(one), ""), ("", ""), (t("check.to_do", words=words.todo(one)), "")]
        title = t("check.explain_title", area=t(f"check.area.{one.area}"), severity=t(f"check.severity.{one.severity}"))
        await self.app.push_screen(ReadDialog(title, lines))

    async def do_save(self) -> None:
        """Write the result as text to the folder of exports."""
        look, folder = self._look, self.desk_app.export_folder()
        assert look is not None
        path = await self.attempt(lambda context: write_text(context, look, folder), slow=True)
        if path is not None:
            self.notify(t("check.saved", path=path), timeout=20)

    def on_unmount(self) -> None:
        """Who leaves the room needs no result any more."""
        if self._stop is not None:
            self._stop.set()
