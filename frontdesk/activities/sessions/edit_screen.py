"""The forms of a single session: a new one, and one that is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from db.activities import Session, SignUpTerms, plain
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.sessions import service
from frontdesk.activities.sessions.edit import session_of, shown_fields
from frontdesk.activities.sessions.form_screen import ActivityForm, TermsKept, refused
from frontdesk.activities.sessions.kinds import activity_types, categories
from frontdesk.activities.sessions.new_room import RoomAsked
from frontdesk.activities.sessions.storing import Stored
from frontdesk.activities.sessions.typed import SESSION_FIELDS, hinted, label
from frontdesk.common.dates import screen_date
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, QuestionDialog, Wrong
from frontdesk.shell.rowlist import RowList

Store = Callable[[Context, Session, bool, str], Stored]


class Choices(NamedTuple):
    """What the form offers: the categories and types with their digits, and whether fees are kept."""

    categories: str
    types: str
    fees: bool


async def open_new(screen: DeskScreen, day: date) -> None:
    """Put on a single session, on this day unless another is typed."""
    choices = await screen.attempt(_choices)
    if choices is None:
        return
    shown = dict.fromkeys(SESSION_FIELDS, "") | {"day": day.isoformat()}

    def store(context: Context, wanted: Session, force: bool, reason: str) -> Stored:
        return service.add_session(context, wanted, force_room=force, reason=reason)

    await _open(screen, t("activities.form.new"), shown, None, choices, store)


async def open_edit(screen: DeskScreen, code: str) -> None:
    """Change a session in all its fields; what was changed elsewhere meanwhile is refused and the form stays."""

    def read(context: Context) -> tuple[Session, dict[str, str], Choices]:
        found = plain(service.session(context, code))
        return found, shown_fields(context, found), _choices(context)

    known = await screen.attempt(read)
    if known is None:
        return
    before, shown, choices = known

    def store(context: Context, wanted: Session, force: bool, reason: str) -> Stored:
        return service.change_session(context, before, wanted, force_room=force, reason=reason)

    title = t("activities.form.edit", code=code, name=before.name)
    if before.series_id is not None and not before.detached:
        title += "\n" + t("activities.form.detaches")
    await _open(screen, title, shown, before, choices, store)


async def ask_delete(screen: DeskScreen, code: str) -> None:
    """Delete a session that is only planned, after a question."""
    found = await screen.attempt(lambda context: service.session(context, code))
    if found is None:
        return

    async def answered(yes: bool | None) -> None:
        if yes:
            await screen.attempt(lambda context: service.delete_session(context, code))
            await screen.reload()

    day = screen_date(date.fromisoformat(found.day))
    question = t("activities.delete_question", name=found.name, day=day)
    await screen.app.push_screen(QuestionDialog(question, t("activities.delete_yes")), answered)


def _choices(context: Context) -> Choices:
    return Choices(hinted(categories(context)), hinted(activity_types(context)), bool(context.settings.fees_enabled))


async def _open(
    screen: DeskScreen, title: str, shown: dict[str, str], before: Session | None, choices: Choices, store: Store
) -> None:
    kept = TermsKept(screen, before.terms if before else SignUpTerms())
    warned: set[tuple[str, ...]] = set()
    asked = RoomAsked(before.room if before else "")

    async def submit(values: dict[str, str]) -> str | Wrong | None:
        reason = values.pop("reason")
        # What was not touched is not said again: an old value that no form would take does not bar the others.
        said = values if before is None else {name: text for name, text in values.items() if text != shown[name]}
        where = (values["day"], values["times"], values["room"], values["setup_minutes"], values["clearing_minutes"])
        force = where in warned and bool(reason.strip())

        def case(context: Context) -> Stored:
            wanted = session_of(context, said, before, kept.terms)
            asked.ask(context, wanted.room)
            return store(context, wanted, force, reason)

        try:
            done = await screen.desk_app.desk.run(case)
        except CodedError as refusal:
            if isinstance(refusal, ActivityError) and refusal.code == "room_taken":
                warned.add(where)
                return Wrong(words_for(refusal), "reason")
            return refused(refusal)
        await _stored(screen, done, is_new=before is None)
        return None

    hints = {"category": choices.categories, "activity_type": choices.types}
    names = [name for name in SESSION_FIELDS if name != "fee_fen" or choices.fees or shown["fee_fen"]]
    fields = [Field(name, label(name), shown[name], hints.get(name) or t(f"activities.hint.{name}")) for name in names]
    fields.append(Field("reason", label("reason"), "", t("activities.hint.reason")))
    await screen.app.push_screen(ActivityForm(title, tuple(fields), submit, terms=kept.open))


async def _stored(screen: DeskScreen, done: Stored, *, is_new: bool) -> None:
    session = done.session
    key = "activities.form.added" if is_new else "activities.form.saved"
    words = [t(key, code=session.code, name=session.name)]
    if done.is_unapproved:
        words.append(t("activities.form.unapproved"))
    elif session.state == "draft":
        words.append(t("activities.form.draft"))
    if done.to_tell:
        words.append(t("activities.cancel_to_tell", count=len(done.to_tell)))
    if done.room_closed:
        words.append(t("activities.form.room_closed", room=session.room))
    if done.elsewhere:
        names = t("activities.mark").join(one.name for one in done.elsewhere)
        words.append(t("activities.form.lead_elsewhere", lead=session.lead, names=names))
    if done.people_elsewhere:
        words.append(t("activities.form.people_elsewhere", count=done.people_elsewhere))
    doubtful = bool(done.to_tell or done.elsewhere or done.people_elsewhere or done.is_unapproved or done.room_closed)
    await screen.reload()
    # The next key is meant for this session: the cursor goes to it, or it is said where it is.
    if not any(rows.move_to(session.code) for rows in screen.query(RowList)):
        words.insert(1, t("activities.form.on_day", day=screen_date(date.fromisoformat(session.day))))
    screen.notify(" ".join(words), severity="warning" if doubtful else "information", timeout=12)
