"""Cancelling a session from any screen: the reason by a digit or in words, then the notice for the door."""

from __future__ import annotations

from db.activities import SessionLine
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.sessions import service
from frontdesk.activities.sessions.notice_paper import export_cancel_notice
from frontdesk.activities.sessions.storing import Stored
from frontdesk.common.wholefile import free_path
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog, Wrong

REASONS = ("1", "2", "3", "4", "5")
"""The digits of the reasons that are offered; their words are `activities.cancel_reason.<digit>`."""


async def ask_cancel(screen: DeskScreen, code: str) -> None:
    """Cancel a session with a reason and offer its notice; one that is cancelled is restored instead.

    One that cannot be cancelled says so before anything is asked.
    """
    found = await screen.attempt(lambda context: service.to_cancel(context, code))
    if found is None:
        return
    if found.state == "cancelled":
        await _restore(screen, found)
        return
    offered = [f"{digit} {t(f'activities.cancel_reason.{digit}')}" for digit in REASONS]
    title = "\n".join((t("activities.cancel_session_title", name=found.name), "  ".join(offered)))
    done: list[Stored] = []

    async def save(values: dict[str, str]) -> str | None:
        reason = values["reason"].strip()
        if reason in REASONS:
            reason = t(f"activities.cancel_reason.{reason}")
        try:
            done.append(await screen.desk_app.desk.run(lambda context: service.cancel_session(context, code, reason)))
        except CodedError as refusal:
            return words_for(refusal)
        return None

    async def closed(saved: bool | None) -> None:
        if saved and done:
            await screen.reload()
            await _offer_notice(screen, found, len(done[0].to_tell))

    field = Field("reason", t("activities.field.reason"), hint=t("activities.cancel_reason.hint"))
    await screen.app.push_screen(FormDialog(title, (field,), save), closed)


async def _offer_notice(screen: DeskScreen, found: SessionLine, to_tell: int) -> None:
    """Ask whether the notice is to be printed; Enter prints it."""

    async def answered(yes: bool | None) -> None:
        if yes:
            await print_notice(screen, found.code)

    told = t("activities.cancel_to_tell", count=to_tell) if to_tell else t("activities.cancel_nobody")
    question = t("activities.cancel_notice_question", name=found.name, told=told)
    await screen.app.push_screen(QuestionDialog(question, t("activities.cancel_notice_yes")), answered)


async def print_notice(screen: DeskScreen, code: str) -> None:
    """Write the notice of a cancelled session to the folder of exports and say where it is."""
    found = await screen.attempt(lambda context: service.session(context, code))
    if found is None:
        return
    called = f"{t('activities.paper.cancel.title')}-{code}-{found.day}"
    out = free_path(screen.desk_app.export_folder(), called, ".pdf")
    written = await screen.attempt(lambda context: export_cancel_notice(context, code, out), slow=True)
    if written is not None:
        words = t("activities.notice_written", out=out)
        if written.romanised:
            words += "\n" + t("activities.romanised", words="、".join(written.romanised))
        screen.notify(words, timeout=12)


async def _restore(screen: DeskScreen, found: SessionLine) -> None:
    """Take the cancellation back; a room that is used otherwise by now asks for a reason."""
    code = found.code
    try:
        done = await screen.desk_app.desk.run(lambda context: service.restore_session(context, code))
    except ActivityError as refusal:
        if refusal.code != "room_taken":
            screen.desk_app.say_failure(refusal)
            return
        await _restore_all_the_same(screen, found, refusal)
        return
    except CodedError as refusal:
        screen.desk_app.say_failure(refusal)
        return
    await _restored(screen, done)


async def _restore_all_the_same(screen: DeskScreen, found: SessionLine, refusal: ActivityError) -> None:
    code = found.code

    async def save(values: dict[str, str]) -> str | Wrong | None:
        try:
            done = await screen.desk_app.desk.run(
                lambda context: service.restore_session(context, code, force_room=True, reason=values["reason"])
            )
        except CodedError as still:
            return words_for(still)
        await _restored(screen, done)
        return None

    field = Field("reason", t("activities.field.reason"))
    await screen.app.push_screen(FormDialog(words_for(refusal), (field,), save))


async def _restored(screen: DeskScreen, done: Stored) -> None:
    await screen.reload()
    told = t("activities.cancel_to_tell", count=len(done.to_tell)) if done.to_tell else t("activities.cancel_nobody")
    words = t("activities.session_restored", name=done.session.name, told=told)
    if done.room_closed:
        words += " " + t("activities.form.room_closed", room=done.session.room)
    screen.notify(words, severity="warning" if done.room_closed else "information")
