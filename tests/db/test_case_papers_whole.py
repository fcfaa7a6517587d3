"""Papers of a centre's own definition, long and odd words on paper, names whole, and a ledger as a workbook."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from openpyxl.reader.excel import load_workbook

from frontdesk.cases import service
from frontdesk.cases.definition.reading import DefinitionError, read_definition
from frontdesk.cases.papers import service as papers
from frontdesk.cases.papers.making import ledger_of, wanted_of
from frontdesk.context import Context, Operator
from frontdesk.errors import CodedError
from tests.db.test_case_papers import NAME, PHONE, book_of, plain, put, text_of

pytestmark = pytest.mark.usefixtures("chinese")


ROLL = """\
code = "roll"
kind = "register"
group = "house"
name = { zh_CN = "名单" }
about = { zh_CN = "谁都在上面。" }
number = { prefix = "MD" }
fields = [
  { code = "what", kind = "text", name = { zh_CN = "事" }, required = true, column = true },
  { code = "who", kind = "person", name = { zh_CN = "谁" }, personal = "name" },
  { code = "phones", kind = "list", name = { zh_CN = "电话们" }, fields = [
    { code = "phone", kind = "text", name = { zh_CN = "电话" }, personal = "phone" },
  ] },
]
states = [
  { code = "draft", name = { zh_CN = "草稿" } },
  { code = "shown", name = { zh_CN = "公开" } },
  { code = "gone", name = { zh_CN = "撤下" }, end = "done" },
]
transitions = [
  { code = "show", name = { zh_CN = "公开" }, from = ["draft"], to = "shown" },
  { code = "drop", name = { zh_CN = "撤下" }, from = ["shown"], to = "gone" },
]
papers = [
  { kind = "ledger", title = { zh_CN = "名单" }, fields = ["what"] },
  { kind = "notice", title = { zh_CN = "公示" }, fields = ["what"], states = ["shown"] },
  { kind = "ledger", title = { zh_CN = "变动" }, fields = ["what"], lines = "changes" },
"""


def with_roll(desk: Context, *others: str) -> None:
    """Add a definition of the centre's own, with further papers."""
    folder = desk.home.path / "definitions"
    folder.mkdir(exist_ok=True)
    (folder / "roll.toml").write_text(ROLL + "".join(others) + "]\n", encoding="utf-8")


def refused(code: str, do: Any, *given: Any, **named: Any) -> CodedError:
    with pytest.raises(CodedError) as found:
        do(*given, **named)
    assert found.value.code == code
    return found.value


def test_a_notice_that_names_somebody_is_never_made(desk: Context) -> None:
    for field in ("who", "phones"):
        line = f'  {{ kind = "notice", title = {{ zh_CN = "公示" }}, fields = ["what", "{field}"] }},\n'
        with_roll(desk, line)
        wrong = refused("bad_definition", read_definition, desk.home.path / "definitions" / "roll.toml")
        assert isinstance(wrong, DefinitionError)
        assert [(one.key, one.code, one.about) for one in wrong.faults] == [
            ("papers[4].fields", "notice_of_people", field)
        ]
    # Also where nobody has looked at the definition.
    with_roll(desk)
    found = service.definitions(desk)["roll"]
    paper = found.papers[1].model_copy(update={"fields": ("what", "who")})
    refused("notice_of_people", wanted_of, found.model_copy(update={"papers": (paper,)}), 1)


def test_a_notice_of_many_has_those_in_its_states_and_a_ledger_of_changes_each_of_them(desk: Context) -> None:
    with_roll(desk)
    made = [service.open_case(desk, "roll", {"what": f"{letter}事"}) for letter in "甲乙丙"]
    for one in made[1:]:
        service.take_step(desk, one.row.id, "show", {})
    service.take_step(desk, made[2].row.id, "drop", {})
    notice = text_of(papers.ledger(desk, "roll", 2).content)
    assert "乙事" in notice and "甲事" not in notice and "丙事" not in notice
    changes = ledger_of(desk, "roll", 3, (None, None), clear=False)[0]
    assert [one.words[0] + one.words[-1] for one in changes.lines] == [
        "MD2026-0001草稿",
        "MD2026-0002草稿",
        "MD2026-0002草稿 → 公开",
        "MD2026-0003草稿",
        "MD2026-0003草稿 → 公开",
        "MD2026-0003公开 → 撤下",
    ]
    assert ledger_of(desk, "roll", 3, (date(2026, 12, 1), date(2026, 12, 2)), clear=False)[0].lines == ()
    # A step that the file has lost is told by its code, and where the record stands now behind the last one.
    path = desk.home.path / "definitions" / "roll.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('code = "show"', 'code = "put_up"'), encoding="utf-8")
    changes = ledger_of(desk, "roll", 3, (None, None), clear=False)[0]
    assert [one.words[0] + one.words[-1] for one in changes.lines] == [
        "MD2026-0001草稿",
        "MD2026-0002登记",
        "MD2026-0002show → 公开",
        "MD2026-0003登记",
        "MD2026-0003show",
        "MD2026-0003撤下 → 撤下",
    ]
    refused("only_on_paper", papers.ledger, desk, "roll", 2, kind="xlsx")
    refused("days_turned", papers.ledger, desk, "roll", 1, date(2026, 12, 2), date(2026, 12, 1))
    refused("no_such_paper", papers.ledger, desk, "roll", 9)
    refused("of_one_record", papers.ledger, desk, "complaint", 1)


def test_what_is_long_or_odd_stands_on_the_paper_whole_and_within_it(desk: Context) -> None:
    words = "".join(f"第{number}句话，说清楚了。" for number in range(1, 330))[:4000]
    firm = "上海市嘉定区安亭镇社区公益与志愿服务及邻里互助事业发展促进中心有限责任公司" * 2
    people = [
        {"name": f"甲{chr(0x4E00 + number)}乙", "organisation": firm[:60], "part": "invited"} for number in range(500)
    ]
    made = put(
        desk,
        "council_meeting",
        {"topic": "😀 议题 👨‍👩‍👧 " + "长" * 150, "held_on": "2026-11-09", "minutes": words, "people": people},
    )
    done = papers.paper(desk, made.row.id, 1)
    said = text_of(done.content)
    assert plain(words) in without_heads(said) and done.pages is not None and done.pages > 5
    assert said.count("甲*乙") == 500 and "500" in said
    inside(done.content)
    budget = [{"line": f"第{number}项{firm}"[:60], "amount": f"{number}.05"} for number in range(1, 501)]
    fund = put(
        desk,
        "self_gov_fund",
        {"project": "花园", "applicant": firm, "need_basis": "会议", "aim": words[:1000], "budget": budget},
    )
    form = papers.paper(desk, fund.row.id, 1)
    said = text_of(form.content)
    assert all(f"第{number}项" in said for number in (1, 250, 500)) and "125275.00" in said
    inside(form.content)
    across = papers.ledger(desk, "self_gov_fund", 2)
    inside(across.content)
    assert "共500行，合计125275.00" in text_of(across.content)


def without_heads(said: str) -> str:
    """Words that go on over pages without what stands at the foot and the head of each."""
    between = r"安亭示范邻里中心打印日期2026-11-09第\d+页，共\d+页理事会纪要安亭示范邻里中心编号：[^状]*状态：已召开"
    return re.sub(between, "", said)


def inside(content: bytes) -> None:
    """Every stretch of text lies on its page, within the margins."""
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            boxes = [text.get_rect(number) for number in range(text.count_rects())]
            assert all(
                one[0] >= 40 and one[2] <= width - 40 and one[1] >= 20 and one[3] <= height - 20 for one in boxes
            )


def test_names_whole_are_a_writers_with_a_reason_in_the_log(desk: Context, tmp_path: Path) -> None:
    made = service.open_case(desk, "complaint", {"matter": "吵", "person": NAME, "phone": PHONE})
    out = tmp_path / "单.pdf"
    papers.write_paper(desk, made.row.id, 1, out)
    assert NAME not in text_of(out.read_bytes()) and "欧阳**" in text_of(out.read_bytes())
    papers.write_paper(desk, made.row.id, 1, out, clear=True, reason="交给承办人")
    assert NAME in text_of(out.read_bytes()) and PHONE in text_of(out.read_bytes())
    assert out.stat().st_mode & 0o077 == 0
    logged = desk.database.connection.execute(
        "SELECT subject FROM audit WHERE action = 'case.exported_in_clear'"
    ).fetchall()
    assert [row[0] for row in logged] == ["case TS2026-0001 1"]
    auditor = replace(desk, operator=Operator("A001", "审计", "auditor"))
    papers.write_paper(auditor, made.row.id, 1, out)
    refused("auditor_reads_only", papers.write_paper, auditor, made.row.id, 1, out, clear=True, reason="x")
    refused("unknown_ending", papers.write_paper, desk, made.row.id, 1, tmp_path / "单.doc")
    refused("no_such_paper", papers.paper, desk, made.row.id, 7)


def test_a_ledger_as_a_workbook_has_sums_numbers_days_and_no_formula(desk: Context, tmp_path: Path) -> None:
    for number in range(3):
        put(
            desk,
            "repair",
            {"what": f"=灯{number}", "urgency": "danger", "place": "@三楼"},
        )
    put(
        desk,
        "service_project",
        {"name": "+手工课", "category": desk.settings.service_categories[0], "provider": "-某某公司"},
    )
    for number in (1, 2):
        typed = {
            "source_class": "raised",
            "kind": "money",
            "what": f"款{number}",
            "donor": "公司",
            "amount": f"{number}0.10",
        }
        put(desk, "resource", typed)
    out = tmp_path / "台账.xlsx"
    papers.write_ledger(desk, "resource", 1, out)
    rows = book_of(out)
    place = rows[0].index("金额或估值")
    assert [row[place] for row in rows[1:]] == [10.1, 20.1, 30.2] and rows[-1][1] == "合计"
    papers.write_ledger(desk, "service_project", 1, out)
    book = load_workbook(out).worksheets[0]
    cells = {cell.value: cell for row in book.iter_rows(min_row=4) for cell in row}
    assert cells["+手工课"].data_type == "s" and cells["+手工课"].quotePrefix
    assert cells["-某某公司"].data_type == "s"
