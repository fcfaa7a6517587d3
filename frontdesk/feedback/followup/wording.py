"""Follow-ups in words: how far one is, until when, and what was done to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from db.follow_ups import BadRating, LogEntry
from frontdesk.common.names import mask_name
from frontdesk.common.timelimits import preset_of
from frontdesk.feedback.followup.recording import event_of
from frontdesk.feedback.followup.rules import Event
from frontdesk.feedback.followup.service import Listed, Story
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.context import Context

Tone = Literal["", "good", "warning", "bad", "muted", "heading"]

TONES: dict[str, Tone] = {"overdue": "bad", "notice": "bad", "soon": "warning"}


def number_words(one: BadRating) -> str:
    """Its number; of one that nobody has acted on the beginning of its key, by which the command line finds it."""
    return one.no or one.key.hex()[:8]


def subject_words(one: BadRating) -> str:
    """What was rated."""
    return one.label if one.subject_kind == "service" else t(f"followup.subject.{one.subject_kind}", name=one.label)


def level_words(level: int) -> str:
    """The level with its words."""
    return f"{level} {t(f'feedback.level.{level}')}"


def rater_words(one: BadRating) -> str:
    """Anonymous, or who it was, masked."""
    if not one.named:
        return t("followup.anonymous")
    return f"{t('followup.named')} {mask_name(one.rater)}".rstrip()


def state_words(one: BadRating) -> str:
    """How far it is, in a word."""
    if one.state == "result" and one.called_back_on:
        return t("followup.state.called")
    if one.state == "handling" and one.reopened_on:
        return t("followup.state.again")
    if one.state == "closed" and one.outcome in ("unsatisfied", "settled"):
        return t(f"followup.outcome.{one.outcome}")
    return t(f"followup.state.{one.state}")


def due_words(one: Listed) -> str:
    """Until when the next thing has to be done: 11-23 余1天; for what has ended when that was."""
    if one.rating.ended_on:
        return t("followup.due.ended", day=one.rating.ended_on[5:])
    if one.limit is None:
        return t("followup.due.none")
    day = f"{one.limit.due:%m-%d}"
    if one.pace in ("overdue", "notice"):
        return t("followup.due.over", day=day, days=max(1, -one.days))
    return t("followup.due.left", day=day, days=one.days) if one.days else t("followup.due.today", day=day)


def unknown_words(ones: Iterable[Listed]) -> str:
    """That the holidays of some years on the way to a limit are not known; "" where they all are."""
    years = sorted({year for one in ones if one.limit for year in one.limit.unknown_years})
    return t("followup.unknown_years", years=", ".join(map(str, years))) if years else ""


def preset_words(code: str) -> str:
    """What a preset is called; its code where nobody knows it any more."""
    words = t(f"settings.follow_up_preset.{code}")
    return code if words.startswith("settings.") else words


def event_words(event: Event) -> str:
    """What was done, in a few words."""
    if event.kind in ("result", "called_back", "complexity"):
        return t(f"followup.event.{event.kind}.{event.value}")
    if event.kind == "opened":
        return t("followup.event.opened", preset=preset_words(event.value))
    if event.kind == "corrected":
        return t("followup.event.corrected", level=level_words(int(event.value)))
    return t(f"followup.event.{event.kind}")


def entry_words(entry: LogEntry, at: str, names: dict[str, str]) -> str:
    """One row of the log: when, who, what, in which words."""
    event = event_of(entry)
    what = event_words(event)
    if event.kind == "assigned":
        what += f" {names.get(event.value, event.value)}"
    head = t("followup.entry", at=at, who=names.get(entry.operator_no, entry.operator_no), what=what)
    return f"{head} {entry.note}".rstrip()


def story_lines(context: Context, found: Story) -> list[tuple[str, Tone]]:
    """All about one follow-up, line by line."""
    one, rating = found.listed, found.listed.rating
    about = (level_words(rating.level), rater_words(rating), t(f"followup.channel.{rating.channel}"))
    lines: list[tuple[str, Tone]] = [
        (f"{rating.day}  {subject_words(rating)}", "heading"),
        ("  ".join(about), ""),
    ]
    if rating.comment:
        lines.append((t("followup.said", comment=" ".join(rating.comment.split())), ""))
    if rating.known_on != rating.day:
        lines.append((t("followup.known_on", day=rating.known_on), "muted"))
    lines.append(("", ""))
    lines.append(
        (f"{t('followup.column.state')} {state_words(rating)}  {_limit_words(one)}".rstrip(), TONES.get(one.pace, ""))
    )
    code = rating.preset or context.settings.follow_up_preset
    lines.append((t("followup.runs_by", preset=preset_words(code), kind=t(f"followup.{rating.complexity}")), "muted"))
    if rating.responsible:
        lines.append((t("followup.responsible", name=found.names.get(rating.responsible, rating.responsible)), ""))
    if unknown := unknown_words([one]):
        lines.append((unknown, "warning"))
    if one.pace == "notice":
        days = preset_of(code).notice
        lines.append((t("followup.notice", days=days), "bad"))
    lines.append(("", ""))
    for entry in found.log:
        if entry.event == "opened":
            # By which limits it runs stands above.
            continue
        lines.append((entry_words(entry, f"{context.local(entry.at):%m-%d %H:%M}", found.names), ""))
    if not found.log:
        lines.append((t("followup.nobody_yet"), "muted"))
    return lines


def _limit_words(one: Listed) -> str:
    if one.limit is None:
        return "" if one.rating.ended_on is None else due_words(one)
    return f"{t(f'followup.limit.{one.limit.kind}')} {due_words(one)}"
