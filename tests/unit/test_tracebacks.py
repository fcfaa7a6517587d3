"""A log tells where something failed, and nothing of the people it failed with."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from frontdesk.common.tracebacks import discreet
from frontdesk.errors import DeskError
from frontdesk.shell.opening import log_to

NAME, PHONE, SPOKEN = "欧阳琬琰", "15412340987", "154-1234-0987"


def failure() -> BaseException:
    """One that nobody foresaw, after a coded one whose details hold a name, after one with a number in its words."""
    try:
        try:
            try:
                raise KeyError(f"{NAME} {SPOKEN}")
            except KeyError as first:
                raise DeskError("unknown_person", name=NAME, phone=PHONE) from first
        except DeskError:
            raise ValueError(f"no such person: {NAME} {PHONE}")  # noqa: B904 - chained by its context
    except ValueError as last:
        return last


def test_frames_and_kinds_of_failures_are_kept_and_names_and_numbers_are_not() -> None:
    said = discreet(failure())
    assert "test_tracebacks.py" in said and "ValueError: no such person: .. #" in said
    assert "shell.unknown_person" in said and "KeyError" in said
    assert NAME not in said and "0987" not in said


def test_the_log_of_a_home_holds_no_name_and_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger("frontdesk")
    monkeypatch.setattr(logger, "handlers", [])
    log_to(tmp_path / "frontdesk.log")
    logger.critical("unexpected failure", exc_info=failure())
    logger.handlers[0].close()
    said = (tmp_path / "frontdesk.log").read_text("utf-8")
    assert "Traceback" in said and NAME not in said and "0987" not in said
