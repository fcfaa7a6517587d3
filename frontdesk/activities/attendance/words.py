"""Penalties and what they follow from, in words and as JSON."""

from __future__ import annotations

from typing import Any, Literal

from frontdesk.activities.attendance.standing import History, Standing
from frontdesk.common.names import mask_name
from frontdesk.locale import t

SHOWN_SESSIONS = 40

Tone = Literal["", "warning", "bad", "heading"]


def until_words(one: Standing) -> str:
    """Until when somebody may not sign up, or that one more no-show would keep the person from it."""
    return t("attendance.until", day=one.until.isoformat()) if one.until else t("attendance.at_risk")


def standing_line(one: Standing) -> str:
    """One person of the list in one line."""
    count = t("attendance.line.no_shows", count=one.count)
    return f"{one.resident_id}  {mask_name(one.name)}  {count}  {one.last_day}  {until_words(one)}"


def standing_json(one: Standing) -> dict[str, Any]:
    """One person of the list for `--json`."""
    return {
        "resident": one.resident_id,
        "name_masked": mask_name(one.name),
        "count": one.count,
        "last_day": one.last_day,
        "until": one.until,
        "at_risk": one.at_risk,
    }


def history_json(found: History) -> dict[str, Any]:
    """One person's history for `--json`."""
    return {
        "resident": found.resident_id,
        "name_masked": mask_name(found.name),
        "until": found.until,
        "penalties": [{"first": one.first, "until": one.until, "count": one.count} for one in found.penalties],
        "counts": [
            {
                "session": one.session_code,
                "day": one.day,
                "kind": "no_show" if one.cancelled_at is None else "late_cancel",
            }
            for one in found.strikes
        ],
        "waivers": [one.model_dump() for one in found.waivers],
        "sessions": [one.model_dump() for one in found.sessions],
    }


def history_lines(found: History) -> list[tuple[str, Tone]]:
    """One person's history in words."""
    lines: list[tuple[str, Tone]] = []
    if found.until is not None:
        lines.append((t("attendance.until", day=found.until.isoformat()), "bad"))
    lines += [
        (t("attendance.penalty_line", first=one.first, until=one.until, count=one.count), "warning")
        for one in found.penalties
    ]
    for waiver in found.waivers:
        key = "attendance.waiver_line" if waiver.annulled_at is None else "attendance.waiver_line_annulled"
        lines.append((t(key, **waiver.model_dump()), ""))
    lines.append((t("attendance.history_sessions", count=len(found.sessions)), "heading"))
    late = {one.registration_id for one in found.strikes if one.cancelled_at is not None}
    for past in found.sessions[:SHOWN_SESSIONS]:
        status = f"attendance.status.{past.status or ('late' if past.registration_id in late else past.state)}"
        tone: Tone = "bad" if past.status == "no_show" or past.registration_id in late else ""
        lines.append((f"{past.day}  {past.session_name}  {t(status)}", tone))
    return lines
