"""A period as the district shows it, to programs and to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import JsonValue

from frontdesk.district.service import ShownReport, figures_of
from frontdesk.district.store import Row, StoredReport
from frontdesk.district.wording import instant as clock
from frontdesk.locale import t
from frontdesk.sync import wire

RATES = frozenset(wire.DERIVED_FIGURES)


def instant(at: int | None) -> str | None:
    """An instant of the store as ISO 8601 in UTC; None stays None."""
    if at is None:
        return None
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def keys_as_json(keys: Sequence[Row]) -> list[dict[str, object]]:
    """A centre's keys: `key_id`, `state` (`valid` or `revoked`), and since when each is so."""
    return [
        {
            "key_id": one["key_id"],
            "state": "valid" if one["revoked_at"] is None else "revoked",
            "enrolled_since": instant(one["enrolled_at"]),
            "revoked_at": instant(one["revoked_at"]),
        }
        for one in keys
    ]


def keys_as_lines(keys: Sequence[Row]) -> list[str]:
    """A line for each of a centre's keys, to stand below the centre's own."""
    return [
        t("district.key.valid", key_id=one["key_id"], since=clock(one["enrolled_at"]))
        if one["revoked_at"] is None
        else t("district.key.revoked", key_id=one["key_id"], at=clock(one["revoked_at"]))
        for one in keys
    ]


def as_json(shown: ShownReport) -> dict[str, object]:
    """The visible revision with its figures, and every revision that arrived."""
    visible = shown.visible
    report = wire.read_body(visible.body, visible.schema_version)
    return {
        "centre": visible.centre,
        "name": report.name,
        "kind": visible.kind,
        "period": visible.period,
        "from": report.first_day.isoformat(),
        "to": report.last_day.isoformat(),
        "revision": visible.revision,
        "received_at": instant(visible.received_at),
        "figures": figures_of(visible),
        "revisions": [_revision(one, "visible" if one is visible else "superseded") for one in shown.revisions],
    }


def _revision(one: StoredReport, state: str) -> dict[str, object]:
    return {
        "revision": one.revision,
        "state": state,
        "report_id": one.report_id,
        "content_hash": one.content_hash,
        "schema_version": one.schema_version,
        "key_id": one.key_id,
        "received_at": instant(one.received_at),
        "figures": figures_of(one),
    }


def as_lines(shown: ShownReport) -> list[str]:
    """The same in words: whose it is, the figures, and a line for each revision."""
    visible = shown.visible
    name = wire.read_body(visible.body, visible.schema_version).name
    title = t("district.show.title", name=name, centre=visible.centre, period=visible.period, revision=visible.revision)
    revisions = [
        t(
            "district.show.revision",
            revision=one.revision,
            state=t("district.show.visible" if one is visible else "district.show.superseded"),
            received_at=clock(one.received_at),
            content_hash=one.content_hash[:16],
        )
        for one in shown.revisions
    ]
    return [title, *figure_lines(figures_of(visible)), *revisions]


def figure_lines(figures: Mapping[str, JsonValue]) -> list[str]:
    """A line for each figure and for each part of one, by the words that the centres use.

    A figure of a newer program, for which there are no words, is shown by its code. The rate stands with its n and its
    interval, never alone.
    """
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines.append(f"  {_label('reports.figure', name)}:")
            lines += [f"    {_part(name, part)}: {_said(count)}" for part, count in value.items()]
        elif name not in RATES:
            shown = _said(value)
            if name == "volunteer_seconds_measured" and isinstance(value, int):
                shown = t("reports.hours", hours=f"{value / 3600:.2f}")
            lines.append(f"  {_label('reports.figure', name)}: {shown}")
    return [*lines, *_rate_lines(figures)]


def _rate_lines(figures: Mapping[str, JsonValue]) -> list[str]:
    rate, interval, levels = (figures.get(name) for name in (*wire.DERIVED_FIGURES, "ratings_by_level"))
    if not isinstance(rate, float) or not isinstance(interval, list) or not isinstance(levels, dict):
        return []
    total = sum(count for count in levels.values() if isinstance(count, int))
    low, high = (f"{bound:.1%}" for bound in interval if isinstance(bound, float))
    said = t("reports.rate", good=round(rate * total), n=total, rate=f"{rate:.1%}")
    return [f"  {t('reports.figure.good_rate')}: {said}", f"  {t('reports.interval')}: {low} - {high}"]


def _label(area: str, name: str) -> str:
    words = t(f"{area}.{name}")
    return name if words == f"{area}.{name}" else words


def _part(figure: str, part: str) -> str:
    return _label("feedback.level", part) if figure == "ratings_by_level" else part


def _said(value: JsonValue) -> str:
    return "-" if value is None else str(value)
