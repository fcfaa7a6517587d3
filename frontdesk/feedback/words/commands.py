"""Commands: searching comments, and the frequent terms of a period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.common.periods import Period
    from frontdesk.context import Context


@click.command("search", help=t("comments.help.search"))
@click.argument("text", default="", metavar="TEXT")
@click.option("--period", default="", metavar="2026-11", help=t("comments.help.period"))
@click.option("--level", "levels", type=click.IntRange(1, 5), multiple=True, help=t("comments.help.level"))
@click.option("--subject", default="", metavar="TEXT", help=t("comments.help.subject"))
@json_option
@pass_invocation
def search_command(
    invocation: Invocation, text: str, period: str, levels: tuple[int, ...], subject: str, as_json: bool
) -> None:
    """The comments of a period that hold a text."""
    from frontdesk.feedback.words import service

    context = open_desk(invocation, writing=False)
    named = _period(context, period)
    found = service.search(context, text, named.first, named.last, levels=frozenset(levels), subject=subject)
    answer = {
        "period": named.key,
        "count": found.count,
        "comments": [
            {
                "day": one.day,
                "subject_kind": one.subject_kind,
                "subject": one.subject,
                "label": one.label,
                "level": one.level,
                "comment": one.comment,
                "named": one.named,
            }
            for one in found.comments
        ],
    }
    lines = [
        t(
            "comments.line",
            day=one.day,
            level=t(f"feedback.level.{one.level}"),
            subject=one.label,
            comment=" ".join(one.comment.split()),
        )
        for one in found.comments
    ]
    emit(answer, as_json, [*lines, t("comments.found", count=found.count), t("comments.tomorrow")])


@click.command("words", help=t("comments.help.words"))
@click.option("--period", default="", metavar="2026-W46", help=t("comments.help.period"))
@click.option("--most", type=click.IntRange(1, 1000), default=40, help=t("comments.help.most"))
@json_option
@pass_invocation
def words_command(invocation: Invocation, period: str, most: int, as_json: bool) -> None:
    """The frequent terms of a period."""
    from frontdesk.feedback.words import service

    context = open_desk(invocation, writing=False)
    named = _period(context, period)
    found = service.terms(context, named, most=most)
    answer = {
        "period": named.key,
        "comments": found.comments,
        "minimum": found.minimum,
        "by_dictionary": found.by_dictionary,
        "terms": [{"word": one.word, "answers": one.answers} for one in found.terms],
    }
    lines = [t("comments.terms.line", word=one.word, answers=one.answers) for one in found.terms]
    of = "terms.of" if found.by_dictionary else "terms.plain"
    lines.append(t(f"comments.{of}", count=found.comments) if lines else t(found.why_none, minimum=found.minimum))
    emit(answer, as_json, lines)


def _period(context: Context, text: str) -> Period:
    from frontdesk.common.periods import month_of
    from frontdesk.feedback.words.service import read_period

    return read_period(text) if text else month_of(context.today())


WORDS_COMMANDS: tuple[click.Command, ...] = (search_command, words_command)
"""What this room adds to `rating`."""
