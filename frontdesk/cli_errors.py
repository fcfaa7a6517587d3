"""The one place where a command's failure becomes words and an exit code."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from frontdesk.cli_output import json_line, output_failed
from frontdesk.common.longnumbers import SHORTEST, mask_long_numbers
from frontdesk.errors import CodedError, DeskError
from frontdesk.locale import words_for


def guarded(action: Callable[[], int], as_json: bool) -> int:
    """Run a command; a foreseen failure is said, as JSON on stdout or as words on stderr. Returns the exit code."""
    try:
        return action()
    except CodedError as failure:
        say(failure.code, words_for(failure), failure.details, as_json)
    except sqlite3.Error as failure:
        from db.connection import explain

        coded = explain(failure, Path())
        say(coded.code, words_for(coded), coded.details, as_json)
    except UnicodeEncodeError:
        not_text = DeskError("not_text")
        say(not_text.code, words_for(not_text), not_text.details, as_json)
    except OverflowError:
        # What is asked for by a number that no row can have.
        too_large = DeskError("number_too_large")
        say(too_large.code, words_for(too_large), too_large.details, as_json)
    except OSError as failure:
        if isinstance(failure, BrokenPipeError) or output_failed():
            # There is nowhere left to answer; `printed` ends the program.
            raise
        file_failed = DeskError(
            "file_failed", path=str(failure.filename or ""), reason=failure.strerror or str(failure)
        )
        say(file_failed.code, words_for(file_failed), file_failed.details, as_json)
    return 1


def say(code: str, message: str, details: dict[str, object], as_json: bool) -> None:
    """Print one failure: `{"error": {"code", "message", ...}}` on stdout, or the words alone on stderr.

    What was typed may be repeated in it, also the number of an identity card: long numbers are masked here.
    """
    message = mask_long_numbers(message)
    if not as_json:
        sys.stderr.write(message + "\n")
        return
    extra = {key: _masked(value) for key, value in details.items() if key not in ("code", "message")}
    error = {"code": code, "message": message, **extra}
    sys.stdout.write(json_line({"error": error}) + "\n")
    sys.stdout.flush()


def _masked(value: object) -> object:
    """A detail of a failure without long numbers, also where it is a list or a table of texts."""
    if isinstance(value, str) or (isinstance(value, int) and len(str(value)) >= SHORTEST):
        return mask_long_numbers(str(value))
    if isinstance(value, (list, tuple)):
        return [_masked(one) for one in value]
    if isinstance(value, dict):
        return {key: _masked(one) for key, one in value.items()}
    return value
