"""The steps of a follow-up on its screen: each asks for its words, and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from frontdesk.common.periods import Period, month_of
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.feedback.followup import service
from frontdesk.feedback.followup.rules import EventKind, FollowUp
from frontdesk.feedback.followup.wording import subject_words
from frontdesk.locale import t, words_for
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, QuestionDialog, Wrong
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.shell.rowlist import Column

if TYPE_CHECKING:
    from frontdesk.feedback.followup.screen import FollowUpsScreen
    from frontdesk.feedback.followup.service import Listed

OLD_DAYS = 90
"""So many days back the form for settling old ones begins."""

_SAID_BY_OUTCOME = ("unsatisfied", "settled", "mistaken", "withdrawn", "good")
"""Ends that are said otherwise than that it is closed."""

CALLS = {"1": "satisfied", "2": "unsatisfied", "3": "unreached"}


async def ask_words(screen: FollowUpsScreen, kind: EventKind, value: str = "") -> None:
    """Take a step with the words that belong to it."""
    one = _chosen(screen)

    async def save(values: dict[str, str]) -> str | Wrong | None:
        note = values["note"]
        return await _try(screen, lambda context: _act(context, one, kind, value, note), lambda now: _said(one, now))

    name = f"{kind}.{value}" if value else kind
    title = t(f"followup.ask.{name}", no=one.rating.no or one.rating.day, subject=subject_words(one.rating))
    await screen.app.push_screen(FormDialog(title, (Field("note", t(f"followup.note.{kind}")),), save))


async def ask_call_back(screen: FollowUpsScreen) -> None:
    """Show whom to call and what was done, which is logged; a digit says how it went."""
    one = _chosen(screen)
    key = one.rating.key

    def case(context: Context) -> tuple[service.Contact, service.Story]:
        return service.contact(context, key), service.story(context, key)

    shown = await screen.attempt(case)
    if shown is None:
        return
    found, story = shown
    last = next((entry for entry in reversed(story.log) if entry.event == "result"), None)
    lines: list[Line] = [
        (f"{found.name}  {found.phone}".strip(), "heading"),
        (t("followup.call.about", day=one.rating.day, subject=subject_words(one.rating)), ""),
    ]
    if one.rating.comment:
        lines.append((t("followup.said", comment=" ".join(one.rating.comment.split())), ""))
    if last is not None:
        result = t(f"followup.event.result.{story.now.result}")
        lines.append((t("followup.call.result", result=result, note=last.note), ""))
    if story.now.unreached:
        lines.append((t("followup.call.tried", count=story.now.unreached), "warning"))
    keys = [(digit, t(f"followup.call.{outcome}")) for digit, outcome in CALLS.items()]

    async def answered(digit: str | None) -> None:
        if digit is None:
            return
        outcome = CALLS[digit]
        if outcome == "unsatisfied":
            await ask_words(screen, "called_back", outcome)
            return
        await _say(screen, one, "called_back", outcome)

    await screen.app.push_screen(ReadDialog(t("followup.call.title", no=one.rating.no), lines, keys), answered)


async def ask_decision(screen: FollowUpsScreen) -> None:
    """Show why somebody appealed; a digit decides, with a reason."""
    one = _chosen(screen)
    key = one.rating.key
    story = await screen.attempt(lambda context: service.story(context, key))
    if story is None:
        return
    appeal = next((entry for entry in reversed(story.log) if entry.event == "appealed"), None)
    lines: list[Line] = [(t("followup.call.about", day=one.rating.day, subject=subject_words(one.rating)), "heading")]
    if one.rating.comment:
        lines.append((t("followup.said", comment=" ".join(one.rating.comment.split())), ""))
    if appeal is not None:
        who = story.names.get(appeal.operator_no, appeal.operator_no)
        lines.append((t("followup.decide.reason", who=who, note=appeal.note), ""))
    lines.append((t("followup.decide.means"), "muted"))
    keys = (("1", t("followup.decide.uphold")), ("2", t("followup.decide.reject")))

    async def answered(digit: str | None) -> None:
        if digit is not None:
            await ask_words(screen, "appeal_upheld" if digit == "1" else "appeal_rejected")

    await screen.app.push_screen(ReadDialog(t("followup.decide.title", no=one.rating.no), lines, keys), answered)


async def ask_responsible(screen: FollowUpsScreen) -> None:
    """Choose who answers for it, whoever is signed in first."""
    one = _chosen(screen)
    people = await screen.attempt(service.responsible_staff)
    if people is None:
        return
    operator = screen.desk_app.desk.operator
    own = operator.no if operator else ""
    picks = tuple(
        Pick(no, (no, name), name) for no, name in sorted(people, key=lambda person: (person[0] != own, person[0]))
    )

    async def chosen(picked: tuple[int, str] | None) -> None:
        if picked is not None:
            await _say(screen, one, "assigned", picked[1])

    page = PickPage(t("followup.ask.assigned", no=one.rating.no or one.rating.day), picks)
    await screen.app.push_screen(
        PickDialog((page,), (Column("", 10), Column("")), hint=t("followup.pick_hint")), chosen
    )


async def ask_settle(screen: FollowUpsScreen) -> None:
    """End what is older than a day, after saying how many that are."""

    async def save(values: dict[str, str]) -> str | Wrong | None:
        try:
            before, count = await screen.desk_app.desk.run(
                lambda context: _would_settle(context, values["day"], values["note"])
            )
        except CodedError as refusal:
            return _wrong(refusal)
        if not count:
            return Wrong(t("followup.settle.nothing"), "day")

        async def answered(yes: bool | None) -> None:
            if not yes:
                return
            done = await screen.attempt(lambda context: service.settle_old(context, before, values["note"]), slow=True)
            await screen.reload()
            if done is not None:
                screen.notify(t("followup.settle.done", count=done))

        question = t("followup.settle.question", count=count, day=before.isoformat())
        screen.app.call_later(
            lambda: screen.app.push_screen(QuestionDialog(question, t("followup.settle.yes")), answered)
        )
        return None

    day = (screen.desk_app.today() - timedelta(days=OLD_DAYS)).isoformat()
    fields = (Field("day", t("followup.settle.day"), day), Field("note", t("followup.note.settled")))
    await screen.app.push_screen(FormDialog(t("followup.settle.title"), fields, save))


async def ask_export(screen: FollowUpsScreen) -> None:
    """The ledger of this month or of the one before, as a workbook or on paper."""
    this = month_of(screen.desk_app.today())
    months = {"this": this, "before": this.previous()}
    choices = [
        (f"{name}.{kind}", t(f"followup.export.{kind}", month=month.label))
        for name, month in months.items()
        for kind in ("xlsx", "pdf")
    ]

    async def chosen(key: str | None) -> None:
        if key is not None:
            name, _, kind = key.partition(".")
            await _export(screen, months[name], kind)

    await screen.app.push_screen(ChoiceDialog(t("followup.export.title"), choices), chosen)


async def _export(screen: FollowUpsScreen, month: Period, kind: str) -> None:
    from frontdesk.feedback.followup.exporting import export_ledger

    app = screen.desk_app
    name = f"{app.centre_name}-{t('followup.ledger.file')}-{month.key}"
    out = free_path(app.export_folder(), name, f".{kind}")
    written = await screen.attempt(lambda context: export_ledger(context, month.first, month.last, out), slow=True)
    if written is not None:
        screen.notify(t("followup.written", out=out), timeout=12)


def _would_settle(context: Context, day: str, note: str) -> tuple[date, int]:
    before = service.read_day(context, day)
    return before, service.settle_old(context, before, note, dry_run=True)


def _chosen(screen: FollowUpsScreen) -> Listed:
    one = screen.one()
    assert one is not None
    return one


def _act(context: Context, one: Listed, kind: EventKind, value: str, note: str) -> tuple[str, FollowUp]:
    """Take the step on what was seen; the number comes back with what it has become."""
    now = service.act(context, one.rating.key, kind, value=value, note=note, revision=one.rating.revision)
    return service.number_of(context, one.rating.key), now


def _said(one: Listed, done: tuple[str, FollowUp]) -> str:
    no, now = done
    if now.reopened_on and now.reopened_on != one.rating.reopened_on:
        return t("followup.done.again", no=no)
    if now.state == "result" and now.called:
        return t(f"followup.done.{now.called}", no=no, count=now.unreached)
    if now.has_ended:
        return t(f"followup.done.{now.outcome if now.outcome in _SAID_BY_OUTCOME else 'closed'}", no=no)
    return t(f"followup.done.{now.state}", no=no)


async def _say(screen: FollowUpsScreen, one: Listed, kind: EventKind, value: str) -> None:
    done = await screen.attempt(lambda context: _act(context, one, kind, value, ""))
    await screen.reload()
    if done is not None:
        screen.notify(_said(one, done))


async def _try(
    screen: FollowUpsScreen,
    case: Callable[[Context], tuple[str, FollowUp]],
    words: Callable[[tuple[str, FollowUp]], str],
) -> str | Wrong | None:
    """Run a step of a form: what is refused stays in it, what was done is said."""
    try:
        done = await screen.desk_app.desk.run(case)
    except CodedError as refusal:
        if refusal.code == "changed_meanwhile":
            await screen.reload()
        return _wrong(refusal)
    await screen.reload()
    screen.notify(words(done))
    return None


def _wrong(refusal: CodedError) -> str | Wrong:
    field = str((refusal.details or {}).get("field", ""))
    return Wrong(words_for(refusal), field) if field in ("note", "day") else words_for(refusal)
