"""Attendance at the pace of a hand: one key a person down the list, while tickets are scanned beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from db.registrations import RegistrationLine
from frontdesk.activities.attendance.errors import AttendanceError
from frontdesk.activities.attendance.listing import SignInList, seats_of, sign_in_list
from frontdesk.activities.attendance.marking import (
    Marked,
    PartyStatus,
    is_untold,
    mark,
    mark_rest,
    set_walk_ins,
    take_back,
)
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.errors import CodedError, DatabaseError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.bigdigits import BigDigits
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

T = TypeVar("T")

AREA = "attendance"
TONES = {"attended": "good", "absent_notified": "warning", "no_show": "bad"}
MARKS = ("came", "absent", "missed", "unmark", "fewer", "more")


async def open_quick(screen: DeskScreen, code: str) -> None:
    """Mark who came to a session, one key a person."""
    await screen.app.push_screen(QuickScreen(code))


class Head(Horizontal):
    """The person under the cursor, large, and how far the list has come."""

    DEFAULT_CSS = """
    Head { height: 5; padding: 0 1; }
    Head BigDigits { width: 28; height: 5; }
    Head Vertical { padding: 0 2; height: 5; }
    Head #quick-name { text-style: bold; height: 2; }
    Head #quick-standing { height: 1; }
    Head #quick-sum { height: 2; color: $text-muted; }
    """

    def compose(self) -> ComposeResult:
        """The sign-up number, the name, what stands, the sums."""
        yield BigDigits("", id="quick-number")
        with Vertical():
            yield Plain("", id="quick-name")
            yield Plain("", id="quick-standing")
            yield Plain("", id="quick-sum")


class QuickScreen(PushedListScreen):
    """Whoever is expected at a session; a key marks the person under the cursor and goes on to the next."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "quick_title"
    list_id: ClassVar[str] = "quick"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        # An input method that is left on types the wide forms.
        Command(AREA, "came", "1,１"),
        Command(AREA, "absent", "2,２"),
        Command(AREA, "missed", "3,３"),
        Command(AREA, "unmark", "0,０", in_bar=False),
        Command(AREA, "fewer", "minus,fullwidth_hyphen_minus"),
        Command(AREA, "more", "plus,fullwidth_plus_sign", in_bar=False),
        Command(AREA, "all_came", "asterisk,fullwidth_asterisk"),
        Command(AREA, "rest_missed", "9,９"),
        Command(AREA, "jump", "slash,fullwidth_solidus"),
        Command(AREA, "walk_ins", "f8"),
        Command(AREA, "undo", "ctrl+z,backspace"),
        Command(AREA, "penalties", "f7", in_bar=False),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code
        self._list: SignInList | None = None
        self._done: list[Callable[[Context, str], object]] = []
        self._reason = ""

    def columns(self) -> tuple[Column, ...]:
        """Number, who, how many are expected and came, what stands."""
        return (
            Column(t("attendance.column.number"), 6, "right"),
            Column(t("attendance.column.name")),
            Column(t("attendance.column.seats"), 6, "right"),
            Column(t("attendance.column.came"), 6, "right"),
            Column(t("attendance.column.status"), 14),
        )

    def empty_words(self) -> str:
        """Nobody signed up."""
        return t("attendance.nobody")

    def compose_above(self) -> ComposeResult:
        """The person under the cursor."""
        yield Head()

    async def load(self) -> None:
        """Read the list."""
        code = self._code
        found = await self.desk_app.desk.run(lambda context: sign_in_list(context, code))
        self._list = found
        start = self.desk_app.clock_text(found.session.starts_at)
        framed(self.panel, f"{found.session.day} {start}  {found.session.name}", found.session.room)
        self.rows.set_rows([_row(line) for line in found.lines])
        self._show_head()

    def on_row_list_moved(self) -> None:
        """The head follows the cursor."""
        self._show_head()

    def _show_head(self) -> None:
        found, line = self._list, self._line()
        if found is None:
            return
        self.query_one("#quick-number", BigDigits).update(str(line.seq_no) if line else "-")
        name = mask_name(line.name) if line else ""
        self.query_one("#quick-name", Plain).update(f"{name}  {_seats_words(line)}" if line else "")
        self.query_one("#quick-standing", Plain).update(_status_words(line) if line else "")
        sums = t(
            "attendance.quick_sum",
            came=found.seats_come,
            absent=found.count("absent_notified"),
            missed=found.count("no_show"),
            left=found.count(None),
            walk_ins=found.walk_ins,
        )
        self.query_one("#quick-sum", Plain).update(sums)

    def _line(self) -> RegistrationLine | None:
        return self.under_cursor(self._list.lines, lambda one: str(one.id)) if self._list else None

    def why_not(self, name: str) -> str | None:
        """Marking is the operator's and needs a person; taking back something that was done here."""
        if name in ("close", "penalties"):
            return None
        if name == "jump":
            return None if self._list is None or self._list.lines else t("attendance.nobody")
        if self.is_auditor:
            return self.why_read_only()
        if name in MARKS and self._list is not None and self._line() is None:
            return t("attendance.nobody")
        if name == "undo" and not self._done:
            return t("attendance.nothing_to_undo")
        if name in ("all_came", "rest_missed") and self._list is not None and not self._list.count(None):
            return t("attendance.all_marked")
        return None

    async def _write(self, case: Callable[[Context, str], T]) -> T | None:
        """Run a use case with the reason that a closed session asks for; where there is none yet it is asked for."""
        reason = self._reason
        try:
            return await self.desk_app.desk.run(lambda context: case(context, reason))
        except CodedError as failure:
            if failure.code == "closed_reason":
                await self._ask_reason()
            else:
                self.app.bell()
                self.desk_app.say_failure(failure)
            return None

    async def _ask_reason(self) -> None:
        async def save(values: dict[str, str]) -> str | None:
            if not values["reason"].strip():
                return words_for(AttendanceError("missing_reason"))
            self._reason = values["reason"]
            self.notify(t("attendance.reason_kept"))
            return None

        field = Field("reason", t("attendance.reason"))
        await self.app.push_screen(FormDialog(t("attendance.closed_title"), (field,), save))

    async def _mark(self, status: PartyStatus | None, seats: int | None, *, goes_on: bool) -> None:
        line = self._line()
        if line is None:
            return
        done = await self._write(lambda context, reason: mark(context, line.id, status, seats, reason=reason))
        if done is not None:
            self._remember([done])
            await self.reload()
            if goes_on:
                self.rows.cursor += 1

    def _remember(self, marked: Sequence[Marked]) -> None:
        changed = [one for one in marked if one.before != one.after]
        if changed:
            self._done.append(lambda context, reason: take_back(context, changed, reason=reason))

    async def do_came(self) -> None:
        """The party came: all of it, or as many as were counted already."""
        line = self._line()
        counted = line.came if line is not None and line.status == "attended" else None
        await self._mark("attended", counted, goes_on=True)

    async def do_absent(self) -> None:
        """The party stayed away with notice."""
        await self._mark("absent_notified", None, goes_on=True)

    async def do_missed(self) -> None:
        """The party stayed away without notice."""
        await self._mark("no_show", None, goes_on=True)

    async def do_unmark(self) -> None:
        """Nothing stands of the party any more."""
        await self._mark(None, None, goes_on=False)

    async def do_fewer(self) -> None:
        """One less of the party came than is counted, or than is expected; the cursor stays."""
        await self._count(-1)

    async def do_more(self) -> None:
        """One more of the party came than is counted; the cursor stays."""
        await self._count(1)

    async def _count(self, by: int) -> None:
        line = self._line()
        if line is None:
            return
        counted = line.came if line.status == "attended" else None
        start = seats_of(line) if counted is None and by < 0 else counted or 0
        await self._mark("attended", max(1, start + by), goes_on=False)

    async def do_all_came(self) -> None:
        """Everybody of whom nothing stands yet came; one key takes it back."""
        await self._rest("attended")

    async def do_rest_missed(self) -> None:
        """Everybody of whom nothing stands yet stayed away, after a look at who that is."""
        found = self._list
        if found is None:
            return
        missing = [one for one in found.lines if one.status is None and one.seats > 0]
        numbers = [one.seq_no for one in missing if not is_untold(one)]
        untold = [one.seq_no for one in missing if is_untold(one)]

        left = t("attendance.rest_untold", numbers=_ranges(untold)) if untold else ""
        if left and not numbers:
            self.notify(left, severity="warning", timeout=12)
            return

        async def answered(yes: bool | None) -> None:
            if yes:
                await self._rest("no_show")

        question = t("attendance.rest_question", count=len(numbers), numbers=_ranges(numbers))
        question = "\n".join(filter(None, (question, left)))
        await self.app.push_screen(QuestionDialog(question, t("attendance.rest_yes")), answered)

    async def _rest(self, status: PartyStatus) -> None:
        code = self._code
        done = await self._write(lambda context, reason: mark_rest(context, code, status, reason=reason))
        if done is not None:
            self._remember(done)
            await self.reload()
            self.notify(t(f"attendance.rest_done.{status}", count=len(done)))

    async def do_jump(self) -> None:
        """Go to the person with a sign-up number."""

        async def go(values: dict[str, str]) -> str | None:
            number = _number(values["number"])
            line = self._list.number(number) if self._list is not None and number else None
            if line is None:
                return words_for(AttendanceError("no_such_number"))
            self.rows.move_to(str(line.id))
            return None

        field = Field("number", t("attendance.column.number"))
        await self.app.push_screen(FormDialog(t("attendance.jump_title"), (field,), go))

    async def do_walk_ins(self) -> None:
        """How many people came without a sign-up."""
        code, before = self._code, self._list.walk_ins if self._list else 0

        async def save(values: dict[str, str]) -> str | None:
            count = _number(values["count"])
            self._reason = reason = values.get("reason", "").strip() or self._reason
            if count is None:
                return words_for(AttendanceError("bad_count"))
            try:
                stood = await self.desk_app.desk.run(lambda context: set_walk_ins(context, code, count, reason=reason))
            except CodedError as refusal:
                return words_for(refusal)
            self._done.append(lambda context, why: set_walk_ins(context, code, stood, reason=why, seen=count))
            await self.reload()
            return None

        fields = [Field("count", t("attendance.walk_ins"), str(before or ""), t("attendance.walk_ins_hint"))]
        if self._list is not None and self._list.session.state == "closed":
            fields.append(Field("reason", t("attendance.reason"), self._reason))
        await self.app.push_screen(FormDialog(t("attendance.walk_ins_title"), tuple(fields), save))

    async def do_undo(self) -> None:
        """Take back what was done last on this screen."""
        case, why = self._done[-1], self._reason
        try:
            await self.desk_app.desk.run(lambda context: case(context, why))
        except CodedError as failure:
            if failure.code == "closed_reason":
                await self._ask_reason()
                return
            if not isinstance(failure, DatabaseError):
                # What was recorded since stays, and this can never be taken back; a busy file is free again soon.
                self._done.pop()
            self.desk_app.say_failure(failure)
        else:
            self._done.pop()
            self.notify(t("attendance.undone"))
        await self.reload()

    async def do_penalties(self) -> None:
        """Who may not sign up for a while, and who soon may not."""
        from frontdesk.activities.attendance.penalty_screen import open_penalties

        await open_penalties(self)


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in their order, those that follow each other as first and last."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts)


def _number(text: str) -> int | None:
    from unicodedata import normalize

    folded = normalize("NFKC", text).strip()
    return int(folded) if folded.isascii() and folded.isdigit() and len(folded) <= 6 else None


def _row(line: RegistrationLine) -> Row:
    came = str(line.came or "") if line.status == "attended" else ""
    tone = TONES.get(line.status or "", "muted" if line.seats == 0 else "")
    cells = (str(line.seq_no), mask_name(line.name), str(seats_of(line)), came, _status_words(line))
    return Row(str(line.id), cells, tone)  # type: ignore[arg-type]


def _status_words(line: RegistrationLine) -> str:
    if line.status is not None:
        return t(f"attendance.status.{line.status}")
    return t("attendance.status.waiting") if line.seats == 0 else t("attendance.status.none")


def _seats_words(line: RegistrationLine) -> str:
    seats = seats_of(line)
    if line.status == "attended" and line.came != seats:
        return t("attendance.seats_of", came=line.came, seats=seats)
    return t("attendance.seats", seats=seats)
