"""The particular rules of what costs money or is signed for: each fails if its rule is taken out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.cases import service
from frontdesk.cases.errors import CaseError
from frontdesk.cases.words import view_lines
from tests.casesteps import Case
from tests.casewalks import DEPUTY, MANAGER, OTHER, SECOND, Walker
from tests.desks import passing_desk

FUND = {"project": "楼道美化", "applicant": "一居", "need_basis": "座谈会", "aim": "干净"}


OTHER_LINES = [{"line": "物料", "amount": "0"}, {"line": "人工", "amount": "99999"}]


def running_fund(walker: Walker) -> Case:
    lines = [{"line": "物料", "amount": "600"}, {"line": "人工", "amount": "400"}]
    one = Case(walker, "self_gov_fund", **FUND, budget=lines)
    one.do("discuss", need_basis="座谈会")
    assert "line" not in one.refused("apply", budget=[{"line": "物料", "amount": "1"}, {"line": "物料", "amount": "2"}])
    assert one.refused("apply", budget=[]) == "missing"
    one.do("apply", budget=lines)
    assert one.values["planned"] == 100_000 and one.refused("review") == "only_another_or_outside"
    assert one.due == ("2026-11-23", "review")
    one.do("review", DEPUTY)
    assert one.refused("reject", SECOND, "不符合") == "only_manager"
    assert one.refused("approve", SECOND, approved="1000") == "only_manager"
    assert one.refused("approve", approved="1000.01", until="2026-12-31") not in ("missing", "only_manager")
    one.asked("approve", approved="1000", until="2026-12-31")
    one.do("begin")
    assert one.limits == {"end": "2026-12-31"}
    return one


def voucher(number: str, line: str, amount: str) -> dict[str, str]:
    return {"number": number, "line": line, "day": "2026-11-09", "amount": amount}


def test_what_is_approved_below_the_budget_is_said_in_words_of_the_record(walker: Walker) -> None:
    for code in ("self_gov_fund", "co_gov_fund"):
        lines = [{"line": "物料", "amount": "600"}, {"line": "人工", "amount": "400"}]
        one = Case(walker, code, **FUND, budget=lines)
        one.do("discuss", need_basis="座谈会")
        one.do("apply", budget=lines)
        one.do("review", DEPUTY)
        # As long as nothing is approved nothing is beside it.
        assert "beside_budget" not in one.values
        one.do("approve", approved="800", until="2026-12-31")
        assert one.values["beside_budget"] == -20_000
        assert "  批准与预算相差（负数是少批）: -200.00" in view_lines(one.view, [""] * len(one.view.log))


def test_a_fund_never_spends_more_than_was_approved_on_any_line(walker: Walker) -> None:
    one = running_fund(walker)
    first = voucher("P1", "物料", "599.99")
    one.asked("spend", vouchers=[first])
    # 599.99 of 1000 are 60.0 % to the nearest thousandth.
    assert [one.values[key] for key in ("spent", "balance", "used_rate")] == [59_999, 40_001, 600]
    assert one.refused("spend", vouchers=[first, voucher("P2", "物料", "0.02")]) == "有科目超支了，先调整预算：1. 物料"
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
    assert one.limits == {"final": "2026-11-23"}
    one.asked("send_back", DEPUTY, "缺照片")
    assert one.limits == {"end_again": "2026-12-31"}
    one.do("final_check", result="办完了")
    assert one.limits == {"final": "2026-11-23"}
    assert one.refused("archive") == "only_another_or_outside"
    assert one.do("archive", DEPUTY).row.ended_on is not None


def test_in_a_centre_of_one_person_a_body_from_outside_reviews_and_accepts_a_fund_and_is_written_down(
    walker: Walker,
) -> None:
    lines = [{"line": "物料", "amount": "600"}]
    one = Case(walker, "self_gov_fund", **FUND, budget=lines)
    one.do("discuss", need_basis="座谈会")
    one.do("apply", budget=lines)
    # A body without anybody, or somebody of nowhere, is no review.
    assert one.refused("review", review_body="一街道办事处") == "only_another_or_outside"
    assert one.refused("review", reviewer="甲乙丙") == "only_another_or_outside"
    one.do("review", review_body="一街道办事处", reviewer="甲乙丙")
    assert one.values["review_body"] == "一街道办事处" and one.view.now.moved_by == MANAGER
    # What it says is not taken away as long as the record is past it.
    with pytest.raises(CaseError, match="missing"):
        service.correct(walker.desk, one.view.row.id, {"review_body": ""}, "写错了")
    one.asked("approve", approved="600", until="2026-12-31")
    one.do("begin")
    one.asked("mid_check", mid_result="过半")
    one.do("final_check", result="办完了")
    # The reviewer of the beginning is not who accepts at the end.
    assert one.refused("archive") == "only_another_or_outside"
    assert one.do("archive", final_body="一街道办事处", final_reviewer="甲乙丙").row.ended_on is not None


def test_who_names_a_reviewer_from_outside_may_still_not_do_what_a_manager_has_to(walker: Walker) -> None:
    one = Case(walker, "self_gov_fund", **FUND, budget=[{"line": "物料", "amount": "600"}])
    one.do("discuss", SECOND, need_basis="座谈会")
    one.do("apply", SECOND, budget=[{"line": "物料", "amount": "600"}])
    one.do("review", SECOND, review_body="一街道办事处", reviewer="甲乙丙")
    assert one.refused("approve", SECOND, approved="600", until="2026-12-31") == "only_manager"


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
    assert one.refused("change_budget", reason="换", budget=held, approved="") == "missing"
    one.do("change_budget", reason="换", budget=held, approved="1000")
    assert one.values["balance"] == 50_000


AMOUNTS = st.lists(st.tuples(st.sampled_from(["物料", "人工"]), st.integers(0, 70_000)), min_size=1, max_size=5)


@given(AMOUNTS)
@settings(max_examples=15)
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


def signed_by(gate: str) -> dict[str, str]:
    """What the signature of a gate asks for."""
    name = gate.removeprefix("pass_").replace("acceptance", "accept")
    said = {f"{name}_by": "甲", f"{name}_on": "2026-11-09"}
    return said if name in ("site", "survey") else said | {f"{name}_doc": "S1"}


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
    for gate, state in (("pass_site", "site"), ("pass_survey", "survey"), ("pass_plan", "plan")):
        other = Case(walker, "joint_review", project="旧中心", lead=SECOND)
        for step in ("pass_site", "pass_survey", "pass_plan")[: ("site", "survey", "plan").index(state)]:
            other.do(step, SECOND, **signed_by(step))
        other.do("rectify", SECOND, "图纸不全", reviewer="区规划", reviewed_on="2026-11-09", rectify_until="2026-11-13")
        # What passes after all has nothing left to put right.
        assert other.do(gate, SECOND, **signed_by(gate)).row.due_on is None
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
    one.do("rectify", SECOND, "消防不全", reviewer="消防", reviewed_on="2026-11-09", rectify_until="2026-11-13")
    assert one.due == ("2026-11-13", "rectify")
    one.asked("pass_acceptance", SECOND, accept_by="丁", accept_on="2026-11-09", accept_doc="S4")
    assert one.due == (None, "")
    for gate, words in (("site_on", "选址"), ("survey_on", "勘察"), ("plan_on", "方案")):
        # What was needed for building is not emptied any more.
        with pytest.raises(CaseError) as found:
            one.correct(**{gate: ""})
        assert words in str(found.value.details["words"])
    one.correct(accept_on="")
    assert "验收" in one.refused("operate", SECOND)
    one.correct(accept_on="2026-11-09")
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
        assert one.refused("rate", level="three", reward="60000.01") == "too_large"
        assert one.refused("rate", reward="60000") == "missing"
        one.asked("below", reason="不到三星") if below else one.do("rate", level="three", reward="60000")
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
    assert one.limits == {"rating": "2026-11-16"} and one.values["cost"] == 120_050


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


def test_a_project_is_procured_before_it_is_awarded_and_takes_only_the_fees_that_were_announced(
    walker: Walker,
) -> None:
    one = Case(walker, "service_project", name="老年午餐", lead=SECOND)
    assert one.refused("award", provider="甲公司", procurement="direct", category="为老服务") == "not_now"
    one.asked("tender", procurement="tender")
    awarded = {"category": walker.desk.settings.service_categories[0], "provider": "甲公司"}
    assert one.refused("award", SECOND, **awarded) == "only_manager"
    one.correct(procurement="")
    assert one.refused("award", **awarded) == "missing"
    one.correct(procurement="tender")
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
