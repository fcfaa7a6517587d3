"""The particular rules of single mechanisms, by the use cases of the desk: each fails if its rule is taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from frontdesk.cases import service
from frontdesk.cases.errors import CaseError
from frontdesk.cases.papers.making import ledger_of
from frontdesk.cases.service import LinkTarget
from tests.casesteps import Case, figures_of
from tests.casewalks import DEPUTY, MANAGER, OTHER, SECOND, Walker


def test_first_contact_is_passed_on_taken_over_by_another_and_comes_back(walker: Walker) -> None:
    one = Case(walker, "first_contact", SECOND, matter="医保怎么转")
    assert one.values["first_receiver"] == SECOND and one.due == ("2026-11-10", "first_reply")
    one.asked("pass_on", SECOND, next_owner="社保窗口")
    assert one.limits == {"taken_over": "2026-11-10", "reply": "2026-11-16"}
    assert one.refused("accept", SECOND) == "only_another"
    one.do("accept", OTHER)
    # Who takes it over has it; who took it in stays known.
    assert (one.values["owner"], one.values["first_receiver"]) == (OTHER, SECOND)
    assert one.refused("give_back", OTHER) == "reason_missing"
    one.do("give_back", OTHER, "不归这里管")
    assert (one.state, one.values["owner"]) == ("received", SECOND)
    one.do("pass_on", SECOND, next_owner="街道")
    one.do("give_back", OTHER, "也不归这里")
    assert one.limits == {"reply": "2026-11-16"}
    one.do("pass_on", SECOND, next_owner="街道")
    one.do("accept", OTHER)
    assert one.limits == {"reply": "2026-11-16"}
    walker.later(1)
    one.asked("answer_now", OTHER, answer="带身份证到二楼")
    assert (one.state, one.values["answered_on"], one.due) == ("answered", "2026-11-10", (None, ""))
    assert one.refused("reopen", SECOND, "还没办好") == "only_manager"
    assert one.do("reopen", reason="还没办好").row.ended_on is None
    assert one.refused("withdraw") == "reason_missing"
    assert one.due[1] == "first_reply"
    walker.later(1)
    one.do("refer", next_owner="税务")
    assert (one.state, one.values["answered_on"]) == ("referred", "2026-11-11")
    slow = Case(walker, "first_contact", matter="房产证")
    slow.do("report_up")
    assert slow.due == ("2026-11-18", "reply")
    unsaid = Case(walker, "first_contact", matter="落户")
    assert unsaid.refused("refer") == "missing"
    # Passed on on a Friday it is taken over by Monday.
    walker.later(2)
    unsaid.do("pass_on", next_owner="派出所")
    assert unsaid.limits["taken_over"] == "2026-11-16"


def test_a_complaint_climbs_three_levels_with_their_clocks_and_no_further(walker: Walker) -> None:
    one = Case(walker, "complaint", matter="噪音", complexity="complex", area="南段")
    assert one.due == ("2026-11-10", "first_contact")
    one.asked("verify", found="属实")
    assert one.due == ("2026-11-16", "level_1")
    assert {limit.deadline.code for limit in one.view.limits if limit.pace in ("ahead", "soon")} == {
        "complex",
        "level_1",
    }
    walker.later(2)
    one.do("escalate", reason="一级办不了", handler=SECOND)
    assert (one.view.row.level, one.due) == (2, ("2026-11-18", "level_2"))
    walker.later(2)
    one.do("escalate", reason="二级办不了", handler=SECOND)
    assert (one.view.row.level, one.due) == (3, ("2026-11-20", "level_3"))
    assert one.refused("escalate", reason="再往上", handler=SECOND) == "no_such_level"
    one.do("return_down", reason="二级能办", handler=OTHER)
    # On its level again the clock begins anew.
    assert (one.view.row.level, one.due) == (2, ("2026-11-20", "level_2"))
    assert set(one.limits) == {"complex", "level_2"}
    one.asked("whistle", reason="占道的不归居委管", department="城管")
    (whistle,) = one.linked("whistle")
    handed = [whistle.now.values[key] for key in ("item", "reason", "department", "area", "handler")]
    assert handed == ["噪音", "噪音", "城管", "南段", OTHER] and whistle.row.state == "blown"
    one.asked("finish", result="办好了")
    assert one.limits == {}
    one.asked("call_back", called="unsatisfied")
    assert "close" not in one.refused("close") and one.state == "called_back"
    assert one.refused("close_unsatisfied", reason="尽力了") != "reason_missing"
    assert one.limits == {}
    one.asked("again", reason="不满意")
    # Five working days from Friday the 13th.
    assert one.limits == {"handle_again": "2026-11-20"}
    one.do("finish", result="又办了一次")
    assert one.limits == {}
    one.do("call_back", called="unsatisfied")
    assert one.refused("close") and one.refused("close_unsatisfied", SECOND, "尽力了") == "only_manager"
    assert one.asked("close_unsatisfied", reason="尽力了").row.ended_on is not None
    simple = Case(walker, "complaint", matter="路灯不亮", complexity="simple")
    assert set(simple.limits) == {"first_contact", "simple", "level_1"}
    simple.do("assign", handler=OTHER)
    assert set(simple.limits) == {"simple", "level_1"}
    for _ in range(2):
        simple.do("escalate", reason="办不了")
    simple.do("return_down", reason="能办")
    simple.do("return_down", reason="能办")
    assert (simple.view.row.level, simple.limits["level_1"]) == (1, "2026-11-20")
    simple.do("escalate", reason="办不了")
    simple.do("escalate", reason="办不了")
    assert set(simple.limits) == {"simple", "level_3"}
    simple.do("return_down", reason="能办")
    assert set(simple.limits) == {"simple", "level_2"}
    simple.do("finish", result="换了灯")
    assert simple.limits == {}
    high = Case(walker, "complaint", matter="井盖", complexity="simple")
    high.do("verify", found="属实")
    high.do("escalate", reason="办不了")
    high.do("escalate", reason="办不了")
    high.do("finish", result="换了井盖")
    assert high.limits == {}
    quick = Case(walker, "complaint", matter="纸箱", complexity="simple")
    quick.do("verify", found="属实")
    quick.do("finish", result="搬走了")
    assert quick.limits == {}


def test_who_complained_is_called_back_within_the_days_of_the_preset(walker: Walker) -> None:
    walker.desk.settings = replace(walker.desk.settings, follow_up_preset="rz_123")
    walker.later(4)
    one = Case(walker, "complaint", matter="噪音")
    one.do("verify", found="属实")
    one.do("finish", result="劝了")
    # Five working days from Friday the 13th.
    assert one.limits == {"call_back": "2026-11-20"}
    one.do("tell")
    one.do("call_back", called="satisfied")
    assert one.limits == {}
    assert one.do("close").row.ended_on == "2026-11-13"
    assert figures_of(walker, "complaint")["called_back"] == {"satisfied": 1}


def test_a_wish_is_taken_up_by_somebody_who_helps(walker: Walker) -> None:
    one = Case(walker, "wish", SECOND, matter="轮椅")
    one.asked("take_up", SECOND, helper="甲公司")
    assert one.state == "handling"


def test_the_clock_of_a_complaint_stands_still_too(walker: Walker) -> None:
    one = Case(walker, "complaint", matter="噪音")
    one.do("verify", found="属实")
    one.do("pause", reason="等专业公司")
    assert one.view.row.is_paused and one.limits == {}
    walker.later(1)
    one.do("resume", reason="来了")
    assert one.limits == {"simple": "2026-11-17", "level_1": "2026-11-17"}


def test_the_clock_of_a_mediation_stands_still_only_with_a_reason_and_counts_the_rest(walker: Walker) -> None:
    one = Case(walker, "mediation", matter="漏水", parties=[{"name": "赵一"}, {"name": "钱二"}])
    assert one.due == ("2026-11-10", "first_contact")
    one.asked("verify", found="属实")
    assert one.refused("pause") == "reason_missing"
    one.do("pause", reason="一方住院")
    assert one.view.row.is_paused and one.due == (None, "") and one.refused("pause", reason="再停") == "paused_already"
    walker.later(7)
    one.do("resume", reason="出院了")
    assert one.refused("resume", reason="再续") == "not_paused"
    # Five working days from 9 November, and the five of the pause.
    assert one.due == ("2026-11-23", "simple")
    one.asked("meet", meetings=[{"day": "2026-11-16", "what": "双方到场"}])
    assert one.refused("finish", agreement="各付一半", signed="是") == "missing"
    one.do("finish", result="达成协议", agreement="各付一半", signed="是")
    one.asked("call_back", called="unsatisfied")
    assert "不满意" in one.refused("close") and one.refused("close_unsatisfied", reason="尽力了") != "reason_missing"
    one.asked("again", reason="还在漏")
    one.do("finish", result="又修了一次", agreement="各付一半", signed="是")
    one.do("call_back", called="unsatisfied")
    # It was handled again: a manager may end it, nobody else.
    assert one.refused("close_unsatisfied", SECOND, "尽力了") == "only_manager"
    assert one.do("close_unsatisfied", reason="尽力了").row.ended_on == "2026-11-16"


def test_a_repair_is_checked_by_somebody_else(walker: Walker) -> None:
    one = Case(walker, "repair", SECOND, what="电线裸露", urgency="danger", handler=SECOND)
    assert one.due == ("2026-11-10", "danger")
    assert one.refused("fix", SECOND, cost="12.50") == "missing"
    one.do("fix", SECOND, result="包好了", cost="12.50")
    assert one.due == ("2026-11-11", "verify")
    assert one.values["cost"] == 1250 and one.refused("verify", SECOND) == "only_another_or_outside"
    assert one.refused("not_fixed", OTHER) == "reason_missing"
    walker.later(4)
    one.do("not_fixed", OTHER, "又裂了")
    # Five working days from Friday the 13th.
    assert one.limits == {"fix_again": "2026-11-20"}
    one.do("fix", OTHER, result="换了线")
    assert one.limits == {"verify": "2026-11-17"}
    assert one.refused("verify", OTHER) == "only_another_or_outside"
    assert one.do("verify", SECOND).row.ended_on is not None
    soon = Case(walker, "repair", what="门关不上", urgency="soon")
    assert soon.due == ("2026-11-16", "assign")
    soon.asked("assign", repairer="木工店")
    assert soon.due == ("2026-11-20", "fix")
    soon.do("pause", reason="等配件")
    assert soon.limits == {}
    walker.later(3)
    soon.do("resume", reason="配件到了")
    # What stood still from Friday to Monday has a working day more.
    assert soon.limits == {"fix": "2026-11-23"}
    soon.do("fix", result="换了合页")
    assert soon.limits == {"verify": "2026-11-18"}


def test_the_council_adopts_only_with_a_quorum_and_more_for_than_against(walker: Walker) -> None:
    people = [{"name": f"理事{n}", "part": "member", "came": "是" if n < 3 else "否"} for n in range(5)]

    def voted(members: str, votes: list[tuple[str, str]]) -> Case:
        one = Case(walker, "council_meeting", topic="停车", held_on="2026-11-09", members=members)
        rows = [{"text": f"议{n}", "votes_for": yes, "votes_against": no} for n, (yes, no) in enumerate(votes)]
        one.do("hold", people=people, minutes="议了", resolutions=rows)
        return one

    one = voted("6", [("2", "1"), ("1", "1"), ("0", "3")])
    assert one.values["came_count"] == 3
    assert [row["adopted"] for row in one.values["resolutions"]] == [True, False, False]
    assert one.values["adopted_count"] == 1
    # Three of seven are not half of them: nothing is adopted, however they voted.
    assert [row["adopted"] for row in voted("7", [("3", "0")]).values["resolutions"]] == [False]
    one = Case(walker, "council_meeting", topic="停车", held_on="2026-11-09", members="5")
    one.asked("invite", people=people)
    rows = [{"text": "划线", "votes_for": "3", "votes_against": "1"}]
    assert "票数" in one.refused("hold", minutes="议了", resolutions=rows)
    assert one.refused("postpone", held_on="2026-11-16") == "reason_missing"
    one.do("postpone", reason="主任出差", held_on="2026-11-16")
    # What was decided is done by somebody, and the meeting is not over before that.
    assert one.refused("hold", minutes="议了", review_score="101") not in ("missing", "condition")
    one.asked("hold", minutes="议了")
    # Three of the five who were invited came.
    assert [one.values[key] for key in ("invited_count", "came_count", "came_rate")] == [5, 3, 600]
    assert one.do("close").row.ended_on is not None
    one = Case(walker, "council_meeting", topic="停车", held_on="2026-11-09", members="5")
    actions = [{"text": "划线", "owner": SECOND, "due": "2026-11-20"}]
    one.do("hold", people=people, minutes="议了", actions=actions)
    (given,) = one.linked("action_item")
    item = given.row
    assert (item.responsible, given.now.values["meeting"]) == (SECOND, "停车")
    assert item.due_on == "2026-11-20" and "督办" in one.refused("close")
    service.take_step(walker.of(SECOND), item.id, "begin", {})
    assert "督办" in one.refused("close")
    service.take_step(walker.of(SECOND), item.id, "finish", {"result": "划好了"})
    assert one.do("close").row.ended_on is not None


def test_a_demand_round_ranks_draws_its_line_and_makes_projects_of_what_is_above(walker: Walker) -> None:
    votes = [("书法", "30", "2"), ("缝纫", "12", "5"), ("理发", "30", "2"), ("羽毛球", "1", "0")]
    category = walker.desk.settings.service_categories[0]
    options = [
        {"text": text, "votes_residents": some, "votes_units": few, "category": category} for text, some, few in votes
    ]
    said: dict[str, Any] = {
        "year": "2027",
        "title": "需求遴选",
        "channel": "paper",
        "until": "2026-11-20",
        "options": options,
    }
    one = Case(walker, "demand_round", SECOND, **said, sent_residents="50", sent_units="6")
    one.do("begin")
    assert one.due == ("2026-11-20", "collect")
    assert "交回的不能比发出的多" in one.refused("count", options=options, returned_residents="51", returned_units="5")
    assert "交回的不能比发出的多" in one.refused("count", options=options, returned_residents="50", returned_units="7")
    one.asked("count", returned_residents="45", returned_units="6")
    assert one.due == (None, "")
    assert [row["rank"] for row in one.values["options"]] == [1, 3, 1, 4] and one.values["returned_rate"] == 900
    assert one.refused("select", SECOND, options=options, cut_line="17") == "only_manager"
    assert one.refused("select", options=options, cut_line="33") not in ("missing", "only_manager")
    one.asked("select", cut_line="17")
    assert [row["selected"] for row in one.values["options"]] == [True, True, True, False]
    one.asked("publish", published_on="2026-11-10")
    one.do("execute")
    made = one.linked("service_project")
    assert sorted(project.row.title for project in made) == ["书法", "理发", "缝纫"]
    # They are led by whoever leads the round, not by who took the last step.
    assert {(project.row.responsible, project.now.values["category"]) for project in made} == {(SECOND, category)}


def test_a_whistle_has_a_day_for_its_answer_and_a_clock_on_each_level(walker: Walker) -> None:
    one = Case(walker, "whistle", item="违建", department="城管", reason="居委管不了")
    assert one.due == ("2026-11-10", "respond")
    one.asked("respond", duty_party="三中队")
    assert one.values["responded_on"] == "2026-11-09" and one.due == ("2026-11-16", "handle")
    walker.later(4)
    assert {limit.deadline.code for limit in one.view.limits if limit.pace in ("ahead", "soon")} == {
        "handle",
        "level_1",
    }
    one.asked("escalate", reason="三中队不到场")
    running = {limit.deadline.code for limit in one.view.limits if limit.pace in ("ahead", "soon")}
    assert (one.view.row.level, running) == (2, {"handle", "level_2"})
    one.asked("escalate", reason="区里协调")
    assert one.view.row.level == 3 and "level_3" in {
        limit.deadline.code for limit in one.view.limits if limit.pace in ("ahead", "soon")
    }
    assert one.limits["level_3"] == "2026-11-20"
    one.asked("return_down", reason="街镇能办")
    assert (one.view.row.level, one.limits["level_2"], "level_3" in one.limits) == (2, "2026-11-20", False)
    one.asked("close", result="拆了")
    assert one.limits == {"review": "2026-11-20"} and one.values["closed_on"] == "2026-11-13"
    one.asked("again", reason="又搭起来了")
    assert (one.state, one.limits) == ("blown", {"respond_again": "2026-11-16"})
    one.do("respond", duty_party="三中队")
    assert one.limits == {"handle": "2026-11-20"}
    one.do("close", result="又拆了")
    one.do("review")
    assert one.view.row.ended_on == "2026-11-13"
    first = Case(walker, "whistle", item="占道", department="城管", reason="居委管不了")
    first.do("escalate", reason="不到场")
    assert first.limits["level_2"] == "2026-11-20" and "level_1" not in first.limits
    first.do("return_down", reason="能办")
    assert first.limits["level_1"] == "2026-11-20"
    first.do("respond", duty_party="二中队")
    first.do("close", result="清了")
    assert first.limits == {"review": "2026-11-20"}
    third = Case(walker, "whistle", item="占道", department="城管", reason="居委管不了")
    for _ in range(2):
        third.do("escalate", reason="不到场")
    assert "level_2" not in third.limits
    third.do("respond", duty_party="二中队")
    third.do("close", result="清了")
    assert third.limits == {"review": "2026-11-20"}
    silent = Case(walker, "whistle", item="违建", department="城管", reason="又来")
    assert silent.refused("no_response") == "reason_missing"
    assert silent.do("no_response", reason="三天没人来").row.ended_on is not None


def test_a_matter_of_the_grid_comes_in_with_its_three_papers_and_by_a_manager(walker: Walker) -> None:
    one = Case(walker, "grid_item", item="占道经营", department="城管", basis="一号文")
    one.asked("review", feasibility="能办")
    papers = {"flowchart": "是", "experts": "是", "evaluation": "是"}
    assert one.refused("include", SECOND, included_on="2026-11-09", **papers) == "only_manager"
    told = {one.refused("include", included_on="2026-11-09", **{**papers, lacking: "否"}) for lacking in papers}
    assert len(told) == 3 and "missing" not in told
    one.asked("include", included_on="2026-11-09", **papers)
    assert one.refused("exit", SECOND, exit_reason="办完了") == "only_manager"
    assert one.asked("exit", exit_reason="办完了").now.values["exited_on"] == "2026-11-09"


def test_what_an_inspection_finds_becomes_repairs_and_somebody_else_accepts_the_mending(walker: Walker) -> None:
    items = [{"item": "灭火器", "fine": "是"}, {"item": "地砖", "fine": "否", "repair": "是", "finding": "大厅"}]
    one = Case(walker, "inspection", SECOND, items=items, inspector=SECOND)
    assert (one.values["checked"], one.values["faults"], one.values["fine_rate"]) == (2, 1, 500)
    assert "整改" in one.refused("pass", SECOND) and one.due == ("2026-11-11", "decide")
    one.asked("rectify", SECOND, rectify_until="2026-11-16")
    assert one.due == ("2026-11-16", "rectify")
    (repair,) = one.linked()
    assert (repair.row.definition, repair.row.title, repair.now.values["place"]) == ("repair", "地砖", "大厅")
    one.asked("finish", SECOND, rectified="补好了")
    assert one.limits == {} and one.refused("accept", SECOND) == "only_another_or_outside"
    assert one.refused("send_back", OTHER, rectify_until="2026-11-20") == "reason_missing"
    one.correct(rectify_until="")
    assert one.refused("send_back", OTHER, "还松") == "missing"
    one.do("send_back", OTHER, "还松", rectify_until="2026-11-20")
    assert one.limits == {"rectify_again": "2026-11-20"}
    one.do("finish", SECOND, rectified="又补了")
    assert one.limits == {}
    assert one.do("accept", OTHER).row.ended_on is not None
    fine = Case(walker, "inspection", items=[items[0]])
    assert fine.refused("rectify", rectify_until="2026-11-16") != "missing"
    assert fine.do("pass").row.ended_on is not None


def test_a_department_that_fewer_than_five_reviewed_is_neither_sent_nor_printed(walker: Walker) -> None:
    def reviewed(department: str, votes: tuple[tuple[str, str, str], ...]) -> Case:
        one = Case(walker, "department_review", department=department, period="2026-Q4")
        one.asked(
            "count",
            scores=[
                {"score": score, "response": response, "handling": handling} for score, response, handling in votes
            ],
        )
        return one

    twice = [{"score": "5", "response": "3", "handling": "3"}] * 2
    open_one = Case(walker, "department_review", department="城管", period="2026-Q4")
    assert "两行" in open_one.refused("count", scores=twice)
    few = reviewed("城管", (("5", "3", "5"), ("1", "1", "0")))
    assert few.refused("send") not in ("only_manager", "missing")
    unsure = reviewed("水务", (("5", "5", "4"),))
    assert unsure.refused("send") not in ("only_manager", "missing")
    many = reviewed("绿化", (("5", "4", "3"), ("1", "1", "2")))
    assert many.refused("send", SECOND) == "only_manager"
    assert (many.values["response_score"], many.values["handling_score"]) == (420, 340)
    many.do("send")
    few.asked("drop", reason="不满五份")
    lines = ledger_of(walker.desk, "department_review", 1, (None, None), clear=False)[0].lines
    assert [any("绿化" in words for words in one.words) for one in lines] == [True]


def test_an_action_item_is_put_off_or_stopped_by_a_manager_and_handed_on_with_a_reason(walker: Walker) -> None:
    one = Case(walker, "action_item", text="划线", owner=SECOND, due="2026-11-20")
    assert one.due == ("2026-11-20", "due")
    assert one.refused("extend", SECOND, "下雨", due="2026-11-27") == "only_manager"
    assert one.refused("extend", due="2026-11-27") == "reason_missing"
    assert one.do("extend", reason="下雨", due="2026-11-27").row.due_on == "2026-11-27"
    assert one.refused("hand_over", SECOND, owner=OTHER) == "reason_missing"
    assert one.do("hand_over", SECOND, "调岗", owner=OTHER).row.responsible == OTHER
    assert one.refused("stop", OTHER, "不做了") == "only_manager"
    assert one.asked("finish", OTHER, result="划好了").row.ended_on is not None


def test_the_seal_is_only_for_what_is_on_the_list_and_a_second_person_allows_it(walker: Walker) -> None:
    entry = Case(walker, "seal_list", matter="居住证明", basis="街道清单")
    off = Case(walker, "seal_use", SECOND, matter="开证明", applicant="赵一", copies="1")
    assert "清单" in off.refused("approve")
    off.do("refuse", reason="不在清单里")
    one = Case(
        walker, "seal_use", MANAGER, matter="居住证明", list_entry=entry.view.row.number, applicant="赵一", copies="2"
    )
    assert one.refused("approve") == "only_another" and one.refused("approve", SECOND) == "only_manager"
    assert one.refused("seal", sealed_on="2026-11-09", copies="2") == "not_now"
    one.do("approve", DEPUTY)
    assert one.values["approver"] == DEPUTY
    assert one.asked("seal", sealed_on="2026-11-09").row.ended_on is not None
    # What was taken off the list is sealed no more, nor is what is only on the other list.
    entry.do("remove", reason="不再开")
    other = Case(walker, "assist_list", matter="老年津贴", basis="街道清单").view.row.number
    for number, code in ((entry.view.row.number, "not_in_force"), (other, "not_there")):
        said = {"matter": "居住证明", "list_entry": number, "applicant": "赵一", "copies": "1"}
        with pytest.raises(CaseError) as found:
            service.open_case(walker.desk, "seal_use", said)
        assert found.value.code == code


def test_a_summon_that_is_ignored_is_on_record_and_can_be_sent_again(walker: Walker) -> None:
    one = Case(walker, "summon", department="城管", reason="占道", due="2026-11-12")
    assert one.due == ("2026-11-11", "answer")
    one.do("confirm")
    assert one.due == ("2026-11-12", "attend") and one.refused("solve", result="好了") == "not_now"
    assert one.refused("ignored") == "reason_missing"
    ended = one.do("ignored", reason="没有来")
    assert (ended.row.state, ended.row.ended_on) == ("ignored", "2026-11-09")
    assert one.refused("reopen", SECOND, "再叫一次") == "only_manager"
    one.do("reopen", reason="再叫一次")
    one.do("attend", attended_by="钱二")
    assert one.refused("again", due="2026-11-16") == "reason_missing"
    walker.later(4)
    one.do("again", reason="只来看了一眼", due="2026-11-20")
    # From Friday the 13th: two working days for the answer, and the day that was set.
    assert one.limits == {"answer_again": "2026-11-17", "attend_again": "2026-11-20"}
    one.do("confirm")
    assert one.limits == {"attend_again": "2026-11-20"}
    one.do("again", reason="改天", due="2026-11-18")
    assert one.limits == {"answer_again": "2026-11-17", "attend_again": "2026-11-18"}
    one.do("attend", attended_by="钱二")
    assert one.limits == {}
    straight = Case(walker, "summon", department="城管", reason="占道", due="2026-11-18")
    straight.do("again", reason="改天", due="2026-11-19")
    assert straight.limits == {"answer_again": "2026-11-17", "attend_again": "2026-11-19"}
    other = Case(walker, "summon", department="城管", reason="占道", due="2026-11-18")
    other.do("attend", attended_by="钱二")
    assert other.limits == {}
    assert one.asked("solve", result="清走了").row.ended_on is not None


def test_an_agency_ends_only_when_the_papers_are_handed_back(walker: Walker) -> None:
    one = Case(
        walker, "agency", matter="办老年卡", client="赵一", docs_received=[{"document": "身份证", "copies": "1"}]
    )
    assert one.due == ("2026-11-11", "submit") and one.refused("submit") == "missing"
    one.do("submit", submitted_to="街道")
    assert "先把材料还" in one.refused("withdraw", reason="不办了", docs_returned="否")
    assert one.refused("withdraw", reason="不办了") == "missing"
    assert one.refused("withdraw", docs_returned="是") == "reason_missing"
    assert one.due == ("2026-11-30", "result")
    walker.later(4)
    one.asked("finish", result="办好了")
    # Two working days from Friday the 13th.
    assert one.limits == {"return": "2026-11-17"}
    assert one.refused("give_back") == "missing" and "还清" in one.refused("give_back", docs_returned="否")
    assert one.do("give_back", docs_returned="是").row.ended_on is not None


def test_a_meeting_closes_after_its_action_items_and_its_opinion_is_public(walker: Walker) -> None:
    actions = [{"text": "划线", "owner": SECOND, "due": "2026-11-20"}]
    one = Case(walker, "three_meetings", topic="停车", held_on="2026-11-09", meeting_kind="hearing")
    one.asked("invite", people=[{"name": "赵一"}])
    assert one.refused("postpone", held_on="2026-11-16") == "reason_missing"
    assert one.refused("hold", actions=actions) == "missing"
    one.do("hold", minutes="听了", actions=actions)
    (item,) = [link.row for link in one.view.links if link.row is not None]
    assert service.linked_to(walker.desk, LinkTarget("case", str(one.view.row.id))) == [item]
    assert "督办" in one.refused("close")
    one.asked("publish", opinion="同意划线")
    assert one.values["published_on"] == "2026-11-09" and "督办" in one.refused("close")
    service.take_step(walker.of(SECOND), item.id, "finish", {"result": "划好了"})
    assert one.do("close").row.ended_on is not None
