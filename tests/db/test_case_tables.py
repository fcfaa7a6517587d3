"""Registers as tables: the competency matrix, and the bundle that a third party is handed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook

from db.staff import Staff, put
from frontdesk.cases import service
from frontdesk.cases.evidence import supervised, write_evidence
from frontdesk.cases.matrix import COMPETENCY, matrix, skill_words, write_matrix
from frontdesk.cli import run
from frontdesk.context import Context, open_context
from frontdesk.errors import CodedError
from frontdesk.reports.indicators import service as indicators
from frontdesk.reports.indicators.rules import Parts
from tests.casesteps import turn_to
from tests.desks import new_desk

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
SECRET = "欧阳某某"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre on Monday 9 November 2026 with two colleagues."""
    context = new_desk(tmp_path / "home")
    with context.database.write() as connection:
        put(connection, Staff(no="W002", name="李四", kind="", role="operator"))
        put(connection, Staff(no="W003", name="赵六", kind="", role="operator"))
    yield context
    context.database.close()


def competency(desk: Context, person: str, matter: str, *, until: str = "", level: str = "2") -> int:
    """A cell of the matrix, qualified where it says until when."""
    one = service.open_case(desk, COMPETENCY, {"person": person, "matter": matter})
    if until:
        service.take_step(desk, one.row.id, "train", {"last_trained": "2026-11-01"})
        said = {"level": level, "checked_by": "M001", "valid_until": until}
        from dataclasses import replace

        from frontdesk.context import Operator

        another = replace(desk, operator=Operator("W002", "李四", "operator"))
        service.take_step(another, one.row.id, "qualify", said)
    return one.row.id


def rate(desk: Context) -> object:
    """The indicator as of today."""
    today = desk.today()
    values = indicators.values(desk, ["competency_rate", "competency_held", "competency_cells"], FIRST, today)
    found = values["competency_rate"]
    assert found == Parts(values["competency_held"], values["competency_cells"])  # type: ignore[arg-type]
    return (found.k, found.n) if isinstance(found, Parts) else None


def test_the_matrix_is_everybody_by_every_matter_and_its_rate_is_the_indicator(desk: Context) -> None:
    assert matrix(desk).covered == rate(desk) == (0, 0)
    competency(desk, "W002", "社保", until="2026-12-31", level="3")
    competency(desk, "W002", "医保")
    competency(desk, "W003", "社保")
    found = matrix(desk)
    assert (found.people, found.matters) == ({"W002": "李四", "W003": "赵六"}, ("医保", "社保"))
    # W003 was never entered for 医保: that is a cell all the same, and nobody holds it.
    assert found.skill("W003", "医保").standing == "lacking"
    assert found.of("社保") == (1, 2) and found.of("医保") == (0, 2)
    assert found.covered == rate(desk) == (1, 4)
    assert skill_words(found.skill("W002", "社保")) == "3"


def test_what_is_needed_no_more_is_no_cell_and_what_has_run_out_is_not_held(desk: Context) -> None:
    competency(desk, "W002", "社保", until="2026-11-20")
    competency(desk, "W002", "医保", until="2026-12-31")
    spared = competency(desk, "W003", "医保")
    competency(desk, "W003", "社保", until="2026-12-31")
    assert matrix(desk).covered == rate(desk) == (3, 4)
    service.take_step(desk, spared, "end", {})
    assert matrix(desk).covered == rate(desk) == (3, 3)
    assert matrix(desk).skill("W003", "医保").standing == "unneeded"
    turn_to(desk, 11, 20)
    assert matrix(desk).covered == rate(desk) == (3, 3)
    turn_to(desk, 11, 21)
    assert matrix(desk).skill("W002", "社保").standing == "expired"
    assert matrix(desk).covered == rate(desk) == (2, 3)
    # As it stood before, it is told afterwards too.
    before = indicators.values(desk, ["competency_rate"], FIRST, date(2026, 11, 20))
    assert before["competency_rate"] == Parts(3, 3)


def test_the_rows_behind_the_rate_name_nobody_in_full(desk: Context) -> None:
    competency(desk, "W002", "社保", until="2026-12-31")
    found = indicators.rows(desk, "competency_rate", FIRST, LAST)
    assert found.rows == [("李*", "社保")]


def test_the_matrix_as_a_workbook_has_a_row_a_matter_and_a_column_a_person(desk: Context, tmp_path: Path) -> None:
    competency(desk, "W002", "社保", until="2026-12-31")
    competency(desk, "W003", "医保")
    sheet = load_workbook(write_matrix(desk, tmp_path / "matrix.xlsx")).active
    rows = list(sheet.iter_rows(values_only=True))
    assert "覆盖率 25%（1/4）" in str(rows[1][0])
    assert rows[2:5] == [
        ("岗位或事项", "W002 李四", "W003 赵六", "会", "应会"),
        ("医保", "-", "没学", 0, 2),
        ("社保", 2, "-", 1, 2),
    ]
    assert all(f"{word}：" in str(rows[1][0]) for word in ("-", "没学", "在学", "过期", "免"))
    with pytest.raises(CodedError, match="unknown_ending"):
        write_matrix(desk, tmp_path / "matrix.csv")


def repairs(desk: Context) -> None:
    """A repair with a photo, an inspection that found something, both with people and phones in their words."""
    one = service.open_case(desk, "repair", {"what": f"{SECRET}说灯不亮，电话13800001234", "reported_by": SECRET})
    said = {"result": "换了灯管", "photo": f"共享盘/报修/灯.jpg（{SECRET}拍）", "cost": "12.50"}
    service.take_step(desk, one.row.id, "fix", said)
    turn_to(desk, 11, 13)
    service.take_step(desk, one.row.id, "verify", {"verifier": SECRET})
    turn_to(desk, 11, 20)
    items = [
        {"item": "灭火器", "fine": "否", "finding": "过期", "photo": "共享盘/检查/灭火器.jpg"},
        {"item": "出口", "fine": "是"},
    ]
    service.open_case(desk, "inspection", {"day": "2026-11-20", "items": items})


def test_a_third_party_has_every_record_with_steps_limits_photos_and_figures_and_nobody_by_name(
    desk: Context, tmp_path: Path
) -> None:
    repairs(desk)
    assert supervised(desk) == ["inspection", "repair", "third_party_supervision"]
    out = tmp_path / "evidence.xlsx"
    done = write_evidence(desk, FIRST, LAST, out)
    assert done.records == {"inspection": 1, "repair": 1, "third_party_supervision": 0} and done.vouchers == 2
    book = load_workbook(out)
    names = ["目录", "日常检查", "报修", "第三方督导", "经过", "期限", "照片和凭证", "数字"]
    assert book.sheetnames == names
    said = {name: list(book[name].iter_rows(min_row=4, values_only=True)) for name in names}
    assert ("经过", len(said["经过"])) in said["目录"]
    steps = [row for row in said["经过"] if row[1] == "BX2026-0001"]
    assert [row[2] for row in steps] == ["登记", "修好", "验收"]
    # What happened stands there by the clock of the centre, as spreadsheets sort and reckon with it.
    with desk.database.reading() as connection:
        logged = connection.execute("SELECT at FROM case_log WHERE case_id = 1 ORDER BY position").fetchall()
    assert [row[0] for row in steps] == [desk.local(one["at"]).replace(tzinfo=None, microsecond=0) for one in logged]
    sheet = book["经过"]
    assert sheet["A4"].is_date and sheet["A4"].number_format == "yyyy-mm-dd hh:mm"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A4", f"A3:E{sheet.max_row}")
    assert sheet.column_dimensions["A"].width >= 16 and sheet.column_dimensions["D"].width >= 20
    # Who inspected is told by number and as much of the name as a list shows.
    assert any("检查人：M001 王*；" in str(row[3]) for row in said["经过"])
    assert "费用：12.50；" in str(steps[1][3])
    assert {(row[1], row[5]) for row in said["期限"]} >= {
        ("修好", "按期"),
        ("验收", "逾期办到"),
        ("得出结论", "没有办到"),
    }
    assert next(row[3] for row in said["照片和凭证"]) == "共享盘/检查/灭火器.jpg"
    assert ("报修", "维修费用", 12.5, "元") in said["数字"]
    everything = json.dumps([[list(map(str, row)) for row in rows] for rows in said.values()], ensure_ascii=False)
    assert SECRET not in everything and "13800001234" not in everything
    assert "灯不亮" in everything


def test_the_bundle_has_what_happened_in_its_days_to_older_records_too_and_others_by_name(
    desk: Context, tmp_path: Path
) -> None:
    repairs(desk)
    out = tmp_path / "evidence.xlsx"
    days = date(2026, 11, 13), date(2026, 11, 14)
    assert write_evidence(desk, *days, out, ["repair"]).records == {"repair": 1}
    assert write_evidence(desk, date(2026, 11, 14), date(2026, 11, 19), out, ["repair"]).records == {"repair": 0}
    evidence = partial(write_evidence, desk)
    for case, code in (
        (partial(evidence, FIRST, LAST, out, ["no_such"]), "no_such_register"),
        (partial(evidence, FIRST, LAST, out, ["duty_third_party"]), "no_such_register"),
        (partial(evidence, LAST, FIRST, out), "days_turned"),
        (partial(evidence, FIRST, LAST, tmp_path / "evidence.pdf"), "unknown_ending"),
    ):
        with pytest.raises(CodedError, match=code):
            case()


def test_tables_by_command(desk: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontdesk.context.open_context", partial(open_context, clock=desk.clock))
    competency(desk, "W002", "社保", until="2026-12-31")
    repairs(desk)
    desk.database.close()
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))

    def said(*command: str) -> Any:
        out = StringIO()
        with redirect_stdout(out):
            assert run(["--as", "M001", "case", *command, "--json"]) == 0
        return json.loads(out.getvalue())

    assert (said("matrix")["held"], said("matrix")["asked"]) == (1, 1)
    assert said("usage", "--period", "2026-11") == []
    for command in (["matrix"], ["usage"], ["evidence", "--first", "2026-11-01", "--last", "2026-11-30"]):
        out = tmp_path / f"{command[0]}.xlsx"
        assert said(*command, "--out", str(out))["out"] == str(out) and out.exists()
    assert run(["--as", "M001", "case", "usage", "--period", "某年"]) == 1
    assert run(["--as", "M001", "case", "evidence", "--first", "某天", "--out", str(tmp_path / "x.xlsx")]) == 2
