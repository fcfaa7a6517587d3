"""The notice of changes (变更通知): what a published list said, and what it says now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.monthly import ListChange
from frontdesk.activities.monthly.posterpage import BOTTOM, INNER, MARGIN, PosterPage
from frontdesk.activities.monthly.service import MonthView
from frontdesk.activities.monthly.wording import changed_fields, name_of, said_after, said_before, shown
from frontdesk.common.page import GREY, INK
from frontdesk.locale import catalogue

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_CHIP, _SIZE, _LEADING, _LABEL = 20.0, 11.0, 5.4, 14.0


def draw_notice(page: PosterPage, view: MonthView, centre: str, number: str, zone: ZoneInfo) -> None:
    """Draw the changes of a list on pages of their own, none of them divided between two."""
    y = _head(page, centre)
    month = catalogue(page.language, "common")["period.month"].format(year=view.period.year, number=view.period.number)
    words = page.say("notice_under", month=month, number=number, count=len(view.changes))
    y = page.paragraph(MARGIN, y, words, 12, INNER, 6) + 3
    for change in view.changes:
        lines = _lines(page, change, zone)
        height = _LEADING * len(lines) + 11
        if y + height > BOTTOM:
            y = _head(page, centre)
        _draw(page, change, lines, y, zone)
        y += height


def _head(page: PosterPage, centre: str) -> float:
    page.new_page(f"{centre} {page.say('notice')}")
    page.fill(0, 0, 210, 7, page.brand)
    page.text(MARGIN, 18, page.say("notice"), 28, INNER * 0.6, style="B")
    page.text(MARGIN + INNER, 18, centre, 13, INNER * 0.38, "right", "B")
    return 27.0


def _draw(page: PosterPage, change: ListChange, lines: list[tuple[str, str]], y: float, zone: ZoneInfo) -> None:
    from datetime import datetime

    page.chip(MARGIN, y + 0.8, [page.say(f"mark.{change.kind}")], 10.5, _CHIP, INK, filled=True)
    x = MARGIN + _CHIP + 3
    at = datetime.fromtimestamp(change.at / 1000, zone)
    page.text(x, y + 4, f"{name_of(change)}  {change.session_code}", 13, INNER * 0.64, style="B")
    moment = page.say("changed_at", at=f"{at:%Y-%m-%d %H:%M}")
    page.text(MARGIN + INNER, y + 4, moment, 9, INNER * 0.24, "right", colour=GREY)
    y += 8
    for label, line in lines:
        page.text(x, y + _LEADING / 2, label, _SIZE, _LABEL - 1, style="B")
        page.text(x + _LABEL, y + _LEADING / 2, line, _SIZE, INNER - _CHIP - 3 - _LABEL)
        y += _LEADING
    page.rule(MARGIN, y + 1.5, INNER, GREY, 0.15)


def _lines(page: PosterPage, change: ListChange, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Label and words of every line; only the first of several has its label."""
    before, after = _both(page, change, zone)
    found = [(page.say("before"), before), (page.say("after"), after)]
    if change.reason:
        found.append(("", page.say("reason", reason=change.reason)))
    lines = []
    for label, words in found:
        wrapped = page.wrapped(words, _SIZE, INNER - _CHIP - 3 - _LABEL)
        lines += [(label if place == 0 else "", line) for place, line in enumerate(wrapped)]
    return lines


def _both(page: PosterPage, change: ListChange, zone: ZoneInfo) -> tuple[str, str]:
    was, is_now = shown(said_before(change), zone, page.language), shown(said_after(change), zone, page.language)
    if change.kind == "added":
        return page.say("not_listed"), _summary(page, is_now)
    if change.kind == "cancelled":
        return _summary(page, was), page.say("off")
    if change.kind == "restored":
        return page.say("off"), _summary(page, is_now)
    words = catalogue(page.language, "monthly")
    fields = changed_fields(change, zone, page.language)
    before, after = (
        words["join"].join(f"{words[f'field.{one.field}']} {getattr(one, side) or words['nothing']}" for one in fields)
        for side in ("before", "after")
    )
    # Which of the sessions of this name is meant is told by its day.
    return (before if any(one.field == "day" for one in fields) else words["join"].join((was["day"], before))), after


def _summary(page: PosterPage, said: dict[str, str]) -> str:
    join = catalogue(page.language, "monthly")["join"]
    return join.join(said[name] for name in ("day", "time", "room", "lead") if said.get(name))
