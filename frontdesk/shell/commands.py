"""Opening the windows: the desk, the kiosk, and the manual for the terminal."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, pass_invocation
from frontdesk.errors import DeskError
from frontdesk.locale import t

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.context import Operator
    from frontdesk.home import Home


def prepare_terminal() -> None:
    """What must be settled before Textual is first imported. Raises DeskError `no_terminal`."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise DeskError("no_terminal")
    # With the Kitty protocol an input method's commit of five or more Han characters arrives garbled
    # (design §3).
    os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")


def log_to(path: Path) -> None:
    """Send the program's log to the file of the home, where that can be written."""
    handler: logging.Handler
    try:
        handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("frontdesk")
    logger.addHandler(handler)
    logger.propagate = False


def open_program(invocation: Invocation) -> None:
    """Open the desk window on the real centre; without one the wizard sets it up.

    A file that cannot be opened is said here, before the screen changes.
    """
    home = invocation.home
    if home.exists():
        from db.connection import open_database

        open_database(home.database).close()
    run_desk(home)


def run_desk(home: Home, *, demo_operator: Operator | None = None, demo_pin: str = "") -> None:
    """Run the desk window until it is closed."""
    prepare_terminal()
    log_to(home.log)
    from frontdesk.context import system_clock
    from frontdesk.shell.app import FrontdeskApp

    app = FrontdeskApp(home, clock=system_clock, demo_operator=demo_operator, demo_pin=demo_pin)
    try:
        app.run()
    finally:
        app.desk.close()
    if app.return_code:
        raise DeskError("ended_unexpectedly", path=str(home.log))


@click.command("kiosk", help=t("cli.command.kiosk"))
@pass_invocation
def kiosk_command(invocation: Invocation) -> None:
    """Open the kiosk window on the same file."""
    prepare_terminal()
    home = invocation.home
    from frontdesk.context import open_context, system_clock

    open_context(home, source="kiosk").database.close()
    log_to(home.log)
    from frontdesk.shell.kiosk import KioskApp

    app = KioskApp(home, clock=system_clock)
    try:
        app.run()
    finally:
        app.desk.close()
    if app.return_code:
        raise DeskError("ended_unexpectedly", path=str(home.log))


@click.command("manual", help=t("cli.command.manual"))
def manual_command() -> None:
    """Print the manual in the language in force."""
    from frontdesk.manual import manual_text

    click.echo_via_pager(manual_text()) if sys.stdout.isatty() else click.echo(manual_text())
