"""Many at once into one session: its list is read once, and each is told what a single sign-up would have been told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook

from frontdesk.activities.exchange.parties import SignUps
from frontdesk.activities.exchange.paste import Checked, take_pasted
from frontdesk.activities.exchange.pasting import PastedRow
from frontdesk.activities.exchange.register import Scope
from frontdesk.activities.exchange.service import export_sheet, take_back
from frontdesk.activities.service import import_signups
from frontdesk.context import Context
from tests.desks import contents, new_desk, sheet
from tests.signups import DAY, assert_as_logged, enter, full, parties, session_at, states


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    yield context
    assert_as_logged(context)
    context.database.close()


def pasted(first: int, last: int, *, size: str = "1") -> list[PastedRow]:
    return [
        PastedRow(number, {"person": f"赵{chr(0x4E00 + number)}", "phone": f"154{number:08d}", "party_size": size})
        for number in range(first, last)
    ]


def paste(desk: Context, rows: list[PastedRow], *, dry_run: bool = False) -> list[Checked]:
    return take_pasted(desk, "signups", "HD001", rows, dry_run=dry_run)


def cost(desk: Context, act: Callable[[], object]) -> tuple[int, int]:
    """How many statements an act runs, and how many of them read the whole list of a session.

    The record of what was before and after is the audit's, and has a line for each row that is written.
    """
    seen: list[str] = []
    desk.database.connection.set_trace_callback(seen.append)
    act()
    desk.database.connection.set_trace_callback(None)
    kept = ("INSERT INTO audit_change", "INSERT INTO audit_salt", "SELECT salt FROM audit_salt", "SELECT 1 FROM temp.")
    own = [one for one, before in zip(seen, ["", *seen], strict=False) if one != before and not one.startswith(kept)]
    return len(own), sum(
        one.startswith("SELECT * FROM registration WHERE") and one.endswith("ORDER BY seq_no") for one in seen
    )


@pytest.mark.parametrize("dry_run", [True, False])
def test_pasted_rows_cost_each_the_same_and_the_list_is_read_once(desk: Context, dry_run: bool) -> None:
    session_at(desk, capacity=15)
    few, one = cost(desk, lambda: paste(desk, pasted(0, 10), dry_run=True))
    many, read = cost(desk, lambda: paste(desk, pasted(0, 40), dry_run=dry_run))
    assert (one, read) == (1, 1) and many <= 4 * few


def test_rows_of_a_list_and_of_a_workbook_cost_each_the_same(desk: Context, tmp_path: Path) -> None:
    session_at(desk, capacity=15)
    session_at(desk, "HD002", capacity=15, hour=13)

    def listed(code: str, count: int) -> Path:
        rows = [[code, f"赵{chr(0x4E00 + one)}", f"154{one:08d}", 1, "2026-11-02 08:00"] for one in range(count)]
        return sheet(tmp_path, "活动编号 姓名 手机 人数 报名时间", rows, f"{code}.csv")

    few = cost(desk, lambda: import_signups(desk, listed("HD001", 10), dry_run=True))
    many = cost(desk, lambda: import_signups(desk, listed("HD001", 40)))
    assert (few[1], many[1]) == (1, 1) and many[0] <= 4 * few[0]
    out = tmp_path / "out.xlsx"
    export_sheet(desk, "signups", Scope(DAY, DAY, "HD001"), out)
    book = load_workbook(out)
    table = book.worksheets[0]
    heading = next(row for row in table.iter_rows() if any(cell.value == "最少人数" for cell in row))
    column = next(cell.column for cell in heading if cell.value == "人数")
    for number in range(heading[0].row + 16, table.max_row + 1):
        table.cell(number, column).value = 2
    book.save(out)
    changed = cost(desk, lambda: take_back(desk, out))
    assert {one.party_size for one in parties(desk)[15:]} == {2}
    assert changed[1] == 1


def test_each_is_told_what_a_single_sign_up_would_have_been_told(desk: Context, tmp_path: Path) -> None:
    alone = new_desk(tmp_path / "alone")
    rows = [*pasted(0, 3, size="2"), *pasted(3, 7), *pasted(7, 9, size="3")]
    for one in (desk, alone):
        session_at(one, capacity=8)
    together = [one.outcome for one in paste(desk, rows)]
    single = [paste(alone, [row])[0].outcome for row in rows]
    assert together == single
    assert [(one.seq_no, one.state, one.rule) for one in parties(desk)] == [
        (one.seq_no, one.state, one.rule) for one in parties(alone)
    ]
    assert contents(desk)["registration_log"] == contents(alone)["registration_log"]
    alone.database.close()


def test_a_row_that_fails_after_others_leaves_their_seats_as_they_are(desk: Context) -> None:
    session_at(desk, capacity=2)
    before = contents(desk, audit=True)
    rows = [*pasted(0, 2), *pasted(0, 1), *pasted(2, 4)]
    checked = paste(desk, rows)
    assert [bool(one.problem) for one in checked] == [False, False, True, False, False]
    assert [one.outcome.split(" ")[0] for one in checked if not one.problem][:2] == ["1", "2"]
    assert "候补" in checked[-1].outcome and contents(desk, audit=True) == before


def test_what_a_row_did_before_it_failed_is_undone_in_the_list_that_was_read(desk: Context) -> None:
    full(desk, 1, 1, 1)
    with desk.change("test", "") as connection:
        register = SignUps(desk, connection)
        with pytest.raises(RuntimeError), register.savepoint():
            register.change("HD001#1", {"sign_up_state": "cancelled_by_resident"})
            assert states(desk) == "XC"
            raise RuntimeError
        register.change("HD001#2", {"party_size": 2})
    assert states(desk) == "CW" and parties(desk)[1].party_size == 2


def test_whoever_left_signs_up_again_with_others_and_keeps_the_number(desk: Context) -> None:
    from frontdesk.activities.service import cancel_sign_up

    (first, _) = full(desk, 2, 1, 1)
    cancel_sign_up(desk, first, reason="有事")
    again = enter(desk, 1, channel="phone")
    assert (again.seq_no, parties(desk)[0].reason, parties(desk)[0].channel) == (1, "", "phone")
