"""What every mechanism asks for at its opening, and what is due from then on: opened on a Friday, counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from frontdesk.cases import service
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.errors import CaseError
from tests.casesteps import limits_of
from tests.casewalks import MANAGER, Walker
from tests.desks import new_desk

FRIDAY = date(2026, 11, 13)
Said = dict[str, object]

MEETING: Said = {"topic": "停车", "held_on": "2026-11-20"}
FUND: Said = {"project": "楼道美化", "applicant": "一居", "need_basis": "座谈会", "aim": "干净"}
FUND_LINES: Said = {"budget": [{"line": "物料", "amount": "1"}]}
ORDER: Said = {"item": "@service_item", "wish": "书法"}
ROUND: Said = {"title": "遴选", "channel": "paper", "until": "2026-11-27", "sent_residents": "9", "sent_units": "0"}
MONEY_OF_A_YEAR: Said = {"since": "2026-01-01", "until": "2026-12-31"}
CALLED = {"first_contact": "2026-11-16", "simple": "2026-11-20", "level_1": "2026-11-20"}
"""A working day, five working days, and five on the first level: over one weekend."""
FINE = [{"item": "灭火器", "fine": "是"}]

OPENINGS: dict[str, tuple[Said, dict[str, str]]] = {
    "action_item": ({"text": "划线", "due": "2026-11-20"}, {"due": "2026-11-20"}),
    # What takes fifteen working days is over three weekends.
    "agency": (
        {"matter": "老年卡", "client": "赵一", "docs_received": [{"document": "身份证"}]},
        {"submit": "2026-11-17", "result": "2026-12-04"},
    ),
    "all_post_competency": ({"person": MANAGER, "matter": "居住证"}, {}),
    "area_joint_meeting": (MEETING, {}),
    "area_weekly_meeting": (MEETING, {}),
    "assist_list": ({"matter": "津贴", "basis": "清单"}, {}),
    "certified_ratio": ({"staff": [{"person": MANAGER}]}, {}),
    "co_gov_fund": (FUND | FUND_LINES, {}),
    "co_governance_meeting": (MEETING, {}),
    "committee": ({"name": "治保委员会", "kind": "committee"}, {}),
    "community_analysis": ({"year": "2026", "dimension": "people", "finding": "老人多"}, {}),
    "community_congress": (MEETING, {}),
    "complaint": ({"matter": "噪音"}, CALLED),
    "conference_issue": ({"matter": "用地", "bottleneck": "level"}, {}),
    "council_meeting": (MEETING, {}),
    "council_member": (
        {"member": "赵一", "organisation": "甲社", "org_type": "team", "since": "2026-01-01"},
        {},
    ),
    "deliberation": ({"topic": "停车", "raised_by": "resident", "topic_class": "parking"}, {"accept": "2026-11-16"}),
    "delivery_order": (ORDER, {"answer": "2026-11-20"}),
    "demand_round": (ROUND | {"year": "2027", "options": [{"text": "书法"}]}, {"collect": "2026-11-27"}),
    "department_review": ({"department": "城管", "period": "2026-Q4"}, {}),
    "dispatch_order": (
        {"task": "布置", "staff_group": "property", "person": "赵一"},
        {"acknowledge": "2026-11-16", "finish": "2026-11-13"},
    ),
    "duty_list": ({"item": "占道", "party": "dept", "duty_text": "清理", "owner": "城管"}, {}),
    "expert_advice": (
        {"expert": "赵一", "visit_on": "2026-11-13", "topic": "动线", "advice": "加坡道"},
        {"answer": "2026-12-11"},
    ),
    "first_contact": ({"matter": "医保"}, {"first_reply": "2026-11-16", "reply": "2026-11-20"}),
    "four_deliberations": ({"project": "花园"}, {}),
    "grid": ({"name": "一格", "level": "micro", "leader": "赵一"}, {}),
    "grid_duty_roster": ({"roster_type": "leader", "grid": "@grid"}, {"fill": "2026-11-20"}),
    "grid_element": ({"element_type": "place", "name": "桥下"}, {}),
    "grid_evaluation": ({"period": "2026-Q4", "side": "town", "indicator": "到会率", "value": "9"}, {}),
    "grid_force": ({"force_type": "own", "member": "赵一", "phone": "13800000001"}, {}),
    "grid_item": ({"item": "占道", "department": "城管", "basis": "一号文"}, {}),
    "grid_training": ({"subject": "消防", "held_on": "2026-11-20", "attendees": "0"}, {}),
    "hub_site": ({"name": "一点", "address": "和静路 1 号", "opening_hours": "8:00-20:00"}, {}),
    "incubation": ({"organisation": "甲社", "org_kind": "elder"}, {}),
    "inspection": ({"items": FINE}, {"decide": "2026-11-17"}),
    "joint_consultation": (MEETING | {"form": "area"}, {}),
    "joint_review": ({"project": "中心"}, {}),
    "list_promotion": ({"item": "@service_item", "year": "2026", "to_list": "district"}, {}),
    "matter_guide": ({"matter": "居住证", "where_to": "二楼", "materials": "身份证"}, {}),
    "mediation": ({"matter": "漏水"}, CALLED),
    "operator_contract": (
        {"operator": "某社", "contract_no": "1 号", "duties": "运营", **MONEY_OF_A_YEAR},
        {"contract": "2026-12-31"},
    ),
    "ops_team": ({"role": "deputy", "holder": "赵一"}, {}),
    "party_joint_meeting": (MEETING, {}),
    "patrol": ({"route": "东线"}, {"conclude": "2026-11-16"}),
    "project_task": ({"task": "刷墙", "period": "week", "due": "2026-11-20"}, {"due": "2026-11-20"}),
    "provider_grading": ({"provider": "甲社", "period": "2026-11"}, {}),
    "repair": ({"what": "灯不亮"}, {"assign": "2026-11-16", "fix": "2026-11-20"}),
    "residents_salon": (MEETING, {}),
    "resource": ({"source_class": "sunk", "kind": "goods", "what": "书", "donor": "甲公司"}, {}),
    "seal_list": ({"matter": "居住证明", "basis": "清单"}, {}),
    "seal_use": ({"matter": "居住证明", "applicant": "赵一"}, {}),
    "self_check": ({"period": "2026-11", "items": [{"indicator": "设施"}]}, {}),
    "self_gov_fund": (FUND | FUND_LINES, {}),
    "service_item": ({"list_type": "district", "service": "测血压", "provider": "甲社"}, {}),
    "service_project": ({"name": "午餐"}, {}),
    "showcase": ({"title": "接待法", "type": "method", "evidence": "一年没有差评"}, {}),
    "star_rating": ({"year": "2026", "operator": "某社"}, {}),
    "suggestion": ({"text": "多开夜场"}, {"reply": "2026-12-04"}),
    "suggestion_meeting": (MEETING, {}),
    "summon": (
        {"department": "城管", "reason": "占道", "due": "2026-11-18"},
        {"attend": "2026-11-18", "answer": "2026-11-17"},
    ),
    "third_party_supervision": ({"items": FINE}, {"decide": "2026-11-17"}),
    "three_meetings": (MEETING | {"meeting_kind": "hearing"}, {}),
    "town_joint_conference": (MEETING, {}),
    "whistle": (
        {"item": "违建", "department": "城管", "reason": "居委管不了"},
        {"respond": "2026-11-16", "level_1": "2026-11-20"},
    ),
    "wish": ({"matter": "轮椅"}, CALLED),
}
ONCE = {"assist_list": "matter", "seal_list": "matter", "grid": "name", "hub_site": "name", "matter_guide": "matter"}
ONCE["demand_round"] = "year"
"""The field of which no two records in force may hold the same."""
BY_A_FIELD = [
    ("complaint", {"complexity": "complex"}, {"first_contact": "2026-11-16", "complex": "2026-12-04"}),
    ("repair", {"urgency": "danger"}, {"danger": "2026-11-16", "fix": "2026-11-20"}),
    ("council_member", {"until": "2026-12-31"}, {"term": "2026-12-31"}),
    ("service_item", {"valid_until": "2026-12-31"}, {"valid": "2026-12-31"}),
]

TOO_MUCH = [("hub_site", "walk_minutes", "61"), ("self_check", "pass_line", "101")]


def said_of(walker: Walker, code: str) -> Said:
    """What the opening of a record says, with a record made for each that it leads to."""

    def led_to(value: object) -> object:
        if not isinstance(value, str) or not value.startswith("@"):
            return value
        said = said_of(walker, value[1:])
        if value == "@grid":
            walker.count += 1
            said["name"] = f"{walker.count} 号网格"
        made = service.open_case(walker.desk, value[1:], said).row
        if value == "@service_item":
            service.take_step(walker.desk, made.id, "list", {})
        return made.number

    return {key: led_to(value) for key, value in OPENINGS[code][0].items()}


def refused(walker: Walker, code: str, said: Said) -> str:
    with pytest.raises(CaseError) as found:
        service.open_case(walker.desk, code, said)
    return found.value.code


@pytest.fixture(scope="module")
def friday(tmp_path_factory: pytest.TempPathFactory) -> Walker:
    """A desk on a Friday, for all of them; each file of it goes with the folder."""
    walker = Walker(new_desk(tmp_path_factory.mktemp("friday") / "home"))
    walker.later(4)
    return walker


def test_every_mechanism_is_opened_here() -> None:
    assert set(OPENINGS) == {code for code, one in own_definitions().items() if one.kind != "duty"}


@pytest.mark.parametrize("code", sorted(OPENINGS))
def test_what_is_opened_has_what_it_needs_and_its_limits(friday: Walker, code: str) -> None:
    begins_as_it_has_to(friday, code)


def begins_as_it_has_to(walker: Walker, code: str) -> None:
    """Without any part of what it needs a record is not opened; with all of it this is due, and by no other limit."""
    said, due = said_of(walker, code), OPENINGS[code][1]
    assert walker.desk.today() == FRIDAY
    for left in said:
        assert refused(walker, code, {key: value for key, value in said.items() if key != left}) == "missing", left
    view = service.open_case(walker.desk, code, said)
    assert limits_of(view) == due
    assert view.row.due_on == (min(due.values()) if due else None)
    if code in ONCE:
        assert refused(walker, code, said) == "not_unique"
    for other, field, typed in TOO_MUCH:
        if other == code:
            assert refused(walker, code, {**said, field: typed}) == "too_large"
    for other, more, dated in BY_A_FIELD:
        if other == code:
            told = limits_of(service.open_case(walker.desk, code, {**said, **more}))
            assert dated.items() <= told.items()
            assert set(told) - set(due) == set(dated) - set(due)
