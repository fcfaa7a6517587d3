"""Public notices: numbers only, frozen, objected to, withdrawn, and later differences seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook

from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.volunteers.hours import notices
from frontdesk.volunteers.hours.notice_paper import export_notice
from frontdesk.volunteers.hours.supplements import add_supplement
from tests.desks import NOON, contents, new_desk
from tests.hoursdesks import MONDAY, SUNDAY, add_visit, add_volunteer

ONE, OTHER, THIRD = "0310001", "0310002", "0310003"


@pytest.fixture
def desk(tmp_path: Path) -> Context:
    context = new_desk(tmp_path / "home")
    for no in (ONE, OTHER, THIRD):
        add_volunteer(context, no)
    add_visit(context, ONE, MONDAY, 540, 5400)
    add_visit(context, OTHER, SUNDAY, 540, 3600, basis="corrected")
    add_visit(context, THIRD, SUNDAY, 540, None)
    return context


def later(context: Context, days: int) -> Context:
    """The same centre some days later."""
    return replace(context, clock=lambda: NOON + timedelta(days=days))


def refused(case: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(DeskError) as refusal:
        case(*arguments, **options)
    return refusal.value.code


def test_a_notice_lists_who_has_hours_and_stays_up_for_the_days_of_the_setting(desk: Context) -> None:
    kept = notices.publish(desk, MONDAY, SUNDAY)
    view = notices.notice(desk, kept.id)
    assert [(one.volunteer_no, one.measured, one.supplemented) for one in view.lines] == [
        (ONE, 5400, 0),
        (OTHER, 0, 3600),
    ]
    assert (kept.published_on, kept.until) == ("2026-11-09", "2026-11-16")
    for days, state in ((0, "running"), (7, "running"), (8, "over")):
        assert notices.notice(later(desk, days), kept.id).state == state
    assert [one.id for one in notices.standing_notices(desk, SUNDAY, date(2026, 12, 1))] == [kept.id]
    assert notices.standing_notices(later(desk, 8), MONDAY, SUNDAY) == []
    assert [one.id for one in notices.notices_of(later(desk, 8), MONDAY, MONDAY)] == [kept.id]
    notices.withdraw_notice(desk, kept.id, "名单有误")
    assert notices.notices_of(desk, MONDAY, SUNDAY) == []


def test_a_correction_after_publication_shows_as_a_difference_and_the_lines_stay(desk: Context) -> None:
    kept = notices.publish(desk, MONDAY, SUNDAY)
    add_supplement(desk, ONE, minutes=30, reason="漏记", day=MONDAY)
    add_supplement(desk, THIRD, minutes=60, reason="忘带卡", day=SUNDAY - timedelta(days=1))
    view = notices.notice(desk, kept.id)
    assert [(one.volunteer_no, one.supplemented, one.supplemented_now) for one in view.differences] == [
        (ONE, 0, 1800),
        (THIRD, 0, 3600),
    ]
    assert [one.volunteer_no for one in view.published] == [ONE, OTHER]


def test_what_is_not_over_or_empty_or_up_already_is_not_published(desk: Context) -> None:
    today = desk.today()
    assert refused(notices.publish, desk, MONDAY, today) == "not_over_yet"
    assert refused(notices.publish, desk, SUNDAY, MONDAY) == "bad_order"
    assert refused(notices.publish, desk, date(2026, 1, 1), date(2026, 1, 31)) == "nothing_to_publish"
    kept = notices.publish(desk, MONDAY, SUNDAY)
    assert refused(notices.publish, desk, MONDAY, SUNDAY) == "already_published"
    notices.withdraw_notice(desk, kept.id, "名单有误")
    assert notices.publish(desk, MONDAY, SUNDAY).id == kept.id + 1


def test_an_objection_is_decided_once_and_changes_no_hours_by_itself(desk: Context) -> None:
    kept = notices.publish(desk, MONDAY, SUNDAY)
    upheld = notices.object_to(desk, kept.id, THIRD, "我也来了")
    rejected = notices.object_to(desk, kept.id, ONE, "应该是两小时")
    assert notices.decide_objection(desk, upheld.id, upheld=True, words="有签到表").outcome == "upheld"
    assert notices.decide_objection(desk, rejected.id, upheld=False, words="刷卡为准").outcome_words == "刷卡为准"
    assert refused(notices.decide_objection, desk, upheld.id, upheld=False, words="x") == "already_decided"
    view = notices.notice(desk, kept.id)
    assert (view.differences, view.notice.objections, view.notice.undecided) == ([], 2, 0)


def test_an_objection_comes_while_the_notice_is_up_and_about_somebody_in_the_register(desk: Context) -> None:
    kept = notices.publish(desk, MONDAY, SUNDAY)
    before = contents(desk, audit=True)
    assert refused(notices.object_to, desk, kept.id, "9999999", "x") == "unknown_volunteer"
    assert refused(notices.object_to, desk, kept.id, ONE, " ") == "reason_required"
    assert refused(notices.object_to, desk, 9, ONE, "x") == "unknown_notice"
    assert refused(notices.object_to, later(desk, 8), kept.id, ONE, "x") == "notice_not_up"
    assert refused(notices.decide_objection, desk, 9, upheld=True, words="x") == "unknown_objection"
    assert contents(desk, audit=True) == before


def test_a_withdrawn_notice_stays_on_record_with_its_reason(desk: Context) -> None:
    kept = notices.publish(desk, MONDAY, SUNDAY)
    assert refused(notices.withdraw_notice, desk, kept.id, "") == "reason_required"
    notices.withdraw_notice(desk, kept.id, "名单有误")
    [one] = notices.notices(desk)
    assert (one.withdraw_reason, one.withdrawn_by, notices.state_of(one, desk.today())) == (
        "名单有误",
        "M001",
        "withdrawn",
    )
    assert refused(notices.withdraw_notice, desk, kept.id, "x") == "already_withdrawn"
    assert refused(notices.object_to, desk, kept.id, ONE, "x") == "notice_not_up"


def test_the_workbook_for_the_board_has_numbers_and_no_names(desk: Context, tmp_path: Path) -> None:
    kept = notices.publish(desk, MONDAY, SUNDAY)
    export_notice(desk, kept.id, tmp_path / "公示.xlsx")
    book = load_workbook(tmp_path / "公示.xlsx")
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=4)]
    assert cells == [[ONE, 1.5, 0, 1.5], [OTHER, 0, 1, 1]]
    assert "张" not in "".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    assert refused(export_notice, desk, kept.id, tmp_path / "公示.doc") == "unknown_ending"
