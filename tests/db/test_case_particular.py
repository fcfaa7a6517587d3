"""The particular rules of single mechanisms, by the use cases of the desk: each fails if its rule is taken out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.cases import service
from frontdesk.cases.definition.model import Definition
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.errors import CaseError
from frontdesk.cases.papers.making import ledger_of
from frontdesk.cases.service import CaseView, LinkTarget
from tests.casewalks import DEPUTY, MANAGER, OTHER, SECOND, Walker
from tests.desks import new_desk, passing_desk


@pytest.fixture
def walker(tmp_path: Path) -> Iterator[Walker]:
    desk = new_desk(tmp_path / "home")
    yield Walker(desk)
    desk.database.close()


@pytest.mark.parametrize("definition", own_definitions().values(), ids=lambda one: one.code)
def test_ends_are_undone_by_a_manager_with_a_reason_and_nothing_is_broken_off_without_one(
    definition: Definition,
) -> None:
    stops = {one.code for one in definition.states if one.end == "stopped"}
    for one in definition.transitions:
        if one.reopens:
            assert (one.who, one.reason) == (("manager",), "required"), one.code
        if one.level is not None:
            assert one.reason == "required", one.code
        if one.to in stops:
            assert one.reason == "required" or any(ask.required for ask in one.asks), one.code


def guards(definition: Definition, *codes: str) -> dict[str, object]:
    """Who takes these steps (all without any named), what they need, set and open, and whether with a reason."""
    return {
        one.code: (one.from_, one.to, one.who, one.needs, one.sets, one.opens, one.reason, one.level, one.clock)
        for one in definition.transitions
        if not codes or one.code in codes
    }


def test_what_is_tried_of_one_mechanism_holds_for_those_that_are_like_it() -> None:
    own = own_definitions()
    assert guards(own["co_gov_fund"]) == guards(own["self_gov_fund"])
    assert own["co_gov_fund"].works_out == own["self_gov_fund"].works_out
    complaint = guards(own["complaint"])
    for code in ("wish", "mediation"):
        assert complaint.items() <= guards(own[code]).items(), code
    meetings = [one for one in own.values() if one.kind == "meeting" and one.code != "three_meetings"]
    council = own["council_meeting"]
    assert len(meetings) > 8
    for one in meetings:
        assert guards(one, "close", "cancel", "postpone") == guards(council, "close", "cancel", "postpone"), one.code
        hold = one.transition("hold")
        assert hold is not None and "action_item" in {opening.definition for opening in hold.opens}


class Case:
    """A record, the steps that somebody takes of it, and what it has become."""

    def __init__(self, walker: Walker, code: str, by: str = MANAGER, **said: object) -> None:
        self.walker = walker
        self.view = service.open_case(walker.of(by), code, said)

    def do(self, step: str, by: str = MANAGER, reason: str = "", **said: object) -> CaseView:
        self.view = service.take_step(self.walker.of(by), self.view.row.id, step, said, reason)
        self.walker.compare(self.view)
        return self.view

    def refused(self, step: str, by: str = MANAGER, reason: str = "", **said: object) -> str:
        """Why the step cannot be taken: its code, and for a condition the words."""
        before = service.view(self.walker.desk, self.view.row.id).row
        with pytest.raises(CaseError) as found:
            service.take_step(self.walker.of(by), self.view.row.id, step, said, reason)
        assert service.view(self.walker.desk, self.view.row.id).row == before
        words = found.value.details.get("words")
        return str(words) if words else found.value.code

    def asked(self, step: str, by: str = MANAGER, reason: str = "", **said: object) -> CaseView:
        """Take a step that wants all of this: without any one of it, and without the reason given, it is refused."""
        for code in said:
            left: dict[str, Any] = {other: value for other, value in said.items() if other != code}
            assert self.refused(step, by, reason, **left) == "missing", code
        if reason:
            assert self.refused(step, by, "", **said) == "reason_missing"
        return self.do(step, by, reason, **said)

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.view.now.values)

    @property
    def state(self) -> str:
        return self.view.row.state

    @property
    def due(self) -> Any:
        return self.view.row.due_on, self.view.row.due_code


def test_first_contact_is_passed_on_taken_over_by_another_and_comes_back(walker: Walker) -> None:
    one = Case(walker, "first_contact", SECOND, matter="医保怎么转")
    assert one.values["first_receiver"] == SECOND and one.due == ("2026-11-10", "first_reply")
    one.asked("pass_on", SECOND, next_owner="社保窗口")
    assert one.due[1] == "first_reply" or one.due == ("2026-11-10", "taken_over")
    assert one.refused("accept", SECOND) == "only_another"
    one.do("accept", OTHER)
    # Who takes it over has it; who took it in stays known.
    assert (one.values["owner"], one.values["first_receiver"]) == (OTHER, SECOND)
    assert one.refused("give_back", OTHER) == "reason_missing"
    one.do("give_back", OTHER, "不归这里管")
    assert (one.state, one.values["owner"]) == ("received", SECOND)
    one.do("pass_on", SECOND, next_owner="街道")
    one.do("accept", OTHER)
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


def test_a_complaint_climbs_three_levels_with_their_clocks_and_no_further(walker: Walker) -> None:
    one = Case(walker, "complaint", matter="噪音", complexity="complex")
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
    one.asked("whistle", reason="占道的不归居委管", department="城管")
    (whistle,) = [link.row for link in one.view.links if link.row is not None]
    assert (whistle.definition, whistle.state) == ("whistle", "blown")
    one.asked("finish", result="办好了")
    one.asked("call_back", called="unsatisfied")
    assert "close" not in one.refused("close") and one.state == "called_back"
    assert one.refused("close_unsatisfied", reason="尽力了") != "reason_missing"
    one.asked("again", reason="不满意")
    one.do("finish", result="又办了一次")
    one.do("call_back", called="unsatisfied")
    assert one.refused("close") and one.refused("close_unsatisfied", SECOND, "尽力了") == "only_manager"
    assert one.asked("close_unsatisfied", reason="尽力了").row.ended_on is not None
    simple = Case(walker, "complaint", matter="路灯不亮", complexity="simple")
    assert {limit.deadline.code for limit in simple.view.limits} == {"first_contact", "simple", "level_1"}


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
    assert one.values["cost"] == 1250 and one.refused("verify", SECOND) == "only_another"
    assert one.refused("not_fixed", OTHER) == "reason_missing"
    one.do("not_fixed", OTHER, "又裂了")
    one.do("fix", OTHER, result="换了线")
    assert one.refused("verify", OTHER) == "only_another"
    assert one.do("verify", SECOND).row.ended_on is not None
    soon = Case(walker, "repair", what="门关不上", urgency="soon")
    assert soon.due == ("2026-11-10", "assign")
    soon.asked("assign", repairer="木工店")
    assert soon.due == ("2026-11-16", "fix")


OTHER_LINES = [{"line": "物料", "amount": "0"}, {"line": "人工", "amount": "99999"}]
FUND = {"project": "楼道美化", "applicant": "一居", "need_basis": "座谈会", "aim": "干净"}


def running_fund(walker: Walker) -> Case:
    lines = [{"line": "物料", "amount": "600"}, {"line": "人工", "amount": "400"}]
    one = Case(walker, "self_gov_fund", **FUND, budget=lines)
    one.do("discuss", need_basis="座谈会")
    assert "line" not in one.refused("apply", budget=[{"line": "物料", "amount": "1"}, {"line": "物料", "amount": "2"}])
    one.do("apply", budget=lines)
    assert one.refused("review") == "only_another"
    assert one.due == ("2026-11-23", "review")
    one.do("review", DEPUTY)
    assert one.refused("reject", SECOND, "不符合") == "only_manager"
    assert one.refused("approve", SECOND, approved="1000") == "only_manager"
    assert one.refused("approve", approved="1000.01", until="2026-12-31") not in ("missing", "only_manager")
    one.asked("approve", approved="1000", until="2026-12-31")
    one.do("begin")
    assert one.due == ("2026-12-31", "end")
    return one


def voucher(number: str, line: str, amount: str) -> dict[str, str]:
    return {"number": number, "line": line, "day": "2026-11-09", "amount": amount}


def test_a_fund_never_spends_more_than_was_approved_on_any_line(walker: Walker) -> None:
    one = running_fund(walker)
    first = voucher("P1", "物料", "599.99")
    one.asked("spend", vouchers=[first])
    assert (one.values["spent"], one.values["balance"]) == (59999, 40001)
    assert one.refused("spend", vouchers=[first, voucher("P2", "物料", "0.02")]) == "有科目超支了，先调整预算"
    assert "超过了批准的金额" in one.refused("spend", vouchers=[first, voucher("P2", "人工", "400.02")])
    assert "凭证号重复" in one.refused("spend", vouchers=[first, voucher("P1", "人工", "1")])
    assert "不在预算里" in one.refused("spend", vouchers=[first, voucher("P2", "茶水", "1")])
    one.do("spend", vouchers=[first, voucher("P2", "人工", "400"), voucher("P3", "物料", "0.01")])
    assert one.values["balance"] == 0
    assert one.refused("final_check", result="办完了") != "missing"
    one.asked("mid_check", mid_result="过半")
    for wrong, words in (
        (voucher("P2", "物料", "0.02"), "有科目超支了"),
        (voucher("P2", "人工", "400.02"), "超过了批准的金额"),
        (voucher("P1", "人工", "1"), "凭证号重复"),
        (voucher("P2", "茶水", "1"), "不在预算里"),
    ):
        assert words in one.refused("final_check", result="办完了", vouchers=[first, wrong])
    one.asked("final_check", result="办完了")
    assert one.due == ("2026-11-23", "final")
    one.asked("send_back", DEPUTY, "缺照片")
    one.do("final_check", result="办完了")
    assert one.refused("archive") == "only_another"
    assert one.do("archive", DEPUTY).row.ended_on is not None


def test_a_budget_is_changed_by_a_manager_only_to_one_that_holds_what_was_spent(walker: Walker) -> None:
    one = running_fund(walker)
    one.do("spend", vouchers=[voucher("P1", "物料", "500")])

    def lines(*said: tuple[str, str]) -> list[dict[str, str]]:
        return [{"line": line, "amount": amount} for line, amount in said]

    held = lines(("物料", "500"), ("人工", "500"))
    assert one.refused("change_budget", SECOND, "换", budget=held, approved="1000") == "only_manager"
    told = {
        one.refused("change_budget", reason="换", budget=budget, approved=approved)
        for budget, approved in (
            (lines(("物料", "600"), ("物料", "600")), "1000"),
            (held, "499.99"),
            (held, "1000.01"),
            (lines(("茶水", "1000")), "1000"),
            (lines(("物料", "499.99"), ("人工", "600")), "1000"),
        )
    }
    # A line twice, less than was spent, more than the lines come to, no line for a voucher, too little on one.
    assert len(told) == 5 and all(len(words) > 5 for words in told)
    assert one.refused("change_budget", budget=held, approved="1000") == "reason_missing"
    one.do("change_budget", reason="换", budget=held, approved="1000")
    assert one.values["balance"] == 50_000


AMOUNTS = st.lists(st.tuples(st.sampled_from(["物料", "人工"]), st.integers(0, 70_000)), min_size=1, max_size=5)


@given(AMOUNTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_vouchers_and_balances_reconcile_in_whatever_order_they_come(amounts: list[tuple[str, int]]) -> None:
    with passing_desk() as (desk, _):
        one = running_fund(Walker(desk))
        kept: list[dict[str, str]] = []
        spent = {"物料": 0, "人工": 0}
        for place, (line, fen) in enumerate(amounts):
            new = [*kept, voucher(f"P{place}", line, f"{fen // 100}.{fen % 100:02d}")]
            if spent[line] + fen > {"物料": 60_000, "人工": 40_000}[line]:
                assert one.refused("spend", vouchers=new)
                continue
            kept, spent[line] = new, spent[line] + fen
            one.do("spend", vouchers=kept)
            assert one.values["spent"] == sum(spent.values()) and one.values["balance"] == 100_000 - sum(spent.values())
            left = {row["line"]: row["left"] for row in one.values["budget"]}
            assert left == {"物料": 60_000 - spent["物料"], "人工": 40_000 - spent["人工"]}


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
    one.asked("hold", minutes="议了")
    assert one.do("close").row.ended_on is not None
    one = Case(walker, "council_meeting", topic="停车", held_on="2026-11-09", members="5")
    actions = [{"text": "划线", "owner": SECOND, "due": "2026-11-20"}]
    one.do("hold", people=people, minutes="议了", actions=actions)
    (item,) = [link.row for link in one.view.links if link.row is not None]
    assert (item.definition, item.due_on) == ("action_item", "2026-11-20") and "督办" in one.refused("close")
    service.take_step(walker.of(SECOND), item.id, "begin", {})
    assert "督办" in one.refused("close")
    service.take_step(walker.of(SECOND), item.id, "finish", {"result": "划好了"})
    assert one.do("close").row.ended_on is not None


def test_the_five_gates_of_a_joint_review_are_signed_one_by_one_by_who_is_responsible(walker: Walker) -> None:
    one = Case(walker, "joint_review", project="邻里中心", lead=SECOND)
    assert one.refused("pass_survey", SECOND) == "not_now"
    assert one.refused("pass_site", OTHER, site_by="甲", site_on="2026-11-09") == "only_responsible"
    one.asked(
        "rectify",
        SECOND,
        "图纸不全",
        reviewer="区规划",
        reviewed_on="2026-11-09",
        rectify_until="2026-11-13",
    )
    assert one.due == ("2026-11-13", "rectify")
    assert one.refused("fail", SECOND, "不行") == "only_manager"
    one.asked("rectified", SECOND, "补齐了")
    assert one.due == (None, "")
    one.asked("pass_site", SECOND, site_by="甲", site_on="2026-11-09")
    assert one.refused("pass_survey", OTHER) == "only_responsible"
    one.asked("pass_survey", SECOND, survey_by="乙", survey_on="2026-11-09")
    assert one.refused("pass_plan", OTHER) == "only_responsible"
    one.asked("pass_plan", SECOND, plan_by="丙", plan_on="2026-11-09", plan_doc="S3")
    assert one.refused("operate", SECOND) == "not_now"
    for gate, words in (("site_on", "选址"), ("survey_on", "勘察"), ("plan_on", "先签")):
        service.correct(walker.desk, one.view.row.id, {gate: ""}, "签错了")
        assert words in one.refused("finish_building", SECOND)
        service.correct(walker.desk, one.view.row.id, {gate: "2026-11-09"}, "没有签错")
    one.do("finish_building", SECOND)
    assert one.refused("pay", subsidy="1") == one.refused("operate", SECOND) == "not_now"
    assert one.refused("pass_acceptance", OTHER) == "only_responsible"
    one.asked("pass_acceptance", SECOND, accept_by="丁", accept_on="2026-11-09", accept_doc="S4")
    service.correct(walker.desk, one.view.row.id, {"accept_on": ""}, "签错了")
    assert "验收" in one.refused("operate", SECOND)
    service.correct(walker.desk, one.view.row.id, {"accept_on": "2026-11-09"}, "没有签错")
    signed = {"subsidy_by": "戊", "subsidy_on": "2026-11-09", "subsidy_doc": "S5"}
    assert one.refused("sign_subsidy", SECOND, **signed) not in ("missing", "only_responsible")
    one.asked("apply_subsidy", SECOND, subsidy_asked="500000")
    assert "奖补的审核" in one.refused("pay", subsidy="400000")
    assert one.refused("sign_subsidy", OTHER, **signed) == "only_responsible"
    one.asked("sign_subsidy", SECOND, **signed)
    assert (
        "40 万" in one.refused("pay", subsidy="400000.01") and one.refused("pay", SECOND, subsidy="1") == "only_manager"
    )
    one.asked("pay", subsidy="400000")
    # A gate that a correction emptied is open again, wherever the record stands.
    again = one.do("reopen_paid", reason="核对")
    service.correct(walker.desk, again.row.id, {"accept_on": ""}, "签错了")
    assert "验收" in one.refused("pay", subsidy="1")


def test_two_years_below_the_stars_in_a_row_bar_an_operator_and_a_gap_does_not(walker: Walker) -> None:
    def year(number: int, operator: str, below: bool) -> None:
        one = Case(walker, "star_rating", year=str(number), operator=operator)
        one.asked("review", DEPUTY, items=[{"item": "服务", "score": "3"}])
        assert one.values["score"] == 3 and one.refused("rate", SECOND, level="three") == "only_manager"
        assert one.refused("below", SECOND, "不到三星") == "only_manager"
        one.asked("below", reason="不到三星") if below else one.asked("rate", level="three")
        assert one.values["rated_on"] == "2026-11-09"

    def told() -> list[tuple[str, int, bool]]:
        found = [line.run for line in service.streaks(walker.desk)]
        return [(one.by, one.length, one.has_consequence) for one in found]

    empty = Case(walker, "star_rating", year="2030", operator="丙")
    empty.do("review", items=[{"item": "服务", "score": "0"}])
    assert empty.refused("rate", level="three") not in ("missing", "only_manager")
    year(2025, "甲", True)
    assert told() == [("甲", 1, False)]
    year(2024, "乙", True)
    year(2026, "乙", True)
    year(2026, "甲", True)
    assert sorted(told()) == sorted([("乙", 1, False), ("甲", 2, True)])
    year(2027, "甲", False)
    assert told() == [("乙", 1, False)]


def test_a_demand_round_ranks_draws_its_line_and_makes_projects_of_what_is_above(walker: Walker) -> None:
    votes = [("书法", "30", "2"), ("缝纫", "12", "5"), ("理发", "30", "2"), ("羽毛球", "1", "0")]
    options = [{"text": text, "votes_residents": some, "votes_units": few} for text, some, few in votes]
    said: dict[str, Any] = {
        "year": "2027",
        "title": "需求遴选",
        "channel": "paper",
        "until": "2026-11-20",
        "options": options,
    }
    one = Case(walker, "demand_round", **said, sent_residents="50", sent_units="6")
    one.do("begin")
    assert one.due == ("2026-11-20", "collect")
    assert "交回的不能比发出的多" in one.refused("count", options=options, returned_residents="51", returned_units="5")
    assert "交回的不能比发出的多" in one.refused("count", options=options, returned_residents="50", returned_units="7")
    one.asked("count", returned_residents="45", returned_units="6")
    assert [row["rank"] for row in one.values["options"]] == [1, 3, 1, 4] and one.values["returned_rate"] == 900
    assert one.refused("select", SECOND, options=options, cut_line="17") == "only_manager"
    assert one.refused("select", options=options, cut_line="33") not in ("missing", "only_manager")
    one.asked("select", cut_line="17")
    assert [row["selected"] for row in one.values["options"]] == [True, True, True, False]
    one.asked("publish", published_on="2026-11-10")
    made = [link.row for link in one.do("execute").links if link.row is not None]
    assert sorted(row.title for row in made) == ["书法", "理发", "缝纫"]
    assert {row.definition for row in made} == {"service_project"}


def test_what_is_purchased_is_purchased_before_it_has_its_day(walker: Walker) -> None:
    item = walker.to_state(walker.opened("service_item", valid_until=""), {"listed"}).row.number

    def accepted(mode: str) -> Case:
        one = Case(walker, "delivery_order", item=item, wish="测血压", want_date="2026-11-20")
        assert one.due == ("2026-11-16", "answer")
        one.asked("accept", taken_by=SECOND, purchase_mode=mode)
        assert one.due == ("2026-11-20", "wanted")
        return one

    for mode in ("free", "sponsor"):
        one = accepted(mode)
        assert "直接排期" in one.refused("purchase", supplier="甲公司")
        assert one.asked("schedule", session=walker.session).row.state == "scheduled"
    one = accepted("purchase")
    # The desk does not offer a step whose form would be filled in for nothing.
    in_the_way = {step.code: why for step, why in service.view(walker.desk, one.view.row.id).steps}
    assert in_the_way["purchase"] is None and in_the_way["schedule"] is not None
    assert "去购买" in one.refused("schedule", session=walker.session)
    assert one.refused("purchase", cost="1200.50") == "missing"
    one.do("purchase", supplier="甲公司", cost="1200.50")
    assert one.refused("schedule", session=walker.session) == "not_now"
    assert one.asked("schedule_bought", session=walker.session).row.state == "scheduled"
    one.asked("deliver", delivered_on="2026-11-09")
    assert one.due == ("2026-11-16", "rating") and one.values["cost"] == 120_050


def test_a_correction_gets_round_no_step(walker: Walker) -> None:
    def refused(case: Case, by: str, **said: object) -> str:
        with pytest.raises(CaseError) as found:
            service.correct(walker.of(by), case.view.row.id, said, "写错了")
        words = found.value.details.get("words")
        return str(words) if words else found.value.code

    fund = running_fund(walker)
    approved = Case(walker, "self_gov_fund", **FUND, budget=[{"line": "物料", "amount": "600"}])
    approved.do("discuss", need_basis="座谈会")
    assert "物料" in str(
        service.correct(walker.of(SECOND), approved.view.row.id, {"budget": OTHER_LINES}, "写错了").now
    )
    approved.do("apply", SECOND, budget=[{"line": "物料", "amount": "600"}])
    # Once it was applied for, only who may change it later may write it.
    assert refused(approved, SECOND, budget=OTHER_LINES) == "only_manager"
    fund.do("spend", vouchers=[voucher("P1", "物料", "500")])
    # What only a manager approves only a manager corrects, and no more than the lines come to.
    assert refused(fund, SECOND, approved="900") == "only_manager"
    assert refused(fund, MANAGER, approved="1000.01") not in ("only_manager", "not_written_yet")
    assert refused(fund, SECOND, budget=[{"line": "物料", "amount": "1000"}]) == "only_manager"
    # A voucher is corrected by whoever keeps them, within the same bounds as it was written.
    for wrong, words in (
        ([voucher("P1", "物料", "600.01")], "超支"),
        ([voucher("P1", "物料", "1"), voucher("P1", "人工", "1")], "凭证号重复"),
        ([voucher("P1", "茶水", "1")], "不在预算里"),
    ):
        assert words in refused(fund, SECOND, vouchers=wrong)
    after = service.correct(walker.of(SECOND), fund.view.row.id, {"vouchers": [voucher("P1", "物料", "450")]}, "写错了")
    assert after.now.values["balance"] == 55_000
    assert refused(fund, MANAGER, mid_result="过半") == "not_written_yet"
    # No gate is signed by a correction, nor is who signs it changed by somebody else.
    gates = Case(walker, "joint_review", project="邻里中心", lead=SECOND)
    assert refused(gates, SECOND, accept_on="2026-11-09") == "not_written_yet"
    assert refused(gates, OTHER, lead=OTHER) == "only_responsible"
    gates.do("pass_site", SECOND, site_by="甲", site_on="2026-11-09")
    assert refused(gates, OTHER, site_on="2026-11-08") == "only_responsible"
    assert service.correct(walker.of(SECOND), gates.view.row.id, {"site_on": "2026-11-08"}, "写错了")
    # What was allowed because it is on the list does not leave it afterwards; who allowed it is a manager's to mend.
    entry = Case(walker, "seal_list", matter="居住证明", basis="清单").view.row.number
    seal = Case(walker, "seal_use", SECOND, matter="证明", list_entry=entry, applicant="赵一", copies="1")
    seal.do("approve")
    assert "清单" in refused(seal, MANAGER, list_entry="")
    assert refused(seal, SECOND, approver=SECOND) == "only_manager"
    # A day that only a manager puts off is not put off by a correction.
    item = Case(walker, "action_item", text="划线", owner=SECOND, due="2026-11-20")
    assert refused(item, SECOND, due="2026-12-20") == "only_manager"


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
    one.asked("return_down", reason="街镇能办")
    one.asked("close", result="拆了")
    assert one.due == ("2026-11-20", "review") and one.values["closed_on"] == "2026-11-13"
    one.asked("again", reason="又搭起来了")
    assert one.state == "blown"
    silent = Case(walker, "whistle", item="违建", department="城管", reason="又来")
    assert silent.refused("no_response") == "reason_missing"
    assert silent.do("no_response", reason="三天没人来").row.ended_on is not None


def test_a_project_is_procured_before_it_is_awarded_and_takes_only_the_fees_that_were_announced(
    walker: Walker,
) -> None:
    one = Case(walker, "service_project", name="老年午餐", lead=SECOND)
    assert one.refused("award", provider="甲公司", procurement="direct", category="为老服务") == "not_now"
    one.asked("tender", procurement="tender")
    awarded = {"category": walker.desk.settings.service_categories[0], "provider": "甲公司"}
    assert one.refused("award", SECOND, **awarded) == "only_manager"
    one.asked("award", **awarded)
    one.asked("begin", starts_on="2026-11-09", until="2026-12-31")
    assert one.due == ("2026-12-31", "end")
    prices = [{"item": "午餐", "price": "12.50"}]
    assert one.refused("set_prices", SECOND, "公示", price_list=prices) == "only_manager"
    one.asked("set_prices", reason="公示", price_list=prices)

    def receipt(number: str, item: str, fee: str = "", refund: str = "") -> dict[str, str]:
        return {"number": number, "day": "2026-11-09", "item": item, "fee": fee, "refund": refund}

    assert "公示" in one.refused("receive", receipts=[receipt("S1", "点心", "5")])
    assert "收据号" in one.refused("receive", receipts=[receipt("S1", "午餐", "12.5"), receipt("S1", "午餐", "12.5")])
    assert "退的比收的多" in one.refused("receive", receipts=[receipt("S1", "午餐", "12.5", "12.51")])
    one.asked("receive", receipts=[receipt("S1", "午餐", "12.50"), receipt("S2", "午餐", "12.50", "2.50")])
    assert (one.values["fees"], one.values["refunds"], one.values["fees_net"]) == (2500, 250, 2250)
    assert one.refused("stop", SECOND, "不办了") == "only_manager"
    assert one.asked("close", result="办完了").row.ended_on is not None


def test_a_resource_is_used_only_as_far_as_it_was_received(walker: Walker) -> None:
    said = {"source_class": "raised", "kind": "money", "what": "助学金", "donor": "甲公司", "amount": "100"}
    one = Case(walker, "resource", **said)
    one.asked("receive", received_on="2026-11-09")
    uses = [{"day": "2026-11-09", "what": "书", "amount": "60.01"}, {"day": "2026-11-10", "what": "笔", "amount": "40"}]
    assert "用掉的比收到的多" in one.refused("use", uses=uses)
    one.asked("use", uses=[uses[0]])
    assert (one.values["used"], one.values["left"]) == (6001, 3999)
    assert "用掉的比收到的多" in one.refused("use", uses=uses)


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
    items = [{"item": "灭火器", "fine": "是"}, {"item": "地砖", "fine": "否", "repair": "是", "finding": "松了"}]
    one = Case(walker, "inspection", SECOND, items=items, inspector=SECOND)
    assert (one.values["checked"], one.values["faults"], one.values["fine_rate"]) == (2, 1, 500)
    assert "整改" in one.refused("pass", SECOND) and one.due == ("2026-11-11", "decide")
    one.asked("rectify", SECOND, rectify_until="2026-11-16")
    assert one.due == ("2026-11-16", "rectify")
    assert [link.row.definition for link in one.view.links if link.row is not None] == ["repair"]
    one.asked("finish", SECOND, rectified="补好了")
    assert one.refused("accept", SECOND) == "only_another"
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


def test_an_operator_is_warned_rewarded_and_put_out_by_a_manager(walker: Walker) -> None:
    said = {"operator": "某社", "contract_no": "1 号", "since": "2026-01-01", "until": "2026-12-31", "duties": "运营"}
    one = Case(walker, "operator_contract", SECOND, **said)
    assert one.due == ("2026-12-31", "contract")
    one.do("begin", SECOND)
    warnings = [{"day": "2026-11-09", "reason": "不到岗"}]
    assert one.refused("warn", SECOND, "不到岗", warnings=warnings) == "only_manager"
    assert one.refused("exit", SECOND, exit_reason="不续") == "only_manager"
    one.asked("reward", incentives=[{"day": "2026-11-09", "what": "奖", "amount": "1000.50"}])
    one.asked("warn", reason="不到岗", warnings=warnings)
    assert (one.values["warning_count"], one.values["incentive_sum"]) == (1, 100_050)
    assert one.refused("lift", SECOND, "改好了") == "only_manager"
    assert one.asked("exit", exit_reason="两次警告").row.ended_on is not None


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
    one.do("again", reason="只来看了一眼", due="2026-11-16")
    one.do("attend", attended_by="钱二")
    assert one.asked("solve", result="清走了").row.ended_on is not None


def test_an_agency_ends_only_when_the_papers_are_handed_back(walker: Walker) -> None:
    one = Case(
        walker, "agency", matter="办老年卡", client="赵一", docs_received=[{"document": "身份证", "copies": "1"}]
    )
    assert one.due == ("2026-11-11", "submit") and one.refused("submit") == "missing"
    one.do("submit", submitted_to="街道")
    assert one.refused("withdraw", reason="不办了", docs_returned="否") not in ("missing", "reason_missing")
    assert one.due == ("2026-11-30", "result")
    one.asked("finish", result="办好了")
    assert one.due[1] == "return"
    for answer in ("否", ""):
        assert one.refused("give_back", docs_returned=answer) and one.state == "result"
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
