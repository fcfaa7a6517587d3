"""What is printed of cases and registers: every paper of every definition, people masked, notices without anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from openpyxl.reader.excel import load_workbook

from frontdesk.cases import service
from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
from frontdesk.cases.definition.reading import DefinitionError, read_definition
from frontdesk.cases.papers import service as papers
from frontdesk.cases.papers.ballot import ballot_of
from frontdesk.cases.papers.exporting import export_register
from frontdesk.cases.papers.importing import import_register
from frontdesk.cases.papers.making import draw_paper, ledger_of, wanted_of
from frontdesk.cases.service import CaseView
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.context import Context, Operator
from frontdesk.errors import CodedError
from frontdesk.sheets.outcome import Rejection
from tests.casewalks import Walker
from tests.desks import contents, counts, new_desk

pytestmark = pytest.mark.usefixtures("chinese")

NAME, PHONE, NOTE = "欧阳秘密", "13800004321", "协议里的私事"
SHOWN = "欧阳**"
NOTHING: Mapping[str, object] = {}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    context = new_desk(tmp_path_factory.mktemp("papers") / "home")
    yield context
    context.database.close()


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    yield context
    context.database.close()


def text_of(content: bytes) -> str:
    """All words of a PDF without the line ends that the layout puts in."""
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "".join("".join(pages).split())


def plain(text: str) -> str:
    return "".join(text.split())


class Writer(Walker):
    """Records written by their steps; of people always the same, who must not be seen."""

    def typed(self, definition: Definition, one: FieldDefinition) -> object:
        """Something that a field takes."""
        if one.kind in ("text", "long_text", "person", "organisation") and one.personal is not None:
            return {"phone": PHONE, "name": NAME}.get(one.personal, NOTE)
        return super().typed(definition, one)

    def filled(self, view: CaseView, said: Mapping[str, object] = NOTHING) -> CaseView:
        """A record after the steps that ask for what it lacks, or only of what is said; those to an end come last."""
        steps = [one for one in view.definition.transitions if one.asks and not one.reopens]
        for step in sorted(steps, key=lambda one: self._ends(view, one)):
            lacking = {one.field for one in step.asks} - set(view.now.values) - view.definition.worked_out
            if not (lacking & set(said) if said else lacking):
                continue
            way = self.way(view, set(step.from_))
            for one in way if way is not None else ():
                view = self.take(view, one.code, **asked(one, said))
            if view.row.state in step.from_:
                view = self.take(view, step.code, **asked(step, said))
        return view

    def _ends(self, view: CaseView, step: Transition) -> bool:
        state = view.definition.state(step.to or view.row.state)
        return state is not None and state.end is not None


def asked(step: Transition, said: Mapping[str, object]) -> dict[str, object]:
    return {one.field: said[one.field] for one in step.asks if one.field in said}


_WRITERS: dict[int, Writer] = {}
_MADE: dict[tuple[int, str], CaseView] = {}


def writer(desk: Context) -> Writer:
    if id(desk) not in _WRITERS:
        _WRITERS[id(desk)] = Writer(desk)
    return _WRITERS[id(desk)]


def of(desk: Context, code: str) -> CaseView:
    """A record of a definition with all that its steps say, the same one each time."""
    key = (id(desk), code)
    if key not in _MADE:
        _MADE[key] = writer(desk).filled(writer(desk).opened(code))
    return _MADE[key]


def put(desk: Context, code: str, said: Mapping[str, object]) -> CaseView:
    """A new record with this in it, also in fields that a later step asks for."""
    known = service.definitions(desk)[code]
    later = {one.code for one in known.fields if not one.at_opening}
    made = service.open_case(desk, code, {name: one for name, one in said.items() if name not in later})
    made = writer(desk).filled(made, said) if later & set(said) else made
    assert set(said) <= set(made.now.values)
    return made


def every_paper(desk: Context) -> Iterator[tuple[Definition, int]]:
    for definition in service.definitions(desk).values():
        for place in range(1, len(definition.papers) + 1):
            yield definition, place


def lacks(desk: Context, definition: Definition, place: int, said: str) -> list[str]:
    """What should stand on a paper of one record and does not, and what should not and does."""
    paper, values = definition.papers[place - 1], of(desk, definition.code).now.values
    named = (definition.field(code) for code in paper.fields)
    fields = [one for one in named if one is not None and one.code in values]
    ballot = ballot_of(definition) if paper.kind == "slip" else None
    # What is voted on has its title in large letters, without the name of the field.
    said_of = [str(one.name) if ballot is None else str(values[one.code]) for one in fields if one != ballot]
    wanted = [str(paper.title), *said_of]
    return [one for one in wanted if plain(one) not in said] + [one for one in (NAME, PHONE, NOTE) if one in said]


def test_every_paper_of_every_definition_is_drawn_with_all_that_it_names(desk: Context) -> None:
    drawn, empty = 0, set[tuple[str, str]]()
    with FontShelf(FontSearch.of_this_system()) as shelf:
        for definition, place in every_paper(desk):
            page = draw_paper(desk, of(desk, definition.code), place, shelf).page
            assert page.pdf.pages_count >= 1 and not page.romanised, (definition.code, place)
            drawn += 1
            empty |= {(definition.code, one) for one in definition.papers[place - 1].fields} - {
                (definition.code, one) for one in of(desk, definition.code).now.values
            }
    # One way through the steps writes nearly all; what is left stands on another way.
    assert drawn > 100 and len(empty) <= 5, empty


PRINTED = ("first_contact", "self_gov_fund", "council_meeting", "mediation", "demand_round", "grid", "inspection")


def test_papers_read_back_hold_their_fields_and_nobody_in_the_clear(desk: Context) -> None:
    for definition, place in every_paper(desk):
        if definition.code in PRINTED:
            found = of(desk, definition.code)
            made = papers.paper(desk, found.row.id, place)
            assert made.name == f"{definition.papers[place - 1].title}-{found.row.number}.pdf"
            assert lacks(desk, definition, place, text_of(made.content)) == [], (definition.code, place)


def test_the_index_of_evidence_has_those_columns_of_a_list_that_the_paper_names_and_no_others(
    own_desk: Context,
) -> None:
    item = {"area": "hardware", "indicator": "设施齐全", "weight": "100", "self_score": "97", "evidence": "见第三册"}
    found = service.open_case(own_desk, "self_check", {"period": "2026-11", "items": [item]})
    titles = [str(one.title) for one in service.definitions(own_desk)["self_check"].papers]
    index, sheet = (
        text_of(papers.paper(own_desk, found.row.id, titles.index(title) + 1).content)
        for title in ("佐证目录", "自评表")
    )
    assert "设施齐全" in index and "见第三册" in index and "权重" not in index
    assert "见第三册" in sheet and "权重" in sheet


def book_of(path: Path) -> list[list[Any]]:
    sheet = load_workbook(path).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]


def stored(desk: Context) -> dict[str, list[tuple[Any, ...]]]:
    """All that is kept of records."""
    return {name: rows for name, rows in contents(desk).items() if name.startswith("case_")}


def rows_in(desk: Context, code: str) -> int:
    return len(service.register(desk, code, 10_000))


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_every_register_goes_out_and_comes_back_as_it_was_masked_or_not(
    desk: Context, tmp_path: Path, ending: str
) -> None:
    for code, definition in service.definitions(desk).items():
        if definition.kind == "duty":
            continue
        of(desk, code)
        before = stored(desk)
        for clear in (False, True):
            out = tmp_path / f"{code}{ending}"
            count = export_register(desk, code, out, clear=clear, reason="核对" if clear else "")
            assert count == rows_in(desk, code) >= 1
            outcome = import_register(desk, code, out)
            assert (code, [vars_of(one) for one in outcome.rejected]) == (code, [])
            assert (code, counts(outcome)) == (code, (0, 0, count))
        assert stored(desk) == before, code


def vars_of(one: Rejection) -> tuple[int, str, str, str]:
    return one.row, one.column, one.reason, one.words()


SECRETS = ("欧阳秘密", "13800004321", "02159990000", "买买提·艾力")
STORY = "欧阳秘密（138 0000 4321）和买买提·艾力说，打 021-5999-0000 找他们。"


def test_notices_say_nothing_of_anybody_wherever_it_was_written(desk: Context) -> None:
    people = [{"name": name, "organisation": "物业公司", "part": "invited"} for name in (NAME, SECRETS[3])]
    meeting = put(
        desk,
        "three_meetings",
        {
            "topic": f"加装电梯 {STORY}",
            "meeting_kind": "hearing",
            "held_on": "2026-11-12",
            "place": f"{NAME}家楼下",
            "opinion": STORY * 20,
            "people": people,
        },
    )
    fund = put(
        desk,
        "self_gov_fund",
        {"project": "楼道花园", "applicant": "物业 13800004321", "need_basis": "x", "aim": "x", "budget": []}
        | {"budget": [{"line": "土", "amount": "20"}]},
    )
    for case_id, places in ((meeting.row.id, (2, 3)), (fund.row.id, (4,))):
        for place in places:
            said = text_of(papers.paper(desk, case_id, place).content)
            assert [one for one in SECRETS if one in said] == [], place
            assert "5999" not in said and "4321找" not in said and "王五" not in said
    assert "欧阳**" in text_of(papers.paper(desk, meeting.row.id, 3).content)


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


def test_a_notice_that_names_somebody_is_never_made(own_desk: Context) -> None:
    for field in ("who", "phones"):
        line = f'  {{ kind = "notice", title = {{ zh_CN = "公示" }}, fields = ["what", "{field}"] }},\n'
        with_roll(own_desk, line)
        wrong = refused("bad_definition", read_definition, own_desk.home.path / "definitions" / "roll.toml")
        assert isinstance(wrong, DefinitionError)
        assert [(one.key, one.code, one.about) for one in wrong.faults] == [
            ("papers[4].fields", "notice_of_people", field)
        ]
    # Also where nobody has looked at the definition.
    with_roll(own_desk)
    found = service.definitions(own_desk)["roll"]
    paper = found.papers[1].model_copy(update={"fields": ("what", "who")})
    refused("notice_of_people", wanted_of, found.model_copy(update={"papers": (paper,)}), 1)


def test_a_notice_of_many_has_those_in_its_states_and_a_ledger_of_changes_each_of_them(own_desk: Context) -> None:
    with_roll(own_desk)
    made = [service.open_case(own_desk, "roll", {"what": f"{letter}事"}) for letter in "甲乙丙"]
    for one in made[1:]:
        service.take_step(own_desk, one.row.id, "show", {})
    service.take_step(own_desk, made[2].row.id, "drop", {})
    notice = text_of(papers.ledger(own_desk, "roll", 2).content)
    assert "乙事" in notice and "甲事" not in notice and "丙事" not in notice
    changes = ledger_of(own_desk, "roll", 3, (None, None), clear=False)[0]
    assert [one.words[0] + one.words[-1] for one in changes.lines] == [
        "MD2026-0001草稿",
        "MD2026-0002草稿",
        "MD2026-0002草稿 → 公开",
        "MD2026-0003草稿",
        "MD2026-0003草稿 → 公开",
        "MD2026-0003公开 → 撤下",
    ]
    assert ledger_of(own_desk, "roll", 3, (date(2026, 12, 1), date(2026, 12, 2)), clear=False)[0].lines == ()
    # A step that the file has lost is told by its code, and where the record stands now behind the last one.
    path = own_desk.home.path / "definitions" / "roll.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('code = "show"', 'code = "put_up"'), encoding="utf-8")
    changes = ledger_of(own_desk, "roll", 3, (None, None), clear=False)[0]
    assert [one.words[0] + one.words[-1] for one in changes.lines] == [
        "MD2026-0001草稿",
        "MD2026-0002登记",
        "MD2026-0002show → 公开",
        "MD2026-0003登记",
        "MD2026-0003show",
        "MD2026-0003撤下 → 撤下",
    ]
    refused("only_on_paper", papers.ledger, own_desk, "roll", 2, kind="xlsx")
    refused("days_turned", papers.ledger, own_desk, "roll", 1, date(2026, 12, 2), date(2026, 12, 1))
    refused("no_such_paper", papers.ledger, own_desk, "roll", 9)
    refused("of_one_record", papers.ledger, own_desk, "complaint", 1)


def test_what_is_long_or_odd_stands_on_the_paper_whole_and_within_it(own_desk: Context) -> None:
    words = "".join(f"第{number}句话，说清楚了。" for number in range(1, 330))[:4000]
    firm = "上海市嘉定区安亭镇社区公益与志愿服务及邻里互助事业发展促进中心有限责任公司" * 2
    people = [
        {"name": f"甲{chr(0x4E00 + number)}乙", "organisation": firm[:60], "part": "invited"} for number in range(500)
    ]
    made = put(
        own_desk,
        "council_meeting",
        {"topic": "😀 议题 👨‍👩‍👧 " + "长" * 150, "held_on": "2026-11-09", "minutes": words, "people": people},
    )
    done = papers.paper(own_desk, made.row.id, 1)
    said = text_of(done.content)
    assert plain(words) in without_heads(said) and done.pages is not None and done.pages > 5
    assert said.count("甲*乙") == 500 and "500" in said
    inside(done.content)
    budget = [{"line": f"第{number}项{firm}"[:60], "amount": f"{number}.05"} for number in range(1, 501)]
    fund = put(
        own_desk,
        "self_gov_fund",
        {"project": "花园", "applicant": firm, "need_basis": "会议", "aim": words[:1000], "budget": budget},
    )
    form = papers.paper(own_desk, fund.row.id, 1)
    said = text_of(form.content)
    assert all(f"第{number}项" in said for number in (1, 250, 500)) and "125275.00" in said
    inside(form.content)
    across = papers.ledger(own_desk, "self_gov_fund", 2)
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


def test_names_whole_are_a_writers_with_a_reason_in_the_log(own_desk: Context, tmp_path: Path) -> None:
    made = service.open_case(own_desk, "complaint", {"matter": "吵", "person": NAME, "phone": PHONE})
    out = tmp_path / "单.pdf"
    papers.write_paper(own_desk, made.row.id, 1, out)
    assert NAME not in text_of(out.read_bytes()) and "欧阳**" in text_of(out.read_bytes())
    papers.write_paper(own_desk, made.row.id, 1, out, clear=True, reason="交给承办人")
    assert NAME in text_of(out.read_bytes()) and PHONE in text_of(out.read_bytes())
    assert out.stat().st_mode & 0o077 == 0
    logged = own_desk.database.connection.execute(
        "SELECT subject FROM audit WHERE action = 'case.exported_in_clear'"
    ).fetchall()
    assert [row[0] for row in logged] == ["case TS2026-0001 1"]
    auditor = replace(own_desk, operator=Operator("A001", "审计", "auditor"))
    papers.write_paper(auditor, made.row.id, 1, out)
    refused("auditor_reads_only", papers.write_paper, auditor, made.row.id, 1, out, clear=True, reason="x")
    refused("unknown_ending", papers.write_paper, own_desk, made.row.id, 1, tmp_path / "单.doc")
    refused("no_such_paper", papers.paper, own_desk, made.row.id, 7)


def test_a_ledger_as_a_workbook_has_sums_numbers_days_and_no_formula(own_desk: Context, tmp_path: Path) -> None:
    for number in range(3):
        put(
            own_desk,
            "repair",
            {"what": f"=灯{number}", "urgency": "danger", "place": "@三楼"},
        )
    put(
        own_desk,
        "service_project",
        {"name": "+手工课", "category": own_desk.settings.service_categories[0], "provider": "-某某公司"},
    )
    for number in (1, 2):
        typed = {
            "source_class": "raised",
            "kind": "money",
            "what": f"款{number}",
            "donor": "公司",
            "amount": f"{number}0.10",
        }
        put(own_desk, "resource", typed)
    out = tmp_path / "台账.xlsx"
    papers.write_ledger(own_desk, "resource", 1, out)
    rows = book_of(out)
    place = rows[0].index("金额或估值")
    assert [row[place] for row in rows[1:]] == [10.1, 20.1, 30.2] and rows[-1][1] == "合计"
    papers.write_ledger(own_desk, "service_project", 1, out)
    book = load_workbook(out).worksheets[0]
    cells = {cell.value: cell for row in book.iter_rows(min_row=4) for cell in row}
    assert cells["+手工课"].data_type == "s" and cells["+手工课"].quotePrefix
    assert cells["-某某公司"].data_type == "s"
