"""A log tells where something failed, and nothing of the people it failed with."""

from __future__ import annotations

import ast
import inspect
import logging
from pathlib import Path

import pytest

import frontdesk
from frontdesk.common.tracebacks import discreet
from frontdesk.errors import DeskError
from frontdesk.shell.opening import log_to
from tests.sources import nodes

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


def test_whatever_is_logged_is_a_sentence_of_the_program_with_codes_in_it() -> None:
    """What is put into a line of a log is the area or the code of a failure; the failure itself goes by `exc_info`,
    which is written discreetly. The district's line of a request has its own test of its fields.
    """
    calls = [
        call
        for path in sorted(Path(inspect.getfile(frontdesk)).parent.rglob("*.py"))
        for call in nodes(path)
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[0] in ("log", "_log", "logger")
        if ast.unparse(call.func).rpartition(".")[2] in ("debug", "info", "warning", "error", "critical", "exception")
    ]
    assert len(calls) > 5
    for call in calls:
        sentence, *parts = call.args
        assert isinstance(sentence, ast.Constant), ast.unparse(call)
        assert all(ast.unparse(part).rpartition(".")[2] in ("area", "code") for part in parts), ast.unparse(call)
        assert {one.arg for one in call.keywords} <= {"exc_info", "extra"}, ast.unparse(call)
