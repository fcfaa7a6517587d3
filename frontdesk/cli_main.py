"""The click group behind `frontdesk.cli`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from frontdesk import __version__
from frontdesk.cli import COMMANDS, help_text
from frontdesk.cli_errors import say
from frontdesk.cli_support import Invocation
from frontdesk.cli_usage import LocalFormatter, usage_words
from frontdesk.locale import t


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None where there is none."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = getattr(import_module(entry[0]), entry[1])
        return command

    def get_help(self, ctx: click.Context) -> str:
        """The same help that is printed without loading click."""
        return help_text()


@click.group(cls=LazyGroup, invoke_without_command=True)
@click.option("--home", "home_path", type=click.Path(path_type=Path, file_okay=False), envvar="FRONTDESK_HOME")
@click.option("--as", "operator_no", envvar="FRONTDESK_AS")
@click.option("--lang", type=click.Choice(["zh", "zh_CN", "en"]))
@click.version_option(__version__, prog_name="frontdesk")
@click.pass_context
def cli(ctx: click.Context, home_path: Path | None, operator_no: str | None, lang: str | None) -> None:
    """Open the centre, or run one of its commands."""
    ctx.obj = Invocation(home_path=home_path, operator_no=operator_no)
    if ctx.invoked_subcommand is None:
        from frontdesk.shell.opening import open_program

        open_program(ctx.obj)


def run_click(arguments: list[str], as_json: bool) -> int:
    """Run one command line with click; returns the exit code. Coded failures are raised."""
    click.Context.formatter_class = LocalFormatter
    try:
        # A command that leaves with `ctx.exit(code)` makes this return the code, any other what it returns.
        code = cli.main(args=arguments, prog_name="frontdesk", standalone_mode=False)
    except click.UsageError as wrong:
        click.echo(wrong.ctx.get_usage() if wrong.ctx else "", err=True)
        say("usage", usage_words(wrong), {}, as_json)
        return 2
    except click.Abort:
        click.echo(t("cli.aborted"), err=True)
        return 130
    return code if isinstance(code, int) else 0
