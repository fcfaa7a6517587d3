"""The answers without which somebody may not begin to serve; once they are given, the same attempt goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.volunteers.checkin.answering import ScanOutcome
from frontdesk.volunteers.checkin.answers import give_answers
from frontdesk.volunteers.checkin.service import check_in
from frontdesk.volunteers.checkin.words import who
from frontdesk.volunteers.hours.service import hours_to_show
from frontdesk.volunteers.register import service as register

YES = ("y", "1", "是", "同")
FIELD_OF = {"guardian_name_required": "guardian_name", "bad_phone": "guardian_phone"}
"""In which field a refusal is corrected."""

GoOn = Callable[[], Awaitable[None]]


async def ask_answers(screen: DeskScreen, volunteer_no: str, missing: Sequence[str], go_on: GoOn | None = None) -> None:
    """Ask for just the answers that are missing (`consent`, `guardian`) and then check the volunteer in.

    `go_on` repeats the attempt that lacked them; without it the volunteer is checked in by hand.
    """

    def look(context: Context) -> tuple[str, str]:
        return register.get(context, volunteer_no).name, context.settings.consent_notice_version

    found = await screen.attempt(look)
    if found is None:
        return
    name, version = found

    async def save(values: dict[str, str]) -> str | Wrong | None:
        for field in ("consent", "guardian_consent"):
            if field in values and not values[field].strip().lower().startswith(YES):
                return Wrong(t("checkin.screen.answers.not_given"), field)
        try:
            await screen.desk_app.desk.run(
                lambda context: give_answers(
                    context,
                    volunteer_no,
                    consent="consent" in values,
                    guardian_name=values.get("guardian_name", ""),
                    guardian_phone=values.get("guardian_phone", ""),
                    guardian_consent="guardian_consent" in values,
                )
            )
        except CodedError as refusal:
            return Wrong(words_for(refusal), FIELD_OF.get(refusal.code, next(iter(values))))
        return None

    async def saved(done: bool | None) -> None:
        if not done:
            return
        await (go_on() if go_on is not None else _check_in(screen, volunteer_no))

    title = t("checkin.screen.answers.title", who=who(name, volunteer_no))
    await screen.app.push_screen(FormDialog(title, _fields(missing, version), save), saved)


def _fields(missing: Sequence[str], version: str) -> tuple[Field, ...]:
    hint = t("checkin.screen.answers.yes_hint")
    fields = []
    if "consent" in missing:
        fields.append(Field("consent", t("checkin.screen.answers.consent"), hint=_consent_hint(version, hint)))
    if "guardian" in missing:
        fields += [
            Field("guardian_name", t("checkin.screen.answers.guardian_name")),
            Field("guardian_phone", t("checkin.screen.answers.guardian_phone")),
            Field("guardian_consent", t("checkin.screen.answers.guardian_consent"), hint=hint),
        ]
    return tuple(fields)


def _consent_hint(version: str, hint: str) -> str:
    return t("checkin.screen.answers.version", version=version, hint=hint)


async def _check_in(screen: DeskScreen, volunteer_no: str) -> None:
    def case(context: Context) -> tuple[ScanOutcome, int]:
        outcome = check_in(context, volunteer_no, direction="in")
        return outcome, hours_to_show(context, outcome)[0]

    done = await screen.attempt(case)
    if done is not None:
        screen.query_one(ScanBanner).show_outcome(*done)
        await screen.reload()
