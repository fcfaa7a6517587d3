"""Receipts and refunds of sign-ups: what may be taken and given back, numbers without a gap, sums, paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.reader.excel import load_workbook

from db import fees as records
from db.activities import Session
from frontdesk.activities import service as activities
from frontdesk.activities.fees import service
from frontdesk.activities.fees.errors import FeeError
from frontdesk.activities.fees.exporting import write_month
from frontdesk.activities.fees.receipt_paper import write_receipt
from frontdesk.activities.sessions.storing import store_session
from frontdesk.context import Context, open_context, to_ms
from frontdesk.locale import use_language, words_for
from frontdesk.settings.service import set_setting
from tests.desks import NOON, new_desk, passing_desk, turn_clock

DAY = date(2026, 11, 20)
NAMES = "赵钱孙李周吴郑王"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    furnish(context)
    yield context
    context.database.close()


def test_a_sign_up_is_called_by_the_code_of_its_session_and_its_number_or_by_its_id(desk: Context) -> None:
    made = activities.sign_up(desk, "HD001", "赵一", "15410000001", 1)
    assert service.sign_up_called(desk, f" HD001/{made.seq_no} ") == made.registration_id
    assert service.sign_up_called(desk, str(made.registration_id)) == made.registration_id
    for text in ("HD001", "HD001/", "/1", "HD001/x", "1" * 30, ""):
        with pytest.raises(FeeError, match="unread_sign_up"):
            service.sign_up_called(desk, text)
    for text in ("HD001/99", "HD999/1"):
        with pytest.raises(FeeError, match="unknown_registration"):
            service.sign_up_called(desk, text)


def furnish(context: Context, fee_fen: int = 3000) -> None:
    """Fees are taken, and a session costs 30 yuan a seat."""
    set_setting(context, "fees_enabled", "1")
    start = to_ms(datetime(2026, 11, 20, 6, 0, tzinfo=UTC))
    session = Session(
        code="HD001",
        day=DAY.isoformat(),
        starts_at=start,
        ends_at=start + 3_600_000,
        name="书法沙龙",
        category="文体服务",
        capacity=12,
        fee_fen=fee_fen,
    )
    with context.change("test.session", "HD001") as connection:
        store_session(context, connection, None, session)


def signed(context: Context, place: int = 0, party: int = 1) -> int:
    done = activities.sign_up(context, "HD001", f"{NAMES[place]}一民", f"138000000{place:02}", party)
    return done.registration_id


def refused(case: Callable[[], Any]) -> str:
    with pytest.raises(FeeError) as caught:
        case()
    assert "{" not in words_for(caught.value)
    return caught.value.code


def test_fees_are_off_until_the_centre_turns_them_on_but_what_was_taken_is_always_given_back(desk: Context) -> None:
    number = signed(desk)
    receipt = service.take(desk, number, "1")
    set_setting(desk, "fees_enabled", "0")
    assert refused(lambda: service.take(desk, number, "1")) == "fees_off"
    assert service.refund(desk, receipt.number, "现金", "活动取消").amount_fen == 3000


def test_what_is_owed_is_by_seat_and_more_needs_a_reason(desk: Context) -> None:
    number = signed(desk, party=2)
    assert service.statement(desk, number).account.owed_fen == 6000
    first = service.take(desk, number, "微信", 2500)
    assert (first.number, first.means, first.day) == ("2026-000001", "wechat", "2026-11-09")
    assert refused(lambda: service.take(desk, number, "1", 3501)) == "above_due"
    assert service.take(desk, number, "alipay").amount_fen == 3500
    assert refused(lambda: service.take(desk, number, "1")) == "nothing_due"
    assert service.take(desk, number, "银行转账", 1000, reason="材料费").means == "银行转账"
    assert refused(lambda: service.take(desk, number, "", 100)) == "means_needed"
    assert refused(lambda: service.take(desk, number, "1", 0, reason="无")) == "bad_amount"
    assert refused(lambda: service.take(desk, 99, "1")) == "unknown_registration"
    activities.cancel_sign_up(desk, number)
    assert refused(lambda: service.take(desk, number, "1", 100, reason="无")) == "gone"
    assert service.statement(desk, number).account.owed_fen == -7000


def test_a_refund_names_its_receipt_never_exceeds_it_and_says_why(desk: Context) -> None:
    number = signed(desk)
    receipt = service.take(desk, number, "1")
    assert refused(lambda: service.refund(desk, receipt.number, "1", " ")) == "reason_needed"
    assert refused(lambda: service.refund(desk, receipt.number, "1", "退", 3001)) == "above_receipt"
    first = service.refund(desk, "2026-1", "1", "只上一半", 1250)
    assert (first.number, first.refunds, first.kind) == ("2026-000002", "2026-000001", "refund")
    assert refused(lambda: service.refund(desk, receipt.number, "1", "退", 1751)) == "above_receipt"
    assert refused(lambda: service.refund(desk, first.number, "1", "再退")) == "not_a_receipt"
    assert service.statement(desk, number).left == {"2026-000001": 1750}
    assert service.refund(desk, receipt.number, "1", "全退").amount_fen == 1750
    assert refused(lambda: service.refund(desk, receipt.number, "1", "再退")) == "refunded_already"
    assert refused(lambda: service.refund(desk, "2026-000077", "1", "退")) == "unknown_number"
    with pytest.raises(Exception, match="only refunded"):
        desk.database.connection.execute("UPDATE fee_line SET amount_fen = 1")
    with pytest.raises(Exception, match="only refunded"):
        desk.database.connection.execute("DELETE FROM fee_line")


ACTIONS = st.lists(st.tuples(st.integers(0, 1), st.booleans(), st.integers(800, 2200)), max_size=25)


@settings(max_examples=12)
@given(ACTIONS)
def test_refunds_never_exceed_their_receipts_and_numbers_have_no_gap(actions: list[tuple[int, bool, int]]) -> None:
    with passing_desk() as (context, _):
        furnish(context)
        people = [signed(context, place) for place in range(3)]
        for person, is_refund, fen in actions:
            try:
                receipts = [one for one in service.statement(context, people[person]).lines if one.kind == "receipt"]
                if is_refund:
                    service.refund(context, receipts[fen % len(receipts)].number if receipts else "", "1", "退", fen)
                else:
                    service.take(context, people[person], "1", fen, reason="" if fen % 2 else "另收")
            except FeeError:
                continue
        lines = records.listed(context.database.connection, "2026-01-01", "2026-12-31")
        assert [one.number for one in lines] == [f"2026-{place:06}" for place in range(1, len(lines) + 1)]
        for receipt in lines:
            if receipt.kind == "receipt":
                back = sum(one.amount_fen for one in lines if one.refunds == receipt.number)
                assert back <= receipt.amount_fen
                assert service.statement(context, receipt.registration_id).left[receipt.number] == (
                    receipt.amount_fen - back
                )
        totals = service.day_totals(context, context.today()).totals
        taken = sum(one.amount_fen for one in lines if one.kind == "receipt")
        refunded = sum(one.amount_fen for one in lines if one.kind == "refund")
        assert [(one.taken, one.refunded, one.net) for one in totals] == (
            [(taken, refunded, taken - refunded)] if lines else []
        )
        for person in people:
            assert service.statement(context, person).account.paid_fen == sum(
                one.amount_fen if one.kind == "receipt" else -one.amount_fen
                for one in lines
                if one.registration_id == person
            )


def test_two_windows_give_numbers_without_a_gap(desk: Context) -> None:
    people = [signed(desk, place) for place in range(6)]

    def window(mine: list[int]) -> list[str]:
        context = open_context(desk.home, source="desk", clock=lambda: NOON, operator=desk.operator)
        try:
            return [service.take(context, one, "1", 100 + count).number for one in mine for count in range(5)]
        finally:
            context.database.close()

    with ThreadPoolExecutor(2) as windows:
        numbers = [number for given in windows.map(window, (people[:3], people[3:])) for number in given]
    assert sorted(numbers) == [f"2026-{place:06}" for place in range(1, 31)]


def test_numbers_begin_again_with_the_year(desk: Context) -> None:
    number = signed(desk)
    assert service.take(desk, number, "1", 100).number == "2026-000001"
    # At midnight at the centre, not in Greenwich.
    turn_clock(desk, lambda: datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert service.take(desk, number, "1", 100).number == "2027-000001"


def test_who_has_not_paid_and_whom_a_cancelled_session_owes(desk: Context) -> None:
    people = [signed(desk, place) for place in range(3)]
    service.take(desk, people[0], "1")
    service.take(desk, people[1], "1", 1000)
    first, last = DAY - timedelta(days=1), DAY
    assert [(one.registration_id, one.owed_fen) for one in service.unpaid(desk, first, last)] == [
        (people[1], 2000),
        (people[2], 3000),
    ]
    assert service.to_refund(desk, first, last, "HD001") == []
    activities.cancel_session(desk, "HD001", "讲师请假")
    assert service.unpaid(desk, first, last) == []
    assert [(one.registration_id, one.owed_fen) for one in service.to_refund(desk, first, last)] == [
        (people[0], -3000),
        (people[1], -1000),
    ]
    service.refund(desk, "2026-000001", "1", "活动取消")
    assert [one.registration_id for one in service.to_refund(desk, first, last, "HD001")] == [people[1]]


def test_the_month_is_written_by_number_with_sums_and_masked_names(desk: Context, tmp_path: Path) -> None:
    number = signed(desk)
    service.take(desk, number, "1")
    service.refund(desk, "2026-000001", "2", "只上一半", 1005)
    out = tmp_path / "收费.xlsx"
    assert write_month(desk, out, desk.today()) == 2
    lines, sums = load_workbook(out).worksheets
    rows = [[cell.value for cell in row] for row in lines.iter_rows(min_row=4)]
    assert [(row[0], row[2], row[6], row[7], row[8], row[10]) for row in rows] == [
        ("2026-000001", "收据", "赵*民", 30, None, ""),
        ("2026-000002", "退费", "赵*民", None, 10.05, "2026-000001"),
    ]
    assert [[cell.value for cell in row][1:] for row in sums.iter_rows(min_row=6)] == [
        ["现金", 30, 0, 30],
        ["微信", 0, 10.05, -10.05],
    ]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_paper_of_a_line_says_the_amount_in_figures_and_capitals_and_is_always_the_same(
    desk: Context, tmp_path: Path, language: str
) -> None:
    service.take(desk, signed(desk), "1", 2004)
    service.refund(desk, "2026-000001", "1", "只上一半", 1050)
    use_language(language)
    try:
        out = tmp_path / "收据.pdf"
        for number, figures, capitals in (
            ("2026-000001", "20.04", "贰拾元零肆分"),
            ("2026-000002", "10.50", "壹拾元伍角整"),
        ):
            assert write_receipt(desk, out, number).pages == 1
            first = out.read_bytes()
            write_receipt(replace(desk, clock=lambda: NOON + timedelta(days=1)), out, number)
            assert out.read_bytes() == first
            document = pypdfium2.PdfDocument(first)
            text = document[0].get_textpage().get_text_bounded().replace(" ", "")
            size = document[0].get_size()
            assert (round(size[0] / 72 * 25.4), round(size[1] / 72 * 25.4)) == (210, 148)
            assert number in text and figures in text and "赵一民" in text
            assert capitals in text or write_receipt(desk, out, number).romanised
    finally:
        use_language("zh_CN")
    assert refused(lambda: write_receipt(desk, tmp_path / "x.pdf", "2026-000009")) == "unknown_number"
