"""Doing what a second person may have to agree to, with a reason that the audit log keeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.dialogs import Field, FormDialog, Wrong

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

T = TypeVar("T")


def may_agree(refusal: CodedError) -> bool:
    """Whether the dialog for a second person is to be opened after this refusal."""
    # Only what was refused needs it.
    from frontdesk.access.service import may_be_approved

    return may_be_approved(refusal)


async def do_agreed(
    screen: DeskScreen,
    action: str,
    subject: str,
    case: Callable[[Context, Any], T],
    done: Callable[[T], Awaitable[None]],
) -> str | Wrong | None:
    """Run a use case that is given the second person, None at first; where the setting asks for one, ask and run it
    again. What is wrong in words, as a form's submit answers; None when it is done or somebody is being asked.
    """
    try:
        await done(await screen.desk_app.desk.run_slow(lambda context: case(context, None)))
    except CodedError as refusal:
        if not may_agree(refusal):
            return words_for(refusal)

        async def again(approver: object) -> str | Wrong | None:
            try:
                found = await screen.desk_app.desk.run_slow(lambda context: case(context, approver))
            except CodedError as second:
                return words_for(second)
            screen.call_later(done, found)
            return None

        await screen.desk_app.open_form("approval", screen, refusal, action, subject, again)
    return None


async def export_in_clear(
    screen: DeskScreen,
    what: str,
    case: Callable[[Context, str, Any], T],
    done: Callable[[T], Awaitable[None]],
) -> None:
    """Ask why, then run the use case that writes names or phones in clear, given the reason and the second person;
    `what` names the export as the use case gives it to `privacy.service.in_clear`.
    """

    async def do(reason: str) -> str | Wrong | None:
        def written(context: Context, approver: Any) -> T:
            return case(context, reason, approver)

        return await do_agreed(screen, "unmask_export", f"export/{what}", written, done)

    await ask_why(screen, do)


async def ask_why(screen: DeskScreen, do: Callable[[str], Awaitable[str | Wrong | None]]) -> None:
    """Ask why data are written in clear, then do it with the reason."""

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        return await do(values["reason"])

    fields = (Field("reason", t("privacy.export.reason"), "", t("privacy.clear.hint")),)
    await screen.app.push_screen(FormDialog(t("privacy.clear.title"), fields, submit))
