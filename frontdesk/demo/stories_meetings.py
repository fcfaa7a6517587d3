"""Stories of meetings: the weekly one of the area, the council with votes, consultations, deliberation, a hearing."""

from __future__ import annotations

from frontdesk.demo.stories import ACTIVITIES, DESK_A, DESK_B, ELDERS, HELPERS, MANAGER, Said, Step, Story


def _people(*names: str) -> list[Said]:
    """Who came; the first one chairs."""
    return [{"name": one, "part": "member" if place else "chair", "came": "是"} for place, one in enumerate(names)]


def _weekly(days_ago: int, topic: str, minutes: str, owner: str, action: str) -> Story:
    """A weekly meeting of the area and its action item, for which there are ten days."""
    return Story(
        "area_weekly_meeting",
        days_ago,
        {"topic": topic, "held_on": "+1", "place": "议事厅", "convener": MANAGER},
        (
            Step(0, "invite", {"people": _people("戴国荣", "薛新华", "雷宝康")}, by=MANAGER),
            Step(
                1,
                "hold",
                {
                    "people": _people("戴国荣", "薛新华", "雷宝康"),
                    "minutes": minutes,
                    "actions": [{"text": action, "owner": owner, "due": "+10"}],
                },
                by=MANAGER,
            ),
        ),
        by=MANAGER,
    )


MEETINGS = (
    _weekly(29, "商铺燃气报警器", "逐户核对，缺三家", DESK_B, "三家报警器到位"),
    _weekly(22, "群租整治", "房管办说明程序", DESK_A, "核对租客名册"),
    _weekly(15, "老菜场线路", "整改方案已有", DESK_B, "请供电所复核线路"),
    _weekly(8, "冬季防火", "楼道先清一遍", HELPERS, "排清楼道日程"),
    Story(
        "area_weekly_meeting",
        1,
        {"topic": "年底走访安排", "held_on": "+4", "place": "议事厅", "convener": MANAGER},
        (Step(0, "invite", {"people": _people("戴国荣", "薛新华", "雷宝康")}, by=MANAGER),),
        by=MANAGER,
    ),
    Story(
        "council_member",
        52,
        {"member": "贺茂林", "organisation": "示范居民区", "org_type": "party", "since": "今天", "until": "+700"},
        by=MANAGER,
    ),
    Story(
        "council_member",
        52,
        {
            "member": "薛新华",
            "organisation": "示范路商户联盟",
            "org_type": "organisation",
            "since": "今天",
            "until": "+58",
        },
        by=MANAGER,
    ),
    Story(
        "council_meeting",
        17,
        {
            "topic": "晚间开放和自治金评审",
            "held_on": "+6",
            "place": "议事厅",
            "convener": MANAGER,
            "review_period": "第三季度",
            "members": "7",
        },
        (
            Step(0, "invite", {"people": _people("贺茂林", "薛新华", "江慧娟", "常锦堂", "袁志明")}, by=MANAGER),
            Step(
                6,
                "hold",
                {
                    "people": _people("贺茂林", "薛新华", "江慧娟", "常锦堂", "袁志明"),
                    "minutes": "理事到会五人。听了第三季度的运营情况。\n书画室晚间开放大家赞成。",
                    "resolutions": [
                        {
                            "text": "书画室周四晚上开放",
                            "votes_for": "5",
                            "votes_against": "0",
                            "votes_abstain": "0",
                            "adopted": "是",
                        },
                        {
                            "text": "点心课收材料费",
                            "votes_for": "2",
                            "votes_against": "2",
                            "votes_abstain": "1",
                            "adopted": "否",
                        },
                    ],
                    "actions": [
                        {"text": "排出晚间值班", "owner": ACTIVITIES, "due": "+5"},
                        {"text": "把决议贴在公示栏", "owner": DESK_A, "due": "+3"},
                    ],
                },
                by=MANAGER,
            ),
        ),
        by=MANAGER,
    ),
    Story(
        "joint_consultation",
        31,
        {"topic": "垃圾厢房冲洗", "held_on": "+3", "form": "area", "convener": DESK_B},
        (
            Step(0, "invite", {"people": _people("谭国梁", "雷宝康")}, by=DESK_B),
            Step(
                3, "hold", {"people": _people("谭国梁", "雷宝康"), "minutes": "物业加一次冲洗，城管不定期看"}, by=DESK_B
            ),
            Step(4, "close", by=DESK_B),
        ),
        by=DESK_B,
    ),
    Story(
        "three_meetings",
        25,
        {"topic": "加装电梯听证", "held_on": "+5", "meeting_kind": "hearing", "convener": HELPERS, "place": "多功能厅"},
        (
            Step(1, "invite", {"people": _people("尹晓燕", "袁志明", "汪海峰")}, by=HELPERS),
            Step(
                5,
                "hold",
                {"people": _people("尹晓燕", "袁志明", "汪海峰"), "minutes": "一楼担心采光，请设计再出一版"},
                by=HELPERS,
            ),
            Step(7, "publish", {"opinion": "下月再议，先看采光报告"}, by=HELPERS),
            Step(8, "close", by=HELPERS),
        ),
        by=HELPERS,
    ),
    Story(
        "suggestion_meeting",
        3,
        {"topic": "明年办什么课", "held_on": "+9", "place": "多功能厅", "convener": ACTIVITIES},
        by=ACTIVITIES,
    ),
    Story(
        "residents_salon",
        19,
        {"topic": "商户门前怎么管", "held_on": "+2", "place": "议事厅", "convener": DESK_B},
        (
            Step(
                2,
                "hold",
                {
                    "people": _people("薛新华", "秦建平"),
                    "minutes": "愿意轮值，请先划线",
                    "actions": [{"text": "请街道划门前线", "owner": DESK_B, "due": "+12"}],
                },
                by=DESK_B,
            ),
        ),
        by=DESK_B,
    ),
    Story(
        "deliberation",
        36,
        {"topic": "宠物怎么遛", "raised_by": "resident", "topic_class": "pets", "handler": HELPERS},
        (
            Step(2, "accept", by=HELPERS),
            Step(
                9,
                "discuss",
                {
                    "held_on": "今天",
                    "bodies": [
                        {"body": "committee", "name": "示范居委会"},
                        {"body": "residents", "name": "养宠居民"},
                        {"body": "property", "name": "示范物业"},
                    ],
                },
                by=HELPERS,
            ),
            Step(10, "decide", {"decision": "早晚两段时间，装三处拾便箱", "followup_due": "+20"}, by=HELPERS),
            Step(12, "execute", by=HELPERS),
            Step(30, "solve", {"result": "拾便箱已装，投诉少了"}, by=HELPERS),
        ),
        by=HELPERS,
    ),
    Story(
        "deliberation",
        13,
        {"topic": "晚高峰停车让一条道", "raised_by": "owners", "topic_class": "parking", "handler": HELPERS},
        (
            Step(1, "accept", by=HELPERS),
            Step(
                6,
                "discuss",
                {
                    "held_on": "今天",
                    "bodies": [{"body": "owners", "name": "业委会"}, {"body": "property", "name": "示范物业"}],
                },
                by=HELPERS,
            ),
        ),
        by=HELPERS,
    ),
    Story(
        "deliberation",
        5,
        {"topic": "架空层放不放跑步机", "raised_by": "committee", "topic_class": "elder", "handler": ELDERS},
        by=ELDERS,
    ),
)
"""One of them is still to be held; a few action items have been waiting too long."""
