"""Records of mechanisms in the reports: the sheet of cases, the numbers, the brief, the impact totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from db.staff import Staff, put
from frontdesk.cases import service as cases
from frontdesk.context import Context
from frontdesk.locale import use_language
from frontdesk.reports.brief.service import brief
from frontdesk.reports.brief.wording import blocks
from frontdesk.reports.closing.service import amend, check_list, close_period, drift
from frontdesk.reports.filling import report_of
from frontdesk.reports.letters.prefilling import prefilled
from frontdesk.reports.mechanisms import mechanisms
from frontdesk.reports.service import period_named
from frontdesk.reports.tables import tables
from frontdesk.reports.totals import totals
from tests.casesteps import turn_to
from tests.db.test_case_duties import hold, meeting
from tests.db.test_case_folder import TOLD
from tests.db.test_letters import resident
from tests.desks import new_desk

WEEK, NEXT_WEEK = period_named("2026-W46"), period_named("2026-W47")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre on Monday 9 November 2026."""
    use_language("zh_CN")
    context = new_desk(tmp_path / "home")
    with context.database.write() as connection:
        put(connection, Staff(no="W002", name="李四光", kind="", role="operator"))
    resident(context, "张三丰")
    yield context
    context.database.close()


def item(desk: Context, text: str, due: str) -> int:
    return cases.open_case(desk, "action_item", {"text": text, "owner": "W002", "due": due}).row.id


def test_a_record_stands_in_a_report_as_it_was_at_the_end_of_its_period(desk: Context) -> None:
    done, late = item(desk, "给张三丰划线", "2026-11-11"), item(desk, "公示", "2026-11-12")
    turn_to(desk, 11, 10)
    cases.take_step(desk, done, "finish", {"result": "划好了"})
    turn_to(desk, 11, 17)
    cases.take_step(desk, late, "begin", {})
    turn_to(desk, 11, 18)
    cases.take_step(desk, late, "finish", {"result": "贴了"})
    rows = {row.matter: row for row in report_of(desk, WEEK).cases}
    assert sorted(rows) == ["公示", "给张*丰划线"]
    kept, open_then = rows["给张*丰划线"], rows["公示"]
    assert (kept.happened, kept.standing, kept.ended_on) == ("新增、办结", "办完", date(2026, 11, 10))
    # What was done about it a week later is told in that week.
    assert (open_then.happened, open_then.standing, open_then.ended_on) == ("新增、超期", "待办", None)
    assert open_then.due == date(2026, 11, 12) and open_then.responsible == "李*光"
    (later,) = report_of(desk, NEXT_WEEK).cases
    assert (later.happened, later.standing) == ("办结", "办完")
    with_names = {row.matter: row for row in report_of(desk, WEEK, with_names=True).cases}
    assert with_names["给张三丰划线"].responsible == "李四光"


def test_what_is_overdue_at_the_end_stays_in_the_reports_until_it_ends(desk: Context) -> None:
    item(desk, "公示", "2026-11-12")
    turn_to(desk, 11, 30)
    for week in ("2026-W47", "2026-W48"):
        (row,) = report_of(desk, period_named(week)).cases
        assert row.happened == "超期"
    assert report_of(desk, period_named("2026-W45")).cases == ()


def test_more_overdue_records_than_are_listed_are_counted_all_the_same(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("cases", "mechanisms"):
        monkeypatch.setattr(f"frontdesk.reports.{module}.MOST_OLDER", 3)
    old = [item(desk, f"第{number}件", "2026-11-11") for number in range(5)]
    cases.open_case(desk, "complaint", {"matter": "吵"})
    turn_to(desk, 11, 24)
    # Overdue in the week before, and ended since.
    for case_id in old[:2]:
        cases.take_step(desk, case_id, "finish", {"result": "好了"})
    item(desk, "新的", "2026-12-30")
    turn_to(desk, 11, 25)
    for week, overdue in (("2026-W47", {"督办事项": 5, "投诉诉求": 1}), ("2026-W48", {"督办事项": 3, "投诉诉求": 1})):
        found = report_of(desk, period_named(week))
        told = Counter(row.kind for row in found.cases if "超期" in row.happened)
        assert told.total() + found.cases_left_out == sum(overdue.values()), week
        counted = mechanisms(desk, period_named(week)).counted
        assert {name: one[2] for name, one in counted.items()} == overdue, week


def test_the_records_of_a_period_stand_as_they_do_where_their_definition_has_lost_a_step(desk: Context) -> None:
    folder = desk.home.path / "definitions"
    folder.mkdir()
    (folder / "lost_property.toml").write_text(TOLD, encoding="utf-8")
    given, kept = (cases.open_case(desk, "lost_property", {"what": what}).row.id for what in ("伞", "书"))
    cases.take_step(desk, given, "give", {})
    turn_to(desk, 11, 17)
    cases.add_note(desk, given, "来谢过")
    cases.take_step(desk, kept, "give", {})
    assert {row.matter: row.standing for row in report_of(desk, WEEK).cases} == {"伞": "领走", "书": "保管"}
    # A later edition that reads the log as before tells where they stood then; one that cannot, where they stand.
    (folder / "lost_property.toml").write_text("edition = 2\n" + TOLD, encoding="utf-8")
    assert {row.matter: row.standing for row in report_of(desk, WEEK).cases} == {"伞": "领走", "书": "保管"}
    (folder / "lost_property.toml").write_text(TOLD.replace('"give"', '"hand_back"'), encoding="utf-8")
    assert {row.matter: row.standing for row in report_of(desk, WEEK).cases} == {"伞": "领走", "书": "领走"}


def test_the_sheet_of_mechanisms_has_numbers_money_splits_and_duties(desk: Context) -> None:
    cases.open_case(desk, "first_contact", {"matter": "医保", "channel": "来电"})
    hold(desk, meeting(desk, "2026-11-12"))
    turn_to(desk, 11, 16)
    found = report_of(desk, WEEK)
    rows = {(row.mechanism, row.item): row for row in found.mechanisms}
    assert rows["首问接待", "首问接待件数（来电）"].value == 1
    assert rows["片区工作例会", "片区工作例会次数"].value == 1
    duty = next(row for row in found.mechanisms if row.mechanism == "每周片区例会")
    assert (duty.value, duty.asked, duty.until, duty.remark) == (1, 1, date(2026, 11, 15), "已完成")
    (sheet,) = (one for one in tables(found) if one.sheet.code == "mechanisms")
    assert sheet.sheet.name == "制度台账" and len(sheet.rows) == len(found.mechanisms)
    # Nothing of mechanisms that the centre does not use.
    assert "社区自治金" not in {row.mechanism for row in found.mechanisms}
    assert report_of(desk, period_named("2026-W45")).mechanisms == ()


def closed_week(desk: Context) -> None:
    turn_to(desk, 11, 16)
    close_period(desk, WEEK, [one.code for one in check_list(desk, WEEK) if one.is_open], "先交")
    turn_to(desk, 11, 18)


def duties_told(desk: Context) -> list[str]:
    return [block.text for block in blocks(brief(desk, WEEK)) if "每周片区例会" in block.text]


def test_what_is_corrected_dropped_or_waived_later_moves_nothing_in_the_report_of_a_closed_week(desk: Context) -> None:
    done = item(desk, "公示", "2026-11-12")
    turn_to(desk, 11, 10)
    cases.take_step(desk, done, "finish", {"result": "贴了"})
    meeting(desk, "2026-11-12")
    closed_week(desk)
    before, told = report_of(desk, WEEK).mechanisms, duties_told(desk)
    duty = next(row for row in before if row.mechanism == "每周片区例会")
    assert (duty.value, duty.asked) == (0, 1) and told
    cases.correct(desk, done, {"due": "2026-11-09"}, "记错了")
    cases.waive_duty(desk, "duty_area_weekly", date(2026, 11, 12), "放假")
    assert report_of(desk, WEEK).mechanisms == before and duties_told(desk) == told
    cases.drop(desk, ["area_weekly_meeting"], "本来就不办", date(2026, 11, 1))
    found = report_of(desk, WEEK)
    assert found.mechanisms == before and duties_told(desk) == told
    (sheet,) = (one for one in tables(found) if one.sheet.code == "mechanisms")
    assert "关账" in sheet.note
    assert {one.figure for one in drift(desk, WEEK)} == {"case_action_item_in_time"}
    # Once that is made known the next edition has all of it.
    amend(desk, WEEK, "补记")
    after = {(row.mechanism, row.item): row.value for row in report_of(desk, WEEK).mechanisms}
    assert after["督办事项", "按期办完的督办事项"] == 0 and "每周片区例会" not in {name for name, _ in after}


def test_a_mechanism_kept_from_a_day_on_that_was_handed_in_is_asked_for_from_the_next_week_on(desk: Context) -> None:
    closed_week(desk)
    before = report_of(desk, WEEK).mechanisms
    cases.adopt(desk, ["area_weekly_meeting"], date(2026, 11, 2))
    assert report_of(desk, WEEK).mechanisms == before and duties_told(desk) == []
    turn_to(desk, 11, 23)
    (line,) = report_of(desk, NEXT_WEEK).mechanisms
    assert (line.mechanism, line.value, line.asked) == ("每周片区例会", 0, 1)


def test_the_brief_tells_of_mechanisms_duties_and_meetings_and_names_nobody(desk: Context) -> None:
    item(desk, "给张三丰 13800001234 回电", "2026-11-10")
    meeting(desk, "2026-11-14", topic="张三丰的停车")
    turn_to(desk, 11, 13)
    made = brief(desk, WEEK)
    words = "\n".join(block.text for block in blocks(made))
    assert "督办事项：新增 1 件，办结 0 件，期末超期 1 件" in words
    assert "每周片区例会" in words and "张*丰的停车" in words and "给张*丰 ***1234 回电" in words
    assert "张三丰" not in words and "13800001234" not in words
    assert {"cases_overdue", "duties_lacking"} <= {one.code for one in made.decisions}
    turn_to(desk, 11, 16)
    cases.waive_duty(desk, "duty_area_weekly", date(2026, 11, 12), "张三丰请假")
    words = "\n".join(block.text for block in blocks(brief(desk, WEEK)))
    assert "张*丰请假" in words and "张三丰" not in words


def test_a_letter_begins_with_how_many_records_of_which_mechanism(desk: Context) -> None:
    assert "各项制度" not in prefilled(desk, WEEK, "construction").body
    done = item(desk, "划线", "2026-11-11")
    item(desk, "公示", "2026-11-12")
    cases.take_step(desk, done, "finish", {"result": "划好了"})
    assert "督办事项新增 2 件、办结 1 件。" in prefilled(desk, WEEK, "construction").body


def test_the_impact_totals_count_topics_raised_decided_and_solved(desk: Context) -> None:
    topic = {"topic": "停车", "raised_by": "居民", "topic_class": "停车"}
    found = cases.open_case(desk, "deliberation", topic)
    cases.open_case(desk, "deliberation", topic)
    cases.take_step(desk, found.row.id, "accept", {})
    bodies = [{"body": "committee"}, {"body": "owners"}]
    cases.take_step(desk, found.row.id, "discuss", {"held_on": "2026-11-09", "bodies": bodies})
    cases.take_step(desk, found.row.id, "decide", {"decision": "划线", "followup_due": "2026-11-20"})
    told = {one.code: one.words for one in totals(desk, WEEK)}
    counted = [told[f"case_deliberation_{one}"] for one in ("raised", "decided", "solved")]
    assert counted == ["2", "1", "0"]
