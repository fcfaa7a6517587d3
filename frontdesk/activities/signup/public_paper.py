"""What hangs on the wall: the result of a lottery and the list of a session, numbers only and never a name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from db.activities import SessionLine
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.sessions.service import session
from frontdesk.activities.signup.drawing import Draw, drawn_list
from frontdesk.activities.signup.telling import PublicLine, public_list
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.page import FOOT, GREY, INNER, MARGIN, PaperColumn, PaperPage
from frontdesk.common.wholefile import Written, write_whole
from frontdesk.context import Context
from frontdesk.locale import catalogue, t
from frontdesk.permission import allowed

AREA = "signup_screen"
_ROW = 7.0
_PER_ROW = 10
"""Numbers in a line of the list."""

GROUPS = ("confirmed", "offered", "waitlisted", "applied")


class Made(NamedTuple):
    """What a paper says beside its list."""

    centre: str
    when: str
    printed: str


@allowed("shown")
def export_draw(context: Context, code: str, out: Path, *, fonts: FontSearch | None = None) -> Written:
    """Write the result of a lottery as a PDF: every number in the order drawn, with the seed, and how anybody draws it
    again. Raises what `drawn_list` raises, ActivityError `write_failed`, FontFault.
    """
    drawn = drawn_list(context, code)
    found = session(context, code)
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = _page(context, shelf)
        content = _draw_result(
            page, found, drawn, _made(context, found), f"{context.local(drawn.drawn_at):%Y-%m-%d %H:%M}"
        )
        romanised = tuple(page.romanised)
    _write(out, content)
    return Written(out, "pdf", 1, romanised)


@allowed("shown")
def export_public(context: Context, code: str, out: Path, *, fonts: FontSearch | None = None) -> Written:
    """Write the list of a session by numbers, as a PDF or, where `out` ends in .xlsx, a workbook.

    Raises ActivityError `unknown_session`, `write_failed`, FontFault.
    """
    found, lines = session(context, code), public_list(context, code)
    made = _made(context, found)
    if out.suffix == ".xlsx":
        _write(out, _book(found, lines, made, context.now()))
        return Written(out, "xlsx", len(lines), ())
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = _page(context, shelf)
        content = _draw_list(page, found, lines, made)
        romanised = tuple(page.romanised)
    _write(out, content)
    return Written(out, "pdf", len(lines), romanised)


def _page(context: Context, shelf: FontShelf) -> PaperPage:
    created = context.local(context.now_ms())
    return PaperPage(shelf, AREA, created=created, brand=context.settings.brand_rgb)


def _made(context: Context, found: SessionLine) -> Made:
    begins, ends = context.local(found.starts_at), context.local(found.ends_at)
    when = f"{found.day} {begins:%H:%M}–{ends:%H:%M}  {found.room}".rstrip()
    return Made(context.centre.name, when, f"{context.local(context.now_ms()):%Y-%m-%d %H:%M}")


def _draw_result(page: PaperPage, found: SessionLine, drawn: Draw, made: Made, drawn_at: str) -> bytes:
    columns = [
        PaperColumn(page.say("draw.place"), 24, "right"),
        PaperColumn(page.say("draw.number"), 30, "right"),
        PaperColumn(page.say("draw.returning"), 40),
        PaperColumn(page.say("draw.result"), INNER - 94),
    ]
    under = f"{found.code}  {made.when}"
    title = page.say("draw.title", name=found.name)
    y = page.head(title, under, made.centre)
    said = [
        page.say("draw.seed", seed=drawn.seed),
        page.say("draw.at", at=drawn_at, count=len(drawn.lines), capacity=found.capacity),
        page.say("draw.formula"),
        page.say("draw.again", seed=drawn.seed),
    ]
    if drawn.returning_first:
        said.append(page.say("draw.returning_first"))
    for words in said:
        y = page.paragraph(MARGIN, y, words, 10, INNER, 5.5)
    y += 3
    page.row(MARGIN, y, _ROW, columns, [column.heading for column in columns], heading=True)
    y += _ROW
    for line in drawn.lines:
        if y + _ROW > FOOT - 8:
            y = page.head(title, under, made.centre)
            page.row(MARGIN, y, _ROW, columns, [column.heading for column in columns], heading=True)
            y += _ROW
        returning = page.say("draw.is_returning") if line.is_returning else ""
        state = _state(page.language, line.state, line.seats)
        page.row(MARGIN, y, _ROW, columns, (str(line.place), str(line.seq_no), returning, state))
        y += _ROW
    return page.finish(page.say("printed", at=made.printed))


def _draw_list(page: PaperPage, found: SessionLine, lines: list[PublicLine], made: Made) -> bytes:
    title, under = page.say("list.title", name=found.name), f"{found.code}  {made.when}"
    y = page.head(title, under, made.centre)
    y = page.paragraph(MARGIN, y, page.say("list.numbers_only", capacity=found.capacity), 10, INNER, 5.5, GREY) + 3
    width = INNER / _PER_ROW
    columns = [PaperColumn("", width, "centre") for _ in range(_PER_ROW)]
    for state in GROUPS:
        group = [one for one in lines if one.state == state]
        if not group:
            continue
        group.sort(key=lambda one: (one.place, one.seq_no))
        words = catalogue(page.language, AREA)[f"paper.list.{state}"].format(count=len(group))
        rows = [group[start : start + _PER_ROW] for start in range(0, len(group), _PER_ROW)]
        for number, row in enumerate(rows):
            if y + 3 * _ROW > FOOT - 8:
                y = page.head(title, under, made.centre)
            if number == 0:
                page.text(MARGIN, y + _ROW / 2, words, 12, INNER, style="B")
                y += _ROW + 1
            cells = [str(one.seq_no) for one in row] + [""] * (_PER_ROW - len(row))
            page.row(MARGIN, y, _ROW + 1, columns, cells, size=12)
            y += _ROW + 1
        y += 4
    return page.finish(page.say("printed", at=made.printed))


def _state(language: str, state: str, seats: int) -> str:
    words = catalogue(language, "activities")[f"state.{state}"]
    return f"{words} ({seats})" if seats > 1 else words


def _book(found: SessionLine, lines: list[PublicLine], made: Made, created: datetime) -> bytes:
    from frontdesk.common.tablebook import TableBook
    from frontdesk.common.workbook import Column

    columns = [Column(t(f"{AREA}.sheet.{name}")) for name in ("seq_no", "state", "seats", "place")]
    rows = [(one.seq_no, t(f"activities.state.{one.state}"), one.seats, one.place or "") for one in lines]
    book = TableBook(t(f"{AREA}.paper.list.title", name=found.name), made.centre, created)
    book.add(t(f"{AREA}.sheet.list"), f"{found.code}  {made.when}", columns, rows)
    return book.content()


def _write(out: Path, content: bytes) -> None:
    try:
        write_whole(out, content)
    except OSError as error:
        raise ActivityError("write_failed", path=str(out), reason=error.strerror or str(error)) from error
