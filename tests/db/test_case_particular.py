"""The rules of the reception and of the house: contacts, complaints, repairs, agencies, seals; by the use cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from frontdesk.cases import service
from frontdesk.cases.errors import CaseError
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
    assert one.refused("escalate", reason="再往上", handler=SECOND) == "highest_level"
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
    assert simple.refused("return_down", reason="再往下") == "lowest_level"
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
