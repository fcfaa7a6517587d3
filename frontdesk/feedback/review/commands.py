"""Commands: rounds of reviews, their codes, an anonymous review, results."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_output import input_is_terminal
from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.feedback.review.rules import Figures, Marks
    from frontdesk.feedback.review.service import ListedRound, Results

DAYS = 14


@click.group("review", help=t("cli.command.review"))
def review_group() -> None:
    """Reviews of departments by the staff."""


@review_group.command("open", help=t("review.help.open"))
@click.argument("title")
@click.option(
    "--department", "departments", required=True, multiple=True, metavar="NAME", help=t("review.help.department")
)
@click.option("--codes", "number", type=int, required=True, help=t("review.help.codes_count"))
@click.option("--from", "first", default="", metavar="DAY", help=t("review.help.first"))
@click.option("--to", "last", default="", metavar="DAY", help=t("review.help.last"))
@json_option
@pass_invocation
def open_command(
    invocation: Invocation,
    title: str,
    departments: tuple[str, ...],
    number: int,
    first: str,
    last: str,
    as_json: bool,
) -> None:
    """Open a round."""
    from frontdesk.feedback.review import service
    from frontdesk.feedback.review.typed import read_day

    context = open_desk(invocation, writing=True)
    begins = read_day(first, context.today(), "first") if first else context.today()
    ends = read_day(last, context.today(), "last") if last else begins + timedelta(days=DAYS)
    made = service.open_round(context, title, departments, begins, ends, number)
    emit(round_json(made), as_json, [round_line(made)])


@review_group.command("list", help=t("review.help.list"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, as_json: bool) -> None:
    """The rounds, the latest first."""
    from frontdesk.feedback.review import service

    found = service.rounds(open_desk(invocation, writing=False))
    emit([round_json(one) for one in found], as_json, [round_line(one) for one in found] or [t("review.rounds.none")])


@review_group.command("codes", help=t("review.help.codes"))
@click.argument("number", type=int)
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("review.help.out_pdf"))
@click.option("--more", type=click.IntRange(min=1), default=None, help=t("review.help.more"))
@json_option
@pass_invocation
def codes_command(invocation: Invocation, number: int, out: Path, more: int | None, as_json: bool) -> None:
    """The codes of a round as slips."""
    from frontdesk.feedback.review.slips_paper import write_slips

    written, count = write_slips(open_desk(invocation, writing=True), number, out, more=more or 0)
    emit(written.as_json() | {"codes": count}, as_json, [t("review.codes.written", count=count, out=out)])


@review_group.command("enter", help=t("review.help.enter"))
@click.argument("marks", nargs=-1, required=True, metavar="DEPARTMENT=5/4...")
@click.option("--comment", "comments", multiple=True, metavar="DEPARTMENT=TEXT", help=t("review.help.comment"))
@json_option
@pass_invocation
def enter_command(invocation: Invocation, marks: tuple[str, ...], comments: tuple[str, ...], as_json: bool) -> None:
    """Review with a code. Whoever it is need not sign in, and the code never stands in a list of commands."""
    from frontdesk.feedback.review import service
    from frontdesk.feedback.review.typed import read_marks

    read = read_marks(marks, comments)
    context = open_desk(invocation, writing=False)
    if input_is_terminal():
        code: str = click.prompt(t("review.ask_code"), hide_input=True, err=True)
    else:
        code = sys.stdin.readline() if sys.stdin is not None else ""
    count = service.enter(context, code, read)
    emit({"departments": count}, as_json, [t("review.thanks", count=count)])


@review_group.command("results", help=t("review.help.results"))
@click.argument("number", type=int)
@json_option
@pass_invocation
def results_command(invocation: Invocation, number: int, as_json: bool) -> None:
    """What a closed round came to; the comments where a manager asks."""
    from frontdesk.feedback.review import service

    found = service.results(open_desk(invocation, writing=invocation.operator_no is not None), number)
    emit(results_json(found), as_json, _result_lines(found))


@review_group.command("close", help=t("review.help.close"))
@click.argument("number", type=int)
@json_option
@pass_invocation
def close_command(invocation: Invocation, number: int, as_json: bool) -> None:
    """Close a round."""
    from frontdesk.feedback.review import service

    context = open_desk(invocation, writing=True)
    emit(round_json(service.close_round(context, number)), as_json, [t("review.ended", no=number)])


@review_group.command("export", help=t("review.help.export"))
@click.argument("number", type=int)
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("review.help.out"))
@click.option("--comments", is_flag=True, help=t("review.help.with_comments"))
@json_option
@pass_invocation
def export_command(invocation: Invocation, number: int, out: Path, comments: bool, as_json: bool) -> None:
    """Write the results of a closed round."""
    from frontdesk.feedback.review.exporting import export_results

    written = export_results(open_desk(invocation, writing=comments), number, out, comments=comments)
    emit(written.as_json() | {"comments": comments}, as_json, [t("review.export.done", out=out)])


def round_json(one: ListedRound) -> dict[str, object]:
    """A round as scripts get it."""
    said = one.round
    return {
        "round": said.no,
        "title": said.title,
        "from": said.first_day,
        "to": said.last_day,
        "state": said.state,
        "departments": list(one.departments),
        "codes": said.codes,
        "used": one.used,
    }


def round_line(one: ListedRound) -> str:
    """A round in a line."""
    said = one.round
    return t(
        "review.round_line",
        no=said.no,
        title=said.title,
        first=said.first_day,
        last=said.last_day,
        state=t(f"review.state.{said.state}"),
        used=one.used,
        codes=said.codes,
        departments="、".join(one.departments),
    )


def results_json(found: Results) -> dict[str, object]:
    """What may be shown of a round, as scripts get it; null for what stays hidden."""
    summary = found.summary
    return {
        **round_json(found.listed),
        "minimum": found.minimum,
        "results": {name: _figures_json(one) for name, one in summary.departments.items()},
        "together": _figures_json(summary.together),
        "comments": {name: list(words) for name, words in summary.comments.items()},
    }


def _figures_json(one: Figures | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {"count": one.count, "response": _marks_json(one.response), "handling": _marks_json(one.handling)}


def _marks_json(marks: Marks) -> dict[str, object]:
    return {
        "mean": round(marks.mean, 6) if marks.count else None,
        "good": marks.good,
        "interval95": [round(bound, 6) for bound in marks.interval] if marks.count else None,
        "by_level": {str(level): marks.by_level.get(level, 0) for level in (5, 4, 3, 2, 1)},
    }


def _result_lines(found: Results) -> list[str]:
    summary = found.summary
    lines = [_result_line(name, one) for name, one in summary.departments.items()]
    lines.append(_result_line(t("review.together"), summary.together))
    if summary.hidden:
        lines.append(t("review.hidden", count=summary.hidden, minimum=found.minimum))
    return [
        *lines,
        *(
            t("review.comment_line", name=name, comment=words)
            for name, said in summary.comments.items()
            for words in said
        ),
    ]


def _result_line(name: str, one: Figures | None) -> str:
    from frontdesk.feedback.review.words import good_words, mean_words

    if one is None:
        return t("review.hidden_line", name=name)
    return t(
        "review.result_line",
        name=name,
        count=one.count,
        response=mean_words(one.response),
        response_good=good_words(one.response),
        handling=mean_words(one.handling),
        handling_good=good_words(one.handling),
    )
