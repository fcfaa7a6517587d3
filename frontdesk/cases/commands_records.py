"""The commands of `case` that work with records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cases.errors import CaseError
from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t, words_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from db.cases import CaseRow
    from frontdesk.cases.handing import Handed
    from frontdesk.cases.whole import CaseView
    from frontdesk.context import Context

_number = click.argument("number")
_set = click.option("--set", "said", multiple=True, metavar="FIELD=VALUE", help=t("cases.help.set"))


@click.command("list", help=t("cases.help.list"))
@click.option("--definition", default="", help=t("cases.help.definition"))
@click.option("--mine", default="", metavar="STAFF", help=t("cases.help.mine"))
@click.option("--all", "every", is_flag=True, help=t("cases.help.all"))
@click.option("--new", "is_new", is_flag=True, help=t("cases.help.new"))
@click.option("--limit", default=500, type=click.IntRange(1, 100_000), help=t("cases.help.limit"))
@json_option
@pass_invocation
def list_command(
    invocation: Invocation, definition: str, mine: str, every: bool, is_new: bool, limit: int, as_json: bool
) -> None:
    """What is open, what is due first first; or a whole register; or what nobody has opened whom it was handed to."""
    from frontdesk.cases import service

    context = open_desk(invocation, writing=False)
    if every and not definition:
        raise click.UsageError(t("cases.all_of_one"))
    if every and is_new:
        raise click.UsageError(t("cases.new_is_open"))
    if is_new:
        new = service.handed_list(context, limit, definition=definition, responsible=mine)
        _emit_rows(context, [one.row for one in new], as_json, {one.row.id: one for one in new})
        return
    if every:
        found = service.register(context, definition, limit)
    else:
        found = service.work_list(context, limit, definition=definition, responsible=mine)
    _emit_rows(context, found, as_json)


@click.command("find", help=t("cases.help.find"))
@click.argument("text")
@json_option
@pass_invocation
def find_command(invocation: Invocation, text: str, as_json: bool) -> None:
    """By number, name or the tail of a phone."""
    from frontdesk.cases import service

    context = open_desk(invocation, writing=False)
    _emit_rows(context, service.find(context, text), as_json)


@click.command("open", help=t("cases.help.open"))
@click.argument("definition")
@_set
@click.option("--for", "linked", default="", metavar="NUMBER", help=t("cases.help.linked"))
@json_option
@pass_invocation
def open_command(invocation: Invocation, definition: str, said: tuple[str, ...], linked: str, as_json: bool) -> None:
    """A new record."""
    from frontdesk.cases import service

    context = open_desk(invocation, writing=True)
    other = service.target_of(context, linked) if linked else None
    _emit_view(
        context,
        service.open_case(context, definition, by_code(context, definition, typed_pairs(said)), linked_to=other),
        as_json,
    )
    if not as_json:
        _say_who_checks(context, definition)


def _say_who_checks(context: Context, definition: str) -> None:
    """Where a step wants another person and there is none, or who that can be."""
    from frontdesk.cases import service
    from frontdesk.cases.filling import checks_of
    from frontdesk.cases.formwords import checks_words

    checks = checks_of(context, service.definitions(context)[definition], context.require_operator().no)
    for words in checks_words(checks) if checks is not None else ():
        click.echo(words)


@click.command("show", help=t("cases.help.show"))
@_number
@click.option("--clear", is_flag=True, help=t("cases.help.clear"))
@json_option
@pass_invocation
def show_command(invocation: Invocation, number: str, clear: bool, as_json: bool) -> None:
    """One record whole, with its log and what can be done; that people were shown in clear is logged."""
    from frontdesk.cases import filling, service

    context = open_desk(invocation, writing=True)
    shown = filling.reveal if clear else service.view
    seen = shown(context, id_of(context, number))
    service.note_seen(context, seen.row.id)
    _emit_view(context, seen, as_json, masked=not clear)


@click.command("step", help=t("cases.help.step"))
@_number
@click.argument("step")
@_set
@click.option("--reason", default="", help=t("cases.help.reason"))
@json_option
@pass_invocation
def step_command(
    invocation: Invocation, number: str, step: str, said: tuple[str, ...], reason: str, as_json: bool
) -> None:
    """A step of a record."""
    from frontdesk.cases import service

    context = open_desk(invocation, writing=True)
    row = row_of(context, number)
    typed = by_code(context, row.definition, typed_pairs(said))
    _emit_view(context, service.take_step(context, row.id, step, typed, reason), as_json)


@click.command("correct", help=t("cases.help.correct"))
@_number
@_set
@click.option("--reason", required=True, help=t("cases.help.reason"))
@json_option
@pass_invocation
def correct_command(invocation: Invocation, number: str, said: tuple[str, ...], reason: str, as_json: bool) -> None:
    """What was written down wrongly."""
    from frontdesk.cases import service

    context = open_desk(invocation, writing=True)
    row = row_of(context, number)
    typed = by_code(context, row.definition, typed_pairs(said))
    _emit_view(context, service.correct(context, row.id, typed, reason), as_json)


@click.command("note", help=t("cases.help.note"))
@_number
@click.argument("words")
@json_option
@pass_invocation
def note_command(invocation: Invocation, number: str, words: str, as_json: bool) -> None:
    """Words for the log."""
    from frontdesk.cases import service

    context = open_desk(invocation, writing=True)
    _emit_view(context, service.add_note(context, id_of(context, number), words), as_json)


@click.command("link", help=t("case_links.help.link"))
@_number
@click.argument("to")
@json_option
@pass_invocation
def link_command(invocation: Invocation, number: str, to: str, as_json: bool) -> None:
    """A record belongs to something."""
    from frontdesk.cases import service

    context = open_desk(invocation, writing=True)
    _emit_view(context, service.link(context, id_of(context, number), service.target_of(context, to)), as_json)


@click.command("unlink", help=t("case_links.help.unlink"))
@_number
@click.argument("to")
@click.option("--reason", required=True, help=t("cases.help.reason"))
@json_option
@pass_invocation
def unlink_command(invocation: Invocation, number: str, to: str, reason: str, as_json: bool) -> None:
    """A record belongs to something no more."""
    from frontdesk.cases import service

    context = open_desk(invocation, writing=True)
    target = service.target_of(context, to)
    _emit_view(context, service.unlink(context, id_of(context, number), target, reason), as_json)


@click.command("bulk", help=t("case_desk.help.bulk"))
@click.argument("step")
@click.argument("numbers", nargs=-1, required=True)
@_set
@click.option("--reason", default="", help=t("cases.help.reason"))
@json_option
@click.pass_context
@pass_invocation
def bulk_command(
    invocation: Invocation,
    ctx: click.Context,
    step: str,
    numbers: tuple[str, ...],
    said: tuple[str, ...],
    reason: str,
    as_json: bool,
) -> None:
    """One step for all of these; those that refuse it are named, and the exit code then is 1."""
    from frontdesk.cases.bulk import take_steps

    context = open_desk(invocation, writing=True)
    rows = [row_of(context, number) for number in numbers]
    typed = by_code(context, rows[0].definition, typed_pairs(said))
    bulk = take_steps(context, [one.id for one in rows], step, typed, reason)
    lines = [t("case_desk.bulk.done", count=len(bulk.done), numbers=" ".join(one.number for one in bulk.done))]
    lines += [t("case_desk.bulk.refused", number=row.number, words=words) for row, words in bulk.refused]
    refused = [{"number": row.number, "words": words} for row, words in bulk.refused]
    emit({"done": [one.number for one in bulk.done], "refused": refused}, as_json, lines)
    if refused:
        ctx.exit(1)


@click.command("loop", help=t("case_links.help.loop"))
@click.argument("what")
@json_option
@pass_invocation
def loop_command(invocation: Invocation, what: str, as_json: bool) -> None:
    """From what was asked for to how it was rated."""
    from frontdesk.cases import service
    from frontdesk.cases.loop import loop_json

    context = open_desk(invocation, writing=False)
    found = service.loop_of(context, service.target_of(context, what))
    emit(loop_json(found), as_json, service.loop_lines(context, found))


@click.command("from", help=t("case_links.help.from"))
@click.argument("what")
@click.argument("definition")
@_set
@json_option
@pass_invocation
def from_command(invocation: Invocation, what: str, definition: str, said: tuple[str, ...], as_json: bool) -> None:
    """A new record from something, with its words already in it."""
    from frontdesk.cases import service

    context = open_desk(invocation, writing=True)
    target = service.target_of(context, what)
    typed = by_code(context, definition, typed_pairs(said))
    _emit_view(context, service.open_from(context, target, definition, typed), as_json)


COMMANDS = (
    list_command,
    find_command,
    open_command,
    show_command,
    step_command,
    bulk_command,
    correct_command,
    note_command,
    link_command,
    unlink_command,
    loop_command,
    from_command,
)


def typed_pairs(said: Iterable[str]) -> dict[str, Any]:
    """FIELD=VALUE, as a person types them; a value that begins with [ is a list in JSON, an empty one empties it."""
    typed: dict[str, Any] = {}
    for one in said:
        code, equals, value = one.partition("=")
        if not equals:
            raise click.UsageError(t("cases.no_pair", text=one))
        typed[code] = value
        if value.startswith("["):
            try:
                typed[code] = json.loads(value)
            except (ValueError, RecursionError) as wrong:
                raise click.UsageError(t("cases.no_list", field=code)) from wrong
    return typed


def by_code(context: Context, definition: str, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed under the codes of its fields: a field may be typed by its name in either language as well. What
    is no field stays as it is, and so does everything of a definition that there is not.
    """
    from frontdesk.cases import service

    known = service.definitions(context).get(definition)
    fields = known.fields if known is not None else ()
    named = [(name, one.code) for one in fields for name in {one.name.zh_CN, one.name.en} if name]
    names = [name for name, _ in named]
    # A name that two fields have says nothing.
    codes = {name: code for name, code in named if names.count(name) == 1} | {one.code: one.code for one in fields}
    return {codes.get(field, field): value for field, value in typed.items()}


def id_of(context: Context, number: str) -> int:
    """The number of the row of the record with this number. Raises CaseError `unknown_number`."""
    return row_of(context, number).id


def row_of(context: Context, number: str) -> CaseRow:
    """The record with a number. Raises CaseError `unknown_number`."""
    from frontdesk.cases import service

    found = [one for one in service.find(context, number) if one.number == number.upper()]
    if len(found) != 1:
        raise CaseError("unknown_number", number=number)
    return found[0]


def _emit_rows(
    context: Context, rows: list[CaseRow], as_json: bool, handed: Mapping[int, Handed] | None = None
) -> None:
    """Records, and of those that were `handed` on by whom and when."""
    from frontdesk.cases import service
    from frontdesk.cases.words import edition_words, row_json, row_line

    for wrong in service.broken_definitions(context):
        progress(words_for(wrong))
    for changed in service.changed_definitions(context):
        progress(edition_words(changed))
    known = service.definitions(context)
    said = [row_json(one) for one in rows]
    lines = [row_line(known.get(one.definition), one) for one in rows]
    for place, one in enumerate(rows):
        new = handed.get(one.id) if handed is not None else None
        if new is None:
            continue
        said[place] |= {"handed_by": new.by, "handed_on": new.day}
        lines[place] += f"  {t('cases.handed', name=new.by_name, day=new.day)}"
    emit(said, as_json, lines or [t("cases.none")])


def _emit_view(context: Context, view: CaseView, as_json: bool, *, masked: bool = True) -> None:
    from frontdesk.cases.words import json_of, view_lines

    moments = [f"{context.local(one.at):%Y-%m-%d %H:%M}" for one in view.log]
    emit(json_of(view, masked=masked), as_json, view_lines(view, moments, masked=masked))
