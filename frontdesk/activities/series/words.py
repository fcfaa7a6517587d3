"""What a preview and an outcome say, in the language in force."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from frontdesk.activities.series.changing import SeriesChange
from frontdesk.activities.series.outcome import Coming, Preview, SeriesOutcome
from frontdesk.activities.series.rechecking import Recheck
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.common.dates import screen_date
from frontdesk.locale import t


def why_words(one: Coming, zone: ZoneInfo) -> str:
    """Why a date is held, moved or left out, and what stands in its way; "" for an ordinary one."""
    planned = one.planned
    parts = [t(f"series.why.{planned.why}", name=planned.name)]
    if not planned.known:
        parts.append(t("series.why.unknown"))
    for clash in one.clashes[:1]:
        start, end = (datetime.fromtimestamp(at / 1000, zone) for at in (clash.taken_from, clash.taken_until))
        parts.append(t("series.why.room", words=clash.words, start=f"{start:%H:%M}", end=f"{end:%H:%M}"))
    parts += [t("series.why.lead", name=name) for name in one.leads[:1]]
    return t("series.mark").join(part for part in parts if part)


def banner_words(preview: Preview) -> str:
    """That the holidays of some years are not known; "" where all are."""
    years = "、".join(str(year) for year in preview.unknown_years)
    return t("series.unknown_years", years=years) if years else ""


def recheck_words(one: Recheck) -> str:
    """Which session does not go with the calendar, and what its series would make of it now."""
    day = screen_date(date.fromisoformat(one.session.day))
    planned = one.planned
    if planned.day is None:
        why = t("series.recheck.stops", name=planned.name)
    else:
        why = t("series.recheck.moves", day=screen_date(planned.day))
    return t("series.recheck.line", day=day, code=one.session.code, name=one.session.name, why=why)


def change_words(change: SeriesChange, unchanged: int) -> str:
    """What a change will do, in numbers."""
    kept = {why: sum(one == why for _, one in change.kept) for _, why in change.kept}
    outcome = SeriesOutcome(
        0,
        created=[""] * len(change.created),
        changed=[""] * (len(change.placed) - unchanged),
        unchanged=unchanged,
        kept=kept,
        deleted=[one.code for one in change.left_over if is_planned(one)],
        cancelled=[one.code for one in change.left_over if not is_planned(one)],
    )
    return outcome_words(outcome)


def outcome_words(outcome: SeriesOutcome) -> str:
    """What was done, in numbers; what is nothing is not said."""
    kept = t("series.mark").join(t(f"series.kept.{why}", count=count) for why, count in outcome.kept.items() if count)
    numbers = (
        ("created", len(outcome.created)),
        ("drafts", outcome.drafts),
        ("changed", len(outcome.changed)),
        ("unapproved", outcome.unapproved),
        ("unchanged", outcome.unchanged),
        ("deleted", len(outcome.deleted)),
        ("cancelled", len(outcome.cancelled)),
        ("to_tell", len(outcome.to_tell)),
        ("clashes", outcome.clashes),
        ("elsewhere", outcome.elsewhere),
        ("room_closed", outcome.room_closed),
    )
    parts = [t(f"series.done.{name}", count=count) for name, count in numbers if count]
    if kept:
        parts.append(t("series.done.kept", kept=kept))
    return t("series.mark").join(parts or [t("series.done.nothing")]) + t("series.stop")
