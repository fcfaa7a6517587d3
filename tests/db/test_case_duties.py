"""What the calendar asks for and how it stands; meetings ahead; posts and results in a row; what Today is told."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from io import StringIO

import pytest

from db.migrations.m0017_cases import DAYS
from db.staff import Staff, put
from frontdesk.cases import service
from frontdesk.cases.number_words import duty_words, meeting_words, streak_words, vacancy_words
from frontdesk.cases.service import CaseView, DutyLine
from frontdesk.cli import run
from frontdesk.context import Context, Operator, open_context
from frontdesk.today import service as today_service
from tests.casesteps import code_refused, joined, turn_to

WEEKLY, QUARTERLY = "duty_area_weekly", "duty_area_quarterly"


@pytest.fixture
def desk(desk: Context) -> Context:
    """The desk with an operator beside the manager, on Monday 9 November 2026."""
    joined(desk, "W002", "李四")
    return desk


def meeting(desk: Context, on: str, code: str = "area_weekly_meeting", topic: str = "停车") -> CaseView:
    found = service.definitions(desk)[code]
    said: dict[str, object] = {"topic": topic, "held_on": on}
    for field in found.fields:
        if field.required and field.code not in said and field.default is None:
            said[field.code] = field.choices[0].code if field.choices else "安亭片区"
    return service.open_case(desk, code, said)


def hold(desk: Context, found: CaseView) -> CaseView:
    people = [{"name": "赵一", "part": "chair", "came": "是"}]
    step = service.definitions(desk)[found.row.definition].transition("hold")
    assert step is not None
    said: dict[str, object] = {"minutes": "议了停车"}
    if any(one.field == "people" for one in step.asks):
        said["people"] = people
    return service.take_step(desk, found.row.id, "hold", said)


def duty(desk: Context, code: str = WEEKLY) -> DutyLine:
    return next(one for one in service.duties(desk) if one.definition.code == code)


def test_a_centre_is_not_asked_for_what_it_never_kept(desk: Context) -> None:
    assert {one.is_asked for one in service.duties(desk)} == {False}
    assert service.duties_of_days(desk, date(2026, 11, 2), date(2026, 11, 8)) == []
    meeting(desk, "2026-11-12")
    assert [one.definition.code for one in service.duties(desk) if one.is_asked] == [WEEKLY]
    # Nothing is asked of the weeks before the first.
    assert service.duties_of_days(desk, date(2026, 10, 26), date(2026, 11, 8)) == []


def test_a_weekly_meeting_is_asked_for_until_its_minutes_are_written(desk: Context) -> None:
    found = meeting(desk, "2026-11-12")
    assert (duty(desk).pace, duty(desk).lacking, duty(desk).last) == ("ahead", 1, date(2026, 11, 15))
    turn_to(desk, 11, 13)
    assert duty(desk).pace == "soon"
    turn_to(desk, 11, 15)
    assert duty(desk).pace == "overdue"
    hold(desk, found)
    line = duty(desk)
    assert (line.pace, line.lacking, [day for day, _ in line.done]) == ("met", 0, [date(2026, 11, 12)])
    assert line.done[0][1].number == found.row.number
    turn_to(desk, 11, 23)
    weeks = service.duties_of_days(desk, date(2026, 11, 9), date(2026, 11, 22))
    assert [(one.first.isoformat(), one.pace) for one in weeks] == [("2026-11-09", "met"), ("2026-11-16", "missed")]


def test_weeks_that_end_on_another_day_are_asked_for_as_they_are(desk: Context) -> None:
    desk.settings = replace(desk.settings, report_week_ends=4)
    hold(desk, meeting(desk, "2026-11-12"))
    assert (duty(desk).first, duty(desk).last, duty(desk).pace) == (date(2026, 11, 6), date(2026, 11, 12), "met")
    turn_to(desk, 11, 13)
    assert duty(desk).lacking == 1


def test_reviews_of_departments_are_asked_for_every_half_year_and_belong_to_the_day_of_their_last_answer(
    desk: Context,
) -> None:
    code = "duty_department_review"
    assert not duty(desk, code).is_asked
    review = service.open_case(desk, "department_review", {"department": "城管", "period": "2026下半年"})
    line = duty(desk, code)
    assert (line.is_asked, line.pace, line.lacking) == (True, "ahead", 1)
    assert (line.first, line.last, line.label) == (date(2026, 7, 1), date(2026, 12, 31), "2026年下半年")
    turn_to(desk, 12, 1)
    assert duty(desk, code).pace == "soon"
    votes = {"score": "4", "response": "6", "handling": "6"}
    service.take_step(desk, review.row.id, "count", {"day": "2026-12-30", "scores": [votes]})
    assert duty(desk, code).lacking == 1, "counted and not sent"
    # The half year has ended when it is sent: it is still of the answers' half year.
    desk.clock = lambda: datetime(2027, 1, 5, 2, tzinfo=UTC)
    missed = service.duties_of_days(desk, date(2026, 12, 1), date(2026, 12, 31))
    assert [(one.definition.code, one.pace) for one in missed] == [(code, "missed")]
    service.take_step(desk, review.row.id, "send", {})
    assert [one.pace for one in service.duties_of_days(desk, date(2026, 12, 1), date(2026, 12, 31))] == ["met"]
    assert (duty(desk, code).label, duty(desk, code).lacking) == ("2027年上半年", 1)
    service.waive_duty(desk, code, date(2027, 6, 30), "不满五份")
    assert duty(desk, code).pace == "waived" and "2027年上半年" in duty_words(duty(desk, code))


def test_a_manager_waives_a_period_with_a_reason_and_takes_it_back(desk: Context) -> None:
    meeting(desk, "2026-11-12")
    turn_to(desk, 11, 14)
    assert code_refused(lambda: service.waive_duty(desk, WEEKLY, desk.today(), " ")) == "reason_missing"
    assert code_refused(lambda: service.waive_duty(desk, "duty_of_nothing", desk.today(), "放假")) == "no_duty"
    assert code_refused(lambda: service.waive_duty(desk, WEEKLY, date(2028, 1, 1), "放假")) == "too_far_ahead"
    operator = replace(desk, operator=Operator("W002", "李四", "operator"))
    assert code_refused(lambda: service.waive_duty(operator, WEEKLY, desk.today(), "放假")) == "manager_required"
    service.waive_duty(desk, WEEKLY, desk.today(), "国庆放假")
    assert code_refused(lambda: service.waive_duty(desk, WEEKLY, date(2026, 11, 9), "又免")) == "waived_already"
    line = duty(desk)
    assert (line.pace, line.lacking) == ("waived", 0) and "国庆放假" in duty_words(line)
    turn_to(desk, 11, 16)
    assert duty(desk).pace == "ahead"
    service.ask_again(desk, WEEKLY, date(2026, 11, 12))
    assert code_refused(lambda: service.ask_again(desk, WEEKLY, date(2026, 11, 12))) == "not_waived"
    ended = service.duties_of_days(desk, date(2026, 11, 9), date(2026, 11, 15))
    assert [one.pace for one in ended] == ["missed"]


def test_meetings_ahead_say_what_is_to_be_done_and_late_ones_lack_minutes(desk: Context) -> None:
    later = meeting(desk, "2026-11-20", "council_meeting", "垃圾")
    soon = meeting(desk, "2026-11-12", "council_meeting")
    late = meeting(desk, "2026-11-06", "area_weekly_meeting", "绿化")
    hold(desk, meeting(desk, "2026-11-09", "area_weekly_meeting", "已开"))
    found = service.meetings_ahead(desk)
    assert [(one.row.number, one.is_late) for one in found] == [(late.row.number, True), (soon.row.number, False)]
    assert found[1].prepare == ("发出邀请", "记纪要") and "还要发出邀请、记纪要" in meeting_words(found[1])
    assert [one.row.number for one in service.meetings_ahead(desk, 30)][-1] == later.row.number
    service.take_step(desk, soon.row.id, "invite", {"people": [{"name": "赵一"}]})
    assert service.meetings_ahead(desk)[1].prepare == ("记纪要",)


TALK = """\
code = "talk"
kind = "meeting"
group = "meeting"
name = { zh_CN = "楼组恳谈" }
about = { zh_CN = "楼组里坐下来谈。" }
number = { prefix = "KT" }
fields = [
  { code = "topic", kind = "text", name = { zh_CN = "谈什么" }, required = true, column = true },
  { code = "day", kind = "date", name = { zh_CN = "哪天" }, required = true },
  { code = "said", kind = "long_text", name = { zh_CN = "谈了什么" }, at_opening = false },
]
states = [
  { code = "planned", name = { zh_CN = "约好" } },
  { code = "over", name = { zh_CN = "谈过" }, held = true },
  { code = "told", name = { zh_CN = "已告知" } },
  { code = "closed", name = { zh_CN = "办结" }, end = "done" },
  { code = "off", name = { zh_CN = "取消" }, end = "stopped" },
]
transitions = [
  { code = "talk", name = { zh_CN = "记下谈话" }, from = ["planned"], to = "over", asks = [{ field = "said" }] },
  { code = "tell", name = { zh_CN = "告知" }, from = ["over"], to = "told" },
  { code = "close", name = { zh_CN = "收尾" }, from = ["told"], to = "closed" },
  { code = "cancel", name = { zh_CN = "不谈了" }, from = ["planned", "over", "told"], to = "off" },
]
"""


def test_a_meeting_of_the_centres_own_is_on_today_until_it_was_held_whatever_its_fields_are_called(
    desk: Context,
) -> None:
    folder = desk.home.path / "definitions"
    folder.mkdir()
    (folder / "talk.toml").write_text(TALK, encoding="utf-8")
    made = service.open_case(desk, "talk", {"topic": "晾衣", "day": "2026-11-10"})
    assert [(one.row.number, one.prepare) for one in service.meetings_ahead(desk)] == [(made.row.number, ("记下谈话",))]
    turn_to(desk, 11, 12)
    (late,) = service.meetings_ahead(desk)
    assert late.is_late and meeting_words(late).endswith("日子已过，还没有记下谈话")
    for step, said in (("talk", {"said": "各让一步"}), ("tell", {})):
        service.take_step(desk, made.row.id, step, said)
        assert service.meetings_ahead(desk) == [], step


def test_a_meeting_of_which_no_state_says_that_it_was_held_has_been_with_its_end(desk: Context) -> None:
    folder = desk.home.path / "definitions"
    folder.mkdir()
    (folder / "talk.toml").write_text(TALK.replace(", held = true", ""), encoding="utf-8")
    made = service.open_case(desk, "talk", {"topic": "晾衣", "day": "2026-11-08"})
    for step, left in (("talk", ("记下谈话",)), ("tell", ("告知",)), ("close", ("收尾",))):
        assert [(one.is_late, one.prepare) for one in service.meetings_ahead(desk)] == [(True, left)]
        service.take_step(desk, made.row.id, step, {"said": "各让一步"} if step == "talk" else {})
    assert service.meetings_ahead(desk) == []


def test_posts_nobody_holds_and_years_below_star_are_told_where_they_matter(desk: Context) -> None:
    assert service.posts_vacant(desk) == [] and service.streaks(desk) == []
    team = service.definitions(desk)["ops_team"]
    said: dict[str, object] = {}
    for field in team.fields:
        if field.code == "role":
            said[field.code] = "deputy"
        elif field.required and field.default is None:
            said[field.code] = {"date": "2026-11-01", "person": "赵一", "staff": "M001"}.get(field.kind, "甲")
    service.open_case(desk, "ops_team", said)
    (vacant,) = service.posts_vacant(desk)
    assert len(vacant.posts) == 2 and vacant.posts[0] in vacancy_words(vacant)
    for year in (2025, 2026):
        rated = service.open_case(desk, "star_rating", {"year": year, "operator": "某社"})
        _below(desk, rated)
    (line,) = service.streaks(desk)
    assert (line.run.by, line.run.length, line.run.has_consequence) == ("某社", 2, True)
    assert "取消投标资格" in streak_words(line)


def test_today_warns_where_fewer_than_half_of_the_staff_are_certified(desk: Context) -> None:
    def told() -> list[tuple[object, object]]:
        found = kinds(desk).get("cases_certified")
        return [(found["count"], found["staff"])] if found else []

    def certify(no: str, until: str | None) -> None:
        with desk.database.write() as connection:
            put(connection, Staff(no=no, name=no, kind="", certificate="社工师", certificate_until=until))

    # Where nobody's certificate was ever entered the centre does not keep them here.
    assert service.certified_now(desk) is None and told() == []
    staff = desk.database.connection.execute("SELECT count(*) FROM staff").fetchone()[0]
    certify("W003", "2026-11-08")
    assert service.certified_now(desk) == (0, staff + 1) and told() == [(0, staff + 1)]
    certify("W003", "2026-11-09")
    assert service.certified_now(desk) == (1, staff + 1)
    for number in range(staff - 1):
        certify(f"W1{number:02d}", None)
    # Half of them is enough.
    assert service.certified_now(desk) == (staff, 2 * staff) and told() == []


def _below(desk: Context, found: CaseView) -> None:
    """Take an operator's year to its end below star, filling in whatever the steps ask for."""
    definition = service.definitions(desk)[found.row.definition]
    for _ in range(6):
        found = service.view(desk, found.row.id)
        if found.row.ended_on is not None:
            return
        steps = [step for step, why in found.steps if why is None and step.code not in ("reopen", "withdraw")]
        step = next((one for one in steps if one.code == "below"), steps[0])
        said: dict[str, object] = {}
        for ask in step.asks:
            field = definition.field(ask.field)
            if field is not None and ask.required and field.kind == "list":
                row = {one.code: 10 if one.kind == "number" else "甲" for one in field.fields}
                said[ask.field] = [row]
            elif field is not None and ask.required:
                said[ask.field] = 10 if field.kind == "number" else "甲"
        service.take_step(desk, found.row.id, step.code, said, "不到星级")


def kinds(desk: Context) -> dict[str, dict[str, object]]:
    shown = today_service.today(desk, today_service.occasions(desk))
    return {one.kind: one.values for one in shown.due if one.kind.startswith("case")}


def test_today_tells_of_everything_before_it_is_too_late(desk: Context) -> None:
    assert kinds(desk) == {"cases_undecided": {"count": 11, "key": "area_joint_meeting"}}
    service.drop_rest(desk, "还没有开办")
    assert kinds(desk) == {}
    service.adopt(desk, ("area_weekly_meeting",))
    contact = service.open_case(desk, "first_contact", {"matter": "医保", "first_receiver": "W002"})
    held = hold(desk, meeting(desk, "2026-11-09"))
    planned = meeting(desk, "2026-11-21")
    service.open_case(desk, "action_item", {"text": "划线", "owner": "M001", "due": "2026-11-12"})
    turn_to(desk, 11, 16)
    found = kinds(desk)
    assert (found["cases_overdue"]["count"], found["cases_overdue"]["mine"]) == (2, 1)
    assert found["cases_actions"]["count"] == 1 and "case_duty" not in found
    assert str(found["case_meeting"]["key"]) == str(planned.row.id)
    turn_to(desk, 11, 20)
    assert (found := kinds(desk))["case_duty"]["key"] == WEEKLY and found["case_duty"]["count"] == 1
    hold(desk, planned)
    turn_to(desk, 11, 22)
    assert "case_duty" not in kinds(desk)
    assert contact.row.due_on and held.row.ended_on is None


def test_what_is_due_is_counted_apart_for_who_is_signed_in(desk: Context) -> None:
    for due in ("2026-11-09", "2026-11-10", "2026-11-12", "2026-11-13"):
        service.open_case(desk, "action_item", {"text": "划线", "owner": "W002", "due": due})
    counts = service.due_counts(desk)
    assert (counts.overdue, counts.today, counts.soon, counts.mine) == (0, 1, 2, (0, 0, 0))
    operator = replace(desk, operator=Operator("W002", "李四", "operator"))
    assert service.due_counts(operator).mine == (0, 1, 2)
    turn_to(desk, 11, 12)
    assert (service.due_counts(desk).overdue, service.due_counts(desk).actions) == (2, 2)


def test_a_wrong_file_of_the_centre_does_not_keep_today_from_being_shown(desk: Context) -> None:
    folder = desk.home.path / "definitions"
    folder.mkdir()
    service.drop_rest(desk, "还没有开办")
    (folder / "own.toml").write_text("code = 1", encoding="utf-8")
    assert kinds(desk) == {"cases_wrong": {"file": "own.toml", "key": "all"}}


def test_duties_by_command(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    # The commands go by the clock of the test: none depends on the day it is run.
    monkeypatch.setattr("frontdesk.context.open_context", partial(open_context, clock=desk.clock))
    held = meeting(desk, desk.today().isoformat())
    desk.database.close()
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))
    said = StringIO()
    with redirect_stdout(said):
        assert run(["case", "duties", "--json"]) == 0
    found = json.loads(said.getvalue())
    asked = {one["duty"]: one["asked"] for one in found["duties"]}
    assert asked[WEEKLY] is True and asked[QUARTERLY] is False
    assert [one["number"] for one in found["meetings"]] == [held.row.number]
    for command in (["waive", WEEKLY, "--reason", "放假"], ["ask-again", WEEKLY]):
        with redirect_stdout(said):
            assert run(["--as", "M001", "case", *command]) == 0
            assert run(["--as", "M001", "case", *command]) == 1


def test_what_today_asks_of_many_records_goes_by_indices(desk: Context) -> None:
    """No reading of all records: with two hundred thousand of them the first screen is as quick as with none."""
    asked: list[str] = []
    desk.database.connection.set_trace_callback(asked.append)
    service.due_counts(desk)
    service.duties(desk)
    service.meetings_ahead(desk)
    service.posts_vacant(desk)
    service.streaks(desk)
    desk.database.connection.set_trace_callback(None)
    of_cases = {one for one in asked if "case_" in one and one.lstrip().startswith("SELECT")}
    assert len(of_cases) > 20
    for sql in of_cases:
        plan = [row[3] for row in desk.database.connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert not [line for line in plan if line.startswith("SCAN case_record")], (sql, plan)
        if "AS dated" in sql:
            field = sql.partition("'$.")[2].partition("'")[0]
            index = next(name for name, indexed in DAYS.items() if indexed == field)
            assert any(f"case_record_{index} " in line for line in plan), (sql, plan)
