"""Commands: set a centre up, give PINs, list the staff."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import click

from frontdesk.cli_output import input_is_terminal
from frontdesk.cli_support import FilledPath, Invocation, ask_pin, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t


@click.command("init", help=t("cli.command.init"))
@click.option("--code", required=True, help=t("staff.help.code"))
@click.option("--name", required=True, help=t("staff.help.name"))
@click.option("--street", required=True, help=t("staff.help.street"))
@click.option("--district", required=True, help=t("staff.help.district"))
@click.option("--manager-no", required=True, help=t("staff.help.manager_no"))
@click.option("--manager-name", required=True, help=t("staff.help.manager_name"))
@json_option
@pass_invocation
def init_command(
    invocation: Invocation,
    code: str,
    name: str,
    street: str,
    district: str,
    manager_no: str,
    manager_name: str,
    as_json: bool,
) -> None:
    """Set a centre up in an empty home."""
    from frontdesk.staff.service import set_up_centre

    pin = os.environ.get("FRONTDESK_PIN") or None
    if pin is None and input_is_terminal():
        pin = ask_pin(t("staff.ask_new_pin", no=manager_no))
    context = set_up_centre(
        invocation.home,
        code=code,
        name=name,
        street=street,
        district=district,
        manager_no=manager_no,
        manager_name=manager_name,
        pin=pin,
    )
    context.database.close()
    centre = context.centre
    lines = [t("staff.centre_made", name=centre.name, path=invocation.home.path)]
    if pin is None:
        click.echo(t("staff.no_pin_yet", no=manager_no), err=True)
    emit(
        {"centre": centre.code, "name": centre.name, "home": str(invocation.home.path), "pin_set": pin is not None},
        as_json,
        lines,
    )


@click.group("staff", help=t("cli.command.staff"))
def staff_group() -> None:
    """Staff and their PINs."""


@staff_group.command("list", help=t("staff.help.list"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, as_json: bool) -> None:
    """All staff by number."""
    from frontdesk.staff.service import staff_list

    context = open_desk(invocation, writing=False)
    rows = [
        {
            "no": staff.no,
            "name": staff.name,
            "kind": staff.kind,
            "role": staff.role,
            "pin_set": staff.pin_hash is not None,
        }
        for staff in staff_list(context.database)
    ]
    emit(
        rows,
        as_json,
        [f"{row['no']}  {row['name']}  {row['kind']}  {t('staff.role.' + str(row['role']))}" for row in rows],
    )


@staff_group.command("pin", help=t("staff.help.pin"))
@click.argument("no")
@pass_invocation
def pin_command(invocation: Invocation, no: str) -> None:
    """Give a person a PIN: FRONTDESK_NEW_PIN, or asked for at the terminal."""
    from frontdesk.errors import DeskError
    from frontdesk.staff.service import set_pin

    context = open_desk(invocation, writing=True)
    pin = os.environ.get("FRONTDESK_NEW_PIN") or None
    if pin is None:
        if not input_is_terminal():
            raise DeskError("new_pin_required")
        pin = ask_pin(t("staff.ask_new_pin", no=no))
    set_pin(context, no, pin)
    click.echo(t("staff.pin_set", no=no), err=True)


@staff_group.command("role", help=t("staff.help.role"))
@click.argument("no")
@click.argument("role", type=click.Choice(["operator", "manager", "auditor"]))
@pass_invocation
def role_command(invocation: Invocation, no: str, role: Literal["operator", "manager", "auditor"]) -> None:
    """Make a person operator, manager or auditor."""
    from frontdesk.staff.service import set_role

    set_role(open_desk(invocation, writing=True), no, role)
    click.echo(t("staff.role_set", no=no, role=t(f"staff.role.{role}")), err=True)


@staff_group.command("reset-manager", help=t("staff.help.reset_manager"))
@click.argument("no")
@click.option("--key-file", type=FilledPath(dir_okay=False), help=t("staff.help.key_file"))
@pass_invocation
def reset_manager_command(invocation: Invocation, no: str, key_file: Path | None) -> None:
    """Give a manager who forgot it a new PIN, by the recovery key: typed, or out of a file."""
    from frontdesk.errors import DeskError
    from frontdesk.staff.service import reset_manager

    key = _key_text(key_file)
    pin = os.environ.get("FRONTDESK_NEW_PIN") or None
    if pin is None:
        if not input_is_terminal():
            raise DeskError("new_pin_required")
        pin = ask_pin(t("staff.ask_new_pin", no=no))
    manager = reset_manager(open_desk(invocation, writing=False), no, key, pin)
    click.echo(t("staff.pin_set", no=manager.no), err=True)


LONGEST_KEY_FILE = 4096
"""Bytes of a file with 48 digits, however they are laid out."""


def _key_text(key_file: Path | None) -> str:
    """The digits of the recovery key, out of a file or typed at the terminal.

    Raises DeskError `recovery_key_required`, `key_file_unreadable`.
    """
    from frontdesk.errors import DeskError

    if key_file is None:
        if not input_is_terminal():
            raise DeskError("recovery_key_required")
        return ask_pin(t("staff.ask_recovery_key"))
    try:
        # It may come through a pipe; no more of it is read than digits take.
        with key_file.open("rb") as file:
            return file.read(LONGEST_KEY_FILE).decode("utf-8-sig", "replace")
    except OSError as failure:
        raise DeskError("key_file_unreadable", path=str(key_file)) from failure
