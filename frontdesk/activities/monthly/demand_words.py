"""Demands in words: the fields of their form, and what became of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from unicodedata import normalize

from db.demands import DemandLine, DemandSource
from frontdesk.activities.monthly.demands import LARGEST_HEAD_COUNT, SOURCES, Wanted
from frontdesk.activities.monthly.errors import MonthlyError
from frontdesk.activities.sessions.typed import hinted
from frontdesk.locale import LANGUAGES, catalogue, t

_WISHES = {"words", "category", "source", "audience", "head_count", "area"}


def read_source(text: str) -> DemandSource:
    """A source by its digit, its code or its name in any language; the desk for nothing. Raises MonthlyError
    `bad_source`.
    """
    typed = normalize("NFKC", text).strip().lower()
    for place, source in enumerate(SOURCES, 1):
        names = {catalogue(language, "monthly")[f"demand.source.{source}"].lower() for language in LANGUAGES}
        if typed in {str(place), source, *names} or (not typed and source == "desk"):
            return source
    raise MonthlyError("bad_source", field="source", choices=numbered_sources())


def numbered_sources() -> str:
    """The sources with the digits by which each is chosen."""
    return " ".join(f"{place}{t(f'monthly.demand.source.{source}')}" for place, source in enumerate(SOURCES, 1))


def wanted_of(values: Mapping[str, str]) -> Wanted:
    """What a form says. Raises MonthlyError `bad_source`, `bad_head_count`."""
    count = normalize("NFKC", values.get("head_count", "")).strip() or "1"
    if not (count.isascii() and count.isdigit() and len(count) < 8):
        raise MonthlyError("bad_head_count", field="head_count", most=LARGEST_HEAD_COUNT)
    texts = {name: values.get(name, "") for name in ("words", "category", "audience", "area")}
    return Wanted(**texts, source=read_source(values.get("source", "")), head_count=int(count))


def fields_of(one: DemandLine | None, kinds: Sequence[str]) -> list[tuple[str, str, str, str]]:
    """Name, label, value and hint of every field of the form; `kinds` are the service categories."""
    hints = {
        "category": hinted(kinds),
        "source": numbered_sources(),
        "head_count": "1",
    }
    values = {name: str(getattr(one, name)) for name in _WISHES} if one else {}
    if one is not None:
        values["source"] = t(f"monthly.demand.source.{one.source}")
    names = ("words", "category", "head_count", "source", "audience", "area")
    return [(name, t(f"monthly.demand.field.{name}"), values.get(name, ""), hints.get(name, "")) for name in names]


def led_words(one: DemandLine) -> str:
    """What a demand led to, in a few words."""
    if one.merged_into is not None:
        return t("monthly.demand.into", number=one.merged_into)
    day = one.next_day or one.first_day
    return " ".join(part for part in (day[5:], one.led_to) if part)


def story(one: DemandLine) -> list[str]:
    """What became of a demand, line by line."""
    source = t(f"monthly.demand.source.{one.source}")
    lines = [
        t("monthly.demand.registered", day=one.day, source=source),
        t("monthly.demand.asked_by", asked=one.asked, own=one.head_count),
        "  ".join(part for part in (one.category, one.audience, one.area) if part),
        t(f"monthly.demand.state.{one.stands}"),
    ]
    if one.merged:
        lines.append(t("monthly.demand.merged_count", count=one.merged))
    if one.merged_into is not None:
        lines.append(t("monthly.demand.into", number=one.merged_into))
    if one.state == "declined":
        lines.append(t("monthly.demand.declined", reason=one.reason))
    if one.led_to:
        counted = {"sessions": one.sessions, "held": one.held, "person_times": one.person_times}
        lines.append(t("monthly.demand.led", name=one.led_to, **counted))
    if one.called_off:
        lines.append(t("monthly.demand.called_off", count=one.called_off))
    if one.next_day:
        lines.append(t("monthly.demand.next_day", day=one.next_day))
    return [line for line in lines if line]
