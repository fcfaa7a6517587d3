"""Stories of what the centre delivers and answers for: catalogues, orders, a demand round, funds, projects, checks."""

from __future__ import annotations

from frontdesk.demo.stories import ACTIVITIES, DESK_A, DESK_B, ELDERS, MANAGER, Step, Story

SELF_CHECK = [
    {
        "indicator": "首问办结率",
        "weight": "30",
        "target": "95%",
        "self_score": "90",
        "evidence": "首问台账",
    },
    {
        "indicator": "活动场次",
        "weight": "40",
        "target": "每月 60 场",
        "self_score": "100",
        "evidence": "场次",
    },
    {
        "indicator": "差评回访率",
        "weight": "30",
        "target": "100%",
        "self_score": "55",
        "evidence": "回访台账",
    },
]
WORK = (
    Story(
        "service_item",
        56,
        {
            "list_type": "district",
            "service": "智能手机课程",
            "provider": "区社区学院",
            "category": "为老服务",
            "target": "老年人",
            "schedule": "每周两次",
        },
        (Step(1, "list"),),
        name="phones",
    ),
    Story(
        "service_item",
        56,
        {"list_type": "district", "service": "家庭医生讲座", "provider": "区卫生中心", "category": "健康服务"},
        (Step(1, "list"),),
    ),
    Story(
        "service_item",
        55,
        {
            "list_type": "mobile",
            "service": "流动图书车",
            "provider": "区图书馆",
            "category": "教育服务",
            "schedule": "双周周四",
        },
        (Step(1, "list"), Step(40, "suspend", reason="车在检修")),
    ),
    Story(
        "service_item",
        55,
        {"list_type": "mobile", "service": "磨刀理发车", "provider": "便民服务队", "category": "生活服务"},
        (Step(1, "list"),),
        name="haircut",
    ),
    Story(
        "service_item",
        54,
        {"list_type": "town", "service": "助老午餐", "provider": "助餐服务队", "category": "为老服务"},
        (Step(1, "list"), Step(20, "revise", {"schedule": "周二、周日"})),
        name="lunch",
    ),
    Story(
        "service_item",
        54,
        {"list_type": "town", "service": "周末书法", "provider": "书法沙龙", "category": "文体服务"},
        (Step(1, "list"),),
    ),
    Story(
        "service_item",
        6,
        {"list_type": "town", "service": "点心课", "provider": "示范路点心店", "category": "生活服务"},
    ),
    Story(
        "delivery_order",
        20,
        {
            "item": "#phones",
            "wish": "教十位老人挂号",
            "requested_by": "宋金娣",
            "phone": "tel:2",
            "headcount": "10",
            "want_date": "+14",
        },
        (
            Step(1, "accept", {"taken_by": ELDERS, "purchase_mode": "free"}, by=ELDERS),
            Step(2, "schedule", {"session": "session:智能手机课堂"}, by=ELDERS),
            Step(11, "deliver", {"delivered_on": "今天"}, by=ELDERS),
            Step(14, "rate", by=ELDERS),
        ),
        demand="想学用手机挂号",
    ),
    Story(
        "delivery_order",
        9,
        {"item": "#haircut", "wish": "给五位不出门的老人上门理发", "headcount": "5", "want_date": "+12"},
        (
            Step(0, "accept", {"taken_by": ELDERS, "purchase_mode": "purchase"}, by=ELDERS),
            Step(2, "purchase", {"supplier": "便民服务队", "cost": "150"}, by=ELDERS),
        ),
    ),
    Story("delivery_order", 4, {"item": "#lunch", "wish": "重阳加一场百家宴", "headcount": "40", "want_date": "+20"}),
    Story(
        "demand_round",
        42,
        {
            "year": "year",
            "title": "下半年服务项目",
            "channel": "paper",
            "until": "+21",
            "sent_residents": "300",
            "sent_units": "20",
            "options": [{"text": "手机课"}, {"text": "口腔检查"}, {"text": "晚间书画室"}, {"text": "点心课"}],
            "lead": DESK_A,
        },
        (
            Step(1, "begin"),
            Step(
                22,
                "count",
                {
                    "returned_residents": "214",
                    "returned_units": "16",
                    "options": [
                        {"text": "手机课", "votes_residents": "131", "votes_units": "9"},
                        {"text": "口腔检查", "votes_residents": "118", "votes_units": "11"},
                        {"text": "晚间书画室", "votes_residents": "74", "votes_units": "4"},
                        {"text": "点心课", "votes_residents": "39", "votes_units": "2"},
                    ],
                },
            ),
            Step(
                26,
                "select",
                {
                    "cut_line": "60",
                    "options": [
                        {"text": "手机课", "votes_residents": "131", "votes_units": "9", "selected": "是"},
                        {"text": "口腔检查", "votes_residents": "118", "votes_units": "11", "selected": "是"},
                        {"text": "晚间书画室", "votes_residents": "74", "votes_units": "4", "selected": "是"},
                        {"text": "点心课", "votes_residents": "39", "votes_units": "2", "selected": "否"},
                    ],
                },
                by=MANAGER,
            ),
            Step(29, "publish", {"published_on": "今天"}),
        ),
    ),
    Story(
        "self_gov_fund",
        45,
        {
            "project": "楼道小书架",
            "applicant": "三号楼楼组",
            "need_basis": "去年需求遴选第四名",
            "aim": "每个楼道有一个书架，由楼组轮流整理",
            "lead": ACTIVITIES,
            "budget": [
                {"line": "书架", "amount": "2400"},
                {"line": "图书", "amount": "1600"},
                {"line": "布置", "amount": "500"},
            ],
        },
        (
            Step(3, "discuss", {"need_basis": "去年需求遴选第四名，楼组会议通过"}, by=ACTIVITIES),
            Step(
                5,
                "apply",
                {
                    "budget": [
                        {"line": "书架", "amount": "2400"},
                        {"line": "图书", "amount": "1600"},
                        {"line": "布置", "amount": "500"},
                    ]
                },
                by=ACTIVITIES,
            ),
            Step(9, "review", by=DESK_A),
            Step(12, "approve", {"approved": "4200", "until": "+90"}, by=MANAGER),
            Step(13, "begin", by=ACTIVITIES),
            Step(
                20,
                "spend",
                {"vouchers": [{"number": "P-0031", "line": "书架", "day": "今天", "amount": "1180"}]},
                by=ACTIVITIES,
            ),
            Step(
                33,
                "spend",
                {
                    "vouchers": [
                        {"number": "P-0031", "line": "书架", "day": "-13", "amount": "1180"},
                        {"number": "P-0036", "line": "书架", "day": "-2", "amount": "1150"},
                        {"number": "P-0038", "line": "图书", "day": "今天", "amount": "864.50"},
                    ]
                },
                by=ACTIVITIES,
            ),
            Step(38, "mid_check", {"mid_result": "六个楼道已有书架，图书买了一半"}, by=ACTIVITIES),
        ),
    ),
    Story(
        "co_gov_fund",
        18,
        {
            "project": "商铺门前共管",
            "applicant": "示范路商户联盟",
            "need_basis": "巡查三次发现占道",
            "aim": "商户轮值，门前不堆物",
            "lead": DESK_B,
            "budget": [{"line": "标线", "amount": "1800"}, {"line": "马甲", "amount": "600"}],
        },
        (
            Step(2, "discuss", {"need_basis": "巡查三次发现占道，商户会议同意"}, by=DESK_B),
            Step(
                4,
                "apply",
                {"budget": [{"line": "标线", "amount": "1800"}, {"line": "马甲", "amount": "600"}]},
                by=DESK_B,
            ),
        ),
        by=DESK_B,
    ),
    Story(
        "service_project",
        40,
        {"name": "助老午餐配送", "category": "为老服务", "lead": ELDERS},
        (
            Step(2, "tender", {"procurement": "tender"}, by=ELDERS),
            Step(
                14,
                "award",
                {
                    "provider": "和顺餐饮",
                    "procurement": "tender",
                    "amount": "86000",
                    "bids": [
                        {"provider": "和顺餐饮", "price": "86000", "score": "91", "awarded": "是"},
                        {"provider": "日日鲜", "price": "89500", "score": "84", "awarded": "否"},
                    ],
                },
                by=MANAGER,
            ),
            Step(
                18,
                "begin",
                {"starts_on": "今天", "until": "+180", "price_list": [{"item": "午餐一份", "price": "12"}]},
                by=ELDERS,
            ),
        ),
        by=ELDERS,
    ),
    Story(
        "project_task",
        21,
        {"task": "加装无障碍坡道", "period": "quarter", "owner": DESK_B, "due": "+40"},
        (Step(2, "begin", by=DESK_B), Step(12, "block", {"blocker": "等管线迁移"}, by=DESK_B)),
        by=MANAGER,
    ),
    Story(
        "project_task",
        12,
        {"task": "换一楼指示牌", "period": "month", "owner": DESK_A, "due": "+7"},
        (Step(1, "begin"), Step(6, "finish", {"result": "十二块都换好"}), Step(7, "verify", by=MANAGER)),
        by=MANAGER,
    ),
    Story(
        "self_check",
        27,
        {
            "period": "第三季度",
            "items": [{"indicator": one["indicator"], "weight": one["weight"]} for one in SELF_CHECK],
        },
        (Step(2, "score", {"items": SELF_CHECK}),),
    ),
    Story(
        "resource",
        35,
        {
            "source_class": "raised",
            "kind": "goods",
            "what": "轮椅两辆",
            "donor": "示范路商户联盟",
            "amount": "1380",
            "purpose": "前台出借",
        },
        (
            Step(4, "receive", {"received_on": "今天"}),
            Step(9, "use", {"uses": [{"day": "今天", "what": "放在前台出借", "amount": "1380"}]}),
            Step(10, "report"),
        ),
    ),
    Story(
        "resource",
        15,
        {
            "source_class": "attracted",
            "kind": "money",
            "what": "公益微创投",
            "donor": "区社会组织基金会",
            "amount": "20000",
        },
        (Step(5, "receive", {"received_on": "今天", "amount": "20000"}),),
    ),
    Story(
        "incubation",
        46,
        {"organisation": "巧手编织社", "org_kind": "culture", "contact": "江慧娟"},
        (
            Step(4, "take_in", {"coach": "区社会组织服务中心"}),
            Step(16, "coach", {"coachings": [{"day": "今天", "what": "章程怎么写"}]}),
        ),
    ),
)
"""The three catalogues, an order that was taken to its ratings, a fund half spent, one that waits for its review."""
