"""What the commands about reports as files answer, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook
from pypdfium2 import PdfDocument

from tests.desks import new_desk
from tests.programs import run_here

WEEK = "2024-W19"
"""A week that has ended, whenever this is run."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A centre."""
    new_desk(tmp_path / "home").database.close()
    return tmp_path / "home"


def test_a_template_is_written_edited_tried_kept_used_and_taken_away(home: Path, tmp_path: Path) -> None:
    [answer] = run_here(home, "report", "template").answers
    assert (answer["kept"], [one["sheet"] for one in answer["sheets"]][:2]) == (False, ["cover", "sessions"])
    file = tmp_path / "街道.toml"
    assert run_here(home, "report", "template", "--out", str(file)).answers == [{"out": str(file)}]
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('title = "活动"', 'title = "活动台账"'), encoding="utf-8")
    [checked] = run_here(home, "report", "template", "--check", str(file)).answers
    assert checked["sheets"][1]["title"] == "活动台账"
    assert not run_here(home, "report", "template").answers[0]["kept"]
    for arguments in (("--template", str(file)), ()):
        if not arguments:
            assert run_here(home, "report", "template", "--keep", str(file)).code == 0
        out = tmp_path / f"{len(arguments)}.xlsx"
        assert run_here(home, "report", "export", WEEK, "--out", str(out), *arguments).code == 0
        assert "活动台账" in load_workbook(out).sheetnames
    assert run_here(home, "report", "template", "--reset").answers == [{"kept": False}]
    assert not run_here(home, "report", "template").answers[0]["kept"]


def test_a_faulty_template_is_refused_with_its_line_and_nothing_is_written(home: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "街道.toml", tmp_path / "week.xlsx"
    file.write_text('[[sheets]]\nsheet = "ratings"\ncolumns = ["phone"]\n', encoding="utf-8")
    for arguments in (
        ("report", "export", WEEK, "--out", str(out), "--template", str(file)),
        ("report", "pdf", WEEK, "--out", str(out), "--template", str(file)),
        ("report", "template", "--check", str(file)),
        ("report", "template", "--keep", str(file)),
    ):
        ended = run_here(home, *arguments)
        assert (ended.code, ended.error) == (1, "template_unknown_column")
        assert "第 3 行" in ended.answers[0]["error"]["message"]
    assert not out.exists()
    assert run_here(home, "report", "template", "--keep", str(file), "--reset").code == 2


def test_a_report_is_written_as_a_pdf(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "week.pdf"
    ended = run_here(home, "report", "pdf", WEEK, "--out", str(out))
    [answer] = ended.answers
    assert (answer["period"], answer["with_names"], answer["pages"]) == (WEEK, False, len(PdfDocument(out)))
    missing = run_here(home, "report", "pdf", WEEK, "--out", str(tmp_path / "absent" / "week.pdf"))
    assert missing.error == "export_failed"
