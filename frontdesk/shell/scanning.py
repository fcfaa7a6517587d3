"""Scanning for a whole application: every key passes the gate before any widget sees it."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from textual import events
from textual.app import App
from textual.message import Message
from textual.widgets import Input

from frontdesk.errors import CodedError, DatabaseError
from frontdesk.shell.driver import desk_driver
from frontdesk.shell.line import Line
from frontdesk.shell.registry import scan_decider
from frontdesk.shell.scan_gate import KEY_GAP, Released, ScanGate, is_own_code, looks_typed

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.driver import Driver
    from textual.widget import Widget

    from frontdesk.common.scananswer import ScanAnswer
    from frontdesk.context import Context
    from frontdesk.shell.desk import Desk
    from frontdesk.volunteers.service import ScanOutcome


log = logging.getLogger("frontdesk")

Decided = TypeVar("Decided", bound=Message)


@dataclass(frozen=True)
class Attempt:
    """One scan: the code and the nonce by which the same attempt is known again."""

    code: str
    nonce: str


class ScanDecided(Message):
    """A scan was decided and committed."""

    def __init__(self, outcome: ScanOutcome, seconds_today: int, seconds_year: int, attempt: Attempt) -> None:
        super().__init__()
        self.outcome = outcome
        self.attempt = attempt
        self.seconds_today = seconds_today
        self.seconds_year = seconds_year


class ScanAnswered(Message):
    """A scan that is no volunteer's was decided and committed by the feature that its code belongs to; `turn` is which
    scan of the kiosk it was.
    """

    def __init__(self, answer: ScanAnswer, turn: int = 0) -> None:
        super().__init__()
        self.answer = answer
        self.turn = turn


class ScanFailed(Message):
    """A scan could not be recorded."""

    def __init__(self, failure: CodedError) -> None:
        super().__init__()
        self.failure = failure


class ScanBroken(Message):
    """A scan met a failure that nobody foresaw."""

    def __init__(self, failure: BaseException) -> None:
        super().__init__()
        self.failure = failure


def _takes_text(focused: Widget | None) -> bool:
    """Whether what is typed is text: in a line, or in a box that says so. An input method hands over whole words at a
    machine's pace. A box is not asked for its class, which takes long to load.
    """
    return isinstance(focused, Input) or getattr(focused, "takes_text", False)


class ScanningApp(App[None]):
    """An application in which a scan works on every screen, whatever has the focus."""

    desk: Desk

    def __init__(self) -> None:
        super().__init__()
        self._gate: ScanGate[events.Key] = ScanGate()
        self._gate_watched = False

    async def on_event(self, event: events.Event) -> None:
        """Let keys through the gate; everything else goes its way."""
        if isinstance(event, events.Paste) and not event.is_forwarded and is_own_code(event.text.strip()):
            self.take_scan(event.text.strip())
            return
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        ends = event.key in ("enter", "tab")
        in_field = _takes_text(self.focused)
        await self._act_on(self._gate.feed(event, event.character, ends, event.time, in_field=in_field))
        if self._gate.holding and not self._gate_watched:
            self._gate_watched = True
            self.set_timer(KEY_GAP, self._expire_gate)

    async def _act_on(self, outcome: list[Released[events.Key]]) -> None:
        """Take what a machine typed as a scan, and hand on what a person typed, in the order in which it came."""
        for released in outcome:
            keys = released.keys
            if released.code is not None:
                # A long number of groups is scanned where it is asked for; a volunteer's card is a card there too.
                take_code: Callable[[str], bool] | None = getattr(self.focused, "take_code", None)
                if take_code is not None and not is_own_code(released.code) and take_code(released.code):
                    self._gate.meant_for_field()
                elif _takes_text(self.focused) and looks_typed(released.code) and not released.torn:
                    keys = released.burst
                    self._gate.meant_for_field()
                else:
                    self.take_scan(released.code)
            for key in keys:
                await self._hand_on(key)

    async def _expire_gate(self) -> None:
        """Decide what nothing followed."""
        self._gate_watched = False
        # A message is stamped by the same clock as the keys.
        await self._act_on(self._gate.expire(Message().time))
        if self._gate.holding:
            self._gate_watched = True
            self.set_timer(KEY_GAP, self._expire_gate)

    def get_driver_class(self) -> type[Driver]:
        """The driver of this system, made tolerant of what is no text."""
        return desk_driver(super().get_driver_class())

    async def _hand_on(self, key: events.Key) -> None:
        """Give a key to whatever has the focus; Enter in a form moves the focus at once, so that keys typed ahead of
        the screen land in the next field.
        """
        line = self.focused
        if key.key == "enter" and isinstance(line, Line) and line.next_line is not None and line.next_line.display:
            self.screen.set_focus(line.next_line)
            return
        # Lists and search boxes move their cursor before the next key is looked at.
        take_key: Callable[[str], bool] | None = getattr(line, "take_key", None)
        if take_key is not None and take_key(key.key):
            return
        if not await self.run_command_key(key.key):
            await super().on_event(key)

    async def run_command_key(self, key: str) -> bool:
        """Run the command of a key before the key after it is looked at; False where it has none.

        A person types ahead of a slow screen: what follows a command belongs to the dialog that it opens, never to
        the screen behind it.
        """
        return False

    def take_scan(self, code: str) -> None:
        """Have a scan decided after those before it; the answer comes as a message when it is committed."""
        if self.take_other_scan(code):
            return
        future = self.desk.submit_scan(lambda context: _decide(context, code))
        future.add_done_callback(self._scan_done)

    def take_other_scan(self, code: str, turn: int = 0) -> bool:
        """Have a code decided that is no volunteer's card by the feature that it belongs to; False where it is none."""
        decide = scan_decider(code)
        if decide is None:
            return False
        future = self.desk.submit_scan(lambda context: ScanAnswered(decide(context, code), turn))
        future.add_done_callback(self._scan_done)
        return True

    def go_on_with(self, attempt: Attempt) -> None:
        """Have an entry that lacked an answer decided again, as the same attempt."""
        future = self.desk.submit_scan(lambda context: _decide(context, attempt.code, attempt.nonce))
        future.add_done_callback(self._scan_done)

    def _scan_done(self, future: Future[Decided]) -> None:
        """Post what was decided, or how deciding failed."""
        failure = future.exception()
        if failure is None:
            self.post_message(future.result())
        elif isinstance(failure, CodedError):
            self.post_message(ScanFailed(failure))
        else:
            self.post_message(ScanBroken(failure))

    def on_scan_broken(self, message: ScanBroken) -> None:
        """End the program as for any failure that nobody foresaw."""
        raise message.failure

    def _handle_exception(self, error: Exception) -> None:
        """Keep the traceback of what nobody foresaw, and end with words instead of it."""
        log.critical("unexpected failure", exc_info=error)
        if self.is_headless:
            super()._handle_exception(error)
        else:
            self.exit(return_code=1)


def _decide(context: Context, code: str, nonce: str | None = None) -> ScanDecided:
    """Have a scan decided and recorded; once more where the file was busy. Its nonce keeps the second from counting
    again should the first have been recorded after all. With the nonce of an attempt that lacked an answer that attempt
    goes on; it was an entry, and never becomes an exit.
    """
    from frontdesk.volunteers.service import hours_to_show, scan, with_credit

    attempt = Attempt(code, nonce or context.ids())
    direction: Literal["auto", "in"] = "auto" if nonce is None else "in"
    try:
        outcome = scan(context, code, nonce=attempt.nonce, direction=direction)
    except DatabaseError as failure:
        if failure.code != "busy":
            raise
        log.warning("the file was busy: the scan is recorded once more")
        outcome = scan(context, code, nonce=attempt.nonce, direction=direction)
    return ScanDecided(with_credit(context, outcome), *hours_to_show(context, outcome), attempt)
