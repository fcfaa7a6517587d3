"""Tickets: read back from the paper, refused when forged, and signed in on their own day and once only."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.activities.attendance.errors import AttendanceError
from frontdesk.activities.attendance.marking import Mark, mark
from frontdesk.activities.attendance.scanned import answer_to_scan
from frontdesk.activities.attendance.sheet import COLUMNS, SheetPlan
from frontdesk.activities.attendance.sheet_paper import export_sheet
from frontdesk.activities.attendance.ticket_paper import export_tickets
from frontdesk.activities.attendance.tickets import HIGHEST_ID, read_ticket, scan_ticket, ticket_code
from frontdesk.activities.service import cancel_sign_up, registrations
from frontdesk.common.digitcode import DigitCodeFault, check_digit, version_of
from frontdesk.context import Context
from frontdesk.volunteers.cards.code import CodeFault, make_code, read_code
from tests.db.test_attendance_marks import fill, marks, put_session, set_state
from tests.desks import new_desk

KEY = b"card key of the tests, 32 bytes."
IDS = st.integers(1, HIGHEST_ID)


@given(IDS)
def test_a_ticket_is_read_back_and_is_no_card_and_no_card_is_a_ticket(registration_id: int) -> None:
    code = ticket_code(KEY, registration_id)
    assert read_ticket(KEY, f" {code}\n") == registration_id
    assert len(code) == 20 and version_of(code) == "2"
    with pytest.raises(CodeFault):
        read_code(KEY, code)
    with pytest.raises(DigitCodeFault):
        read_ticket(KEY, make_code(KEY, f"{registration_id:07d}", 0))


@given(IDS, st.integers(0, 19), st.integers(1, 9))
def test_every_digit_that_is_changed_is_found(registration_id: int, place: int, by: int) -> None:
    code = ticket_code(KEY, registration_id)
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    with pytest.raises(DigitCodeFault):
        read_ticket(KEY, wrong)


@given(IDS, st.integers(0, 18))
def test_two_neighbours_that_are_swapped_are_found(registration_id: int, place: int) -> None:
    code = ticket_code(KEY, registration_id)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(DigitCodeFault):
            read_ticket(KEY, wrong)


@given(IDS, IDS, st.integers(0, 99))
def test_a_forged_number_with_a_right_check_digit_is_refused(mine: int, wished: int, serial: int) -> None:
    code = ticket_code(KEY, mine)
    forged = f"72{wished:07d}{serial:02d}{code[11:19]}"
    forged += str(check_digit(forged))
    if forged == code:
        return
    with pytest.raises(DigitCodeFault) as refused:
        read_ticket(KEY, forged)
    assert refused.value.fault == "bad_mac"


def test_a_ticket_of_another_centre_and_a_sign_up_past_seven_digits_are_refused() -> None:
    with pytest.raises(DigitCodeFault):
        read_ticket(KEY, ticket_code(b"the key of another centre", 7))
    for wrong in (0, HIGHEST_ID + 1):
        with pytest.raises(AttendanceError):
            ticket_code(KEY, wrong)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    put_session(context, "HD001")
    yield context
    context.database.close()


def code_of(context: Context, registration_id: int) -> str:
    """The ticket of a sign-up at this centre."""
    return ticket_code(context.keys.card, registration_id)


def test_a_scan_signs_the_whole_party_in_once_and_says_no_name(desk: Context) -> None:
    _, party = fill(desk, "HD001", 1, 3)
    answer = answer_to_scan(desk, code_of(desk, party))
    assert answer.kind == "entered" and "2" in answer.title and "书法" in answer.words and "3" in answer.words
    assert "赵" not in answer.title + answer.words
    assert marks(desk, "HD001") == [None, Mark("attended", 3)]
    row = desk.database.connection.execute("SELECT way FROM attendance").fetchone()
    assert row["way"] == "scan"
    assert scan_ticket(desk, code_of(desk, party)).reason == "already_signed_in"


def test_each_refusal_has_its_reason_and_words_and_writes_no_mark(desk: Context) -> None:
    put_session(desk, "HD002", "2026-11-10", name="合唱")
    gone, late, full, waiting = fill(desk, "HD001", 1, 1, 18, 5)
    (tomorrow,) = fill(desk, "HD002", 1)
    cancel_sign_up(desk, gone)
    mark(desk, late, "no_show")
    forged = code_of(desk, full)[:-1] + str((int(code_of(desk, full)[-1]) + 1) % 10)
    wanted = {
        "cancelled": code_of(desk, gone),
        "wrong_session_today": code_of(desk, tomorrow),
        "waiting": code_of(desk, waiting),
        "unknown": code_of(desk, 999_999),
        "bad_check_digit": forged,
        "malformed": "72" + "1" * 10,
        "foreign_code": "https://example.cn",
    }
    for reason, code in wanted.items():
        assert scan_ticket(desk, code).reason == reason
        words = answer_to_scan(desk, code).words
        assert words and "{" not in words and "attendance." not in words
    assert marks(desk, "HD001") == [None, Mark("no_show", 1), None, None]
    assert scan_ticket(desk, code_of(desk, late)).reason == ""
    set_state(desk, "HD001", "closed")
    assert scan_ticket(desk, code_of(desk, full)).reason == "session_closed"
    set_state(desk, "HD001", "cancelled")
    assert scan_ticket(desk, code_of(desk, full)).reason == "session_cancelled"


def test_nobody_need_be_signed_in_at_the_kiosk(desk: Context) -> None:
    (party,) = fill(desk, "HD001", 2)
    desk.operator, desk.source = None, "kiosk"
    assert scan_ticket(desk, code_of(desk, party)).reason == ""
    row = desk.database.connection.execute("SELECT operator_no, seats FROM attendance").fetchone()
    assert tuple(row) == (None, 2)


def decoded(pdf: Path, scale: float = 300 / 72) -> list[str]:
    """Every code on every page of a PDF, printed at 300 dpi."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            found += [one.text for one in zxingcpp.read_barcodes(page.render(scale=scale).to_pil())]
    return found


def test_the_codes_on_tickets_and_sheets_are_read_from_the_paper(desk: Context, tmp_path: Path) -> None:
    parties = fill(desk, "HD001", *[1] * 12)
    wanted = sorted(code_of(desk, one) for one in parties)
    done = export_tickets(desk, "HD001", tmp_path / "tickets.pdf")
    assert (done.pages, sorted(decoded(done.path))) == (2, wanted)
    sheet = export_sheet(desk, "HD001", SheetPlan(COLUMNS, 3), tmp_path / "sheet.pdf")
    assert sorted(decoded(sheet.path)) == wanted
    one = export_tickets(desk, "HD001", tmp_path / "one.pdf", [5])
    assert decoded(one.path) == [code_of(desk, parties[4])]


def test_a_ticket_holds_no_name_and_a_sheet_the_whole_one_only_by_a_choice_on_record(
    desk: Context, tmp_path: Path
) -> None:
    fill(desk, "HD001", 1)
    name = registrations(desk, "HD001")[0].name

    def text(path: Path) -> str:
        with pypdfium2.PdfDocument(path) as document:
            return "".join(page.get_textpage().get_text_range() for page in document)

    assert name not in text(export_tickets(desk, "HD001", tmp_path / "t.pdf").path)
    usual = text(export_sheet(desk, "HD001", SheetPlan(), tmp_path / "a.pdf").path)
    assert name not in usual and name[0] in usual
    assert name in text(export_sheet(desk, "HD001", SheetPlan(("full_name", "tail")), tmp_path / "b.pdf").path)
    book = export_sheet(desk, "HD001", SheetPlan(), tmp_path / "c.xlsx").path
    with zipfile.ZipFile(io.BytesIO(book.read_bytes())) as archive:
        strings = archive.read("xl/sharedStrings.xml").decode("utf-8")
    assert name not in strings and f"{name[0]}*" in strings
    rows = desk.database.connection.execute(
        "SELECT detail FROM audit WHERE action = 'attendance.sheet_written' ORDER BY id"
    ).fetchall()
    assert ["full_name" in row["detail"] for row in rows] == [False, True, False]


def test_a_ticket_counts_all_day_by_the_centres_clock(desk: Context) -> None:
    (party,) = fill(desk, "HD001", 1)
    desk.clock = lambda: datetime(2026, 11, 8, 15, 59, tzinfo=UTC)
    assert scan_ticket(desk, code_of(desk, party)).reason == "wrong_session_today"
    desk.clock = lambda: datetime(2026, 11, 8, 16, 0, tzinfo=UTC)
    assert scan_ticket(desk, code_of(desk, party)).reason == ""
