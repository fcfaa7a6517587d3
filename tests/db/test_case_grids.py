"""The rules of the grids: colours, patrols, rosters, whistles and what departments take on; counted by hand."""

from __future__ import annotations

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
