"""The sheets of the standing order's workbook: their columns, and what stands in them. Chinese in every language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from db.standing import DAY_KINDS, WishRow
from frontdesk.roster.standing.cells import (
    clock_cell,
    hours_cell,
    read_clock,
    read_codes,
    read_hours,
    read_names,
    read_weekdays,
    weekdays_cell,
)
from frontdesk.roster.standing.order import Order
from frontdesk.roster.standing.rules import HEAVIEST_WISH, HIGHEST_LEVEL, LIST_MARK, LONGEST_CODE, LONGEST_NAME
from frontdesk.sheets import cells
from frontdesk.sheets.table import Column

Cell = str | int | None

DAY_HEADINGS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日", "休", "班")
YES_NO = {True: "是", False: "否"}
WISHES = {"要": True, "不要": False}
"""A wish for duty, and one against it."""


@dataclass(frozen=True)
class OrderSheet:
    """One sheet: its columns, how wide they are, which of them tell rows apart, and the rows of an order."""

    name: str
    columns: Sequence[Column]
    widths: Sequence[int]
    unique: Sequence[str]
    rows: Callable[[Order, Sequence[WishRow]], Iterable[tuple[Cell, ...]]] = field(repr=False)


def _no() -> Column:
    return Column("no", ["工号"], reader=cells.read_code())


def _name() -> Column:
    return Column("name", ["姓名"], required=False, reader=cells.read_text())


def _post() -> Column:
    return Column("post", ["岗位"], reader=cells.read_text(LONGEST_NAME))


def _of_posts(order: Order, _: Sequence[WishRow]) -> Iterable[tuple[Cell, ...]]:
    for post in order.posts.values():
        yield post.name, YES_NO[post.shared_cover], LIST_MARK.join(post.requirements), post.closed_on


def _of_shifts(order: Order, _: Sequence[WishRow]) -> Iterable[tuple[Cell, ...]]:
    for shift in order.shifts.values():
        after = LIST_MARK.join(code for code in order.shifts if (shift.code, code) in order.forbidden)
        times = clock_cell(shift.starts), clock_cell(shift.ends)
        yield shift.code, shift.name, *times, shift.break_minutes, after


def _of_openings(order: Order, _: Sequence[WishRow]) -> Iterable[tuple[Cell, ...]]:
    for post in order.posts:
        yield post, *(LIST_MARK.join(order.shifts_on(post, kind)) for kind in DAY_KINDS)


def _of_holders(order: Order, _: Sequence[WishRow]) -> Iterable[tuple[Cell, ...]]:
    for post in order.posts:
        for letter in "AB":
            for no in order.holders_of(post, letter):
                yield post, f"{letter}角", no, order.name_of(no)


def _of_contracts(order: Order, _: Sequence[WishRow]) -> Iterable[tuple[Cell, ...]]:
    for no in sorted(order.people):
        one = order.contract_of(no)
        yield (
            no,
            order.name_of(no),
            hours_cell(one.weekly_minutes),
            hours_cell(one.monthly_minutes),
            weekdays_cell(one),
            clock_cell(one.earliest),
            clock_cell(one.latest),
            one.min_run,
            one.max_run,
            one.min_days_off,
            one.max_weekends,
            YES_NO[one.in_roster],
        )


def _of_qualifications(order: Order, _: Sequence[WishRow]) -> Iterable[tuple[Cell, ...]]:
    for (no, name), until in sorted(order.qualifications.items()):
        yield no, order.name_of(no), name, until


def _of_matrix(order: Order, _: Sequence[WishRow]) -> Iterable[tuple[Cell, ...]]:
    for (no, post), one in sorted(order.competencies.items()):
        yield no, order.name_of(no), post, one.level, one.last_trained, one.checked_by


def _of_wishes(order: Order, wishes: Sequence[WishRow]) -> Iterable[tuple[Cell, ...]]:
    word = {wanted: text for text, wanted in WISHES.items()}
    for one in wishes:
        name = order.name_of(one.staff_no)
        yield one.staff_no, name, one.first_day, one.last_day, one.shift, word[one.wanted], one.weight, one.note


SHEETS: tuple[OrderSheet, ...] = (
    OrderSheet(
        "岗位",
        (
            _post(),
            Column("shared", ["备班可兼岗"], required=False, reader=cells.read_yes_no()),
            Column("requirements", ["要求证书"], required=False, reader=read_names()),
            Column("closed_on", ["停用日期"], required=False, reader=cells.read_day()),
        ),
        (20, 12, 40, 14),
        ("post",),
        _of_posts,
    ),
    OrderSheet(
        "班次",
        (
            Column("code", ["代码"], reader=cells.read_code(LONGEST_CODE)),
            Column("name", ["名称"], reader=cells.read_text(LONGEST_NAME)),
            Column("starts", ["开始"], reader=read_clock()),
            Column("ends", ["结束"], reader=read_clock()),
            Column("break", ["休息分钟"], required=False, reader=cells.read_whole(0, 1439)),
            Column("not_before", ["次日不接"], required=False, reader=read_codes()),
        ),
        (8, 14, 10, 12, 10, 16),
        ("code",),
        _of_shifts,
    ),
    OrderSheet(
        "开放时间",
        (
            _post(),
            *(
                Column(kind, [heading], required=True, reader=read_codes(), may_be_blank=True)
                for kind, heading in zip(DAY_KINDS, DAY_HEADINGS, strict=True)
            ),
        ),
        (20, *[10] * 9),
        ("post",),
        _of_openings,
    ),
    OrderSheet(
        "AB角",
        (
            _post(),
            Column("ab", ["角色", "AB角"], reader=cells.read_choice({"A角": "A", "B角": "B", "A": "A", "B": "B"})),
            _no(),
            _name(),
        ),
        (20, 8, 10, 12),
        ("post", "ab", "no"),
        _of_holders,
    ),
    OrderSheet(
        "合同",
        (
            _no(),
            _name(),
            Column("weekly", ["每周工时"], reader=read_hours(168)),
            Column("monthly", ["每月工时"], required=False, reader=read_hours(744)),
            Column("weekdays", ["可上班"], required=False, reader=read_weekdays()),
            Column("earliest", ["最早"], required=False, reader=read_clock()),
            Column("latest", ["最晚"], required=False, reader=read_clock()),
            Column("min_run", ["连上最少"], required=False, reader=cells.read_whole(1, 6)),
            Column("max_run", ["连上最多"], required=False, reader=cells.read_whole(1, 6)),
            Column("min_days_off", ["连休最少"], required=False, reader=cells.read_whole(1, 6)),
            Column("max_weekends", ["每月周末最多"], required=False, reader=cells.read_whole(0, 5)),
            Column("in_roster", ["参加排班"], required=False, reader=cells.read_yes_no()),
        ),
        (10, 12, 10, 10, 16, 8, 10, 10, 10, 10, 14, 10),
        ("no",),
        _of_contracts,
    ),
    OrderSheet(
        "资格",
        (
            _no(),
            _name(),
            Column("qualification", ["证书或技能"], reader=cells.read_text(LONGEST_NAME)),
            Column("until", ["有效期至"], required=False, reader=cells.read_day()),
        ),
        (10, 12, 30, 14),
        ("no", "qualification"),
        _of_qualifications,
    ),
    OrderSheet(
        "能力矩阵",
        (
            _no(),
            _name(),
            _post(),
            Column("level", ["等级"], reader=cells.read_whole(0, HIGHEST_LEVEL)),
            Column("trained", ["最近培训"], required=False, reader=cells.read_day()),
            Column("checked_by", ["考核人"], required=False, reader=cells.read_text(LONGEST_NAME)),
        ),
        (10, 12, 20, 8, 14, 12),
        ("no", "post"),
        _of_matrix,
    ),
    OrderSheet(
        "意愿",
        (
            _no(),
            _name(),
            Column("first", ["开始日期"], reader=cells.read_day()),
            Column("last", ["结束日期"], reader=cells.read_day()),
            Column("shift", ["班次"], required=False, reader=cells.read_code(LONGEST_CODE)),
            Column("wanted", ["意愿"], reader=cells.read_choice(WISHES)),
            Column("weight", ["分量"], reader=cells.read_whole(1, HEAVIEST_WISH)),
            Column("note", ["说明"], required=False, reader=cells.read_text()),
        ),
        (10, 12, 14, 14, 8, 8, 8, 30),
        ("no", "first", "last", "shift", "wanted", "weight", "note"),
        _of_wishes,
    ),
)
