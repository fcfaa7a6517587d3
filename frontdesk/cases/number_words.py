"""Numbers of cases, duties and meetings in words, for the terminal, the first screen and the papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from frontdesk.common.money import yuan_words
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.calendar_duties import DutyLine, Meeting, StreakLine, Vacancy
    from frontdesk.cases.numbers import Figure


def figure_words(one: Figure) -> str:
    """A number: money in yuan, a split in one line."""
    if isinstance(one.value, Mapping):
        joint = t("case_numbers.joint")
        said = (
            t("case_numbers.split", name=one.choice(key) or t("case_numbers.none"), count=_count(one, many))
            for key, many in one.value.items()
        )
        return joint.join(said) or "0"
    return _count(one, one.value)


def _count(one: Figure, many: int) -> str:
    return yuan_words(many) if one.is_money else str(many)


def figure_lines(figures: list[Figure]) -> list[str]:
    """Numbers under the names of their mechanisms."""
    lines: list[str] = []
    before = ""
    for one in figures:
        if one.definition.code != before:
            lines.append(str(one.definition.name))
            before = one.definition.code
            if one.brought:
                lines.append(t("case_numbers.brought_line", words=brought_words(one.brought)))
        lines.append(t("case_numbers.figure", name=one.feed.name, value=figure_words(one)))
    return lines


def brought_words(count: int) -> str:
    """How many records of a mechanism came in from a sheet, and that its numbers leave them out."""
    return t("case_numbers.brought", count=count)


def duty_words(one: DutyLine) -> str:
    """A duty and how it stands, in one line."""
    if not one.is_asked and one.decision is not None:
        return t("case_numbers.duty_dropped", name=one.definition.name, of=one.of.name, reason=one.decision.reason)
    if not one.is_asked:
        return t("case_numbers.duty_unasked", name=one.definition.name, of=one.of.name)
    if one.pace == "waived" and one.waiver is not None:
        return t("case_numbers.duty_waived", name=one.definition.name, label=one.label, reason=one.waiver.reason)
    return t(
        "case_numbers.duty",
        name=one.definition.name,
        label=one.label,
        done=len(one.done),
        least=one.least,
        last=one.last.isoformat(),
        pace=t(f"case_numbers.pace.{one.pace}"),
    )


def waited_words(one: DutyLine) -> str:
    """How a duty stands in a word or two."""
    return t(f"case_numbers.pace.{one.pace}" if one.is_asked else "case_numbers.not_asked")


def duty_lines(one: DutyLine) -> list[str]:
    """A duty, and the records by which it was done."""
    done = (
        t("case_numbers.duty_by", day=day.isoformat(), number=row.number, title=row.title).rstrip()
        for day, row in one.done
    )
    return [duty_words(one), *done]


def meeting_words(one: Meeting) -> str:
    """A meeting, and what is to be done for it."""
    kind = "meeting_late" if one.is_late else "meeting" if one.prepare else "meeting_ready"
    return t(
        f"case_numbers.{kind}",
        day=f"{one.day:%m-%d}",
        name=one.definition.name,
        number=one.row.number,
        title=one.row.title,
        steps=t("case_numbers.joint").join(one.prepare),
    )


def vacancy_words(one: Vacancy) -> str:
    """The posts that nobody holds."""
    return t("case_numbers.vacant", name=one.definition.name, posts=t("case_numbers.joint").join(one.posts))


def streak_words(one: StreakLine) -> str:
    """Results in a row, and what they lead to."""
    said = {"by": one.run.by, "length": one.run.length, "last": one.run.last}
    streak = one.definition.streak
    if one.run.has_consequence and streak is not None:
        return t("case_numbers.streak_led", words=streak.consequence, **said)
    return t("case_numbers.streak", name=one.definition.name, **said)
