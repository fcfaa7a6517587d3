"""The rules of what is scored and graded: weights, grades, appeals, who decides; every figure worked out by hand."""

from __future__ import annotations

import pytest

from frontdesk.cases import service
from frontdesk.cases.errors import CaseError
from tests.casesteps import Case, figures_of
from tests.casewalks import DEPUTY, MANAGER, OTHER, SECOND, Walker

ITEMS = [
    {"indicator": "设施", "weight": "50", "self_score": "80", "found": "7", "target_least": "5", "target_most": "9"},
    {"indicator": "机制", "weight": "30", "self_score": "59", "found": "10", "target_most": "9"},
    {"indicator": "满意", "weight": "20", "self_score": "60", "found": "4", "target_least": "5"},
]


def test_a_self_check_adds_its_weighted_scores_and_is_reviewed_by_another_and_settled_by_a_manager(
    walker: Walker,
) -> None:
    one = Case(walker, "self_check", SECOND, period="2026-11", items=ITEMS)
    # 50 × 80 + 30 × 59 + 20 × 60 = 6970 hundredths; at 60 points a line is met, so two of three lines are.
    told = [one.values[key] for key in ("score", "met", "all_items", "attainment", "grade")]
    assert told == [70, 2, 3, 667, "fair"]
    assert [row["reached"] for row in one.values["items"]] == [True, False, False]
    assert [row["met"] for row in one.values["items"]] == [True, False, True]
    heavy = [*ITEMS[:2], {**ITEMS[2], "weight": "21"}]
    light = [*ITEMS[:2], {**ITEMS[2], "weight": "19"}]
    for wrong in (heavy, light):
        assert one.refused("score", SECOND, items=wrong) == "权重合计要是 100，核对各项权重"
    one.do("score", SECOND, items=ITEMS)
    assert one.refused("review", SECOND, items=ITEMS) == "only_another_or_outside"
    assert one.refused("send_back", OTHER) == "reason_missing"
    one.do("send_back", OTHER, "佐证不全")
    one.do("score", SECOND, items=ITEMS)
    better = [{**row, "self_score": score} for row, score in zip(ITEMS, ("95", "80", "95"), strict=True)]
    one.do("review", OTHER, items=better)
    # 4750 + 2400 + 1900 = 9050 hundredths.
    assert (one.values["score"], one.values["attainment"], one.values["grade"]) == (91, 1000, "excellent")
    assert one.refused("settle", SECOND) == "only_manager"
    assert one.do("settle", MANAGER).row.ended_on == "2026-11-09"
    assert figures_of(walker, "self_check") == {"settled": {"excellent": 1}, "items": 3, "items_met": 3}
    none = Case(walker, "self_check", period="2026-11", items=ITEMS)
    assert none.refused("void") == "reason_missing"


def test_in_a_centre_of_one_person_a_body_from_outside_reviews_decides_and_verifies(walker: Walker) -> None:
    sheet = Case(walker, "self_check", period="2026-11", items=ITEMS)
    sheet.do("score", items=ITEMS)
    assert sheet.refused("review", items=ITEMS, review_body="街道办事处") == "only_another_or_outside"
    sheet.do("review", items=ITEMS, review_body="街道办事处", reviewer="甲乙丙")
    assert sheet.do("settle").row.ended_on is not None
    graded = Case(walker, "provider_grading", provider="甲社", period="2026-11")
    graded.do("rate", ratings="20", satisfaction="90", attendance="80", punctual="70")
    graded.do("publish")
    graded.do("appeal", appeal="到场少算一次")
    assert graded.refused("decide", MANAGER, "重算", decider="甲乙丙") == "only_another_or_outside"
    assert graded.do("decide", MANAGER, "重算", decide_body="街道办事处", decider="甲乙丙").row.ended_on is not None
    task = Case(walker, "project_task", task="刷墙", period="week", due="2026-11-13")
    task.do("begin")
    task.do("finish", result="刷好了")
    # Who is no manager does not verify it by naming somebody either.
    assert task.refused("verify", SECOND, verify_body="推进小组", verifier="甲乙丙") == "only_manager"
    assert task.do("verify", verify_body="推进小组", verifier="甲乙丙").row.ended_on is not None


def test_what_a_self_check_comes_to_is_graded_from_60_75_and_90_points_on(walker: Walker) -> None:
    def grade(score: str) -> object:
        line = {"indicator": "设施", "weight": "100", "self_score": score}
        return Case(walker, "self_check", period="2026-11", items=[line]).values["grade"]

    assert [grade(score) for score in ("59", "60", "74", "75", "89", "90")] == [
        "poor",
        "fair",
        "fair",
        "good",
        "good",
        "excellent",
    ]


def rated(walker: Walker, provider: str, satisfaction: str, attendance: str, punctual: str) -> Case:
    one = Case(walker, "provider_grading", SECOND, provider=provider, period="2026-11")
    figures = {"satisfaction": satisfaction, "attendance": attendance, "punctual": punctual}
    for percent in figures:
        assert one.refused("rate", SECOND, ratings="20", **{**figures, percent: "101"}) == "too_large"
    one.asked("rate", SECOND, ratings="20", **figures)
    return one


def test_a_provider_is_graded_published_may_appeal_and_another_manager_decides(walker: Walker) -> None:
    walker.later(4)
    one = rated(walker, "甲社", "90", "80", "70")
    # 45 + 24 + 14 = 83.
    assert (one.values["score"], one.values["grade"]) == (83, "b")
    assert one.refused("publish", SECOND, award="1000") == "only_manager"
    one.do("publish", award="1000")
    # Five working days from Friday the 13th, then ten from Monday the 16th.
    assert one.due == ("2026-11-20", "appeal")
    walker.later(3)
    one.asked("appeal", SECOND, appeal="到场少算一次")
    assert one.due == ("2026-11-30", "decide")
    assert one.refused("decide", SECOND, "重算") == "only_another"
    assert one.refused("decide", OTHER, "重算") == "only_manager"
    assert one.refused("decide", attendance="100") == "reason_missing"
    one.do("decide", DEPUTY, "重算", satisfaction="95", attendance="100", punctual="70")
    # 47.5 + 30 + 14 = 91.5, and the nearest whole of it is 92.
    assert (one.values["score"], one.values["grade"], one.values["decided_on"]) == (92, "a", "2026-11-16")
    plain = rated(walker, "乙社", "60", "60", "60")
    plain.do("publish")
    assert plain.refused("settle", SECOND) == "only_manager"
    plain.do("settle")
    assert (plain.values["grade"], plain.values["decided_on"], plain.due) == ("c", "2026-11-16", (None, ""))
    poor = rated(walker, "丙社", "59", "59", "59")
    assert poor.values["grade"] == "d"
    skipped = Case(walker, "provider_grading", provider="丁社", period="2026-11")
    assert skipped.refused("skip") == "reason_missing"
    skipped.do("skip", reason="没有评价")
    assert figures_of(walker, "provider_grading") == {"graded": {"": 1, "a": 1, "c": 1}, "award": 100_000}


def test_who_appealed_does_not_decide_of_it_though_a_manager(walker: Walker) -> None:
    one = rated(walker, "甲社", "90", "80", "70")
    one.do("publish")
    one.do("appeal", MANAGER, appeal="到场少算一次")
    assert one.refused("decide", MANAGER, "重算") == "only_another_or_outside"
    assert one.do("decide", DEPUTY, "重算").row.ended_on is not None


def test_what_the_third_party_finds_is_put_right_by_its_day_and_accepted_by_another(walker: Walker) -> None:
    walker.later(4)
    items = [
        {"item": "制度上墙", "fine": "是"},
        {"item": "灭火器", "fine": "否", "finding": "过期"},
        {"item": "台账", "fine": "是"},
    ]
    one = Case(walker, "third_party_supervision", SECOND, items=items)
    assert one.due == ("2026-11-17", "decide")
    assert [one.values[key] for key in ("checked", "fine_count", "faults", "fine_rate")] == [3, 2, 1, 667]
    assert "请办整改" in one.refused("pass", SECOND)
    one.asked("rectify", SECOND, rectify_until="2026-11-20")
    assert one.due == ("2026-11-20", "rectify")
    walker.later(10)
    one.asked("finish", SECOND, rectified="换了")
    assert one.due == (None, "") and one.refused("accept", SECOND) == "only_another_or_outside"
    assert one.refused("send_back", OTHER, rectify_until="2026-11-27") == "reason_missing"
    one.correct(rectify_until="")
    assert one.refused("send_back", OTHER, "没有换全") == "missing"
    one.correct(rectify_until="2026-11-20")
    one.do("send_back", OTHER, "没有换全", rectify_until="2026-11-27")
    assert one.due == ("2026-11-27", "rectify_again")
    one.do("finish", SECOND, rectified="都换了")
    assert one.due == (None, "")
    assert one.do("accept", OTHER).row.ended_on == "2026-11-23"
    fine = Case(walker, "third_party_supervision", SECOND, items=items[:1])
    assert "直接办结" in fine.refused("rectify", SECOND, rectify_until="2026-11-27")
    fine.do("pass", SECOND)
    # What was put right on the 23rd instead of the 20th was late, and another day for the rest does not mend that.
    found = figures_of(walker, "third_party_supervision")
    assert found == {"done": 2, "in_time": 0, "items": 4, "faults": 1}


def test_a_service_is_promoted_with_its_evidence_by_a_manager_and_dated(walker: Walker) -> None:
    item = walker.to_state(walker.opened("service_item"), {"listed"}).row.number
    one = Case(walker, "list_promotion", SECOND, item=item, year="2026", from_list="town", to_list="district")
    evidence = {"ratings": "20", "rate": "90%", "attendance": "35", "reason": "常常点"}
    for left in evidence:
        with pytest.raises(CaseError) as found:
            said = {key: value for key, value in evidence.items() if key != left}
            service.take_step(walker.of(SECOND), one.view.row.id, "nominate", said)
        assert found.value.code == "missing", left
    one.view = service.take_step(walker.of(SECOND), one.view.row.id, "nominate", evidence)
    for rate in ("rate_permille", "rate_low", "rate_high"):
        with pytest.raises(CaseError) as found:
            service.correct(walker.desk, one.view.row.id, {rate: "1001"}, "写错了")
        assert found.value.code == "too_large"
    assert one.values["nominated_on"] == "2026-11-09"
    assert one.refused("approve", SECOND) == "only_manager"
    one.do("approve")
    assert one.do("list", SECOND).now.values["listed_on"] == "2026-11-09"
    other = Case(walker, "list_promotion", item=item, year="2026", to_list="mobile")
    assert other.refused("turn_down") == "reason_missing"
    assert figures_of(walker, "list_promotion") == {"nominated": 1, "listed": {"district": 1}}


def test_what_a_centre_offers_is_listed_suspended_and_retired(walker: Walker) -> None:
    said = {"list_type": "district", "service": "测血压", "provider": "甲社", "valid_until": "2026-12-31"}
    one = Case(walker, "service_item", SECOND, **said)
    one.do("list", SECOND)
    assert one.due == ("2026-12-31", "valid")
    one.do("revise", SECOND, valid_until="2027-12-31")
    assert one.due == ("2027-12-31", "valid")
    for step in ("suspend", "retire"):
        assert one.refused(step, SECOND) == "reason_missing"
    one.do("suspend", SECOND, "人手不够")
    assert one.due == (None, "")
    one.do("retire", SECOND, "停办")


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
