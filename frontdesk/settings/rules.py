"""What a centre may change: every setting with its default and what it may be. Pure.

To add one, add a field to `Settings` and its bounds to `BOUNDS`; its words are `settings.<name>` and
`settings.<name>.help` in both catalogues.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NamedTuple

from frontdesk.errors import DeskError

Value = int | str | tuple[int, ...] | tuple[str, ...]
Kind = Literal["number", "switch", "choice", "text", "colour", "numbers", "texts"]

LARGEST_SETTING = 86_400
"""Seconds of a day; a threshold of people is far below it."""

LONGEST_TEXT = 100

LONGEST_WORD = 20
"""Characters of one word of a list of words."""

MOST_WORDS = 30
"""Words of a list of words."""

FOLLOW_UP_PRESETS = ("sh_1_5_15", "rz_123", "dz_5", "ms_15", "qp_5", "hotline_7_15", "hotline_3_13", "none")
"""Time limits of following up bad ratings (mechanisms §4)."""


@dataclass(frozen=True)
class Settings:
    """What a centre may change, with the defaults in force until it does. Switches are 0 or 1."""

    same_scan_seconds: int = 10
    rating_correction_seconds: int = 2
    public_minimum: int = 5
    brand_rgb: tuple[int, int, int] = (241, 135, 0)

    reentry_allowed: int = 1
    undo_minutes: int = 10
    early_minutes: int = 60
    late_minutes: int = 60
    forgotten_exit: str = "assignment_end"
    forgotten_maximum_minutes: int = 240
    forgotten_credit: int = 0
    supplement_day_minutes: int = 480
    consent_notice_version: str = ""
    guardian_age: int = 18

    rounding_minutes: int = 0
    rounding_direction: str = "nearest"
    hours_notice_days: int = 7
    hour_milestones: tuple[int, ...] = (100, 300, 600, 1000, 1500)
    certificate_issuer: str = ""
    certificate_responsible: str = ""
    certificate_contact: str = ""

    service_categories: tuple[str, ...] = (
        "生活服务",
        "为老服务",
        "健康服务",
        "文体服务",
        "法律服务",
        "亲子服务",
        "教育服务",
        "志愿服务",
        "品牌特色",
    )
    """九类服务 (mechanisms X03), as offices write them."""
    activity_types: tuple[str, ...] = ("文体活动", "便民服务", "微治理", "其他")
    audience_tags: tuple[str, ...] = ("老年人", "儿童", "青少年", "亲子家庭", "新居民", "在职人员")
    """人群标签: nothing about health, belief or poverty, which law protects more (个人信息保护法 §28)."""
    committee_areas: tuple[str, ...] = ()
    fees_enabled: int = 0

    offer_hold_minutes: int = 0
    signup_quota_month: int = 0
    late_cancel_hours: int = 24
    late_cancel_counts: int = 0
    no_show_limit: int = 0
    no_show_days: int = 90
    penalty_days: int = 30
    penalty_effect: str = "refuse"

    rating_details: int = 1
    active_rate_contacts: int = 0
    rating_session_minutes: int = 30
    rating_tags: tuple[str, ...] = (
        "热情耐心",
        "办得快",
        "讲得清楚",
        "等候太久",
        "态度不好",
        "没有解决",
        "环境设施",
        "时间安排",
    )
    follow_up_preset: str = "sh_1_5_15"
    """By which time limits bad ratings are followed up (mechanisms §4)."""
    follow_up_remind_days: int = 1
    review_minimum: int = 5

    report_week_ends: int = 7
    """The last day of a reported week, 1 Monday to 7 Sunday; some offices cut on Thursday (mechanisms §11.7)."""
    report_week_label: str = "number"
    info_report_period: str = "week"
    """How often the street office expects a letter (mechanisms `report.period`)."""

    export_folder: str = ""
    """Where screens write files; "" for frontdesk in the user's documents."""

    sync_every_minutes: int = 0
    """How often the desk syncs by itself while it is open; 0 for never."""

    card_valid_months: int = 0
    kiosk_direction: str = "auto"
    kiosk_sound: int = 1
    kiosk_dim_seconds: int = 60

    backup_folder: str = ""
    """Where backups are put; "" for the folder of that name in the centre's home."""
    backup_keep_daily: int = 7
    backup_keep_weekly: int = 5
    backup_keep_monthly: int = 12

    idle_lock_minutes: int = 10
    """After how long without a key or a mouse the desk locks itself; 0 for never."""
    retention_resident_months: int = 36
    """How long something is kept after it was last used (个人信息保护法 §19); 0: it is never said to be due. The law
    names no number: these are what a centre begins with.
    """
    retention_volunteer_months: int = 36
    retention_rater_months: int = 24
    retention_booking_months: int = 24
    retention_signup_months: int = 24
    retention_export_months: int = 6
    case_draft_days: int = 30
    """How long the form of a record that somebody began and did not save is kept."""

    approve_supplement: int = 0
    approve_erase: int = 0
    approve_unmask_export: int = 0
    approve_restore: int = 0
    """What another manager must agree to (`access.service`)."""

    @classmethod
    def of(cls, stored: dict[str, object]) -> Settings:
        """The defaults with what is stored put over them; keys of a newer program are ignored, and so is a value that
        a setting cannot have (`damaged` names it): one damaged row must not stop the centre.
        """
        passed_over = damaged(stored)
        values: dict[str, Any] = {
            name: checked(name, value)
            for name, value in stored.items()
            if name in cls.__dataclass_fields__ and name not in passed_over
        }
        return replace(cls(), **values)


class Bounds(NamedTuple):
    """What a setting may be: its kind, the most and the least that a number may be or that a list of words may have,
    the choices of a choice; `or_never` where a number may be 0 too, which is less than the least.
    """

    kind: Kind
    most: int = LARGEST_SETTING
    choices: tuple[str, ...] = ()
    least: int = 0
    or_never: bool = False


BOUNDS: dict[str, Bounds] = {
    "same_scan_seconds": Bounds("number", 600),
    "rating_correction_seconds": Bounds("number"),
    "public_minimum": Bounds("number", 1000, least=1),
    "brand_rgb": Bounds("colour", 255),
    "reentry_allowed": Bounds("switch", 1),
    "undo_minutes": Bounds("number", 1440),
    "early_minutes": Bounds("number", 1440),
    "late_minutes": Bounds("number", 720),
    "forgotten_exit": Bounds("choice", choices=("assignment_end", "maximum")),
    "forgotten_maximum_minutes": Bounds("number", 1440, least=1),
    "forgotten_credit": Bounds("switch", 1),
    "supplement_day_minutes": Bounds("number", 1440),
    "consent_notice_version": Bounds("text", 30),
    "guardian_age": Bounds("number", 18),
    "rounding_minutes": Bounds("choice", choices=("0", "5", "10", "15", "30")),
    "rounding_direction": Bounds("choice", choices=("nearest", "up", "down")),
    "hours_notice_days": Bounds("number", 60),
    "hour_milestones": Bounds("numbers", 100_000, least=1),
    "certificate_issuer": Bounds("text", LONGEST_TEXT),
    "certificate_responsible": Bounds("text", LONGEST_TEXT),
    "certificate_contact": Bounds("text", LONGEST_TEXT),
    "service_categories": Bounds("texts", MOST_WORDS, least=1),
    "activity_types": Bounds("texts", MOST_WORDS),
    "audience_tags": Bounds("texts", MOST_WORDS),
    "committee_areas": Bounds("texts", MOST_WORDS),
    "fees_enabled": Bounds("switch", 1),
    "offer_hold_minutes": Bounds("number", 10_080),
    "signup_quota_month": Bounds("number", 100),
    "late_cancel_hours": Bounds("number", 720),
    "late_cancel_counts": Bounds("switch", 1),
    "no_show_limit": Bounds("number", 100),
    "no_show_days": Bounds("number", 366, least=1),
    "penalty_days": Bounds("number", 366, least=1),
    "penalty_effect": Bounds("choice", choices=("refuse", "reserve")),
    "rating_details": Bounds("switch", 1),
    "active_rate_contacts": Bounds("switch", 1),
    "rating_session_minutes": Bounds("number", 1440),
    "rating_tags": Bounds("texts", 9),
    "follow_up_preset": Bounds("choice", choices=FOLLOW_UP_PRESETS),
    "follow_up_remind_days": Bounds("number", 30),
    "review_minimum": Bounds("number", 1000, least=5),
    "report_week_ends": Bounds("choice", choices=("1", "2", "3", "4", "5", "6", "7")),
    "report_week_label": Bounds("choice", choices=("number", "of_month", "days")),
    "info_report_period": Bounds("choice", choices=("week", "half_month", "month")),
    "export_folder": Bounds("text", 200),
    "sync_every_minutes": Bounds("number", 1440, least=5, or_never=True),
    "card_valid_months": Bounds("number", 240),
    "kiosk_direction": Bounds("choice", choices=("auto", "in", "out")),
    "kiosk_sound": Bounds("switch", 1),
    "kiosk_dim_seconds": Bounds("number", 3600),
    "backup_folder": Bounds("text", 200),
    "backup_keep_daily": Bounds("number", 60, least=1),
    "backup_keep_weekly": Bounds("number", 60, least=1),
    "backup_keep_monthly": Bounds("number", 120, least=1),
    "idle_lock_minutes": Bounds("number", 240, least=1, or_never=True),
    "retention_resident_months": Bounds("number", 600),
    "retention_volunteer_months": Bounds("number", 600),
    "retention_rater_months": Bounds("number", 600),
    "retention_booking_months": Bounds("number", 600),
    "retention_signup_months": Bounds("number", 600),
    "retention_export_months": Bounds("number", 600),
    "case_draft_days": Bounds("number", 365, least=1),
    "approve_supplement": Bounds("switch", 1),
    "approve_erase": Bounds("switch", 1),
    "approve_unmask_export": Bounds("switch", 1),
    "approve_restore": Bounds("switch", 1),
}
"""Every setting, in the order of the table above."""

GROUPS: dict[str, tuple[str, ...]] = {
    "checkin": ("same_scan_seconds", "reentry_allowed", "undo_minutes", "early_minutes", "late_minutes"),
    "forgotten": ("forgotten_exit", "forgotten_maximum_minutes", "forgotten_credit"),
    "answers": ("consent_notice_version", "guardian_age"),
    "hours": (
        "supplement_day_minutes",
        "rounding_minutes",
        "rounding_direction",
        "hours_notice_days",
        "hour_milestones",
    ),
    "activities": ("service_categories", "activity_types", "audience_tags", "committee_areas", "fees_enabled"),
    "signups": (
        "offer_hold_minutes",
        "signup_quota_month",
        "late_cancel_hours",
        "late_cancel_counts",
        "no_show_limit",
        "no_show_days",
        "penalty_days",
        "penalty_effect",
    ),
    "reports": ("report_week_ends", "report_week_label", "info_report_period", "export_folder", "sync_every_minutes"),
    "papers": (
        "card_valid_months",
        "certificate_issuer",
        "certificate_responsible",
        "certificate_contact",
        "brand_rgb",
    ),
    "kiosk": ("kiosk_direction", "kiosk_sound", "kiosk_dim_seconds"),
    "backup": ("backup_folder", "backup_keep_daily", "backup_keep_weekly", "backup_keep_monthly"),
    "retention": (
        "retention_resident_months",
        "retention_volunteer_months",
        "retention_rater_months",
        "retention_booking_months",
        "retention_signup_months",
        "retention_export_months",
        "case_draft_days",
    ),
    "access": (
        "idle_lock_minutes",
        "approve_supplement",
        "approve_erase",
        "approve_unmask_export",
        "approve_restore",
    ),
    "ratings": (
        "public_minimum",
        "rating_correction_seconds",
        "rating_details",
        "active_rate_contacts",
        "rating_session_minutes",
        "rating_tags",
        "follow_up_preset",
        "follow_up_remind_days",
        "review_minimum",
    ),
}
"""Every setting once, in the groups and the order in which they are listed."""

PERSONAL = frozenset(("certificate_responsible", "certificate_contact", "export_folder", "backup_folder"))
"""Settings that may hold a name or a phone, as a path may: the audit log has their keyed hash only."""


_SEPARATORS = re.compile(r"[,，、;；\r\n\t]")


def checked(name: str, value: object) -> Value:
    """A stored value as the field takes it. Raises DeskError `bad_setting` where it is none."""
    bounds = BOUNDS[name]
    least = 0 if bounds.or_never and value == 0 else bounds.least
    if bounds.kind in ("number", "switch") and _is_count(value, bounds.most, least):
        return value  # type: ignore[return-value]
    if bounds.kind == "choice" and str(value) in bounds.choices and not isinstance(value, bool):
        return int(str(value)) if isinstance(default(name), int) else str(value)
    if bounds.kind == "text" and isinstance(value, str) and len(value) <= bounds.most and value.isprintable():
        return value
    if bounds.kind in ("colour", "numbers") and isinstance(value, list | tuple):
        parts = tuple(value)
        if all(_is_count(one, bounds.most, bounds.least) for one in parts):
            if bounds.kind == "colour" and len(parts) == 3:
                return parts
            if bounds.kind == "numbers" and len(parts) <= 20 and list(parts) == sorted(set(parts)):
                return parts
    if bounds.kind == "texts" and isinstance(value, list | tuple) and bounds.least <= len(value) <= bounds.most:
        words = tuple(value)
        if all(_is_word(one) for one in words) and len(set(words)) == len(words):
            return words
    raise DeskError("bad_setting", key=name)


def _is_word(value: object) -> bool:
    """Whether this may be one word of a list: short, printable, spaced once, without what separates words."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_WORD or not value.isprintable():
        return False
    return value == " ".join(value.split()) and not _SEPARATORS.search(value)


def damaged(stored: dict[str, object]) -> tuple[str, ...]:
    """The settings of which something is stored that they cannot be, by name in their order."""
    return tuple(name for name in BOUNDS if name in stored and not _can_be(name, stored[name]))


def _can_be(name: str, value: object) -> bool:
    try:
        checked(name, value)
    except DeskError:
        return False
    return True


def frees(name: str, before: Value, after: Value) -> bool:
    """Whether this change lets somebody do alone what needed a second person."""
    return name.startswith("approve_") and bool(before) and not after


def default(name: str) -> Value:
    """What a setting is until it is changed."""
    value: Value = next(field.default for field in fields(Settings) if field.name == name)  # type: ignore[assignment]
    return value


def typed(name: str, text: str) -> Value:
    """What a person typed for a setting: numbers in digits, lists with commas or spaces between, a switch as 0 or 1;
    words with commas or 、 between, as they are spelled.

    Raises DeskError `bad_setting`.
    """
    from unicodedata import normalize

    kind = BOUNDS[name].kind
    plain = normalize("NFKC", text).strip()
    if kind == "text":
        return checked(name, text.strip())
    if kind == "choice":
        return checked(name, plain)
    if kind == "texts":
        words = (" ".join(part.split()) for part in _SEPARATORS.split(text))
        return checked(name, tuple(word for word in words if word))
    parts = plain.replace(",", " ").replace("、", " ").split()
    if not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in parts):
        raise DeskError("bad_setting", key=name)
    numbers = [int(part) for part in parts]
    if kind in ("number", "switch"):
        return checked(name, numbers[0] if len(numbers) == 1 else None)
    return checked(name, numbers)


def typed_form(name: str, value: Value) -> str:
    """A value as `typed` takes it back."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _is_count(value: object, highest: int, lowest: int = 0) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
