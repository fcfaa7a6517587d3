"""Whoever stands in a record is nowhere in the clear but where somebody who may has asked for it: every list, answer,
paper and file that reads records is searched for what was said of people in a record of every definition.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from openpyxl.reader.excel import load_workbook

from frontdesk.access.permissions import use_cases
from frontdesk.audit import service as audit
from frontdesk.audit.reading import entry_lines
from frontdesk.cases import (
    adopting,
    beginning,
    calendar_duties,
    choosing,
    collecting,
    desk_words,
    evidence,
    filling,
    handing,
    linking,
    listing,
    looking,
    loop,
    matrix,
    numbers,
    of_period,
    overview,
    service,
    usage,
)
from frontdesk.cases.detailwords import case_lines, head_words
from frontdesk.cases.listing import View
from frontdesk.cases.papers import exporting, making
from frontdesk.cases.papers import service as papers
from frontdesk.cases.papers.ballot import ballot_of
from frontdesk.cases.service import CaseView, LinkTarget
from frontdesk.cases.words import json_of, row_json, row_line, view_lines
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.privacy import service as privacy
from frontdesk.reports.brief.service import brief
from frontdesk.reports.brief.wording import blocks
from frontdesk.reports.filling import report_of
from frontdesk.reports.indicators import service as indicators
from frontdesk.reports.indicators.words import value_words
from frontdesk.reports.service import period_named
from frontdesk.today.of_cases import of_cases
from tests.casesecrets import NAME, OWN, PHONE, SECRETS, filled, seen_by, within
from tests.desks import new_desk

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition

pytestmark = pytest.mark.usefixtures("chinese")


class Centre:
    """The records, by definition, and who looks."""

    def __init__(self, desk: Context, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.made = filled(desk)
        self.known = service.definitions(desk)
        self.seen_by = seen_by(desk)
        today = desk.today()
        self.span = today.replace(month=1, day=1), today

    def file(self, name: str) -> Path:
        """A file that is not there yet."""
        out = self.folder / name
        out.unlink(missing_ok=True)
        return out


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("secrets")
    desk = new_desk(folder / "home")
    yield Centre(desk, folder)
    desk.database.close()


def pdf_words(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def book_words(path: Path) -> str:
    book = load_workbook(path)
    cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)
    return " ".join(map(str, cells)) + str(book.properties.title)


# What is shown of one record


def record_told(look: Context, seen: CaseView) -> Iterable[tuple[str, object]]:
    code = seen.definition.code
    view = service.view(look, seen.row.id)
    moments = ["" for _ in view.log]
    lines = case_lines(view, {}, str, 200, service.loop_lines(look, service.loop_of(look, _case(seen))), masked=True)
    yield f"looking.view {code}: case show", view_lines(view, moments)
    yield f"looking.view {code}: case show --json", json.dumps(json_of(view), ensure_ascii=False)
    yield f"looking.view {code}: the screen", [f"{one.what} {one.words}" for one in lines]
    yield f"looking.view {code}: its head", head_words(view, {})
    yield f"listing.steps_of {code}", [one.why_not for one in listing.steps_of(look, seen.row.id)]
    for place, one in papers.papers_of(seen.definition):
        if one.kind == "slip" and ballot_of(seen.definition) is not None:
            yield f"papers.service.paper {code} {place}", pdf_words(papers.paper(look, seen.row.id, place).content)
        elif one.kind == "ledger":
            yield f"papers.service.paper {code} {place}", making.ledger_of_one(look, view, one, clear=False)
        else:
            # What is drawn, before it is: drawing a hundred papers takes a minute.
            with look.database.reading() as connection:
                content = making.content_of(look, connection, view, one, clear=False)
            yield f"papers.service.paper {code} {place}", content


def _case(seen: CaseView) -> LinkTarget:
    return LinkTarget("case", str(seen.row.id))


# What is shown of a register


def register_told(look: Context, definition: Definition) -> Iterable[tuple[str, object]]:
    code = definition.code
    for wanted in (View("register", code), View("definition", code)):
        for one in listing.page(look, wanted, 0, 99).rows:
            yield f"listing.page {code}", (one.row.title, one.values, one.responsible)
            yield f"listing.page {code}: the register", desk_words.register_cells(one, marked=False)
            yield f"listing.page {code}: the work list", desk_words.work_cells(one, marked=False)
    yield f"listing.top {code}", [words for words, _ in desk_words.top_lines(definition, listing.top(look, code), 400)]
    for place, _ in papers.ledgers_of(definition):
        yield f"papers.service.ledger {code} {place}", making.ledger_of(look, code, place, (None, None), clear=False)
    for field in definition.fields:
        if field.kind in ("reference", "organisation"):
            yield f"choosing.choosable {code} {field.code}", choosing.choosable(look, field)
            yield f"choosing.choosable {code} {field.code}: typed", choosing.choosable(look, field, NAME)


def anybody_told(look: Context, definition: Definition, seen: CaseView) -> Iterable[tuple[str, object]]:
    """What is told without asking who looks."""
    code = definition.code
    rows = [
        ("looking.register", looking.register(look, code)),
        ("looking.work_list", looking.work_list(look, definition=code)),
        ("looking.find", looking.find(look, seen.row.number)),
        ("linking.linked_to", linking.linked_to(look, _case(seen))),
    ]
    for name, found in rows:
        yield f"{name} {code}: lines", [row_line(definition, one) for one in found]
        yield f"{name} {code}: --json", json.dumps([row_json(one) for one in found], ensure_ascii=False)
    yield f"looking.titles_of {code}", looking.titles_of(look, code, [seen.row.number])
    of_seen = loop.loop_of(look, _case(seen))
    yield f"loop.loop_of {code}", [*loop.loop_lines(look, of_seen), json.dumps(loop.loop_json(of_seen))]


# What is told of the whole centre


def files_written(centre: Centre, look: Context) -> Iterable[tuple[str, object]]:
    """What leaves the program, masked: for the street office, for who supervises, for who looks for a register."""
    out = centre.file("evidence.xlsx")
    evidence.write_evidence(look, *centre.span, out, list(centre.made))
    yield "evidence.write_evidence", book_words(out)
    out = centre.file("usage.xlsx")
    usage.write_usage(look, period_named("2026-11"), out)
    yield "usage.write_usage", book_words(out)
    out = centre.file("matrix.xlsx")
    matrix.write_matrix(look, out)
    yield "matrix.write_matrix", book_words(out)
    for code in centre.made:
        out = centre.file("register.csv")
        exporting.export_register(look, code, out)
        yield f"papers.exporting.export_register {code}", out.read_text("utf-8-sig")


def centre_told(centre: Centre, look: Context) -> Iterable[tuple[str, object]]:
    """What is told without asking who looks."""
    first, last = centre.span
    for text in (NAME, PHONE, PHONE[-4:], "oymm"):
        yield f"looking.find {text}", [row_json(one) for one in looking.find(look, text)]
    for figure in numbers.figures(look, first, last):
        parts = figure.value if not isinstance(figure.value, int) else ()
        yield f"numbers.figures {figure.definition.code} {figure.feed.code}", [figure.choice(one) for one in parts]
    yield "overview.overview", overview.overview(look, first, last)
    yield "of_period.cases_of_period", of_period.cases_of_period(look, first, last, 500)
    duties, of_days = calendar_duties.duties(look), calendar_duties.duties_of_days(look, first, last)
    yield "calendar_duties.duties", [(one.label, [row.title for _, row in one.done]) for one in duties]
    yield "calendar_duties.duties_of_days", [(one.label, [row.title for _, row in one.done]) for one in of_days]
    yield "calendar_duties.meetings_ahead", [one.row.title for one in calendar_duties.meetings_ahead(look)]
    for case in (calendar_duties.posts_vacant, calendar_duties.streaks, calendar_duties.due_counts):
        yield f"calendar_duties.{case.__name__}", case(look)
    yield "adopting.adopted", adopting.adopted(look)
    yield "handing.handed_list", [one.row.title for one in handing.handed_list(look, 500)]
    yield "collecting.certified_now", collecting.certified_now(look)


def is_writer(look: Context) -> bool:
    return look.operator is not None and look.operator.role != "auditor"


def desk_told(centre: Centre, look: Context) -> Iterable[tuple[str, object]]:
    """What whoever is signed in is told."""
    yield "linking.search_targets", linking.search_targets(look, NAME) if is_writer(look) else ""
    for text in (NAME, PHONE, PHONE[-4:]):
        yield f"listing.found {text}", [desk_words.work_cells(one, marked=False) for one in listing.found(look, text)]
    yield "listing.page", [desk_words.work_cells(one, marked=False) for one in listing.page(look, View(), 0, 500).rows]
    yield "usage.usage", usage.usage(look, period_named("2026-11"))
    yield "matrix.matrix", matrix.matrix(look)
    yield "today", of_cases(look, None)
    week, month = period_named("2026-W46"), period_named("2026-11")
    for period in (week, month):
        yield f"report {period.key}", report_of(look, period)
        yield f"brief {period.key}", [str(one) for one in blocks(brief(look, period))]
    for one in indicators.indicators():
        if one.records_of is not None:
            yield f"indicator {one.code}", indicators.rows(look, one.code, *centre.span).rows
    every = {one.code: one for one in indicators.indicators()}
    for code, value in indicators.values(look, list(every), *centre.span).items():
        yield f"indicator {code}", value_words(every[code], value)
    people = privacy.find(look, NAME)
    assert people
    yield "privacy.find", people
    yield "privacy.show", privacy.show(look, [one.subject for one in people])
    if look.operator is not None and look.operator.role != "operator":
        for entry in audit.entries(look, audit.Filter(), 0, 100_000):
            yield f"audit {entry.action}", entry_lines(audit.entry(look, entry.id), look.local)


def test_nobody_is_in_the_clear_in_what_anybody_is_shown_of_a_record_or_register(centre: Centre) -> None:
    for who, look in centre.seen_by.items():
        for code, seen in centre.made.items():
            definition = centre.known[code]
            told = list(anybody_told(look, definition, seen))
            # Where masks are put on does not depend on who is signed in.
            if who == "auditor":
                told += [*record_told(look, seen), *register_told(look, definition)]
            assert [(name, who, leaks) for name, words in told if (leaks := within(words))] == []


def test_nobody_is_in_the_clear_in_what_is_told_or_written_of_the_whole_centre(centre: Centre) -> None:
    for who, look in centre.seen_by.items():
        told = list(centre_told(centre, look))
        if who != "command":
            told += desk_told(centre, look)
        if who == "auditor":
            told += files_written(centre, look)
        assert [(name, who, leaks) for name, words in told if (leaks := within(words))] == []


# Where the clear text is right


def test_whoever_may_not_see_people_is_refused_where_they_are_in_the_clear(centre: Centre) -> None:
    case_id = centre.made[OWN].row.id
    out = centre.folder / "clear.pdf"
    sheet = out.with_suffix(".xlsx")
    clear: Any = {"clear": True, "reason": "核对"}
    ways: list[Callable[[Context], object]] = [
        lambda look: filling.reveal(look, case_id),
        lambda look: filling.form_of(look, OWN, case_id, "finish"),
        lambda look: beginning.prefilled(look, LinkTarget("case", str(case_id)), OWN),
        lambda look: papers.write_paper(look, case_id, 1, out, **clear),
        lambda look: papers.write_ledger(look, OWN, 2, sheet, **clear),
        lambda look: exporting.export_register(look, OWN, sheet, **clear),
        lambda look: of_period.cases_of_period(look, *centre.span, 9, titled_in_clear=True),
    ]
    for who in ("auditor", "command"):
        for way in ways:
            with pytest.raises(DeskError) as refused:
                way(centre.seen_by[who])
            assert refused.value.code in ("auditor_reads_only", "operator_required")
    assert not out.exists() and not sheet.exists()


def test_what_shows_or_writes_people_in_the_clear_says_so_in_the_audit_log(centre: Centre) -> None:
    case_id, look = centre.made[OWN].row.id, centre.seen_by["manager"]
    out = centre.file("clear.pdf")
    sheet = centre.file("clear.xlsx")
    clear: Any = {"clear": True, "reason": "核对"}
    cases: list[Callable[[], object]] = [
        lambda: filling.reveal(look, case_id).now.values,
        lambda: papers.write_paper(look, case_id, 1, out, **clear) and pdf_words(out.read_bytes()),
        lambda: papers.write_ledger(look, OWN, 2, sheet, **clear) and book_words(sheet),
        lambda: exporting.export_register(look, OWN, centre.file("clear.xlsx"), **clear) and book_words(sheet),
    ]
    for case in cases:
        before = audit.count(look, audit.Filter())
        assert within(case()) == [*SECRETS]
        assert audit.count(look, audit.Filter()) == before + 1


WORK = "written by who is signed in, who is given the record to go on with; a screen shows it masked"
FORM = "what somebody types, or corrects, who may write; of people only what the step asks for anew"
NOBODY = "numbers, codes, names of definitions"
CLEAR = {
    "cases.filling.reveal": "asked for, and logged",
    "cases.choosing.person_of": "somebody of the register of residents, chosen for a form, and logged",
    "cases.filling.form_of": FORM,
    "cases.beginning.prefilled": FORM,
    "cases.collecting.collected": FORM,
    "cases.drafts.begun": "a form that the same person left half filled in, sealed",
    "cases.drafts.draft": "a form that the same person left half filled in, sealed",
    "cases.papers.tallying.begin": "options of a ballot, keyed in from paper",
    "cases.papers.tallying.keep": "options of a ballot, keyed in from paper",
    **dict.fromkeys(
        (
            *(f"cases.working.{name}" for name in ("add_note", "correct", "open_case", "take_step")),
            *("cases.linking.link", "cases.linking.unlink", "cases.beginning.open_from", "cases.bulk.take_steps"),
            "cases.papers.tallying.finish",
        ),
        WORK,
    ),
    **dict.fromkeys(
        (
            *(f"cases.adopting.{name}" for name in ("adopt", "drop", "drop_rest", "undecided")),
            *("cases.calendar_duties.ask_again", "cases.calendar_duties.waive_duty", "cases.dating.set_dates_again"),
            *(f"cases.handing.{name}" for name in ("handed_count", "note_seen", "unopened_count")),
            "cases.bulk.revisions",
            *(f"cases.drafts.{name}" for name in ("drafts", "drop_draft", "keep_draft")),
            *(f"cases.listing.{name}" for name in ("counts_of_views", "entered_last", "kinds")),
            *("cases.looking.counts", "cases.numbers.opened_and_ended", "cases.of_period.left_out_of_period"),
            *("cases.papers.exporting.write_form", "cases.papers.importing.import_register"),
        ),
        NOBODY,
    ),
}
"""Use cases of cases that are not searched, and why what they answer may have people in the clear, or has none."""


def test_every_use_case_that_reads_records_is_searched_or_has_a_reason(centre: Centre) -> None:
    look, seen = centre.seen_by["manager"], centre.made[OWN]
    told = [
        *record_told(look, seen),
        *register_told(look, seen.definition),
        *register_told(look, centre.known["demand_round"]),
        *anybody_told(look, seen.definition, seen),
        *centre_told(centre, look),
        *desk_told(centre, look),
        *files_written(centre, look),
    ]
    searched = {f"cases.{name.partition(' ')[0].rstrip(':')}" for name, _ in told}
    # What a file has is what the same use case answers that is drawn or written.
    searched |= {"cases.papers.service.write_paper", "cases.papers.service.write_ledger"}
    every = {one.name for one in use_cases() if one.name.startswith("cases.")}
    assert every - searched == {*CLEAR}
    assert not searched & {*CLEAR}
