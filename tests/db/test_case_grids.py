"""The rules of the grids: colours, patrols, rosters, whistles and what departments take on; counted by hand."""

from __future__ import annotations

from frontdesk.cases.papers.making import ledger_of
from tests.casesteps import Case, figures_of
from tests.casewalks import OTHER, SECOND, Walker

ROSTER = {"roster_type": "leader"}


def grid(walker: Walker, name: str, level: str = "micro") -> Case:
    return Case(walker, "grid", SECOND, name=name, level=level, leader="赵一")


def test_only_a_micro_grid_has_a_colour_by_its_score_or_by_a_manager_with_a_reason(walker: Walker) -> None:
    one = grid(walker, "老菜场")
    assert one.refused("to_red", SECOND, colour_reason="电线") == "按评分不是红色：先改评分，或由负责人手工定色"
    one.asked("rate", SECOND, score="59")
    assert one.values["rule_colour"] == "red"
    assert "不是黄色" in one.refused("to_yellow", SECOND, colour_reason="电线")
    one.asked("to_red", SECOND, colour_reason="电线私拉乱接")
    assert "不是绿色" in one.refused("to_green", SECOND, colour_reason="改好了")
    one.do("rate", SECOND, score="60")
    one.do("to_yellow", SECOND, colour_reason="改了一半")
    one.do("rate", SECOND, score="79")
    assert "不是绿色" in one.refused("to_green", SECOND, colour_reason="改好了")
    one.do("to_green", SECOND, colour_reason="改好了", score="80")
    assert one.state == "green"
    assert one.refused("rate", SECOND, score="101") == "too_large"
    for colour in ("yellow", "red", "green"):
        assert one.refused(f"set_{colour}", SECOND, "看过", colour_reason="看过") == "only_manager"
        assert one.refused(f"set_{colour}", colour_reason="看过") == "reason_missing"
        one.do(f"set_{colour}", reason="看过", colour_reason="看过")
        assert one.state == colour
    one.correct(colour_reason="")
    one.do("set_red", reason="看过", colour_reason="看过")
    one.correct(colour_reason="")
    assert one.refused("set_green", reason="看过") == one.refused("to_green") == "missing"
    one.do("set_green", reason="看过", colour_reason="看过")
    fresh = grid(walker, "河边")
    for step, score in (("to_yellow", "70"), ("to_red", "10")):
        fresh.do("rate", SECOND, score=score)
        assert fresh.refused(step, SECOND) == "missing"
    for step in ("set_yellow", "set_red"):
        assert fresh.refused(step, reason="看过") == "missing"
    # The policy has colours on the level of micro grids only.
    large = grid(walker, "片区", "area")
    large.do("rate", SECOND, score="10")
    for step in ("to_red", "set_red", "set_yellow"):
        assert "小微网格" in large.refused(step, reason="看过", colour_reason="电线")
    large.do("rate", SECOND, score="70")
    assert "小微网格" in large.refused("to_yellow", colour_reason="电线")
    found = figures_of(walker, "grid")
    assert (found["to_red"], found["to_yellow"], found["to_green"]) == (1, 1, 1)
    assert (found["grids"], found["red"], found["yellow"]) == ({"area": 1, "micro": 2}, 0, 0)


def test_a_grid_has_another_leader_and_is_merged_or_closed_by_a_manager(walker: Walker) -> None:
    one = grid(walker, "老菜场")
    one.do("change_leader", SECOND, leader="周五", phone="13800000001")
    one.asked("change_area", SECOND, addresses="一号到九号")
    for step in ("merge", "close"):
        assert one.refused(step, SECOND, "并了") == "only_manager" and one.refused(step) == "reason_missing"
    assert one.do("merge", reason="并入一号").row.ended_on == "2026-11-09"
    set_by_score = grid(walker, "河边")
    set_by_score.do("set_red", reason="看过", colour_reason="看过")
    set_by_score.do("rate", score="90")
    set_by_score.do("to_green", colour_reason="改好了")
    assert set_by_score.do("close", reason="撤了").row.state == "closed"


def test_what_a_patrol_finds_and_cannot_mend_at_once_becomes_a_complaint_each(walker: Walker) -> None:
    walker.later(4)
    findings = [
        {"matter": "井盖松动", "area": "南段", "fixed": "是"},
        {"matter": "路灯不亮", "area": "菜场", "fixed": "否"},
        {"matter": "树枝压电线", "area": "河边"},
    ]
    one = Case(walker, "patrol", SECOND, route="东线", findings=findings)
    assert one.due == ("2026-11-16", "conclude")
    assert (one.values["found"], one.values["fixed"]) == (3, 1)
    assert "还有没当场解决的问题" in one.refused("nothing", SECOND)
    one.do("pass_on", OTHER)
    # Whoever walked is responsible for them, not who passed them on.
    handed = [
        (made.row.title, made.now.values["area"], made.row.responsible, made.row.state)
        for made in one.linked("complaint")
    ]
    assert handed == [("路灯不亮", "菜场", SECOND, "registered"), ("树枝压电线", "河边", SECOND, "registered")]
    quiet = Case(walker, "patrol", OTHER, route="西线")
    assert quiet.refused("pass_on", OTHER) == "没有写发现的问题"
    assert quiet.do("nothing", OTHER).row.ended_on == "2026-11-13"
    mended = Case(walker, "patrol", route="北线", findings=findings[:1])
    assert mended.do("nothing").row.state == "nothing"
    assert figures_of(walker, "patrol") == {"walked": 3, "found": 4, "fixed": 2}


def test_a_place_on_the_roster_of_a_grid_is_filled_within_five_working_days(walker: Walker) -> None:
    number = grid(walker, "老菜场").view.row.number
    walker.later(4)
    one = Case(walker, "grid_duty_roster", SECOND, **ROSTER, grid=number)
    assert one.due == ("2026-11-20", "fill")
    one.asked("fill", SECOND, holder="周五")
    assert one.due == (None, "")
    assert one.refused("vacate", SECOND) == "reason_missing"
    one.do("vacate", SECOND, "调走")
    assert (one.state, one.due) == ("vacant", ("2026-11-20", "fill_again"))
    one.do("fill", SECOND, holder="吴六")
    assert one.due == (None, "")
    assert one.refused("remove", SECOND, "不设了") == "only_manager" and one.refused("remove") == "reason_missing"
    assert one.do("remove", reason="不设了").row.ended_on is not None


def test_figures_lists_and_registers_of_the_grid_are_changed_and_left_as_they_may(walker: Walker) -> None:
    said = {"period": "2026-Q4", "side": "town", "indicator": "到会率", "value": "9"}
    sent = Case(walker, "grid_evaluation", SECOND, **said)
    sent.do("change", SECOND, value="10")
    assert sent.do("send", SECOND).now.values["sent_on"] == "2026-11-09"
    duty = Case(walker, "duty_list", SECOND, item="占道", party="dept", duty_text="清理", owner="城管")
    assert duty.refused("issue", SECOND) == "only_manager"
    duty.do("issue")
    # What is changed has to be issued anew.
    assert duty.do("revise", SECOND, duty_text="当天清理").row.state == "draft"
    assert duty.refused("withdraw", SECOND) == "reason_missing"
    force = Case(walker, "grid_force", SECOND, force_type="own", member="赵一", phone="13800000001")
    assert force.do("leave", SECOND).row.ended_on is not None
    element = Case(walker, "grid_element", SECOND, element_type="place", name="桥下")
    assert element.do("remove", SECOND).row.ended_on is not None
    training = Case(walker, "grid_training", SECOND, subject="消防", held_on="2026-11-20", attendees="0")
    assert training.refused("cancel", SECOND) == "reason_missing"
    training.do("hold", SECOND, held_on="2026-11-09", attendees="12")
    site = Case(walker, "hub_site", SECOND, name="一点", address="和静路 1 号", opening_hours="8:00-20:00")
    site.do("open", SECOND)
    assert site.refused("close", SECOND, "搬了") == "only_manager" and site.refused("close") == "reason_missing"
    assert site.do("close", reason="搬了").row.ended_on is not None
    for code, said in (("seal_list", {}), ("assist_list", {})):
        listed = Case(walker, code, SECOND, matter="证明", basis="清单", **said)
        listed.do("revise", SECOND, basis="新清单")
        assert listed.refused("remove", SECOND, "不开了") == "only_manager"
        assert listed.refused("remove") == "reason_missing"
        listed.do("remove", reason="不开了")
    guide = Case(walker, "matter_guide", SECOND, matter="居住证", where_to="二楼", materials="身份证")
    assert guide.refused("retire", SECOND) == "reason_missing"
    committee = Case(walker, "committee", SECOND, name="治保", kind="committee")
    assert committee.refused("end", SECOND) == "reason_missing"


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
    # It stands on the level on which it was closed, with five working days there once more.
    assert (one.state, one.limits) == ("blown", {"respond_again": "2026-11-16", "level_2_again": "2026-11-20"})
    one.do("respond", duty_party="三中队")
    assert one.limits == {"handle": "2026-11-20", "level_2_again": "2026-11-20"}
    one.do("close", result="又拆了")
    assert set(one.limits) == {"review"}
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
    first.do("again", reason="又占了")
    assert first.limits == {"respond_again": "2026-11-16", "level_1_again": "2026-11-20"}
    first.do("respond", duty_party="二中队")
    first.do("close", result="又清了")
    assert set(first.limits) == {"review"}
    first.do("again", reason="再占")
    first.do("escalate", reason="还是不到场")
    assert set(first.limits) == {"respond_again", "level_2"}
    third = Case(walker, "whistle", item="占道", department="城管", reason="居委管不了")
    for _ in range(2):
        third.do("escalate", reason="不到场")
    assert "level_2" not in third.limits
    third.do("respond", duty_party="二中队")
    third.do("close", result="清了")
    assert third.limits == {"review": "2026-11-20"}
    third.do("again", reason="又占了")
    assert third.limits == {"respond_again": "2026-11-16", "level_3_again": "2026-11-20"}
    third.do("respond", duty_party="二中队")
    third.do("close", result="又清了")
    assert set(third.limits) == {"review"}
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


def test_a_department_that_fewer_than_five_reviewed_is_neither_sent_nor_printed(walker: Walker) -> None:
    def reviewed(department: str, votes: tuple[tuple[str, str, str], ...]) -> Case:
        one = Case(walker, "department_review", department=department, period="2026-Q4")
        one.asked(
            "count",
            day="2026-11-09",
            scores=[
                {"score": score, "response": response, "handling": handling} for score, response, handling in votes
            ],
        )
        return one

    twice = [{"score": "5", "response": "3", "handling": "3"}] * 2
    open_one = Case(walker, "department_review", department="城管", period="2026-Q4")
    assert "两行" in open_one.refused("count", day="2026-11-09", scores=twice)
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
