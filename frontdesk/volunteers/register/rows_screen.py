"""What the screen of one volunteer shows: the rows of each of its views."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from db.volunteer_records import Slot
from frontdesk.common.names import mask_name
from frontdesk.locale import t
from frontdesk.shell.grid import GridContent, GridRow, GridText
from frontdesk.shell.rowlist import Column, Row
from frontdesk.volunteers.register.availability import PARTS
from frontdesk.volunteers.register.differences import birth_words
from frontdesk.volunteers.register.profile import Contact, Profile

VIEWS = ("data", "skills", "slots", "records", "cards")
"""What there is to see, in the order of the digits that choose it."""


def columns_of(view: str) -> tuple[Column, ...]:
    """The columns of a view that is a list."""
    widths: dict[str, tuple[tuple[str, int, bool], ...]] = {
        "data": (("what", 18, False), ("value", 0, False)),
        "skills": (
            ("skill", 0, False),
            ("category", 10, True),
            ("state", 10, False),
            ("since", 10, False),
            ("note", 0, True),
        ),
        "records": (
            ("day", 10, False),
            ("kind", 10, False),
            ("title", 0, False),
            ("grade", 8, True),
            ("detail", 0, True),
        ),
        "cards": (("serial", 6, False), ("state", 10, False), ("valid", 26, False), ("issued", 12, True)),
    }
    return tuple(
        Column(t(f"register.column.{name}"), width, optional=optional) for name, width, optional in widths[view]
    )


def data_rows(profile: Profile, contact: Contact | None) -> list[Row]:
    """The data of the person; names and phones masked unless `contact` has them in clear."""
    one = profile.volunteer
    clear = contact is not None
    guardian = one.guardian_name if clear else mask_name(one.guardian_name)
    state = t(f"volunteers.state.{one.state}")
    if one.state_since:
        state += f"  {one.state_since}  {one.state_reason}".rstrip()
    values = [
        ("no", one.no, ""),
        ("name", one.name if clear else mask_name(one.name), ""),
        ("state", state, "" if one.state == "active" else "warning"),
        ("gender", one.gender, ""),
        ("birth", birth_words(one) + (f"  {t('register.minor')}" if profile.minor else ""), ""),
        ("phone", contact.phone if contact is not None else profile.phone, ""),
        ("team", one.team, ""),
        ("skill", one.skill, ""),
        ("registered_on", one.registered_on, ""),
        ("consent", *_consent(profile)),
        ("note", one.note, ""),
    ]
    if profile.minor or one.guardian_name or one.guardian_consent_on:
        lacking = profile.minor and not one.guardian_consent_on
        agreed = one.guardian_consent_on or t("register.not_given" if profile.minor else "register.none")
        values[-1:-1] = [
            ("guardian_name", guardian, "warning" if lacking and not one.guardian_name else ""),
            ("guardian_phone", contact.guardian_phone if contact is not None else profile.guardian_phone, ""),
            ("guardian_consent_on", agreed, "warning" if lacking else ""),
        ]
    return [Row(key, (t(f"register.field.{key}"), value), tone) for key, value, tone in values]  # type: ignore[arg-type]


def _consent(profile: Profile) -> tuple[str, str]:
    """What was agreed to, and whether something is lacking."""
    one, wanted = profile.volunteer, profile.notice_now
    if not one.consent_on and not one.consent_version:
        return (t("register.not_given"), "warning") if wanted else (t("register.none"), "")
    said = f"{one.consent_on}  {one.consent_version}".strip()
    if wanted and one.consent_version != wanted:
        return f"{said}  {t('register.consent_old', version=wanted)}", "warning"
    return said, ""


def skill_rows(profile: Profile) -> list[Row]:
    """The skills of the talent pool, and below them the call-ups."""
    tones = {"candidate": "warning", "active": "", "paused": "muted", "left": "muted"}
    rows = [
        Row(
            f"skill:{one.skill}",
            (one.skill, one.category, t(f"register.skill_state.{one.state}"), one.since, one.note),
            tones[one.state],  # type: ignore[arg-type]
        )
        for one in profile.skills
    ]
    if profile.call_ups:
        rows.append(Row("", (t("register.call_ups"), "", "", "", ""), "heading"))
    for call in profile.call_ups:
        outcome = t(f"register.outcome.{call.outcome or 'open'}")
        tone = {"came": "good", "": "warning"}.get(call.outcome, "muted")
        cells = (call.purpose, call.skill, outcome, call.day, "")
        rows.append(Row(f"call:{call.id}", cells, tone))  # type: ignore[arg-type]
    return rows


def record_rows(profile: Profile) -> list[Row]:
    """Training, awards and evaluations, the latest first; annulled ones stay, with the reason."""
    rows = []
    for one in profile.records:
        annulled = one.annulled_at is not None
        title = t("register.annulled", title=one.title, reason=one.annul_reason) if annulled else one.title
        cells = (one.day, t(f"register.kind.{one.kind}"), title, one.grade, one.detail)
        rows.append(Row(str(one.id), cells, "muted" if annulled else ""))
    return rows


def card_rows(profile: Profile, zone: ZoneInfo) -> list[Row]:
    """Every card that was issued, the latest first."""
    rows = []
    for card in reversed(profile.cards):
        valid = f"{card.valid_from or t('register.always')} - {card.valid_until or t('register.open_end')}"
        issued = f"{datetime.fromtimestamp(card.issued_at / 1000, zone):%Y-%m-%d}" if card.issued_at else ""
        cells = (str(card.serial), t(f"register.card_state.{card.state}"), valid, issued)
        rows.append(Row(str(card.serial), cells, "" if card.state == "issued" else "muted"))
    return rows


def slot_grid(slots: frozenset[Slot]) -> GridContent:
    """The week as a grid: the parts of the day down, the days across."""
    can = GridText(t("register.can"), tone="good")
    return GridContent(
        corner="",
        columns=tuple((str(day), GridText(t(f"common.weekday.{day}"))) for day in range(1, 8)),
        rows=tuple(
            GridRow(
                part,
                (t(f"register.part.{part}"),),
                tuple((can if Slot(day, part) in slots else GridText("-", tone="muted"),) for day in range(1, 8)),
            )
            for part in PARTS
        ),
        heading_width=10,
        least_width=6,
        most_width=12,
    )
