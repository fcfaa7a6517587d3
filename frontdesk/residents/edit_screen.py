"""The forms of a resident: a new one, changed data, the household, two entries of one person, consent, the export."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from frontdesk.access.service import Approver
from frontdesk.common.names import mask_name
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.residents import service
from frontdesk.residents.errors import ResidentError
from frontdesk.residents.fields import FIELDS, WRONG_FIELD
from frontdesk.residents.pick_screen import ResidentPick
from frontdesk.residents.service import MergePreview, Profile, Resident
from frontdesk.residents.words import merge_words
from frontdesk.shell.agreeing import ask_why, do_agreed
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog, Field, QuestionDialog, SavingForm, Wrong, save_form

T = TypeVar("T")
FORM_FIELDS = tuple(name for name in FIELDS if name != "consent_version")
CHOICES_SHOWN = 3


async def save(
    screen: DeskScreen, case: Callable[[Context], T], then: Callable[[T], Awaitable[None]]
) -> str | Wrong | None:
    """Run a use case for a form of the register; see `save_form`."""
    return await save_form(screen, case, then, WRONG_FIELD)


class _WarnOnce:
    """Points out that somebody of this name is known; saving the same once more means somebody else."""

    def __init__(self) -> None:
        self._warned: set[tuple[str, str]] = set()

    def case(self, values: dict[str, str], run: Callable[[Context, bool], Resident]) -> Callable[[Context], Resident]:
        who = values["name"], values["phone"]

        def attempt(context: Context) -> Resident:
            try:
                return run(context, who in self._warned)
            except ResidentError as refusal:
                if refusal.code == "same_name":
                    self._warned.add(who)
                raise

        return attempt


def _fields(context_tags: tuple[str, ...], areas: tuple[str, ...], now: dict[str, str], masked: dict[str, str]) -> Any:
    """The lines of the form."""
    mark = t("residents.list_mark")
    hints = {"tags": t("residents.hint.tags", choices=mark.join(context_tags[:CHOICES_SHOWN]))}
    if areas:
        hints["area"] = mark.join(areas)[:60]
    made = []
    for name in FORM_FIELDS:
        hint = hints.get(name)
        if hint is None:
            words = t(f"residents.hint.{'phone' if name == 'guardian_phone' else name}")
            hint = "" if words.startswith("residents.") else words
        if masked.get(name):
            hint = t("residents.hint.keeps", masked=masked[name])
        grows = name in ("tags", "note")
        made.append(Field(name, t(f"residents.field.{name}"), now.get(name, ""), hint, grows=grows))
    return tuple(made)


async def open_new(screen: DeskScreen, name: str = "") -> None:
    """Enter somebody; who has the same phone is named afterwards, to be put into one household."""
    words = await screen.attempt(lambda context: (context.settings.audience_tags, context.settings.committee_areas))
    if words is None:
        return
    once = _WarnOnce()

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        case = once.case(values, lambda context, known: service.add(context, values, even_if_known=known))
        return await save(screen, case, done)

    async def done(made: Resident) -> None:
        def look(context: Context) -> Profile:
            return service.profile(context, made.id)

        await screen.open_at(str(made.id))
        await screen.reload()
        found = await screen.attempt(look)
        if found is not None:
            screen.notify(*_said_of_new(found), timeout=12)

    await screen.app.push_screen(SavingForm(t("residents.form.new"), _fields(*words, {"name": name}, {}), submit))


def _said_of_new(found: Profile) -> tuple[str]:
    name = mask_name(found.resident.name)
    if "guardian" in found.missing or (found.child and not found.resident.guardian_consent_on):
        return (t("residents.added_child", name=name),)
    if found.same_phone:
        others = t("residents.list_mark").join(one.masked for one in found.same_phone[:3])
        return (t("residents.added_same_phone", name=name, others=others),)
    return (t("residents.added", name=name),)


async def ask_edit(screen: DeskScreen, profile: Profile, first: str = "") -> None:
    """Change the data of a resident, beginning with the field `first`.

    Phones are not shown: left empty they stay, "-" removes them.
    """
    words = await screen.attempt(lambda context: (context.settings.audience_tags, context.settings.committee_areas))
    if words is None:
        return
    one = profile.resident
    once = _WarnOnce()
    now = {name: str(getattr(one, name, "")) for name in FORM_FIELDS}
    now |= {"phone": "", "guardian_phone": "", "tags": "、".join(profile.tags)}

    async def done(after: Resident) -> None:
        screen.notify(t("residents.saved", name=mask_name(after.name)))
        await screen.reload()

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        # What was not touched is not said again, so that an old value that no form would take does not bar the others.
        said = {name: value for name, value in values.items() if value.strip() != now.get(name, "")}
        case = once.case(
            values,
            lambda context, known: service.change(context, one.id, said, even_if_known=known, revision=one.revision),
        )
        return await save(screen, case, done)

    masked = {"phone": profile.phone, "guardian_phone": profile.guardian_phone}
    fields = _fields(*words, now, masked)
    title = t("residents.form.edit", name=mask_name(one.name))
    await screen.app.push_screen(SavingForm(title, fields, submit, first=first))


async def ask_join(screen: DeskScreen, profile: Profile) -> None:
    """Choose who belongs to the same household."""
    one = profile.resident

    async def chosen(picked: tuple[int, str] | None) -> None:
        if picked is not None:
            await join(screen, one.id, int(picked[1]))

    title = t("residents.form.join", name=mask_name(one.name))
    own = (one.id, *(other.id for other in profile.household))
    await screen.app.push_screen(ResidentPick(screen, title, own), chosen)


async def join(screen: DeskScreen, resident_id: int, other_id: int) -> None:
    """Put two residents into one household."""

    def case(context: Context) -> int:
        service.set_household(context, (resident_id, other_id))
        return len(service.household_of(context, resident_id))

    people = await screen.attempt(case)
    if people is not None:
        screen.notify(t("residents.joined", count=people))
        await screen.reload()


async def ask_leave(screen: DeskScreen, other_id: int, masked: str) -> None:
    """Take somebody out of the household, if it is meant."""

    async def answered(yes: bool | None) -> None:
        if not yes:
            return

        def case(context: Context) -> bool:
            service.leave_household(context, other_id)
            return True

        if await screen.attempt(case):
            screen.notify(t("residents.left", name=masked))
            await screen.reload()

    question = t("residents.leave.question", name=masked)
    await screen.app.push_screen(QuestionDialog(question, t("residents.leave.yes")), answered)


async def ask_merge(screen: DeskScreen, profile: Profile) -> None:
    """Choose the other entry of the same person, look at what would become of both, and merge."""
    kept = profile.resident

    async def chosen(picked: tuple[int, str] | None) -> None:
        if picked is None:
            return
        gone_id = int(picked[1])
        preview = await screen.attempt(lambda context: service.merge_preview(context, kept.id, gone_id))
        if preview is not None:
            await _confirm_merge(screen, preview)

    title = t("residents.form.merge", name=mask_name(kept.name))
    await screen.app.push_screen(ResidentPick(screen, title, (kept.id,)), chosen)


async def _confirm_merge(screen: DeskScreen, preview: MergePreview) -> None:
    if preview.both_in:
        screen.notify(merge_words(preview), severity="warning", timeout=20)
        return

    async def answered(yes: bool | None) -> None:
        if not yes:
            return
        done = await screen.attempt(lambda context: service.merge(context, preview.kept.id, preview.gone.id))
        if done is not None:
            screen.notify(t("residents.merged", name=preview.kept.masked))
            await screen.reload()

    await screen.app.push_screen(QuestionDialog(merge_words(preview), t("residents.merge.yes")), answered)


async def turn_consent(screen: DeskScreen, profile: Profile) -> None:
    """Note consent to the notice in force; where it is given, ask whether it is withdrawn."""
    one = profile.resident
    name = mask_name(one.name)
    if "consent" in profile.missing or not one.consent_on:
        after = await screen.attempt(lambda context: service.give_consent(context, one.id))
        if after is not None:
            screen.notify(t("residents.consented", name=name, version=after.consent_version))
            await screen.reload()
        return

    async def answered(yes: bool | None) -> None:
        if yes and await screen.attempt(lambda context: service.withdraw_consent(context, one.id)) is not None:
            screen.notify(t("residents.withdrawn", name=name))
            await screen.reload()

    question = t("residents.withdraw.question", name=name)
    await screen.app.push_screen(QuestionDialog(question, t("residents.withdraw.yes")), answered)


async def ask_export(screen: DeskScreen, text: str) -> None:
    """Write whom the box finds, or everybody, into a workbook: masked, or in full for a manager."""
    from frontdesk.residents.exporting import export_residents

    choices = [("masked", t("residents.export.masked")), ("clear", t("residents.export.clear"))]

    async def chosen(choice: str | None) -> None:
        if choice is None:
            return
        name = f"{t('residents.sheet.title')}-{screen.desk_app.today()}"
        out = free_path(screen.desk_app.export_folder(), name, ".xlsx")

        async def done(written: int) -> None:
            screen.notify(t("residents.exported", count=written, out=out), timeout=12)

        async def in_clear(reason: str) -> str | Wrong | None:
            def case(context: Context, approver: Approver | None) -> int:
                return export_residents(
                    context, out, text=text, with_names=True, with_phones=True, reason=reason, approver=approver
                )

            return await do_agreed(screen, "unmask_export", "export/residents", case, done)

        if choice == "clear":
            await ask_why(screen, in_clear)
            return
        written = await screen.attempt(lambda context: export_residents(context, out, text=text), slow=True)
        if written is not None:
            await done(written)

    await screen.app.push_screen(ChoiceDialog(t("residents.form.export"), choices), chosen)
