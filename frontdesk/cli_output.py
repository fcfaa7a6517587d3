"""What every command prints goes through here: it is readable whatever it holds, and a full disk is said in a line."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

from frontdesk.locale import t


def json_line(value: object) -> str:
    """A value as one line of JSON. Bytes of a file name that are no text come as escapes of lone surrogates."""
    import json

    # The escapes of Python are those of JSON here: of lone surrogates alone UTF-8 knows nothing.
    return json.dumps(value, ensure_ascii=False, default=str).encode(errors="backslashreplace").decode()


def settle_streams() -> None:
    """Make the three streams fit for anything that is read or said.

    Pipes and files carry UTF-8 on every system; a terminal that cannot show a character shows a question mark. Output
    that somebody has closed goes nowhere; closed input stays None.
    """
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            elif stream is sys.stdin:
                # One line of garbage is one refused line, not the end of a command that reads many.
                stream.reconfigure(encoding="utf-8", errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def input_is_terminal() -> bool:
    """Whether somebody can be asked; not where the input was closed."""
    return sys.stdin is not None and sys.stdin.isatty()


def output_failed() -> bool:
    """Whether stdout takes no more of what it was given."""
    try:
        sys.stdout.flush()
    except OSError:
        return True
    return False


def printed(action: Callable[[], int]) -> int:
    """Run what prints and see all of it out; returns its exit code, or 1 when stdout takes no more, which stderr says.

    Nobody is told when whoever read the output has gone.
    """
    try:
        code = action()
        sys.stdout.flush()
    except OSError as failure:
        _give_up_stdout()
        if failure.errno != errno.EPIPE:
            reason = failure.strerror or str(failure)
            with suppress(OSError):
                sys.stderr.write(t("shell.error.output_failed", reason=reason) + "\n")
                sys.stderr.flush()
        return 1
    return code


def _give_up_stdout() -> None:
    """Let what is still buffered go nowhere, so that the interpreter does not fail over it once more at its end."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
