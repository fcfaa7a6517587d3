"""The brief as a paper: sections with their lines, in the language in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports.brief.service import Brief, ByLevel
from frontdesk.reports.documents import Block, Document
from frontdesk.reports.letters.prefilling import (
    activities_words,
    day_words,
    demands_words,
    duty_words,
    people,
    ratings_words,
    volunteers_words,
)
from frontdesk.reports.rules import WITHOUT_LEVELS


def document(context: Context, made: Brief) -> Document:
    """The brief as a paper that can be written in any format."""
    day = context.today()
    facts = made.facts
    head = (
        (t("letters.paper.centre"), facts.centre),
        (
            t("letters.paper.period"),
            f"{made.period.label}  {day_words(made.period.first)} - {day_words(made.period.last)}",
        ),
        (t("letters.paper.date"), t("letters.paper.date_words", year=day.year, month=day.month, day=day.day)),
    )
    return Document(t("brief.heading", centre=facts.centre), head, tuple(blocks(made)))


def made_at(context: Context) -> datetime:
    """The instant that a file of the brief says it is of: the same brief on one day is the same file."""
    return context.local(context.midnight(context.today()))


def blocks(made: Brief) -> Iterator[Block]:
    """What the brief says, section by section."""
    facts = made.facts
    if facts.is_running:
        yield Block(t("letters.text.running"))
    yield Block(t("brief.section.state"), "heading")
    for words in (activities_words(facts), volunteers_words(facts), duty_words(facts)):
        if words:
            yield Block(words)
    yield Block(t("brief.section.follow_ups"), "heading")
    yield from _follow_ups(made)
    yield Block(t("brief.section.said"), "heading")
    yield Block(ratings_words(facts))
    yield from _comments(made)
    yield Block(t("brief.section.demands"), "heading")
    yield Block(demands_words(facts))
    if made.demands_waiting:
        waiting = people(made.demands_waiting, facts.minimum, "demands")
        yield Block(t("brief.demands_waiting", demands=waiting))
    yield Block(t("brief.section.mechanisms"), "heading")
    yield from _mechanisms(made)
    yield Block(t("brief.section.decisions"), "heading")
    if not made.decisions:
        yield Block(t("brief.no_decisions"))
    for one in made.decisions:
        yield Block(t(f"brief.decision.{one.code}", count=one.many), "item")
    yield Block(t("brief.section.covers"), "heading")
    yield Block(t("brief.covers", minimum=facts.minimum))


def _mechanisms(made: Brief) -> Iterator[Block]:
    """How many records of which mechanism, the overdue ones, the duties, the meetings."""
    found = made.mechanisms
    if not found.counted and not found.duties and not found.meetings:
        yield Block(t("brief.no_mechanisms"))
    for name, (opened, ended, overdue) in found.counted.items():
        yield Block(t("brief.mechanism", name=name, opened=opened, ended=ended, overdue=overdue), "item")
    if found.overdue:
        yield Block(t("brief.overdue"))
    for one in found.overdue:
        yield Block(t("brief.overdue_one", **one._asdict()), "item")
    if (left_out := found.overdue_in_all - len(found.overdue)) > 0:
        yield Block(t("brief.overdue_left", count=left_out))
    if found.duties:
        yield Block(t("brief.duties"))
    for duty in found.duties:
        yield Block(duty, "item")
    if found.meetings:
        yield Block(t("brief.meetings"))
    for meeting in found.meetings:
        yield Block(meeting, "item")


def _follow_ups(made: Brief) -> Iterator[Block]:
    minimum = made.facts.minimum
    for name, one in (("opened", made.opened), ("ended", made.ended), ("overdue", made.overdue)):
        if one.total is None and made.period.kind in WITHOUT_LEVELS:
            yield Block(t("brief.not_by_half_month", name=t(f"brief.follow_ups.{name}")))
        elif one.total is None:
            yield Block(t("brief.hidden", name=t(f"brief.follow_ups.{name}"), minimum=minimum))
        else:
            yield Block(t("brief.counted", name=t(f"brief.follow_ups.{name}"), count=one.total, levels=_levels(one)))


def _levels(one: ByLevel) -> str:
    told = [
        t("brief.level", level=t(f"feedback.level.{level}"), count=count)
        for level, count in sorted(one.levels.items())
        if count
    ]
    return t("brief.levels", levels=t("letters.text.comma").join(told)) if told else ""


def _comments(made: Brief) -> Iterator[Block]:
    if made.period.kind in WITHOUT_LEVELS:
        return
    if not made.comments:
        yield Block(t("brief.no_comments", minimum=made.facts.minimum))
        return
    yield Block(t("brief.comments"))
    for one in made.comments:
        subject = one.subject or t("brief.others")
        yield Block(
            t("brief.comment", subject=subject, level=t(f"feedback.level.{one.level}"), words=one.comment), "item"
        )
    if made.comments_left_out:
        yield Block(t("brief.comments_left", count=made.comments_left_out))
