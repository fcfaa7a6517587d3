"""What the features' commands share: the invocation, opening the centre, printing, asking."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from frontdesk.cli_output import input_is_terminal, json_line
from frontdesk.errors import DeskError
from frontdesk.invocation import Invocation
from frontdesk.locale import t

__all__ = [
    "F",
    "FilledPath",
    "Invocation",
    "approval_option",
    "clear_options",
    "emit",
    "emit_import",
    "json_option",
    "open_desk",
    "out_option",
    "pass_invocation",
    "progress",
]

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from frontdesk.access.service import Approver
    from frontdesk.context import Context
    from frontdesk.sheets.outcome import ImportOutcome

F = TypeVar("F", bound="Callable[..., object]")


pass_invocation = click.make_pass_decorator(Invocation)


class FilledPath(click.Path):
    """A path that is not empty: an empty one would mean the folder in which the program runs."""

    def __init__(self, *, dir_okay: bool = True) -> None:
        super().__init__(path_type=Path, dir_okay=dir_okay)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; wrong usage where there is none."""
        if value == "":
            self.fail(t("cli.empty_path"), param, ctx)
        return super().convert(value, param, ctx)


class _Unnamed(click.Argument):
    """The file that some commands took without an option before `--out` was the one way; kept out of the help."""

    def get_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Nothing."""
        return []


class _Out(click.Option):
    """`--out`, which takes what was given without it."""

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> tuple[Any, Any]:
        """The file; wrong usage where both ways name one."""
        value, source = super().consume_value(ctx, opts)
        unnamed = ctx.meta.pop(_UNNAMED, None)
        if unnamed is None:
            return value, source
        if source is ParameterSource.COMMANDLINE:
            raise click.UsageError(t("cli.out_twice"), ctx)
        return str(unnamed), ParameterSource.COMMANDLINE


_UNNAMED = "frontdesk.unnamed_out"


def out_option(words: str) -> Callable[[F], F]:
    """`--out FILE`, as every command that writes one file takes it, explained in `words`; for those commands that took
    the bare file before, which is still understood as their last argument.
    """

    def keep(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
        if value is not None:
            ctx.meta[_UNNAMED] = value

    def decorate(function: F) -> F:
        path = FilledPath(dir_okay=False)
        # Eager, so that it is known before the option is asked for its value.
        how: dict[str, Any] = {"required": False, "is_eager": True, "expose_value": False, "callback": keep}
        function = click.argument("file", cls=_Unnamed, type=path, **how)(function)
        return click.option("--out", cls=_Out, type=path, required=True, help=words)(function)

    return decorate


def json_option(function: F) -> F:
    """The option `--json` of every command that prints something to read."""
    return click.option("--json", "as_json", is_flag=True, help=t("cli.help.json"))(function)


def open_desk(invocation: Invocation, *, writing: bool) -> Context:
    """The centre's context for a command. A command that writes, or shows somebody's details in clear, needs an
    operator (`--as` or FRONTDESK_AS).

    Raises DeskError `operator_required`, `pin_required`, `sign_in_refused`, `sign_in_locked`, and
    DatabaseError.
    """
    from frontdesk.check.service import words_before_opening
    from frontdesk.context import durability, open_context

    if writing and not invocation.operator_no:
        raise DeskError("operator_required")
    if said := words_before_opening(invocation.home):
        progress(said)
    context = open_context(invocation.home, source="cli")
    if durability() != "FULL":
        progress(t("cli.not_durable", value=durability()))
    if context.damaged_settings:
        from frontdesk.settings.service import damaged_words

        for name in context.damaged_settings:
            progress(damaged_words(name))
    if writing and invocation.operator_no:
        sign_in_operator(context, invocation.operator_no)
    return context


def sign_in_operator(context: Context, no: str) -> None:
    """Sign the command's operator in with FRONTDESK_PIN, or with a PIN asked for when there is a terminal."""
    from frontdesk.staff.service import act_as

    pin = os.environ.get("FRONTDESK_PIN") or None
    try:
        act_as(context, no, pin)
    except DeskError as refusal:
        if refusal.code != "pin_required" or not input_is_terminal():
            raise
        act_as(context, no, ask_pin(t("cli.ask_pin", no=no)))


def approval_option(function: F) -> F:
    """The option `--approved-by NO` of a command that a second person may have to agree to; the command is given an
    `Approver` or None as `approver`.
    """

    def read(_: click.Context, __: click.Parameter, value: str | None) -> Approver | None:
        return approver_named(value) if value else None

    words = t("access.help.approved_by")
    return click.option("--approved-by", "approver", metavar="NO", callback=read, help=words)(function)


def approver_named(no: str) -> Approver:
    """The second person with the PIN of FRONTDESK_APPROVER_PIN, or one asked for when there is a terminal.

    Raises DeskError `approver_pin_required`.
    """
    from frontdesk.access.service import Approver

    pin = os.environ.get("FRONTDESK_APPROVER_PIN") or None
    if pin is None:
        if not input_is_terminal():
            raise DeskError("approver_pin_required", no=no)
        pin = ask_pin(t("access.ask_pin", no=no))
    return Approver(no, pin)


def ask_pin(question: str) -> str:
    """A PIN typed at the terminal without being shown."""
    answer: str = click.prompt(question, hide_input=True, err=True)
    return answer


def clear_options(function: F) -> F:
    """`--reason` and `--approved-by` of every command that writes names or phones in clear."""
    return click.option("--reason", default="", help=t("privacy.help.clear_reason"))(approval_option(function))


def emit(value: object, as_json: bool, lines: list[str] | None = None) -> None:
    """Print one result: as one JSON document, or as `lines` for people (JSON too where there are none)."""
    if as_json or lines is None:
        click.echo(json_line(value))
        return
    for line in lines:
        click.echo(line)


def emit_import(outcome: ImportOutcome, as_json: bool, *, dry_run: bool, also: dict[str, object] | None = None) -> None:
    """Print what became of a sheet, in JSON with what is said `also`; the command ends with 1 where it was refused."""
    from frontdesk.imports.service import describe

    emit(outcome.as_json() | (also or {}), as_json, describe(outcome, dry_run=dry_run))
    if not outcome.is_clean:
        click.get_current_context().exit(1)


def progress(text: str) -> None:
    """Say on stderr how far a command has come."""
    click.echo(text, err=True)
