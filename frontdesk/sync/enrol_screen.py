"""Enrolling at the desk: by the district's file, which is looked for on the sticks, or by its code, typed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.common.typed_paths import typed_path
from frontdesk.context import Context
from frontdesk.errors import CodedError, DeskError
from frontdesk.locale import t, words_for
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, Wrong
from frontdesk.shell.syncing import Progress, Said
from frontdesk.sync import service, wire
from frontdesk.sync.drives import find_drives
from frontdesk.sync.errors import SyncError
from frontdesk.sync.handedfile import enrolment_in
from frontdesk.sync.service import Enrolled, SyncStop

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen

ENDING = "*.enrol"
"""How the district's program names its enrolment files."""


async def ask_enrolment(screen: DeskScreen) -> None:
    """Ask whether there is a file or a code, and enrol with it."""

    async def chosen(way: str | None) -> None:
        if way == "file":
            await _ask_file(screen)
        elif way == "code":
            await _ask_code(screen)

    choices = [(way, t(f"sync_screen.enrol.{way}")) for way in ("file", "code")]
    await screen.app.push_screen(ChoiceDialog(t("sync_screen.enrol.how"), choices), chosen)


def enrolment_file() -> str:
    """The first enrolment file at the top of a stick; empty where there is none."""
    for drive in find_drives():
        try:
            found = sorted(drive.folder.glob(ENDING))
        except OSError:
            continue
        if found:
            return str(found[0])
    return ""


async def _ask_file(screen: DeskScreen) -> None:
    found = await asyncio.to_thread(enrolment_file)

    async def save(values: dict[str, str]) -> Wrong | None:
        path = typed_path(values["file"]) or Path()
        try:
            raw = await asyncio.to_thread(enrolment_in, path)
        except CodedError as refusal:
            return Wrong(words_for(refusal), "file")
        _begin(screen, lambda context, stop, key: service.enrol(context, raw, stop, accepted_key=key))
        return None

    hint = t("sync_screen.enrol.file_hint")
    field = Field("file", t("sync_screen.enrol.field.file"), found, hint)
    await screen.app.push_screen(FormDialog(t("sync_screen.enrol.by_file"), (field,), save))


async def _ask_code(screen: DeskScreen) -> None:
    async def save(values: dict[str, str]) -> Wrong | None:
        url, code = values["url"].strip(), values["code"].strip()
        try:
            wire.read_typed_code(code)
        except CodedError as refusal:
            return Wrong(words_for(refusal), "code")
        _begin(
            screen,
            lambda context, stop, key: service.enrol_by_code(context, url, code, stop, accepted_key=key),
        )
        return None

    fields = (
        Field("url", t("sync_screen.enrol.field.url"), hint=t("sync_screen.enrol.url_hint")),
        Field("code", t("sync_screen.enrol.field.code"), hint=t("sync_screen.enrol.code_hint")),
    )
    await screen.app.push_screen(FormDialog(t("sync_screen.enrol.by_code"), fields, save))


Enrol = Callable[[Context, SyncStop, str], Enrolled]
"""Enrols, given what the district read out of its key's number; empty where nobody has compared it."""


async def _ask_key(screen: DeskScreen, enrol: Enrol, shown: str) -> None:
    """Ask for the end of the number of a key that is not the pinned one; `shown` is what comes before it."""

    async def save(values: dict[str, str]) -> Wrong | None:
        typed = values["key"].strip()
        if not typed:
            return Wrong(t("sync_screen.enrol.key_needed"), "key")
        _begin(screen, enrol, typed)
        return None

    field = Field("key", t("sync_screen.enrol.field.key"), hint=t("sync_screen.enrol.key_hint"))
    title = t("sync_screen.enrol.other_key", key=shown)
    await screen.app.push_screen(FormDialog(title, (field,), save))


def _begin(screen: DeskScreen, enrol: Enrol, key: str = "") -> None:
    """Enrol where the screen shows what is under way and Esc stops it: a district may let one wait.

    A manager is asked about another key of the district than the pinned one.
    """

    def task(context: Context, _: Progress, stop: SyncStop) -> Said:
        try:
            enrolled = enrol(context, stop, key)
        except SyncError as refusal:
            if refusal.code != "already_enrolled" or context.require_writer().role != "manager":
                raise
            screen.call_later(_ask_key, screen, enrol, refusal.details["key"])
            return Said(t("sync_screen.enrol.asked"), "warning")
        except OSError as failure:
            raise DeskError("file_failed", path=str(context.keys.folder), reason=failure.strerror or "-") from failure
        if enrolled.registered:
            return Said(t("sync_screen.enrol.done"), "good")
        return Said(t("sync_screen.enrol.later", url=enrolled.enrolment.url), "warning")

    screen.desk_app.syncing.begin(task, "enrol")
