"""What is printed of cases and registers: every paper of every definition, people masked, notices without anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from openpyxl.reader.excel import load_workbook

from frontdesk.cases import service
from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
from frontdesk.cases.papers import service as papers
from frontdesk.cases.papers.ballot import ballot_of
from frontdesk.cases.papers.exporting import export_register
from frontdesk.cases.papers.importing import import_register
from frontdesk.cases.papers.making import draw_paper
from frontdesk.cases.service import CaseView
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.context import Context
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
