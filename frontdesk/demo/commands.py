"""The command `demo`: the program on a made-up centre in a throwaway home."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import emit, json_option, progress
from frontdesk.errors import DeskError
from frontdesk.home import Home
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.clock import Clock
    from frontdesk.context import Operator

FIRST_YEAR, LAST_YEAR = 1971, 2198
"""A demo needs a year behind it and two weeks ahead within what the program takes for dates."""


class DemoError(DeskError):
    """A refusal about the demo."""

    area = "demo"


@click.command("demo", help=t("cli.command.demo"))
@click.option(
    "--keep",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=t("demo.help.keep"),
)
@click.option("--code", help=t("demo.help.code"))
@click.option("--seed", type=int, default=1, show_default=True, help=t("demo.help.seed"))
@click.option("--today", "today_given", type=click.DateTime(["%Y-%m-%d"]), hidden=True)
@json_option
def demo_command(folder: Path | None, code: str | None, seed: int, today_given: datetime | None, as_json: bool) -> None:
    """Open the made-up centre and forget it, or leave it in a folder without opening it."""
    today = today_given.date() if today_given else None
    if today is not None and not FIRST_YEAR <= today.year <= LAST_YEAR:
        raise click.BadParameter(t("demo.bad_today", first=FIRST_YEAR, last=LAST_YEAR), param_hint="--today")
    if folder is not None:
        _keep(folder, today, seed, code, as_json)
    else:
        _open(today, seed, code)


def _keep(folder: Path, today: date | None, seed: int, code: str | None, as_json: bool) -> None:
    """Generate into an empty folder and say how to open it. Raises DemoError `folder_not_empty`."""
    from frontdesk.demo.generate import DEMO_PIN, demo_key

    if folder.exists() and any(folder.iterdir()):
        raise DemoError("folder_not_empty", path=str(folder))
    try:
        manager = _generate(Home(folder), today, seed, code)
    except BaseException:
        # Nothing stood in it before, so that half a centre is all that can go.
        shutil.rmtree(folder, ignore_errors=True)
        raise
    groups = demo_key().groups
    emit(
        {"home": str(folder), "manager": manager.no, "name": manager.name, "pin": DEMO_PIN, "recovery_key": groups},
        as_json,
        [
            t("demo.kept", path=folder),
            t("demo.manager", no=manager.no, name=manager.name, pin=DEMO_PIN),
            t("demo.recovery_key", groups=" ".join(groups)),
            t("demo.how_to_open", path=folder),
        ],
    )


def _open(today: date | None, seed: int, code: str | None) -> None:
    """Open the program on a centre in a temporary folder, which goes when the program ends, also when its terminal is
    closed (SIGHUP) or it is told to stop (SIGTERM). Only a kill that no program hears of (SIGKILL, the power) leaves
    it to whatever cleans the system's folder for temporary files.

    Raises DeskError `no_terminal` before anything is made.
    """
    from frontdesk.shell.opening import prepare_terminal, run_desk

    prepare_terminal()
    from frontdesk.demo.generate import DEMO_PIN

    with _ends_in_order(), tempfile.TemporaryDirectory(prefix="frontdesk-demo-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder))
        manager = _generate(home, today, seed, code)
        run_desk(home, clock=_clock_of(today), demo_operator=manager, demo_pin=DEMO_PIN)


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """Within the block the signals to end are an ordinary way out, on which everything is cleaned up."""
    heard = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
    before = {number: signal.signal(number, _leave) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _frame: object) -> None:
    """End with the exit code by which a shell knows a program that a signal ended."""
    sys.exit(128 + number)


def _clock_of(today: date | None) -> Clock:
    """The computer's clock, or one that begins in the afternoon of the day that was asked for."""
    from zoneinfo import ZoneInfo

    from frontdesk.clock import system_clock
    from frontdesk.demo.generate import AFTERNOON
    from frontdesk.staff.service import DEFAULT_ZONE

    if today is None:
        return system_clock
    ahead = datetime.combine(today, AFTERNOON, ZoneInfo(DEFAULT_ZONE)) - system_clock()
    return lambda: system_clock() + ahead


def _generate(home: Home, today: date | None, seed: int, code: str | None) -> Operator:
    """Make the centre as it stands now, or on the afternoon of a day that was asked for."""
    from zoneinfo import ZoneInfo

    from frontdesk.context import system_clock
    from frontdesk.demo.generate import AFTERNOON, CENTRE_CODE, make_demo
    from frontdesk.staff.service import DEFAULT_ZONE

    progress(t("demo.generating"))
    now = system_clock().astimezone(ZoneInfo(DEFAULT_ZONE))
    at = AFTERNOON if today else now.time()
    return make_demo(home, today=today or now.date(), at=at, seed=seed, code=code or CENTRE_CODE)
