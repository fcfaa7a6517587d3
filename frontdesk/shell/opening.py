"""Opening the windows: the desk and the kiosk."""

from __future__ import annotations

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from frontdesk.clock import Clock, system_clock, zone_named
from frontdesk.common.tracebacks import DiscreetFormatter
from frontdesk.errors import DatabaseError, DeskError

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.context import Operator
    from frontdesk.home import Home
    from frontdesk.invocation import Invocation
    from frontdesk.shell.scanning import ScanningApp


def prepare_terminal() -> None:
    """What must be settled before Textual is first imported. Raises DeskError `no_terminal`."""
    # A stream that was closed is None.
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise DeskError("no_terminal")
    # With the Kitty protocol an input method's commit of five or more Han characters arrives garbled
    # (design §3).
    os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")


LOG_BYTES = 1_000_000


def log_to(path: Path) -> None:
    """Send the program's log to the file of the home, where that can be written."""
    # The file is opened with the first line: the wizard has no home yet.
    handler = RotatingFileHandler(path, encoding="utf-8", maxBytes=LOG_BYTES, backupCount=2, delay=True)
    # A log that can no longer be written must not end the desk.
    logging.raiseExceptions = False
    handler.setFormatter(DiscreetFormatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("frontdesk")
    logger.addHandler(handler)
    logger.propagate = False


def open_program(invocation: Invocation) -> None:
    """Open the desk window on the real centre; without one the wizard sets it up."""
    run_desk(invocation.home)


def whose_centre(home: Home) -> tuple[str, str] | None:
    """The name and zone of the centre in `home`, None without one. A file that cannot be opened is said here, before
    the screen changes: raises DatabaseError, DeskError `no_centre` for a file without a centre, or `bad_zone`.
    """
    if home.is_unsettled():
        from frontdesk.backup.service import settle_home

        settle_home(home)
    if not home.exists():
        return None
    from db.connection import open_database
    from frontdesk.check.service import words_before_opening

    if said := words_before_opening(home):
        # An upgrade of a large file takes a while, and there is no screen yet.
        sys.stderr.write(f"{said}\n")
        sys.stderr.flush()
    with open_database(home.database) as database:
        centre = database.whose()
    if centre is None:
        raise DeskError("no_centre", path=str(home.path))
    zone_named(centre[1])
    return centre


def run_desk(
    home: Home, *, clock: Clock = system_clock, demo_operator: Operator | None = None, demo_pin: str = ""
) -> None:
    """Run the desk window until it is closed."""
    prepare_terminal()
    centre = whose_centre(home)
    log_to(home.log)
    from frontdesk.shell.app import FrontdeskApp

    app = FrontdeskApp(home, clock=clock, centre=centre, demo_operator=demo_operator, demo_pin=demo_pin)
    _run(app, home)


def run_kiosk(home: Home, *, direction: str = "") -> None:
    """Run the kiosk window until somebody with a staff PIN closes it; `direction` (auto, in, out) holds for this window
    instead of the setting.
    """
    prepare_terminal()
    centre = whose_centre(home)
    if centre is None:
        raise DatabaseError("no_database", path=str(home.database))
    log_to(home.log)
    from frontdesk.shell.kiosk import KioskApp

    app = KioskApp(home, clock=system_clock, centre=centre, direction=direction)
    _run(app, home)


def _run(app: ScanningApp, home: Home) -> None:
    """Run a window until it is closed, then finish what was asked for. Raises DeskError `ended_unexpectedly`."""
    try:
        app.run()
    finally:
        app.desk.close()
    if app.return_code:
        raise DeskError("ended_unexpectedly", path=str(home.log))
