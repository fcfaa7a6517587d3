"""Papers drawn: of one record, or of many."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from frontdesk.cases.bringing import brought
from frontdesk.cases.library import definition_of
from frontdesk.cases.masks import shown
from frontdesk.cases.papers.ballot import ballot_of, draw_ballot, options_of
from frontdesk.cases.papers.content import Content, parts_of, refuse_people
from frontdesk.cases.papers.errors import PaperError
from frontdesk.cases.papers.ledger import Ledger, LedgerMaker
from frontdesk.cases.papers.wording import Wording
from frontdesk.cases.typed import with_records
from frontdesk.cases.words import state_words
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, Paper
    from frontdesk.cases.papers.page import CasePage
    from frontdesk.cases.whole import CaseView
    from frontdesk.common.fonts import FontShelf
    from frontdesk.context import Context

OF_MANY = ("ledger", "notice")
"""Papers that all records of a period may stand on."""

Days = tuple[date | None, date | None]
"""The first and the last day of a ledger; None for the first record, and for today."""


class Drawn(NamedTuple):
    """A paper whose pages are drawn: the paper as the definition has it, the name of its file without ending, and
    whether its pages are copied one by one, so that they have no numbers.
    """

    page: CasePage
    paper: Paper
    name: str
    is_copied: bool = False


def wanted_of(definition: Definition, place: int) -> Paper:
    """The paper with this number, from 1. Raises PaperError `no_such_paper`, `notice_of_people`."""
    found = dict(enumerate(definition.papers, 1)).get(place)
    if found is None:
        raise PaperError("no_such_paper", name=str(definition.name), number=place, most=len(definition.papers))
    refuse_people(definition, found)
    return found


def draw_paper(context: Context, found: CaseView, place: int, shelf: FontShelf, *, clear: bool = False) -> Drawn:
    """A paper of one record: a ledger with just this one in it. Raises as `wanted_of`, and FontFault."""
    from frontdesk.cases.papers.drawing import draw

    paper = wanted_of(found.definition, place)
    name = f"{paper.title}-{found.row.number}"
    if paper.kind == "ledger":
        return _drawn(context, ledger_of_one(context, found, paper, clear=clear), paper, name, shelf)
    if paper.kind == "slip" and ballot_of(found.definition) is not None:
        return Drawn(_ballot(context, found, paper, shelf), paper, name, is_copied=True)
    with context.database.reading() as connection:
        content = content_of(context, connection, found, paper, clear=clear)
    return Drawn(draw(context, content, shelf), paper, name)


def content_of(
    context: Context, connection: sqlite3.Connection, found: CaseView, paper: Paper, *, clear: bool
) -> Content:
    """What a slip, a notice or minutes say."""
    definition, row, values = found.definition, found.row, shown(found, masked=False).now.values
    wording = Wording(context, connection, masked=not clear, public=paper.kind == "notice")
    values = {**values, **brought(connection, definition, values)}
    wording.about(definition, values, row.id)
    # On the wall stands the day on which it is put up.
    day = context.today().isoformat() if paper.kind == "notice" else row.opened_on
    return Content(
        paper.kind,
        str(paper.title),
        row.number,
        t("case_papers.state", state=state_words(definition, row)),
        wording.day(day),
        policy_of(definition),
        parts_of(definition, paper, values, wording),
        tuple(str(one) for one in paper.signatures),
        str(paper.foot or ""),
    )


def policy_of(definition: Definition) -> tuple[str, ...]:
    """The documents that ask for a mechanism, each with its section."""
    return tuple(f"{one.document} {one.section}".strip() for one in definition.policy)


def _ballot(context: Context, found: CaseView, paper: Paper, shelf: FontShelf) -> CasePage:
    field, until = ballot_of(found.definition), found.now.values.get("until")
    assert field is not None
    with context.database.reading() as connection:
        day = Wording(context, connection, masked=True).day(str(until)) if until else t("case_papers.no_day")
    told = shown(found, masked=True)
    options = options_of(field, told.now.values)
    return draw_ballot(context, str(paper.title), told.row.title, options, day, shelf)


def ledger_of_one(context: Context, found: CaseView, paper: Paper, *, clear: bool) -> Ledger:
    """A ledger with just this record, whatever state it is in: it was asked for."""
    whole = paper.model_copy(update={"states": ()})
    with context.database.reading() as connection:
        wording = Wording(context, connection, masked=not clear, long_days=False)
        maker = LedgerMaker(context, connection, found.definition, whole, wording)
        day = date.fromisoformat(found.row.opened_on)
        return maker.of_rows(iter([found.row]), day, context.today(), policy_of(found.definition))


def ledger_of(context: Context, code: str, place: int, days: Days, *, clear: bool) -> tuple[Ledger, Paper]:
    """The ledger, or notice, of the records of these days.

    Raises CaseError `unknown_definition`, `no_records`, PaperError `of_one_record`, `days_turned`, and as `wanted_of`.
    """
    definition = with_records(definition_of(context, code))
    paper = wanted_of(definition, place)
    first, last = days[0], days[1] or context.today()
    if paper.kind not in OF_MANY:
        raise PaperError("of_one_record", title=str(paper.title))
    if first is not None and first > last:
        raise PaperError("days_turned", first=first.isoformat(), last=last.isoformat())
    with context.database.reading() as connection:
        wording = Wording(context, connection, masked=not clear, public=paper.kind == "notice", long_days=False)
        maker = LedgerMaker(context, connection, definition, paper, wording)
        return maker.make(first, last, policy_of(definition)), paper


def draw_many(context: Context, made: Ledger, paper: Paper, shelf: FontShelf) -> Drawn:
    """A ledger, or a notice of many records. Raises FontFault."""
    return _drawn(context, made, paper, ledger_name(made), shelf)


def ledger_name(made: Ledger) -> str:
    """How the file of a ledger is named, without ending."""
    return f"{made.title}-{made.last.isoformat()}"


def _drawn(context: Context, made: Ledger, paper: Paper, name: str, shelf: FontShelf) -> Drawn:
    from frontdesk.cases.papers.ledger_paper import draw_ledger

    return Drawn(draw_ledger(context, made, shelf, for_the_wall=paper.kind == "notice"), paper, name)
