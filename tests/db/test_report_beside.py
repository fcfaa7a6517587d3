"""A report that is built in a process of its own is the same file, and what is refused there is refused here."""

from __future__ import annotations

import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from frontdesk.common.periods import parse_period
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import use_language
from frontdesk.reports import beside
from frontdesk.reports.exporting import export_workbook
from frontdesk.reports.templates.kept import kept_path
from frontdesk.reports.workbook import WorkbookFault
from tests.desks import new_desk

WEEK = parse_period("2026-W46")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre with a few ratings in the week."""
    context = new_desk(tmp_path / "home")
    with context.database.write() as connection:
        for level in (5, 5, 4, 4, 3):
            connection.execute(
                "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, channel) "
                "VALUES (randomblob(16), '2026-11-10', '2026-11-10', 'service', '综合服务台', ?, 'desk')",
                (level,),
            )
    yield context
    context.database.close()
    use_language("zh_CN")


def refused(act: Callable[[], object]) -> CodedError:
    with pytest.raises(CodedError) as caught:
        act()
    return caught.value


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_report_of_another_process_is_the_same_file_at_the_same_moment(
    desk: Context, tmp_path: Path, language: str
) -> None:
    use_language(language)
    # In the week: it says that it is still running, whatever the real day is.
    then = replace(desk, clock=lambda: datetime(2026, 11, 12, 2, tzinfo=UTC))
    here = export_workbook(then, WEEK, tmp_path / "here.xlsx")
    there = beside.export_beside(then, WEEK, "xlsx", tmp_path / "there.xlsx")
    assert (there.path, there.kind) == (tmp_path / "there.xlsx", "xlsx")
    assert there.path.read_bytes() == here.read_bytes()


def test_what_is_refused_there_comes_back_with_its_words(desk: Context, tmp_path: Path) -> None:
    missing = tmp_path / "absent" / "week.xlsx"
    fault = refused(lambda: beside.export_beside(desk, WEEK, "xlsx", missing))
    assert isinstance(fault, WorkbookFault)
    assert (fault.code, fault.details["path"]) == ("export_failed", str(missing))
    kept_path(desk).write_text("sheets = 1", encoding="utf-8")
    assert refused(lambda: beside.export_beside(desk, WEEK, "pdf", tmp_path / "w.pdf")).code == "template_kept_faulty"
    assert list(tmp_path.glob("w.*")) == []


@pytest.mark.parametrize("command", [(sys.executable, "-c", "raise SystemExit(3)"), ("/nowhere/python",)])
def test_a_process_that_dies_leaves_no_file_and_is_told(
    desk: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(beside, "COMMAND", command)
    out = tmp_path / "week.xlsx"
    assert refused(lambda: beside.export_beside(desk, WEEK, "xlsx", out)).code == "builder_died"
    assert not out.exists()


KILLED = """
import os, pickle, signal, sys
from frontdesk.common import wholefile
from frontdesk.reports.beside import build

def kill(descriptor):
    os.kill(os.getpid(), signal.SIGKILL)

wholefile.os.fsync = kill
build(pickle.load(sys.stdin.buffer))
"""
"""The builder, killed when everything is written and the file has not its name yet."""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills otherwise")
@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_a_builder_that_is_killed_leaves_neither_a_half_file_nor_a_part_and_the_desk_goes_on(
    desk: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: beside.Kind
) -> None:
    out = tmp_path / f"week.{kind}"
    out.write_text("last week's")
    with monkeypatch.context() as patch:
        patch.setattr(beside, "COMMAND", (sys.executable, "-c", KILLED))
        assert refused(lambda: beside.export_beside(desk, WEEK, kind, out)).code == "builder_died"
    assert out.read_text() == "last week's"
    assert [file.name for file in tmp_path.iterdir() if file.name not in ("home", out.name)] == []
    export_workbook(desk, WEEK, out)
    assert out.read_bytes()[:2] == b"PK"


def test_a_refusal_is_pickled_with_its_details() -> None:
    again = pickle.loads(pickle.dumps(WorkbookFault("export_failed", path="x", reason="y")))
    assert isinstance(again, WorkbookFault)
    assert (again.code, again.details) == ("export_failed", {"path": "x", "reason": "y"})
