"""The words that a letter begins with: what the period holds for its kind, and places left for whoever writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from db.info_reports import LetterKind
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports.letters.facts import Facts, gather, rate_of
from frontdesk.reports.letters.rules import LONGEST_TITLE
from frontdesk.reports.letters.service import Begun
from frontdesk.reports.rules import WITHOUT_LEVELS
from frontdesk.reports.words import hours_words

MOST_HELD = 10


def prefilled(context: Context, period: Period, kind: LetterKind) -> Begun:
    """Title and text of a new letter about a period. It reads much: not for a screen that waits."""
    return compose(gather(context, period), kind)


def compose(facts: Facts, kind: LetterKind) -> Begun:
    """Title and text of a letter about these facts, in the language in force."""
    period = facts.period
    title = t("letters.text.title", centre=facts.centre, period=period.label, kind=t(f"letters.kind.{kind}"))
    if len(title) > LONGEST_TITLE:
        title = t("letters.text.short_title", period=period.label, kind=t(f"letters.kind.{kind}"))[:LONGEST_TITLE]
    opening = t(
        "letters.text.opening",
        period=period.label,
        first=day_words(period.first),
        last=day_words(period.last),
        centre=facts.centre,
    )
    parts = [opening, *_PARTS[kind](facts)]
    if facts.is_running:
        parts.append(t("letters.text.running"))
    return Begun(title, "\n".join(parts))


def day_words(day: date) -> str:
    """A day as a letter writes it: 11月9日, 11-09."""
    return t("letters.text.day", month=day.month, day=day.day)


def people(count: int, minimum: int, unit: str) -> str:
    """A number of people or of what people said as it may be told: a small one is not. `unit` names its words."""
    if 0 < count < minimum:
        return t(f"letters.text.few.{unit}", minimum=minimum)
    return t(f"letters.text.many.{unit}", count=count)


def categories(counts: dict[str, int]) -> str:
    """The keys of a split with something in them, the largest first."""
    found = sorted((key for key, count in counts.items() if key and count), key=lambda key: (-counts[key], key))
    return t("letters.text.comma").join(found)


def numbered(parts: Iterable[tuple[str, str]]) -> list[str]:
    """Sections with their number: what each is about, and what is said; those where nothing is said are left out."""
    said = [(name, words) for name, words in parts if words]
    return [
        t(
            "letters.text.section",
            number=t(f"letters.text.number.{place}"),
            name=t(f"letters.text.part.{name}"),
            words=words,
        )
        for place, (name, words) in enumerate(said, 1)
    ]


def activities_words(facts: Facts) -> str:
    """How many sessions were held, for how many people, of which categories."""
    held = facts.number("sessions_held")
    if not held:
        return t("letters.text.no_sessions")
    least = facts.minimum
    words = t(
        "letters.text.sessions",
        held=held,
        person_times=people(facts.number("person_times"), least, "person_times"),
        persons=people(facts.number("persons"), least, "persons"),
    )
    found = categories(facts.split("sessions_by_category"))
    return words + (t("letters.text.categories", categories=found) if found else "")


def volunteers_words(facts: Facts) -> str:
    """Who served, and for how long where that tells of nobody by himself."""
    count, least = facts.number("volunteers_served"), facts.minimum
    if not count:
        return ""
    said = people(count, least, "volunteers").lstrip()
    if count < least:
        return t("letters.text.volunteers", volunteers=said)
    hours = hours_words(facts.number("volunteer_seconds"))
    return t("letters.text.volunteers_hours", volunteers=said, hours=hours)


def ratings_words(facts: Facts) -> str:
    """What residents said in numbers, always both parts of the rate; that it is not told where too few answered."""
    rated = facts.rated
    if facts.period.kind in WITHOUT_LEVELS:
        return t("letters.text.ratings_not_by_half_month")
    if rated is None:
        return t("letters.text.ratings_hidden", minimum=facts.minimum)
    words = t("letters.text.ratings", n=rated.n, k=rated.k, rate=rate_of(rated))
    if rated.change:
        words += t(f"letters.text.change.{rated.change}")
    if facts.terms:
        words += t("letters.text.terms", terms=t("letters.text.comma").join(facts.terms))
    return words


def demands_words(facts: Facts) -> str:
    """What residents asked for, by category, and what came of it."""
    count = facts.number("demands_new")
    if not count:
        return t("letters.text.no_demands")
    words = t("letters.text.demands", demands=people(count, facts.minimum, "demands"))
    found = categories(facts.split("demands_by_category"))
    words += t("letters.text.categories", categories=found) if found else ""
    delivered = facts.number("demands_delivered")
    return words + (
        t("letters.text.delivered", demands=people(delivered, facts.minimum, "demands")) if delivered else ""
    )


def _rooms_words(facts: Facts) -> str:
    uses = facts.number("room_uses")
    return t("letters.text.rooms", uses=uses, bookings=facts.number("bookings_made")) if uses else ""


def duty_words(facts: Facts) -> str:
    """How many duty slots there were and how many of them nobody filled; "" without a roster."""
    slots = facts.number("duty_slots")
    return t("letters.text.duty", slots=slots, gaps=facts.number("duty_gaps")) if slots else ""


def _sign_ups_words(facts: Facts) -> str:
    count, least = facts.number("sign_ups"), facts.minimum
    if not count:
        return ""
    words = t("letters.text.sign_ups", sign_ups=people(count, least, "parties"))
    channels = [
        t("letters.text.channel", channel=t(f"indicators.channel.{channel}"), count=many)
        for channel, many in facts.split("sign_ups_by_channel").items()
        if many >= least
    ]
    return words + (t("letters.text.channels", channels=t("letters.text.comma").join(channels)) if channels else "")


def _mechanisms_words(facts: Facts) -> str:
    """How many records of which mechanism were opened and ended; "" without any."""
    said = [
        t("letters.text.mechanism", name=name, opened=opened, ended=ended)
        for name, (opened, ended) in facts.records.items()
    ]
    return t("letters.text.comma").join(said) + t("letters.text.stop") if said else ""


def _construction(facts: Facts) -> list[str]:
    return [
        *numbered(
            (
                ("activities", activities_words(facts)),
                ("volunteers", volunteers_words(facts)),
                ("rooms", _rooms_words(facts)),
                ("duty", duty_words(facts)),
                ("ratings", ratings_words(facts)),
                ("demands", demands_words(facts)),
                ("mechanisms", _mechanisms_words(facts)),
            )
        ),
        t("letters.text.add.next"),
    ]


def _activity_news(facts: Facts) -> list[str]:
    held = sorted(facts.held, key=lambda one: (-(one.person_times or 0), one.day, one.name))[:MOST_HELD]
    lines = [activities_words(facts)]
    for one in sorted(held, key=lambda one: (one.day, one.name)):
        words = t("letters.text.held", day=day_words(one.day), name=one.name)
        if one.person_times:
            words += t("letters.text.came", person_times=people(one.person_times, facts.minimum, "person_times"))
        lines.append(words + t("letters.text.stop"))
    return [*lines, t("letters.text.add.scene")]


def _platform(facts: Facts) -> list[str]:
    return [
        *numbered(
            (
                ("sign_ups", _sign_ups_words(facts)),
                ("rooms", _rooms_words(facts)),
                ("duty", duty_words(facts)),
                ("ratings", ratings_words(facts)),
            )
        ),
        t("letters.text.add.platform"),
    ]


def _experience(facts: Facts) -> list[str]:
    lines = [demands_words(facts)]
    if facts.led_to:
        names = t("letters.text.comma").join(t("letters.text.quoted", name=one) for one in facts.led_to)
        lines.append(t("letters.text.led_to", names=names))
    return [*lines, ratings_words(facts), t("letters.text.add.experience")]


def _highlight(facts: Facts) -> list[str]:
    lines = [activities_words(facts)]
    best = max(facts.held, key=lambda one: (one.person_times or 0, one.day, one.name), default=None)
    if best is not None and (best.person_times or 0) >= facts.minimum:
        lines.append(
            t(
                "letters.text.most",
                day=day_words(best.day),
                name=best.name,
                person_times=people(best.person_times or 0, facts.minimum, "person_times").lstrip(),
            )
        )
    new = facts.number("first_time_persons")
    if new:
        lines.append(t("letters.text.first_time", persons=people(new, facts.minimum, "persons")))
    volunteers = volunteers_words(facts)
    return [*lines, *([volunteers] if volunteers else []), ratings_words(facts), t("letters.text.add.highlight")]


_PARTS: dict[LetterKind, Callable[[Facts], list[str]]] = {
    "construction": _construction,
    "activity_news": _activity_news,
    "platform": _platform,
    "typical_experience": _experience,
    "highlight": _highlight,
}
