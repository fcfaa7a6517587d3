"""The rules by which residents are heard: suggestions, topics, projects, organisations that grow; counted by hand."""

from __future__ import annotations

from frontdesk.cases import service
from tests.casesteps import Case, figures_of
from tests.casewalks import MANAGER, OTHER, SECOND, Walker


def test_a_suggestion_is_answered_within_fifteen_working_days_and_then_adopted_or_not(walker: Walker) -> None:
    walker.later(4)
    one = Case(walker, "suggestion", SECOND, text="多开夜场")
    assert one.due == ("2026-12-04", "reply") and one.values["owner"] == SECOND
    assert one.refused("adopt", SECOND) == "not_now"
    one.do("assign", SECOND, owner=OTHER)
    assert one.view.row.responsible == OTHER
    walker.later(3)
    one.asked("reply", OTHER, reply="每周三加一场")
    assert (one.values["replied_on"], one.due) == ("2026-11-16", (None, ""))
    assert one.do("adopt", OTHER).row.state == "adopted"
    other = Case(walker, "suggestion", text="养狗")
    other.do("reply", reply="场地不合适")
    assert other.refused("not_adopt") == "reason_missing"
    assert other.do("not_adopt", reason="场地不合适").row.state == "not_adopted"
    silent = Case(walker, "suggestion", text="装空调")
    walker.later(22)
    # Fifteen working days from Monday 16 November end on 7 December.
    assert silent.due == ("2026-12-07", "reply")
    silent.do("reply", reply="已报预算")
    # What was answered on 8 December is neither November's nor in time.
    assert figures_of(walker, "suggestion") == {"made": 3, "replied": 2, "adopted": 1, "in_time": 2}


def test_each_suggestion_of_a_meeting_has_somebody_who_answers_it(walker: Walker) -> None:
    one = Case(walker, "suggestion_meeting", SECOND, topic="停车", held_on="2026-11-06")
    people = [{"name": f"居民{n}", "came": "是" if n < 2 else "否"} for n in range(3)]
    one.asked("invite", SECOND, people=people)
    said = [{"text": "划线", "owner": OTHER}, {"text": "装灯"}]
    actions = [{"text": "写纪要", "owner": OTHER, "due": "2026-11-16"}]
    assert one.refused("hold", SECOND, suggestions=said, actions=actions) == "missing"
    one.do("hold", SECOND, minutes="听了", suggestions=said, actions=actions)
    # Two of three are 66.7 %.
    counted = [one.values[key] for key in ("invited_count", "came_count", "came_rate", "suggestion_count")]
    assert counted == [3, 2, 667, 2]
    made = [given.row for given in one.linked()]
    assert [(row.definition, row.title) for row in made] == [
        ("suggestion", "划线"),
        ("suggestion", "装灯"),
        ("action_item", "写纪要"),
    ]
    asked = [service.view(walker.desk, row.id).now.values for row in made]
    assert [values.get("meeting") for values in asked] == ["停车"] * 3
    assert [values["made_on"] for values in asked[:2]] == ["2026-11-06"] * 2
    assert (made[0].responsible, made[2].responsible, made[2].due_on) == (OTHER, OTHER, "2026-11-16")
    assert "督办" in one.refused("close", SECOND)
    service.take_step(walker.of(OTHER), made[2].id, "finish", {"result": "写好了"})
    assert one.do("close", SECOND).row.ended_on is not None
    found = figures_of(walker, "suggestion_meeting")
    assert (found["held"], found["invited_people"], found["came_people"]) == (1, 3, 2)
    assert figures_of(walker, "suggestion")["made"] == 2


def test_a_topic_is_discussed_by_two_sides_decided_with_a_day_and_carried_out(walker: Walker) -> None:
    walker.later(4)
    said = {"topic": "停车", "raised_by": "resident", "topic_class": "parking"}
    one = Case(walker, "deliberation", SECOND, **said)
    assert one.due == ("2026-11-16", "accept")
    one.do("accept", SECOND)
    assert one.due == (None, "")
    assert one.refused("decide", SECOND, decision="划线", followup_due="2026-12-01") == "not_now"
    sides = [{"body": "committee"}, {"body": "residents"}]
    assert one.refused("discuss", SECOND, held_on="2026-11-13", bodies=sides[:1]) == "至少两方参加才算协商"
    one.asked("discuss", SECOND, held_on="2026-11-13", bodies=sides)
    one.do("discuss", SECOND, held_on="2026-11-13", bodies=[*sides, {"body": "property"}])
    one.asked("decide", SECOND, decision="划线", followup_due="2026-12-01")
    assert one.due == ("2026-12-01", "follow_up")
    one.do("execute", SECOND)
    one.asked("solve", SECOND, result="划好了")
    assert (one.state, one.due) == ("solved", (None, ""))
    shelved = Case(walker, "deliberation", SECOND, **{**said, "topic_class": "waste"})
    assert shelved.refused("shelve", SECOND) == "reason_missing"
    assert shelved.do("shelve", SECOND, "业主不同意").row.state == "shelved"
    Case(walker, "deliberation", **said)
    assert figures_of(walker, "deliberation") == {
        "raised": {"parking": 2, "waste": 1},
        "decided": 1,
        "solved": {"parking": 1},
        "shelved": 1,
        "open": 1,
    }


def test_an_organisation_is_coached_filed_and_graduates(walker: Walker) -> None:
    one = Case(walker, "incubation", SECOND, organisation="助老队", org_kind="elder")
    assert one.refused("graduate", SECOND) == "not_now"
    one.asked("take_in", SECOND, coach="林老师")
    days = [{"day": "2026-11-09", "what": "财务"}, {"day": "2026-11-16", "what": "章程"}]
    one.asked("coach", SECOND, coachings=days[:1])
    one.do("coach", SECOND, coachings=days)
    assert one.values["coached"] == 2
    other = Case(walker, "incubation", organisation="助残队", org_kind="disabled")
    assert figures_of(walker, "incubation") == {
        "taken_in": 1,
        "graduated": 0,
        "incubating": {"elder": 1, "disabled": 1},
    }
    one.asked("file", SECOND, registered_no="沪社 1 号")
    assert one.do("graduate", SECOND).row.ended_on == "2026-11-09"
    assert other.refused("end") == "reason_missing"
    other.do("end", reason="散了")
    assert figures_of(walker, "incubation") == {"taken_in": 1, "graduated": 1, "incubating": {}}


def test_the_four_deliberations_follow_each_other_each_with_its_words(walker: Walker) -> None:
    one = Case(walker, "four_deliberations", SECOND, project="花园")
    assert one.refused("second", SECOND, second_note="二") == "not_now"
    for step in ("first", "second", "third", "fourth"):
        one.asked(step, SECOND, **{f"{step}_note": "议了"})
        assert one.state == step
    assert one.view.row.ended_on == "2026-11-09"
    other = Case(walker, "four_deliberations", project="车棚")
    assert other.refused("stop") == "reason_missing"


def test_an_analysis_goes_from_what_was_found_to_what_came_of_it(walker: Walker) -> None:
    one = Case(walker, "community_analysis", SECOND, year="2026", dimension="people", finding="老人多")
    one.asked("discuss", SECOND, problem="没人陪", need="陪诊")
    one.asked("agree", SECOND, resources="志愿者")
    one.asked("act", SECOND, action="排班")
    assert one.asked("evaluate", SECOND, response="排好了", evaluation="够用").row.ended_on is not None
    other = Case(walker, "community_analysis", year="2026", dimension="place", finding="没有凳子")
    assert other.refused("drop") == "reason_missing"


def test_a_matter_for_the_conference_has_its_reply_and_is_told(walker: Walker) -> None:
    one = Case(walker, "conference_issue", SECOND, matter="用地", bottleneck="level")
    one.asked("put_on", SECOND, conference_on="2026-11-20")
    one.asked("resolve", SECOND, reply="区里协调")
    assert one.values["replied_on"] == "2026-11-09"
    assert one.do("notify", SECOND).row.ended_on is not None
    other = Case(walker, "conference_issue", matter="电力", bottleneck="field")
    assert other.refused("withdraw") == "reason_missing"


def test_what_an_expert_advised_is_answered_within_twenty_working_days(walker: Walker) -> None:
    said = {"expert": "赵一", "visit_on": "2026-11-09", "topic": "动线", "advice": "加坡道"}
    one = Case(walker, "expert_advice", SECOND, **said)
    assert one.due == ("2026-12-07", "answer")
    assert one.asked("answer", SECOND, adopted="partly", answer="先做北门").row.ended_on is not None


def test_a_showcase_is_approved_by_a_manager_before_it_is_published(walker: Walker) -> None:
    one = Case(walker, "showcase", SECOND, title="接待法", type="method", evidence="一年没有差评")
    assert one.refused("publish", SECOND, published_in="公众号") == "not_now"
    assert one.refused("approve", SECOND) == "only_manager"
    one.do("approve", MANAGER)
    assert one.asked("publish", SECOND, published_in="公众号").row.ended_on is not None
    other = Case(walker, "showcase", title="巡查法", type="method", evidence="一年没有差评")
    assert other.refused("turn_down") == "reason_missing"
