"""Stories of the grids, of the house and of the team: colours, patrols, summons, whistles, repairs, checks, posts."""

from __future__ import annotations

from frontdesk.demo.stories import ACTIVITIES, DESK_A, DESK_B, ELDERS, MANAGER, ROOMS, Step, Story

GRID = (
    Story(
        "grid",
        55,
        {
            "name": "示范片区",
            "level": "area",
            "leader": "戴国荣",
            "phone": "tel:20",
            "addresses": "示范路一号到九十九号",
        },
        by=MANAGER,
        name="area",
    ),
    Story(
        "grid",
        54,
        {
            "name": "示范路南段商铺",
            "level": "micro",
            "special": "shops",
            "parent": "#area",
            "leader": "薛新华",
            "phone": "tel:21",
            "addresses": "示范路二号到四十号双号",
        },
        (Step(34, "to_yellow", {"colour_reason": "三家没有燃气报警器", "score": "72"}),),
        by=MANAGER,
        name="shops",
    ),
    Story(
        "grid",
        54,
        {
            "name": "老菜场",
            "level": "micro",
            "special": "market",
            "parent": "#area",
            "leader": "雷宝康",
            "phone": "tel:22",
            "addresses": "示范支路八号",
        },
        (
            Step(20, "to_red", {"colour_reason": "电线私拉乱接", "score": "48"}),
            Step(41, "to_yellow", {"colour_reason": "线路整改完成，还缺灭火器", "score": "70"}),
        ),
        by=MANAGER,
        name="market",
    ),
    Story(
        "grid",
        53,
        {
            "name": "滨河公园",
            "level": "micro",
            "special": "park",
            "parent": "#area",
            "leader": "贺茂林",
            "addresses": "滨河路沿线",
        },
        by=MANAGER,
    ),
    Story("grid_element", 40, {"element_type": "place", "name": "老菜场配电间", "grid": "#market"}),
    Story(
        "grid_element", 39, {"element_type": "event", "name": "周末集市", "grid": "#shops", "note": "每月第二个周六"}
    ),
    Story(
        "grid_duty_roster",
        38,
        {"roster_type": "leader", "grid": "#shops"},
        (Step(2, "fill", {"holder": "薛新华", "phone": "tel:21"}),),
    ),
    Story("grid_duty_roster", 12, {"roster_type": "key_area", "grid": "#market"}),
    Story(
        "patrol",
        13,
        {"day": "今天", "route": "示范路南段", "walker": DESK_B, "findings": [{"matter": "井盖松动", "fixed": "是"}]},
        (Step(0, "nothing"),),
        by=DESK_B,
    ),
    Story(
        "patrol",
        6,
        {
            "day": "今天",
            "route": "老菜场一圈",
            "walker": DESK_B,
            "findings": [{"matter": "路灯不亮", "area": "老菜场"}, {"matter": "树枝压电线", "area": "滨河路"}],
        },
        (Step(0, "pass_on"),),
        by=DESK_B,
    ),
    Story(
        "summon",
        20,
        {"department": "街道城管中队", "reason": "商铺占道", "due": "+4"},
        (
            Step(1, "confirm"),
            Step(4, "attend", {"attended_by": "谭国梁"}),
            Step(6, "solve", {"result": "划线经营，每周两次巡查"}),
        ),
        by=MANAGER,
    ),
    Story("summon", 5, {"department": "区绿化所", "reason": "树枝压电线", "due": "+5"}, by=MANAGER),
    Story(
        "whistle",
        18,
        {"item": "群租整治", "department": "街道城运中心", "reason": "三号楼道堆物背后是群租", "handler": DESK_A},
        (
            Step(0, "respond", {"duty_party": "房管办、派出所"}),
            Step(1, "handle"),
            Step(11, "close", {"result": "两套群租已清退"}),
            Step(13, "review"),
        ),
    ),
    Story("whistle", 2, {"item": "违规充电", "department": "街道安监所", "reason": "楼道里拉线充电", "area": "五号楼"}),
    Story(
        "repair",
        23,
        {"what": "多功能厅投影不亮", "room": "多功能厅", "reported_by": "民乐队", "handler": ROOMS},
        (
            Step(0, "assign", {"repairer": "明达电器"}),
            Step(3, "fix", {"result": "换了灯泡", "cost": "380"}, by=ROOMS),
            Step(3, "verify"),
        ),
    ),
    Story(
        "repair",
        17,
        {"what": "社区厨房水管渗水", "room": "社区厨房", "urgency": "danger", "handler": ROOMS},
        (
            Step(0, "fix", {"result": "换了接头", "cost": "65.50"}, by=ROOMS),
            Step(1, "not_fixed", reason="夜里又滴水"),
            Step(2, "fix", {"result": "整段换管", "cost": "240"}, by=ROOMS),
            Step(3, "verify"),
        ),
    ),
    Story(
        "repair",
        13,
        {"what": "电脑教室两台电脑开不了机", "room": "电脑教室", "urgency": "later", "handler": ROOMS},
        (Step(1, "assign", {"repairer": "明达电器"}),),
    ),
    Story("repair", 9, {"what": "活动广场一盏灯不亮", "room": "活动广场", "handler": ROOMS}, by=DESK_B),
    Story(
        "repair",
        6,
        {"what": "书画室门锁不好开", "room": "书画室", "handler": ROOMS},
        (Step(0, "assign", {"repairer": "物业工程部"}), Step(1, "pause", reason="等锁芯到货")),
    ),
    Story("repair", 1, {"what": "亲子园地垫翘边", "room": "亲子园", "urgency": "soon", "handler": ROOMS}),
    Story(
        "inspection",
        15,
        {
            "day": "今天",
            "inspector": ROOMS,
            "items": [
                {"item": "灭火器", "fine": "是"},
                {"item": "应急灯", "fine": "否", "finding": "二楼一盏不亮"},
                {"item": "疏散通道", "fine": "是"},
            ],
        },
        (
            Step(0, "rectify", {"rectify_until": "+7"}, by=ROOMS),
            Step(4, "finish", {"rectified": "换了电池"}, by=ROOMS),
            Step(5, "accept", by=MANAGER),
        ),
        by=ROOMS,
    ),
    Story(
        "inspection",
        8,
        {
            "day": "今天",
            "inspector": ROOMS,
            "items": [{"item": "厨房燃气", "fine": "是"}, {"item": "冰箱温度", "fine": "否", "finding": "冷藏十度"}],
        },
        (Step(0, "rectify", {"rectify_until": "+5"}, by=ROOMS),),
        by=ROOMS,
    ),
    Story(
        "ops_team",
        52,
        {"role": "deputy", "holder": "戴国荣", "organisation": "示范路街道", "phone": "tel:20", "since": "今天"},
        by=MANAGER,
    ),
    Story(
        "ops_team",
        52,
        {"role": "full_time", "holder": "顾闻溪", "organisation": "邻里中心", "since": "今天"},
        by=MANAGER,
    ),
    Story(
        "ops_team",
        51,
        {"role": "x_volunteer", "holder": "江慧娟", "organisation": "晨曦助老队", "since": "今天"},
        by=MANAGER,
    ),
    Story("ops_team", 50, {"role": "x_talent", "holder": "常锦堂", "since": "今天"}, by=MANAGER),
    Story(
        "all_post_competency",
        45,
        {"person": DESK_A, "matter": "首问接待"},
        (
            Step(1, "train", {"last_trained": "今天"}),
            Step(8, "qualify", {"level": "3", "checked_by": MANAGER, "valid_until": "+365"}, by=MANAGER),
        ),
    ),
    Story(
        "all_post_competency",
        44,
        {"person": DESK_B, "matter": "报名与候补"},
        (
            Step(1, "train", {"last_trained": "今天"}),
            Step(9, "qualify", {"level": "2", "checked_by": MANAGER, "valid_until": "+50"}, by=MANAGER),
        ),
    ),
    Story(
        "all_post_competency",
        14,
        {"person": ELDERS, "matter": "志愿者签到"},
        (Step(2, "train", {"last_trained": "今天"}, by=ELDERS),),
    ),
    Story(
        "all_post_competency",
        13,
        {"person": ACTIVITIES, "matter": "空间预约"},
    ),
    Story("seal_list", 60, {"matter": "家庭情况说明", "basis": "街道印章使用清单 2026 年版"}, name="seal_family"),
    Story("seal_list", 60, {"matter": "志愿服务证明", "basis": "街道印章使用清单 2026 年版"}, name="seal_hours"),
    Story("assist_list", 60, {"matter": "老年综合津贴受理", "basis": "居委会协助行政事务清单 2026 年版"}),
    Story(
        "seal_use",
        11,
        {"matter": "居民家庭困难情况说明", "list_entry": "#seal_family", "applicant": "顾福生", "copies": "2"},
        (Step(0, "approve", by=MANAGER), Step(0, "seal", {"sealed_on": "今天", "copies": "2"})),
    ),
    Story(
        "seal_use",
        4,
        {"matter": "开一张没有工作的证明", "applicant": "韩嘉诚", "copies": "1"},
        (Step(0, "refuse", reason="不在清单里，已告知去人社窗口", by=DESK_B),),
    ),
    Story(
        "seal_use", 0, {"matter": "志愿服务时数说明", "list_entry": "#seal_hours", "applicant": "江慧娟", "copies": "1"}
    ),
)
"""One post of the team is vacant, that of the sunk department; one place of the duty roster too."""
