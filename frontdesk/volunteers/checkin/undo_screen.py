"""Taking a check-in back, and letting somebody in whom the program refused: each says first whom and what it means."""

from __future__ import annotations

from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, FormDialog
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.volunteers.checkin import looking
from frontdesk.volunteers.checkin.answering import ScanOutcome
from frontdesk.volunteers.checkin.forcing import let_in, refusal_to_override
from frontdesk.volunteers.checkin.looking import Undoable
from frontdesk.volunteers.checkin.undoing import Undone, undo
from frontdesk.volunteers.checkin.words import reason_hint, refusal_words, typed_reason, who
from frontdesk.volunteers.hours.service import hours_to_show
from frontdesk.volunteers.register import service as register


async def ask_undo(screen: DeskScreen, volunteer_no: str) -> None:
    """Show the volunteer's last check-in or check-out, and take it back on Enter; past the limit with a reason, by a
    manager.
    """
    found = await screen.attempt(lambda context: (looking.undoable(context, volunteer_no), _minutes(context)))
    if found is None:
        return
    one, minutes = found
    operator = screen.desk_app.desk.operator
    if not one.late:
        await _ask_at_once(screen, one)
    elif operator is not None and operator.role == "manager":
        await _ask_reason(screen, one, minutes)
    else:
        lines: list[Line] = [(_what(one), ""), (t("checkin.screen.undo.needs_manager", minutes=minutes), "warning")]
        await screen.app.push_screen(ReadDialog(_title(one), lines))


async def _ask_at_once(screen: DeskScreen, one: Undoable) -> None:
    async def answered(key: str | None) -> None:
        if key != "enter":
            return
        done = await screen.attempt(lambda context: undo(context, one.volunteer_no, scan_id=one.scan_id))
        if done is not None:
            await _say_undone(screen, done)

    lines: list[Line] = [(_what(one), ""), (t(f"checkin.screen.undo.means.{one.result}"), "muted")]
    keys = [("enter", t("checkin.screen.undo.do"))]
    await screen.app.push_screen(ReadDialog(_title(one), lines, keys), answered)


async def _ask_reason(screen: DeskScreen, one: Undoable, minutes: int) -> None:
    async def save(values: dict[str, str]) -> str | None:
        reason = typed_reason(values["reason"])
        try:
            done = await screen.desk_app.desk.run(
                lambda context: undo(context, one.volunteer_no, scan_id=one.scan_id, reason=reason)
            )
        except CodedError as refusal:
            return words_for(refusal)
        await _say_undone(screen, done)
        return None

    title = "\n".join((_title(one), _what(one), t("checkin.screen.undo.late", minutes=minutes)))
    field = Field("reason", t("checkin.screen.reason"), hint=reason_hint())
    await screen.app.push_screen(FormDialog(title, (field,), save))


async def _say_undone(screen: DeskScreen, done: Undone) -> None:
    words = t(f"checkin.screen.undo.done.{done.result}", who=who(done.name, done.volunteer_no), time=f"{done.at:%H:%M}")
    screen.notify(words)
    # The green one, which may still say that somebody is in, would be believed.
    for banner in screen.query(ScanBanner):
        banner.show_undone(done.at, done.name, words)
    await screen.reload()


def _title(one: Undoable) -> str:
    return t("checkin.screen.undo.title", who=who(one.name, one.volunteer_no))


def _what(one: Undoable) -> str:
    return t(f"checkin.screen.undo.what.{one.result}", time=f"{one.at:%m-%d %H:%M}")


def _minutes(context: Context) -> int:
    return context.settings.undo_minutes


async def ask_force(screen: DeskScreen, volunteer_no: str) -> None:
    """After a refusal that a person may override: ask for the reason, and let the volunteer in."""

    def look(context: Context) -> tuple[str, str]:
        refused = refusal_to_override(context, volunteer_no)
        return who(register.get(context, volunteer_no).name, volunteer_no), refusal_words(refused)

    found = await screen.attempt(look)
    if found is None:
        return
    name, why = found

    def case(context: Context, reason: str) -> tuple[ScanOutcome, int]:
        outcome = let_in(context, volunteer_no, reason)
        return outcome, hours_to_show(context, outcome)[0]

    async def save(values: dict[str, str]) -> str | None:
        reason = typed_reason(values["reason"])
        try:
            outcome, seconds = await screen.desk_app.desk.run(lambda context: case(context, reason))
        except CodedError as refusal:
            return words_for(refusal)
        screen.query_one(ScanBanner).show_outcome(outcome, seconds)
        await screen.reload()
        return None

    title = "\n".join((t("checkin.screen.force.title", who=name), t("checkin.screen.force.why", why=why)))
    field = Field("reason", t("checkin.screen.reason"), hint=t("checkin.screen.force.hint"))
    await screen.app.push_screen(FormDialog(title, (field,), save))
