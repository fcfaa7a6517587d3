"""Who may do what, what waits for a second person, and the dialog in which a second person agrees."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from frontdesk.access import service
from frontdesk.access.service import Action, ApprovalRequest, Approver
from frontdesk.common.text import wrap
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen

AREA = "access"
PEOPLE = ("resident", "volunteer", "rater", "booking", "staff")
"""Kinds of people as a request names them, before a stroke and the number."""


def subject_words(subject: str) -> str:
    """What is agreed to, as a person reads it: `resident/2` with the word for a resident, 60' in minutes."""
    words = []
    for word in subject.split(" "):
        kind, _, number = word.partition("/")
        if number and kind in PEOPLE:
            words.append(f"{t(f'privacy.kind.{kind}')} {number}")
        elif word.startswith("-#"):
            words.append(t("access.subject.annulled", number=word[2:]))
        elif word.endswith("'") and word[:-1].isdigit():
            words.append(t("access.subject.minutes", minutes=word[:-1]))
        elif word != "-":
            words.append(word)
    return " ".join(words)


async def ask_approval(
    screen: DeskScreen,
    refused: CodedError,
    action: Action,
    subject: str,
    again: Callable[[Approver], Awaitable[str | Wrong | None]],
    asked: Callable[[], None] | None = None,
) -> None:
    """Ask for another manager's number and PIN over a screen and do `again` with them what was `refused`.

    `again` answers as a form's submit does: None when it is done. Without a number a request is left that waits until
    another manager decides it, and `asked` is told.
    """

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        if values["no"].strip():
            return await again(Approver(values["no"].strip(), values["pin"]))
        try:
            number = await screen.desk_app.desk.run(lambda context: service.request_approval(context, action, subject))
        except CodedError as refusal:
            return words_for(refusal)
        screen.notify(t("access.ask.requested", number=number), timeout=20)
        if asked is not None:
            asked()
        return None

    fields = (
        Field("no", t("access.ask.no"), hint=t("access.ask.no.hint")),
        Field("pin", t("access.ask.pin"), secret=True),
    )
    title = t("access.ask.title", action=t(f"access.action.{action}"), subject=subject_words(subject))
    if refused.code != "approval_required":
        title = f"{title}\n{words_for(refused)}"
    await screen.app.push_screen(FormDialog(title, fields, submit))


async def open_permissions(screen: DeskScreen) -> None:
    """Show over a screen what waits for a second person, and who may do what."""
    await screen.app.push_screen(PermissionsScreen())


class PermissionsScreen(PushedListScreen):
    """The requests of the last days, the latest first; below them every use case with who may do it."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "permissions"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "grant", "f8"),
        Command(AREA, "refuse", "delete"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._requests: list[ApprovalRequest] = []

    def columns(self) -> tuple[Column, ...]:
        """What it is, and the answer to each role."""
        return (
            Column(t("access.column.what")),
            *(Column(t(f"access.who.{who}.short"), 6) for who in service.WHO),
        )

    def compose_below(self) -> ComposeResult:
        """The words of the row under the cursor, whole: who agrees has read all of it."""
        yield Plain("", id="permissions-detail")

    def on_row_list_moved(self) -> None:
        """What can be done depends on the row, whose words stand below."""
        row = self.rows.current
        words = row.cells[0].strip() if row is not None else ""
        self.query_one("#permissions-detail", Plain).update("\n".join(wrap(words, self.app.size.width - 2)[:4]))
        self.refresh_frame()

    async def load(self) -> None:
        """Read the requests; the table is made beside the quick use cases, it imports the whole program."""
        self._requests = await self.desk_app.desk.run(service.requests)
        lines = await self.desk_app.desk.run_slow(service.permission_lines)
        rows = [Row("requests", (t("access.requests"), *[""] * len(service.WHO)), "heading")]
        rows += [self._request_row(one) for one in self._requests]
        if not self._requests:
            rows.append(Row("none", (t("access.no_requests"), *[""] * len(service.WHO)), "muted"))
        feature = ""
        for line in lines:
            if line.feature != feature:
                feature = line.feature
                rows.append(
                    Row(f"feature:{feature}", (t(f"access.feature.{feature}"), *[""] * len(service.WHO)), "heading")
                )
            said = f"  {line.words} ({', '.join(line.names)})"
            cells = (said, *(t(f"access.answer.{line.answers[who]}") for who in service.WHO))
            rows.append(Row(f"{line.room}.{line.names[0]}", cells))
        first = not self.rows.rows
        self.rows.set_rows(rows)
        if first and self._requests:
            self.rows.move_to(str(self._requests[0].id))
        waiting = sum(1 for one in self._requests if one.granted is None)
        framed(self.panel, t("access.panel", waiting=waiting))
        self.on_row_list_moved()

    def _request_row(self, one: ApprovalRequest) -> Row:
        state = "waiting" if one.granted is None else "used" if one.used_at else "granted" if one.granted else "refused"
        words = t(
            f"access.request.{state}",
            number=one.id,
            at=self.desk_app.moment_text(one.asked_at),
            no=one.asked_by,
            action=t(f"access.action.{one.action}"),
            subject=subject_words(one.subject),
            by=one.decided_by,
        )
        return Row(str(one.id), (f"  {words}", *[""] * len(service.WHO)), "warning" if state == "waiting" else "")

    def request(self) -> ApprovalRequest | None:
        """The request under the cursor."""
        return self.under_cursor(self._requests, lambda one: str(one.id))

    def why_not(self, name: str) -> str | None:
        """Another manager's decision, about a request that waits."""
        if name == "close":
            return None
        read_only = self.why_read_only()
        if read_only is not None:
            return read_only
        one, operator = self.request(), self.desk_app.desk.operator
        if one is None or one.granted is not None:
            return t("access.choose")
        if operator is None or operator.role != "manager":
            return t("shell.error.manager_required", no=operator.no if operator else "")
        return t("access.error.own_approval") if one.asked_by == operator.no else None

    async def do_grant(self) -> None:
        """Agree to the request under the cursor."""
        await self._decide(granted=True)

    async def do_refuse(self) -> None:
        """Refuse the request under the cursor."""
        await self._decide(granted=False)

    async def _decide(self, *, granted: bool) -> None:
        one = self.request()
        assert one is not None
        number = one.id

        def case(context: Context) -> ApprovalRequest:
            return service.decide(context, number, granted=granted)

        if await self.attempt(case) is not None:
            self.notify(t("access.granted" if granted else "access.refused", number=number, no=one.asked_by))
            await self.reload()
