"""Duty."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.unknown_staff": "There is no staff number {no}. Check it.",
    "day": "{weekday} {month}-{day}",
    "violation.vacant_acting": "{post}, {shift}, {day}: nobody acts (gap).",
    "violation.vacant_standby": "{post}, {shift}, {day}: nobody stands by; if the acting person is absent the post is empty.",
    "violation.unqualified": "{name} is neither A nor B of {post}, nor trained for it, and cannot stand there.",
    "violation.lapsed": "A certificate that {name} needs for {post} ends on {until}; on {day} it is no longer valid.",
    "violation.away": "{name} is away on {day} (leave or absence {first} to {last}).",
    "violation.weekday": "{name}'s contract does not include {day}.",
    "violation.too_early": "{starts} is too early: {name} begins at {earliest} at the earliest.",
    "violation.too_late": "{ends} is too late: {name} ends at {latest} at the latest.",
    "violation.both_roles": "{name} both acts and stands by at {post} on {day}; these must be two people.",
    "violation.acts_twice": "{name} acts at {posts} at the same time on {day}, {starts} to {ends}; only one post at a time.",
    "violation.three_posts": "{name} would have {posts} on {day}, {starts} to {ends}; two posts at once are the most.",
    "violation.double_duty": "{name} does both jobs on {day}, {starts} to {ends}: {posts}.",
    "violation.backs_twice": "{name} stands by for {posts} at the same time on {day}, {starts} to {ends}; only one at a time.",
    "violation.cover_not_shared": "The standby of {post} must be free, and {name} acts at {other} on {day}.",
    "violation.overlap": "{name}'s duty of {day} lasts until {ends} and overlaps the one that begins on {next_day} at {starts}.",
    "violation.two_shifts": "{name} has two shifts on {day}: {shifts}; one a day is allowed.",
    "violation.rest": "{name} ends on {day} at {ends} and begins on {next_day} at {starts}: only {hours} h between (at least {minimum} h).",
    "violation.sequence": "{name} has {shift} on {day}, which {next_shift} must not follow on the next day.",
    "violation.max_run": "{name} has duty on {days} days in a row, {first} to {last} (at most {maximum}).",
    "violation.min_run": "{name} has duty on only {days} days in a row, {first} to {last} (at least {minimum}).",
    "violation.min_days_off": "{name} has only {days} days off between {first} and {last} (at least {minimum}).",
    "violation.weekly_hours": "{name} has {hours} h in the week of {week} (at most {maximum} h; standing by counts alike).",
    "violation.monthly_hours": "{name} has {hours} h in {month} (at most {maximum} h; standing by counts alike).",
    "violation.max_weekends": "{name} has duty on {count} weekends in {month} (at most {maximum}).",
    "violation.ab_both_away": "A and B of {post} are all away on {day}: {names}.",
}
