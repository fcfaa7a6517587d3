"""`district export`: the very workbooks that the pages hand out."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl.reader.excel import load_workbook

from frontdesk.district.commands import district_group
from frontdesk.district.keys import District
from frontdesk.errors import CodedError
from frontdesk.invocation import Invocation
from tests.district.conftest import DISTRICT_SEED
from tests.district.webdesk import OURS, PERIOD, Browser

Run = Callable[..., Any]
ASKED = {
    ("completeness", PERIOD): f"/export/completeness.xlsx?period={PERIOD}",
    ("totals", PERIOD, "--street", OURS): f"/export/totals.xlsx?period={PERIOD}&street={OURS}",
    ("centre", "ours-1"): "/export/centre.xlsx?code=ours-1",
}


@pytest.fixture
def run(small: District, tmp_path: Path) -> Run:
    """Runs an export from the store of the district `small`."""
    key = tmp_path / "district.key"
    key.write_bytes(DISTRICT_SEED)

    def command(*arguments: str, out: Path, plain: bool = False) -> Any:
        said = ["--store", f"sqlite:///{tmp_path}/small.db", "--key", str(key), "export", *arguments]
        said += ["--out", str(out), *([] if plain else ["--json"])]
        result = CliRunner().invoke(district_group, said, obj=Invocation(), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output if plain else json.loads(result.stdout)

    return command


def cells(content: bytes) -> dict[str, list[list[tuple[object, str]]]]:
    """What stands in each cell of each sheet, with its type."""
    book = load_workbook(BytesIO(content))
    return {one.title: [[(cell.value, cell.data_type) for cell in row] for row in one.iter_rows()] for one in book}


def test_the_command_writes_what_the_page_hands_out(small: District, run: Run, tmp_path: Path) -> None:
    browser = Browser.of(small, "district")
    for number, (arguments, address) in enumerate(ASKED.items()):
        out = tmp_path / f"{number}.xlsx"
        answer = run(*arguments, out=out)
        page = cells(browser.get(address).content)
        assert cells(out.read_bytes()) == page
        # Two rows of titles and the heads stand above the rows.
        assert {one["name"]: one["rows"] + 2 for one in answer["sheets"]} == {
            name: len(rows) - 1 for name, rows in page.items()
        }
        assert answer["file"] == str(out)
    assert "again.xlsx" in run("centre", "ours-1", out=tmp_path / "again.xlsx", plain=True)


@pytest.mark.parametrize(
    ("arguments", "name", "code"),
    [
        (("completeness", PERIOD), "book.csv", "not_xlsx"),
        (("completeness", PERIOD), "nowhere/book.xlsx", "no_out_folder"),
        (("totals", "2026-W99"), "book.xlsx", "bad_period"),
        (("centre", "nobody"), "book.xlsx", "no_such_centre"),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_no_file(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], name: str, code: str
) -> None:
    with pytest.raises(CodedError) as caught:
        run(*arguments, out=tmp_path / name)
    assert caught.value.code == code
    assert not (tmp_path / name).exists()
