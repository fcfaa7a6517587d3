"""Registers that come in as sheets, forms that are keyed in, and the commands of both."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook
from openpyxl.workbook.workbook import Workbook

from db.staff import Staff
from db.staff import put as hire
from frontdesk.cases import service
from frontdesk.cases.drafts import drafts
from frontdesk.cases.papers.errors import PaperError
from frontdesk.cases.papers.exporting import export_register, write_form
from frontdesk.cases.papers.importing import import_register
from frontdesk.cases.papers.tally import counted, read_form
from frontdesk.cases.papers.tallying import begin, finish, keep
from frontdesk.cases.rows import values_of
from frontdesk.cases.service import CaseView
from frontdesk.cli import run
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from frontdesk.locale import use_language
from frontdesk.sheets.outcome import ImportOutcome
from tests.desks import contents, counts

pytestmark = pytest.mark.usefixtures("chinese")

SERVICES = "哪张清单,服务名称,提供单位,联系方式,有效到"
GRIDS = "网格 层级 网格长 电话 范围（路、号、小区）"


def csv(tmp_path: Path, *lines: str, name: str = "表.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


def told(outcome: ImportOutcome) -> list[tuple[int, str, str, str]]:
    return [(one.row, one.column, one.value, one.reason) for one in outcome.rejected]


def titles(desk: Context, code: str) -> list[str]:
    return [one.title for one in service.register(desk, code)]


def test_a_catalogue_comes_in_once_and_a_changed_row_corrects_it(desk: Context, tmp_path: Path) -> None:
    sheet = csv(
        tmp_path,
        SERVICES,
        "区级服务清单,=中医把脉,安亭医院,021-59570000,2027-12-31",
        "town,磨刀修伞,老师傅志愿队,13800004321,2027年12月31日",
    )
    tried = import_register(desk, "service_item", sheet, dry_run=True)
    assert (told(tried), counts(tried), titles(desk, "service_item")) == ([], (2, 0, 0), [])
    assert "13800004321" not in str([one.shown for one in tried.preview])
    assert counts(import_register(desk, "service_item", sheet)) == (2, 0, 0)
    assert counts(import_register(desk, "service_item", sheet)) == (0, 0, 2)
    out = tmp_path / "出.xlsx"
    export_register(desk, "service_item", out)
    book = load_workbook(out)
    rows = book.worksheets[0]
    heads = {cell.value: cell.column for cell in rows[3]}
    rows.cell(4, heads["提供单位"]).value = "安亭中心医院"
    book.save(out)
    tried = import_register(desk, "service_item", out, dry_run=True)
    assert [one.fields for one in tried.preview] == [(("提供单位", "安亭医院", "安亭中心医院"),)]
    assert counts(import_register(desk, "service_item", out)) == (0, 1, 1)
    # The sheet is older than the record now.
    rows.cell(4, heads["提供单位"]).value = "别的医院"
    book.save(out)
    assert [one[3] for one in told(import_register(desk, "service_item", out))] == ["changed_meanwhile"]
    assert service.cases_astray(desk, desk.database.connection) == []


def test_what_cannot_be_taken_is_named_by_row_column_value_and_reason_and_nothing_is_kept(
    desk: Context, tmp_path: Path
) -> None:
    before = contents(desk, audit=True)
    sheet = csv(
        tmp_path,
        SERVICES,
        "区级服务清单,一,甲,1234,2027-12-31",
        "天上的,二,乙,,",
        "区级服务清单,三,丙,,31.12.2027",
        "区级服务清单,,丁,,",
        f"区级服务清单,{'长' * 201},戊,,",
        "区级服务清单,五,己,138****4321,",
        "区级服务清单,六,庚,,2027-12-31",
        "区级服务清单,七\x07,辛,,",
    )
    outcome = import_register(desk, "service_item", sheet)
    assert told(outcome) == [
        (2, "联系方式", "1234", "bad_phone"),
        (3, "哪张清单", "天上的", "bad_choice"),
        (4, "有效到", "31.12.2027", "bad_date"),
        (5, "服务名称", "", "missing"),
        (6, "服务名称", f"{'长' * 80}..", "too_long"),
        (7, "联系方式", "138****4321", "masked"),
        (9, "服务名称", "七", "control_character"),
    ]
    assert all(one.words() for one in outcome.rejected) and outcome.read == 8
    assert contents(desk, audit=True) == before


def test_no_row_of_a_sheet_is_dated_by_the_day_on_which_it_is_brought_in(desk: Context, tmp_path: Path) -> None:
    suggestions = csv(tmp_path, "建议,哪天", "路灯,2026-11-02", "长椅,")
    assert told(import_register(desk, "suggestion", suggestions)) == [(3, "哪天", "", "missing")]
    form = write_form(desk, "suggestion", tmp_path / "表.xlsx")
    needed = {row[0]: row[1] for row in load_workbook(form).worksheets[1].iter_rows(values_only=True)}
    assert needed["哪天"] == needed["建议"] == "是"
    # By hand the form begins with today, where the person sees it.
    service.open_case(desk, "suggestion", {"text": "书架"})
    import_register(desk, "suggestion", csv(tmp_path, "建议,哪天", "路灯,2026-11-02"))
    days = [str(values_of(row)["made_on"]) for row in service.register(desk, "suggestion")]
    assert sorted(days) == ["2026-11-02", desk.today().isoformat()]


def test_headings_are_understood_in_both_languages_and_a_grid_is_known_by_its_name(
    desk: Context, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    use_language("en")
    grid = service.definitions(desk)["grid"]
    needed = [one for one in grid.fields if one.code in ("name", "level", "leader", "addresses")]
    sheet.append([str(one.name) for one in needed])
    level = next(one for one in needed if one.code == "level").choices[0]
    sheet.append(["玉兰一网格", str(level.name), "周大明", "玉兰路1号\n玉兰路3号"])
    book.save(tmp_path / "grid.xlsx")
    assert counts(import_register(desk, "grid", tmp_path / "grid.xlsx")) == (1, 0, 0)
    use_language("zh_CN")
    assert counts(import_register(desk, "grid", tmp_path / "grid.xlsx")) == (0, 0, 1)
    sheet.cell(2, 3).value = "周小明"
    sheet.append(["玉兰一网格", str(level.name), "周大明", "x"])
    book.save(tmp_path / "grid.xlsx")
    tried = import_register(desk, "grid", tmp_path / "grid.xlsx", dry_run=True)
    assert counts(tried) == (0, 2, 0)
    assert service.find(desk, "周大明")[0].title == "玉兰一网格"


def test_what_stands_twice_in_a_sheet_is_there_twice_and_comes_back_once(desk: Context, tmp_path: Path) -> None:
    sheet = csv(tmp_path, "姓名,单位,类别,任期从", *(["王梅,物业,区域单位党组织,2026-01-01"] * 2))
    heads = service.definitions(desk)["council_member"]
    choice = next(one for one in heads.fields if one.kind == "choice").choices[0]
    sheet.write_text(
        sheet.read_text(encoding="utf-8-sig").replace("区域单位党组织", str(choice.name)), encoding="utf-8-sig"
    )
    first = import_register(desk, "council_member", sheet)
    assert counts(first) == (2, 0, 0), told(first)
    assert counts(import_register(desk, "council_member", sheet)) == (0, 0, 2)


def test_a_sheet_of_another_centre_makes_records_and_never_overwrites_by_number(desk: Context, tmp_path: Path) -> None:
    csv_file = csv(tmp_path, SERVICES, "区级服务清单,中医把脉,安亭医院,,")
    import_register(desk, "service_item", csv_file)
    out = tmp_path / "出.csv"
    export_register(desk, "service_item", out)
    elsewhere = out.read_text(encoding="utf-8-sig").replace(desk.centre.code, "999999-999").replace("把脉", "推拿")
    out.write_text(elsewhere, encoding="utf-8-sig")
    assert counts(import_register(desk, "service_item", out)) == (1, 0, 0)
    assert sorted(titles(desk, "service_item")) == ["中医把脉", "中医推拿"]
    gone = elsewhere.replace("999999-999", desk.centre.code).replace("0001", "0099")
    out.write_text(gone, encoding="utf-8-sig")
    assert [one[3] for one in told(import_register(desk, "service_item", out))] == ["unknown_number"]


def test_a_sheet_takes_no_step_and_says_of_each_cell_which_one_would(desk: Context, tmp_path: Path) -> None:
    sheet = csv(tmp_path, "坏了什么,怎么修的,费用", "灯不亮,换了灯管,35", "门坏了,,")
    outcome = import_register(desk, "repair", sheet)
    assert told(outcome) == [(2, "费用", "35", "later_step"), (2, "怎么修的", "换了灯管", "later_step")]
    assert "后面的步骤" in outcome.rejected[0].words() and titles(desk, "repair") == []
    sheet = csv(tmp_path, "坏了什么", "灯不亮", "门坏了")
    assert counts(import_register(desk, "repair", sheet)) == (2, 0, 0)
    # Nor in a record that is here already.
    number = service.register(desk, "repair")[-1].number
    sheet = csv(tmp_path, "编号,坏了什么,怎么修的", f"{number},灯不亮,换了灯管")
    assert [one[3] for one in told(import_register(desk, "repair", sheet))] == ["later_step"]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_blank_form_of_every_register_is_a_sheet_with_nothing_in_it(
    desk: Context, tmp_path: Path, ending: str
) -> None:
    for code, definition in service.definitions(desk).items():
        if definition.kind != "duty":
            for language in ("zh_CN", "en"):
                use_language(language)
                form = write_form(desk, code, tmp_path / f"{code}.{ending}")
            outcome = import_register(desk, code, form)
            assert (code, outcome.read, told(outcome)) == (code, 0, [])
            if ending == "xlsx":
                assert load_workbook(form).worksheets[0].cell(4, 1).value is None


def test_a_blank_form_asks_for_what_an_opening_asks_for_and_marks_what_a_sheet_needs(
    desk: Context, tmp_path: Path
) -> None:
    """Column by column: a sheet without one that is marked is refused for it, and for no column that is not marked."""
    for code, definition in service.definitions(desk).items():
        if definition.kind == "duty":
            continue
        book = load_workbook(write_form(desk, code, tmp_path / f"{code}.xlsx"))
        notes = [row for row in book.worksheets[1].iter_rows(min_row=4, values_only=True) if row[0]]
        marked = {row[0] for row in notes if row[1]}
        heads = [cell.value for cell in book.worksheets[0][3] if cell.value]
        assert heads == [row[0] for row in notes], code
        later, asked = (
            {str(one.name) for one in definition.fields if one.at_opening is is_asked} for is_asked in (False, True)
        )
        assert not (later - asked) & set(heads), code
        # All that are marked, and of the others the first.
        tried = [*(one for one in heads if one in marked), *[one for one in heads if one not in marked][:1]]
        for head in tried if len(heads) > 1 else ():
            others = [one for one in heads if one != head]
            sheet = csv(tmp_path, ",".join(others), ",".join("-" for _ in others))
            try:
                refused = [one[1] for one in told(import_register(desk, code, sheet, dry_run=True))]
            except DeskError:
                # The whole sheet: a column that is needed is not there.
                refused = [head]
            assert (head in marked) == any(head in one for one in refused if one != "-"), (code, head, refused)


def started_round(desk: Context) -> CaseView:
    options = [{"text": one} for one in ("助餐", "托管", "手机课")]
    made = service.open_case(
        desk,
        "demand_round",
        {
            "year": "2026",
            "title": "您需要什么",
            "channel": "paper",
            "until": "2026-11-30",
            "sent_residents": "30",
            "sent_units": "3",
            "options": options,
        },
    )
    return service.take_step(desk, made.row.id, "begin", {})


def key_in(desk: Context, case_id: int, *lines: str) -> Any:
    found = begin(desk, case_id)
    tally = found.tally
    for line in lines:
        tally = counted(tally, read_form(line, tally.options, tally.side))
        found = keep(desk, found, tally)
    return found, tally


def votes(desk: Context, case_id: int) -> list[tuple[object, object]]:
    rows: Any = service.view(desk, case_id).now.values["options"]
    return [(row.get("votes_residents"), row.get("votes_units")) for row in rows]


def test_forms_of_several_people_add_up_and_what_was_keyed_in_outlives_the_program(desk: Context) -> None:
    with desk.database.write() as connection:
        hire(connection, Staff(no="W002", name="李四", kind="", role="operator"))
    other = replace(desk, operator=Operator("W002", "李四", "operator"))
    case_id = started_round(desk).row.id
    key_in(desk, case_id, "R 1 2", "1", "U 3")
    theirs, their_tally = key_in(other, case_id, "r1", "r 0")
    # The program ended; the pile is there, and is no form that was begun.
    assert drafts(desk) == []
    found, tally = key_in(desk, case_id, "R 2 3")
    assert [len(one.forms) for one in (tally, their_tally)] == [4, 2]
    finish(desk, found, tally.forms)
    done = finish(other, theirs, their_tally.forms)
    assert votes(desk, case_id) == [(3, 0), (2, 0), (1, 1)]
    assert (done.now.values["returned_residents"], done.now.values["returned_units"]) == (5, 1)
    assert [one.reason for one in done.log][-2:] == ["录入征询表 4 份", "录入征询表 2 份"]
    assert begin(desk, case_id).tally.forms == ()
    with pytest.raises(PaperError, match="nothing_keyed"):
        finish(desk, found, ())
    counted_up = service.take_step(
        desk,
        case_id,
        "count",
        {"options": done.now.values["options"], "returned_residents": "5", "returned_units": "1"}
        if not done.definition.works_out
        else typed_options(done) | {"returned_residents": "5", "returned_units": "1"},
    )
    assert counted_up.row.state == "counted"
    with pytest.raises(PaperError, match="not_collecting"):
        begin(desk, case_id)


def typed_options(found: CaseView) -> dict[str, object]:
    """The options as a form gives them back: without what is worked out."""
    left = found.definition.worked_columns("options")
    rows: Any = found.now.values["options"]
    return {"options": [{code: value for code, value in row.items() if code not in left} for row in rows]}


def test_forms_are_not_added_to_other_options_than_they_were_keyed_for(desk: Context) -> None:
    case_id = started_round(desk).row.id
    found, tally = key_in(desk, case_id, "1")
    service.correct(desk, case_id, {"options": [{"text": "别的"}]}, "改了")
    with pytest.raises(PaperError, match="changed_meanwhile"):
        finish(desk, found, tally.forms)
    assert begin(desk, case_id).tally.forms == ()


def test_one_pile_in_two_windows_is_counted_once(desk: Context) -> None:
    case_id = started_round(desk).row.id
    key_in(desk, case_id, "1", "2")
    one, other = begin(desk, case_id), begin(desk, case_id)
    # Neither window writes over what the other one has kept.
    one = keep(desk, one, counted(one.tally, read_form("3", 3, "residents")))
    with pytest.raises(PaperError, match="keyed_elsewhere"):
        keep(desk, other, counted(other.tally, read_form("1", 3, "residents")))
    with pytest.raises(PaperError, match="keyed_elsewhere"):
        finish(desk, other, other.tally.forms)
    other = begin(desk, case_id)
    assert finish(desk, one, one.tally.forms).now.values["returned_residents"] == 3
    with pytest.raises(PaperError, match="keyed_elsewhere"):
        finish(desk, other, other.tally.forms)
    assert votes(desk, case_id) == [(1, 0), (1, 0), (1, 0)]


def test_forms_are_not_added_once_the_line_is_drawn_by_somebody_else(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = started_round(desk).row.id
    found, tally = key_in(desk, case_id, "1")
    done = finish(desk, found, tally.forms)
    found, tally = key_in(desk, case_id, "2")
    said = typed_options(done) | {"returned_residents": "1", "returned_units": "0"}
    begins = type(desk).change

    def after_another(*given: Any, **named: Any) -> Any:
        # Between what was looked at before and the transaction another desk counts the round up.
        monkeypatch.undo()
        service.take_step(desk, case_id, "count", said)
        return begins(*given, **named)

    monkeypatch.setattr(type(desk), "change", after_another)
    with pytest.raises(PaperError, match="not_collecting"):
        finish(desk, found, tally.forms)
    assert votes(desk, case_id)[0] == (1, 0) and service.view(desk, case_id).row.state == "counted"


def command(desk: Context, *words: str) -> Any:
    said = StringIO()
    with redirect_stdout(said):
        code = run(["--home", str(desk.home.path), "--as", "M001", *words, "--json"])
    return code, json.loads(said.getvalue())


def test_everything_is_done_by_command_too(desk: Context, tmp_path: Path) -> None:
    form = tmp_path / "空.xlsx"
    assert command(desk, "case", "form", "service_item", "--out", str(form))[0] == 0 and form.exists()
    sheet = csv(tmp_path, SERVICES, "区级服务清单,中医把脉,安亭医院,13800004321,")
    assert command(desk, "case", "import", "service_item", str(sheet), "--dry-run")[1]["added"] == 1
    assert command(desk, "case", "import", "service_item", str(sheet))[1]["added"] == 1
    number = service.register(desk, "service_item")[0].number
    out = tmp_path / "出.csv"
    assert command(desk, "case", "export", "service_item", str(out), "--first", "2026-11-01")[1]["count"] == 1
    assert "13800004321" not in out.read_text(encoding="utf-8-sig")
    listed = command(desk, "case", "papers", "service_item")[1]
    assert [one["kind"] for one in listed] == ["ledger", "notice"]
    paper = tmp_path / "公示.pdf"
    printed = command(desk, "case", "print", number, "--paper", "2", "--out", str(paper))
    assert printed == (0, {"out": str(paper), "kind": "pdf", "pages": 1, "romanised": []})
    book = tmp_path / "清单.xlsx"
    assert command(desk, "case", "ledger", "service_item", "--out", str(book))[1]["kind"] == "xlsx"
    assert command(desk, "case", "ledger", "service_item", "--last", "昨天吧", "--out", str(book))[0] == 2
