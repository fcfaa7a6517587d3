"""The standing order's workbook: out and in again, all or nothing, and what is wrong by sheet, row and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.standing import DAY_KINDS, Competency, Contract, WishRow
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from frontdesk.locale import use_language
from frontdesk.roster.standing import service as standing
from frontdesk.roster.standing.changes import (
    Batch,
    PutCompetency,
    PutContract,
    PutPost,
    PutShift,
    SetForbidden,
    SetHolder,
    SetOpening,
    SetQualification,
    Single,
)
from frontdesk.roster.standing.columns import SHEETS
from frontdesk.roster.standing.order import Order, OrderPost, OrderShift
from frontdesk.roster.standing.print import print_order, subtitle
from frontdesk.roster.standing.rules import StandingError
from frontdesk.roster.standing.sheet import export_order, import_order
from frontdesk.staff.service import import_staff
from tests.desks import NOON, contents, new_desk, passing_desk, rejections, sheet

TODAY = NOON.date()
STAFF = ("S1", "S2", "S3")
NAMES = {"S1": "李磊", "S2": "萧红", "S3": "曹娟"}


def fill(context: Context, folder: Path) -> None:
    """Three people and two posts from the staff list."""
    rows = [
        ["S1", "李磊", "专职", "综合服务台", "A角"],
        ["S2", "萧红", "专职", "综合服务台", "B角"],
        ["S3", "曹娟", "专职", "为老服务", "A角"],
    ]
    import_staff(context, sheet(folder, "工号 姓名 人员类别 岗位 角色", rows))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre with its staff list and a proposed order."""
    context = new_desk(tmp_path / "home")
    fill(context, tmp_path)
    standing.ask(context, standing.propose_standing_order(context, staggered=["综合服务台"]))
    yield context
    context.database.close()


def workbook(folder: Path, sheets: Mapping[str, Sequence[Sequence[object]]], name: str = "备案.xlsx") -> Path:
    """A workbook with these rows under the headings of each sheet."""
    from openpyxl.workbook.workbook import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    headings = {one.name: [column.aliases[0] for column in one.columns] for one in SHEETS}
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        page.append(headings[title])
        for row in rows:
            page.append(list(row))
    path = folder / name
    book.save(path)
    return path


def test_what_was_written_out_changes_nothing_when_it_is_taken_in_again(desk: Context, tmp_path: Path) -> None:
    rows = export_order(desk, tmp_path / "out.xlsx")
    assert rows["AB角"] == 3
    before = contents(desk)
    taken = import_order(desk, tmp_path / "out.xlsx")
    assert taken.change is None
    assert taken.outcome.is_clean
    assert (taken.outcome.added, taken.outcome.changed) == (0, 0)
    assert taken.outcome.unchanged == taken.outcome.read == sum(rows.values())
    assert contents(desk) == before


def test_the_sheets_are_chinese_in_every_language(desk: Context, tmp_path: Path) -> None:
    use_language("en")
    try:
        export_order(desk, tmp_path / "out.xlsx")
        assert import_order(desk, tmp_path / "out.xlsx").outcome.is_clean
    finally:
        use_language("zh_CN")


def test_another_centre_takes_the_whole_order_over(desk: Context, tmp_path: Path) -> None:
    export_order(desk, tmp_path / "out.xlsx")
    other = new_desk(tmp_path / "other")
    fill(other, tmp_path)
    taken = import_order(other, tmp_path / "out.xlsx")
    assert taken.change is not None
    assert taken.change.state == "approved"
    assert standing.standing_order(other) == standing.standing_order(desk)
    assert import_order(other, tmp_path / "out.xlsx").outcome.unchanged == taken.outcome.read
    other.database.close()


def test_one_wrong_cell_keeps_the_whole_file_out_and_is_named(desk: Context, tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        {
            "岗位": [["新岗位", "是", "健康证", None], ["坏岗位", "也许", None, None]],
            "班次": [["夜", "夜班", "22:00", "25点", 30, None], ["中", "中班", "12:00", "11:00", 0, None]],
            "开放时间": [["没有的岗位", *["白"] * 9], ["为老服务", *["怪"] * 9]],
            "AB角": [
                ["综合服务台", "A角", "S3", ""],
                ["综合服务台", "B角", "S3", ""],
                ["为老服务", "C角", "S1", ""],
                ["为老服务", "B角", "S9", ""],
            ],
            "合同": [["S1", "", 400, None, None, None, None, None, None, None, None, None]],
            "能力矩阵": [["S1", "", "为老服务", 4, None, None]],
            "意愿": [["S1", "", date(2026, 12, 2), date(2026, 12, 1), None, "要", 3, None]],
        },
    )
    before = contents(desk, audit=True)
    taken = import_order(desk, path)
    assert taken.change is None
    assert contents(desk, audit=True) == before
    assert rejections(taken.outcome) == [
        (3, "岗位：备班可兼岗", "也许", "not_one_of"),
        (2, "班次：结束", "25点", "bad_clock"),
        (3, "班次：结束", "11:00", "refused"),
        (2, "开放时间：岗位", "没有的岗位", "refused"),
        (3, "开放时间：岗位", "为老服务", "refused"),
        (3, "AB角：工号", "S3", "refused"),
        (4, "AB角：角色", "C角", "not_one_of"),
        (5, "AB角：工号", "S9", "refused"),
        (2, "合同：每周工时", "400", "bad_hours"),
        (2, "能力矩阵：等级", "4", "out_of_range"),
        (2, "意愿：结束日期", "2026-12-01", "refused"),
    ]


def test_an_operators_workbook_waits_as_one_change(desk: Context, tmp_path: Path) -> None:
    operator = replace(desk, operator=Operator("S1", "李磊", "operator"))
    path = workbook(
        tmp_path,
        {
            "班次": [["夜", "夜班", "22:00", "次日06:00", 30, "早"]],
            "开放时间": [["为老服务", *["夜"] * 9]],
        },
    )
    before = standing.standing_order(desk)
    taken = import_order(operator, path)
    assert taken.change is not None
    assert (taken.change.state, taken.outcome.added, taken.outcome.changed) == ("pending", 1, 1)
    assert standing.standing_order(desk) == before
    again = import_order(operator, path)
    assert again.change == taken.change
    assert len(standing.pending_changes(desk)) == 1
    standing.approve(desk, taken.change.id)
    order = standing.standing_order(desk)
    assert order.shifts["夜"].ends == 1800
    assert ("夜", "早") in order.forbidden
    assert {order.shifts_on("为老服务", kind) for kind in DAY_KINDS} == {("夜",)}


def test_an_operators_wish_for_a_shift_that_only_waits_is_refused(desk: Context, tmp_path: Path) -> None:
    operator = replace(desk, operator=Operator("S1", "李磊", "operator"))
    sheets = {
        "班次": [["夜", "夜班", "22:00", "次日06:00", 30, None]],
        "意愿": [["S1", "", date(2026, 12, 1), date(2026, 12, 1), "夜", "要", 3, None]],
    }
    assert rejections(import_order(operator, workbook(tmp_path, sheets)).outcome) == [
        (2, "意愿：班次", "夜", "refused")
    ]
    assert import_order(desk, workbook(tmp_path, sheets)).outcome.added == 2
    assert len(standing.wishes_between(desk, TODAY, date(2027, 1, 1))) == 1


def test_a_post_that_is_named_has_whom_the_sheet_names_and_others_stay(desk: Context, tmp_path: Path) -> None:
    path = workbook(tmp_path, {"AB角": [["综合服务台", "B角", "s1", ""], ["综合服务台", "A角", "S3", ""]]})
    taken = import_order(desk, path)
    assert (taken.outcome.added, taken.outcome.changed, taken.outcome.unchanged) == (1, 1, 0)
    assert standing.standing_order(desk).holders == {
        ("综合服务台", "S1"): "B",
        ("综合服务台", "S3"): "A",
        ("为老服务", "S3"): "A",
    }


def test_a_list_of_all_posts_says_their_order_too(desk: Context, tmp_path: Path) -> None:
    rows = [["为老服务", "是", None, None], ["综合服务台", "是", None, None]]
    import_order(desk, workbook(tmp_path, {"岗位": rows}))
    assert list(standing.standing_order(desk).posts) == ["为老服务", "综合服务台"]


def test_a_dry_run_counts_and_writes_nothing(desk: Context, tmp_path: Path) -> None:
    before = contents(desk, audit=True)
    path = workbook(tmp_path, {"资格": [["S1", "", "健康证", date(2027, 5, 1)]]})
    taken = import_order(desk, path, dry_run=True)
    assert (taken.outcome.added, taken.change) == (1, None)
    assert contents(desk, audit=True) == before


def test_a_workbook_of_something_else_is_refused(desk: Context, tmp_path: Path) -> None:
    with pytest.raises(StandingError) as refusal:
        import_order(desk, sheet(tmp_path, "工号 姓名", [["S1", "李磊"]]))
    assert refusal.value.code == "sheets_missing"


def test_what_cannot_be_written_is_said_and_leaves_no_file(desk: Context, tmp_path: Path) -> None:
    with pytest.raises(DeskError) as refusal:
        export_order(desk, tmp_path / "nowhere" / "out.xlsx")
    assert refusal.value.code == "export_failed"
    with pytest.raises(DeskError) as refusal:
        print_order(desk, tmp_path / "nowhere" / "out.pdf")
    assert refusal.value.code == "export_failed"
    assert not (tmp_path / "nowhere").exists()


def test_the_order_in_force_is_printed_as_the_filing_that_it_is_until_it_changes(desk: Context) -> None:
    in_force = standing.standing_order(desk)
    assert "尚未备案" in subtitle(desk, in_force, None)
    filed = standing.file_order(desk, TODAY)
    said = subtitle(desk, in_force, None)
    assert said == subtitle(desk, in_force, filed) and filed.digest[:16] in said and TODAY.isoformat() in said
    changed = replace(in_force, posts={})
    assert "尚未备案" in subtitle(desk, changed, None)
    later = standing.file_order(desk, TODAY + timedelta(days=7))
    assert subtitle(desk, in_force, None) == subtitle(desk, in_force, later) != said


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_order_is_printed_the_same_every_time(desk: Context, tmp_path: Path, language: str) -> None:
    filed = standing.file_order(desk, TODAY)
    use_language(language)
    try:
        printed = print_order(desk, tmp_path / "one.pdf", filing=filed)
        print_order(desk, tmp_path / "two.pdf", filing=filed)
    finally:
        use_language("zh_CN")
    content = (tmp_path / "one.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert content == (tmp_path / "two.pdf").read_bytes()
    assert printed.pages >= 1


NAME = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P"), exclude_characters="、"), min_size=1, max_size=12
)
CODE = st.sampled_from(["白", "早", "晚", "夜班", "D1", "N"])
DAY = st.dates(date(2026, 1, 1), date(2030, 12, 31)).map(date.isoformat)
MINUTE = st.integers(0, 1439)


@st.composite
def orders(draw: st.DrawFn) -> tuple[Single, ...]:
    """Changes that put any order there is on top of the staff list."""
    codes = draw(st.lists(CODE, unique=True, min_size=1))
    posts = ["综合服务台", "为老服务", *draw(st.lists(NAME.filter(lambda one: one.strip() == one), max_size=2))]
    made: list[Single] = []
    for code in codes:
        starts = draw(MINUTE)
        length = draw(st.integers(2, 1440))
        rest = draw(st.integers(0, length - 1))
        shift = OrderShift(code=code, name=draw(NAME), starts=starts, ends=starts + length, break_minutes=rest)
        made.append(PutShift(shift=shift))
    for post in posts:
        requirements = tuple(draw(st.lists(NAME, max_size=2, unique=True)))
        closed = draw(st.one_of(st.none(), st.dates(TODAY + timedelta(days=1), date(2030, 1, 1))))
        made.append(
            PutPost(
                post=OrderPost(
                    name=post,
                    shared_cover=draw(st.booleans()),
                    closed_on=closed.isoformat() if closed else None,
                    requirements=requirements,
                )
            )
        )
        for kind in draw(st.lists(st.sampled_from(DAY_KINDS), unique=True)):
            shifts = tuple(draw(st.lists(st.sampled_from(codes), unique=True)))
            made.append(SetOpening(post=post, days=(kind,), shifts=shifts))
        made.append(SetHolder(post=post, staff_no="S1", ab=None))
        made.append(SetHolder(post=post, staff_no="S1", ab=draw(st.sampled_from(["A", "B", None]))))
    for no in draw(st.lists(st.sampled_from(STAFF), unique=True)):
        most = draw(st.integers(1, 6))
        contract = Contract(
            staff_no=no,
            weekly_minutes=draw(st.integers(0, 10080)),
            monthly_minutes=draw(st.one_of(st.none(), st.integers(0, 44640))),
            weekdays=draw(st.text("01", min_size=7, max_size=7).filter(lambda bits: "1" in bits)),
            earliest=draw(st.one_of(st.none(), st.integers(0, 600))),
            latest=draw(st.one_of(st.none(), st.integers(601, 2880))),
            max_run=most,
            min_run=draw(st.integers(1, most)),
            min_days_off=draw(st.integers(1, 6)),
            max_weekends=draw(st.one_of(st.none(), st.integers(0, 5))),
            in_roster=draw(st.booleans()),
        )
        made.append(PutContract(contract=contract))
        until = draw(st.one_of(st.none(), DAY))
        made.append(SetQualification(staff_no=no, name=draw(NAME), valid_until=until))
        one = Competency(
            staff_no=no,
            post=draw(st.sampled_from(posts)),
            level=draw(st.integers(0, 3)),
            last_trained=draw(st.one_of(st.none(), DAY)),
            checked_by=draw(st.one_of(st.none(), NAME)),
        )
        made.append(PutCompetency(competency=one))
    pairs = draw(st.lists(st.tuples(st.sampled_from(codes), st.sampled_from(codes)), max_size=3))
    made += [SetForbidden(shift=shift, next_shift=after, forbidden=True) for shift, after in pairs]
    return tuple(made)


@settings(max_examples=12)
@given(orders(), st.lists(st.tuples(st.sampled_from(STAFF), st.booleans(), st.integers(1, 5)), max_size=3))
def test_any_order_survives_the_workbook(changes: tuple[Single, ...], wishes: list[tuple[str, bool, int]]) -> None:
    with passing_desk() as (context, folder):
        fill(context, folder)
        standing.ask(context, Batch(source="desk", changes=changes))
        for no, wanted, weight in wishes:
            wish = WishRow(
                staff_no=no, first_day="2026-12-01", last_day="2026-12-03", wanted=wanted, weight=weight, note="=1+1"
            )
            if wish not in [
                one.model_copy(update={"id": 0}) for one in standing.wishes_between(context, TODAY, date.max)
            ]:
                standing.add_wish(context, wish)
        export_order(context, folder / "out.xlsx")
        before = contents(context)
        taken = import_order(context, folder / "out.xlsx")
        assert rejections(taken.outcome) == []
        assert taken.outcome.unchanged == taken.outcome.read
        assert contents(context) == before
        _taken_over(context, folder, standing.standing_order(context))


def _taken_over(context: Context, folder: Path, wanted: Order) -> None:
    """A centre that has only the staff list has the same order after it took the workbook in."""
    with passing_desk() as (other, _):
        fill(other, folder)
        assert import_order(other, folder / "out.xlsx").outcome.is_clean
        made = standing.standing_order(other)
        # For a post that nobody holds the sheet names nobody, so that whom the staff list named stays.
        held = {post for post, _ in wanted.holders}
        kept = {key: letter for key, letter in made.holders.items() if key[0] in held}
        assert replace(made, holders=kept, contracts={}) == replace(wanted, contracts={})
        assert {no: made.contract_of(no) for no in STAFF} == {no: wanted.contract_of(no) for no in STAFF}
        assert list(made.posts) == list(wanted.posts)
