"""Making a backup for a window in a process of its own: what takes a processor for seconds keeps no scan waiting.

In a thread it would: Python runs one thread at a time, and a scan asks for its turn with every statement. A command has
nobody waiting and makes the backup itself.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from frontdesk.backup import making
from frontdesk.backup.errors import BackupError
from frontdesk.backup.keeping import due
from frontdesk.backup.models import BackupMade, Step
from frontdesk.common.beside import give_way, start_beside
from frontdesk.errors import CodedError
from frontdesk.locale import current_language, use_language
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from db.backups import Kind
    from frontdesk.backup.models import Progress, Stop
    from frontdesk.context import Context, Operator

COMMAND = (sys.executable, "-m", "frontdesk.backup.beside")
_LOOK_SECONDS = 0.1
"""How often a window that waits asks whether to stop."""


class Order(NamedTuple):
    """What the process is asked for: a backup of this centre, by whom, where and as of which moment."""

    home: Path
    kind: Kind
    folder: Path | None
    operator: Operator | None
    now: datetime
    language: str


def make_daily(context: Context, progress: Progress | None = None, stop: Stop | None = None) -> BackupMade | None:
    """Make today's backup, if it is due; None where it is not, or another window is just at it. It blocks.

    Nobody has to be signed in: the centre does it by itself. Raises what `making.make` raises, and BackupError
    `builder_died`.
    """
    if not due(context):
        return None
    try:
        return _make(context, "daily", None, progress, stop)
    except BackupError as failure:
        if failure.code == "already_running":
            return None
        raise


@allowed("writer")
def make_now(
    context: Context, folder: Path | None = None, progress: Progress | None = None, stop: Stop | None = None
) -> BackupMade:
    """Make a backup that somebody asks for, in the centre's folder or in another one. It blocks.

    Raises what `make_daily` raises, BackupError `already_running`, and what `Context.require_writer` raises.
    """
    context.require_writer()
    return _make(context, "manual", folder, progress, stop)


@allowed("writer")
def make_usb(context: Context, folder: Path, progress: Progress | None = None, stop: Stop | None = None) -> BackupMade:
    """Make a backup on a stick. It blocks. Raises what `make_now` raises."""
    context.require_writer()
    return _make(context, "usb", folder, progress, stop)


def _make(
    context: Context, kind: Kind, folder: Path | None, progress: Progress | None, stop: Stop | None
) -> BackupMade:
    if context.source == "cli":
        return making.make(context, kind, folder, progress, stop)
    order = Order(
        context.home.path,
        kind,
        None if folder is None else folder.absolute(),
        context.operator if kind != "daily" else None,
        context.now(),
        current_language(),
    )
    return _beside(order, progress, stop)


def _beside(order: Order, progress: Progress | None, stop: Stop | None) -> BackupMade:
    """Have it made by a process of its own; where `stop` says so the process ends and leaves no file that counts."""
    try:
        process = start_beside(COMMAND)
    except OSError as failure:
        raise BackupError("builder_died") from failure
    with process:
        assert process.stdin is not None and process.stdout is not None
        ended = threading.Event()
        watcher = threading.Thread(target=_ask_to_stop, args=(process.stdin, stop, ended), daemon=True)
        try:
            with suppress(OSError):
                asked = pickle.dumps(order)
                process.stdin.write(len(asked).to_bytes(4, "big") + asked)
                process.stdin.flush()
            watcher.start()
            answer = _answer(process.stdout, progress)
        finally:
            ended.set()
            if watcher.is_alive():
                watcher.join()
            with suppress(OSError):
                process.stdin.close()
    if isinstance(answer, CodedError):
        raise answer
    if answer is None:
        raise BackupError("builder_died")
    return answer


def _answer(said: IO[bytes], progress: Progress | None) -> BackupMade | CodedError | None:
    """What came of it; None where the process ended without a word."""
    while True:
        try:
            one: Step | BackupMade | CodedError = pickle.load(said)
        except (EOFError, pickle.UnpicklingError):
            return None
        if not isinstance(one, Step):
            return one
        if progress is not None:
            progress(one)


def _ask_to_stop(order: IO[bytes], stop: Stop | None, ended: threading.Event) -> None:
    """Tell the process to stop as soon as `stop` says so."""
    while stop is not None and not ended.wait(_LOOK_SECONDS):
        if stop():
            with suppress(OSError, ValueError):
                order.write(b"stop\n")
                order.flush()
            return


def main() -> None:
    """Read an order, make the backup, and say on stdout how far it is and what came of it."""
    from frontdesk.context import open_context, system_clock

    give_way()
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    orders = sys.stdin.fileno()
    order: Order = pickle.loads(_exactly(orders, int.from_bytes(_exactly(orders, 4), "big")))
    use_language(order.language)
    asked = threading.Event()
    # A window that was killed closes the pipe, which ends the work too.
    threading.Thread(target=_heard, args=(orders, asked), daemon=True).start()
    ahead: timedelta = order.now - system_clock()
    last = [("", -1)]

    def tell(step: Step) -> None:
        shown = (step.stage, 100 * step.done // max(step.total, 1))
        if shown != last[0]:
            last[0] = shown
            pickle.dump(step, out)
            out.flush()

    answer: BackupMade | CodedError
    try:
        from frontdesk.home import Home

        context = open_context(
            Home(order.home), source="desk", operator=order.operator, clock=lambda: system_clock() + ahead
        )
        try:
            answer = making.make(context, order.kind, order.folder, tell, asked.is_set)
        finally:
            context.database.close()
    except CodedError as failure:
        answer = failure
    pickle.dump(answer, out)
    out.flush()


def _exactly(descriptor: int, count: int) -> bytes:
    """So many bytes, without a buffer that the thread which waits for a word to stop would have to share."""
    found = b""
    while len(found) < count:
        piece = os.read(descriptor, count - len(found))
        if not piece:
            raise EOFError
        found += piece
    return found


def _heard(descriptor: int, asked: threading.Event) -> None:
    os.read(descriptor, 1)
    asked.set()


if __name__ == "__main__":
    main()
