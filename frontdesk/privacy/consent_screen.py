"""Consent given in a form, withdrawn with two keys, and what is done about the data afterwards."""

from __future__ import annotations

from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.privacy import service
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.service import ASKED_PURPOSES, PURPOSES, Consent, Subject
from frontdesk.privacy.words import consent_words
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog, Field, QuestionDialog, SavingForm, Wrong


async def turn_consent(screen: DeskScreen, subject: Subject) -> None:
    """Note consent to the notice in force; where that is given, ask whether it is withdrawn."""
    found = await screen.attempt(lambda context: service.consent_of(context, subject))
    if found is None:
        return
    if found.given and found.current:
        await _ask_withdraw(screen, subject, found)
        return
    if not found.given:
        await _ask_give(screen, subject, found)
        return

    async def chosen(what: str | None) -> None:
        if what == "withdraw":
            await _withdraw(screen, subject, found)
        elif what == "give":
            await _ask_give(screen, subject, found)

    choices = [("withdraw", t("privacy.withdraw.yes")), ("give", t("privacy.give.again"))]
    await screen.app.push_screen(ChoiceDialog(consent_words(found), choices), chosen)


async def _ask_withdraw(screen: DeskScreen, subject: Subject, found: Consent) -> None:
    async def answered(yes: bool | None) -> None:
        if yes:
            await _withdraw(screen, subject, found)

    question = t("privacy.withdraw.question", how=consent_words(found))
    await screen.app.push_screen(QuestionDialog(question, t("privacy.withdraw.yes")), answered)


async def _withdraw(screen: DeskScreen, subject: Subject, found: Consent) -> None:
    by = found.log[0].by if found.log else "self"
    if await screen.attempt(lambda context: service.withdraw(context, subject, by=by)) is not None:
        screen.notify(t("privacy.withdrawn_now"), timeout=20)
        await screen.reload()


async def _ask_give(screen: DeskScreen, subject: Subject, found: Consent) -> None:
    if not await screen.desk_app.desk.run(lambda context: context.settings.consent_notice_version):
        # Said before the form is filled in, not after.
        screen.desk_app.say_failure(PrivacyError("no_notice"))
        return
    places = {str(place): one for place, one in enumerate(PURPOSES, 1)}
    usual = "".join(place for place, one in places.items() if one in ASKED_PURPOSES)
    listed = "\n".join(f"{place} {t(f'privacy.purpose.{one}')}" for place, one in places.items())

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        chosen = [places.get(one, one) for one in values["purposes"] if not one.isspace()]
        by = "guardian" if values["by"].strip() == "2" else "self"
        try:
            given = await screen.desk_app.desk.run(
                lambda context: service.give(context, subject, purposes=chosen, by=by)  # type: ignore[arg-type]
            )
        except CodedError as refusal:
            return words_for(refusal)
        screen.notify(consent_words(given))
        await screen.reload()
        return None

    fields = (
        Field("purposes", t("privacy.give.purposes"), usual, t("privacy.give.purposes.hint")),
        Field("by", t("privacy.give.by"), "2" if found.needs_guardian else "1", t("privacy.give.by.hint")),
    )
    await screen.app.push_screen(SavingForm(f"{t('privacy.give.title')}\n{listed}", fields, submit))
