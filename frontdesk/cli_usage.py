"""What click says of a command line that is wrong, and around its help, in the language in force."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click
from click import exceptions

from frontdesk.locale import t

# Before click 8.4 a command that does not exist has no class of its own.
_NO_SUCH_COMMAND: type[click.UsageError] | None = getattr(exceptions, "NoSuchCommand", None)
_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)
_NAME_LIKE = re.compile(r"-{0,2}[A-Za-z][A-Za-z-]{0,30}")
_UNKNOWN_COMMAND = re.compile(r"No such command '(.*)'", re.DOTALL)


class LocalFormatter(click.HelpFormatter):
    """Help whose own words are of the language in force; those of the commands are so already."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line with the spelling of the command."""
        for own in ("OPTIONS", "COMMAND", "ARGS"):
            args = re.sub(rf"\b{own}\b", t(f"cli.help.{own.lower()}"), args)
        super().write_usage(prog, args, f"{t('cli.help.usage')} " if prefix is None else prefix)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A part of the help under its name."""
        names = {"Options": "options", "Commands": "commands"}
        with super().section(t(f"cli.help.{names[name]}") if name in names else name):
            yield

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options or commands, each with what it is for."""
        said = []
        for first, second in rows:
            words = t("cli.option.help") if second == "Show this message and exit." else second
            said.append((first, words.replace("[required]", t("cli.help.required"))))
        super().write_dl(said, col_max, col_spacing)


def usage_words(wrong: click.UsageError) -> str:
    """What is wrong with a command line, and what to do; a refusal in words of our own stays as it is."""
    if isinstance(wrong, click.NoSuchOption):
        maybe = t("cli.usage.maybe", names=" ".join(wrong.possibilities)) if wrong.possibilities else ""
        return t("cli.usage.no_such_option", name=_shown(wrong.option_name)) + maybe
    if isinstance(wrong, click.MissingParameter):
        return t("cli.usage.missing", name=_name_of(wrong))
    if isinstance(wrong, click.BadParameter):
        return _bad_value(wrong)
    if isinstance(wrong, click.BadOptionUsage):
        return t("cli.usage.bad_option", name=wrong.option_name)
    if isinstance(wrong, click.BadArgumentUsage):
        return t("cli.usage.bad_arguments")
    unknown = _UNKNOWN_COMMAND.match(wrong.message)
    if unknown is not None or (_NO_SUCH_COMMAND is not None and isinstance(wrong, _NO_SUCH_COMMAND)):
        return t(
            "cli.usage.no_such_command", name=_shown(unknown[1] if unknown else getattr(wrong, "command_name", ""))
        )
    extra = _EXTRA.match(wrong.message)
    if extra is not None:
        return _too_many(wrong, len(extra[1].split()))
    if wrong.message == "Missing command.":
        return t("cli.usage.missing_command")
    return wrong.format_message()


def _shown(name: str) -> str:
    """A command or an option that does not exist, as it was typed; nothing of what may be a person's name or phone."""
    return name if _NAME_LIKE.fullmatch(name) else "…"


def _too_many(wrong: click.UsageError, count: int) -> str:
    """How many words too many there are, what the command takes, and which options take a value. The words themselves
    are not repeated: they are names and phones whose options were forgotten.
    """
    params = wrong.ctx.command.params if wrong.ctx is not None else []
    arguments = [
        piece
        for one in params
        if isinstance(one, click.Argument) and wrong.ctx
        for piece in one.get_usage_pieces(wrong.ctx)
    ]
    options = [one.opts[0] for one in params if isinstance(one, click.Option) and not one.is_flag and not one.hidden]
    takes = t("cli.usage.extra_takes", arguments=" ".join(arguments)) if arguments else t("cli.usage.extra_takes_none")
    meant = t("cli.usage.extra_options", options=" ".join(options)) if options else ""
    return t("cli.usage.extra", count=count) + takes + meant + t("cli.usage.extra_quotes")


def _name_of(wrong: click.BadParameter) -> str:
    """The option or argument as it is written."""
    if wrong.param_hint is not None:
        return wrong.param_hint if isinstance(wrong.param_hint, str) else " ".join(wrong.param_hint)
    if isinstance(wrong.param, click.Option):
        return "/".join(wrong.param.opts)
    return wrong.param.human_readable_name if wrong.param is not None else ""


def _bad_value(wrong: click.BadParameter) -> str:
    name = _name_of(wrong)
    kind = wrong.param.type if wrong.param is not None else None
    if kind is None or wrong.message == t("cli.empty_path"):
        return t("cli.usage.own", name=name, words=wrong.message)
    if isinstance(kind, click.Choice):
        return t("cli.usage.choice", name=name, choices=" ".join(str(one) for one in kind.choices))
    if isinstance(kind, (click.IntRange, click.FloatRange)):
        if kind.max is None:
            return t("cli.usage.at_least", name=name, least=kind.min)
        return t("cli.usage.range", name=name, least=kind.min, most=kind.max)
    if kind is click.INT:
        return t("cli.usage.whole", name=name)
    if isinstance(kind, (click.Path, click.File)):
        return t("cli.usage.path", name=name)
    return t("cli.usage.value", name=name)
