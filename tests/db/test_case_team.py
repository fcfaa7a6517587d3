"""The rules of the team and its posts: who holds them, what is dispatched and planned, who may do what; by hand."""

from __future__ import annotations

import pytest

from frontdesk.cases import service
from frontdesk.cases.errors import CaseError
from tests.casesteps import Case, figures_of
from tests.casewalks import DEPUTY, MANAGER, OTHER, SECOND, Walker


def test_each_of_the_three_posts_has_one_holder_and_of_the_others_there_are_as_many_as_come(walker: Walker) -> None:
    posts = ["deputy", "department", "full_time"]
    assert service.vacancies(walker.desk, "ops_team") == posts
    held = [Case(walker, "ops_team", role=role, holder="赵一") for role in posts]
    assert service.vacancies(walker.desk, "ops_team") == []
    for _ in range(2):
        Case(walker, "ops_team", role="x_talent", holder="周五")
    with pytest.raises(CaseError) as found:
        service.open_case(walker.desk, "ops_team", {"role": "deputy", "holder": "孙三"})
    assert found.value.code == "held_already"
    held[0].do("change_phone", SECOND, organisation="镇政府", phone="13800000001")
    assert held[0].asked("leave", SECOND, until="2026-11-09").row.ended_on == "2026-11-09"
    assert service.vacancies(walker.desk, "ops_team") == ["deputy"]
    after = Case(walker, "ops_team", SECOND, role="deputy", holder="孙三")
    # Whoever left does not come back beside the one who followed.
    assert held[0].refused("reopen", SECOND, "回来了") == "only_manager"
    assert "已经有人" in held[0].refused("reopen", reason="回来了")
    after.do("leave", until="2026-11-09")
    assert held[0].refused("reopen") == "reason_missing"
    held[0].do("reopen", reason="回来了")
    assert figures_of(walker, "ops_team")["members"] == {
        "deputy": 1,
        "department": 1,
        "full_time": 1,
        "x_talent": 2,
    }


def test_what_is_dispatched_is_taken_done_by_its_day_and_checked_by_who_gave_it(walker: Walker) -> None:
    walker.later(4)
    said = {"task": "布置会场", "staff_group": "property", "person": "赵一"}
    one = Case(walker, "dispatch_order", SECOND, **said, day="2026-11-18")
    # Given on a Friday, taken by Monday.
    assert one.limits == {"acknowledge": "2026-11-16", "finish": "2026-11-18"}
    one.do("acknowledge", OTHER)
    assert one.limits == {"finish": "2026-11-18"}
    walker.later(6)
    assert one.view.row.due_on == "2026-11-18"
    late = Case(walker, "dispatch_order", SECOND, **{**said, "staff_group": "sunk"}, day="2026-11-20")
    late.asked("finish", OTHER, result="清点好了")
    assert late.limits == {"check": "2026-11-23"}
    one.do("finish", OTHER, result="摆好了")
    assert one.refused("check", OTHER) == "only_responsible"
    assert one.refused("send_back", OTHER, "少两把椅子") == "only_responsible"
    assert one.refused("send_back", SECOND, day="2026-11-20") == "reason_missing"
    one.do("send_back", SECOND, "少两把椅子", day="2026-11-20")
    assert (one.state, one.limits) == ("acknowledged", {"finish_again": "2026-11-20"})
    one.do("finish", OTHER, result="补齐了")
    assert one.limits == {"check": "2026-11-23"}
    assert one.do("check", SECOND).row.ended_on == "2026-11-19"
    late.do("check", MANAGER)
    gone = Case(walker, "dispatch_order", SECOND, **said)
    assert gone.refused("withdraw") == "reason_missing"
    # Who has the daily running in hand gives the orders and takes them back, not who was sent.
    assert gone.refused("withdraw", OTHER, "没空") == "only_responsible"
    assert (gone.do("withdraw", SECOND, "下雨").row.state, gone.due) == ("withdrawn", (None, ""))
    assert gone.refused("reopen", SECOND, "天晴了") == "only_manager"
    found = figures_of(walker, "dispatch_order")
    # The first was done a day late, which another day for doing it again does not change; the one withdrawn was stopped
    # on its own day.
    assert found == {"given": {"sunk": 1, "property": 2}, "in_time": 2}


def test_a_planned_task_is_verified_by_another_manager_and_goes_back_with_a_day(walker: Walker) -> None:
    whole = Case(walker, "project_task", task="一季度装修", period="quarter", due="2026-12-31")
    number = whole.view.row.number
    one = Case(walker, "project_task", SECOND, task="刷墙", period="week", due="2026-11-13", parent=number)
    assert one.due == ("2026-11-13", "due")
    one.asked("block", SECOND, blocker="材料没到")
    assert one.refused("finish", SECOND, result="刷好了") == "not_now"
    assert one.refused("move", SECOND, due="2026-11-16") == "reason_missing"
    one.do("move", SECOND, "材料没到", due="2026-11-16")
    assert one.due == ("2026-11-16", "due")
    one.do("unblock", SECOND)
    one.asked("finish", MANAGER, result="刷好了")
    assert one.due == (None, "")
    assert one.refused("verify", SECOND) == "only_manager" and one.refused("verify") == "only_another_or_outside"
    assert one.refused("send_back", SECOND, "漏刷", due="2026-11-17") == "only_manager"
    assert one.refused("send_back", due="2026-11-17") == "reason_missing"
    one.do("send_back", DEPUTY, "漏刷", due="2026-11-17")
    assert (one.state, one.due) == ("doing", ("2026-11-17", "due_again"))
    one.do("finish", SECOND, result="补刷了")
    assert one.due == (None, "")
    assert one.do("verify", DEPUTY).row.ended_on == "2026-11-09"
    walker.later(52)
    assert whole.refused("drop", SECOND, "不做了") == "only_manager" and whole.refused("drop") == "reason_missing"
    assert whole.do("drop", reason="不做了").row.state == "dropped"
    assert figures_of(walker, "project_task") == {"verified": 1, "in_time": 1}


def test_who_is_qualified_was_checked_by_another_at_level_two_and_for_a_time(walker: Walker) -> None:
    one = Case(walker, "all_post_competency", SECOND, person=SECOND, matter="居住证")
    one.asked("train", SECOND, last_trained="2026-11-09")
    said = {"checked_by": MANAGER, "valid_until": "2027-11-08"}
    assert one.refused("qualify", SECOND, level="2", **said) == "only_another_or_outside"
    assert one.refused("qualify", OTHER, level="1", **said) == "合格至少是 2 级"
    assert one.refused("qualify", OTHER, level="2", checked_by=MANAGER) == "missing"
    before = figures_of(walker, "all_post_competency")
    one.do("qualify", OTHER, level="2", **said)
    assert one.due == ("2027-11-08", "valid")
    after = figures_of(walker, "all_post_competency")
    assert (before["qualified"], before["posts"], before["covered"]) == (0, 1, 0)
    assert (after["qualified"], after["posts"], after["covered"]) == (1, 1, 1)
    one.do("train", SECOND, last_trained="2026-11-09")
    assert one.due == (None, "") and figures_of(walker, "all_post_competency")["covered"] == 0
    one.do("qualify", OTHER, level="3", **said)
    one.do("expire", SECOND)
    assert (one.state, one.due) == ("expired", (None, ""))
    assert one.do("end").row.ended_on is not None


def test_in_a_centre_of_one_person_somebody_from_outside_checks_who_is_qualified(walker: Walker) -> None:
    one = Case(walker, "all_post_competency", person=MANAGER, matter="居住证")
    one.do("train", last_trained="2026-11-09")
    said = {"level": "2", "valid_until": "2027-11-08"}
    assert one.refused("qualify", check_body="街道办事处", **said) == "only_another_or_outside"
    one.do("qualify", check_body="街道办事处", checker="甲乙丙", **said)
    assert (one.state, one.due, one.values["check_body"]) == ("qualified", ("2027-11-08", "valid"), "街道办事处")


def test_half_of_the_staff_with_a_certificate_is_enough_and_a_manager_reports_it(walker: Walker) -> None:
    def counted(*certified: str) -> Case:
        staff = [
            {"person": no, "certificate": "社工", "counted": said}
            for no, said in zip((MANAGER, DEPUTY, SECOND), certified, strict=False)
        ]
        return Case(walker, "certified_ratio", SECOND, staff=staff)

    one = counted("是", "否", "否")
    # One of three is 33.3 %.
    assert [one.values[key] for key in ("staff_count", "certified", "ratio", "enough")] == [3, 1, 333, False]
    one.do("change", SECOND, staff=[{"person": MANAGER, "counted": "是"}, {"person": SECOND, "counted": "否"}])
    assert [one.values[key] for key in ("staff_count", "certified", "ratio", "enough")] == [2, 1, 500, True]
    assert one.refused("report", SECOND) == "only_manager"
    assert one.do("report").row.ended_on == "2026-11-09"
    found = figures_of(walker, "certified_ratio")
    assert (found["staff"], found["certified"]) == (2, 1)


def test_a_member_of_the_council_has_a_term_that_is_warned_of_and_can_be_lengthened(walker: Walker) -> None:
    said = {"member": "赵一", "organisation": "甲社", "org_type": "team", "since": "2026-01-01", "until": "2026-11-30"}
    one = Case(walker, "council_member", SECOND, **said)
    assert one.due == ("2026-11-30", "term")
    one.do("extend", SECOND, until="2027-11-30")
    assert one.due == ("2027-11-30", "term")
    open_ended = Case(walker, "council_member", **{key: value for key, value in said.items() if key != "until"})
    open_ended.asked("end", until="2026-11-09")
    assert open_ended.view.row.ended_on == "2026-11-09"
    again = Case(walker, "council_member", **{key: value for key, value in said.items() if key != "until"})
    again.asked("extend", until="2026-12-31")
    assert again.due == ("2026-12-31", "term")


def test_the_contract_of_an_operator_is_renewed_warned_and_ended(walker: Walker) -> None:
    said = {"operator": "某社", "contract_no": "1 号", "since": "2026-01-01", "until": "2026-12-31", "duties": "运营"}
    one = Case(walker, "operator_contract", SECOND, **said)
    one.do("begin", SECOND)
    appraisals = [{"year": "2026", "score": "80"}]
    assert one.refused("appraise", SECOND, appraisals=appraisals) == "only_manager"
    one.asked("appraise", appraisals=appraisals)
    assert one.refused("reward", SECOND, incentives=[{"day": "2026-11-09", "what": "奖"}]) == "only_manager"
    assert one.refused("renew", SECOND, until="2027-12-31") == "only_manager"
    one.do("renew", until="2027-12-31", contract_no="2 号")
    assert one.due == ("2027-12-31", "contract")
    one.do("warn", reason="不到岗", warnings=[{"day": "2026-11-09", "reason": "不到岗"}])
    assert one.refused("lift") == "reason_missing"
    one.do("lift", reason="改好了")
    assert one.do("end", SECOND).row.state == "ended"
    assert figures_of(walker, "operator_contract") == {"serving": 0, "warned": 1, "exited": 0}
