"""The rules by which residents are heard: suggestions, topics, projects, organisations that grow; counted by hand."""

from __future__ import annotations

from typing import Any

from frontdesk.cases import service
from frontdesk.cases.service import LinkTarget
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
    assert one.refused("discuss", SECOND, held_on="2026-11-13", bodies=sides[:1]) == "至少不同的两方参加才算协商"
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
