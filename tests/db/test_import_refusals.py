"""What cannot be imported ends in a code, and leaves the centre's file as it was."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from db.errors import DatabaseError
from frontdesk.activities.service import import_signups
from frontdesk.cli_main import cli
from frontdesk.context import Context, Operator
from frontdesk.errors import CodedError, DeskError
from frontdesk.imports.service import KINDS, describe
from frontdesk.locale import words_for
from frontdesk.sheets.errors import SheetError
from frontdesk.staff.service import import_staff
from frontdesk.volunteers.service import import_volunteers
from tests.desks import contents, counts, is_sound, sheet

OFFICE = Path(__file__).parents[1] / "data" / "centre-a"
ROOT = Path(__file__).parents[2]


def test_of_very_many_refusals_the_first_are_told_and_the_others_counted(desk: Context, tmp_path: Path) -> None:
    rows = [[f"HD{number}", "赵一", "15400000001", 1, "2026-11-02 08:00"] for number in range(250)]
    outcome = import_signups(desk, sheet(tmp_path, "活动编号 姓名 手机 人数 报名时间", rows))
    assert len(outcome.as_json()["rejected"]) == 250
    lines = describe(outcome, dry_run=False)
    assert len(lines) == 202 and "50" in lines[200] and "250" in lines[201]


def cut_off(path: Path) -> None:
    path.write_bytes((OFFICE / "工作人员.xlsx").read_bytes()[:4000])


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)


def text(path: Path) -> None:
    path.write_text("工号,姓名,人员类别\nS101,张三,专职\n", encoding="utf-8")


def other_headings(path: Path) -> None:
    path.write_bytes((OFFICE / "报名表.xlsx").read_bytes())


def nothing(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (cut_off, {"truncated"}),
        (bomb, {"too_large"}),
        (text, {"not_a_spreadsheet"}),
        (other_headings, {"header_missing"}),
        (nothing, {"empty"}),
        (lambda path: None, {"file_missing"}),
        (Path.mkdir, {"not_a_file"}),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_by_code(
    desk: Context, tmp_path: Path, make: Callable[[Path], None], codes: set[str]
) -> None:
    path = tmp_path / "名册.xlsx"
    make(path)
    before = contents(desk, audit=True)
    with pytest.raises(SheetError) as caught:
        import_staff(desk, path)
    assert caught.value.code in codes
    assert "{" not in words_for(caught.value)
    assert contents(desk, audit=True) == before


@pytest.mark.parametrize(
    ("operator", "code"),
    [(None, "operator_required"), (Operator("S1", "审计", "auditor"), "auditor_reads_only")],
)
def test_who_may_not_write_may_not_even_try_out(desk: Context, operator: Operator | None, code: str) -> None:
    desk.operator = operator
    with pytest.raises(DeskError) as caught:
        import_staff(desk, OFFICE / "工作人员.xlsx", dry_run=True)
    assert caught.value.code == code


def test_a_full_disk_leaves_nothing_half_written_and_the_import_can_be_repeated(desk: Context) -> None:
    connection = desk.database.connection
    before = contents(desk, audit=True)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(DatabaseError) as caught:
        import_volunteers(desk, OFFICE / "志愿者.xlsx")
    assert caught.value.code == "disk_full"
    assert contents(desk, audit=True) == before
    connection.execute("PRAGMA max_page_count = 1000000")
    assert counts(import_volunteers(desk, OFFICE / "志愿者.xlsx")) == (300, 0, 0)


def command(home: Path, *arguments: str, limit: int | None = None, **variables: str) -> tuple[int, dict[str, object]]:
    """Exit code and answer of `frontdesk import` in a process of its own that may write `limit` bytes to a file."""

    def restrict() -> None:
        import resource

        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    run = subprocess.run(
        [sys.executable, "-m", "frontdesk", "--home", str(home), "--as", "M001", "import", *arguments],
        cwd=ROOT,
        env={**os.environ, "FRONTDESK_SYNCHRONOUS": "OFF", **variables},
        capture_output=True,
        preexec_fn=restrict if os.name == "posix" else None,
        check=False,
        timeout=120,
    )
    return run.returncode, json.loads(run.stdout)


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are a matter of POSIX")
def test_a_disk_that_takes_no_more_bytes_fails_by_code_and_the_file_stays_sound(desk: Context, tmp_path: Path) -> None:
    before = contents(desk)
    desk.database.close()
    path = str(OFFICE / "志愿者.xlsx")
    code, answer = command(tmp_path / "home", "volunteers", path, "--json", limit=100_000)
    error = answer["error"]
    assert code == 1 and isinstance(error, dict)
    assert error["code"] in ("disk_full", "disk_fault") and error["message"]
    assert is_sound(tmp_path / "home" / "centre.db")
    code, answer = command(tmp_path / "home", "volunteers", path, "--dry-run", "--json")
    assert (code, answer["added"]) == (0, 300)
    assert before["volunteer"] == []


def foreign(path: Path) -> None:
    path.write_text("not a database", encoding="utf-8")


def other_program(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE thing (id INTEGER)")
    connection.commit()
    connection.close()


def newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (foreign, "not_ours"),
        (other_program, "not_ours"),
        (newer, "newer_database"),
        (Path.unlink, "no_database"),
    ],
)
def test_a_database_that_is_not_ours_to_write_is_left_alone(
    desk: Context, tmp_path: Path, change: Callable[[Path], None], code: str
) -> None:
    desk.database.close()
    path = tmp_path / "home" / "centre.db"
    change(path)
    before = path.read_bytes() if path.exists() else None
    exit_code, answer = command(tmp_path / "home", "staff", str(OFFICE / "工作人员.xlsx"), "--json")
    error = answer["error"]
    assert exit_code == 1 and isinstance(error, dict) and error["code"] == code
    assert (path.read_bytes() if path.exists() else None) == before


def invoke(home: Path, *arguments: str) -> tuple[int, str]:
    run = CliRunner().invoke(cli, ["--home", str(home), "--as", "M001", "import", *arguments])
    if isinstance(run.exception, CodedError):
        raise run.exception
    return run.exit_code, run.stdout


def test_rejections_are_the_one_document_on_stdout_and_the_exit_code_is_1(desk: Context, tmp_path: Path) -> None:
    path = sheet(tmp_path, "工号 姓名 人员类别", [["S101", "张三", "专职"], ["S102", "12", ""]])
    expected = {
        "read": 2,
        "added": 0,
        "changed": 0,
        "unchanged": 0,
        "rejected": [
            {"row": 3, "column": "姓名", "value": "12", "reason": "bad_name"},
            {"row": 3, "column": "人员类别", "value": "", "reason": "missing"},
        ],
    }
    before = contents(desk, audit=True)
    assert command(tmp_path / "home", "staff", str(path), "--json") == (1, expected)
    code, words = invoke(tmp_path / "home", "staff", str(path))
    lines = words.splitlines()
    assert code == 1 and len(lines) == 3
    assert all(part in lines[0] for part in ("3", "姓名", "12"))
    assert contents(desk, audit=True) == before


def test_a_dry_run_answers_what_an_import_would_and_writes_nothing(desk: Context, tmp_path: Path) -> None:
    path = sheet(tmp_path, "工号 姓名 人员类别", [["S101", "张三", "专职"]])
    before = contents(desk, audit=True)
    code, trial = invoke(tmp_path / "home", "staff", str(path), "--dry-run", "--json")
    assert (code, contents(desk, audit=True)) == (0, before)
    assert invoke(tmp_path / "home", "staff", str(path), "--json") == (0, trial)
    assert json.loads(trial)["added"] == 1
    assert invoke(tmp_path / "home", "staff", str(path)) == (0, "共 1 行：新增 0，更改 0，未变 1。\n")


def test_a_trial_says_that_it_was_one(desk: Context, tmp_path: Path) -> None:
    path = sheet(tmp_path, "工号 姓名 人员类别", [["S101", "张三", "专职"]])
    outcome = import_staff(desk, path, dry_run=True)
    assert describe(outcome, dry_run=True) != describe(outcome, dry_run=False)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_command_with_help(kind: str) -> None:
    run = CliRunner().invoke(cli, ["import", kind, "--help"])
    assert run.exit_code == 0 and "--dry-run" in run.stdout and "imports." not in run.stdout


@pytest.mark.skipif(os.name != "posix", reason="names that are no text are a matter of POSIX")
def test_a_file_name_that_is_no_text_is_no_obstacle(desk: Context, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xc3\xfb\xb2\xe1.csv"))
    sheet(tmp_path, "工号 姓名 人员类别", [["S101", "张三", "专职"]]).rename(path)
    assert counts(import_staff(desk, path)) == (1, 0, 0)
    missing = os.fsdecode(os.fsencode(tmp_path) + b"/\xb2\xe1.xlsx")
    code, answer = command(tmp_path / "home", "staff", missing, "--json")
    error = answer["error"]
    assert code == 1 and isinstance(error, dict) and error["code"] == "file_missing"
