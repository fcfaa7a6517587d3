"""The forms of the desk about one rating: on behalf of somebody, and what is added to one just given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.common.text import display_width
from frontdesk.feedback.capture import typed
from frontdesk.feedback.capture.recording import Said, said_with
from frontdesk.feedback.capture.rules import LEVELS, Entry
from frontdesk.feedback.capture.subjects import subjects_on
from frontdesk.feedback.service import add_details
from frontdesk.locale import t
from frontdesk.shell.dialogs import Field, SavingForm, Wrong, save_form

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date

    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

WRONG_FIELD = {
    "bad_phone": "phone",
    "comment_too_long": "comment",
    "before_session": "day",
    "unknown_resident": "name",
    "bad_level": "level",
}
"""In which field of a form a refusal is put right."""


def level_width() -> int:
    """How many cells a level takes in a list: its digit and its words."""
    return 2 + max(display_width(t(f"feedback.level.{level}")) for level in LEVELS)


async def settings_tags(screen: DeskScreen) -> tuple[str, ...]:
    """The centre's tags."""
    return await screen.desk_app.desk.run(lambda context: context.settings.rating_tags)


def detail_fields(tags: tuple[str, ...], said: Said) -> tuple[Field, ...]:
    """What may be said besides the level, with what is said already; each may stay empty."""
    numbered = "  ".join(f"{number} {tag}" for number, tag in enumerate(tags, 1))
    aspects, chosen = typed.aspects_words(said.aspects), typed.tags_words(said.tags, tags)
    return (
        Field("aspects", t("feedback.form.aspects"), aspects, t("feedback.form.aspects.hint")),
        Field("tags", t("feedback.form.tags"), chosen, numbered, grows=True),
        Field("comment", t("feedback.form.comment"), said.comment, t("feedback.form.comment.hint"), grows=True),
        Field("name", t("feedback.form.name"), hint=t("feedback.form.name.hint")),
        Field("phone", t("feedback.form.phone"), hint=t("feedback.form.phone.hint")),
    )


async def ask_details(screen: DeskScreen, key: bytes, then: Callable[[], Awaitable[None]]) -> None:
    """Ask what else was said with a rating just given; nothing has to be. What staff keyed in with it stands there."""
    tags = await settings_tags(screen)
    said = await screen.desk_app.desk.run(lambda context: said_with(context, key))

    async def save(values: dict[str, str]) -> str | Wrong | None:
        def case(context: Context) -> None:
            add_details(
                context,
                key,
                aspects=typed.read_aspects(values["aspects"]),
                tags=typed.read_tags(values["tags"], context.settings.rating_tags),
                comment=values["comment"],
                name=values["name"],
                phone=values["phone"],
            )

        async def done(_: None) -> None:
            screen.notify(t("feedback.details_kept"))
            await then()

        return await save_form(screen, case, done, WRONG_FIELD)

    await screen.app.push_screen(SavingForm(t("feedback.form.details"), detail_fields(tags, said), save))


async def ask_entry(
    screen: DeskScreen,
    day: date,
    store: Callable[[Context, Entry], bytes],
    then: Callable[[Entry, bytes], Awaitable[None]],
) -> None:
    """Ask for a rating that somebody gave by phone or on paper, and `store` it."""
    tags = await settings_tags(screen)
    offered = await screen.desk_app.desk.run(lambda context: subjects_on(context, day)[0].subject)
    fields = (
        Field("level", t("feedback.form.level"), hint=t("feedback.form.level.hint")),
        Field("subject", t("feedback.form.subject"), offered, t("feedback.form.subject.hint")),
        Field("channel", t("feedback.form.channel"), t("feedback.channel.phone"), t("feedback.form.channel.hint")),
        Field("day", t("feedback.form.day"), day.isoformat(), t("feedback.form.day.hint")),
        *detail_fields(tags, Said()),
        Field("staff", t("feedback.form.staff"), hint=t("feedback.form.staff.hint")),
    )

    async def save(values: dict[str, str]) -> str | Wrong | None:
        def case(context: Context) -> tuple[Entry, bytes]:
            entry = entry_of(context, values)
            return entry, store(context, entry)

        async def done(made: tuple[Entry, bytes]) -> None:
            await then(*made)

        return await save_form(screen, case, done, WRONG_FIELD)

    await screen.app.push_screen(SavingForm(t("feedback.form.entry"), fields, save))


def entry_of(context: Context, values: dict[str, str]) -> Entry:
    """What stands in the fields. Raises FeedbackError where a field cannot be read."""
    day = typed.read_day(values["day"], context.today())
    kind, subject = typed.read_about(values["subject"])
    return Entry(
        day=day,
        kind=kind,
        subject=subject,
        level=typed.read_level(values["level"]),
        channel=typed.read_channel(values["channel"]),
        aspects=typed.read_aspects(values["aspects"]),
        tags=typed.read_tags(values["tags"], context.settings.rating_tags),
        comment=values["comment"],
        staff_no=values["staff"],
        name=values["name"],
        phone=values["phone"],
    )
