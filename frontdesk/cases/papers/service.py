"""Papers of cases and registers as bytes and as files; with people in the clear only with a reason, on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.cases.looking import view
from frontdesk.cases.papers.errors import PaperError
from frontdesk.cases.papers.making import OF_MANY, Days, Drawn, draw_many, draw_paper, ledger_name, ledger_of
from frontdesk.cases.papers.records import in_clear, write_file
from frontdesk.common.endings import ending_of
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.wholefile import Written
from frontdesk.context import Context
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontdesk.access.service import Approver
    from frontdesk.cases.definition.model import Definition, Paper
    from frontdesk.cases.whole import CaseView


@dataclass(frozen=True)
class Printed:
    """A paper: the name of its file without a folder, its bytes, its pages, what of it is in pinyin for want of a
    font.
    """

    name: str
    content: bytes
    pages: int | None = None
    romanised: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The ending of the file name, without its dot."""
        return self.name.rpartition(".")[2]


def papers_of(definition: Definition) -> list[tuple[int, Paper]]:
    """The papers of one record with their numbers, from 1."""
    numbered = list(enumerate(definition.papers, 1))
    return [(place, one) for place, one in numbered if one.lines == "records"]


def wanted_first(definition: Definition, state: str) -> list[tuple[int, Paper]]:
    """The papers of one record with their numbers, those most wanted first: what the definition says is wanted in this
    state, then what is filled in and signed, minutes, notices, ledgers; of a meeting that is still to be held the
    notice first.
    """
    order = ["slip", "minutes", "notice", "ledger"]
    found = definition.state(state)
    if definition.kind == "meeting" and found is not None and not found.held and found.end is None:
        order.insert(0, "notice")
    return sorted(papers_of(definition), key=lambda one: (state not in one[1].wanted, order.index(one[1].kind)))


def ledgers_of(definition: Definition) -> list[tuple[int, Paper]]:
    """The papers of many records with their numbers, from 1."""
    return [(place, one) for place, one in enumerate(definition.papers, 1) if one.kind in OF_MANY]


@allowed("reader")
def paper(context: Context, case_id: int, place: int, *, fonts: FontSearch | None = None) -> Printed:
    """A paper of one record by its number (from 1) as a PDF, people masked.

    Raises CaseError `unknown_case`, PaperError `no_such_paper`, `notice_of_people`, and FontFault.
    """
    return _paper(context, view(context, case_id), place, clear=False, fonts=fonts)


@allowed("reader")
def ledger(
    context: Context,
    code: str,
    place: int,
    first: date | None = None,
    last: date | None = None,
    *,
    kind: str = "pdf",
    fonts: FontSearch | None = None,
) -> Printed:
    """A ledger or notice of the records that were opened in these days, or of all until today, as `pdf` or `xlsx`;
    people masked.

    Raises CaseError `unknown_definition`, `no_records`, PaperError `no_such_paper`, `of_one_record`, `days_turned`,
    `notice_of_people`, `only_on_paper`, and FontFault.
    """
    return _ledger(context, code, place, (first, last), kind, clear=False, fonts=fonts)


@allowed("reader", partly=("auditor",))
def write_paper(
    context: Context,
    case_id: int,
    place: int,
    out: Path,
    *,
    clear: bool = False,
    reason: str = "",
    approver: Approver | None = None,
    fonts: FontSearch | None = None,
) -> Written:
    """Write a paper of one record to a PDF; `clear` with names and phones whole, which a writer may, with a reason that
    the audit log keeps.

    Raises as `paper` does, EndingFault `unknown_ending`, PaperError `write_failed`, and in clear what
    `privacy.service.in_clear` raises.
    """
    ending_of(out, "pdf")
    found = view(context, case_id)
    note = _note(context, found.row.number, place, reason, approver) if clear else None
    return _write(out, _paper(context, found, place, clear=clear, fonts=fonts), note)


@allowed("reader", partly=("auditor",))
def write_ledger(
    context: Context,
    code: str,
    place: int,
    out: Path,
    *,
    first: date | None = None,
    last: date | None = None,
    clear: bool = False,
    reason: str = "",
    approver: Approver | None = None,
    fonts: FontSearch | None = None,
) -> Written:
    """Write a ledger to a PDF or a workbook, by the ending of `out`; `clear` as `write_paper`, and raises as `ledger`
    and `write_paper` do.
    """
    kind = ending_of(out, "pdf", "xlsx")
    note = _note(context, code, place, reason, approver) if clear else None
    return _write(out, _ledger(context, code, place, (first, last), kind, clear=clear, fonts=fonts), note)


def export_name(what: str, place: int) -> str:
    """How a paper in the clear is named to whoever agrees to it, and in the audit log."""
    return f"case {what} {place}"


def _paper(context: Context, found: CaseView, place: int, *, clear: bool, fonts: FontSearch | None) -> Printed:
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        return _ended(context, draw_paper(context, found, place, shelf, clear=clear))


def _ledger(
    context: Context, code: str, place: int, days: Days, kind: str, *, clear: bool, fonts: FontSearch | None
) -> Printed:
    made, wanted = ledger_of(context, code, place, days, clear=clear)
    if kind == "xlsx":
        if wanted.kind == "notice":
            raise PaperError("only_on_paper", title=str(wanted.title))
        from frontdesk.cases.papers.book import ledger_book

        return Printed(f"{ledger_name(made)}.xlsx", ledger_book(context, made))
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        return _ended(context, draw_many(context, made, wanted, shelf))


def _ended(context: Context, drawn: Drawn) -> Printed:
    page = drawn.page
    if drawn.is_copied:
        content = bytes(page.pdf.output())
    else:
        # A notice has its own day.
        day = "" if drawn.paper.kind == "notice" else page.say("made_on", day=context.today().isoformat())
        content = page.end(f"{context.centre.name}  {day}".strip())
    return Printed(f"{drawn.name}.pdf", content, page.pdf.pages_count, tuple(page.romanised))


def _note(context: Context, what: str, place: int, reason: str, approver: Approver | None) -> Callable[[], None]:
    return in_clear(context, export_name(what, place), {"paper": place}, reason, approver)


def _write(out: Path, made: Printed, note: Callable[[], None] | None) -> Written:
    write_file(out, made.content, note)
    return Written(out, made.kind, made.pages, made.romanised)
