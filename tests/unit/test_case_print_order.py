"""Which paper of a record stands first where one is chosen: what its state needs most."""

from operator import itemgetter

import pytest

from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.papers.service import papers_of, wanted_first

DEFINITIONS = own_definitions()

FIRST = [
    ("agency", "accepted", "代理委托单"),
    ("agency", "result", "材料送还单"),
    ("co_gov_fund", "applied", "项目申请表"),
    ("co_gov_fund", "running", "资金使用表"),
    ("co_gov_fund", "final_check", "结项报告"),
    ("demand_round", "collecting", "需求征询表"),
    ("demand_round", "counted", "需求遴选清单"),
    ("demand_round", "published", "需求遴选公示"),
    ("department_review", "collecting", "匿名评价纸"),
    ("department_review", "sent", "部门匿名评价汇总"),
    ("mediation", "registered", "民事调解登记单"),
    ("mediation", "result", "调解协议书"),
    ("provider_grading", "rated", "供应商评级"),
    ("provider_grading", "published", "供应商评级公布"),
    ("resource", "pledged", "接收单"),
    ("resource", "used", "资源台账"),
    ("service_item", "draft", "服务清单"),
    ("service_item", "listed", "服务清单公示"),
    ("service_project", "planned", "服务项目台账"),
    ("service_project", "running", "收费公示"),
    ("star_rating", "self_eval", "星级自评表"),
    ("star_rating", "rated", "星级评定"),
    ("third_party_supervision", "checked", "第三方督导表"),
    ("third_party_supervision", "to_rectify", "督导整改单"),
    ("three_meetings", "invited", "三会通知"),
    ("three_meetings", "held", "三会纪要"),
    ("three_meetings", "published", "意见公开"),
]


@pytest.mark.parametrize(("code", "state", "title"), FIRST, ids=[f"{code}-{state}" for code, state, _ in FIRST])
def test_what_a_state_needs_most_is_printed_first(code: str, state: str, title: str) -> None:
    definition = DEFINITIONS[code]
    assert definition.state(state) is not None
    assert wanted_first(definition, state)[0][1].title.zh_CN == title


def test_every_paper_of_a_record_is_offered_in_every_state_by_the_number_that_it_has_in_the_file() -> None:
    for definition in DEFINITIONS.values():
        for state in definition.states:
            assert sorted(wanted_first(definition, state.code), key=itemgetter(0)) == papers_of(definition)


def test_a_paper_that_is_wanted_stands_before_all_that_are_not() -> None:
    for definition in DEFINITIONS.values():
        for state in definition.states:
            wanted = [state.code in one.wanted for _, one in wanted_first(definition, state.code)]
            assert wanted == sorted(wanted, reverse=True), (definition.code, state.code)
