"""Commands: the settings of this centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, approval_option, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.context import Context
    from frontdesk.settings.rules import Value
    from frontdesk.settings.service import Listed


@click.group("settings", help=t("cli.command.settings"))
def settings_group() -> None:
    """What this centre may change."""


@settings_group.command("list", help=t("settings.help.list"))
@click.argument("names", nargs=-1)
@json_option
@pass_invocation
def list_command(invocation: Invocation, names: tuple[str, ...], as_json: bool) -> None:
    """Every setting, or those named, with its value, its default and what it may be."""
    from frontdesk.settings.service import SettingError, listed

    found = {one.name: one for one in listed(open_desk(invocation, writing=False))}
    for name in names:
        if name not in found:
            raise SettingError("unknown_setting", name=name)
    shown = [found[name] for name in names] or list(found.values())
    lines: list[str] = []
    for one in shown:
        lines += _lines(one)
    emit([_as_json(one) for one in shown], as_json, lines)


@settings_group.command("set", help=t("settings.help.set"))
@click.argument("name")
@click.argument("value")
@approval_option
@json_option
@pass_invocation
def set_command(invocation: Invocation, name: str, value: str, approver: Approver | None, as_json: bool) -> None:
    """Change one; a manager's right."""
    from frontdesk.settings.service import set_setting

    context = open_desk(invocation, writing=True)
    _say(context, name, set_setting(context, name, value, approver=approver), as_json)


@settings_group.command("reset", help=t("settings.help.reset"))
@click.argument("name")
@approval_option
@json_option
@pass_invocation
def reset_command(invocation: Invocation, name: str, approver: Approver | None, as_json: bool) -> None:
    """Bring the default of one back; a manager's right."""
    from frontdesk.settings.service import reset

    context = open_desk(invocation, writing=True)
    _say(context, name, reset(context, name, approver=approver), as_json)


def _say(context: Context, name: str, value: Value, as_json: bool) -> None:
    from frontdesk.settings.service import consequence
    from frontdesk.settings.words import label, value_words

    told = consequence(context, name)
    lines = [t("settings.changed", name=label(name), value=value_words(name, value)), *([told] if told else [])]
    emit({"name": name, "value": value, **({"consequence": told} if told else {})}, as_json, lines)


def _as_json(one: Listed) -> dict[str, object]:
    return {
        "name": one.name,
        "group": one.group,
        "value": one.value,
        "default": one.default,
        "kind": one.bounds.kind,
        "choices": list(one.bounds.choices),
        "least": one.bounds.least,
        "most": one.bounds.most,
        "damaged": one.is_damaged,
    }


def _lines(one: Listed) -> list[str]:
    from frontdesk.settings.words import damaged_words, explanation, label, value_words

    now, default = value_words(one.name, one.value), value_words(one.name, one.default)
    key = "settings.not_default" if one.default not in ("", ()) else "settings.not_empty"
    said = now if not one.is_changed else t(key, value=now, default=default)
    warning = [f"    {damaged_words(one.name)}"] if one.is_damaged else []
    return [f"{one.name}  {label(one.name)}: {said}", *warning, f"    {explanation(one.name)}"]
