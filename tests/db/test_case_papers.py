"""What is printed of cases and registers: every paper of every definition, people masked, notices without anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from openpyxl.reader.excel import load_workbook

from frontdesk.cases import service
from frontdesk.cases.definition.model import Definition, FieldDefinition
from frontdesk.cases.papers import service as papers
from frontdesk.cases.papers.ballot import ballot_of
from frontdesk.cases.papers.exporting import export_register
from frontdesk.cases.papers.importing import import_register
from frontdesk.cases.papers.making import draw_paper
from frontdesk.cases.service import CaseView
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.context import Context
from frontdesk.locale import use_language
from frontdesk.sheets.outcome import Rejection
from tests.desks import contents, counts, new_desk

NAME, PHONE, NOTE = "欧阳秘密", "13800004321", "协议里的私事"
SHOWN = "欧阳**"


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    use_language("zh_CN")
    yield
    use_language("zh_CN")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    context = new_desk(tmp_path_factory.mktemp("papers") / "home")
    yield context
    context.database.close()


def text_of(content: bytes) -> str:
    """All words of a PDF without the line ends that the layout puts in."""
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "".join("".join(pages).split())


def plain(text: str) -> str:
    return "".join(text.split())


def typed(desk: Context, field: FieldDefinition, size: int = 1) -> object:
    """Something that a field takes; of people always the same, who must not be seen."""
    if field.personal == "phone":
        return PHONE
    if field.personal == "name" or field.kind == "person":
        return NAME
    if field.personal is not None:
        return NOTE
    match field.kind:
        case "choice":
            if field.choices_from is not None:
                return getattr(desk.settings, field.choices_from)[0]
            return field.choices[0].code
        case "number":
            return str(field.least or min(field.most or 7, 7))
        case "money":
            return "120.50"
        case "date":
            return "2026-11-09"
        case "yes_no":
            return "是"
        case "staff":
            return "M001"
        case "list":
            return [{one.code: typed(desk, one) for one in field.fields} for _ in range(2 * size)]
        case "long_text":
            return ("社区里的事。" * 1000 * size)[: min(field.most or 4000, 6 * size)]
        case "reference" if field.of not in _IN_MAKING:
            return brought(desk, of(desk, field.of or ""), field.of_states).row.number
        case "text" | "organisation":
            return str(field.name)[: field.most or 200]
        case _:
            return None


_IN_MAKING: list[str] = []
_MADE: dict[tuple[int, str], CaseView] = {}


def of(desk: Context, code: str) -> CaseView:
    """A record of a definition with all that it can say, the same one each time."""
    key = (id(desk), code)
    if key not in _MADE:
        _IN_MAKING.append(code)
        _MADE[key] = opened(desk, service.definitions(desk)[code])
        _IN_MAKING.remove(code)
    return _MADE[key]


def opened(desk: Context, definition: Definition, **other: object) -> CaseView:
    """A new record with something in every field that anybody may type into."""
    fields = [one for one in definition.fields if one.code not in definition.worked_out]
    said = {one.code: typed_row(definition, one, typed(desk, one)) for one in fields} | other
    now = {one.code: said[one.code] for one in fields if one.at_opening and said[one.code] is not None}
    later = {one.code: said[one.code] for one in fields if not one.at_opening and said[one.code] is not None}
    made = service.open_case(desk, definition.code, now)
    return service.correct(desk, made.row.id, later, "补录") if later else made


def brought(desk: Context, found: CaseView, states: tuple[str, ...]) -> CaseView:
    """A record in one of these states, by a step that leads there; in any where none is named."""
    now = service.view(desk, found.row.id)
    if not states or now.row.state in states:
        return now
    step = next(one for one in now.definition.transitions if one.to in states and now.row.state in one.from_)
    return service.take_step(desk, found.row.id, step.code, {}, "到位")


def typed_row(definition: Definition, field: FieldDefinition, value: object) -> object:
    """A list without the columns that nobody types."""
    if field.kind != "list" or not isinstance(value, list):
        return value
    left = definition.worked_columns(field.code)
    return [{code: one for code, one in row.items() if code not in left} for row in value]


def every_paper(desk: Context) -> Iterator[tuple[Definition, int]]:
    for definition in service.definitions(desk).values():
        for place in range(1, len(definition.papers) + 1):
            yield definition, place


def lacks(desk: Context, definition: Definition, place: int, said: str) -> list[str]:
    """What should stand on a paper of one record and does not, and what should not and does."""
    paper, values = definition.papers[place - 1], of(desk, definition.code).now.values
    named = (definition.field(code) for code in paper.fields)
    fields = [one for one in named if one is not None and one.code in values]
    if paper.kind == "slip" and (ballot := ballot_of(definition)) is not None:
        fields.remove(ballot)
    wanted = [str(paper.title), *(str(one.name) for one in fields)]
    return [one for one in wanted if plain(one) not in said] + [one for one in (NAME, PHONE, NOTE) if one in said]


def test_every_paper_of_every_definition_is_drawn_with_all_that_it_names(desk: Context) -> None:
    drawn = 0
    with FontShelf(FontSearch.of_this_system()) as shelf:
        for definition, place in every_paper(desk):
            page = draw_paper(desk, of(desk, definition.code), place, shelf).page
            assert page.pdf.pages_count >= 1 and not page.romanised, (definition.code, place)
            drawn += 1
    assert drawn > 100


PRINTED = ("first_contact", "self_gov_fund", "council_meeting", "mediation", "demand_round", "grid", "inspection")


def test_papers_read_back_hold_their_fields_and_nobody_in_the_clear(desk: Context) -> None:
    for definition, place in every_paper(desk):
        if definition.code in PRINTED:
            found = of(desk, definition.code)
            made = papers.paper(desk, found.row.id, place)
            assert made.name == f"{definition.papers[place - 1].title}-{found.row.number}.pdf"
            assert lacks(desk, definition, place, text_of(made.content)) == [], (definition.code, place)


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
