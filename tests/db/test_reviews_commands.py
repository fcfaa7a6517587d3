"""Department reviews by command: what a script gets, and the papers, which hold codes and no names."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook
from pypdfium2 import PdfDocument

from frontdesk import cli
from frontdesk.feedback.review.codes import typed_code
from tests.desks import new_desk
from tests.programs import rows, run_here


@pytest.fixture
def home(tmp_path: Path) -> Path:
    new_desk(tmp_path / "home").database.close()
    return tmp_path / "home"


def text_of(path: Path) -> str:
    document = PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def codes_on(path: Path) -> list[str]:
    return [one.replace(" ", "") for one in re.findall(r"[0-9]{4} [0-9]{4} [0-9]{4}", text_of(path))]


def opened(home: Path, number: int = 12) -> dict[str, object]:
    ended = run_here(
        home,
        *("review", "open", "年终评价", "--department", "房管办", "--department", "派出所", "--codes", str(number)),
        *("--from", "2026-11-01", "--to", "2027-11-30"),
    )
    assert ended.code == 0, ended
    return ended.answers[0]


def test_a_round_from_its_opening_to_its_workbook(home: Path, tmp_path: Path) -> None:
    made = opened(home)
    assert (made["round"], made["state"], made["codes"], made["used"]) == (1, "open", 12, 0)
    slips = tmp_path / "codes.pdf"
    assert run_here(home, "review", "codes", "1", "--out", str(slips)).answers[0]["codes"] == 12
    codes = codes_on(slips)
    assert len(set(codes)) == 12
    assert all(typed_code(code) == code for code in codes)
    # Drawn in another order each time: the first on the paper is nobody's.
    again = tmp_path / "again.pdf"
    run_here(home, "review", "codes", "1", "--out", str(again))
    assert sorted(codes_on(again)) == sorted(codes)
    assert codes_on(again) != codes
    more = tmp_path / "more.pdf"
    assert run_here(home, "review", "codes", "1", "--more", "3", "--out", str(more)).answers[0]["codes"] == 3
    assert not set(codes_on(more)) & set(codes)

    for code in codes[:7]:
        said = ("房管办=5/4", *(("派出所=1/2",) if code in codes[:2] else ()))
        entered = run_here(home, "review", "enter", *said, "--comment", "房管办=快", given=f"{code}\n")
        assert entered.answers[0]["departments"] == len(said)
    assert run_here(home, "review", "enter", "房管办=5/4", given=codes[0]).error == "used_code"
    assert run_here(home, "review", "enter", "房管办=5/4", given="").error == "unread_code"
    assert run_here(home, "review", "enter", "房管办", given=codes[8]).error == "unread_mark"
    assert run_here(home, "review", "results", "1").error == "still_open"
    assert run_here(home, "review", "export", "1", "--out", str(tmp_path / "x.xlsx")).error == "still_open"
    closed = run_here(home, "review", "close", "1").answers[0]
    assert (closed["state"], closed["used"]) == ("closed", 7)

    found = run_here(home, "review", "results", "1").answers[0]
    # Two reviews are too few, and the other department would tell them from the total.
    assert found["results"] == {"房管办": None, "派出所": None}
    assert found["together"]["count"] == 9
    assert found["comments"] == {}
    book = tmp_path / "results.xlsx"
    assert run_here(home, "review", "export", "1", "--comments", "--out", str(book)).code == 0
    cells = [
        cell for row in load_workbook(book).worksheets[0].iter_rows(min_row=4, values_only=True) for cell in row[:2]
    ]
    assert cells == ["房管办", "不显示", "派出所", "不显示", "合计", 9]
    paper = tmp_path / "results.pdf"
    assert run_here(home, "review", "export", "1", "--out", str(paper)).answers[0]["pages"] == 1
    assert "不显示" in text_of(paper)
    assert run_here(home, "review", "export", "1", "--comments", "--out", str(paper)).error == "no_comments_on_paper"
    assert run_here(home, "review", "export", "1", "--out", str(tmp_path / "x.txt")).error == "unknown_ending"
    listed: Any = run_here(home, "review", "list").answers[0]
    assert [(one["round"], one["used"]) for one in listed] == [(1, 7)]
    actions = [row[0] for row in rows(home / "centre.db", "SELECT action FROM audit WHERE action LIKE 'review%'")]
    assert sorted(set(actions)) == [
        f"review.{one}" for one in ("closed", "codes_written", "comments_written", "more_codes", "opened")
    ]


def test_reviewing_needs_no_sign_in_and_opening_does(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(home)
    arguments = ["--home", str(home), "review", "close", "1", "--json"]
    assert cli.run(arguments) == 1
    assert "operator_required" in capsys.readouterr().out
    slips = tmp_path / "codes.pdf"
    run_here(home, "review", "codes", "1", "--out", str(slips))
    before = rows(home / "centre.db", "SELECT count(*) FROM audit")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", StringIO(f"{codes_on(slips)[0]}\n"))
        assert cli.run(["--home", str(home), "review", "enter", "房管办=3/3", "--json"]) == 0
    assert rows(home / "centre.db", "SELECT count(*) FROM audit") == before


def test_the_slips_say_how_to_use_them_and_name_nobody(home: Path, tmp_path: Path) -> None:
    opened(home, 23)
    slips = tmp_path / "codes.pdf"
    answer = run_here(home, "review", "codes", "1", "--out", str(slips)).answers[0]
    assert (answer["pages"], answer["codes"]) == (3, 23)
    said = text_of(slips)
    for words in ("安亭示范邻里中心", "年终评价", "Ctrl+E", "2026-11-01", "匿名"):
        assert said.count(words) >= 23
    assert "王五" not in said
    assert "M001" not in said
