"""The command group `case`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cases.commands_adopting import COMMANDS as OF_ADOPTING
from frontdesk.cases.commands_dates import COMMANDS as OF_DATES
from frontdesk.cases.commands_files import OF_FILES
from frontdesk.cases.commands_numbers import COMMANDS as OF_NUMBERS
from frontdesk.cases.commands_records import COMMANDS
from frontdesk.cases.commands_tables import COMMANDS as OF_TABLES
from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t, words_for

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition
    from frontdesk.cases.definition.reading import DefinitionError, Fault


@click.group("case", help=t("cli.command.case"))
def case_group() -> None:
    """Cases and registers."""


@case_group.command("check", help=t("cases.help.check"))
@click.argument("file", type=FilledPath(dir_okay=False), required=False)
@json_option
@pass_invocation
@click.pass_context
def check_definition(ctx: click.Context, invocation: Invocation, file: Path | None, as_json: bool) -> None:
    """Explain a definition and draw its states, or say all that is wrong with it, or, without a file, with those in the
    centre's own folder; the exit code then is 1. A code instead of a file is the definition of the centre in force.
    """
    from frontdesk.cases.definition.reading import DefinitionError, read_definition

    if file is None:
        _check_folder(ctx, invocation, as_json)
        return
    if not file.suffix and file.name == str(file) and not file.exists():
        from frontdesk.cases.library import definition_of

        _explain(definition_of(open_desk(invocation, writing=False), file.name), as_json)
        return
    try:
        definition = read_definition(file)
        _refuse_lost_indicators(definition, file)
        _refuse_openings(definition, file)
    except DefinitionError as wrong:
        emit({"valid": False, "faults": [vars(one) for one in wrong.faults]}, as_json, _faults(wrong))
        ctx.exit(1)
    _explain(definition, as_json)


def _explain(definition: Definition, as_json: bool) -> None:
    from frontdesk.cases.definition.drawing import explained

    said = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    emit({"valid": True, "definition": said}, as_json, explained(definition))


def _refuse_lost_indicators(definition: Definition, file: Path) -> None:
    """Raises DefinitionError where it collects from indicators that there are not."""
    from frontdesk.cases.definition.places import line_of
    from frontdesk.cases.definition.reading import DefinitionError, Fault
    from frontdesk.reports.service import is_indicator

    text = file.read_text("utf-8-sig") if definition.collects else ""
    faults = []
    for place, one in enumerate(definition.collects):
        parts = [one.indicator or "", *(part for row in one.rows for part in row.takes.values())]
        codes = dict.fromkeys(part.partition(".")[0] for part in parts if part)
        lost = [code for code in codes if not is_indicator(code)]
        line = line_of(text, ("collects", place))
        faults += [Fault(line, f"collects[{place + 1}]", "unknown_indicator", code) for code in lost]
    if faults:
        raise DefinitionError(file.name, faults)


def _refuse_openings(definition: Definition, file: Path) -> None:
    """Raises DefinitionError where a step would open a record that cannot hold what it writes, or not openly."""
    from frontdesk.cases.definition.reading import DefinitionError, copied, own_definitions

    found = {**own_definitions(), definition.code: definition}
    if faults := copied(found, definition.code, file.read_text("utf-8-sig")):
        raise DefinitionError(file.name, faults)


def _check_folder(ctx: click.Context, invocation: Invocation, as_json: bool) -> None:
    from frontdesk.cases.definition.reading import DefinitionError
    from frontdesk.cases.service import broken_definitions, changed_definitions
    from frontdesk.cases.words import edition_words

    context = open_desk(invocation, writing=False)
    found, changed = broken_definitions(context), changed_definitions(context)
    said, lines = [], [edition_words(one) for one in changed]
    for one in found:
        faults = one.faults if isinstance(one, DefinitionError) else []
        said.append({"file": one.details.get("file", ""), "faults": [vars(fault) for fault in faults]})
        lines += _faults(one) if isinstance(one, DefinitionError) else [words_for(one)]
    raising = [{"file": one.file, "edition": one.edition, "parts": list(one.parts)} for one in changed]
    emit(
        {"valid": not found and not changed, "files": said, "raise_edition": raising},
        as_json,
        lines or [t("case_links.folder_right")],
    )
    if found or changed:
        ctx.exit(1)


def _faults(wrong: DefinitionError) -> list[str]:
    """What is wrong, a line each, the first first."""
    ordered = sorted(wrong.faults, key=lambda one: one.line)
    return [t("cases.faults", file=wrong.name, count=len(ordered)), *(_fault(wrong.name, one) for one in ordered)]


def _fault(name: str, one: Fault) -> str:
    words = t(f"cases.fault.{one.code}", about=one.about)
    place = f"{name}:{one.line}" + (f" {one.key}" if one.key else "")
    return f"  {place}: {words}"


@case_group.command("mechanisms", help=t("cases.help.mechanisms"))
@json_option
def list_mechanisms(as_json: bool) -> None:
    """Every mechanism of the policies, with the definitions that have it or the command that does."""
    from frontdesk.cases.definition.reading import own_definitions
    from frontdesk.cases.mechanisms import MECHANISMS, defined_by
    from frontdesk.locale import current_language

    by = defined_by(own_definitions())
    said, lines = [], []
    for one in MECHANISMS:
        codes = [definition.code for definition in by.get(one.number, [])]
        said.append({**one._asdict(), "definitions": codes})
        name = one.en if current_language() == "en" else one.zh_CN
        has = [str(definition.name) for definition in by.get(one.number, [])]
        has += [f"frontdesk {one.feature}"] if one.feature else []
        lines.append(f"{one.number}  {one.priority}  {name}: {t('cases.explain.joint').join(has) or '-'}")
    emit(said, as_json, lines)


for _command in (*COMMANDS, *OF_NUMBERS, *OF_ADOPTING, *OF_DATES, *OF_FILES, *OF_TABLES):
    case_group.add_command(_command)
