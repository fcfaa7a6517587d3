"""The lottery drawn and printed, and the list for the wall."""

from __future__ import annotations

from pathlib import Path

from db.activities import SessionLine
from frontdesk.activities.signup.changing_screen import ask_reason
from frontdesk.activities.signup.drawing import LONGEST_SEED, draw
from frontdesk.activities.signup.public_paper import export_draw, export_public
from frontdesk.common.wholefile import Written, free_path
from frontdesk.context import random_id
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, QuestionDialog

AREA = "signup_screen"
SEED_LENGTH = 16


async def ask_draw(screen: DeskScreen, session: SessionLine) -> None:
    """Ask for the seed, and whether to draw with it: a lottery is drawn once."""

    chosen: list[str] = []

    async def save(values: dict[str, str]) -> str | None:
        seed = values["seed"].strip() or random_id()[:SEED_LENGTH]
        if len(seed) > LONGEST_SEED or not seed.isascii() or not seed.replace("-", "").isalnum():
            return t("activities.error.bad_seed", largest=LONGEST_SEED)
        chosen.append(seed)
        return None

    async def closed(saved: bool | None) -> None:
        if not saved:
            return
        seed = chosen[-1]

        async def answered(yes: bool | None) -> None:
            if yes:
                await _draw(screen, session.code, seed)

        count = session.parties_applied + session.parties_waitlisted
        question = t(f"{AREA}.draw.question", count=count, capacity=session.capacity, seed=seed)
        await screen.app.push_screen(QuestionDialog(question, t(f"{AREA}.draw.yes")), answered)

    field = Field("seed", t(f"{AREA}.field.seed"), hint=t(f"{AREA}.hint.seed"))
    await screen.app.push_screen(FormDialog(t(f"{AREA}.draw.title", name=session.name), (field,), save), closed)


async def _draw(screen: DeskScreen, code: str, seed: str) -> None:
    """Draw; before the announced time a reason is asked for."""

    async def drawn(reason: str) -> None:
        made = await screen.desk_app.desk.run(
            lambda context: draw(context, code, seed, force=bool(reason), reason=reason)
        )
        await screen.reload()
        seated = sum(line.state == "confirmed" for line in made.lines)
        await print_draw(screen, code, t(f"{AREA}.draw.done", count=len(made.lines), seated=seated) + "\n")

    try:
        await drawn("")
    except CodedError as refusal:
        if refusal.code == "draw_not_due":
            await ask_reason(screen, words_for(refusal), drawn)
        else:
            screen.notify(words_for(refusal), severity="error", timeout=12)


async def print_draw(screen: DeskScreen, code: str, before: str = "") -> None:
    """Write the result as a PDF to the folder of exports and say where it is."""
    out = _path(screen, t(f"{AREA}.file.draw"), code, ".pdf")
    _say_written(screen, await screen.attempt(lambda context: export_draw(context, code, out), slow=True), before)


async def ask_public(screen: DeskScreen, session: SessionLine) -> None:
    """Ask for the kind of file, then write the list for the wall."""

    async def chosen(ending: str | None) -> None:
        if ending is None:
            return
        out = _path(screen, t(f"{AREA}.file.list"), session.code, ending)
        written = await screen.attempt(lambda context: export_public(context, session.code, out), slow=True)
        _say_written(screen, written)

    choices = [(ending, t(f"{AREA}.public{ending}")) for ending in (".pdf", ".xlsx")]
    await screen.app.push_screen(ChoiceDialog(t(f"{AREA}.public_title", name=session.name), choices), chosen)


def _path(screen: DeskScreen, name: str, code: str, ending: str) -> Path:
    return free_path(screen.desk_app.export_folder(), f"{name}-{code}", ending)


def _say_written(screen: DeskScreen, written: Written | None, before: str = "") -> None:
    if written is None:
        return
    words = before + t(f"{AREA}.written", out=written.path)
    if written.romanised:
        words += "\n" + t("activities.romanised", words=t(f"{AREA}.comma").join(written.romanised))
    screen.notify(words, timeout=12)
