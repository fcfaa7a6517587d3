"""The sign-in sheet as a PDF to be signed and as a workbook to be filled in, which the import takes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.activities.attendance.errors import AttendanceError
from frontdesk.activities.attendance.importing import STATUS_WORDS, WALK_IN
from frontdesk.activities.attendance.sheet import (
    PERSONAL,
    SheetColumn,
    SheetLine,
    SheetPlan,
    SignInSheet,
    sign_in_sheet,
)
from frontdesk.common.endings import ending_of
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.page import FOOT, GREY, INNER, MARGIN, Colour, PaperColumn, PaperPage
from frontdesk.common.qr import MODULES, dark_runs, qr_modules
from frontdesk.common.tablebook import TableBook
from frontdesk.common.wholefile import Written, write_whole
from frontdesk.common.workbook import Cell, Column
from frontdesk.context import Context
from frontdesk.locale import current_language, t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from frontdesk.access.service import Approval, Approver

_ROW, _ROW_WITH_QR = 9.5, 19.0
_HEADING = 8.0
QR_WIDTH = 15.0
_FIXED: dict[SheetColumn, float] = {"number": 14, "tail": 17, "seats": 13, "area": 26, "qr": 20}
_SHARES: dict[SheetColumn, float] = {"name": 30, "full_name": 30, "signature": 38, "remark": 30}


@allowed("writer")
def export_sheet(
    context: Context,
    code: str,
    plan: SheetPlan,
    out: Path,
    *,
    fonts: FontSearch | None = None,
    reason: str = "",
    approver: Approver | None = None,
) -> Written:
    """Write the sheet of a session as .pdf or .xlsx; which columns it has stands in the audit log.

    Raises EndingFault `unknown_ending`, AttendanceError `write_failed`, what `sign_in_sheet` and `require_writer`
    raise, FontFault; with whole names what `privacy.service.in_clear` raises.
    """
    kind = ending_of(out, "pdf", "xlsx")
    context.require_writer()
    made = sign_in_sheet(context, code, plan)
    approval: Approval | None = None
    besides: dict[str, object] = {}
    if "full_name" in made.plan.columns:
        from frontdesk.privacy.service import in_clear

        approval, besides = in_clear(context, f"sheet {code}", reason, approver)
    pages: int | None = None
    romanised: tuple[str, ...] = ()
    if kind == "xlsx":
        content = sheet_book(made)
    else:
        content, pages, romanised = draw_sheet(made, brand=context.settings.brand_rgb, fonts=fonts)
    personal = sorted(PERSONAL.intersection(made.plan.columns))

    def note() -> None:
        said = {"kind": kind, "columns": list(made.plan.columns), "personal": personal, **besides}
        with context.change("attendance.sheet_written", code, **said) as connection:
            if approval is not None:
                approval.use(context, connection)

    write_file(out, content, note)
    return Written(out, kind, pages, romanised)


def write_file(out: Path, content: bytes, on_record: Callable[[], None]) -> None:
    """Write a file whole and put it on record. Raises AttendanceError `write_failed`, and what `on_record` raises."""
    try:
        write_whole(out, content, on_record, private=True)
    except OSError as error:
        raise AttendanceError("write_failed", path=str(out), reason=error.strerror or str(error)) from error


def draw_sheet(
    made: SignInSheet, *, brand: Colour, fonts: FontSearch | None = None
) -> tuple[bytes, int, tuple[str, ...]]:
    """The PDF, how many pages it has, and the words that stand in it in pinyin. Raises FontFault."""
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = PaperPage(shelf, "attendance", created=made.made, brand=brand)
        _SheetPaper(page, made).draw()
        foot = page.say("made_at", at=f"{made.made:%Y-%m-%d %H:%M}", code=made.session.code)
        return page.finish(foot), page.pdf.pages_count, tuple(page.romanised)


def draw_symbol(page: PaperPage, left: float, top: float, width: float, code: str) -> None:
    """The QR symbol of a ticket on the white of the paper; `left` and `top` are those of its first module."""
    module = width / MODULES
    for row, modules in enumerate(qr_modules(code)):
        for column, length in dark_runs(modules):
            page.fill(left + column * module, top + row * module, length * module, module, (0, 0, 0))


class _SheetPaper:
    """The pages of one sheet: a line a party, then the blank ones, each page with its own head."""

    def __init__(self, page: PaperPage, made: SignInSheet) -> None:
        self.page = page
        self.made = made
        self.y = 0.0
        self.height = _ROW_WITH_QR if "qr" in made.plan.columns else _ROW
        self.columns = _paper_columns(page, made.plan)

    def draw(self) -> None:
        """Everybody, then the blank rows."""
        self._new_page()
        for line in self.made.lines:
            self._row(self.height, line)
        for _ in range(self.made.plan.blank_rows):
            self._row(_ROW, None)

    def _new_page(self) -> None:
        page, made = self.page, self.made
        session = made.session
        under = f"{made.times}    {session.room}".rstrip()
        if session.lead:
            under += "    " + page.say("lead", name=session.lead)
        self.y = page.head(page.say("sheet_title", name=session.name), under, made.centre)
        expected = page.say("expected", parties=len(made.lines), seats=made.seats, capacity=session.capacity)
        page.text(MARGIN, self.y + 1, expected, 9, INNER, colour=GREY)
        self.y += 5
        page.row(MARGIN, self.y, _HEADING, self.columns, [one.heading for one in self.columns], heading=True)
        self.y += _HEADING

    def _row(self, height: float, line: SheetLine | None) -> None:
        if self.y + height > FOOT - 6:
            self._new_page()
        page, x = self.page, MARGIN
        for name, column in zip(self.made.plan.columns, self.columns, strict=True):
            page.frame(x, self.y, column.width, height)
            if line is not None and name == "qr":
                edge = (height - QR_WIDTH) / 2
                draw_symbol(page, x + (column.width - QR_WIDTH) / 2, self.y + edge, QR_WIDTH, line.code)
            x += column.width
        if line is not None:
            cells = [_cell(name, line) for name in self.made.plan.columns]
            page.row(MARGIN, self.y, height, self.columns, cells, size=11)
        self.y += height


def _paper_columns(page: PaperPage, plan: SheetPlan) -> tuple[PaperColumn, ...]:
    """The columns, those for words and for signing sharing what is left of the width."""
    left = INNER - sum(_FIXED.get(one, 0) for one in plan.columns)
    shares = sum(_SHARES.get(one, 0) for one in plan.columns) or 1
    return tuple(
        PaperColumn(
            page.say(f"column.{'name' if one == 'full_name' else one}"),
            _FIXED.get(one, 0) or left * _SHARES[one] / shares,
            "right" if one in ("number", "seats") else "left",
        )
        for one in plan.columns
    )


def _cell(name: SheetColumn, line: SheetLine) -> str:
    if name in ("signature", "remark", "qr"):
        return ""
    if name == "number":
        return str(line.seq_no)
    if name in ("name", "full_name"):
        return line.name
    return {"tail": line.tail, "seats": str(line.seats), "area": line.area}[name]


def sheet_book(made: SignInSheet) -> bytes:
    """The workbook: a row a party and the rows for walk-ins, with a list to choose from where it says who came.

    Number, name, seats and what became of the party are there whatever was chosen: by them the import finds its way.
    """
    session, plan = made.session, made.plan
    title = t("attendance.paper.sheet_title", name=session.name)
    lead = f"  {t('attendance.paper.lead', name=session.lead)}" if session.lead else ""
    under = f"{made.centre}  {made.times}  {session.room}{lead}  {t('attendance.book.how')}"
    names = ["session", "number", "name", *(["tail"] if "tail" in plan.columns else []), "seats", "status"]
    names += [one for one in ("area", "signature", "remark") if one in plan.columns]
    columns = [Column(t(f"attendance.book.{one}"), "0" if one in ("number", "seats") else "") for one in names]
    rows = [_book_row(names, session.code, line) for line in made.lines]
    rows += [_walk_in_row(names, session.code) for _ in range(plan.blank_rows)]
    book = TableBook(title, made.centre, made.made)
    sheet = book.add(t("attendance.book.sheet"), under, columns, rows, footer=f"{made.centre} {session.code}")
    _choices(sheet, names.index("status"), len(rows))
    return book.content()


def _choices(sheet: Worksheet, column: int, rows: int) -> None:
    words = list(STATUS_WORDS[current_language()])
    sheet.data_validation(3, column, max(3, 2 + rows), column, {"validate": "list", "source": words})


def _book_row(names: list[str], code: str, line: SheetLine) -> list[Cell]:
    said: dict[str, Cell] = {
        "session": code,
        "number": line.seq_no,
        "name": line.name,
        "tail": line.tail,
        "seats": line.seats,
        "area": line.area,
    }
    return [said.get(one) for one in names]


def _walk_in_row(names: list[str], code: str) -> list[Cell]:
    said: dict[str, Cell] = {"session": code, "name": WALK_IN}
    return [said.get(one) for one in names]
