"""Hours and certificates on the command line, with JSON for other programs and words for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from openpyxl.reader.excel import load_workbook

from frontdesk import cli
from frontdesk.context import open_context
from frontdesk.home import Home
from frontdesk.locale import use_language
from tests.desks import contents, new_desk
from tests.hoursdesks import MONDAY, SUNDAY, add_job, add_visit, add_volunteer

WEEK = "2026-11-02 2026-11-08"
Run = Callable[..., Any]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("FRONTDESK_PIN", raising=False)
    monkeypatch.delenv("FRONTDESK_AS", raising=False)
    context = new_desk(tmp_path / "home")
    add_volunteer(context, "0310001", "张小明", "护河队")
    add_volunteer(context, "0310002", "欧阳娜娜", "")
    job = add_job(context, MONDAY, 540, 180)
    add_visit(context, "0310001", MONDAY, 540, 5430, job=job)
    add_visit(context, "0310002", SUNDAY, 540, 3600)
    context.database.close()
    yield tmp_path / "home"
    use_language("zh_CN")


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with --json as the manager; its answer."""

    def case(*arguments: str, code: int = 0, signed: bool = True) -> Any:
        who = ["--as", "M001"] if signed else []
        assert cli.run(["--home", str(home), *who, *arguments, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return case


@pytest.fixture(params=["zh", "en"])
def words(home: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Callable[..., str]:
    """Runs a command in a language and gives what it says to people."""

    def case(*arguments: str) -> str:
        # Without a terminal answers are JSON unless the words are asked for where they are made.
        assert cli.run(["--home", str(home), "--as", "M001", "--lang", request.param, *arguments]) == 0
        said = capsys.readouterr().out
        assert "{" not in said and "hours." not in said
        return said

    return case


def test_hours_are_shown_without_signing_in_and_names_are_masked(run: Run) -> None:
    everybody = run("hours", "show", "--period", WEEK, signed=False)
    assert [(line["key"], line["label"]) for line in everybody["lines"]] == [
        ("0310001", "张*明"),
        ("0310002", "欧阳**"),
    ]
    one = run("hours", "show", "0310001", "--from", "2026-11-02", "--to", "2026-11-08", signed=False)
    assert (one["measured_seconds"], one["measured_minutes_shown"], one["name_masked"]) == (5430, 90, "张*明")
    assert one["lines"][0]["content"] == "平安巡逻"


def test_a_supplement_is_added_and_annulled(run: Run) -> None:
    added = run("hours", "supplement", "0310001", "1:00", "--day", "2026-11-03", "--reason", "忘带卡")
    assert run("hours", "statement", "0310001", "--period", WEEK)["supplemented_seconds"] == 3600
    refused = run("hours", "supplement", "0310001", "8h", "--day", "2026-11-03", "--reason", "忘带卡", code=1)
    assert refused["error"]["code"] == "above_planned"
    assert run("hours", "annul", str(added["supplement"]), "--reason", "记错")["annulled"] is True
    assert run("hours", "statement", "0310001", "--period", WEEK)["lines"][1:] == []


def test_writing_takes_an_operator(run: Run) -> None:
    for arguments in (
        ("hours", "supplement", "0310001", "30", "--day", "2026-11-03", "--reason", "x"),
        ("hours", "totals", "--by", "volunteer", "--with-names", "--period", WEEK),
        ("hours", "notice", "publish", WEEK),
        ("certificate", "issue", "0310001", "--period", WEEK),
    ):
        assert run(*arguments, code=1, signed=False)["error"]["code"] == "operator_required"


def test_a_statement_is_written_with_the_whole_name_and_that_is_logged(run: Run, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "时长单.xlsx"
    run("hours", "statement", "0310001", "--period", WEEK, "--out", str(out))
    cells = [[cell.value for cell in row] for row in load_workbook(out).worksheets[0].iter_rows()]
    assert "张小明" in cells[1][0]
    assert cells[-1][6:8] == [5430, 0]
    assert (
        run("hours", "statement", "0310001", "--out", str(tmp_path / "x.doc"), code=1)["error"]["code"]
        == "unknown_ending"
    )
    context = open_context(Home(home), source="cli")
    log = contents(context, audit=True)["audit"]
    context.database.close()
    assert [row[4] for row in log].count("hours.statement_written") == 1


def test_totals_by_each_measure_and_as_a_workbook(run: Run, tmp_path: Path) -> None:
    for by, keys in {
        "team": ["", "护河队"],
        "content": ["平安巡逻", ""],
        "week": ["2026-W45"],
        "month": ["2026-11"],
        "quarter": ["2026-Q4"],
        "year": ["2026"],
    }.items():
        found = run("hours", "totals", "--by", by, "--period", WEEK, signed=False)
        assert [line["key"] for line in found["lines"]] == keys
        assert sum(line["measured_seconds"] for line in found["lines"]) == found["total"]["measured_seconds"] == 9030
    whole = run("hours", "totals", "--by", "volunteer", "--with-names", "--period", WEEK)
    assert [line["label"] for line in whole["lines"]] == ["张小明", "欧阳娜娜"]
    run("hours", "export", str(tmp_path / "1.xlsx"), "--period", WEEK, signed=False)
    run("hours", "export", str(tmp_path / "2.xlsx"), "--period", WEEK, "--with-names")
    for name, shown in (("1.xlsx", ["张*明", "欧阳**"]), ("2.xlsx", ["张小明", "欧阳娜娜"])):
        book = load_workbook(tmp_path / name)
        assert book.sheetnames == ["合计", "人员", "服务队"]
        assert [row[1].value for row in book["人员"].iter_rows(min_row=4)] == shown
        assert sum(row[7].value for row in book["人员"].iter_rows(min_row=4)) == 9030


def test_a_notice_is_published_objected_to_decided_printed_and_withdrawn(run: Run, tmp_path: Path) -> None:
    kept = run("hours", "notice", "publish", WEEK)
    number = str(kept["notice"])
    objection = run("hours", "notice", "object", number, "0310002", "--words", "少记一小时")
    decided = run("hours", "notice", "decide", str(objection["objection"]), "upheld", "--words", "有签到表")
    assert decided["outcome"] == "upheld"
    run("hours", "supplement", "0310002", "60", "--day", "2026-11-08", "--reason", "异议成立")
    shown = run("hours", "notice", "show", number, signed=False)
    assert [(line["volunteer"], line["differs"]) for line in shown["lines"]] == [("0310001", False), ("0310002", True)]
    assert run("hours", "notice", "print", number, "--out", str(tmp_path / "公示.pdf"), signed=False)["pages"] == 1
    assert run("hours", "notice", "withdraw", number, "--reason", "重新公示")["state"] == "withdrawn"
    assert [one["state"] for one in run("hours", "notice", "list", signed=False)] == ["withdrawn"]


@pytest.mark.parametrize("arguments", [("hours", "show"), ("checkin", "review")])
def test_a_number_that_may_be_left_out_stands_in_brackets(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert cli.run([*arguments, "--help"]) == 0
    assert "[选项] [NO]" in capsys.readouterr().out.splitlines()[0]


def test_of_a_year_that_still_runs_a_certificate_is_issued_up_to_today(run: Run, home: Path) -> None:
    given = ("--responsible", "王五", "--contact", "电话")
    context = open_context(Home(home), source="cli")
    today = context.today().isoformat()
    context.database.close()
    issued = run("certificate", "issue", "0310001", "--period", "2026", *given)
    assert (issued["first"], issued["last"]) == ("2026-01-01", min(today, "2026-12-31"))
    later = ("--from", "2026-11-02", "--to", "2099-12-31")
    refused = run("certificate", "issue", "0310001", *later, *given, code=1)["error"]
    assert refused["code"] == "period_to_come" and today in refused["message"]


def test_a_certificate_is_issued_verified_printed_and_revoked(run: Run, tmp_path: Path) -> None:
    lacking = run("certificate", "issue", "0310001", "--period", WEEK, code=1)["error"]
    assert lacking["code"] == "certificate_incomplete"
    assert "负责人、联系方式" in lacking["message"]
    given = ("--responsible", "王五", "--contact", "021-59500000", "--out", str(tmp_path / "1.pdf"))
    issued = run("certificate", "issue", "0310001", "--period", WEEK, *given)
    number = issued["number"]
    twin = run("certificate", "issue", "0310001", "--period", WEEK, *given, code=1)["error"]
    assert twin["code"] == "already_issued"
    nowhere = ("--again", "--out", str(tmp_path / "nowhere" / "x.pdf"))
    lost = run("certificate", "issue", "0310001", "--period", WEEK, *given, *nowhere, code=1)["error"]
    assert lost["code"] == "write_failed"
    assert issued["content"] == [{"content": "平安巡逻", "measured_seconds": 5430, "supplemented_seconds": 0}]
    run("certificate", "print", number, "--out", str(tmp_path / "2.pdf"))
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()
    with pypdfium2.PdfDocument(tmp_path / "2.pdf") as document:
        assert len(document) == 1
    assert run("certificate", "verify", number, signed=False)["verdict"] == "genuine"
    assert run("certificate", "show", number, signed=False)["name_masked"] == "张*明"
    assert [one["number"] for one in run("certificate", "list", "--volunteer", "0310001", signed=False)] == [number]
    assert run("certificate", "revoke", number, "--reason", "重复出具")["revoked"] is True
    assert run("certificate", "verify", number, code=1, signed=False)["verdict"] == "revoked"
    assert run("certificate", "verify", number[:-1], code=1, signed=False)["verdict"] == "mistyped"


def test_a_period_that_cannot_be_is_refused(run: Run) -> None:
    assert run("hours", "show", "--period", "x", code=1)["error"]["code"] == "bad_period"
    assert run("hours", "show", "--from", "x", code=1)["error"]["code"] == "bad_day"
    order = run("hours", "show", "--from", "2026-11-08", "--to", "2026-11-02", code=1)
    assert order["error"]["code"] == "bad_order"
    assert run("hours", "show", "--period", WEEK, "--to", "2026-11-02", code=2)["error"]["code"] == "usage"


def test_people_are_answered_in_words_of_their_language(words: Callable[..., str], tmp_path: Path) -> None:
    words("hours", "supplement", "0310001", "30", "--day", "2026-11-03", "--reason", "忘带卡")
    assert "1:30" in words("hours", "show", "0310001", "--period", WEEK)
    assert "欧阳**" in words("hours", "totals", "--by", "volunteer", "--period", WEEK)
    words("hours", "notice", "publish", WEEK)
    words("hours", "notice", "object", "1", "0310002", "--words", "少记")
    assert "0310002" in words("hours", "notice", "show", "1")
    words("hours", "notice", "list")
    words("certificate", "list")
    words("certificate", "issue", "0310001", "--period", WEEK, "--responsible", "王五", "--contact", "1")
    assert "张*明" in words("certificate", "list")
